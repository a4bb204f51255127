import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import Reporting
import TestKit
import Testing

/// Ten units by points to those that meet a filter; account 1 has 9 points and 2 months.
private func plan(_ filter: String, weight: String = "points", budget: Int = 10) -> String {
  """
  version: 1
  name: Refusals
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  sources:
    - name: list
      file: list.csv
      columns: [{name: points, type: integer}, {name: months, type: integer}]
  programs:
    - {name: users, kind: airdrop, campaign: main, budget: \(budget), from: list,
       weight: "\(weight)", filter: "\(filter)"}
  """
}

private func list(_ rows: [(points: UInt64, months: UInt64)]) -> SourceInput {
  SourceInput(
    rows: SourceRows(
      source: "list", accounts: rows.indices.map { account(UInt64($0) + 1) },
      values: [rows.map { units($0.points) }, rows.map { units($0.months) }],
      lines: rows.indices.map { UInt32($0 + 2) }),
    rawHash: .zero, unusedColumns: [])
}

@Suite("What would have passed")
struct ExplainingRefusalTests {
  private static let conditions: [(filter: String, condition: String, number: String?)] = [
    ("points >= 10 and months >= 3", "points >= 10 and months >= 3", nil),
    ("points >= 5 and months >= 3", "months >= 3", "3"),
    ("points >= 10.50 or months >= 3", "points >= 10.50 or months >= 3", nil),
    ("not (points < 10 and months < 3)", "points >= 10 or months >= 3", nil),
    ("not (points < 10 or months = 7)", "points >= 10", "10"),
    ("not (points <= 9 or points >= 9)", "points > 9 and points < 9", nil),
    ("not (points = 9) and points != 9", "points != 9 and points != 9", nil),
    (
      "(points >= 10 or months >= 3) and points > 9",
      "(points >= 10 or months >= 3) and points > 9", nil
    ),
    ("10.50 < points", "10.50 < points", "10.5"), ("not 8 < points", "8 >= points", "8"),
    ("points > average(points)", "points > average(points)", nil),
    ("points in (1, 2)", "points in (1, 2)", nil),
    ("not points in (9, 2)", "not points in (9, 2)", nil),
    ("if(months > 1, points >= 12, points >= 10)", "points >= 12", "12"),
    ("if(months > 2, points >= 12, points >= 10)", "points >= 10", "10"),
    (
      "points >= 10 and 1 / (points - 9) > 0", "points >= 10 and 1 / (points - 9) > 0", nil
    ),
  ]

  @Test("The comparisons that do not hold and have to, in the words of the language")
  func conditions() throws {
    for (filter, condition, number) in Self.conditions {
      let chain = try Chain()
      let bundle = try chain.bundle(plan(filter), [list([(9, 2), (100, 100)])])
      let program = try chain.explained(1, bundle).campaigns[0].programs[0]
      #expect(program.decision == .excluded(.filteredOut, words: nil), "\(filter)")
      #expect(program.passing == .condition(condition, number: number), "\(filter)")
    }
  }

  private static let decided: [(filter: String, parts: [String])] = [
    ("points >= 10 and months >= 3", ["points >= 10, 9 | 10", "months >= 3, 2 | 3"]),
    ("points >= 5 and months >= 3", ["months >= 3, 2 | 3"]),
    ("not (points < 10 or months = 7)", ["points >= 10, 9 | 10"]),
    ("not (points < 10 or months = 2)", ["points >= 10, 9 | 10", "months != 2, 2 | 2"]),
    ("not (points < 10 and months < 3)", ["points >= 10, 9 | 10", "months >= 3, 2 | 3"]),
    ("not not points * 2 > months * 10", ["points * 2 > months * 10, 18 | 20"]),
    ("not points in (9, 2)", ["not points in (9, 2), 9"]),
    ("points >= 10 and 1 / (points - 9) > 0", ["points >= 10, 9 | 10", "1 / (points - 9) > 0"]),
    ("if(months > 1, points >= 12, points >= 10)", ["points >= 12, 9 | 12"]),
    ("points > average(points)", ["points > average(points), 9 | 54.5"]),
  ]

  @Test("The parts that decided, as they would have to be, with what both sides came to")
  func decided() throws {
    for (filter, parts) in Self.decided {
      let chain = try Chain()
      let bundle = try chain.bundle(plan(filter), [list([(9, 2), (100, 100)])])
      let explanation = try chain.explained(1, bundle)
      let comparisons = explanation.campaigns[0].programs[0].refusal?.comparisons ?? []
      let shown = comparisons.map { part in
        part.needed + (part.left.map { ", \($0)" } ?? "") + (part.right.map { " | \($0)" } ?? "")
      }
      // A side without a value has none to show.
      #expect(shown.map { $0.replacing(" | 0", with: "") } == parts, "\(filter)")
      #expect(comparisons.allSatisfy { $0.holds == ($0.text != $0.needed) }, "\(filter)")
    }
  }

