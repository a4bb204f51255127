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
    return ["\(explanation.account)"] + explanation.vaults.flatMap { ["", line($0)] }
      + explanation.campaigns.filter(\.isConcerned).flatMap(lines) + rest(of: explanation)
  }

  private static func line(_ vault: Explanation.Vault) -> String {
    let through = vault.through
    return "As a vault: what it holds in \(through.deposits) counts in \(vault.source) as that of "
      + "the holders of its shares, which stand in \(through.shares); as its own only while "
      + "nobody has any."
  }

  /// What has nothing to do with the account, in one line.
  private static func rest(of explanation: Explanation) -> [String] {
    let campaigns = explanation.campaigns.filter { !$0.isConcerned }.map(\.campaign)
    let programs = explanation.campaigns.flatMap(\.programs)
      .filter { $0.decision == .notInInputs }.map(\.program)
    var parts: [String] = []
    if !campaigns.isEmpty {
      parts.append("owed nothing by \(named("campaign", campaigns))")
    }
    if !programs.isEmpty {
      parts.append("in no row of \(named("program", programs))")
    }
    return parts.isEmpty ? [] : ["", "Otherwise " + parts.joined(separator: "; ") + "."]
  }

  private static func named(_ noun: String, _ names: [String]) -> String {
    "\(noun)\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
  }

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
    var lines: [String] = []
    for row in program.rows {
      let place = row.line.map { "\(row.file), line \($0)" } ?? row.file
      let unit = row.measure == .held ? " × seconds" : ""
      let shown = (row.token.map { amount(row.value, $0) } ?? row.text) + unit
      let value = row.isHidden ? "private; an opening shows it" : shown
      lines.append("\(place): \(row.column) = \(value)")
    }
    lines += program.taken.map(line)
    if program.rows.contains(where: \.isHidden) {
      lines.append("what follows from private values is not shown")
    }
    if let statement = program.statement {
      lines.append("signed by \(statement.signer): \(statement.reason)")
    }
    lines += program.joins.map { "\($0.text) = \($0.value ?? "no value")" }
    lines += program.prices.flatMap(PriceText.lines)
    if let calculation = program.calculation { lines += self.lines(calculation) }
    if let refusal = program.refusal { lines += self.lines(refusal) }
    if let match = program.match { lines += self.lines(match, program) }
    if let draw = program.draw { lines += self.lines(draw, program) }
    if program.shape != nil || program.arithmetic != nil {
      let origin = program.revenue.map { ", \($0.text) and what was carried in" } ?? ""
      lines.append(
        "budget of epoch \(program.epoch.number): \(amount(program.budget, token))\(origin)")
      lines += program.shareOf.map { ["share_of, which is split: \(amount($0, token))"] } ?? []
    }
    if let shape = program.shape { lines += self.lines(shape, program, token: token) }
    if let arithmetic = program.arithmetic { lines += self.lines(arithmetic, program) }
    lines.append(sentence(program, token: token))
    return ["  \(program.program) (\(program.kind.rawValue), epoch \(program.epoch.number))"]
      + lines.map { "    " + $0 }
  }

  /// More lines, or counterparties, than this are counted.
  private static let shownPlaces = 10

  private static func line(_ taken: ProgramExplanation.Taken) -> String {
    let amount = taken.column.map { column in
      let value = taken.amount.map { DecimalNumber($0, scale: column.places ?? 0).shortest }
      return ": \(column.name) \(value ?? "of 2^256 or more")"
    }
    let lines = list(taken.lines.map { "\($0)" }).map {
      ", line\(taken.lines.count == 1 ? "" : "s") \($0)"
    }
    let partners = list(taken.counterparties.map(\.checksummed)).map { ", with \($0)" }
    // A limit is told by what it says, and not by its number.
    let key = taken.key.prefix { $0 != "[" }
    let place = taken.planLine.map { " (plan.yaml, line \($0))" } ?? ""
    return "\(taken.file): does not count by \(key)\(place), since \(taken.words): "
      + taken.rows.counted("row") + (amount ?? "") + (lines ?? "") + (partners ?? "")
  }

  /// The first of several texts, and how many more there are; nil of none.
  private static func list(_ texts: [String]) -> String? {
    guard !texts.isEmpty else { return nil }
    let rest = texts.count - shownPlaces
    return texts.prefix(shownPlaces).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  private static func lines(_ calculation: Calculation) -> [String] {
    var lines = calculation.values.map { value in
      "\(value.text) = \(value.value ?? "no value, not needed")"
        + (value.comparisons.isEmpty
          ? "" : ": " + value.comparisons.map(decided).joined(separator: ", "))
    }
    guard let result = calculation.result else { return lines }
    let terms = calculation.terms.filter { DecimalNumber($0.text) == nil }
    lines += terms.map { "  \($0.text) = \($0.value ?? "no value")" }
    // A number of its own, as in `amount: 400`, says nothing more than what is received.
    guard DecimalNumber(result.text) == nil else { return lines }
    return lines + ["\(result.text) = \(result.value ?? "no value")"]
  }

  /// A comparison that decided, with what its sides came to.
  private static func decided(_ comparison: DecidingComparison) -> String {
    let verb = comparison.holds ? "holds" : "fails"
    return "\(comparison.text) \(verb)" + (sides(of: comparison).map { " with \($0)" } ?? "")
  }

  private static func sides(of comparison: DecidingComparison) -> String? {
    comparison.left.map { $0 + (comparison.right.map { " against \($0)" } ?? "") }
  }

  private static func lines(_ refusal: FilterExplanation) -> [String] {
    let parts = refusal.comparisons.map { part in
      "does not hold: \(part.needed)" + (sides(of: part).map { ", with \($0)" } ?? "")
    }
    return ["filter: \(refusal.filter)"] + parts
  }

  private static func lines(_ match: MatchExplanation, _ program: ProgramExplanation) -> [String] {
    let given = DecimalNumber(match.contributed, scale: program.weightPlaces).shortest
    let matched = DecimalNumber(match.matched, scale: program.weightPlaces).shortest
    return [
      "donors who count: \(match.donors), who gave \(given) together; the match is \(matched)"
    ]
  }

  // MARK: Raffles

  private static func lines(_ draw: DrawExplanation, _ program: ProgramExplanation) -> [String] {
    let lines = [
      "tickets: \(weight(draw.tickets, program)) of \(weight(draw.allTickets, program)), for "
        + draw.prizes.counted("prize"),
      "drawn with seed \(draw.reveal.seed.hex)",
      "and beacon value \(draw.reveal.beaconValue.hex), \(draw.beacon)",
    ]
    guard let win = draw.win else { return lines }
    let places = program.weightPlaces
    return lines + [
      "prize \(win.prize) of \(draw.prizes): number \(win.counter) of the stream is "
        + win.number.bytes32.hex,
      "modulo \(win.left.counted("ticket")) then left it is ticket \(win.ticket.decimal); the "
        + "account's were \(win.first.decimal) to "
        + (win.first &+ draw.tickets &- .one).decimal,
      "tickets are counted from 0 by ascending account"
        + (places == 0 ? "" : ", in units of \(DecimalNumber(.one, scale: places))"),
    ]
  }

  // MARK: Shares

  private static func lines(
    _ shape: ProgramExplanation.Shape, _ program: ProgramExplanation, token: Token
  ) -> [String] {
    let whose = shape.cluster == nil ? "" : " of its cluster"
    func line(_ key: ProgramExplanation.PlanBound.Key, _ value: UInt256) -> String {
      guard let bound = program.bounds.first(where: { $0.key == key }) else {
        return "\(key.rawValue): \(amount(value, token))"
      }
      let place = bound.line.map { " (plan.yaml, line \($0))" } ?? ""
      let isPlain = bound.text == TokenAmountText.whole(value, decimals: token.decimals)
      let stated = isPlain ? "" : bound.text + (bound.text.hasSuffix("%") ? " of it = " : " = ")
      return "\(key.rawValue)\(key == .unit ? "" : whose)\(place): \(stated)"
        + amount(value, token) + (isPlain || shape.unit == .one ? "" : " in whole units")
    }
    var lines: [String] = []
    if let cap = shape.cap {
      lines.append(line(.cap, cap) + (shape.holding == .cap ? ", which holds" : ""))
    }
    if let floor = shape.floor {
      lines.append(line(.floor, floor) + (shape.holding == .floor ? ", which holds" : ""))
    }
    if shape.unit != .one { lines.append(line(.unit, shape.unit)) }
    if let cluster = shape.cluster {
      lines.append(
        "cluster: a weight of \(weight(cluster.weight, program)) together; it receives "
          + amount(cluster.units &* shape.unit, token))
    }
    return lines
  }

  /// A weight, tickets or a match as people write them; of a match what is below its last place is
  /// left out.
  private static func weight(_ weight: UInt256, _ program: ProgramExplanation) -> String {
    let digits = program.match == nil ? weight : weight >> Matching.fractionBits
    return DecimalNumber(digits, scale: program.weightPlaces).shortest
  }

  private static func lines(
    _ arithmetic: ProgramExplanation.Arithmetic, _ program: ProgramExplanation
  ) -> [String] {
    let word = unit(program)
    let name =
      switch (program.match != nil, program.shape?.cluster != nil, program.shape != nil) {
      case (_, true, _) where program.shape?.holding == .leaves:
        "shared × cluster's weight / weights that share it"
      case (_, true, _): "cluster's × weight / cluster's weight"
      case (true, _, false): "due × match / all matches"
      case (_, _, true): "shared × weight / weights that share it"
      case (false, _, false) where program.shareOf != nil:
        "share_of × weight / all weights"
      case (false, _, false): "budget × weight / all weights"
      }
    let (up, down) = (arithmetic.roundedUp, arithmetic.roundedDown)
    let change =
      up.isZero && down.isZero
      ? "no change" : up.isZero ? "\(down.counted(word)) less" : "\(up.counted(word)) more"
    let rest =
      program.match == nil ? "remainder \(weight(arithmetic.remainder, program))" : "rounded down"
    return [
      "\(name) = \(arithmetic.budget.counted(word)) × \(weight(arithmetic.weight, program)) / "
        + weight(arithmetic.totalWeight, program),
      "= \(arithmetic.quotient.counted(word)), \(rest)",
      "rounding \(arithmetic.rule.rawValue): \(change)",
    ]
  }

  private static func unit(_ program: ProgramExplanation) -> String {
    program.shape.map { $0.unit == .one } ?? true ? "base unit" : "unit"
  }

  // MARK: What was decided

  /// What was decided, and for a refusal what would have passed.
  public static func sentence(_ program: ProgramExplanation, token: Token) -> String {
    switch program.decision {
    case .allocated(let units):
      return "receives \(amount(units, token))"
    case .notInInputs:
      return "receives nothing: no row of this program is about the account"
    case .excluded(let reason, let words):
      return "receives nothing (\(reason.rawValue)): \(why(reason, words, program, token)); "
        + remedy(reason, program, token)
    }
  }

  private static func why(
    _ reason: ExclusionReason, _ words: String?, _ program: ProgramExplanation, _ token: Token
  ) -> String {
    let shape = program.shape
    let whose = shape?.cluster == nil ? "it" : "its cluster"
    switch reason {
    case .excludedByPlan: return "the plan names the account" + (words.map { ": \($0)" } ?? "")
    case .denied: return "a signed decision denies it" + (words.map { ": \($0)" } ?? "")
    case .duplicate: return "it stands in several rows, and the source drops such accounts"
    case .noneCounts: return "the rules of its source let none of its rows count"
    case .filteredOut: return "it does not meet the program's filter"
    case .zeroWeight where program.kind == .raffle: return "it has no tickets"
    case .zeroWeight: return "its weight is 0"
    case .zeroMatch: return "contributions to it are matched with nothing"
    case .notDrawn: return "none of its tickets was drawn"
    case .zeroAmount: return "the amount given for it is 0"
    case .belowFloor:
      return "\(whose) would get less than the program's floor"
        + (shape?.floor.map { ", \(amount($0, token))" } ?? "")
    case .belowOneUnit:
      return "its part is less than one \(unit(program))"
    }
  }

  private static func remedy(
    _ reason: ExclusionReason, _ program: ProgramExplanation, _ token: Token
  ) -> String {
    switch program.passing {
    case .condition("false", _), .condition("not true", _): return "nobody does"
    case .condition(let condition, _): return "\(condition) would have passed"
    case .weight(let count) where program.kind == .raffle:
      let noun = count == .one && program.weightPlaces == 0 ? "ticket" : "tickets"
      return "with \(weight(count, program)) \(noun) it would have taken part"
    case .weight(let count):
      let what = reason == .belowFloor ? "reached the floor" : "earned a \(unit(program))"
      return "a weight of \(weight(count, program)) would have \(what), all others staying as "
        + "they are"
    case .amount(let units): return "\(amount(units, token)) or more would be paid"
    case nil: return condition(reason, program)
    }
  }

  /// What it would have taken, where no number of the account's says it.
  private static func condition(
    _ reason: ExclusionReason, _ program: ProgramExplanation
  ) -> String {
    let isCapped =
      program.shape.flatMap { shape in
        shape.cap.map { $0 < shape.floor ?? shape.unit }
      } ?? false
    switch reason {
    case .excludedByPlan, .denied: return "no value of its own would have passed"
    case .duplicate: return "with one row it would have taken part"
    case .noneCounts: return "it takes a row that they let count"
    case .filteredOut: return "the filter reads values that the bundle does not show"
    case .zeroMatch: return "it takes gifts of two donors or more who count"
    case .notDrawn:
      guard let draw = program.draw else { return "other tickets were" }
      return "its chance of the first prize was \(weight(draw.tickets, program)) in "
        + "\(weight(draw.allTickets, program)), and no number of tickets is sure to win"
    case .zeroWeight, .zeroAmount: return "it takes one above 0"
    case .belowFloor, .belowOneUnit:
      if isCapped { return "its cap is less than that, whatever its weight" }
      return program.match == nil
        ? "it takes a larger weight beside the others'"
        : "it takes more donors, or larger gifts of several"
    }
  }

  private static func amount(_ units: UInt256, _ token: Token) -> String {
    "\(TokenAmountText.text(units, of: token)) (\(units.counted("base unit")))"
  }
}
