#!/usr/bin/env python3
"""Makes the vectors of Examples/airdrops: what each of the plans there pays, worked out in plain Python.

    python3 scripts/vectors/airdrops.py

Every rule is written down here a second time, from the words at the top of its plan, with fractions and without any of
Sluice. The inputs are those beside the plans. The output depends on nothing but this file and them.
"""
import collections
import csv
import decimal
import fractions
import json
import math
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
INPUTS = ROOT / "Examples" / "airdrops"
OUT = ROOT / "Tests" / "IntegrationTests" / "Vectors" / "airdrops.json"
WEI = 10**18
decimal.getcontext().prec = 100


def rows(name):
    with open(INPUTS / f"{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


def accounts(name):
    return {row["account"] for row in rows(name)}


def units(text, decimals=18):
    """A decimal text as a whole number of units of the last place; what is beyond is cut off."""
    return int(decimal.Decimal(text or "0").scaleb(decimals))


def floor(fraction, places=0):
    scale = 10**places
    return fractions.Fraction(math.floor(fraction * scale), scale)


def largest_remainder(budget, weights):
    """Weights by account, all above 0."""
    total = sum(weights.values())
    parts = {account: budget * weight // total for account, weight in weights.items()}
    order = sorted(weights, key=lambda account: (-(budget * weights[account] % total), account))
    for account in order[: budget - sum(parts.values())]:
        parts[account] += 1
    return parts


def level(budget, weights, cap, least):
    """The level at which everybody has min(max(level * weight, least), cap), and all of it the budget; None
    where everybody is at the cap."""
    def total(at):
        return sum(min(max(at * weight, least), cap) for weight in weights.values())

    assert total(0) <= budget
    turns = sorted({fractions.Fraction(bound, weight) for weight in weights.values() for bound in (least, cap)})
    below = fractions.Fraction(0)
    for turn in turns:
        if total(turn) >= budget:
            rise = total(turn) - total(below)
            return turn if rise == 0 else below + (turn - below) * (budget - total(below)) / rise
        below = turn
    return None


def split(budget, weights, cap=None, least=0, leave=True):
    """A budget within a cap and a least amount, the same for everybody."""
    weights = {account: weight for account, weight in weights.items() if weight > 0}
    cap = budget if cap is None else cap
    if leave and least > 0:
        at = level(budget, weights, cap, 0)
        weights = {
            account: weight for account, weight in weights.items()
            if at is None or min(at * weight, cap) >= least
        }
        least = 0
    at = level(budget, weights, cap, least)
    parts, free = {}, {}
    for account, weight in weights.items():
        if at is None or max(at * weight, least) >= cap:
            parts[account] = cap
        elif least > 0 and at * weight <= least:
            parts[account] = least
        else:
            free[account] = weight
    if free:
        parts |= largest_remainder(budget - sum(parts.values()), free)
    return parts


def added(*lists):
    sums = collections.Counter()
    for amounts in lists:
        sums.update(amounts)
    return {account: amount for account, amount in sorted(sums.items()) if amount}


def flat():
    seconds = collections.Counter()
    for row in rows("flat-liquidity"):
        seconds[row["account"]] += int(row["share_seconds"])
    return {"users": added(
        {account: 400 * WEI for account in accounts("flat-users")},
        largest_remainder(5000 * WEI, seconds),
        {row["account"]: int(row["held"]) * 1000 * WEI for row in rows("flat-socks")})}


def step(number, steps):
    """The value of the last step that is reached, 0 below all of them."""
    return max([0] + [value for start, value in steps if number >= start])


def points():
    sybils, amounts = accounts("points-sybils"), {}
    table = [(3, 1250), (4, 1750), (5, 2250), (6, 3250), (7, 4250), (8, 6250), (9, 8250), (10, 10250)]
    money = [(10_000, 1), (50_000, 2), (250_000, 3)]
    for row in rows("points"):
        contracts = int(row["contracts"])
        earned = (int(row["bridged"]) > 0) + step(int(row["months"]), [(2, 1), (6, 2), (9, 3)])
        earned += step(max(int(row["transactions"]), contracts), [(4, 1), (10, 2), (25, 3), (100, 4)])
        earned += step(decimal.Decimal(row["value"]), money) + step(decimal.Decimal(row["liquidity"]), money)
        earned -= int(row["days"]) <= 2
        earned -= decimal.Decimal(row["balance"]) < decimal.Decimal("0.005") and contracts <= 1
        if row["account"] not in sybils:
            amounts[row["account"]] = step(min(earned, 15), table) * WEI
    return {"users": added(amounts)}


def names():
    days, primary = {}, accounts("names-primary")
    for row in rows("names"):
        pair = (int(row["days_held"]), int(row["days_left"]))
        days[row["owner"]] = max(days.get(row["owner"], (0, 0)), pair)
    weights = {
        owner: (held + min(left, 8 * 365 + 2)) * (2 if owner in primary else 1)
        for owner, (held, left) in days.items()
    }
    return {"holders": added(split(25_000_000 * WEI, weights))}


def sets():
    repeated, voters = accounts("sets-repeated"), accounts("sets-voters")
    signers, donors = accounts("sets-signers"), accounts("sets-donors")
    amounts = {}
    for account in accounts("sets"):
        lists = sum(account in each for each in (repeated, voters, signers, donors))
        cents = 119026 if account in repeated else 77686
        cents += (account in voters) * 27183 + (account in signers) * 119026 + (account in donors) * 55592
        cents += {3: 485673, 4: 1107835}.get(lists, 0)
        amounts[account] = cents * 10**16
    return {"users": added(amounts)}


def collections_():
    held = collections.defaultdict(collections.Counter)
    for row in rows("collections"):
        held[row["owner"]][row["collection"]] += int(row["pieces"])
    return {"holders": added({
        owner: WEI * (
            10094 * has["first"] + 2042 * has["second"] + 856 * min(has["companion"], has["first"] + has["second"]))
        for owner, has in held.items()})}


def square_root():
    people = {row["account"]: row["person"] for row in rows("square-root-people") if row["person"] != "0"}
    roots, members = {}, collections.defaultdict(dict)
    for row in rows("square-root"):
        balance = units(row["balance"], 8)
        if balance >= 10 * 10**8:
            roots[row["account"]] = math.isqrt(balance * 10**28)
            members[people.get(row["account"], row["account"])][row["account"]] = roots[row["account"]]
    # A cluster stands where its lowest account does.
    weights = {min(each): sum(each.values()) for each in members.values()}
    parts = split(100_000 * WEI, weights, cap=25_000 * WEI)
    return {"holders": added(*[largest_remainder(parts[min(each)], each) for each in members.values()])}


def loyalty():
    weights, best, bids = {}, {}, [int(row["bids"]) for row in rows("loyalty")]
    for row in rows("loyalty"):
        loyal = decimal.Decimal(row["loyalty"])
        twice = step(loyal, [(decimal.Decimal("0.5"), 2), (decimal.Decimal("0.9"), 3), (1, 4)])
        weights[row["account"]] = (int(row["bids"]) + 2 * int(row["listings"]) + 3 * int(row["loans"])) * twice
        if loyal == 1 and sum(other > int(row["bids"]) for other in bids) < 3:
            best[row["account"]] = 1000 * WEI
    return {"season": added(split(100_000 * WEI, weights), best)}


def time_weighted():
    sybils, weights = accounts("time-weighted-sybils"), {}
    for row in rows("time-weighted"):
        mean = floor(fractions.Fraction(units(row["dollar_days"], 6), 10**6 * 366), 6)
        contracts, swaps, months, native = (int(row[name] or 0) for name in ("contracts", "swaps", "months", "native"))
        if (contracts >= 10) + (swaps >= 3) + (months >= 6) + (native > 0) < 2 or row["account"] in sybils:
            continue
        weight = min(max(2 * mean, 450), 50_000) * fractions.Fraction(5 if native else 4, 4)
        weights[row["account"]] = weight * fractions.Fraction(15 if months >= 12 else 11 if months >= 6 else 10, 10)
    whole = {account: int(weight * 10**9) for account, weight in weights.items()}
    return {"users": added(split(60_000 * WEI, whole, cap=30_000 * WEI, least=917 * WEI))}


def categories():
    users, validators = {}, collections.Counter()
    for row in rows("categories-users"):
        months, volume = int(row["months"]), decimal.Decimal(row["volume"])
        if months >= 3 and volume >= 100:
            users[row["account"]] = step(months, [(3, 500), (6, 600), (12, 750)]) * (2 if volume >= 10_000 else 1) * WEI
    for row in rows("categories-stakers"):
        validators[row["account"]] += int(row["validators"])
    return {"all": added(
        {account: 10_000 * WEI for account in accounts("categories-developers")}, users,
        split(20_000 * WEI, validators, cap=9000 * WEI, least=360 * WEI))}


def votes():
    given = collections.defaultdict(list)
    for row in rows("votes"):
        given[row["project"]].append(units(row["amount"]))
    weights = {}
    for project, amounts in given.items():
        if len(amounts) >= 3:
            ascending = sorted(amounts)
            weights[project] = ascending[(len(amounts) - 1) // 2] + ascending[len(amounts) // 2]
    return {"projects": added(split(100_000 * WEI, weights, least=1500 * WEI))}


def passports():
    scores = {row["account"]: decimal.Decimal(row["score"]) for row in rows("passports-scores")}
    sybils, given = accounts("passports-sybils"), collections.defaultdict(collections.Counter)
    for row in rows("passports"):
        if scores.get(row["donor"], 0) >= 15 and row["donor"] not in sybils:
            given[row["project"]][row["donor"]] += units(row["given"])
    matches = {}
    for project, gifts in given.items():
        gifts = [min(gift, 100 * WEI) << 64 for gift in gifts.values() if gift >= WEI]
        matches[project] = sum(math.isqrt(gift) for gift in gifts) ** 2 - sum(gifts)
    due = min(1000 * WEI, sum(matches.values()) >> 64)
    return {"projects": added(split(due, matches, cap=600 * WEI))}


def two_tokens():
    owed = {"balls": collections.Counter(), "dollars": collections.Counter()}
    for line in (INPUTS / "two-tokens.jsonl").read_text().splitlines():
        row = json.loads(line, parse_float=str, parse_int=str)
        campaign, places = ("balls", 18) if row["token"] == "BALL" else ("dollars", 6)
        owed[campaign][row["account"]] += units(row["amount"], places)
    return {campaign: added(amounts) for campaign, amounts in owed.items()}


def staking():
    weights = {row["staker"]: units(row["shares"]) * int(row["hours"]) for row in rows("staking")}
    parts = split(5000 * WEI, weights, least=10 * WEI, leave=False)
    return {"season": added(parts, {account: 100 * WEI for account in parts})}


RULES = {
    "flat": flat, "points": points, "names": names, "sets": sets, "collections": collections_,
    "square-root": square_root, "loyalty": loyalty, "time-weighted": time_weighted,
    "categories": categories, "votes": votes, "passports": passports, "two-tokens": two_tokens,
    "staking": staking,
}

if __name__ == "__main__":
    plans = {
        name: {campaign: {account: str(amount) for account, amount in amounts.items()}
               for campaign, amounts in rule().items()}
        for name, rule in RULES.items()
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"source": "scripts/vectors/airdrops.py", "plans": plans}, indent=1) + "\n")
