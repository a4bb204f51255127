import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// Puts the terms of one account together.
struct Explainer {
  let excerpt: AccountExcerpt
  /// What a program's rows and expressions came to.
  let trace: (Program, ProgramOutcome) -> ProgramTrace?

  private var plan: Plan { excerpt.plan.plan }

  var explanation: Explanation {
    let campaigns = zip(plan.campaigns, excerpt.entitlements).compactMap {
      campaign, owed -> CampaignExplanation? in
      guard let token = plan.token(named: campaign.token) else { return nil }
      let programs = excerpt.outcomes.compactMap { outcome -> ProgramExplanation? in
        guard let program = plan.program(named: outcome.program),
          program.campaign == campaign.name
        else { return nil }
        return self.program(program, outcome)
      }
      let received = excerpt.received[campaign.name] ?? []
      let own = programs.reduce(UInt256.zero) { $0 &+ $1.amount }
      let now = received.reduce(excerpt.passedOn.isEmpty ? own : .zero) { $0 &+ $1.amount }
      return CampaignExplanation(
        campaign: campaign.name, token: token, entitlement: owed.amount,
        before: owed.amount.subtracting(now) ?? .zero, isProven: owed.isProven, programs: programs,
        passedOn: excerpt.passedOn, received: received)
    }
    return Explanation(account: excerpt.account, campaigns: campaigns)
  }

  // MARK: One program

  private func program(_ program: Program, _ outcome: ProgramOutcome) -> ProgramExplanation {
    let statement = signedDecision(of: program)
    let decision = decision(program, outcome, statement)
    // What follows from values that the bundle does not show is not shown either.
    let trace = plan.readsPrivately(program) ? nil : self.trace(program, outcome)
    let arithmetic = arithmetic(program, outcome, decision, trace)
    return ProgramExplanation(
      program: program.name, kind: program.kind, epoch: outcome.epoch,
      budget: outcome.budget.baseUnits, decision: decision, rows: rows(of: program),
      statement: statement, joins: trace?.joins ?? [], calculation: trace?.calculation,
      refusal: trace?.refusal, match: trace?.match, draw: draw(program, outcome, decision, trace),
      bounds: bounds(of: program), shape: trace?.shape, weightPlaces: weightPlaces(of: program),
      arithmetic: arithmetic, passing: passing(decision, program, outcome, trace, arithmetic))
  }

  private func decision(
    _ program: Program, _ outcome: ProgramOutcome,
    _ statement: ProgramExplanation.SignedDecision?
  ) -> ProgramExplanation.Decision {
    if let amount = outcome.amounts.first { return .allocated(amount) }
    guard let refusal = outcome.exclusions.first else { return .notInInputs }
    let words =
      statement?.reason ?? program.exclude.first { $0.account == excerpt.account }?.reason
    return .excluded(refusal.reason, words: words)
  }

  /// The rows about the account: of the program's own source, then of those that it reads.
  private func rows(of program: Program) -> [ProgramExplanation.Row] {
    guard case .source(let name) = program.recipients else { return planRows(of: program) }
    let clusters = program.shaping.holder == .cluster ? plan.clusters : nil
    let joins = program.joins
    func columns(of source: String) -> Set<String> {
      let cluster = clusters.flatMap { $0.source == source ? $0.column : nil }
      return Set(joins.keys.compactMap { $0.column(of: source) } + [cluster].compactMap { $0 })
    }
    let own = rows(in: name, about: program, columns: program.columns.union(columns(of: name)))
    guard !own.isEmpty else { return [] }
    let others = Set(joins.keys.compactMap(\.source) + [clusters?.source].compactMap { $0 })
    return own
      + others.subtracting([name]).sorted().flatMap { source in
        rows(in: source, columns: columns(of: source))
      }
  }

  /// The account's rows of a source, with the lines of the file they came from.
  private func rows(
    in source: String, about program: Program? = nil, columns read: Set<String>
  ) -> [ProgramExplanation.Row] {
    guard let input = excerpt.inputs.first(where: { $0.declaration.name == source }) else {
      return []
    }
    let columns = input.declaration.columns.enumerated().filter { read.contains($0.element.name) }
    let rows = CountingRows.places(of: input.rows, input.declaration) {
      input.declaration.columns[$0].isPrivate
    }.filter { row in
      input.declaration.statements == nil
        || program.map { correction(ofRow: row, input, $0) != nil } ?? false
    }
    return rows.flatMap { row in
      columns.map { index, column in
        ProgramExplanation.Row(
          file: input.declaration.file, line: input.lines.isEmpty ? nil : input.lines[row],
          column: column.name, value: input.rows.values[index][row], token: token(of: column),
          places: column.places, isHidden: column.isPrivate)
      }
    }
  }

  /// Recipients that are written into the plan itself.
  private func planRows(of program: Program) -> [ProgramExplanation.Row] {
    guard case .inline(let recipients) = program.recipients,
      let number = plan.programs.firstIndex(where: { $0.name == program.name })
    else { return [] }
    return recipients.enumerated().filter { $0.element.account == excerpt.account }.map { entry in
      let place = "programs[\(number)].recipients[\(entry.offset)].amount"
      let line = excerpt.plan.positions[place]?.line
      return ProgramExplanation.Row(
        file: "plan.yaml", line: line.map { UInt32(clamping: $0) }, column: "amount",
        value: entry.element.amount.baseUnits, token: PlanReviewing.token(of: program, in: plan))
    }
  }

