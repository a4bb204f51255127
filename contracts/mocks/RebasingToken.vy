# pragma version 0.4.3
# pragma evm-version prague
"""
@title Multiplies all balances at once
@license Apache-2.0
"""

shares: HashMap[address, uint256]
allowance: public(HashMap[address, HashMap[address, uint256]])
total_shares: uint256
# Hundredths of a unit per share.
rate: public(uint256)


@deploy
def __init__():
    self.rate = 100


@external
def set_rate(rate: uint256):
    self.rate = rate


@external
def mint(to: address, amount: uint256):
    self.shares[to] += amount
    self.total_shares += amount


@view
@external
def balanceOf(account: address) -> uint256:
    return self.shares[account] * self.rate // 100


@view
@external
def totalSupply() -> uint256:
    return self.total_shares * self.rate // 100


@external
def approve(_spender: address, _value: uint256) -> bool:
    self.allowance[msg.sender][_spender] = _value
    return True


@external
def transfer(_to: address, _value: uint256) -> bool:
    self._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    self.allowance[_from][msg.sender] -= _value
    self._move(_from, _to, _value)
    return True


@internal
def _move(sender: address, receiver: address, amount: uint256):
    shares: uint256 = amount * 100 // self.rate
    self.shares[sender] -= shares
    self.shares[receiver] += shares
