"""Input for the precompiled contracts: good, nearly good, and of any kind."""

import json
import pathlib
from collections import defaultdict

from cases import ORDER, SENDERS, word
from eth_utils import keccak
from py_ecc import optimized_bn128 as curve

FIELD = curve.field_modulus


def precompile_input(random, number):
    data = _INPUTS.get(number, _any)(random)
    kind = random.randrange(10)
    if kind == 0:
        return data[: random.randrange(len(data) + 1)]
    if kind == 1:
        return data + bytes(random.randrange(40))
    if kind == 2 and data:
        place = random.randrange(len(data))
        return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]
    return data


def _any(random):
    return random.randbytes(random.choice((0, 1, 31, 32, 33, 55, 64, 100)))


def _signed(random):
    digest = keccak(random.randbytes(4))
    v, r, s = random.choice(SENDERS).sign(digest, random.choice((None, None, None, "high")))
    v += random.choice((27, 27, 27, 27, 26, 0))
    r = random.choice((r, r, r, r, 0, 1, ORDER - 1, ORDER, ORDER + 1))
    s = random.choice((s, s, s, s, 0, 1, ORDER - 1, ORDER))
    return digest + word(v) + word(r) + word(s)


def _power(random):
    lengths = [random.choice((0, 1, 2, 8, 31, 32, 33, 40, 70)) for _ in range(3)]
    # A base of no bytes to the power of zero is 0 on py-evm, and not 1.
    lengths[0] = lengths[0] or 1
    numbers = b"".join(random.choice((random.randbytes, bytes))(length) for length in lengths)
    if random.randrange(15) == 0:
        # At 2**256 - 1 the specification ends itself: it adds lengths in 256 bits.
        lengths[random.randrange(3)] = random.choice((2**16, 2**32, 2**64 - 1, 2**64, 2**200))
    return b"".join(map(word, lengths)) + numbers


def _factor(random):
    return random.choice((0, 1, 2, 5, curve.curve_order, 2**256 - 1, random.getrandbits(256)))


def _point(random):
    """On the curve, or next to it."""
    kind = random.randrange(10)
    if kind == 0:
        return word(random.choice((0, 1, FIELD - 1, FIELD, 2**256 - 1))) + word(random.randrange(3))
    if kind == 1:
        return bytes(64)
    point = curve.normalize(curve.multiply(curve.G1, random.randrange(1, 6)))
    return b"".join(word(int(coordinate)) for coordinate in point)


def _sum(random):
    return _point(random) + _point(random)


def _product(random):
    return _point(random) + word(_factor(random))


def _twist_point(random):
    kind = random.randrange(8)
    if kind == 0:
        return bytes(128)
    if kind == 1:
        return b"".join(word(random.choice((0, 1, FIELD, 2**200))) for _ in range(4))
    point = curve.normalize(curve.multiply(curve.G2, random.randrange(1, 4)))
    return b"".join(word(int(part)) for coordinate in point for part in reversed(coordinate.coeffs))


def _pairs(random):
    """Up to two pairs, often such that the product is one."""
    if random.randrange(2):
        point, negative = curve.G1, curve.neg(curve.G1)
        points = [b"".join(word(int(c)) for c in curve.normalize(p)) for p in (point, negative)]
        twist = _twist_point(random)
        return points[0] + twist + points[1] + twist
    return b"".join(_point(random) + _twist_point(random) for _ in range(random.randrange(2)))


def _blake(random):
    rounds = random.choice((0, 1, 2, 12, 100))
    return rounds.to_bytes(4, "big") + random.randbytes(208) + bytes([random.choice((0, 1, 1, 2))])


def _vectors():
    """Inputs of 0x0a and of BLS12-381 that the Swift tests have, by contract."""
    path = pathlib.Path(__file__).resolve().parents[2] / "EVMTests/Vectors/bls12_381.json"
    inputs = defaultdict(list)
    for vector in json.loads(path.read_text())["vectors"]:
        data = bytes.fromhex(vector["input"][2:])
        # The peers add and multiply points in Python.
        if len(data) <= 1000:
            inputs[vector["contract"]].append(data)
    return inputs


_INPUTS = {1: _signed, 5: _power, 6: _sum, 7: _product, 8: _pairs, 9: _blake}
_INPUTS |= {number: lambda random, some=some: random.choice(some) for number, some in _vectors().items()}
