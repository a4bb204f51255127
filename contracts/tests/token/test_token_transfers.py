"""Moving tokens. Branches: transfer, transferFrom, approve, allowance, balanceOf, totalSupply."""

import boa
import pytest
import token_kit as kit
from token_kit import GRANT


def test_transfer_to_the_zero_address_reverts(token, ann):
    with boa.reverts("receiver is the zero address"):
        token.transfer(kit.ZERO, 1, sender=ann)


def test_transfer_to_the_token_reverts(token, ann):
    with boa.reverts("receiver is the token"):
        token.transfer(token.address, 1, sender=ann)


@pytest.mark.parametrize("amount", [GRANT + 1, 2**128, 2**128 + 1, 2**256 - 1])
def test_transfer_above_the_balance_reverts(token, ann, bob, amount):
    with boa.reverts("balance is too low"):
        token.transfer(bob, amount, sender=ann)


def test_transfer_above_the_balance_reverts_for_who_delegates_too(token, ann, bob):
    """The flag of a delegation stands above the balance in its slot: it must not count as balance."""
    token.delegate(ann, sender=ann)
    for amount in (GRANT + 1, 2**128, 2**128 + GRANT):
        with boa.reverts("balance is too low"):
            token.transfer(bob, amount, sender=ann)


def test_transfer_moves_the_amount(token, ann, cid):
    assert token.transfer(cid, 123, sender=ann) is True
    assert kit.events(token) == [("Transfer", ann, cid, 123)]
    assert (token.balanceOf(ann), token.balanceOf(cid)) == (GRANT - 123, 123)
    assert token.totalSupply() == 2 * GRANT


def test_transfer_of_everything_leaves_nothing(token, ann, cid):
    token.transfer(cid, GRANT, sender=ann)
    assert (token.balanceOf(ann), token.balanceOf(cid)) == (0, GRANT)


def test_transfer_of_nothing_is_a_transfer(token, cid, bob):
    assert token.transfer(bob, 0, sender=cid) is True
    assert kit.events(token) == [("Transfer", cid, bob, 0)]
    assert (token.balanceOf(cid), token.balanceOf(bob)) == (0, GRANT)


@pytest.mark.parametrize("is_delegated", [False, True])
def test_transfer_to_oneself_changes_nothing(token, ann, is_delegated):
    if is_delegated:
        token.delegate(ann, sender=ann)
    token.transfer(ann, 5, sender=ann)
    assert kit.events(token) == [("Transfer", ann, ann, 5)]
    assert token.balanceOf(ann) == GRANT
    assert token.getVotes(ann) == (GRANT if is_delegated else 0)


def test_transfer_without_delegates_moves_no_votes(token, ann, bob):
    token.transfer(bob, 7, sender=ann)
    assert (token.getVotes(ann), token.getVotes(bob)) == (0, 0)


def test_transfer_from_a_delegated_balance_takes_votes(token, ann, bob, cid):
    token.delegate(cid, sender=ann)
    token.transfer(bob, 7, sender=ann)
    assert kit.events(token) == [
        ("DelegateVotesChanged", cid, GRANT, GRANT - 7),
        ("Transfer", ann, bob, 7),
    ]
    assert token.getVotes(cid) == GRANT - 7


def test_transfer_to_a_delegated_balance_gives_votes(token, ann, bob, cid):
    token.delegate(cid, sender=bob)
    token.transfer(bob, 7, sender=ann)
    assert kit.events(token) == [
        ("DelegateVotesChanged", cid, GRANT, GRANT + 7),
        ("Transfer", ann, bob, 7),
    ]
    assert token.getVotes(cid) == GRANT + 7


def test_transfer_between_delegates_moves_votes(token, ann, bob):
    token.delegate(ann, sender=ann)
    token.delegate(bob, sender=bob)
    token.transfer(bob, 7, sender=ann)
    assert kit.events(token) == [
        ("DelegateVotesChanged", ann, GRANT, GRANT - 7),
        ("DelegateVotesChanged", bob, GRANT, GRANT + 7),
        ("Transfer", ann, bob, 7),
    ]
    assert (token.getVotes(ann), token.getVotes(bob)) == (GRANT - 7, GRANT + 7)


def test_transfer_between_balances_of_one_delegate_moves_no_votes(token, ann, bob, cid):
    token.delegate(cid, sender=ann)
    token.delegate(cid, sender=bob)
    token.transfer(bob, 7, sender=ann)
    assert kit.events(token) == [("Transfer", ann, bob, 7)]
    assert token.getVotes(cid) == 2 * GRANT


def test_transfer_from_above_the_allowance_reverts(token, ann, bob, cid):
    token.approve(cid, 10, sender=ann)
    with boa.reverts("allowance is too low"):
        token.transferFrom(ann, bob, 11, sender=cid)


def test_transfer_from_without_allowance_reverts_for_the_owner_too(token, ann, bob):
    with boa.reverts("allowance is too low"):
        token.transferFrom(ann, bob, 1, sender=ann)


def test_transfer_from_above_the_balance_reverts(token, ann, bob, cid):
    token.approve(cid, 2**256 - 2, sender=ann)
    with boa.reverts("balance is too low"):
        token.transferFrom(ann, bob, GRANT + 1, sender=cid)
    assert token.allowance(ann, cid) == 2**256 - 2


@pytest.mark.parametrize("receiver", ["zero", "token"])
def test_transfer_from_to_where_nothing_can_leave_reverts(token, ann, cid, receiver):
    token.approve(cid, 10, sender=ann)
    to = kit.ZERO if receiver == "zero" else token.address
    with boa.reverts(f"receiver is the {'zero address' if receiver == 'zero' else 'token'}"):
        token.transferFrom(ann, to, 1, sender=cid)


def test_transfer_from_uses_the_allowance_up(token, ann, bob, cid):
    token.approve(cid, 10, sender=ann)
    assert token.transferFrom(ann, bob, 4, sender=cid) is True
    assert kit.events(token) == [("Transfer", ann, bob, 4)]
    assert token.allowance(ann, cid) == 6
    token.transferFrom(ann, cid, 6, sender=cid)
    assert token.allowance(ann, cid) == 0
    assert (token.balanceOf(ann), token.balanceOf(bob), token.balanceOf(cid)) == (GRANT - 10, GRANT + 4, 6)


def test_transfer_from_leaves_an_endless_allowance(token, ann, bob, cid):
    token.approve(cid, 2**256 - 1, sender=ann)
    token.transferFrom(ann, bob, GRANT, sender=cid)
    assert token.allowance(ann, cid) == 2**256 - 1


def test_approve_for_the_zero_address_reverts(token, ann):
    with boa.reverts("spender is the zero address"):
        token.approve(kit.ZERO, 1, sender=ann)


def test_approve_replaces_what_was_set(token, ann, bob, cid):
    for amount in (10, 3, 0, 2**256 - 1):
        assert token.approve(bob, amount, sender=ann) is True
        assert kit.events(token) == [("Approval", ann, bob, amount)]
        assert token.allowance(ann, bob) == amount
    assert token.allowance(bob, ann) == token.allowance(ann, cid) == 0


def test_balances_and_supply_begin_with_genesis(token, ann, bob, cid):
    assert [token.balanceOf(account) for account in (ann, bob, cid, kit.ZERO)] == [GRANT, GRANT, 0, 0]
    assert token.totalSupply() == 2 * GRANT


def test_a_balance_is_shown_without_the_flag_of_its_delegation(token, ann):
    token.delegate(ann, sender=ann)
    assert token.balanceOf(ann) == GRANT
