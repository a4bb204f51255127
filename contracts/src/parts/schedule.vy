# pragma version 0.4.3
"""
@title Vesting schedules of a campaign
@license Apache-2.0
@notice Section 5 of docs/reference/law.md for the shapes that a distributor takes: immediate,
        linear with a cliff, equal steps of seconds or calendar months; each with an initial unlock.
@dev A schedule is one number for its shape and one packed word: start 64, cliff or period 64,
     duration or count 64, initial unlock in billionths 64, from the lowest bit.
"""

from ...interfaces import IDistributor
from . import checks

# Shapes as stored; the two last ones are shape 2 of the terms.
IMMEDIATE: constant(uint256) = 0
LINEAR: constant(uint256) = 1
STEPS_OF_SECONDS: constant(uint256) = 2
STEPS_OF_MONTHS: constant(uint256) = 3

MASK_64: constant(uint256) = 2**64 - 1
WHOLE_SHARE: constant(uint256) = 10**9
DAY: constant(uint256) = 86_400
# From 0000-03-01 to 1970-01-01, in days.
DAYS_BEFORE_EPOCH: constant(uint256) = 719_468


@pure
@internal
def _identity(schedule: IDistributor.Schedule) -> bytes32:
    """
    @dev The schedule's part of the terms' hash: the fields of CampaignIdentity.scheduleHash, with a
         half-life of 0 and two empty uint64[], which the shapes here do not have. 352 and 384 are
         where those lists stand in the encoding.
    """
    return keccak256(
        abi_encode(
            schedule.shape,
            schedule.start,
            schedule.initial_unlock,
            schedule.cliff,
            schedule.duration,
            empty(uint256),
            schedule.step_seconds,
            schedule.step_months,
            schedule.step_count,
            convert(352, uint256),
            convert(384, uint256),
            empty(uint256),
            empty(uint256),
        )
    )


@pure
@internal
def _packed(schedule: IDistributor.Schedule) -> (uint256, uint256, uint256):
    """
    @dev Shape as stored, packed word, and the end in seconds (0: free at any time). Refuses shapes
         and parts that do not go together.
    """
    start: uint256 = convert(schedule.start, uint256)
    initial: uint256 = convert(schedule.initial_unlock, uint256)
    cliff: uint256 = convert(schedule.cliff, uint256)
    duration: uint256 = convert(schedule.duration, uint256)
    seconds: uint256 = convert(schedule.step_seconds, uint256)
    months: uint256 = convert(schedule.step_months, uint256)
    count: uint256 = convert(schedule.step_count, uint256)
    checks._require(initial <= WHOLE_SHARE, "initial unlock above all")

    shape: uint256 = convert(schedule.shape, uint256)
    unused: uint256 = 0
    first: uint256 = cliff
    parts: uint256 = duration
    end: uint256 = 0
    if shape == IMMEDIATE:
        unused = start | initial | cliff | duration | seconds | months | count
    elif shape == LINEAR:
        unused = seconds | months | count
        checks._require(cliff <= duration, "cliff after the end")
        end = start + duration
    else:
        checks._require(shape == STEPS_OF_SECONDS, "unknown shape")
        unused = cliff | duration | min(seconds, months)
        first = seconds | months
        parts = count
        checks._require(first != 0, "no period")
        if months == 0:
            end = start + seconds * count
        else:
            shape = STEPS_OF_MONTHS
            end = self._time_after(start, months * count)
    checks._require(unused == 0, "part without use")
    checks._require(shape == IMMEDIATE or parts != 0, "no duration or count")
    checks._require(end <= MASK_64, "end never comes")
    return shape, start | (first << 64) | (parts << 128) | (initial << 192), end


@pure
@internal
def _vested(shape: uint256, packed: uint256, entitlement: uint256, time: uint256) -> uint256:
    """
    @dev Base units of `entitlement` (below 2**128) that are free at `time`, rounded down.
    """
    if shape == IMMEDIATE:
        return entitlement
    start: uint256 = packed & MASK_64
    if time < start:
        return 0
    passed: uint256 = unsafe_sub(time, start)
    first: uint256 = (packed >> 64) & MASK_64
    # Of which all have passed at the end: seconds of a straight line, or steps.
    parts: uint256 = (packed >> 128) & MASK_64
    # Nothing overflows from here on: an entitlement has 128 bits, parts 64, a share at most 10**9.
    initial: uint256 = unsafe_mul(entitlement, packed >> 192) // WHOLE_SHARE
    if shape == LINEAR:
        if passed < first:
            return initial
    elif shape == STEPS_OF_SECONDS:
        passed = unsafe_div(passed, first)
    else:
        passed = unsafe_div(self._months_passed(start, time), first)
    if passed >= parts:
        return entitlement
    rest: uint256 = unsafe_sub(entitlement, initial)
    return unsafe_add(initial, unsafe_div(unsafe_mul(rest, passed), parts))


@pure
@internal
def _months_passed(start: uint256, time: uint256) -> uint256:
    """
    @dev How many whole months lie between two times. Each is counted from the start, so that a
         month after 31 January ends on the last day of February, and two on 31 March.
    """
    first: uint256 = 0
    day: uint256 = 0
    first, day = self._month(start)
    month: uint256 = 0
    today: uint256 = 0
    month, today = self._month(time)
    day = self._day_in(month, day)
    has_come: bool = today > day or (today == day and time % DAY >= start % DAY)
    # It has come in the month of the start itself, where the time is not before the start.
    return month - first if has_come else month - first - 1


@pure
@internal
def _time_after(start: uint256, months: uint256) -> uint256:
    """
    @dev The time so many months after the start.
    """
    month: uint256 = 0
    day: uint256 = 0
    month, day = self._month(start)
    month += months
    return (self._first_day(month) + self._day_in(month, day) - DAYS_BEFORE_EPOCH) * DAY + start % DAY


@pure
@internal
def _month(time: uint256) -> (uint256, uint256):
    """
    @dev The number of a time's month, UTC, proleptic Gregorian, where March of year 0 is 0; and the
         day in it, from 0. Years are counted from March so that the leap day is their last; the
         calendar repeats after 146,097 days.
    """
    day: uint256 = time // DAY + DAYS_BEFORE_EPOCH
    of_era: uint256 = day % 146_097
    year: uint256 = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    first: uint256 = 12 * (year + 400 * (day // 146_097))
    day -= self._first_day(first)
    month: uint256 = (5 * day + 2) // 153
    return first + month, day - (153 * month + 2) // 5


@pure
@internal
def _first_day(month: uint256) -> uint256:
    """
    @dev The number of a month's first day; 1 March of year 0 is 0.
    """
    year: uint256 = month // 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * (month % 12) + 2) // 5


@pure
@internal
def _day_in(month: uint256, day: uint256) -> uint256:
    """
    @dev The day, or the month's last one where it has no such day; both from 0.
    """
    if day < 28:
        return day
    return min(day, self._first_day(month + 1) - self._first_day(month) - 1)
