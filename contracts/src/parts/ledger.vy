# pragma version 0.4.3
"""
@title What a distributor keeps of each campaign
@license Apache-2.0
@notice The storage that roots, claims and payouts share, and what reads and writes it as a whole.
@dev Amounts are base units below 2**128, times are seconds. At all times, per campaign:
     claimed ≤ live total ≤ pending total, and spent + the larger total ≤ funded.
"""

from ethereum.ercs import IERC20
from ...interfaces import IDistributor
from . import checks

# Fields of `head`, from the lowest bit: token 160, time at which the pending root is live 40 (0: no
# pending root), expiry 48 (0: never), shape 2, claim policy 1, paused 1, which record is live 1.
# One word holds all that a claim asks first.
DUE_SHIFT: constant(uint256) = 160
EXPIRY_SHIFT: constant(uint256) = 200
SHAPE_SHIFT: constant(uint256) = 248
LIVE_SHIFT: constant(uint256) = 252
TOKEN_MASK: constant(uint256) = 2**160 - 1
DUE_MASK: constant(uint256) = (2**40 - 1) * 2**160
EXPIRY_MASK: constant(uint256) = (2**48 - 1) * 2**200
ANYONE_BIT: constant(uint256) = 2**250
PAUSED_BIT: constant(uint256) = 2**251
LIVE_BIT: constant(uint256) = 2**252
MASK_40: constant(uint256) = 2**40 - 1
MASK_48: constant(uint256) = 2**48 - 1
MASK_64: constant(uint256) = 2**64 - 1
MASK_128: constant(uint256) = 2**128 - 1

DAY: constant(uint256) = 86_400
# Between a root's first second, or the last unlock, and the expiry.
TIME_TO_CLAIM: constant(uint256) = 90 * DAY

# Each field is one word; of two fields in it, the first one is in the low bits.
struct Campaign:
    head: uint256
    schedule: uint256  # see parts/schedule.vy
    claims: uint256  # claimed 128, live total 128
    funds: uint256  # funded 128, spent (pushed and taken back) 128
    limits: uint256  # pending total 128, maximum increase 128
    clock: uint256  # window 64, time of the last pause 64

campaigns: HashMap[bytes32, Campaign]
# Two records each: the live one, which `head` names, and the other for the pending one.
roots: HashMap[bytes32, bytes32[2]]
commitments: HashMap[bytes32, bytes32[2]]


@view
@internal
def _known(campaign: bytes32) -> uint256:
    """
    @dev The campaign's head; refuses what was never created.
    """
    head: uint256 = self.campaigns[campaign].head
    assert head != 0, "unknown campaign"
    return head


@internal
def _settled(campaign: bytes32) -> uint256:
    """
    @dev Writes down that a pending root has become live; the campaign's head after that.
    """
    head: uint256 = self._known(campaign)
    if not self._is_due(head):
        return head
    head = (head ^ LIVE_BIT) & ~DUE_MASK
    total: uint256 = self.campaigns[campaign].limits & MASK_128
    claims: uint256 = self.campaigns[campaign].claims
    self.campaigns[campaign].head = head
    self.campaigns[campaign].claims = (claims & MASK_128) | (total << 128)
    log IDistributor.RootLive(
        campaign=campaign, root=self.roots[campaign][self._live(head)], total=total
    )
    return head


@internal
def _open(campaign: bytes32) -> uint256:
    """
    @dev As _settled; refuses while paused.
    """
    head: uint256 = self.campaigns[campaign].head
    if head == 0 or head & DUE_MASK != 0:
        head = self._settled(campaign)
    assert head & PAUSED_BIT == 0, "paused"
    return head


@pure
@internal
def _address(word: uint256) -> address:
    """
    @dev The address in the low bits: of a head the token, of an announcement the account.
    """
    return convert(word & TOKEN_MASK, address)


@pure
@internal
def _live(head: uint256) -> uint256:
    """
    @dev The index of the live record.
    """
    return (head >> LIVE_SHIFT) & 1


@view
@internal
def _is_due(head: uint256) -> bool:
    """
    @dev Whether there is a pending root whose window has passed. A pause stops the window.
    """
    due: uint256 = (head >> DUE_SHIFT) & MASK_40
    return due != 0 and due <= block.timestamp and head & PAUSED_BIT == 0


@view
@internal
def _is_record(campaign: bytes32, index: uint256, root: bytes32, commitment: bytes32) -> bool:
    if self.roots[campaign][index] != root:
        return False
    return self.commitments[campaign][index] == commitment


@view
@internal
def _record(
    campaign: bytes32, index: uint256, total: uint256, live_from: uint256
) -> IDistributor.Root:
    return IDistributor.Root(
        root=self.roots[campaign][index],
        commitment=self.commitments[campaign][index],
        total=total,
        live_from=convert(live_from, uint64),
    )


@view
@internal
def _is_expired(campaign: bytes32, head: uint256) -> bool:
    """
    @dev A campaign's clock stands still while it is paused.
    """
    expiry: uint256 = (head >> EXPIRY_SHIFT) & MASK_48
    if expiry == 0:
        return False
    if head & PAUSED_BIT != 0:
        return self.campaigns[campaign].clock >> 64 >= expiry
    return block.timestamp >= expiry


@view
@internal
def _free(campaign: bytes32, head: uint256) -> uint256:
    """
    @dev Base units that no root claims. At all times claimed ≤ live total ≤ pending total, and
         spent + the larger total ≤ funded.
    """
    funds: uint256 = self.campaigns[campaign].funds
    left: uint256 = (funds & MASK_128) - (funds >> 128)
    claims: uint256 = self.campaigns[campaign].claims
    if self._is_expired(campaign, head):
        return left - (claims & MASK_128)
    if head & DUE_MASK != 0:
        return left - (self.campaigns[campaign].limits & MASK_128)
    return left - (claims >> 128)


@internal
def _spend(campaign: bytes32, head: uint256, amount: uint256):
    checks._require(amount <= self._free(campaign, head), "exceeds what is free")
    self.campaigns[campaign].funds += amount << 128


@internal
def _pay(token: address, recipient: address, amount: uint256):
    """
    @dev Fails unless this contract's balance falls by exactly the amount.
    """
    assert recipient != empty(address), "no recipient"
    before: uint256 = staticcall IERC20(token).balanceOf(self)
    assert extcall IERC20(token).transfer(recipient, amount, default_return_value=True), (
        "transfer refused"
    )
    assert staticcall IERC20(token).balanceOf(self) + amount == before, "token moved another amount"
