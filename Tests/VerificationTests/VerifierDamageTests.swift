import Bundle
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing
import Verification

private typealias Given = VerifierSample

private let zero = Bytes32.zero.hex
private let one = Bytes32(0, 0, 0, 1).hex

/// `commitment.json` says something that the files do not.
private let commitments: [VerifierTampering] = [
  .damaged("A line end", "form", "commitment.json", "other bytes", "compact JSON", "of these b") {
    try $0.append("\n", to: "bundle/commitment.json")
  },
  .damaged("A key twice", "form", "commitment.json", "other bytes", "compact JSON", "a hash") {
    try $0.commit("\"law\":1", "\"law\":1,\"law\":1")
  },
  .damaged("A member more", "form", "commitment.json", "other bytes", "compact JSON", "a hash") {
    try $0.commit("\"law\":1", "\"law\":1,\"note\":\"\"")
  },
  .damaged("Another order", "form", "commitment.json", "other bytes", "compact JSON", "a hash") {
    try $0.commit("\"draft\":false,\"epoch\":0,", "\"epoch\":0,\"draft\":false,")
  },
  .damaged("A flag as a number", "form", "commitment.json", "other bytes", "compact", "a hash") {
    try $0.commit("\"draft\":false", "\"draft\":0")
  },
  .damaged(
    "An input of another name", "names of the inputs", "commitment.json, inputs",
    "points, grantz, deposits", "points, grants, deposits", "in the order of the plan"
  ) { try $0.commit("\"source\":\"grants\"", "\"source\":\"grantz\"") },
  .damaged(
    "An input that was changed", "hash of inputs/points.csv", "commitment.json, inputs", "0x",
    "0x", "Keccak-256 of the file's bytes"
  ) {
    // The raw file says the same, so that no row tells.
    try $0.edit("bundle/inputs/points.csv", ",300,", ",301,")
    try $0.edit("points.csv", ",300,", ",301,")
  },
  .damaged(
    "Rows that are not there", "rows of inputs/points.csv", "commitment.json, inputs", "6", "5",
    "Lines after the header"
  ) { try $0.commit("\"rows\":5,\"source\":\"points\"", "\"rows\":6,\"source\":\"points\"") },
  .damaged(
    "Rows in another order", "order of rows", "inputs/grants.csv", "another order or form",
    "rows by account", "never depends on where a row stood"
  ) {
    let (low, high) = ("\(Given.hex(1)),1\n", "\(Given.hex(1)),1500000\n")
    try $0.editAndCommit("inputs/grants.csv", low + high, high + low)
  },
  .damaged(
    "A row in capitals", "order of rows", "inputs/points.csv", "another order or form",
    "rows by account", "never depends"
  ) { try $0.editAndCommit("inputs/points.csv", "abcdef,1,9", "ABCDEF,1,9") },
  .damaged(
    "A program of another name", "programs", "commitment.json, programs",
    "users, grants, liquidity, founder", "users, grants, liquidity, founders", "runs in epoch 0"
  ) { try $0.commit("\"name\":\"founders\"", "\"name\":\"founder\"") },
  .damaged(
    "A campaign of another name", "campaigns", "commitment.json, campaigns",
    "community, builders, team, reserves", "community, builders, team, reserve", "Every campaign"
  ) { try $0.commit("\"name\":\"reserve\"", "\"name\":\"reserves\"") },
  .damaged(
    "A data file of another name", "data files", "commitment.json, files",
    "allocations.csv, entitlements.csv, exclusionz.csv",
    "allocations.csv, entitlements.csv, exclusions.csv", "No more and no less"
  ) { try $0.commit("\"exclusions.csv\"", "\"exclusionz.csv\"") },
  .damaged(
    "A budget that was raised", "budget of the epoch", "commitment.json, program users",
    "50000000000000000000001", "50000000000000000000000", "Emission of the epoch"
  ) {
    let budget = "\"budget\":\"5000000000000000000000"
    try $0.commit(budget + "0\"", budget + "1\"")
  },
  .damaged(
    "A sum that was raised", "allocated", "commitment.json, program grants", "5000002", "5000001",
    "The sum of"
  ) { try $0.commit("\"allocated\":\"5000001\"", "\"allocated\":\"5000002\"") },
  .damaged(
    "A carry that was raised", "carry", "commitment.json, program grants", "5000000", "4999999",
    "Budget less allocated"
  ) { try $0.commit("\"carry\":\"4999999\"", "\"carry\":\"5000000\"") },
  .damaged(
    "A total that was raised", "total", "commitment.json, campaign builders", "5000002", "5000001",
    "The sum of all entitlements"
  ) { try $0.commit("\"total\":\"5000001\"", "\"total\":\"5000002\"") },
  .damaged(
    "A leaf that is not there", "count", "commitment.json, campaign reserve", "1", "0",
    "The number of accounts"
  ) { try $0.commit("\"count\":0,\"name\":\"reserve\"", "\"count\":1,\"name\":\"reserve\"") },
  .damaged(
    "A root of nobody", "root", "commitment.json, campaign reserve", one, zero,
    "The tree of the entitlements"
  ) {
    let rest = "\",\"total\":\"0\""
    try $0.commit("\"root\":\"\(zero)" + rest, "\"root\":\"\(one)" + rest)
  },
]

