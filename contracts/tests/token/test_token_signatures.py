"""Signed messages. Branches: permit, delegateBySig, nonces, DOMAIN_SEPARATOR, eip712Domain."""

import boa
import pytest
import token_kit as kit
from eth_account import Account
from token_kit import GRANT

SOON = kit.START + 100


@pytest.fixture
def separator(token):
    return kit.domain_separator(token.address, name="Sluice Token", chain=kit.HOME)


@pytest.fixture
def giver(people):
    """Ann, with her key."""
    return people[3]


def permit(token, signer, separator, owner, spender, amount, *, nonce=0, deadline=SOON, change=lambda s: s):
    signature = change(signer.sign(kit.permit_digest(separator, owner, spender, amount, nonce, deadline)))
    token.permit(owner, spender, amount, deadline, *signature)


def test_permit_after_its_deadline_reverts(token, separator, giver, bob):
    kit.set_time(SOON + 1)
    with boa.reverts("signature expired"):
        permit(token, giver, separator, giver.address, bob, 5)


def test_permit_at_its_deadline_is_good(token, separator, giver, bob):
    kit.set_time(SOON)
    permit(token, giver, separator, giver.address, bob, 5)
    assert token.allowance(giver.address, bob) == 5


def test_permit_sets_the_allowance_and_uses_the_nonce_up(token, separator, giver, bob):
    permit(token, giver, separator, giver.address, bob, 5)
    assert kit.events(token) == [("Approval", giver.address, bob, 5)]
    assert (token.allowance(giver.address, bob), token.nonces(giver.address)) == (5, 1)
    permit(token, giver, separator, giver.address, bob, kit.MAX, nonce=1)
    assert (token.allowance(giver.address, bob), token.nonces(giver.address)) == (kit.MAX, 2)


def test_permit_twice_reverts(token, separator, giver, bob):
    permit(token, giver, separator, giver.address, bob, 5)
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, separator, giver.address, bob, 5)


@pytest.mark.parametrize("nonce", [1, 2, kit.MAX])
def test_permit_with_another_nonce_reverts(token, separator, giver, bob, nonce):
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, separator, giver.address, bob, 5, nonce=nonce)


def test_permit_signed_by_another_reverts(token, separator, people, giver, bob):
    with boa.reverts("signature is not the owner's"):
        permit(token, people[4], separator, giver.address, bob, 5)


@pytest.mark.parametrize("place", range(4))
def test_permit_for_other_values_than_were_signed_reverts(token, separator, giver, bob, cid, place):
    signed = [giver.address, bob, 5, SOON]
    brought = list(signed)
    brought[place] = [cid, cid, 6, SOON + 1][place]
    owner, spender, amount, deadline = signed
    signature = giver.sign(kit.permit_digest(separator, owner, spender, amount, 0, deadline))
    with boa.reverts("signature is not the owner's"):
        token.permit(*brought, *signature)


def test_permit_of_the_zero_address_reverts(token, bob):
    """A signature that no key made recovers the zero address: it must not be taken for an owner."""
    with boa.reverts("signature is not the owner's"):
        token.permit(kit.ZERO, bob, 5, SOON, 27, b"\0" * 32, b"\0" * 32)


def test_permit_by_the_malleable_twin_reverts(token, separator, giver, bob):
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, separator, giver.address, bob, 5, change=kit.twin)


@pytest.mark.parametrize("v", [0, 1, 26, 29, 255])
def test_permit_with_another_v_reverts(token, separator, giver, bob, v):
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, separator, giver.address, bob, 5, change=lambda s: (v, *s[1:]))


def test_permit_for_the_zero_address_as_spender_reverts(token, separator, giver):
    with boa.reverts("spender is the zero address"):
        permit(token, giver, separator, giver.address, kit.ZERO, 5)
    assert token.nonces(giver.address) == 0


def test_permit_for_another_contract_reverts(token, giver, bob):
    foreign = kit.domain_separator(bob, name="Sluice Token", chain=kit.HOME)
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, foreign, giver.address, bob, 5)


def test_permit_after_a_chain_split_is_good_on_its_own_side_only(token, separator, giver, bob):
    kit.set_chain(61)
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, separator, giver.address, bob, 5)
    split = kit.domain_separator(token.address, name="Sluice Token", chain=61)
    permit(token, giver, split, giver.address, bob, 6)
    assert token.allowance(giver.address, bob) == 6
    kit.set_chain(kit.HOME)
    with boa.reverts("signature is not the owner's"):
        permit(token, giver, split, giver.address, bob, 6, nonce=1)


