import CanonicalJSON
import Foundation
import TestKit
import Testing

/// The plans of `Examples/quests` and `Examples/trading`, which `docs/guides/quests.md` shows.
///
/// What they pay is worked out a second time by `scripts/vectors/actions.py`.
@Suite("Tasks and trades, as plans")
struct ActionExampleTests {
  private struct Epoch {
    let plan: String
    let number: Int
    /// Program, epoch, account and amount of every line.
    let lines: [String]

    var path: String { Project.path("Examples/\(plan).yaml") }
    var folder: String { Project.path("Examples/\(plan.prefix { $0 != "/" })") }
  }

  private static func epochs() throws -> [Epoch] {
    let vectors = try JSON.parse(try Project.data("Tests/IntegrationTests/Vectors/actions.json"))
    return try #require(vectors["plans"]?.elements).map { entry in
      let number = try #require(entry["epoch"]?.wholeNumber)
      let programs = try #require(entry["programs"]?.members)
      return Epoch(
        plan: try #require(entry["plan"]?.text), number: number,
        lines: programs.flatMap { program in
          (program.value.members ?? []).map {
            "\(program.key),\(number),\($0.key),\($0.value.text ?? "")"
          }
        }.sorted())
    }
  }

  private func allocate(_ epoch: Epoch, in folder: TemporaryFolder) throws -> String {
    let bundle = "\(folder.path)/\(epoch.plan.replacing("/", with: "-"))-\(epoch.number)"
    let parent = "\(folder.path)/\(epoch.plan.replacing("/", with: "-"))-0"
    try Sluice.succeed(
      ["allocate", epoch.path, "--out", bundle, "--epoch", "\(epoch.number)"]
        + (epoch.number > 0 ? ["--parent", parent] : []))
    return bundle
  }

  @Test("INV-062: every account gets what another program works out, and the bundles verify")
  func amounts() throws {
    let folder = try TemporaryFolder()
    let epochs = try Self.epochs()
    #expect(epochs.count == 5)
    for epoch in epochs {
      let bundle = try allocate(epoch, in: folder)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: bundle + "/allocations.csv"))
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      #expect(lines.dropFirst().sorted() == epoch.lines, "\(epoch.plan), epoch \(epoch.number)")
      try Sluice.succeed(["verify", bundle, "--plan", epoch.path, "--inputs", epoch.folder])
    }
  }

  /// The programs of an account's explanation.
  private func told(_ bundle: String, _ account: String) throws -> [JSON] {
    let told = try Sluice.succeed(["explain", bundle, account, "--json"]).json()
    return try #require(told["campaigns"]?.elements?.first?["programs"]?.elements)
  }

  private func account(_ number: Int) -> String {
    "0x" + String(repeating: "\(number)", count: 40)
  }

  /// Of the first line of an example that starts so, counted from 1.
  private func planLine(of start: String, in plan: String) throws -> Int {
    let lines = try Project.text("Examples/\(plan).yaml").split(
      separator: "\n", omittingEmptySubsequences: false)
    let line = lines.firstIndex { $0.drop { $0 == " " }.hasPrefix(start) }
    return try #require(line) + 1
  }

  @Test("Whoever traded is told what does not count, and why")
  func taken() throws {
    let folder = try TemporaryFolder()
    let bundle = try allocate(
      try #require(Self.epochs().first { $0.plan == "trading/plan" }), in: folder)
    func taken(_ number: Int) throws -> [String] {
      (try told(bundle, account(number)).first?["taken"]?.elements ?? []).map {
        "\($0["key"]?.text ?? "") \($0["rows"]?.wholeNumber ?? 0) \($0["amount"]?.text ?? "")"
      }
    }
    #expect(try taken(1) == [])
    #expect(try taken(2) == ["wash.round_trip 2 9800000000", "wash.pair_cap 1 40000000"])
    #expect(try taken(3) == ["wash 1 9000000000", "wash.same_cluster 1 8000000000"])
    #expect(try taken(7) == ["wash.pair_cap 2 580000000"])
    let nothing = try #require(told(bundle, account(4)).first)
    #expect(nothing["reason"]?.text == "none-counts")
    let text = try Sluice.succeed(["explain", bundle, account(4)]).output
    let line = try planLine(of: "counterparty:", in: "trading/plan")
    #expect(
      text.contains(
        "does not count by wash (plan.yaml, line \(line)), since the account traded with itself: "
          + "1 row"),
      "\(text)")
    let pairs = try Sluice.succeed(["explain", bundle, account(2)]).output
    #expect(
      pairs.contains(
        "followed each other within 1h: 2 rows: volume 9800, lines 5, 6, with \(account(5)), "
          + account(6)),
      "\(pairs)")
    #expect(text.contains("the rules of its source let none of its rows count"))
  }

  @Test("Whoever did tasks is told how many did not count by which limit")
  func limits() throws {
    let folder = try TemporaryFolder()
    let bundle = try allocate(try #require(Self.epochs().first), in: folder)
    let program = try #require(told(bundle, account(1)).first)
    let taken = try #require(program["taken"]?.elements)
    #expect(
      taken.map { "\($0["key"]?.text ?? "") \($0["rows"]?.wholeNumber ?? 0)" }
        == ["limits[0] 7", "limits[2] 1"])
    let text = try Sluice.succeed(["explain", bundle, account(1)]).output
    let line = try planLine(of: "- {where: {task: daily-login}", in: "quests/weekly")
    #expect(
      text.contains(
        "does not count by limits (plan.yaml, line \(line)), since its limit was reached: at most "
          + "1 row per 1d where task is daily-login: 7 rows"),
      "\(text)")
    let rows = try #require(program["rows"]?.elements)
    #expect(rows.contains { $0["column"]?.text == "time" && $0["value"]?.text != nil })
  }

  @Test("What the guide shows stands in the plans")
  func guide() throws {
    let guide = try Project.text("docs/guides/quests.md")
    let plans = try ["quests/weekly", "quests/season", "trading/plan"].map {
      try Project.text("Examples/\($0).yaml")
    }
    let blocks = guide.components(separatedBy: "```").filter { $0.hasPrefix("yaml\n") }
    #expect(blocks.count >= 3)
    for block in blocks {
      #expect(plans.contains { $0.contains(block.dropFirst(5)) }, "\(block)")
    }
  }
}
