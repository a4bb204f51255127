# pragma version 0.4.3
# pragma evm-version prague
"""
@title Buckets: what a bridge may do in one direction, used up by doing it and refilled by time
@license Apache-2.0
@notice A module without storage. In any interval of T seconds at most limit + refill * T goes through a bucket.
"""

struct Bucket:
    limit: uint128  # base units that are available at most
    refill: uint128  # base units per second
    available: uint128  # base units, at `updated`
    updated: uint64  # seconds since 1970


@internal
@view
def _available(bucket: Bucket) -> uint256:
    # Below 2^128 * 2^64: no overflow.
    gained: uint256 = convert(bucket.refill, uint256) * (block.timestamp - convert(bucket.updated, uint256))
    return min(convert(bucket.limit, uint256), convert(bucket.available, uint256) + gained)


@internal
@view
def _spent(bucket: Bucket, amount: uint256) -> Bucket:
    """
    @dev The bucket after `amount` went through it.
    """
    assert bucket.limit > 0, "caller is not a bridge"
    available: uint256 = self._available(bucket)
    assert amount <= available, "above the bridge's limit"
    return self._filled(bucket.limit, bucket.refill, available - amount)


@internal
@view
def _resized(bucket: Bucket, limit: uint128, refill: uint128) -> Bucket:
    """
    @dev The bucket with another limit and refill. A change never adds to what is available at once, so that the
        bound holds across any changes: a new bucket is empty.
    """
    return self._filled(limit, refill, min(self._available(bucket), convert(limit, uint256)))


@internal
@view
def _filled(limit: uint128, refill: uint128, available: uint256) -> Bucket:
    return Bucket(
        limit=limit,
        refill=refill,
        available=convert(available, uint128),
        updated=convert(block.timestamp, uint64),
    )


@internal
@view
def _shown(bucket: Bucket) -> (uint256, uint256, uint256):
    return convert(bucket.limit, uint256), convert(bucket.refill, uint256), self._available(bucket)
