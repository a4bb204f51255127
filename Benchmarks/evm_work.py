#!/usr/bin/env python3
"""Writes the calls that `Benchmarks/run evm` times: evm_work.py FILE CAMPAIGNS DEPTH

One call per line, `GROUP TIME FROM TO INPUT`: the second in which it happens, who calls whom (`-` creates a
contract; its address is that of the caller's nonce 0), and the bytes. The group `prepare` is not timed. The others:

    empty      calls of an account without code
    claims     of 2^DEPTH accounts in each campaign, from Distributor, in our own Token
    transfers  of Token, from one holder to as many new ones
    again      the same transfers once more, to accounts that hold some
    loop       a loop of seven operations, 20,000,000 turns
    products   a loop of products and memory, 10,000,000 turns
    hashes     a loop that hashes 64 bytes, 500,000 turns

`check` asks for what the calls left. Both programs write what every call returned, and have to agree.
"""

import json
import sys
from pathlib import Path

import rlp
from eth_abi import encode
from eth_abi.grammar import parse
from eth_utils import keccak

CONTRACTS = Path(__file__).resolve().parents[1] / "contracts"
sys.path.insert(0, str(CONTRACTS / "tests" / "model"))
from distributor_identity import identifier, terms_tuple  # noqa: E402
from distributor_tree import leaf, parent  # noqa: E402

CHAIN, START, DAY, UNIT = 1, 1_800_000_000, 86_400, 10**18
NOBODY = bytes(32)
OWNER, HOLDER = b"\x11" * 20, b"\x22" * 20
CREATE = (
    "create(address,bytes32,((uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64),"
    "uint64,uint64,uint8,uint256,address,address,address))")
ENTITLEMENT = 1234 * UNIT + 567_890_123


def turns(body, count):
    """Code that runs the body so many times, with the turns left on top of the stack."""
    # PUSH4 count; JUMPDEST; body; PUSH1 1; SWAP1; SUB; DUP1; PUSH1 5; JUMPI; STOP
    return b"\x63" + count.to_bytes(4, "big") + b"\x5b" + body + bytes.fromhex("6001900380600557") + b"\x00"


LOOPS = {
    "loop": turns(b"", 20_000_000),
    # DUP1; DUP1; MUL; PUSH0; MSTORE; PUSH0; MLOAD; DUP2; ADD; POP
    "products": turns(bytes.fromhex("8080025f525f51810150"), 10_000_000),
    # PUSH1 64; PUSH0; KECCAK256; PUSH0; MSTORE
    "hashes": turns(bytes.fromhex("60405f205f52"), 500_000),
}


def placing(code):
    """Code that makes a contract of the code."""
    # PUSH2 count; DUP1; PUSH1 10; PUSH0; CODECOPY; PUSH0; RETURN
    return b"\x61" + len(code).to_bytes(2, "big") + bytes.fromhex("80600a5f395ff3") + code


def created(sender):
    return keccak(rlp.encode([sender, 0]))[12:]


def data(signature, *values):
    types = parse(signature[signature.index("("):]).components
    return keccak(text=signature)[:4] + encode([kind.to_type_str() for kind in types], values)


def layered(leaves):
    """The root over 2^n sorted leaves, and the proof of each."""
    proofs, level, width = [[] for _ in leaves], leaves, 1
    while len(level) > 1:
        for number, proof in enumerate(proofs):
            proof.append(level[number // width ^ 1])
        level = [parent(*level[at:at + 2]) for at in range(0, len(level), 2)]
        width *= 2
    return level[0], proofs


def creation_code(contract):
    artifact = json.loads((CONTRACTS / "artifacts" / f"{contract}.json").read_text())
    return bytes.fromhex(artifact["creation_bytecode"][2:])


def immediate_terms(owner):
    roles = {role: owner for role in ("owner", "publisher", "guardian")}
    return {
        "schedule": {"shape": 0}, "window": DAY, "expiry": 0, "claim_policy": 1, "maximum_increase": 0, **roles}


class Work:
    def __init__(self, file):
        self.file, self.time, self.contracts = file, START, 0

    def call(self, group, sender, to, input):
        to = f"0x{to.hex()}" if to else "-"
        self.file.write(f"{group} {self.time} 0x{sender.hex()} {to} 0x{input.hex()}\n")

    def create(self, code):
        self.contracts += 1
        sender = b"\xde" * 19 + bytes([self.contracts])
        self.call("prepare", sender, None, code)
        return created(sender)


def claimant(campaign, number):
    return keccak(text=f"claimant {campaign} {number}")[12:]


def write_campaign(work, distributor, token, number, depth):
    """A campaign that is live, and its claims, which follow when all campaigns are."""
    terms = immediate_terms(OWNER)
    salt = number.to_bytes(32, "big")
    campaign = identifier(CHAIN, distributor, token, OWNER, salt, terms)
    accounts = {leaf(campaign, account, ENTITLEMENT): account
                for account in (claimant(number, place) for place in range(2**depth))}
    leaves = sorted(accounts)
    root, proofs = layered(leaves)
    total = ENTITLEMENT << depth
    for signature, *values in [
        (CREATE, token, salt, terms_tuple(terms)), ("fund_to(bytes32,uint256)", campaign, total),
        ("propose(bytes32,bytes32,bytes32,bytes32,uint256,string)",
         campaign, NOBODY, root, b"\x01" * 32, total, "ipfs://" + "b" * 59),
    ]:
        work.call("prepare", OWNER, distributor, data(signature, *values))
    return campaign, [(accounts[each], proof) for each, proof in zip(leaves, proofs)]


def main():
    path, campaigns, depth = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with open(path, "w") as file:
        work = Work(file)
        distributor = work.create(creation_code("Distributor"))
        token = work.create(creation_code("Token") + encode(
            ["string", "string", "uint8", "uint256", "uint256", "address"],
            ["Benchmark", "BENCH", 18, 10**9 * UNIT, CHAIN, OWNER]))
        loops = {name: work.create(placing(code)) for name, code in LOOPS.items()}
        halves = [(OWNER, 5 * 10**8 * UNIT), (HOLDER, 5 * 10**8 * UNIT)]
        work.call("prepare", OWNER, token, data("genesis(address,(address,uint256)[])", b"\0" * 20, halves))
        work.call("prepare", OWNER, token, data("approve(address,uint256)", distributor, 2**256 - 1))
        opened = [write_campaign(work, distributor, token, number, depth) for number in range(campaigns)]
        work.time += DAY
        for campaign, _ in opened:
            work.call("prepare", OWNER, distributor, data("activate(bytes32)", campaign))
        claims = [(campaign, *claim) for campaign, listed in opened for claim in listed]
        holders = [keccak(b"holder " + account)[12:] for _, account, _ in claims]
        for holder in holders:
            work.call("empty", holder, b"\x33" * 20, b"")
        for campaign, account, proof in claims:
            work.call("claims", account, distributor, data(
                "claim(bytes32,address,uint256,bytes32[],bytes32)", campaign, account, ENTITLEMENT, proof, NOBODY))
        for group in ("transfers", "again"):
            for holder in holders:
                work.call(group, HOLDER, token, data("transfer(address,uint256)", holder, 3 * UNIT + 7))
        for name, contract in loops.items():
            work.call(name, OWNER, contract, b"")
        for account in [OWNER, HOLDER, distributor, *holders, *(account for _, account, _ in claims)]:
            work.call("check", OWNER, token, data("balanceOf(address)", account))
        for campaign, _ in opened:
            work.call("check", OWNER, distributor, data("state(bytes32)", campaign))


if __name__ == "__main__":
    main()
