"""scripts/verify.py on bundles that `sluice` made, right ones and damaged ones."""
import importlib.util
import json
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT
from Crypto.Hash import keccak

SCRIPT = ROOT / "scripts/verify.py"
# Isolated, without site-packages: Python as a stranger has it, without pycryptodome.
BARE = [sys.executable, "-I", "-S"]
PEER = [sys.executable]


def verify(bundle, python=PEER):
    return subprocess.run([*python, SCRIPT, bundle], capture_output=True, text=True)


@pytest.fixture(scope="session")
def airdrop(sluice, tmp_path_factory):
    """The bundle of the example, and what `sluice` says of it."""
    bundle = tmp_path_factory.mktemp("airdrop") / "bundle"
    said = sluice("allocate", ROOT / "Examples/airdrop/plan.yaml", "--out", bundle, "--json")
    return bundle, json.loads(said)


@pytest.fixture
def bundle(airdrop, tmp_path):
    """A copy of the example's bundle that a test may damage."""
    return shutil.copytree(airdrop[0], tmp_path / "bundle")


@pytest.fixture(scope="session")
def script():
    spec = importlib.util.spec_from_file_location("verify", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("python", [BARE, PEER], ids=["bare", "pycryptodome"])
def test_a_right_bundle_matches_with_its_identity(airdrop, python):
    bundle, said = airdrop
    result = verify(bundle, python)
    assert result.returncode == 0, result.stderr
    expected = [
        f"{c['name']}: {c['count']} accounts, {c['total']} base units, {c['count']} proofs"
        for c in said["campaigns"]
    ]
    assert result.stdout.splitlines() == expected + [f"MATCH {said['identity']}"]
    assert [c["count"] for c in said["campaigns"]] == [55, 12, 2]


def test_without_proofs_the_rest_is_checked(bundle):
    shutil.rmtree(bundle / "proofs")
    result = verify(bundle)
    assert result.returncode == 0
    assert "team: 2 accounts, 200000000000000000000000000 base units, 0 proofs" in result.stdout


def test_shards_of_a_large_campaign(sluice, tmp_path):
    rows = "".join(f"0x{i * 0x9E3779B97F4A7C15 % 2**160:040x},{i}\n" for i in range(1, 1500))
    (tmp_path / "list.csv").write_text("account,points\n" + rows)
    (tmp_path / "plan.yaml").write_text(
        """
version: 1
name: Large
tokens: [{name: ACME, decimals: 0}]
campaigns: [{name: main, token: ACME}]
sources: [{name: list, file: list.csv, columns: [{name: points, type: integer}]}]
programs:
  - {name: all, kind: airdrop, campaign: main, budget: 10000000, from: list, weight: points}
"""
    )
    sluice("allocate", tmp_path / "plan.yaml", "--out", tmp_path / "bundle")
    result = verify(tmp_path / "bundle")
    assert result.returncode == 0
    assert "main: 1499 accounts, 10000000 base units, 1499 proofs" in result.stdout


def test_a_child_bundle_matches(sluice, tmp_path):
    (tmp_path / "plan.yaml").write_text(
        """
version: 1
name: Weekly
tokens: [{name: ACME, decimals: 0}]
campaigns: [{name: main, token: ACME}]
epochs: {start: 2027-01-01, length: 7d, count: 2}
sources: [{name: list, file: list.csv, columns: [{name: points, type: integer}]}]
programs:
  - {name: all, kind: airdrop, campaign: main, budget: 100, from: list, weight: points,
     emission: {shape: constant}}
"""
    )
    for epoch, points in enumerate([0, 1]):
        (tmp_path / "list.csv").write_text(f"account,points\n0x{7:040x},{points}\n")
        more = ["--parent", tmp_path / "0"] if epoch else []
        plan, out = tmp_path / "plan.yaml", tmp_path / str(epoch)
        sluice("allocate", plan, "--out", out, "--epoch", epoch, *more)
        assert verify(out).returncode == 0
    # Nobody earned the first half: it was carried over.
    assert "main: 1 accounts, 100 base units, 1 proofs" in verify(tmp_path / "1").stdout


# Damage: what is done, and the beginning of what the script must say.


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def commit(bundle, path, value):
    """Sets a member of the commitment and writes it in its one form."""
    commitment = json.loads((bundle / "commitment.json").read_text())
    place = commitment
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    text = json.dumps(commitment, sort_keys=True, separators=(",", ":"))
    (bundle / "commitment.json").write_text(text)


def edit_and_commit(bundle, name, old, new):
    """Edits a file and commits to it, so that only its content is wrong."""
    edit(bundle / name, old, new)
    digest = keccak.new(digest_bits=256, data=(bundle / name).read_bytes()).hexdigest()
    commit(bundle, ["files", name], "0x" + digest)


def shard(bundle, campaign="team"):
    (path,) = (bundle / "proofs" / campaign).glob("*/all.json")
    return path


def edit_shard(bundle, change):
    path = shard(bundle)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def raise_amount(content):
    content["entries"][0][1] += "0"


def drop_entry(content):
    content["entries"].pop()


def stray_row(bundle):
    row = f"others,0,0x{7:040x},1\n"
    edit_and_commit(bundle, "allocations.csv", "amount\n", "amount\n" + row)


def other_campaign(bundle):
    row = f"others,0x{7:040x},1\n"
    edit_and_commit(bundle, "entitlements.csv", "entitlement\n", "entitlement\n" + row)


def second_row(bundle):
    """An account of the team twice, its two halves adding up to what it had."""
    name = "entitlements.csv"
    line = next(x for x in (bundle / name).read_text().splitlines() if x.startswith("team,"))
    half = line.replace(",100000000000000000000000000", ",50000000000000000000000000")
    assert half != line
    edit_and_commit(bundle, name, line + "\n", half + "\n" + half + "\n")


DAMAGE = {
    "a raised allocation": (
        lambda b: edit_and_commit(b, "allocations.csv", ",100000000000000000000000000", ",2"),
        "allocated by founders: published 200000000000000000000000000",
    ),
    "an allocation changed without its hash": (
        lambda b: edit(b / "allocations.csv", "founders,0", "founders,1"),
        "hash of allocations.csv",
    ),
    "an exclusion changed": (
        lambda b: edit(b / "exclusions.csv", "zero-weight", "below-one-unit"),
        "hash of exclusions.csv",
    ),
    "an input changed": (
        lambda b: edit(b / "inputs/recipients.csv", ",12000", ",12001"),
        "hash of inputs/recipients.csv",
    ),
    "a wrong number of rows": (
        lambda b: commit(b, ["inputs", 0, "rows"], 59),
        "rows of inputs/recipients.csv: published 59, recomputed 60",
    ),
    "a row of no program": (stray_row, "programs in allocations.csv: published ['others']"),
    "a row of no campaign": (other_campaign, "campaigns in entitlements.csv: published ['others']"),
    "a raised sum": (
        lambda b: commit(b, ["programs", 1, "allocated"], "1"),
        "allocated by builders: published 1, recomputed 2587499250000000000000000",
    ),
    "a raised budget": (
        lambda b: commit(b, ["programs", 1, "budget"], "1"),
        "budget of builders: published 1, recomputed 2587499250000000000000000",
    ),
    "a forgotten carry": (
        lambda b: commit(b, ["programs", 2, "carry"], "7"),
        "budget of founders: published 200000000000000000000000000",
    ),
    "a raised total": (
        lambda b: commit(b, ["campaigns", 2, "total"], "200000000000000000000000001"),
        "total of team: published 200000000000000000000000001",
    ),
    "a raised entitlement": (
        lambda b: edit_and_commit(b, "entitlements.csv", ",100000000000000000000000000", ",1"),
        "total of team",
    ),
    "a wrong count": (
        lambda b: commit(b, ["campaigns", 2, "count"], 3),
        "count of team: published 3, recomputed 2",
    ),
    "two rows of an account": (second_row, "root of team"),
    "another root": (
        lambda b: commit(b, ["campaigns", 2, "root"], "0x" + "11" * 32),
        "root of team: published 0x1111",
    ),
    "another campaign identifier": (
        lambda b: commit(b, ["campaigns", 2, "campaign"], "0x" + "11" * 32),
        "root of team",
    ),
    "a raised amount in a shard": (lambda b: edit_shard(b, raise_amount), "root of proofs/team/"),
    "a proof of a shard changed": (
        lambda b: edit_shard(b, lambda s: s["proof"].append("0x" + "11" * 32)),
        "the bundle cannot be read: ValueError",
    ),
    "an account missing in a shard": (
        lambda b: edit_shard(b, drop_entry),
        "the bundle cannot be read: IndexError",
    ),
    "an account hidden behind its leaf's hash": (None, "entitlement of the proof of"),
    "a key twice": (
        lambda b: edit(b / "commitment.json", '"epoch":0', '"epoch":0,"epoch":0'),
        "form of commitment.json",
    ),
    "a line end": (
        lambda b: edit(b / "commitment.json", '"law":1', '"law":1\n'),
        "form of commitment.json",
    ),
    "another format": (
        lambda b: commit(b, ["format"], "sluice-bundle-v9"),
        "format: published sluice-bundle-v9, recomputed sluice-bundle-v1",
    ),
    "a missing data file": (
        lambda b: (b / "entitlements.csv").unlink(),
        "the bundle cannot be read: FileNotFoundError",
    ),
    "a missing member": (
        lambda b: commit(b, ["campaigns", 0], {}),
        "the bundle cannot be read: KeyError",
    ),
    "a member of another kind": (
        lambda b: commit(b, ["files"], []),
        "the bundle cannot be read: AttributeError",
    ),
    "a commitment that is no JSON": (
        lambda b: (b / "commitment.json").write_text("{"),
        "the bundle cannot be read: JSONDecodeError",
    ),
    "a commitment that is nested for ever": (
        lambda b: (b / "commitment.json").write_text("[" * 100_000),
        "the bundle cannot be read: RecursionError",
    ),
}


def hide_account(bundle, script):
    """Puts an account's leaf into the proof in place of its entry: the root still comes out."""
    content = json.loads(shard(bundle).read_text())
    campaign = json.loads((bundle / "commitment.json").read_text())["campaigns"][2]["campaign"]
    hidden = script.leaf(script.unhex(campaign), *content["entries"].pop())
    content["proof"], content["flags"] = ["0x" + hidden.hex()], "0"
    shard(bundle).write_text(json.dumps(content))


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_a_difference(bundle, script, name):
    damage, words = DAMAGE[name]
    if damage:
        damage(bundle)
    else:
        hide_account(bundle, script)
    result = verify(bundle)
    assert result.returncode == 1
    assert result.stderr.startswith("DIFFERENCE: " + words), result.stderr
    assert "Traceback" not in result.stderr
    assert "MATCH" not in result.stdout


def test_both_programs_find_the_same_damage(bundle, sluice):
    commit(bundle, ["campaigns", 2, "total"], "1")
    with pytest.raises(AssertionError, match="total"):
        sluice("verify", bundle)
    assert verify(bundle, BARE).stderr.startswith("DIFFERENCE: total of team: published 1")


def test_its_own_keccak_is_the_one_of_a_library(script, monkeypatch):
    assert script.fast is not None, "pycryptodome is a requirement of the tests"
    # Every length around the rate of 136 bytes and its double.
    for length in [0, 1, 31, 32, 64, 96, 134, 135, 136, 137, 271, 272, 273, 500]:
        data = bytes(7 * i % 256 for i in range(length))
        expected = keccak.new(digest_bits=256, data=data).digest()
        with monkeypatch.context() as patch:
            patch.setattr(script, "fast", None)
            assert script.keccak(data) == expected


def test_wrong_use_shows_how_to_use_it():
    result = subprocess.run([*BARE, SCRIPT], capture_output=True, text=True)
    assert result.returncode == 1
    assert "python3 scripts/verify.py BUNDLE" in result.stderr
