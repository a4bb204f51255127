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
  /// - Parameters:
  ///   - openings: of private values; those of other accounts let programs be computed again.
  ///   - willReadAll: called before the long way is taken, with the reason.
  public static func explanation(
    of account: Address, in directory: String, openings: [Opening] = [],
    willReadAll: (String) -> Void = { _ in }
  ) throws(BundleError) -> Result {
    let commitments = byCommitment(openings)
    let detour: String
    do throws(BundleError) {
      let excerpt = try BundleReader.excerpt(of: account, in: directory).opened(by: commitments)
      if openings.contains(where: { $0.account != account }) {
        detour = "openings of other accounts show what all come to together"
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
      explanation: explanation(of: account, in: bundle, openings: openings),
      identity: bundle.identity, detour: detour)
  }

  private static func byCommitment(_ openings: [Opening]) -> [UInt256: Opening] {
    Dictionary(openings.map { ($0.commitment, $0) }) { first, _ in first }
  }

  /// Explains an account from an excerpt; nil where its terms do not lead to its amounts.
  static func explanation(of excerpt: AccountExcerpt) -> Explanation? {
    let inputs = ProgramInputs(of: excerpt)
    let explainer = Explainer(excerpt: excerpt) { program, outcome in
      trace(of: program, outcome, excerpt, inputs)
    }
    let isConsistent = explainer.isConsistent { program, outcome in
      ProgramLaw.leads(
        trace(of: program, outcome, excerpt, inputs), to: outcome, of: program, inputs: inputs)
    }
    return isConsistent ? explainer.explanation : nil
  }

  /// Follows the account through a program by its own rows.
  private static func trace(
    of program: Program, _ outcome: ProgramOutcome, _ excerpt: AccountExcerpt,
    _ inputs: ProgramInputs
  ) -> ProgramTrace? {
    try? ProgramLaw.trace(
      of: program, account: excerpt.account,
      inputs: inputs.counting(for: program, in: excerpt.epoch).inputs, outcome: outcome)
  }

  /// Explains an account from a bundle that agrees with itself, computing its programs again.
  ///
  /// - Parameter openings: of private values. A program that reads others is followed by the
  ///   account's own rows alone.
  public static func explanation(
    of account: Address, in bundle: LoadedBundle, openings: [Opening] = []
  ) -> Explanation {
    let commitments = byCommitment(openings)
    let epoch = EpochIndex(bundle.commitment.epoch)
    let opened = bundle.inputs.map {
      (
        declaration: $0.declaration,
        opened: OpenedRows($0.rows, of: $0.declaration, by: commitments)
      )
    }
    let inputs = ProgramInputs(
      opened.map { ($0.declaration, $0.opened.rows) }, of: bundle.plan.plan, in: epoch,
      outcomes: bundle.outcomes)
    let hidden = Set(opened.filter { !$0.opened.isWhole }.map(\.declaration.name))
    let known = Computed(bundle, inputs, hidden: hidden)
    let excerpt = bundle.excerpt(of: account, outcomes: known.outcomes).opened(by: commitments)
    let own = ProgramInputs(of: excerpt)
    return Explainer(excerpt: excerpt) { program, outcome in
      guard known.isComputed(program) else { return trace(of: program, outcome, excerpt, own) }
      return try? ProgramLaw.trace(
        of: program, account: account, budget: outcome.budget.baseUnits,
        inputs: inputs.counting(for: program, in: epoch).inputs)
    }.explanation
  }
}

/// A bundle's outcomes with what the law finds that all accounts come to together.
private struct Computed {
  private(set) var outcomes: [ProgramOutcome] = []
  private let plan: Plan
  /// Sources of which some values are not at hand.
  private let hidden: Set<String>

  /// A program whose law fails is not this command's to find: `sluice verify` does.
  init(_ bundle: LoadedBundle, _ inputs: ProgramInputs, hidden: Set<String>) {
    plan = bundle.plan.plan
    self.hidden = hidden
    // Each program reads what the bundle says that the earlier ones gave.
    outcomes = bundle.outcomes.map { outcome in
      guard let program = plan.program(named: outcome.program), isComputed(program),
        let computed = try? ProgramLaw.outcome(
          of: program, epoch: outcome.epoch, epochs: plan.epochs, carriedIn: outcome.carriedIn,
          inputs: inputs)
      else { return outcome }
      return outcome.with(computed)
    }
  }

  /// True where a program can be computed again for all accounts.
  func isComputed(_ program: Program) -> Bool {
    !plan.readsPrivately(program) || hidden.isDisjoint(with: program.sources)
  }
}

extension ProgramOutcome {
  /// The same with what a computed one says of all accounts together.
  fileprivate func with(_ computed: ProgramOutcome) -> ProgramOutcome {
    ProgramOutcome(
      program: program, epoch: epoch, budget: budget, carriedIn: carriedIn, accounts: accounts,
      amounts: amounts, exclusions: exclusions, allocated: allocated, carry: carry,
      totalWeight: computed.totalWeight, totals: computed.totals, levels: computed.levels,
      standings: computed.standings)
  }
}

extension ProgramInputs {
  /// An account's own rows, and what earlier programs gave it.
  init(of excerpt: AccountExcerpt) {
    self.init(
      excerpt.inputs.map { ($0.declaration, $0.rows) }, of: excerpt.plan.plan, in: excerpt.epoch,
      outcomes: excerpt.outcomes, hasClusters: false, table: excerpt.clusterTable)
  }

  /// What an epoch's programs read.
  ///
  /// It has no prices where the law refuses one.
  ///
  /// - Parameters:
  ///   - hasClusters: whether the rows of the clusters are there, too.
  ///   - table: who counts as one holder, where these rows do not say it of everybody.
  init(
    _ sources: [(declaration: SourceDeclaration, rows: SourceRows)], of plan: Plan,
    in epoch: EpochIndex, outcomes: [ProgramOutcome] = [], hasClusters: Bool = true,
    table: ClusterTable? = nil
  ) {
    let timed = sources.map(\.declaration).filter { $0.series != nil || $0.hasActionRules }
    let windows = timed.compactMap { source in
      plan.window(of: source, in: epoch).map { (source.name, $0) }
    }
    let rows = sources.map { ($0.declaration.name, $0.rows) }
    let found = try? PriceLaw.findings(
      readBy: Allocating.running(in: epoch, of: plan), of: plan, in: epoch,
      rows: Dictionary(uniqueKeysWithValues: rows))
    self.init(
      sources, windows: Dictionary(uniqueKeysWithValues: windows), outcomes: outcomes,
      prices: Dictionary(
        uniqueKeysWithValues: (found ?? []).map { ($0.price.name, $0.value ?? .zero) }),
      clusters: hasClusters ? plan.clusters : nil, table: table)
  }
}
