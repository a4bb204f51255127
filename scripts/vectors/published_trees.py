#!/usr/bin/env python3
"""Makes Tests/MerkleTreeTests/Vectors/systems.json: the trees of other systems, in plain Python.

    .venv/bin/python scripts/vectors/published_trees.py

Written from the systems' own contracts and scripts, as docs/reference/encodings.md tells them; random
rows, no published data. Shares the recursive trees of merkle_tree.py, and nothing with the Swift
code. The output depends on nothing but these two files and the library's version.
"""
import json
import random

from merkle_tree import GENERATED, OUT, checksummed, grow, hexed, keccak256, word, write

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 17]


def number(generator):
    return generator.getrandbits(generator.choice([1, 8, 64, 80, 128, 255, 256]))


def small(generator):
    """So that the sums that files state stay below 2^256."""
    return generator.getrandbits(generator.choice([1, 64, 80, 240]))


def abi_badger(index, user, cycle, tokens, amounts):
    """abi.encode(uint256, address, uint256, address[], uint256[])."""
    first = 5 * 32
    second = first + 32 * (1 + len(tokens))
    head = word(index) + bytes(12) + user + word(cycle) + word(first) + word(second)
    lists = word(len(tokens)) + b"".join(bytes(12) + token for token in tokens)
    return head + lists + word(len(amounts)) + b"".join(word(amount) for amount in amounts)


def text_list(values):
    return json.dumps(values, separators=(",", ":"))


# Each system: its columns, how a row is drawn, its leaf, the order of leaves, and the tree.


def rocket_pool(version):
    columns = ["account", "network", "collateralRpl", "oracleDaoRpl", "smoothingPoolEth"]
    columns += ["voterShareEth"] if version == 4 else []

    def draw(generator):
        account, network = generator.randbytes(20), generator.choice([0, 1, 2**64])
        parts = [small(generator), small(generator), small(generator)]
        parts += [small(generator)] if version == 4 else []
        packed = account + word(network) + word(parts[0] + parts[1])
        packed += b"".join(word(part) for part in parts[2:])
        cells = [checksummed(account), str(network)] + [str(part) for part in parts]
        return cells, keccak256(packed)

    return columns, draw, sorted, "padded"


def threshold():
    def draw(generator):
        provider, beneficiary = generator.randbytes(20), generator.randbytes(20)
        amount = number(generator)
        cells = [checksummed(provider), checksummed(beneficiary), str(amount)]
        return cells, keccak256(provider + beneficiary + word(amount))

    return ["stakingProvider", "beneficiary", "cumulative_amount"], draw, sorted, "promoted"


def universal():
    def draw(generator):
        account, token, amount = generator.randbytes(20), generator.randbytes(20), number(generator)
        once = keccak256(bytes(12) + account + bytes(12) + token + word(amount))
        return [checksummed(account), checksummed(token), str(amount)], keccak256(once)

    return ["account", "token", "amount"], draw, list, "promoted"


def badger():
    def draw(generator):
        index, cycle, user = generator.randrange(1000), 7, generator.randbytes(20)
        tokens = [generator.randbytes(20) for _ in range(generator.randrange(4))]
        amounts = [generator.getrandbits(200) for _ in tokens]
        cells = [
            str(index),
            checksummed(user),
            str(cycle),
            text_list([checksummed(token) for token in tokens]),
            text_list([str(amount) for amount in amounts]),
        ]
        return cells, keccak256(abi_badger(index, user, cycle, tokens, amounts))

    def order(leaves):
        return sorted(set(leaves))

    return ["index", "user", "cycle", "tokens", "cumulativeAmounts"], draw, order, "promoted"


def custom():
    """packed(0x0102, uint64 round, address account, int128 change, bool flag, uint96 amount)."""

    def draw(generator):
        account, rounds = generator.randbytes(20), generator.getrandbits(64)
        change, flag = generator.getrandbits(128) - 2**127, generator.choice([True, False])
        amount = generator.getrandbits(96)
        packed = b"\x01\x02" + rounds.to_bytes(8, "big") + account
        packed += change.to_bytes(16, "big", signed=True) + bytes([flag])
        packed += amount.to_bytes(12, "big")
        cells = [str(rounds), checksummed(account), str(change), str(flag).lower(), str(amount)]
        return cells, keccak256(keccak256(packed))

    return ["round", "account", "change", "flag", "amount"], draw, list, "padded"


