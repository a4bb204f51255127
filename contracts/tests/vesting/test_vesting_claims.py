"""Paying what vested. Branches: claim, claim_many, vested, claimable, unclaimed, owed."""

import boa
import pytest
import token_kit as kit
from vesting_kit import LINEAR, NOW, SHAPES
from vesting_model import law


def test_claim_before_anything_vests_reverts(vesting, batch, ann):
    batch(LINEAR, (ann, 1000))
    with boa.reverts("nothing to claim yet"):
        vesting.claim(1, sender=ann)


def test_claim_twice_in_a_second_reverts(vesting, batch, ann):
    batch(LINEAR, (ann, 1000))
    kit.pass_time(10)
    vesting.claim(1, sender=ann)
    with boa.reverts("nothing to claim yet"):
        vesting.claim(1, sender=ann)


def test_claim_after_all_is_claimed_reverts(vesting, batch, ann):
    batch(LINEAR, (ann, 1000))
    kit.pass_time(1000)
    assert vesting.claim(1) == 1000
    kit.pass_time(10**9)
    with boa.reverts("nothing to claim yet"):
        vesting.claim(1)


def test_claim_pays_what_vested(vesting, token, batch, ann):
    batch(LINEAR, (ann, 1000))
    kit.pass_time(10)
    assert (vesting.vested(1, kit.now()), vesting.claimable(1)) == (10, 10)
    assert vesting.claim(1, sender=ann) == 10
    assert kit.events(vesting) == [
        ("DelegateVotesChanged", ann, 1000, 990),
        ("Claimed", 1, ann, 10),
        ("Transfer", vesting.address, ann, 10),
    ]
    assert (token.balanceOf(ann), token.balanceOf(vesting.address)) == (10, 990)
    assert (vesting.unclaimed(ann), vesting.owed(), vesting.claimable(1)) == (990, 990, 0)
    kit.pass_time(5)
    assert (vesting.vested(1, kit.now()), vesting.claimable(1), vesting.claim(1)) == (15, 5, 5)
    assert vesting.escrow(1)[2:4] == (1000, 15)


def test_claim_by_anybody_pays_the_recipient_only(vesting, token, batch, ann, cid):
    batch(LINEAR, (ann, 1000))
    kit.pass_time(10)
    vesting.claim(1, sender=cid)
    assert (token.balanceOf(ann), token.balanceOf(cid)) == (10, 0)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_pays_all_of_it_step_by_step(vesting, token, batch, ann, shape):
    schedule, amount = SHAPES[shape], 10**18 + 7
    batch(schedule, (ann, amount))
    paid = 0
    for at in (0, 1, 5, 49, 50, 99, 100, 101, 333, 899, 900, 999, 1000, 5_000_000, 13_000_000, 30_000_000):
        kit.set_time(kit.START + at)
        due = law.vested(schedule, amount, kit.now())
        assert vesting.vested(1, kit.now()) == due
        if due > paid:
            assert vesting.claim(1) == due - paid
            paid = due
        assert (token.balanceOf(ann), vesting.owed()) == (paid, amount - paid)
    assert paid == amount


def test_vested_tells_past_and_future(vesting, batch, ann):
    batch(LINEAR, (ann, 1000))
    times = {0: 0, kit.START: 0, kit.START + 1: 1, kit.START + 999: 999, kit.START + 1000: 1000, 2**64 - 1: 1000}
    assert {time: vesting.vested(1, time) for time in times} == times


def test_a_schedule_that_began_before_is_claimable_at_once(vesting, batch, ann):
    batch(law.schedule(law.LINEAR, start=kit.START - 500, duration=1000), (ann, 1000))
    assert vesting.claim(1) == 500


def test_a_claim_of_many_pays_each_recipient(vesting, token, batch, ann, bob):
    batch(LINEAR, (ann, 1000), (bob, 2000))
    batch(NOW, (ann, 7))
    kit.pass_time(10)
    assert vesting.claim_many([1, 2, 3]) == 37
    assert kit.events(vesting, "Claimed") == [("Claimed", 1, ann, 10), ("Claimed", 2, bob, 20), ("Claimed", 3, ann, 7)]
    assert (token.balanceOf(ann), token.balanceOf(bob), vesting.owed()) == (17, 20, 2970)


def test_a_claim_of_many_passes_over_what_has_nothing(vesting, token, batch, ann, bob):
    batch(LINEAR, (ann, 1000))
    batch(law.schedule(law.LINEAR, start=kit.START + 100, duration=10), (bob, 50))
    kit.pass_time(10)
    assert vesting.claim_many([2, 1, 1]) == 10
    assert (token.balanceOf(ann), token.balanceOf(bob)) == (10, 0)


def test_a_claim_of_none_pays_nothing(vesting):
    assert vesting.claim_many([]) == 0


def test_a_claim_of_more_than_a_hundred_is_refused(vesting, batch, ann):
    batch(NOW, (ann, 5))
    with boa.reverts():
        vesting.claim_many([1] * 101)
    assert vesting.claim_many([1] * 100) == 5


def test_tokens_sent_without_an_escrow_pay_nobody(vesting, token, batch, creator, ann):
    batch(LINEAR, (ann, 1000))
    token.transfer(vesting.address, 555, sender=creator)
    kit.pass_time(2000)
    assert (vesting.owed(), vesting.claim(1)) == (1000, 1000)
    assert (token.balanceOf(vesting.address), vesting.owed()) == (555, 0)
