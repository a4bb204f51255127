"""Claims to a chosen recipient, and with a delegation. Branches: claim_to, claim_and_delegate."""

import boa
import distributor_kit as kit
import pytest
from distributor_kit import DAY, NONE, ORDER, START, UNIT, ZERO, word
from eth_abi import encode
from eth_utils import keccak, to_canonical_address

DEADLINE = START + 10 * DAY
MANY_GAS = 3_000_000


@pytest.fixture
def votes(open_stage):
    """A live campaign of a token with votes."""
    stage = open_stage(token=kit.mock("VotesToken"))
    stage.go_live(stage.rows(ann=100, bob=50, cid=7))
    return stage


def delegation(stage, person, delegatee, nonce=0, expiry=DEADLINE):
    """What the mock's delegateBySig takes."""
    type_hash = keccak(text="Delegation(address delegatee,uint256 nonce,uint256 expiry)")
    token, named = (to_canonical_address(item) for item in (stage.token.address, delegatee.address))
    digest = keccak(
        encode(
            ["bytes32", "address", "address", "uint256", "uint256"],
            [type_hash, token, named, nonce, expiry],
        )
    )
    signature = person.sign(digest)
    r, s, v = signature[:32], signature[32:64], signature[64]
    return (delegatee.address, nonce, expiry, v, r, s)


def claim_and_delegate(stage, person, delegated, sender=None, signature=b"", gas=MANY_GAS):
    account = person.address
    return stage.distributor.claim_and_delegate(
        stage.campaign,
        account,
        stage.tree.entitlement(account),
        stage.tree.proof(account),
        NONE,
        account,
        DEADLINE,
        signature,
        delegated,
        sender=(sender or person).address,
        gas=gas,
    )


# claim_to


def test_claim_to_pays_whom_the_account_signed_for(live, people, token, distributor):
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    paid = live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)
    (event,) = kit.events(distributor, "Claimed")
    assert (event["account"], event["recipient"]) == (people.ann.address, people.cid.address)
    assert paid == token.balanceOf(people.cid.address) == 100 * UNIT
    assert distributor.nonces(people.ann.address) == 1


def test_claim_to_goes_before_the_registered_recipient(live, people, token, distributor):
    distributor.set_recipient(people.bob.address, sender=people.ann.address)
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)
    assert token.balanceOf(people.cid.address) == 100 * UNIT


def test_claim_to_by_the_account_itself_needs_no_signature(open_stage, people, token, distributor):
    stage = open_stage(claim_policy=0)
    stage.go_live(stage.rows(ann=100))
    stage.claim_to(people.ann, people.cid.address, b"", 0, people.ann.address)
    assert token.balanceOf(people.cid.address) == 100 * UNIT
    assert distributor.nonces(people.ann.address) == 0


def test_claim_to_of_one_who_opted_out_works_by_signature(live, people, distributor):
    distributor.set_opt_out(True, sender=people.ann.address)
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    assert live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)


def test_claim_to_in_an_unknown_campaign_reverts(distributor, people):
    ann = people.ann.address
    with boa.reverts("unknown campaign"):
        distributor.claim_to(NONE, ann, 1, [], NONE, ann, DEADLINE, b"", sender=ann)


def test_claim_to_while_paused_reverts(live, people, distributor):
    distributor.pause(live.campaign, sender=people.guardian.address)
    with boa.reverts("paused"):
        live.claim_to(people.ann, people.cid.address, b"", 0, people.ann.address)


def test_claim_to_from_the_expiry_on_reverts(open_stage, people):
    stage = open_stage(expiry=START + 200 * DAY)
    stage.go_live(stage.rows(ann=100))
    kit.set_time(START + 200 * DAY)
    with boa.reverts("expired"):
        stage.claim_to(people.ann, people.cid.address, b"", 0, people.ann.address)


def test_claim_to_that_expects_another_root_reverts(live, people, distributor):
    ann = people.ann.address
    values = (100 * UNIT, live.tree.proof(ann), b"\x01" * 32, ann, DEADLINE, b"")
    with boa.reverts("another root is live"):
        distributor.claim_to(live.campaign, ann, *values, sender=ann)


def test_claim_to_with_a_proof_that_does_not_fit_reverts(live, people, distributor):
    ann = people.ann.address
    values = (101 * UNIT, live.tree.proof(ann), NONE, ann, DEADLINE, b"")
    with boa.reverts("proof does not fit"):
        distributor.claim_to(live.campaign, ann, *values, sender=ann)


def test_claim_to_after_the_deadline_reverts(live, people):
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    kit.set_time(DEADLINE + 1)
    with boa.reverts("signature too late"):
        live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)
    kit.set_time(DEADLINE)
    live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)


def test_claim_to_twice_with_one_signature_reverts(live, people):
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)
    live.go_live(live.rows(ann=130, bob=50, cid=7))
    with boa.reverts("signature does not fit"):
        live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)


