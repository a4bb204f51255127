import CanonicalJSON
import EthereumPrimitives
import Testing

@testable import Devnet

/// What was once passed over, or taken for something else.
@Suite("Requests that say something wrong are refused")
struct RefusalTests {
  private let test = TestChain()

  private func call(_ more: KeyValuePairs<String, JSON>) -> JSON {
    .object(
      [JSON.Member(key: "from", value: .address(test.accounts[0]))]
        + [JSON.Member(key: "to", value: .address(test.accounts[1]))]
        + more.map { JSON.Member(key: $0.key, value: $0.value) })
  }

  @Test("Fees of EIP-1559 with a type before it, and an access list with type 0")
  func fees() {
    for fee in ["maxFeePerGas", "maxPriorityFeePerGas"] {
      for kind: UInt64 in [0, 1] {
        let error = test.error(
          "eth_sendTransaction", call([fee: .quantity(1), "type": .quantity(kind)]))
        #expect(error?.code == -32_602 && error?.message.contains("expected gasPrice") == true)
      }
    }
    let access = JSON.members(["address": .address(somebody(1)), "storageKeys": .array([])])
    let listed = call(["accessList": .array([access]), "type": .quantity(0)])
    #expect(test.error("eth_sendTransaction", listed)?.code == -32_602)
    #expect(test.chain.latest.header.number == 0)
  }

  @Test("An authorization list with nothing in it makes no transaction of type 4")
  func noAuthorizations() throws {
    #expect(
      try test.call("eth_call", call(["authorizationList": .array([])])) == .string("0x"))
  }

  @Test("A `stateDiff`, a tracer and a tracer's options of another kind")
  func kinds() {
    let overrides = JSON.members([somebody(1).hex: .members(["stateDiff": .string("0x01")])])
    let error = test.error("eth_call", call([:]), .string("latest"), overrides)
    #expect(error?.code == -32_602 && error?.message.contains("stateDiff") == true)
    for key in ["tracer", "tracerConfig"] {
      let options = JSON.members([key: .number("5")])
      let error = test.error("debug_traceCall", call([:]), .string("latest"), options)
      #expect(error?.code == -32_602 && error?.message.contains("`\(key)`") == true)
    }
  }

  @Test("A balance of 2²⁵⁵ is given, and one more is refused")
  func balances() throws {
    let most = UInt256(Bytes32(1 << 63, 0, 0, 0))
    try test.call("anvil_setBalance", .address(somebody(1)), .quantity(most))
    #expect(test.balance(somebody(1)) == most)
    #expect(
      test.error("anvil_setBalance", .address(somebody(1)), .quantity(most &+ 1))?.code == -32_602)
    #expect(test.error("anvil_addBalance", .address(somebody(1)), .quantity(1))?.code == -32_602)
    #expect(test.balance(somebody(1)) == most)
  }

  @Test("A state that no request could bring back is not given")
  func states() throws {
    let state = [UInt8](repeating: 1, count: 100)
    #expect(try RPC.sendable(state, maximum: 1224) == state)
    #expect(throws: RPCError.self) { try RPC.sendable(state, maximum: 1223) }
  }

  @Test("A filter of a block by its hash tells of no other block after a revert")
  func filters() throws {
    let id = try test.call("evm_snapshot")
    test.chain.mine()
    let filter = try test.call(
      "eth_newFilter", .members(["blockHash": .word(test.chain.latest.hash)]))
    #expect(try test.call("eth_getFilterLogs", filter) == .array([]))
    try test.call("evm_revert", id)
    test.clock.time += 5
    test.chain.mine()
    #expect(test.error("eth_getFilterLogs", filter)?.code == -32_001)
  }

  @Test("A negative number of typed data may be a text: clients write long ones so")
  func negativeNumbers() throws {
    func signature(_ value: JSON) throws -> JSON {
      let member = JSON.members(["name": .string("x"), "type": .string("int256")])
      return try test.call(
        "eth_signTypedData_v4", .address(test.accounts[0]),
        .members([
          "types": .members(["EIP712Domain": .array([]), "Bet": .array([member])]),
          "primaryType": .string("Bet"), "domain": .members([:]),
          "message": .members(["x": value]),
        ]))
    }
    #expect(try signature(.string("-5")) == signature(.number("-5")))
    #expect(try signature(.string("-5")) != signature(.string("5")))
  }

  @Test("A transaction in a block is not taken again, and the answer says where it stands")
  func knownTransaction() throws {
    let sender = somebody(9)
    try test.call("anvil_impersonateAccount", .address(sender))
    try test.call("anvil_setBalance", .address(sender), .quantity(UInt64(1) << 60))
    func send(gas: UInt64) -> RPCError? {
      test.error(
        "eth_sendTransaction",
        .members([
          "from": .address(sender), "to": .address(sender), "nonce": .quantity(0),
          "gas": .quantity(gas), "gasPrice": .quantity(UInt64(10_000_000_000)),
        ]))
    }
    #expect(send(gas: 21_000) == nil)
    try test.call("anvil_setNonce", .address(sender), .quantity(0))
    #expect(send(gas: 21_000)?.message.contains("is in block 1. Change its gas or fee") == true)
    #expect(send(gas: 21_001) == nil)
    #expect(test.chain.latest.header.number == 2)
  }
}
