"""Votes and their history. Branches: delegate, delegates, getVotes, getPastVotes, getPastTotalSupply,
numCheckpoints, checkpoints, clock, CLOCK_MODE."""

import boa
import pytest
import token_kit as kit
from hypothesis import given
from hypothesis import strategies as st
from token_kit import GRANT


def test_delegate_gives_the_balance_s_votes(token, ann, cid):
    token.delegate(cid, sender=ann)
    assert kit.events(token) == [
        ("DelegateChanged", ann, kit.ZERO, cid),
        ("DelegateVotesChanged", cid, 0, GRANT),
    ]
    assert (token.delegates(ann), token.getVotes(cid), token.getVotes(ann)) == (cid, GRANT, 0)


def test_delegate_to_oneself_votes(token, ann):
    token.delegate(ann, sender=ann)
    assert (token.delegates(ann), token.getVotes(ann)) == (ann, GRANT)


def test_delegate_to_another_moves_the_votes(token, ann, bob, cid):
    token.delegate(cid, sender=ann)
    token.delegate(bob, sender=ann)
    assert kit.events(token) == [
        ("DelegateChanged", ann, cid, bob),
        ("DelegateVotesChanged", cid, GRANT, 0),
        ("DelegateVotesChanged", bob, 0, GRANT),
    ]
    assert (token.getVotes(cid), token.getVotes(bob)) == (0, GRANT)


def test_delegate_to_the_same_again_moves_nothing(token, ann, cid):
    token.delegate(cid, sender=ann)
    token.delegate(cid, sender=ann)
    assert kit.events(token) == [("DelegateChanged", ann, cid, cid)]
    assert token.getVotes(cid) == GRANT


def test_delegate_to_nobody_takes_the_votes_back(token, ann, bob, cid):
    token.delegate(cid, sender=ann)
    token.delegate(kit.ZERO, sender=ann)
    assert kit.events(token) == [
        ("DelegateChanged", ann, cid, kit.ZERO),
        ("DelegateVotesChanged", cid, GRANT, 0),
    ]
    token.transfer(bob, 1, sender=ann)
    assert (token.delegates(ann), token.getVotes(cid), token.getVotes(kit.ZERO)) == (kit.ZERO, 0, 0)


def test_delegate_without_balance_counts_what_comes_later(token, ann, cid, bob):
    token.delegate(bob, sender=cid)
    assert kit.events(token) == [("DelegateChanged", cid, kit.ZERO, bob)]
    token.transfer(cid, 9, sender=ann)
    assert token.getVotes(bob) == 9


def test_votes_are_not_passed_on(token, ann, bob, cid):
    token.delegate(bob, sender=ann)
    token.delegate(cid, sender=bob)
    assert (token.getVotes(bob), token.getVotes(cid)) == (GRANT, GRANT)


def test_the_clock_is_the_block_s_timestamp(token):
    for time in (kit.START, kit.START + 12_345, 2**48 - 1):
        kit.set_time(time)
        assert token.clock() == time
    assert token.CLOCK_MODE() == "mode=timestamp"


@pytest.mark.parametrize("ahead", [0, 1, 10**6, kit.MAX - kit.START])
def test_past_votes_of_now_or_later_revert(token, ann, ahead):
    with boa.reverts("timepoint is not past"):
        token.getPastVotes(ann, kit.START + ahead)
    with boa.reverts("timepoint is not past"):
        token.getPastTotalSupply(kit.START + ahead)


def test_past_votes_of_who_never_had_any_are_zero(token, cid):
    kit.pass_time(10)
    assert (token.getPastVotes(cid, kit.START), token.numCheckpoints(cid)) == (0, 0)


@pytest.fixture
def course(token, ann, bob, cid):
    """Ann's votes change in seconds 0, 10, 20 and 35 after the start: there to 100, 90, 85 and 75."""
    token.transfer(cid, GRANT - 100, sender=ann)
    token.delegate(ann, sender=ann)
    for seconds, amount in ((10, 10), (10, 5), (15, 10)):
        kit.pass_time(seconds)
        token.transfer(bob, amount, sender=ann)
    kit.pass_time(5)
    return token


