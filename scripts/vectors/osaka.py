#!/usr/bin/env python3
"""Makes Tests/EVMTests/Vectors/osaka.json: inputs of the precompiled contracts that Osaka brought or changed.

    .venv/bin/python scripts/vectors/osaka.py

Signatures of secp256r1 are made and checked by plain Python written from SEC 1, section 4.1; powers are
Python's, their prices written from EIP-7883 and EIP-7823. The output depends on nothing but this file.
"""
import hashlib
import json
import pathlib
import random

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "EVMTests" / "Vectors" / "osaka.json"
RANDOM = random.Random(79517883)
VECTORS = []

# Source: SEC 2, version 2.0, section 2.4.2.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)


def add(name, contract, data, gas, output):
    """An output of None is a failure."""
    vector = {"name": name, "contract": contract, "input": "0x" + data.hex(), "gas": str(gas), "fork": "osaka"}
    if output is not None:
        vector["output"] = "0x" + output.hex()
    VECTORS.append(vector)


def word(number):
    return number.to_bytes(32, "big")


# 0x100: who signed


def plus(left, right):
    """None is infinity."""
    if left is None or right is None:
        return left or right
    (x1, y1), (x2, y2) = left, right
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if left == right else (y2 - y1) * pow(x2 - x1, -1, P)
    x3 = (slope * slope - x1 - x2) % P
    return x3, (slope * (x1 - x3) - y1) % P


def times(number, point):
    result = None
    while number:
        if number & 1:
            result = plus(result, point)
        point, number = plus(point, point), number >> 1
    return result


def sign(key, digest, nonce):
    r = times(nonce, G)[0] % N
    return r, pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * key) % N


def holds(digest, r, s, key):
    if not (0 < r < N and 0 < s < N and key[0] < P and key[1] < P):
        return False
    if (key[1] ** 2 - key[0] ** 3 + 3 * key[0] - B) % P:
        return False
    inverse = pow(s, -1, N)
    point = plus(times(int.from_bytes(digest, "big") * inverse % N, G), times(r * inverse % N, key))
    return point is not None and point[0] % N == r


def signature(name, digest, r, s, key, expected):
    assert holds(digest, r, s, key) == expected, name
    data = digest + b"".join(map(word, (r, s, *key)))
    add(name, 0x100, data, 6900, word(1) if expected else b"")
    return data


