#!/usr/bin/env python3
"""Makes the file of tasks of Examples/quests, signed as a game signs them, and what the plans of
Examples/quests and Examples/trading pay, worked out a second time.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/actions.py

The output depends on nothing but this file, Examples/trading and the version of eth-account.
"""
import csv
import datetime
import json
import pathlib
from fractions import Fraction

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "Tests" / "IntegrationTests" / "Vectors" / "actions.json"
DAY, WEEK = 86_400, 7 * 86_400
START = int(datetime.datetime(2027, 1, 4, tzinfo=datetime.timezone.utc).timestamp())
MEMBERS = "string plan,address account,string task,uint256 points,uint64 time,bytes32 id"


def account(number):
    return "0x" + f"{number}" * 40


def quests():
    """(account, task, points, time): days count from the start of the season."""
    acts = []
    for day in range(7):
        acts.append((1, "daily-login", 10, day * DAY + 3600))
        acts.append((1, "daily-login", 10, day * DAY + 7200))
    acts += [(1, "intro", 50, 100), (1, "intro", 50, 8 * DAY), (1, "boss", 150, 2 * DAY), (1, "boss", 150, 2 * DAY + 9)]
    acts += [(2, "daily-login", 10, day * DAY + 50) for day in (0, 1, 3, 4, 5)]
    acts += [(2, "invite", 40, 3 * DAY), (2, "invite", 40, 4 * DAY)]
    acts += [(3, "boss", 190, DAY), (3, "daily-login", 10, DAY - 1), (3, "daily-login", 10, DAY)]
    acts += [(4, "boss", 180, 5 * DAY)]
    acts += [(5, "daily-login", 10, 7 * DAY - 1), (5, "daily-login", 10, 7 * DAY), (5, "boss", 500, 29 * DAY)]
    return [(account(who), task, points, START + time) for who, task, points, time in acts]


def signed(entry, number):
    who, task, points, time = entry
    message = {"plan": "Reef season 1", "account": who, "task": task, "points": points, "time": time,
               "id": "0x" + number.to_bytes(32).hex()}
    types = [dict(zip(("type", "name"), member.split())) for member in MEMBERS.split(",")]
    full = encode_typed_data({"name": "Sluice", "version": "1"}, {"Task": types}, message)
    signature = Account.sign_message(full, keccak(text="sluice test key jury")).signature
    line = {key: str(value) for key, value in message.items()} | {"signature": "0x" + signature.hex()}
    return json.dumps(line, sort_keys=True, separators=(",", ":"))


def limited(acts, limits):
    """Acts in the order of (time, points, task's bytes), as columns stand; limits are functions that give
    a key, what an act uses up and the bound, or None."""
    used, counting = {}, []
    for act in sorted(acts, key=lambda act: (act[3], act[2], int.from_bytes(act[1].encode()))):
        claims = [(index, *claim) for index, limit in enumerate(limits) if (claim := limit(act))]
        if all(used.get((act[0], index, key), 0) + amount <= bound for index, key, amount, bound in claims):
            for index, key, amount, _ in claims:
                used[act[0], index, key] = used.get((act[0], index, key), 0) + amount
            counting.append(act)
    return counting


def once_each(act):
    return (act[1], 1, 1) if act[1] in ("intro", "invite") else None


