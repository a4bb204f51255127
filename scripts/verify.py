#!/usr/bin/env python3
"""Checks a Sluice bundle: hashes, totals, roots and every published proof. Python 3.8, nothing else.

    python3 scripts/verify.py BUNDLE

It does not compute the plan's rules (`sluice verify` does); it shows that the numbers that were
published add up and are the ones under the roots. docs/reference/bundle.md states every formula.
"""
import csv
import json
import pathlib
import sys

try:  # Optional, a hundred times faster: pip install pycryptodome
    from Crypto.Hash import keccak as fast
except ImportError:
    fast = None
MASK = (1 << 64) - 1
ROTATIONS = [[0, 36, 3, 41, 18], [1, 44, 10, 45, 2], [62, 6, 43, 15, 61], [28, 55, 25, 21, 56], [27, 20, 39, 8, 14]]


def round_constants():
    register = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant ^= (register & 1) << ((1 << j) - 1)
            register = (register << 1) ^ (0x171 if register >> 7 else 0)
        yield constant


CONSTANTS = list(round_constants())


def permute(a):
    for constant in CONSTANTS:
        c = [a[x][0] ^ a[x][1] ^ a[x][2] ^ a[x][3] ^ a[x][4] for x in range(5)]
        d = [c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & MASK) for x in range(5)]
        b = [[0] * 5 for _ in range(5)]
        for x in range(5):
            for y in range(5):
                lane, turn = a[x][y] ^ d[x], ROTATIONS[x][y]
                b[y][(2 * x + 3 * y) % 5] = (lane << turn | lane >> (64 - turn)) & MASK
        a = [[b[x][y] ^ (~b[(x + 1) % 5][y] & b[(x + 2) % 5][y]) for y in range(5)] for x in range(5)]
        a[0][0] ^= constant
    return a


def keccak(data):
    if fast:
        return fast.new(digest_bits=256, data=data).digest()
    data = bytearray(data + b"\x01" + b"\0" * (135 - len(data) % 136))
    data[-1] |= 0x80
    a = [[0] * 5 for _ in range(5)]
    for start in range(0, len(data), 136):
        for i in range(17):
            a[i % 5][i // 5] ^= int.from_bytes(data[start + 8 * i:start + 8 * i + 8], "little")
        a = permute(a)
    return b"".join(a[x][0].to_bytes(8, "little") for x in range(4))


def unhex(text):
    return bytes.fromhex(text[2:])


def leaf(campaign, account, entitlement):
    words = campaign + bytes(12) + unhex(account) + int(entitlement).to_bytes(32, "big")
    return keccak(keccak(words))


def parent(a, b):
    return keccak(min(a, b) + max(a, b))


def root(leaves):
    queue, place = sorted(leaves), 0
    while place + 1 < len(queue):
        queue.append(parent(queue[place], queue[place + 1]))
        place += 2
    return queue[-1] if queue else bytes(32)


def root_of_shard(leaves, proof, flags):
    known, others = list(leaves), list(proof)
    for flag in flags:
        first = known.pop(0)
        known.append(parent(first, known.pop(0) if flag == "1" else others.pop(0)))
    (only,) = known + others
    return only


def expect(what, found, expected):
    if found != expected:
        sys.exit(f"DIFFERENCE: {what}: published {found}, recomputed {expected}")


def content(folder, name, expected_hash):
    data = (folder / name).read_bytes()
    expect(f"hash of {name}", expected_hash, "0x" + keccak(data).hex())
    return data


def rows(folder, name, expected_hash):
    return list(csv.DictReader(content(folder, name, expected_hash).decode().splitlines()))


def main(folder):
    raw = (folder / "commitment.json").read_bytes()
    commitment = json.loads(raw)
    form = json.dumps(commitment, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if raw != form:
        sys.exit("DIFFERENCE: form of commitment.json: a key twice, blanks, or another order of members")
    expect("format", commitment["format"], "sluice-bundle-v1")
    for source in commitment["inputs"]:
        name = f"inputs/{source['source']}.csv"
        if (folder / name).exists():
            count = len(rows(folder, name, source["hash"]))
        else:  # signed statements, one per line; who signed them is not looked at here
            name = f"inputs/{source['source']}.jsonl"
            count = len(content(folder, name, source["hash"]).splitlines())
        expect(f"rows of {name}", source["rows"], count)
        if "events" in source:  # what the rows follow from is not computed here
            name = f"events/{source['source']}.csv"
            expect(f"changes of {name}", source["changes"], len(rows(folder, name, source["events"])))
    files = {name: rows(folder, name, value) for name, value in commitment["files"].items()}
    allocations, entitlements = files["allocations.csv"], files["entitlements.csv"]
    known = {program["name"] for program in commitment["programs"]}
    expect("programs in allocations.csv", sorted({row["program"] for row in allocations} - known), [])
    for program in commitment["programs"]:
        given = sum(int(row["amount"]) for row in allocations if row["program"] == program["name"])
        expect(f"allocated by {program['name']}", program["allocated"], str(given))
        expect(f"budget of {program['name']}", program["budget"], str(given + int(program["carry"])))
    known = {campaign["name"] for campaign in commitment["campaigns"]}
    expect("campaigns in entitlements.csv", sorted({row["campaign"] for row in entitlements} - known), [])
    for campaign in commitment["campaigns"]:
        name, identifier = campaign["name"], unhex(campaign["campaign"])
        owed = [(row["account"], row["entitlement"]) for row in entitlements if row["campaign"] == name]
        expect(f"total of {name}", campaign["total"], str(sum(int(amount) for _, amount in owed)))
        expect(f"count of {name}", campaign["count"], len({account for account, _ in owed}))
        leaves = [leaf(identifier, account, amount) for account, amount in owed]
        expect(f"root of {name}", campaign["root"], "0x" + root(leaves).hex())
        proofs = {}
        for path in sorted(folder.glob(f"proofs/{name}/{campaign['root']}/*.json")):
            shard = json.loads(path.read_bytes())
            below = [leaf(identifier, *entry) for entry in shard["entries"]]
            found = root_of_shard(below, map(unhex, shard["proof"]), shard["flags"])
            expect(f"root of {path.relative_to(folder)}", campaign["root"], "0x" + found.hex())
            proofs.update(shard["entries"])
        for account, amount in owed if proofs else []:
            expect(f"entitlement of the proof of {account} in {name}", proofs.get(account), amount)
        print(f"{name}: {len(owed)} accounts, {campaign['total']} base units, {len(proofs)} proofs")
    print(f"MATCH 0x{keccak(raw).hex()}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        main(pathlib.Path(sys.argv[1]))
    except (OSError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        sys.exit(f"DIFFERENCE: the bundle cannot be read: {type(error).__name__}: {error}")
