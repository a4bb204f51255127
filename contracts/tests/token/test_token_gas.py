"""What transactions of the token cost, under Prague's rules: `contracts/gas.csv`, which `test_gas.py` compares these
figures with, and which holds the limits too.

Transaction gas: 21,000, calldata, cold slots, refunds deducted."""

import functools

from eth_abi import encode
from token_chain import LIMIT_OF_A_TRANSACTION, MinedChain, call_data, creation_code

# An amount of 16 bytes, most of them not zero: calldata as dear as it gets for real balances.
AMOUNT = 0x0102030405060708090A0B0C0D0E0F
TRANSFER = "transfer(address,uint256)"


GENESIS = "genesis(address,(address,uint256)[])"


def deployed():
    """A chain, and a token on it before genesis."""
    chain = MinedChain()
    types = ["string", "string", "uint8", "uint256", "uint256", "address"]
    arguments = encode(types, ["Sluice Token", "SLC", 18, 2**127, 1, chain.accounts[0]])
    return chain, chain.deploy(0, creation_code("src/Token.vy") + arguments)


def held():
    """A chain, and a token on it that accounts 1 to 6 hold and nobody delegates."""
    chain, token = deployed()
    holders = [(account, 2**124) for account in chain.accounts[1:7]]
    chain.send(0, token, call_data(GENESIS, chain.accounts[0], holders))
    return chain, token


def transfer(chain, token, sender, to):
    return chain.send(sender, token, call_data(TRANSFER, chain.accounts[to], AMOUNT))


def delegate(chain, token, account, delegatee):
    return chain.send(account, token, call_data("delegate(address)", chain.accounts[delegatee]))


def transfers_without_delegates(gas):
    gas["transfer, no delegates"] = transfer(*held(), 1, 2)
    gas["transfer, new holder"] = transfer(*held(), 1, 8)


def transfers_between_holders_that_both_delegate(gas):
    """To delegates of their own: four histories' slots change, two of them new."""
    chain, token = held()
    delegate(chain, token, 1, 3)
    delegate(chain, token, 2, 4)
    gas["transfer, both delegate"] = transfer(chain, token, 1, 2)
    gas["transfer, both delegate, again"] = transfer(chain, token, 1, 2)


def transfers_when_one_delegates(gas):
    chain, token = held()
    delegate(chain, token, 1, 1)
    gas["transfer, sender delegates"] = transfer(chain, token, 1, 2)
    gas["transfer, receiver delegates"] = transfer(chain, token, 2, 1)


def transfer_between_holders_of_one_delegate(gas):
    chain, token = held()
    delegate(chain, token, 1, 3)
    delegate(chain, token, 2, 3)
    gas["transfer, one delegate"] = transfer(chain, token, 1, 2)


def transfer_after_a_delegation_was_taken_back(gas):
    """The flag in the balance's slot goes with the delegate."""
    chain, token = held()
    delegate(chain, token, 1, 3)
    chain.send(1, token, call_data("delegate(address)", b"\0" * 20))
    gas["transfer, delegation taken back"] = transfer(chain, token, 1, 2)


def transfer_from(gas):
    chain, token = held()
    chain.send(1, token, call_data("approve(address,uint256)", chain.accounts[9], 2**200))
    data = call_data("transferFrom(address,address,uint256)", *chain.accounts[1:3], AMOUNT)
    gas["transferFrom, no delegates"] = chain.send(9, token, data)


def first_and_later_delegation(gas):
    chain, token = held()
    gas["delegate, first"] = delegate(chain, token, 1, 1)
    gas["delegate, to another"] = delegate(chain, token, 1, 2)


def genesis(gas):
    chain, token = deployed()
    holders = [(bytes([9] * 19 + [n]), AMOUNT) for n in range(128)]
    data = call_data(GENESIS, chain.accounts[0], holders)
    gas["genesis, 128 allocations"] = chain.send(0, token, data)


@functools.cache
def measured():
    """Gas by operation, each on a chain of its own."""
    gas = {}
    transfers_without_delegates(gas)
    transfers_between_holders_that_both_delegate(gas)
    transfers_when_one_delegates(gas)
    transfer_between_holders_of_one_delegate(gas)
    transfer_after_a_delegation_was_taken_back(gas)
    transfer_from(gas)
    first_and_later_delegation(gas)
    genesis(gas)
    return gas


def test_genesis_of_128_allocations_fits_a_transaction():
    assert measured()["genesis, 128 allocations"] <= LIMIT_OF_A_TRANSACTION


def test_runtime_code_fits():
    size = len(creation_code("src/Token.vy", kind="bytecode_runtime"))
    print(f"size,Token,{size},24576")
    assert size <= 24_576
