import EVM
import EthereumPrimitives

/// A local chain in memory: blocks that are made at once, accounts with money, and controls that no
/// real chain has.
///
/// One thread uses it at a time; `DevnetServer` sees to that.
public final class Chain {
  /// How a chain starts.
  public struct Settings: Sendable {
    public var chainID: UInt64 = 31_337
    public var fork = Fork.prague
    public var gasLimit: UInt64 = 30_000_000
    public var baseFee: UInt256 = 1_000_000_000
    /// Seconds since 1970, of the first block.
    public var genesisTime: UInt64
    /// Accounts and the wei that they have at the start.
    public var funded: [(account: Address, balance: UInt256)] = []
    /// How many blocks before the latest one can be looked back at with their state.
    public var history = 128
    /// The seconds that the clock shows.
    public var clock: @Sendable () -> UInt64

    public init(clock: @escaping @Sendable () -> UInt64) {
      self.clock = clock
      genesisTime = clock()
    }
  }

  /// The last time that a block may have: 2⁵³ − 1 seconds since 1970, the largest number that every
  /// client reads exactly.
  public static let lastTime: UInt64 = (1 << 53) - 1
  /// The most gas that a block may have.
  public static let highestGasLimit: UInt64 = (1 << 63) - 1
  /// Snapshots that are kept at most.
  public static let maximumSnapshots = 10_000

  public let settings: Settings
  public internal(set) var world: World
  public internal(set) var blocks: [Block]
  public internal(set) var pool = Pool()
  /// True where every transaction makes a block.
  public var isAutomining = true
  public var impersonated: Set<Address> = []
  /// Anybody may be impersonated.
  public var impersonatesAll = false
  /// What the next blocks are like.
  public internal(set) var next: NextBlock

  var evm: EVM
  /// Blocks by their hash.
  var numbers: [Bytes32: Int] = [:]
  /// Transactions of blocks by their hash.
  var places: [Bytes32: (block: Int, index: Int)] = [:]
  /// States after the last blocks, by block.
  var states: [Int: StateTrie] = [:]
  /// The state was changed from outside since the latest block.
  var isChanged = false
  var snapshots: [UInt64: Snapshot] = [:]
  var snapshotCount: UInt64 = 0

  /// What controls say of the blocks to come.
  public struct NextBlock: Sendable {
    public internal(set) var coinbase = Address.zero
    public internal(set) var gasLimit: UInt64
    /// Wei per gas, of the next block alone.
    public internal(set) var baseFee: UInt256?
    /// Of the next block alone.
    public internal(set) var prevRandao: Bytes32?
    /// Of the next block alone.
    public internal(set) var timestamp: UInt64?
    /// Seconds between blocks.
    public internal(set) var interval: UInt64?
  }

  public init(_ settings: Settings) {
    self.settings = settings
    next = NextBlock(gasLimit: min(settings.gasLimit, Self.highestGasLimit))
    world = Self.firstWorld(settings)
    evm = EVM(world: world, fork: settings.fork)
    blocks = [Self.genesis(settings, world.root())]
    numbers = [blocks[0].hash: 0]
    remember()
  }

  /// Starts again from the first block, with no transaction waiting and no snapshot. Who is
  /// impersonated, and whether blocks are made at once, stays.
  public func reset() {
    next = NextBlock(gasLimit: min(settings.gasLimit, Self.highestGasLimit))
    replaceWorld(Self.firstWorld(settings))
    blocks = [Self.genesis(settings, world.root())]
    numbers = [blocks[0].hash: 0]
    (places, states, snapshots, pool, timeOffset) = ([:], [:], [:], Pool(), 0)
    remember()
  }

  private static func firstWorld(_ settings: Settings) -> World {
    let world = World()
    for entry in settings.funded {
      world.set(entry.account, World.Record(balance: entry.balance))
    }
    return world
  }

