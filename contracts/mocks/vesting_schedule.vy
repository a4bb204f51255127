# pragma version 0.4.3
# pragma evm-version prague
"""
@title The module `vesting_schedules` in the open, for tests
@license Apache-2.0
"""

from ..src.parts import vesting_schedules as schedules

initializes: schedules

exports: (schedules.schedule_of, schedules.schedule_count, schedules.schedule_number)


@external
def store(schedule: schedules.Schedule) -> uint256:
    return schedules._store(schedule, schedules._hash(schedule))


@external
@pure
def hash(schedule: schedules.Schedule) -> bytes32:
    return schedules._hash(schedule)


@external
@view
def vested(number: uint256, amount: uint256, time: uint256) -> uint256:
    return schedules._vested(number, amount, time)


@external
@pure
def decay(time: uint256, half_life: uint256) -> uint256:
    return schedules._decay(time, half_life)


@external
@pure
def date(day: uint256) -> (uint256, uint256):
    return schedules._date(day)


@external
@pure
def days_in(month: uint256) -> uint256:
    return schedules._days_in(month)
