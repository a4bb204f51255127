import CanonicalJSON
import EVM
import EthereumPrimitives
import Testing

@testable import Devnet

@Suite("JSON-RPC: answers")
struct RPCAnswerTests {
  private static func keys(_ json: JSON) -> Set<String> { Set(json.members?.map(\.key) ?? []) }

  @Test("Blocks, transactions, receipts and logs have the members of the execution APIs")
  func shapes() throws {
    let test = TestChain()
    try test.place(Code.keeper, at: somebody(1))
    try test.chain.add(
      test.signed(0, to: somebody(1), input: UInt256(7).bytes32.bytes, nonce: 0, gas: 100_000))
    let block = try test.call("eth_getBlockByNumber", .string("latest"), .bool(true))
    #expect(
      Self.keys(block) == [
        "number", "hash", "parentHash", "nonce", "sha3Uncles", "logsBloom", "transactionsRoot",
        "stateRoot", "receiptsRoot", "miner", "difficulty", "extraData", "size", "gasLimit",
        "gasUsed", "timestamp", "baseFeePerGas", "mixHash", "withdrawalsRoot", "withdrawals",
        "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "uncles", "transactions",
        "requestsHash",
      ])
    let transaction = try #require(block["transactions"]?.elements?.first)
    #expect(
      Self.keys(transaction) == [
        "blockHash", "blockNumber", "blockTimestamp", "transactionIndex", "hash", "type", "from",
        "to", "nonce", "gas", "value", "input", "gasPrice", "chainId", "maxFeePerGas",
        "maxPriorityFeePerGas", "accessList", "v", "r", "s", "yParity",
      ])
    let hash = try #require(transaction["hash"])
    let number = try #require(block["number"])
    #expect(try test.call("eth_getTransactionByHash", hash) == transaction)
    #expect(
      try test.call("eth_getTransactionByBlockNumberAndIndex", number, .string("0x0"))
        == transaction)
    #expect(
      try test.call(
        "eth_getTransactionBySenderAndNonce", .address(test.accounts[0]), .string("0x0"))
        == transaction)
    let receipt = try test.call("eth_getTransactionReceipt", hash)
    #expect(
      Self.keys(receipt) == [
        "transactionHash", "transactionIndex", "blockHash", "blockNumber", "from", "to",
        "cumulativeGasUsed", "gasUsed", "contractAddress", "logs", "logsBloom", "type", "status",
        "effectiveGasPrice",
      ])
    #expect(try test.call("eth_getBlockReceipts", number) == .array([receipt]))
    // The base fee is 875,000,000 and the tip 1 gwei.
    #expect(receipt["effectiveGasPrice"] == .quantity(1_875_000_000))
    let log = try #require(receipt["logs"]?.elements?.first)
    #expect(
      Self.keys(log) == [
        "address", "topics", "data", "blockNumber", "blockHash", "blockTimestamp",
        "transactionHash", "transactionIndex", "logIndex", "removed",
      ])
    #expect(log["data"] == .word(UInt256(7).bytes32) && log["removed"] == .bool(false))
    #expect(try test.call("eth_getLogs", .members([:])) == .array([log]))
  }

  @Test("A pending block has what waits, and no hash; a state of it, what that does")
  func pending() throws {
    let test = TestChain()
    test.chain.isAutomining = false
    try test.chain.add(test.signed(0, to: somebody(1), value: 5, nonce: 0))
    try test.chain.add(test.signed(0, to: somebody(1), value: 5, nonce: 2))
    let block = try test.call("eth_getBlockByNumber", .string("pending"), .bool(false))
    #expect(block["hash"] == .null && block["nonce"] == .null && block["number"]?.text == "0x1")
    #expect(block["transactions"]?.elements?.count == 1)
    let account = JSON.address(somebody(1))
    #expect(try test.number("eth_getBalance", account, .string("pending")) == 5)
    #expect(try test.number("eth_getBalance", account) == .zero)
    let sender = JSON.address(test.accounts[0])
    #expect(try test.number("eth_getTransactionCount", sender, .string("pending")) == 1)
    #expect(try test.number("eth_getTransactionCount", sender, .string("latest")) == .zero)
    #expect(
      try test.call("txpool_status")
        == .members(["pending": .string("0x1"), "queued": .string("0x1")]))
    let content = try test.call("txpool_content")
    let name = test.accounts[0].checksummed
    #expect(content["pending"]?[name]?["0"]?["blockHash"] == .null)
    #expect(content["queued"]?[name]?["2"]?["nonce"]?.text == "0x2")
    #expect(
      try test.call("txpool_contentFrom", sender)["queued"]?["2"] == content["queued"]?[name]?["2"])
    #expect(
      try test.call("txpool_inspect")["pending"]?[name]?["0"]?.text?.contains("5 wei") == true)
    #expect(try test.call("eth_pendingTransactions").elements?.count == 2)
    let hash = JSON.word(test.chain.pending[1].hash)
    #expect(try test.call("anvil_dropTransaction", hash) == hash)
    #expect(try test.call("anvil_dropTransaction", hash) == .null)
    try test.call("anvil_removePoolTransactions", sender)
    #expect(test.chain.pool.isEmpty)
    // What was looked at was not made.
    #expect(test.chain.latest.header.number == 0)
  }

  @Test("Calls: results, reverts with their data, halts in words")
  func calls() throws {
    let test = TestChain()
    try test.place(Code.refuser, at: somebody(1))
    try test.place(Code.loop, at: somebody(2))
    let error = test.error("eth_call", .members(["to": .address(somebody(1))]))
    #expect(error?.code == 3 && error?.message == "execution reverted: no")
    #expect(error?.data.map { Hex.encode(Array($0[..<4])) } == "0x08c379a0")
    #expect(
      test.error("eth_estimateGas", .members(["to": .address(somebody(1))]))?.code == 3)
    let loop = test.error(
      "eth_call", .members(["to": .address(somebody(2)), "gas": .quantity(90_000)]))
    #expect(loop?.code == -32_000 && loop?.message == "out of gas")
    #expect(
      test.error(
        "eth_estimateGas", .members(["to": .address(somebody(2)), "gas": .quantity(90_000)]))?
        .message
        == "gas required exceeds allowance (90000)")
    #expect(try test.call("eth_call", .members(["to": .address(somebody(9))])).text == "0x")
  }

  @Test("Calls see the block that they are asked for, or what they assume of it")
  func blocks() throws {
    let test = TestChain()
    try test.place(Code.blockReader, at: somebody(1))
    try test.call("hardhat_setCoinbase", .address(somebody(2)))
    test.chain.mine()
    test.chain.mine()
    let call = JSON.members(["to": .address(somebody(1))])
    func words(_ parameters: JSON...) throws -> [UInt256] {
      let bytes = try test.rpc.call("eth_call", .array([call] + parameters)).bytes()
      return stride(from: 0, to: 128, by: 32).compactMap {
        UInt256(bigEndian: bytes[$0..<$0 + 32])
      }
    }
    let time = UInt256(TestChain.time)
    #expect(try words(.string("latest"))[..<3] == [2, time &+ 2, somebody(2).number])
    #expect(try words(.string("0x1"))[..<2] == [1, time &+ 1])
    #expect(try words(.string("pending"))[..<2] == [3, time &+ 3])
    let assumed = JSON.members([
      "number": .string("0x63"), "time": .string("0x64"), "feeRecipient": .address(somebody(3)),
      "prevRandao": .word(UInt256(5).bytes32),
    ])
    #expect(try words(.string("latest"), .null, assumed) == [99, 100, somebody(3).number, 5])
  }

  @Test("What a call assumes of accounts holds for that call alone")
  func overrides() throws {
    let test = TestChain()
    let account = somebody(1)
    let assumed = JSON.members([
      account.hex: .members([
        "code": .string(Code.reader), "stateDiff": .members(["0x0": .word(UInt256(9).bytes32)]),
        "balance": .quantity(1), "nonce": .quantity(7),
      ])
    ])
    let call = JSON.members(["to": .address(account)])
    #expect(
      try test.call("eth_call", call, .string("latest"), assumed).word() == UInt256(9).bytes32)
    #expect(try test.call("eth_call", call).text == "0x")
  }

  @Test("Access lists name what a call looks at, and what it costs with the list")
  func accessLists() throws {
    let test = TestChain()
    // SLOAD(5), BALANCE(0xbb…): PUSH1 5, SLOAD, POP, PUSH20 somebody(2), BALANCE, STOP.
    let other = somebody(2)
    try test.place("0x60055450" + "73" + other.hex.dropFirst(2) + "3100", at: somebody(1))
    let answer = try test.call("eth_createAccessList", .members(["to": .address(somebody(1))]))
    let list = JSON.array([
      .members([
        "address": .address(somebody(1)), "storageKeys": .array([.word(UInt256(5).bytes32)]),
      ]),
      .members(["address": .address(other), "storageKeys": .array([])]),
    ])
    #expect(answer["accessList"] == list && answer["error"] == nil)
    // 21000, two addresses and a slot of the list, PUSH1, warm SLOAD, POP, PUSH20, warm BALANCE.
    #expect(answer["gasUsed"] == .quantity(21_000 + 2 * 2400 + 1900 + 3 + 100 + 2 + 3 + 100))
  }

  @Test("Fee history: fees of the blocks and of the one after, shares used, tips by share of gas")
  func feeHistory() throws {
    let test = TestChain { $0.gasLimit = 84_000 }
    test.chain.isAutomining = false
    for (sender, tip) in [(0, 3), (1, 1), (2, 2)] as [(Int, UInt64)] {
      try test.chain.add(
        test.signed(sender, to: somebody(1), nonce: 0, fee: 9 &* gwei, tip: UInt256(tip) &* gwei))
    }
    test.chain.mine()
    let answer = try test.call(
      "eth_feeHistory", .string("0x2"), .string("latest"),
      .array([.integer(0), .integer(34), .number("66.5"), .integer(67), .integer(100)]))
    #expect(answer["oldestBlock"]?.text == "0x0")
    // 1 gwei; an eighth less after an empty block; then half as much over the target of 42,000:
    // 875,000,000 + 875,000,000 · 21,000 / 42,000 / 8.
    #expect(
      answer["baseFeePerGas"]
        == .array([.quantity(gwei), .quantity(875_000_000), .quantity(929_687_500)]))
    #expect(answer["gasUsedRatio"] == .array([.number("0.000000"), .number("0.750000")]))
    let tips = [1, 2, 2, 3, 3].map { JSON.quantity(UInt256($0) &* gwei) }
    #expect(answer["reward"]?.elements?[1] == .array(tips))
    #expect(
      try test.call("eth_feeHistory", .integer(0), .string("latest"), .array([]))
        == .members(["oldestBlock": .string("0x0"), "gasUsedRatio": .array([])]))
  }

  @Test("Transactions by description: nonce, fees and gas are filled in, and what is said stays")
  func sending() throws {
    let test = TestChain()
    let hash = try test.call(
      "eth_sendTransaction",
      .members([
        "from": .address(test.accounts[1]), "to": .address(somebody(1)), "value": .string("0x7"),
      ]))
    let sent = try test.call("eth_getTransactionByHash", hash)
    #expect(
      sent["type"]?.text == "0x2" && sent["gas"]?.text == "0x5208" && sent["nonce"]?.text == "0x0")
    // Twice 875,000,000 and a tip of 1 gwei.
    #expect(sent["maxFeePerGas"] == .quantity(2_750_000_000))
    let legacy = try test.call(
      "eth_sendTransaction",
      .members([
        "from": .address(test.accounts[1]), "to": .address(somebody(1)),
        "gasPrice": .quantity(2 &* gwei),
        "gas": .quantity(50_000), "nonce": .string("0x1"),
      ]))
    let second = try test.call("eth_getTransactionByHash", legacy)
    #expect(second["type"]?.text == "0x0" && second["gas"] == .quantity(50_000))
    #expect(try test.call("eth_getTransactionReceipt", legacy)["status"]?.text == "0x1")
    #expect(test.balance(somebody(1)) == 7)
    let stranger = JSON.members(["from": .address(somebody(5)), "to": .address(somebody(1))])
    #expect(test.error("eth_sendTransaction", stranger)?.code == -32_000)
    #expect(test.error("eth_sendRawTransaction", .string("0x"))?.code == -32_000)
  }

  @Test("Node: what tools ask before they begin")
  func node() throws {
    let test = TestChain()
    #expect(try test.call("net_version") == .string("31337"))
    #expect(try test.call("eth_accounts") == .array(test.accounts.map(JSON.address)))
    // Keccak-256 of nothing.
    #expect(
      try test.call("web3_sha3", .string("0x")).text
        == "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
    let info = try test.call("anvil_nodeInfo")
    #expect(info["hardFork"]?.text == "prague" && info["environment"]?["chainId"]?.text == "0x7a69")
    try test.call("evm_snapshot")
    let metadata = try test.call("hardhat_metadata")
    #expect(
      metadata["snapshots"]?["0x1"] == .array([.string("0x0"), .word(test.chain.latest.hash)]))
  }
}
