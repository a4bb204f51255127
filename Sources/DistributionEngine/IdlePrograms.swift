import DistributionCore
import DistributionModel
import EthereumPrimitives

/// What is to be said of programs that have a budget and give nobody anything.
public enum IdlePrograms {
  public struct Note: Sendable, Hashable {
    public let program: String
    public let text: String
  }

  /// - Parameter outcomes: of one epoch, as far as its programs ran.
  public static func notes(_ outcomes: [ProgramOutcome], of plan: Plan) -> [Note] {
    outcomes.compactMap { outcome in
      // That a raffle cannot be drawn yet is told when its plan is read.
      guard outcome.allocated == .zero, outcome.budget != .zero,
        let program = plan.program(named: outcome.program), let token = plan.token(of: program),
        !program.awaitsDraw
      else { return nil }
      let parts = [cause(program, outcome, token), refusals(outcome)].filter { !$0.isEmpty }
      return Note(
        program: program.name,
        text: "program \(program.name) allocates nothing of its "
          + "\(token.text(outcome.budget.baseUnits)): \(parts.joined(separator: "; "))")
    }
  }

  /// What the plan says that leaves nobody anything; empty where it is the rows themselves.
  private static func cause(
    _ program: Program, _ outcome: ProgramOutcome, _ token: Token
  ) -> String {
    let shaping = program.shaping
    let budget = program.split(of: outcome.budget.baseUnits)
    let unit = shaping.unit.baseUnits
    guard unit <= budget else {
      return "its unit is \(token.text(unit)), more than there is to give"
    }
    if case .bound(let bound)? = shaping.cap, bound.most(of: budget) < unit {
      return "its cap is \(token.text(bound.most(of: budget))), less than one unit of "
        + token.text(unit)
    }
    if let floor = shaping.floor?.least(of: budget),
      outcome.exclusions.contains(where: { $0.reason == .belowFloor })
    {
      return "nobody reaches its floor of \(token.text(floor))"
    }
    if shaping.capExpression != nil,
      outcome.exclusions.contains(where: { $0.reason == .belowOneUnit })
    {
      return "its `cap` comes to less than one unit of \(token.text(unit)) for everybody"
    }
    return ""
  }

  /// How many accounts are refused for which reason, the commonest first.
  private static func refusals(_ outcome: ProgramOutcome) -> String {
    let counts = Dictionary(grouping: outcome.exclusions, by: \.reason).mapValues(\.count)
    guard !counts.isEmpty else { return "no account takes part" }
    let ordered = counts.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
    return "refused: "
      + ordered.map { "\($0.value) \($0.key.rawValue)" }.joined(separator: ", ")
  }
}
