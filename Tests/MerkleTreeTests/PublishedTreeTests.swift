import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

private let one = "0x\(String(repeating: "11", count: 20))"
private let two = "0x\(String(repeating: "22", count: 20))"
private let hash = "0x\(String(repeating: "ab", count: 32))"

@Suite("Published files: every format is recognised")
struct PublishedFormatTests {
  @Test("A map of balances: number, decimal text and hexadecimal text")
  func balances() throws {
    let tree = try read("{\"\(one)\": 12, \"\(two)\": \"0x0c\"}")
    #expect(tree.format == .balanceMap)
    #expect(tree.rows.map(\.amount) == [12, 12])
    #expect(tree.rows.map(\.account) == [try Address(one), try Address(two)])
    #expect(tree.rows.map(\.place) == [one, two])
    #expect(tree.encoding == nil && tree.statedRoot == nil)
    #expect(
      try read("{\"\(one)\": \"340282366920938463463374607431768211456\"}").rows[0].amount
        == UInt256(0, 0, 1, 0))
  }

  @Test("A list of earnings, or of accounts and amounts")
  func earnings() throws {
    let tree = try read("[{\"address\": \"\(one)\", \"earnings\": \"0x64\", \"reasons\": \"x\"}]")
    #expect(tree.format == .earningsList)
    #expect(tree.rows[0].amount == 100)
    #expect(try read("[{\"account\": \"\(one)\", \"amount\": \"7\"}]").rows[0].amount == 7)
  }

  @Test("Claims of Uniswap's distributor")
  func claims() throws {
    let tree = try read(
      """
      {"merkleRoot": "\(hash)", "tokenTotal": "0x05",
       "claims": {"\(one)": {"index": 3, "amount": "0x05", "proof": ["\(hash)"]}}}
      """)
    #expect(tree.format == .uniswapClaims)
    #expect(tree.encoding == .uniswap)
    #expect(tree.statedRoot?.hex == hash && tree.statedTotal == 5)
    #expect(tree.rows[0].index == 3)
    #expect(tree.rows[0].proof?.map(\.hex) == [hash])
  }

  @Test("A map of proofs, with and without indices")
  func proofs() throws {
    let plain = try read("{\"\(one)\": {\"amount\": \"5\", \"proof\": []}}")
    #expect(plain.format == .proofMap && plain.encoding == nil)
    let indexed = try read("{\"\(one)\": {\"index\": 0, \"amount\": \"5\", \"proof\": []}}")
    #expect(indexed.encoding == .uniswap)
  }

  @Test("Dumps of OpenZeppelin, standard and simple, in order and sorted")
  func dumps() throws {
    let built = try EncodedTree.build(rows(3), encoding: .openZeppelinStandard)
    let values = zip(rows(3).accounts, rows(3).amounts).map {
      JSON.array([.string($0.checksummed), .string($1.decimal)])
    }
    let tree = try PublishedTree.read(PublishedTree.openZeppelinDump(built, values: values))
    #expect(tree.format == .openZeppelinStandard)
    #expect(tree.encoding?.fields.map(\.type) == [.address, .uint256])
    #expect(tree.rows.map(\.amount) == rows(3).amounts.map { $0 })
    #expect(tree.statedRoot == built.root)
    #expect(tree.statedNodes == built.tree.nodes)
    let simple = try read(
      "{\"format\":\"simple-v1\",\"tree\":[\"\(hash)\"],\"values\":[{\"value\":\"\(hash)\","
        + "\"treeIndex\":0}]}")
    #expect(simple.format == .openZeppelinSimple)
    #expect(simple.rows[0].values == [.bytes32(try Bytes32(hex: hash))])
  }

  @Test("Dumps hold values of every ABI type")
  func values() throws {
    let types =
      #"["bool","string","bytes","bytes4","int8","uint8[]","uint8[2]","(address,uint256)"]"#
    let value =
      "[true,\"é\",\"0x01ff\",\"0x01020304\",\"-1\",[1,\"2\"],[3,4],[\"\(one)\",\"5\"]]"
    let tree = try read(
      "{\"format\":\"standard-v1\",\"leafEncoding\":\(types),\"tree\":[\"\(hash)\"],"
        + "\"values\":[{\"value\":\(value),\"treeIndex\":0}]}")
    #expect(
      tree.rows[0].values == [
        .bool(true), .string("é"), .bytes([1, 255]), .fixedBytes([1, 2, 3, 4]), .int(.max),
        .array([.uint(1), .uint(2)]), .array([.uint(3), .uint(4)]),
        .tuple([.address(try Address(one)), .uint(5)]),
      ])
    #expect(tree.accountRows() == nil)
  }
}

