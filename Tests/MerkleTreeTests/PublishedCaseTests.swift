import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

@Suite("Published cases: what others put on chain is reproduced exactly")
struct PublishedCaseTests {
  private struct Expected {
    let root: Bytes32
    let count: Int
    let total: UInt256

    init(_ folder: String) throws {
      let json = try JSON.parse(try Cases.data(folder + "/expected.json"))
      root = try json.hashMember("root")
      count = try json.numberMember("recipients")
      total = try UInt256(decimal: try json.textMember("total"))
    }
  }

  private func matches(
    _ rows: AccountRows, _ encoding: LeafEncoding, _ expected: Expected,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> EncodedTree {
    let built = try EncodedTree.build(rows, encoding: encoding)
    #expect(built.root == expected.root, sourceLocation: sourceLocation)
    #expect(rows.accounts.count == expected.count, sourceLocation: sourceLocation)
    #expect(try sum(rows.amounts) == expected.total, sourceLocation: sourceLocation)
    for row in stride(from: 0, to: rows.accounts.count, by: 97) {
      #expect(
        MerkleProof.verify(
          leaf: built.leaf(ofRow: row), proof: built.proof(ofRow: row), root: expected.root),
        sourceLocation: sourceLocation)
    }
    return built
  }

  private func accountRows(_ cells: [[String]], amount: (String) throws -> UInt256) throws
    -> AccountRows
  {
    AccountRows(
      accounts: try cells.map { try Address($0[0]) }, amounts: try cells.map { try amount($0[1]) })
  }

  // MARK: OpenZeppelin

  @Test(
    "The four dumps of OpenZeppelin are rebuilt from their values, byte for byte",
    .enabled(if: Cases.available("merkle_vectors/openzeppelin"), absent),
    arguments: [
      "standard-v1.sorted", "standard-v1.unsorted", "simple-v1.sorted", "simple-v1.unsorted",
    ])
  func openZeppelinDump(name: String) throws {
    let bytes = try Cases.data("merkle_vectors/openzeppelin/\(name).1_0_6.json")
    let published = try PublishedTree.read(bytes)
    let isSorted = name.hasSuffix(".sorted")
    let encoding: LeafEncoding
    if name.hasPrefix("simple") {
      encoding = isSorted ? .openZeppelinSimple : .openZeppelinSimpleUnsorted
    } else {
      encoding = try #require(published.encoding)
    }
    #expect(encoding.leafOrder == (isSorted ? .byHash : .asGiven))
    // Only the values go in; the file's nodes and indices are not looked at.
    let built = try EncodedTree.build(values: published.rows.map(\.values), encoding: encoding)
    let values = (try JSON.parse(bytes).member("values").elements ?? []).compactMap { $0["value"] }
    #expect(PublishedTree.openZeppelinDump(built, values: values) == bytes)
    #expect(try published.check(encoding).holds)
  }

  @Test(
    "The tree that OpenZeppelin's own tests print is rebuilt from its values",
    .enabled(if: Cases.available("merkle_vectors/openzeppelin"), absent))
  func openZeppelinSnapshot() throws {
    let text = String(
      decoding: try Cases.data("merkle_vectors/openzeppelin/simple.test.ts.md"), as: UTF8.self)
    let dumps = text.components(marked: "format: 'simple-v1',")
    // The first two are sorted and unsorted; the others use a hash of the test's own.
    for (dump, encoding) in zip(
      dumps, [LeafEncoding.openZeppelinSimple, .openZeppelinSimpleUnsorted])
    {
      let values = (dump.components(marked: "values: [").first ?? "").quotedHashes
      let nodes = Array(dump.quotedHashes.prefix(23))
      #expect(values.count == 12)
      let built = try EncodedTree.build(
        values: try values.map { [.bytes32(try Bytes32(hex: $0))] }, encoding: encoding)
      #expect(built.tree.nodes.map(\.hex) == nodes)
    }
  }

  // MARK: Uniswap

