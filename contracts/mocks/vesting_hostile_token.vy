# pragma version 0.4.3
# pragma evm-version prague
"""
@title A token that misbehaves as the test tells it to
@license Apache-2.0
@notice An ERC-20 with open minting. Each switch makes it one of the tokens that auditors warn of.
"""

from ethereum.ercs import IERC20

implements: IERC20

balanceOf: public(HashMap[address, uint256])
allowance: public(HashMap[address, HashMap[address, uint256]])
totalSupply: public(uint256)

# The receiver gets this much less.
fee: public(uint256)
# The sender loses this much more.
extra: public(uint256)
# Transfers return false; with `is_moving` they move all the same.
is_refusing: public(bool)
is_moving: public(bool)
# Transfers to or from these revert.
is_blocked: public(HashMap[address, bool])
# Transfers call this first.
target: public(address)
call_data: public(Bytes[8192])
# Whether the last of those calls succeeded, and what it returned.
has_succeeded: public(bool)
answer: public(Bytes[64])


@external
def mint(to: address, amount: uint256):
    self.balanceOf[to] += amount
    self.totalSupply += amount


@external
def set_fee(fee: uint256):
    self.fee = fee


@external
def set_extra(extra: uint256):
    self.extra = extra


@external
def set_refusing(is_refusing: bool, is_moving: bool):
    self.is_refusing = is_refusing
    self.is_moving = is_moving


@external
def set_blocked(account: address, is_blocked: bool):
    self.is_blocked[account] = is_blocked


@external
def set_call(target: address, call_data: Bytes[8192]):
    self.target = target
    self.call_data = call_data


@external
def act(target: address, call_data: Bytes[8192]):
    """
    @notice Lets the test call as the token, which may be a recipient or revoker itself.
    """
    raw_call(target, call_data)


@external
def approve(spender: address, amount: uint256) -> bool:
    self.allowance[msg.sender][spender] = amount
    return True


@external
def transfer(to: address, amount: uint256) -> bool:
    return self._transfer(msg.sender, to, amount)


@external
def transferFrom(owner: address, to: address, amount: uint256) -> bool:
    self.allowance[owner][msg.sender] -= amount
    return self._transfer(owner, to, amount)


@internal
def _transfer(owner: address, to: address, amount: uint256) -> bool:
    assert not self.is_blocked[owner] and not self.is_blocked[to], "blocked"
    if self.target != empty(address):
        target: address = self.target
        self.target = empty(address)
        self.has_succeeded, self.answer = raw_call(
            target, self.call_data, max_outsize=64, revert_on_failure=False
        )
    if self.is_refusing and not self.is_moving:
        return False
    self.balanceOf[owner] -= amount + self.extra
    self.balanceOf[to] += amount - self.fee
    log IERC20.Transfer(sender=owner, receiver=to, value=amount)
    return not self.is_refusing
