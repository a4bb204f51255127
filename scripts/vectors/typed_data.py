#!/usr/bin/env python3
"""Makes the typed data vectors of Tests/EthereumPrimitivesTests: requests and hashes (EIP-712).

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/typed_data.py

Requests have the form of eth_signTypedData, numbers and bytes as text; hashes are eth_account's,
from the functions below `encode_typed_data`, which refuses structures that refer to each other.
The output depends on nothing but this file and the library's version.
"""
import importlib.metadata
import json
import pathlib
import random

from eth_account._utils.encode_typed_data.encoding_and_hashing import (
    encode_type, hash_domain, hash_struct, hash_type,
)
from eth_utils import keccak

OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "Tests" / "EthereumPrimitivesTests" / "Vectors" / "typed_data.json"
)
ADDRESS = "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"
DOMAIN_TYPES = {
    "name": "string", "version": "string", "chainId": "uint256", "verifyingContract": "address",
    "salt": "bytes32",
}
DOMAIN = {"name": "Ether Mail", "version": "1", "chainId": "1", "verifyingContract": ADDRESS}


def members(text):
    """'address wallet, string name' as the list of a request."""
    pairs = [part.split() for part in text.split(",") if part.strip()]
    return [{"name": name, "type": type_} for type_, name in pairs]


def request(structures, primary, message, domain=None):
    domain = DOMAIN if domain is None else domain
    types = {name: members(text) for name, text in structures.items()}
    types["EIP712Domain"] = [{"name": name, "type": DOMAIN_TYPES[name]} for name in domain]
    return {"types": types, "primaryType": primary, "domain": domain, "message": message}


def domains():
    salt = "0x" + bytes(range(32)).hex()
    whole = {**DOMAIN, "chainId": str(2**256 - 1), "salt": salt}
    for names in [["name"], ["version"], ["chainId"], ["verifyingContract"], ["salt"],
                  ["name", "chainId"], ["name", "version", "verifyingContract", "salt"], [*whole]]:
        domain = {name: whole[name] for name in names}
        yield request({"Note": "string text"}, "Note", {"text": "Grüße"}, domain)


def atomic():
    for bits in [8, 16, 24, 64, 128, 160, 248, 256]:
        for number in [0, 1, 2**bits - 1]:
            yield request({"N": f"uint{bits} n"}, "N", {"n": str(number)})
        for number in [-(2 ** (bits - 1)), -1, 2 ** (bits - 1) - 1]:
            yield request({"N": f"int{bits} n"}, "N", {"n": str(number)})
    for count in [1, 4, 20, 31, 32]:
        data = "0x" + bytes(range(255, 255 - count, -1)).hex()
        yield request(
            {"B": f"bytes{count} b, bool t, bool f"}, "B", {"b": data, "t": True, "f": False})
    for length in [0, 1, 32, 33, 137]:
        data = bytes(range(length))
        yield request(
            {"D": "bytes b, string s"}, "D", {"b": "0x" + data.hex(), "s": "é" * length})


def structures():
    mail = {
        "Person": "string name, address[] wallets",
        "Mail": "Person from, Person[] to, string contents",
    }
    cow = {"name": "Cow", "wallets": [ADDRESS, "0x" + "00" * 19 + "01"]}
    bob = {"name": "Bob", "wallets": []}
    yield request(mail, "Mail", {"from": cow, "to": [bob, cow], "contents": "Hello, Bob!"})
    yield request(mail, "Mail", {"from": bob, "to": [], "contents": ""})
    # Referenced structures stand in the order of their names, not of their use; Unused nowhere.
    yield request(
        {"Z": "B b, A[2][] a, C c", "B": "C c, uint8 n", "A": "C[] c", "C": "bytes data",
         "Unused": "Z z"},
        "Z",
        {"b": {"c": {"data": "0x01"}, "n": "3"},
         "a": [[{"c": []}, {"c": [{"data": "0x"}]}], [{"c": [{"data": "0xff"}] * 2}, {"c": []}]],
         "c": {"data": "0x" + "ab" * 100}})
    yield request(
        {"Empty": "", "Holder": "Empty e, Empty[] many"}, "Holder", {"e": {}, "many": [{}, {}]})
    yield request(
        {"Exchange:Order": "uint64[2][3] grid, int8[][] rows, string[] words, bytes3[1] tags"},
        "Exchange:Order",
        {"grid": [["1", "2"], ["3", "4"], ["5", "6"]], "rows": [[], ["-1"], ["2", "-3"]],
         "words": ["", "a", "ab"], "tags": ["0x010203"]})


