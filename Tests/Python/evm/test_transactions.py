"""Random transactions of every kind, good and bad: who pays what, what is warm, what is refused,
and what is left."""

from dataclasses import replace

import pytest
from cases import (
    ACCESS_LIST,
    AUTHORITIES,
    BLOB,
    CHAIN_ID,
    DYNAMIC_FEE,
    FLAWS,
    LEGACY,
    SENDERS,
    SET_CODE,
    Account,
    Authorization,
    Block,
    Case,
    Transaction,
    word,
)
from precompiles import precompile_input
from programs import ACCOUNTS, CONTRACTS, PRECOMPILED, STRANGERS, initcode, program, storage

RICH = 10**18
ZERO = bytes(20)
DELEGATION = b"\xef\x01\x00"
# A nonce ends one below 2**64 (EIP-2681).
NONCES = [*[0] * 12, *[5] * 6, 2**64 - 2, 2**64 - 1]


def world(random):
    """Senders with much, little or no money; contracts; accounts that handed their code over."""
    before = {signer.address: Account(random.choice(NONCES), RICH) for signer in SENDERS}
    before[SENDERS[2].address] = Account(5, random.choice((0, 10**6, 10**7, RICH, RICH)))
    for address in CONTRACTS:
        nonce = random.choice(NONCES) or 1
        before[address] = Account(nonce, random.choice((0, 10**9)), program(random), storage(random))
    for signer in AUTHORITIES:
        if random.randrange(3):
            balance, nonce = random.choice(((1, 0), (0, 1), (7, 2), (7, 2), (0, random.choice(NONCES) or 1)))
            target = random.choice((CONTRACTS[0], CONTRACTS[1], AUTHORITIES[0].address, PRECOMPILED[3]))
            code = random.choice((b"", b"", DELEGATION + target, DELEGATION + target, b"\0"))
            before[signer.address] = Account(nonce, balance, code)
    if random.randrange(12) == 0:
        # A contract sends no transactions (EIP-3607), but for one that handed its code over.
        before[SENDERS[1].address].code = random.choice((b"\0", DELEGATION + CONTRACTS[2]))
    return before


def block(random):
    return Block(
        number=random.choice((0, 1, 255, 256, 257, 1000)),
        gas_limit=random.choice((700_000, 30_000_000, 30_000_000)),
        base_fee=random.choice((0, 7, 10)),
        coinbase=random.choice((ACCOUNTS[-1], SENDERS[0].address, CONTRACTS[0], STRANGERS[0])),
        excess_blob_gas=random.choice((0, 0, 10**7, 10**8)),
    )


def access_list(random):
    if random.randrange(2):
        return []
    places = [*ACCOUNTS, *PRECOMPILED]
    return [
        [random.choice(places), [word(random.randrange(3)) for _ in range(random.randrange(3))]]
        for _ in range(random.randrange(4))
    ]


def authorization(random, before):
    signer = random.choice(AUTHORITIES + SENDERS[:2])
    nonce = before[signer.address].nonce if signer.address in before else 0
    return Authorization(
        signer,
        random.choice((*CONTRACTS, *STRANGERS, ZERO, PRECOMPILED[1], AUTHORITIES[1].address)),
        random.choice((nonce, nonce, nonce, nonce, nonce + 1, 2**64 - 1)),
        random.choice((CHAIN_ID, CHAIN_ID, 0, 0, 7, 2**64, 2**256 - 1)),
        flaw=random.choice(FLAWS) if random.randrange(6) == 0 else None,
    )


def data(random):
    """Nothing, a little, or so much that EIP-7623's floor counts."""
    size = random.choice((0, 0, 4, 36, 300, 3000))
    return bytes(random.choice((0, 0, 1, 255)) for _ in range(size))


def blob_hash(random):
    """Of version 1, or nearly always."""
    return bytes([1 if random.randrange(20) else 2]) + random.randbytes(31)


def transaction(random, before, nonces):
    sender = random.choice(SENDERS)
    kind = random.choice((LEGACY, ACCESS_LIST, DYNAMIC_FEE, DYNAMIC_FEE, BLOB, SET_CODE, SET_CODE))
    made = Transaction(
        sender=sender,
        kind=kind,
        nonce=nonces.get(sender, before[sender.address].nonce),
        gas=random.choice((100_000, 200_000, 500_000, 1_000_000)),
        to=random.choice((*ACCOUNTS, *ACCOUNTS, *PRECOMPILED)),
        value=random.choice((0, 0, 1, 10**6)),
        data=data(random),
        fee=random.choice((10, 12, 100)),
        access_list=access_list(random) if kind != LEGACY else [],
    )
    if kind == LEGACY:
        made.chain_id = random.choice((CHAIN_ID, None))
    elif kind == BLOB:
        made.blob_fee = random.choice((10**9, 10**9, 10**9, 20, 1, 0))
        made.blob_hashes = [blob_hash(random) for _ in range(random.choice((1, 1, 1, 2, 0)))]
    elif kind == SET_CODE:
        made.authorizations = [authorization(random, before) for _ in range(random.randrange(1, 4))]
    if kind < BLOB and random.randrange(5) == 0:
        made.to, made.data = b"", initcode(random)
    if random.randrange(4) == 0:
        return broken(random, made)
    nonces[sender] = made.nonce + 1
    return made