  private static func genesis(_ settings: Settings, _ root: Bytes32) -> Block {
    var header = Header()
    header.gasLimit = min(settings.gasLimit, highestGasLimit)
    header.baseFee = settings.baseFee
    header.timestamp = min(settings.genesisTime, lastTime)
    header.stateRoot = root
    header.requestsHash = settings.fork.name == Fork.cancun.name ? nil : Header.noRequests
    return Block(header: header, transactions: [])
  }

  func replaceWorld(_ other: World) {
    world = other
    evm = EVM(world: other, fork: settings.fork)
  }

  public var latest: Block { blocks[blocks.count - 1] }

  /// Seconds that the chain's clock is ahead of the computer's.
  var timeOffset: Int64 = 0

  /// Transactions that wait for a block, in the order in which they came.
  public var pending: [PendingTransaction] { pool.transactions }
}

// MARK: Looking

extension Chain {
  public func block(_ hash: Bytes32) -> Block? { numbers[hash].map { blocks[$0] } }

  public func block(number: UInt64) -> Block? {
    Int(exactly: number).flatMap { blocks.indices.contains($0) ? blocks[$0] : nil }
  }

  /// A transaction in a block, and where it stands.
  public func mined(_ hash: Bytes32) -> (block: Block, index: Int)? {
    places[hash].map { (blocks[$0.block], $0.index) }
  }

  /// The state after a block, as it is now after the latest one; nil where it is too long ago.
  public func stateTrie(after number: UInt64) -> StateTrie? {
    if number == latest.header.number { return world.state() }
    return Int(exactly: number).flatMap { states[$0] }
  }

  /// The same as a world of its own, which may be changed; nil where it is too long ago.
  public func state(after number: UInt64) -> World? {
    stateTrie(after: number).map { World(over: $0) }
  }

  /// What code sees in a block that is there.
  public func context(of block: Block) -> BlockContext { context(of: block, hasHashes: true) }

  private func context(of block: Block, hasHashes: Bool) -> BlockContext {
    var context = BlockContext()
    context.chainID = settings.chainID
    context.number = block.header.number
    context.timestamp = block.header.timestamp
    context.gasLimit = block.header.gasLimit
    context.baseFee = block.header.baseFee
    context.coinbase = block.header.coinbase
    context.prevRandao = block.header.prevRandao
    for other in blocks[..<Int(block.header.number)].suffix(hasHashes ? 256 : 0) {
      context.hashes[other.header.number] = other.hash
    }
    return context
  }

  /// The block that would be made now.
  public func nextContext() -> BlockContext { nextContext(hasHashes: true) }

  func nextContext(hasHashes: Bool) -> BlockContext {
    var context = context(of: latest, hasHashes: hasHashes)
    context.hashes[latest.header.number] = latest.hash
    context.number = latest.header.number + 1
    context.timestamp = timeOfNextBlock
    context.gasLimit = next.gasLimit
    context.baseFee = next.baseFee ?? latest.header.nextBaseFee
    context.coinbase = next.coinbase
    context.prevRandao =
      next.prevRandao ?? Keccak256.hash(latest.hash, Bytes32(0, 0, 0, context.number))
    return context
  }

  /// What the chain's clock shows: the computer's time, moved.
  public var now: UInt64 {
    let time = Int64(min(settings.clock(), Self.lastTime)) + timeOffset
    return min(UInt64(max(time, 0)), Self.lastTime)
  }

  private var timeOfNextBlock: UInt64 {
    let last = latest.header.timestamp
    if let timestamp = next.timestamp, timestamp > last { return timestamp }
    if let interval = next.interval { return last + max(interval, 1) }
    return max(now, last + 1)
  }

  /// The nonce that a sender's next transaction has, after those of it that wait.
  public func nextNonce(of sender: Address) -> UInt64 {
    pool.nextNonce(of: sender, after: world.record(of: sender).nonce)
  }

  public func canSend(as account: Address) -> Bool {
    impersonatesAll || impersonated.contains(account)
  }
}
