"""Cases: a state, and blocks of transactions that follow one another. Nothing here knows an EVM."""

from dataclasses import dataclass, field, replace

import rlp
from eth_keys import keys
from eth_utils import keccak

CHAIN_ID = 1
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
LEGACY, ACCESS_LIST, DYNAMIC_FEE, BLOB, SET_CODE = range(5)
FLAWS = ("high", "zero", "parity")
COINBASE = bytes.fromhex("c0" * 20)


class Signer:
    """An account with a key."""

    def __init__(self, name):
        self.key = keys.PrivateKey(keccak(text=f"the key of {name}"))
        self.address = self.key.public_key.to_canonical_address()

    def sign(self, digest, flaw=None):
        """Parity, r and s. The flaw makes it a signature that no chain takes: of the two that there
        are the one with the high s, an r of zero, or a parity of two."""
        v, r, s = self.key.sign_msg_hash(digest).vrs
        flaws = {None: (v, r, s), "high": (1 - v, r, ORDER - s), "zero": (v, 0, s), "parity": (2, r, s)}
        return flaws[flaw]


SENDERS = [Signer(f"sender {number}") for number in range(3)]
AUTHORITIES = [Signer(f"authority {number}") for number in range(3)]


@dataclass
class Account:
    nonce: int = 0
    balance: int = 0
    code: bytes = b""
    storage: dict = field(default_factory=dict)


@dataclass
class Authorization:
    """EIP-7702."""

    signer: Signer
    address: bytes
    nonce: int
    chain_id: int = CHAIN_ID
    flaw: str | None = None

    def fields(self):
        digest = keccak(b"\x05" + rlp.encode([self.chain_id, self.address, self.nonce]))
        return [self.chain_id, self.address, self.nonce, *self.signer.sign(digest, self.flaw)]


@dataclass
class Transaction:
    sender: Signer = SENDERS[0]
    kind: int = DYNAMIC_FEE
    # None for a legacy transaction of any chain.
    chain_id: int | None = CHAIN_ID
    nonce: int = 0
    gas: int = 1_000_000
    to: bytes = b""
    value: int = 0
    data: bytes = b""
    fee: int = 100
    # Of types before EIP-1559, the fee counts.
    priority_fee: int = 1
    access_list: list = field(default_factory=list)
    blob_fee: int = 0
    blob_hashes: list = field(default_factory=list)
    authorizations: list = field(default_factory=list)
    flaw: str | None = None

    @property
    def creates(self):
        """The address of the contract that it creates."""
        return keccak(rlp.encode([self.sender.address, self.nonce]))[12:]

    def raw(self):
        body = [self.nonce, self.fee, self.gas, self.to, self.value, self.data]
        if self.kind == LEGACY:
            tail = [] if self.chain_id is None else [self.chain_id, b"", b""]
            v, r, s = self.sender.sign(keccak(rlp.encode(body + tail)), self.flaw)
            v += 27 if self.chain_id is None else 35 + 2 * self.chain_id
            return rlp.encode(body + [v, r, s])
        if self.kind != ACCESS_LIST:
            body.insert(1, self.priority_fee)
        body = [self.chain_id, *body, self.access_list]
        if self.kind == BLOB:
            body += [self.blob_fee, self.blob_hashes]
        elif self.kind == SET_CODE:
            body.append([authorization.fields() for authorization in self.authorizations])
        kind = bytes([self.kind])
        signature = self.sender.sign(keccak(kind + rlp.encode(body)), self.flaw)
        return kind + rlp.encode([*body, *signature])


@dataclass
class Block:
    number: int = 1000
    time: int = 1_900_000_000
    gas_limit: int = 60_000_000
    base_fee: int = 10
    coinbase: bytes = COINBASE
    randao: bytes = keccak(text="randao")
    excess_blob_gas: int = 0
    transactions: list = field(default_factory=list)

    def hashes(self):
        """Of the 256 blocks before, oldest first: each is the hash of its number in decimal."""
        return [keccak(text=str(n)) for n in range(max(0, self.number - 256), self.number)]

    def after(self, seconds, *transactions):
        return replace(
            self, number=self.number + 1, time=self.time + seconds, transactions=list(transactions))


