"""What transactions cost: `contracts/gas.csv`, compared on each run.

Fails where an operation costs over 1 % more than the table says, or more than its limit; prints
where one costs over 1 % less. The Distributor is measured here: proofs have 17 hashes (trees to
131,072 accounts), the token has the storage of OpenZeppelin's ERC-20. Token and Vesting are
measured in `test_token_gas.py` and `test_vesting_gas.py`. `CONTRACT_GAS=write` writes the table
anew, all of it.
"""

import csv
import functools
import json
import os
import pathlib
import sys

CONTRACTS = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CONTRACTS / "tests" / "model"))
sys.path += [str(CONTRACTS / "tests" / folder) for folder in ("token", "vesting")]

import distributor_kit as kit
import pytest
import test_token_gas
import test_vesting_gas
from distributor_chain import GAS_CAP, START, Chain
from distributor_identity import terms_tuple
from distributor_tree import leaf, parent
from eth_abi import encode
from eth_utils import keccak

TABLE = CONTRACTS / "gas.csv"
COLUMNS = ("contract", "operation", "gas", "limit")
DAY = 86_400
NONE = bytes(32)
UNIT = 10**18
DEPTH = 17
ENTITLEMENT = 1234 * UNIT + 567_890_123
# What the project promises; other operations have no limit but the table.
LIMITS = {
    ("Distributor", "claim, first, immediate"): 110_000,
    ("Distributor", "claim, first, linear"): 110_000,
    ("Distributor", "claim, first, steps"): 110_000,
    ("Distributor", "claim, again, immediate"): 75_000,
    ("Distributor", "claim, again, linear"): 75_000,
    ("Distributor", "claim, again, steps"): 75_000,
    ("Distributor", "push, 1000 recipients, each"): 27_500,
    ("Token", "transfer, no delegates"): 40_000,
    ("Token", "transfer, delegation taken back"): 40_000,
    ("Token", "transfer, one delegate"): 40_000,
    ("Token", "transfer, both delegate"): 100_000,
    ("Token", "transfer, both delegate, again"): 100_000,
}
SCHEDULE = "(uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64)"
CREATE = f"create(address,bytes32,({SCHEDULE},uint64,uint64,uint8,uint256,address,address,address))"
PROPOSE = "propose(bytes32,bytes32,bytes32,bytes32,uint256,string)"
CLAIM = "claim(bytes32,address,uint256,bytes32[],bytes32)"
CLAIM_MANY = "claim_many((bytes32,address,uint256,bytes32,bytes32[])[])"
CLAIM_TO = "claim_to(bytes32,address,uint256,bytes32[],bytes32,address,uint256,bytes)"
DELEGATION = "(address,uint256,uint256,uint8,bytes32,bytes32)"
CLAIM_AND_DELEGATE = CLAIM_TO.replace("claim_to", "claim_and_delegate")[:-1] + f",{DELEGATION})"
SCHEDULES = {
    "immediate": {"shape": 0},
    "linear": {"shape": 1, "start": START, "duration": 4000 * DAY, "initial_unlock": 10**8},
    "steps": {"shape": 2, "start": START, "step_seconds": 7 * DAY, "step_count": 520},
    "months": {"shape": 2, "start": START + 20 * DAY, "step_months": 1, "step_count": 120},
}


def creation(folder, name):
    if folder == "src":
        artifact = json.loads((CONTRACTS / "artifacts" / f"{name}.json").read_text())
        return bytes.fromhex(artifact["creation_bytecode"][2:])
    return kit.deployer(folder, name).compiler_data.bytecode


