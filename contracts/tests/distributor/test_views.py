"""What can be asked. Branches: state, vested, claimed, is_pushed."""

import boa
import distributor_kit as kit
import distributor_schedule as law
import pytest
from distributor_kit import DAY, NONE, START, UNIT, WINDOW, schedule_of


def test_state_of_an_unknown_campaign_reverts(distributor):
    with boa.reverts("unknown campaign"):
        distributor.state(NONE)


def test_state_shows_a_root_as_live_by_itself(live):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    kit.pass_time(WINDOW - 1)
    assert live.state.live.root == live.tree.root
    assert live.state.pending.root == tree.root
    kit.pass_time(1)
    assert live.state.live == (tree.root, kit.COMMITMENT, 187 * UNIT, 0)
    assert live.state.pending == (NONE, NONE, 0, 0)
    assert live.state.free == kit.MILLION - 187 * UNIT


def test_state_shows_a_paused_root_as_pending(live, people, distributor):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    distributor.pause(live.campaign, sender=people.owner.address)
    kit.pass_time(10 * WINDOW)
    assert live.state.pending.root == tree.root


def test_state_does_not_show_a_root_that_was_vetoed(live, people, distributor):
    tree = live.propose(live.rows(ann=130, bob=50, cid=7))
    distributor.veto(live.campaign, tree.root, sender=people.guardian.address)
    assert live.state.pending == (NONE, NONE, 0, 0)
    assert live.state.free == kit.MILLION - 157 * UNIT


def test_state_cannot_be_read_in_the_middle_of_a_payment(open_stage, people, distributor):
    """Whoever computes a price from it cannot be shown a half-written one."""
    stage = open_stage(token=kit.mock("ReenteringToken"))
    stage.go_live(stage.rows(ann=100))
    stage.token.set_call(distributor.address, distributor.state.prepare_calldata(stage.campaign))
    stage.claim(people.ann)
    assert stage.token.calls() == 1 and not stage.token.went_through()


def test_vested_of_an_unknown_campaign_reverts(distributor):
    with boa.reverts("unknown campaign"):
        distributor.vested(NONE, 1, START)


def test_vested_of_more_than_128_bits_reverts(stage, distributor):
    assert distributor.vested(stage.campaign, 2**128 - 1, 0) == 2**128 - 1
    with boa.reverts("amount too large"):
        distributor.vested(stage.campaign, 2**128, 0)


def test_vested_immediate_is_all_at_any_time(stage, distributor):
    for time in (0, START, 2**64 - 1, 2**256 - 1):
        assert distributor.vested(stage.campaign, 5, time) == 5


@pytest.fixture
def vested(open_stage, distributor):
    """Of an entitlement under a schedule, at seconds after its start."""

    def shown(schedule, entitlement, *seconds):
        stage = open_stage(schedule=schedule, salt=kit.word(hash(str(schedule)) % 2**64), funds=0)
        times = [schedule["start"] + second for second in seconds]
        shown = [distributor.vested(stage.campaign, entitlement, time) for time in times]
        assert shown == [law.vested(schedule, entitlement, time) for time in times]
        return shown

    return shown


def test_vested_linear_waits_for_the_cliff(vested):
    schedule = schedule_of("linear", start=1000, initial_unlock=10**8, cliff=25, duration=100)
    seconds = (-1000, -1, 0, 24, 25, 50, 99, 100, 2**64)
    assert vested(schedule, 1000, *seconds) == [0, 0, 100, 100, 325, 550, 991, 1000, 1000]


def test_vested_linear_with_a_cliff_at_the_end_comes_at_once(vested):
    schedule = schedule_of("linear", start=1000, cliff=100, duration=100)
    assert vested(schedule, 1000, 0, 99, 100) == [0, 0, 1000]


def test_vested_steps_round_down_and_end_with_all_of_it(vested):
    schedule = schedule_of(
        "steps", start=10, initial_unlock=2 * 10**8, step_seconds=10, step_count=3
    )
    assert vested(schedule, 100, -1, 0, 9, 10, 20, 29, 30) == [0, 20, 20, 46, 73, 73, 100]


def test_vested_months_keep_the_day_or_take_the_last_one(vested):
    # 2027-01-31T12:00:00Z; the noons that the calendar gives for the following months.
    start = 1_801_396_800
    schedule = schedule_of("steps", start=start, step_months=1, step_count=13)
    falls = [1_803_816_000, 1_806_494_400, 1_809_086_400, 1_835_438_400]
    seconds = [fall - start + side for fall in falls for side in (-1, 0)]
    assert vested(schedule, 1300, *seconds) == [0, 100, 100, 200, 200, 300, 1200, 1300]


@pytest.mark.parametrize(
    "start, months, fall",
    [
        (951_782_400, 12, 983_318_400),  # 2000-02-29 to 2001-02-28
        (951_782_400, 48, 1_078_012_800),  # … to 2004-02-29
        (1_709_164_800, 12 * 76, 4_107_456_000),  # 2024-02-29 to 2100-02-28: no leap year
        (0, 1, 31 * DAY),  # 1970-01-01 to 1970-02-01
        (86_399, 11, 28_943_999),  # the last second of 1970-01-01 to that of 1970-12-01
    ],
)
def test_vested_months_follow_the_calendar(vested, start, months, fall):
    schedule = schedule_of("steps", start=start, step_months=months, step_count=1)
    assert vested(schedule, 7, fall - start - 1, fall - start) == [0, 7]


def test_claimed_of_whom_nothing_was_paid_is_nothing(live, people, distributor):
    assert distributor.claimed(live.campaign, people.eve.address) == 0
    assert distributor.claimed(NONE, people.ann.address) == 0
    assert not distributor.is_pushed(live.campaign, NONE)
