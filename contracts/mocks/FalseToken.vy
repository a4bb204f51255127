# pragma version 0.4.3
# pragma evm-version prague
"""
@title Returns false: without moving anything, or (worse) after moving it
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

# 0 honest, 1 refuses, 2 moves and says that it did not, 3 says that it did and did not.
mode: public(uint256)


@external
def set_mode(mode: uint256):
    self.mode = mode


@external
def transfer(_to: address, _value: uint256) -> bool:
    return self._send(msg.sender, _to, _value)


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    balances._use(_from, msg.sender, _value)
    return self._send(_from, _to, _value)


@internal
def _send(sender: address, receiver: address, amount: uint256) -> bool:
    if self.mode == 0 or self.mode == 2:
        balances._move(sender, receiver, amount)
    return self.mode == 0 or self.mode == 3
