import CanonicalJSON
import EVM
import EthereumPrimitives

/// How a request names a block: by a number, a hash, a word, or an object of EIP-1898.
enum BlockName {
  case pending
  case number(UInt64)
  case hash(Bytes32)
}

extension RPC {
  /// How far behind the latest block the safe and the finalized ones are: one and two of Ethereum's
  /// epochs.
  static let epochLength: UInt64 = 32

  /// What a parameter names; the latest block where it is left out.
  func blockName(_ value: JSON?) throws(RPCError) -> BlockName {
    let latest = chain.latest.header.number
    guard let value else { return .number(latest) }
    if value.members != nil { return try Self.object(value) }
    switch value.text {
    case "latest": return .number(latest)
    case "pending": return .pending
    case "earliest": return .number(0)
    case "safe": return .number(latest - min(latest, Self.epochLength))
    case "finalized": return .number(latest - min(latest, 2 * Self.epochLength))
    case let text? where text.utf8.count == 66: return .hash(try value.word())
    default: return .number(try value.small())
    }
  }

  /// Source: EIP-1898. Every block here is of the one chain, so that `requireCanonical` always
  /// holds.
  private static func object(_ value: JSON) throws(RPCError) -> BlockName {
    let number = value["blockNumber"] ?? .null
    let hash = value["blockHash"] ?? .null
    guard (number == .null) != (hash == .null) else {
      throw .invalidParameters("a block: expected `blockNumber` or `blockHash`, one of them")
    }
    return number == .null ? .hash(try hash.word()) : .number(try number.small())
  }

  /// The block of a name, and what it is in the chain; nil where there is none. A pending one is
  /// made to be looked at.
  func known(_ value: JSON?) throws(RPCError) -> Block? {
    switch try blockName(value) {
    case .pending: chain.pendingBlock().block
    case .number(let number): chain.block(number: number)
    case .hash(let hash): chain.block(hash)
    }
  }

  /// A block that has to be there.
  func block(at value: JSON?) throws(RPCError) -> Block {
    if let block = try known(value) { return block }
    switch try blockName(value) {
    case .hash(let hash): throw .missing("header not found: no block has the hash \(hash)")
    case .pending: throw .missing("header not found")
    case .number(let number):
      throw .missing(
        "header not found: block \(number) is not there yet, the latest is "
          + "\(chain.latest.header.number)")
    }
  }

  /// The state and the context that a name stands for; the state may be changed, and nobody sees
  /// it.
  func state(at value: JSON?) throws(RPCError) -> (world: World, block: BlockContext) {
    if case .pending = try blockName(value) {
      guard !chain.pool.isEmpty else {
        return (World(over: chain.world.state()), chain.nextContext())
      }
      let pending = chain.pendingBlock()
      return (pending.world, pending.context)
    }
    let block = try block(at: value)
    return (World(over: try stateTrie(after: block)), chain.context(of: block))
  }

  func stateTrie(after block: Block) throws(RPCError) -> StateTrie {
    guard let state = chain.stateTrie(after: block.header.number) else {
      throw .missing(
        "the state of block \(block.header.number) is no longer kept: those of the latest block "
          + "and the \(chain.settings.history) before it are")
    }
    return state
  }
}
