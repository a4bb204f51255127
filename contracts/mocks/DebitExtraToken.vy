# pragma version 0.4.3
# pragma evm-version prague
"""
@title Takes one unit more from the sender than the receiver gets, once that is switched on
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

is_greedy: public(bool)


@external
def set_greedy(on: bool):
    self.is_greedy = on


@external
def transfer(_to: address, _value: uint256) -> bool:
    balances._move(msg.sender, _to, _value)
    if self.is_greedy:
        balances._move(msg.sender, self, 1)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    balances._use(_from, msg.sender, _value)
    balances._move(_from, _to, _value)
    return True
