import Bundle
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

/// Two epochs of a plan with every kind of terms, drawn at random.
private struct Sample: CustomStringConvertible {
  static let accounts: ClosedRange<UInt64> = 1...14

  let plan: String
  /// Per epoch.
  let inputs: [[SourceInput]]

  var description: String {
    let rows = inputs.map { epoch in
      epoch.map { "\($0.rows.accounts.map { UInt256($0.bytes32) }) \($0.rows.values)" }
    }
    return "\(plan)\n\(rows)"
  }

  init(_ generator: inout Generator) {
    let rules = RoundingRule.allCases.map(\.rawValue)
    func rule() -> String { rules[Int(generator.next() % UInt64(rules.count))] }
    let filters = [
      "points >= 3", "points > 2 and points < 9", "not (points < 4 or points = 7)",
      "points * 2 >= median(points)", "points in (1, 2, 3, 5, 8) or points > average(points)",
    ]
    let weights = [
      "points + 2 * sqrt(points, 2) - min(points, 1)", "points * share * 0.5", "share + 1",
      "max(points, 3) - 3", "if(points > 4, points / largest(points), 0)",
      "normalise(points, 100) + count(points > 3)",
    ]
    func pick(_ list: [String]) -> String { list[Int(generator.next() % UInt64(list.count))] }
    plan = """
      version: 1
      name: Sums
      tokens: [{name: ACME, decimals: 2}]
      campaigns: [{name: open, token: ACME}, {name: team, token: ACME}]
      epochs: {start: "2027-01-01T00:00:00Z", length: 7d, count: 2}
      sources:
        - {name: list, file: list.csv, duplicates: sum, columns: [{name: points, type: integer}]}
        - {name: grants, file: grants.csv, duplicates: sum,
           columns: [{name: paid, type: amount, token: ACME}]}
      programs:
        - {name: column, kind: airdrop, campaign: open, budget: \(generator.next() % 30 + 1),
           from: list, weight: points, rounding: \(rule()), emission: {shape: constant}}
        - {name: computed, kind: airdrop, campaign: open, budget: \(generator.next() % 9 + 1),
           from: list, weight: "\(pick(weights))", filter: "\(pick(filters))",
           rounding: \(rule()), emission: {shape: linear-decay},
           values: [{name: share, value: "points / max(sum(points), 1)"}],
           exclude: [{account: "0x0000000000000000000000000000000000000003", reason: No.}]}
        - {name: filtered, kind: airdrop, campaign: team, budget: 0.07, from: list,
           weight: points, filter: "\(pick(filters))"}
        - {name: given, kind: airdrop, campaign: team, budget: 10000, from: grants, amount: paid,
           unallocated: carry}
        - {name: stated, kind: airdrop, campaign: team, budget: 10000, from: grants,
           amount: "min(paid, 0.05) * 5 + 0.01", filter: "paid != 2", unallocated: carry}
        - {name: joined, kind: airdrop, campaign: team, budget: 3, from: list,
           weight: "points + number(grants.paid) * quantile(points, 30)",
           filter: "not listed(grants) or allocated(given) > 0.02"}
        - {name: founders, kind: premine, campaign: open, budget: 8, recipients: [
           {account: "0x0000000000000000000000000000000000000002", amount: 7.5},
           {account: "0x000000000000000000000000000000000000000d", amount: 0.5}]}
      """
    inputs = (0..<2).map { _ in
      ["list", "grants"].map { source in
        let count = Int(generator.next() % 14)
        return rows(
          source, (0..<count).map { _ in (generator.next() % 12 + 1, generator.next() % 12) })
      }
    }
  }
}

@Suite("An explanation adds up")
struct ExplainingSumTests {
  @Test("INV-037: the terms of every account lead to its entitlement, read either way")
  func addsUp() throws {
    var concerned = 0
    var refused = 0
    check("explanations add up", runs: 40, generate: { Sample(&$0) }) { sample in
      let chain = try Chain()
      let first: LoadedBundle
      let second: LoadedBundle
      do {
        first = try chain.bundle(sample.plan, sample.inputs[0])
        second = try chain.bundle(sample.plan, sample.inputs[1], epoch: 1, parent: first)
      } catch EngineError.law(let error)
        where [.roundingExceedsBudget, .divisionByZero].contains(error.kind)
      {
        return true  // There is no bundle to explain.
      }
      for (bundle, parent) in [(first, nil), (second, first)] {
        let explanations = try Sample.accounts.map { try chain.explained($0, bundle) }
        concerned += explanations.count { !$0.isUnknown }
        refused += explanations.flatMap(\.campaigns).flatMap(\.programs).count {
          $0.passing != nil
        }
        for explanation in explanations {
          guard leads(explanation, bundle, parent) else { return false }
        }
        guard together(explanations, bundle) else { return false }
      }
      return true
    }
    #expect(concerned > 200 && refused > 100)
  }

  /// Amounts and what was there before are the entitlement; terms are the amounts.
  private func leads(
    _ explanation: Explanation, _ bundle: LoadedBundle, _ parent: LoadedBundle?
  ) -> Bool {
    explanation.campaigns.enumerated().allSatisfy { index, campaign in
      let before = parent?.campaigns[index].entitlements.pair(explanation.account) ?? .zero
      let sum = campaign.programs.reduce(before) { $0 &+ $1.given }
      return campaign.before == before && campaign.entitlement == sum
        && campaign.entitlement
          == bundle.campaigns[index].entitlements.pair(explanation.account)
        && campaign.programs.allSatisfy(leads)
    }
  }

  private func leads(_ program: ProgramExplanation) -> Bool {
    if let terms = program.arithmetic {
      let amount = terms.quotient &+ terms.roundedUp &- terms.roundedDown
      let product = terms.budget.multipliedFullWidth(by: terms.weight)
      let back = terms.quotient.multipliedFullWidth(by: terms.totalWeight)
        .adding(UInt512(terms.remainder))
      return amount == program.given && back == product && terms.remainder < terms.totalWeight
    }
    guard case .allocated(let amount) = program.decision else { return program.given.isZero }
    if let result = program.calculation?.result?.value, program.program == "stated" {
      return DecimalNumber(result)?.compared(with: DecimalNumber(amount, scale: 2)) == 0
    }
    return program.rows.reduce(UInt256.zero) { $0 &+ $1.value } == amount
  }

  /// Weights of all accounts are the total weight, amounts what was allocated.
  private func together(_ explanations: [Explanation], _ bundle: LoadedBundle) -> Bool {
    bundle.outcomes.allSatisfy { outcome in
      let programs = explanations.flatMap(\.campaigns).flatMap(\.programs)
        .filter { $0.program == outcome.program }
      let arithmetic = programs.compactMap(\.arithmetic)
      let weights = arithmetic.reduce(UInt256.zero) { $0 &+ $1.weight }
      return programs.reduce(UInt256.zero) { $0 &+ $1.given } == outcome.allocated.baseUnits
        && arithmetic.allSatisfy { $0.totalWeight == weights }
    }
  }
}

extension Entitlements {
  fileprivate func pair(_ account: Address) -> UInt256 {
    index(of: account).map { amounts[$0] } ?? .zero
  }
}

extension ProgramExplanation {
  fileprivate var given: UInt256 {
    if case .allocated(let amount) = decision { amount } else { .zero }
  }
}
