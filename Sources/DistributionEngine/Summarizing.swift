import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// From a bundle's values to the figures of its page.
public enum Summarizing {
  /// How many steps of all campaigns together are drawn beside the dates of a schedule.
  static let maximumSteps = 200
  /// How many months, quarters or years of an unlock schedule are shown.
  static let shownPeriods: UInt64 = 14

  /// Summarizes a bundle that is about to be written.
  public static func summary(
    of contents: BundleContents, _ commitment: Commitment
  ) -> BundleSummary {
    let rows = Dictionary(
      uniqueKeysWithValues: contents.inputs.map { ($0.declaration.name, $0.rows) })
    // Redirects of which the law made a result end somewhere.
    let redirects = (try? contents.plan.redirectTable(rows: rows)) ?? .none
    return summary(
      Bundled(
        plan: contents.plan, epoch: contents.epoch, inputs: contents.inputs,
        outcomes: contents.outcomes,
        campaigns: contents.campaigns, redirects: redirects), commitment)
  }

  /// Summarizes a bundle that was read; gives the same as when it was written.
  public static func summary(of bundle: LoadedBundle) -> BundleSummary {
    summary(
      Bundled(
        plan: bundle.plan.plan, epoch: EpochIndex(bundle.commitment.epoch),
        inputs: bundle.inputs, outcomes: bundle.outcomes,
        campaigns: bundle.campaigns, redirects: bundle.redirects), bundle.commitment)
  }

  /// What a bundle holds, before it is written and after it is read.
  struct Bundled {
    let plan: Plan
    let epoch: EpochIndex
    let inputs: [CanonicalInput]
    let outcomes: [ProgramOutcome]
    let campaigns: [CampaignEntitlements]
    let redirects: RedirectTable

    func rows(of source: String) -> SourceRows? {
      inputs.first { $0.declaration.name == source }?.rows
    }
  }

  private static func summary(_ bundle: Bundled, _ commitment: Commitment) -> BundleSummary {
    let (plan, outcomes) = (bundle.plan, bundle.outcomes)
    let epoch = EpochIndex(commitment.epoch)
    let programs = outcomes.compactMap { program($0, bundle) }
    return BundleSummary(
      plan: plan, planHash: commitment.planHash, epoch: epoch,
      identity: commitment.hash, tokens: plan.supplyTables.map { token($0, bundle) },
      programs: programs, time: time(programs, bundle, in: epoch),
      prices: prices(bundle, in: epoch), leftOut: leftOut(bundle),
      campaigns: zip(plan.campaigns, commitment.campaigns).map {
        campaign($0, $1, plan, outcomes)
      },
      inputs: commitment.inputs.compactMap { input in
        plan.source(named: input.source).map {
          InputSummary(source: $0, rows: input.rows, hash: input.hash)
        }
      }, redirects: redirects(bundle), decisions: decisions(bundle), hidden: hidden(bundle))
  }

  private static func token(
    _ supply: SupplyTable, _ bundle: Bundled
  ) -> TokenSummary {
    let (token, plan, campaigns) = (supply.token, bundle.plan, bundle.campaigns)
    let paying = zip(plan.campaigns, campaigns).filter { $0.0.token == token.name }
    let unlocks = plan.unlockSchedule(of: token)
    let list = Spreading.merged(paying.map(\.1.entitlements))
    return TokenSummary(
      supply: supply, unlocks: unlocks, course: course(of: unlocks, plan),
      periods: plan.unlockPeriods(of: unlocks, limit: shownPeriods),
      spread: Spreading.spread(
        of: list, decimals: token.decimals,
        labels: labels(plan, campaigns: Set(paying.map(\.0.name)))),
      clusters: clusters(of: list, decimals: token.decimals, bundle))
  }

  /// The schedule with the second before each date: what comes free at once is seen as such.
  private static func course(of schedule: UnlockSchedule, _ plan: Plan) -> UnlockSchedule {
    // Steps between the dates of the schedule are drawn too, as far as there are not too many.
    let steps = schedule.lines.flatMap {
      $0.campaign.vesting.unlockTimes(limit: PlanReviewing.unlockPoints)
    }.filter { time in
      schedule.dates.first.map { $0 < time } ?? false
        && time < schedule.dates[schedule.dates.count - 1]
    }
    let shown = Set(schedule.dates + (steps.count <= maximumSteps ? steps : [])).sorted()
    let before = shown.dropFirst().map { Timestamp($0.seconds - 1) }
    let dates = Set(shown + before).sorted()
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

  private static func program(_ outcome: ProgramOutcome, _ bundle: Bundled) -> ProgramSummary? {
    let plan = bundle.plan
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
      }, draw: draw(program, outcome, bundle), match: match(program, outcome, bundle))
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