@Suite("Published files that cannot be read: every problem has its place")
struct PublishedErrorTests {
  struct Bad: Sendable, CustomTestStringConvertible {
    let name: String
    let kind: PublishedTreeError.Kind
    let place: String
    let text: String
    var testDescription: String { name }
  }

  private static func claim(_ members: String) -> String {
    "{\"claims\":{\"\(one)\":{\(members)}}}"
  }

  private static func dump(
    format: String = "standard-v1", types: String = "[\"uint256\"]", tree: String = "\"\(hash)\"",
    value: String = "{\"value\":[\"1\"],\"treeIndex\":0}"
  ) -> String {
    "{\"format\":\"\(format)\",\"leafEncoding\":\(types),\"tree\":[\(tree)],\"values\":[\(value)]}"
  }

  private static let digits = String(repeating: "9", count: 78)

  static let samples: [Bad] = [
    Bad(name: "empty text", kind: .notJSON, place: "line 1, column 1", text: ""),
    Bad(name: "cut off", kind: .notJSON, place: "line 2, column 1", text: "{\"a\": 1,\n"),
    Bad(
      name: "key twice", kind: .notJSON, place: "line 1, column 52",
      text: "{\"\(one)\": 1,  \"\(one)\": 2}"),
    Bad(name: "a number", kind: .unknownFormat, place: "the whole file", text: "12"),
    Bad(name: "empty object", kind: .unknownFormat, place: "the whole file", text: "{}"),
    Bad(name: "list of numbers", kind: .unknownFormat, place: "[0]", text: "[1]"),
    Bad(
      name: "dump of version 2", kind: .unknownFormat, place: "format",
      text: dump(format: "standard-v2")),
    Bad(name: "claims as list", kind: .malformedMember, place: "claims", text: "{\"claims\":[]}"),
    Bad(
      name: "claim without proof", kind: .malformedMember, place: "claims.\(one)",
      text: claim("\"amount\":\"1\"")),
    Bad(
      name: "claim without amount", kind: .malformedMember, place: "claims.\(one)",
      text: claim("\"proof\":[]")),
    Bad(
      name: "proof as text", kind: .malformedMember, place: "claims.\(one).proof",
      text: claim("\"amount\":\"1\",\"proof\":\"\(hash)\"")),
    Bad(
      name: "value without index", kind: .malformedMember, place: "values[0]",
      text: dump(value: "{\"value\":[\"1\"]}")),
    Bad(
      name: "index with fraction", kind: .malformedMember, place: "values[0]",
      text: dump(value: "{\"value\":[\"1\"],\"treeIndex\":0.5}")),
    Bad(name: "short account", kind: .malformedAccount, place: "0x12", text: "{\"0x12\": 1}"),
    Bad(
      name: "wrong checksum", kind: .malformedAccount,
      place: "0x5c69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f",
      text: "{\"0x5c69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f\": 1}"),
    Bad(
      name: "account as number", kind: .malformedAccount, place: "[0]",
      text: "[{\"address\": 1, \"earnings\": 1}]"),
    Bad(name: "exponent", kind: .malformedAmount, place: one, text: "{\"\(one)\": 1e21}"),
    Bad(name: "fraction", kind: .malformedAmount, place: one, text: "{\"\(one)\": \"1.5\"}"),
    Bad(name: "comma", kind: .malformedAmount, place: one, text: "{\"\(one)\": \"1,000\"}"),
    Bad(name: "negative", kind: .malformedAmount, place: one, text: "{\"\(one)\": -1}"),
    Bad(
      name: "2^256 and more", kind: .malformedAmount, place: one,
      text: "{\"\(one)\": \"\(digits)\"}"),
    Bad(name: "amount null", kind: .malformedAmount, place: one, text: "{\"\(one)\": null}"),
    Bad(
      name: "index as text", kind: .malformedAmount, place: "claims.\(one).index",
      text: claim("\"index\":\"one\",\"amount\":\"1\",\"proof\":[]")),
    Bad(
      name: "short hash in a proof", kind: .malformedHash, place: "claims.\(one).proof[0]",
      text: claim("\"amount\":\"1\",\"proof\":[\"0x12\"]")),
    Bad(name: "short node", kind: .malformedHash, place: "tree[0]", text: dump(tree: "\"0x00\"")),
    Bad(
      name: "root as number", kind: .malformedHash, place: "merkleRoot",
      text: "{\"merkleRoot\":1,\"claims\":{}}"),
    Bad(
      name: "unknown type", kind: .malformedValues, place: "leafEncoding[0]",
      text: dump(types: "[\"uint257\"]")),
    Bad(
      name: "more values than types", kind: .malformedValues, place: "values[0].value",
      text: dump(value: "{\"value\":[\"1\",\"2\"],\"treeIndex\":0}")),
    Bad(
      name: "text where a flag belongs", kind: .malformedValues, place: "values[0].value[0]",
      text: dump(types: "[\"bool\"]")),
    Bad(
      name: "account in two spellings", kind: .duplicateAccount,
      place: "0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f",
      text: "{\"0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f\": 1, "
        + "\"0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f\": 2}"),
    Bad(
      name: "trees of two tokens", kind: .severalTrees, place: "the whole file",
      text: "[{\"address\":\"\(one)\",\"merkle\":{}},{\"address\":\"\(two)\",\"merkle\":{}}]"),
  ]

