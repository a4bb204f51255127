#!/usr/bin/env python3
"""Makes Tests/EVMTests/Vectors/bls12_381.json: inputs of the precompiled contracts 0x0a to 0x11.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/bls12_381.py

Points, pairings and maps are py_ecc's, commitments and proofs ckzg's with the ceremony's setup that
eth-account brings; prices are written from EIP-2537 and EIP-4844. The output depends on nothing but this
file and the libraries' versions.
"""
import hashlib
import importlib.metadata
import json
import pathlib
import random

import ckzg
import eth_account
from py_ecc import optimized_bls12_381 as bls
from py_ecc.bls.hash_to_curve import clear_cofactor_G1, clear_cofactor_G2, map_to_curve_G1, map_to_curve_G2
from py_ecc.bls.point_compression import modular_squareroot_in_FQ2

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "EVMTests" / "Vectors" / "bls12_381.json"
SETUP = pathlib.Path(eth_account.__file__).parent / "typed_transactions/blob_transactions/kzg_trusted_setup.txt"
P, N = bls.field_modulus, bls.curve_order
RANDOM = random.Random(25374844)
VECTORS = []
G1_ZERO, G2_ZERO = bls.Z1, bls.Z2


def add(name, contract, data, gas, output):
    """An output of None is a failure."""
    vector = {"name": name, "contract": contract, "input": "0x" + data.hex(), "gas": str(gas)}
    if output is not None:
        vector["output"] = "0x" + output.hex()
    VECTORS.append(vector)


def word(number):
    return number.to_bytes(32, "big")


def coordinate(number):
    return int(number).to_bytes(64, "big")


def g1(point):
    x, y = (0, 0) if bls.is_inf(point) else bls.normalize(point)
    return coordinate(x) + coordinate(y)


def g2(point):
    if bls.is_inf(point):
        return bytes(256)
    return b"".join(coordinate(part) for number in bls.normalize(point) for part in number.coeffs)


def scalar(index):
    return int.from_bytes(hashlib.sha256(b"scalar %d" % index).digest(), "big") % N


