# pragma version 0.4.3
# pragma nonreentrancy on
"""
@title Claims
@license Apache-2.0
"""

from ...interfaces import IDistributor
from . import accounts
from . import checks
from . import leaf
from . import ledger
from . import schedule

uses: accounts
uses: ledger

# A delegation gets this much gas, and is not begun without it: whoever relays a claim cannot starve
# it. One with fresh checkpoints on both sides takes about 130,000.
DELEGATION_GAS: constant(uint256) = 250_000
GAS_BEFORE_DELEGATION: constant(uint256) = 280_000

# @notice Base units that claims of an account were paid, ever, by campaign and account.
claimed: public(HashMap[bytes32, HashMap[address, uint256]])


@external
def claim(
    campaign: bytes32,
    account: address,
    entitlement: uint256,
    proof: DynArray[bytes32, 32],
    expected_root: bytes32,
) -> uint256:
    """
    @notice Pays what is free of an entitlement and not claimed yet, to the account's registered
            recipient, or else to the account. Pays nothing, without failing, where nothing is due.
    @dev The account or its operator; others only where the campaign lets anyone, the account has
         not opted out, and it has no code or has opted in. Not while paused, nor from the expiry
         on, when what is unclaimed lapses.
    @param campaign The campaign's identifier.
    @param account Whose claim it is.
    @param entitlement Base units in the account's leaf under the live root, cumulative.
    @param proof Sibling hashes from the leaf to the root, at most 32.
    @param expected_root The root for which the proof was made; 0 is whichever is live.
    @return Base units paid.
    """
    head: uint256 = ledger._open(campaign)
    recipient: address = accounts._payee(account, head & ledger.ANYONE_BIT != 0)
    root: bytes32 = self._payable_root(campaign, head, expected_root)
    leaf._check(root, campaign, account, entitlement, proof)
    return self._claim(campaign, head, account, entitlement, recipient)


@external
def claim_many(claims: DynArray[IDistributor.Claim, 32]) -> uint256:
    """
    @notice Does up to 32 claims, of any accounts and campaigns, each under the rules of `claim`.
            One that has nothing to pay is passed over; one that is refused fails all of them.
    @param claims At most 32, each as the arguments of `claim`.
    @return Base units paid, of all tokens together: meant for batches of one token.
    """
    sum: uint256 = 0
    for item: IDistributor.Claim in claims:
        head: uint256 = ledger._open(item.campaign)
        recipient: address = accounts._payee(item.account, head & ledger.ANYONE_BIT != 0)
        root: bytes32 = self._payable_root(item.campaign, head, item.expected_root)
        leaf._check(root, item.campaign, item.account, item.entitlement, item.proof)
        sum += self._claim(item.campaign, head, item.account, item.entitlement, recipient)
    return sum


@external
def claim_to(
    campaign: bytes32,
    account: address,
    entitlement: uint256,
    proof: DynArray[bytes32, 32],
    expected_root: bytes32,
    recipient: address,
    deadline: uint256,
    signature: Bytes[2048],
) -> uint256:
    """
    @notice As `claim`, but to a recipient that the account chose by its signature, or by calling.
            Fails where nothing is due, so that no signature is spent on nothing.
    @dev EIP-712 ClaimTo(bytes32 campaign,address account,address recipient,uint256 nonce,uint256
         deadline) in the domain "Sluice Distributor", version "1". Where anyone may claim, somebody
         may claim to the registered recipient first; an account that minds opts out.
    @param campaign The campaign's identifier.
    @param account Whose claim it is.
    @param entitlement Base units in the account's leaf under the live root, cumulative.
    @param proof Sibling hashes from the leaf to the root, at most 32.
    @param expected_root The root for which the proof was made; 0 is whichever is live.
    @param recipient Whom it pays; not 0.
    @param deadline The last second at which the signature is good.
    @param signature 65 bytes r, s, v with the lower s; or what the account's isValidSignature
           (ERC-1271) takes. Not looked at when the account itself calls.
    @return Base units paid.
    """
    head: uint256 = ledger._open(campaign)
    root: bytes32 = self._payable_root(campaign, head, expected_root)
    leaf._check(root, campaign, account, entitlement, proof)
    if msg.sender != account:
        accounts._use_signature(campaign, account, recipient, deadline, signature)
    return self._claim_some(campaign, head, account, entitlement, recipient)


