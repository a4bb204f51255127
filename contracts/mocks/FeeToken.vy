# pragma version 0.4.3
# pragma evm-version prague
"""
@title Gives the receiver one hundredth less than was sent, once that is switched on
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

is_charging: public(bool)


@external
def set_charging(on: bool):
    self.is_charging = on


@external
def transfer(_to: address, _value: uint256) -> bool:
    self._send(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    balances._use(_from, msg.sender, _value)
    self._send(_from, _to, _value)
    return True


@internal
def _send(sender: address, receiver: address, amount: uint256):
    fee: uint256 = amount // 100 if self.is_charging else 0
    balances._move(sender, receiver, amount - fee)
    balances._move(sender, self, fee)
