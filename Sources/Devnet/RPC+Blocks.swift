import CanonicalJSON
import EVM
import EthereumPrimitives

// What is asked of blocks and of the transactions in them.
extension RPC {
  /// nil where the method is none of these.
  func lookAtBlocks(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getBlockByNumber", "eth_getBlockByHash":
      let name = try parameters.required("a block")
      let isFull = try parameters.flag(or: false)
      let isPending = if case .pending = try blockName(name) { true } else { false }
      return try known(name).map { json($0, isFull: isFull, isPending: isPending) } ?? .null
    case "eth_getBlockTransactionCountByNumber", "eth_getBlockTransactionCountByHash":
      return try known(parameters.required("a block")).map { .quantity($0.transactions.count) }
        ?? .null
    case "eth_getUncleCountByBlockNumber", "eth_getUncleCountByBlockHash":
      return try known(parameters.required("a block")).map { _ in .quantity(0) } ?? .null
    case "eth_getUncleByBlockNumberAndIndex", "eth_getUncleByBlockHashAndIndex": return .null
    case "eth_getBlockReceipts":
      guard let block = try known(parameters.required("a block")) else { return .null }
      return .array(block.transactions.indices.map { receipt(block, $0) })
    default:
      if let result = try lookAtTransactions(method, &parameters) { return result }
      return try lookAtBytes(method, &parameters)
    }
  }

  private func lookAtTransactions(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "eth_getTransactionByHash":
      let hash = try parameters.word()
      if let (block, index) = chain.mined(hash) { return json(block, index) }
      return chain.pool[hash].map(json) ?? .null
    case "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByBlockHashAndIndex":
      let block = try known(parameters.required("a block"))
      let index = try parameters.small()
      guard let block, index < block.transactions.count else { return .null }
      return json(block, Int(index))
    case "eth_getTransactionBySenderAndNonce":
      let sender = try parameters.address()
      let nonce = try parameters.small()
      if let waiting = chain.pool[sender, nonce] { return json(waiting) }
      for block in chain.blocks.reversed() {
        let index = block.transactions.lastIndex {
          $0.sender == sender && $0.transaction.nonce == nonce
        }
        if let index { return json(block, index) }
      }
      return .null
    case "eth_getTransactionReceipt":
      guard let (block, index) = chain.mined(try parameters.word()) else { return .null }
      return receipt(block, index)
    default: return nil
    }
  }

  /// As they go over the wire.
  private func lookAtBytes(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "debug_getRawHeader":
      return .data(try block(at: parameters.required("a block")).header.encoded)
    case "debug_getRawBlock": return .data(try block(at: parameters.required("a block")).encoded)
    case "debug_getRawReceipts":
      let block = try block(at: parameters.required("a block"))
      return .array(block.transactions.map { .data($0.receipt) })
    case "debug_getRawTransaction", "eth_getRawTransactionByHash":
      let hash = try parameters.word()
      if let (block, index) = chain.mined(hash) {
        let mined = block.transactions[index]
        return .data(mined.signature == nil ? [] : mined.encoded)
      }
      guard let waiting = chain.pool[hash] else { return .null }
      return .data(waiting.signature == nil ? [] : waiting.encoded)
    default: return nil
    }
  }

  // MARK: What waits

  /// nil where the method is none of these.
  func lookAtPool(
    _ method: String, _ parameters: inout Parameters
  ) throws(RPCError) -> JSON? {
    switch method {
    case "eth_pendingTransactions": return .array(chain.pending.map(json))
    case "txpool_status":
      let (ready, queued) = waiting
      return .members(["pending": .quantity(ready.count), "queued": .quantity(queued.count)])
    case "txpool_content":
      let (ready, queued) = waiting
      return .members(["pending": bySender(ready, json), "queued": bySender(queued, json)])
    case "txpool_inspect":
      let (ready, queued) = waiting
      return .members(["pending": bySender(ready, words), "queued": bySender(queued, words)])
    case "txpool_contentFrom":
      let sender = try parameters.address()
      let (ready, queued) = waiting
      return .members([
        "pending": byNonce(ready.filter { $0.sender == sender }, json),
        "queued": byNonce(queued.filter { $0.sender == sender }, json),
      ])
    default: return nil
    }
  }

  /// What could stand in a block by its nonce, and what waits for one before it.
  private var waiting: (ready: [PendingTransaction], queued: [PendingTransaction]) {
    var ends: [Address: UInt64] = [:]
    var parts: (ready: [PendingTransaction], queued: [PendingTransaction]) = ([], [])
    for transaction in chain.pending {
      let end = ends[transaction.sender] ?? chain.nextNonce(of: transaction.sender)
      ends[transaction.sender] = end
      if transaction.transaction.nonce < end {
        parts.ready.append(transaction)
      } else {
        parts.queued.append(transaction)
      }
    }
    return parts
  }

  private func bySender(
    _ transactions: [PendingTransaction], _ body: (PendingTransaction) -> JSON
  ) -> JSON {
    let groups = Dictionary(grouping: transactions, by: \.sender)
    return .object(
      groups.sorted { $0.key < $1.key }.map {
        JSON.Member(key: $0.key.checksummed, value: byNonce($0.value, body))
      })
  }

  private func byNonce(
    _ transactions: [PendingTransaction], _ body: (PendingTransaction) -> JSON
  ) -> JSON {
    .object(
      transactions.sorted { $0.transaction.nonce < $1.transaction.nonce }.map {
        JSON.Member(key: String($0.transaction.nonce), value: body($0))
      })
  }

  /// As geth has it.
  private func words(_ pending: PendingTransaction) -> JSON {
    let transaction = pending.transaction
    return .string(
      "\(transaction.to?.checksummed ?? "contract creation"): \(transaction.value) wei + "
        + "\(transaction.gasLimit) gas × \(transaction.maximumFee) wei")
  }
}
