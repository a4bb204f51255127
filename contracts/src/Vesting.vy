# pragma version 0.4.3
# pragma evm-version prague
# pragma nonreentrancy on
"""
@title Vesting: escrows of one token that vest by schedule, and vote
@license Apache-2.0
@notice Holds escrows of one token. Each frees its amount by a schedule of the law (docs/reference/law.md,
    section 5) and pays its recipient only, whoever asks. An escrow may name a revoker: revoking returns what has
    not vested to an address named at creation, and leaves the recipient what has. What is not yet claimed votes
    (ERC-5805), for its recipient unless the recipient delegates it.
@dev The token is a constructor argument, because votes of different tokens must not be mixed and ERC-5805 names no
    token: with a deterministic deployer a token of one address on every chain has its vesting at one address too.

    Amounts are base units; the escrows of this contract hold less than 2^128 together.
    Funds are pulled and paid exactly: a token that takes or gives another amount than was said is refused, at
    creation and at each payment. There is no owner, no way to pause, upgrade, or move an escrow's funds elsewhere;
    tokens sent here without an escrow stay here.

    This contract never delegates at the token, so that each unit votes once: here while it is held here, at the
    token after it is claimed. As anybody may claim for a recipient, whoever wants claimed units to go on voting
    delegates at the token too. A governor that counts both adds the votes; the token's supply includes what is
    held here.
"""

from ethereum.ercs import IERC20
from ..interfaces import IERC5805
from .parts import domain
from .parts import vesting_schedules as schedules
from .parts import votes

implements: IERC5805

initializes: domain
initializes: schedules
initializes: votes[domain := domain]

exports: (
    domain.DOMAIN_SEPARATOR,
    domain.eip712Domain,
    domain.nonces,
    schedules.schedule_count,
    schedules.schedule_number,
    schedules.schedule_of,
    votes.clock,
    votes.CLOCK_MODE,
    votes.getVotes,
    votes.getPastVotes,
    votes.getPastTotalSupply,
    votes.numCheckpoints,
    votes.checkpoints,
)

# What a new escrow holds, and for whom.
struct Entry:
    recipient: address
    amount: uint256  # base units
    revoker: address  # zero: nobody can revoke it
    refund_to: address  # zero if, and only if, nobody can revoke it


struct Escrow:
    recipient: address
    proposed_recipient: address  # zero: none
    amount: uint256  # base units; after a revocation what had vested
    claimed: uint256  # base units
    schedule: uint256  # its number
    revoker: address
    refund_to: address
    is_revoked: bool


event BatchCreated:
    batch: indexed(bytes32)
    creator: indexed(address)
    first_id: uint256
    count: uint256
    total: uint256


event EscrowCreated:
    id: indexed(uint256)
    recipient: indexed(address)
    schedule: indexed(uint256)
    amount: uint256
    revoker: address
    refund_to: address


event Claimed:
    id: indexed(uint256)
    recipient: indexed(address)
    amount: uint256


event Revoked:
    id: indexed(uint256)
    vested: uint256
    refunded: uint256


event RevocationRenounced:
    id: indexed(uint256)


event RecipientProposed:
    id: indexed(uint256)
    recipient: indexed(address)
    proposed: indexed(address)


event RecipientChanged:
    id: indexed(uint256)
    previous: indexed(address)
    recipient: indexed(address)


MAX_BATCH: constant(uint256) = 100
AMOUNT: constant(uint256) = 2**128 - 1
ADDRESS: constant(uint256) = 2**160 - 1
REVOKED: constant(uint256) = 2**224

# The token of all escrows.
token: public(immutable(address))

# How many escrows there are; their numbers are 1 ... count.
escrow_count: public(uint256)
# The first escrow of a batch, by the batch's hash; 0: not created.
first_of_batch: public(HashMap[bytes32, uint256])
# Base units that an account has not claimed yet, in all its escrows together; below 2^128.
unclaimed: public(HashMap[address, uint256])

# 160 bits recipient | 64 bits schedule | the flag REVOKED
_holders: HashMap[uint256, uint256]
# 128 bits amount | 128 bits claimed
_amounts: HashMap[uint256, uint256]
_revokers: HashMap[uint256, address]
_refund_addresses: HashMap[uint256, address]
_proposed_recipients: HashMap[uint256, address]
# An account's delegate, exclusive-or the account: 0, where nothing was written, is the account itself.
_delegates: HashMap[address, uint256]


