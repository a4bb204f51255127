#!/usr/bin/env python3
"""Makes the vectors of Tests/StatementsTests: signed corrections, redirects and tasks (EIP-712).

    python3 -m venv .venv && .venv/bin/pip install -r scripts/requirements.txt
    .venv/bin/python scripts/vectors/statements.py

Hashes and signatures are eth_account's, from the types as docs/reference/statements.md states them.
The output depends on nothing but this file and the library's version.
"""
import importlib.metadata
import json
import pathlib

from eth_account import Account
from eth_account.messages import encode_typed_data, _hash_eip191_message
from eth_utils import keccak

OUT = (
    pathlib.Path(__file__).resolve().parents[2]
    / "Tests" / "StatementsTests" / "Vectors" / "statements.json"
)
DOMAIN = {"name": "Sluice", "version": "1"}
TYPES = {
    "corrections": ("Correction", "string plan,string program,uint64 epoch,address account,"
                    "string decision,uint256 amount,string reason"),
    "redirects": ("Redirect", "string plan,address account,address to,uint64 time"),
    "tasks": ("Task", "string plan,address account,string task,uint256 points,uint64 time,bytes32 id"),
}
SECRETS = [keccak(text=f"sluice test key {name}") for name in ["jury", "Ann", "Bob"]]
OLD, NEW = "0x" + "a1" * 20, "0x" + "00" * 19 + "b2"


def signed(kind, secret, message):
    primary, members = TYPES[kind]
    types = [dict(zip(("type", "name"), member.split())) for member in members.split(",")]
    full = encode_typed_data(
        DOMAIN, {primary: types},
        {key: int(value) if key in ("epoch", "amount", "points", "time") else value
         for key, value in message.items()})
    signature = Account.sign_message(full, secret).signature
    return {
        "kind": kind, "message": message, "digest": "0x" + _hash_eip191_message(full).hex(),
        "signature": "0x" + signature.hex(), "signer": Account.from_key(secret).address,
    }


def correction(account, decision, amount, reason, plan="Acme launch", program="appeals", epoch="0"):
    return {"plan": plan, "program": program, "epoch": epoch, "account": account,
            "decision": decision, "amount": amount, "reason": reason}


def main():
    jury, ann, bob = SECRETS
    address = Account.from_key(ann).address
    entries = [
        signed("corrections", jury, correction(address, "grant", "1000", "Its rows were late.")),
        signed("corrections", jury, correction(OLD, "deny", "0", "No trades in the epoch.")),
        signed("corrections", bob, correction(
            NEW, "grant", str(2**256 - 1), 'Grüße "\\" 日本', "Plan \"B\" \\ €", "p-1", str(2**64 - 1))),
        signed("redirects", ann, {
            "plan": "Acme launch", "account": address, "to": NEW, "time": "1798761600"}),
        signed("redirects", ann, {
            "plan": "Acme launch", "account": address, "to": OLD, "time": "1798761599"}),
        signed("redirects", bob, {
            "plan": "", "account": Account.from_key(bob).address, "to": OLD, "time": "0"}),
        signed("redirects", bob, {
            "plan": "x", "account": OLD, "to": OLD, "time": str(2**64 - 1)}),
        signed("tasks", jury, {
            "plan": "Acme launch", "account": address, "task": "daily-login", "points": "10",
            "time": "1798761600", "id": "0x" + "00" * 31 + "01"}),
        signed("tasks", jury, {
            "plan": "Acme launch", "account": NEW, "task": "kill 10 of \"them\" \\",
            "points": str(2**256 - 1), "time": str(2**64 - 1), "id": "0x" + "fe" * 32}),
    ]
    version = importlib.metadata.version("eth-account")
    generated = f"by scripts/vectors/statements.py, eth-account {version}; do not edit"
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    OUT.write_text(f'{{"generated":"{generated}","statements":[\n{lines}\n]}}\n')
    print(f"{OUT.name}: {len(entries)} statements")


main()
