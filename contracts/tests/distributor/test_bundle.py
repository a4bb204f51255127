"""A bundle that `sluice allocate` made, paid proof by proof by the contract.

Runs where the environment names the program: SLUICE=.build/release/sluice. The worked example of
docs/reference/bundle.md is always paid.
"""

import functools
import json
import os
import pathlib
import random
import subprocess

import boa
import distributor_kit as kit
import distributor_schedule as law
import pytest
from distributor_identity import terms_tuple
from distributor_kit import DAY, NONE, UNIT, schedule_of
from distributor_tree import Tree
from eth_utils import keccak, to_checksum_address

SLUICE = os.environ.get("SLUICE")
needs_program = pytest.mark.skipif(not SLUICE, reason="SLUICE does not name the program")
OWNER, PUBLISHER, GUARDIAN, DISTRIBUTOR, TOKEN, CREATOR, SALT = (
    "0x" + digit * length for digit, length in zip("1234567", (40, 40, 40, 40, 40, 40, 64))
)
TERMS = {
    "window": 2 * DAY,
    "expiry": 0,
    "claim_policy": 1,
    "maximum_increase": 0,
    "owner": OWNER,
    "publisher": PUBLISHER,
    "guardian": GUARDIAN,
}
RECIPIENTS = 1000
PLACE = f"""
    deployment:
      chain: 1
      distributor: "{DISTRIBUTOR}"
      token: "{TOKEN}"
      creator: "{CREATOR}"
      salt: "{SALT}"
      roles:
        owner: "{OWNER}"
        publisher: "{PUBLISHER}"
        guardian: "{GUARDIAN}"
"""
PLAN = f"""
version: 1
name: Paid by the contract
tokens:
  - name: ACME
    decimals: 18
    supply: 1000000000
epochs:
  start: 2027-01-04
  length: 7d
  count: 3
campaigns:
  - name: community
    token: ACME
    terms:
      window: 48h
      expiry: never
      claims: anyone{PLACE}
  - name: team
    token: ACME
    vesting:
      shape: steps
      start: 2027-01-31T10:00:00Z
      initial: 12.5%
      every: 1 month
      count: 12
    terms:
      window: 48h
      expiry: never
      claims: anyone{PLACE}
sources:
  - name: recipients
    file: recipients.csv
    columns:
      - name: points
        type: integer
programs:
  - name: early
    kind: airdrop
    campaign: community
    budget: 5%
    emission:
      shape: constant
    from: recipients
    weight: points
  - name: founders
    kind: premine
    campaign: team
    budget: 20%
    recipients:
      - account: "0xd17Ec807617d8c5A927f81e5C7eb0a661b45036B"
        amount: 150000000
      - account: "0xF4C08fD901E71A1E9e744ed33252331E2aaf0029"
        amount: 50000000
"""
TEAM = schedule_of(
    "steps", start=1_801_389_600, initial_unlock=125_000_000, step_months=1, step_count=12
)


@pytest.fixture
def place(people):
    """The distributor and the token where the plans here say that they are."""
    contract = kit.deployer("src", "Distributor").deploy(override_address=DISTRIBUTOR)
    token = kit.deployer("mocks", "PlainToken").deploy(override_address=TOKEN)
    token.mint(OWNER, 10**9 * UNIT)
    token.approve(contract, kit.ENDLESS, sender=OWNER)
    return contract, token


def opened(place, schedule, funds):
    contract, token = place
    terms = terms_tuple({**TERMS, "schedule": schedule})
    campaign = contract.create(token, bytes.fromhex(SALT[2:]), terms, sender=CREATOR)
    contract.fund_to(campaign, funds, sender=OWNER)
    return campaign