  @Test("Who was refused by a named value reads what it came to, and why")
  func namedCondition() throws {
    let text = plan("ready or double > 30").replacing(
      "filter: \"ready or double > 30\"}",
      with:
        "filter: ready or double > 30, values: [{name: ready, value: points >= 10 and months < 9"
        + "}, {name: double, value: points * 2}]}")
    let chain = try Chain()
    let bundle = try chain.bundle(text, [list([(9, 2), (100, 100)])])
    let lines = ExplanationText.lines(try chain.explained(1, bundle))
    #expect(
      lines.suffix(6) == [
        "    ready = points >= 10 and months < 9 = false: points >= 10 fails with 9 against 10",
        "    double = points * 2 = 18", "    filter: ready or double > 30",
        "    does not hold: points >= 10, with 9 against 10",
        "    does not hold: double > 30, with 18 against 30",
        "    receives nothing (filtered-out): it does not meet the program's filter; points >= 10 "
          + "or double > 30 would have passed",
      ])
    let taking = ExplanationText.lines(try chain.explained(2, bundle))
    #expect(
      taking.contains(
        "    ready = points >= 10 and months < 9 = false: months < 9 fails with 100 against 9"))
  }

  @Test("A named value in the filter is told by what it stands for")
  func namedValue() throws {
    let text = plan("ready").replacing(
      "filter: \"ready\"}",
      with: "filter: ready, values: [{name: ready, value: points >= 10}]}")
    let chain = try Chain()
    let bundle = try chain.bundle(text, [list([(9, 2), (100, 100)])])
    let program = try chain.explained(1, bundle).campaigns[0].programs[0]
    #expect(program.passing == .condition("points >= 10", number: "10"))
  }

  private struct Sample: CustomStringConvertible {
    let rows: [(points: UInt64, months: UInt64)]
    let budget: Int
    let bound: UInt64

    init(_ generator: inout Generator) {
      budget = Int(generator.next() % 9) + 1
      bound = generator.next() % 20
      rows = (0..<(generator.next() % 8 + 2)).map { _ in
        (generator.next() % 40, generator.next() % 5 == 0 ? 0 : generator.next() % 1_000_000)
      }
    }

    var description: String { "budget \(budget), from \(bound) points, \(rows)" }
    var plan: String {
      DistributionEngineTests.plan("points >= \(bound)", weight: "months", budget: budget)
    }
  }

  @Test("Whoever brings what would have passed is paid")
  func passes() {
    var lifted = 0
    check("what would have passed", runs: 60, generate: { Sample(&$0) }) { sample in
      let chain = try Chain()
      let bundle = try chain.bundle(sample.plan, [list(sample.rows)])
      return try sample.rows.indices.allSatisfy { row in
        var rows = sample.rows
        let explanation = try chain.explained(UInt64(row) + 1, bundle)
        switch explanation.campaigns[0].programs[0].passing {
        case .condition(_, let number?): rows[row].points = UInt64(number) ?? 0
        case .weight(let weight): rows[row].months = weight.asUInt64 ?? 0
        default: return true
        }
        lifted += 1
        let again = try Chain.contents(sample.plan, [list(rows)]).outcomes[0]
        let refusal = again.exclusions.first { $0.account == account(UInt64(row) + 1) }
        let isWeight = rows[row].months != sample.rows[row].months
        return isWeight ? refusal == nil : refusal?.reason != .filteredOut
      }
    }
    #expect(lifted > 100)
  }
}

@Suite("The long way to an explanation")
struct ExplainingDetourTests {
  private func detour(_ number: UInt64, _ bundle: LoadedBundle) throws -> String? {
    let result = try Explaining.explanation(of: account(number), in: bundle.directory)
    #expect(result.explanation == Explaining.explanation(of: account(number), in: bundle))
    return result.detour
  }

  @Test("A program that ranks accounts tells each of them its rank")
  func ranks() throws {
    let chain = try Chain()
    let bundle = try chain.bundle(
      plan("rank_descending(points) <= 2", weight: "rank_ascending(points)"),
      [list([(9, 2), (100, 1), (50, 1)])])
    #expect(try chain.explained(1, bundle).campaigns[0].programs[0].refusal?.left == "3")
    let terms = try chain.explained(2, bundle).campaigns[0].programs[0].arithmetic
    #expect(terms?.weight == units(2) && terms?.totalWeight == units(3))
    #expect(try chain.explained(77, bundle).isUnknown)
  }

  @Test("Totals that do not lead to what the account gets are not believed")
  func forged() throws {
    let chain = try Chain()
    let bundle = try chain.bundle(
      plan("points >= average(points)", weight: "points / sum(points)"),
      [list([(9, 2), (100, 1), (50, 1), (60, 0)])])
    let file = bundle.directory + "/explain.json"
    let right = try String(contentsOfFile: file, encoding: .utf8)
    let reason = "explain.json does not lead to what the account gets"
    #expect(try detour(2, bundle) == nil && detour(1, bundle) == nil)
    for (old, new, hurt) in [
      // 219 / 4 and 160 are the average of all and the sum of those that pass.
      ("\"54.75", "\"5.75", [UInt64(1)]), ("\"160\"", "\"16\"", [2, 4]),
      ("\"participants\"", "\"candidates\"", [2, 4]),
      ("\"sum(points)\"", "\"sum(months)\"", [2, 4]),
      ("\"totalWeight\":\"1", "\"totalWeight\":\"2", [2, 4]),
      ("\"totalWeight\":\"", "\"other\":\"", [2, 4]),
    ] {
      let forged = right.replacing(old, with: new)
      #expect(forged != right, "\(old)")
      try forged.write(toFile: file, atomically: true, encoding: .utf8)
      for number in hurt { #expect(try detour(number, bundle) == reason, "\(old), \(number)") }
    }
  }

  @Test("A commitment or a plan that cannot be taken is told at once")
  func brokenBundle() throws {
    let chain = try Chain()
    let bundle = try chain.bundle(plan("points > 0"), [list([(9, 2)])])
    let file = bundle.directory + "/plan.yaml"
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try text.replacing("Refusals", with: "Others").write(
      toFile: file, atomically: true, encoding: .utf8)
    #expect {
      try Explaining.explanation(of: account(1), in: bundle.directory) { note in
        Issue.record("a detour: \(note)")
      }
    } throws: {
      ($0 as? BundleError)?.kind == .wrongPlan
    }
  }
}