  @Test(
    "Uniswap's example gives Uniswap's result",
    .enabled(if: Cases.available("merkle_vectors/uniswap"), absent))
  func uniswapResult() throws {
    let folder = "merkle_vectors/uniswap/"
    let example = try PublishedTree.read(try Cases.data(folder + "example.json"))
    let result = try PublishedTree.read(try Cases.data(folder + "result.json"))
    let rows = try #require(example.accountRows())
    let built = try example.build(.uniswap)
    #expect(built.root == result.statedRoot)
    let check = try result.check(.uniswap)
    #expect(check.holds && check.proofsRight == 1 && check.total == 100)
    let written = PublishedTree.uniswapClaims(built, rows: rows)
    let stated = try JSON.parse(try Cases.data(folder + "result.json"))
    for name in ["merkleRoot", "tokenTotal", "claims"] {
      #expect(try written.member(name).canonicalBytes() == stated.member(name).canonicalBytes())
    }
  }

  @Test(
    "Uniswap's other examples have the roots that plain Python computes",
    .enabled(if: Cases.available("merkle_vectors/uniswap"), absent),
    arguments: ["example", "complex_example", "new_example"])
  func uniswapExample(name: String) throws {
    let expected = try vectors("uniswap_examples.json").member("roots").member(name)
    let list = try PublishedTree.read(try Cases.data("merkle_vectors/uniswap/\(name).json"))
    let check = try list.check(.uniswap, against: try expected.hashMember("root"))
    #expect(check.holds)
    #expect(check.rows == (try expected.numberMember("rows")))
    #expect(check.total?.decimal == (try expected.textMember("total")))
  }

  @Test(
    "PoolTogether's POOL: numbers by checksummed account, although the file is in another order",
    .enabled(if: Cases.available("pooltogether_pool"), absent))
  func poolTogether() throws {
    let expected = try Expected("pooltogether_pool/2021-02")
    let rows = try accountRows(try cells("pooltogether_pool/2021-02/input.csv.gz")) {
      try UInt256(decimal: $0)
    }
    _ = try matches(rows, .uniswap, expected)
    let fileOrder = AccountRows(
      accounts: rows.accounts, amounts: rows.amounts,
      indices: rows.accounts.indices.map { UInt256(UInt64($0)) })
    // The root that the case's README warns of.
    let other = try EncodedTree.build(fileOrder, encoding: .uniswap).root
    #expect(other.hex.hasPrefix("0x9e809b0c"))
  }

  @Test(
    "Gearbox's GEAR: root, total and the published proofs",
    .enabled(if: Cases.available("gearbox_gear"), absent))
  func gearbox() throws {
    let expected = try Expected("gearbox_gear/8c9218b0")
    let cells = try cells("gearbox_gear/8c9218b0/claims.csv.gz")
    let rows = AccountRows(
      accounts: try cells.map { try Address($0[1]) },
      amounts: try cells.map { try UInt256(decimal: $0[2]) },
      indices: try cells.map { try UInt256(decimal: $0[0]) })
    let built = try matches(rows, .uniswap, expected)
    let unnumbered = AccountRows(accounts: rows.accounts, amounts: rows.amounts)
    #expect(try EncodedTree.build(unnumbered, encoding: .uniswap).indices == rows.indices)
    try samples("gearbox_gear/8c9218b0", built, rows, .uniswap)
  }

  // MARK: Account and amount

  @Test(
    "Morpho's epochs: leaves in the order of the file",
    .enabled(if: Cases.available("morpho"), absent),
    arguments: ["age1-epoch1", "age1-epoch2", "age2-epoch1"])
  func morpho(epoch: String) throws {
    let folder = "morpho/\(epoch)"
    let rows = try accountRows(try cells(folder + "/claims.csv.gz")) { try UInt256(decimal: $0) }
    let built = try matches(rows, .accountAmountFileOrder, try Expected(folder))
    try samples(folder, built, rows, .accountAmountFileOrder)
  }

