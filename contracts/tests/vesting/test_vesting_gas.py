"""What transactions of the vesting cost, under Prague's rules, and the bounds they stay under.

Transaction gas: 21,000, calldata, cold slots, refunds deducted. `pytest -s` prints the figures."""

import pytest
from eth_abi import encode
from token_chain import BEGIN, LIMIT_OF_A_TRANSACTION, MinedChain, call_data, creation_code
from vesting_model import as_argument, law

SCHEDULE = "(uint8,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64,uint64[],uint64[])"
CREATE = f"create(bytes32,{SCHEDULE},(address,uint256,address,address)[])"
ZERO = b"\0" * 20
AMOUNT = 0x0102030405060708090A0B0C0D0E0F
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


@pytest.fixture
def chain():
    return MinedChain()


@pytest.fixture
def vesting(chain):
    """Of our own token, whose recipients here hold some already and delegate nothing."""
    owner = chain.accounts[0]
    types = ["string", "string", "uint8", "uint256", "uint256", "address"]
    token = chain.deploy(
        0, creation_code("src/Token.vy") + encode(types, ["Sluice Token", "SLC", 18, 2**127, 1, owner]))
    address = chain.deploy(0, creation_code("src/Vesting.vy") + encode(["address"], [token]))
    holders = [(owner, 2**126), (chain.accounts[1], 1), *((recipient(n), 1) for n in range(100))]
    chain.send(0, token, call_data("genesis(address,(address,uint256)[])", owner, holders))
    chain.send(0, token, call_data("approve(address,uint256)", address, 2**256 - 1))
    return address


def recipient(number):
    return bytes([9] * 19 + [number])


def bounded(name, gas, bound, count=1):
    print(f"gas,{name},{gas // count},{bound // count}")
    assert gas <= bound


def create(chain, vesting, schedule, entries, salt=b"\0" * 32):
    return chain.send(0, vesting, call_data(CREATE, salt, as_argument(schedule), entries))


# Of a first creation with its schedule, a later one, and a claim: one percent above what was measured.
BOUNDS = {
    "linear": (310_000, 201_700, 117_100),
    "steps": (332_800, 201_700, 119_500),
    "months": (335_800, 201_700, 123_400),
    "tranches": (3_365_000, 290_700, 136_600),
    "exponential": (332_500, 201_700, 139_900),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_creation_and_claims_of_a_shape(chain, vesting, shape):
    entries = [(chain.accounts[1], AMOUNT, ZERO, ZERO)]
    first, later, claim = BOUNDS[shape]
    bounded(f"create 1, first of its schedule, {shape}", create(chain, vesting, SHAPES[shape], entries), first)
    bounded(f"create 1, {shape}", create(chain, vesting, SHAPES[shape], entries, b"\1" * 32), later)
    bounded(f"claim, {shape}", chain.send(2, vesting, call_data("claim(uint256)", 1)), claim)


@pytest.mark.parametrize("is_revocable", [False, True])
def test_a_full_batch_fits_a_transaction(chain, vesting, is_revocable):
    roles = (chain.accounts[0], chain.accounts[3]) if is_revocable else (ZERO, ZERO)
    entries = [(recipient(number), AMOUNT, *roles) for number in range(100)]
    name = "revocable" if is_revocable else "irrevocable"
    gas = create(chain, vesting, SHAPES["linear"], entries)
    bounded(f"create 100 {name}, each", gas, 14_610_000 if is_revocable else 10_070_000, 100)
    assert gas <= LIMIT_OF_A_TRANSACTION
    gas = chain.send(2, vesting, call_data("claim_many(uint256[])", list(range(1, 101))))
    bounded("claim_many of 100, each", gas, 5_900_000, 100)


def test_revocation(chain, vesting):
    create(chain, vesting, SHAPES["linear"], [(chain.accounts[1], AMOUNT, chain.accounts[0], chain.accounts[0])])
    bounded("revoke", chain.send(0, vesting, call_data("revoke(uint256)", 1)), 120_700)


def test_a_batch_sent_again_costs_little(chain, vesting):
    entries = [(chain.accounts[1], AMOUNT, ZERO, ZERO)]
    create(chain, vesting, SHAPES["linear"], entries)
    bounded("create 1, sent again", create(chain, vesting, SHAPES["linear"], entries), 38_600)


def test_runtime_code_fits():
    size = len(creation_code("src/Vesting.vy", kind="bytecode_runtime"))
    print(f"size,Vesting,{size},24576")
    assert size <= 24_576