@external
def claim_and_delegate(
    campaign: bytes32,
    account: address,
    entitlement: uint256,
    proof: DynArray[bytes32, 32],
    expected_root: bytes32,
    recipient: address,
    deadline: uint256,
    signature: Bytes[2048],
    delegation: IDistributor.Delegation,
) -> uint256:
    """
    @notice As `claim_to`; then hands a signed delegation to the token. One that fails changes
            nothing of the claim.
    @dev Fails as a whole where less gas is left than a delegation may need.
    @param campaign The campaign's identifier.
    @param account Whose claim it is.
    @param entitlement Base units in the account's leaf under the live root, cumulative.
    @param proof Sibling hashes from the leaf to the root, at most 32.
    @param expected_root The root for which the proof was made; 0 is whichever is live.
    @param recipient Whom it pays; not 0.
    @param deadline The last second at which the signature is good.
    @param signature As `claim_to` takes it; at most 2048 bytes.
    @param delegation What an account signed for the token's delegateBySig (ERC-5805).
    @return Base units paid.
    """
    head: uint256 = ledger._open(campaign)
    root: bytes32 = self._payable_root(campaign, head, expected_root)
    leaf._check(root, campaign, account, entitlement, proof)
    if msg.sender != account:
        accounts._use_signature(campaign, account, recipient, deadline, signature)
    paid: uint256 = self._claim_some(campaign, head, account, entitlement, recipient)
    checks._require(msg.gas >= GAS_BEFORE_DELEGATION, "too little gas")
    # No output is taken, so that a long one costs nothing.
    success: bool = raw_call(
        ledger._address(head),
        abi_encode(
            delegation,
            method_id=method_id("delegateBySig(address,uint256,uint256,uint8,bytes32,bytes32)"),
        ),
        gas=DELEGATION_GAS,
        revert_on_failure=False,
    )
    log IDistributor.DelegationTried(
        campaign=campaign, account=account, delegatee=delegation.delegatee, success=success
    )
    return paid


@view
@internal
def _payable_root(campaign: bytes32, head: uint256, expected_root: bytes32) -> bytes32:
    """
    @dev The live root of an open campaign, if it is the expected one and has not lapsed.
    """
    expiry: uint256 = (head >> ledger.EXPIRY_SHIFT) & ledger.MASK_48
    assert expiry == 0 or block.timestamp < expiry, "expired"
    root: bytes32 = ledger.roots[campaign][(head >> ledger.LIVE_SHIFT) & 1]
    assert expected_root == empty(bytes32) or expected_root == root, "another root is live"
    return root


@internal
def _claim(
    campaign: bytes32, head: uint256, account: address, entitlement: uint256, recipient: address
) -> uint256:
    """
    @dev Pays what is due of an entitlement that is proven under the payable root; who may claim was
         checked.
    """
    assert entitlement <= ledger.MASK_128, "amount too large"
    vested: uint256 = entitlement
    shape: uint256 = (head >> ledger.SHAPE_SHIFT) & 3
    if shape != schedule.IMMEDIATE:
        vested = schedule._vested(
            shape, ledger.campaigns[campaign].schedule, entitlement, block.timestamp
        )
    claimed: uint256 = self.claimed[campaign][account]
    if vested <= claimed:
        return 0
    amount: uint256 = unsafe_sub(vested, claimed)
    # A tree whose leaves exceed its total takes nothing from anybody else's campaign.
    claims: uint256 = ledger.campaigns[campaign].claims
    assert (claims & ledger.MASK_128) + amount <= claims >> 128, "exceeds the total"
    self.claimed[campaign][account] = vested
    ledger.campaigns[campaign].claims = unsafe_add(claims, amount)
    log IDistributor.Claimed(
        campaign=campaign, account=account, recipient=recipient, amount=amount
    )
    ledger._pay(convert(head & ledger.TOKEN_MASK, address), recipient, amount)
    return amount


@internal
def _claim_some(
    campaign: bytes32, head: uint256, account: address, entitlement: uint256, recipient: address
) -> uint256:
    paid: uint256 = self._claim(campaign, head, account, entitlement, recipient)
    checks._require(paid != 0, "nothing is due")
    return paid
