import CanonicalJSON
import Devnet
import EthereumPrimitives
import Testing

/// One contract, asked for traces of calls of it.
private struct Traced {
  static let place = Address(0, 1, 1)
  let test = TracedChain()

  init(_ code: [UInt8]) { test.place(code, at: Self.place) }

  func trace(_ options: String = "{}", gas: UInt64 = 100_000) throws -> JSON {
    try test.call(
      "debug_traceCall",
      #"{"to":"\#(Self.place.hex)","gas":"\#(gas)"}, "latest", \#(options)"#)
  }

  func steps(_ options: String = "{}", gas: UInt64 = 100_000) throws -> [JSON] {
    try trace(options, gas: gas)["structLogs"]?.elements ?? []
  }
}

@Suite("What a trace holds")
struct TraceOptionTests {
  /// SSTORE(1, 7); SSTORE(1, 0); SLOAD(2); STATICCALL(GAS, 4, 0, 32, 0, 0); STOP.
  private let code: [UInt8] =
    [0x60, 7, 0x60, 1, 0x55, 0x5F, 0x60, 1, 0x55, 0x60, 2, 0x54]
    + [0x5F, 0x5F, 0x60, 32, 0x5F, 0x60, 4, 0x5A, 0xFA, 0x00]

  @Test("Slots are all that the code has touched so far; refunds stand from the step after")
  func storage() throws {
    let steps = try Traced(code).steps()
    let slots = try steps.filter { $0["storage"] != nil }.map {
      try #require($0["storage"]?.members).map {
        "\($0.key.suffix(2)): \($0.value.text?.suffix(2) ?? "")"
      }
    }
    #expect(slots == [["01: 07"], ["01: 00"], ["01: 00", "02: 00"]])
    let stores = steps.filter { ["SSTORE", "SLOAD"].contains($0["op"]?.text) }
    // Cold and from 0; then dirty, back to 0; then cold.
    #expect(stores.map { $0["gasCost"]?.wholeNumber } == [22_100, 100, 2100])
    // EIP-2200: 20,000 less 100 come back.
    #expect(stores.map { $0["refund"]?.wholeNumber } == [nil, nil, 19_900])
    let last = try #require(steps.last)
    #expect(last["storage"] == nil && last["returnData"] == nil && last["memory"] == nil)
    #expect(last["stack"]?.elements?.map(\.text) == ["0x0", "0x1"])
  }

