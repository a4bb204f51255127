"""The module `vesting_schedules` against contracts/vectors/vesting.json, and what it refuses.
Branches: contracts/trees/Vesting/schedules.tree."""

import calendar
import datetime
import json

import boa
import pytest
import token_kit as kit
from hypothesis import given
from hypothesis import strategies as st
from vesting_model import as_argument, law

VECTORS = json.loads((kit.CONTRACTS / "vectors" / "vesting.json").read_text())
MODULE = boa.load_partial(str(kit.CONTRACTS / "mocks" / "vesting_schedule.vy"))
WHOLE = 10**9
LAST = 2**64 - 1


@pytest.fixture
def module():
    return MODULE.deploy()


def read(case):
    parts = case["schedule"]
    numbers = {part: int(parts[part]) for part in law.PARTS}
    tranches = [(int(time), int(share)) for time, share in parts["tranches"]]
    return law.schedule(law.SHAPES.index(parts["shape"]), tranches, **numbers)


def test_the_vectors_are_what_their_script_makes():
    assert law.text() == law.OUT.read_text()


@pytest.mark.parametrize("shape", law.SHAPES)
def test_every_vector_of_a_shape(module, shape):
    cases = [case for case in VECTORS["cases"] if case["schedule"]["shape"] == shape]
    assert cases
    for case in cases:
        schedule = as_argument(read(case))
        assert module.hash(schedule).hex() == case["hash"].removeprefix("0x")
        number = module.store(schedule)
        assert tuple(module.schedule_of(number)) == schedule
        for time, amount in case["vested"]:
            assert module.vested(number, int(case["amount"]), int(time)) == int(amount), (case, time)


def test_every_vector_of_the_decay_function(module):
    for time, half_life, rest in VECTORS["decay"]:
        assert module.decay(int(time), int(half_life)) == int(rest)


def test_a_schedule_is_stored_once(module):
    first = as_argument(law.schedule(law.LINEAR, start=1, duration=10))
    second = as_argument(law.schedule(law.LINEAR, start=1, duration=11))
    assert [module.store(s) for s in (first, second, first, second)] == [1, 2, 1, 2]
    assert module.schedule_count() == 2
    assert [module.schedule_number(module.hash(s)) for s in (first, second)] == [1, 2]
    assert module.schedule_number(b"\x01" * 32) == 0


def test_storing_tells_number_and_hash(module):
    schedule = as_argument(law.schedule(law.LINEAR, start=1, duration=10))
    module.store(schedule)
    assert kit.events(module) == [("ScheduleStored", 1, module.hash(schedule))]
    module.store(schedule)
    assert kit.events(module) == []


@pytest.mark.parametrize("number", [0, 2, kit.MAX])
def test_a_schedule_that_is_not_stored_cannot_be_read(module, number):
    module.store(as_argument(law.schedule(law.LINEAR, start=1, duration=10)))
    with boa.reverts("no such schedule"):
        module.schedule_of(number)


def linear(**parts):
    return law.schedule(law.LINEAR, **{"start": 10, "duration": 100, **parts})


def steps(**parts):
    return law.schedule(law.STEPS, **{"start": 10, "step_count": 4, **parts})


def tranches(*places, **parts):
    return law.schedule(law.TRANCHES, places, **{"start": places[0][0] if places else 0, **parts})


def exponential(**parts):
    return law.schedule(law.EXPONENTIAL, **{"start": 10, "half_life": 50, "duration": 100, **parts})


