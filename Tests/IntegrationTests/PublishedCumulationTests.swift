import CanonicalJSON
import Foundation
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

/// A week of Stake DAO: what was owed before, what voters and delegators earn, what is owed after.
///
/// Every token has a campaign of its own. The published trees hold base units without saying how
/// many of them a token has, so the plans' tokens have no decimals.
private struct StakeDAOWeek {
  let folder: String
  let tokens: [String]
  private(set) var files: [String: String] = [:]
  private(set) var before = ""
  private(set) var after = ""

  init(_ folder: String) throws {
    self.folder = folder
    let owed = try Self.rows(folder, "new_cumulative.csv.gz").map { $0[1] }
    tokens = Set(owed.map { $0.lowercased() }).sorted()
    let previous = try Self.rows(folder, "previous_cumulative.csv.gz")
    files["previous.csv"] = Self.table(previous)
    before = plan(
      previous.map { $0[1] }, list: "previous", columns: "amount, type: integer",
      rule: "amount: floor(amount)\n    unallocated: carry")
    if Cases.available(folder + "/voters.json") { try addVotes() } else { try addSplit() }
  }

  static func rows(_ folder: String, _ file: String) throws -> [[String]] {
    String(decoding: try Cases.data("\(folder)/\(file)"), as: UTF8.self)
      .split(whereSeparator: \.isNewline).dropFirst()
      .map { $0.split(separator: ",").map(String.init) }
  }

  private static func table(_ rows: [[String]]) -> String {
    "account,token,amount\n"
      + rows.map { "\($0[0]),\($0[1].lowercased()),\($0[2])\n" }.joined()
  }

  private static func name(_ token: String) -> String { "T" + token.dropFirst(2) }

  private var head: String {
    "version: 1\nname: A week\ntokens:\n"
      + tokens.map { "  - {name: \(Self.name($0)), decimals: 0}\n" }.joined()
      + "campaigns:\n"
      + tokens.map { "  - {name: \(Self.name($0)), token: \(Self.name($0))}\n" }.joined()
  }

  /// A source and a program for each token that stands in a list.
  private func plan(
    _ listed: [String], list: String, columns: String, rule: String, more: String = "",
    programs: String = ""
  ) -> String {
    let named = Set(listed.map { $0.lowercased() }).sorted()
    let sources = named.map {
      """
        - name: \(list)-\(Self.name($0))
          file: \(list).csv
          where: {token: "\($0)"}
          columns: [{name: \(columns)}]

      """
    }
    let given = named.map {
      """
        - name: \(list)-\(Self.name($0))
          kind: airdrop
          campaign: \(Self.name($0))
          budget: 1000000000000000000000000000000
          from: \(list)-\(Self.name($0))
          \(rule)

      """
    }
    return head + "sources:\n" + sources.joined() + more + "programs:\n" + given.joined() + programs
  }

  /// Voters earn amounts; delegators share a pool as a program with floats split it.
  private mutating func addVotes() throws {
    let voters = try JSON.parse(try Cases.data(folder + "/voters.json")).members ?? []
    let rows = try voters.flatMap { voter in
      try (voter.value["tokens"]?.members ?? []).map {
        [voter.key, $0.key, try #require($0.value.text)]
      }
    }
    files["voters.csv"] = Self.table(rows)
    let pool = try JSON.parse(try Cases.data(folder + "/delegation_pool.json"))
    files["shares.csv"] =
      "account,share\n"
      + (try (pool["nonForwarderShares"]?.members ?? []).map {
        "\($0.key),\(try #require($0.value.text))\n"
      }).joined()
    let programs = try (pool["totalPerGroup"]?.members ?? []).map {
      """
        - name: delegation-\(Self.name($0.key))
          kind: airdrop
          campaign: \(Self.name($0.key))
          budget: 1000000000000000000000000000000
          share_of: \(try #require($0.value["nonForwarders"]?.text))
          from: shares
          weight: share
          rounding: ieee754-javascript-share

      """
    }
    after = plan(
      rows.map { $0[1] }, list: "voters", columns: "amount, type: integer",
      rule: "amount: floor(amount)\n    unallocated: carry",
      more: """
          - name: shares
            file: shares.csv
            columns:
              - {name: share, type: decimal, places: 36, notation: scientific, excess: half_even}

        """, programs: programs.joined())
  }

  /// A pool is split by whole weights.
  private mutating func addSplit() throws {
    let rows = try Self.rows(folder, "weights_and_expected.csv.gz")
    files["weights.csv"] = "account,weight\n" + rows.map { "\($0[0]),\($0[1])\n" }.joined()
    let expected = try JSON.parse(try Cases.data(folder + "/expected.json"))
    let token = try #require(expected["token"]?.text).lowercased()
    after =
      head + """
        sources:
          - {name: weights, file: weights.csv, columns: [{name: weight, type: integer}]}
        programs:
          - name: split
            kind: airdrop
            campaign: \(Self.name(token))
            budget: \(try #require(expected["pool"]?.text))
            from: weights
            weight: weight

        """
  }
}

@Suite("Cumulative trees of others, on top of the tree before")
struct PublishedCumulationTests {
  @Test(
    "What was owed before and what a week adds are the amounts and the root that were published",
    .enabled(if: Cases.available("stakedao"), absent),
    arguments: [
      "vlcvx-curve-1746057600", "vlcvx-fxn-1756944000", "largest-remainder-1785974400",
    ])
  func week(name: String) throws {
    let week = try StakeDAOWeek("stakedao/" + name)
    let folder = try TemporaryFolder()
    for (file, text) in week.files { try folder.write(text, to: file) }
    let (parent, bundle) = (folder.path + "/parent", folder.path + "/bundle")
    let before = try folder.write(week.before, to: "before.yaml")
    let after = try folder.write(week.after, to: "after.yaml")
    try Sluice.succeed(["allocate", before, "--out", parent])
    try Sluice.succeed(["allocate", after, "--out", bundle, "--parent", parent])
    try Sluice.succeed([
      "verify", bundle, "--plan", after, "--inputs", folder.path, "--parent", parent,
    ])
    var owed: [String: String] = [:]
    let lines = String(decoding: try folder.read("bundle/entitlements.csv"), as: UTF8.self)
    for line in lines.split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",")
      owed["0x\(cells[0].dropFirst()) \(cells[1])"] = String(cells[2])
    }
    let published = try StakeDAOWeek.rows(week.folder, "new_cumulative.csv.gz")
    #expect(owed.count == published.count)
    var list = "account,token,amount\n"
    for row in published {
      let amount = owed["\(row[1].lowercased()) \(row[0].lowercased())"] ?? "0"
      if amount != row[2] { Issue.record("\(row): found \(amount)") }
      list += "\(row[0]),\(row[1]),\(amount)\n"
    }
    try folder.write(list, to: "list.csv")
    let root = try Sluice.succeed([
      "tree", "root", "--encoding", "stakedao-universal", folder.path + "/list.csv", "--json",
    ]).json()
    let expected = try JSON.parse(try Cases.data(week.folder + "/expected.json"))
    #expect(root["root"] == expected["root"])
  }
}
