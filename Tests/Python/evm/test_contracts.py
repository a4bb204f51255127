"""Our contracts' transactions: the bytecode of contracts/artifacts, called as contracts/tests do."""

import json
import sys
from random import Random

import pytest
from cases import CHAIN_ID, SENDERS, Account, Block, Case, Signer, Transaction, word
from eth_abi import encode
from eth_utils import keccak
from peers import ROOT

CONTRACTS = ROOT / "contracts"
sys.path.insert(0, str(CONTRACTS / "tests" / "model"))

from distributor_chain import calldata
from distributor_identity import identifier, terms_tuple
from distributor_tree import Tree

DAY = 86_400
UNIT = 10**18
NONE, ZERO = bytes(32), bytes(20)
CAP = 10**9 * UNIT
START = Block().time
PEOPLE = [*SENDERS, *(Signer(f"person {number}") for number in range(5))]
OWNER, EVE = PEOPLE[0], PEOPLE[-1]
SCHEDULE = "(uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64)"
CREATE = f"create(address,bytes32,({SCHEDULE},uint64,uint64,uint8,uint256,address,address,address))"
PROPOSE = "propose(bytes32,bytes32,bytes32,bytes32,uint256,string)"
CLAIM = "claim(bytes32,address,uint256,bytes32[],bytes32)"
CLAIM_MANY = "claim_many((bytes32,address,uint256,bytes32,bytes32[])[])"
PERMIT = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)"
VESTING = "(uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64[],uint64[])"
VEST = f"create(bytes32,{VESTING},(address,uint256,address,address)[])"
TOKEN_TYPES = ["string", "string", "uint8", "uint256", "uint256", "address"]


def creation(name):
    return bytes.fromhex(json.loads((CONTRACTS / f"artifacts/{name}.json").read_text())["creation_bytecode"][2:])


