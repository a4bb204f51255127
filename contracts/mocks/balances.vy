# pragma version 0.4.3
"""
@title Balances that anybody mints, for the tokens of the tests
@license Apache-2.0
@dev Storage as OpenZeppelin's ERC-20 has it: one word per balance, per allowance and for the supply.
     An endless allowance is not written down.
"""

from ethereum.ercs import IERC20

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


@internal
def _use(owner: address, spender: address, amount: uint256):
    allowed: uint256 = self.allowance[owner][spender]
    if allowed != max_value(uint256):
        assert allowed >= amount, "insufficient allowance"
        self.allowance[owner][spender] = allowed - amount


@internal
def _move(sender: address, receiver: address, amount: uint256):
    assert receiver != empty(address), "invalid receiver"
    held: uint256 = self.balanceOf[sender]
    assert held >= amount, "insufficient balance"
    self.balanceOf[sender] = unsafe_sub(held, amount)
    # The supply holds every balance.
    self.balanceOf[receiver] = unsafe_add(self.balanceOf[receiver], amount)
    log IERC20.Transfer(sender=sender, receiver=receiver, value=amount)