def outside_g1(count):
    """Points of the first curve that are not of the subgroup."""
    found, x = [], 0
    while len(found) < count:
        x += 1
        y = pow(x**3 + 4, (P + 1) // 4, P)
        if y * y % P == (x**3 + 4) % P:
            point = (bls.FQ(x), bls.FQ(y), bls.FQ(1))
            if not bls.is_inf(bls.multiply(point, N)):
                found.append(point)
    return found


def outside_g2(count):
    found, real = [], 0
    while len(found) < count:
        real += 1
        x = bls.FQ2([real, 1])
        y = modular_squareroot_in_FQ2(x * x * x + bls.b2)
        if y is not None:
            point = (x, y, bls.FQ2.one())
            assert bls.is_on_curve(point, bls.b2) and not bls.is_inf(bls.multiply(point, N))
            found.append(point)
    return found


OUTSIDE_G1, OUTSIDE_G2 = outside_g1(2), outside_g2(2)


def wrong_points(point, encode):
    """What no point is encoded in: every coordinate changed, and the zeros before it."""
    good = encode(point)
    yield "not on the curve", coordinate(1) * (len(good) // 64)
    for start in range(0, len(good), 64):
        number = int.from_bytes(good[start : start + 64], "big")
        for name, changed in [("+ 1", number + 1), ("+ p", number + P), ("p", P), ("2^384", number + 2**384)]:
            yield f"coordinate at {start}: {name}", good[:start] + coordinate(changed) + good[start + 64 :]


def sums(contract, price, encode, zero, one, outside):
    two = bls.double(one)
    points = [zero, one, bls.neg(one), two, bls.multiply(one, scalar(contract)), outside[0], bls.neg(outside[0])]
    for left in points:
        for right in points:
            add("a sum", contract, encode(left) + encode(right), price, encode(bls.add(left, right)))
    for name, wrong in wrong_points(one, encode):
        add(f"left: {name}", contract, wrong + encode(one), price, None)
        add(f"right: {name}", contract, encode(zero) + wrong, price, None)
    good = encode(one) + encode(two)
    for data in [b"", good[:-1], good + b"\0", encode(one)]:
        add(f"{len(data)} bytes", contract, data, price, None)


# Of one, two, three, 128 and more factors. Source: EIP-2537, "Discounts".
DISCOUNTS = {0x0C: {1: 1000, 2: 949, 3: 848, 128: 519, 129: 519}, 0x0E: {1: 1000, 2: 1000, 3: 923, 128: 524, 129: 524}}


def products(contract, price, encode, zero, one, outside):
    def case(name, factors):
        total = zero
        for point, number in factors:
            total = bls.add(total, bls.multiply(point, number))
        data = b"".join(encode(point) + word(number) for point, number in factors)
        gas = len(factors) * price * DISCOUNTS[contract][len(factors)] // 1000
        add(name, contract, data, gas, encode(total))

    for number in [0, 1, 2, N - 1, N, N + 1, 2**255, 2**256 - 1, scalar(1)]:
        case("a product", [(one, number)])
    case("a product of infinity", [(zero, 5)])
    case("a sum of two", [(one, scalar(2)), (bls.multiply(one, scalar(3)), scalar(4))])
    case("a sum that is infinity", [(one, 7), (bls.neg(one), 7)])
    case("a sum of three", [(one, 3), (zero, scalar(5)), (bls.double(one), N - 1)])
    for count in [128, 129]:
        case(f"a sum of {count}", [(one, 1)] + [(zero, 1)] * (count - 1))
    for point in outside:
        add("outside of the subgroup", contract, encode(point) + word(1), price, None)
    for name, wrong in wrong_points(one, encode):
        add(name, contract, wrong + word(0), price, None)
    good = encode(one) + word(2)
    for data in [b"", good[:-1], good + b"\0"]:
        add(f"{len(data)} bytes", contract, data, price * (len(data) // len(good)), None)


def pairings():
    def case(name, pairs):
        product = bls.FQ12.one()
        for left, right in pairs:
            product *= bls.pairing(right, left)
        data = b"".join(g1(left) + g2(right) for left, right in pairs)
        add(name, 0x0F, data, 37_700 + 32_600 * len(pairs), word(int(product == bls.FQ12.one())))

    a, b = scalar(20), scalar(21)
    one, two = bls.G1, bls.G2
    left, right = bls.multiply(one, a), bls.multiply(two, b)
    case("one pair", [(one, two)])
    case("a pair and its opposite", [(one, two), (bls.neg(one), two)])
    case("a pair twice", [(one, two), (one, two)])
    case("e(aG, bH) = e(abG, H)", [(left, right), (bls.neg(bls.multiply(one, a * b % N)), two)])
    case("one factor differs", [(left, right), (bls.neg(bls.multiply(one, (a * b + 1) % N)), two)])
    case("infinity on the left", [(G1_ZERO, right)])
    case("infinity on the right", [(left, G2_ZERO)])
    case("infinity beside a pair", [(G1_ZERO, right), (one, two), (left, G2_ZERO)])
    for point in OUTSIDE_G1:
        add("left outside of the subgroup", 0x0F, g1(point) + g2(G2_ZERO), 70_300, None)
    for point in OUTSIDE_G2:
        add("right outside of the subgroup", 0x0F, g1(G1_ZERO) + g2(point), 70_300, None)
    for name, wrong in wrong_points(one, g1):
        add(f"left: {name}", 0x0F, wrong + g2(G2_ZERO), 70_300, None)
    for name, wrong in wrong_points(two, g2):
        add(f"right: {name}", 0x0F, g1(G1_ZERO) + wrong, 70_300, None)
    good = g1(one) + g2(two)
    for data in [b"", good[:-1], good + b"\0"]:
        add(f"{len(data)} bytes", 0x0F, data, 37_700 + 32_600 * (len(data) // len(good)), None)


def maps():
    numbers = [0, 1, 2, P - 1] + [RANDOM.randrange(P) for _ in range(6)]
    for number in numbers:
        image = clear_cofactor_G1(map_to_curve_G1(bls.FQ(number)))
        add("a number", 0x10, coordinate(number), 5500, g1(image))
    pairs = [(0, 0), (0, 1), (1, 0), (5, P - 1)] + [(RANDOM.randrange(P), RANDOM.randrange(P)) for _ in range(6)]
    for pair in pairs:
        image = clear_cofactor_G2(map_to_curve_G2(bls.FQ2(pair)))
        add("a pair of numbers", 0x11, b"".join(map(coordinate, pair)), 23_800, g2(image))
    for wrong in [P, P + 1, 2**384, 2**512 - 1]:
        add("not below p", 0x10, coordinate(wrong), 5500, None)
        add("not below p", 0x11, coordinate(wrong) + coordinate(1), 23_800, None)
        add("not below p", 0x11, coordinate(1) + coordinate(wrong), 23_800, None)
    for contract, length, price in [(0x10, 64, 5500), (0x11, 128, 23_800)]:
        for count in [0, length - 1, length + 1]:
            add(f"{count} bytes", contract, bytes(count), price, None)


def evaluations():
    setup = ckzg.load_trusted_setup(str(SETUP), 0)
    output = word(4096) + word(N)

    def data(z, y, commitment, proof, version=1):
        digest = bytes([version]) + hashlib.sha256(commitment).digest()[1:]
        return digest + word(z) + word(y) + commitment + proof

    def case(name, z, y, commitment, proof):
        holds = ckzg.verify_kzg_proof(commitment, word(z), word(y), proof, setup)
        add(name, 0x0A, data(z, y, commitment, proof), 50_000, output if holds else None)
        return holds

    blobs = [bytes(131_072), word(5) * 4096, b"".join(word(RANDOM.randrange(N)) for _ in range(4096))]
    for index, blob in enumerate(blobs):
        commitment = ckzg.blob_to_kzg_commitment(blob, setup)
        for z in [index, N - 1 - index]:
            proof, value = ckzg.compute_kzg_proof(blob, word(z), setup)
            y = int.from_bytes(value, "big")
            assert case("a proof", z, y, commitment, proof)
        assert not case("another value", z, (y + 1) % N, commitment, proof)
    for name, wrong in [
        ("z is n", data(N, y, commitment, proof)), ("y is n", data(z, N, commitment, proof)),
        ("y + n", data(z, y + N, commitment, proof)), ("another version", data(z, y, commitment, proof, 2)),
        ("another hash", b"\1" + bytes(31) + data(z, y, commitment, proof)[32:]),
        ("a byte too few", data(z, y, commitment, proof)[:-1]), ("a byte more", data(z, y, commitment, proof) + b"\0"),
        ("nothing", b""),
    ]:
        add(name, 0x0A, wrong, 50_000, None)
    infinity = b"\xc0" + bytes(47)
    outside = [int(number) for number in bls.normalize(OUTSIDE_G1[0])]
    high = 0x20 if outside[1] > (P - 1) // 2 else 0
    wrong_proofs = [
        ("not compressed", bytes([proof[0] & 0x7F]) + proof[1:]), ("the other y", bytes([proof[0] ^ 0x20]) + proof[1:]),
        ("infinity with a sign", b"\xe0" + bytes(47)), ("infinity with an x", b"\xc0" + bytes(46) + b"\1"),
        ("infinity that is not compressed", b"\x40" + bytes(47)), ("no point has this x", no_point()),
        ("x is p", compressed(P, 0x80)), ("outside of the subgroup", compressed(outside[0], 0x80 | high)),
        ("infinity", infinity),
    ]
    for name, wrong in wrong_proofs:
        add(f"proof: {name}", 0x0A, data(z, y, commitment, wrong), 50_000, None)
    for name, wrong in wrong_proofs:
        # Of another commitment the proof and the value are others anyway, but for infinity.
        holds = wrong == infinity
        add(f"commitment: {name}", 0x0A, data(0, 0, wrong, infinity), 50_000, output if holds else None)


def compressed(x, flags):
    data = x.to_bytes(48, "big")
    return bytes([data[0] | flags]) + data[1:]


def no_point():
    x = next(x for x in range(1, 99) if pow(x**3 + 4, (P - 1) // 2, P) == P - 1)
    return compressed(x, 0x80)


# Of the EIP's own vectors, https://eips.ethereum.org/assets/eip-2537/test-vectors, the images of the empty
# text's numbers: py_ecc comes to the same.
PUBLISHED = [
    (0x10, "156c8a6a2c184569d69a76be144b5cdc5141d2d2ca4fe341f011e25e3969c55ad9e9b9ce2eb833c81a908e5fa4ac5f03",
     "184bb665c37ff561a89ec2122dd343f20e0f4cbcaec84e3c3052ea81d1834e192c426074b02ed3dca4e7676ce4ce48ba"
     "04407b8d35af4dacc809927071fc0405218f1401a6d15af775810e4e460064bcc9468beeba82fdc751be70476c888bf3"),
    (0x11, "07355d25caf6e7f2f0cb2812ca0e513bd026ed09dda65b177500fa31714e09ea0ded3a078b526bed3307f804d4b93b04"
     "02829ce3c021339ccb5caf3e187f6370e1e2a311dec9b75363117063ab2015603ff52c3d3b98f19c2f65575e99e8b78c",
     "00e7f4568a82b4b7dc1f14c6aaa055edf51502319c723c4dc2688c7fe5944c213f510328082396515734b6612c4e7bb7"
     "126b855e9e69b1f691f816e48ac6977664d24d99f8724868a184186469ddfd4617367e94527d4b74fc86413483afb35b"
     "0caead0fd7b6176c01436833c79d305c78be307da5f6af6c133c47311def6ff1e0babf57a0fb5539fce7ee12407b0a42"
     "1498aadcf7ae2b345243e281ae076df6de84455d766ab6fcdaad71fab60abb2e8b980a440043cd305db09d283c895e3d"),
]


def published():
    def padded(digits):
        data = bytes.fromhex(digits)
        return b"".join(bytes(16) + data[start : start + 48] for start in range(0, len(data), 48))

    for contract, number, image in PUBLISHED:
        add("published with the EIP", contract, padded(number), 5500 if contract == 0x10 else 23_800, padded(image))


def main():
    sums(0x0B, 375, g1, G1_ZERO, bls.G1, OUTSIDE_G1)
    sums(0x0D, 600, g2, G2_ZERO, bls.G2, OUTSIDE_G2)
    products(0x0C, 12_000, g1, G1_ZERO, bls.G1, OUTSIDE_G1)
    products(0x0E, 22_500, g2, G2_ZERO, bls.G2, OUTSIDE_G2)
    for make in [pairings, maps, published, evaluations]:
        make()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ["py-ecc", "ckzg", "eth-account"])
    generated = f"by scripts/vectors/bls12_381.py, {versions}; do not edit"
    lines = ",\n".join(json.dumps(vector, separators=(",", ":")) for vector in VECTORS)
    OUT.write_text(f'{{"generated":"{generated}","vectors":[\n{lines}\n]}}\n')
    print(f"{OUT.name}: {len(VECTORS)} vectors")


main()
