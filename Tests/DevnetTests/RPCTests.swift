import CanonicalJSON
import EVM
import EthereumPrimitives
import Foundation
import Testing

@testable import Devnet

@Suite("JSON-RPC: requests and what is wrong with them")
struct RPCTests {
  private static func code(_ answer: JSON) -> Int? { answer["error"]?["code"]?.wholeNumber }

  @Test("The examples of JSON-RPC 2.0, section 7, where they fit")
  func examples() throws {
    let test = TestChain()
    let answer = try test.answer(#"{"jsonrpc": "2.0", "method": "eth_chainId", "id": 3}"#)
    #expect(
      String(decoding: answer.canonicalBytes(), as: UTF8.self)
        == #"{"id":3,"jsonrpc":"2.0","result":"0x7a69"}"#)
    let cases: [(body: String, code: Int, id: JSON)] = [
      (#"{"jsonrpc": "2.0", "method": "foobar", "id": "1"}"#, -32_601, .string("1")),
      (#"{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]"#, -32_700, .null),
      (#"{"jsonrpc": "2.0", "method": 1, "params": "bar"}"#, -32_600, .null),
      ("[]", -32_600, .null), ("1", -32_600, .null), ("", -32_700, .null),
    ]
    for (body, code, id) in cases {
      let answer = try test.answer(body)
      #expect(Self.code(answer) == code && answer["id"] == id, "\(body)")
      #expect(answer["jsonrpc"]?.text == "2.0" && answer["result"] == nil)
    }
    #expect(try test.answer("[1,2,3]").elements?.map(Self.code) == [-32_600, -32_600, -32_600])
  }

  @Test("Notifications have no answer, and are carried out")
  func notifications() throws {
    let test = TestChain()
    let notification = #"{"jsonrpc": "2.0", "method": "evm_mine", "params": []}"#
    #expect(test.rpc.answer(Array(notification.utf8)).isEmpty)
    #expect(test.rpc.answer(Array("[\(notification),\(notification)]".utf8)).isEmpty)
    #expect(test.chain.latest.header.number == 3)
    let wrong = #"{"jsonrpc": "2.0", "method": "foobar", "params": []}"#
    #expect(test.rpc.answer(Array(wrong.utf8)).isEmpty)
    let batch = try test.answer(
      #"[\#(notification), {"jsonrpc": "2.0", "method": "eth_blockNumber", "id": 1}]"#)
    #expect(batch.elements?.count == 1 && batch.elements?[0]["result"]?.text == "0x4")
  }

  @Test("Ids are strings, numbers or null; params a list or nothing")
  func kinds() throws {
    let test = TestChain()
    func ask(_ more: String) throws -> JSON {
      try test.answer(#"{"jsonrpc": "2.0", "method": "eth_chainId", \#(more)}"#)
    }
    for id in ["1", "\"a\"", "null", "-3", "1.5"] {
      let answer = try ask("\"id\": \(id)")
      let expected = try JSON.parse(Array(id.utf8))
      #expect(answer["id"] == expected && answer["result"] != nil)
    }
    for id in ["{}", "[1]", "true"] {
      let answer = try ask("\"id\": \(id)")
      #expect(Self.code(answer) == -32_600 && answer["id"] == .null)
    }
    #expect(Self.code(try ask(#""id": 1, "params": {"a": 1}"#)) == -32_602)
    #expect(Self.code(try ask(#""id": 1, "params": "a""#)) == -32_602)
    #expect(try ask(#""id": 1, "params": null"#)["result"] != nil)
    for version in [#""jsonrpc": "1.0","#, #""jsonrpc": 2,"#, ""] {
      let answer = try test.answer(#"{\#(version) "method": "eth_chainId", "id": 1}"#)
      #expect(Self.code(answer) == -32_600 && answer["id"] == .integer(1))
    }
    #expect(Self.code(try ask(#""id": 1, "id": 2"#)) == -32_700)
  }

  @Test("Bodies: as deep and with as many bytes and values as the limits, and one more")
  func bodies() throws {
    let test = TestChain()
    func nested(_ depth: Int) -> String {
      let lists = depth - 2
      return #"{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": ["#
        + String(repeating: "[", count: lists) + String(repeating: "]", count: lists) + "]}"
    }
    #expect(try test.answer(nested(64))["result"] != nil)
    #expect(Self.code(try test.answer(nested(65))) == -32_700)
    let request = #"{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}"#
    let fill = String(repeating: " ", count: RPC.limits.bytes - request.utf8.count)
    #expect(try test.answer(request + fill)["result"] != nil)
    #expect(Self.code(try test.answer(request + fill + " ")) == -32_700)
    #expect(RPC.limits.bytes == 33_554_432 && RPC.limits.values == 1_000_000)
  }

  @Test("A batch: as many requests as the limit, and one more")
  func batches() throws {
    let test = TestChain()
    func batch(_ count: Int) -> String {
      let one = #"{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}"#
      return "[" + Array(repeating: one, count: count).joined(separator: ",") + "]"
    }
    #expect(try test.answer(batch(RPC.maximumBatch)).elements?.count == 1000)
    #expect(Self.code(try test.answer(batch(RPC.maximumBatch + 1))) == -32_600)
  }

  @Test(
    "The answers of a batch: what comes after the limit of bytes is refused, and not carried out")
  func batchAnswers() throws {
    let test = TestChain()
    let request = JSON.members([
      "jsonrpc": .string("2.0"), "id": .integer(1), "method": .string("evm_mine"),
    ])
    let one = #"{"id":1,"jsonrpc":"2.0","result":"0x0"}"#.utf8.count + 1
    let answer = test.rpc.answer(toBatch: [request, request, request], maximum: 2 * one - 1)
    let answers = try JSON.parse(answer).elements ?? []
    #expect(answers.map(Self.code) == [nil, nil, -32_005])
    #expect(test.chain.latest.header.number == 2)
    #expect(RPC.maximumAnswer == 67_108_864)
  }

  @Test("The page of methods names those that there are, and no others")
  func page() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../docs/reference/json-rpc.md")
    let page = try String(contentsOf: file, encoding: .utf8)
    var methods: Set<String> = []
    var controls: Set<String> = []
    for line in page.split(separator: "\n") where line.hasPrefix("| `") {
      for match in line.split(separator: "|")[0].matches(of: #/`(\*?\w+)`/#) {
        let name = String(match.1)
        if name.hasPrefix("*_") {
          controls.insert(String(name.dropFirst(2)))
        } else {
          methods.insert(name)
        }
      }
    }
    #expect(methods == RPC.methods)
    #expect(controls == RPC.controls)
  }

  @Test("Every method that is named is there: none answers that it does not exist")
  func everyMethod() {
    let test = TestChain()
    for method in RPC.methods.union(RPC.controls.map { "anvil_" + $0 }) {
      #expect(test.error(method)?.code != -32_601, "\(method)")
    }
    for method in ["eth_foo", "evm_foo", "foo_mine", "eth_mine", "", "_", "eth_subscribe"] {
      #expect(test.error(method)?.code == -32_601, "\(method)")
    }
    #expect(test.error("evm_mine") == nil && test.error("hardhat_mine") == nil)
  }

  @Test("Parameters that are missing, or of another kind, are refused with their place")
  func parameters() {
    let test = TestChain()
    let account = JSON.address(somebody(1))
    let cases: [(String, [JSON])] = [
      ("eth_getBalance", []), ("eth_getBalance", [.string("0x1")]),
      ("eth_getBalance", [.integer(1)]),
      ("eth_getBalance", [account, .string("newest")]), ("eth_getBalance", [account, .bool(true)]),
      ("eth_getBalance", [account, .members(["blockNumber": .null])]),
      (
        "eth_getBalance",
        [account, .members(["blockNumber": .string("0x0"), "blockHash": .word(.zero)])]
      ),
      ("eth_getStorageAt", [account, .string("0x" + String(repeating: "1", count: 65))]),
      ("eth_getStorageAt", [account, .string("zero")]),
      ("eth_getTransactionByHash", [.string("0x12")]),
      ("eth_getBlockByNumber", [.string("0x0"), .string("true")]), ("eth_call", [.string("x")]),
      ("eth_call", [.members(["to": .string("0x")]), .string("0xz")]),
      ("eth_call", [.members(["data": .string("0x1")])]),
      ("eth_call", [.members(["data": .string("0x01"), "input": .string("0x02")])]),
      ("eth_call", [.members(["gasPrice": .string("0x1"), "maxFeePerGas": .string("0x1")])]),
      ("eth_call", [.members(["chainId": .string("0x1")])]),
      ("eth_call", [.members(["type": .string("0x3")])]),
      ("eth_call", [.members(["type": .string("0x5")])]),
      ("eth_call", [.members(["accessList": .string("0x")])]),
      (
        "eth_call",
        [
          .members([:]), .string("latest"),
          .members([account.text ?? "": .members(["state": .members([:])])]),
        ]
      ),
      ("eth_feeHistory", [.integer(1), .string("latest"), .array([.integer(9), .integer(3)])]),
      ("eth_feeHistory", [.integer(1), .string("latest"), .array([.integer(101)])]),
      ("eth_getLogs", [.string("x")]), ("evm_increaseTime", [.integer(-1)]),
      ("evm_setAutomine", [.integer(1)]), ("anvil_setBalance", [account, .string("lots")]),
    ]
    for (method, parameters) in cases {
      do throws(RPCError) {
        _ = try test.rpc.call(method, .array(parameters))
        Issue.record("\(method) \(parameters) was taken")
      } catch { #expect(error.code == -32_602, "\(method) \(parameters): \(error)") }
    }
  }

  @Test("Blocks that are not there: null where the standard has null, an error elsewhere")
  func missing() throws {
    let test = TestChain()
    let (number, hash) = (JSON.string("0x9"), JSON.word(Keccak256.hash([1])))
    for method in [
      "eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getBlockTransactionCountByNumber",
      "eth_getUncleCountByBlockNumber",
    ] {
      #expect(try test.call(method, number) == .null)
      #expect(try test.call(method, hash) == .null)
    }
    #expect(try test.call("eth_getTransactionByHash", hash) == .null)
    #expect(try test.call("eth_getTransactionReceipt", hash) == .null)
    #expect(try test.call("debug_getRawTransaction", hash) == .null)
    #expect(
      try test.call("eth_getTransactionByBlockNumberAndIndex", .string("0x0"), .string("0x0"))
        == .null)
    for name in [number, hash, .members(["blockHash": hash]), .members(["blockNumber": number])] {
      let error = test.error("eth_getBalance", .address(somebody(1)), name)
      #expect(error?.code == -32_001 && error?.message.contains("header not found") == true)
      #expect(test.error("debug_getRawHeader", name)?.code == -32_001)
    }
    for name: JSON in [
      .word(test.chain.latest.hash), .members(["blockHash": .word(test.chain.latest.hash)]),
      .members(["blockNumber": .string("0x0")]), .integer(0), .string("earliest"),
    ] {
      #expect(
        try test.number("eth_getBalance", .address(test.accounts[0]), name) == UInt256(10) &* ether)
    }
  }
}