  @Test(
    "Morpho's vaults: each vault's root, their sum per account, and the root of the sum",
    .enabled(if: Cases.available("morpho"), absent))
  func morphoVaults() throws {
    let folder = "morpho/vaults-age2-epoch3"
    let vaults = try JSON.parse(try Cases.data(folder + "/vaults.json")).members ?? []
    let order = try JSON.parse(try Cases.data(folder + "/expected.json")).member("vault_order")
    var accounts: [Address] = []
    var amounts: [Address: UInt256] = [:]
    for name in (order.elements ?? []).compactMap(\.text) {
      let vault = try #require(vaults.first { $0.key.hasPrefix(name) }).value
      let list = try PublishedTree.read(try vault.member("amounts").prettyBytes)
      let root = try vault.hashMember("root")
      #expect(try list.check(.accountAmountFileOrder, against: root).holds)
      for row in list.rows {
        let (account, amount) = (try #require(row.account), try #require(row.amount))
        if amounts[account] == nil { accounts.append(account) }
        amounts[account] = try sum([amounts[account] ?? .zero, amount])
      }
    }
    let merged = AccountRows(accounts: accounts, amounts: accounts.compactMap { amounts[$0] })
    let published = try PublishedTree.read(try Cases.data(folder + "/merged.json"))
    #expect(published.accountRows() == merged)
    _ = try matches(merged, .accountAmountFileOrder, try Expected(folder))
  }

  @Test(
    "Balancer's weeks: decimal amounts, sorted leaves",
    .enabled(if: Cases.available("balancer_lm"), absent),
    arguments: [
      ("homestead-week21", 18), ("homestead-week57", 18), ("homestead-note-week90", 8),
    ])
  func balancer(week: String, decimals: Int) throws {
    let rows = try accountRows(try cells("balancer_lm/\(week)/input.csv.gz")) {
      try scaled($0, decimals: decimals)
    }
    _ = try matches(rows, .accountAmountSorted, try Expected("balancer_lm/\(week)"))
  }

  @Test(
    "Balancer's week 64: two lists added up per account",
    .enabled(if: Cases.available("balancer_lm"), absent))
  func balancerMerge() throws {
    let folder = "balancer_lm/merge-week64"
    func read(_ name: String) throws -> AccountRows {
      try accountRows(try cells("\(folder)/\(name).csv.gz")) { try scaled($0, decimals: 18) }
    }
    var amounts: [Address: UInt256] = [:]
    for list in [try read("liquidity_mining"), try read("gas_reimbursement")] {
      for (account, amount) in zip(list.accounts, list.amounts) {
        amounts[account] = try sum([amounts[account] ?? .zero, amount])
      }
    }
    let output = try read("output")
    #expect(amounts == Dictionary(uniqueKeysWithValues: zip(output.accounts, output.amounts)))
    let accounts = Array(amounts.keys)
    let rows = AccountRows(accounts: accounts, amounts: accounts.compactMap { amounts[$0] })
    _ = try matches(rows, .accountAmountSorted, try Expected(folder))
  }

  /// The published proofs, read as a file of their own and compared with ours.
  private func samples(
    _ folder: String, _ built: EncodedTree, _ rows: AccountRows, _ encoding: LeafEncoding
  ) throws {
    let sample = try PublishedTree.read(try Cases.data(folder + "/proofs_sample.json"))
    let check = try sample.check(encoding, against: built.root)
    #expect(check.holds)
    #expect(check.proofsRight == sample.rows.count && sample.rows.count > 2)
    for row in sample.rows {
      let number = try #require(rows.accounts.firstIndex { $0 == row.account })
      #expect(row.proof == built.proof(ofRow: number))
      #expect(row.amount == rows.amounts[number])
    }
  }
}

extension JSON {
  fileprivate var prettyBytes: [UInt8] { Array(prettyText().utf8) }
}

extension String {
  /// What comes after each mark, up to the next one.
  fileprivate func components(marked mark: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: mark) {
      rest = rest[range.upperBound...]
      parts.append(String(rest[..<(rest.firstRange(of: mark)?.lowerBound ?? rest.endIndex)]))
    }
    return parts
  }

  /// Hashes between apostrophes, in their order.
  fileprivate var quotedHashes: [String] {
    split(separator: "'").filter { $0.hasPrefix("0x") && $0.count == 66 }.map(String.init)
  }
}
