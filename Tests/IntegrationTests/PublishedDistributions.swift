import CanonicalJSON
import Foundation
import TestKit
import Testing

/// A distribution that somebody published, its plan among the examples, and what came out of it.
struct PublishedDistribution: Sendable, CustomTestStringConvertible {
  /// The folder below the cases.
  let folder: String
  /// The plan below `Examples/published`.
  let plan: String
  /// Files that the plan reads and that do not lie in the case as a table.
  var files: @Sendable (Self) throws -> [String: String] = { _ in [:] }
  /// Files of the case that lie beside them.
  var copied: [String] = []
  /// Amounts in base units, by account in lower case; accounts with nothing are left out.
  let amounts: @Sendable (Self) throws -> [String: String]
  /// Encoding and options of the published tree, where there is one.
  var tree: [String]?
  /// The list whose tree was published, made of what came out.
  var list: @Sendable (Self, [String: String]) throws -> String = { _, amounts in
    "account,amount\n"
      + amounts.sorted { $0.key < $1.key }.map { "\($0.key),\($0.value)\n" }.joined()
  }

  var testDescription: String { "\(folder), \(plan)" }

  func json(_ file: String) throws -> JSON {
    try JSON.parse(try Cases.data("\(folder)/\(file)"))
  }

  func expected(_ member: String) throws -> String {
    try #require(try json("expected.json")[member]?.text)
  }

  /// The rows of a case's CSV, by column; no cell of them is quoted.
  func rows(_ file: String) throws -> [[String: String]] {
    let text = String(decoding: try Cases.data("\(folder)/\(file)"), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let header = try #require(lines.first)
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(header, $0)) }
  }

  /// Two columns of a case's CSV, without the rows that hold zero.
  static func amounts(
    _ file: String, _ account: String, _ amount: String
  ) -> @Sendable (Self) throws -> [String: String] {
    return { distribution in
      var amounts: [String: String] = [:]
      for row in try distribution.rows(file) {
        let units = try #require(row[amount])
        if units != "0" { amounts[try #require(row[account]).lowercased()] = units }
      }
      return amounts
    }
  }

  /// A decimal text as units of the last of 18 places.
  static func units(_ text: String) -> String {
    let parts = text.split(separator: ".")
    let fraction = parts.count > 1 ? String(parts[1]) : ""
    let digits = parts[0] + fraction + String(repeating: "0", count: 18 - fraction.count)
    let trimmed = digits.drop { $0 == "0" }
    return trimmed.isEmpty ? "0" : String(trimmed)
  }
}

/// What `sluice` made of a plan.
struct Allocated {
  let folder: TemporaryFolder
  let inputs: String
  var bundle: String { folder.path + "/bundle" }

  init(_ distribution: PublishedDistribution) throws {
    folder = try TemporaryFolder()
    let files = try distribution.files(distribution)
    if files.isEmpty {
      inputs = Cases.path(distribution.folder)
    } else {
      inputs = folder.path
      for (name, text) in files { try folder.write(text, to: name) }
      for name in distribution.copied {
        let path = Cases.path("\(distribution.folder)/\(name)")
        try folder.write([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), to: name)
      }
    }
    plan = Project.path("Examples/published/" + distribution.plan)
    try Sluice.succeed(["allocate", plan, "--inputs", inputs, "--out", folder.path + "/bundle"])
  }

  let plan: String

  /// Campaign, account and entitlement of every line of `entitlements.csv`.
  func entitlements() throws -> [String: [String: String]] {
    let text = String(decoding: try folder.read("bundle/entitlements.csv"), as: UTF8.self)
    var campaigns: [String: [String: String]] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",").map(String.init)
      campaigns[fields[0], default: [:]][fields[1]] = fields[2]
    }
    return campaigns
  }
}
