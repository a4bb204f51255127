import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("JSON files: a list of objects, or an object from accounts to values")
struct JSONFileTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  private let rows = [(0xA1, 1, 2), (0xA2, 2, 3)] as [(UInt64, UInt64, UInt32)]

  @Test(
    "Every shape gives its rows, with the lines on which their values start",
    arguments: [
      "[\n{\"account\":\"\(a1)\",\"points\":1},\n{\"points\":\"2\",\"account\":\"\(a2)\"}]",
      "\u{FEFF} [\n {\"account\" : \"\(a1)\", \"points\":1} ,\r\n {\"points\":2,\n\n"
        + "\"account\":\"\(a2)\"}\r\n] \n",
      "{\n\"\(a1)\": 1,\n\"\(a2)\": \"2\"}",
      "{\n\"\(a1)\": {\"points\": 1, \"x\": [1,{\"y\":\"]}\\\"\"}]},\n"
        + "\"\(a2)\": {\"points\":2}\n}\n",
      "{\n\"\(a1)\": {\"points\":1,\"account\":\"else\"},\n\"\(a2)\":\t{\"points\":2}}",
    ])
  func shapes(text: String) throws {
    #expect(try reader.rows(text, as: pointsSource(.json)) == pointsRows(rows))
    let packed = try Gzip.pack(Array(text.utf8))
    #expect(try reader.contents(packed, as: pointsSource(.json)).rows == pointsRows(rows))
  }

  @Test("Members lead to the rows, and what stands beside them is left alone")
  func within() throws {
    let text = """
      {"root": "0x", "lists": {"old": [1, 2], "new": [
      {"account": "\(a1)", "points": 1},
      {"account": "\(a2)", "points": 2}]}, "more": {"a,b": "}"}}
      """
    let declaration = selecting(.json, within: ["lists", "new"])
    #expect(try reader.rows(text, as: declaration) == pointsRows(rows))
  }

  @Test("Objects can be keyed, chosen and looked up like any rows; without columns values are any")
  func selection() throws {
    let text = """
      {"k1": {"to": "\(a1)", "isIn": true}, "k2": {"to": "\(a2)", "isIn": false}}
      """
    let declaration = selecting(
      .json, key: "to", where: [("isIn", ["true"])], columns: [])
    let error = try #require(try reader.problem(text, as: declaration))
    #expect(error.kind == .accountMissingPrefix && error.field == "account")
    let table = try reader.contents(
      Array("[{\"id\":\"k1\",\"account\":\"\(a1)\"}]".utf8),
      as: selecting(.json, key: "id", columns: [])
    ).keys
    let found = try InputFile.read(
      bytes: Array(text.utf8), name: "list",
      as: selecting(
        .json, lookup: .init(source: "s", unknownKeys: .skip), columns: []), keys: table)
    #expect(found.rows.accounts == [account(0xA1)] && found.rows.lines == [1])
    #expect(found.unusedColumns == ["isIn", "to"])
    let bare = try reader.rows("{\"\(a1)\": null}", as: selecting(.json, columns: []))
    #expect(bare.accounts == [account(0xA1)])
  }

  @Test("Bytes of a JSON file: as many as the limit, and one more")
  func limit() throws {
    let text = "{\"\(a1)\": 1}"
    func kind(_ bytes: Int) throws -> InputProblem? {
      try reader.problem(
        text, as: pointsSource(.json), limits: .with { $0.jsonBytes = bytes })?.kind
    }
    #expect(try kind(text.utf8.count) == nil && kind(text.utf8.count - 1) == .fileTooLarge)
    func line(_ bytes: Int) throws -> InputProblem? {
      try reader.problem(
        "[{\"account\":\"\(a1)\",\"points\":1}]", as: pointsSource(.json),
        limits: .with { $0.lineBytes = bytes })?.kind
    }
    #expect(try line(67) == nil && line(66) == .lineTooLong)
  }
}
