"""Vesting as the contract computes it against the slow law, over random schedules and times."""

import distributor_kit as kit
import distributor_schedule as law
import pytest
from distributor_kit import DAY, schedule_of
from hypothesis import given
from hypothesis import strategies as st

LAST = 2**64 - 1
AMOUNTS = st.one_of(st.integers(0, 2**128 - 1), st.integers(0, 1000), st.just(2**128 - 1))
SHARES = st.one_of(st.just(0), st.just(10**9), st.integers(0, 10**9))
# From the first second to far beyond any year that a library knows.
TIMES = st.one_of(st.integers(0, 2**33), st.integers(0, 2**45), st.integers(0, LAST))


@st.composite
def linear(draw):
    start = draw(TIMES)
    duration = draw(st.integers(1, max(1, LAST - start)))
    start = min(start, LAST - duration)
    cliff = draw(st.integers(0, duration))
    return schedule_of(
        "linear", start=start, cliff=cliff, duration=duration, initial_unlock=draw(SHARES)
    )


@st.composite
def seconds(draw):
    start = draw(st.integers(0, 2**63))
    count = draw(st.one_of(st.integers(1, 100), st.integers(1, 2**32)))
    step = draw(st.integers(1, (LAST - start) // count))
    return schedule_of(
        "steps", start=start, step_seconds=step, step_count=count, initial_unlock=draw(SHARES)
    )


@st.composite
def months(draw):
    start = draw(st.one_of(st.integers(0, 2**33), st.integers(0, 2**50)))
    step, count = draw(st.integers(1, 1200)), draw(st.integers(1, 2000))
    return schedule_of(
        "steps", start=start, step_months=step, step_count=count, initial_unlock=draw(SHARES)
    )


def moments(draw, schedule):
    """Just before, at and after what matters, and somewhere between."""
    start, end = schedule["start"], law.end(schedule)
    times = {start, end, draw(st.integers(start, end))}
    if schedule["shape"] == 1:
        times.add(start + schedule["cliff"])
    else:
        times.add(law.step_time(schedule, draw(st.integers(0, schedule["step_count"]))))
    return sorted(max(time + side, 0) for time in times for side in (-1, 0, 1))


@pytest.mark.parametrize("shape", [linear, seconds, months])
def test_vesting_equals_the_law(open_stage, distributor, shape):
    @kit.samples(60)
    @given(data=st.data(), amount=AMOUNTS)
    def check(data, amount):
        schedule = data.draw(shape())
        stage = open_stage(schedule=schedule, funds=0)
        times = moments(data.draw, schedule)
        shown = [distributor.vested(stage.campaign, amount, time) for time in times]
        assert shown == [law.vested(schedule, amount, time) for time in times]
        # INV-007: never falling, nothing before the start, all of it at the end.
        assert shown == sorted(shown) and shown[-1] == amount
        assert all(free == 0 for free, time in zip(shown, times) if time < schedule["start"])

    check()


def test_calendar_months_of_four_centuries(open_stage, distributor):
    """Every month of a whole cycle of the calendar, from a day that most months do not have."""
    start = 31 * DAY - 1  # 1970-01-31T23:59:59Z
    schedule = schedule_of("steps", start=start, step_months=1, step_count=4800)
    stage = open_stage(schedule=schedule, funds=0)
    for number in range(1, 4801, 1 if kit.FUZZ else 37):
        fall = law.months_after(start, number)
        assert distributor.vested(stage.campaign, 4800, fall) == number
        assert distributor.vested(stage.campaign, 4800, fall - 1) == number - 1