@deploy
def __init__(token_: address):
    """
    @notice The vesting of one token.
    @param token_ An ERC-20 contract, already deployed
    """
    assert token_.is_contract, "token has no code"
    domain.__init__("Vesting")
    token = token_


# Creation


@external
def create(
    salt: bytes32, schedule: schedules.Schedule, entries: DynArray[Entry, MAX_BATCH]
) -> uint256:
    """
    @notice Creates a batch of escrows with one schedule and pulls their amounts from the caller, who has approved
        this contract for the sum. The same batch again does nothing, so that it is safe to send it twice.
    @param salt Tells a batch from an equal one that is meant to be another, 32 bytes
    @param schedule Its parts; those that its shape does not have are 0 or empty
    @param entries 1 to 100: recipients (not the zero address, not this contract), amounts in base units (above 0,
        all that is held here below 2^128), and both a revoker and a refund address, or neither
    @return The number of the first escrow; the others follow it
    """
    schedule_hash: bytes32 = schedules._hash(schedule)
    batch: bytes32 = self._batch_hash(msg.sender, salt, schedule_hash, entries)
    if self.first_of_batch[batch] != 0:
        return self.first_of_batch[batch]
    assert len(entries) > 0, "batch is empty"
    number: uint256 = schedules._store(schedule, schedule_hash)
    first_id: uint256 = self.escrow_count + 1
    id: uint256 = first_id
    total: uint256 = 0
    for entry: Entry in entries:
        self._write_escrow(id, entry, number)
        total += entry.amount
        id += 1
    self.escrow_count = id - 1
    self.first_of_batch[batch] = first_id
    assert votes._add_to_total(total) <= AMOUNT, "more than 2^128 - 1 held"
    log BatchCreated(batch=batch, creator=msg.sender, first_id=first_id, count=len(entries), total=total)
    self._pull(total)
    return first_id


@external
@view
def batch_hash(
    creator: address, salt: bytes32, schedule: schedules.Schedule, entries: DynArray[Entry, MAX_BATCH]
) -> bytes32:
    """
    @notice Under which hash `first_of_batch` knows a batch.
    @param creator Who calls `create`, 20 bytes
    @param salt As in `create`, 32 bytes
    @param schedule As in `create`
    @param entries As in `create`
    @return keccak256(abi.encode(creator, salt, hash of the schedule, entries))
    """
    return self._batch_hash(creator, salt, schedules._hash(schedule), entries)


# Claims


@external
def claim(id: uint256) -> uint256:
    """
    @notice Pays an escrow's recipient what has vested and is not claimed yet; anybody may call it.
    @param id The escrow's number
    @return Base units paid, above 0
    """
    holder: uint256 = self._holder(id)
    amount: uint256 = self._claim(id, holder)
    assert amount > 0, "nothing to claim yet"
    return amount


@external
def claim_many(ids: DynArray[uint256, MAX_BATCH]) -> uint256:
    """
    @notice Does `claim` for many escrows; those with nothing to claim are passed over.
    @param ids At most 100 numbers of escrows, of any recipients
    @return Base units paid in all
    """
    total: uint256 = 0
    for id: uint256 in ids:
        total += self._claim(id, self._holder(id))
    return total


# Revocation


@external
def revoke(id: uint256) -> uint256:
    """
    @notice Ends an escrow, by its revoker: what has vested stays the recipient's, claimable at once; the rest goes
        to the refund address.
    @param id The number of an escrow that has not fully vested
    @return Base units returned, above 0
    """
    holder: uint256 = self._holder(id)
    assert msg.sender == self._revokers[id], "caller is not the revoker"
    amounts: uint256 = self._amounts[id]
    amount: uint256 = amounts & AMOUNT
    vested: uint256 = self._vested(holder, amount, block.timestamp)
    refund: uint256 = amount - vested
    assert refund > 0, "all of it has vested"
    refund_to: address = self._refund_addresses[id]
    self._holders[id] = holder | REVOKED
    self._amounts[id] = amounts - refund
    self._revokers[id] = empty(address)
    self._refund_addresses[id] = empty(address)
    self._take_units(self._recipient(holder), refund)
    log Revoked(id=id, vested=vested, refunded=refund)
    self._pay(refund_to, refund)
    return refund


