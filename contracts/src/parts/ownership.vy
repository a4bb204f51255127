# pragma version 0.4.3
# pragma evm-version prague
"""
@title One owner, handed over in two steps, or given up for ever
@license Apache-2.0
@notice A module.
"""

event OwnershipTransferStarted:
    previousOwner: indexed(address)
    newOwner: indexed(address)


event OwnershipTransferred:
    previousOwner: indexed(address)
    newOwner: indexed(address)


# The owner; the zero address: nobody, ever.
owner: public(address)
# Who may accept the ownership.
pendingOwner: public(address)


@deploy
def __init__(owner_: address):
    self._set_owner(owner_)


@external
def transferOwnership(newOwner: address):
    """
    @notice Offers the ownership; by the owner. It moves when the other accepts.
    @param newOwner Who may accept; the zero address takes the offer back
    """
    self._check_owner()
    self.pendingOwner = newOwner
    log OwnershipTransferStarted(previousOwner=msg.sender, newOwner=newOwner)


@external
def acceptOwnership():
    """
    @notice Takes the ownership that was offered to the caller.
    """
    assert msg.sender == self.pendingOwner, "caller was offered nothing"
    self._set_owner(msg.sender)


@external
def renounceOwnership():
    """
    @notice Gives the ownership up for ever; by the owner. What the owner set stays as it is.
    """
    self._check_owner()
    self._set_owner(empty(address))


@internal
@view
def _check_owner():
    assert msg.sender == self.owner, "caller is not the owner"


@internal
def _set_owner(account: address):
    log OwnershipTransferred(previousOwner=self.owner, newOwner=account)
    self.owner = account
    self.pendingOwner = empty(address)
