# pragma version 0.4.3
# pragma evm-version prague
"""
@title Calls somebody back from inside its transfers
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

target: address
message: Bytes[4096]
# Whether the last call back went through.
went_through: public(bool)
calls: public(uint256)


@external
def set_call(target: address, message: Bytes[4096]):
    self.target = target
    self.message = message
    self.went_through = False
    self.calls = 0


@external
def transfer(_to: address, _value: uint256) -> bool:
    balances._move(msg.sender, _to, _value)
    self._call_back()
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    balances._use(_from, msg.sender, _value)
    balances._move(_from, _to, _value)
    self._call_back()
    return True


@internal
def _call_back():
    if self.target != empty(address):
        self.calls += 1
        if raw_call(self.target, self.message, revert_on_failure=False):
            self.went_through = True