FLAT = {
    "rocketpool-v1": rocket_pool(1),
    "rocketpool-v4": rocket_pool(4),
    "threshold": threshold(),
    "stakedao-universal": universal(),
    "badger": badger(),
}


def flat(name, system, size, generator, order="sorted"):
    columns, draw, ordered, odd = system
    drawn = [draw(generator) for _ in range(size)]
    leaves = ordered([leaf for _, leaf in drawn])
    root, ways = grow(leaves, odd, order)
    return {
        "encoding": name,
        "columns": columns,
        "rows": [cells for cells, _ in drawn],
        "root": hexed(root),
        "proofs": [[hexed(h) for h in ways[leaves.index(leaf)]] for _, leaf in drawn],
    }


def ens(size, generator, digits):
    rows = [(generator.randbytes(20), small(generator)) for _ in range(size)]
    leaves = {row: keccak256(row[0] + word(row[1])) for row in rows}
    shards = {}
    for row in rows:
        shards.setdefault(row[0].hex()[:digits], []).append(leaves[row])
    trees = {key: (sorted(leaves), *grow(sorted(leaves), "promoted", "sorted")) for key, leaves in shards.items()}
    roots = sorted(root for _, root, _ in trees.values())
    root, ways = grow(roots, "promoted", "sorted")
    proofs = []
    for row in rows:
        inside, top, way = trees[row[0].hex()[:digits]]
        proofs.append(way[inside.index(leaves[row])] + ways[roots.index(top)])
    return {
        "encoding": "ens",
        "digits": digits,
        "columns": ["account", "balance"],
        "rows": [[checksummed(account), str(amount)] for account, amount in rows],
        "root": hexed(root),
        "proofs": [[hexed(h) for h in proof] for proof in proofs],
    }


def eigen_layer(size, generator):
    rows = []
    for _ in range(size):
        earner = generator.randbytes(20)
        for token in [generator.randbytes(20) for _ in range(generator.choice([1, 1, 2, 5]))]:
            rows.append((earner, token, number(generator)))
    generator.shuffle(rows)
    earners = sorted({earner for earner, _, _ in rows})
    inner = {}
    for earner in earners:
        own = sorted((token, amount) for owner, token, amount in rows if owner == earner)
        leaves = [keccak256(b"\x01" + token + word(amount)) for token, amount in own]
        inner[earner] = ([token for token, _ in own], *grow(leaves, "padded", "positional"))
    outer_leaves = [keccak256(b"\x00" + earner + inner[earner][1]) for earner in earners]
    root, ways = grow(outer_leaves, "padded", "positional")
    ways_of = []
    for earner, token, _ in rows:
        tokens, _, inner_ways = inner[earner]
        place, outer_place = tokens.index(token), earners.index(earner)
        ways_of.append(
            {
                "inner": {"position": place, "proof": [hexed(h) for h in inner_ways[place]]},
                "outer": {"position": outer_place, "proof": [hexed(h) for h in ways[outer_place]]},
            }
        )
    return {
        "encoding": "eigenlayer",
        "columns": ["earner", "token", "cumulative_amount"],
        "rows": [[checksummed(e), checksummed(t), str(a)] for e, t, a in rows],
        "root": hexed(root),
        "ways": ways_of,
    }


def main():
    generator = random.Random(20261130)
    cases = [flat(name, system, size, generator) for name, system in FLAT.items() for size in SIZES]
    cases += [flat("custom", custom(), size, generator, "positional") for size in SIZES]
    cases += [ens(size, generator, digits) for size in SIZES + [60] for digits in (1, 2)]
    cases += [eigen_layer(size, generator) for size in SIZES]
    generated = GENERATED.replace("merkle_tree.py", "published_trees.py")
    write("systems.json", {"generated": generated, "cases": cases})
    assert OUT.name == "Vectors"


if __name__ == "__main__":
    main()
