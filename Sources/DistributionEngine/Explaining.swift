import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// Finds everything in a bundle that led to an account's amounts.
public enum Explaining {
  /// Explains an account from a bundle that agrees with itself.
  public static func explanation(of account: Address, in bundle: LoadedBundle) -> Explanation {
    let plan = bundle.plan.plan
    let campaigns = zip(plan.campaigns, bundle.campaigns).compactMap {
      campaign, entitled -> CampaignExplanation? in
      guard let token = plan.token(named: campaign.token) else { return nil }
      let programs = bundle.outcomes.compactMap { outcome -> ProgramExplanation? in
        guard let program = plan.program(named: outcome.program),
          program.campaign == campaign.name
        else { return nil }
        return self.program(program, outcome, account, bundle)
      }
      let list = entitled.entitlements
      let entitlement = list.index(of: account).map { list.amounts[$0] } ?? .zero
      let now = programs.reduce(UInt256.zero) { sum, program in
        if case .allocated(let amount) = program.decision { sum &+ amount } else { sum }
      }
      return CampaignExplanation(
        campaign: campaign.name, token: token, entitlement: entitlement,
        before: entitlement &- now, programs: programs)
    }
    return Explanation(account: account, campaigns: campaigns)
  }

  private static func program(
    _ program: Program, _ outcome: ProgramOutcome, _ account: Address, _ bundle: LoadedBundle
  ) -> ProgramExplanation {
    let rows = rows(of: account, program, bundle)
    let decision = decision(program, outcome, account)
    let trace = trace(program, account, bundle)
    var arithmetic: ProgramExplanation.Arithmetic?
    if !program.basis.isGiven, !rows.isEmpty, takesPart(decision) {
      let weight = trace?.value ?? rows.reduce(UInt256.zero) { $0 &+ $1.value }
      let total = trace == nil ? totalWeight(program, bundle) : trace?.totalWeight
      arithmetic = total.flatMap { self.arithmetic(program, outcome, weight, of: $0) }
    }
    return ProgramExplanation(
      program: program.name, kind: program.kind, epoch: outcome.epoch, decision: decision,
      rows: rows.isEmpty ? [] : rows + joinedRows(of: account, program, bundle),
      joins: trace?.joins ?? [], calculation: trace?.calculation, refusal: trace?.refusal,
      arithmetic: arithmetic)
  }

  /// What the program's expressions came to; nil for a program without any.
  private static func trace(
    _ program: Program, _ account: Address, _ bundle: LoadedBundle
  ) -> ProgramTrace? {
    guard program.filter != nil || program.basis.expression != nil else { return nil }
    // A bundle whose law fails is not this command's to find: `sluice verify` does.
    return try? ProgramLaw.trace(
      of: program, account: account, inputs: inputs(of: bundle))
  }

  private static func inputs(of bundle: LoadedBundle) -> ProgramInputs {
    ProgramInputs(
      sources: Dictionary(
        uniqueKeysWithValues: bundle.inputs.map {
          ($0.declaration.name, .init(declaration: $0.declaration, rows: $0.rows))
        }),
      outcomes: Dictionary(uniqueKeysWithValues: bundle.outcomes.map { ($0.program, $0) }))
  }

  private static func takesPart(_ decision: ProgramExplanation.Decision) -> Bool {
    switch decision {
    case .allocated, .excluded(.belowOneUnit, _): true
    default: false
    }
  }

  private static func decision(
    _ program: Program, _ outcome: ProgramOutcome, _ account: Address
  ) -> ProgramExplanation.Decision {
    let receiving = Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
    if let index = receiving.index(of: account) { return .allocated(outcome.amounts[index]) }
    guard let refusal = outcome.exclusions.first(where: { $0.account == account }) else {
      return .notInInputs
    }
    let words = program.exclude.first { $0.account == account }?.reason
    return .excluded(refusal.reason, words: words)
  }

