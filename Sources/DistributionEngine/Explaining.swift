import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// Finds everything in a bundle that led to an account's amounts.
public enum Explaining {
  /// What was found, and how.
  public struct Result: Sendable {
    public let explanation: Explanation
    /// The bundle's.
    public let identity: Bytes32
    /// Why the whole bundle was read; nil where the account's own rows were enough.
    public let detour: String?
  }

  /// Explains an account from what a bundle says about it, and from the whole bundle where the
  /// files beside its identity are not enough for that.
  ///
  /// - Parameter willReadAll: called before the long way is taken, with the reason.
  public static func explanation(
    of account: Address, in directory: String, willReadAll: (String) -> Void = { _ in }
  ) throws(BundleError) -> Result {
    let detour: String
    do throws(BundleError) {
      let excerpt = try BundleReader.excerpt(of: account, in: directory)
      if let ranking = excerpt.rankingProgram {
        detour = "program \(ranking) ranks accounts"
      } else if let explanation = explanation(of: excerpt) {
        return Result(explanation: explanation, identity: excerpt.identity, detour: nil)
      } else {
        detour = "explain.json does not lead to what the account gets"
      }
    } catch {
      // What decides money is needed either way.
      if [Commitment.fileName, "plan.yaml"].contains(error.file) { throw error }
      detour = "\(error)"
    }
    willReadAll(detour)
    let bundle = try BundleReader.load(directory)
    return Result(
      explanation: explanation(of: account, in: bundle), identity: bundle.identity, detour: detour)
  }

  /// Explains an account from an excerpt; nil where its terms do not lead to its amounts.
  static func explanation(of excerpt: AccountExcerpt) -> Explanation? {
    let explainer = Explainer(excerpt: excerpt) { program, input, totals in
      try? ProgramLaw.trace(
        of: program, account: excerpt.account, declaration: input.declaration, rows: input.rows,
        totals: totals)
    }
    return explainer.isConsistent ? explainer.explanation : nil
  }

  /// Explains an account from a bundle that agrees with itself, computing its programs again.
  public static func explanation(of account: Address, in bundle: LoadedBundle) -> Explanation {
    let excerpt = bundle.excerpt(of: account, outcomes: outcomes(of: bundle))
    return Explainer(excerpt: excerpt) { program, input, _ in
      let whole = bundle.inputs.first { $0.declaration.name == input.declaration.name }
      return try? ProgramLaw.trace(
        of: program, account: account, declaration: input.declaration, rows: whole?.rows)
    }.explanation
  }

  /// The bundle's outcomes with the totals that the law finds again.
  ///
  /// A bundle whose law fails is not this command's to find: `sluice verify` does.
  private static func outcomes(of bundle: LoadedBundle) -> [ProgramOutcome] {
    let rows = Dictionary(
      bundle.inputs.map { ($0.declaration.name, $0.rows) }, uniquingKeysWith: { first, _ in first })
    return bundle.outcomes.map { outcome in
      guard let program = bundle.plan.plan.program(named: outcome.program),
        let computed = try? Allocating.outcome(
          of: program, plan: bundle.plan.plan, epoch: outcome.epoch,
          carriedIn: outcome.carriedIn, rows: rows)
      else { return outcome }
      return ProgramOutcome(
        program: outcome.program, epoch: outcome.epoch, budget: outcome.budget,
        carriedIn: outcome.carriedIn, accounts: outcome.accounts, amounts: outcome.amounts,
        exclusions: outcome.exclusions, allocated: outcome.allocated, carry: outcome.carry,
        totalWeight: computed.totalWeight, totals: computed.totals)
    }
  }
}

extension AccountExcerpt {
  /// The first program about the account whose terms take every account's value.
  fileprivate var rankingProgram: String? {
    outcomes.first { outcome in
      let isConcerned = !outcome.accounts.isEmpty || !outcome.exclusions.isEmpty
      return isConcerned && plan.plan.program(named: outcome.program)?.ranksAccounts == true
    }?.program
  }
}
