import DistributionCore
import DistributionModel
import EthereumPrimitives

/// From a plan and rows to what every program gives and what every campaign owes.
public enum Allocating {
  /// What one epoch comes to.
  public struct Epoch: Sendable {
    /// The programs that ran, in plan order.
    public let outcomes: [ProgramOutcome]
    /// One per campaign, in plan order.
    public let entitlements: [Entitlements]
    /// Who receives in another's place.
    public let redirects: RedirectTable
  }

  /// What an epoch builds on.
  public struct Parent: Sendable {
    /// Entitlements under the live root, by campaign name.
    public let entitlements: [String: Entitlements]
    /// What each program carried out, by program name.
    public let carries: [String: Amount]

    public static let none = Parent(entitlements: [:], carries: [:])

    public init(entitlements: [String: Entitlements], carries: [String: Amount]) {
      self.entitlements = entitlements
      self.carries = carries
    }
  }

  /// Computes one epoch of a plan.
  ///
  /// A program without emission or revenue runs in epoch 0 only; another one takes its carry along.
  ///
  /// - Parameters:
  ///   - rows: the rows of every source that a running program names.
  ///   - isRehearsal: whether a raffle that cannot be drawn yet gives nothing, and is no error.
  /// - Throws: `LawError`, `epochOutOfRange` where no program of the plan runs in the epoch.
  public static func epoch(
    _ index: EpochIndex, of plan: Plan, rows: [String: SourceRows], parent: Parent,
    isRehearsal: Bool = false
  ) throws(LawError) -> Epoch {
    let outcomes = try outcomes(
      in: index, of: plan, rows: rows, carries: parent.carries, isRehearsal: isRehearsal)
    guard !outcomes.isEmpty else {
      throw LawError(
        .epochOutOfRange, subject: plan.name, place: "epoch", found: "\(index.number)",
        expected: "an epoch in which a program runs",
        advice: "Programs without `emission` run in epoch 0 only.")
    }
    do throws(LawError) {
      let redirects = try Redirecting.table(of: plan, rows: rows)
      return Epoch(
        outcomes: outcomes,
        entitlements: try entitlements(of: outcomes, in: plan, redirects, parent: parent),
        redirects: redirects)
    } catch {
      throw error.located(in: plan, rows)
    }
  }

  private static func entitlements(
    of outcomes: [ProgramOutcome], in plan: Plan, _ redirects: RedirectTable, parent: Parent
  ) throws(LawError) -> [Entitlements] {
    var entitlements: [Entitlements] = []
    for campaign in plan.campaigns {
      let paid = outcomes.filter { plan.program(named: $0.program)?.campaign == campaign.name }
      entitlements.append(
        try Cumulation.entitlements(
          of: campaign, parent: parent.entitlements[campaign.name] ?? .none, outcomes: paid,
          redirects: redirects))
    }
    return entitlements
  }

  /// The programs that run in an epoch, in plan order.
  public static func running(in epoch: EpochIndex, of plan: Plan) -> [Program] {
    plan.programs.filter { $0.isRecurring || epoch.number == 0 }
  }

  /// What the programs that run in an epoch give, in plan order: later ones may read earlier ones.
  static func outcomes(
    in index: EpochIndex, of plan: Plan, rows: [String: SourceRows], carries: [String: Amount],
    isRehearsal: Bool = false
  ) throws(LawError) -> [ProgramOutcome] {
    var outcomes: [ProgramOutcome] = []
    let running = running(in: index, of: plan)
    let read = plan.sources.compactMap { source in rows[source.name].map { (source, $0) } }
    // A price that is refused stops the epoch.
    _ = try PriceLaw.findings(readBy: running, of: plan, in: index, rows: rows)
    var inputs = ProgramInputs(read, of: plan, in: index)
    for program in running {
      inputs.token = plan.token(of: program)
      let carriedIn = index.number == 0 ? .zero : carries[program.name] ?? .zero
      let outcome: ProgramOutcome
      do throws(LawError) {
        outcome =
          isRehearsal && program.awaitsDraw
          ? undrawn(program, in: index)
          : try ProgramLaw.outcome(
            of: program, epoch: index, epochs: plan.epochs, carriedIn: carriedIn, inputs: inputs)
      } catch {
        throw error.located(in: plan, rows)
      }
      outcomes.append(outcome)
      inputs.outcomes[program.name] = outcome
    }
    return outcomes
  }

  private static func undrawn(_ program: Program, in epoch: EpochIndex) -> ProgramOutcome {
    ProgramOutcome(
      program: program.name, epoch: epoch, budget: program.budget, carriedIn: .zero, accounts: [],
      amounts: [], exclusions: [], allocated: .zero, carry: program.budget, totalWeight: nil)
  }

  /// An epoch as its concentration is measured.
  static func allocated(
    _ epoch: Epoch, of plan: Plan, rows: [String: SourceRows]
  ) -> ConcentrationLaw.Allocated {
    let clusters = plan.clusters.map { clusters in
      guard let source = plan.source(named: clusters.source), let rows = rows[source.name] else {
        preconditionFailure("the source of the clusters was read")
      }
      return ClusterTable(
        clusters, source: ProgramInputs.Source(declaration: source, rows: rows))
    }
    return ConcentrationLaw.Allocated(
      outcomes: epoch.outcomes, entitlements: epoch.entitlements, clusters: clusters)
  }
}

extension LawError {
  /// How many lines an error names.
  private static let namedLines = 5

  /// The same with the files and lines of the rows that cause it.
  fileprivate func located(in plan: Plan, _ inputs: [String: SourceRows]) -> LawError {
    var lines: [String] = []
    for rows in rows {
      guard let source = plan.source(named: rows.source), let read = inputs[rows.source] else {
        continue
      }
      for (account, line) in zip(read.accounts, read.lines)
      where account == rows.account && line > 0 {
        let place = "\(source.file):\(line)"
        if !lines.contains(place) { lines.append(place) }
      }
    }
    let more = lines.count - Self.namedLines
    return located(at: lines.prefix(Self.namedLines) + (more > 0 ? ["and \(more) more"] : []))
  }
}