HALF = WHOLE // 2
REFUSED = [
    ("no such shape", law.schedule(5)),
    ("no such shape", law.schedule(255)),
    ("initial unlock exceeds the whole", linear(initial=WHOLE + 1)),
    ("initial unlock exceeds the whole", linear(initial=LAST)),
    ("immediate has no parts", law.schedule(law.IMMEDIATE, start=1)),
    ("immediate has no parts", law.schedule(law.IMMEDIATE, initial=1)),
    ("shape has no duration or cliff", law.schedule(law.IMMEDIATE, duration=1)),
    ("shape has no duration or cliff", steps(step_seconds=1, cliff=1)),
    ("shape has no duration or cliff", tranches((1, WHOLE), duration=1)),
    ("duration is zero", linear(duration=0)),
    ("duration is zero", exponential(duration=0)),
    ("cliff is after the end", linear(cliff=101)),
    ("cliff is after the end", exponential(cliff=101)),
    ("the end never comes", linear(start=LAST, duration=1)),
    ("the end never comes", exponential(start=LAST, duration=1)),
    ("half-life is zero", exponential(half_life=0)),
    ("shape has no half-life", linear(half_life=1)),
    ("shape has no half-life", steps(step_seconds=1, half_life=1)),
    ("shape has no half-life", tranches((1, WHOLE), half_life=1)),
    ("shape has no half-life", law.schedule(law.IMMEDIATE, half_life=1)),
    ("shape has no steps", linear(step_seconds=1)),
    ("shape has no steps", linear(step_months=1)),
    ("shape has no steps", exponential(step_count=1)),
    ("shape has no steps", law.schedule(law.IMMEDIATE, step_count=1)),
    ("shape has no steps", tranches((1, WHOLE), step_count=1)),
    ("a step is of seconds or of months", steps()),
    ("a step is of seconds or of months", steps(step_seconds=1, step_months=1)),
    ("step count is not in 32 bits", steps(step_seconds=1, step_count=0)),
    ("step count is not in 32 bits", steps(step_seconds=1, step_count=2**32)),
    ("months are not in 32 bits", steps(step_months=2**32)),
    ("the end never comes", steps(start=LAST - 3, step_seconds=1)),
    ("the end never comes", steps(step_seconds=LAST)),
    ("the end never comes", steps(start=LAST - 27 * 86_400, step_months=1, step_count=1)),
    ("the end never comes", steps(step_months=2**32 - 1, step_count=2**32 - 1)),
    ("shape has no tranches", law.schedule(law.IMMEDIATE, [(0, WHOLE)])),
    ("shape has no tranches", law.schedule(law.LINEAR, [(10, WHOLE)], start=10, duration=100)),
    ("there is no tranche", tranches()),
    ("tranches have no initial unlock", tranches((1, WHOLE), initial=1)),
    ("start is not the first tranche", tranches((1, WHOLE), start=0)),
    ("start is not the first tranche", tranches((1, WHOLE), start=2)),
    ("tranches do not ascend", tranches((1, HALF), (1, HALF))),
    ("tranches do not ascend", tranches((1, HALF), (9, 0), (8, HALF))),
    ("tranches are not the whole", tranches((1, HALF), (2, HALF - 1))),
    ("tranches are not the whole", tranches((1, HALF), (2, HALF + 1))),
    ("tranches are not the whole", tranches((1, LAST), (2, LAST))),
]


@pytest.mark.parametrize("reason, schedule", REFUSED)
def test_a_schedule_that_the_law_does_not_know_is_refused(module, reason, schedule):
    with boa.reverts(reason):
        module.store(as_argument(schedule))


@pytest.mark.parametrize("times, shares", [([1], []), ([1], [HALF, HALF]), ([1, 2], [WHOLE])])
def test_tranche_lists_of_different_lengths_are_refused(module, times, shares):
    with boa.reverts("tranche times and shares differ"):
        module.store((law.TRANCHES, 1, 0, 0, 0, 0, 0, 0, 0, times, shares))


def test_shares_without_times_are_refused(module):
    with boa.reverts("shape has no tranches"):
        module.store((law.IMMEDIATE, 0, 0, 0, 0, 0, 0, 0, 0, [], [WHOLE]))


def test_more_than_128_tranches_are_refused(module):
    places = [(time, WHOLE if time == 0 else 0) for time in range(129)]
    with boa.reverts():
        module.store(as_argument(tranches(*places)))
    assert module.store(as_argument(tranches(*places[:128]))) == 1


LATEST = [
    linear(start=LAST - 100),
    linear(cliff=100),
    exponential(start=LAST - 100, cliff=100),
    steps(start=LAST - 4, step_seconds=1),
    steps(step_seconds=2**32, step_count=2**32 - 1),
    steps(start=0, step_months=2**32 - 1, step_count=1),
]


