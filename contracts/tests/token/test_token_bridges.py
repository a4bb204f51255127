"""Bridges. Branches: crosschainMint, crosschainBurn, set_bridge, mint_bucket, burn_bucket, bridged_in, bridged_out."""

import boa
import pytest
import token_kit as kit
from hypothesis import given
from hypothesis import strategies as st
from token_kit import CAP, GRANT

LIMIT, REFILL = 1000, 10


@pytest.fixture
def away(abroad, deployer, bridge):
    """Abroad, with a bridge whose buckets are full."""
    abroad.set_bridge(bridge, LIMIT, REFILL, LIMIT, REFILL, sender=deployer)
    kit.pass_time(LIMIT // REFILL)
    return abroad


@pytest.fixture
def here(token, deployer, bridge):
    """At home, with a bridge whose buckets are full."""
    token.set_bridge(bridge, LIMIT, REFILL, LIMIT, REFILL, sender=deployer)
    kit.pass_time(LIMIT // REFILL)
    return token


def test_crosschain_mint_by_another_reverts(away, deployer, ann):
    for caller in (deployer, ann):
        for amount in (0, 1):
            with boa.reverts("caller is not a bridge"):
                away.crosschainMint(ann, amount, sender=caller)


def test_crosschain_mint_in_a_closed_direction_reverts(away, deployer, bridge, ann):
    away.set_bridge(bridge, 0, REFILL, LIMIT, REFILL, sender=deployer)
    kit.pass_time(100)
    with boa.reverts("caller is not a bridge"):
        away.crosschainMint(ann, 0, sender=bridge)


@pytest.mark.parametrize("amount", [LIMIT + 1, 2**128, kit.MAX])
def test_crosschain_mint_above_the_limit_reverts(away, bridge, ann, amount):
    with boa.reverts("above the bridge's limit"):
        away.crosschainMint(ann, amount, sender=bridge)


def test_crosschain_mint_to_the_zero_address_or_the_token_reverts(away, bridge):
    with boa.reverts("receiver is the zero address"):
        away.crosschainMint(kit.ZERO, 1, sender=bridge)
    with boa.reverts("receiver is the token"):
        away.crosschainMint(away.address, 1, sender=bridge)


def test_crosschain_mint_abroad_creates_what_arrives(away, bridge, ann, cid):
    away.delegate(cid, sender=ann)
    away.crosschainMint(ann, 400, sender=bridge)
    assert kit.events(away) == [
        ("DelegateVotesChanged", cid, 0, 400),
        ("Transfer", kit.ZERO, ann, 400),
        ("CrosschainMint", ann, 400, bridge),
    ]
    assert (away.balanceOf(ann), away.totalSupply(), away.getVotes(cid)) == (400, 400, 400)
    assert (away.issued(), away.bridged_in(), away.bridged_out()) == (0, 400, 0)


def test_crosschain_mint_uses_the_bucket_up_and_time_refills_it(away, bridge, ann):
    away.crosschainMint(ann, LIMIT, sender=bridge)
    with boa.reverts("above the bridge's limit"):
        away.crosschainMint(ann, 1, sender=bridge)
    kit.pass_time(3)
    with boa.reverts("above the bridge's limit"):
        away.crosschainMint(ann, 3 * REFILL + 1, sender=bridge)
    away.crosschainMint(ann, 3 * REFILL, sender=bridge)
    kit.pass_time(10**9)
    with boa.reverts("above the bridge's limit"):
        away.crosschainMint(ann, LIMIT + 1, sender=bridge)
    away.crosschainMint(ann, LIMIT, sender=bridge)


def test_crosschain_mint_leaves_other_buckets_alone(away, deployer, bridge, ann, bob):
    away.set_bridge(bob, LIMIT, REFILL, LIMIT, REFILL, sender=deployer)
    kit.pass_time(100)
    away.crosschainMint(ann, LIMIT, sender=bridge)
    assert [away.mint_bucket(b)[2] for b in (bridge, bob)] == [0, LIMIT]
    assert [away.burn_bucket(b)[2] for b in (bridge, bob)] == [LIMIT, LIMIT]


def test_crosschain_mint_abroad_stays_within_the_cap(abroad, deployer, bridge, ann):
    """Whatever a bridge says, no chain ever shows more than the cap."""
    huge = 2**128 - 1
    abroad.set_bridge(bridge, huge, huge, huge, huge, sender=deployer)
    kit.pass_time(1)
    abroad.crosschainMint(ann, CAP, sender=bridge)
    kit.pass_time(1)
    with boa.reverts("supply would exceed the cap"):
        abroad.crosschainMint(ann, 1, sender=bridge)


def test_crosschain_mint_at_home_brings_back_only_what_left(here, bridge, ann):
    with boa.reverts("more than left the home chain"):
        here.crosschainMint(ann, 1, sender=bridge)
    here.transfer(bridge, 300, sender=ann)
    here.crosschainBurn(bridge, 300, sender=bridge)
    with boa.reverts("more than left the home chain"):
        here.crosschainMint(ann, 301, sender=bridge)
    here.crosschainMint(ann, 300, sender=bridge)
    assert (here.bridged_in(), here.bridged_out(), here.issued()) == (300, 300, 2 * GRANT)
    assert here.totalSupply() == 2 * GRANT


def test_crosschain_mint_after_a_chain_split_stays_within_the_cap(here, deployer, minter, bridge, ann):
    """On the side with the new chain id nothing is native any more, and the cap still holds."""
    here.mint(ann, CAP - 2 * GRANT, sender=minter)
    kit.set_chain(61)
    with boa.reverts("supply would exceed the cap"):
        here.crosschainMint(ann, 1, sender=bridge)


def test_crosschain_burn_by_another_reverts(here, deployer, ann):
    for caller in (deployer, ann):
        with boa.reverts("caller is not a bridge"):
            here.crosschainBurn(caller, 0, sender=caller)


def test_crosschain_burn_in_a_closed_direction_reverts(here, deployer, bridge):
    here.set_bridge(bridge, LIMIT, REFILL, 0, 0, sender=deployer)
    with boa.reverts("caller is not a bridge"):
        here.crosschainBurn(bridge, 0, sender=bridge)


def test_crosschain_burn_above_the_limit_reverts(here, bridge, ann):
    here.approve(bridge, kit.MAX, sender=ann)
    with boa.reverts("above the bridge's limit"):
        here.crosschainBurn(ann, LIMIT + 1, sender=bridge)


def test_crosschain_burn_above_the_allowance_reverts(here, bridge, ann):
    """A bridge that was taken over destroys nobody's tokens but those of who let it."""
    here.approve(bridge, 10, sender=ann)
    with boa.reverts("allowance is too low"):
        here.crosschainBurn(ann, 11, sender=bridge)


def test_crosschain_burn_above_the_balance_reverts(here, bridge, cid):
    here.approve(bridge, kit.MAX, sender=cid)
    with boa.reverts("balance is too low"):
        here.crosschainBurn(cid, 1, sender=bridge)
    with boa.reverts("balance is too low"):
        here.crosschainBurn(bridge, 1, sender=bridge)


def test_crosschain_burn_within_the_allowance_destroys(here, bridge, ann, cid):
    here.delegate(cid, sender=ann)
    here.approve(bridge, 10, sender=ann)
    here.crosschainBurn(ann, 4, sender=bridge)
    assert kit.events(here) == [
        ("DelegateVotesChanged", cid, GRANT, GRANT - 4),
        ("Transfer", ann, kit.ZERO, 4),
        ("CrosschainBurn", ann, 4, bridge),
    ]
    assert (here.allowance(ann, bridge), here.balanceOf(ann), here.getVotes(cid)) == (6, GRANT - 4, GRANT - 4)
    assert (here.totalSupply(), here.issued(), here.bridged_out()) == (2 * GRANT - 4, 2 * GRANT, 4)


def test_crosschain_burn_of_the_bridge_s_own_needs_no_allowance(here, bridge, ann):
    here.transfer(bridge, 10, sender=ann)
    here.crosschainBurn(bridge, 10, sender=bridge)
    assert (here.balanceOf(bridge), here.bridged_out()) == (0, 10)


def test_crosschain_burn_uses_the_bucket_up_and_time_refills_it(here, bridge, ann):
    here.approve(bridge, kit.MAX, sender=ann)
    here.crosschainBurn(ann, LIMIT, sender=bridge)
    kit.pass_time(2)
    with boa.reverts("above the bridge's limit"):
        here.crosschainBurn(ann, 2 * REFILL + 1, sender=bridge)
    here.crosschainBurn(ann, 2 * REFILL, sender=bridge)
    assert here.allowance(ann, bridge) == kit.MAX


def test_set_bridge_by_another_reverts(token, bridge, minter):
    for caller in (bridge, minter):
        with boa.reverts("caller is not the owner"):
            token.set_bridge(bridge, 1, 1, 1, 1, sender=caller)


def test_set_bridge_of_the_zero_address_reverts(token, deployer):
    with boa.reverts("bridge is the zero address"):
        token.set_bridge(kit.ZERO, 1, 1, 1, 1, sender=deployer)


def test_set_bridge_begins_with_empty_buckets(token, deployer, bridge):
    token.set_bridge(bridge, LIMIT, REFILL, 2 * LIMIT, 3 * REFILL, sender=deployer)
    assert kit.events(token) == [("BridgeSet", bridge, LIMIT, REFILL, 2 * LIMIT, 3 * REFILL)]
    assert token.mint_bucket(bridge) == (LIMIT, REFILL, 0)
    assert token.burn_bucket(bridge) == (2 * LIMIT, 3 * REFILL, 0)
    kit.pass_time(7)
    assert token.mint_bucket(bridge) == (LIMIT, REFILL, 7 * REFILL)
    assert token.burn_bucket(bridge) == (2 * LIMIT, 3 * REFILL, 21 * REFILL)
    kit.pass_time(10**9)
    assert token.mint_bucket(bridge) == (LIMIT, REFILL, LIMIT)


def test_set_bridge_to_a_lower_limit_takes_what_is_above(here, deployer, bridge):
    here.set_bridge(bridge, 10, REFILL, 20, REFILL, sender=deployer)
    assert (here.mint_bucket(bridge)[2], here.burn_bucket(bridge)[2]) == (10, 20)


def test_set_bridge_to_a_higher_limit_adds_nothing_at_once(here, deployer, bridge):
    here.set_bridge(bridge, 9 * LIMIT, REFILL, 9 * LIMIT, REFILL, sender=deployer)
    assert (here.mint_bucket(bridge)[2], here.burn_bucket(bridge)[2]) == (LIMIT, LIMIT)


def test_set_bridge_counts_the_time_before_at_the_old_refill(away, deployer, bridge, ann):
    away.crosschainMint(ann, LIMIT, sender=bridge)
    kit.pass_time(5)
    away.set_bridge(bridge, LIMIT, 100 * REFILL, LIMIT, REFILL, sender=deployer)
    assert away.mint_bucket(bridge)[2] == 5 * REFILL


def test_set_bridge_to_zero_and_back_begins_empty(here, deployer, bridge):
    here.set_bridge(bridge, 0, 0, 0, 0, sender=deployer)
    assert here.mint_bucket(bridge) == here.burn_bucket(bridge) == (0, 0, 0)
    kit.pass_time(1000)
    here.set_bridge(bridge, LIMIT, REFILL, LIMIT, REFILL, sender=deployer)
    assert here.mint_bucket(bridge)[2] == 0


def test_the_largest_limits_do_not_overflow(token, deployer, bridge):
    huge = 2**128 - 1
    token.set_bridge(bridge, huge, huge, huge, huge, sender=deployer)
    kit.set_time(2**48 - 1)
    assert token.mint_bucket(bridge) == (huge, huge, huge)


def test_buckets_of_who_is_no_bridge_are_empty(token, ann):
    assert token.mint_bucket(ann) == token.burn_bucket(ann) == (0, 0, 0)


@kit.samples(25)
@given(data=st.data())
def test_no_interval_lets_a_bridge_mint_more_than_it_may(deployer_of_code, data):
    """For every interval of T seconds: minted <= limit + refill * T."""
    owner, bridge = kit.Person(60).address, kit.Person(61).address
    kit.set_chain(kit.OTHER)
    kit.set_time(kit.START)
    token = deployer_of_code.deploy("T", "T", 18, 2**128 - 1, kit.HOME, owner)
    limit, refill = data.draw(st.integers(1, 1000)), data.draw(st.integers(0, 50))
    token.set_bridge(bridge, limit, refill, 0, 0, sender=owner)
    minted = []
    for _ in range(data.draw(st.integers(1, 25))):
        kit.pass_time(data.draw(st.integers(0, 20)))
        amount = data.draw(st.integers(0, limit + 1))
        if data.draw(st.booleans()):
            # Setting the same limits again must not help.
            token.set_bridge(bridge, limit, refill, 0, 0, sender=owner)
        try:
            token.crosschainMint(owner, amount, sender=bridge)
            minted.append((kit.now(), amount))
        except boa.BoaError:
            assert amount > token.mint_bucket(bridge)[2]
    for first in range(len(minted)):
        for last in range(first, len(minted)):
            seconds = minted[last][0] - minted[first][0]
            assert sum(amount for _, amount in minted[first : last + 1]) <= limit + refill * seconds
    kit.set_chain(kit.HOME)
