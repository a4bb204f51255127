import CanonicalJSON
import EVM
import EthereumPrimitives

// Blocks, transactions, receipts and logs in the shapes of Ethereum's execution APIs.
extension RPC {
  /// - Parameter isPending: of a block that is not made, hash and nonce are null.
  func json(_ block: Block, isFull: Bool, isPending: Bool = false) -> JSON {
    let header = block.header
    let members: KeyValuePairs<String, JSON> = [
      "number": .quantity(header.number), "hash": isPending ? .null : .word(block.hash),
      "parentHash": .word(header.parentHash),
      "nonce": isPending ? .null : .string("0x0000000000000000"),
      "sha3Uncles": .word(Header.noUncles), "logsBloom": .data(header.bloom.bytes),
      "transactionsRoot": .word(header.transactionsRoot), "stateRoot": .word(header.stateRoot),
      "receiptsRoot": .word(header.receiptsRoot), "miner": .address(header.coinbase),
      "difficulty": .quantity(0),
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
        "blockTimestamp": .quantity(block.header.timestamp), "transactionIndex": .quantity(index),
      ])
  }

  func json(_ pending: PendingTransaction) -> JSON {
    json(
      pending.transaction, from: pending.sender, pending.hash, pending.signature,
      price: pending.transaction.maximumFee,
      [
        "blockHash": .null, "blockNumber": .null, "blockTimestamp": .null,
        "transactionIndex": .null,
      ])
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
    if kind == .setCode {
      add(["authorizationList": .array(transaction.authorizations.map(json))])
    }
    let parity: UInt64 = signature?.isOdd == true ? 1 : 0
    var v = UInt256(parity)
    if kind == .legacy { v = transaction.chainID.map { UInt256($0) &* 2 &+ 35 &+ v } ?? (27 &+ v) }
    add([
      "v": .quantity(v), "r": .quantity(signature.map { UInt256($0.r) } ?? .zero),
      "s": .quantity(signature.map { UInt256($0.s) } ?? .zero),
    ])
    if kind != .legacy { add(["yParity": .quantity(parity)]) }
    return .object(members)
  }

  private func json(_ authorization: Transaction.Authorization) -> JSON {
    .members([
      "chainId": .quantity(authorization.chainID), "address": .address(authorization.address),
      "nonce": .quantity(authorization.nonce), "yParity": .quantity(authorization.yParity),
      "r": .quantity(UInt256(authorization.r)), "s": .quantity(UInt256(authorization.s)),
    ])
  }

  func json(_ access: Transaction.Access) -> JSON {
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
      // As geth has it: of a creation that failed too.
      "contractAddress": mined.transaction.to == nil
        ? .address(.create(sender: mined.sender, nonce: mined.transaction.nonce)) : .null,
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