@external
def renounce_revocation(id: uint256):
    """
    @notice Makes an escrow irrevocable for ever, by its revoker.
    @param id The escrow's number
    """
    self._holder(id)
    assert msg.sender == self._revokers[id], "caller is not the revoker"
    self._revokers[id] = empty(address)
    self._refund_addresses[id] = empty(address)
    log RevocationRenounced(id=id)


# Change of the recipient


@external
def propose_recipient(id: uint256, proposed: address):
    """
    @notice Offers an escrow to another, by its recipient. It moves when the other accepts.
    @param id The escrow's number
    @param proposed Who may accept; the zero address takes the offer back
    """
    recipient: address = self._recipient(self._holder(id))
    assert msg.sender == recipient, "caller is not the recipient"
    self._proposed_recipients[id] = proposed
    log RecipientProposed(id=id, recipient=recipient, proposed=proposed)


@external
def accept_recipient(id: uint256):
    """
    @notice Takes an escrow that was offered to the caller, with all that is unclaimed of it and its votes.
    @param id The escrow's number
    """
    holder: uint256 = self._holder(id)
    assert msg.sender == self._proposed_recipients[id], "caller was offered nothing"
    self._proposed_recipients[id] = empty(address)
    previous: address = self._recipient(holder)
    self._holders[id] = holder & ~ADDRESS | convert(msg.sender, uint256)
    amounts: uint256 = self._amounts[id]
    unclaimed: uint256 = (amounts & AMOUNT) - (amounts >> 128)
    self.unclaimed[previous] -= unclaimed
    self.unclaimed[msg.sender] += unclaimed
    votes._move(self._delegate_of(previous), self._delegate_of(msg.sender), unclaimed)
    log RecipientChanged(id=id, previous=previous, recipient=msg.sender)


# ERC-5805: what is not in the module `votes`


@external
@view
def delegates(account: address) -> address:
    """
    @notice Who has the votes of what an account has not claimed yet.
    @param account 20 bytes
    @return The delegate; the account itself until it chooses; the zero address: nobody
    """
    return self._delegate_of(account)


@external
def delegate(delegatee: address):
    """
    @notice Gives the votes of all that the caller has not claimed, now and as it changes, to a delegate.
    @param delegatee Who has them from now on: the caller itself, another, or the zero address for nobody
    """
    self._delegate(msg.sender, delegatee)


@external
def delegateBySig(delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32):
    """
    @notice Does `delegate` for whoever signed it; anybody may bring the signature.
    @param delegatee Who has the votes from now on, or the zero address for nobody
    @param nonce The signer's next nonce; it is used up
    @param expiry Seconds since 1970 until which the signature is good, inclusive
    @param v 27 or 28
    @param r First half of the signature, 32 bytes
    @param s Second half, 32 bytes; at most half the order of the curve
    """
    self._delegate(votes._delegator(delegatee, nonce, expiry, v, r, s), delegatee)


# What there is


@external
@view
def owed() -> uint256:
    """
    @notice What this contract owes to all recipients and refund addresses together; it holds at least that.
    @return Base units, below 2^128
    """
    return votes._latest(votes.TOTAL)


@external
@view
def escrow(id: uint256) -> Escrow:
    """
    @notice An escrow.
    @param id From 1 to `escrow_count`
    @return Its recipient, amounts in base units, the number of its schedule, and who may revoke it
    """
    holder: uint256 = self._holder(id)
    amounts: uint256 = self._amounts[id]
    return Escrow(
        recipient=self._recipient(holder),
        proposed_recipient=self._proposed_recipients[id],
        amount=amounts & AMOUNT,
        claimed=amounts >> 128,
        schedule=holder >> 160 & schedules.TIME,
        revoker=self._revokers[id],
        refund_to=self._refund_addresses[id],
        is_revoked=holder & REVOKED != 0,
    )


@external
@view
def vested(id: uint256, time: uint64) -> uint256:
    """
    @notice What of an escrow's amount is free at a time, claimed or not; all of it after a revocation.
    @param id The escrow's number
    @param time Seconds since 1970, 64 bits; past or future
    @return Base units, rounded down
    """
    return self._vested(self._holder(id), self._amounts[id] & AMOUNT, convert(time, uint256))


