# pragma version 0.4.3
# pragma evm-version prague
"""
@title Votes of accounts and their history by time
@license Apache-2.0
@notice A module with the reading half of ERC-5805 and the ERC-6372 clock. The contract that uses it says who
    delegates to whom and how many units an account has; here is what delegates have and had.
@dev https://eips.ethereum.org/EIPS/eip-5805 and https://eips.ethereum.org/EIPS/eip-6372

    A history is one head and an archive:

        head        48 bits timestamp | 48 bits count of archived checkpoints | 160 bits value
        checkpoint  48 bits timestamp | 208 bits value

    The head is the latest checkpoint. A change in a later second moves it to the archive first, a change in
    the same second replaces it, so that the archive holds the value at the end of each second in which it
    changed, and never changes itself. Reading the current value, or a past one that still stands, is one slot.
    Values are below 2^160: both users of this module keep their supply below 2^128.
"""

from . import domain

uses: domain

# https://eips.ethereum.org/EIPS/eip-5805#delegatebysig
DELEGATION_TYPE: constant(bytes32) = keccak256("Delegation(address delegatee,uint256 nonce,uint256 expiry)")
TIME_SHIFT: constant(uint256) = 208
COUNT_SHIFT: constant(uint256) = 160
COUNT_MASK: constant(uint256) = 2**48 - 1
HEAD_VALUE: constant(uint256) = 2**160 - 1
ARCHIVE_VALUE: constant(uint256) = 2**208 - 1

# The history of the total has a key that is no address.
TOTAL: constant(uint256) = 2**160


event DelegateChanged:
    delegator: indexed(address)
    fromDelegate: indexed(address)
    toDelegate: indexed(address)


event DelegateVotesChanged:
    delegate: indexed(address)
    previousVotes: uint256
    newVotes: uint256


_heads: HashMap[uint256, uint256]
_archives: HashMap[uint256, HashMap[uint256, uint256]]


@external
@view
def clock() -> uint48:
    """
    @notice The current timepoint of votes.
    @return Seconds since 1970 in 48 bits: the block's timestamp
    """
    return convert(block.timestamp, uint48)


@external
@view
def CLOCK_MODE() -> String[14]:
    """
    @notice How timepoints count, in the machine-readable form of ERC-6372.
    @return "mode=timestamp"
    """
    return "mode=timestamp"


@external
@view
def getVotes(account: address) -> uint256:
    """
    @notice The votes that an account has now, by its own delegation or that of others.
    @param account The delegate, 20 bytes
    @return Base units, below 2^128
    """
    return self._latest(convert(account, uint256))


@external
@view
def getPastVotes(account: address, timepoint: uint256) -> uint256:
    """
    @notice The votes that an account had at the end of a past second.
    @param account The delegate, 20 bytes
    @param timepoint Seconds since 1970; before the current block's timestamp, or the call reverts
    @return Base units, below 2^128
    """
    return self._past(convert(account, uint256), timepoint)


@external
@view
def getPastTotalSupply(timepoint: uint256) -> uint256:
    """
    @notice All units that there were at the end of a past second, delegated or not.
    @param timepoint Seconds since 1970; before the current block's timestamp, or the call reverts
    @return Base units, below 2^128
    """
    return self._past(TOTAL, timepoint)


@external
@view
def numCheckpoints(account: address) -> uint32:
    """
    @notice How many seconds there are in which the votes of an account changed.
    @param account The delegate, 20 bytes
    @return A count, 32 bits
    """
    return convert(self._length(convert(account, uint256)), uint32)


@external
@view
def checkpoints(account: address, index: uint32) -> (uint48, uint208):
    """
    @notice One checkpoint of an account's votes.
    @param account The delegate, 20 bytes
    @param index Counted from 0, below `numCheckpoints(account)`
    @return Seconds since 1970, 48 bits
    @return The votes at the end of that second in base units, 208 bits
    """
    key: uint256 = convert(account, uint256)
    place: uint256 = convert(index, uint256)
    assert place < self._length(key), "no such checkpoint"
    head: uint256 = self._heads[key]
    if place == head >> COUNT_SHIFT & COUNT_MASK:
        return convert(head >> TIME_SHIFT, uint48), convert(head & HEAD_VALUE, uint208)
    archived: uint256 = self._archives[key][place]
    return convert(archived >> TIME_SHIFT, uint48), convert(archived & ARCHIVE_VALUE, uint208)


