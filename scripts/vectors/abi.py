#!/usr/bin/env python3
"""Makes the ABI vectors of Tests/EthereumPrimitivesTests: values, encoded and packed.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/abi.py

Encodings are eth_abi's. So are packed ones, but for arrays: Solidity pads their elements to words,
eth_abi does not, so that they are put together here from eth_abi's words. Numbers are written as
decimal text, bytes as hex. The output depends on nothing but this file and the library's version.
"""
import importlib.metadata
import json
import pathlib
import random

from eth_abi import encode
from eth_abi.grammar import parse
from eth_abi.packed import encode_packed

OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "Tests" / "EthereumPrimitivesTests" / "Vectors" / "abi.json"
)
ADDRESS = "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"
LONG = "The quick brown fox jumps over the lazy dog. " * 3 + "Füchse, 狐狸, 🦊."


def every_width():
    for bits in range(8, 257, 8):
        yield [f"uint{bits}"] * 3, [0, 1, 2**bits - 1]
        yield [f"int{bits}"] * 5, [-(2 ** (bits - 1)), -1, 0, 1, 2 ** (bits - 1) - 1]
    for count in range(1, 33):
        yield [f"bytes{count}"], [bytes(range(256 - count, 256))]


def plain():
    yield [], []
    yield ["bool", "bool", "address", "function"], [True, False, ADDRESS, bytes(range(24))]
    for length in [0, 1, 31, 32, 33, 64, 65]:
        yield ["bytes"], [bytes(range(length))]
        yield ["string", "uint8"], ["x" * length, 7]
    yield ["string", "bytes", "string"], [LONG, LONG.encode(), ""]


def arrays():
    yield ["uint256[]", "uint8[3]", "int16[2][]"], [[], [1, 2, 3], [[-1, 2], [-3, 4]]]
    yield ["uint256[][]"], [[[], [1], [2, 3]]]
    yield ["string[]", "bytes[2]"], [["", "a", LONG], [b"", b"\x01"]]
    yield ["string[2][3]"], [[["a", "b"], ["c", "d"], [LONG, ""]]]
    yield ["string[][2][]"], [[[["a"], []], [[], ["b", "c"]]]]
    yield ["address[]", "bool[3]", "bytes4[]", "function[2]"], [
        [ADDRESS, ADDRESS], [True, False, True], [b"abcd"], [bytes(24), b"\xff" * 24]]
    yield ["uint8[2][2][2]", "string"], [[[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "end"]


def tuples():
    yield ["(uint256,bool)", "uint8"], [(1, True), 2]
    yield ["(uint256,string)", "uint8"], [(1, "two"), 3]
    yield ["(address,uint256)[]"], [[(ADDRESS, 1), (ADDRESS, 2**256 - 1)]]
    yield ["(string,(bytes,uint8[])[])[]", "int8"], [
        [("a", [(b"\x01", [1, 2]), (b"", [])]), ("", []), (LONG, [(b"\x02" * 33, [3])])], -5]
    yield ["((uint8,(uint8,(uint8,bytes1))),string)"], [((1, (2, (3, b"\x04"))), "five")]
    yield ["(uint256[2],bytes)[2]", "(bool,bool[])[][1]"], [
        [([1, 2], b"three"), ([4, 5], b"")], [[(True, []), (False, [True, False])]]]


def some_type(generator, depth):
    kind = generator.randrange(12 if depth else 8)
    if kind < 2:
        return generator.choice(["uint", "int"]) + str(8 * generator.randint(1, 32))
    if kind < 8:
        return ["address", "bool", f"bytes{generator.randint(1, 32)}", "bytes", "string",
                "function"][kind - 2]
    if kind < 10:
        count = "" if kind == 8 else generator.randint(1, 3)
        return f"{some_type(generator, depth - 1)}[{count}]"
    members = [some_type(generator, depth - 1) for _ in range(generator.randint(1, 3))]
    return f"({','.join(members)})"


def some_value(generator, type_):
    if type_.is_array:
        dimension = type_.arrlist[-1]
        count = dimension[0] if dimension else generator.randint(0, 3)
        return [some_value(generator, type_.item_type) for _ in range(count)]
    if hasattr(type_, "components"):
        return tuple(some_value(generator, member) for member in type_.components)
    if type_.base in ("uint", "int"):
        bits = type_.sub if type_.base == "uint" else type_.sub - 1
        number = generator.getrandbits(generator.randint(0, bits))
        return -number - 1 if type_.base == "int" and generator.random() < 0.5 else number
    if type_.base == "bool":
        return generator.random() < 0.5
    if type_.base == "address":
        return "0x" + generator.randbytes(20).hex()
    if type_.base == "string":
        return "".join(generator.choice("aé狐🦊 ") for _ in range(generator.randint(0, 40)))
    count = {"function": 24}.get(type_.base, type_.sub)
    return generator.randbytes(generator.randint(0, 70) if count is None else count)


def random_cases(generator, number):
    for _ in range(number):
        types = [some_type(generator, 3) for _ in range(generator.randint(1, 4))]
        yield types, [some_value(generator, parse(type_)) for type_ in types]


def packed_cases():
    for types, values in [*every_width(), *plain()]:
        yield types, values, encode_packed(types, values)
    for type_, values in [
        ("uint8[]", [1, 255]), ("int16[]", [-1, 2]), ("int16[3]", [-32768, 0, 32767]),
        ("address[]", [ADDRESS]), ("bool[2]", [True, False]), ("bytes3[]", [b"abc", b"def"]),
        ("bytes32[1]", [bytes(range(32))]), ("uint256[]", []), ("function[]", [bytes(range(24))]),
    ]:
        element = type_[: type_.index("[")]
        yield [type_], [values], b"".join(encode([element], [value]) for value in values)


def written(value):
    if isinstance(value, bool) or isinstance(value, str):
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return [written(element) for element in value]


def entry(types, values, data):
    return {"types": types, "values": written(values), "bytes": "0x" + data.hex()}


def main():
    chosen = [*every_width(), *plain(), *arrays(), *tuples()]
    chosen += random_cases(random.Random(20261130), 60)
    content = {
        "generated": f"by scripts/vectors/abi.py, eth_abi {importlib.metadata.version('eth_abi')};"
        " do not edit",
        "encoded": [entry(types, values, encode(types, values)) for types, values in chosen],
        "packed": [entry(*case) for case in packed_cases()],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace(
        '},{"types"', '},\n{"types"')
    OUT.write_text(lines + "\n")


if __name__ == "__main__":
    main()
