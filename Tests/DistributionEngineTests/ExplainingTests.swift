import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import Reporting
import TestKit
import Testing

/// A plan with every kind of answer. Amounts were worked out by hand.
///
/// `users`: 10.00 ACME by points 1, 2 and 4 of 7: quotients 142, 285, 571, remainders 6, 5, 3, two
/// units left. `tiny`: 3 units by deposits of 1000, 1000, 1000 and 1 of 3001: quotients 0,
/// remainders 3000, 3000, 3000, 3, three units left.
private let plan = """
  version: 1
  name: Explained
  tokens:
    - {name: ACME, decimals: 2}
    - {name: DOLLAR, symbol: USD, decimals: 6}
  campaigns:
    - {name: open, token: ACME}
    - {name: team, token: ACME}
    - {name: later, token: ACME}
  sources:
    - {name: points, file: points.csv, columns: [{name: points, type: integer}]}
    - {name: grants, file: grants.jsonl, duplicates: sum,
       columns: [{name: amount, type: amount, token: ACME}]}
    - {name: deposits, file: deposits.csv, columns: [{name: paid, type: amount, token: DOLLAR}]}
  programs:
    - {name: users, kind: airdrop, campaign: open, budget: 10, from: points, weight: points,
       exclude: [{account: "0x0000000000000000000000000000000000000005", reason: An exchange.}]}
    - {name: grants, kind: airdrop, campaign: open, budget: 6, from: grants, amount: amount,
       unallocated: carry}
    - {name: tiny, kind: airdrop, campaign: open, budget: 0.03, from: deposits, weight: paid}
    - name: founders
      kind: premine
      campaign: team
      budget: 100
      recipients:
        - account: "0x0000000000000000000000000000000000000003"
          amount: 75
        - account: "0x0000000000000000000000000000000000000007"
          amount: 25
  """

private let inputs = [
  rows("points", [(1, 1), (5, 9), (2, 2), (3, 4), (4, 0)]),
  rows("grants", [(2, 50), (3, 300), (2, 100), (6, 0)]),
  rows("deposits", [(8, 1000), (9, 1), (10, 1000), (11, 1000)]),
]

private func explained(_ number: UInt64) throws -> Explanation {
  let chain = try Chain()
  return try chain.explained(number, try chain.bundle(plan, inputs))
}

private func text(_ explanation: Explanation) -> String {
  ExplanationText.lines(explanation).joined(separator: "\n")
}