class Scenario:
    """Writes blocks of transactions, and who holds what in them."""

    def __init__(self, random):
        self.random = random
        self.blocks, self.nonces = [Block()], {}
        self.token = self.deploy(
            creation("Token"), encode(TOKEN_TYPES, ["Sluice Token", "SLC", 18, CAP, CHAIN_ID, OWNER.address]))
        self.distributor = self.deploy(creation("Distributor"))
        self.vesting = self.deploy(creation("Vesting"), encode(["address"], [self.token]))
        holders = [(person.address, random.randrange(1, 1000) * UNIT) for person in PEOPLE[1:5]]
        grants = [(OWNER.address, 10**6 * UNIT), *holders]
        self.call(OWNER, self.token, "genesis(address,(address,uint256)[])", OWNER.address, grants)
        for spender in (self.distributor, self.vesting):
            self.call(OWNER, self.token, "approve(address,uint256)", spender, 2**256 - 1)

    def send(self, sender, to, data, gas=2**24):
        nonce = self.nonces.get(sender, 0)
        self.nonces[sender] = nonce + 1
        sent = Transaction(sender=sender, nonce=nonce, gas=gas, to=to, data=data)
        if sum(transaction.gas for transaction in self.blocks[-1].transactions) + gas > 60_000_000:
            self.wait(12)
        self.blocks[-1].transactions.append(sent)
        return sent

    def deploy(self, code, arguments=b""):
        return self.send(OWNER, b"", code + arguments).creates

    def call(self, sender, to, signature, *values, gas=2**24):
        self.send(sender, to, calldata(signature, *values), gas)

    def wait(self, seconds):
        self.blocks.append(self.blocks[-1].after(seconds))

    def case(self, seed):
        rich = {person.address: Account(balance=10**24) for person in PEOPLE}
        return Case(seed, rich, self.blocks)

    # The token.

    def transfers(self):
        for _ in range(6):
            holder, receiver = self.random.sample(PEOPLE, 2)
            kind = self.random.randrange(4)
            amount = self.random.choice((0, 1, UNIT, 10**30))
            if kind == 0:
                self.call(holder, self.token, "delegate(address)", receiver.address)
            elif kind == 1:
                self.permit(holder, receiver, amount)
            elif kind == 2:
                fields = (holder.address, EVE.address, amount)
                self.call(receiver, self.token, "transferFrom(address,address,uint256)", *fields)
            else:
                # Where gas is short, it may end anywhere.
                gas = self.random.choice((2**24, 30_000, 45_000))
                self.call(holder, self.token, "transfer(address,uint256)", receiver.address, amount, gas=gas)

    def permit(self, owner, spender, amount):
        """Signed by the owner for a nonce that is the right one, or not."""
        kinds = [
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)",
        ]
        domain, kind = (keccak(text=text) for text in kinds)
        separator = encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [domain, keccak(text="Sluice Token"), keccak(text="1"), CHAIN_ID, self.token])
        deadline = START + self.random.choice((10**6, -1))
        message = encode(
            ["bytes32", "address", "address", "uint256", "uint256", "uint256"],
            [kind, owner.address, spender.address, amount, self.random.randrange(2), deadline])
        v, r, s = owner.sign(keccak(b"\x19\x01" + keccak(separator) + keccak(message)))
        fields = (owner.address, spender.address, amount, deadline, 27 + v, word(r), word(s))
        self.call(spender, self.token, PERMIT, *fields)

    # The distributor.

    def campaign(self):
        """Opens and funds one, and gives its identifier."""
        shape = self.random.choice(
            ({"shape": 0}, {"shape": 1, "start": START, "duration": 100 * DAY, "initial_unlock": 10**8}))
        roles = {role: "0x" + OWNER.address.hex() for role in ("owner", "publisher", "guardian")}
        terms = {"schedule": shape, "window": DAY, "expiry": 0, "claim_policy": 1, "maximum_increase": 0, **roles}
        salt = word(self.random.randrange(10**9))
        self.call(OWNER, self.distributor, CREATE, self.token, salt, terms_tuple(terms))
        addresses = ("0x" + a.hex() for a in (self.distributor, self.token, OWNER.address))
        campaign = identifier(CHAIN_ID, *addresses, salt, terms)
        self.call(OWNER, self.distributor, "fund_to(bytes32,uint256)", campaign, 10**5 * UNIT)
        return campaign

    def go_live(self, campaign, parent, amounts):
        rows = [("0x" + person.address.hex(), amount) for person, amount in amounts.items()]
        rows += [("0x" + keccak(bytes([n]))[12:].hex(), UNIT) for n in range(self.random.randrange(30))]
        tree = Tree(campaign, rows)
        fields = (parent, tree.root, keccak(text="commitment"), tree.total, "ipfs://bundle")
        self.call(OWNER, self.distributor, PROPOSE, campaign, *fields)
        self.wait(DAY)
        if self.random.randrange(2):
            self.call(EVE, self.distributor, "activate(bytes32)", campaign)
        return tree

    def claim(self, campaign, tree, person, sender=None, change=0, is_forged=False):
        account = "0x" + person.address.hex()
        entitlement = tree.entitlement(account)
        proof = tree.proof(account)
        if is_forged:
            proof[0] = keccak(proof[0])
        values = (campaign, account, entitlement + change, proof, NONE)
        gas = self.random.choice((2**24, 2**24, 60_000, 90_000))
        self.call(sender or person, self.distributor, CLAIM, *values, gas=gas)

    def claims(self):
        """Good, again, of others, with a wrong amount, with a forged proof; two trees."""
        campaign = self.campaign()
        people = self.random.sample(PEOPLE[:-1], 4)
        amounts = {person: self.random.randrange(2, 1000) * UNIT for person in people}
        tree = self.go_live(campaign, NONE, amounts)
        for person in people[:3]:
            self.claim(campaign, tree, person, change=1)
            self.claim(campaign, tree, person, is_forged=True)
            self.claim(campaign, tree, person)
            self.claim(campaign, tree, person, sender=EVE)
        amounts = {person: 2 * amount for person, amount in amounts.items()}
        tree = self.go_live(campaign, tree.root, amounts)
        self.wait(30 * DAY)
        accounts = ["0x" + person.address.hex() for person in people]
        items = [(campaign, a, tree.entitlement(a), NONE, tree.proof(a)) for a in accounts]
        self.call(EVE, self.distributor, CLAIM_MANY, items)
        self.claim(campaign, tree, people[0])
        self.call(OWNER, self.distributor, "pause(bytes32)", campaign)
        self.claim(campaign, tree, people[3])

    # Vesting.

    def vestings(self):
        linear = (1, START, 10**8, 100, 1000, 0, 0, 0, 0, [], [])
        tranches = (3, START + 5, 0, 0, 0, 0, 0, 0, 0, [START + 5, START + 900], [3 * 10**8, 7 * 10**8])
        exponential = (4, START, 0, 50, 1000, 300, 0, 0, 0, [], [])
        for schedule in (linear, tranches, exponential):
            entries = [(person.address, 1000 * UNIT, OWNER.address, OWNER.address) for person in PEOPLE[1:3]]
            self.call(OWNER, self.vesting, VEST, word(self.random.randrange(2)), schedule, entries)
        self.call(self.random.choice((OWNER, EVE)), self.vesting, "revoke(uint256)", 1)
        for _ in range(3):
            self.wait(self.random.choice((1, 100, 400)))
            for number in self.random.sample(range(1, 8), 3):
                self.call(EVE, self.vesting, "claim(uint256)", number)
        self.call(EVE, self.vesting, "claim_many(uint256[])", [1, 2, 3])
        self.call(self.random.choice((OWNER, EVE)), self.vesting, "revoke(uint256)", 2)
        self.call(EVE, self.vesting, "claim(uint256)", 2)


@pytest.mark.parametrize("part", ["transfers", "claims", "vestings"])
def test_our_contracts(comparison, part):
    def make(seed, random):
        scenario = Scenario(random)
        getattr(scenario, part)()
        return scenario.case(seed)

    comparison.check_all(part, 4, make)


def test_the_scenarios_do_what_they_are_for(sluice):
    """Most of their transactions succeed, and some of each part fail."""
    for part, least in {"transfers": 8, "claims": 15, "vestings": 12}.items():
        scenario = Scenario(Random(part))
        getattr(scenario, part)()
        statuses = [result.status for result in sluice.run(scenario.case(part)).results]
        assert statuses[:6] == ["success"] * 6
        assert statuses.count("success") >= least, (part, statuses)
        assert "reverted" in statuses, (part, statuses)
