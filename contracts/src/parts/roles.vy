# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Who may act on a campaign
@license Apache-2.0
@notice Roles change in two steps, with a time between them that is longer than any window.
"""

from ...interfaces import IDistributor
from . import checks
from . import ledger

uses: ledger

OWNER: constant(uint8) = 0
PUBLISHER: constant(uint8) = 1
GUARDIAN: constant(uint8) = 2

holders: HashMap[bytes32, address[3]]
# Account 160, time from which on it may accept 96.
announcements: HashMap[bytes32, uint256[3]]


@external
def announce_role(campaign: bytes32, role: uint8, account: address):
    """
    @notice Names the next holder of a role, who may accept it one day after the window's length:
            whoever minds can object to a root, or claim, before the roles change.
    @dev Only the owner. Announcing again replaces it and starts the time anew.
    @param campaign The campaign's identifier.
    @param role 0 owner, 1 publisher, 2 guardian.
    @param account 0 takes the announcement back.
    """
    self._only(campaign, OWNER)
    checks._require(role <= GUARDIAN, "unknown role")
    acceptable: uint256 = block.timestamp + (ledger.campaigns[campaign].clock & ledger.MASK_64) + ledger.DAY
    self.announcements[campaign][role] = convert(account, uint256) | (acceptable << 160)
    log IDistributor.RoleAnnounced(
        campaign=campaign, role=role, account=account, acceptable_from=acceptable
    )


@external
def accept_role(campaign: bytes32, role: uint8):
    """
    @notice Makes the caller the holder of a role that was announced for it.
    @dev A new owner starts without announcements of the old one.
    @param campaign The campaign's identifier.
    @param role 0 owner, 1 publisher, 2 guardian.
    """
    checks._require(role <= GUARDIAN, "unknown role")
    entry: uint256 = self.announcements[campaign][role]
    checks._require(msg.sender == ledger._address(entry), "not announced")
    checks._require(block.timestamp >= entry >> 160, "too early")
    self.holders[campaign][role] = msg.sender
    self.announcements[campaign][role] = 0
    if role == OWNER:
        self.announcements[campaign] = empty(uint256[3])
    log IDistributor.RoleAccepted(campaign=campaign, role=role, account=msg.sender)


@view
@external
def announced(campaign: bytes32, role: uint8) -> (address, uint256):
    """
    @notice Who was announced for a role, and from which second on it may accept.
    @param campaign The campaign's identifier.
    @param role 0 owner, 1 publisher, 2 guardian.
    @return The account (0: nobody was announced), and the second.
    """
    entry: uint256 = self.announcements[campaign][role]
    return ledger._address(entry), entry >> 160


@view
@internal
def _only(campaign: bytes32, role: uint8):
    checks._require(msg.sender == self.holders[campaign][role], "caller lacks the role")
