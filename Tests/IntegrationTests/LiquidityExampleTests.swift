import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

/// The plan of `Examples/liquidity`, which `docs/guides/liquidity.md` shows.
///
/// What it pays is worked out a second time by `scripts/vectors/ranges.py`.
@Suite("Rewards for concentrated liquidity, as a plan")
struct LiquidityExampleTests {
  private static let folder = Project.path("Examples/liquidity")
  private static let plan = folder + "/plan.yaml"

  private static func expected() throws -> [JSON.Member] {
    let vectors = try JSON.parse(try Project.data("Tests/IntegrationTests/Vectors/liquidity.json"))
    return try #require(vectors["paid"]?.members)
  }

  /// The example's bundle in a folder.
  private static func allocate(in folder: TemporaryFolder) throws -> String {
    let bundle = folder.path + "/bundle"
    try Sluice.succeed(["allocate", plan, "--out", bundle])
    return bundle
  }

  /// The example's files in a folder, one of them changed.
  private static func copy(
    to folder: TemporaryFolder, _ file: String, _ change: (String) -> String
  ) throws {
    for name in ["plan.yaml", "positions.csv", "swaps.csv"] {
      let text = try Project.text("Examples/liquidity/\(name)")
      try folder.write(name == file ? change(text) : text, to: "inputs/\(name)")
    }
  }

