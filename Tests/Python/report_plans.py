"""Plans of which the tests look at the report: of everything that a plan can have, and of what hardly fits."""
import json

from eth_account import Account
from eth_account.messages import encode_typed_data

JURY = Account.from_key("0x" + "11" * 32)
MOVER = Account.from_key("0x" + "22" * 32)
SEED = "0x41e5aba9bc29d5deba1446b2927a89852491585958820de4adfff8387485e9e8"
SEED_HASH = "0xeac96006cc9c033ca9c51ce6e6cf69c07a2515acd567882aed75279a632efb06"
BEACON = "0x6e788c29185fc77a876a2c542dac72719eef65a0088bd26fa9b0a12b11f4bff1"


def account(number):
    return f"0x{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**160:040x}"


def line(number):
    """An account that can be counted by eye."""
    return f"0x{number:040x}"


EVERYTHING = f"""
version: 1
name: Everything at once
tokens:
  - {{name: ACME, decimals: 18, supply: 1000000000}}
  - {{name: GEM, symbol: "💎GEM", decimals: 0}}
campaigns:
  - {{name: community, token: ACME}}
  - name: team
    token: ACME
    vesting: {{shape: steps, start: 2027-01-01, initial: 10%, every: 1 month, count: 48}}
  - {{name: prizes, token: GEM}}
clusters: {{source: people, column: person}}
redirects:
  - {{account: "{line(1)}", to: "{line(901)}", reason: "Lost its key; see forum post 12."}}
  - {{source: moves}}
sources:
  - {{name: list, file: list.csv, columns: [{{name: points, type: integer}}]}}
  - {{name: people, file: people.csv, columns: [{{name: person, type: integer}}]}}
  - {{name: appeals, file: appeals.jsonl, statements: corrections, token: ACME, signers: ["{JURY.address}"]}}
  - {{name: moves, file: moves.jsonl, statements: redirects}}
  - {{name: kyc, file: kyc.csv, columns: [{{name: score, type: integer, private: true}}]}}
  - name: gifts
    file: gifts.csv
    columns: [{{name: donor, type: address}}, {{name: given, type: amount, token: ACME, unit: token}}]
    duplicates: sum
programs:
  - {{name: users, kind: airdrop, campaign: community, budget: 20%, from: list, weight: points,
     filter: points >= 2}}
  - {{name: checked, kind: airdrop, campaign: community, budget: 1000000, from: kyc, weight: score}}
  - {{name: jury, kind: airdrop, campaign: community, budget: 5000, from: appeals, amount: amount,
     unallocated: carry}}
  - {{name: round, kind: grants, campaign: community, budget: 1000, from: gifts, contributor: donor,
     contribution: given, match: quadratic}}
  - name: raffle
    kind: raffle
    campaign: prizes
    budget: 100
    from: list
    weight: points
    raffle:
      seed_hash: {SEED_HASH}
      beacon: the prevRandao of block 21000000 of chain 1
      winners: 3
      seed: {SEED}
      beacon_value: {BEACON}
  - name: founders
    kind: premine
    group: Team
    insiders: true
    campaign: team
    budget: 150000000
    recipients:
      - {{account: "{line(801)}", amount: 100000000, label: "Ada"}}
      - {{account: "{line(802)}", amount: 50000000, label: "Bo"}}
guards: [{{measure: insiders, token: ACME, at: every, at_most: 60%}}]
"""


def signed(sluice, folder, source, drafts, key):
    """Writes statements that `key` signs."""
    path = folder / "drafts.jsonl"
    path.write_text("".join(json.dumps(draft) + "\n" for draft in drafts))
    asked = json.loads(sluice("statement", "digest", folder / "plan.yaml", source, path, "--json"))
    lines = []
    for draft, entry in zip(drafts, asked["statements"]):
        message = encode_typed_data(full_message=entry["request"])
        signature = Account.sign_message(message, key.key).signature.hex()
        lines.append(json.dumps(draft | {"signature": "0x" + signature.removeprefix("0x")}) + "\n")
    (folder / f"{source}.jsonl").write_text("".join(lines))


