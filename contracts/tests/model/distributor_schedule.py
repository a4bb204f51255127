"""Vesting by section 5 of docs/reference/law.md, slowly: fractions, and a calendar that counts."""

from fractions import Fraction
from math import floor

DAY = 86_400
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WHOLE = 10**9


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def month_length(year, month):
    """Days in a month, counted from 0."""
    return LENGTHS[month] + (1 if month == 1 and is_leap(year) else 0)


def year_length(year):
    return 366 if is_leap(year) else 365


DAYS_OF_ERA = sum(year_length(year) for year in range(400))


def first_day(year):
    """Days from 1970-01-01 to 1 January of a year after it."""
    eras, rest = divmod(year - 1970, 400)
    return eras * DAYS_OF_ERA + sum(year_length(1970 + past) for past in range(rest))


def date(time):
    """Year, month from 0, day from 0."""
    eras, day = divmod(time // DAY, DAYS_OF_ERA)
    year = 1970
    while day >= year_length(year):
        day -= year_length(year)
        year += 1
    month = 0
    while day >= month_length(year, month):
        day -= month_length(year, month)
        month += 1
    return year + 400 * eras, month, day


def months_after(start, count):
    """The time `count` months after another."""
    year, month, day = date(start)
    year, month = year + (month + count) // 12, (month + count) % 12
    day = min(day, month_length(year, month) - 1)
    days = first_day(year) + sum(month_length(year, past) for past in range(month)) + day
    return days * DAY + start % DAY


def step_time(schedule, number):
    if schedule.get("step_months", 0):
        return months_after(schedule["start"], number * schedule["step_months"])
    return schedule["start"] + number * schedule["step_seconds"]


def steps_come(schedule, time):
    """How many steps have come, by bisection."""
    low, high = 0, schedule["step_count"]
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if step_time(schedule, middle) <= time else (low, middle - 1)
    return low


def end(schedule):
    """The last unlock; 0 for immediate."""
    if schedule["shape"] == 0:
        return 0
    if schedule["shape"] == 1:
        return schedule["start"] + schedule["duration"]
    return step_time(schedule, schedule["step_count"])


def vested(schedule, amount, time):
    """What of the amount is free at the time."""
    if schedule["shape"] == 0:
        return amount
    start = schedule["start"]
    if time < start:
        return 0
    initial = floor(Fraction(amount * schedule.get("initial_unlock", 0), WHOLE))
    rest = amount - initial
    if schedule["shape"] == 1:
        if time >= start + schedule["duration"]:
            return amount
        if time < start + schedule.get("cliff", 0):
            return initial
        return initial + floor(Fraction(rest * (time - start), schedule["duration"]))
    return initial + floor(Fraction(rest * steps_come(schedule, time), schedule["step_count"]))
