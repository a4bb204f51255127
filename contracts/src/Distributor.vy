# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Distributor
@license Apache-2.0
@notice Pays campaigns: one token each, from their own funds, under roots that were public for a
        challenge window before they pay. Nothing here can be upgraded.
@dev Amounts are base units of the campaign's token; every amount of 2**128 or more is refused, so
     that no sum or product here overflows. Times are seconds since 1970-01-01T00:00:00Z.

     A leaf is keccak256(keccak256(abi.encode(bytes32 campaign, address account, uint256
     entitlement))), its tree has sorted pairs (OpenZeppelin standard-v1). The identifier of a
     campaign is in each of its leaves and covers chain, contract, token, creator and terms: a proof
     is good in one place only.

     A pending root is live from the end of its window on, without a transaction: whatever touches
     the campaign next writes that down first.

     Trusted: the owner with what exceeds the committed total, and with pauses; the publisher within
     the window, the funds and the largest increase; the guardian with vetoes and pauses. A token
     that changes balances by itself (a rebasing one) breaks what one campaign owes to another of
     the same token; do not use it here. Tokens sent to this contract outside fund_to belong to no
     campaign and stay here for ever: the sum of all funds of one token is not counted, because
     that would cost every claim a storage write, and without it nothing is safe to sweep.
