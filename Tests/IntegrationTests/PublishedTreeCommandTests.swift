import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

/// A published case, and how the command line is told of it.
struct PublishedCase: Sendable, CustomTestStringConvertible {
  let folder: String
  let file: String
  let options: [String]
  var proofs: String? = "proofs_sample.json"
  /// The member of `expected.json` that counts rows; nil where it counts something else.
  var rows: String? = "recipients"

  var testDescription: String { folder }
  var arguments: [String] { [Cases.path("\(folder)/\(file)")] + options }

  func expected() throws -> JSON { try JSON.parse(try Cases.data(folder + "/expected.json")) }

  static let all: [PublishedCase] =
    ["interval-0", "interval-15"].map {
      PublishedCase(
        folder: "rocketpool/\($0)", file: "claims.csv.gz",
        options: ["--encoding", "rocketpool-v1"])
    } + [
      PublishedCase(
        folder: "rocketpool/interval-46", file: "claims.csv.gz",
        options: ["--encoding", "rocketpool-v4"])
    ]
    + ["2022-07-15", "2022-11-01", "2022-12-01", "2025-03-01", "2025-04-01"].map {
      PublishedCase(
        folder: "threshold/\($0)", file: "claims.csv.gz", options: ["--encoding", "threshold"])
    }
    + ["vlcvx-curve-1746057600", "vlcvx-fxn-1756944000"].map {
      PublishedCase(
        folder: "stakedao/\($0)", file: "new_cumulative.csv.gz",
        options: ["--encoding", "stakedao-universal"], proofs: nil, rows: "leaves")
    } + [
      PublishedCase(
        folder: "stakedao/largest-remainder-1785974400", file: "new_cumulative.csv.gz",
        options: ["--encoding", "stakedao-universal"], proofs: nil, rows: nil),
      PublishedCase(
        folder: "stakedao/legacy-sdCRV-1746057600", file: "claims.csv.gz",
        options: ["--encoding", "stakedao-legacy"]),
      PublishedCase(folder: "badger/cycle-23-a700ef", file: "claims.json", options: []),
      PublishedCase(folder: "badger/cycle-2389-2b1f9a", file: "claims.json", options: []),
      PublishedCase(
        folder: "ens/ep2", file: "claims.csv.gz",
        options: ["--encoding", "ens", "--shard-nybbles", "1"], proofs: "shard_proofs.json"),
      PublishedCase(
        folder: "balancer_lm/homestead-week21", file: "input.csv.gz",
        options: ["--encoding", "account-amount-sorted", "--decimals", "18"], proofs: nil),
      PublishedCase(
        folder: "morpho/age1-epoch1", file: "claims.csv.gz",
        options: ["--encoding", "account-amount-file-order"]),
      PublishedCase(
        folder: "gearbox_gear/8c9218b0", file: "claims.csv.gz", options: ["--encoding", "uniswap"]),
    ]
}

