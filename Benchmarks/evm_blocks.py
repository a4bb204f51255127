#!/usr/bin/env python3
"""Writes the blocks that `Benchmarks/run evm` times: evm_blocks.py FILE CLAIMS BLOCK

`fund ACCOUNT` gives an account 10^24 wei at the start, `block GROUP TIME` begins a block, and each line under it is one
signed transaction. The group `prepare` makes a campaign whose tree is 12 deep, and is not timed; `claims` are so many
claims by their accounts, so many per block.
"""

import sys

from eth_abi import encode
from eth_keys import keys
from eth_utils import keccak
from evm_work import (
    CHAIN, CREATE, DAY, ENTITLEMENT, NOBODY, START, UNIT, creation_code, created, data, immediate_terms, layered)
from distributor_identity import identifier, terms_tuple
from distributor_tree import leaf
from eth_account import Account

DEPTH = 12


class Blocks:
    def __init__(self, file):
        self.file, self.nonces = file, {}

    def begin(self, group, time):
        self.file.write(f"block {group} {time}\n")

    def send(self, key, to, input, gas):
        sender = key.public_key.to_canonical_address()
        nonce = self.nonces.get(sender, 0)
        self.nonces[sender] = nonce + 1
        signed = Account.sign_transaction(
            {"type": 2, "chainId": CHAIN, "nonce": nonce, "maxPriorityFeePerGas": 1, "maxFeePerGas": 10**9, "gas": gas,
             "to": to or b"", "value": 0, "data": input}, key.to_bytes())
        self.file.write(f"0x{signed.raw_transaction.hex().removeprefix('0x')}\n")


def prepare(blocks, people, claims):
    """The campaign, and the claims of the first accounts with their proofs."""
    first, second = people[:2]
    owner = first.public_key.to_canonical_address()
    distributor, token = created(owner), created(second.public_key.to_canonical_address())
    terms = immediate_terms(owner)
    campaign = identifier(CHAIN, distributor, token, owner, NOBODY, terms)
    accounts = [key.public_key.to_canonical_address() for key in people]
    accounts += [keccak(text=f"nobody {number}")[12:] for number in range(2**DEPTH - len(people))]
    places = {leaf(campaign, account, ENTITLEMENT): number for number, account in enumerate(accounts)}
    root, proofs = layered(sorted(places))
    total = ENTITLEMENT << DEPTH
    blocks.begin("prepare", START)
    blocks.send(first, None, creation_code("Distributor"), 6_000_000)
    blocks.send(second, None, creation_code("Token") + encode(
        ["string", "string", "uint8", "uint256", "uint256", "address"],
        ["Benchmark", "BENCH", 18, 10**9 * UNIT, CHAIN, owner]), 6_000_000)
    for to, signature, *values in [
        (token, "genesis(address,(address,uint256)[])", b"\0" * 20, [(owner, 10**9 * UNIT)]),
        (token, "approve(address,uint256)", distributor, 2**256 - 1),
        (distributor, CREATE, token, NOBODY, terms_tuple(terms)),
        (distributor, "fund_to(bytes32,uint256)", campaign, total),
        (distributor, "propose(bytes32,bytes32,bytes32,bytes32,uint256,string)",
         campaign, NOBODY, root, b"\x01" * 32, total, "ipfs://" + "b" * 59),
    ]:
        blocks.send(first, to, data(signature, *values), 1_000_000)
    blocks.begin("prepare", START + DAY)
    blocks.send(first, distributor, data("activate(bytes32)", campaign), 1_000_000)
    proof_of = dict(zip((places[each] for each in sorted(places)), proofs))
    for number in range(claims):
        yield people[number], distributor, data(
            "claim(bytes32,address,uint256,bytes32[],bytes32)",
            campaign, accounts[number], ENTITLEMENT, proof_of[number], NOBODY)


def main():
    path, claims, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    people = [keys.PrivateKey(keccak(text=f"key {number}")) for number in range(max(claims, 2))]
    with open(path, "w") as file:
        for key in people:
            file.write(f"fund 0x{key.public_key.to_canonical_address().hex()}\n")
        blocks = Blocks(file)
        for number, (key, to, input) in enumerate(prepare(blocks, people, claims)):
            if number % size == 0:
                blocks.begin("claims", START + DAY + 12 * (1 + number // size))
            blocks.send(key, to, input, 200_000)


if __name__ == "__main__":
    main()
