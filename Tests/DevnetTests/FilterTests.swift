import CanonicalJSON
import EVM
import EthereumPrimitives
import TestKit
import Testing

@testable import Devnet

@Suite("JSON-RPC: logs, filters and limits")
struct FilterTests {
  /// A chain with contracts that log, and blocks of calls to them.
  private static func logging(_ calls: [(contract: UInt32, argument: UInt64)]) throws -> TestChain {
    let test = TestChain()
    test.chain.isAutomining = false
    for contract: UInt32 in 1...3 { try test.place(Code.keeper, at: somebody(contract)) }
    for (nonce, call) in calls.enumerated() {
      try test.chain.add(
        test.signed(
          0, to: somebody(call.contract), input: UInt256(call.argument).bytes32.bytes,
          nonce: UInt64(nonce), gas: 100_000))
      if call.argument.isMultiple(of: 2) { test.chain.mine() }
    }
    test.chain.mine()
    return test
  }

  @Test("INV-090: eth_getLogs gives what a filter over all receipts gives")
  func logs() {
    check("logs", runs: 30) { generator in
      let calls = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
        (UInt32(1 + generator.next() % 3), generator.next() % 5)
      }
      return (calls, (0..<6).map { _ in generator.next() })
    } property: { (calls: [(UInt32, UInt64)], choices: [UInt64]) in
      let test = try Self.logging(calls.map { (contract: $0.0, argument: $0.1) })
      let latest = test.chain.latest.header.number
      let from = choices[0] % (latest + 1)
      let to = from + choices[1] % (latest - from + 1)
      let address: [JSON] =
        choices[2] % 2 == 0 ? [] : [.address(somebody(UInt32(1 + choices[2] % 3)))]
      let topic = UInt256(choices[3] % 2 == 0 ? 0xAA : 0xBB).bytes32
      let topics: [JSON] = [
        [], [.word(topic)], [.null, .word(test.accounts[0].bytes32)],
        [.array([.word(topic), .null])],
      ][
        Int(choices[4] % 4)]
      let found = try test.call(
        "eth_getLogs",
        .members([
          "fromBlock": .quantity(from), "toBlock": .quantity(to), "address": .array(address),
          "topics": .array(topics),
        ]))
      var expected: [JSON] = []
      for number in from...to {
        let receipts = try test.call("eth_getBlockReceipts", .quantity(number)).elements ?? []
        for log in receipts.flatMap({ $0["logs"]?.elements ?? [] }) {
          let has = log["topics"]?.elements ?? []
          let fits = zip(topics, has).allSatisfy { wanted, topic in
            wanted == .null || wanted == topic || wanted.elements?.contains(.null) == true
              || wanted.elements?.contains(topic) == true
          }
          if fits, address.isEmpty || address.contains(log["address"] ?? .null) {
            expected.append(log)
          }
        }
      }
      return found == .array(expected)
    }
  }

  @Test("Ranges: reversed ones, ones past the latest block, and a hash beside a range are refused")
  func ranges() throws {
    let test = try Self.logging([(1, 1), (2, 2)])
    func ask(_ members: KeyValuePairs<String, JSON>) -> RPCError? {
      test.error("eth_getLogs", .members(members))
    }
    let hash = JSON.word(test.chain.block(number: 1)?.hash ?? .zero)
    #expect(ask(["fromBlock": .string("0x2"), "toBlock": .string("0x1")])?.code == -32_602)
    #expect(
      ask(["fromBlock": .string("0x0"), "toBlock": .string("0x9")])?.message
        == "block range extends beyond current head block")
    #expect(ask(["blockHash": hash, "fromBlock": .string("0x0")])?.code == -32_602)
    #expect(ask(["blockHash": .word(.zero)])?.code == -32_001)
    #expect(try test.call("eth_getLogs", .members(["blockHash": hash])).elements?.count == 2)
    #expect(
      try test.call(
        "eth_getLogs", .members(["fromBlock": .string("earliest"), "toBlock": .string("pending")])
      )
      .elements?.count == 2)
    #expect(try test.call("eth_getLogs", .members([:])) == .array([]))
  }

  @Test(
    "Filters tell what came since they were last asked, and of blocks made anew after going back")
  func filters() throws {
    let test = TestChain()
    try test.place(Code.keeper, at: somebody(1))
    let id = try test.call("evm_snapshot")
    let blocks = try test.call("eth_newBlockFilter")
    // "latest" is the block that is it when the client asks.
    let logs = try test.call(
      "eth_newFilter", .members(["address": .address(somebody(1)), "toBlock": .string("latest")]))
    let waiting = try test.call("eth_newPendingTransactionFilter")
    let sent = try test.signed(0, to: somebody(1), nonce: 0, gas: 100_000)
    try test.chain.add(sent)
    func changes(_ filter: JSON) throws -> [JSON] {
      try test.call("eth_getFilterChanges", filter).elements ?? []
    }
    #expect(try changes(blocks) == [.word(test.chain.latest.hash)])
    #expect(try changes(logs).count == 1)
    #expect(try changes(waiting) == [.word(sent.hash)])
    #expect(try changes(blocks).isEmpty && changes(logs).isEmpty && changes(waiting).isEmpty)
    #expect(try test.call("eth_getFilterLogs", logs).elements?.count == 1)
    try test.call("evm_revert", id)
    let other = try test.signed(0, to: somebody(1), value: 1, nonce: 0, gas: 100_000)
    try test.chain.add(other)
    test.chain.mine()
    #expect(try changes(blocks) == test.chain.blocks[1...].map { .word($0.hash) })
    #expect(try changes(logs).first?["transactionHash"] == .word(other.hash))
    #expect(try changes(waiting) == [.word(other.hash)])
    #expect(try test.call("eth_uninstallFilter", blocks) == .bool(true))
    #expect(try test.call("eth_uninstallFilter", blocks) == .bool(false))
    #expect(test.error("eth_getFilterChanges", blocks)?.message == "filter not found")
    #expect(test.error("eth_getFilterLogs", waiting)?.code == -32_001)
  }

  // MARK: Limits

  @Test("Filters: as many as the limit, and one more")
  func filterLimit() throws {
    let test = TestChain()
    for _ in 0..<RPC.maximumFilters { try test.call("eth_newBlockFilter") }
    #expect(test.error("eth_newBlockFilter")?.code == -32_005)
    try test.call("eth_uninstallFilter", .string("0x1"))
    #expect(test.error("eth_newBlockFilter") == nil)
    #expect(RPC.maximumFilters == 10_000)
  }

  @Test("A filter: as many addresses, topics and alternatives as the limits, and one more")
  func filterParts() {
    let test = TestChain()
    func ask(_ members: KeyValuePairs<String, JSON>) -> Int? {
      test.error("eth_getLogs", .members(members))?.code
    }
    func many(_ count: Int, _ value: JSON) -> JSON { .array(Array(repeating: value, count: count)) }
    #expect(ask(["address": many(1000, .address(somebody(1)))]) == nil)
    #expect(ask(["address": many(1001, .address(somebody(1)))]) == -32_602)
    #expect(ask(["topics": many(4, .null)]) == nil)
    #expect(ask(["topics": many(5, .null)]) == -32_602)
    #expect(ask(["topics": .array([many(1000, .word(.zero))])]) == nil)
    #expect(ask(["topics": .array([many(1001, .word(.zero))])]) == -32_602)
  }

  @Test("Logs of one answer: as many as the limit, and one more")
  func logLimit() throws {
    let test = TestChain()
    // 2,500 times LOG0(0, 0): JUMPDEST, LOG0, counter − 1, JUMPI.
    try test.place("0x6109c4" + "5b60006000a0" + "60019003" + "80600357" + "00", at: somebody(1))
    for nonce: UInt64 in 0..<40 {
      try test.chain.add(test.signed(0, to: somebody(1), nonce: nonce, gas: 3_000_000))
    }
    let all = JSON.members(["fromBlock": .string("earliest")])
    #expect(try test.call("eth_getLogs", all).elements?.count == RPC.maximumLogs)
    try test.place(Code.keeper, at: somebody(1))
    try test.chain.add(test.signed(0, to: somebody(1), nonce: 40, gas: 100_000))
    #expect(test.error("eth_getLogs", all)?.code == -32_005)
    #expect(RPC.maximumLogs == 100_000)
  }

  @Test("Blocks of one request: more than the limit are refused")
  func blockLimit() throws {
    let test = TestChain { $0.history = 0 }
    let error = test.error("anvil_mine", .quantity(RPC.maximumBlocks + 1))
    #expect(error?.code == -32_005 && test.chain.latest.header.number == 0)
    let object = JSON.members(["blocks": .quantity(RPC.maximumBlocks + 1)])
    #expect(test.error("evm_mine", object)?.code == -32_005)
    #expect(RPC.maximumBlocks == 100_000)
    try test.call("anvil_mine", .quantity(1000))
    #expect(test.chain.latest.header.number == 1000)
  }

  @Test("Slots of a proof, blocks and percentiles of a fee history: the limits")
  func smallLimits() throws {
    let test = TestChain()
    let account = JSON.address(somebody(1))
    func slots(_ count: Int) -> JSON { .array(Array(repeating: .string("0x0"), count: count)) }
    #expect(test.error("eth_getProof", account, slots(1024)) == nil)
    #expect(test.error("eth_getProof", account, slots(1025))?.code == -32_602)
    func shares(_ count: Int) -> JSON { .array(Array(repeating: .integer(5), count: count)) }
    #expect(test.error("eth_feeHistory", .integer(1), .null, shares(100)) == nil)
    #expect(test.error("eth_feeHistory", .integer(1), .null, shares(101))?.code == -32_602)
    try test.call("anvil_mine", .integer(1100))
    let history = try test.call("eth_feeHistory", .integer(5000), .string("latest"), .array([]))
    #expect(history["gasUsedRatio"]?.elements?.count == 1024)
    #expect(history["oldestBlock"] == .quantity(77))
  }

  @Test("Impersonated accounts: as many as the limit, and one more")
  func impersonationLimit() {
    let test = TestChain()
    for number in 0..<UInt32(RPC.maximumImpersonated) {
      test.chain.impersonated.insert(somebody(number))
    }
    #expect(test.error("anvil_impersonateAccount", .address(.zero))?.code == -32_005)
    #expect(test.error("anvil_stopImpersonatingAccount", .address(somebody(0))) == nil)
    #expect(test.error("anvil_impersonateAccount", .address(.zero)) == nil)
    #expect(RPC.maximumImpersonated == 100_000)
  }
}