def everything(sluice, folder):
    """Forty users with 1 … 40 points, of whom the last is who signs a redirect."""
    plan = "Everything at once"
    (folder / "plan.yaml").write_text(EVERYTHING)
    users = [line(number) for number in range(1, 40)] + [MOVER.address]
    (folder / "list.csv").write_text(
        "account,points\n" + "".join(f"{user},{points}\n" for points, user in enumerate(users, 1)))
    (folder / "people.csv").write_text(
        "account,person\n" + "".join(f"{line(number)},{number // 3}\n" for number in range(6, 12)))
    (folder / "kyc.csv").write_text(
        "account,score\n" + "".join(f"{line(number)},{number}\n" for number in range(1, 6)))
    gifts = [(701, 21, 4), (701, 22, 9), (701, 23, 1), (702, 21, 100), (702, 22, 1), (703, 24, 50)]
    (folder / "gifts.csv").write_text(
        "account,donor,given\n" + "".join(f"{line(to)},{line(by)},{given}\n" for to, by, given in gifts))
    common = {"plan": plan, "program": "jury", "epoch": 0}
    signed(sluice, folder, "appeals", [
        common | {"account": line(8), "decision": "grant", "amount": 3000 * 10**18,
                  "reason": "Its rows were late."},
        common | {"account": line(9), "decision": "grant", "amount": 1500 * 10**18,
                  "reason": "A wrong address; see the appeal."},
        common | {"account": line(10), "decision": "deny", "amount": 0, "reason": "One person with nine accounts."},
    ], JURY)
    signed(sluice, folder, "moves", [
        {"plan": plan, "account": MOVER.address, "to": line(902), "time": 1798761600}], MOVER)
    (folder / "secret").write_bytes(bytes(range(32)))
    return folder / "plan.yaml", ["--secret-file", folder / "secret"]


# Right to left, emoji, no blanks to break at, a token without decimals, huge numbers.
FOREIGN = f"""
version: 1
name: "توزيع المكافآت 🎉 2027"
tokens: [{{name: A, symbol: "رمز", decimals: 0}}, {{name: B, symbol: "🐳🐳🐳", decimals: 36}}]
campaigns: [{{name: main, token: A}}, {{name: other, token: B}}]
sources: [{{name: list, file: list.csv, columns: [{{name: points, type: integer}}]}}]
redirects: [{{account: "{line(1)}", to: "{line(5)}", reason: "{'x' * 300}"}}]
programs:
  - {{name: all, kind: airdrop, campaign: main, budget: {10**60}, from: list, weight: points,
     exclude: [{{account: "{line(4)}", reason: "حساب بورصة 🏦; عملاؤها يطالبون بأنفسهم"}}]}}
  - name: whales
    kind: premine
    campaign: other
    budget: {10**40}
    recipients: [{{account: "{line(7)}", amount: {10**40}, label: "صندوق 🐳 {'w' * 120}"}}]
"""


def foreign(folder):
    (folder / "plan.yaml").write_text(FOREIGN)
    (folder / "list.csv").write_text("account,points\n" + "".join(f"{line(n)},{10**n}\n" for n in range(1, 5)))
    return folder / "plan.yaml", []


def nobody(folder):
    """Ten years of epochs, and nobody with a point."""
    (folder / "plan.yaml").write_text("""
version: 1
name: Nobody yet
tokens: [{name: ACME, decimals: 18, supply: 1000}]
campaigns: [{name: main, token: ACME}]
epochs: {start: 2027-01-04, length: 7d, count: 520}
sources: [{name: list, file: list.csv, columns: [{name: points, type: integer}]}]
programs:
  - {name: all, kind: airdrop, campaign: main, budget: 520, from: list, weight: points, emission: {shape: constant}}
""")
    (folder / "list.csv").write_text(f"account,points\n{line(1)},0\n")
    return folder / "plan.yaml", []