@external
@view
def claimable(id: uint256) -> uint256:
    """
    @notice What `claim` would pay now.
    @param id The escrow's number
    @return Base units
    """
    amounts: uint256 = self._amounts[id]
    return self._vested(self._holder(id), amounts & AMOUNT, block.timestamp) - (amounts >> 128)


@internal
@pure
def _batch_hash(
    creator: address, salt: bytes32, schedule_hash: bytes32, entries: DynArray[Entry, MAX_BATCH]
) -> bytes32:
    return keccak256(abi_encode(creator, salt, schedule_hash, entries))


@internal
def _write_escrow(id: uint256, entry: Entry, schedule: uint256):
    self._check_payee(entry.recipient)
    assert entry.amount > 0 and entry.amount <= AMOUNT, "amount is not in 1 to 2^128 - 1"
    self._holders[id] = convert(entry.recipient, uint256) | schedule << 160
    self._amounts[id] = entry.amount
    if entry.revoker != empty(address):
        self._check_payee(entry.refund_to)
        self._revokers[id] = entry.revoker
        self._refund_addresses[id] = entry.refund_to
    else:
        assert entry.refund_to == empty(address), "refund address without revoker"
    self.unclaimed[entry.recipient] += entry.amount
    votes._move(empty(address), self._delegate_of(entry.recipient), entry.amount)
    log EscrowCreated(
        id=id,
        recipient=entry.recipient,
        schedule=schedule,
        amount=entry.amount,
        revoker=entry.revoker,
        refund_to=entry.refund_to,
    )


@internal
@view
def _check_payee(account: address):
    assert account != empty(address), "payee is the zero address"
    assert account != self, "payee is this contract"


@internal
@view
def _holder(id: uint256) -> uint256:
    holder: uint256 = self._holders[id]
    assert holder != 0, "no such escrow"
    return holder


@internal
@pure
def _recipient(holder: uint256) -> address:
    return convert(holder & ADDRESS, address)


@internal
@view
def _vested(holder: uint256, amount: uint256, time: uint256) -> uint256:
    if holder & REVOKED != 0:
        return amount
    return schedules._vested(holder >> 160, amount, time)


@internal
def _claim(id: uint256, holder: uint256) -> uint256:
    amounts: uint256 = self._amounts[id]
    amount: uint256 = self._vested(holder, amounts & AMOUNT, block.timestamp) - (amounts >> 128)
    if amount == 0:
        return 0
    recipient: address = self._recipient(holder)
    self._amounts[id] = amounts + (amount << 128)
    self._take_units(recipient, amount)
    log Claimed(id=id, recipient=recipient, amount=amount)
    self._pay(recipient, amount)
    return amount


@internal
def _take_units(recipient: address, amount: uint256):
    self.unclaimed[recipient] -= amount
    votes._take_from_total(amount)
    votes._move(self._delegate_of(recipient), empty(address), amount)


@internal
@view
def _delegate_of(account: address) -> address:
    return convert(self._delegates[account] ^ convert(account, uint256), address)


@internal
def _delegate(account: address, delegatee: address):
    before: address = self._delegate_of(account)
    self._delegates[account] = convert(delegatee, uint256) ^ convert(account, uint256)
    log votes.DelegateChanged(delegator=account, fromDelegate=before, toDelegate=delegatee)
    votes._move(before, delegatee, self.unclaimed[account])


@internal
@view
def _balance() -> uint256:
    return staticcall IERC20(token).balanceOf(self)


@internal
def _pull(amount: uint256):
    before: uint256 = self._balance()
    # A token that returns nothing is taken to have succeeded; one that returns false is not.
    assert extcall IERC20(token).transferFrom(
        msg.sender, self, amount, default_return_value=True
    ), "token refused the transfer"
    assert self._balance() == before + amount, "token did not bring the amount"


@internal
def _pay(to: address, amount: uint256):
    before: uint256 = self._balance()
    assert extcall IERC20(token).transfer(to, amount, default_return_value=True), "token refused the transfer"
    assert self._balance() + amount == before, "token did not take the amount"
