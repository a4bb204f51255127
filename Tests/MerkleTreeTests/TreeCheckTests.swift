import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

/// A published file, and one thing in it changed.
struct Tampering {
  private(set) var json: JSON

  init(_ json: JSON) { self.json = json }

  init(_ bytes: [UInt8]) throws { json = try JSON.parse(bytes) }

  /// Replaces what stands at a path of keys and numbers.
  func setting(_ path: [String], to value: JSON) -> Tampering {
    Tampering(Self.replaced(json, path[...], value))
  }

  func tree() throws -> PublishedTree { try PublishedTree.read(Array(json.prettyText().utf8)) }

  private static func replaced(_ json: JSON, _ path: ArraySlice<String>, _ value: JSON) -> JSON {
    guard let step = path.first else { return value }
    let rest = path.dropFirst()
    switch json {
    case .array(let elements):
      return .array(
        elements.enumerated().map {
          "\($0.offset)" == step ? replaced($0.element, rest, value) : $0.element
        })
    case .object(let members):
      return .object(
        members.map {
          JSON.Member(
            key: $0.key, value: $0.key == step ? replaced($0.value, rest, value) : $0.value)
        })
    default: return json
    }
  }
}

@Suite("Checks of published files: every wrong statement is found where it stands")
struct TreeCheckTests {
  private func claims(_ count: Int) throws -> (Tampering, [String], EncodedTree) {
    let rows = rows(count)
    let built = try EncodedTree.build(rows, encoding: .uniswap)
    let keys = rows.accounts.map(\.checksummed)
    return (Tampering(PublishedTree.uniswapClaims(built, rows: rows)), keys, built)
  }

  @Test("A file that is right holds")
  func right() throws {
    for count in [1, 2, 3, 7, 8, 9] {
      let check = try claims(count).0.tree().check(.uniswap)
      #expect(check.holds)
      #expect(check.proofsRight == count && check.rows == count)
    }
  }

  @Test("A wrong root: found as stated, expected as computed")
  func root() throws {
    let (file, _, built) = try claims(5)
    let wrong = built.root.flippingBit(0)
    let check = try file.setting(["merkleRoot"], to: .string(wrong.hex)).tree().check(.uniswap)
    #expect(!check.holds)
    #expect(check.root == built.root)
    let finding = try #require(check.findings.first)
    #expect(finding.place == "root" && finding.found == wrong.hex)
    #expect(finding.expected.hasPrefix(built.root.hex))
  }