"""

from ethereum.ercs import IERC20
from ..interfaces import IDistributor
from .parts import accounts
from .parts import checks
from .parts import claims
from .parts import ledger
from .parts import roles
from .parts import roots
from .parts import schedule

implements: IDistributor
initializes: accounts
initializes: ledger
initializes: roles[ledger := ledger]
initializes: roots[ledger := ledger, roles := roles]
initializes: claims[accounts := accounts, ledger := ledger]
exports: (
    roots.propose,
    roots.activate,
    roots.veto,
    roots.void_lowered,
    roots.void_doubled,
    roots.void_exceeding,
    claims.claim,
    claims.claim_many,
    claims.claim_to,
    claims.claim_and_delegate,
    claims.claimed,
    roles.announce_role,
    roles.accept_role,
    roles.announced,
    accounts.set_recipient,
    accounts.set_operator,
    accounts.set_opt_in,
    accounts.set_opt_out,
    accounts.profile,
    accounts.is_operator,
    accounts.nonces,
    accounts.DOMAIN_SEPARATOR,
)

SHORTEST_WINDOW: constant(uint256) = ledger.DAY
LONGEST_WINDOW: constant(uint256) = 30 * ledger.DAY
# Half of what `head` holds, so that pauses can extend an expiry for as long as there are seconds.
LAST_EXPIRY: constant(uint256) = 2**47 - 1

# A pushed transfer gets at most this much gas, so that no recipient with a hook can burn it all.
TRANSFER_GAS: constant(uint256) = 500_000
# A call keeps 1/64 of the gas back. A transfer that fails and leaves less than 1/63 of TRANSFER_GAS
# may have got too little of it: then all of the push fails.
GAS_AFTER_SKIP: constant(uint256) = 20_000

# @notice Whether a payout of a campaign was pushed, by campaign and payout id.
is_pushed: public(HashMap[bytes32, HashMap[bytes32, bool]])


@external
def create(token: address, salt: bytes32, terms: IDistributor.Terms) -> bytes32:
    """
    @notice Opens a campaign for the caller; does nothing if it exists.
    @param token An ERC-20 contract whose balances only transfers change.
    @param salt Any 32 bytes; sets apart campaigns of one creator with equal terms.
    @param terms Schedule, window, expiry, claim policy, largest increase and first roles.
    @return The campaign's identifier: keccak256(abi.encode(uint256 chainId, address distributor,
            address token, address creator, bytes32 salt, bytes32 termsHash)).
    """
    campaign: bytes32 = self._identifier(token, salt, terms)
    if ledger.campaigns[campaign].head != 0:
        return campaign
    checks._require(token.is_contract, "token has no code")
    checks._require(staticcall IERC20(token).totalSupply() <= ledger.MASK_128, "supply too large")
    window: uint256 = convert(terms.window, uint256)
    expiry: uint256 = convert(terms.expiry, uint256)
    checks._require(window >= SHORTEST_WINDOW, "window too short")
    checks._require(window <= LONGEST_WINDOW, "window too long")
    checks._require(terms.claim_policy <= 1, "unknown claim policy")
    checks._require(terms.maximum_increase <= ledger.MASK_128, "amount too large")
    checks._require(terms.owner != empty(address), "no owner")
    checks._require(terms.publisher != empty(address), "no publisher")
    checks._require(terms.guardian != empty(address), "no guardian")

    shape: uint256 = 0
    packed: uint256 = 0
    end: uint256 = 0
    shape, packed, end = schedule._packed(terms.schedule)
    if expiry != 0:
        checks._require(expiry <= LAST_EXPIRY, "expiry too late")
        first: uint256 = max(end, block.timestamp + window) + ledger.TIME_TO_CLAIM
        checks._require(expiry >= first, "expiry too early")

    ledger.campaigns[campaign] = ledger.Campaign(
        head=convert(token, uint256)
        | (expiry << ledger.EXPIRY_SHIFT)
        | (shape << ledger.SHAPE_SHIFT)
        | (convert(terms.claim_policy, uint256) * ledger.ANYONE_BIT),
        schedule=packed,
        claims=0,
        funds=0,
        limits=terms.maximum_increase << 128,
        clock=window,
    )
    roles.holders[campaign] = [terms.owner, terms.publisher, terms.guardian]
    log IDistributor.CampaignCreated(
        campaign=campaign, token=token, creator=msg.sender, salt=salt, terms=terms
    )
    return campaign


@external
def fund_to(campaign: bytes32, cumulative: uint256) -> uint256:
    """
    @notice Pulls from the caller what is missing until the campaign has received `cumulative` in
            all; does nothing if it has. Sent twice, it pulls once. Anybody may fund.
    @param campaign The campaign's identifier.
    @param cumulative Base units that came in, ever, below 2**128; what left does not count.
    @return Base units pulled.
    """
    token: IERC20 = IERC20(ledger._address(ledger._known(campaign)))
    checks._require(cumulative <= ledger.MASK_128, "amount too large")
    funds: uint256 = ledger.campaigns[campaign].funds
    funded: uint256 = funds & ledger.MASK_128
    if cumulative <= funded:
        return 0
    amount: uint256 = cumulative - funded
    ledger.campaigns[campaign].funds = funds + amount
    log IDistributor.Funded(campaign=campaign, payer=msg.sender, amount=amount, funded=cumulative)

    before: uint256 = staticcall token.balanceOf(self)
    assert extcall token.transferFrom(msg.sender, self, amount, default_return_value=True), (
        "transfer refused"
    )
    checks._require(staticcall token.balanceOf(self) == before + amount, "token moved another amount")
    return amount


@external
def push(
    campaign: bytes32,
    payout_id: bytes32,
    recipients: DynArray[address, 700],
    amounts: DynArray[uint256, 700],
) -> uint256:
    """
    @notice Pays a list once, from what the owner could take back anyway: it goes around no window.
            A recipient whose transfer fails is skipped, and its amount stays in the campaign.
    @dev Only the owner; not while paused. All of it fails if the contract's balance does not fall
         by exactly what was paid, or if a transfer may have failed for want of gas.
    @param campaign The campaign's identifier.
    @param payout_id Used once per campaign; a second push under it does nothing and returns 0.
    @param recipients At most 700, none of them 0.
    @param amounts Base units, one for each recipient.
    @return Base units paid.
    """
    head: uint256 = ledger._open(campaign)
    roles._only(campaign, roles.OWNER)
    checks._require(len(recipients) == len(amounts), "lists differ in length")
    if self.is_pushed[campaign][payout_id]:
        return 0
    self.is_pushed[campaign][payout_id] = True
    sum: uint256 = 0
    for amount: uint256 in amounts:
        sum += amount
    # All of it counts as spent until what was skipped is known.
    ledger._spend(campaign, head, sum)

    token: address = ledger._address(head)
    before: uint256 = staticcall IERC20(token).balanceOf(self)
    kept: uint256 = 0
    skipped: uint256 = 0
    for i: uint256 in range(len(recipients), bound=700):
        if not self._push(token, recipients[i], amounts[i]):
            kept += amounts[i]
            skipped += 1
            log IDistributor.PushSkipped(
                campaign=campaign, payout_id=payout_id, recipient=recipients[i], amount=amounts[i]
            )
    ledger.campaigns[campaign].funds -= kept << 128
    paid: uint256 = sum - kept
    log IDistributor.Pushed(campaign=campaign, payout_id=payout_id, paid=paid, skipped=skipped)
    checks._require(staticcall IERC20(token).balanceOf(self) + paid == before, "token moved another amount")
    return paid


@external
def take_back(campaign: bytes32, amount: uint256, recipient: address):
    """
    @notice Pays out what no root claims: before the expiry what exceeds the larger of live and
            pending total, from it on all that is left.
    @dev Only the owner.
    @param campaign The campaign's identifier.
    @param amount Base units.
    @param recipient Whom it pays; not 0.
    """
    head: uint256 = ledger._settled(campaign)
    roles._only(campaign, roles.OWNER)
    ledger._spend(campaign, head, amount)
    log IDistributor.TakenBack(campaign=campaign, recipient=recipient, amount=amount)
    ledger._pay(ledger._address(head), recipient, amount)


@external
def pause(campaign: bytes32):
    """
    @notice Stops claims, pushes and proposals, a pending root's window, and the time to the expiry.
            Vesting goes on.
    @dev Only the guardian or the owner.
    @param campaign The campaign's identifier.
    """
    head: uint256 = ledger._open(campaign)
    if msg.sender != roles.holders[campaign][roles.GUARDIAN]:
        roles._only(campaign, roles.OWNER)
    ledger.campaigns[campaign].head = head | ledger.PAUSED_BIT
    window: uint256 = ledger.campaigns[campaign].clock & ledger.MASK_64
    ledger.campaigns[campaign].clock = window | (block.timestamp << 64)
    log IDistributor.Paused(campaign=campaign, by=msg.sender)


@external
def unpause(campaign: bytes32):
    """
    @notice Ends a pause: window and expiry go on from where they stood.
    @dev Only the owner.
    @param campaign The campaign's identifier.
    """
    head: uint256 = ledger._known(campaign)
    roles._only(campaign, roles.OWNER)
    checks._require(head & ledger.PAUSED_BIT != 0, "not paused")
    duration: uint256 = block.timestamp - (ledger.campaigns[campaign].clock >> 64)
    head ^= ledger.PAUSED_BIT
    # Neither field overflows: see LAST_EXPIRY, and 2**40 seconds are 34,000 years.
    if head & ledger.DUE_MASK != 0:
        head += duration << ledger.DUE_SHIFT
    if head & ledger.EXPIRY_MASK != 0:
        head += duration << ledger.EXPIRY_SHIFT
    ledger.campaigns[campaign].head = head
    log IDistributor.Unpaused(campaign=campaign, duration=duration)


@view
@external
def state(campaign: bytes32) -> IDistributor.State:
    """
    @notice Roles, roots and funds of a campaign as they stand now. Its terms are in the event of
            its creation, and the identifier covers them.
    @param campaign The campaign's identifier.
    @return Amounts in base units, times in seconds; see the interface, field by field.
    """
    head: uint256 = ledger._known(campaign)
    stored: ledger.Campaign = ledger.campaigns[campaign]
    holders: address[3] = roles.holders[campaign]
    is_live: bool = ledger._is_due(head)
    index: uint256 = ledger._live(head)
    live_total: uint256 = stored.claims >> 128
    if is_live:
        index = 1 - index
        live_total = stored.limits & ledger.MASK_128
    live: IDistributor.Root = ledger._record(campaign, index, live_total, 0)
    pending: IDistributor.Root = empty(IDistributor.Root)
    if head & ledger.DUE_MASK != 0 and not is_live:
        pending = ledger._record(
            campaign,
            1 - index,
            stored.limits & ledger.MASK_128,
            (head >> ledger.DUE_SHIFT) & ledger.MASK_40,
        )
    return IDistributor.State(
        token=ledger._address(head),
        owner=holders[roles.OWNER],
        publisher=holders[roles.PUBLISHER],
        guardian=holders[roles.GUARDIAN],
        window=convert(stored.clock & ledger.MASK_64, uint64),
        expiry=convert((head >> ledger.EXPIRY_SHIFT) & ledger.MASK_48, uint64),
        paused=head & ledger.PAUSED_BIT != 0,
        live=live,
        pending=pending,
        funded=stored.funds & ledger.MASK_128,
        claimed=stored.claims & ledger.MASK_128,
        spent=stored.funds >> 128,
        free=ledger._free(campaign, head),
    )


@view
@external
def vested(campaign: bytes32, entitlement: uint256, time: uint256) -> uint256:
    """
    @notice What of an entitlement is free at a time, rounded down: section 5 of the law.
    @param campaign The campaign's identifier.
    @param entitlement Base units, below 2**128.
    @param time Seconds.
    @return Base units.
    """
    checks._require(entitlement <= ledger.MASK_128, "amount too large")
    shape: uint256 = (ledger._known(campaign) >> ledger.SHAPE_SHIFT) & 3
    return schedule._vested(shape, ledger.campaigns[campaign].schedule, entitlement, time)


@view
@internal
def _identifier(token: address, salt: bytes32, terms: IDistributor.Terms) -> bytes32:
    terms_hash: bytes32 = keccak256(
        abi_encode(
            schedule._identity(terms.schedule),
            terms.window,
            terms.expiry,
            terms.claim_policy,
            terms.maximum_increase,
            terms.owner,
            terms.publisher,
            terms.guardian,
        )
    )
    return keccak256(abi_encode(chain.id, self, token, msg.sender, salt, terms_hash))


@internal
def _push(token: address, recipient: address, amount: uint256) -> bool:
    """
    @dev Whether the token took the transfer. Fails where it may have lacked gas.
    """
    assert recipient != empty(address), "no recipient"
    success: bool = False
    output: Bytes[32] = b""
    success, output = raw_call(
        token,
        abi_encode(recipient, amount, method_id=method_id("transfer(address,uint256)")),
        max_outsize=32,
        gas=TRANSFER_GAS,
        revert_on_failure=False,
    )
    if success and (len(output) == 0 or convert(output, uint256) == 1):
        return True
    assert msg.gas >= GAS_AFTER_SKIP, "too little gas"
    return False
