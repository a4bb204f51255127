import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Computes what a plan would do in its first epoch, when its tokens come free, and how they are
/// spread.
public enum PlanReviewing {
  /// How many points of a campaign's own unlock schedule are computed at the most.
  public static let unlockPoints = 60

  /// - Parameter rows: the rows of every source that the plan reads; nil to look at the plan alone.
  /// - Throws: `LawError` of the first program that cannot be computed.
  public static func review(
    _ plan: Plan, rows: [String: SourceRows]?
  ) throws(LawError) -> PlanReview {
    // Every program runs in epoch 0.
    var epoch: Allocating.Epoch?
    if let rows {
      epoch = try Allocating.epoch(
        EpochIndex(0), of: plan, rows: rows, parent: .none, isRehearsal: true)
    }
    let schedules = plan.unlockSchedules
    let law = ConcentrationLaw(
      plan: plan, schedules: schedules,
      allocated: epoch.map { Allocating.allocated($0, of: plan, rows: rows ?? [:]) },
      tracksCourses: true)
    return PlanReview(
      plan: plan, supply: plan.supplyTables, schedules: schedules,
      programs: plan.programs.enumerated().map { index, program in
        PlanReview.ProgramUse(
          program: program, token: token(of: program, in: plan), outcome: epoch?.outcomes[index],
          epochs: emission(of: program, in: plan))
      },
      unlocks: plan.campaigns.map { unlocks(of: $0, in: plan) },
      concentration: law.courses, guards: law.findings)
  }

  static func token(of program: Program, in plan: Plan) -> Token {
    guard let campaign = plan.campaign(named: program.campaign),
      let token = plan.token(named: campaign.token)
    else { preconditionFailure("a checked plan resolves its names") }
    return token
  }

  static func emission(of program: Program, in plan: Plan) -> [UInt256] {
    guard program.revenue == nil else { return [] }
    let budget = program.budget.baseUnits
    guard let emission = program.emission, let epochs = plan.epochs else { return [budget] }
    return (0..<epochs.count).compactMap {
      emission.amount(inEpoch: EpochIndex($0), of: budget, over: epochs.count)
    }
  }

  private static func budget(of campaign: Campaign, in plan: Plan) -> UInt256 {
    plan.programs.filter { $0.campaign == campaign.name }
      .reduce(UInt256.zero) { $0 &+ $1.budget.baseUnits }
  }

  private static func unlocks(of campaign: Campaign, in plan: Plan) -> PlanReview.Unlocks {
    guard let token = plan.token(named: campaign.token) else {
      preconditionFailure("a checked plan resolves its names")
    }
    let budget = budget(of: campaign, in: plan)
    let points = campaign.vesting.unlockTimes(limit: unlockPoints).map { time in
      PlanReview.Unlocks.Point(
        time: time, unlocked: campaign.vesting.vested(budget, at: time))
    }
    return PlanReview.Unlocks(campaign: campaign, token: token, total: budget, points: points)
  }
}
