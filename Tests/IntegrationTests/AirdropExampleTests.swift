import CanonicalJSON
import Foundation
import TestKit
import Testing

/// The plans of `Examples/airdrops`, which `docs/guides/airdrops.md` shows.
///
/// What they pay is worked out a second time by `scripts/vectors/airdrops.py`.
@Suite("Well-known kinds of airdrops, as plans")
struct AirdropExampleTests {
  static let folder = "Examples/airdrops"

  static let names: [String] = {
    let files = try? FileManager.default.contentsOfDirectory(atPath: Project.path(folder))
    return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  private static func expected() throws -> JSON {
    let vectors = try JSON.parse(try Project.data("Tests/IntegrationTests/Vectors/airdrops.json"))
    return try #require(vectors["plans"])
  }

  @Test("Every plan has what it pays beside it")
  func complete() throws {
    #expect(Self.names.count >= 13)
    #expect(try Self.expected().members?.map(\.key).sorted() == Self.names)
  }

  @Test(
    "Every account gets what the rule says in another program, and the bundle verifies",
    arguments: names)
  func amounts(name: String) throws {
    let folder = try TemporaryFolder()
    let bundle = folder.path + "/bundle"
    let plan = Project.path("\(Self.folder)/\(name).yaml")
    try Sluice.succeed(["allocate", plan, "--out", bundle])
    try Sluice.succeed(["verify", bundle, "--plan", plan, "--inputs", Project.path(Self.folder)])
    var lines = ["campaign,account,entitlement"]
    for campaign in try Self.expected()[name]?.members ?? [] {
      for entry in campaign.value.members ?? [] {
        lines.append("\(campaign.key),\(entry.key),\(try #require(entry.value.text))")
      }
    }
    let found = String(decoding: try folder.read("bundle/entitlements.csv"), as: UTF8.self)
    #expect(lines.count > 2)
    #expect(found.split(separator: "\n").map(String.init) == lines)
  }

  @Test("Everybody is explained, with terms that lead to the amount", arguments: names)
  func explained(name: String) throws {
    let folder = try TemporaryFolder()
    let bundle = folder.path + "/bundle"
    try Sluice.succeed([
      "allocate", Project.path("\(Self.folder)/\(name).yaml"), "--out", bundle,
    ])
    for campaign in try Self.expected()[name]?.members ?? [] {
      for entry in campaign.value.members ?? [] {
        let told = try Sluice.succeed(["explain", bundle, entry.key, "--json"]).json()
        let campaigns = try #require(told["campaigns"]?.elements)
        let own = try #require(campaigns.first { $0["name"]?.text == campaign.key })
        #expect(own["entitlement"]?.text == entry.value.text)
      }
    }
  }

  @Test("What the guide shows of a plan stands in it, and every plan stands in the guide")
  func guide() throws {
    let guide = try Project.text("docs/guides/airdrops.md")
    let parts = guide.components(separatedBy: "```")
    var shown: Set<String> = []
    for (before, block) in zip(parts, parts.dropFirst()) where block.hasPrefix("yaml\n") {
      let link = try #require(before.components(separatedBy: "(../../\(Self.folder)/").last)
      let file = String(link.prefix { $0 != ")" })
      let plan = try Project.text("\(Self.folder)/\(file)")
      #expect(plan.contains(block.dropFirst(5)), "\(file): \(block)")
      shown.insert(String(file.dropLast(5)))
    }
    #expect(shown.sorted() == Self.names)
  }
}
