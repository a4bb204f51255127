# pragma version 0.4.3
# pragma evm-version prague
"""
@title Returns nothing from its transfers
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
def transfer(_to: address, _value: uint256):
    balances._move(msg.sender, _to, _value)


@external
def transferFrom(_from: address, _to: address, _value: uint256):
    balances._use(_from, msg.sender, _value)
    balances._move(_from, _to, _value)
