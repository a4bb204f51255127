import CanonicalJSON
import TestKit
import Testing

private let absent: Comment = "the published cases are not here: set SLUICE_CASES to their folder"

@Suite("Distributions of others, computed again from plans")
struct PublishedDistributionTests {
  @Test(
    "Every account gets what was published, and the bundle verifies from the raw files",
    .enabled(if: Cases.available("audius"), absent), arguments: PublishedDistribution.all)
  func reproduced(distribution: PublishedDistribution) throws {
    let allocated = try Allocated(distribution)
    let expected = try distribution.amounts(distribution)
    #expect(!expected.isEmpty)
    let campaigns = try allocated.entitlements()
    let found = try #require(campaigns.values.first)
    #expect(campaigns.count == 1)
    #expect(found.count == expected.count)
    let different = expected.filter { found[$0.key] != $0.value }
    #expect(different.isEmpty, "\(different.count) differ, such as \(different.prefix(3))")
    try Sluice.succeed([
      "verify", allocated.bundle, "--plan", allocated.plan, "--inputs", allocated.inputs,
    ])
    guard let tree = distribution.tree else { return }
    try allocated.folder.write(try distribution.list(distribution, found), to: "list.csv")
    let root = try Sluice.succeed(
      ["tree", "root", allocated.folder.path + "/list.csv", "--json"] + tree
    ).json()
    #expect(root["root"]?.text == (try distribution.expected("root")))
  }
}