def once_a_day(act):
    return (act[3] // DAY, 1, 1) if act[1] == "daily-login" else None


def points_a_day(act):
    return act[3] // DAY, act[2], 200


def split(budget, weights):
    """Largest remainder, ties by address."""
    weights = {who: weight for who, weight in weights.items() if weight > 0}
    total = sum(weights.values())
    amounts = {who: int(budget * weight / total) for who, weight in weights.items()}
    left = budget - sum(amounts.values())
    by_remainder = sorted(weights, key=lambda who: (amounts[who] - budget * weights[who] / total, who))
    for who in by_remainder[:left]:
        amounts[who] += 1
    return amounts


def days(acts):
    return {act[3] // DAY for act in acts}


def streak(acts):
    longest = 0
    for day in days(acts):
        length = 0
        while day + length in days(acts):
            length += 1
        longest = max(longest, length)
    return longest


def by_account(acts):
    return {who: [act for act in acts if act[0] == who] for who in sorted({act[0] for act in acts})}


def weekly(epoch):
    # What was done in earlier weeks uses up what counts once, and is not paid again.
    until = [act for act in quests() if START <= act[3] < START + (epoch + 1) * WEEK]
    counted = limited(until, [once_a_day, once_each, points_a_day])
    players = by_account([act for act in counted if act[3] >= START + epoch * WEEK])
    points = {who: sum(act[2] for act in acts) for who, acts in players.items()}
    factors = {who: Fraction(2) if streak(acts) >= 7 else Fraction(3, 2) if streak(acts) >= 3 else Fraction(1)
               for who, acts in players.items()}
    ranks = {who: 1 + sum(other > own for other in points.values()) for who, own in points.items()}
    prizes = {1: 50, 2: 30, 3: 20}
    return {
        "players": split(1000 * 10**18, {who: points[who] * factors[who] for who, acts in players.items()
                                         if len(days(acts)) >= 2}),
        "leaderboard": split(100 * 10**18, {who: Fraction(prizes.get(ranks[who], 0)) for who in players}),
    }


def season():
    inside = [act for act in quests() if START <= act[3] < START + 28 * DAY]
    points = {who: sum(act[2] for act in acts) for who, acts in by_account(limited(inside, [once_each])).items()}
    levels = {who: 10 if own >= 500 else 3 if own >= 200 else 1 if own >= 50 else 0 for who, own in points.items()}
    return {"levels": split(1000 * 10**18, {who: Fraction(level) for who, level in levels.items()})}


def trading(epoch):
    owners = {row["account"]: row["owner"] for row in csv.DictReader(open(ROOT / "Examples/trading/owners.csv"))}
    trades = []
    for row in csv.DictReader(open(ROOT / "Examples/trading/trades.csv")):
        time = int(datetime.datetime.fromisoformat(row["at"]).timestamp())
        if START + epoch * WEEK <= time < START + (epoch + 1) * WEEK:
            trades.append(row | {"time": time, "v": Fraction(row["volume"]), "fee": Fraction(row["fee"])})
    trades.sort(key=lambda row: row["time"])
    weights = {}
    for who in sorted({row["taker"] for row in trades}):
        own = [row for row in trades if row["taker"] == who]
        for row in own:
            owner = owners.get(who, "0")
            if row["maker"] == who or owner != "0" and owners.get(row["maker"]) == owner:
                row["v"] = Fraction(0)
        for index, row in enumerate(own):
            for earlier in own[:index]:
                if (earlier["market"] == row["market"] and earlier["side"] != row["side"]
                        and row["time"] - earlier["time"] <= 3600):
                    both = min(earlier["v"], row["v"])
                    earlier["v"] -= both
                    row["v"] -= both
        bound = sum(row["v"] for row in own) * 2 / 5
        for maker in {row["maker"] for row in own}:
            room = bound
            for row in own:
                if row["maker"] == maker:
                    row["v"] = min(row["v"], room)
                    room -= row["v"]
        counting = [row for row in own if row["v"] > 0]
        weights[who] = min(sum(row["v"] for row in counting), sum(row["fee"] for row in counting) * 2000)
    return {"volume": split(1000 * 10**18, weights)}


def main():
    lines = [signed(entry, number + 1) for number, entry in enumerate(quests())]
    # A game may hand a task in again.
    (ROOT / "Examples/quests/quests.jsonl").write_text("\n".join(lines + lines[:1]) + "\n")
    plans = [("quests/weekly", 0, weekly(0)), ("quests/weekly", 1, weekly(1)), ("quests/season", 0, season()),
             ("trading/plan", 0, trading(0)), ("trading/plan", 1, trading(1))]
    entries = [{"plan": plan, "epoch": epoch, "programs": {
        name: {who: str(amount) for who, amount in sorted(amounts.items())} for name, amounts in programs.items()}}
        for plan, epoch, programs in plans]
    text = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    OUT.write_text(f'{{"generated":"by scripts/vectors/actions.py; do not edit","plans":[\n{text}\n]}}\n')
    print(f"{OUT.name}: {len(entries)} epochs of plans")


main()