  @Test("Every account gets what the formula gives in another program, and the bundle verifies")
  func amounts() throws {
    let folder = try TemporaryFolder()
    let bundle = try Self.allocate(in: folder)
    let told = try Sluice.succeed(["verify", bundle, "--plan", Self.plan, "--inputs", Self.folder])
    #expect(told.output.contains("MATCH"))
    let lines = try Self.expected().map { "rewards,\($0.key),\(try #require($0.value.text))" }
    let found = String(decoding: try folder.read("bundle/entitlements.csv"), as: UTF8.self)
    #expect(lines.count == 5)
    #expect(
      found.split(separator: "\n").map(String.init) == ["campaign,account,entitlement"] + lines)
    let prices = String(decoding: try folder.read("bundle/events/price.csv"), as: UTF8.self)
    #expect(prices.hasPrefix("time,tick,sqrtPrice,volume\n0,"))
    #expect(
      String(decoding: try folder.read("bundle/inputs/price.csv"), as: UTF8.self) == "account\n")
  }

  @Test("Every account is explained, with the amount that it gets")
  func explained() throws {
    let folder = try TemporaryFolder()
    let bundle = try Self.allocate(in: folder)
    for entry in try Self.expected() {
      let told = try Sluice.succeed(["explain", bundle, entry.key, "--json"]).json()
      #expect(told["campaigns"]?.elements?.first?["entitlement"]?.text == entry.value.text)
    }
  }

  // MARK: Intervals

  private static let mover = "0x9a01b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3"

  private static func intervals(_ bundle: String, of account: String) throws -> JSON {
    let told = try Sluice.succeed(["explain", bundle, account, "--intervals", "--json"]).json()
    return try #require(told["intervals"]?.elements?.first)
  }

  private static func sum(_ values: [JSON], _ key: String) throws -> UInt256 {
    try values.reduce(.zero) { sum, value in
      let text = try #require(value[key]?.text)
      return sum &+ (try UInt256(decimal: text))
    }
  }

  /// A number with 18 places in units of the last one.
  private static func digits(_ text: String?) throws -> UInt256 {
    let number = try #require(text.flatMap { DecimalNumber($0) })
    return number.magnitude &* (UInt256.powerOfTen(18 - number.scale) ?? .zero)
  }

  @Test("INV-072: what intervals add comes to the account's row, and their amounts to its amount")
  func intervals() throws {
    let folder = try TemporaryFolder()
    let bundle = try Self.allocate(in: folder)
    for entry in try Self.expected() {
      let found = try Self.intervals(bundle, of: entry.key)
      let intervals = try #require(found["intervals"]?.elements)
      #expect(try Self.sum(intervals, "amount").decimal == entry.value.text)
      let parts = try #require(found["parts"]?.elements)
      #expect(parts.compactMap { $0["measure"]?.text } == ["fees", "amount0", "amount1"])
      #expect(try Self.sum(parts, "amount").decimal == entry.value.text)
      let explained = try Sluice.succeed(["explain", bundle, entry.key, "--json"]).json()
      let program = explained["campaigns"]?.elements?.first?["programs"]?.elements?.first
      for row in try #require(program?["rows"]?.elements) {
        let column = try #require(row["column"]?.text)
        let sum = try intervals.reduce(UInt256.zero) {
          $0 &+ (try Self.digits($1["earned"]?[column]?.text))
        }
        #expect(try sum == Self.digits(row["value"]?.text), "\(entry.key) \(column)")
      }
    }
  }

  @Test("An account reads in which seconds its positions were out of range")
  func outOfRange() throws {
    let folder = try TemporaryFolder()
    let bundle = try Self.allocate(in: folder)
    // Swaps that leave the ticks 68880 … 69060, and come back.
    let text = try Sluice.succeed(["explain", bundle, Self.mover, "--intervals"]).output
    #expect(text.contains("68880 … 69060 was out of range for 1d21h34m2s"))
    #expect(text.contains("2027-01-07T18:40:33Z to 2027-01-07T19:20:59Z, 40m26s"))
    let found = try Self.intervals(bundle, of: Self.mover)["intervals"]?.elements ?? []
    #expect(found.map { $0["lower"]?.wholeNumber } == [69_000, 68_880])
    #expect(found.map { $0["outOfRange"]?.elements?.count } == [0, 3])
    #expect(found.map { $0["inRange"]?.wholeNumber } == [172_805, 267_953])
  }

  @Test(
    "A weight that is no sum of measures gives no interval an amount; one in other words does",
    arguments: [
      ("number(fees) * amount0", 0), ("sqrt(fees)", 0), ("amount0 - fees / 1000000", 0),
      ("fees + 1", 0),
      ("if(sum(fees) > 0, normalise(fees, 1), 0) + 2 * amount0", 2), ("fees / count()", 1),
    ])
  func parts(weight: String, count: Int) throws {
    let folder = try TemporaryFolder()
    try Self.copy(to: folder, "plan.yaml") { text in
      let start = text.range(of: "    weight: >-")?.lowerBound ?? text.endIndex
      return text[..<start] + "    weight: \(weight)\n"
    }
    let bundle = folder.path + "/bundle"
    try Sluice.succeed(["allocate", folder.path + "/inputs/plan.yaml", "--out", bundle])
    let found = try Self.intervals(bundle, of: Self.mover)
    #expect(found["parts"]?.elements?.count == count)
    let amounts = (found["intervals"]?.elements ?? []).map { $0["amount"] }
    #expect(amounts.count == 2 && amounts.allSatisfy { ($0 == .null) == (count == 0) })
    let text = try Sluice.succeed(["explain", bundle, Self.mover, "--intervals"]).output
    #expect(text.contains("no sum of these measures") == (count == 0))
  }

  @Test("INV-004: the order of rows changes nothing of a bundle's identity")
  func shuffled() throws {
    let folder = try TemporaryFolder()
    _ = try Self.allocate(in: folder)
    try Self.copy(to: folder, "swaps.csv") { text in
      let lines = text.split(separator: "\n")
      return ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n") + "\n"
    }
    try Sluice.succeed([
      "allocate", folder.path + "/inputs/plan.yaml", "--out", folder.path + "/other",
    ])
    #expect(
      try folder.read("bundle/commitment.json") == folder.read("other/commitment.json"))
  }

  @Test(
    "Raw files that say something else are found, with the line that they would give",
    arguments: [
      ("swaps.csv", ",21459152013\n", ",21459152014\n", "events/price.csv"),
      ("positions.csv", "68880,69060,19", "68880,69060,18", "events/positions.csv"),
    ])
  func raw(file: String, old: String, new: String, place: String) throws {
    let folder = try TemporaryFolder()
    let bundle = try Self.allocate(in: folder)
    try Self.copy(to: folder, file) { $0.replacing(old, with: new) }
    let result = try Sluice.run([
      "verify", bundle, "--plan", Self.plan, "--inputs", folder.path + "/inputs",
    ])
    #expect(result.status == 1)
    #expect((result.output + result.errors).contains(place), "\(result.output)")
  }

  @Test(
    "INV-014: a changed line of a bundle's prices or positions is found",
    arguments: [
      ("events/price.csv", ",21459152013\n", ",21459152014\n"),
      ("events/positions.csv", "68880,69060,19", "68880,69060,18"),
      ("inputs/positions.csv", "0x9a01", "0x9a02"),
      ("inputs/price.csv", "account\n", "account\n0x9a01b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3\n"),
    ])
  func changed(file: String, old: String, new: String) throws {
    let folder = try TemporaryFolder()
    let bundle = try Self.allocate(in: folder)
    let text = String(decoding: try folder.read("bundle/" + file), as: UTF8.self)
    #expect(text.contains(old))
    try folder.write(text.replacing(old, with: new), to: "bundle/" + file)
    let result = try Sluice.run(["verify", bundle])
    #expect(result.status == 1 && (result.output + result.errors).contains(file))
    #expect(try Sluice.run(["verify", bundle, "--inputs", Self.folder]).status == 1)
  }

  @Test("What the guide shows of the plan stands in it")
  func guide() throws {
    let plan = try Project.text("Examples/liquidity/plan.yaml")
    let blocks = try Project.text("docs/guides/liquidity.md").components(separatedBy: "```yaml\n")
      .dropFirst().compactMap { $0.components(separatedBy: "```").first }
    #expect(blocks.count == 2)
    for block in blocks { #expect(plan.contains(block), "\(block)") }
  }
}
