import EVM
import EthereumPrimitives

// What no real chain lets anybody do.

/// All of a chain that a snapshot keeps; of blocks their number, since those that are there never
/// change.
struct Snapshot {
  let world: World
  let blockCount: Int
  let states: [Int: StateTrie]
  let pool: Pool
  let next: Chain.NextBlock
  /// What the chain's clock showed.
  let time: UInt64
  let isChanged: Bool
}

// MARK: Time

extension Chain {
  /// Moves the clock on; the next block shows it. False, and nothing changes, where it would pass
  /// the last time.
  public func increaseTime(by seconds: UInt64) -> Bool {
    guard seconds <= Self.lastTime - now else { return false }
    timeOffset += Int64(seconds)
    return true
  }

  /// Sets the clock, on or back; false where it is after the last time. The time of blocks never
  /// goes back.
  public func setTime(_ time: UInt64) -> Bool {
    guard time <= Self.lastTime else { return false }
    timeOffset = Int64(time) - Int64(min(settings.clock(), Self.lastTime))
    return true
  }

  /// Says when the next block is; false where that is not after the latest one, or after the last
  /// time. The clock goes on from there.
  public func setNextTimestamp(_ timestamp: UInt64) -> Bool {
    guard timestamp > latest.header.timestamp, setTime(timestamp) else { return false }
    next.timestamp = timestamp
    return true
  }

  /// Seconds between blocks, whatever the clock shows; nil to go by the clock. False where they are
  /// too many.
  public func setInterval(_ seconds: UInt64?) -> Bool {
    guard seconds ?? 0 <= UInt64(UInt32.max) else { return false }
    next.interval = seconds
    return true
  }
}

// MARK: The blocks to come

extension Chain {
  public func setGasLimit(_ gas: UInt64) { next.gasLimit = min(gas, Self.highestGasLimit) }

  public func setCoinbase(_ account: Address) { next.coinbase = account }

  /// Of the next block alone.
  public func setNextBaseFee(_ fee: UInt256) { next.baseFee = fee }

  /// Of the next block alone.
  public func setNextPrevRandao(_ word: Bytes32) { next.prevRandao = word }

  public func dropPending(_ hash: Bytes32) -> Bool { pool.remove(hash) }

  public func dropPending(from sender: Address) {
    for transaction in pending where transaction.sender == sender { pool.remove(transaction.hash) }
  }

  public func dropAllPending() { pool = Pool() }
}

// MARK: State

extension Chain {
  /// Changes an account as no transaction could.
  public func change(_ account: Address, _ body: (inout World.Record) -> Void) {
    var record = world.record(of: account)
    body(&record)
    world.set(account, record)
    isChanged = true
  }

  public func setStorage(_ account: Address, _ key: UInt256, _ value: UInt256) {
    // What has storage is there.
    change(account) { _ in }
    world.setStorage(of: account, at: key, to: value)
  }

  /// Puts another state in the place of the latest one.
  func replaceState(_ other: World) {
    replaceWorld(other)
    isChanged = true
  }
}

// MARK: Snapshots

extension Chain {
  /// Keeps the chain as it is now, under a number; nil where too many are kept. Who is
  /// impersonated, and whether blocks are made at once, is no part of it.
  public func snapshot() -> UInt64? {
    guard snapshots.count < Self.maximumSnapshots else { return nil }
    snapshotCount += 1
    snapshots[snapshotCount] = Snapshot(
      world: World(copying: world), blockCount: blocks.count, states: states, pool: pool,
      next: next, time: now, isChanged: isChanged)
    return snapshotCount
  }

  /// Goes back to a snapshot, in time too; it and all later ones are gone then. False where there
  /// is none.
  public func revert(to number: UInt64) -> Bool {
    guard let kept = snapshots[number] else { return false }
    replaceWorld(kept.world)
    for block in blocks[kept.blockCount...] {
      numbers[block.hash] = nil
      for transaction in block.transactions { places[transaction.hash] = nil }
    }
    blocks.removeLast(blocks.count - kept.blockCount)
    (states, pool, next, isChanged) = (kept.states, kept.pool, kept.next, kept.isChanged)
    _ = setTime(kept.time)
    snapshots = snapshots.filter { $0.key < number }
    return true
  }

  /// Numbers of the snapshots that are kept, and of blocks when they were made.
  public var keptSnapshots: [(number: UInt64, block: Block)] {
    snapshots.sorted { $0.key < $1.key }.map { ($0.key, blocks[$0.value.blockCount - 1]) }
  }
}
