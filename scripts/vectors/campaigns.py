#!/usr/bin/env python3
"""Makes contracts/vectors/campaigns.json: identifiers of campaigns, by eth_abi from the encodings
of docs/reference/bundle.md. For the contract's tests and for Swift's.

    python3 -m venv .venv && .venv/bin/pip install -r contracts/requirements.txt
    .venv/bin/python scripts/vectors/campaigns.py

The output depends on nothing but this file and the encodings in contracts/tests/model.
"""
import json
import pathlib
import random
import sys

CONTRACTS = pathlib.Path(__file__).resolve().parents[2] / "contracts"
sys.path.insert(0, str(CONTRACTS / "tests" / "model"))

from distributor_identity import identifier, schedule_hash, terms_hash  # noqa: E402

DAY = 86_400
START = 1_800_000_000
LAST = 2**64 - 1
SCHEDULES = [
    {"shape": 0},
    {"shape": 1, "start": START, "duration": 365 * DAY},
    {"shape": 1, "start": 1, "initial_unlock": 10**9, "cliff": LAST - 1, "duration": LAST - 1},
    {"shape": 2, "start": START, "initial_unlock": 1, "step_seconds": 7 * DAY, "step_count": 52},
    {"shape": 2, "start": START, "step_months": 1, "step_count": 2**32 - 1},
    {
        "shape": 3,
        "start": START,
        "tranche_times": [START, START + DAY, LAST],
        "tranche_shares": [1, 333_333_333, 666_666_666],
    },
    {
        "shape": 4,
        "start": START,
        "initial_unlock": 250_000_000,
        "cliff": 30 * DAY,
        "duration": 4 * 365 * DAY,
        "half_life": 180 * DAY,
    },
]


def written(value):
    """Integers from 2**53 on as texts, as everywhere in this project's JSON."""
    if isinstance(value, dict):
        return {name: written(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [written(entry) for entry in value]
    return str(value) if isinstance(value, int) and value >= 2**53 else value


def case(generator, number, schedule):
    def account():
        return "0x" + generator.randbytes(20).hex()

    terms = {
        "schedule": schedule,
        "window": generator.choice([DAY, 2 * DAY, 30 * DAY]),
        # None that a contract refuses: after every end of a shape that it takes.
        "expiry": 0 if schedule["shape"] else generator.choice([0, START + 3000 * DAY]),
        "claim_policy": number % 2,
        "maximum_increase": generator.choice([0, 10**24, 2**128 - 1]),
        "owner": account(),
        "publisher": account(),
        "guardian": account(),
    }
    place = {
        "chain": generator.choice([1, 10, 8453, 42161, 2**63]),
        "distributor": account(),
        "token": account(),
        "creator": account(),
        "salt": "0x" + generator.randbytes(32).hex(),
    }
    values = {**place, "salt": bytes.fromhex(place["salt"][2:])}
    return {
        **place,
        "terms": terms,
        "schedule_hash": "0x" + schedule_hash(schedule).hex(),
        "terms_hash": "0x" + terms_hash(terms).hex(),
        "campaign": "0x" + identifier(*values.values(), terms).hex(),
    }


def main():
    generator = random.Random(20261201)
    content = {
        "format": "sluice.vectors.campaigns.v1",
        "generated": "by scripts/vectors/campaigns.py; do not edit",
        "cases": written([case(generator, *entry) for entry in enumerate(SCHEDULES * 2)]),
    }
    path = CONTRACTS / "vectors" / "campaigns.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