@Suite("Published trees of every system through the command line")
struct PublishedTreeCommandTests {
  @Test(
    "tree check: the root that is on chain, every published proof, totals",
    .enabled(if: Cases.available("rocketpool"), absent), arguments: PublishedCase.all)
  func check(published: PublishedCase) throws {
    let expected = try published.expected()
    let root = try #require(expected["root"]?.text)
    let proofs = published.proofs.map { Cases.path("\(published.folder)/\($0)") }
    let result = try Sluice.succeed(
      ["tree", "check"] + published.arguments + ["--root", root, "--json"]
        + (proofs.map { ["--proofs", $0] } ?? [])
    ).json()
    #expect(result["holds"] == .bool(true) && result["root"]?.text == root)
    if let rows = published.rows { #expect(result["rows"] == expected[rows]) }
    if let total = expected["total"] { #expect(result["total"] == total) }
    for member in expected["tokenTotals"]?.members ?? [] {
      #expect(result["totals"]?[member.key] == member.value)
    }
    if let file = published.proofs {
      let sample = try JSON.parse(try Cases.data("\(published.folder)/\(file)"))
      #expect(result["proofs"]?.wholeNumber == sample.members?.count)
    }
  }

  @Test(
    "tree root and tree proof: the same root, and the proofs that were published",
    .enabled(if: Cases.available("rocketpool"), absent),
    arguments: PublishedCase.all.filter { $0.proofs == "proofs_sample.json" })
  func proof(published: PublishedCase) throws {
    let expected = try published.expected()
    let root = try Sluice.succeed(["tree", "root"] + published.arguments + ["--json"]).json()
    #expect(root["root"] == expected["root"])
    let sample = try JSON.parse(try Cases.data(published.folder + "/proofs_sample.json"))
    for member in (sample.members ?? []).prefix(2) {
      let result = try Sluice.succeed(
        ["tree", "proof"] + published.arguments + [member.key, "--json"]
      ).json()
      #expect(result["proof"] == member.value["proof"] ?? member.value)
      #expect(result["root"] == expected["root"])
    }
  }

  @Test(
    "INV-004: every way to hash, on any number of threads, finds the same root and proofs",
    .enabled(if: Cases.available("badger"), absent),
    arguments: KeccakBackend.allCases.filter(\.isSupported))
  func backends(backend: KeccakBackend) throws {
    for folder in ["badger/cycle-2389-2b1f9a", "gearbox_gear/8c9218b0", "ens/ep2"] {
      let published = try #require(PublishedCase.all.first { $0.folder == folder })
      let root = try #require(try published.expected()["root"]?.text)
      let result = try Sluice.succeed(
        ["tree", "check"] + published.arguments
          + ["--root", root, "--keccak", backend.rawValue, "--threads", "3", "--json"]
      ).json()
      #expect(result["holds"] == .bool(true) && result["root"]?.text == root)
    }
  }

  @Test(
    "EigenLayer's claims hold, and a changed one does not",
    .enabled(if: Cases.available("eigenlayer/claim-proofs"), absent),
    arguments: ["Root1", "SingleTokenLeaf"])
  func eigenLayer(name: String) throws {
    let file = Cases.path("eigenlayer/claim-proofs/processClaimProofs_\(name).json")
    #expect(try Sluice.succeed(["tree", "check", file]).output.contains("holds what it states"))
    let folder = try TemporaryFolder()
    let text = String(
      decoding: [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))), as: UTF8.self)
    let changed = text.replacing(#"EarnerIndex": 3"#, with: #"EarnerIndex": 2"#)
    let result = try Sluice.run(["tree", "check", try folder.write(changed, to: "claim.json")])
    #expect(changed != text && result.status == 1)
    #expect(result.errors.contains("EarnerTreeProof"))
    let root = try Sluice.run(["tree", "root", file])
    #expect(root.status == 3 && root.errors.contains("one earner"))
  }

  @Test(
    "ENS's proofs have two levels, and one after the other they are one proof",
    .enabled(if: Cases.available("ens"), absent))
  func ens() throws {
    let shards = try JSON.parse(try Cases.data("ens/ep2/shard_proofs.json"))
    let line = String(decoding: try Cases.data("ens/ep2/claims.csv.gz"), as: UTF8.self)
      .split(separator: "\n")[7]
    let account = String(line.split(separator: ",")[0])
    let result = try Sluice.succeed([
      "tree", "proof", Cases.path("ens/ep2/claims.csv.gz"), account, "--encoding", "ens",
      "--shard-nybbles", "1", "--json",
    ]).json()
    let inner = result["inner"]?["proof"]?.elements ?? []
    let outer = result["outer"]?["proof"]?.elements ?? []
    #expect(!inner.isEmpty && result["proof"]?.elements == inner + outer)
    #expect(.array(outer) == shards[String(account.dropFirst(2).prefix(1))])
  }

  @Test("One account of several tokens: which one is asked for")
  func tokens() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      account,token,amount
      0x1000000000000000000000000000000000000001,0x2000000000000000000000000000000000000001,5
      0x1000000000000000000000000000000000000001,0x2000000000000000000000000000000000000002,6

      """, to: "list.csv")
    let arguments = [
      "tree", "proof", file, "0x1000000000000000000000000000000000000001", "--encoding",
      "stakedao-universal",
    ]
    let several = try Sluice.run(arguments)
    #expect(several.status == 3 && several.errors.contains("expected --token"))
    let one = try Sluice.succeed(
      arguments + ["--token", "0x2000000000000000000000000000000000000002", "--json"]
    ).json()
    #expect(one["amount"]?.text == "6" && one["proof"]?.elements?.count == 1)
    let root = try Sluice.succeed(
      ["tree", "root", file, "--encoding", "stakedao-universal", "--json"]
    ).json()
    #expect(root["total"] == .null)
    #expect(root["totals"]?["0x2000000000000000000000000000000000000002"]?.text == "6")
  }

  @Test("ENS's folder is read as it was published")
  func folder() throws {
    // One account per shard, so that a shard's root is its leaf and the way is the other leaf.
    let folder = try TemporaryFolder()
    let accounts = ["1", "a"].map { $0 + String(repeating: "0", count: 38) + "1" }
    let list = try folder.write(
      "account,amount\n0x\(accounts[0]),5\n0x\(accounts[1]),6\n", to: "list.csv")
    let root = try Sluice.succeed(
      ["tree", "root", list, "--encoding", "ens", "--shard-nybbles", "1", "--json"]
    ).json()
    let leaves = try accounts.map { account in
      try Sluice.succeed(
        [
          "tree", "proof", list, "0x\(account)", "--encoding", "ens", "--shard-nybbles", "1",
          "--json",
        ]
      ).json()["leaf"]?.text ?? ""
    }
    try folder.write(
      "{\"root\":\"\(root["root"]?.text ?? "")\",\"shardNybbles\":1,\"total\":\"11\"}",
      to: "ens/root.json")
    for (number, name) in ["1", "a"].enumerated() {
      try folder.write(
        "{\"proof\":[\"\(leaves[1 - number])\"],"
          + "\"entries\":{\"0x\(accounts[number])\":{\"balance\":\"\(5 + number)\"}}}",
        to: "ens/\(name).json")
    }
    let check = try Sluice.succeed(["tree", "check", folder.path + "/ens", "--json"]).json()
    #expect(check["holds"] == .bool(true) && check["proofs"]?.wholeNumber == 2)
    #expect(check["total"]?.text == "11")
    try folder.write("{\"proof\":[],\"entries\":{}}", to: "ens/f.json")
    let wrong = try Sluice.run(["tree", "check", folder.path + "/ens"])
    #expect(wrong.status == 1 && wrong.errors.contains("f.json: proof"))
  }

  @Test("A leaf that is described on the command line is a preset's where it says the same")
  func describedLeaf() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      """
      stakingProvider,beneficiary,cumulative_amount
      0x1000000000000000000000000000000000000001,0x2000000000000000000000000000000000000001,5
      0x1000000000000000000000000000000000000002,0x2000000000000000000000000000000000000002,6
      0x1000000000000000000000000000000000000003,0x2000000000000000000000000000000000000002,7
      0x1000000000000000000000000000000000000004,0x2000000000000000000000000000000000000003,8
      0x1000000000000000000000000000000000000005,0x2000000000000000000000000000000000000004,9

      """, to: "list.csv")
    let preset = try Sluice.succeed(
      ["tree", "root", file, "--encoding", "threshold", "--json"]
    ).json()
    let described = try Sluice.succeed([
      "tree", "root", file, "--json", "--account-column", "stakingProvider", "--amount-column",
      "cumulative_amount", "--leaf",
      "packed(address account, address beneficiary, uint256 amount)",
    ]).json()
    #expect(described["root"] == preset["root"] && described["total"]?.text == "35")
    #expect(described["encoding"]?.text == "custom")
    let others = [
      ["--hashes", "2"], ["--order", "as-given"], ["--tree", "padded"],
      ["--tree", "openzeppelin"], ["--tree", "duplicated"],
      ["--order", "as-given", "--pairs", "positional"],
    ]
    var roots: Set<String> = []
    for options in others {
      let root = try Sluice.succeed(
        [
          "tree", "root", file, "--json", "--account-column", "stakingProvider",
          "--amount-column", "cumulative_amount", "--leaf",
          "packed(address account, address beneficiary, uint256 amount)",
        ] + options
      ).json()["root"]?.text
      roots.insert(try #require(root))
    }
    // Of five leaves, each of these trees is another; none is the preset's.
    #expect(roots.count == 6 && !roots.contains(preset["root"]?.text ?? ""))
  }

  @Test("A file with a tree per token: all are checked, one is built")
  func severalTrees() throws {
    let folder = try TemporaryFolder()
    let account = "0x1000000000000000000000000000000000000001"
    func tree(_ symbol: String, _ token: String, root: String) -> String {
      """
      {"symbol": "\(symbol)", "address": "\(token)", "root": "\(root)", "merkle":
        {"\(account)": {"index": 3, "amount": {"hex": "0x64"}, "proof": []}}}
      """
    }
    let tokens = ["0x2000000000000000000000000000000000000001", account]
    let zero = "0x" + String(repeating: "0", count: 64)
    let list = try folder.write("index,account,amount\n3,\(account),100\n", to: "list.csv")
    let root = try #require(
      try Sluice.succeed(["tree", "root", list, "--encoding", "uniswap", "--json"])
        .json()["root"]?.text)
    let file = try folder.write(
      "[\(tree("sdCRV", tokens[0], root: root)),\(tree("sdBAL", tokens[1], root: zero))]",
      to: "merkle.json")
    let all = try Sluice.run(["tree", "check", file])
    #expect(all.status == 1 && all.output.contains("(sdBAL)"))
    #expect(all.errors.contains("the first: root"))
    let one = try Sluice.succeed(["tree", "check", file, "--token", "sdcrv", "--json"]).json()
    #expect(one["holds"] == .bool(true) && one["root"]?.text == root)
    #expect(one["totals"]?["0x2000000000000000000000000000000000000001"]?.text == "100")
    let several = try Sluice.run(["tree", "root", file])
    #expect(several.status == 3 && several.errors.contains("sdCRV"))
    let built = try Sluice.succeed(["tree", "root", file, "--token", tokens[0], "--json"]).json()
    #expect(built["root"]?.text == root)

    let right = try folder.write(
      "[\(tree("sdCRV", tokens[0], root: root)),\(tree("sdBAL", tokens[1], root: root))]",
      to: "right.json")
    let json = try Sluice.succeed(["tree", "check", right, "--json"]).json()
    #expect(json["holds"] == .bool(true) && json["trees"]?.elements?.count == 2)
    let taken = try Sluice.succeed(
      ["tree", "convert", right, "--out", folder.path + "/out", "--json"]
    ).json()
    #expect(taken["tokens"]?.elements?.compactMap { $0["name"]?.text } == ["sdCRV", "sdBAL"])
    try Sluice.succeed(
      ["allocate", folder.path + "/out/plan.yaml", "--out", folder.path + "/bundle"])
  }
}