def broken(random, made):
    """With something that is wrong, or just right."""
    intrinsic = 21_000 + sum(16 if byte else 4 for byte in made.data)
    floor = 21_000 + 10 * sum(4 if byte else 1 for byte in made.data)
    return replace(
        made,
        **random.choice(
            (
                {"nonce": made.nonce + 1},
                {"nonce": max(0, made.nonce - 1)},
                {"nonce": 2**64 - 1},
                {"gas": 20_999},
                {"gas": 21_000},
                {"gas": intrinsic},
                {"gas": intrinsic - 1},
                {"gas": floor},
                {"gas": floor - 1},
                {"gas": 30_000_001},
                {"gas": 700_000},
                {"value": RICH},
                {"value": 2**256 - 1},
                {"fee": 9},
                {"fee": 6},
                {"fee": 2**255},
                {"priority_fee": made.fee},
                {"priority_fee": made.fee + 1},
                # The specification compares chains of legacy transactions only.
                {"chain_id": 7} if made.kind == LEGACY else {},
                {"flaw": random.choice(FLAWS)},
                {"to": b""},
                {"authorizations": []},
                {"blob_hashes": [blob_hash(random) for _ in range(10)]},
            )
        ),
    )


def test_transactions_of_every_kind(comparison):
    def make(seed, random):
        before, nonces = world(random), {}
        blocks = []
        for _ in range(random.randrange(1, 3)):
            transactions = [transaction(random, before, nonces) for _ in range(random.randrange(1, 4))]
            blocks.append(replace(block(random), transactions=transactions))
        is_old = random.randrange(6) == 0
        return Case(seed, before, blocks, "Cancun" if is_old else "Prague")

    comparison.check_all("transactions", 400, make)


def test_sums_that_are_just_enough(comparison):
    """The sender has what gas and value come to, or one wei more or less."""

    def make(seed, random):
        sent = Transaction(gas=50_000, to=random.choice(ACCOUNTS), value=random.choice((0, 5)), fee=20)
        needed = sent.gas * sent.fee + sent.value
        before = {sent.sender.address: Account(balance=needed + random.choice((-1, 0, 1)))}
        return Case(seed, before, [Block(transactions=[sent])])

    comparison.check_all("sums", 20, make)


@pytest.mark.parametrize("size", [49_151, 49_152, 49_153])
@pytest.mark.parametrize("placed", [24_575, 24_576, 24_577])
def test_code_at_its_limits(comparison, size, placed):
    """49,152 bytes that create are taken, one more is refused (EIP-3860); 24,576 are placed (EIP-170)."""
    # PUSH2, PUSH0, RETURN: as many zero bytes as it says.
    code = b"\x61" + placed.to_bytes(2, "big") + b"\x5f\xf3"
    sent = Transaction(to=b"", gas=9_000_000, data=code + bytes(size - len(code)))
    before = {sent.sender.address: Account(balance=RICH)}
    comparison.check(Case(f"{size} and {placed}", before, [Block(transactions=[sent])]))


def test_creation_where_there_is_something_already(comparison):
    """A nonce or code takes all gas (EIP-684); money stays."""

    def make(seed, random):
        sent = Transaction(to=b"", data=initcode(random), value=3)
        taken = random.choice((Account(nonce=1), Account(code=b"\0"), Account(balance=5)))
        before = {sent.sender.address: Account(balance=RICH), sent.creates: taken}
        return Case(seed, before, [Block(transactions=[sent, replace(sent, nonce=1)])])

    comparison.check_all("collisions", 10, make)


@pytest.mark.parametrize("number", range(1, len(PRECOMPILED) + 1))
def test_precompiled_contracts(comparison, number):
    """Called by transactions, with gas that is sometimes short."""

    def make(seed, random):
        transactions = [
            Transaction(
                nonce=nonce,
                gas=random.choice((400_000, 400_000, 400_000, 40_000)),
                to=PRECOMPILED[number - 1],
                data=precompile_input(random, number),
            )
            for nonce in range(4)
        ]
        before = {SENDERS[0].address: Account(balance=RICH)}
        return Case(seed, before, [Block(transactions=transactions)])

    comparison.check_all(f"precompiled {number},", 6, make)
