#!/usr/bin/env python3
"""Makes the Keccak-256 vectors of Tests/EthereumPrimitivesTests: messages of every length.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/keccak256.py

Byte k of the message of n bytes is (31·k + n) mod 256, so that no two messages begin alike for
long. The output depends on nothing but this file and the library's version.
"""
import json
import pathlib

import Crypto
from Crypto.Hash import keccak

OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "Tests" / "EthereumPrimitivesTests" / "Vectors" / "keccak256.json"
)
# Every length up to more than two blocks of 136 bytes, and some beyond.
LENGTHS = [*range(301), 407, 408, 409, 1000, 4096, 10007]


def message(length):
    return bytes((31 * place + length) % 256 for place in range(length))


def main():
    hashes = {
        str(length): "0x" + keccak.new(digest_bits=256, data=message(length)).hexdigest()
        for length in LENGTHS
    }
    content = {
        "generated": f"by scripts/vectors/keccak256.py, pycryptodome {Crypto.__version__};"
        " do not edit",
        "message": "byte k of n: (31 * k + n) mod 256",
        "hashes": hashes,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
