"""What transactions of the vesting cost, under Prague's rules: `contracts/gas.csv`, which `test_gas.py` compares these
figures with.

Transaction gas: 21,000, calldata, cold slots, refunds deducted."""

import functools

import pytest
from eth_abi import encode
from token_chain import BEGIN, LIMIT_OF_A_TRANSACTION, MinedChain, call_data, creation_code
from vesting_model import as_argument, law

SCHEDULE = "(uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64[],uint64[])"
CREATE = f"create(bytes32,{SCHEDULE},(address,uint256,address,address)[])"
ZERO = b"\0" * 20
AMOUNT = 0x0102030405060708090A0B0C0D0E0F
BATCH = 100
KINDS = ("irrevocable", "revocable")
# All of these are under way when the first transaction comes.
BEGAN = BEGIN - 10**7
SHAPES = {
    "linear": law.schedule(law.LINEAR, start=BEGAN, initial=10**8, duration=10**8),
    "steps": law.schedule(law.STEPS, start=BEGAN, step_seconds=10**6, step_count=100),
    "months": law.schedule(law.STEPS, start=BEGAN, step_months=1, step_count=48),
    "tranches": law.schedule(
        law.TRANCHES, [(BEGAN + n * 200_000, 7_812_500) for n in range(128)], start=BEGAN),
    "exponential": law.schedule(law.EXPONENTIAL, start=BEGAN, half_life=31_556_952, duration=10**8),
}


def deployed():
    """A chain, and a vesting of our own token, whose recipients here hold some already and delegate nothing."""
    chain = MinedChain()
    owner = chain.accounts[0]
    types = ["string", "string", "uint8", "uint256", "uint256", "address"]
    token = chain.deploy(
        0, creation_code("src/Token.vy") + encode(types, ["Sluice Token", "SLC", 18, 2**127, 1, owner]))
    address = chain.deploy(0, creation_code("src/Vesting.vy") + encode(["address"], [token]))
    holders = [(owner, 2**126), (chain.accounts[1], 1), *((recipient(n), 1) for n in range(100))]
    chain.send(0, token, call_data("genesis(address,(address,uint256)[])", owner, holders))
    chain.send(0, token, call_data("approve(address,uint256)", address, 2**256 - 1))
    return chain, address


def recipient(number):
    return bytes([9] * 19 + [number])


def create(chain, vesting, schedule, entries, salt=b"\0" * 32):
    return chain.send(0, vesting, call_data(CREATE, salt, as_argument(schedule), entries))


def creation_and_claims_of_a_shape(gas, shape):
    chain, vesting = deployed()
    entries = [(chain.accounts[1], AMOUNT, ZERO, ZERO)]
    gas[f"create 1, first of its schedule, {shape}"] = create(chain, vesting, SHAPES[shape], entries)
    gas[f"create 1, {shape}"] = create(chain, vesting, SHAPES[shape], entries, b"\1" * 32)
    gas[f"claim, {shape}"] = chain.send(2, vesting, call_data("claim(uint256)", 1))


def full_batches(gas, kind):
    chain, vesting = deployed()
    roles = (chain.accounts[0], chain.accounts[3]) if kind == "revocable" else (ZERO, ZERO)
    entries = [(recipient(number), AMOUNT, *roles) for number in range(BATCH)]
    total = create(chain, vesting, SHAPES["linear"], entries)
    gas[f"create {BATCH} {kind}, each"] = -(-total // BATCH)
    total = chain.send(2, vesting, call_data("claim_many(uint256[])", list(range(1, BATCH + 1))))
    gas[f"claim_many of {BATCH} {kind}, each"] = -(-total // BATCH)


def revocation(gas):
    chain, vesting = deployed()
    create(chain, vesting, SHAPES["linear"], [(chain.accounts[1], AMOUNT, chain.accounts[0], chain.accounts[0])])
    gas["revoke"] = chain.send(0, vesting, call_data("revoke(uint256)", 1))


def a_batch_sent_again(gas):
    chain, vesting = deployed()
    entries = [(chain.accounts[1], AMOUNT, ZERO, ZERO)]
    create(chain, vesting, SHAPES["linear"], entries)
    gas["create 1, sent again"] = create(chain, vesting, SHAPES["linear"], entries)


@functools.cache
def measured():
    """Gas by operation, each on a chain of its own."""
    gas = {}
    for shape in SHAPES:
        creation_and_claims_of_a_shape(gas, shape)
    for kind in KINDS:
        full_batches(gas, kind)
    revocation(gas)
    a_batch_sent_again(gas)
    return gas


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_batch_fits_a_transaction(kind):
    for operation in ("create", "claim_many of"):
        assert BATCH * measured()[f"{operation} {BATCH} {kind}, each"] <= LIMIT_OF_A_TRANSACTION


def test_a_batch_sent_again_costs_little():
    gas = measured()
    assert 4 * gas["create 1, sent again"] < gas["create 1, linear"]


def test_runtime_code_fits():
    size = len(creation_code("src/Vesting.vy", kind="bytecode_runtime"))
    print(f"size,Vesting,{size},24576")
    assert size <= 24_576
