import CanonicalJSON
import Foundation
import TestKit
import Testing

/// The plan of `docs/guides/fees-and-prices.md`, whose numbers are worked out there by hand.
@Suite("Fees, a yield and prices: the example")
struct FeesExampleTests {
  private static let folder = "Examples/fees"
  private static let plan = Project.path("\(folder)/plan.yaml")
  private static let ada = "0xd17Ec807617d8c5A927f81e5C7eb0a661b45036B"

  private func lines(_ folder: TemporaryFolder, _ file: String) throws -> [String] {
    String(decoding: try folder.read(file), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Amounts of an epoch by program, ascending by account: Cleo, Ada, Bob.
  private func amounts(
    _ folder: TemporaryFolder, _ bundle: String, of program: String
  ) throws -> [String] {
    try lines(folder, "\(bundle)/allocations.csv").filter { $0.hasPrefix(program + ",") }
      .compactMap { $0.split(separator: ",").last.map(String.init) }
  }

  @Test("INV-060, INV-061: two weeks pay what the guide says, and verify from the raw files")
  func weeks() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (folder.path + "/first", folder.path + "/second")
    let inputs = ["--plan", Self.plan, "--inputs", Project.path(Self.folder)]
    try Sluice.succeed(["allocate", Self.plan, "--out", first])
    try Sluice.succeed(["verify", first] + inputs)
    #expect(try amounts(folder, "first", of: "fee-share") == ["1538615", "32310923", "16155462"])
    #expect(try amounts(folder, "first", of: "yield") == ["134794", "2830684", "1415342"])

    try Sluice.succeed([
      "allocate", Self.plan, "--out", second, "--epoch", "1", "--parent", first,
    ])
    try Sluice.succeed(["verify", second, "--parent", first] + inputs)
    // 22 came in; 600, 400 and 100 were staked throughout.
    #expect(try amounts(folder, "second", of: "fee-share") == ["1000000", "6000000", "4000000"])
    // 12 % of 600, 400 and 100 ACME at 2 USDC, for 7 of 365 days.
    #expect(try amounts(folder, "second", of: "yield") == ["460273", "2761643", "1841095"])
    let commitment = try JSON.parse(try folder.read("second/commitment.json"))
    let yield = commitment["programs"]?.elements?.first { $0["name"]?.text == "yield" }
    // 333.333333 are emitted in each of them, less what was paid in the first one.
    #expect(yield?["budget"]?.text == "662285846")
    #expect(yield?["carriedIn"]?.text == "328952513")
  }

  @Test("A bundle holds the observations that may count, without accounts, and no others")
  func observations() throws {
    let folder = try TemporaryFolder()
    try Sluice.succeed(["allocate", Self.plan, "--out", folder.path + "/bundle"])
    // Six hours before 2027-01-11 is 1799604000.
    #expect(
      try lines(folder, "bundle/inputs/chainlink.csv")
        == ["time,value", "1799607600,198000000", "1799622000,200000000"])
    #expect(
      try lines(folder, "bundle/inputs/coingecko.csv") == ["time,value", "1799621940,210000000"])
    #expect(try lines(folder, "bundle/inputs/dex.csv") == ["time,value", "1799625599,300000000"])
    #expect(
      !FileManager.default.fileExists(atPath: folder.path + "/bundle/provenance/dex.csv"))
  }

  @Test("An explanation tells each source of a price, and what the budget is a part of")
  func explained() throws {
    let folder = try TemporaryFolder()
    let bundle = folder.path + "/bundle"
    try Sluice.succeed(["allocate", Self.plan, "--out", bundle])
    let told = try Sluice.succeed(["explain", bundle, Self.ada]).output
    for line in [
      "price(acme) = 2.05",
      "price acme: 2.05, the median of 2 of 3 sources at the end of the epoch", "chainlink: 2",
      "coingecko: 2.1", "dex: 3, left out: more than 5% from the median of all, 2.1",
      "budget of epoch 0: 50.005 USDC (50005000 base units), 50% of revenue.fee and what was",
    ] { #expect(told.contains(line), "\(line) in \(told)") }
    let json = try Sluice.succeed(["explain", bundle, Self.ada, "--json"]).json()
    #expect(json["detour"] == .null)
    let programs = try #require(json["campaigns"]?.elements?.first?["programs"]?.elements)
    #expect(programs[0]["revenue"]?.text == "50% of revenue.fee")
    let price = try #require(programs[1]["prices"]?.elements?.first)
    #expect(price["value"]?.text == "2.05" && price["median"]?.text == "2.1")
    #expect(
      price["sources"]?.elements?.compactMap { $0["standing"]?.text }
        == ["counts", "counts", "deviates"])
  }

  @Test("The files in any order of rows give the same bundle, and new rows change no old epoch")
  func identity() throws {
    let folder = try TemporaryFolder()
    let inputs = folder.path + "/inputs"
    try FileManager.default.copyItem(atPath: Project.path(Self.folder), toPath: inputs)
    for name in ["revenue.csv", "chainlink.csv", "dex.csv"] {
      let all = try lines(folder, "inputs/\(name)")
      let later = all[1].replacingOccurrences(of: "2027-01-03", with: "2027-01-20")
        .replacingOccurrences(of: "2027-01-10", with: "2027-01-20")
      let text = ([all[0], later] + all.dropFirst().reversed()).joined(separator: "\n") + "\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: inputs + "/" + name))
    }
    let usual = try Sluice.succeed([
      "allocate", Self.plan, "--out", folder.path + "/a", "--json",
    ]).json()
    let other = try Sluice.succeed([
      "allocate", Self.plan, "--inputs", inputs, "--out", folder.path + "/b", "--json",
    ]).json()
    #expect(usual["identity"] != nil && usual["identity"] == other["identity"])
  }

  @Test("A comparison names the price that is another one, and who paid fees is no reason")
  func compared() throws {
    let folder = try TemporaryFolder()
    let (inputs, bundles) = (folder.path + "/inputs", [folder.path + "/a", folder.path + "/b"])
    try FileManager.default.copyItem(atPath: Project.path(Self.folder), toPath: inputs)
    try Data("at,price\n2027-01-10T23:59:59Z,2.2\n".utf8)
      .write(to: URL(fileURLWithPath: inputs + "/dex.csv"))
    let paid = try lines(folder, "inputs/revenue.csv") + ["2027-01-09T00:00:00Z,\(Self.ada),1"]
    try Data((paid.joined(separator: "\n") + "\n").utf8)
      .write(to: URL(fileURLWithPath: inputs + "/revenue.csv"))
    try Sluice.succeed(["allocate", Self.plan, "--out", bundles[0]])
    try Sluice.succeed(["allocate", Self.plan, "--inputs", inputs, "--out", bundles[1]])
    let diff = try Sluice.succeed(["diff"] + bundles + ["--json"]).json()
    let account = try #require(
      diff["campaigns"]?.elements?.first?["accounts"]?.elements?.first {
        $0["account"]?.text == Self.ada
      })
    let causes = account["programs"]?.elements?.map { program in
      program["causes"]?.elements?.compactMap { $0["words"]?.text }
    }
    #expect(causes == [["budget 50.005 → 50.505 USDC"], ["price(acme) 2.05 → 2.1"]])
  }

  @Test("With too few sources the epoch is refused, and nothing is written")
  func refused() throws {
    let folder = try TemporaryFolder()
    let inputs = folder.path + "/inputs"
    try FileManager.default.copyItem(atPath: Project.path(Self.folder), toPath: inputs)
    let stopped = "updated_at,answer\n2027-01-10T17:59:59Z,2\n2027-01-10T18:00:00Z,9\n"
    try Data(stopped.utf8).write(to: URL(fileURLWithPath: inputs + "/chainlink.csv"))
    let result = try Sluice.run([
      "allocate", Self.plan, "--inputs", inputs, "--out", folder.path + "/bundle",
    ])
    #expect(result.status == 3)
    #expect(result.errors.contains("SLC-LAW-041"))
    #expect(
      result.errors.contains(
        "chainlink 9 (deviates from the median, 3), "
          + "coingecko 2.1 (deviates from the median, 3), dex 3"))
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/bundle"))
  }
}
