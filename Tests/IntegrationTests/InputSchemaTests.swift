import CanonicalJSON
import Foundation
import TestKit
import Testing

/// What `sluice schema PLAN` says of the files of `Examples`.
@Suite("Schemas of input files")
struct InputSchemaTests {
  static let examples = ["fees", "grants", "liquidity", "staking", "trading", "weights"]

  private static func folder(of example: String) -> String { Project.path("Examples/\(example)") }

  private static func resources(of example: String) throws -> [JSON] {
    let told = try Sluice.succeed(["schema", folder(of: example) + "/plan.yaml"])
    return try #require(told.json()["resources"]?.elements)
  }

  /// A CSV file of an example without quotes, in its fields.
  private static func table(_ resource: JSON, of example: String) throws -> [[String]]? {
    guard resource["format"]?.text == "csv", let path = resource["path"]?.text else { return nil }
    let text = try Project.text("Examples/\(example)/\(path)")
    try #require(!text.contains("\""))
    return text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private static func fits(_ text: String, _ field: JSON) throws -> Bool {
    let constraints = field["constraints"]
    if text.isEmpty { return constraints?["required"] != .bool(true) }
    if let words = constraints?["enum"]?.elements?.compactMap(\.text), !words.contains(text) {
      return false
    }
    guard let pattern = constraints?["pattern"]?.text else { return true }
    return try NSRegularExpression(pattern: pattern)
      .firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
  }

  @Test("The files of the examples are what their schemas say", arguments: examples)
  func rightFiles(example: String) throws {
    let resources = try Self.resources(of: example)
    #expect(!resources.isEmpty)
    for resource in resources {
      guard let rows = try Self.table(resource, of: example) else { continue }
      for field in try #require(resource["schema"]?["fields"]?.elements) {
        let name = try #require(field["name"]?.text)
        let column = try #require(
          rows[0].firstIndex { $0 == name || $0.hasPrefix(name + ":") }, "\(example): no \(name)")
        let cells = rows.dropFirst().map { $0[column] }
        for cell in cells { #expect(try Self.fits(cell, field), "\(example): \(name) '\(cell)'") }
        if field["constraints"]?["unique"] == .bool(true) {
          #expect(Set(cells).count == cells.count, "\(example): \(name)")
        }
      }
    }
  }

  @Test("What breaks a schema is refused: a column of other texts", arguments: examples)
  func brokenFiles(example: String) throws {
    for resource in try Self.resources(of: example) {
      guard var rows = try Self.table(resource, of: example) else { continue }
      for field in try #require(resource["schema"]?["fields"]?.elements)
      where try !Self.fits("?-", field) {
        let name = try #require(field["name"]?.text)
        let column = try #require(
          rows[0].firstIndex { $0 == name || $0.hasPrefix(name + ":") })
        let right = rows
        for row in rows.indices.dropFirst() { rows[row][column] = "?-" }
        let folder = try TemporaryFolder()
        let inputs = folder.path + "/inputs"
        try FileManager.default.copyItem(atPath: Self.folder(of: example), toPath: inputs)
        let text = rows.map { $0.joined(separator: ",") + "\n" }.joined()
        try folder.write(text, to: "inputs/" + (try #require(resource["path"]?.text)))
        let told = try Sluice.run(["check", inputs + "/plan.yaml"])
        #expect(told.status == 3, "\(example): \(name): \(told.output)")
        rows = right
      }
    }
  }

  @Test("Formats, keys of other files, members around the rows, units and words, in one plan")
  func plan() throws {
    let folder = try TemporaryFolder()
    let plan = try folder.write(
      """
      version: 1
      name: Kinds
      tokens: [{name: ACME, decimals: 2}]
      campaigns: [{name: main, token: ACME}]
      sources:
      - {name: blocks, file: blocks-*.csv, key: block, times: at}
      - {name: people, file: people.json, within: [data, rows], key: id, where: {open: yes}}
      - name: loans
        file: loans.jsonl
        time: {key: height, in: blocks}
        window: {start: 2027-01-01, end: 2027-02-01}
        positions: {kind: act, adds: lend, takes: repay, ignores: note, amount: sum, token: ACME}
      - name: scores
        file: scores.csv
        account: {key: id, in: people}
        columns:
        - {name: paid, type: amount, token: ACME, unit: token}
        - {name: rank, type: integer, empty: zero}
      programs:
      - {name: a, kind: airdrop, campaign: main, budget: 1, from: scores, weight: rank}
      - {name: b, kind: lending, campaign: main, budget: 1, from: loans, weight: held}

      """, to: "plan.yaml")
    let resources = try #require(
      try Sluice.succeed(["schema", plan]).json()["resources"]?.elements)
    #expect(resources.map { $0["name"]?.text } == ["blocks", "people", "loans", "scores"])
    #expect(resources.map { $0["format"]?.text } == ["csv", "json", "ndjson", "csv"])
    #expect(resources[1]["dialect"]?["property"]?.text == "data.rows")
    func names(_ resource: JSON) -> [String?]? {
      resource["schema"]?["fields"]?.elements?.map { $0["name"]?.text }
    }
    #expect(names(resources[0]) == ["at", "block"])
    #expect(names(resources[1]) == ["account", "id", "open"])
    #expect(names(resources[2]) == ["height", "account", "sum", "act"])
    #expect(names(resources[3]) == ["id", "paid", "rank"])
    let loans = try #require(resources[2]["schema"])
    #expect(
      loans["foreignKeys"]?.elements?.first?["reference"]?["resource"]?.text == "blocks")
    let words = loans["fields"]?.elements?.last?["constraints"]?["enum"]?.elements
    #expect(words?.compactMap(\.text) == ["lend", "repay", "note"])
    // A row that changes nothing may have anything as its account and amount.
    #expect(loans["fields"]?.elements?[1]["constraints"]?.members?.isEmpty == true)
    let paid = try #require(resources[3]["schema"]?["fields"]?.elements?[1])
    #expect(paid["unit"]?.text == "ACME")
    #expect(paid["constraints"]?["pattern"]?.text == "^(0|[1-9][0-9]*)(\\.[0-9]{1,2})?$")
    let rank = try #require(resources[3]["schema"]?["fields"]?.elements?[2])
    #expect(rank["constraints"]?["required"] == nil)
  }
}