def weekly(folder):
    """A week in which one account has 100 all the time, and another 300 from its middle on."""
    (folder / "plan.yaml").write_text("""
version: 1
name: Weekly staking
tokens: [{name: ACME, decimals: 18, supply: 100000}]
campaigns: [{name: main, token: ACME}]
epochs: {start: 2027-01-04, length: 7d, count: 52}
sources:
  - name: staked
    file: staked.csv
    time: time
    positions: {amount: change, token: ACME, unit: token}
    columns: [share]
programs:
  - {name: staking, kind: staking, campaign: main, budget: 520, from: staked, weight: share,
     emission: {shape: constant}}
""")
    (folder / "staked.csv").write_text(
        f"time,account,change\n2027-01-01T00:00:00Z,{line(1)},100\n2027-01-07T12:00:00Z,{line(2)},300\n"
        f"2027-01-11T00:00:00Z,{line(3)},900\n")
    return folder / "plan.yaml", []


def market(folder):
    """A week with a price of four sources, of which one is stale and one deviates, and with trades and tasks of which
    some do not count."""
    (folder / "plan.yaml").write_text("""
version: 1
name: Market
tokens: [{name: ACME, decimals: 18, supply: 100000}]
campaigns: [{name: main, token: ACME}]
epochs: {start: 2027-01-04, length: 7d, count: 52}
sources:
  - {name: feed, file: feed.csv, time: time, observations: {value: value, places: 2}}
  - {name: exchange, file: exchange.csv, time: time, observations: {value: value, places: 2}}
  - {name: moved, file: moved.csv, time: time, observations: {value: value, places: 2}}
  - {name: stopped, file: stopped.csv, time: time, observations: {value: value, places: 2}}
  - name: trades
    file: trades.csv
    time: at
    columns:
      - {name: at, type: time}
      - {name: maker, type: address}
      - {name: side, type: word}
      - {name: volume, type: integer}
    duplicates: sum
    wash: {counterparty: maker, volume: volume, round_trip: 1h, side: side, pair_cap: 50%}
  - name: tasks
    file: tasks.csv
    time: at
    columns: [{name: at, type: time}, {name: task, type: word}, {name: points, type: integer}]
    duplicates: sum
    limits: [{where: {task: login}, per: 1d, at_most: 1}, {at_most: 100, of: points}]
prices:
  - {name: acme, sources: [feed, exchange, moved, stopped], at: average, stale_after: 2d, deviation: 10%, at_least: 2}
programs:
  - {name: volume, kind: trading, campaign: main, budget: 520, from: trades, weight: volume * price(acme),
     emission: {shape: constant}}
  - {name: players, kind: tasks, campaign: main, budget: 520, from: tasks, weight: points, emission: {shape: constant}}
""")
    # A value a day, from the day before the epoch on, and the last source until the fourth day only.
    for name, value, days in [("feed", 11, 8), ("exchange", 12, 8), ("moved", 20, 8), ("stopped", 11, 4)]:
        rows = "".join(f"2027-01-{day:02}T00:00:00Z,{value}\n" for day in range(3, 3 + days))
        (folder / f"{name}.csv").write_text("time,value\n" + rows)
    one, two, three = line(1), line(2), line(3)
    (folder / "trades.csv").write_text(
        "at,account,maker,side,volume\n"
        f"2027-01-05T00:00:00Z,{one},{one},buy,40\n"
        f"2027-01-05T01:00:00Z,{one},{two},buy,100\n2027-01-05T01:30:00Z,{one},{three},sell,30\n"
        f"2027-01-06T00:00:00Z,{two},{one},buy,60\n2027-01-07T00:00:00Z,{two},{three},buy,140\n")
    (folder / "tasks.csv").write_text(
        "at,account,task,points\n"
        f"2027-01-05T08:00:00Z,{one},login,10\n2027-01-05T09:00:00Z,{one},login,10\n"
        f"2027-01-05T10:00:00Z,{one},login,10\n2027-01-06T08:00:00Z,{one},raid,95\n"
        f"2027-01-05T08:00:00Z,{two},raid,70\n2027-01-06T08:00:00Z,{two},raid,31\n"
        f"2027-01-07T08:00:00Z,{two},raid,30\n")
    return folder / "plan.yaml", []
