import CanonicalJSON
import EVM
import EthereumPrimitives

// What no real chain lets anybody do. Ganache named it `evm_…`, Foundry `anvil_…`, Hardhat
// `hardhat_…`; here every name goes with every prefix.
extension RPC {
  func control(
    _ method: String, _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON {
    if let result = try controlTime(name, &parameters) { return result }
    if let result = try controlMining(method, name, &parameters) { return result }
    if let result = try controlBlocks(name, &parameters) { return result }
    if let result = try controlAccounts(name, &parameters) { return result }
    return try controlState(name, &parameters)
  }

  // MARK: Time

  private func controlTime(
    _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "increaseTime":
      let seconds = try parameters.small()
      guard chain.increaseTime(by: seconds) else { throw Self.tooLate(seconds) }
      return .number(String(chain.timeOffset))
    case "setTime":
      let time = try parameters.small()
      let before = chain.now
      guard chain.setTime(time) else { throw Self.tooLate(time) }
      return .number(String(Int64(time) - Int64(before)))
    case "setNextBlockTimestamp":
      try setNextTimestamp(parameters.small())
      return .null
    case "setBlockTimestampInterval":
      let seconds = try parameters.small()
      guard chain.setInterval(seconds) else { throw Self.tooLate(seconds) }
      return .null
    case "removeBlockTimestampInterval":
      let wasSet = chain.next.interval != nil
      _ = chain.setInterval(nil)
      return .bool(wasSet)
    default: return nil
    }
  }

  private static func tooLate(_ seconds: UInt64) -> RPCError {
    .invalidParameters("\(seconds) seconds lead past the last time, 2⁵³ − 1")
  }

  private func setNextTimestamp(_ timestamp: UInt64) throws(RPCError) {
    guard timestamp <= Chain.lastTime else { throw Self.tooLate(timestamp) }
    guard chain.setNextTimestamp(timestamp) else {
      throw .invalidParameters(
        "the time \(timestamp) is not after the latest block's, \(chain.latest.header.timestamp)")
    }
  }

  // MARK: Making blocks

  /// The most blocks that one request makes.
  static let maximumBlocks: UInt64 = 100_000