def tall(leaves):
    """The root over some leaves and strangers, and the leaves' proofs of DEPTH hashes each."""
    proofs, level = [[] for _ in leaves], list(leaves)
    places = list(range(len(leaves)))
    for height in range(DEPTH):
        if len(level) % 2:
            level.append(keccak(text=f"a stranger at {height}"))
        for number, place in enumerate(places):
            proofs[number].append(level[place ^ 1])
        places = [place // 2 for place in places]
        level = [parent(*level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0], proofs


class Bench:
    """A distributor and a token on a chain, and what each transaction cost."""

    def __init__(self):
        self.chain = Chain()
        self.keys = self.chain.keys
        self.accounts = [key.public_key.to_canonical_address() for key in self.keys]
        self.owner = self.accounts[0]
        self.distributor = self.chain.deploy(self.keys[0], creation("src", "Distributor"))
        self.token = self.chain.deploy(self.keys[0], creation("mocks", "PlainToken"))
        self.votes = self.chain.deploy(self.keys[0], creation("mocks", "VotesToken"))
        for token in (self.token, self.votes):
            self.send(0, token, "mint(address,uint256)", self.owner, 2**100)
            self.send(0, token, "approve(address,uint256)", self.distributor, 2**256 - 1)
        self.gas, self.salts = {}, 0
        # The token has other holders' funds here, as in use.
        self.campaign("immediate")

    def send(self, sender, to, signature, *values):
        """Gas, and the output."""
        return self.chain.call(self.keys[sender], to, signature, *values)

    def act(self, name, sender, signature, *values):
        """As `send` to the distributor, noting what it cost under the name."""
        gas, output = self.send(sender, self.distributor, signature, *values)
        if name:
            self.gas[name] = gas
        return output

    def campaign(self, shape, name=None, token=None):
        self.salts += 1
        roles = {role: self.owner for role in ("owner", "publisher", "guardian")}
        more = {"window": DAY, "expiry": 0, "claim_policy": 1, "maximum_increase": 0}
        terms = terms_tuple({"schedule": SCHEDULES[shape], **more, **roles})
        salt = self.salts.to_bytes(32, "big")
        campaign = self.act(name and "create", 0, CREATE, token or self.token, salt, terms)
        fund = ("fund_to(bytes32,uint256)", campaign, 10**6 * UNIT)
        self.act(name and "fund_to, first", 0, *fund)
        return campaign

    def go_live(self, campaign, parent_root, entitlement, name=None, is_activated=True):
        """Root and proofs, for all accounts with equal entitlements."""
        leaves = [leaf(campaign, account, entitlement) for account in self.accounts]
        root, proofs = tall(leaves)
        values = (campaign, parent_root, root, b"\x01" * 32, 16 * entitlement, "ipfs://" + "b" * 59)
        self.act(name, 0, PROPOSE, *values)
        self.chain.time += DAY
        if is_activated:
            self.act(name and "activate", 0, "activate(bytes32)", campaign)
        return root, proofs

    def claim(self, name, sender, values, account=None):
        campaign, entitlement, proofs = values
        account = sender if account is None else account
        fields = (campaign, self.accounts[account], entitlement, proofs[account], NONE)
        return self.act(name, sender, CLAIM, *fields)

    def items(self, values, accounts):
        campaign, entitlement, proofs = values
        return [
            (campaign, self.accounts[number], entitlement, NONE, proofs[number])
            for number in accounts
        ]

    def empty(self, accounts, token=None):
        """Takes their tokens away, so that they are no holders."""
        for number in accounts:
            _, held = self.send(0, token or self.token, "balanceOf(address)", self.accounts[number])
            held = int.from_bytes(held, "big")
            if held:
                transfer = ("transfer(address,uint256)", self.owner, held)
                self.send(number, token or self.token, *transfer)


def measure_claims(bench, shape):
    named = shape == "immediate"
    everybody = range(1, 16)
    campaign = bench.campaign(shape, name=named)
    root, proofs = bench.go_live(campaign, NONE, ENTITLEMENT, named and "propose, first")
    bench.chain.time += 90 * DAY
    values = (campaign, ENTITLEMENT, proofs)
    bench.empty(everybody)
    bench.claim(f"claim, first, {shape}", 1, values)
    bench.claim(f"claim by another, first, {shape}", 2, values, account=3)
    if named:
        bench.act("claim_many, 8 accounts, first", 2, CLAIM_MANY, bench.items(values, range(8, 16)))
    root, proofs = bench.go_live(
        campaign, root, 2 * ENTITLEMENT, named and "propose, next", is_activated=not named
    )
    bench.chain.time += 90 * DAY
    values = (campaign, 2 * ENTITLEMENT, proofs)
    if named:
        bench.claim("claim, again, writing down that a root is live", 3, values)
    bench.claim(f"claim, again, {shape}", 1, values)
    if named:
        bench.act("claim_many, 8 accounts, again", 2, CLAIM_MANY, bench.items(values, range(8, 16)))
        bench.claim("claim of nothing due", 1, values)


def measure_batches_of_one_account(bench):
    """One account in many campaigns, which it has claimed from before."""
    owned = []
    for _ in range(8):
        campaign = bench.campaign("linear")
        root, proofs = bench.go_live(campaign, NONE, ENTITLEMENT)
        owned.append((campaign, ENTITLEMENT, proofs))
    for round, size in enumerate((1, 2, 8)):
        bench.chain.time += 30 * DAY
        items = [bench.items(values, [1])[0] for values in owned[:size]]
        for values in owned:
            bench.claim(None, 1, values)
        bench.chain.time += 30 * DAY
        bench.act(f"claim_many, {size} campaigns, again", 1, CLAIM_MANY, items)


def measure_signed_claims(bench):
    campaign = bench.campaign("immediate", token=bench.votes)
    root, proofs = bench.go_live(campaign, NONE, ENTITLEMENT)
    bench.claim(None, 5, (campaign, ENTITLEMENT, proofs))

    def signed(number, recipient):
        deadline = bench.chain.time + DAY
        signature = bench.keys[number].sign_msg_hash(
            kit.claim_digest(
                "0x" + bench.distributor.hex(),
                campaign,
                "0x" + bench.accounts[number].hex(),
                "0x" + recipient.hex(),
                0,
                deadline,
            )
        )
        packed = kit.word(signature.r) + kit.word(signature.s) + bytes([27 + signature.v])
        fields = (campaign, bench.accounts[number], ENTITLEMENT, proofs[number], NONE)
        return (*fields, recipient, deadline, packed)

    bench.act("claim_to, first", 2, CLAIM_TO, *signed(1, b"\x77" * 20))
    kind = keccak(text="Delegation(address delegatee,uint256 nonce,uint256 expiry)")
    expiry = bench.chain.time + DAY
    digest = keccak(
        encode(
            ["bytes32", "address", "address", "uint256", "uint256"],
            [kind, bench.votes, bench.accounts[9], 0, expiry],
        )
    )
    own = bench.keys[3].sign_msg_hash(digest)
    delegation = (bench.accounts[9], 0, expiry, 27 + own.v, kit.word(own.r), kit.word(own.s))
    values = (*signed(3, bench.accounts[3]), delegation)
    bench.act("claim_and_delegate, first", 2, CLAIM_AND_DELEGATE, *values)
    _, delegate = bench.send(0, bench.votes, "delegates(address)", bench.accounts[3])
    assert delegate[12:] == bench.accounts[9]


def measure_the_rest(bench):
    campaign = bench.campaign("immediate")
    root, proofs = bench.go_live(campaign, NONE, ENTITLEMENT)
    lower = [leaf(campaign, account, ENTITLEMENT - 1) for account in bench.accounts]
    low_root, low_proofs = tall(lower)
    fields = (campaign, root, low_root, b"\x02" * 32, 16 * ENTITLEMENT, "")
    bench.act(None, 0, PROPOSE, *fields)
    bench.act(
        "void_lowered",
        7,
        "void_lowered(bytes32,address,uint256,bytes32[],uint256,bytes32[])",
        campaign,
        bench.accounts[4],
        ENTITLEMENT,
        proofs[4],
        ENTITLEMENT - 1,
        low_proofs[4],
    )
    other = (campaign, root, b"\x09" * 32, b"\x03" * 32, 16 * ENTITLEMENT, "")
    bench.act(None, 0, PROPOSE, *other)
    bench.act("veto", 0, "veto(bytes32,bytes32)", campaign, b"\x09" * 32)
    bench.act("take_back", 0, "take_back(bytes32,uint256,address)", campaign, UNIT, bench.owner)
    bench.act("pause", 0, "pause(bytes32)", campaign)
    bench.act("unpause", 0, "unpause(bytes32)", campaign)
    bench.act("set_recipient, first", 4, "set_recipient(address)", bench.accounts[5])


def measure_push(bench):
    """1000 recipients without a balance, in as many transactions as the cap allows."""
    campaign, total = bench.campaign("immediate"), 0
    for batch in range(2):
        recipients = [keccak(text=f"recipient {batch} {number}")[12:] for number in range(500)]
        amounts = [10**15 + int.from_bytes(keccak(person)[:8], "big") for person in recipients]
        push = "push(bytes32,bytes32,address[],uint256[])"
        values = (campaign, batch.to_bytes(32, "big"), recipients, amounts)
        gas, _ = bench.send(0, bench.distributor, push, *values)
        assert gas < GAS_CAP
        total += gas
    bench.gas["push, 1000 recipients, each"] = -(-total // 1000)


@functools.cache
def measured_distributor():
    bench = Bench()
    for shape in SCHEDULES:
        measure_claims(bench, shape)
    measure_batches_of_one_account(bench)
    measure_signed_claims(bench)
    measure_the_rest(bench)
    measure_push(bench)
    return bench.gas


MEASURED = {
    "Distributor": measured_distributor,
    "Token": test_token_gas.measured,
    "Vesting": test_vesting_gas.measured,
}


def measured(contract):
    return {(contract, name): gas for name, gas in MEASURED[contract]().items()}


def written():
    with TABLE.open(newline="") as file:
        return {(row["contract"], row["operation"]): row for row in csv.DictReader(file)}


def write():
    table = {key: gas for contract in MEASURED for key, gas in measured(contract).items()}
    rows = [dict(zip(COLUMNS, (*key, table[key], LIMITS.get(key, "")))) for key in sorted(table)]
    with TABLE.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def compare(table, gas):
    """Fails where an operation costs over 1 % more than in the table; prints where it costs less.

    An operation without a row is for `test_the_table_has_every_operation_and_no_other` to find.
    """
    dearer = []
    for key in sorted(gas.keys() & table.keys()):
        now, was = gas[key], int(table[key]["gas"])
        change = f"{' '.join(key)}: {now}, was {was}"
        if now * 100 > was * 101:
            dearer.append(change)
        elif now * 100 < was * 99:
            print(f"cheaper, CONTRACT_GAS=write keeps it so: {change}")
    assert not dearer, "\n".join(dearer)


@pytest.fixture(scope="module")
def table():
    if os.environ.get("CONTRACT_GAS") == "write":
        write()
    return written()


@pytest.mark.parametrize("contract", MEASURED)
def test_no_operation_costs_more_than_the_table_says(table, contract, capsys):
    gas = measured(contract)
    with capsys.disabled():
        compare(table, gas)


@pytest.mark.parametrize("contract", MEASURED)
def test_the_table_has_every_operation_and_no_other(table, contract):
    assert {key for key in table if key[0] == contract} == set(measured(contract))


def test_the_table_has_no_other_contract(table):
    assert {contract for contract, _ in table} == set(MEASURED)


@pytest.mark.parametrize("contract", MEASURED)
def test_no_operation_costs_more_than_its_limit(contract):
    gas = measured(contract)
    limits = {key: limit for key, limit in LIMITS.items() if key[0] == contract}
    assert [key for key, limit in limits.items() if gas[key] > limit] == []


def test_the_table_names_the_limits(table):
    named = {key: int(row["limit"]) for key, row in table.items() if row["limit"]}
    assert named == LIMITS


def test_a_rise_of_more_than_one_percent_fails():
    key = ("Token", "transfer")
    table = {key: {"gas": "10000"}}
    compare(table, {key: 10_100})
    with pytest.raises(AssertionError, match="Token transfer: 10101, was 10000"):
        compare(table, {key: 10_101})


def test_a_fall_of_more_than_one_percent_is_a_hint(capsys):
    key = ("Token", "transfer")
    table = {key: {"gas": "10000"}}
    compare(table, {key: 9_900})
    assert capsys.readouterr().out == ""
    compare(table, {key: 9_899})
    assert "Token transfer: 9899, was 10000" in capsys.readouterr().out


def test_claims_in_a_batch_are_cheaper_than_single_ones():
    gas = measured_distributor()
    single = gas["claim by another, first, immediate"]
    assert gas["claim_many, 8 accounts, first"] < 8 * single
    for size in (2, 8):
        assert gas[f"claim_many, {size} campaigns, again"] < size * gas["claim, again, linear"]
