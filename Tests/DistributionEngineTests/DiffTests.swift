import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting
import TestKit
import Testing

@Suite("Two distributions side by side")
struct DiffTests {
  /// What a plan with one list would give.
  private func side(_ plan: String, _ pairs: [(UInt64, UInt64)], name: String = "plan") throws
    -> Diffing.Side
  {
    let parsed = try PlanFile.parse(Array(plan.utf8), file: "plan.yaml")
    return Diffing.Side(
      try Chain.contents(plan, [rows("list", pairs)]), plan: parsed, name: name)
  }

  private func pairs(_ campaign: CampaignDiff) -> [[UInt64]] {
    campaign.accounts.map {
      [
        UInt256($0.account.bytes32).asUInt64 ?? .max, $0.amount.before.asUInt64 ?? .max,
        $0.amount.after.asUInt64 ?? .max,
      ]
    }
  }

  private func because(_ diff: DistributionDiff) -> [String] {
    diff.reasons
  }

  @Test("The same plan over the same rows in another order: nothing changes")
  func same() throws {
    let plan = Plans.once(budget: 10)
    let diff = Diffing.diff(
      from: try side(plan, [(1, 1), (2, 3), (3, 0)]), to: try side(plan, [(3, 0), (2, 3), (1, 1)]))
    #expect(diff.planChanges.isEmpty && diff.campaigns.allSatisfy { $0.accounts.isEmpty })
    #expect(
      diff.inputs == [InputDiff(source: "list", rows: .init(3, 3), entered: 0, left: 0, changed: 0)]
    )
    let text = DiffText.lines(diff, top: 10)
    #expect(text.contains("  nothing changes: 10 ACME for 2 accounts"))
    #expect(!text.contains("The plan") && !text.contains("Programs"))
  }

  @Test("Who gains, who loses and why: new, gone, other values, refused, and by what others have")
  func values() throws {
    // Budget 100. Before: weights 10, 20, 30, 40 of 100. After: 10, 30, –, 0, 60 of 100.
    let plan = Plans.once(budget: 100)
    let diff = Diffing.diff(
      from: try side(plan, [(1, 10), (2, 20), (3, 30), (4, 40)]),
      to: try side(plan, [(1, 10), (2, 30), (4, 0), (5, 60)]))
    let campaign = try #require(diff.campaigns.first)
    #expect(pairs(campaign) == [[2, 20, 30], [3, 30, 0], [4, 40, 0], [5, 0, 60]])
    #expect(campaign.gained == units(70) && campaign.lost == units(70))
    #expect(campaign.holders == .init(4, 3))
    #expect(
      because(diff) == [
        // 100 · 20 / (20 + 70), and 100 · 30 / (30 + 80).
        "season: list.points 20 → 30 (without that 22 ACME), the others' weights 80 → 70 "
          + "(without that 27 ACME)", "season: no longer in list",
        "season: list.points 40 → 0, now zero-weight", "season: new in list",
      ])
    #expect(
      diff.inputs == [InputDiff(source: "list", rows: .init(4, 4), entered: 1, left: 1, changed: 2)]
    )
  }

  @Test("Equal values under an equal rule: the others' weights, and the amount with the old ones")
  func others() throws {
    let plan = Plans.once(budget: 100)
    let diff = Diffing.diff(
      from: try side(plan, [(1, 1), (2, 1)]), to: try side(plan, [(1, 1), (2, 3)]))
    #expect(pairs(diff.campaigns[0]) == [[1, 50, 25], [2, 50, 75]])
    #expect(
      because(diff) == [
        "season: the others' weights 1 → 3 (without that 50 ACME)",
        "season: list.points 1 → 3 (without that 50 ACME)",
      ])
  }

  @Test("What a program reads of other sources and of earlier programs is a reason")
  func joins() throws {
    let plan = """
      version: 1
      name: Joined
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
        - {name: votes, file: votes.csv, columns: [{name: cast, type: integer}]}
      programs:
        - {name: first, kind: airdrop, campaign: main, budget: 40, from: list, weight: points}
        - {name: second, kind: airdrop, campaign: main, budget: 40, from: list,
           weight: "points + votes.cast"}
        - {name: third, kind: airdrop, campaign: main, budget: 40, from: list,
           weight: number(allocated(first))}
      """
    func side(_ points: [(UInt64, UInt64)], _ votes: [(UInt64, UInt64)]) throws -> Diffing.Side {
      Diffing.Side(
        try Chain.contents(plan, [rows("list", points), rows("votes", votes)]),
        plan: try PlanFile.parse(Array(plan.utf8), file: "plan.yaml"), name: "plan")
    }
    let votes = Diffing.diff(
      from: try side([(1, 1), (2, 1)], [(1, 0)]), to: try side([(1, 1), (2, 1)], [(1, 2)]))
    #expect(
      because(votes) == [
        "second: votes.cast 0 → 2, its weight 1 → 3 (without that 20 ACME)",
        "second: the others' weights 1 → 3 (without that 20 ACME)",
      ])
    let points = Diffing.diff(
      from: try side([(1, 1), (2, 1)], []), to: try side([(1, 3), (2, 1)], []))
    // 40 · 20 / (20 + 30) and 40 · 10 / (10 + 20).
    #expect(
      because(points)[1] == "first: the others' weights 1 → 3 (without that 20 ACME); "
        + "second: the others' weights 1 → 3 (without that 20 ACME); "
        + "third: what first gives it 20 → 10 ACME, its weight 20 → 10 (without that 16 ACME), "
        + "the others' weights 20 → 30 (without that 13 ACME)")
  }

  @Test(
    "Another rule: the keys that moved weights, with both lines, and the account's own exclusion")
  func rule() throws {
    let old = Plans.once(budget: 100)
    let new =
      old.replacing("budget: 100", with: "budget: 60")
      .replacing(
        "weight: points}",
        with: """
          weight: points * points,
             exclude: [{account: "0x0000000000000000000000000000000000000003", reason: ours}]}
          """)
    let diff = Diffing.diff(
      from: try side(old, [(1, 1), (2, 2), (3, 2)]), to: try side(new, [(1, 1), (2, 2), (3, 2)]))
    // Before 1, 2, 2 of 5; after 1, 4 of 5.
    #expect(pairs(diff.campaigns[0]) == [[1, 20, 12], [2, 40, 48], [3, 40, 0]])
    #expect(
      because(diff) == [
        // One of five as before: the rule has no part in it.
        "season: budget 100 → 60 ACME (without that 20 ACME)",
        // 60 · 2 / (2 + 1), 60 · 4 / (4 + 3), 100 · 4 / (4 + 1).
        "season: its weight 2 → 4 (without that 40 ACME), rule: weight, the others' weights 3 → 1 "
          + "(without that 34 ACME), although budget 100 → 60 ACME (without that 80 ACME)",
        "season: now excluded-by-plan",
      ])
    let text = DiffText.lines(diff, top: 10).joined(separator: "\n")
    #expect(text.contains("  program season, weight\n    - line 9: "))
    #expect(text.contains("  season   allocated   100 ACME  60 ACME  -40 ACME\n"))
  }

  @Test("Programs that come, go and move to another campaign are told as such")
  func programs() throws {
    let campaigns = "{name: main, token: ACME}, {name: side, token: ACME}"
    let old = Plans.once(campaigns: campaigns)
    let moved = Plans.once(campaigns: campaigns, pays: "side")
    let renamed = Plans.once("bonus", campaigns: campaigns)
    let move = Diffing.diff(from: try side(old, [(1, 1)]), to: try side(moved, [(1, 1)]))
    #expect(pairs(move.campaigns[0]) == [[1, 10, 0]] && pairs(move.campaigns[1]) == [[1, 0, 10]])
    #expect(move.programs.map(\.campaign) == ["side", "main"])
    #expect(
      because(move) == ["season: the program does not run any more", "season: a new program"])
    let rename = Diffing.diff(from: try side(old, [(1, 1)]), to: try side(renamed, [(1, 2)]))
    // The account has the same in all, from another program.
    #expect(pairs(rename.campaigns[0]) == [[1, 10, 10]])
    #expect(
      because(rename) == ["bonus: a new program; season: the program does not run any more"])
  }

  @Test("A bundle on its parent: the epoch's allocations are what changed")
  func follows() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 1), (2, 1)])])
    let second = try chain.bundle(
      Plans.weekly, [rows("list", [(1, 4), (3, 1)])], epoch: 1, parent: first)
    let diff = Diffing.diff(
      from: Diffing.Side(first, name: "0"), to: Diffing.Side(second, name: "1"))
    // 25 per epoch: 13 and 12 by the tie rule, then 20 and 5.
    #expect(diff.follows)
    #expect(pairs(diff.campaigns[0]) == [[1, 13, 33], [3, 0, 5]])
    #expect(because(diff) == ["rewards: epoch 1", "rewards: epoch 1"])
    #expect(diff.campaigns[1].accounts.isEmpty)
    #expect(DiffText.lines(diff, top: 1)[2].hasPrefix("The second is built on the first"))
  }

  @Test("Concentration before and after: from one holder to four equal ones")
  func concentration() throws {
    let plan = Plans.once(budget: 100)
    let diff = Diffing.diff(
      from: try side(plan, [(1, 1)]), to: try side(plan, [(1, 1), (2, 1), (3, 1), (4, 1)]))
    let spread = try #require(diff.tokens.first).spread
    #expect(spread.before?.herfindahl == 1_000_000_000 && spread.after?.herfindahl == 250_000_000)
    #expect(spread.after?.gini == 0 && spread.after?.majorities.map(\.holders) == [2, 3, 3])
    let text = DiffText.lines(diff, top: 0)
    #expect(text.contains("  HHI                1.0000    0.2500"))
    #expect(text.contains("  3 accounts gain 75 ACME, 1 account loses 75 ACME"))
    #expect(!text.contains { $0.contains("because") })
  }

  @Test("Gains less losses are the change of the total, and parts add up to each account's change")
  func conservation() throws {
    check("gains − losses = change") { generator in
      (0..<2).map { _ in
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in
          (UInt64.random(in: 1...9, using: &generator), UInt64.random(in: 0...5, using: &generator))
        }
      }
    } property: { lists in
      let unique = lists.map { list in
        Dictionary(list, uniquingKeysWith: { first, _ in first }).map { ($0.key, $0.value) }
      }
      guard let old = try? side(Plans.once(budget: 97), unique[0]),
        let new = try? side(Plans.once(budget: 101), unique[1])
      else { return false }
      let campaign = Diffing.diff(from: old, to: new).campaigns[0]
      return campaign.total.before &+ campaign.gained == campaign.total.after &+ campaign.lost
        && campaign.accounts.allSatisfy { account in
          let before = account.parts.reduce(UInt256.zero) { $0 &+ $1.amount.before }
          let after = account.parts.reduce(UInt256.zero) { $0 &+ $1.amount.after }
          return before == account.amount.before && after == account.amount.after
        }
    }
  }
}
