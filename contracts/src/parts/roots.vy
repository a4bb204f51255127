# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Roots: proposing, vetoing and voiding them
@license Apache-2.0
"""

from ...interfaces import IDistributor
from . import checks
from . import leaf
from . import ledger
from . import roles

uses: ledger
uses: roles

# Proposals that never come back, by _rejection.
rejected: HashMap[bytes32, bool]


@external
def propose(
    campaign: bytes32,
    parent_root: bytes32,
    root: bytes32,
    commitment: bytes32,
    total: uint256,
    uri: String[256],
):
    """
    @notice Makes a root pending: it is live when the window has passed, unless it is vetoed or
            voided. It replaces another pending root, with a new window. The proposal that is
            pending or live already does nothing when it is sent again.
    @dev Only the publisher; not while paused.
    @param campaign The campaign's identifier.
    @param parent_root The live root on which this one builds; 0 where there is none yet.
    @param root The tree's root. What was vetoed (same root, commitment and total) or voided (same
           root and total) never comes back.
    @param commitment keccak-256 of the bundle's commitment.json.
    @param total Sum of all entitlements, base units: at least the live total, at most the largest
           increase above it, and at most what was funded and not spent.
    @param uri Where the bundle is published, at most 256 bytes.
    """
    head: uint256 = ledger._open(campaign)
    roles._only(campaign, roles.PUBLISHER)
    checks._require(root != empty(bytes32), "no root")
    checks._require(commitment != empty(bytes32), "no commitment")
    live: uint256 = ledger._live(head)
    live_total: uint256 = ledger.campaigns[campaign].claims >> 128
    limits: uint256 = ledger.campaigns[campaign].limits
    if total == live_total and ledger._is_record(campaign, live, root, commitment):
        return
    if head & ledger.DUE_MASK != 0 and total == limits & ledger.MASK_128:
        if ledger._is_record(campaign, 1 - live, root, commitment):
            return

    checks._require(parent_root == ledger.roots[campaign][live], "parent is not live")
    checks._require(total >= live_total, "total falls")
    maximum: uint256 = limits >> 128
    checks._require(maximum == 0 or total - live_total <= maximum, "increase too large")
    funds: uint256 = ledger.campaigns[campaign].funds
    checks._require(total <= (funds & ledger.MASK_128) - (funds >> 128), "total exceeds funds")
    checks._require(not self.rejected[self._rejection(campaign, root, total, commitment)], "was vetoed")
    checks._require(not self.rejected[self._rejection(campaign, root, total, empty(bytes32))], "was voided")
    due: uint256 = block.timestamp + (ledger.campaigns[campaign].clock & ledger.MASK_64)
    expiry: uint256 = (head >> ledger.EXPIRY_SHIFT) & ledger.MASK_48
    checks._require(expiry == 0 or due + ledger.TIME_TO_CLAIM <= expiry, "too near the expiry")

    ledger.campaigns[campaign].head = (head & ~ledger.DUE_MASK) | (due << ledger.DUE_SHIFT)
    ledger.campaigns[campaign].limits = (maximum << 128) | total
    ledger.roots[campaign][1 - live] = root
    ledger.commitments[campaign][1 - live] = commitment
    log IDistributor.Proposed(
        campaign=campaign,
        root=root,
        parent_root=parent_root,
        commitment=commitment,
        total=total,
        live_from=due,
        uri=uri,
    )


@external
def activate(campaign: bytes32):
    """
    @notice Writes down that the pending root is live, if its window has passed. Whatever touches
            the campaign does so too; this is for whoever wants the event now.
    @param campaign The campaign's identifier.
    """
    ledger._settled(campaign)


@external
def veto(campaign: bytes32, root: bytes32):
    """
    @notice Ends a pending root inside its window, or in a pause that stopped the window.
    @dev Only the guardian. The same root may come again with another commitment or total.
    @param campaign The campaign's identifier.
    @param root The pending root that is meant: one that replaced it meanwhile is not hit.
    """
    head: uint256 = ledger._settled(campaign)
    roles._only(campaign, roles.GUARDIAN)
    checks._require(self._pending_root(campaign, head) == root, "root is not pending")
    self._reject(campaign, head, root, ledger.commitments[campaign][1 - ledger._live(head)])
    log IDistributor.Vetoed(campaign=campaign, root=root)


@external
def void_lowered(
    campaign: bytes32,
    account: address,
    live_entitlement: uint256,
    live_proof: DynArray[bytes32, 32],
    pending_entitlement: uint256,
    pending_proof: DynArray[bytes32, 32],
):
    """
    @notice Ends a pending root, inside its window, that lowers an entitlement of the live one.
            Anybody may call it.
    @dev What no proof can show, and only the guardian or a recomputation can answer: an account
         that has vanished from the pending tree; entitlements that together exceed the total; an
         entitlement that is too high but below the total.
    @param campaign The campaign's identifier.
    @param account Whose entitlement falls.
    @param live_entitlement Base units in the account's leaf under the live root.
    @param live_proof Sibling hashes from that leaf to the live root, at most 32.
    @param pending_entitlement Base units in its leaf under the pending root: less.
    @param pending_proof Sibling hashes from that leaf to the pending root, at most 32.
    """
    head: uint256 = ledger._settled(campaign)
    live: bytes32 = ledger.roots[campaign][ledger._live(head)]
    leaf._check(live, campaign, account, live_entitlement, live_proof)
    checks._require(pending_entitlement < live_entitlement, "nothing is lowered")
    self._void(campaign, head, account, pending_entitlement, pending_proof, 1)


@external
def void_doubled(
    campaign: bytes32,
    account: address,
    first_entitlement: uint256,
    first_proof: DynArray[bytes32, 32],
    second_entitlement: uint256,
    second_proof: DynArray[bytes32, 32],
):
    """
    @notice Ends a pending root, inside its window, that has two leaves of one account with
            different entitlements. Anybody may call it.
    @dev Two equal leaves are one claim: entitlements are cumulative.
    @param campaign The campaign's identifier.
    @param account Who has two entitlements.
    @param first_entitlement Base units in one leaf of the account under the pending root.
    @param first_proof Sibling hashes from that leaf to the pending root, at most 32.
    @param second_entitlement Base units in another one.
    @param second_proof Sibling hashes from that one.
    """
    head: uint256 = ledger._settled(campaign)
    root: bytes32 = self._pending_root(campaign, head)
    leaf._check(root, campaign, account, first_entitlement, first_proof)
    checks._require(second_entitlement != first_entitlement, "the leaves are equal")
    self._void(campaign, head, account, second_entitlement, second_proof, 2)


@external
def void_exceeding(
    campaign: bytes32, account: address, entitlement: uint256, proof: DynArray[bytes32, 32]
):
    """
    @notice Ends a pending root, inside its window, that has a leaf above its total. Anybody may
            call it.
    @param campaign The campaign's identifier.
    @param account Whose leaf it is.
    @param entitlement Base units in the leaf; here any 256-bit value.
    @param proof Sibling hashes from the leaf to the pending root, at most 32.
    """
    head: uint256 = ledger._settled(campaign)
    checks._require(entitlement > ledger.campaigns[campaign].limits & ledger.MASK_128, "within the total")
    self._void(campaign, head, account, entitlement, proof, 3)


@view
@internal
def _pending_root(campaign: bytes32, head: uint256) -> bytes32:
    """
    @dev Refuses where nothing is pending.
    """
    checks._require(head & ledger.DUE_MASK != 0, "root is not pending")
    return ledger.roots[campaign][1 - ledger._live(head)]


@internal
def _void(
    campaign: bytes32,
    head: uint256,
    account: address,
    entitlement: uint256,
    proof: DynArray[bytes32, 32],
    reason: uint8,
):
    """
    @dev Ends the pending root if the leaf is under it; the caller has found the fault.
    """
    root: bytes32 = self._pending_root(campaign, head)
    leaf._check(root, campaign, account, entitlement, proof)
    self._reject(campaign, head, root, empty(bytes32))
    log IDistributor.Voided(campaign=campaign, root=root, account=account, reason=reason)


@internal
def _reject(campaign: bytes32, head: uint256, root: bytes32, commitment: bytes32):
    total: uint256 = ledger.campaigns[campaign].limits & ledger.MASK_128
    self.rejected[self._rejection(campaign, root, total, commitment)] = True
    ledger.campaigns[campaign].head = head & ~ledger.DUE_MASK


@pure
@internal
def _rejection(
    campaign: bytes32, root: bytes32, total: uint256, commitment: bytes32
) -> bytes32:
    """
    @dev The key of what never comes back; commitment 0 stands for every one of them.
    """
    return keccak256(abi_encode(campaign, root, total, commitment))
