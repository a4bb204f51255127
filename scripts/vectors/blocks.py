#!/usr/bin/env python3
"""Makes Tests/DevnetTests/Vectors/blocks.json: blocks of a local chain, and all that is hashed in them.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/blocks.py

Transactions of the types 0, 1, 2 and 4 are signed by eth_account; what they do, and the gas that they
use, is written down here by hand from the Yellow Paper and the EIPs. Tries, blooms and headers are
written from the Yellow Paper on top of rlp and eth_hash. The output depends on nothing but this file
and the libraries' versions.
"""
import importlib.metadata
import json
import pathlib

import rlp
from eth_account import Account
from eth_hash.auto import keccak
from eth_utils import to_checksum_address

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "DevnetTests" / "Vectors" / "blocks.json"
CHAIN, GAS_LIMIT, TIME, GWEI = 31337, 30_000_000, 1_700_000_000, 10**9
KEYS = [keccak(b"key %d" % index) for index in range(3)]
ACCOUNTS = [bytes.fromhex(Account.from_key(key).address[2:]) for key in KEYS]
COINBASE = bytes(20)
EMPTY = keccak(rlp.encode(b""))
NO_UNCLES = keccak(rlp.encode([]))
NO_REQUESTS = bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


# Merkle-Patricia tries: Yellow Paper, appendix D


def nibbles(key):
    return [digit for byte in key for digit in (byte >> 4, byte & 15)]


def compact(path, is_leaf):
    flag = 2 * is_leaf + len(path) % 2
    digits = [flag] + ([] if len(path) % 2 else [0]) + path
    return bytes(digits[i] << 4 | digits[i + 1] for i in range(0, len(digits), 2))


def structure(pairs, at):
    """The node of keys that share their first `at` nibbles."""
    if len(pairs) == 1:
        return [compact(pairs[0][0][at:], True), pairs[0][1]]
    common = at
    while all(len(k) > common and k[common] == pairs[0][0][common] for k, _ in pairs):
        common += 1
    if common > at:
        return [compact(pairs[0][0][at:common], False), reference(pairs, common)]
    children = [[p for p in pairs if len(p[0]) > at and p[0][at] == digit] for digit in range(16)]
    here = [v for k, v in pairs if len(k) == at]
    return [reference(child, at + 1) if child else b"" for child in children] + (here or [b""])


def reference(pairs, at):
    node = structure(pairs, at)
    return node if len(rlp.encode(node)) < 32 else keccak(rlp.encode(node))


def sorted_pairs(entries):
    return sorted((nibbles(key), value) for key, value in entries.items() if value)


def root(entries):
    pairs = sorted_pairs(entries)
    return keccak(rlp.encode(structure(pairs, 0))) if pairs else EMPTY


def proof(entries, key):
    pairs, path, at, nodes = sorted_pairs(entries), nibbles(key), 0, []
    while pairs:
        encoded = rlp.encode(structure(pairs, at))
        if not nodes or len(encoded) >= 32:
            nodes.append(encoded)
        if len(pairs) == 1:
            break
        common = at
        while all(len(k) > common and k[common] == pairs[0][0][common] for k, _ in pairs):
            common += 1
        if common > at:
            if path[at:common] != pairs[0][0][at:common]:
                break
            at = common
            continue
        pairs = [p for p in pairs if len(p[0]) > at and p[0][at] == path[at]]
        at += 1
    return nodes


# The state


WORLD = {account: {"nonce": 0, "balance": 10 * 10**18, "code": b"", "storage": {}} for account in ACCOUNTS}


def at(address):
    return WORLD.setdefault(address, {"nonce": 0, "balance": 0, "code": b"", "storage": {}})


def storage_trie(account):
    slots = account["storage"].items()
    return {keccak(slot.to_bytes(32, "big")): rlp.encode(value) if value else b"" for slot, value in slots}


def state_trie():
    return {
        keccak(address): rlp.encode([a["nonce"], a["balance"], root(storage_trie(a)), keccak(a["code"])])
        for address, a in WORLD.items()
        if a["nonce"] or a["balance"] or a["code"]
    }


# A contract that logs its argument, with topics 0xaa and the caller, and keeps it in slot 0


RUNTIME = bytes.fromhex("60003580600052" "3360aa60206000a2" "60005500")
INIT = bytes.fromhex("60%02x80600b6000396000f3" % len(RUNTIME)) + RUNTIME
assert len(RUNTIME) == 19 and len(INIT) == 30
# 3 PUSH1 and CALLDATALOAD, DUP1, PUSH1, MSTORE and a word of memory, CALLER, three PUSH1, LOG2, PUSH1.
BEFORE_STORE = 3 + 3 + 3 + 3 + 3 + 3 + 2 + 3 * 3 + (375 + 2 * 375 + 8 * 32) + 3


