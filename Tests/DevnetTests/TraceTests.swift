import CanonicalJSON
import Devnet
import EVM
import EthereumPrimitives
import Testing

// Expected traces are those of geth which Ethereum's execution APIs publish as tests
// (https://github.com/ethereum/execution-apis, tests/debug_trace…), where a comment says so, and
// otherwise counted by hand.

/// Contracts of the chain on which the published traces were made (ethereum/hive, cmd/hivechain).
private enum Published {
  static let sender = "0x7435ed30a8b4aeb0877cef0c6e8cffe834eb865f"
  static let callTree = "0x9dcd17433742f4c0ca53122ab541d0ba67fc27d0"
  static let callMe = "0x9dcd17433742f4c0ca53122ab541d0ba67fc27d1"
  static let callRevert = "0x9dcd17433742f4c0ca53122ab541d0ba67fc27d3"
  static let emit = "0x7dcd17433742f4c0ca53122ab541d0ba67fc27df"

  static let callMeCode =
    "0x366002146022577177726f6e672d63616c6c6461746173697a656000526012600efd5b60003560f01c61ff01"
    + "146047576d77726f6e672d63616c6c64617461600052600e6012fd5b61ffee6000526002601ef3"
  static let callEnvironmentCode =
    "0x60004381526020014681526020014181526020014881526020014481526020013281526020013481526020016000"
    + "f3"
  static let callRevertCode =
    "0x6000356142ff54501515603b577f4e487b710000000000000000000000000000000000000000000000000000"
    + "0000600052600160045260246000fd5b7f08c379a0000000000000000000000000000000000000000000000000"
    + "000000006000526020600452600a6024527f75736572206572726f7200000000000000000000000000000000000"
    + "000000000604452604e6000fd"
  static let emitCode = "0x3680600080376000206000548082558060010160005560005263656d697460206000a2"

  /// All kinds of calls, one after the other, by its source `calltree.eas`.
  static var callTreeCode: [UInt8] {
    get throws {
      let me = try Hex.decode(callMe)
      let environment = try Hex.decode("0x9dcd17433742f4c0ca53122ab541d0ba67fc27d2")
      let (revert, emit) = (try Hex.decode(callRevert), try Hex.decode(emit))
      let word: [UInt8] = [0x7F, 0xFF, 0x01] + [UInt8](repeating: 0, count: 30)
      let gas: [UInt8] = [0x61, 0xEA, 0x60]
      let (zero, store): ([UInt8], [UInt8]) = ([0x60, 0], [0x60, 0, 0x52])
      func address(_ bytes: [UInt8]) -> [UInt8] { [0x73] + bytes }
      var code = word + store
      code +=
        [0x60, 32, 0x61, 1, 0, 0x60, 2] + zero + [0x60, 1] + address(me) + gas + [0xF1, 0x50]
      code += [0x60, 1] + store + zero + zero + [0x60, 32] + zero + zero
      code += address(revert) + gas + [0xF1, 0x50]
      code += zero + zero + zero + zero + address(environment) + gas + [0xFA, 0x50]
      code += zero + zero + zero + zero + address(emit) + gas + [0xFA, 0x50]
      code += zero + store + zero + zero + [0x60, 4] + zero + address(emit) + gas + [0xF4, 0x50]
      code += word + store + zero + zero + [0x60, 2] + zero + zero + address(me) + gas
      code +=
        [0xF2, 0x50] + zero + zero + [0x60, 4] + zero + zero + [0x60, 4] + gas + [0xF1, 0x50]
      let child: [UInt8] =
        [0x5B, 0x64] + Array("child".utf8) + [0x60, 0, 0x60, 0, 0xA1, 0x33, 0xFF]
      let end: [UInt8] =
        [0x63] + Array("tree".utf8) + zero + zero + [0xA1, 0x60, 2, 0x61, 1, 0, 0xF3]
      // PUSH2 place, CODESIZE, SUB, DUP1, PUSH2 place, PUSH2 0x200, CODECOPY, PUSH2 0x200, PUSH1 0,
      // CREATE, POP: 20 bytes.
      let place = UInt16(code.count + 20 + end.count)
      let push: [UInt8] = [0x61, UInt8(place >> 8), UInt8(place & 255)]
      code +=
        push + [0x38, 0x03, 0x80] + push + [0x61, 2, 0, 0x39, 0x61, 2, 0, 0x60, 0, 0xF0, 0x50]
      return code + end + child
    }
  }