/// A data file was changed, or its hash alone.
private let dataFiles: [VerifierTampering] =
  [
    .damaged(
      "An allocation that was changed", "allocation of \(Given.hex(1)) by program users",
      "allocations.csv, line 2", "9", "12468827930174563591023", "The law gives"
    ) { try $0.editAndCommit("allocations.csv", ",12468827930174563591023", ",9") },
    .damaged(
      "A line end that is missing", "end of the file", "allocations.csv", "none", "a line end",
      "Every line ends with a line feed"
    ) {
      let bytes = try $0.bytes("bundle/allocations.csv")
      try $0.folder.write(Array(bytes.dropLast()), to: "bundle/allocations.csv")
    },
    .damaged(
      "A line too many", "line 12", "allocations.csv, line 12", "more", "(nothing)", "The law gives"
    ) { try $0.append("more\n", to: "bundle/allocations.csv") },
    .damaged(
      "A data file that is packed", "line 1", "allocations.csv", "\u{1F}", "program,epoch",
      "The law"
    ) {
      let bytes = try $0.bytes("bundle/allocations.csv")
      try $0.folder.write(try Gzip.pack(bytes), to: "bundle/allocations.csv")
    },
    .damaged(
      "An account in capitals in the entitlements",
      "entitlement of 0x0000000000000000000000000000000000ABCDEF in campaign community",
      "entitlements.csv, line 6", "community,0x0000000000000000000000000000000000ABCDEF",
      "community,0x0000000000000000000000000000000000abcdef", "by program users"
    ) { try $0.editAndCommit("entitlements.csv", "abcdef", "ABCDEF") },
  ]
  + ["allocations.csv", "entitlements.csv", "exclusions.csv"].map { file in
    .damaged(
      "The hash of \(file) alone", "hash of \(file)", "commitment.json, files", one, "0x",
      "Keccak-256 of the file's bytes"
    ) { try $0.commit(Keccak256.hash(try $0.bytes("bundle/" + file)).hex, one) }
  }

