#!/usr/bin/env python3
"""Makes Tests/EVMTests/Vectors/precompiles.json: inputs of precompiled contracts, what they cost and return.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/precompiles.py

Points and pairings are py_ecc's, signatures eth_keys', hashes hashlib's and pycryptodome's, powers
Python's. BLAKE2b's compression is written from RFC 7693 and held to hashlib's; prices are written from
the EIPs. The output depends on nothing but this file and the libraries' versions.
"""
import hashlib
import importlib.metadata
import json
import pathlib
import random

from Crypto.Hash import RIPEMD160
from eth_keys import keys
from py_ecc import optimized_bn128 as bn

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "EVMTests" / "Vectors" / "precompiles.json"
P, N = bn.field_modulus, bn.curve_order
SECP256K1 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
RANDOM = random.Random(152196197198)
VECTORS = []


def add(name, contract, data, gas, output):
    """An output of None is a failure."""
    vector = {"name": name, "contract": contract, "input": "0x" + data.hex(), "gas": str(gas)}
    if output is not None:
        vector["output"] = "0x" + output.hex()
    VECTORS.append(vector)


def word(number):
    return number.to_bytes(32, "big")


# 0x01: who signed


def recover(name, digest, v, r, s, address, tail=b""):
    output = b"" if address is None else bytes(12) + address
    add(name, 1, digest + word(v) + word(r) + word(s) + tail, 3000, output)


def recoveries():
    for index in range(8):
        digest = hashlib.sha256(b"digest %d" % index).digest()
        key = keys.PrivateKey(hashlib.sha256(b"key %d" % index).digest())
        signature = key.sign_msg_hash(digest)
        v, r, s = signature.v + 27, signature.r, signature.s
        address = key.public_key.to_canonical_address()
        recover("a signature", digest, v, r, s, address)
        recover("its other form, with a high s", digest, 55 - v, r, SECP256K1 - s, address)
    recover("more bytes than it reads", digest, v, r, s, address, b"more")
    recover("s as it is, of the other y", digest, v, r, SECP256K1 - s,
            keys.Signature(vrs=(55 - v - 27, r, s)).recover_public_key_from_msg_hash(digest).to_canonical_address())
    for wrong in [0, 1, 26, 29, 27 + 256, v << 248, 2**256 - 1]:
        recover("a wrong v", digest, wrong, r, s, None)
    for r2, s2 in [(0, s), (r, 0), (SECP256K1, s), (r, SECP256K1), (2**256 - 1, s), (r, 2**256 - 1)]:
        recover("r or s out of range", digest, v, r2, s2, None)
    # No point of the curve has x = 5.
    recover("r is no x of the curve", digest, v, 5, s, None)
    add("nothing", 1, b"", 3000, b"")
    add("a byte too few, which is a zero", 1, (digest + word(v) + word(r) + word(s))[:-1], 3000,
        bytes(12) + keys.Signature(vrs=(v - 27, r, s & ~0xFF)).recover_public_key_from_msg_hash(digest)
        .to_canonical_address())


# 0x02, 0x03, 0x04: hashes and a copy


def hashes():
    for length in [0, 1, 20, 31, 32, 33, 55, 56, 63, 64, 65, 127, 128, 1000]:
        data, words = RANDOM.randbytes(length), (length + 31) // 32
        add(f"{length} bytes", 2, data, 60 + 12 * words, hashlib.sha256(data).digest())
        add(f"{length} bytes", 3, data, 600 + 120 * words, bytes(12) + RIPEMD160.new(data).digest())
        add(f"{length} bytes", 4, data, 15 + 3 * words, data)


# 0x05: powers


