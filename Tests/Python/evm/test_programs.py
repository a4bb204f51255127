"""Random programs, several that call one another, and several transactions to them: the same gas,
output, logs, status and state root on every EVM."""

from dataclasses import replace

import pytest
from cases import DYNAMIC_FEE, SENDERS, Account, Block, Case, Transaction
from peers import gas_steps
from programs import CONTRACTS, Writer, initcode, program, random_bytes, storage

RICH = 10**18


def world(random, code):
    """Senders with money, and contracts with the code that `code` gives."""
    before = {signer.address: Account(balance=RICH) for signer in SENDERS}
    for address in CONTRACTS:
        balance = random.choice((0, 5, 10**9))
        before[address] = Account(1, balance, code(random), storage(random))
    return before


def transaction(random, nonce, gas=None):
    is_creation = random.randrange(8) == 0
    return Transaction(
        kind=DYNAMIC_FEE,
        nonce=nonce,
        gas=gas or random.choice((100_000, 400_000, 400_000, 1_000_000)),
        to=b"" if is_creation else random.choice(CONTRACTS),
        value=random.choice((0, 0, 1, 10**6)),
        data=initcode(random) if is_creation else random.randbytes(random.choice((0, 4, 36, 70))),
    )


def programs(random, seed, code, fork, count):
    transactions = [transaction(random, nonce) for nonce in range(count)]
    return Case(seed, world(random, code), [Block(transactions=transactions)], fork)


@pytest.mark.parametrize("fork", ["Prague", "Cancun"])
def test_bytes_of_any_kind(comparison, fork):
    comparison.check_all(
        f"bytes, {fork},", 150, lambda seed, random: programs(random, seed, random_bytes, fork, 4))


@pytest.mark.parametrize("fork", ["Prague", "Cancun"])
def test_programs(comparison, fork):
    comparison.check_all(
        f"programs, {fork},", 300, lambda seed, random: programs(random, seed, program, fork, 3))


def test_programs_that_run_out_of_gas_at_any_step(comparison):
    """Gas limits that end just before a step, and just after it, of each of many steps."""
    reached = []

    def check(seed, random):
        before = world(random, program)
        whole = transaction(random, 0, gas=200_000)
        case = Case(seed, before, [Block(transactions=[whole])])
        steps = sorted(gas_steps(case))
        reached.extend(steps)
        for gas in random.sample(steps, min(len(steps), 12)):
            for limit in (gas - 1, gas):
                cut = replace(whole, gas=limit)
                comparison.check(Case(f"{seed}, gas {limit}", before, [Block(transactions=[cut])]))

    comparison.each("gas", 12, check)
    assert len(reached) > 500


def test_calls_1024_deep(comparison):
    """A contract that calls itself with all the gas there is, and writes down how it went."""

    def check(seed, random):
        writer = Writer(random)
        for _ in range(5):
            writer.push(0)
        writer.op(0x30, 0x5A, random.choice((0xF1, 0xF2)), 0x60, 1, 0x54, 0x60, 1, 0x01, 0x60, 1, 0x55)
        writer.push(0)
        writer.op(0x55)
        before = {SENDERS[0].address: Account(balance=10**30), CONTRACTS[0]: Account(1, 0, bytes(writer.code))}
        deep = Transaction(gas=2**50, to=CONTRACTS[0])
        comparison.check(Case(seed, before, [Block(gas_limit=2**60, transactions=[deep])]))

    comparison.each("depth", 1, check)