def test_the_worked_example_of_the_bundles_page_is_paid(place):
    schedule = schedule_of(
        "linear",
        start=1_798_761_600,
        initial_unlock=10**8,
        cliff=365 * DAY,
        duration=1460 * DAY,
    )
    contract, _ = place
    campaign = opened(place, schedule, 6000)
    assert campaign.hex() == "e60f02747e0eb81c4cdc95269afc9a1ddb836a06cc9fc894bd7e6e79c0a59052"
    rows = [("0x" + "0" * 38 + f"a{n}", 1000 * n) for n in (1, 2, 3)]
    tree = Tree(campaign, rows)
    assert tree.root.hex() == "5e5b37a838fbccc78ca1d837422315f34722ac4f7584d1c7ed28d3961a9cc765"
    contract.propose(campaign, NONE, tree.root, kit.COMMITMENT, 6000, "", sender=PUBLISHER)
    kit.set_time(schedule["start"] + 1460 * DAY)
    for account, entitlement in rows:
        proof = tree.proof(account)
        assert contract.claim(campaign, account, entitlement, proof, NONE) == entitlement


class Bundle:
    """What the program wrote, and proofs from its shards alone."""

    def __init__(self, folder):
        self.folder = folder
        self.commitment = (folder / "commitment.json").read_bytes()
        entries = json.loads(self.commitment)["campaigns"]
        self.campaigns = {entry["name"]: entry for entry in entries}

    def hash(self, name, key):
        return bytes.fromhex(self.campaigns[name][key][2:])

    def total(self, name):
        return int(self.campaigns[name]["total"])

    @functools.cache
    def claims(self, name):
        """(account, entitlement, proof) of every leaf: a shard with all leaves is a whole tree."""
        (shard,) = (self.folder / "proofs" / name).glob("*/all.json")
        content = json.loads(shard.read_text())
        rows = [(to_checksum_address(account), int(amount)) for account, amount in content["entries"]]
        tree = Tree(self.hash(name, "campaign"), rows)
        assert tree.root == self.hash(name, "root")
        return [(*row, tree.proof(*row)) for row in rows]


@pytest.fixture(scope="module")
def allocate(tmp_path_factory):
    """Bundles by epoch, parent and seed of the recipients' points; made once each."""
    made = {}

    def allocated(epoch=0, parent=None, seed=1):
        if (epoch, seed) not in made:
            folder = tmp_path_factory.mktemp("bundle")
            r = random.Random(seed)
            accounts = [keccak(text=f"recipient {n}")[12:].hex() for n in range(RECIPIENTS)]
            lines = [f"0x{account},{r.randrange(1, 10**6)}" for account in accounts]
            (folder / "recipients.csv").write_text("account,points\n" + "\n".join(lines) + "\n")
            (folder / "plan.yaml").write_text(PLAN)
            command = [str(pathlib.Path(SLUICE).resolve()), "allocate", folder / "plan.yaml"]
            command += ["--out", folder / "out", "--epoch", str(epoch)]
            command += ["--parent", parent.folder] if parent else []
            subprocess.run(command, check=True, capture_output=True)
            made[epoch, seed] = Bundle(folder / "out")
        return made[epoch, seed]

    return allocated


def propose(contract, bundle, name, parent_root=NONE, total=None, root=None):
    contract.propose(
        bundle.hash(name, "campaign"),
        parent_root,
        root or bundle.hash(name, "root"),
        keccak(bundle.commitment),
        bundle.total(name) if total is None else total,
        "ipfs://bundle",
        sender=PUBLISHER,
    )


def go_live(contract, bundle, name, parent_root=NONE):
    propose(contract, bundle, name, parent_root)
    kit.pass_time(2 * DAY)
    assert contract.state(bundle.hash(name, "campaign")).live.root == bundle.hash(name, "root")


def paid(contract, bundle, name):
    """What all claims of the bundle pay, each to its account."""
    campaign, sum_ = bundle.hash(name, "campaign"), 0
    for account, entitlement, proof in bundle.claims(name):
        sum_ += contract.claim(campaign, account, entitlement, proof, NONE)
    return sum_