def store_gas(old, new, is_warm):
    """EIP-2929 and EIP-3529, of a slot that was not written before in the transaction."""
    gas = 0 if is_warm else 2100
    if old == new:
        return gas + 100, 0
    return (gas + 20000, 0) if old == 0 else (gas + 2900, 4800 if new == 0 else 0)


# Transactions


def tokens(data):
    return sum(4 if byte else 1 for byte in data)


def signed(who, fields):
    fields = {"nonce": at(ACCOUNTS[who])["nonce"], **fields}
    return bytes(Account.sign_transaction(fields, KEYS[who]).raw_transaction)


def access_list(*entries):
    return [{"address": to_checksum_address(address), "storageKeys": ["0x%064x" % key for key in keys]}
            for address, keys in entries]


class Block:
    def __init__(self, parent):
        self.parent, self.raws, self.receipts, self.gas, self.bloom = parent, [], [], 0, 0
        self.base = parent["next_base"]

    def add(self, who, fields, intrinsic, effect):
        """`effect` changes the state and gives execution gas, refund, logs and whether it succeeded."""
        fields = {"chainId": CHAIN, "value": 0, "data": b"", **fields}
        if fields.pop("unprotected", False):
            del fields["chainId"]
        raw, sender = signed(who, fields), ACCOUNTS[who]
        kind = raw[0] if raw[0] < 0xC0 else 0
        price = fields.get("gasPrice") or min(fields["maxFeePerGas"], self.base + fields["maxPriorityFeePerGas"])
        at(sender)["nonce"] += 1
        gas, refund, logs, succeeded = effect()
        used = fields["gas"] if gas is None else intrinsic + gas
        used = max(used - min(refund, used // 5), 21000 + 10 * tokens(fields["data"]))
        if succeeded and fields["value"]:
            at(sender)["balance"] -= fields["value"]
            at(fields["to"])["balance"] += fields["value"]
        at(sender)["balance"] -= used * price
        at(COINBASE)["balance"] += used * (price - self.base)
        self.gas += used
        bloom = 0
        for address, topics, _ in logs:
            for value in [address] + topics:
                digest = keccak(value)
                for place in (0, 2, 4):
                    bloom |= 1 << (int.from_bytes(digest[place : place + 2], "big") & 2047)
        self.bloom |= bloom
        receipt = rlp.encode([int(succeeded), self.gas, bloom.to_bytes(256, "big"), [list(log) for log in logs]])
        self.raws.append(raw)
        self.receipts.append((bytes([kind]) if kind else b"") + receipt)

    def listed(self, values):
        return root({rlp.encode(index): value for index, value in enumerate(values)})

    def seal(self):
        number = self.parent["number"] + 1
        header = [
            self.parent["hash"], NO_UNCLES, COINBASE, root(state_trie()), self.listed(self.raws),
            self.listed(self.receipts), self.bloom.to_bytes(256, "big"), 0, number, GAS_LIMIT, self.gas,
            TIME + number, b"", keccak(self.parent["hash"] + number.to_bytes(32, "big")) if number else bytes(32),
            bytes(8), self.base, EMPTY, 0, 0, bytes(32), NO_REQUESTS,
        ]
        inline = [rlp.decode(raw) if raw[0] >= 0xC0 else raw for raw in self.raws]
        target = GAS_LIMIT // 2
        change = self.base * abs(self.gas - target) // target // 8
        return {
            "number": number, "hash": keccak(rlp.encode(header)), "header": rlp.encode(header),
            "block": rlp.encode([header, inline, [], []]), "raws": self.raws, "receipts": self.receipts,
            "stateRoot": header[3], "transactionsRoot": header[4], "receiptsRoot": header[5],
            "logsBloom": header[6],
            "next_base": self.base + max(change, 1) if self.gas > target else self.base - change,
        }


def nothing():
    return 0, 0, [], True


def transfers(block):
    to = keccak(b"somebody")[:20]
    tip = {"maxFeePerGas": 3 * GWEI, "maxPriorityFeePerGas": GWEI}
    block.add(0, {"gas": 21000, "gasPrice": 2 * GWEI, "to": to, "value": 1}, 21000, nothing)
    block.add(1, {"gas": 50000, "gasPrice": 2 * GWEI, "to": to, "value": 2, "unprotected": True}, 21000, nothing)
    access = access_list((to, [0, 2**256 - 1]), (ACCOUNTS[2], []))
    block.add(0, {"gas": 60000, "gasPrice": 2 * GWEI, "to": to, "value": 3, "accessList": access, "type": 1},
              21000 + 2 * 2400 + 2 * 1900, nothing)
    block.add(2, {"gas": 21000, "to": ACCOUNTS[0], "value": 10**18, **tip}, 21000, nothing)
    data = b"\0\1\2"
    # Data that nobody reads costs its floor.
    block.add(2, {"gas": 30000, "to": to, "data": data, **tip}, 21000 + 4 * tokens(data), nothing)


CONTRACT = keccak(rlp.encode([ACCOUNTS[0], 2]))[12:]
TIP = {"maxFeePerGas": 3 * GWEI, "maxPriorityFeePerGas": 7}


def creation(block):
    def effect():
        at(CONTRACT).update(nonce=1, code=RUNTIME)
        # PUSH1, DUP1, two PUSH1, CODECOPY of a word into new memory, PUSH1, RETURN; 200 per byte.
        return 3 + 3 + 3 + 3 + (3 + 3 + 3) + 3 + 200 * len(RUNTIME), 0, [], True

    block.add(0, {"gas": 200000, "to": b"", "data": INIT, **TIP}, 21000 + 32000 + 2 + 4 * tokens(INIT), effect)


def call(block, who, to, argument, gas=100_000, more=None, intrinsic=0, is_warm=False, refund=0, before=nothing):
    data = argument.to_bytes(32, "big")

    def effect():
        before()
        old = at(to)["storage"].get(0, 0)
        store, back = store_gas(old, argument, is_warm)
        if BEFORE_STORE + store > gas - 21000 - 4 * tokens(data) - intrinsic:
            return None, 0, [], False
        at(to)["storage"][0] = argument
        topics = [(0xAA).to_bytes(32, "big"), ACCOUNTS[who].rjust(32, b"\0")]
        return BEFORE_STORE + store, back + refund, [(to, topics, data)], True

    block.add(who, {"gas": gas, "to": to, "data": data, **TIP, **(more or {})},
              21000 + 4 * tokens(data) + intrinsic, effect)


def calls(block):
    call(block, 0, CONTRACT, 7)
    call(block, 1, CONTRACT, 7)
    call(block, 1, CONTRACT, 2**256 - 1, gas=23_000)
    access = access_list((CONTRACT, [0]))
    call(block, 2, CONTRACT, 2**200, more={"accessList": access}, intrinsic=2400 + 1900, is_warm=True)
    call(block, 2, CONTRACT, 0)


def delegation(block):
    authority = ACCOUNTS[2]

    def hand_over():
        at(authority)["nonce"] += 1
        at(authority)["code"] = bytes.fromhex("ef0100") + CONTRACT

    authorization = Account.sign_authorization(
        {"chainId": CHAIN, "address": CONTRACT, "nonce": at(authority)["nonce"]}, KEYS[2])
    # The authority is there already: half of what it costs comes back (EIP-7702).
    call(block, 0, authority, 11, more={"authorizationList": [authorization]}, intrinsic=25000, refund=12500,
         before=hand_over)
    # An account that handed its code over sends, and is called.
    call(block, 2, authority, 12)


def many(block):
    for index in range(200):
        to = keccak(b"recipient %d" % index)[:20]
        block.add(index % 2, {"gas": 21000, "to": to, "value": index + 1, **TIP}, 21000, nothing)


def hexed(value):
    return "0x" + value.hex() if isinstance(value, bytes) else [hexed(one) for one in value]


def proofs():
    accounts = []
    for address in [CONTRACT, ACCOUNTS[0], keccak(b"nobody")[:20]]:
        account = WORLD.get(address, {"nonce": 0, "balance": 0, "code": b"", "storage": {}})
        trie = storage_trie(account)
        accounts.append({
            "address": hexed(address), "accountProof": hexed(proof(state_trie(), keccak(address))),
            "storageHash": hexed(root(trie)), "codeHash": hexed(keccak(account["code"])),
            "storageProof": [{"key": hex(slot), "value": hex(account["storage"].get(slot, 0)),
                              "proof": hexed(proof(trie, keccak(slot.to_bytes(32, "big"))))} for slot in (0, 1)],
        })
    return accounts


def main():
    first = Block({"number": -1, "hash": bytes(32), "next_base": GWEI})
    chain = [first.seal()]
    for fill in [transfers, creation, calls, delegation, lambda block: None, many]:
        block = Block(chain[-1])
        fill(block)
        chain.append(block.seal())
    call_back = Block(chain[-1])
    call(call_back, 1, CONTRACT, 99)
    chain.append(call_back.seal())
    libraries = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ["eth-account", "eth-hash", "rlp"])
    shown = ["hash", "header", "raws", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"]
    blocks = [{key: hexed(block[key]) for key in shown + (["block", "receipts"] if len(block["raws"]) < 10 else [])}
              for block in chain]
    vectors = {
        "generated": f"by scripts/vectors/blocks.py, {libraries}; do not edit",
        "time": TIME, "accounts": [hexed(account) for account in ACCOUNTS], "blocks": blocks, "proofs": proofs(),
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(vectors, indent=1) + "\n")
    print(f"{OUT.name}: {len(blocks)} blocks")


main()
