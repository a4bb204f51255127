import CanonicalJSON
import EVM
import EthereumPrimitives

// What no real chain lets anybody do: `evm_…` as Ganache named it, `anvil_…` and `hardhat_…` for
// the rest.
extension RPC {
  /// nil where the method is none of these.
  func control(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    guard let underscore = method.firstIndex(of: "_") else { return nil }
    let name = String(method[method.index(after: underscore)...])
    guard ["evm", "anvil", "hardhat"].contains(method[..<underscore]) else { return nil }
    if let result = try controlTime(name, &parameters) { return result }
    if let result = try controlBlocks(method, name, &parameters) { return result }
    return try controlAccounts(name, &parameters)
  }

  private func controlTime(
    _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "increaseTime":
      let seconds = try parameters.small()
      chain.increaseTime(by: seconds)
      return .quantity(seconds)
    case "setNextBlockTimestamp", "setTime":
      try setNextTimestamp(parameters.small())
      return .null
    case "setBlockTimestampInterval":
      chain.blockTime = try parameters.small()
      return .null
    case "removeBlockTimestampInterval":
      chain.blockTime = nil
      return .bool(true)
    default: return nil
    }
  }

  /// The most blocks that one request makes.
  private static let maximumBlocks: UInt64 = 100_000

  /// `evm_mine`: a block at a time, or an object with `timestamp` and `blocks`.
  private func mineAt(_ value: JSON?) throws(RPCError) -> JSON {
    let options = value?.members == nil ? nil : value
    if let timestamp = try (options?["timestamp"] ?? (options == nil ? value : nil))?.small() {
      try setNextTimestamp(timestamp)
    }
    return try mine(count: options?["blocks"]?.small() ?? 1, interval: 0)
  }

  private func mine(count: UInt64, interval: UInt64) throws(RPCError) -> JSON {
    guard count <= Self.maximumBlocks else {
      throw .invalidParameters("\(count) blocks, at most \(Self.maximumBlocks) at once")
    }
    for index in 0..<count {
      if interval > 0, index > 0 {
        try setNextTimestamp(chain.latest.header.timestamp &+ interval)
      }
      chain.mine()
    }
    return .string("0x0")
  }

  private func setNextTimestamp(_ timestamp: UInt64) throws(RPCError) {
    guard chain.setNextTimestamp(timestamp) else {
      throw .invalidParameters(
        "\(timestamp) is not after the latest block, \(chain.latest.header.timestamp)")
    }
  }

  private func controlBlocks(
    _ method: String, _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "mine" where method.hasPrefix("evm"): return try mineAt(parameters.next())
    case "mine":
      return try mine(
        count: parameters.small(or: 1), interval: parameters.small(or: 0))
    case "snapshot": return .quantity(chain.snapshot())
    case "revert": return .bool(chain.revert(to: try parameters.small()))
    case "setAutomine":
      chain.isAutomining = try parameters.flag()
      return .bool(true)
    case "getAutomine": return .bool(chain.isAutomining)
    case "setIntervalMining":
      makeBlocks(every: try parameters.small())
      return .bool(true)
    case "setBlockGasLimit":
      chain.gasLimit = min(try parameters.small(), UInt64(Int64.max))
      return .bool(true)
    case "setNextBlockBaseFeePerGas":
      chain.nextBaseFee = try parameters.number()
      return .null
    case "setCoinbase":
      chain.coinbase = try parameters.address()
      return .null
    case "dropTransaction":
      let hash = try parameters.word()
      return chain.dropPending(hash) ? .word(hash) : .null
    case "dropAllTransactions":
      chain.dropAllPending()
      return .null
    default: return nil
    }
  }

  private func controlAccounts(
    _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "setBalance":
      let account = try parameters.address()
      let balance = try parameters.number()
      chain.change(account) { $0.balance = balance }
    case "setNonce":
      let account = try parameters.address()
      let nonce = try parameters.small()
      chain.change(account) { $0.nonce = nonce }
    case "setCode":
      let account = try parameters.address()
      let code = try parameters.bytes()
      chain.change(account) { $0.code = code }
    case "setStorageAt":
      let account = try parameters.address()
      let key = UInt256(try parameters.word())
      chain.setStorage(account, key, UInt256(try parameters.word()))
      return .bool(true)
    case "impersonateAccount": chain.impersonated.insert(try parameters.address())
    case "stopImpersonatingAccount": chain.impersonated.remove(try parameters.address())
    case "autoImpersonateAccount": chain.impersonatesAll = try parameters.flag()
    case "dumpState": return .data(ChainState.dump(chain))
    case "loadState":
      let bytes = try parameters.bytes()
      do { try ChainState.load(bytes, into: chain) } catch { throw .invalidParameters("\(error)") }
      return .bool(true)
    case "nodeInfo":
      return .members([
        "currentBlockNumber": .quantity(chain.latest.header.number),
        "currentBlockTimestamp": .quantity(chain.latest.header.timestamp),
        "currentBlockHash": .word(chain.latest.hash),
        "hardFork": .string(chain.settings.fork.name),
      ])
    default: return nil
    }
    return .null
  }
}
