"""INV-010 and INV-011 on the chain: a proof pays in one place, to one account, one amount."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import NONE, UNIT, WINDOW
from distributor_tree import Tree, leaf
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture
def wide(open_stage):
    """A live campaign of 13 accounts, so that proofs differ in length."""
    stage = open_stage()
    rows = [(kit.Person(f"holder {number}").address, (number + 1) * UNIT) for number in range(13)]
    stage.go_live(rows)
    return stage


def attempt(stage, account, entitlement, proof, campaign=None):
    sender = stage.people.eve.address
    return stage.distributor.claim(
        campaign or stage.campaign, account, entitlement, proof, NONE, sender=sender
    )


def test_every_proof_pays_its_account_once(wide):
    paid = 0
    for account, entitlement in wide.tree.rows:
        assert attempt(wide, account, entitlement, wide.tree.proof(account)) == entitlement
        assert attempt(wide, account, entitlement, wide.tree.proof(account)) == 0
        paid += entitlement
    assert wide.state.claimed == paid == wide.state.live.total
    assert wide.held == kit.MILLION - paid


def test_a_proof_is_for_its_own_account_and_amount(wide, people):
    for account, entitlement in wide.tree.rows:
        proof = wide.tree.proof(account)
        for forged in ((people.eve.address, entitlement), (account, entitlement + 1), (account, 0)):
            with boa.reverts("proof does not fit"):
                attempt(wide, *forged, proof)


def test_truncated_extended_and_reordered_proofs_revert(wide):
    for account, entitlement in wide.tree.rows:
        proof = wide.tree.proof(account)
        own = leaf(wide.campaign, account, entitlement)
        forged = [proof[:-1], proof[1:], proof + proof[-1:], [own] + proof, proof + [wide.tree.root]]
        forged += [proof[::-1]] if proof[::-1] != proof else []
        for wrong in forged + [[], [NONE]]:
            with boa.reverts("proof does not fit"):
                attempt(wide, account, entitlement, wrong)


def test_an_inner_node_is_no_leaf(wide):
    """Second preimage: 64 bytes of two children never read as the 96 bytes of a leaf."""
    tree = wide.tree
    children = [tree._hash(1), tree._hash(2)]
    for low, high in (children, children[::-1]):
        account = "0x" + low[12:].hex()
        for entitlement in (int.from_bytes(high, "big"), int.from_bytes(low, "big")):
            with boa.reverts("proof does not fit"):
                attempt(wide, account, entitlement, [])
            with boa.reverts("proof does not fit"):
                attempt(wide, account, entitlement, [high])


def test_a_proof_of_another_campaign_reverts(wide, open_stage):
    other = open_stage(salt=b"\x01" * 32)
    other.go_live(wide.tree.rows)
    assert other.tree.root != wide.tree.root
    for account, entitlement in wide.tree.rows:
        with boa.reverts("proof does not fit"):
            attempt(wide, account, entitlement, other.tree.proof(account))
        with boa.reverts("proof does not fit"):
            attempt(wide, account, entitlement, wide.tree.proof(account), other.campaign)


def test_a_root_of_another_campaign_pays_nothing_here(wide, open_stage):
    """A publisher who proposes another campaign's root commits to leaves that name the other."""
    other = open_stage(salt=b"\x01" * 32)
    other.distributor.propose(
        other.campaign,
        NONE,
        wide.tree.root,
        kit.COMMITMENT,
        wide.tree.total,
        "",
        sender=other.people.publisher.address,
    )
    kit.pass_time(WINDOW)
    account, entitlement = wide.tree.rows[0]
    with boa.reverts("proof does not fit"):
        attempt(other, account, entitlement, wide.tree.proof(account))


def test_a_proof_of_another_chain_or_contract_reverts(wide, people, token):
    """The same terms and salt: on a fork of the chain, and at another address."""
    account, entitlement = wide.tree.rows[0]
    elsewhere = kit.deployer("src", "Distributor").deploy()
    for chain, contract in ((1, elsewhere), (10, wide.distributor)):
        boa.env.evm.patch.chain_id = chain
        try:
            abroad = kit.Stage(people, contract, token)
            abroad.go_live(wide.tree.rows)
            with boa.reverts("proof does not fit"):
                attempt(abroad, account, entitlement, wide.tree.proof(account))
        finally:
            boa.env.evm.patch.chain_id = 1


def test_any_changed_bit_of_a_proof_reverts(wide):
    @kit.samples(60)
    @given(data=st.data())
    def check(data):
        account, entitlement = data.draw(st.sampled_from(wide.tree.rows))
        proof = list(wide.tree.proof(account))
        place = data.draw(st.integers(0, len(proof) - 1))
        flipped = int.from_bytes(proof[place], "big") ^ (1 << data.draw(st.integers(0, 255)))
        proof[place] = kit.word(flipped)
        with boa.reverts("proof does not fit"):
            attempt(wide, account, entitlement, proof)

    check()


def test_trees_of_any_size_pay_in_full(people, distributor, token):
    @kit.samples(15)
    @given(size=st.integers(1, 40), salt=st.binary(min_size=32, max_size=32))
    def check(size, salt):
        stage = kit.Stage(people, distributor, token, salt=salt)
        rows = [("0x" + keccak(salt + bytes([n]))[12:].hex(), n + 1) for n in range(size)]
        stage.go_live(rows)
        for account, entitlement in rows:
            assert attempt(stage, account, entitlement, stage.tree.proof(account)) == entitlement
        assert stage.state.claimed == stage.state.live.total == size * (size + 1) // 2

    check()


def test_leaves_equal_those_of_the_published_vectors():
    """Tests/MerkleTreeTests/Vectors/trees.json, which the engine's tests run too."""
    import json

    path = kit.CONTRACTS.parent / "Tests" / "MerkleTreeTests" / "Vectors" / "trees.json"
    vectors = json.loads(path.read_text())
    campaign = bytes.fromhex(vectors["campaign"][2:])
    rows = [(row["account"], int(row["amount"])) for row in vectors["rows"]]
    seen = 0
    for case in vectors["trees"]:
        if case["encoding"] != "sluice":
            continue
        tree = Tree(campaign, rows[: case["rows"]])
        assert "0x" + tree.root.hex() == case["root"]
        for row, proof in case["proofs"].items():
            assert ["0x" + node.hex() for node in tree.proof(*rows[int(row)])] == proof
            seen += 1
    assert seen > 20