def test_past_votes_stand_to_their_next_change(course, ann):
    marks = {-1: 0, 0: 100, 9: 100, 10: 90, 19: 90, 20: 85, 34: 85, 35: 75, 39: 75}
    assert {at: course.getPastVotes(ann, kit.START + at) for at in marks} == marks
    assert course.getPastVotes(ann, 0) == 0
    assert course.getVotes(ann) == 75


def test_changes_in_one_second_leave_one_checkpoint(course, ann, bob):
    before = course.numCheckpoints(ann)
    for amount in (1, 2, 3):
        course.transfer(bob, amount, sender=ann)
    assert course.numCheckpoints(ann) == before + 1
    kit.pass_time(1)
    assert course.getPastVotes(ann, kit.START + 40) == 69
    assert course.getPastVotes(ann, kit.START + 39) == 75


def test_votes_that_come_and_go_in_one_second_were_never_there(course, ann, bob, cid):
    """Nothing that is borrowed and returned in one transaction can vote."""
    course.delegate(bob, sender=cid)
    course.delegate(kit.ZERO, sender=cid)
    kit.pass_time(1)
    assert course.getPastVotes(bob, kit.START + 40) == 0


def test_checkpoints_list_the_course(course, ann):
    assert course.numCheckpoints(ann) == 4
    listed = [tuple(course.checkpoints(ann, index)) for index in range(4)]
    assert listed == [(kit.START + at, votes) for at, votes in ((0, 100), (10, 90), (20, 85), (35, 75))]


def test_a_checkpoint_beyond_the_last_reverts(course, ann, cid):
    for account, index in ((ann, 4), (ann, 2**32 - 1), (cid, 0)):
        with boa.reverts("no such checkpoint"):
            course.checkpoints(account, index)


def test_past_supply_stands_to_its_next_change(token, minter, ann):
    for seconds, amount in ((10, 5), (10, 6)):
        kit.pass_time(seconds)
        token.mint(ann, amount, sender=minter)
    kit.pass_time(5)
    marks = {-1: 0, 0: 2 * GRANT, 9: 2 * GRANT, 10: 2 * GRANT + 5, 19: 2 * GRANT + 5, 20: 2 * GRANT + 11}
    assert {at: token.getPastTotalSupply(kit.START + at) for at in marks} == marks


def test_the_supply_is_nobody_s_votes(token):
    assert token.getVotes(kit.ZERO) == 0
    kit.pass_time(1)
    assert token.getPastVotes(kit.ZERO, kit.START) == 0


@kit.samples(30)
@given(data=st.data())
def test_any_history_is_found_again(deployer_of_code, data):
    """Bisection against a list, for histories of 0 to 40 changes and every second between them."""
    holder, sink = kit.Person(50).address, kit.Person(51).address
    kit.set_time(kit.START)
    token = deployer_of_code.deploy("T", "T", 18, 2**128 - 1, kit.HOME, holder)
    token.genesis(kit.ZERO, [(holder, 2**128 - 1)], sender=holder)
    kit.pass_time(1)
    token.delegate(holder, sender=holder)
    votes = {kit.now(): 2**128 - 1}
    for _ in range(data.draw(st.integers(0, 40))):
        kit.pass_time(data.draw(st.integers(0, 3)))
        amount = data.draw(st.integers(1, 2**120))
        token.transfer(sink, amount, sender=holder)
        votes[kit.now()] = token.balanceOf(holder)
    kit.pass_time(1)
    standing = 0
    for time in range(kit.START, kit.now()):
        standing = votes.get(time, standing)
        assert token.getPastVotes(holder, time) == standing
    assert token.numCheckpoints(holder) == len(votes)
