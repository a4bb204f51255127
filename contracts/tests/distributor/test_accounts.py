"""What accounts decide. Branches: set_recipient, set_operator, set_opt_in, set_opt_out, profile,
is_operator, nonces, DOMAIN_SEPARATOR."""

import boa
import distributor_kit as kit
from distributor_kit import ZERO
from eth_abi import encode
from eth_utils import keccak, to_canonical_address


def test_set_recipient_registers_and_keeps_the_flags(distributor, people):
    ann = people.ann.address
    distributor.set_opt_in(True, sender=ann)
    distributor.set_recipient(people.cid.address, sender=ann)
    (event,) = kit.events(distributor, "RecipientSet")
    assert (event["account"], event["recipient"]) == (ann, people.cid.address)
    assert distributor.profile(ann) == (people.cid.address, True, False)
    distributor.set_recipient("0x" + "ff" * 20, sender=ann)
    distributor.set_recipient(people.bob.address, sender=ann)
    assert distributor.profile(ann) == (people.bob.address, True, False)


def test_set_recipient_to_nobody_means_the_account(distributor, people, live, token):
    ann = people.ann.address
    distributor.set_recipient(people.cid.address, sender=ann)
    distributor.set_recipient(ZERO, sender=ann)
    assert distributor.profile(ann) == (ZERO, False, False)
    live.claim(people.ann)
    assert token.balanceOf(ann) > 0


def test_set_recipient_holds_in_all_campaigns(distributor, people, open_stage, token):
    distributor.set_recipient(people.cid.address, sender=people.ann.address)
    for salt in (kit.word(1), kit.word(2)):
        stage = open_stage(salt=salt)
        stage.go_live(stage.rows(ann=3))
        stage.claim(people.ann)
    assert token.balanceOf(people.cid.address) == 6 * kit.UNIT


def test_set_operator_approves_and_revokes(distributor, people):
    ann, eve = people.ann.address, people.eve.address
    distributor.set_operator(eve, True, sender=ann)
    (event,) = kit.events(distributor, "OperatorSet")
    assert (event["account"], event["operator"], event["approved"]) == (ann, eve, True)
    assert distributor.is_operator(ann, eve)
    assert not distributor.is_operator(eve, ann)
    distributor.set_operator(eve, False, sender=ann)
    assert not distributor.is_operator(ann, eve)


def test_set_opt_in_and_out_keep_each_other_and_the_recipient(distributor, people):
    ann, cid = people.ann.address, people.cid.address
    distributor.set_recipient(cid, sender=ann)
    seen = []
    for call, value in (
        (distributor.set_opt_in, True),
        (distributor.set_opt_out, True),
        (distributor.set_opt_in, False),
        (distributor.set_opt_out, False),
    ):
        call(value, sender=ann)
        (event,) = kit.events(distributor, "ConsentSet")
        assert event["account"] == ann
        assert distributor.profile(ann) == (cid, event["opted_in"], event["opted_out"])
        seen.append((event["opted_in"], event["opted_out"]))
    assert seen == [(True, False), (True, True), (False, True), (False, False)]


def test_set_opt_in_twice_changes_nothing(distributor, people):
    for _ in range(2):
        distributor.set_opt_in(True, sender=people.ann.address)
        assert distributor.profile(people.ann.address) == (ZERO, True, False)


def test_profile_of_an_unknown_account_is_empty(distributor, people):
    assert distributor.profile(people.eve.address) == (ZERO, False, False)
    assert distributor.nonces(people.eve.address) == 0


def test_the_domain_is_that_of_eip_712(distributor):
    fields = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    for chain in (1, 10):
        domain = keccak(
            encode(
                ["bytes32", "bytes32", "bytes32", "uint256", "address"],
                [
                    keccak(text=fields),
                    keccak(text="Sluice Distributor"),
                    keccak(text="1"),
                    chain,
                    to_canonical_address(distributor.address),
                ],
            )
        )
        boa.env.evm.patch.chain_id = chain
        assert distributor.DOMAIN_SEPARATOR() == domain
    boa.env.evm.patch.chain_id = 1
