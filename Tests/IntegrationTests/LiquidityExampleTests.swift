import CanonicalJSON
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
