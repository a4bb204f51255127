#!/usr/bin/env python3
"""Writes a plan of tasks and so many statements that a game signed: signed_tasks.py FOLDER COUNT

Hashes by pycryptodome, signatures by the system's libsecp256k1, both without Sluice. The statements are about a
tenth as many accounts, and their times are in the plan's first epoch.
"""

import ctypes
import random
import sys
from pathlib import Path

from Crypto.Hash import keccak

NAME = "Signed tasks"
START, WEEK = 1_767_571_200, 604_800
SECRET = bytes.fromhex("51" * 32)

PLAN = """version: 1
name: {name}
tokens: [{{name: ACME, decimals: 18, supply: 1000000}}]
campaigns: [{{name: rewards, token: ACME}}]
epochs: {{start: 2026-01-05, length: 7d, count: 4}}
sources:
  - {{name: quests, file: quests.jsonl, statements: tasks, signers: [{signer}]}}
programs:
  - name: players
    kind: tasks
    campaign: rewards
    budget: 10000
    emission: {{shape: constant}}
    from: quests
    weight: points
"""


def digest(data):
    return keccak.new(digest_bits=256, data=data).digest()


def word(number):
    return number.to_bytes(32, "big")


class Key:
    """A key of libsecp256k1, which signs recoverably."""

    def __init__(self, secret):
        self.library = ctypes.CDLL("libsecp256k1.so.1")
        self.library.secp256k1_context_create.restype = ctypes.c_void_p
        # SECP256K1_CONTEXT_NONE
        self.context = ctypes.c_void_p(self.library.secp256k1_context_create(1))
        self.secret = secret

    @property
    def account(self):
        public, point, size = (
            ctypes.create_string_buffer(64), ctypes.create_string_buffer(65), ctypes.c_size_t(65))
        self.library.secp256k1_ec_pubkey_create(self.context, public, self.secret)
        # SECP256K1_EC_UNCOMPRESSED
        self.library.secp256k1_ec_pubkey_serialize(
            self.context, point, ctypes.byref(size), public, 2)
        return "0x" + digest(point.raw[1:])[12:].hex()

    def sign(self, message):
        signature, compact, recovery = (
            ctypes.create_string_buffer(65), ctypes.create_string_buffer(64), ctypes.c_int())
        self.library.secp256k1_ecdsa_sign_recoverable(
            self.context, signature, message, self.secret, None, None)
        self.library.secp256k1_ecdsa_recoverable_signature_serialize_compact(
            self.context, compact, ctypes.byref(recovery), signature)
        return compact.raw + bytes([27 + recovery.value])


def main():
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    key, numbers = Key(SECRET), random.Random(9)
    (folder / "plan.yaml").write_text(PLAN.format(name=NAME, signer=key.account))
    domain = digest(
        digest(b"EIP712Domain(string name,string version)") + digest(b"Sluice") + digest(b"1"))
    kind = digest(
        b"Task(string plan,address account,string task,uint256 points,uint64 time,bytes32 id)")
    plan, task = digest(NAME.encode()), digest(b"daily")
    accounts = [numbers.getrandbits(160) or 1 for _ in range(max(1, count // 10))]
    with open(folder / "quests.jsonl", "w") as target:
        for number in range(count):
            account, points = numbers.choice(accounts), numbers.randrange(1, 100)
            time = START + numbers.randrange(WEEK)
            statement = digest(
                kind + plan + word(account) + task + word(points) + word(time) + word(number))
            signature = key.sign(digest(b"\x19\x01" + domain + statement)).hex()
            target.write(
                f'{{"account":"0x{account:040x}","id":"0x{number:064x}","plan":"{NAME}",'
                f'"points":"{points}","signature":"0x{signature}","task":"daily","time":"{time}"}}\n')


if __name__ == "__main__":
    main()
