import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Computes what a plan would do in its first epoch, and when its tokens come free.
public enum PlanReviewing {
  /// How many points of an unlock schedule are computed at the most.
  public static let unlockPoints = 60

  /// - Parameter rows: the rows of every source that the plan names.
  /// - Throws: `LawError` of the first program that cannot be computed.
  public static func review(
    _ plan: Plan, rows: [String: SourceRows]
  ) throws(LawError) -> PlanReview {
    // Every program runs in epoch 0.
    let outcomes = try Allocating.outcomes(
      in: EpochIndex(0), of: plan, rows: rows, carries: [:], isRehearsal: true)
    let programs = zip(plan.programs, outcomes).map { program, outcome in
      PlanReview.ProgramUse(
        program: program, token: token(of: program, in: plan), outcome: outcome,
        epochs: emission(of: program, in: plan))
    }
    return PlanReview(
      plan: plan,
      tokens: plan.tokens.map { token in
        PlanReview.TokenUse(token: token, budgeted: budgeted(plan) { $0.token == token.name })
      },
      programs: programs, unlocks: plan.campaigns.map { unlocks(of: $0, in: plan) })
  }

  static func token(of program: Program, in plan: Plan) -> Token {
    guard let campaign = plan.campaign(named: program.campaign),
      let token = plan.token(named: campaign.token)
    else { preconditionFailure("a checked plan resolves its names") }
    return token
  }

  private static func emission(of program: Program, in plan: Plan) -> [UInt256] {
    let budget = program.budget.baseUnits
    guard let emission = program.emission, let epochs = plan.epochs else { return [budget] }
    return (0..<epochs.count).compactMap {
      emission.amount(inEpoch: EpochIndex($0), of: budget, over: epochs.count)
    }
  }

  private static func budgeted(_ plan: Plan, where pays: (Campaign) -> Bool) -> UInt256 {
    plan.programs
      .filter { program in plan.campaign(named: program.campaign).map(pays) ?? false }
      .reduce(UInt256.zero) { $0 &+ $1.budget.baseUnits }
  }

  private static func unlocks(of campaign: Campaign, in plan: Plan) -> PlanReview.Unlocks {
    guard let token = plan.token(named: campaign.token) else {
      preconditionFailure("a checked plan resolves its names")
    }
    let total = budgeted(plan) { $0.name == campaign.name }
    let points = campaign.vesting.unlockTimes(limit: unlockPoints).map { time in
      PlanReview.Unlocks.Point(
        time: time, unlocked: campaign.vesting.vested(total, at: time))
    }
    return PlanReview.Unlocks(campaign: campaign, token: token, total: total, points: points)
  }
}