def recursive():
    person = {"Person": "string name, Person mother, Person father"}
    yield request(person, "Person", {
        "name": "Jon", "mother": {"name": "Lyanna", "mother": None, "father": None},
        "father": {"name": "Rhaegar", "mother": None,
                   "father": {"name": "Aeris II", "mother": None, "father": None}}})
    yield request(
        {"Tree": "uint8 value, Tree[] children"}, "Tree",
        {"value": "1", "children": [{"value": "2", "children": []},
                                    {"value": "3", "children": [{"value": "4", "children": []}]}]})
    yield request(
        {"Ping": "Pong next, uint8 n", "Pong": "Ping next, uint8 n"}, "Ping",
        {"n": "1", "next": {"n": "2", "next": {"n": "3", "next": None}}})
    yield request(
        {"List": "Item[] items", "Item": "uint8 n"}, "List", {"items": [None, {"n": "1"}]})


def some_value(generator, type_, structures_):
    if type_.endswith("]"):
        count = type_[type_.rindex("[") + 1 : -1]
        count = int(count) if count else generator.randint(0, 3)
        element = type_[: type_.rindex("[")]
        return [some_value(generator, element, structures_) for _ in range(count)]
    if type_ in structures_:
        return {member["name"]: some_value(generator, member["type"], structures_)
                for member in members(structures_[type_])}
    if type_.startswith(("uint", "int")):
        bits = int(type_.lstrip("uint")) - (not type_.startswith("u"))
        number = generator.getrandbits(generator.randint(0, bits))
        return str(-number - 1 if type_[0] == "i" and generator.random() < 0.5 else number)
    if type_ == "bool":
        return generator.random() < 0.5
    if type_ == "string":
        return "".join(generator.choice("aé狐🦊 ") for _ in range(generator.randint(0, 40)))
    count = {"address": "20", "bytes": str(generator.randint(0, 70))}.get(type_, type_[5:])
    return "0x" + generator.randbytes(int(count)).hex()


def random_cases(generator, number):
    for _ in range(number):
        structures_ = {}
        for level in range(generator.randint(1, 4)):
            fields = []
            for place in range(generator.randint(1, 5)):
                sizes = [generator.randint(1, 32) for _ in range(3)]
                known = [*structures_] + ["address", "bool", "string", "bytes"]
                known += [f"uint{8 * sizes[0]}", f"int{8 * sizes[1]}", f"bytes{sizes[2]}"]
                suffix = generator.choice(["", "", "", "[]", "[2]", "[][2]", "[1][]"])
                fields.append(f"{generator.choice(known)}{suffix} m{place}")
            name = generator.choice("ABCDEFGH") + "_$x"[level % 3] + str(level)
            structures_[name] = ",".join(fields)
        primary = [*structures_][-1]
        yield request(structures_, primary, some_value(generator, primary, structures_))


def entry(data):
    structures_ = {name: type_ for name, type_ in data["types"].items() if name != "EIP712Domain"}
    domain = hash_domain(data["domain"])
    message = hash_struct(data["primaryType"], structures_, data["message"])
    return {
        "request": data,
        "encodeType": encode_type(data["primaryType"], structures_),
        "typeHash": "0x" + hash_type(data["primaryType"], structures_).hex(),
        "domainSeparator": "0x" + domain.hex(),
        "messageHash": "0x" + message.hex(),
        "digest": "0x" + keccak(b"\x19\x01" + domain + message).hex(),
    }


def main():
    version = importlib.metadata.version("eth-account")
    requests = [*domains(), *atomic(), *structures(), *recursive()]
    requests += random_cases(random.Random(20261130), 40)
    content = {
        "generated": f"by scripts/vectors/typed_data.py, eth-account {version}; do not edit",
        "cases": [entry(data) for data in requests],
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace(
        '},{"request"', '},\n{"request"')
    OUT.write_text(lines + "\n")


if __name__ == "__main__":
    main()
