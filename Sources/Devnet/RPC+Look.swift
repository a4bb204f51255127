import CanonicalJSON
import EVM
import EthereumPrimitives

// What only looks at the chain.
extension RPC {
  /// nil where the method is none of these.
  func look(_ method: String, _ parameters: inout Parameters) throws(RPCError) -> JSON? {
    switch method {
    case "eth_chainId": return .quantity(chain.settings.chainID)
    case "net_version": return .string(String(chain.settings.chainID))
    case "net_listening": return .bool(true)
    case "net_peerCount": return .quantity(0)
    case "eth_syncing": return .bool(false)
    case "eth_mining": return .bool(chain.isAutomining)
    case "eth_hashrate": return .quantity(0)
    case "eth_protocolVersion": return .string("0x44")
    case "web3_clientVersion": return .string("sluice-devnet")
    case "web3_sha3": return .word(Keccak256.hash(try parameters.bytes()))
    case "eth_coinbase": return .address(chain.coinbase)
    case "eth_accounts": return .array(accounts.map(JSON.address))
    case "eth_blockNumber": return .quantity(chain.latest.header.number)
    case "eth_gasPrice": return .quantity(suggestedPrice)
    case "eth_maxPriorityFeePerGas": return .quantity(Self.suggestedTip)
    case "eth_blobBaseFee": return .quantity(1)
    case "eth_feeHistory": return try feeHistory(&parameters)
    default:
      if let result = try lookAtState(method, &parameters) { return result }
      return try lookAtBlocks(method, &parameters)
    }
  }

  /// 1 gwei.
  static let suggestedTip: UInt256 = 1_000_000_000

  private var suggestedPrice: UInt256 { chain.nextContext().baseFee &+ Self.suggestedTip }

  private func lookAtState(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getBalance":
      let account = try parameters.address()
      return .quantity(try state(at: parameters.next()).world.record(of: account).balance)
    case "eth_getCode":
      let account = try parameters.address()
      return .data(try state(at: parameters.next()).world.record(of: account).code)
    case "eth_getStorageAt":
      let account = try parameters.address()
      let key = UInt256(try parameters.word())
      return .word(try state(at: parameters.next()).world.storage(of: account, at: key).bytes32)
    case "eth_getTransactionCount":
      let account = try parameters.address()
      let block = parameters.next()
      var nonce = try state(at: block).world.record(of: account).nonce
      if case .pending = try tag(block) {
        nonce += UInt64(chain.pending.count { $0.sender == account })
      }
      return .quantity(nonce)
    default: return nil
    }
  }

  private func lookAtBlocks(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getBlockByNumber", "eth_getBlockByHash":
      let name = try parameters.required("a block")
      let isFull = parameters.next() == .bool(true)
      guard let block = try known(name) else { return .null }
      return json(block, isFull: isFull)
    case "eth_getBlockTransactionCountByNumber", "eth_getBlockTransactionCountByHash":
      return try known(parameters.required("a block")).map { .quantity($0.transactions.count) }
        ?? .null
    case "eth_getUncleCountByBlockNumber", "eth_getUncleCountByBlockHash": return .quantity(0)
    case "eth_getBlockReceipts":
      guard let block = try known(parameters.required("a block")) else { return .null }
      return .array(block.transactions.indices.map { receipt(block, $0) })
    case "eth_getTransactionByHash":
      let hash = try parameters.word()
      if let (block, index) = chain.mined(hash) { return json(block, index) }
      return chain.pending.first { $0.hash == hash }.map(json) ?? .null
    case "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByBlockHashAndIndex":
      let block = try known(parameters.required("a block"))
      let index = try parameters.small()
      guard let block, index < block.transactions.count else { return .null }
      return json(block, Int(index))
    case "eth_getTransactionReceipt":
      guard let (block, index) = chain.mined(try parameters.word()) else { return .null }
      return receipt(block, index)
    default: return nil
    }
  }

  /// nil where there is no such block, which is no error for these methods.
  func known(_ name: JSON) throws(RPCError) -> Block? {
    if let text = name.text, text.count == 66 { return chain.block(try name.word()) }
    return try block(at: name)
  }

  /// Source: EIP-1559, and the execution APIs: gas used and base fees of blocks, and of the one
  /// after them.
  private func feeHistory(_ parameters: inout Parameters) throws(RPCError) -> JSON {
    let count = min(try parameters.small(), 1024)
    guard let newest = try block(at: parameters.next()) else {
      throw .missing("the newest block is not there yet")
    }
    let percentiles = parameters.next()?.elements ?? []
    let last = newest.header.number
    let first = last - min(last, max(count, 1) - 1)
    let blocks = (first...last).compactMap { chain.block(number: $0) }
    var fees = blocks.map { JSON.quantity($0.header.baseFee) }
    fees.append(.quantity(newest.header.nextBaseFee))
    let ratios = blocks.map { JSON.number($0.header.fullness) }
    var members: [JSON.Member] = [
      .init(key: "oldestBlock", value: .quantity(first)),
      .init(key: "baseFeePerGas", value: .array(fees)),
      .init(key: "gasUsedRatio", value: .array(ratios)),
    ]
    if !percentiles.isEmpty {
      let shares = try percentiles.map { json throws(RPCError) in try json.share() }
      let rewards = blocks.map { block in JSON.array(shares.map { .quantity(block.tip(at: $0)) }) }
      members.append(.init(key: "reward", value: .array(rewards)))
    }
    return .object(members)
  }
}