def signatures():
    for index in range(6):
        digest = hashlib.sha256(b"digest %d" % index).digest()
        private = int.from_bytes(hashlib.sha256(b"key %d" % index).digest(), "big") % N
        key = times(private, G)
        r, s = sign(private, digest, int.from_bytes(hashlib.sha256(b"nonce %d" % index).digest(), "big") % N)
        good = signature("a signature", digest, r, s, key, True)
        signature("its other form", digest, r, N - s, key, True)
        signature("of another hash", word(index), r, s, key, False)
    other = times(private + 1, G)
    for name, values in [
        ("of another key", (r, s, other)), ("of the opposite key", (r, s, (key[0], P - key[1]))),
        ("r is 0", (0, s, key)), ("s is 0", (r, 0, key)), ("r is n", (N, s, key)), ("s is n", (r, N, key)),
        ("s is the highest number", (r, 2**256 - 1, key)), ("r is the highest number", (2**256 - 1, s, key)),
        ("r and s are changed over", (s, r, key)), ("the key is not on the curve", (r, s, (key[0], key[1] ^ 1))),
        ("the key is infinity", (r, s, (0, 0))), ("x is p", (r, s, (P, key[1]))), ("y is p", (r, s, (key[0], P))),
    ]:
        signature(name, digest, *values, False)
    # A key that makes the sum infinity: digest·G + r·key = 0 with s of any value.
    r = times(7, G)[0] % N
    key = times(-int.from_bytes(digest, "big") * pow(r, -1, N) % N, G)
    signature("the sum is infinity", digest, r, s, key, False)
    # x = 0 is a point's, so that its x + p is another encoding of a key.
    y = pow(B, (P + 1) // 4, P)
    assert y * y % P == B
    r, s, digest = signed_for((0, y))
    signature("x is 0", digest, r, s, (0, y), True)
    signature("x is 0 + p", digest, r, s, (P, y), False)
    # The point's x is not below n: r is x − n.
    digest, r, s, key = beyond_order()
    signature("r is x - n", digest, r, s, key, True)
    for length in [0, 1, 159, 161, 192]:
        add(f"{length} bytes", 0x100, (good + bytes(32))[:length], 6900, b"")
    # A hash that is not below n counts modulo n.
    private, digest = 12345, b"\xff" * 32
    r, s = sign(private, digest, 54321)
    signature("a hash above n", digest, r, s, times(private, G), True)
    signature("a hash of zeros", bytes(32), *sign(private, bytes(32), 54321), times(private, G), True)


def signed_for(key):
    """A hash that a key of nobody signed: r and s of aG + bK, and the hash that fits them."""
    a, b = 1234567, 7654321
    r = plus(times(a, G), times(b, key))[0] % N
    s = r * pow(b, -1, N) % N
    return r, s, word(a * s % N)


def beyond_order():
    x = N
    while True:
        x += 1
        square = (x**3 - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        if y * y % P == square:
            break
    # The key with which aG + bK is this point.
    a, b = 1234567, 7654321
    opposite = times(a, G)
    key = times(pow(b, -1, N), plus((x, y), (opposite[0], P - opposite[1])))
    r = x - N
    s = r * pow(b, -1, N) % N
    return word(a * s % N), r, s, key


# 0x05: powers


def power_price(base, exponent, modulus, head):
    longest = max(base, modulus)
    complexity = 2 * ((longest + 7) // 8) ** 2 if longest > 32 else 16
    iterations = max(head.bit_length() - 1, 0) + 16 * max(exponent - 32, 0)
    return max(500, complexity * max(iterations, 1))


def power(name, base, exponent, modulus):
    data = b"".join(word(len(part)) for part in (base, exponent, modulus)) + base + exponent + modulus
    numbers = [int.from_bytes(part, "big") for part in (base, exponent, modulus)]
    output = 0 if numbers[2] == 0 else pow(*numbers)
    gas = power_price(len(base), len(exponent), len(modulus), int.from_bytes(exponent[:32], "big"))
    add(name, 5, data, gas, output.to_bytes(len(modulus), "big"))


def powers():
    for base, exponent, modulus in [
        (b"", b"", b""), (b"\2", b"\5", b""), (b"", b"", b"\7"), (b"\3", b"\xff" * 32, b"\7" * 32),
        (b"\3", b"\xff" * 33, b"\7" * 32), (b"\3" * 33, b"\2", b"\7" * 32), (b"\3" * 32, b"\1" * 9, b"\7" * 33),
        (b"\3", bytes(40), b"\7" * 40), (b"\xa5" * 1024, b"\3", b"\xc3" * 1024), (b"\2", b"\1" * 1024, b"\5"),
    ]:
        power("edges of lengths", base, exponent, modulus)
    for _ in range(20):
        lengths = [RANDOM.choice([0, 1, 8, 31, 32, 33, 64, 65, 100]) for _ in range(3)]
        power("random numbers", *(RANDOM.randbytes(length) for length in lengths))
    for place in range(3):
        lengths = [word(1025) if index == place else word(0) for index in range(3)]
        add("a byte more than there may be", 5, b"".join(lengths), 2**64 - 1, None)
    add("an endless exponent of nothing", 5, word(0) + word(2**256 - 1) + word(0), 2**64 - 1, None)


def main():
    signatures()
    powers()
    lines = ",\n".join(json.dumps(vector, separators=(",", ":")) for vector in VECTORS)
    OUT.write_text(f'{{"generated":"by scripts/vectors/osaka.py; do not edit","vectors":[\n{lines}\n]}}\n')
    print(f"{OUT.name}: {len(VECTORS)} vectors")


main()