  @Test("Each option leaves out or adds what it names, and a limit ends the list")
  func options() throws {
    let traced = Traced(code)
    let bare = try traced.steps(#"{"disableStack":true,"disableStorage":true}"#)
    #expect(bare.allSatisfy { $0["stack"] == nil && $0["storage"] == nil } && bare.count == 16)
    let full = try traced.steps(#"{"enableMemory":true,"enableReturnData":true}"#)
    let zeros = "0x" + String(repeating: "0", count: 64)
    #expect(full.last?["memory"]?.elements?.map(\.text) == [zeros])
    #expect(full.last?["returnData"]?.text == zeros && full[0]["returnData"] == nil)
    let limited = try traced.trace(#"{"limit":3}"#)
    #expect(limited["structLogs"]?.elements?.count == 3 && limited["failed"] == .bool(false))
    // 21,000; of 22,100, 100, 2,100 and 2,600 − 2,500 the refund takes a fifth.
    #expect(try traced.trace("{}")["gas"] == limited["gas"])
  }

  @Test("A step that cannot run tells why, as geth words it")
  func errors() throws {
    #expect(try Traced([0x01]).steps().last?["error"]?.text == "stack underflow (0 <=> 2)")
    let gas = try Traced([0x5B, 0x5F, 0x56]).steps(gas: 21_000 + 30).last
    #expect(gas?["error"]?.text == "out of gas" && gas?["gasCost"]?.wholeNumber == 8)
    #expect(gas?["gas"]?.wholeNumber == 5)
    // What no fork has is told without a cost; the call tells why.
    let unknown = Traced([0x0C])
    #expect(try unknown.steps().last?["op"]?.text == "opcode 0xc not defined")
    let call = try unknown.trace(#"{"tracer":"callTracer"}"#)
    #expect(call["error"]?.text == "invalid opcode: opcode 0xc not defined")
    #expect(call["gasUsed"]?.text == "0x186a0" && call["gas"]?.text == "0x186a0")
    #expect(call["output"] == nil && call["calls"] == nil && call["logs"] == nil)
  }

  @Test("A creation that failed has no address; what its caller gave stays")
  func creation() throws {
    // MSTORE8(0, 0xFE); CREATE(0, 0, 1): INVALID.
    let traced = Traced([0x60, 0xFE, 0x5F, 0x53, 0x60, 1, 0x5F, 0x5F, 0xF0])
    let call = try #require(try traced.trace(#"{"tracer":"callTracer"}"#)["calls"]?.elements?.first)
    #expect(call["type"]?.text == "CREATE" && call["to"] == nil && call["input"]?.text == "0xfe")
    #expect(call["error"]?.text == "invalid opcode: INVALID" && call["value"]?.text == "0x0")
  }

  @Test("Logs of a call that failed, and of calls inside of it, are undone")
  func undoneLogs() throws {
    // LOG0 in what reverts: 0x…02; the outer one calls it and logs.
    let traced = Traced(
      [0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x64, 1, 0, 0, 0, 2, 0x5A, 0xF1, 0x5F, 0x5F, 0xA0])
    traced.test.place(
      [0x5F, 0x5F, 0x5F, 0x5F, 0x5F, 0x64, 1, 0, 0, 0, 3, 0x5A, 0xF1]
        + [0x5F, 0x5F, 0xA0, 0x5F, 0x5F, 0xFD], at: Address(0, 1, 2))
    traced.test.place([0x5F, 0x5F, 0xA0], at: Address(0, 1, 3))
    let trace = try traced.trace(#"{"tracer":"callTracer","tracerConfig":{"withLog":true}}"#)
    let failed = try #require(trace["calls"]?.elements?.first)
    #expect(failed["error"]?.text == "execution reverted" && failed["logs"] == nil)
    #expect(failed["calls"]?.elements?.first?["logs"] == nil)
    let log = try #require(trace["logs"]?.elements?.first)
    #expect(log["index"]?.text == "0x0" && log["position"]?.text == "0x1")
  }

  @Test("Bytes of a trace: what holds more than 32 MiB is refused, with what makes it smaller")
  func bounds() throws {
    // MSTORE(0x8000, 0), then JUMPDEST, PUSH1, JUMP for ever: 32 KiB of memory at each step.
    let loop = Traced([0x5F, 0x61, 0x80, 0x00, 0x52, 0x5B, 0x60, 5, 0x56])
    let error = #expect(throws: RPCError.self) {
      try loop.trace(#"{"enableMemory":true}"#)
    }
    #expect(error?.message.hasPrefix("the trace holds more than 33554432 bytes; ask for") == true)
    #expect(error?.message.contains("`limit`") == true)
    #expect(try loop.steps(#"{"enableMemory":true,"limit":20}"#).count == 20)
    #expect(try loop.steps().count > 5000)
    // STATICCALL of nobody with 64 KiB, for ever.
    let calls = Traced(
      [0x5B, 0x5F, 0x5F, 0x62, 1, 0, 0, 0x5F, 0x61, 0x12, 0x34, 0x5A, 0xFA, 0x50, 0x5F, 0x56])
    let refused = #expect(throws: RPCError.self) {
      try calls.trace(#"{"tracer":"callTracer"}"#, gas: 1_000_000)
    }
    #expect(refused?.message.contains("onlyTopCall") == true)
    let top = #"{"tracer":"callTracer","tracerConfig":{"onlyTopCall":true}}"#
    #expect(try calls.trace(top, gas: 1_000_000)["error"]?.text == "out of gas")
  }

  @Test("Options that are none are refused: other tracers, overrides, numbers for truth values")
  func refusals() throws {
    let traced = Traced([])
    for options in [
      #"{"tracer":"prestateTracer"}"#, #"{"stateOverrides":{}}"#, #"{"enableMemory":1}"#, "7",
    ] {
      let error = #expect(throws: RPCError.self) { try traced.trace(options) }
      #expect(error?.code == -32_602, "\(options)")
    }
    // titanoboa takes another error than a wrong parameter for a node without traces.
    let unknown = #expect(throws: RPCError.self) {
      try traced.test.call("debug_traceTransaction", #""\#(Bytes32.zero.hex)""#)
    }
    #expect(unknown?.code == -32_602 && unknown?.message.hasPrefix("transaction not found") == true)
    for (method, parameter, words) in [
      ("debug_traceBlockByNumber", "0x9", "block not found"),
      ("debug_traceBlockByNumber", "0x0", "genesis is not traceable"),
    ] {
      let error = #expect(throws: RPCError.self) {
        try traced.test.call(method, "\"\(parameter)\"")
      }
      #expect(error?.code == -32_000 && error?.message == words)
    }
    try traced.test.call("evm_mine", "")
    #expect(try traced.test.call("debug_traceBlockByNumber", #""0x1""#) == .array([]))
  }
}