extension Block {
  /// The tip, in wei per gas, of the transaction with which this share of the block's gas is used,
  /// in hundredths of a percent, where those that pay least come first.
  fileprivate func tip(at share: UInt64) -> UInt256 {
    let wanted = header.gasUsed.multipliedFullWidth(by: share)
    let gasWanted = UInt64(10_000).dividingFullWidth(wanted).quotient
    var gas: UInt64 = 0
    let tips = transactions.map { (tip: $0.outcome.gasPrice &- header.baseFee, $0.outcome.gasUsed) }
    for (tip, used) in tips.sorted(by: { $0.tip < $1.tip }) {
      gas += used
      if gas >= gasWanted { return tip }
    }
    return .zero
  }
}

extension Header {
  /// The share of the gas limit that was used, to six decimals, rounded down.
  fileprivate var fullness: String {
    guard gasLimit > 0, gasUsed < gasLimit else { return gasUsed == 0 ? "0" : "1" }
    let millionths = gasLimit.dividingFullWidth(gasUsed.multipliedFullWidth(by: 1_000_000)).quotient
    return "0." + String(1_000_000 + millionths).dropFirst()
  }
}

// MARK: As JSON

extension RPC {
  func json(_ block: Block, isFull: Bool) -> JSON {
    let header = block.header
    let members: KeyValuePairs<String, JSON> = [
      "number": .quantity(header.number), "hash": .word(block.hash),
      "parentHash": .word(header.parentHash), "nonce": .string("0x0000000000000000"),
      "sha3Uncles": .word(Header.noUncles), "logsBloom": .data(header.bloom.bytes),
      "transactionsRoot": .word(header.transactionsRoot), "stateRoot": .word(header.stateRoot),
      "receiptsRoot": .word(header.receiptsRoot), "miner": .address(header.coinbase),
      "difficulty": .quantity(0), "totalDifficulty": .quantity(0),
      "extraData": .data(header.extraData), "size": .quantity(block.size),
      "gasLimit": .quantity(header.gasLimit), "gasUsed": .quantity(header.gasUsed),
      "timestamp": .quantity(header.timestamp), "baseFeePerGas": .quantity(header.baseFee),
      "mixHash": .word(header.prevRandao), "withdrawalsRoot": .word(Trie.emptyRoot),
      "withdrawals": .array([]), "blobGasUsed": .quantity(0), "excessBlobGas": .quantity(0),
      "parentBeaconBlockRoot": .word(.zero), "uncles": .array([]),
      "transactions": .array(
        block.transactions.indices.map { index in
          isFull ? json(block, index) : .word(block.transactions[index].hash)
        }),
    ]
    let requests = header.requestsHash.map { [JSON.Member(key: "requestsHash", value: .word($0))] }
    return .object(members.map { JSON.Member(key: $0.key, value: $0.value) } + (requests ?? []))
  }