@Suite("Explaining an account")
struct ExplainingTests {
  @Test("Terms of an apportioned amount, with the unit that rounding gave")
  func apportioned() throws {
    let explanation = try explained(1)
    #expect(explanation.campaigns.map(\.campaign) == ["open", "team", "later"])
    #expect(explanation.campaigns.map(\.entitlement) == [units(143), .zero, .zero])
    let users = try #require(explanation.campaigns.first?.programs.first)
    #expect(users.decision == .allocated(units(143)))
    #expect(
      users.rows == [
        .init(
          file: "points.csv", line: 2, column: "points", value: units(1), token: nil, kind: .integer
        )
      ])
    let arithmetic = try #require(users.arithmetic)
    #expect(arithmetic.budget == units(1000) && arithmetic.weight == units(1))
    #expect(arithmetic.totalWeight == units(7))
    #expect(arithmetic.quotient == units(142) && arithmetic.remainder == units(6))
    #expect(explanation.campaigns[0].programs[1].decision == .notInInputs)
  }

  @Test("The text of an amount, with rounding; what does not concern the account is one line")
  func apportionedText() throws {
    #expect(
      text(try explained(1)) == """
        0x0000000000000000000000000000000000000001

        open: 1.43 ACME (143 base units) in all
          users (airdrop, epoch 0)
            points.csv, line 2: points = 1
            budget of epoch 0: 10 ACME (1000 base units)
            budget × weight / all weights = 1000 base units × 1 / 7
            = 142 base units, remainder 6
            rounding largest-remainder: 1 base unit more
            receives 1.43 ACME (143 base units)

        Otherwise owed nothing by campaigns team, later; in no row of programs grants, tiny, \
        founders.
        """)
  }

  @Test("Several programs and campaigns of one account, rows added, rounding without change")
  func several() throws {
    #expect(
      text(try explained(3)) == """
        0x0000000000000000000000000000000000000003

        open: 8.71 ACME (871 base units) in all
          users (airdrop, epoch 0)
            points.csv, line 5: points = 4
            budget of epoch 0: 10 ACME (1000 base units)
            budget × weight / all weights = 1000 base units × 4 / 7
            = 571 base units, remainder 3
            rounding largest-remainder: no change
            receives 5.71 ACME (571 base units)
          grants (airdrop, epoch 0)
            grants.jsonl, line 3: amount = 3 ACME (300 base units)
            receives 3 ACME (300 base units)

        team: 75 ACME (7500 base units) in all
          founders (premine, epoch 0)
            plan.yaml, line 27: amount = 75 ACME (7500 base units)
            receives 75 ACME (7500 base units)

        Otherwise owed nothing by campaign later; in no row of program tiny.
        """)
    let grants = try explained(2).campaigns[0].programs[1]
    #expect(grants.decision == .allocated(units(150)))
    #expect(grants.rows.map(\.line) == [2, 4])
    #expect(grants.rows.map(\.value) == [units(50), units(100)])
    #expect(grants.rows.map(\.token?.name) == ["ACME", "ACME"])
    #expect(grants.arithmetic == nil)
  }

  @Test("Each refusal says what refused, and what would have passed")
  func refusals() throws {
    let zero = try explained(4).campaigns[0].programs[0]
    #expect(zero.decision == .excluded(.zeroWeight, words: nil))
    #expect(zero.arithmetic == nil)
    // Beside 7 points of others, 1000 · w ≥ 7 + w from w = 1 on.
    #expect(zero.passing == .weight(units(1)))
    #expect(
      text(try explained(4)).contains(
        "(zero-weight): its weight is 0; a weight of 1 would have earned a base unit, all others "
          + "staying as they are"
      ))
    let named = try explained(5).campaigns[0].programs[0]
    #expect(named.decision == .excluded(.excludedByPlan, words: "An exchange."))
    #expect(named.rows.map(\.value) == [units(9)] && named.arithmetic == nil)
    #expect(named.passing == nil)
    #expect(text(try explained(5)).contains("the plan names the account: An exchange."))
    let nothing = try explained(6).campaigns[0].programs[1]
    #expect(nothing.decision == .excluded(.zeroAmount, words: nil))
    #expect(nothing.passing == .amount(units(1)))
    #expect(
      text(try explained(6)).contains(
        "(zero-amount): the amount given for it is 0; 0.01 ACME (1 base unit) or more would be paid"
      ))
  }

  @Test("A part below one unit: the smallest weight that earns one is told")
  func belowOneUnit() throws {
    let tiny = try explained(9).campaigns[0].programs[2]
    #expect(tiny.decision == .excluded(.belowOneUnit, words: nil))
    #expect(tiny.arithmetic?.quotient == .zero && tiny.arithmetic?.remainder == units(3))
    // 3 · w / (3000 + w) ≥ 1 from w = 1500 on.
    #expect(tiny.passing == .weight(units(1500)))
    #expect(
      text(try explained(9)) == """
        0x0000000000000000000000000000000000000009

        open: 0 ACME (0 base units) in all
          tiny (airdrop, epoch 0)
            deposits.csv, line 3: paid = 0.000001 USD (1 base unit)
            budget of epoch 0: 0.03 ACME (3 base units)
            budget × weight / all weights = 3 base units × 0.000001 / 0.003001
            = 0 base units, remainder 0.000003
            rounding largest-remainder: no change
            receives nothing (below-one-unit): its part is less than one base unit; a weight of \
        0.0015 would have earned a base unit, all others staying as they are

        Otherwise owed nothing by campaigns team, later; in no row of programs users, grants, \
        founders.
        """)
    #expect(try explained(8).campaigns[0].programs[2].decision == .allocated(units(1)))
  }

  @Test("An account of no input is told so")
  func unknown() throws {
    let explanation = try explained(99)
    #expect(explanation.isUnknown)
    #expect(
      text(explanation) == """
        0x0000000000000000000000000000000000000063 stands in no input of this plan and is owed \
        nothing.
        If you expected something, check that this is the address you used.
        """)
    #expect(try !explained(4).isUnknown)
  }

  @Test("What an account had before is told apart, and it is no stranger where it gets nothing now")
  func before() throws {
    let chain = try Chain()
    let first = try chain.bundle(Plans.weekly, [rows("list", [(1, 1), (2, 3)])])
    let second = try chain.bundle(
      Plans.weekly, [rows("list", [(2, 1), (3, 1)])], epoch: 1, parent: first)
    // 6 and 19, then 12.5 each: equal remainders, so that the one left goes to the lower address.
    let two = try chain.explained(2, second)
    #expect(two.campaigns[0].entitlement == units(32) && two.campaigns[0].before == units(19))
    #expect(text(two).contains("main: 32 ACME (32 base units) in all\n  from earlier roots: 19 AC"))
    let one = try chain.explained(1, second)
    #expect(!one.isUnknown)
    #expect(
      text(one) == """
        0x0000000000000000000000000000000000000001

        main: 6 ACME (6 base units) in all
          from earlier roots: 6 ACME (6 base units)

        Otherwise owed nothing by campaign side; in no row of program rewards.
        """)
  }

  @Test("Without the derived files places have no lines")
  func withoutLines() throws {
    let chain = try Chain()
    let loaded = try chain.bundle(plan, inputs)
    for name in ["derived.json", "explain.json", "provenance"] {
      try FileManager.default.removeItem(atPath: loaded.directory + "/" + name)
    }
    var notes: [String] = []
    let result = try Explaining.explanation(of: account(1), in: loaded.directory) {
      notes.append($0)
    }
    #expect(notes == ["explain.json: found nothing, expected what all accounts come to together."])
    #expect(result.detour == notes.first)
    let explanation = result.explanation
    #expect(explanation.campaigns[0].programs[0].rows.map(\.line) == [nil])
    #expect(text(explanation).contains("\n    points.csv: points = 1\n"))
  }

  @Test("Rounding that takes units away says so")
  func roundingDown() throws {
    // 2⁵³ + 1 by one weight of one: binary64 has no such number, and gives 2⁵³.
    let text = Plans.once(budget: (1 << 53) + 1).replacing(
      "weight: points", with: "weight: points, rounding: ieee754-python")
    let chain = try Chain()
    let bundle = try chain.bundle(text, [rows("list", [(1, 1)])])
    let lines = ExplanationText.lines(try chain.explained(1, bundle))
    #expect(lines.contains("    = 9007199254740993 base units, remainder 0"))
    #expect(lines.contains("    rounding ieee754-python: 1 base unit less"))
    #expect(lines.contains("    receives 9007199254740992 ACME (9007199254740992 base units)"))
  }
}
