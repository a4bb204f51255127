# pragma version 0.4.3
# pragma evm-version prague
"""
@title An ERC-20 with the storage of OpenZeppelin's, that anybody mints; for tests
@license Apache-2.0
@dev Storage as there: one word per balance, per allowance and for the supply. An endless allowance
     is not written down.
"""

from ethereum.ercs import IERC20

implements: IERC20

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)


@external
def mint(to: address, amount: uint256):
    self.totalSupply += amount
    self.balanceOf[to] += amount
    log IERC20.Transfer(sender=empty(address), receiver=to, value=amount)


@external
def approve(_spender: address, _value: uint256) -> bool:
    assert _spender != empty(address), "invalid spender"
    self.allowance[msg.sender][_spender] = _value
    log IERC20.Approval(owner=msg.sender, spender=_spender, value=_value)
    return True


@external
def transfer(_to: address, _value: uint256) -> bool:
    self._move(msg.sender, _to, _value)
    return True


@external
def transferFrom(_from: address, _to: address, _value: uint256) -> bool:
    allowed: uint256 = self.allowance[_from][msg.sender]
    if allowed != max_value(uint256):
        assert allowed >= _value, "insufficient allowance"
        self.allowance[_from][msg.sender] = allowed - _value
    self._move(_from, _to, _value)
    return True


@internal
def _move(sender: address, receiver: address, amount: uint256):
    assert receiver != empty(address), "invalid receiver"
    held: uint256 = self.balanceOf[sender]
    assert held >= amount, "insufficient balance"
    self.balanceOf[sender] = unsafe_sub(held, amount)
    # The supply holds every balance.
    self.balanceOf[receiver] = unsafe_add(self.balanceOf[receiver], amount)
    log IERC20.Transfer(sender=sender, receiver=receiver, value=amount)
