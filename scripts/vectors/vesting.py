#!/usr/bin/env python3
"""Makes contracts/vectors/vesting.json: what is vested when, for the Swift tests and the contracts' alike.

    python3 -m venv .venv && .venv/bin/pip install pycryptodome==3.23.0
    .venv/bin/python scripts/vectors/vesting.py [--check]

Plain Python integers, written from sections 4 and 5 of docs/reference/law.md and from nothing else: the
calendar is Python's own, the factors of the decay function are decimals of 120 digits, steps are counted by
their times. With --check the file is compared, not written. The output depends on this file only.

The file: `cases` are within the bounds of the contracts (amounts below 2^128, ends that come); `wide` are
beyond them, for the engine. `vested` lists times and amounts. All numbers are decimal strings. `decay` lists
t, h and D(t, h).
"""
import argparse
import bisect
import calendar
import datetime
import decimal
import json
import pathlib
import random
import sys

from Crypto.Hash import keccak

OUT = pathlib.Path(__file__).resolve().parents[2] / "contracts" / "vectors" / "vesting.json"
IMMEDIATE, LINEAR, STEPS, TRANCHES, EXPONENTIAL = range(5)
SHAPES = ["immediate", "linear", "steps", "tranches", "exponential"]
WHOLE = 10**9
DAY = 86_400
LAST = 2**64 - 1
YEAR = 365 * DAY
PARTS = [
    "start", "initial", "cliff", "duration", "half_life", "step_seconds", "step_months", "step_count",
]


def schedule(shape, tranches=(), **parts):
    """A schedule with every part; those that are not named are 0."""
    return {"shape": shape, "tranches": list(tranches), **{part: parts.get(part, 0) for part in PARTS}}


# Section 4: the decay function.


def decay_factors():
    with decimal.localcontext() as context:
        context.prec = 120
        two = decimal.Decimal(2)
        return [int(two**128 * two ** -(two**-i)) for i in range(1, 65)]


FACTORS = decay_factors()


def decay(t, h):
    x = t * 2**64 // h
    n, f = x // 2**64, x % 2**64
    r = 2**128
    for i in range(1, 65):
        if f >> (64 - i) & 1:
            r = r * FACTORS[i - 1] // 2**128
    return 0 if n > 128 else r // 2**n


# Section 5: vesting.


def vested(s, amount, t):
    if s["shape"] == IMMEDIATE:
        return amount
    if t < s["start"]:
        return 0
    initial = amount * s["initial"] // WHOLE
    rest = amount - initial
    if s["shape"] == STEPS:
        return initial + rest * steps_come(s, t) // s["step_count"]
    if s["shape"] == TRANCHES:
        come = [share for time, share in s["tranches"] if time <= t]
        return amount if len(come) == len(s["tranches"]) else amount * sum(come) // WHOLE
    passed, duration = t - s["start"], s["duration"]
    if passed >= duration:
        return amount
    if passed < s["cliff"]:
        return initial
    if s["shape"] == LINEAR:
        return initial + rest * passed // duration
    h = s["half_life"]
    return initial + rest * (2**128 - decay(passed, h)) // (2**128 - decay(duration, h))


def steps_come(s, t):
    """The number of steps whose time has come: their times only rise."""
    return bisect.bisect_right(range(1, s["step_count"] + 1), t, key=lambda j: time_of_step(s, j))


def time_of_step(s, j):
    """When step j falls, as a number of any size: beyond 2^64 - 1 it never does."""
    if s["step_seconds"]:
        return s["start"] + j * s["step_seconds"]
    return months_later(s["start"], j * s["step_months"])


