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
    for received in campaign.received {
      lines.append("  from \(received.account), redirected: \(amount(received.amount, token))")
    }
    let programs = campaign.programs.filter { $0.decision != .notInInputs }
    lines += programs.flatMap { self.lines($0, token: token) }
    return lines + (programs.isEmpty ? [] : campaign.passedOn.map(line))
  }

  private static func line(_ step: RedirectTable.Step) -> String {
    let what = "  redirected: what \(step.account) earns goes to \(step.target)"
    switch step.redirect {
    case .account(_, _, let reason): return "\(what): \(reason)"
    case .rows(let source, _): return "\(what), as the source \(source) says"
    }
  }

  private static func lines(_ program: ProgramExplanation, token: Token) -> [String] {
    var lines = ["  \(program.program) (\(program.kind.rawValue), epoch \(program.epoch.number))"]
    for row in program.rows {
      let place = row.line.map { "\(row.file), line \($0)" } ?? row.file
      let shown = row.token.map { amount(row.value, $0) } ?? row.text
      let value = row.isHidden ? "private; an opening shows it" : shown
      lines.append("    \(place): \(row.column) = \(value)")
    }
    if let statement = program.statement {
      lines.append("    signed by \(statement.signer): \(statement.reason)")
    }
    lines += program.joins.map { "    \($0.text) = \($0.value ?? "no value")" }
    if let calculation = program.calculation { lines += self.lines(calculation) }
    if let refusal = program.refusal { lines += self.lines(refusal) }
    if let match = program.match {
      lines.append(
        "    donors who count: \(match.donors); the weight is their match, in 2^-64 of a unit")
    }
    if let draw = program.draw { lines += self.lines(draw) }
    if let shape = program.shape { lines += self.lines(shape, token: token) }
    if let arithmetic = program.arithmetic {
      lines += self.lines(arithmetic, shape: program.shape)
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

  private static func lines(_ draw: DrawExplanation) -> [String] {
    [
      "    tickets: \(draw.tickets.decimal) of \(draw.allTickets.decimal), for "
        + "\(draw.prizes) prize\(draw.prizes == 1 ? "" : "s")",
      "    drawn with seed \(draw.reveal.seed.hex)",
      "    and beacon value \(draw.reveal.beaconValue.hex)",
    ]
  }

  private static func lines(_ refusal: FilterExplanation) -> [String] {
    let sides = refusal.left + (refusal.right.map { " against \($0)" } ?? "")
    return [
      "    filter: \(refusal.filter)",
      "    does not hold: \(refusal.condition), with \(sides)",
    ]
  }

  private static func lines(_ shape: ProgramExplanation.Shape, token: Token) -> [String] {
    var lines: [String] = []
    if let cap = shape.cap {
      lines.append("    cap: \(amount(cap, token))\(shape.holding == .cap ? ", which holds" : "")")
    }
    if let floor = shape.floor {
      lines.append(
        "    floor: \(amount(floor, token))\(shape.holding == .floor ? ", which holds" : "")")
    }
    if let cluster = shape.cluster {
      lines.append(
        "    of its cluster, whose weight is \(cluster.weight.decimal) and which receives "
          + amount(cluster.units &* shape.unit, token))
    }
    if shape.unit != .one { lines.append("    in units of \(amount(shape.unit, token))") }
    return lines
  }

  private static func lines(
    _ arithmetic: ProgramExplanation.Arithmetic, shape: ProgramExplanation.Shape?
  ) -> [String] {
    let name =
      shape == nil
      ? "budget × weight / all weights"
      : shape?.cluster == nil
        ? "shared × weight / weights that share it" : "cluster's × weight / cluster's weight"
    var lines = [
      "    \(name) = \(arithmetic.budget.decimal) × "
        + "\(arithmetic.weight.decimal) / \(arithmetic.totalWeight.decimal)",
      "    = \(arithmetic.quotient.decimal), remainder \(arithmetic.remainder.decimal)",
    ]
    let (up, down) = (arithmetic.roundedUp, arithmetic.roundedDown)
    let word = shape.map { $0.unit == .one } ?? true ? "base unit" : "unit"
    let change =
      up.isZero && down.isZero
      ? "no change"
      : up.isZero
        ? "\(down.decimal) \(word)\(plural(down)) less"
        : "\(up.decimal) \(word)\(plural(up)) more"
    lines.append("    rounding \(arithmetic.rule.rawValue): \(change)")
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
        + refusal(reason, words: words, program, token)
    }
  }

  private static func refusal(
    _ reason: ExclusionReason, words: String?, _ program: ProgramExplanation,
    _ token: Token
  ) -> String {
    let why =
      switch reason {
      case .excludedByPlan: "the plan names the account" + (words.map { ": \($0)" } ?? "")
      case .denied: "a signed decision denies it" + (words.map { ": \($0)" } ?? "")
      case .duplicate: "it stands in several rows, and the source drops such accounts"
      case .filteredOut: "it does not meet the program's filter"
      case .zeroWeight: "its weight is 0"
      case .zeroMatch: "contributions to it are matched with nothing; it takes two donors"
      case .notDrawn: "none of its tickets was drawn"
      case .zeroAmount: "the amount given for it is 0"
      case .belowFloor:
        "it would get less than the program's floor"
          + (program.shape?.floor.map { ", \(amount($0, token))" } ?? "")
      case .belowOneUnit:
        "its part is less than one "
          + (program.shape.map { $0.unit == .one } ?? true ? "base unit" : "unit")
      }
    switch program.passing {
    case .condition(let condition, _): return "\(why); \(condition) would have passed"
    case .weight(let weight) where program.kind == .raffle:
      return "\(why); with \(weight.decimal) ticket\(plural(weight)) it would have taken part"
    case .weight(let weight):
      return "\(why); a weight of \(weight.decimal) would have earned a unit, beside the others'"
    case .amount(let units): return "\(why); \(amount(units, token)) or more would be paid"
    case nil: return why
    }
  }

  private static func amount(_ units: UInt256, _ token: Token) -> String {
    "\(TokenAmountText.text(units, of: token)) (\(units.decimal) base units)"
  }

  private static func plural(_ count: UInt256) -> String { count == UInt256(1) ? "" : "s" }
}
