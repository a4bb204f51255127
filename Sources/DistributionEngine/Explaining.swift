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
      if let program = excerpt.programOfEveryAccount {
        detour = "program \(program) takes every account's own value"
      } else if let drawn = excerpt.drawnProgram {
        detour = "which ticket program \(drawn) drew takes every account's tickets"
      } else if let shaped = excerpt.shapedProgram {
        detour = "program \(shaped) has a cap, a floor or a unit"
      } else if !excerpt.plan.plan.redirects.isEmpty {
        detour = "the plan has redirects"
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
    let inputs = ProgramInputs(
      excerpt.inputs.map { ($0.declaration, $0.rows) }, outcomes: excerpt.outcomes)
    let explainer = Explainer(excerpt: excerpt) { program, outcome in
      try? ProgramLaw.trace(
        of: program, account: excerpt.account,
        inputs: inputs.counting(for: program, in: excerpt.epoch).inputs, totals: outcome.totals)
    }
    return explainer.isConsistent ? explainer.explanation : nil
  }

  /// Explains an account from a bundle that agrees with itself, computing its programs again.
  public static func explanation(of account: Address, in bundle: LoadedBundle) -> Explanation {
    let excerpt = bundle.excerpt(of: account, outcomes: outcomes(of: bundle))
    let inputs = ProgramInputs(
      bundle.inputs.map { ($0.declaration, $0.rows) }, outcomes: bundle.outcomes,
      clusters: bundle.plan.plan.clusters)
    return Explainer(excerpt: excerpt) { program, _ in
      let budget = inputs.outcomes[program.name]?.budget.baseUnits ?? .zero
      return try? ProgramLaw.trace(
        of: program, account: account, budget: budget,
        inputs: inputs.counting(for: program, in: excerpt.epoch).inputs)
    }.explanation
  }

  /// The bundle's outcomes with the totals that the law finds again.
  ///
  /// A bundle whose law fails is not this command's to find: `sluice verify` does.
  private static func outcomes(of bundle: LoadedBundle) -> [ProgramOutcome] {
    let computed = try? Allocating.outcomes(
      in: EpochIndex(bundle.commitment.epoch), of: bundle.plan.plan,
      rows: Dictionary(
        uniqueKeysWithValues: bundle.inputs.map { ($0.declaration.name, $0.rows) }),
      carries: Dictionary(
        uniqueKeysWithValues: bundle.outcomes.map { ($0.program, $0.carriedIn) }))
    guard let computed else { return bundle.outcomes }
    return zip(bundle.outcomes, computed).map { outcome, computed in
      ProgramOutcome(
        program: outcome.program, epoch: outcome.epoch, budget: outcome.budget,
        carriedIn: outcome.carriedIn, accounts: outcome.accounts, amounts: outcome.amounts,
        exclusions: outcome.exclusions, allocated: outcome.allocated, carry: outcome.carry,
        totalWeight: computed.totalWeight, totals: computed.totals)
    }
  }
}

extension ProgramInputs {
  /// What a bundle holds, as programs read it.
  init(
    _ sources: [(declaration: SourceDeclaration, rows: SourceRows)], outcomes: [ProgramOutcome],
    clusters: Clusters? = nil
  ) {
    self.init(
      sources: Dictionary(
        uniqueKeysWithValues: sources.map {
          ($0.declaration.name, Source(declaration: $0.declaration, rows: $0.rows))
        }),
      outcomes: Dictionary(uniqueKeysWithValues: outcomes.map { ($0.program, $0) }),
      clusters: clusters)
  }
}

extension AccountExcerpt {
  /// The first program about the account whose bounds take every account's weight.
  fileprivate var shapedProgram: String? {
    outcomes.first { outcome in
      let isConcerned = !outcome.accounts.isEmpty || !outcome.exclusions.isEmpty
      return isConcerned && plan.plan.program(named: outcome.program)?.shaping != Shaping.none
    }?.program
  }

  /// The first raffle that the account won.
  fileprivate var drawnProgram: String? {
    outcomes.first { outcome in
      !outcome.accounts.isEmpty && plan.plan.program(named: outcome.program)?.raffle != nil
    }?.program
  }

  /// The first program about the account whose terms take every account's value.
  fileprivate var programOfEveryAccount: String? {
    outcomes.first { outcome in
      let isConcerned = !outcome.accounts.isEmpty || !outcome.exclusions.isEmpty
      return isConcerned && plan.plan.program(named: outcome.program)?.needsEveryAccount == true
    }?.program
  }
}