  @Test("A root from outside is expected, and the rows are found to give another")
  func rootFromOutside() throws {
    let (file, _, built) = try claims(5)
    let right = built.root.flippingBit(0)
    let finding = try #require(
      try file.tree().check(.uniswap, against: right).findings.first { $0.place == "root" })
    #expect(finding.found == "\(built.root.hex) (from the rows)")
    #expect(finding.expected == right.hex)
  }

  @Test("Indices in another order than the accounts' are told, and those in theirs are not")
  func orderOfIndices() throws {
    // The ASCII order of the checksummed texts: 0x5aAe… comes before 0xD1…, and 0xdb… is last.
    let accounts = [
      "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ]
    for (indices, warnings) in [([2, 1, 0], 0), ([0, 1, 2], 1)] {
      let tree = PublishedTree(
        accounts: try accounts.map { try Address($0) }, amounts: [1, 2, 3],
        indices: indices.map { UInt256(UInt64($0)) }, lines: [2, 3, 4])
      #expect(try tree.check(.uniswap).warnings.count == warnings)
    }
  }

  @Test("A dump without nodes and shards without a root state something")
  func statesAnything() throws {
    let dump = try read(
      #"{"format":"simple-v1","tree":[],"values":[{"value":"\#(leaf(1).hex)","treeIndex":0}]}"#)
    #expect(dump.statesAnything)
    let encoding = try #require(dump.treeEncoding)
    #expect(try dump.check(encoding).findings.map(\.place) == ["tree"])
    let shard = #"{"proof":[],"entries":{"\#(account(1).hex)":{"balance":"1"}}}"#
    let shards = try PublishedTree.readShards(
      root: Array(#"{"shardNybbles":1}"#.utf8),
      shards: [(String(account(1).hex.dropFirst(2).prefix(1)), Array(shard.utf8))])
    #expect(shards.statesAnything)
  }

  @Test("A wrong total")
  func total() throws {
    let check = try claims(3).0.setting(["tokenTotal"], to: .string("0x01")).tree().check(.uniswap)
    #expect(check.findings.map(\.place) == ["tokenTotal"])
    #expect(check.findings.first?.found == "1" && check.findings.first?.expected == "24")
  }

  @Test("Amounts that add up to 2^256 have no total")
  func overflow() throws {
    let half = "0x8\(String(repeating: "0", count: 63))"
    let accounts = [account(1).hex, account(2).hex]
    let check = try read("{\"\(accounts[0])\":\"\(half)\",\"\(accounts[1])\":\"\(half)\"}")
      .check(.accountAmountSorted)
    #expect(check.total == nil)
    let stated = try read(
      """
      {"tokenTotal":"0x00","claims":{"\(accounts[0])":{"amount":"\(half)","proof":[]},
       "\(accounts[1])":{"amount":"\(half)","proof":[]}}}
      """)
    #expect(try stated.check(.uniswap).findings.contains { $0.place == "tokenTotal" })
  }

  @Test("A changed amount: the root is no longer the rows', and the row's proof leads elsewhere")
  func amount() throws {
    let (file, keys, _) = try claims(6)
    let tree = try file.setting(["claims", keys[2], "amount"], to: .string("0xff")).tree()
    let places = try tree.check(.uniswap).findings.map(\.place)
    #expect(places.contains("root") && places.contains("tokenTotal"))
    #expect(places.contains { $0.hasPrefix("claims.\(keys[2]).proof") })
    // The other five proofs do lead to the stated root.
    #expect(try tree.check(.uniswap).proofsRight == 5)
  }

  @Test("A changed hash of a proof is named by its number")
  func hash() throws {
    let (file, keys, built) = try claims(6)
    let right = built.proof(ofRow: 3)
    let wrong = right[1].flippingBit(9)
    let check =
      try file
      .setting(["claims", keys[3], "proof", "1"], to: .string(wrong.hex)).tree().check(.uniswap)
    #expect(check.findings.map(\.place) == ["claims.\(keys[3]).proof[1]"])
    #expect(check.findings.first?.found == wrong.hex)
    #expect(check.findings.first?.expected == right[1].hex)
    #expect(check.proofsRight == 5)
  }

  @Test("Proofs too long and too short are told as such")
  func lengths() throws {
    let (file, keys, built) = try claims(6)
    let right = built.proof(ofRow: 0).map { JSON.string($0.hex) }
    func findings(_ proof: [JSON]) throws -> [TreeCheck.Finding] {
      try file.setting(["claims", keys[0], "proof"], to: .array(proof)).tree()
        .check(.uniswap).findings
    }
    let long = try findings(right + [.string(leaf(1).hex)])
    #expect(long.count == 1)
    #expect(long.first?.expected.contains("too long") == true)
    #expect(long.first?.found == "\(right.count + 1) hashes")
    let short = try findings(right.dropLast())
    #expect(short.count == 1)
    #expect(short.first?.expected.contains("too short") == true)
    #expect(short.first?.place == "claims.\(keys[0]).proof")
  }

  @Test("A sample of proofs is checked against the root that is on chain")
  func sample() throws {
    let (file, keys, built) = try claims(9)
    let whole = try file.tree()
    let members = try [0, 4].map { row -> String in
      let row = try #require(whole.rows.first { $0.place == "claims.\(keys[row])" })
      let proof = (row.proof ?? []).map { "\"\($0.hex)\"" }.joined(separator: ",")
      let (index, amount) = (try #require(row.index).decimal, try #require(row.amount).decimal)
      return """
        "\(try #require(row.account).checksummed)":
        {"index":\(index),"amount":"\(amount)","proof":[\(proof)]}
        """
    }
    let sample = try read("{\(members.joined(separator: ","))}")
    let check = try sample.check(.uniswap, against: built.root)
    #expect(check.holds && check.proofsRight == 2 && check.root == built.root)
    let wrong = try sample.check(.uniswap, against: built.root.flippingBit(3))
    #expect(wrong.findings.count == 2 && wrong.proofsRight == 0)
  }

  @Test("A file that states its root or its total is no sample: a row that is missing is missed")
  func missingRow() throws {
    let (file, keys, built) = try claims(5)
    let json = file.json
    let members = (json["claims"]?.members ?? []).filter { $0.key != keys[1] }
    let tree = try file.setting(["claims"], to: .object(members)).tree()
    let check = try tree.check(.uniswap, against: built.root)
    #expect(check.findings.map(\.place).prefix(2) == ["root", "tokenTotal"])
    #expect(check.proofsRight == 4 && check.rows == 4)
  }

  @Test("A file is checked against the given root rather than the one that it states")
  func givenRoot() throws {
    let (file, _, built) = try claims(4)
    #expect(try file.tree().check(.uniswap, against: built.root).holds)
    #expect(try !file.tree().check(.uniswap, against: built.root.flippingBit(1)).holds)
  }

  @Test("Indices in another order than Uniswap's are used, and told")
  func indices() throws {
    let plain = rows(3)
    let accounts = plain.accounts.sorted {
      $0.checksummed.utf8.lexicographicallyPrecedes($1.checksummed.utf8)
    }
    func warnings(_ indices: [UInt256]) throws -> Int {
      let rows = AccountRows(accounts: accounts, amounts: plain.amounts, indices: indices)
      let built = try EncodedTree.build(rows, encoding: .uniswap)
      let json = PublishedTree.uniswapClaims(built, rows: rows)
      let check = try PublishedTree.read(Array(json.prettyText().utf8)).check(.uniswap)
      #expect(check.holds)
      return check.warnings.count
    }
    #expect(try warnings([0, 1, 2]) == 0)
    #expect(try warnings([0, 2, 1]) == 1)
  }

  @Test("Single-hash leaves of 64 bytes are warned of, and only they")
  func secondPreimage() throws {
    let single = LeafEncoding(
      name: "single", summary: "", fields: LeafEncoding.openZeppelinStandard.fields, packing: .abi,
      hashRounds: 1, leafOrder: .byHash, shape: .openZeppelin)
    let tree = try read("{\"\(account(1).hex)\": 1, \"\(account(2).hex)\": 2}")
    #expect(try tree.check(single).warnings.count == 1)
    #expect(try tree.check(.openZeppelinStandard).warnings.isEmpty)
    #expect(try tree.check(.accountAmountSorted).warnings.isEmpty)
  }

  @Test("Rows that do not fit the encoding are an error, not a finding")
  func misfit() throws {
    let tree = try read("{\"\(account(1).hex)\": 1}")
    let error = #expect(throws: MerkleTreeError.self) { try tree.check(.sluice) }
    #expect(error?.kind == .rowDoesNotFit)
    #expect(try tree.check(.sluice, campaign: leaf(1)).holds)
  }
}

@Suite("Checks of OpenZeppelin dumps: load and validate")
struct DumpCheckTests {
  private func dump(_ count: Int, sorted: Bool = true) throws -> (Tampering, EncodedTree) {
    let rows = rows(count)
    let encoding: LeafEncoding = sorted ? .openZeppelinStandard : .openZeppelinStandardUnsorted
    let built = try EncodedTree.build(rows, encoding: encoding)
    let values = zip(rows.accounts, rows.amounts).map {
      JSON.array([.string($0.checksummed), .string($1.decimal)])
    }
    return (try Tampering(PublishedTree.openZeppelinDump(built, values: values)), built)
  }

  private func findings(_ file: Tampering) throws -> [TreeCheck.Finding] {
    let tree = try file.tree()
    return try tree.check(try #require(tree.encoding)).findings
  }

  @Test("Dumps that are right hold, sorted or in the order of their values")
  func right() throws {
    for count in [1, 2, 3, 7, 8, 9] {
      for sorted in [true, false] {
        #expect(try findings(try dump(count, sorted: sorted).0).isEmpty)
      }
    }
  }

  @Test("A changed inner node is named by its index")
  func innerNode() throws {
    let (file, built) = try dump(6)
    let wrong = built.tree.nodes[2].flippingBit(77)
    let found = try findings(file.setting(["tree", "2"], to: .string(wrong.hex)))
    let finding = try #require(found.first { $0.place == "tree[2]" })
    #expect(finding.found == wrong.hex)
    #expect(finding.expected.hasPrefix(built.tree.nodes[2].hex))
  }

  @Test("A changed root, and a changed leaf")
  func rootAndLeaf() throws {
    let (file, built) = try dump(6)
    for index in [0, 5, 10] {
      let wrong = built.tree.nodes[index].flippingBit(3)
      let found = try findings(file.setting(["tree", "\(index)"], to: .string(wrong.hex)))
      #expect(found.contains { $0.place == "tree[\(index)]" })
    }
  }

  @Test("A changed value no longer has its leaf")
  func value() throws {
    let (file, _) = try dump(4)
    #expect(try !findings(file.setting(["values", "1", "value", "1"], to: .string("99"))).isEmpty)
  }

  @Test("An index that is out of range, negative, or another value's")
  func index() throws {
    for wrong in [7, 1_000_000, -1, 0] {
      let (file, _) = try dump(4)
      let found = try findings(file.setting(["values", "2", "treeIndex"], to: .integer(wrong)))
      let finding = try #require(found.first { $0.place == "values[2].treeIndex" })
      #expect(finding.found.hasPrefix("\(wrong)"))
    }
    let (file, built) = try dump(4)
    let taken = 6 - built.places[0]
    #expect(try !findings(file.setting(["values", "2", "treeIndex"], to: .integer(taken))).isEmpty)
  }

  @Test("Another number of nodes than the values ask for")
  func nodeCount() throws {
    let (file, built) = try dump(4)
    for count in [0, 6, 8] {
      let nodes = (built.tree.nodes + built.tree.nodes).prefix(count).map { JSON.string($0.hex) }
      let found = try findings(file.setting(["tree"], to: .array(Array(nodes))))
      #expect(found.contains { $0.place == "tree" && $0.found == "\(count) nodes" })
    }
  }

  @Test("A dump without values has no tree")
  func noValues() throws {
    let (file, _) = try dump(2)
    let error = #expect(throws: MerkleTreeError.self) {
      try findings(file.setting(["values"], to: .array([])))
    }
    #expect(error?.kind == .noLeaves)
  }
}