  static func chain() throws -> TracedChain {
    let test = TracedChain {
      $0.chainID = 3_503_995_874_084_926
      $0.gasLimit = 50_000_000
    }
    test.place(try callTreeCode, at: try Address(callTree), balance: 10)
    test.place(try Hex.decode(callMeCode), at: try Address(callMe))
    test.place(
      try Hex.decode(callEnvironmentCode),
      at: try Address("0x9dcd17433742f4c0ca53122ab541d0ba67fc27d2"))
    test.place(try Hex.decode(callRevertCode), at: try Address(callRevert))
    test.place(try Hex.decode(emitCode), at: try Address(emit))
    test.place([], at: try Address(sender), balance: 1_000_000_000_000_000_000)
    try test.call("anvil_impersonateAccount", #""\#(sender)""#)
    return test
  }
}

@Suite("Traces as geth gives them")
struct TraceTests {
  @Test("Published: the steps of a call of `callme`")
  func publishedSteps() throws {
    // trace-call-opcode-default.io. Its transaction costs 15,000 and its data before the first
    // step, as a later fork has it; here 21,000, which is added to the gas limit, and 32 for the
    // data. The steps cost 72.
    let steps: [(pc: Int, op: String, cost: Int, stack: [String])] = [
      (0, "CALLDATASIZE", 2, []), (1, "PUSH1", 3, ["0x2"]), (3, "EQ", 3, ["0x2", "0x2"]),
      (4, "PUSH1", 3, ["0x1"]), (6, "JUMPI", 10, ["0x1", "0x22"]), (34, "JUMPDEST", 1, []),
      (35, "PUSH1", 3, []), (37, "CALLDATALOAD", 3, ["0x0"]),
      (38, "PUSH1", 3, ["0xff01" + String(repeating: "0", count: 60)]),
      (40, "SHR", 3, ["0xff01" + String(repeating: "0", count: 60), "0xf0"]),
      (41, "PUSH2", 3, ["0xff01"]), (44, "EQ", 3, ["0xff01", "0xff01"]), (45, "PUSH1", 3, ["0x1"]),
      (47, "JUMPI", 10, ["0x1", "0x47"]), (71, "JUMPDEST", 1, []), (72, "PUSH2", 3, []),
      (75, "PUSH1", 3, ["0xffee"]), (77, "MSTORE", 6, ["0xffee", "0x0"]), (78, "PUSH1", 3, []),
      (80, "PUSH1", 3, ["0x2"]), (82, "RETURN", 0, ["0x2", "0x1e"]),
    ]
    var gas = 1_033_544
    var logs: [String] = []
    for step in steps {
      let stack = step.stack.map { #""\#($0)""# }.joined(separator: ",")
      logs.append(
        #"{"pc":\#(step.pc),"op":"\#(step.op)","gas":\#(gas),"gasCost":\#(step.cost),"depth":1,"#
          + #""stack":[\#(stack)]}"#)
      gas -= step.cost
    }
    #expect(gas == 1_033_472)
    let expected =
      #"{"gas":21104,"failed":false,"returnValue":"0xffee","structLogs":["#
      + logs.joined(separator: ",") + "]}"
    let test = try Published.chain()
    let call =
      #"{"from":"0x0c2c51a0990aee1d73c1228de158688341557508","gas":"\#(String(0x100000 + 6000))","#
      + #""input":"0xff01","to":"\#(Published.callMe)"}"#
    let found = try test.text("debug_traceCall", "\(call), \"latest\"")
    #expect(try found == canonical(expected))
  }

  @Test("Published: a creation of the code GAS, as a call")
  func publishedCreation() throws {
    // traceCall-structLogs-gas.io.
    let test = try Published.chain()
    let call = #"{"from":"\#(Published.sender)","data":"0x5a","gas":"0x35a4e900"}"#
    let expected =
      #"{"gas":53020,"failed":false,"returnValue":"0x","structLogs":["#
      + #"{"pc":0,"op":"GAS","gas":49946982,"gasCost":2,"depth":1,"stack":[]},"#
      + #"{"pc":1,"op":"STOP","gas":49946980,"gasCost":0,"depth":1,"stack":["0x2fa2164"]}]}"#
    #expect(try test.text("debug_traceCall", call) == canonical(expected))
  }

  @Test("Published: a deployment with its memory, word by word")
  func publishedMemory() throws {
    // trace-block-memory-encoding.io, its first transaction; the gas limit so that the first step
    // has the gas of then, when data cost more.
    let runtime = String(Published.callEnvironmentCode.dropFirst(2))
    let data = try Hex.decode("0x600d380380600d6000396000f3" + runtime)
    var transaction = Transaction()
    transaction.input = data
    let test = try Published.chain()
    let limit = String(23_644 + transaction.intrinsicGas, radix: 16)
    let hash = try test.call(
      "eth_sendTransaction",
      #"{"from":"\#(Published.sender)","data":"\#(Hex.encode(data))","gas":"0x\#(limit)"}"#)
    func stack(_ words: String...) -> String { words.map { #""\#($0)""# }.joined(separator: ",") }
    let memory =
      #","memory":["0x6000438152602001468152602001418152602001488152602001448152602001","#
      + #""0x3281526020013481526020016000f30000000000000000000000000000000000"]"#
    let steps = [
      (0, "PUSH1", 23644, 3, "", ""), (2, "CODESIZE", 23641, 2, stack("0xd"), ""),
      (3, "SUB", 23639, 3, stack("0xd", "0x3c"), ""), (4, "DUP1", 23636, 3, stack("0x2f"), ""),
      (5, "PUSH1", 23633, 3, stack("0x2f", "0x2f"), ""),
      (7, "PUSH1", 23630, 3, stack("0x2f", "0x2f", "0xd"), ""),
      (9, "CODECOPY", 23627, 15, stack("0x2f", "0x2f", "0xd", "0x0"), ""),
      (10, "PUSH1", 23612, 3, stack("0x2f"), memory),
      (12, "RETURN", 23609, 0, stack("0x2f", "0x0"), memory),
    ].map {
      #"{"pc":\#($0.0),"op":"\#($0.1)","gas":\#($0.2),"gasCost":\#($0.3),"depth":1,"#
        + #""stack":[\#($0.4)]\#($0.5)}"#
    }
    let trace = try test.call(
      "debug_traceTransaction", #""\#(hash.text ?? "")", {"enableMemory":true}"#)
    #expect(
      String(decoding: (trace["structLogs"] ?? .null).canonicalBytes(), as: UTF8.self)
        == (try canonical("[" + steps.joined(separator: ",") + "]")))
    #expect(trace["returnValue"]?.text == "0x" + runtime)
  }

  @Test("Published: the calls of a reverted transaction, with its reason")
  func publishedRevert() throws {
    // calltracer-revert-reason.io.
    let test = try Published.chain()
    let hash = try test.call(
      "eth_sendTransaction",
      #"{"from":"\#(Published.sender)","to":"\#(Published.callRevert)","data":"0x01","#
        + #""gas":"0x186a0"}"#)
    let expected =
      #"{"from":"0x7435ed30a8b4aeb0877cef0c6e8cffe834eb865f","gas":"0x186a0","gasUsed":"0x5aa1","#
      + #""to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d3","input":"0x01","#
      + #""output":"\#(Self.error)","error":"execution reverted","#
      + #""revertReason":"user error","value":"0x0","type":"CALL"}"#
    #expect(
      try test.text("debug_traceTransaction", #""\#(hash.text ?? "")", {"tracer":"callTracer"}"#)
        == canonical(expected))
  }

  /// What `callrevert` reverts with.
  private static let error =
    "0x08c379a00000000000000000000000000000000000000000000000000000000000000020"
    + "000000000000000000000000000000000000000000000000000000000000000a75736572206572726f72"

  /// calltracer-nested-calls.io: the calls of `calltree`, without what `callenv` returns, which is
  /// of the chain; with two gas for the word of a creation's code, which came later, and one
  /// 64th less of these for the creation; and a write's error in geth's shorter form.
  private static func tree(_ logs: (emit: String, child: String, tree: String)) -> String {
    let tree = #""from":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d0""#
    return #"{"from":"0x7435ed30a8b4aeb0877cef0c6e8cffe834eb865f","gas":"0x927c0","#
      + #""gasUsed":"0x28647","to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d0","input":"0x","#
      + #""output":"0xffee","calls":[{\#(tree),"gas":"0xf35c","gasUsed":"0x48","#
      + #""to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d1","input":"0xff01","output":"0xffee","#
      + #""value":"0x1","type":"CALL"},{\#(tree),"gas":"0xea60","gasUsed":"0x889","#
      + #""to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d3","#
      + #""input":"0x0000000000000000000000000000000000000000000000000000000000000001","#
      + #""output":"\#(error)","error":"execution reverted","revertReason":"user error","#
      + #""value":"0x0","type":"CALL"},{\#(tree),"gas":"0xea60","gasUsed":"0x7d","#
      + #""to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d2","input":"0x","type":"STATICCALL"},"#
      + #"{\#(tree),"gas":"0xea60","gasUsed":"0xea60","#
      + #""to":"0x7dcd17433742f4c0ca53122ab541d0ba67fc27df","input":"0x","#
      + #""error":"write protection","type":"STATICCALL"},{\#(tree),"gas":"0xea60","#
      + #""gasUsed":"0x64b0","to":"0x7dcd17433742f4c0ca53122ab541d0ba67fc27df","#
      + #""input":"0x00000000","value":"0x0","type":"DELEGATECALL"\#(logs.emit)},{\#(tree),"#
      + #""gas":"0xea60","gasUsed":"0x48","to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d1","#
      + #""input":"0xff01","output":"0xffee","value":"0x0","type":"CALLCODE"},{\#(tree),"#
      + #""gas":"0xea60","gasUsed":"0x12","to":"0x0000000000000000000000000000000000000004","#
      + #""input":"0xff010000","output":"0xff010000","value":"0x0","type":"CALL"},{\#(tree),"#
      + #""gas":"0x6a00f","gasUsed":"0x1682","to":"0x2d303c5b7911d87d594bf1b31fbb9aa187888893","#
      + #""input":"0x5b646368696c6460006000a133ff","calls":[{"#
      + #""from":"0x2d303c5b7911d87d594bf1b31fbb9aa187888893","gas":"0x0","gasUsed":"0x0","#
      + #""to":"0x9dcd17433742f4c0ca53122ab541d0ba67fc27d0","input":"0x","value":"0x0","#
      + #""type":"SELFDESTRUCT"}],"value":"0x0","type":"CREATE"\#(logs.child)}],"value":"0x0","#
      + #""type":"CALL"\#(logs.tree)}"#
  }

  /// A trace without what `callenv` returned.
  private static func withoutEnvironment(_ trace: JSON) -> String {
    let members = (trace.members ?? []).map { member -> JSON.Member in
      guard member.key == "calls", var calls = member.value.elements, calls.count > 2 else {
        return member
      }
      calls[2] = .object((calls[2].members ?? []).filter { $0.key != "output" })
      return .init(key: "calls", value: .array(calls))
    }
    return String(decoding: JSON.object(members).canonicalBytes(), as: UTF8.self)
  }

  @Test("Published: a block of two transactions, with every kind of call, and logs by number")
  func publishedTree() throws {
    let test = try Published.chain()
    try test.call("evm_setAutomine", "false")
    let tree = try test.call(
      "eth_sendTransaction",
      #"{"from":"\#(Published.sender)","to":"\#(Published.callTree)","gas":"0x927c0"}"#)
    // The slot of the hash of its data, which it writes; and the topic of its log.
    let topic = "0x4fca474bfe29257cd2fc6aaa8526de59f97fdeccadf40d415477daaa16a301b2"
    let (zero, count) = (String(repeating: "0", count: 64), String(repeating: "0", count: 62))
    try test.call("anvil_setStorageAt", #""\#(Published.emit)", "0x\#(zero)", "0x\#(count)13""#)
    let emit = try test.call(
      "eth_sendTransaction",
      #"{"from":"\#(Published.sender)","to":"\#(Published.emit)","value":"0x2","gas":"0x186a0","#
        + #""data":"0x9f5f8bad6b519820656d6974","accessList":[{"address":"\#(Published.emit)","#
        + #""storageKeys":["0x\#(zero)","\#(topic)"]}]}"#)
    try test.call("evm_mine", "")
    func logs(_ address: String, _ topics: [String], _ data: String, _ index: Int, at position: Int)
      -> String
    {
      let topics = topics.map { #""\#($0)""# }.joined(separator: ",")
      return #","logs":[{"address":"\#(address)","topics":[\#(topics)],"data":"\#(data)","#
        + #""index":"0x\#(index)","position":"0x\#(position)"}]"#
    }
    let zeros = String(repeating: "0", count: 56)
    let expected = Self.tree(
      (
        logs(
          Published.callTree,
          [
            "0x\(zeros)656d6974",
            "0xe8e77626586f73b955364c7b4bbf0bb7f7685ebd40e852b164633a4acbd3244c",
          ], "0x\(zeros)00000000", 0, at: 0),
        logs(
          "0x2d303c5b7911d87d594bf1b31fbb9aa187888893", ["0x\(zeros.dropLast(2))6368696c64"], "0x",
          1,
          at: 0),
        logs(Published.callTree, ["0x\(zeros)74726565"], "0x", 2, at: 8)
      ))
    // calltracer-with-log-index.io.
    let expectedEmit =
      #"{"from":"0x7435ed30a8b4aeb0877cef0c6e8cffe834eb865f","gas":"0x186a0","gasUsed":"0xca9c","#
      + #""to":"0x7dcd17433742f4c0ca53122ab541d0ba67fc27df","input":"0x9f5f8bad6b519820656d6974""#
      + logs(
        Published.emit,
        [
          "0x\(zeros)656d6974", topic,
        ], "0x\(zeros)00000013", 3, at: 0) + #","value":"0x2","type":"CALL"}"#
    let options = #"{"tracer":"callTracer","tracerConfig":{"withLog":true}}"#
    let block = try test.call("debug_traceBlockByNumber", #""0x1", \#(options)"#).elements ?? []
    #expect(block.map { $0["txHash"] } == [tree, emit])
    #expect(
      Self.withoutEnvironment(block.first?["result"] ?? .null) == (try canonical(expected)))
    #expect(
      String(decoding: (block.last?["result"] ?? .null).canonicalBytes(), as: UTF8.self)
        == (try canonical(expectedEmit)))
    // calltracer-only-top-call-with-log.io.
    let top = try test.call(
      "debug_traceTransaction",
      #""\#(tree.text ?? "")", {"tracer":"callTracer","tracerConfig":{"onlyTopCall":true,"#
        + #""withLog":true}}"#)
    #expect(top["calls"] == nil && top["logs"]?.elements?.count == 1)
    #expect(top["logs"]?.elements?.first?["index"]?.text == "0x2")
    #expect(top["logs"]?.elements?.first?["position"]?.text == "0x0")
    let hash = test.chain.latest.hash.hex
    let options2 = #"{"tracer":"callTracer"}"#
    let byHash = try test.call("debug_traceBlockByHash", #""\#(hash)", \#(options2)"#).elements
    #expect(
      Self.withoutEnvironment(byHash?.first?["result"] ?? .null)
        == (try canonical(Self.tree(("", "", "")))))
  }
}
