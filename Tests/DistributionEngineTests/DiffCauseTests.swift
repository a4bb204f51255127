import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting
import TestKit
import Testing

@Suite("Why an account's amount is another one")
struct DiffCauseTests {
  private func side(
    _ plan: String, _ inputs: [SourceInput], parent: LoadedBundle? = nil, secret: String = ""
  ) throws -> Diffing.Side {
    let parsed = try PlanFile.parse(Array(plan.utf8), file: "plan.yaml")
    let contents = try BundleMaking.contents(
      of: BundleMaking.Request(
        plan: parsed.plan, planBytes: Array(plan.utf8),
        inputs: Dictionary(uniqueKeysWithValues: inputs.map { ($0.rows.source, $0) }),
        epoch: EpochIndex(0), parent: parent, engine: "test", secret: Array(secret.utf8)))
    return Diffing.Side(contents, plan: parsed, name: "plan")
  }

  private func reasons(
    _ plan: String, _ old: [(UInt64, UInt64)], _ newPlan: String, _ new: [(UInt64, UInt64)]
  ) throws -> [String] {
    Diffing.diff(
      from: try side(plan, [rows("list", old)]), to: try side(newPlan, [rows("list", new)])
    ).reasons
  }

  // MARK: Others, budget, rule

  @Test("Diluted although the budget rose: both are told, with the amount without each")
  func dilution() throws {
    // 100 · 10/20 = 50, then 120 · 10/40 = 30; 120 · 10/20 = 60 and 100 · 10/40 = 25.
    let found = try reasons(
      Plans.once(budget: 100), [(1, 10), (2, 10)], Plans.once(budget: 120), [(1, 10), (2, 30)])
    #expect(
      found[0] == "season: the others' weights 10 → 30 (without that 60 ACME), although "
        + "budget 100 → 120 ACME (without that 25 ACME)")
    // 120 · 30/40 = 90; 120 · 10/20 = 60; 100 · 30/40 = 75.
    #expect(
      found[1] == "season: list.points 10 → 30 (without that 60 ACME), "
        + "budget 100 → 120 ACME (without that 75 ACME)")
  }

  @Test("Where `share_of` is split, it is what counts, and not the budget")
  func shareOf() throws {
    func plan(_ budget: Int, _ shareOf: Int) -> String {
      Plans.once(budget: budget).replacing(
        "weight: points}", with: "weight: points, rounding: half-up, share_of: \(shareOf)}")
    }
    // 40 · 10/20 = 20, then 40 · 10/40 = 10.
    let same = try reasons(plan(100, 40), [(1, 10), (2, 10)], plan(120, 40), [(1, 10), (2, 30)])
    #expect(same[0] == "season: the others' weights 10 → 30 (without that 20 ACME)")
    // 60 · 10/40 = 15; 60 · 10/20 = 30 and 40 · 10/40 = 10.
    let more = try reasons(plan(100, 40), [(1, 10), (2, 10)], plan(100, 60), [(1, 10), (2, 30)])
    #expect(
      more[0] == "season: the others' weights 10 → 30 (without that 30 ACME), although "
        + "rule: shareOf (without that 10 ACME)")
  }

  @Test("A rule that moves no weight of the account is not blamed for what others changed")
  func innocentRule() throws {
    let old = Plans.once(budget: 100)
    let new = old.replacing("weight: points}", with: "weight: points, rounding: floor}")
    let found = try reasons(old, [(1, 1), (2, 1)], new, [(1, 1), (2, 3)])
    // 100 · 1/2 and 100 · 1/4. The rounding is told, since it may be a unit.
    #expect(found[0] == "season: rule: rounding, the others' weights 1 → 3 (without that 50 ACME)")
    let same = try reasons(old, [(1, 1), (2, 1)], new, [(1, 1), (2, 1)])
    #expect(same.isEmpty)
  }

  @Test("Given amounts: the account's own rows, and never the budget or what others have")
  func given() throws {
    let old = Plans.once(budget: 100).replacing(
      "weight: points}", with: "amount: amount, unallocated: carry}"
    ).replacing("{name: points, type: integer}", with: "{name: amount, type: amount, token: ACME}")
    let found = try reasons(
      old, [(1, 10), (2, 20)], old.replacing("budget: 100", with: "budget: 90"), [(1, 12), (2, 30)])
    #expect(
      found
        == ["season: list.amount 10 → 12 ", "season: list.amount 20 → 30 "].map {
          String($0.dropLast())
        })
  }

  @Test("Under a cap what others have and the budget are told without a number")
  func capped() throws {
    let old = Plans.once(budget: 100).replacing("weight: points", with: "weight: points, cap: 70")
    // 100 · 10/20 = 50 each; then 90 · 30/40 is held at 67, and 22.5 is 23 or 22.
    let found = try reasons(
      old, [(1, 10), (2, 10)], old.replacing("budget: 100", with: "budget: 90"),
      [(1, 10), (2, 30)])
    #expect(found[0] == "season: budget 100 → 90 ACME, what others have changed")
    // 110 · 30/40 is held at 70: 40 are left for the first, although there is more to give.
    let less = try reasons(
      old, [(1, 10), (2, 10)], old.replacing("budget: 100", with: "budget: 110"),
      [(1, 10), (2, 30)])
    #expect(less[0] == "season: what others have changed, although budget 100 → 110 ACME")
  }

  @Test("Refused for what others have: the reason and the others")
  func refused() throws {
    let old = Plans.once(budget: 100).replacing("weight: points", with: "weight: points, floor: 20")
    // 100 · 10/40 = 25, then 100 · 10/60 is below 20.
    let found = try reasons(old, [(1, 10), (2, 30)], old, [(1, 10), (2, 50)])
    #expect(found[0] == "season: now below-floor, what others have changed")
  }

  @Test("A larger budget that lets another account stay over its floor is told, and not against")
  func floorAndBudget() throws {
    let old = Plans.once(budget: 76).replacing("weight: points", with: "weight: points, floor: 20")
    // 76 · 10/40 = 19 leaves, so that the first has all; of 80 both stay: 80 · 10/39 is above 20.
    let found = try reasons(
      old, [(1, 30), (2, 10)], old.replacing("budget: 76", with: "budget: 80"),
      [(1, 29), (2, 10)])
    #expect(found[0] == "season: list.points 30 → 29, budget 76 → 80 ACME")
  }

  @Test("A rule that another program has is not blamed")
  func otherProgram() throws {
    let old = """
      version: 1
      name: Two
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      programs:
        - {name: first, kind: airdrop, campaign: main, budget: 40, from: list, weight: points}
        - {name: second, kind: airdrop, campaign: main, budget: 40, from: list, weight: points + 0}
      """
    let new = old.replacing("points + 0", with: "points * points")
    let found = try reasons(old, [(1, 1), (2, 1)], new, [(1, 1), (2, 3)])
    // 40 · 1/2 before; 40 · 1/4 and 40 · 1/10 after.
    #expect(
      found[0] == "first: the others' weights 1 → 3 (without that 20 ACME); "
        + "second: rule: weight, the others' weights 1 → 9 (without that 20 ACME)")
  }

  @Test("Weights of other decimal places are not compared")
  func otherPlaces() throws {
    let old = Plans.once(budget: 100)
    let new = old.replacing("weight: points", with: "weight: points * 1.5")
    // 100 · 1/2, and 100 · 1.5/6.
    let found = try reasons(old, [(1, 1), (2, 1)], new, [(1, 1), (2, 3)])
    #expect(found[0] == "season: rule: weight, what others have changed")
  }

  @Test("Of rows that compete only the one that counts is told")
  func largestRow() throws {
    let plan = Plans.once(budget: 100).replacing(
      "columns: [{name: points, type: integer}]",
      with: "columns: [{name: points, type: integer}], duplicates: largest, duplicates_by: points")
    let found = try reasons(plan, [(1, 5), (1, 3), (2, 5)], plan, [(1, 5), (1, 4), (2, 15)])
    // 100 · 5/10 and 100 · 5/20.
    #expect(found[0] == "season: the others' weights 5 → 15 (without that 50 ACME)")
  }

  // MARK: Redirects

  private static let three = "0x0000000000000000000000000000000000000003"
  private static let four = "0x0000000000000000000000000000000000000004"

  private func redirected(_ account: Int, _ target: String) -> String {
    Plans.once(budget: 100) + """

      redirects:
        - {account: "0x000000000000000000000000000000000000000\(account)", to: "\(target)",
           reason: "Lost its key."}
      """
  }

  @Test("A redirect of the plan that comes, goes or leads elsewhere is the cause on both ends")
  func planRedirects() throws {
    let plain = Plans.once(budget: 100)
    let list: [(UInt64, UInt64)] = [(1, 30), (2, 70)]
    let added = try reasons(plain, list, redirected(1, Self.three), list)
    #expect(
      added == [
        "what it earns goes to \(Self.three) now, by the plan",
        "receives what \(account(1).checksummed) earns: 0 → 30 ACME, redirected here now",
      ])
    let removed = try reasons(redirected(1, Self.three), list, plain, list)
    #expect(
      removed == [
        "what it earns no longer goes to \(Self.three)",
        "receives what \(account(1).checksummed) earns: 30 → 0 ACME, no longer redirected",
      ])
    let moved = try reasons(
      redirected(1, Self.three), list, redirected(1, Self.four), list)
    #expect(moved.count == 2 && moved[0].hasSuffix("30 → 0 ACME, no longer redirected"))
    #expect(moved[1].hasSuffix("0 → 30 ACME, redirected here now"))
  }

  @Test("Behind a redirect that stays, what the origin earns is the cause")
  func standingRedirect() throws {
    let plan = redirected(1, Self.three)
    let diff = Diffing.diff(
      from: try side(plan, [rows("list", [(1, 30), (2, 70)])]),
      to: try side(plan, [rows("list", [(1, 30), (2, 30)])]))
    #expect(
      diff.reasons == [
        "season: the others' weights 70 → 30 (without that 30 ACME); which goes to \(Self.three)",
        "season: list.points 70 → 30 (without that 70 ACME)",
        "receives what \(account(1).checksummed) earns: 30 → 50 ACME",
      ])
    // Earlier roots, what is kept and what is received are each account's amount.
    let third = try #require(diff.campaigns[0].accounts.last)
    #expect(third.earlier == .init(.zero, .zero) && third.amount == .init(units(30), units(50)))
    #expect(third.received?.accounts == .init(1, 1))
  }

  @Test("A redirect that the account signed is told as such")
  func signedRedirect() throws {
    let plan =
      Plans.once(budget: 100).replacing(
        "programs:",
        with: """
            - {name: moves, file: moves.jsonl, statements: redirects}
          programs:
          """) + "\nredirects: [{source: moves}]"
    let list = rows("list", [(1, 30), (2, 70)])
    func moves(_ targets: [UInt64]) throws -> SourceInput {
      let source = try #require(
        try PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan.source(named: "moves"))
      let signature = try Signature(bytes: [UInt8](repeating: 1, count: 64) + [27])
      let signed = targets.enumerated().map { place, target in
        SignedStatement(
          .redirect(
            SignedRedirect(
              plan: "Once", account: account(1), to: account(target),
              time: Timestamp(UInt64(place + 1)))), signature: signature)
      }
      return SourceInput(
        rows: SourceRows(source, statements: signed, lines: signed.indices.map { UInt32($0 + 1) }),
        rawHash: .zero, unusedColumns: [])
    }
    let diff = Diffing.diff(
      from: try side(plan, [list, try moves([3])]), to: try side(plan, [list, try moves([3, 4])]))
    #expect(diff.reasons.count == 2)
    #expect(diff.campaigns[0].accounts.map(\.account) == [account(3), account(4)])
    let from = Diffing.diff(
      from: try side(plan, [list, try moves([1])]), to: try side(plan, [list, try moves([1, 4])]))
    #expect(from.reasons[0] == "what it earns goes to \(Self.four) now, as signed in moves")
    #expect(from.inputs.last?.changed == 1)
  }

  @Test("Several origins are counted, and so are those that are new")
  func severalOrigins() throws {
    let plain = redirected(1, Self.four)
    let both = plain + "\n  - {account: \"\(account(2).hex)\", to: \"\(Self.four)\", reason: Same.}"
    let list: [(UInt64, UInt64)] = [(1, 30), (2, 70)]
    let found = try reasons(plain, list, both, list)
    #expect(
      found.last == "receives what 2 accounts earn: 30 → 100 ACME, 1 redirected here now")
  }

  @Test("An origin that earns nothing on a side is not counted there")
  func idleOrigin() throws {
    let plan =
      redirected(1, Self.four)
      + "\n  - {account: \"\(account(2).hex)\", to: \"\(Self.four)\", reason: Same.}"
    let both = try side(plan, [rows("list", [(1, 30), (2, 70)])])
    let one = try side(plan.replacing("budget: 100", with: "budget: 90"), [rows("list", [(1, 30)])])
    let fewer = Diffing.diff(from: both, to: one).campaigns[0].accounts.last?.received
    #expect(fewer?.accounts == .init(2, 1) && fewer?.amount == .init(units(100), units(90)))
    let more = Diffing.diff(from: one, to: both).campaigns[0].accounts.last?.received
    #expect(more?.accounts == .init(1, 2) && more?.amount == .init(units(90), units(100)))
  }

  @Test("On a bundle that it builds on: what the epoch gives, and where that goes")
  func follows() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 1), (2, 1)])])
    let plan =
      Plans.weekly + """

        redirects: [{account: "\(account(2).hex)", to: "\(Self.three)", reason: "Lost its key."}]
        """
    let second = try chain.bundle(
      plan, [rows("list", [(1, 4), (2, 1)])], epoch: 1, parent: first)
    let diff = Diffing.diff(
      from: Diffing.Side(first, name: "0"), to: Diffing.Side(second, name: "1"))
    // 25 by 4 and 1: 20 and 5; the 5 go to the third account.
    #expect(
      diff.reasons == [
        "rewards: epoch 1",
        "rewards: epoch 1; what it earns goes to \(Self.three) now, by the plan",
        "receives what \(account(2).checksummed) earns: 0 → 5 ACME, redirected here now",
      ])
    let amounts = diff.campaigns[0].accounts.map(\.amount)
    #expect(amounts[1] == .init(units(12), units(12)) && amounts[2] == .init(units(0), units(5)))
    #expect(diff.campaigns[0].accounts.allSatisfy { $0.earlier.before == $0.earlier.after })
  }

  @Test("Another parent under the same epoch: earlier roots, with both numbers")
  func earlierRoots() throws {
    let chain = try Chain()
    let list = [rows("list", [(1, 1)])]
    let parents = try [3, 7].map { budget in
      try chain.bundle(Plans.once("earlier", budget: budget), list)
    }
    let sides = try parents.map { try side(Plans.once(budget: 100), list, parent: $0) }
    let diff = Diffing.diff(from: sides[0], to: sides[1])
    #expect(diff.reasons == ["earlier roots 3 → 7 ACME"])
  }

  // MARK: Private columns

  /// Two rows for each of sixteen accounts: a private number, and a public one.
  private func pairs(_ bonus: (UInt64) -> UInt64 = { $0 }) -> SourceInput {
    let accounts = (1...16).flatMap { [account($0), account($0)] }
    return SourceInput(
      rows: SourceRows(
        source: "list", accounts: accounts,
        values: [
          accounts.indices.map { units(UInt64($0)) },
          accounts.indices.map { units(bonus(UInt64($0 + 1))) },
        ], lines: accounts.indices.map { UInt32($0 + 2) }),
      rawHash: .zero, unusedColumns: [])
  }

  private let hiding = Plans.once(budget: 1000).replacing(
    "columns: [{name: points, type: integer}]",
    with: "duplicates: sum, columns: [{name: hidden, type: integer, private: true}, "
      + "{name: points, type: integer}]")

  @Test("INV-039: rows are the same under one secret and under two, in whatever order they stand")
  func privateRows() throws {
    for secrets in [("a", "a"), ("a", "b")] {
      let diff = Diffing.diff(
        from: try side(hiding, [pairs()], secret: secrets.0),
        to: try side(hiding, [pairs()], secret: secrets.1))
      let isHidden = secrets.0 != secrets.1
      #expect(
        diff.inputs == [
          InputDiff(
            source: "list", rows: .init(32, 32), entered: 0, left: 0, changed: 0,
            hidden: isHidden ? ["hidden"] : [])
        ])
      let text = DiffText.lines(diff, top: 3)
      #expect(text.contains { $0.contains("list.hidden: private") } == isHidden)
    }
  }

  @Test("Of rows with private columns the public ones are compared, and private ones by one secret")
  func changedPrivateRows() throws {
    let changed = pairs { $0 == 5 ? 99 : $0 }
    for (secret, found) in [("a", 1), ("b", 1)] {
      let diff = Diffing.diff(
        from: try side(hiding, [pairs()], secret: "a"),
        to: try side(hiding, [changed], secret: secret))
      #expect(diff.inputs[0].changed == found)
    }
    let split = hiding.replacing("weight: points", with: "weight: hidden")
    let one = { (value: UInt64, secret: String) in
      try self.side(
        split,
        [
          SourceInput(
            rows: SourceRows(
              source: "list", accounts: [account(1), account(2)],
              values: [[units(1), units(value)], [.zero, .zero]], lines: [2, 3]),
            rawHash: .zero, unusedColumns: [])
        ], secret: secret)
    }
    let known = Diffing.diff(from: try one(1, "a"), to: try one(3, "a"))
    #expect(
      known.reasons == [
        "season: what others have changed", "season: list.hidden (private) is not the same",
      ])
    let unknown = Diffing.diff(from: try one(1, "a"), to: try one(3, "b"))
    #expect(
      unknown.reasons
        == Array(repeating: "season: list.hidden is private and may have changed", count: 2))
  }

  @Test("A column that comes first does not pair other rows")
  func newColumn() throws {
    let old = Plans.once().replacing(
      "columns: [{name: points, type: integer}]",
      with: "duplicates: sum, columns: [{name: points, type: integer}]")
    let new = old.replacing(
      "columns: [{name: points", with: "columns: [{name: rank, type: integer}, {name: points")
    let ranked = SourceInput(
      rows: SourceRows(
        source: "list", accounts: [account(1), account(1)],
        values: [[units(2), units(1)], [units(3), units(4)]], lines: [2, 3]),
      rawHash: .zero, unusedColumns: [])
    let diff = Diffing.diff(
      from: try side(old, [rows("list", [(1, 3), (1, 4)])]), to: try side(new, [ranked]))
    #expect(diff.inputs[0].changed == 0)
  }
}
