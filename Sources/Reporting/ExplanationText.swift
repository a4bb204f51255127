import DistributionModel
import EthereumPrimitives

/// Writes an explanation as text that its account can follow.
public enum ExplanationText {
  public static func lines(_ explanation: Explanation) -> [String] {
    guard !explanation.isUnknown else {
      return [
        "\(explanation.account) stands in no input of this plan and is owed nothing.",
        "If you expected something, check that this is the address you used.",
      ]
    }
    return ["\(explanation.account)"]
      + explanation.campaigns.filter(\.isConcerned).flatMap(lines) + rest(of: explanation)
  }

  /// What has nothing to do with the account, in one line.
  private static func rest(of explanation: Explanation) -> [String] {
    let campaigns = explanation.campaigns.filter { !$0.isConcerned }.map(\.campaign)
    let programs = explanation.campaigns.flatMap(\.programs)
      .filter { $0.decision == .notInInputs }.map(\.program)
    var parts: [String] = []
    if !campaigns.isEmpty {
      parts.append("owed nothing by campaign\(plural(campaigns)) \(list(campaigns))")
    }
    if !programs.isEmpty {
      parts.append("in no row of program\(plural(programs)) \(list(programs))")
    }
    return parts.isEmpty ? [] : ["", "Otherwise " + parts.joined(separator: "; ") + "."]
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  private static func plural(_ names: [String]) -> String { names.count == 1 ? "" : "s" }

  private static func lines(_ campaign: CampaignExplanation) -> [String] {
    let token = campaign.token
    var lines = ["", "\(campaign.campaign): \(amount(campaign.entitlement, token)) in all"]
    if !campaign.before.isZero {
      lines.append("  from earlier roots: \(amount(campaign.before, token))")
    }
    let programs = campaign.programs.filter { $0.decision != .notInInputs }
    return lines + programs.flatMap { self.lines($0, token: token) }
  }

  private static func lines(_ program: ProgramExplanation, token: Token) -> [String] {
    var lines = ["  \(program.program) (\(program.kind.rawValue), epoch \(program.epoch.number))"]
    for row in program.rows {
      let place = row.line.map { "\(row.file), line \($0)" } ?? row.file
      let value = row.token.map { amount(row.value, $0) } ?? row.number
      lines.append("    \(place): \(row.column) = \(value)")
    }
    lines += program.joins.map { "    \($0.text) = \($0.value ?? "no value")" }
    if let calculation = program.calculation { lines += self.lines(calculation) }
    if let refusal = program.refusal { lines += self.lines(refusal) }
    if let arithmetic = program.arithmetic {
      lines += self.lines(arithmetic, decision: program.decision)
    }
    lines.append("    " + sentence(program, token: token))
    return lines
  }

  private static func lines(_ calculation: Calculation) -> [String] {
    var lines = calculation.values.map { "    \($0.text) = \($0.value ?? "no value, not needed")" }
    guard let result = calculation.result else { return lines }
    lines += calculation.terms.map { "      \($0.text) = \($0.value ?? "no value")" }
    return lines + ["    \(result.text) = \(result.value ?? "no value")"]
  }

  private static func lines(_ refusal: FilterExplanation) -> [String] {
    let sides = refusal.left + (refusal.right.map { " against \($0)" } ?? "")
    return [
      "    filter: \(refusal.filter)",
      "    does not hold: \(refusal.condition), with \(sides)",
    ]
  }

  private static func lines(
    _ arithmetic: ProgramExplanation.Arithmetic, decision: ProgramExplanation.Decision
  ) -> [String] {
    var lines = [
      "    budget × weight / all weights = \(arithmetic.budget.decimal) × "
        + "\(arithmetic.weight.decimal) / \(arithmetic.totalWeight.decimal)",
      "    = \(arithmetic.quotient.decimal), remainder \(arithmetic.remainder.decimal)",
    ]
    if case .allocated(let given) = decision, given != arithmetic.quotient {
      let change = given > arithmetic.quotient ? "more" : "less"
      let units =
        given > arithmetic.quotient ? given &- arithmetic.quotient : arithmetic.quotient &- given
      lines.append(
        "    rounding \(arithmetic.rule.rawValue): \(units.decimal) base unit\(plural(units)) "
          + change)
    } else {
      lines.append("    rounding \(arithmetic.rule.rawValue): no change")
    }
    return lines
  }

  /// What was decided, and for a refusal what would have passed.
  static func sentence(_ program: ProgramExplanation, token: Token) -> String {
    switch program.decision {
    case .allocated(let units):
      return "receives \(amount(units, token))"
    case .notInInputs:
      return "receives nothing: no row of this program is about the account"
    case .excluded(let reason, let words):
      return "receives nothing (\(reason.rawValue)): "
        + refusal(reason, words: words, arithmetic: program.arithmetic)
    }
  }

  private static func refusal(
    _ reason: ExclusionReason, words: String?, arithmetic: ProgramExplanation.Arithmetic?
  ) -> String {
    switch reason {
    case .excludedByPlan:
      return words.map { "the plan names the account: \($0)" } ?? "the plan names the account"
    case .duplicate: return "it stands in several rows, and the source drops such accounts"
    case .filteredOut: return "it does not meet the program's filter"
    case .zeroWeight: return "its weight is 0; any weight above 0 takes part"
    case .zeroAmount: return "the amount given for it is 0"
    case .belowOneUnit:
      guard let arithmetic else { return "its part is less than one base unit" }
      let needed = smallestWeight(for: arithmetic)
      return "its part is less than one base unit; a weight of \(needed.decimal) earns one"
    }
  }

  /// ⌈totalWeight / budget⌉: the smallest weight whose quotient is one unit.
  private static func smallestWeight(for arithmetic: ProgramExplanation.Arithmetic) -> UInt256 {
    guard
      let division = arithmetic.totalWeight.quotientAndRemainder(dividingBy: arithmetic.budget)
    else { return arithmetic.totalWeight }
    return division.remainder.isZero ? division.quotient : division.quotient &+ UInt256(1)
  }

  private static func amount(_ units: UInt256, _ token: Token) -> String {
    "\(TokenAmountText.text(units, of: token)) (\(units.decimal) base units)"
  }

  private static func plural(_ count: UInt256) -> String { count == UInt256(1) ? "" : "s" }
}
