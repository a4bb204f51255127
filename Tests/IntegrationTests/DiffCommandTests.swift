import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("Comparisons and reports, as a user runs them")
struct DiffCommandTests {
  private let accountB = "0x2000000000000000000000000000000000000002"
  private let accountC = "0x3000000000000000000000000000000000000003"

  /// A launch's bundle, and a plan with twice the points for the first account.
  private func launches(in folder: TemporaryFolder) throws -> (bundle: String, plan: String) {
    try Sluice.succeed(try Launch().allocate(in: folder))
    let other = Launch().replacing(",1,5\n", ",1,13\n")
    try folder.write(other.list, to: "new/list.csv")
    return (folder.path + "/bundle", try folder.write(other.plan, to: "new/plan.yaml"))
  }

  @Test("A bundle against a plan: who gains and loses how much and why, in text, JSON and CSV")
  func bundleAndPlan() throws {
    let folder = try TemporaryFolder()
    let (bundle, plan) = try launches(in: folder)
    // 100 tokens by 5 : 7 and then by 13 : 7, with 1 and 2.5 of given amounts beside them.
    let csv = folder.path + "/changes.csv"
    let text = try Sluice.succeed(["diff", bundle, plan, "--csv", csv]).output
    #expect(
      text.contains("2 gain") == false
        && text.contains("1 account gains 23.333333333333333333 ACME"))
    #expect(text.contains("split: list.points 5 → 13"))
    #expect(text.contains("split: the others' weights 5 → 13"))
    #expect(
      String(decoding: try folder.read("changes.csv"), as: UTF8.self) == """
        campaign,account,before,after,change,because
        main,\(accountA),42666666666666666667,66000000000000000000,23333333333333333333,\
        "split: list.points 5 → 13 (without that 41.666666666666666666 ACME)"
        main,\(accountC),60833333333333333333,37500000000000000000,-23333333333333333333,\
        "split: the others' weights 5 → 13 (without that 58.333333333333333333 ACME)"

        """)
    let json = try Sluice.succeed(["diff", bundle, plan, "--json"]).json()
    #expect(json["format"]?.text == "sluice.diff.v1" && json["follows"] == .bool(false))
    let campaign = try #require(json["campaigns"]?.elements?.first)
    #expect(
      campaign["gained"]?.text == "23333333333333333333" && campaign["lost"] == campaign["gained"])
    #expect(campaign["accounts"]?.elements?.count == 2)
    let part = try #require(campaign["accounts"]?.elements?.last?["programs"]?.elements?.first)
    let cause = try #require(part["causes"]?.elements?.first)
    #expect(cause["kind"]?.text == "others" && cause["against"] == .bool(false))
    #expect(cause["before"]?.text == "5" && cause["after"]?.text == "13")
    #expect(cause["without"]?.text == "58333333333333333333")
    #expect(json["inputs"]?.elements?.first?["changed"] == .integer(1))
  }

  @Test("Two plans with inputs of their own, and nothing is written")
  func plans() throws {
    let folder = try TemporaryFolder()
    let (_, plan) = try launches(in: folder)
    let before = try folder.files()
    let result = try Sluice.succeed([
      "diff", plan, folder.path + "/plan.yaml", "--old-inputs", folder.path + "/new", "--inputs",
      folder.path, "--top", "0",
    ])
    #expect(result.output.contains("(plan, computed now, epoch 0)"))
    #expect(result.output.contains("1 account gains 23.333333333333333333 ACME"))
    #expect(try folder.files() == before)
    let same = try Sluice.succeed(["diff", plan, plan, "--old-inputs", folder.path])
    #expect(same.output.contains("split: list.points 5 → 13"))
  }

  @Test("The report that allocate wrote is made again, also where it was changed")
  func report() throws {
    let folder = try TemporaryFolder()
    try Sluice.succeed(try Launch().allocate(in: folder))
    let bundle = folder.path + "/bundle"
    let page = try folder.read("bundle/report.html")
    #expect(
      page.count < 1_000_000 && String(decoding: page, as: UTF8.self).contains("<h1>Test</h1>"))
    try Data("changed".utf8).write(to: URL(filePath: bundle + "/report.html"))
    let said = try Sluice.succeed(["report", bundle, "--json"]).json()
    #expect(said["file"]?.text == bundle + "/report.html")
    #expect(said["bytes"] == .integer(page.count))
    #expect(try folder.read("bundle/report.html") == page)
  }

  @Test("verify says that nothing rests on the report, and matches without it")
  func verify() throws {
    let folder = try TemporaryFolder()
    try Sluice.succeed(try Launch().allocate(in: folder))
    let bundle = folder.path + "/bundle"
    try Data("changed".utf8).write(to: URL(filePath: bundle + "/report.html"))
    let with = try Sluice.succeed(["verify", bundle]).output
    #expect(with.contains("not shown  report.html: a page to read") && with.contains("MATCH"))
    try FileManager.default.removeItem(atPath: bundle + "/report.html")
    let without = try Sluice.succeed(["verify", bundle]).output
    #expect(!without.contains("report.html") && without.contains("MATCH"))
  }
}