@internal
@view
def _length(key: uint256) -> uint256:
    head: uint256 = self._heads[key]
    if head == 0:
        return 0
    return (head >> COUNT_SHIFT & COUNT_MASK) + 1


@internal
@view
def _latest(key: uint256) -> uint256:
    return self._heads[key] & HEAD_VALUE


@internal
@view
def _past(key: uint256, timepoint: uint256) -> uint256:
    assert timepoint < block.timestamp, "timepoint is not past"
    head: uint256 = self._heads[key]
    if head >> TIME_SHIFT <= timepoint:
        return head & HEAD_VALUE
    # Bisection for the first archived checkpoint after the timepoint; the one before it stood then.
    low: uint256 = 0
    high: uint256 = head >> COUNT_SHIFT & COUNT_MASK
    for _: uint256 in range(48):
        if low == high:
            break
        middle: uint256 = (low + high) // 2
        if self._archives[key][middle] >> TIME_SHIFT <= timepoint:
            low = middle + 1
        else:
            high = middle
    if low == 0:
        return 0
    return self._archives[key][low - 1] & ARCHIVE_VALUE


@internal
def _set(key: uint256, head: uint256, new_value: uint256):
    """
    @dev Makes `new_value` the latest of a history whose head is `head`.
    """
    written: uint256 = head >> TIME_SHIFT
    count: uint256 = head >> COUNT_SHIFT & COUNT_MASK
    if written != block.timestamp and head != 0:
        self._archives[key][count] = written << TIME_SHIFT | head & HEAD_VALUE
        count += 1
    self._heads[key] = block.timestamp << TIME_SHIFT | count << COUNT_SHIFT | new_value


@internal
def _add_to_total(amount: uint256) -> uint256:
    head: uint256 = self._heads[TOTAL]
    total: uint256 = (head & HEAD_VALUE) + amount
    self._set(TOTAL, head, total)
    return total


@internal
def _take_from_total(amount: uint256):
    head: uint256 = self._heads[TOTAL]
    self._set(TOTAL, head, (head & HEAD_VALUE) - amount)


@internal
def _move(source: address, target: address, amount: uint256):
    """
    @dev Moves votes between delegates. The zero address is nobody: units that are not delegated, or not there.
    """
    if source == target or amount == 0:
        return
    if source != empty(address):
        key: uint256 = convert(source, uint256)
        head: uint256 = self._heads[key]
        before: uint256 = head & HEAD_VALUE
        after: uint256 = before - amount
        self._set(key, head, after)
        log DelegateVotesChanged(delegate=source, previousVotes=before, newVotes=after)
    if target != empty(address):
        key: uint256 = convert(target, uint256)
        head: uint256 = self._heads[key]
        before: uint256 = head & HEAD_VALUE
        after: uint256 = before + amount
        self._set(key, head, after)
        log DelegateVotesChanged(delegate=target, previousVotes=before, newVotes=after)


@internal
def _delegator(delegatee: address, nonce: uint256, expiry: uint256, v: uint8, r: bytes32, s: bytes32) -> address:
    """
    @dev Who signed a delegation; uses up the nonce. Reverts unless it is their next and still good.
    """
    assert block.timestamp <= expiry, "signature expired"
    message: bytes32 = keccak256(abi_encode(DELEGATION_TYPE, delegatee, nonce, expiry))
    signer: address = domain._signer(message, v, r, s)
    assert signer != empty(address), "signature is not valid"
    assert nonce == domain.nonces[signer], "nonce is not the next one"
    domain.nonces[signer] = nonce + 1
    return signer