  func json(_ block: Block, _ index: Int) -> JSON {
    let mined = block.transactions[index]
    return json(
      mined.transaction, from: mined.sender, mined.hash, mined.signature,
      price: mined.outcome.gasPrice,
      [
        "blockHash": .word(block.hash), "blockNumber": .quantity(block.header.number),
        "transactionIndex": .quantity(index),
      ])
  }

  func json(_ pending: PendingTransaction) -> JSON {
    json(
      pending.transaction, from: pending.sender, pending.hash, pending.signature,
      price: pending.transaction.maximumFee,
      ["blockHash": .null, "blockNumber": .null, "transactionIndex": .null])
  }

  private func json(
    _ transaction: Transaction, from sender: Address, _ hash: Bytes32, _ signature: Signature?,
    price: UInt256, _ place: KeyValuePairs<String, JSON>
  ) -> JSON {
    let kind = transaction.kind
    var members = place.map { JSON.Member(key: $0.key, value: $0.value) }
    func add(_ more: KeyValuePairs<String, JSON>) {
      members += more.map { JSON.Member(key: $0.key, value: $0.value) }
    }
    add([
      "hash": .word(hash), "type": .quantity(UInt64(kind.rawValue)), "from": .address(sender),
      "to": transaction.to.map(JSON.address) ?? .null, "nonce": .quantity(transaction.nonce),
      "gas": .quantity(transaction.gasLimit), "value": .quantity(transaction.value),
      "input": .data(transaction.input), "gasPrice": .quantity(price),
    ])
    if let chainID = transaction.chainID { add(["chainId": .quantity(chainID)]) }
    if kind.rawValue >= Transaction.Kind.dynamicFee.rawValue {
      add([
        "maxFeePerGas": .quantity(transaction.maximumFee),
        "maxPriorityFeePerGas": .quantity(transaction.maximumPriorityFee),
      ])
    }
    if kind != .legacy { add(["accessList": .array(transaction.accessList.map(json))]) }
    let parity: UInt64 = signature?.isOdd == true ? 1 : 0
    var v = parity
    if kind == .legacy { v += transaction.chainID.map { 35 + 2 * $0 } ?? 27 }
    add([
      "v": .quantity(v), "r": .quantity(signature.map { UInt256($0.r) } ?? .zero),
      "s": .quantity(signature.map { UInt256($0.s) } ?? .zero),
    ])
    if kind != .legacy { add(["yParity": .quantity(parity)]) }
    return .object(members)
  }

  private func json(_ access: Transaction.Access) -> JSON {
    .members([
      "address": .address(access.address), "storageKeys": .array(access.keys.map(JSON.word)),
    ])
  }

  func receipt(_ block: Block, _ index: Int) -> JSON {
    let mined = block.transactions[index]
    return .members([
      "transactionHash": .word(mined.hash), "transactionIndex": .quantity(index),
      "blockHash": .word(block.hash), "blockNumber": .quantity(block.header.number),
      "from": .address(mined.sender), "to": mined.transaction.to.map(JSON.address) ?? .null,
      "cumulativeGasUsed": .quantity(mined.cumulativeGas),
      "gasUsed": .quantity(mined.outcome.gasUsed),
      "contractAddress": mined.outcome.status == .success
        ? mined.outcome.created.map(JSON.address) ?? .null : .null,
      "logs": .array(mined.outcome.logs.indices.map { log(block, index, $0) }),
      "logsBloom": .data(mined.bloom.bytes),
      "type": .quantity(UInt64(mined.transaction.kind.rawValue)),
      "status": .quantity(mined.outcome.status == .success ? 1 : 0),
      "effectiveGasPrice": .quantity(mined.outcome.gasPrice),
    ])
  }

  func log(_ block: Block, _ index: Int, _ number: Int) -> JSON {
    let mined = block.transactions[index]
    let log = mined.outcome.logs[number]
    return .members([
      "address": .address(log.address), "topics": .array(log.topics.map(JSON.word)),
      "data": .data(log.data), "blockNumber": .quantity(block.header.number),
      "blockHash": .word(block.hash), "blockTimestamp": .quantity(block.header.timestamp),
      "transactionHash": .word(mined.hash), "transactionIndex": .quantity(index),
      "logIndex": .quantity(mined.firstLog + number), "removed": .bool(false),
    ])
  }
}
