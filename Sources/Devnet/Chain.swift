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
    /// How many of the last blocks can be looked back at with their state.
    public var history = 128
    /// The seconds that the clock shows.
    public var clock: @Sendable () -> UInt64

    public init(clock: @escaping @Sendable () -> UInt64) {
      self.clock = clock
      genesisTime = clock()
    }
  }

  /// All of a chain that `evm_snapshot` keeps.
  private struct Snapshot {
    let world: World
    let blocks: [Block]
    let numbers: [Bytes32: Int]
    let places: [Bytes32: (block: Int, index: Int)]
    let pending: [PendingTransaction]
    let timeOffset: Int64
    let nextTimestamp: UInt64?
    let states: [Int: World]
  }

  public let settings: Settings
  public private(set) var world: World
  public private(set) var blocks: [Block]
  public private(set) var pending: [PendingTransaction] = []
  /// True where every transaction makes a block.
  public var isAutomining = true
  public var coinbase = Address.zero
  public var gasLimit: UInt64
  /// Of the next block, if somebody said it.
  public var nextBaseFee: UInt256?
  public private(set) var nextTimestamp: UInt64?
  /// Seconds that the chain's clock is ahead of the computer's.
  private var timeOffset: Int64 = 0
  /// Seconds between blocks, if somebody said it.
  public var blockTime: UInt64?
  public var impersonated: Set<Address> = []
  /// Anybody may be impersonated.
  public var impersonatesAll = false

  private var evm: EVM
  /// Blocks by their hash.
  private var numbers: [Bytes32: Int] = [:]
  /// Transactions of blocks by their hash.
  private var places: [Bytes32: (block: Int, index: Int)] = [:]
  /// States after the last blocks, by block.
  private var states: [Int: World] = [:]
  private var snapshots: [UInt64: Snapshot] = [:]
  private var snapshotCount: UInt64 = 0
  /// The state was changed from outside since the latest block.
  private var isChanged = false

  public init(_ settings: Settings) {
    self.settings = settings
    gasLimit = settings.gasLimit
    world = World()
    for entry in settings.funded {
      world.set(entry.account, World.Record(balance: entry.balance))
    }
    evm = EVM(world: world, fork: settings.fork)
    var header = Header()
    header.gasLimit = settings.gasLimit
    header.baseFee = settings.baseFee
    header.timestamp = settings.genesisTime
    header.stateRoot = world.root()
    header.requestsHash = settings.fork.name == Fork.cancun.name ? nil : Header.noRequests
    blocks = [Block(header: header, transactions: [])]
    numbers = [blocks[0].hash: 0]
    remember()
  }

  public var latest: Block { blocks[blocks.count - 1] }
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

  /// The state after a block; nil where it is too long ago.
  public func state(after number: UInt64) -> World? {
    if number == latest.header.number { return world }
    return Int(exactly: number).flatMap { states[$0] }
  }

  /// What code sees in a block that is there.
  public func context(of block: Block) -> BlockContext {
    var context = BlockContext()
    context.chainID = settings.chainID
    context.number = block.header.number
    context.timestamp = block.header.timestamp
    context.gasLimit = block.header.gasLimit
    context.baseFee = block.header.baseFee
    context.coinbase = block.header.coinbase
    context.prevRandao = block.header.prevRandao
    for other in blocks[..<Int(block.header.number)].suffix(256) {
      context.hashes[other.header.number] = other.hash
    }
    return context
  }

  /// The block that would be made now.
  public func nextContext() -> BlockContext {
    var context = context(of: latest)
    context.hashes[latest.header.number] = latest.hash
    context.number = latest.header.number + 1
    context.timestamp = timeOfNextBlock
    context.gasLimit = gasLimit
    context.baseFee = nextBaseFee ?? latest.header.nextBaseFee
    context.coinbase = coinbase
    context.prevRandao = Keccak256.hash(latest.hash, Bytes32(0, 0, 0, context.number))
    return context
  }

  private var timeOfNextBlock: UInt64 {
    if let nextTimestamp { return nextTimestamp }
    let last = latest.header.timestamp
    if let blockTime { return last &+ max(blockTime, 1) }
    let now = Int64(clamping: settings.clock()).addingReportingOverflow(timeOffset).partialValue
    return max(UInt64(max(now, 0)), last + 1)
  }

  public func canSend(as account: Address) -> Bool {
    impersonatesAll || impersonated.contains(account)
  }
}

