import CanonicalJSON
import EthereumPrimitives
import MerkleTree
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

@Suite("Published cases of other systems: what is on chain is reproduced exactly")
struct PublishedSystemCaseTests {
  /// A case's CSV, read by an encoding.
  private func tree(_ file: String, _ encoding: TreeEncoding) throws -> PublishedTree {
    let text = String(decoding: try Cases.data(file), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return try PublishedTree.read(
      columns: lines[0], rows: Array(lines.dropFirst()), lines: Array(2..<(lines.count + 1)),
      as: encoding)
  }

  private func expected(_ folder: String) throws -> JSON {
    try JSON.parse(try Cases.data(folder + "/expected.json"))
  }

  /// Root, rows, and every published proof: as stated, and as the rebuilt tree has it.
  private func matches(
    _ tree: PublishedTree, _ encoding: TreeEncoding, _ folder: String, rows: String? = "recipients",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try expected(folder)
    let root = try expected.hashMember("root")
    let sample = Cases.available(folder + "/proofs_sample.json")
    let proofs =
      sample ? try PublishedProofs.read(try Cases.data(folder + "/proofs_sample.json")) : nil
    let check = try tree.check(encoding, against: root, proofs: proofs)
    #expect(check.findings == [], sourceLocation: sourceLocation)
    #expect(check.root == root, sourceLocation: sourceLocation)
    if let rows {
      #expect(check.rows == (try expected.numberMember(rows)), sourceLocation: sourceLocation)
    }
    #expect(check.proofsRight == (proofs?.rows.count ?? 0), sourceLocation: sourceLocation)
    let built = try tree.rebuild(encoding)
    for stated in proofs?.rows ?? [] {
      let row = try #require(tree.rows.firstIndex { $0.account == stated.account })
      #expect(built.proof(ofRow: row) == stated.proof, sourceLocation: sourceLocation)
      #expect(
        MerkleProof.verify(
          leaf: built.leaf(ofRow: row), proof: try #require(stated.proof), root: root),
        sourceLocation: sourceLocation)
    }
  }

  @Test(
    "Rocket Pool: both versions, with the totals of the file's own header",
    .enabled(if: Cases.available("rocketpool"), absent),
    arguments: [
      ("interval-0", LeafEncoding.rocketPoolV1), ("interval-15", .rocketPoolV1),
      ("interval-46", .rocketPoolV4),
    ])
  func rocketPool(interval: String, encoding: LeafEncoding) throws {
    let folder = "rocketpool/\(interval)"
    let tree = try tree(folder + "/claims.csv.gz", .flat(encoding))
    try matches(tree, .flat(encoding), folder)
    let stated = try expected(folder).member("meta").member("networkRewards").member("0")
    let rpl = try sum(
      try ["collateralRpl", "oracleDaoRpl"].map {
        try UInt256(decimal: try stated.textMember($0))
      })
    let ether = try UInt256(decimal: try stated.textMember("smoothingPoolEth"))
    #expect(tree.totals.map(\.token) == [.named("RPL"), .named("ETH")])
    #expect(tree.totals.map(\.total) == [rpl, ether])
  }

  @Test(
    "Threshold: all five distributions",
    .enabled(if: Cases.available("threshold"), absent),
    arguments: ["2022-07-15", "2022-11-01", "2022-12-01", "2025-03-01", "2025-04-01"])
  func threshold(date: String) throws {
    let folder = "threshold/\(date)"
    let tree = try tree(folder + "/claims.csv.gz", .flat(.threshold))
    try matches(tree, .flat(.threshold), folder)
    #expect(tree.total?.decimal == (try expected(folder).textMember("total")))
    #expect(tree.rows.contains { $0.recipient != $0.account })
  }

  @Test(
    "Stake DAO's universal trees, the ones before them too",
    .enabled(if: Cases.available("stakedao"), absent),
    arguments: [
      ("vlcvx-curve-1746057600", "leaves"), ("vlcvx-fxn-1756944000", "leaves"),
      // Its recipients are those of one week, not of the tree.
      ("largest-remainder-1785974400", nil),
    ])
  func universal(name: String, rows: String?) throws {
    let folder = "stakedao/\(name)"
    let encoding = TreeEncoding.flat(.stakeDAOUniversal)
    try matches(
      try tree(folder + "/new_cumulative.csv.gz", encoding), encoding, folder, rows: rows)
    guard let previous = try expected(folder)["previous_root"]?.text else { return }
    let before = try tree(folder + "/previous_cumulative.csv.gz", encoding)
    #expect(try before.rebuild(encoding).root.hex == previous)
  }

  @Test(
    "Stake DAO's legacy tree: the indices of the file",
    .enabled(if: Cases.available("stakedao"), absent))
  func legacy() throws {
    let folder = "stakedao/legacy-sdCRV-1746057600"
    let encoding = TreeEncoding.flat(.stakeDAOLegacy)
    let tree = try tree(folder + "/claims.csv.gz", encoding)
    try matches(tree, encoding, folder)
    #expect(tree.total?.decimal == (try expected(folder).textMember("total")))
  }

  @Test(
    "Badger: lists of tokens in a leaf, and every token's total",
    .enabled(if: Cases.available("badger"), absent),
    arguments: ["cycle-23-a700ef", "cycle-2389-2b1f9a"])
  func badger(cycle: String) throws {
    let folder = "badger/\(cycle)"
    let tree = try PublishedTree.read(try Cases.data(folder + "/claims.json"))
    #expect(tree.encoding == .badger)
    try matches(tree, .flat(.badger), folder)
    let totals = try expected(folder).member("tokenTotals").members ?? []
    #expect(tree.totals.count == totals.count)
    for member in totals {
      let token = TreeToken.contract(try Address(member.key))
      let total = tree.totals.first { $0.token == token }?.total
      #expect(total?.decimal == member.value.text)
    }
  }

  @Test(
    "ENS's second airdrop: shards and the tree of their roots",
    .enabled(if: Cases.available("ens"), absent))
  func ens() throws {
    let folder = "ens/ep2"
    let digits = try expected(folder).numberMember("shardNybbles")
    let encoding = TreeEncoding.nested(try #require(NestedEncoding.ens(digits: digits)))
    let tree = try tree(folder + "/claims.csv.gz", encoding)
    try matches(tree, encoding, folder)
    #expect(tree.total?.decimal == (try expected(folder).textMember("total")))
    let shards = try PublishedProofs.read(try Cases.data(folder + "/shard_proofs.json"))
    #expect(shards.shardProofs.count == 16)
    let check = try tree.check(encoding, proofs: shards)
    #expect(check.findings == [] && check.proofsRight == 16)
    // A contract takes both ways as one proof.
    guard case .nested(let nested) = try tree.rebuild(encoding) else { return }
    for proof in shards.shardProofs {
      let row = try #require(
        tree.rows.firstIndex { $0.account?.hex.hasPrefix("0x" + proof.shard) == true })
      let whole = nested.innerWay(ofRow: row).hashes + proof.proof
      #expect(nested.proof(ofRow: row) == whole)
      #expect(MerkleProof.verify(leaf: nested.leaf(ofRow: row), proof: whole, root: check.root))
    }
  }

  @Test(
    "EigenLayer: the claims of the contract's own tests lead to their roots",
    .enabled(if: Cases.available("eigenlayer/claim-proofs"), absent),
    arguments: [("Root1", 6), ("SingleTokenLeaf", 1)])
  func eigenLayer(name: String, leaves: Int) throws {
    let bytes = try Cases.data("eigenlayer/claim-proofs/processClaimProofs_\(name).json")
    let tree = try PublishedTree.read(bytes)
    let check = try tree.check(.nested(.eigenLayer))
    #expect(check.findings == [] && check.proofsRight == leaves && check.rows == leaves)
    // The token tree of an earner whose every token is claimed is rebuilt from the claim alone.
    let claim = try #require(tree.claim)
    let rebuilt = try EncodedTree.build(
      values: claim.leaves.map { [.address($0.token), .uint($0.amount)] },
      encoding: NestedEncoding.eigenLayer.inner)
    #expect(rebuilt.root == claim.earnerRoot)
    #expect((0..<leaves).map { rebuilt.proof(ofRow: $0) } == claim.leaves.map(\.way.hashes))
  }

  @Test(
    "Balancer's totals as the JSON that it publishes: decimal texts, read exactly",
    .enabled(if: Cases.available("balancer_lm"), absent),
    arguments: [("homestead-week57", 18), ("homestead-note-week90", 8)])
  func balancer(week: String, decimals: Int) throws {
    let folder = "balancer_lm/\(week)"
    let members = try cells(folder + "/input.csv.gz").map {
      JSON.Member(key: $0[0], value: .string($0[1]))
    }
    let tree = try PublishedTree.readAll(JSON.object(members).utf8, decimals: decimals)[0]
    try matches(tree, .flat(.accountAmountSorted), folder)
    #expect(tree.total?.decimal == (try expected(folder).textMember("total")))
  }
}