/// A file was changed and not its hash, or a field of the commitment: what is told is which.
private let parts: [VerifierTampering] = [
  .damaged(
    "An entitlement that was changed", "entitlement of \(Given.hex(1)) in campaign builders",
    "entitlements.csv, line 7", "3000002", "3000001", "It is owed 3000001 by program grants"
  ) { try $0.edit("bundle/entitlements.csv", ",3000001", ",3000002") },
  .damaged(
    "An entitlement under another campaign",
    "entitlement of \(Given.hex(1)) in campaign builders", "entitlements.csv, line 7",
    "(nothing)", "3000001", "It is owed 3000001 by program grants"
  ) {
    try $0.edit(
      "bundle/entitlements.csv", "builders,\(Given.hex(1)),3000001\n", "")
  },
  .damaged(
    "An allocation twice", "allocation of \(Given.hex(1)) by program users",
    "allocations.csv, line 3", "12468827930174563591023", "(nothing)", "The law gives"
  ) {
    let line = "users,0,\(Given.hex(1)),12468827930174563591023\n"
    try $0.edit("bundle/allocations.csv", line, line + line)
  },
  .damaged(
    "Two refusals in another order", "order of lines: refusal of \(Given.hex(5)) by program users",
    "exclusions.csv, line 2", "users,0,\(Given.hex(5)),exc", "users,0,\(Given.hex(2)),zero",
    "for these reasons"
  ) {
    let two = "users,0,\(Given.hex(2)),zero-weight,0\n"
    let five = "users,0,\(Given.hex(5)),excluded-by-plan,1000000\n"
    try $0.edit("bundle/exclusions.csv", two + five, five + two)
  },
  .damaged(
    "A data file of another kind", "line 1", "exclusions.csv, line 1", "program,epoch,account,amo",
    "program,epoch,account,reason,value", "for these reasons"
  ) {
    try $0.folder.write(try $0.bytes("bundle/allocations.csv"), to: "bundle/exclusions.csv")
  },
  .damaged(
    "Another epoch in the commitment", "epoch", "commitment.json, epoch", "1",
    "0, in line 2 of allocations.csv", "Every line of the committed allocations.csv"
  ) { try $0.commit("\"epoch\":0", "\"epoch\":1") },
  .damaged(
    "Another epoch in a line", "allocation of \(Given.hex(1)) by program users",
    "allocations.csv, line 2", "users,1,\(Given.hex(1)),124", "users,0,\(Given.hex(1)),124",
    "The law gives"
  ) {
    try $0.edit("bundle/allocations.csv", "users,0,\(Given.hex(1))", "users,1,\(Given.hex(1))")
  },
  .damaged(
    "Another identifier, whose leaves would be others", "identifier of community",
    "commitment.json, campaigns", one, "0x", "Chain, distributor, token"
  ) {
    let community = "{\"campaign\":\"0x"
    let text = String(decoding: try $0.bytes("bundle/commitment.json"), as: UTF8.self)
    let old = try #require(text.firstRange(of: community)?.upperBound)
    let digits = String(text[old...].prefix(64))
    try $0.commit("0x" + digits, one)
  },
  .damaged(
    "Another plan's hash", "hash of the plan", "commitment.json, plan", one, "0x",
    "plan.yaml is the plan that you gave"
  ) {
    let text = String(decoding: try $0.bytes("bundle/commitment.json"), as: UTF8.self)
    let hash = try #require(text.firstMatch(of: #/"plan":"(0x\w+)"/#)?.1)
    try $0.commit(String(hash), one)
  },
  .damaged(
    "A row that was changed, and not its hash", "row of \(Given.hex(3))",
    "inputs/points.csv, line 4", "301,1", "300,1", "The rows of points.csv"
  ) { try $0.edit("bundle/inputs/points.csv", ",300,", ",301,") },
  .damaged(
    "A row that was left out, and not its hash", "row of \(Given.hex(3))",
    "inputs/points.csv, line 4", "(nothing)", "300,1", "The rows of points.csv"
  ) { try $0.edit("bundle/inputs/points.csv", "\(Given.hex(3)),300,1\n", "") },
  .damaged(
    "The hash of an input alone", "hash of inputs/points.csv", "commitment.json, inputs", one, "0x",
    "Keccak-256 of the file's bytes"
  ) {
    try $0.commit(Keccak256.hash(try $0.bytes("bundle/inputs/points.csv")).hex, one)
  },
]