def power_price(base_length, exponent_length, modulus_length, head):
    """EIP-2565; `head` is the number of the exponent's first 32 bytes."""
    words = (max(base_length, modulus_length) + 7) // 8
    iterations = max(head.bit_length() - 1, 0) + 8 * max(exponent_length - 32, 0)
    return max(200, words**2 * max(iterations, 1) // 3)


def power(name, base, exponent, modulus, cut=None):
    """The numbers are given as bytes; `cut` is how many bytes of the input there are."""
    data = b"".join(word(len(part)) for part in (base, exponent, modulus)) + base + exponent + modulus
    if cut is not None:
        data = data[:cut]
        padded = data.ljust(96, b"\0")
        lengths = [int.from_bytes(padded[start : start + 32], "big") for start in (0, 32, 64)]
        padded = padded.ljust(96 + sum(lengths), b"\0")[96:]
        base, padded = padded[: lengths[0]], padded[lengths[0] :]
        exponent, modulus = padded[: lengths[1]], padded[lengths[1] :]
    numbers = [int.from_bytes(part, "big") for part in (base, exponent, modulus)]
    head = int.from_bytes(exponent[:32], "big")
    output = 0 if numbers[2] == 0 else pow(*numbers)
    gas = power_price(len(base), len(exponent), len(modulus), head)
    add(name, 5, data, gas, output.to_bytes(len(modulus), "big"))


def powers():
    secp = 2**256 - 2**32 - 977
    power("the first example of EIP-198", b"\3", word(secp - 1), word(secp))
    power("the second example of EIP-198: no base", b"", word(secp - 1), word(secp))
    for base, exponent, modulus in [
        (b"", b"", b""), (b"\2", b"\5", b""), (b"", b"", b"\7"), (b"", b"", b"\1"), (b"\0", b"\0", b"\5"),
        (b"\7", b"\0", b"\1"), (b"\7", b"\3", b"\0"), (b"\7", b"\3", b"\0\0\0"), (b"\7", b"\3", b"\1"),
        (b"\0\0\7", b"\0\3", b"\0\0\x0b"), (b"\x80", bytes(40), b"\x0b"), (b"\2", b"\1" + bytes(40), b"\x0b"),
        (b"\2", bytes(40) + b"\1", b"\x0b"), (word(2**255), word(2**256 - 1), word(2**255)),
        (b"\3", b"\xff" * 33, b"\x80" + bytes(15)),
    ]:
        power("edges of lengths and values", base, exponent, modulus)
    for index in range(60):
        lengths = [RANDOM.choice([0, 1, 2, 7, 8, 9, 31, 32, 33, 64, 65, 100]) for _ in range(3)]
        base, exponent, modulus = (bytearray(RANDOM.randbytes(length)) for length in lengths)
        if modulus and index % 2:
            modulus[-1] = modulus[-1] & 0xFE
        power("random numbers", bytes(base), bytes(exponent), bytes(modulus))
    for cut in [0, 32, 64, 96, 97, 112, 127, 128, 140, 160, 191]:
        power(f"only {cut} bytes", b"\xa5" * 32, b"\x5a" * 32, b"\xc3" * 32, cut)


def unpayable_powers():
    """Lengths that nobody can pay for; the price is the highest number."""
    high = 2**64 - 1
    for lengths in [
        (2**256 - 1, 1, 1), (1, 1, 2**256 - 1), (2**255, 2**255, 2**255), (1, 2**256 - 1, 1), (2**64, 0, 0),
        (2**63, 0, 1), (1, 2**64, 1), (0, 2**200, 1), (2**128, 2**128, 0),
    ]:
        data = b"".join(word(length) for length in lengths)
        assert power_price(*lengths, 0) > high, lengths
        add("unpayable lengths", 5, data, high, None)
    for exponent_length in [2**64, 2**256 - 1]:
        data = word(0) + word(exponent_length) + word(0)
        add("an endless exponent of nothing", 5, data, 200, b"")


# 0x06, 0x07, 0x08: alt_bn128


def g1(point):
    x, y = (0, 0) if bn.is_inf(point) else bn.normalize(point)
    return word(int(x)) + word(int(y))


def g2(point):
    if bn.is_inf(point):
        return bytes(128)
    x, y = bn.normalize(point)
    return b"".join(word(int(number)) for number in (x.coeffs[1], x.coeffs[0], y.coeffs[1], y.coeffs[0]))


def scalar(index):
    return int.from_bytes(hashlib.sha256(b"scalar %d" % index).digest(), "big") % N


G1_ZERO, G2_ZERO = bn.Z1, bn.Z2
WRONG_G1 = [
    ("not on the curve", word(1) + word(1)), ("not on the curve", word(0) + word(1)),
    ("x is p", word(P) + word(0)), ("y is p", word(0) + word(P)), ("x + p", word(P + 1) + word(2)),
    ("y + p", word(1) + word(P + 2)), ("the highest numbers", b"\xff" * 64),
]


def curve_sums():
    one = bn.G1
    points = [G1_ZERO, one, bn.neg(one), bn.double(one)] + [bn.multiply(one, scalar(index)) for index in range(6)]
    for left in points:
        for right in points[:5] + [left, bn.neg(left)]:
            add("a sum", 6, g1(left) + g1(right), 150, g1(bn.add(left, right)))
    add("nothing", 6, b"", 150, bytes(64))
    add("one point", 6, g1(one), 150, g1(one))
    add("a cut y: 0x02 is its last byte", 6, g1(G1_ZERO) + g1(one)[:63], 150, None)
    add("more than two points", 6, g1(one) + g1(one) + b"\xff" * 9, 150, g1(bn.double(one)))
    for name, wrong in WRONG_G1:
        add(name, 6, wrong + g1(one), 150, None)
        add(name, 6, g1(one) + wrong, 150, None)


def curve_products():
    numbers = [0, 1, 2, 3, N - 1, N, N + 1, 2**128, 2**255, 2**256 - 1] + [scalar(index) for index in range(8, 14)]
    for point in [G1_ZERO, bn.G1, bn.multiply(bn.G1, scalar(7))]:
        for number in numbers:
            add("a product", 7, g1(point) + word(number), 6000, g1(bn.multiply(point, number % N)))
    add("nothing", 7, b"", 6000, bytes(64))
    add("no number", 7, g1(bn.G1), 6000, bytes(64))
    add("a cut number", 7, g1(bn.G1) + b"\1", 6000, g1(bn.multiply(bn.G1, 2**248 % N)))
    add("more bytes than it reads", 7, g1(bn.G1) + word(2) + b"more", 6000, g1(bn.double(bn.G1)))
    for name, wrong in WRONG_G1:
        add(name, 7, wrong + word(0), 6000, None)


def square_root(value):
    """In the field of p² numbers: Adj and Rodríguez-Henríquez, Square Root Computation (2012), algorithm 9."""
    a1 = value ** ((P - 3) // 4)
    alpha, x0 = a1 * a1 * value, a1 * value
    if alpha == bn.FQ2([P - 1, 0]):
        root = bn.FQ2([0, 1]) * x0
    else:
        root = (bn.FQ2.one() + alpha) ** ((P - 1) // 2) * x0
    return root if root * root == value else None


def outside_points(count):
    """Points of the second curve that are not of the subgroup of order n."""
    found, real = [], 0
    while len(found) < count:
        real += 1
        x = bn.FQ2([real, 1])
        y = square_root(x * x * x + bn.b2)
        if y is not None:
            point = (x, y, bn.FQ2.one())
            assert bn.is_on_curve(point, bn.b2) and not bn.is_inf(bn.multiply(point, N))
            found.append(point)
    return found


def pairing(name, pairs, is_one=None):
    """Without `is_one`, py_ecc's pairings are multiplied."""
    if is_one is None:
        product = bn.FQ12.one()
        for left, right in pairs:
            product *= bn.pairing(right, left)
        is_one = product == bn.FQ12.one()
    data = b"".join(g1(left) + g2(right) for left, right in pairs)
    add(name, 8, data, 45_000 + 34_000 * len(pairs), word(int(is_one)))


def pairings():
    a, b, c = scalar(20), scalar(21), scalar(22)
    one, two = bn.G1, bn.G2
    left, right = bn.multiply(one, a), bn.multiply(two, b)
    pairing("no pair", [])
    pairing("one pair", [(one, two)])
    pairing("a pair and its opposite", [(one, two), (bn.neg(one), two)])
    pairing("a pair and its opposite, on the other side", [(one, two), (one, bn.neg(two))])
    pairing("a pair twice", [(one, two), (one, two)])
    pairing("e(aG, bH) = e(abG, H)", [(left, right), (bn.neg(bn.multiply(one, a * b % N)), two)])
    pairing("e(aG, bH) = e(G, abH)", [(left, right), (bn.neg(one), bn.multiply(two, a * b % N))])
    pairing("e(aG, bH) = e(bG, aH)", [(left, right), (bn.neg(bn.multiply(one, b)), bn.multiply(two, a))])
    pairing("one factor differs", [(left, right), (bn.neg(bn.multiply(one, (a * b + 1) % N)), two)])
    pairing("e(aG, H) e(bG, H) e(cG, H) = e((a + b + c)G, H)", [
        (left, two), (bn.multiply(one, b), two), (bn.multiply(one, c), two),
        (bn.neg(bn.multiply(one, (a + b + c) % N)), two)])
    pairing("infinity on the left", [(G1_ZERO, right)])
    pairing("infinity on the right", [(left, G2_ZERO)])
    pairing("infinity beside a pair", [(G1_ZERO, right), (one, two), (left, G2_ZERO)])
    good = g1(one) + g2(two)
    for name, wrong in WRONG_G1:
        add(name, 8, wrong + g2(two), 79_000, None)
    for name, wrong in WRONG_G1:
        add(f"{name}, beside infinity", 8, wrong + bytes(128), 79_000, None)
    for point in outside_points(3):
        add("outside of the subgroup", 8, g1(one) + g2(point), 79_000, None)
        add("outside of the subgroup, beside infinity", 8, bytes(64) + g2(point), 79_000, None)
    for place in range(4):
        numbers = [int.from_bytes(g2(two)[32 * index : 32 * index + 32], "big") for index in range(4)]
        for name, change in [("+ p", P), ("+ 1", 1)]:
            changed = [number + change if index == place else number for index, number in enumerate(numbers)]
            add(f"coordinate {place} {name}", 8, g1(one) + b"".join(map(word, changed)), 79_000, None)
    x1, x0, y1, y0 = (g2(two)[32 * index : 32 * index + 32] for index in range(4))
    add("real parts first", 8, g1(one) + x0 + x1 + y0 + y1, 79_000, None)
    for length in [1, 64, 191]:
        add(f"{length} bytes", 8, good[:length], 45_000, None)
    for length in [193, 383]:
        add(f"{length} bytes", 8, (good + good)[:length], 79_000, None)
    add("the second pair is wrong", 8, good + word(1) + word(1) + g2(two), 113_000, None)


# 0x09: BLAKE2b's compression

IV = [
    0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
    0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
]
SIGMA = [
    "0123456789abcdef", "ea489fd61c02b753", "b8c052fdae367194", "7931dcbe265a40f8", "905724afe1bc683d",
    "2c6a0b834d75fe19", "c51fed4a0763928b", "db7ec13950f4862a", "6fe9b308c2d714a5", "a2847615fb9e3cd0",
]
SIGMA = [[int(digit, 16) for digit in line] for line in SIGMA]
MASK = 2**64 - 1


def rotated(value, count):
    return (value >> count | value << (64 - count)) & MASK


def compressed(rounds, state, block, counters, is_last):
    v = state + IV
    v[12] ^= counters[0]
    v[13] ^= counters[1]
    if is_last:
        v[14] ^= MASK
    mixes = [(0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)]
    mixes += [(0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)]
    for number in range(rounds):
        order = SIGMA[number % 10]
        for index, (a, b, c, d) in enumerate(mixes):
            for half, (right, left) in enumerate([(32, 24), (16, 63)]):
                v[a] = (v[a] + v[b] + block[order[2 * index + half]]) & MASK
                v[d] = rotated(v[d] ^ v[a], right)
                v[c] = (v[c] + v[d]) & MASK
                v[b] = rotated(v[b] ^ v[c], left)
    return [state[index] ^ v[index] ^ v[index + 8] for index in range(8)]


def words64(numbers):
    return b"".join(number.to_bytes(8, "little") for number in numbers)


def compression(name, rounds, state, block, counters, is_last):
    data = rounds.to_bytes(4, "big") + words64(state + block + counters) + bytes([is_last])
    add(name, 9, data, rounds, words64(compressed(rounds, state, block, counters, is_last)))


def compressions():
    state = [IV[0] ^ 0x01010040] + IV[1:]
    block = [int.from_bytes(b"abc", "little")] + [0] * 15
    assert words64(compressed(12, state, block, [3, 0], True)) == hashlib.blake2b(b"abc").digest()
    for number, (rounds, is_last) in enumerate([(0, 1), (12, 1), (12, 0), (1, 1)], 4):
        compression(f"vector {number} of EIP-152", rounds, state, block, [3, 0], is_last)
    for rounds in [1, 2, 9, 10, 11, 100, 257]:
        numbers = [[RANDOM.getrandbits(64) for _ in range(count)] for count in (8, 16, 2)]
        compression("random numbers", rounds, *numbers, rounds % 2)
    good = (12).to_bytes(4, "big") + words64(state + block + [3, 0]) + b"\1"
    for name, wrong in [
        ("vector 1 of EIP-152: a byte too few", good[:-1]), ("a byte too many", good + b"\0"),
        ("vector 3 of EIP-152: the flag is 2", good[:-1] + b"\2"), ("the flag is 255", good[:-1] + b"\xff"),
    ]:
        add(name, 9, wrong, 12, None)
    add("nothing", 9, b"", 0, None)


def main():
    for make in [
        recoveries, hashes, powers, unpayable_powers, curve_sums, curve_products, pairings, compressions,
    ]:
        make()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ["py-ecc", "eth-keys"])
    generated = f"by scripts/vectors/precompiles.py, {versions}; do not edit"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(vector, separators=(",", ":")) for vector in VECTORS)
    OUT.write_text(f'{{"generated":"{generated}","vectors":[\n{lines}\n]}}\n')
    print(f"{OUT.name}: {len(VECTORS)} vectors")


main()