// MARK: Making blocks

/// Why a transaction does not wait for a block.
public enum PoolError: Error, Sendable, Hashable, CustomStringConvertible {
  case refused(TransactionError)
  case alreadyKnown(Bytes32)
  /// Another one of its sender waits with the same nonce, and this one pays too little more.
  case underpriced(found: UInt256, needed: UInt256)

  public var description: String {
    switch self {
    case .refused(let error): error.description
    case .alreadyKnown(let hash): "already known: \(hash)"
    case .underpriced(let found, let needed):
      "replacement transaction underpriced: it pays \(found) wei per gas, needed are \(needed)"
    }
  }
}

extension Chain {
  /// Takes a transaction in, and makes a block with it where blocks are made at once. One that
  /// waits with the same sender and nonce is replaced, where the new one pays a tenth more.
  ///
  /// - Throws: where it could not stand in the next block. Where blocks are not made at once, its
  ///   nonce may be ahead of its sender's.
  public func add(_ transaction: PendingTransaction) throws(PoolError) {
    let isWaiting = pending.contains { $0.hash == transaction.hash }
    guard places[transaction.hash] == nil, !isWaiting else {
      throw .alreadyKnown(transaction.hash)
    }
    try check(transaction)
    if let place = try replaced(by: transaction) {
      pending[place] = transaction
    } else {
      pending.append(transaction)
    }
    if isAutomining { _ = mine() }
  }

  private func check(_ transaction: PendingTransaction) throws(PoolError) {
    do {
      _ = try evm.price(
        of: transaction.transaction, from: transaction.sender, in: nextContext(),
        gasLeft: gasLimit, isSigned: transaction.signature != nil)
    } catch .nonceTooHigh where !isAutomining {
      return
    } catch {
      throw .refused(error)
    }
  }

  private func replaced(by transaction: PendingTransaction) throws(PoolError) -> Int? {
    let place = pending.firstIndex {
      $0.sender == transaction.sender && $0.transaction.nonce == transaction.transaction.nonce
    }
    guard let place else { return nil }
    let fee = pending[place].transaction.maximumFee
    let tenth = fee.quotientAndRemainder(dividingBy: 10)?.quotient ?? .zero
    let needed = fee.adding(max(tenth, .one)) ?? .max
    guard transaction.transaction.maximumFee >= needed else {
      throw .underpriced(found: transaction.transaction.maximumFee, needed: needed)
    }
    return place
  }

  /// Makes one block of what waits: what cannot stand in it yet, for its nonce, fee or gas, goes on
  /// waiting; what never can is dropped.
  @discardableResult
  public func mine() -> Block {
    // What runs on the state of a block again, has to find what was changed after it.
    if isChanged { remember() }
    let context = nextContext()
    var mined = BlockBody()
    var hasMoved = true
    // A nonce that comes before another one may stand after it.
    while hasMoved, !pending.isEmpty {
      hasMoved = false
      var waiting: [PendingTransaction] = []
      for candidate in pending {
        do throws(TransactionError) {
          let outcome = try evm.execute(
            candidate.transaction, from: candidate.sender, in: context,
            gasLeft: context.gasLimit - mined.gasUsed, isSigned: candidate.signature != nil)
          mined.add(candidate, outcome)
          hasMoved = true
        } catch {
          if error.mayPass { waiting.append(candidate) }
        }
      }
      pending = waiting
    }
    return append(mined, context)
  }

  /// Makes one block of transactions in their order, tells what each of them did, and keeps the
  /// header alone: for more of them than memory holds.
  ///
  /// - Throws: where one cannot stand in the block. Those before it are a block then.
  @discardableResult
  public func mine(
    _ transactions: some Sequence<PendingTransaction>, to receive: (MinedTransaction) -> Void
  ) throws(TransactionError) -> Header {
    let context = nextContext()
    var body = BlockBody()
    var refusal: TransactionError?
    for candidate in transactions {
      do throws(TransactionError) {
        let outcome = try evm.execute(
          candidate.transaction, from: candidate.sender, in: context,
          gasLeft: context.gasLimit - body.gasUsed, isSigned: candidate.signature != nil)
        body.add(candidate, outcome)
      } catch {
        refusal = error
        break
      }
    }
    let header = append(body, context, keepsTransactions: false).header
    body.transactions.forEach(receive)
    if let refusal { throw refusal }
    return header
  }

