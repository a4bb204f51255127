"""Schedules and calls that the tests of Vesting share."""

import boa
import token_kit as kit
from vesting_model import ZERO, as_argument, law

CODE = boa.load_partial(str(kit.CONTRACTS / "src" / "Vesting.vy"))

# 1000 seconds from the start of the tests: 1 unit of 1000 a second.
LINEAR = law.schedule(law.LINEAR, start=kit.START, duration=1000)
NOW = law.schedule(law.IMMEDIATE)
# One schedule of each shape, from the start of the tests on.
SHAPES = {
    "immediate": NOW,
    "linear": law.schedule(law.LINEAR, start=kit.START, initial=10**8, cliff=100, duration=1000),
    "steps": law.schedule(law.STEPS, start=kit.START, step_seconds=100, step_count=10),
    "months": law.schedule(law.STEPS, start=kit.START, initial=2 * 10**8, step_months=1, step_count=5),
    "tranches": law.schedule(
        law.TRANCHES, [(kit.START + 5, 3 * 10**8), (kit.START + 900, 7 * 10**8)], start=kit.START + 5),
    "exponential": law.schedule(law.EXPONENTIAL, start=kit.START, half_life=300, cliff=50, duration=1000),
}


def entry(recipient, amount, revoker=ZERO, refund_to=ZERO):
    return (recipient, amount, revoker, refund_to)


def create(vesting, creator, schedule, *entries, salt=b"\0" * 32):
    """The number of the first escrow."""
    return vesting.create(salt, as_argument(schedule), [entry(*parts) for parts in entries], sender=creator)