@pytest.mark.parametrize(
    "other",
    [
        {"campaign": b"\x01" * 32},
        {"account": "0x" + "22" * 20},
        {"nonce": 1},
        {"chain": 10},
        {"name": "Another Distributor"},
    ],
)
def test_claim_to_with_a_signature_for_something_else_reverts(live, people, other):
    signature = live.signature(people.ann, people.cid.address, DEADLINE, **other)
    with boa.reverts("signature does not fit"):
        live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)


def test_claim_to_with_a_changed_recipient_or_deadline_reverts(live, people):
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    for recipient, deadline in ((people.eve, DEADLINE), (people.cid, DEADLINE + 1)):
        with boa.reverts("signature does not fit"):
            live.claim_to(people.ann, recipient.address, signature, deadline, people.eve.address)


def test_claim_to_with_a_signature_for_another_distributor_reverts(live, people):
    other = kit.deployer("src", "Distributor").deploy()
    digest = kit.claim_digest(
        other.address, live.campaign, people.ann.address, people.cid.address, 0, DEADLINE
    )
    with boa.reverts("signature does not fit"):
        live.claim_to(
            people.ann, people.cid.address, people.ann.sign(digest), DEADLINE, people.eve.address
        )


def test_claim_to_with_the_signature_of_another_reverts(live, people):
    digest = kit.claim_digest(
        live.distributor.address, live.campaign, people.ann.address, people.eve.address, 0, DEADLINE
    )
    with boa.reverts("signature does not fit"):
        live.claim_to(
            people.ann, people.eve.address, people.eve.sign(digest), DEADLINE, people.eve.address
        )


def test_claim_to_with_the_malleable_twin_reverts(live, people):
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    s = int.from_bytes(signature[32:64], "big")
    twin = signature[:32] + word(ORDER - s) + bytes([55 - signature[64]])
    with boa.reverts("signature does not fit"):
        live.claim_to(people.ann, people.cid.address, twin, DEADLINE, people.eve.address)


@pytest.mark.parametrize("change", ["empty", "short", "long", "v0", "v29", "zero", "noise"])
def test_claim_to_with_a_malformed_signature_reverts(live, people, change):
    whole = live.signature(people.ann, people.cid.address, DEADLINE)
    signature = {
        "empty": b"",
        "short": whole[:64],
        "long": whole + b"\x00",
        "v0": whole[:64] + bytes([whole[64] - 27]),
        "v29": whole[:64] + bytes([29]),
        "zero": bytes(64) + bytes([27]),
        "noise": keccak(b"a") + word(1) + bytes([27]),
    }[change]
    with boa.reverts("signature does not fit"):
        live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)


def test_claim_to_takes_both_forms_of_v(live, people):
    """27 and 28, as the key's nonces happen to give them."""
    forms = {}
    for deadline in range(DEADLINE, DEADLINE + 20):
        signature = live.signature(people.ann, people.cid.address, deadline)
        forms[signature[64]] = (signature, deadline)
    assert set(forms) == {27, 28}
    for signature, deadline in forms.values():
        with boa.env.anchor():
            assert live.claim_to(
                people.ann, people.cid.address, signature, deadline, people.eve.address
            )


def test_claim_to_for_the_zero_account_reverts(stage, people):
    """A signature that recovers nobody is not the signature of account 0."""
    stage.go_live([(ZERO, 5), (people.ann.address, 6)])
    with boa.reverts("signature does not fit"):
        stage.claim_to(ZERO, people.eve.address, bytes(64) + b"\x1b", DEADLINE, people.eve.address)


def test_claim_to_nobody_reverts(live, people):
    with boa.reverts("no recipient"):
        live.claim_to(people.ann, ZERO, b"", 0, people.ann.address)


def test_claim_to_where_nothing_is_due_reverts_and_keeps_the_nonce(live, people, distributor):
    live.claim(people.ann)
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    with boa.reverts("nothing is due"):
        live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)
    assert distributor.nonces(people.ann.address) == 0


@pytest.fixture
def wallet(stage, people):
    """A contract wallet of Eve's key with an entitlement of 5."""
    made = kit.mock("Wallet", people.eve.address)
    stage.go_live([(made.address, 5), (people.ann.address, 6)])
    return made


def wallet_signature(stage, wallet, person, recipient):
    digest = kit.claim_digest(
        stage.distributor.address, stage.campaign, wallet.address, recipient, 0, DEADLINE
    )
    return person.sign(digest)


def test_claim_to_for_a_contract_wallet_asks_the_wallet(stage, people, wallet, token):
    signature = wallet_signature(stage, wallet, people.eve, people.cid.address)
    stage.claim_to(wallet, people.cid.address, signature, DEADLINE, people.bob.address)
    assert token.balanceOf(people.cid.address) == 5


def test_claim_to_for_a_contract_wallet_takes_signatures_of_any_length(stage, people, wallet):
    wallet.set_mode(1)
    assert stage.claim_to(wallet, people.cid.address, b"s" * 2048, DEADLINE, people.bob.address)