  private func token(of column: ColumnDeclaration) -> Token? {
    guard case .amount(let name, _, _) = column.kind else { return nil }
    return plan.token(named: name)
  }

  // MARK: Weights

  /// The law's own terms, computed again for the account where it takes part.
  private func arithmetic(
    _ program: Program, _ outcome: ProgramOutcome, _ decision: ProgramExplanation.Decision,
    _ trace: ProgramTrace?
  ) -> ProgramExplanation.Arithmetic? {
    let shape = trace?.shape
    let isHeld = shape?.cluster == nil && [.cap, .floor].contains(shape?.holding)
    guard !program.basis.isGiven, program.raffle == nil, !isHeld,
      program.rounding != .javascriptShare, let amount = decision.amountOfWeight,
      let own = trace?.value
    else { return nil }
    // A cluster that leaves has nothing to share: its own part decided.
    let cluster = shape?.holding == .leaves ? nil : shape?.cluster
    let weight = cluster == nil ? shape?.cluster?.weight ?? own : own
    guard let total = cluster?.weight ?? shape?.sharedWeight ?? outcome.totalWeight else {
      return nil
    }
    let budget = cluster?.units ?? shape?.shared ?? due(program, outcome)
    guard
      let division = budget.multipliedFullWidth(by: weight).quotientAndRemainder(dividingBy: total),
      let given = amount.quotientAndRemainder(dividingBy: shape?.unit ?? .one)?.quotient
    else { return nil }
    // Who leaves gets nothing because of the floor, and not by rounding.
    let units = shape?.holding == .leaves ? division.quotient.low : given
    return ProgramExplanation.Arithmetic(
      budget: budget, weight: weight, totalWeight: total, quotient: division.quotient.low,
      remainder: division.remainder,
      rule: cluster == nil ? program.rounding : .largestRemainder, amount: units)
  }

  /// What of the budget is split by weights: matches may leave some of it.
  private func due(_ program: Program, _ outcome: ProgramOutcome) -> UInt256 {
    let budget = program.split(of: outcome.budget.baseUnits)
    guard let matching = program.basis.matching, let total = outcome.totalWeight else {
      return budget
    }
    return matching.due(of: budget, total: total)
  }

  private func draw(
    _ program: Program, _ outcome: ProgramOutcome, _ decision: ProgramExplanation.Decision,
    _ trace: ProgramTrace?
  ) -> DrawExplanation? {
    guard let raffle = program.raffle, let reveal = raffle.reveal, decision.isDrawnFrom,
      let tickets = trace?.value, let all = outcome.totalWeight
    else { return nil }
    return DrawExplanation(
      tickets: tickets, allTickets: all, prizes: raffle.prizes.count, beacon: raffle.beacon,
      reveal: reveal, win: trace?.win)
  }
}

// MARK: Adding up

extension Explainer {
  /// True where the account's terms lead to what the bundle's data files say.
  var isConsistent: Bool {
    let explanation = explanation
    let isReached = zip(explanation.campaigns, excerpt.entitlements).allSatisfy { campaign, owed in
      let now = campaign.programs.reduce(UInt256.zero) { $0 &+ $1.amount }
      return now <= owed.amount && campaign.programs.allSatisfy(leads)
    }
    return isReached && explanation.campaigns.count == excerpt.entitlements.count
  }

  private func leads(_ program: ProgramExplanation) -> Bool {
    guard let rule = plan.program(named: program.program) else { return false }
    guard !plan.readsPrivately(rule) else { return true }
    switch program.decision {
    case .notInInputs: return true
    case .excluded(.filteredOut, _): return program.refusal != nil
    case .excluded(.belowOneUnit, _): return program.arithmetic.map(leads) ?? false
    case .excluded(.notDrawn, _): return program.draw.map { $0.tickets <= $0.allTickets } ?? false
    case .excluded: return true
    case .allocated(let amount):
      if let draw = program.draw { return draw.tickets <= draw.allTickets }
      guard rule.basis.isGiven else { return program.arithmetic.map(leads) ?? false }
      guard let outcome = excerpt.outcomes.first(where: { $0.program == rule.name }) else {
        return false
      }
      return trace(rule, outcome)?.value == amount
    }
  }

  /// True where the units that rounding gave or took are as many as the rule can.
  private func leads(_ arithmetic: ProgramExplanation.Arithmetic) -> Bool {
    guard arithmetic.weight <= arithmetic.totalWeight else { return false }
    switch arithmetic.rule {
    case .largestRemainder, .unitEachByAddress, .halfUp:
      return arithmetic.roundedUp <= .one && arithmetic.roundedDown.isZero
    case .floor: return arithmetic.roundedUp.isZero && arithmetic.roundedDown.isZero
    case .remainderToLargest: return arithmetic.roundedDown.isZero
    case .python, .javascript, .javascriptShare: return true
    }
  }
}

extension ProgramExplanation {
  /// What it allocates to the account.
  var amount: UInt256 { if case .allocated(let amount) = decision { amount } else { .zero } }
}

extension ProgramExplanation.Decision {
  /// True where it took part in a draw.
  fileprivate var isDrawnFrom: Bool {
    switch self {
    case .allocated, .excluded(.notDrawn, _): true
    case .excluded, .notInInputs: false
    }
  }

  /// What a weight became; nil where the account's weight took no part.
  fileprivate var amountOfWeight: UInt256? {
    switch self {
    case .allocated(let amount): amount
    case .excluded(.belowOneUnit, _), .excluded(.belowFloor, _): .zero
    case .excluded, .notInInputs: nil
    }
  }
}