def test_permit_as_a_wallet_signs_it(token, giver, bob):
    """The typed data that wallets are given, signed by a library that shares nothing with these tests."""
    message = {"owner": giver.address, "spender": bob, "value": 77, "nonce": 0, "deadline": SOON}
    kinds = {"owner": "address", "spender": "address", "value": "uint256", "nonce": "uint256", "deadline": "uint256"}
    domain = {"name": "Sluice Token", "version": "1", "chainId": 1, "verifyingContract": str(token.address)}
    fields = {"Permit": [{"name": name, "type": kind} for name, kind in kinds.items()]}
    signed = Account.sign_typed_data(giver.key.to_bytes(), domain, fields, message)
    token.permit(giver.address, bob, 77, SOON, signed.v, kit.word(signed.r), kit.word(signed.s))
    assert token.allowance(giver.address, bob) == 77


def delegate(token, signer, separator, delegatee, *, nonce=0, expiry=SOON, change=lambda s: s):
    signature = change(signer.sign(kit.delegation_digest(separator, delegatee, nonce, expiry)))
    token.delegateBySig(delegatee, nonce, expiry, *signature)


def test_delegation_after_its_expiry_reverts(token, separator, giver, bob):
    kit.set_time(SOON + 1)
    with boa.reverts("signature expired"):
        delegate(token, giver, separator, bob)


def test_delegation_at_its_expiry_is_good(token, separator, giver, bob):
    kit.set_time(SOON)
    delegate(token, giver, separator, bob)
    assert token.delegates(giver.address) == bob


def test_delegation_by_signature_delegates_for_the_signer(token, separator, giver, bob, cid):
    signature = giver.sign(kit.delegation_digest(separator, bob, 0, SOON))
    token.delegateBySig(bob, 0, SOON, *signature, sender=cid)
    assert kit.events(token) == [
        ("DelegateChanged", giver.address, kit.ZERO, bob),
        ("DelegateVotesChanged", bob, 0, GRANT),
    ]
    assert (token.delegates(giver.address), token.delegates(cid)) == (bob, kit.ZERO)
    assert (token.getVotes(bob), token.nonces(giver.address)) == (GRANT, 1)


def test_delegation_twice_reverts(token, separator, giver, bob):
    delegate(token, giver, separator, bob)
    with boa.reverts("nonce is not the next one"):
        delegate(token, giver, separator, bob)


@pytest.mark.parametrize("nonce", [1, kit.MAX])
def test_delegation_with_another_nonce_reverts(token, separator, giver, bob, nonce):
    with boa.reverts("nonce is not the next one"):
        delegate(token, giver, separator, bob, nonce=nonce)


def test_delegation_with_other_values_than_were_signed_is_another_account_s(token, separator, giver, bob, cid):
    """What was changed recovers some other address, whose delegation says nothing about the signer's."""
    signature = giver.sign(kit.delegation_digest(separator, bob, 0, SOON))
    token.delegateBySig(cid, 0, SOON, *signature)
    assert (token.delegates(giver.address), token.getVotes(cid), token.nonces(giver.address)) == (kit.ZERO, 0, 0)


def test_delegation_without_a_signer_reverts(token, bob):
    with boa.reverts("signature is not valid"):
        token.delegateBySig(bob, 0, SOON, 27, b"\0" * 32, b"\0" * 32)


def test_delegation_by_the_malleable_twin_reverts(token, separator, giver, bob):
    with boa.reverts("signature is not valid"):
        delegate(token, giver, separator, bob, change=kit.twin)


def test_permits_and_delegations_share_their_nonces(token, separator, giver, bob):
    permit(token, giver, separator, giver.address, bob, 5)
    with boa.reverts("nonce is not the next one"):
        delegate(token, giver, separator, bob, nonce=0)
    delegate(token, giver, separator, bob, nonce=1)
    permit(token, giver, separator, giver.address, bob, 6, nonce=2)
    assert token.nonces(giver.address) == 3


def test_the_separator_is_that_of_the_chain(token, separator):
    assert token.DOMAIN_SEPARATOR() == separator
    kit.set_chain(61)
    assert token.DOMAIN_SEPARATOR() == kit.domain_separator(token.address, name="Sluice Token", chain=61)
    kit.set_chain(kit.HOME)
    assert token.DOMAIN_SEPARATOR() == separator


def test_the_fields_of_the_domain_are_those_of_the_chain(token):
    for chain in (kit.HOME, 61):
        kit.set_chain(chain)
        fields = (b"\x0f", "Sluice Token", "1", chain, token.address, b"\0" * 32, [])
        assert tuple(token.eip712Domain()) == fields


def test_nonces_begin_with_zero(token, giver):
    assert token.nonces(giver.address) == 0
