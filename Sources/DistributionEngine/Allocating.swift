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
  /// A program without emission runs in epoch 0 only; one with emission takes its carry along.
  ///
  /// - Parameter rows: the rows of every source that a running program names.
  /// - Throws: `LawError`, `epochOutOfRange` where no program of the plan runs in the epoch.
  public static func epoch(
    _ index: EpochIndex, of plan: Plan, rows: [String: SourceRows], parent: Parent
  ) throws(LawError) -> Epoch {
    var outcomes: [ProgramOutcome] = []
    for program in running(in: index, of: plan) {
      let carriedIn = index.number == 0 ? .zero : parent.carries[program.name] ?? .zero
      outcomes.append(
        try outcome(of: program, plan: plan, epoch: index, carriedIn: carriedIn, rows: rows))
    }
    guard !outcomes.isEmpty else {
      throw LawError(
        .epochOutOfRange, subject: plan.name, place: "epoch", found: "\(index.number)",
        expected: "an epoch in which a program runs",
        advice: "Programs without `emission` run in epoch 0 only.")
    }
    var entitlements: [Entitlements] = []
    for campaign in plan.campaigns {
      let paid = outcomes.filter { plan.program(named: $0.program)?.campaign == campaign.name }
      entitlements.append(
        try Cumulation.entitlements(
          of: campaign, parent: parent.entitlements[campaign.name] ?? .none, outcomes: paid))
    }
    return Epoch(outcomes: outcomes, entitlements: entitlements)
  }

  /// The programs that run in an epoch, in plan order.
  public static func running(in epoch: EpochIndex, of plan: Plan) -> [Program] {
    plan.programs.filter { $0.emission != nil || epoch.number == 0 }
  }

  static func outcome(
    of program: Program, plan: Plan, epoch: EpochIndex, carriedIn: Amount,
    rows: [String: SourceRows]
  ) throws(LawError) -> ProgramOutcome {
    var declaration: SourceDeclaration?
    if case .source(let name) = program.recipients { declaration = plan.source(named: name) }
    return try ProgramLaw.outcome(
      of: program, epoch: epoch, epochs: plan.epochs, carriedIn: carriedIn,
      declaration: declaration, rows: declaration.flatMap { rows[$0.name] })
  }
}
