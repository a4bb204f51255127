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

  var plan: Plan { excerpt.plan.plan }

  /// True where what the account gets follows from values that neither the bundle nor an opening
  /// shows: what follows from them is not shown either.
  func isHidden(_ program: Program) -> Bool {
    plan.readsPrivately(program)
      && excerpt.inputs.contains {
        program.sources.contains($0.declaration.name) && !$0.opened.isWhole
      }
  }

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
    return Explanation(account: excerpt.account, campaigns: campaigns, vaults: vaults)
  }

  private var vaults: [Explanation.Vault] {
    plan.sources.compactMap { source in
      guard case .lookThrough(let through)? = source.series?.origin,
        through.vault == excerpt.account
      else { return nil }
      return Explanation.Vault(source: source.name, through: through)
    }
  }

  // MARK: One program

  private func program(_ program: Program, _ outcome: ProgramOutcome) -> ProgramExplanation {
    let statement = signedDecision(of: program)
    let decision = decision(program, outcome, statement)
    let trace = isHidden(program) ? nil : self.trace(program, outcome)
    let arithmetic = arithmetic(program, outcome, decision, trace)
    return ProgramExplanation(
      program: program.name, kind: program.kind, epoch: outcome.epoch,
      budget: outcome.budget.baseUnits, shareOf: program.shareOf?.baseUnits, decision: decision,
      rows: rows(of: program), taken: taken(by: program),
      statement: statement, joins: trace?.joins ?? [], prices: prices(of: program),
      revenue: program.revenue, calculation: trace?.calculation,
      refusal: trace?.refusal, match: trace?.match, draw: draw(program, outcome, decision, trace),
      bounds: bounds(of: program), shape: trace?.shape, weightPlaces: weightPlaces(of: program),
      arithmetic: arithmetic, passing: passing(decision, program, outcome, trace, arithmetic))
  }

  private func decision(
    _ program: Program, _ outcome: ProgramOutcome,
    _ statement: ProgramExplanation.SignedDecision?
  ) -> ProgramExplanation.Decision {
    if let amount = outcome.amounts.first { return .allocated(amount) }
    guard let refusal = outcome.exclusions.first else {
      return exclusion(bySourceOf: program).map {
        .excluded(.excludedByPlan, words: $0.reason)
      } ?? .notInInputs
    }
    let words =
      statement?.reason ?? program.exclude.first { $0.account == excerpt.account }?.reason
    return .excluded(refusal.reason, words: words)
  }

  /// Where balances over time leave the account out.
  private func exclusion(bySourceOf program: Program) -> PlannedExclusion? {
    guard case .source(let name) = program.recipients else { return nil }
    return plan.source(named: name)?.series?.exclude.first { $0.account == excerpt.account }
  }

  /// How the program's prices were found.
  private func prices(of program: Program) -> [PriceFinding] {
    let rows = excerpt.inputs.map { ($0.declaration.name, $0.rows) }
    let findings = try? PriceLaw.findings(
      readBy: [program], of: plan, in: excerpt.epoch, rows: Dictionary(uniqueKeysWithValues: rows))
    return findings ?? []
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
    let declaration = input.declaration
    let columns = declaration.columns.enumerated().filter { read.contains($0.element.name) }
    let counted = counted(input.rows, of: declaration)
    let rows = CountingRows.places(of: counted.rows, declaration) {
      input.opened.isHidden[$0].contains(true)
    }.filter { row in
      guard case .corrections? = declaration.statements else { return true }
      return program.map { correction(ofRow: row, input, $0) != nil } ?? false
    }
    return rows.flatMap { row in
      let line = counted.places[row]
      return columns.map { index, column in
        ProgramExplanation.Row(
          file: declaration.hasFile ? declaration.file : declaration.name,
          line: input.lines.isEmpty ? nil : input.lines[line],
          column: column.name, value: counted.rows.values[index][row], token: token(of: column),
          places: column.places,
          isHidden: column.isPrivate && input.opened.isHidden[index][row],
          kind: column.kind,
          measure: declaration.series.flatMap { $0.ranges == nil ? $0.measures[index] : nil })
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

  /// What of the budget is split by weights: matches may leave some of it, and time in which nobody
  /// held anything.
  func due(_ program: Program, _ outcome: ProgramOutcome) -> UInt256 {
    ProgramLaw.due(
      of: program.split(of: outcome.budget.baseUnits), in: program, total: outcome.totalWeight,
      inputs: ProgramInputs(of: excerpt))
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
  ///
  /// - Parameter leads: whether those of one program do.
  func isConsistent(_ leads: (Program, ProgramOutcome) -> Bool) -> Bool {
    let explanation = explanation
    guard explanation.campaigns.count == excerpt.entitlements.count else { return false }
    let addsUp = zip(explanation.campaigns, excerpt.entitlements).allSatisfy { campaign, owed in
      let earned = campaign.passedOn.isEmpty ? campaign.programs.map(\.amount) : []
      var now: UInt256? = .zero
      for amount in earned + campaign.received.map(\.amount) { now = now?.adding(amount) }
      return owed.isFirst ? now == owed.amount : now.map { $0 <= owed.amount } ?? false
    }
    return addsUp
      && excerpt.outcomes.allSatisfy { outcome in
        guard let program = plan.program(named: outcome.program) else { return false }
        return plan.readsPrivately(program) || leads(program, outcome)
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
