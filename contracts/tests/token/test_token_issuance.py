"""Native issuance. Branches: genesis, mint, renounce_minter, issued, minter, is_begun."""

import boa
import pytest
import token_kit as kit
from token_kit import CAP, GRANT


def test_genesis_by_another_reverts(bare, ann, minter):
    with boa.reverts("caller is not the deployer"):
        bare.genesis(minter, [(ann, 1)], sender=ann)


def test_genesis_by_a_later_owner_reverts(bare, deployer, ann, minter):
    bare.transferOwnership(ann, sender=deployer)
    bare.acceptOwnership(sender=ann)
    with boa.reverts("caller is not the deployer"):
        bare.genesis(minter, [(ann, 1)], sender=ann)
    bare.genesis(minter, [(ann, 1)], sender=deployer)


def test_genesis_on_another_chain_reverts(abroad, deployer, ann, minter):
    with boa.reverts("not the home chain"):
        abroad.genesis(minter, [(ann, 1)], sender=deployer)


def test_genesis_twice_reverts(token, deployer, ann, minter):
    with boa.reverts("genesis was called before"):
        token.genesis(minter, [(ann, 1)], sender=deployer)


def test_genesis_of_nothing_counts_as_called(bare, deployer, ann, minter):
    bare.genesis(kit.ZERO, [], sender=deployer)
    assert bare.is_begun()
    with boa.reverts("genesis was called before"):
        bare.genesis(minter, [(ann, 1)], sender=deployer)


def test_genesis_above_the_cap_reverts_whole(bare, deployer, ann, bob, minter):
    with boa.reverts("issued would exceed the cap"):
        bare.genesis(minter, [(ann, CAP), (bob, 1)], sender=deployer)
    assert (bare.totalSupply(), bare.is_begun(), bare.minter()) == (0, False, kit.ZERO)


@pytest.mark.parametrize("amount", [2**128, 2**256 - 1])
def test_genesis_of_amounts_that_would_overflow_reverts(bare, deployer, ann, bob, minter, amount):
    with boa.reverts():
        bare.genesis(minter, [(ann, 1), (bob, amount)], sender=deployer)


def test_genesis_for_the_zero_address_or_the_token_reverts(bare, deployer, minter):
    with boa.reverts("receiver is the zero address"):
        bare.genesis(minter, [(kit.ZERO, 1)], sender=deployer)
    with boa.reverts("receiver is the token"):
        bare.genesis(minter, [(bare.address, 1)], sender=deployer)


def test_genesis_issues_the_allocations(bare, deployer, minter, ann, bob):
    bare.genesis(minter, [(ann, 5), (bob, 7), (ann, 1)], sender=deployer)
    assert kit.events(bare) == [
        ("Transfer", kit.ZERO, ann, 5),
        ("Transfer", kit.ZERO, bob, 7),
        ("Transfer", kit.ZERO, ann, 1),
        ("Genesis", 13, minter),
    ]
    assert (bare.balanceOf(ann), bare.balanceOf(bob)) == (6, 7)
    assert (bare.totalSupply(), bare.issued(), bare.minter(), bare.is_begun()) == (13, 13, minter, True)


def test_genesis_counts_votes_of_who_delegated_before(bare, deployer, ann, cid):
    bare.delegate(cid, sender=ann)
    bare.genesis(kit.ZERO, [(ann, 5)], sender=deployer)
    assert bare.getVotes(cid) == 5


def test_genesis_takes_128_allocations(bare, deployer):
    accounts = [f"0x{number:040x}" for number in range(1000, 1128)]
    bare.genesis(kit.ZERO, [(account, 1) for account in accounts], sender=deployer)
    assert bare.totalSupply() == 128
    assert {bare.balanceOf(account) for account in accounts} == {1}


def test_without_a_minter_nothing_is_issued_ever(bare, deployer, ann):
    bare.genesis(kit.ZERO, [(ann, 5)], sender=deployer)
    for caller in (deployer, ann):
        with boa.reverts("caller is not the minter"):
            bare.mint(ann, 1, sender=caller)


def test_mint_by_another_reverts(token, deployer, ann):
    for caller in (deployer, ann):
        with boa.reverts("caller is not the minter"):
            token.mint(ann, 1, sender=caller)


def test_mint_after_a_chain_split_reverts_on_the_other_side(token, minter, ann):
    kit.set_chain(61)
    with boa.reverts("not the home chain"):
        token.mint(ann, 1, sender=minter)


def test_mint_above_the_cap_reverts(token, minter, ann):
    for amount in (CAP - 2 * GRANT + 1, 2**128):
        with boa.reverts("issued would exceed the cap"):
            token.mint(ann, amount, sender=minter)
    with boa.reverts():
        token.mint(ann, kit.MAX, sender=minter)


def test_mint_to_the_zero_address_or_the_token_reverts(token, minter):
    with boa.reverts("receiver is the zero address"):
        token.mint(kit.ZERO, 1, sender=minter)
    with boa.reverts("receiver is the token"):
        token.mint(token.address, 1, sender=minter)


def test_mint_issues_up_to_the_cap(token, minter, ann, cid):
    token.delegate(cid, sender=ann)
    rest = CAP - 2 * GRANT
    token.mint(ann, rest - 1, sender=minter)
    assert kit.events(token) == [
        ("DelegateVotesChanged", cid, GRANT, GRANT + rest - 1),
        ("Transfer", kit.ZERO, ann, rest - 1),
    ]
    token.mint(ann, 1, sender=minter)
    assert (token.issued(), token.totalSupply(), token.getVotes(cid)) == (CAP, CAP, CAP - GRANT)
    with boa.reverts("issued would exceed the cap"):
        token.mint(ann, 1, sender=minter)


def test_what_leaves_by_a_bridge_makes_no_room_for_issuance(token, deployer, minter, bridge, ann):
    """Bridged supply never raises native issuance."""
    token.mint(bridge, CAP - 2 * GRANT, sender=minter)
    token.set_bridge(bridge, 0, 0, GRANT, GRANT, sender=deployer)
    kit.pass_time(1)
    token.crosschainBurn(bridge, GRANT, sender=bridge)
    assert (token.totalSupply(), token.issued()) == (CAP - GRANT, CAP)
    with boa.reverts("issued would exceed the cap"):
        token.mint(ann, 1, sender=minter)


def test_renouncing_the_minter_by_another_reverts(token, deployer):
    with boa.reverts("caller is not the minter"):
        token.renounce_minter(sender=deployer)


def test_renouncing_the_minter_ends_issuance(token, minter, ann):
    token.renounce_minter(sender=minter)
    assert kit.events(token) == [("MinterRenounced", minter)]
    assert token.minter() == kit.ZERO
    for call in (lambda: token.mint(ann, 1, sender=minter), lambda: token.renounce_minter(sender=minter)):
        with boa.reverts("caller is not the minter"):
            call()