/// What stands beside the identity.
private let shards: [VerifierTampering] = [
  .damaged(
    "A raised amount in a shard", "entitlement of \(Given.hex(1))", "proofs/builders/", "3000002",
    "3000001", "line in entitlements.csv"
  ) { try $0.edit(try $0.shard("builders"), "3000001", "3000002") },
  .damaged(
    "A stranger in a shard", "entitlement of \(Given.hex(4))", "proofs/builders/", "3000001",
    "(nothing)", "line in entitlements.csv"
  ) { try $0.edit(try $0.shard("builders"), Given.hex(1), Given.hex(4)) },
  .damaged(
    "An account missing in a shard", "root that the shard leads to", "proofs/builders/", "0x",
    "(none", "upper path"
  ) {
    let shard = try $0.shard("builders")
    let text = String(decoding: try $0.bytes(shard), as: UTF8.self)
    let entry = "[\"\(Given.hex(1))\",\"3000001\"]"
    try $0.folder.write(
      text.replacing(entry + ",", with: "").replacing("," + entry, with: ""), to: shard)
  },
  .damaged(
    "Entries in another order", "root that the shard leads to", "proofs/community/", "0x", "0x",
    "upper path"
  ) {
    let shard = try $0.shard("community")
    let text = String(decoding: try $0.bytes(shard), as: UTF8.self)
    let entries = text.matches(of: #/\["0x[^\]]*\]/#).map { String($0.output) }
    let list = entries.joined(separator: ",")
    // Entries 0 and 1 are siblings, whose order does not matter.
    let turned = ([entries[2], entries[1], entries[0]] + entries.dropFirst(3))
      .joined(separator: ",")
    try $0.folder.write(text.replacing(list, with: turned), to: shard)
  },
  .damaged(
    "Other flags", "root that the shard leads to", "proofs/team/", "0x", "(none", "upper path"
  ) { try $0.edit(try $0.shard("team"), "\"flags\":\"1\"", "\"flags\":\"0\"") },
  .damaged(
    "A hash more in a shard", "root that the shard leads to", "proofs/team/", "0x", "(none", "path"
  ) { try $0.edit(try $0.shard("team"), "\"proof\":[", "\"proof\":[\"\(one)\"") },
  .damaged(
    "A hash that is none in a shard", "root that the shard leads to", "proofs/team/", "0x",
    "(none", "path"
  ) { try $0.edit(try $0.shard("team"), "\"proof\":[", "\"proof\":[\"0x1\"") },
  .damaged(
    "A shard of another format", "format", "proofs/team/", "sluice-shard-v9", "sluice-shard-v1",
    "The campaign that the file belongs to"
  ) { try $0.edit(try $0.shard("team"), "shard-v1", "shard-v9") },
  .damaged("A shard of another campaign", "campaign", "proofs/team/", zero, "0x", "belongs to") {
    let shard = try $0.shard("team")
    let text = String(decoding: try $0.bytes(shard), as: UTF8.self)
    let campaign = try #require(text.firstMatch(of: #/"campaign":"(0x[0-9a-f]{64})"/#)).1
    try $0.folder.write(text.replacing(campaign, with: zero), to: shard)
  },
  .damaged("A shard of another name", "name", "proofs/team/", "teem", "team", "belongs to") {
    try $0.edit(try $0.shard("team"), "\"name\":\"team\"", "\"name\":\"teem\"")
  },
  .damaged("A shard of another root", "root", "proofs/team/", one, "0x", "belongs to") {
    let shard = try $0.shard("team")
    let text = String(decoding: try $0.bytes(shard), as: UTF8.self)
    let root = try #require(text.firstMatch(of: #/"root":"(0x[0-9a-f]{64})"/#)).1
    try $0.folder.write(text.replacing(root, with: one), to: shard)
  },
  .damaged("A shard of another count", "count", "proofs/team/", "3", "2", "the tree's leaves") {
    try $0.edit(try $0.shard("team"), "\"count\":2", "\"count\":3")
  },
  .damaged("A shard of another prefix", "prefix", "proofs/team/", "a", "all", "by which clients") {
    try $0.edit(try $0.shard("team"), "\"prefix\":\"\"", "\"prefix\":\"a\"")
  },
  .damaged("A shard under another name", "prefix", "proofs/team/", "all", "a", "by which clients") {
    let shard = try $0.shard("team")
    try $0.folder.write(try $0.bytes(shard), to: shard.replacing("all.json", with: "a.json"))
    try $0.remove(shard)
  },
  .made(
    "A shard that is missing", "accounts in shards", "proofs/main", "1", "1100", "has its proof"
  ) {
    let sample = try large()
    try sample.remove(try sample.shard("main"))
    return try sample.verify()
  },
  .made(
    "A prefix that is too long", "prefix of the leaf of", "proofs/main/", "", "all",
    "its prefix of 0 digits"
  ) {
    let sample = try Given.list([(1, 1)])
    try sample.write(try sample.contents())
    let shard = try sample.shard("main")
    let leaf = try #require(try sample.leaf("main"))
    try sample.edit(shard, "\"prefix\":\"\"", "\"prefix\":\"\(leaf.prefix(1))\"")
    try FileManager.default.moveItem(
      atPath: sample.path(shard),
      toPath: sample.path(shard.replacing("all.json", with: "\(leaf.prefix(1)).json")))
    return try sample.verify()
  },
]

private let rest: [VerifierTampering] = [
  .damaged(
    "A raised amount in an index", "entitlement of \(Given.hex(1))", "proofs/builders/", "3000002",
    "3000001", "line in entitlements.csv"
  ) { try $0.edit(try $0.index("builders"), "3000001", "3000002") },
  .damaged(
    "An account missing in an index", "accounts in index files", "proofs/builders", "1", "2",
    "can be found"
  ) { try $0.edit(try $0.index("builders"), "\"\(Given.hex(1))\":\"3000001\",", "") },
  .damaged(
    "An index that is missing", "accounts in index files", "proofs/team", "0", "2", "can be found"
  ) { try $0.remove(try $0.index("team")) },
  .damaged(
    "An index of another format", "format", "proofs/team/", "sluice-accounts-v9",
    "sluice-accounts-v1", "belongs to"
  ) { try $0.edit(try $0.index("team"), "accounts-v1", "accounts-v9") },
  .made(
    "Accounts in the index of another prefix", "prefix of", "proofs/main/", "", "", "of 1 digit."
  ) {
    let sample = try large()
    let shard = try sample.shard("main")
    let folder = shard.split(separator: "/").dropLast().joined(separator: "/") + "/accounts/"
    let (one, two) = (try sample.bytes(folder + "1.json"), try sample.bytes(folder + "2.json"))
    try sample.folder.write(two, to: folder + "1.json")
    try sample.folder.write(one, to: folder + "2.json")
    return try sample.verify()
  },
  .damaged("A node of a dump", "tree[1]", "trees/team.json", one, "0x", "recomputed tree") {
    let text = String(decoding: try $0.bytes("bundle/trees/team.json"), as: UTF8.self)
    let nodes = text.matches(of: #/0x[0-9a-f]{64}/#).map { String($0.output) }
    try $0.edit("bundle/trees/team.json", nodes[1], one)
  },
  .damaged(
    "A node too many in a dump", "number of nodes", "trees/team.json", "4", "3", "2n − 1"
  ) { try $0.edit("bundle/trees/team.json", "\"tree\":[", "\"tree\":[\"\(one)\",") },
  .damaged(
    "A dump of another kind", "format", "trees/team.json", "standard-v1 of address, uint256",
    "standard-v1 of bytes32, address, uint256", "The dump of a campaign's tree"
  ) { try $0.edit("bundle/trees/team.json", "\"bytes32\",", "") },
  .damaged(
    "A dump of another format", "format", "trees/team.json", "simple-v1 of bytes32",
    "standard-v1 of bytes32", "The dump"
  ) { try $0.edit("bundle/trees/team.json", "standard-v1", "simple-v1") },
  .damaged(
    "A raised amount in a dump", "values[0]", "trees/builders.json", "0x", "0x", "is the node tree["
  ) { try $0.edit("bundle/trees/builders.json", "3000001", "3000002") },
  .damaged(
    "A value missing in a dump", "number of values", "trees/builders.json", "1", "2", "One per leaf"
  ) {
    let text = String(decoding: try $0.bytes("bundle/trees/builders.json"), as: UTF8.self)
    try $0.folder.write(
      text.replacing(#/"values":\[\{[^\}]*\},/#, with: "\"values\":["),
      to: "bundle/trees/builders.json")
  },
  .damaged(
    "A live root that nobody knows", "live root of team", "live.json", one, zero, "its parent root"
  ) { try $0.live("team", one) },
  .damaged(
    "A live root of another campaign", "identifier of team", "live.json", one, "0x", "identifier in"
  ) {
    let text = String(decoding: try $0.bytes("bundle/live.json"), as: UTF8.self)
    let campaigns = text.matches(of: #/0x[0-9a-f]{64}/#).map { String($0.output) }
    try $0.edit("bundle/live.json", campaigns[2], one)
  },
]

/// 1100 accounts: one digit of prefix.
private func large() throws -> VerifierSample {
  let rows = (1...1100).map { (UInt64($0) &* 0x9E37_79B9_7F4A_7C15, UInt64($0)) }
  let sample = try VerifierSample.list(rows, budget: 1_000_000)
  try sample.write(try sample.contents())
  return sample
}

extension VerifierSample {
  /// Says of a campaign that a root is live.
  fileprivate func live(_ campaign: String, _ root: String) throws {
    let name = ",\"name\":\"\(campaign)\""
    try edit("bundle/live.json", "\"live\":null" + name, "\"live\":\"\(root)\"" + name)
  }

  /// The digits of the only leaf of a campaign: its root.
  fileprivate func leaf(_ campaign: String) throws -> Substring? {
    try shard(campaign).split(separator: "/").first { $0.hasPrefix("0x") }?.dropFirst(2)
  }
}

@Suite("INV-014: damaged bundles are found, with the first difference")
struct VerifierDamageTests {
  @Test("A member of the commitment", arguments: commitments)
  func commitment(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("A file without its hash, a field of the commitment: which of them", arguments: parts)
  func part(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("A data file", arguments: dataFiles)
  func dataFile(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("INV-010: a shard", arguments: shards)
  func shard(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("An index, a dump, the live file", arguments: rest)
  func other(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("A live root that is the campaign's own, or one of a campaign that is not listed, holds")
  func live() throws {
    let sample = try VerifierSample()
    let commitment = try sample.write(try sample.contents())
    let root = commitment.campaigns[2].root.hex
    try sample.live("team", root)
    #expect(try sample.verify().matches)
    try sample.folder.write("{\"campaigns\":[]}", to: "bundle/live.json")
    #expect(try sample.verify().matches)
  }
}