@needs_program
def test_a_bundle_is_claimed_in_full(place, allocate):
    contract, token = place
    bundle = allocate()
    for name, schedule in (("community", kit.IMMEDIATE), ("team", TEAM)):
        assert opened(place, schedule, bundle.total(name)) == bundle.hash(name, "campaign")
        go_live(contract, bundle, name)
    assert len(bundle.claims("community")) == RECIPIENTS
    assert paid(contract, bundle, "community") == bundle.total("community")
    for account, entitlement, _ in bundle.claims("community"):
        assert token.balanceOf(account) == entitlement
    for number in range(13):
        kit.set_time(law.step_time(TEAM, number))
        expected = sum(law.vested(TEAM, row[1], kit.now()) for row in bundle.claims("team"))
        paid(contract, bundle, "team")
        assert contract.state(bundle.hash("team", "campaign")).claimed == expected
    assert token.balanceOf(contract) == 0


@needs_program
def test_no_forged_proof_of_a_bundle_is_paid(place, allocate):
    contract, _ = place
    bundle = allocate()
    campaign = opened(place, kit.IMMEDIATE, bundle.total("community"))
    team = opened(place, TEAM, 10**6)
    go_live(contract, bundle, "community")
    claims = bundle.claims("community")
    for number, (account, entitlement, proof) in enumerate(claims):
        other, more, _ = claims[number - 1]
        forged = (
            (campaign, other, entitlement, proof),
            (campaign, account, entitlement + 1, proof),
            (campaign, account, more, proof),
            (campaign, account, entitlement, proof[:-1]),
            (campaign, account, entitlement, proof + proof[:1]),
            (team, account, entitlement, proof),
        )
        with boa.reverts("proof does not fit"):
            contract.claim(*forged[number % len(forged)], NONE)
    boa.env.evm.patch.chain_id = 10
    try:
        abroad = opened(place, kit.IMMEDIATE, UNIT)
        root = bundle.hash("community", "root")
        contract.propose(abroad, NONE, root, kit.COMMITMENT, UNIT, "", sender=PUBLISHER)
        kit.pass_time(2 * DAY)
        assert abroad != campaign and contract.state(abroad).live.root == root
        account, entitlement, proof = claims[0]
        with boa.reverts("proof does not fit"):
            contract.claim(abroad, account, entitlement, proof, NONE)
    finally:
        boa.env.evm.patch.chain_id = 1


@needs_program
def test_epochs_follow_each_other_over_a_veto_a_void_and_a_reissue(place, allocate):
    contract, token = place
    first = allocate()
    campaign = opened(place, kit.IMMEDIATE, 50_000_000 * UNIT)
    go_live(contract, first, "community")
    half = first.claims("community")[: RECIPIENTS // 2]
    for account, entitlement, proof in half:
        contract.claim(campaign, account, entitlement, proof, NONE)
    live = first.hash("community", "root")

    vetoed = allocate(epoch=1, parent=first, seed=2)
    assert vetoed.hash("community", "parentRoot") == live
    propose(contract, vetoed, "community", live)
    contract.veto(campaign, vetoed.hash("community", "root"), sender=GUARDIAN)
    with boa.reverts("was vetoed"):
        propose(contract, vetoed, "community", live)

    # A publisher who lowers somebody's entitlement by a unit.
    rows = [row[:2] for row in vetoed.claims("community")]
    account, entitlement, proof = first.claims("community")[7]
    wrong = Tree(campaign, [row for row in rows if row[0] != account] + [(account, entitlement - 1)])
    propose(contract, vetoed, "community", live, root=wrong.root)
    pending = (entitlement - 1, wrong.proof(account))
    contract.void_lowered(campaign, account, entitlement, proof, *pending)
    with boa.reverts("was voided"):
        propose(contract, vetoed, "community", live, root=wrong.root)
    kit.pass_time(30 * DAY)
    assert contract.state(campaign).live.root == live

    reissued = allocate(epoch=1, parent=first, seed=3)
    assert reissued.hash("community", "root") != vetoed.hash("community", "root")
    go_live(contract, reissued, "community", live)
    last = allocate(epoch=2, parent=reissued, seed=4)
    go_live(contract, last, "community", reissued.hash("community", "root"))
    paid(contract, last, "community")
    for account, entitlement, _ in last.claims("community"):
        assert token.balanceOf(account) == entitlement
    state = contract.state(campaign)
    assert state.claimed == state.live.total == last.total("community") == 50_000_000 * UNIT
    assert token.balanceOf(contract) == 0
