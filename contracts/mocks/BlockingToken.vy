# pragma version 0.4.3
# pragma evm-version prague
"""
@title Lets some accounts receive nothing, each in its own way
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

# 0 may receive; else a transfer to it: 1 reverts, 2 burns all gas, 3 reverts with 10 kB of output.
mode: public(HashMap[address, uint256])


@external
def set_mode(account: address, mode: uint256):
    self.mode[account] = mode


@external
def transfer(_to: address, _value: uint256) -> bool:
    self._check(_to)
    balances._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    self._check(_to)
    balances._use(_from, msg.sender, _value)
    balances._move(_from, _to, _value)
    return True


@internal
def _check(receiver: address):
    mode: uint256 = self.mode[receiver]
    assert mode != 1, "receiver is blocked"
    # The opcode for what cannot be takes all gas.
    assert mode != 2, UNREACHABLE
    if mode == 3:
        output: Bytes[10240] = slice(self.code, 0, 32)
        raw_revert(concat(output, empty(bytes32), b"and more"))