@pytest.mark.parametrize("schedule", LATEST)
def test_a_schedule_at_the_bounds_is_kept(module, schedule):
    number = module.store(as_argument(schedule))
    assert module.vested(number, 2**128 - 1, law.end(schedule)) == 2**128 - 1
    assert module.vested(number, 2**128 - 1, law.end(schedule) - 1) < 2**128 - 1


def test_the_last_month_that_comes(module):
    """The end by months against the law's own calendar, on both sides of 2^64 - 1."""
    kept = refused = 0
    for back in range(70):
        schedule = steps(start=LAST - back * 86_400, step_months=1, step_count=1)
        if law.end(schedule) <= LAST:
            module.store(as_argument(schedule))
            kept += 1
        else:
            with boa.reverts("the end never comes"):
                module.store(as_argument(schedule))
            refused += 1
    assert kept > 30 and refused > 27


@kit.samples(200)
@given(day=st.one_of(st.integers(0, 40_000), st.integers(0, 2_932_896)))
def test_the_calendar_is_python_s(day):
    """Each day of 1970 to 9999 may be drawn; months count from March of the year 0."""
    date = datetime.date(1970, 1, 1) + datetime.timedelta(day)
    month, of_month = CALENDAR.date(day)
    assert (month, of_month) == (date.year * 12 + date.month - 3, date.day)
    assert CALENDAR.days_in(month) == calendar.monthrange(date.year, date.month)[1]


CALENDAR = MODULE.deploy()


def schedules():
    times = st.one_of(st.integers(0, 1000), st.integers(0, 2**33))
    share = st.one_of(st.just(0), st.integers(0, WHOLE))
    spans = st.one_of(st.integers(1, 300), st.integers(1, 2**33))
    lasting = st.tuples(times, share, spans, st.fractions(0, 1), spans)
    continuous = st.builds(
        lambda kind, parts: law.schedule(
            kind, start=parts[0], initial=parts[1], duration=parts[2], cliff=int(parts[2] * parts[3]),
            half_life=parts[4] if kind == law.EXPONENTIAL else 0),
        st.sampled_from([law.LINEAR, law.EXPONENTIAL]), lasting)
    counts = st.integers(1, 500)
    by_seconds = st.builds(
        lambda start, initial, every, count: law.schedule(
            law.STEPS, start=start, initial=initial, step_seconds=every, step_count=count),
        times, share, spans, counts)
    by_months = st.builds(
        lambda start, initial, every, count: law.schedule(
            law.STEPS, start=start, initial=initial, step_months=every, step_count=count),
        times, share, st.integers(1, 30), counts)
    listed = st.builds(
        lambda marks, at: law.schedule(
            law.TRANCHES, zip(at, (b - a for a, b in zip([0, *sorted(marks)], [*sorted(marks), WHOLE]))),
            start=at[0]),
        st.lists(st.integers(0, WHOLE), min_size=9, max_size=9),
        st.lists(times, min_size=10, max_size=10, unique=True).map(sorted))
    return st.one_of(continuous, by_seconds, by_months, listed)


@kit.samples(150)
@given(schedule=schedules(), amount=st.one_of(st.integers(0, 100), st.integers(0, 2**128 - 1)), data=st.data())
def test_any_schedule_vests_as_the_law_says(schedule, amount, data):
    """Equal to the law at any times; nothing before the start, all at the end, never falling: INV-007."""
    module = MODULE.deploy()
    number = module.store(as_argument(schedule))
    start, end = schedule["start"], law.end(schedule)
    moments = st.one_of(st.integers(start, end), st.integers(0, LAST))
    times = sorted({0, start, max(end - 1, 0), end, LAST, *data.draw(st.lists(moments, max_size=6))})
    found = [module.vested(number, amount, time) for time in times]
    assert found == [law.vested(schedule, amount, time) for time in times]
    assert found == sorted(found) and found[-1] == amount
    assert all(part == 0 for time, part in zip(times, found) if time < start)
    assert all(part == amount for time, part in zip(times, found) if time >= end)