def months_later(time, months):
    """The same day of the month and time of day, or the month's last day."""
    cycles, days = divmod(time // DAY, 146_097)
    date = datetime.date(1970, 1, 1) + datetime.timedelta(days)
    index = date.year * 12 + date.month - 1 + months
    year, month = index // 12, index % 12 + 1
    # The calendar repeats every 400 years of 146,097 days; Python's ends with the year 9999.
    more, year = (year - 1970) // 400, (year - 1970) % 400 + 1970
    day = min(date.day, calendar.monthrange(year, month)[1])
    days = (datetime.date(year, month, day) - datetime.date(1970, 1, 1)).days
    return (days + (cycles + more) * 146_097) * DAY + time % DAY


def end(s):
    if s["shape"] == IMMEDIATE:
        return 0
    if s["shape"] == STEPS:
        return time_of_step(s, s["step_count"])
    if s["shape"] == TRANCHES:
        return s["tranches"][-1][0]
    return s["start"] + s["duration"]


# The hash that leaves, contracts and bundles share.


def word(number):
    return number.to_bytes(32, "big")


def schedule_hash(s):
    """keccak256(abi.encode(shape, the parts in order, times, shares)) by the rules of the ABI."""
    lists = [[place[item] for place in s["tranches"]] for item in (0, 1)]
    head = [s["shape"], *(s[part] for part in PARTS)]
    first = (len(head) + 2) * 32
    head += [first, first + 32 * (1 + len(lists[0]))]
    tail = [number for items in lists for number in (len(items), *items)]
    return "0x" + keccak.new(digest_bits=256, data=b"".join(map(word, head + tail))).hexdigest()


# Which schedules, amounts and times.

AMOUNTS = [
    0, 1, 2, 3, 7, 10, 999, 10**9 - 1, 10**9, 10**9 + 1, 10**18, 10**18 - 1, 123_456_789 * 10**18,
    10**27 + 7, 2**64, 2**127, 2**128 - 2, 2**128 - 1,
]


def seconds(year, month, day, hour=0, minute=0, second=0):
    date = datetime.datetime(year, month, day, hour, minute, second, tzinfo=datetime.timezone.utc)
    return int(date.timestamp())


def linear_schedules(pick):
    launch = seconds(2027, 3, 1)
    yield schedule(LINEAR, start=launch, duration=YEAR)
    yield schedule(LINEAR, start=launch, cliff=YEAR, duration=4 * YEAR)
    yield schedule(LINEAR, start=launch, initial=WHOLE // 10, cliff=90 * DAY, duration=2 * YEAR)
    yield schedule(LINEAR, start=launch, initial=WHOLE, duration=10)
    yield schedule(LINEAR, start=0, duration=1)
    yield schedule(LINEAR, start=0, cliff=7, duration=7)
    yield schedule(LINEAR, start=1, initial=1, duration=3)
    yield schedule(LINEAR, start=launch, initial=333_333_333, cliff=1, duration=999_999_937)
    yield schedule(LINEAR, start=LAST - 1, duration=1)
    yield schedule(LINEAR, start=0, cliff=2**63, duration=LAST)
    for _ in range(12):
        duration = pick.randrange(1, 2 ** pick.randrange(1, 40))
        yield schedule(
            LINEAR, start=pick.randrange(2**34), initial=pick.choice([0, pick.randrange(WHOLE + 1)]),
            cliff=pick.choice([0, pick.randrange(duration + 1)]), duration=duration)


def steps_of_seconds(pick):
    launch = seconds(2027, 3, 1)
    yield schedule(STEPS, start=launch, step_seconds=7 * DAY, step_count=52)
    yield schedule(STEPS, start=launch, initial=WHOLE // 4, step_seconds=30 * DAY, step_count=36)
    yield schedule(STEPS, start=launch, step_seconds=1, step_count=1)
    yield schedule(STEPS, start=0, initial=WHOLE, step_seconds=5, step_count=3)
    yield schedule(STEPS, start=9, step_seconds=3, step_count=100_000)
    yield schedule(STEPS, start=0, step_seconds=2**32, step_count=2**32 - 1)
    yield schedule(STEPS, start=0, step_seconds=LAST, step_count=1)
    for _ in range(8):
        yield schedule(
            STEPS, start=pick.randrange(2**34), initial=pick.choice([0, pick.randrange(WHOLE + 1)]),
            step_seconds=pick.randrange(1, 2**28), step_count=pick.randrange(1, 5000))


def steps_of_months(pick):
    noon = dict(hour=12)
    yield schedule(STEPS, start=seconds(2027, 1, 31, **noon), step_months=1, step_count=48)
    yield schedule(STEPS, start=seconds(2028, 2, 29, 23, 59, 59), step_months=12, step_count=10)
    yield schedule(STEPS, start=seconds(2096, 2, 29), step_months=12, step_count=9)
    yield schedule(STEPS, start=seconds(2027, 12, 31), initial=WHOLE // 5, step_months=2, step_count=13)
    yield schedule(STEPS, start=seconds(2027, 8, 30, 1, 2, 3), step_months=6, step_count=7)
    yield schedule(STEPS, start=seconds(1999, 11, 29), step_months=3, step_count=5)
    yield schedule(STEPS, start=0, step_months=1, step_count=1)
    yield schedule(STEPS, start=seconds(2399, 12, 31), step_months=1, step_count=30)
    yield schedule(STEPS, start=seconds(2027, 3, 31), step_months=1200, step_count=100_000)
    yield schedule(STEPS, start=DAY - 1, step_months=1, step_count=2**32 - 1)
    for _ in range(14):
        day = pick.choice([28, 29, 30, 31])
        start = seconds(pick.choice([2024, 2027, 2100, 2000]), pick.choice([1, 3, 5, 7, 8, 10, 12]), day)
        yield schedule(
            STEPS, start=start + pick.randrange(DAY), initial=pick.choice([0, pick.randrange(WHOLE)]),
            step_months=pick.choice([1, 1, 2, 3, 5, 12, 13]), step_count=pick.randrange(1, 120))


def tranche_schedules(pick):
    def of(*tranches):
        return schedule(TRANCHES, tranches, start=tranches[0][0])

    launch = seconds(2027, 3, 1)
    yield of((launch, WHOLE))
    yield of((launch, WHOLE // 2), (launch + YEAR, WHOLE // 2))
    yield of((0, 1), (1, WHOLE - 2), (2, 1))
    yield of((0, 0), (5, WHOLE))
    yield of((3, WHOLE), (LAST, 0))
    yield of((launch, 333_333_333), (launch + 1, 333_333_333), (launch + 2, 333_333_334))
    yield of(*((launch + n * 30 * DAY, WHOLE // 128) for n in range(127)), (2**40, WHOLE - WHOLE // 128 * 127))
    for _ in range(8):
        count = pick.randrange(1, 30)
        times = sorted(pick.sample(range(2**33), count))
        marks = [0, *sorted(pick.randrange(WHOLE + 1) for _ in range(count - 1)), WHOLE]
        yield of(*zip(times, (after - before for before, after in zip(marks, marks[1:]))))


def exponential_schedules(pick):
    launch = seconds(2027, 3, 1)
    yield schedule(EXPONENTIAL, start=launch, half_life=YEAR, duration=4 * YEAR)
    yield schedule(
        EXPONENTIAL, start=launch, initial=WHOLE // 20, half_life=90 * DAY, cliff=180 * DAY, duration=2 * YEAR)
    yield schedule(EXPONENTIAL, start=0, half_life=1, duration=1)
    yield schedule(EXPONENTIAL, start=0, half_life=1, duration=200)
    yield schedule(EXPONENTIAL, start=5, half_life=LAST, duration=1)
    yield schedule(EXPONENTIAL, start=5, half_life=LAST, duration=1000)
    yield schedule(EXPONENTIAL, start=0, half_life=LAST, duration=LAST)
    yield schedule(EXPONENTIAL, start=0, half_life=2**57, cliff=2**63, duration=LAST)
    yield schedule(EXPONENTIAL, start=launch, initial=WHOLE, half_life=3, cliff=4, duration=9)
    for _ in range(12):
        duration = pick.randrange(1, 2 ** pick.randrange(1, 34))
        yield schedule(
            EXPONENTIAL, start=pick.randrange(2**34), initial=pick.choice([0, pick.randrange(WHOLE + 1)]),
            half_life=pick.randrange(1, 2 ** pick.randrange(1, 34)),
            cliff=pick.choice([0, pick.randrange(duration + 1)]), duration=duration)


def times(s, pick):
    """The edges, and the seconds beside them."""
    start, last = s["start"], end(s)
    edges = {0, start, last, start + s["cliff"], LAST}
    if s["shape"] == STEPS:
        some = {1, 2, 3, s["step_count"] // 2, s["step_count"] - 1} | {pick.randrange(s["step_count"])}
        edges |= {time_of_step(s, j) for j in some if j > 0}
    edges |= {time for time, _ in pick.sample(s["tranches"], min(4, len(s["tranches"])))}
    near = {edge + step for edge in edges for step in (-1, 0, 1)}
    near |= {pick.randrange(start, max(start + 1, last)) for _ in range(4)}
    return sorted(time for time in near if 0 <= time <= LAST)


def case(s, amount, pick):
    return {
        "schedule": {
            "shape": SHAPES[s["shape"]],
            **{part: str(s[part]) for part in PARTS},
            "tranches": [[str(time), str(share)] for time, share in s["tranches"]],
        },
        "hash": schedule_hash(s),
        "amount": str(amount),
        "vested": [[str(t), str(vested(s, amount, t))] for t in times(s, pick)],
    }


def cases(pick):
    made = [schedule(IMMEDIATE)]
    for kind in (
        linear_schedules, steps_of_seconds, steps_of_months, tranche_schedules, exponential_schedules,
    ):
        made += kind(pick)
    assert all(end(s) <= LAST for s in made)
    for s in made:
        for amount in [*pick.sample(AMOUNTS, 2), pick.randrange(2**pick.randrange(1, 129))]:
            yield case(s, amount, pick)


def wide_cases(pick):
    """Amounts up to 2^256 - 1, and ends that never come."""
    made = [
        schedule(LINEAR, start=7, initial=123_456_789, cliff=5, duration=1_000_003),
        schedule(STEPS, start=7, step_seconds=11, step_count=97),
        schedule(STEPS, start=seconds(2027, 1, 31), step_months=1, step_count=5),
        schedule(TRANCHES, [(7, 1), (8, WHOLE - 1)], start=7),
        schedule(EXPONENTIAL, start=7, half_life=1000, duration=10_000),
    ]
    for s in made:
        for amount in (2**128, 2**255 + 12_345, 2**256 - 1):
            yield case(s, amount, pick)
    yield case(schedule(LINEAR, start=LAST - 10, duration=100), 1000, pick)
    yield case(schedule(STEPS, start=LAST - 10, step_seconds=4, step_count=5), 1000, pick)
    yield case(schedule(STEPS, start=2**63, step_months=2**32 - 1, step_count=2**32 - 1), 1000, pick)
    yield case(schedule(EXPONENTIAL, start=LAST - 10, half_life=3, duration=100), 1000, pick)


def decays(pick):
    pairs = [(0, 1), (1, 1), (1, 2), (128, 1), (129, 1), (LAST, 1), (1, LAST), (LAST, LAST), (LAST - 1, LAST)]
    pairs += [(YEAR, 4 * YEAR), (2**63, LAST), (12_345_678, 987_654_321)]
    pairs += [(pick.randrange(2**b), pick.randrange(1, 2**b)) for b in range(2, 65, 3) for _ in range(2)]
    for t, h in pairs:
        yield [str(t), str(h), str(decay(t, h))]


def text():
    pick = random.Random("vesting vectors 1")
    members = {
        "format": '"sluice.vectors.vesting.v1"',
        "generated": '"by scripts/vectors/vesting.py; do not edit"',
    }
    for name, items in (("decay", decays(pick)), ("cases", cases(pick)), ("wide", wide_cases(pick))):
        lines = (json.dumps(item, separators=(",", ":"), sort_keys=True) for item in items)
        members[name] = "[\n" + ",\n".join(lines) + "\n]"
    return "{\n" + ",\n".join(f'"{name}": {value}' for name, value in members.items()) + "\n}\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--check", action="store_true", help="compare the file instead of writing it")
    if options.parse_args().check:
        if OUT.read_text() != text():
            sys.exit(f"{OUT.name} is not what this script makes; run it without --check")
        return
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(text())


if __name__ == "__main__":
    main()