@dataclass
class Case:
    """`seed` is what the case was made from."""

    seed: str
    before: dict
    blocks: list
    fork: str = "Prague"

    @property
    def transactions(self):
        return [transaction for block in self.blocks for transaction in block.transactions]

    def as_json(self):
        """As a state test writes it; see Tests/StateTests/DifferentialCase.swift."""
        return {
            "fork": self.fork,
            "pre": {text(address): _account(account) for address, account in self.before.items()},
            "blocks": [
                {"env": _environment(block), "transactions": [text(t.raw()) for t in block.transactions]}
                for block in self.blocks
            ],
        }


def text(value):
    """Bytes, or a number, as hexadecimal digits."""
    return "0x" + value.hex() if isinstance(value, bytes) else hex(value)


def word(number):
    return number.to_bytes(32, "big")


def _account(account):
    return {
        "nonce": text(account.nonce),
        "balance": text(account.balance),
        "code": text(account.code),
        "storage": {text(key): text(value) for key, value in account.storage.items()},
    }


def _environment(block):
    return {
        "currentNumber": text(block.number),
        "currentTimestamp": text(block.time),
        "currentGasLimit": text(block.gas_limit),
        "currentBaseFee": text(block.base_fee),
        "currentCoinbase": text(block.coinbase),
        "currentRandom": text(block.randao),
        "currentExcessBlobGas": text(block.excess_blob_gas),
    }


# A failing case made smaller.


def smaller(case, fails, tries=300):
    """A case that still fails with as little in it as `tries` attempts find."""
    left = tries
    while True:
        for candidate in _candidates(case):
            left -= 1
            if left < 0:
                return case
            if fails(candidate):
                case = candidate
                break
        else:
            return case


def _candidates(case):
    """Large cuts first: transactions, accounts, then pieces of code and data."""
    for gone in reversed(range(len(case.transactions))):
        for is_followed in (True, False):
            yield _without(case, gone, is_followed)
    senders = {transaction.sender.address for transaction in case.transactions}
    for address in case.before:
        if address not in senders:
            yield replace(case, before={a: v for a, v in case.before.items() if a != address})
    for address, account in case.before.items():
        for code in _cuts(account.code):
            yield replace(case, before={**case.before, address: replace(account, code=code)})
        if account.storage:
            yield replace(case, before={**case.before, address: replace(account, storage={})})
    for changed, transaction in enumerate(case.transactions):
        for data in _cuts(transaction.data):
            yield _mapped(case, lambda n, t: replace(t, data=data) if n == changed else t)


def without_refused(case, outcome):
    """Of the transactions, those that an EVM took."""
    return _mapped(case, lambda n, t: None if outcome.results[n].status == "refused" else t)


def _without(case, gone, is_followed):
    """`is_followed` where the sender's later transactions move up by a nonce."""
    sender = case.transactions[gone].sender

    def change(number, transaction):
        if is_followed and number > gone and transaction.sender is sender and transaction.nonce:
            return replace(transaction, nonce=transaction.nonce - 1)
        return None if number == gone else transaction

    return _mapped(case, change)


def _mapped(case, change):
    """With what `change` makes of each transaction by its number; without those of None."""
    blocks, number = [], 0
    for block in case.blocks:
        changed = [change(number + place, t) for place, t in enumerate(block.transactions)]
        number += len(block.transactions)
        blocks.append(replace(block, transactions=[t for t in changed if t]))
    return replace(case, blocks=blocks)


def _cuts(code):
    size = len(code) // 2
    while size:
        for start in range(0, len(code), size):
            yield code[:start] + code[start + size :]
        size //= 2
