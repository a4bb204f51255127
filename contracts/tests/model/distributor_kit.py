"""The contracts, accounts and campaigns that the Distributor's tests begin with."""

import functools
import pathlib
from dataclasses import dataclass

import boa
from distributor_identity import terms_tuple
from distributor_tree import Tree
from eth_abi import encode
from eth_keys import keys
from eth_utils import keccak, to_canonical_address, to_checksum_address
from sampling import FUZZ, samples

CONTRACTS = pathlib.Path(__file__).resolve().parents[2]
DAY = 86_400
WINDOW = 2 * DAY
START = 1_800_000_000  # 2027-01-15T08:00:00Z
NONE = bytes(32)
ZERO = "0x" + "0" * 40
ENDLESS = 2**256 - 1
UNIT = 10**18
MILLION = 10**6 * UNIT
COMMITMENT = keccak(text="commitment.json")
URI = "ipfs://bafy/bundle"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
IMMEDIATE = {"shape": 0}
OWNER, PUBLISHER, GUARDIAN = 0, 1, 2


class Person:
    """An account without code, and its key."""

    def __init__(self, name):
        self.key = keys.PrivateKey(keccak(text=f"the key of {name}"))
        self.address = to_checksum_address(self.key.public_key.to_canonical_address())

    def sign(self, digest):
        """65 bytes: r, s, v."""
        signature = self.key.sign_msg_hash(digest)
        return word(signature.r) + word(signature.s) + bytes([27 + signature.v])


def word(number):
    return number.to_bytes(32, "big")


@functools.cache
def deployer(folder, name):
    return boa.load_partial(str(CONTRACTS / folder / f"{name}.vy"))


def mock(name, *values):
    return deployer("mocks", name).deploy(*values)


def set_time(seconds):
    boa.env.timestamp = seconds


def pass_time(seconds):
    boa.env.timestamp += seconds


def now():
    return boa.env.timestamp


def schedule_of(shape, **parts):
    return {"shape": {"immediate": 0, "linear": 1, "steps": 2}[shape], **parts}


def claim_digest(distributor, campaign, account, recipient, nonce, deadline, chain=1, name=None):
    domain = keccak(
        encode(
            ["bytes32", "bytes32", "bytes32", "uint256", "address"],
            [
                keccak(
                    text="EIP712Domain(string name,string version,uint256 chainId,"
                    "address verifyingContract)"
                ),
                keccak(text=name or "Sluice Distributor"),
                keccak(text="1"),
                chain,
                to_canonical_address(distributor),
            ],
        )
    )
    message = keccak(
        encode(
            ["bytes32", "bytes32", "address", "address", "uint256", "uint256"],
            [
                keccak(
                    text="ClaimTo(bytes32 campaign,address account,address recipient,"
                    "uint256 nonce,uint256 deadline)"
                ),
                campaign,
                to_canonical_address(account),
                to_canonical_address(recipient),
                nonce,
                deadline,
            ],
        )
    )
    return keccak(b"\x19\x01" + domain + message)


@dataclass
class Cast:
    """Who plays in a test."""

    owner: Person
    publisher: Person
    guardian: Person
    ann: Person
    bob: Person
    cid: Person
    eve: Person  # who holds no role and no entitlement


def cast():
    return Cast(*(Person(name) for name in Cast.__dataclass_fields__))


class Stage:
    """A campaign in a distributor, its token, and the short way to do what a test needs done."""

    def __init__(self, people, distributor, token, funds=MILLION, salt=NONE, **terms):
        self.people, self.distributor, self.token = people, distributor, token
        self.terms = {
            "schedule": IMMEDIATE,
            "window": WINDOW,
            "expiry": 0,
            "claim_policy": 1,
            "maximum_increase": 0,
            "owner": people.owner.address,
            "publisher": people.publisher.address,
            "guardian": people.guardian.address,
            **terms,
        }
        self.campaign = distributor.create(
            token.address, salt, terms_tuple(self.terms), sender=people.owner.address
        )
        self.tree = self.pending_tree = None
        if funds:
            token.mint(people.owner.address, funds)
            token.approve(distributor, ENDLESS, sender=people.owner.address)
            distributor.fund_to(self.campaign, funds, sender=people.owner.address)

    @property
    def state(self):
        return self.distributor.state(self.campaign)

    @property
    def held(self):
        return self.token.balanceOf(self.distributor)

    def rows(self, **amounts):
        """By the names of the cast, in whole tokens."""
        return [
            (getattr(self.people, name).address, amount * UNIT) for name, amount in amounts.items()
        ]

    def propose(self, rows, total=None, commitment=COMMITMENT, parent=None):
        tree = Tree(self.campaign, rows)
        parent = parent if parent is not None else self.state.live.root
        self.distributor.propose(
            self.campaign,
            parent,
            tree.root,
            commitment,
            tree.total if total is None else total,
            URI,
            sender=self.people.publisher.address,
        )
        self.pending_tree = tree
        return tree

    def go_live(self, rows, total=None):
        """Proposes and waits out the window."""
        self.propose(rows, total)
        pass_time(self.terms["window"])
        self.tree = self.pending_tree
        return self.tree

    def claim(self, person, sender=None, expected=NONE, tree=None):
        tree = tree or self.tree
        account = getattr(person, "address", person)
        return self.distributor.claim(
            self.campaign,
            account,
            tree.entitlement(account),
            tree.proof(account),
            expected,
            sender=getattr(sender, "address", sender) or account,
        )

    def item(self, person, expected=NONE):
        """One claim of a batch."""
        account = getattr(person, "address", person)
        return (
            self.campaign,
            account,
            self.tree.entitlement(account),
            expected,
            self.tree.proof(account),
        )

    def signature(self, person, recipient, deadline, nonce=None, **more):
        nonce = self.distributor.nonces(person.address) if nonce is None else nonce
        values = {"campaign": self.campaign, "account": person.address, **more}
        return person.sign(
            claim_digest(
                self.distributor.address, recipient=recipient, nonce=nonce, deadline=deadline, **values
            )
        )

    def claim_to(self, person, recipient, signature, deadline, sender, tree=None):
        tree = tree or self.tree
        account = getattr(person, "address", person)
        return self.distributor.claim_to(
            self.campaign,
            account,
            tree.entitlement(account),
            tree.proof(account),
            NONE,
            recipient,
            deadline,
            signature,
            sender=sender,
        )


def events(contract, name):
    """Of the last call, as dictionaries."""
    return [
        event._asdict() for event in contract.get_logs(strict=False) if type(event).__name__ == name
    ]
