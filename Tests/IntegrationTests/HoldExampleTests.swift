import CanonicalJSON
import Foundation
import TestKit
import Testing

/// The plan of `Examples/hold`: tokens that vest, one row per unlock, and a treasury that has no
/// part in it.
@Suite("Rewards for balances that vest: the example")
struct HoldExampleTests {
  private static let folder = Project.path("Examples/hold")
  private static let plan = folder + "/plan.yaml"
  private static let treasury = "0x5dE40c1152C990492eAEAeecd4c4a6fa9d5C3eD4"

  private func allocations(_ folder: TemporaryFolder, _ bundle: String) throws -> [String] {
    String(decoding: try folder.read("\(bundle)/allocations.csv"), as: UTF8.self)
      .split(separator: "\n").dropFirst().compactMap { $0.split(separator: ",").last }
      .map(String.init)
  }

  @Test("INV-080: what is still locked is split second by second, and the treasury is in no sum")
  func amounts() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (folder.path + "/first", folder.path + "/second")
    try Sluice.succeed(["allocate", Self.plan, "--out", first])
    try Sluice.succeed(["verify", first, "--plan", Self.plan, "--inputs", Self.folder])
    // 100 in ten days each: 1200 : 300, 900 : 300 and 600 : 300, so 80 + 75 + 66.67 and
    // 20 + 25 + 33.33.
    #expect(try allocations(folder, "first") == ["22167", "7833"])

    try Sluice.succeed([
      "allocate", Self.plan, "--out", second, "--epoch", "1", "--parent", first,
    ])
    try Sluice.succeed([
      "verify", second, "--parent", first, "--plan", Self.plan, "--inputs", Self.folder,
    ])
    // 600 : 300 for ten days, 300 alone for ten, and for ten only the treasury holds something.
    #expect(try allocations(folder, "second") == ["6667", "13333"])
    let commitment = try JSON.parse(try folder.read("second/commitment.json"))
    #expect(commitment["programs"]?.elements?.first?["carry"]?.text == "10000")
  }

  @Test("Who is excluded by the source is told so, with the plan's words")
  func explained() throws {
    let folder = try TemporaryFolder()
    try Sluice.succeed(["allocate", Self.plan, "--out", folder.path + "/bundle"])
    let told = try Sluice.succeed(["explain", folder.path + "/bundle", Self.treasury]).output
    #expect(told.contains("The treasury's own tokens."))
    #expect(!told.contains("stands in no input"))
    // 900 and 300 on average, and not 900 000 more.
    let report = String(decoding: try folder.read("bundle/report.html"), as: UTF8.self)
    #expect(report.contains("1200 SEA") && !report.contains("901200"))
  }

  @Test(
    "INV-080: positions that a source of ranges excludes are in no bundle's rows, and it verifies")
  func ranges() throws {
    let folder = try TemporaryFolder()
    let source = Project.path("Examples/liquidity")
    let plan = try Project.text("Examples/liquidity/plan.yaml")
    let owner = "0x8f5b3c6a90d1e2f30415263748596a7b8c9daebf"
    let excluding = plan.replacingOccurrences(
      of: "    columns: [fees, amount0, amount1]\n",
      with: "    columns: [fees, amount0, amount1]\n"
        + "    exclude: [{account: \(owner), reason: The pool's own.}]\n")
    let path = try folder.write(excluding, to: "plan.yaml")
    let bundle = folder.path + "/bundle"
    try Sluice.succeed(["allocate", path, "--inputs", source, "--out", bundle])
    try Sluice.succeed(["verify", bundle, "--plan", path, "--inputs", source])
    let rows = String(decoding: try folder.read("bundle/inputs/positions.csv"), as: UTF8.self)
    #expect(rows.split(separator: "\n").count == 5 && !rows.contains(owner))
    // What everybody did is published all the same.
    let changes = String(decoding: try folder.read("bundle/events/positions.csv"), as: UTF8.self)
    #expect(changes.contains(owner))
  }
}