  private func controlMining(
    _ method: String, _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "mine" where method.hasPrefix("evm"):
      try mineAt(parameters.next())
      return .string("0x0")
    case "mine":
      try mine(count: parameters.small(or: 1), interval: parameters.small(or: 0))
      return method.hasPrefix("hardhat") ? .bool(true) : .null
    case "setAutomine":
      chain.isAutomining = try parameters.flag()
      if chain.isAutomining { interval = 0 }
      return .bool(true)
    case "getAutomine": return .bool(chain.isAutomining)
    case "setIntervalMining":
      let seconds = try parameters.small()
      if seconds > 0 { makeBlocks(every: seconds) } else { interval = 0 }
      return .bool(true)
    case "getIntervalMining": return interval > 0 ? .number(String(interval)) : .null
    default: return nil
    }
  }

  /// Gas of a block that a request may ask for: the longest loop of so much ends within seconds.
  static let maximumBlockGas: UInt64 = 1 << 30

  static func blockGas(_ json: JSON) throws(RPCError) -> UInt64 {
    let gas = try json.small()
    guard gas <= maximumBlockGas else {
      throw .limit("\(gas) gas, at most \(maximumBlockGas) in a block")
    }
    return gas
  }

  /// `evm_mine`: a block at a time, or an object with `timestamp` and `blocks`.
  private func mineAt(_ value: JSON?) throws(RPCError) {
    let isObject = value?.members != nil
    let time = (isObject ? value?["timestamp"] : value).flatMap { $0 == .null ? nil : $0 }
    let count = try (isObject ? value?["blocks"] : nil)?.small() ?? 1
    try checkBlocks(count)
    if let time { try setNextTimestamp(time.small()) }
    try mine(count: count, interval: 0)
  }

  private func checkBlocks(_ count: UInt64) throws(RPCError) {
    guard count <= Self.maximumBlocks else {
      throw .limit("\(count) blocks, at most \(Self.maximumBlocks) at once")
    }
  }

  /// - Parameter interval: seconds between these blocks; 0 to go by the clock.
  private func mine(count: UInt64, interval: UInt64) throws(RPCError) {
    try checkBlocks(count)
    guard count > 0 else { return }
    let (seconds, isTooLong) = interval.multipliedReportingOverflow(by: count - 1)
    guard !isTooLong, seconds <= Chain.lastTime - min(chain.now, Chain.lastTime) else {
      throw Self.tooLate(interval)
    }
    for index in 0..<count {
      if interval > 0, index > 0 {
        try setNextTimestamp(chain.latest.header.timestamp + interval)
      }
      chain.mine()
    }
  }

  // MARK: The blocks to come

  private func controlBlocks(
    _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "setBlockGasLimit":
      chain.setGasLimit(try Self.blockGas(parameters.required("gas")))
      return .bool(true)
    case "setNextBlockBaseFeePerGas":
      chain.setNextBaseFee(try parameters.number())
      return .null
    case "setPrevRandao":
      chain.setNextPrevRandao(try parameters.slot().bytes32)
      return .bool(true)
    case "setCoinbase":
      chain.setCoinbase(try parameters.address())
      return .bool(true)
    case "dropTransaction":
      let hash = try parameters.word()
      return chain.dropPending(hash) ? .word(hash) : .null
    case "dropAllTransactions":
      chain.dropAllPending()
      return .null
    case "removePoolTransactions":
      chain.dropPending(from: try parameters.address())
      return .null
    default: return nil
    }
  }

  // MARK: Accounts

  private func controlAccounts(
    _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch name {
    case "setBalance", "setAccountBalance":
      let (account, balance) = (try parameters.address(), try parameters.number())
      try Self.checkBalance(balance)
      chain.change(account) { $0.balance = balance }
    case "addBalance":
      let (account, amount) = (try parameters.address(), try parameters.number())
      let balance = Self.sum(chain.world.record(of: account).balance, amount)
      try Self.checkBalance(balance)
      chain.change(account) { $0.balance = balance }
    case "setNonce", "setAccountNonce":
      let (account, nonce) = (try parameters.address(), try parameters.small())
      chain.change(account) { $0.nonce = nonce }
    case "setCode", "setAccountCode":
      let (account, code) = (try parameters.address(), try parameters.bytes())
      chain.change(account) { $0.code = code }
    case "setStorageAt", "setAccountStorageAt":
      let (account, key) = (try parameters.address(), try parameters.slot())
      chain.setStorage(account, key, try parameters.slot())
    case "impersonateAccount":
      let account = try parameters.address()
      guard chain.impersonated.count < Self.maximumImpersonated else {
        throw .limit("\(chain.impersonated.count) accounts are impersonated already")
      }
      chain.impersonated.insert(account)
    case "stopImpersonatingAccount": chain.impersonated.remove(try parameters.address())
    case "autoImpersonateAccount": chain.impersonatesAll = try parameters.flag()
    default: return nil
    }
    return .bool(true)
  }

  /// The most wei that an account is given: what others send to it still fits beside it.
  static let maximumBalance = UInt256(Bytes32(1 << 63, 0, 0, 0))

  private static func checkBalance(_ balance: UInt256) throws(RPCError) {
    guard balance <= maximumBalance else {
      throw .invalidParameters("a balance of \(balance.hex) wei, expected at most 2²⁵⁵")
    }
  }

  /// Accounts that are impersonated at one time at most; all of them are by
  /// `autoImpersonateAccount`.
  static let maximumImpersonated = 100_000

  // MARK: The chain as a whole

  private func controlState(
    _ name: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON {
    switch name {
    case "snapshot":
      guard let number = chain.snapshot() else {
        throw .limit("there are \(Chain.maximumSnapshots) snapshots already. Revert to one.")
      }
      return .quantity(number)
    case "revert":
      defer { pullBackFilters() }
      return .bool(chain.revert(to: try parameters.small()))
    case "reset":
      if let forking = parameters.next()?["forking"], forking != .null {
        throw .invalidParameters("this chain is no copy of another one: `forking` is not supported")
      }
      chain.reset()
      pullBackFilters()
      return .bool(true)
    case "dumpState": return .data(try Self.sendable(ChainState.dump(chain)))
    case "loadState":
      let bytes = try parameters.bytes()
      do { try ChainState.load(bytes, into: chain) } catch { throw .invalidParameters("\(error)") }
      return .bool(true)
    // Nothing is logged.
    case "setLoggingEnabled": return .bool(try parameters.flag())
    case "nodeInfo": return nodeInfo
    default: return metadata
    }
  }

  /// A state that `loadState` can take back in one body: its bytes have two digits each.
  static func sendable(
    _ state: [UInt8], maximum: Int = maximumBody
  ) throws(RPCError) -> [UInt8] {
    guard state.count <= (maximum - 1024) / 2 else {
      throw .limit(
        "the state has \(state.count) bytes, more than a request can bring back. Write it to a "
          + "file with `sluice devnet --dump`.")
    }
    return state
  }

  private var nodeInfo: JSON {
    let header = chain.latest.header
    return .members([
      "currentBlockNumber": .quantity(header.number),
      "currentBlockTimestamp": .number(String(header.timestamp)),
      "currentBlockHash": .word(chain.latest.hash),
      "hardFork": .string(chain.settings.fork.name), "transactionOrder": .string("fifo"),
      "environment": .members([
        "baseFee": .quantity(chain.nextContext().baseFee),
        "chainId": .quantity(chain.settings.chainID), "gasLimit": .quantity(header.gasLimit),
        "gasPrice": .quantity(Self.sum(chain.nextContext().baseFee, Self.suggestedTip)),
      ]),
      "forkConfig": .members([
        "forkUrl": .null, "forkBlockNumber": .null, "forkRetryBackoff": .null,
      ]),
    ])
  }

  private var metadata: JSON {
    .members([
      "clientVersion": .string(Self.clientVersion),
      "chainId": .quantity(chain.settings.chainID),
      "instanceId": .word(Keccak256.hash(chain.blocks[0].hash, chain.blocks[0].header.stateRoot)),
      "latestBlockNumber": .quantity(chain.latest.header.number),
      "latestBlockHash": .word(chain.latest.hash),
      "snapshots": .object(
        chain.keptSnapshots.map { kept in
          JSON.Member(
            key: JSON.quantity(kept.number).text ?? "",
            value: .array([.quantity(kept.block.header.number), .word(kept.block.hash)]))
        }),
    ])
  }
}
