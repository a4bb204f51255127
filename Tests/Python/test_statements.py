"""Statements that another library signed, through `sluice statement`, `allocate` and `verify`."""
import json
import subprocess
import sys

from eth_account import Account
from eth_account.messages import encode_typed_data

from conftest import ROOT

JURY = Account.from_key("0x" + "11" * 32)
PLAN = f"""
version: 1
name: Signed elsewhere
tokens: [{{name: ACME, decimals: 0}}]
campaigns: [{{name: main, token: ACME}}]
sources:
  - {{name: appeals, file: appeals.jsonl, statements: corrections, token: ACME,
     signers: ["{JURY.address}"]}}
programs:
  - {{name: jury, kind: airdrop, campaign: main, budget: 100, from: appeals, amount: amount,
     unallocated: carry}}
"""


def test_a_wallet_signs_what_statement_digest_asks_for(sluice, tmp_path):
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN)
    drafts = [
        {"plan": "Signed elsewhere", "program": "jury", "epoch": 0, "account": f"0x{number:040x}",
         "decision": "grant" if amount else "deny", "amount": amount, "reason": "Grüße: \"n\""}
        for number, amount in [(7, 30), (8, 0), (9, 20)]
    ]
    path = tmp_path / "drafts.jsonl"
    path.write_text("".join(json.dumps(draft) + "\n" for draft in drafts))
    asked = json.loads(sluice("statement", "digest", plan, "appeals", path, "--json"))
    lines = []
    for draft, entry in zip(drafts, asked["statements"]):
        message = encode_typed_data(full_message=entry["request"])
        signature = Account.sign_message(message, JURY.key).signature
        assert Account._recover_hash(entry["digest"], signature=signature) == JURY.address
        lines.append(json.dumps(draft | {"signature": "0x" + signature.hex()}) + "\n")
    (tmp_path / "appeals.jsonl").write_text("".join(lines))
    bundle = tmp_path / "bundle"
    sluice("allocate", plan, "--out", bundle)
    assert "MATCH" in sluice("verify", bundle, "--plan", plan, "--inputs", tmp_path)
    script = [sys.executable, ROOT / "scripts/verify.py", bundle]
    result = subprocess.run(script, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "main: 2 accounts, 50 base units, 2 proofs" in result.stdout
