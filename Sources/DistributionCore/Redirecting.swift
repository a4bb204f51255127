import DistributionModel
import EthereumPrimitives

/// Lets others receive what accounts earn: section 6 of `docs/reference/law.md`.
public enum Redirecting {
  /// The redirects of a plan, followed to their ends.
  public static func table(
    of plan: Plan, rows: [String: SourceRows]
  ) throws(LawError) -> RedirectTable {
    do {
      return try plan.redirectTable(rows: rows)
    } catch {
      throw LawError(error, plan: plan)
    }
  }

  /// Refuses to lose what somebody earned.
  static func check(
    _ outcome: ProgramOutcome, _ table: RedirectTable, campaign: String
  ) throws(LawError) {
    guard !table.isEmpty else { return }
    let ends = outcome.accounts.map { table.end(of: $0) }
    if let lost = ends.firstIndex(where: \.isZero), !outcome.accounts[lost].isZero {
      throw LawError(
        .wrongRedirect, subject: campaign, place: "redirect of account \(outcome.accounts[lost])",
        found: "the zero address as the one that receives",
        expected: "an account that somebody holds",
        advice: "Nobody can claim for the zero address: name another target, or exclude the "
          + "account.",
        rows: table.target(of: outcome.accounts[lost]).steps.suffix(1).compactMap(
          LawError.Rows.init)
      )
    }
  }

  /// What a program gives, by the accounts that receive it.
  static func received(
    _ outcome: ProgramOutcome, _ table: RedirectTable, campaign: String
  ) throws(LawError) -> Entitlements {
    guard !table.isEmpty else {
      return Entitlements(accounts: outcome.accounts, amounts: outcome.amounts)
    }
    let ends = outcome.accounts.map { table.end(of: $0) }
    var accounts: [Address] = []
    var amounts: [UInt256] = []
    for place in ends.indices.sorted(by: { (ends[$0], $0) < (ends[$1], $1) }) {
      guard ends[place] == accounts.last, let sum = amounts.last else {
        accounts.append(ends[place])
        amounts.append(outcome.amounts[place])
        continue
      }
      guard let total = sum.adding(outcome.amounts[place]) else {
        throw Cumulation.overflow(campaign, place: "entitlement of account \(ends[place])")
      }
      amounts[amounts.count - 1] = total
    }
    return Entitlements(accounts: accounts, amounts: amounts)
  }
}

extension LawError {
  fileprivate init(_ fault: RedirectTable.Fault, plan: Plan) {
    switch fault {
    case .toItself(let step):
      self.init(
        .wrongRedirect, subject: plan.name, place: "redirect of account \(step.account)",
        found: "the account itself as its target", expected: "another account",
        advice: "Remove the line.", rows: [step].compactMap(Rows.init))
    case .twoTargets(let first, let second):
      self.init(
        .wrongRedirect, subject: plan.name, place: "redirect of account \(first.account)",
        found: "the targets \(first.target) and \(second.target)", expected: "one target",
        advice: "Decide which one holds, and remove the other line.",
        rows: [first, second].compactMap(Rows.init))
    case .cycle(let steps):
      self.init(
        .redirectCycle, subject: plan.name, place: "redirects",
        found: "a cycle: " + steps.map { "\($0.account)" }.joined(separator: ", "),
        expected: "chains that end", advice: "Remove one of these redirects.",
        rows: steps.compactMap(Rows.init))
    }
  }
}

extension LawError.Rows {
  /// The rows that say a step; nil for one that is written into the plan.
  fileprivate init?(_ step: RedirectTable.Step) {
    guard let source = step.redirect.source else { return nil }
    self.init(source: source, account: step.account)
  }
}
