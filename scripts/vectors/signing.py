#!/usr/bin/env python3
"""Makes Tests/DevnetTests/Vectors/signing.json: what a local chain's accounts sign, by eth_account.

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/signing.py

The first typed data is EIP-712's own example, whose signature the EIP publishes. The output depends on
nothing but this file and the libraries' versions.
"""
import importlib.metadata
import json
import pathlib

from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from eth_hash.auto import keccak

OUT = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "DevnetTests" / "Vectors" / "signing.json"
KEYS = [keccak(b"cow"), keccak(b"key 1")]
TO = "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"
DOMAIN = [
    {"name": "name", "type": "string"}, {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"},
]
MAIL = {
    "types": {
        "EIP712Domain": DOMAIN,
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [{"name": "from", "type": "Person"}, {"name": "to", "type": "Person"},
                 {"name": "contents", "type": "string"}],
    },
    "primaryType": "Mail",
    "domain": {"name": "Ether Mail", "version": "1", "chainId": 1,
               "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
    "message": {"from": {"name": "Cow", "wallet": TO},
                "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
                "contents": "Hello, Bob!"},
}
GROUP = {
    "types": {
        "EIP712Domain": [{"name": "salt", "type": "bytes32"}],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallets", "type": "address[]"}],
        "Group": [{"name": "members", "type": "Person[]"}, {"name": "pairs", "type": "int16[2][]"},
                  {"name": "blob", "type": "bytes"}, {"name": "tag", "type": "bytes4"},
                  {"name": "open", "type": "bool"}, {"name": "total", "type": "uint256"}],
    },
    "primaryType": "Group",
    "domain": {"salt": "0x" + "ab" * 32},
    "message": {
        "members": [{"name": "Zoë", "wallets": [TO, TO]}, {"name": "", "wallets": []}],
        "pairs": [[-1, 32767], [0, -32768]], "blob": "0x00ff", "tag": "0x01020304", "open": True,
        "total": str(2**256 - 1),
    },
}
# eth_account wants numbers as numbers.
GROUP_OF_NUMBERS = {**GROUP, "message": {**GROUP["message"], "total": 2**256 - 1}}
FEES = {"maxFeePerGas": 3 * 10**9, "maxPriorityFeePerGas": 10**9}
ACCESS = [{"address": TO, "storageKeys": ["0x" + "00" * 31 + "07"]}]
TRANSACTIONS = [
    {"nonce": 0, "gas": 21000, "gasPrice": 2 * 10**9, "to": TO, "value": 1},
    {"nonce": 3, "gas": 90000, "gasPrice": 2 * 10**9, "to": TO, "data": "0x0102", "accessList": ACCESS, "type": 1},
    {"nonce": 2**32, "gas": 21000, "to": TO, "value": 10**18, **FEES},
    {"nonce": 1, "gas": 100000, "data": "0x60006000f3", "accessList": ACCESS, **FEES},
]


def hexed(number):
    return hex(number) if isinstance(number, int) else number


def transaction(key, fields):
    signed = Account.sign_transaction({"chainId": 31337, "value": 0, **fields}, key)
    asked = {name: hexed(value) for name, value in fields.items()}
    asked["from"] = Account.from_key(key).address
    return {"asked": asked, "raw": "0x" + bytes(signed.raw_transaction).hex(), "hash": "0x" + bytes(signed.hash).hex()}


def set_code(key):
    authorization = Account.sign_authorization({"chainId": 31337, "address": TO, "nonce": 5}, KEYS[1])
    fields = {"nonce": 9, "gas": 100000, "to": TO, **FEES}
    answer = transaction(key, {**fields, "authorizationList": [authorization]})
    answer["asked"]["authorizationList"] = [{
        "chainId": hex(authorization.chain_id), "address": TO, "nonce": hex(authorization.nonce),
        "yParity": hex(authorization.y_parity), "r": hex(authorization.r), "s": hex(authorization.s)}]
    return answer


def main():
    messages, typed = [], []
    for key in KEYS:
        account = Account.from_key(key).address
        for text in [b"", b"Hello", bytes(range(256))]:
            signature = Account.sign_message(encode_defunct(text), key).signature
            messages.append({"account": account, "message": "0x" + text.hex(),
                             "signature": "0x" + bytes(signature).hex()})
        for data, numbers in [(MAIL, MAIL), (GROUP, GROUP_OF_NUMBERS)]:
            signature = Account.sign_message(encode_typed_data(full_message=numbers), key).signature
            typed.append({"account": account, "data": data, "signature": "0x" + bytes(signature).hex()})
    transactions = [transaction(key, fields) for key in KEYS for fields in TRANSACTIONS] + [set_code(KEYS[0])]
    version = importlib.metadata.version("eth-account")
    vectors = {
        "generated": f"by scripts/vectors/signing.py, eth-account {version}; do not edit",
        "keys": ["0x" + key.hex() for key in KEYS], "messages": messages, "typed": typed, "transactions": transactions,
    }
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(vectors, indent=1, ensure_ascii=False) + "\n")
    print(f"{OUT.name}: {len(messages)} messages, {len(typed)} typed, {len(transactions)} transactions")


main()
