#!/usr/bin/env python3
"""Makes the vectors of Tests/Secp256k1Tests: hashes, signatures, and who signed.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/signatures.py

Signatures and keys are eth_account's and eth_keys'. The output depends on nothing but this file and
the libraries' versions.
"""
import importlib.metadata
import json
import pathlib

from eth_account import Account
from eth_keys import keys
from eth_utils import keccak

OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "Tests" / "Secp256k1Tests" / "Vectors" / "signatures.json"
)
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
SECRETS = [1, 2, 3, ORDER - 1, ORDER - 2, 2**128] + [
    int.from_bytes(keccak(text=f"secret {index}"), "big") % ORDER for index in range(18)
]


def entry(secret, digest):
    signed = Account.unsafe_sign_hash(digest, secret.to_bytes(32, "big"))
    key = keys.PrivateKey(secret.to_bytes(32, "big")).public_key
    return {
        "hash": "0x" + digest.hex(), "signature": "0x" + signed.signature.hex(),
        "x": "0x" + key.to_bytes()[:32].hex(), "y": "0x" + key.to_bytes()[32:].hex(),
        "account": key.to_checksum_address(),
    }


def main():
    digests = [bytes(32), b"\xff" * 32, ORDER.to_bytes(32, "big"), (ORDER - 1).to_bytes(32, "big")]
    entries = [entry(SECRETS[6], digest) for digest in digests]
    entries += [
        entry(secret, keccak(text=f"message {index}")) for index, secret in enumerate(SECRETS)
    ]
    version = importlib.metadata.version("eth-account")
    generated = f"by scripts/vectors/signatures.py, eth-account {version}; do not edit"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    OUT.write_text(f'{{"generated":"{generated}","signatures":[\n{lines}\n]}}\n')
    print(f"{OUT.name}: {len(entries)} signatures")


main()