  @Test("INV-012: each broken file gives its error with its place", arguments: samples)
  func sample(bad: Bad) throws {
    let error = #expect(throws: PublishedTreeError.self) { try read(bad.text) }
    #expect(error?.kind == bad.kind)
    #expect(error?.place == bad.place)
    #expect(error?.found.isEmpty == false && error?.expected.isEmpty == false)
    #expect((error?.description.count ?? 1000) < 400)
  }

  @Test("A packed file is told to be one")
  func packed() {
    let error = #expect(throws: PublishedTreeError.self) {
      try PublishedTree.read([0x1F, 0x8B, 8, 0])
    }
    #expect(error?.kind == .notJSON && error?.found == "gzip data")
    #expect(error?.expected == "JSON text: unpack it first")
  }

  @Test("Every kind of problem has a sample")
  func complete() {
    let shown = Set(Self.samples.map(\.kind))
    #expect(Set(PublishedTreeError.Kind.allCases) == shown)
  }

  @Test("INV-012: changed bytes give a file or an error, never a crash")
  func mutations() throws {
    let built = try EncodedTree.build(rows(4), encoding: .openZeppelinStandard)
    let values = zip(rows(4).accounts, rows(4).amounts).map {
      JSON.array([.string($0.checksummed), .string($1.decimal)])
    }
    let dump = PublishedTree.openZeppelinDump(built, values: values)
    let claims = Array(
      PublishedTree.uniswapClaims(
        try EncodedTree.build(rows(3), encoding: .uniswap), rows: rows(3)
      ).prettyText().utf8)
    check("mutated file", runs: 1500) { generator -> [UInt8] in
      var bytes = Bool.random(using: &generator) ? dump : claims
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 32...126, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(UInt8.random(in: 48...57, using: &generator), at: place)
        }
      }
      return bytes
    } property: { bytes -> Bool in
      guard let tree = try? PublishedTree.read(bytes) else { return true }
      // A check comes to a result or to an error with a sentence.
      do {
        let result = try tree.check(tree.encoding ?? .accountAmountSorted)
        return result.holds || result.findings.allSatisfy { !$0.description.isEmpty }
      } catch { return error is MerkleTreeError && !"\(error)".isEmpty }
    }
  }
}

@Suite("Writing what others read")
struct PublishedWritingTests {
  @Test("INV-013: a dump that is read and written again has the same bytes")
  func dump() throws {
    for count in [1, 2, 5, 8] {
      let built = try EncodedTree.build(rows(count), encoding: .openZeppelinStandardUnsorted)
      let values = zip(rows(count).accounts, rows(count).amounts).map {
        JSON.array([.string($0.checksummed), .string($1.decimal)])
      }
      let bytes = PublishedTree.openZeppelinDump(built, values: values)
      let read = try PublishedTree.read(bytes)
      let again = try read.build(try #require(read.encoding))
      #expect(
        PublishedTree.openZeppelinDump(again, values: try #require(read.statedValues)) == bytes)
    }
  }

  @Test("Claims stand by checksummed account, amounts have whole bytes, the total is their sum")
  func claims() throws {
    let rows = rows(20)
    let built = try EncodedTree.build(rows, encoding: .uniswap)
    let json = PublishedTree.uniswapClaims(built, rows: rows)
    let keys = (try json.member("claims").members ?? []).map(\.key)
    #expect(
      keys == rows.accounts.map(\.checksummed).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    )
    for (number, claim) in (try json.member("claims").members ?? []).enumerated() {
      #expect(try claim.value.numberMember("index") == number)
      #expect(try claim.value.textMember("amount").count % 2 == 0)
    }
    #expect(try json.textMember("tokenTotal") == "0x0546")  // Σ (7i + 1), i < 20
    let read = try PublishedTree.read(Array(json.prettyText().utf8))
    let check = try read.check(.uniswap)
    #expect(check.holds && check.warnings.isEmpty)
    #expect(check.proofsRight == 20 && check.total == 1350 && check.root == built.root)
  }
}