  /// The rows about the account, with the lines of the files they came from.
  private static func rows(
    of account: Address, _ program: Program, _ bundle: LoadedBundle
  ) -> [ProgramExplanation.Row] {
    switch program.recipients {
    case .inline(let recipients):
      return recipients.enumerated().filter { $0.element.account == account }.map { entry in
        let line = programIndex(program, bundle).flatMap {
          bundle.plan.positions["programs[\($0)].recipients[\(entry.offset)].amount"]?.line
        }
        return ProgramExplanation.Row(
          file: "plan.yaml", line: line.map { UInt32(clamping: $0) }, column: "amount",
          value: entry.element.amount.baseUnits,
          token: PlanReviewing.token(of: program, in: bundle.plan.plan))
      }
    case .source(let name):
      return rows(of: account, in: name, bundle) { program.columns.contains($0) }
    }
  }

  /// The rows of other sources that the program's expressions read.
  private static func joinedRows(
    of account: Address, _ program: Program, _ bundle: LoadedBundle
  ) -> [ProgramExplanation.Row] {
    let joins = program.joins
    return Set(joins.keys.compactMap(\.source)).sorted().flatMap { name in
      rows(of: account, in: name, bundle) { joins[.column($0, source: name)] != nil }
    }
  }

  private static func rows(
    of account: Address, in source: String, _ bundle: LoadedBundle, where isRead: (String) -> Bool
  ) -> [ProgramExplanation.Row] {
    guard let input = bundle.inputs.first(where: { $0.declaration.name == source }) else {
      return []
    }
    let derived = bundle.derived?.sources.first { $0.source == source }
    let columns = input.declaration.columns.enumerated().filter { isRead($0.element.name) }
    return range(of: account, in: input.rows.accounts).flatMap { row in
      columns.map { index, column in
        ProgramExplanation.Row(
          file: input.declaration.file,
          line: derived.flatMap { $0.lines.indices.contains(row) ? $0.lines[row] : nil },
          column: column.name, value: input.rows.values[index][row],
          token: token(of: column, bundle), places: column.places ?? 0)
      }
    }
  }

  private static func token(of column: ColumnDeclaration, _ bundle: LoadedBundle) -> Token? {
    guard case .amount(let name, _, _) = column.kind else { return nil }
    return bundle.plan.plan.token(named: name)
  }

  private static func programIndex(_ program: Program, _ bundle: LoadedBundle) -> Int? {
    bundle.plan.plan.programs.firstIndex { $0.name == program.name }
  }

  private static func column(of program: Program, in declaration: SourceDeclaration) -> Int? {
    declaration.columns.firstIndex { $0.name == program.basis.column }
  }

  /// The rows of an account in a list that ascends by account.
  private static func range(of account: Address, in accounts: [Address]) -> Range<Int> {
    var low = 0
    var high = accounts.count
    while low < high {
      let middle = (low + high) / 2
      if accounts[middle] < account { low = middle + 1 } else { high = middle }
    }
    var end = low
    while end < accounts.count, accounts[end] == account { end += 1 }
    return low..<end
  }

  /// The law's own terms, computed again for one account.
  private static func arithmetic(
    _ program: Program, _ outcome: ProgramOutcome, _ weight: UInt256, of total: UInt256
  ) -> ProgramExplanation.Arithmetic? {
    let budget = outcome.budget.baseUnits
    guard
      let division = budget.multipliedFullWidth(by: weight)
        .quotientAndRemainder(dividingBy: total)
    else { return nil }
    return ProgramExplanation.Arithmetic(
      budget: budget, weight: weight, totalWeight: total, quotient: division.quotient.low,
      remainder: division.remainder, rule: program.rounding)
  }

  /// Σ weights of the accounts that the plan does not shut out.
  private static func totalWeight(_ program: Program, _ bundle: LoadedBundle) -> UInt256? {
    guard case .source(let name) = program.recipients,
      let input = bundle.inputs.first(where: { $0.declaration.name == name }),
      let column = column(of: program, in: input.declaration)
    else { return nil }
    let shutOut = Set(program.exclude.map(\.account))
    var total = UInt256.zero
    for (account, value) in zip(input.rows.accounts, input.rows.values[column])
    where !shutOut.contains(account) {
      guard let sum = total.adding(value) else { return nil }
      total = sum
    }
    return total
  }
}
