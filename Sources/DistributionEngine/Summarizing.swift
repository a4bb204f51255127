import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// From a bundle's values to the figures of its page.
public enum Summarizing {
  /// Summarizes a bundle that is about to be written.
  public static func summary(
    of contents: BundleContents, _ commitment: Commitment
  ) -> BundleSummary {
    summary(contents.plan, contents.outcomes, contents.campaigns, commitment)
  }

  /// Summarizes a bundle that was read; gives the same as when it was written.
  public static func summary(of bundle: LoadedBundle) -> BundleSummary {
    summary(bundle.plan.plan, bundle.outcomes, bundle.campaigns, bundle.commitment)
  }

  private static func summary(
    _ plan: Plan, _ outcomes: [ProgramOutcome], _ campaigns: [CampaignEntitlements],
    _ commitment: Commitment
  ) -> BundleSummary {
    BundleSummary(
      plan: plan, planHash: commitment.planHash, epoch: EpochIndex(commitment.epoch),
      identity: commitment.hash, tokens: plan.supplyTables.map { token($0, plan, campaigns) },
      programs: outcomes.compactMap { program($0, plan) },
      campaigns: zip(plan.campaigns, commitment.campaigns).map {
        campaign($0, $1, plan, outcomes)
      },
      inputs: commitment.inputs.compactMap { input in
        plan.source(named: input.source).map {
          InputSummary(source: $0, rows: input.rows, hash: input.hash)
        }
      })
  }

  private static func token(
    _ supply: SupplyTable, _ plan: Plan, _ campaigns: [CampaignEntitlements]
  ) -> TokenSummary {
    let token = supply.token
    let paying = zip(plan.campaigns, campaigns).filter { $0.0.token == token.name }
    let unlocks = plan.unlockSchedule(of: token)
    return TokenSummary(
      supply: supply, unlocks: unlocks, course: course(of: unlocks, plan),
      spread: Spreading.spread(
        of: Spreading.merged(paying.map(\.1.entitlements)), decimals: token.decimals,
        labels: labels(plan, campaigns: Set(paying.map(\.0.name)))))
  }

  /// The schedule with the second before each date: what comes free at once is seen as such.
  private static func course(of schedule: UnlockSchedule, _ plan: Plan) -> UnlockSchedule {
    let before = schedule.dates.dropFirst().map { Timestamp($0.seconds - 1) }
    let dates = Set(schedule.dates + before).sorted()
    func unlocked(where isCounted: (Program) -> Bool) -> [UInt256] {
      let programs = plan.programs.filter(isCounted)
      return dates.map { date in
        programs.reduce(UInt256.zero) { $0 &+ plan.unlocked($1, at: date) }
      }
    }
    let lines = schedule.lines.map { line in
      UnlockSchedule.Line(
        campaign: line.campaign, budget: line.budget,
        unlocked: unlocked { $0.campaign == line.campaign.name })
    }
    let campaigns = Set(lines.map(\.campaign.name))
    return UnlockSchedule(
      token: schedule.token, dates: dates, isDated: schedule.isDated, lines: lines,
      insiders: unlocked { $0.insiders && campaigns.contains($0.campaign) })
  }

  private static func labels(_ plan: Plan, campaigns: Set<String>) -> [Address: String] {
    var labels: [Address: String] = [:]
    for program in plan.programs where campaigns.contains(program.campaign) {
      guard case .inline(let recipients) = program.recipients else { continue }
      for recipient in recipients {
        if let label = recipient.label { labels[recipient.account] = label }
      }
    }
    return labels
  }

  private static func program(_ outcome: ProgramOutcome, _ plan: Plan) -> ProgramSummary? {
    guard let program = plan.program(named: outcome.program) else { return nil }
    var counts: [ExclusionReason: Int] = [:]
    for exclusion in outcome.exclusions { counts[exclusion.reason, default: 0] += 1 }
    return ProgramSummary(
      program: program, token: PlanReviewing.token(of: program, in: plan),
      budget: outcome.budget.baseUnits, carriedIn: outcome.carriedIn.baseUnits,
      allocated: outcome.allocated.baseUnits, carry: outcome.carry.baseUnits,
      recipients: outcome.accounts.count,
      refusals: ExclusionReason.allCases.compactMap { reason in
        counts[reason].map { ProgramSummary.Refusals(reason: reason, accounts: $0) }
      })
  }

  private static func campaign(
    _ campaign: Campaign, _ committed: Commitment.Campaign, _ plan: Plan,
    _ outcomes: [ProgramOutcome]
  ) -> CampaignSummary {
    guard let token = plan.token(named: campaign.token) else {
      preconditionFailure("a checked plan resolves its names")
    }
    let allocated =
      outcomes
      .filter { plan.program(named: $0.program)?.campaign == campaign.name }
      .reduce(UInt256.zero) { $0 &+ $1.allocated.baseUnits }
    return CampaignSummary(
      campaign: campaign, token: token, before: committed.total &- allocated,
      allocated: allocated, total: committed.total, accounts: committed.count,
      root: committed.root)
  }
}
