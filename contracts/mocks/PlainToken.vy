# pragma version 0.4.3
# pragma evm-version prague
"""
@title An ERC-20 with the storage of OpenZeppelin's; for tests and for gas
@license Apache-2.0
"""

from . import balances

initializes: balances
exports: (
    balances.balanceOf,
    balances.allowance,
    balances.totalSupply,
    balances.mint,
    balances.approve,
)


@external
def transfer(_to: address, _value: uint256) -> bool:
    balances._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    balances._use(_from, msg.sender, _value)
    balances._move(_from, _to, _value)
    return True
