import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Reporting
import TestKit
import Testing

/// 100 ACME by 60, 20, 12, 7 and 1 points in units of 0.1: the cap of 30 holds the first two. 40
/// are left for 12, 7 and 1: the last would get 2 and leaves.
private let plan = """
  version: 1
  name: Explained
  tokens:
    - {name: ACME, decimals: 2}
  campaigns:
    - {name: open, token: ACME}
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
  programs:
    - name: users
      kind: airdrop
      campaign: open
      budget: 100
      from: list
      weight: points
      cap: 30%
      floor: 2.1
      unit: 0.1
  """

private func lines(_ number: UInt64, _ text: String = plan) throws -> [String] {
  let bundle = try Chain().bundle(
    text, [rows("list", [(1, 60), (2, 20), (3, 12), (4, 7), (5, 1)])])
  return Array(
    ExplanationText.lines(Explaining.explanation(of: account(number), in: bundle)).dropFirst(5))
}

@Suite("Explaining caps and floors")
struct ExplainingShapingTests {
  @Test("Who is held by the cap reads the cap, and no quotient")
  func capped() throws {
    #expect(
      try lines(1) == [
        "    budget of epoch 0: 100 ACME (10000 base units)",
        "    cap (plan.yaml, line 16): 30% of it = 30 ACME (3000 base units) in whole units, which "
          + "holds",
        "    floor (plan.yaml, line 17): 2.1 ACME (210 base units)",
        "    unit (plan.yaml, line 18): 0.1 ACME (10 base units)",
        "    receives 30 ACME (3000 base units)",
      ])
  }

  @Test("Who is free reads what is shared, and by which weights")
  func free() throws {
    // 400 for 12 and 7, of 19: 252.63.
    #expect(
      try lines(3) == [
        "    budget of epoch 0: 100 ACME (10000 base units)",
        "    cap (plan.yaml, line 16): 30% of it = 30 ACME (3000 base units) in whole units",
        "    floor (plan.yaml, line 17): 2.1 ACME (210 base units)",
        "    unit (plan.yaml, line 18): 0.1 ACME (10 base units)",
        "    shared × weight / weights that share it = 400 units × 12 / 19",
        "    = 252 units, remainder 12",
        "    rounding largest-remainder: 1 unit more",
        "    receives 25.3 ACME (2530 base units)",
      ])
  }

  @Test("Who leaves reads its part at the level at which it left, and the floor")
  func leaves() throws {
    #expect(
      try lines(5).suffix(4) == [
        "    shared × weight / weights that share it = 400 units × 1 / 20",
        "    = 20 units, remainder 0",
        "    rounding largest-remainder: no change",
        "    receives nothing (below-floor): it would get less than the program's floor, 2.1 ACME "
          + "(210 base units); a weight of 2 would have reached the floor, all others staying as "
          + "they are",
      ])
  }

  @Test("Who is raised to the floor, and who is given less than it")
  func raised() throws {
    let raise = plan.replacing("floor: 2.1\n", with: "floor: 2.1\n    below_floor: raise\n")
    #expect(
      try lines(5, raise).contains(
        "    floor (plan.yaml, line 17): 2.1 ACME (210 base units), which holds"))
    let given = plan.replacing("weight: points\n    cap: 30%", with: "amount: points * 1")
      .replacing("unit: 0.1", with: "unallocated: carry")
    #expect(
      try lines(5, given).last
        == "    receives nothing (below-floor): it would get less than the program's floor, "
        + "2.1 ACME (210 base units); 2.1 ACME (210 base units) or more would be paid")
    #expect(try lines(4, given).last == "    receives 7 ACME (700 base units)")
  }

  @Test("A computed cap is told in the plan's words, and who is below it for ever so")
  func computedCap() throws {
    let text = plan.replacing("cap: 30%", with: "cap: \"round(points / 4, 2, down)\"")
    // 60 / 4 = 15.
    #expect(
      try lines(1, text).contains(
        "    cap (plan.yaml, line 16): round(points / 4, 2, down) = 15 ACME (1500 base units) in "
          + "whole units, which holds"))
    #expect(
      try lines(5, text).last
        == "    receives nothing (below-floor): it would get less than the program's floor, 2.1 "
        + "ACME (210 base units); its cap is less than that, whatever its weight")
  }

  private struct Sample: CustomStringConvertible {
    let weights: [UInt64]
    let budget: UInt64
    let cap: UInt64?
    let floor: UInt64?
    let unit: UInt64

    init(_ generator: inout Generator) {
      budget = generator.next() % 300 + 1
      unit = min(generator.next() % 4 + 1, budget)
      let bound = generator.next() % budget + 1
      floor = generator.next() % 3 == 0 ? nil : bound
      let above = generator.next() % budget
      cap = generator.next() % 2 == 0 ? nil : min(budget, bound + above)
      weights = (0..<(generator.next() % 6 + 2)).map { _ in generator.next() % 50 + 1 }
    }

    var description: String { "\(weights) of \(budget), \(keys)" }
    var keys: String {
      "unit: \(unit)" + (cap.map { ", cap: \($0)" } ?? "") + (floor.map { ", floor: \($0)" } ?? "")
    }
    var plan: String {
      Plans.once(budget: Int(budget)).replacing("weight: points", with: "weight: points, \(keys)")
    }

    func outcome(_ weights: [UInt64]) throws -> ProgramOutcome {
      try Chain.contents(plan, [list(weights)]).outcomes[0]
    }

    func list(_ weights: [UInt64]) -> SourceInput {
      rows("list", weights.enumerated().map { (UInt64($0.offset) + 1, $0.element) })
    }
  }

  @Test("The weight that is told reaches the floor, or a unit; without a cap no smaller one does")
  func passing() {
    var lifted = 0
    check("weights that pass caps and floors", runs: 120, generate: { Sample(&$0) }) { sample in
      let bundle = try Chain().bundle(sample.plan, [sample.list(sample.weights)])
      return try sample.weights.indices.allSatisfy { place in
        let number = UInt64(place) + 1
        let explanation = Explaining.explanation(of: account(number), in: bundle)
        guard case .weight(let weight) = explanation.campaigns[0].programs[0].passing else {
          return true
        }
        lifted += 1
        func isRefused(_ weight: UInt64) throws -> Bool {
          var weights = sample.weights
          weights[place] = weight
          return try sample.outcome(weights).exclusions.contains { $0.account == account(number) }
        }
        let enough = weight.asUInt64 ?? 0
        let reason = try sample.outcome(sample.weights).exclusions
          .first { $0.account == account(number) }?.reason
        // A smaller part than a unit may be lifted by its remainder.
        let isSmallest = sample.cap != nil || reason == .belowOneUnit
        return try !isRefused(enough) && (isSmallest || isRefused(enough - 1))
      }
    }
    #expect(lifted > 60)
  }
}