  private func append(
    _ body: BlockBody, _ context: BlockContext, keepsTransactions: Bool = true
  ) -> Block {
    var header = Header()
    header.parentHash = latest.hash
    header.coinbase = context.coinbase
    header.stateRoot = world.root()
    header.transactionsRoot = Trie.root(ofList: body.transactions.map(\.encoded))
    header.receiptsRoot = Trie.root(ofList: body.transactions.map(\.receipt))
    header.bloom = body.bloom
    header.number = context.number
    header.gasLimit = context.gasLimit
    header.gasUsed = body.gasUsed
    header.timestamp = context.timestamp
    header.prevRandao = context.prevRandao
    header.baseFee = context.baseFee
    header.requestsHash = latest.header.requestsHash
    let block = Block(header: header, transactions: keepsTransactions ? body.transactions : [])
    numbers[block.hash] = blocks.count
    blocks.append(block)
    for (index, transaction) in block.transactions.enumerated() {
      places[transaction.hash] = (blocks.count - 1, index)
    }
    nextTimestamp = nil
    nextBaseFee = nil
    // Blocks of one second are a second apart: the chain's clock goes with them.
    let ahead = Int64(clamping: block.header.timestamp) &- Int64(clamping: settings.clock())
    timeOffset = max(timeOffset, ahead)
    remember()
    return block
  }

  private func remember() {
    isChanged = false
    guard settings.history > 0 else { return }
    states[blocks.count - 1] = World(copying: world)
    states[blocks.count - 1 - settings.history] = nil
  }
}

extension TransactionError {
  /// True where the transaction may stand in a later block.
  var mayPass: Bool {
    switch self {
    case .nonceTooHigh, .gasLimitAboveBlock, .feeBelowBaseFee, .insufficientFunds: true
    default: false
    }
  }
}

// MARK: Controls

extension Chain {
  /// Moves the clock on; the next block shows it.
  public func increaseTime(by seconds: UInt64) {
    timeOffset = timeOffset.addingReportingOverflow(Int64(clamping: seconds)).partialValue
  }

  /// Says when the next block is; false where that is not after the last one.
  public func setNextTimestamp(_ timestamp: UInt64) -> Bool {
    guard timestamp > latest.header.timestamp else { return false }
    nextTimestamp = timestamp
    timeOffset = Int64(clamping: timestamp) &- Int64(clamping: settings.clock())
    return true
  }

  /// Changes an account as no transaction could.
  public func change(_ account: Address, _ body: (inout World.Record) -> Void) {
    var record = world.record(of: account)
    body(&record)
    world.set(account, record)
    isChanged = true
  }

  /// Takes note of a state that was put in from outside.
  func stateChanged() {
    _ = world.root()
    remember()
  }

  public func setStorage(_ account: Address, _ key: UInt256, _ value: UInt256) {
    world.setStorage(of: account, at: key, to: value)
    isChanged = true
  }

  /// Keeps the chain as it is now, under a number.
  public func snapshot() -> UInt64 {
    snapshotCount += 1
    snapshots[snapshotCount] = Snapshot(
      world: World(copying: world), blocks: blocks, numbers: numbers, places: places,
      pending: pending, timeOffset: timeOffset, nextTimestamp: nextTimestamp,
      states: states)
    return snapshotCount
  }

  /// Goes back to a snapshot; it and all later ones are gone then. False where there is none.
  public func revert(to number: UInt64) -> Bool {
    guard let kept = snapshots[number] else { return false }
    world = kept.world
    evm = EVM(world: world, fork: settings.fork)
    (blocks, numbers, places) = (kept.blocks, kept.numbers, kept.places)
    pending = kept.pending
    (timeOffset, nextTimestamp, states) = (kept.timeOffset, kept.nextTimestamp, kept.states)
    isChanged = true
    snapshots = snapshots.filter { $0.key < number }
    return true
  }

  public func dropPending(_ hash: Bytes32) -> Bool {
    guard let place = pending.firstIndex(where: { $0.hash == hash }) else { return false }
    pending.remove(at: place)
    return true
  }

  public func dropAllPending() { pending.removeAll() }
}