@pytest.mark.parametrize("mode, reason", [(0, "signature does not fit"), (2, "signature does not fit")])
def test_claim_to_for_a_contract_wallet_that_says_no_reverts(stage, people, wallet, mode, reason):
    wallet.set_mode(mode)
    signature = wallet_signature(stage, wallet, people.ann, people.cid.address)
    with boa.reverts(reason):
        stage.claim_to(wallet, people.cid.address, signature, DEADLINE, people.bob.address)


def test_claim_to_for_a_contract_wallet_that_fails_reverts(stage, people, wallet):
    wallet.set_mode(3)
    with boa.reverts("no signatures today"):
        stage.claim_to(wallet, people.cid.address, b"", DEADLINE, people.bob.address)


def test_claim_to_for_an_account_with_code_and_a_key_takes_the_key(live, people, token):
    """As an account with an EIP-7702 delegation is: its key stays in charge."""
    boa.env.set_code(people.ann.address, b"\xef\x01\x00" + b"\x11" * 20)
    signature = live.signature(people.ann, people.cid.address, DEADLINE)
    live.claim_to(people.ann, people.cid.address, signature, DEADLINE, people.eve.address)
    assert token.balanceOf(people.cid.address) == 100 * UNIT


# claim_and_delegate


def test_claim_and_delegate_pays_and_delegates(votes, people):
    signature = votes.signature(people.ann, people.ann.address, DEADLINE)
    delegated = delegation(votes, people.ann, people.cid)
    paid = claim_and_delegate(votes, people.ann, delegated, people.eve, signature)
    (event,) = kit.events(votes.distributor, "DelegationTried")
    assert (event["campaign"], event["account"]) == (votes.campaign, people.ann.address)
    assert (event["delegatee"], event["success"]) == (people.cid.address, True)
    assert paid == votes.token.balanceOf(people.ann.address) == 100 * UNIT
    assert votes.token.delegates(people.ann.address) == people.cid.address


def test_claim_and_delegate_by_the_account_itself(votes, people):
    claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid))
    assert votes.token.delegates(people.ann.address) == people.cid.address


@pytest.mark.parametrize("mode", [1, 2, 3])
def test_claim_and_delegate_pays_although_the_token_fails_at_it(votes, people, mode):
    votes.token.set_mode(mode)
    claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid))
    (event,) = kit.events(votes.distributor, "DelegationTried")
    assert event["success"] is False
    assert votes.token.balanceOf(people.ann.address) == 100 * UNIT


@pytest.mark.parametrize("more", [{"nonce": 1}, {"expiry": START}])
def test_claim_and_delegate_pays_although_the_delegation_is_stale(votes, people, more):
    """Also one that somebody handed to the token before: the account has delegated then."""
    claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid, **more))
    assert kit.events(votes.distributor, "DelegationTried")[0]["success"] is False
    assert votes.token.balanceOf(people.ann.address) == 100 * UNIT


def test_claim_and_delegate_pays_where_the_token_has_no_delegation(live, people, token):
    claim_and_delegate(live, people.ann, (people.cid.address, 0, DEADLINE, 27, NONE, NONE))
    assert token.balanceOf(people.ann.address) == 100 * UNIT


def test_claim_and_delegate_with_a_signature_that_does_not_fit_reverts(votes, people):
    delegated = delegation(votes, people.ann, people.cid)
    signature = votes.signature(people.bob, people.ann.address, DEADLINE)
    with boa.reverts("signature does not fit"):
        claim_and_delegate(votes, people.ann, delegated, people.eve, signature)


def test_claim_and_delegate_with_a_proof_that_does_not_fit_reverts(votes, people):
    votes.tree.rows[0] = (people.ann.address, 100 * UNIT)
    other = votes.propose(votes.rows(ann=101, bob=50, cid=7))
    votes.tree = other
    with boa.reverts("proof does not fit"):
        claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid))


def test_claim_and_delegate_while_paused_reverts(votes, people, distributor):
    distributor.pause(votes.campaign, sender=people.guardian.address)
    with boa.reverts("paused"):
        claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid))


def test_claim_and_delegate_in_an_unknown_campaign_reverts(votes, people):
    votes.campaign, campaign = NONE, votes.campaign
    with boa.reverts("unknown campaign"):
        claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid))
    votes.campaign = campaign


def test_claim_and_delegate_where_nothing_is_due_reverts(votes, people):
    votes.claim(people.ann)
    with boa.reverts("nothing is due"):
        claim_and_delegate(votes, people.ann, delegation(votes, people.ann, people.cid))


def test_claim_and_delegate_is_never_starved_of_gas(votes, people):
    """Whatever limit a relayer sets, the delegation gets its 250,000 gas or nothing happens."""
    delegated = delegation(votes, people.ann, people.cid)
    outcomes = set()
    for gas in range(80_000, 500_000, 20_000):
        with boa.env.anchor():
            try:
                claim_and_delegate(votes, people.ann, delegated, gas=gas)
                seen = votes.token.gas_seen()
                assert 249_000 < seen <= 250_000
                outcomes.add(votes.token.delegates(people.ann.address))
            except boa.BoaError:
                outcomes.add(None)
                assert votes.token.balanceOf(people.ann.address) == 0
    assert outcomes == {None, people.cid.address}
