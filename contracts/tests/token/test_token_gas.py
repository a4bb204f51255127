"""What transactions of the token cost, under Prague's rules, and the bounds they stay under: one percent above what
was measured. The project asks for 40,000 for a transfer without delegates and 100,000 where both have one.

Transaction gas: 21,000, calldata, cold slots, refunds deducted. `pytest -s` prints the figures."""

import pytest
from eth_abi import encode
from token_chain import LIMIT_OF_A_TRANSACTION, MinedChain, call_data, creation_code

# An amount of 16 bytes, most of them not zero: calldata as dear as it gets for real balances.
AMOUNT = 0x0102030405060708090A0B0C0D0E0F
TRANSFER = "transfer(address,uint256)"


@pytest.fixture
def chain():
    return MinedChain()


@pytest.fixture
def token(chain):
    owner = chain.accounts[0]
    types = ["string", "string", "uint8", "uint256", "uint256", "address"]
    arguments = encode(types, ["Sluice Token", "SLC", 18, 2**127, 1, owner])
    address = chain.deploy(0, creation_code("src/Token.vy") + arguments)
    holders = [(account, 2**124) for account in chain.accounts[1:7]]
    chain.send(0, address, call_data("genesis(address,(address,uint256)[])", owner, holders))
    return address


def bounded(name, gas, bound):
    print(f"gas,{name},{gas},{bound}")
    assert gas <= bound


def transfer(chain, token, sender, to):
    return chain.send(sender, token, call_data(TRANSFER, chain.accounts[to], AMOUNT))


def delegate(chain, token, account, delegatee):
    return chain.send(account, token, call_data("delegate(address)", chain.accounts[delegatee]))


def test_transfer_between_holders_without_delegates(chain, token):
    bounded("transfer, no delegates", transfer(chain, token, 1, 2), 34_800)


def test_transfer_to_a_new_holder(chain, token):
    bounded("transfer, new holder", transfer(chain, token, 1, 8), 52_000)


def test_transfer_between_holders_that_both_delegate(chain, token):
    """To delegates of their own: four histories' slots change, two of them new."""
    delegate(chain, token, 1, 3)
    delegate(chain, token, 2, 4)
    bounded("transfer, both delegate", transfer(chain, token, 1, 2), 98_900)
    bounded("transfer, both delegate, again", transfer(chain, token, 1, 2), 98_900)


def test_transfer_when_one_delegates(chain, token):
    delegate(chain, token, 1, 1)
    bounded("transfer, sender delegates", transfer(chain, token, 1, 2), 67_000)
    bounded("transfer, receiver delegates", transfer(chain, token, 2, 1), 67_000)


def test_transfer_between_holders_of_one_delegate(chain, token):
    delegate(chain, token, 1, 3)
    delegate(chain, token, 2, 3)
    bounded("transfer, one delegate", transfer(chain, token, 1, 2), 40_000)


def test_transfer_after_a_delegation_was_taken_back(chain, token):
    """The flag in the balance's slot goes with the delegate."""
    delegate(chain, token, 1, 3)
    chain.send(1, token, call_data("delegate(address)", b"\0" * 20))
    bounded("transfer, delegation taken back", transfer(chain, token, 1, 2), 34_800)


def test_transfer_from(chain, token):
    chain.send(1, token, call_data("approve(address,uint256)", chain.accounts[9], 2**200))
    data = call_data("transferFrom(address,address,uint256)", *chain.accounts[1:3], AMOUNT)
    bounded("transferFrom, no delegates", chain.send(9, token, data), 40_700)


def test_first_and_later_delegation(chain, token):
    bounded("delegate, first", delegate(chain, token, 1, 1), 76_200)
    bounded("delegate, to another", delegate(chain, token, 1, 2), 85_800)


def test_genesis_of_128_allocations_fits_a_transaction(chain):
    owner = chain.accounts[0]
    types = ["string", "string", "uint8", "uint256", "uint256", "address"]
    arguments = encode(types, ["Sluice Token", "SLC", 18, 2**127, 1, owner])
    address = chain.deploy(0, creation_code("src/Token.vy") + arguments)
    holders = [(bytes([9] * 19 + [n]), AMOUNT) for n in range(128)]
    gas = chain.send(0, address, call_data("genesis(address,(address,uint256)[])", owner, holders))
    bounded("genesis, 128 allocations", gas, 3_517_000)
    assert gas <= LIMIT_OF_A_TRANSACTION


def test_runtime_code_fits():
    size = len(creation_code("src/Token.vy", kind="bytecode_runtime"))
    print(f"size,Token,{size},24576")
    assert size <= 24_576
