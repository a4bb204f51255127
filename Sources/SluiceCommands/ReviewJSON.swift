import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// A plan's review as members of `sluice.check.v1`. Amounts are base units as strings.
enum ReviewJSON {
  static func members(_ review: PlanReview, hash: String) -> [JSON.Member] {
    [
      member("plan", .string(review.plan.name)),
      member("planHash", .string(hash)),
      member("draft", .bool(review.plan.isDraft)),
      member("tokens", .array(review.supply.map(token))),
      member("programs", .array(review.programs.map(program))),
      member("unlocks", .array(review.unlocks.map(unlocks))),
      member("schedules", .array(review.schedules.map(schedule))),
      member("concentration", .array(review.concentration.map(course))),
      member("guards", .array(review.guards.map(finding))),
    ]
  }

  private static func token(_ table: SupplyTable) -> JSON {
    .object([
      member("name", .string(table.token.name)), member("decimals", .integer(table.token.decimals)),
      member("supply", table.token.supply.map { amount($0.baseUnits) } ?? .null),
      member("budgeted", amount(table.budgeted)),
      member("insiders", amount(table.insiders)),
      member("unplanned", table.unplanned.map(amount) ?? .null),
    ])
  }

  private static func program(_ use: PlanReview.ProgramUse) -> JSON {
    .object([
      member("name", .string(use.program.name)),
      member("kind", .string(use.program.kind.rawValue)),
      member("campaign", .string(use.program.campaign)),
      member("budget", use.program.revenue == nil ? amount(use.program.budget.baseUnits) : .null),
      member("recipients", use.outcome.map { .integer($0.accounts.count) } ?? .null),
      member("excluded", use.outcome.map { .integer($0.exclusions.count) } ?? .null),
      member("allocated", use.outcome.map { amount($0.allocated.baseUnits) } ?? .null),
      member("carry", use.outcome.map { amount($0.carry.baseUnits) } ?? .null),
      member("epochs", .array(use.epochs.map(amount))),
      member("group", .string(use.program.group)),
      member("insiders", .bool(use.program.insiders)),
      member("revenue", use.program.revenue.map { .string($0.text) } ?? .null),
    ])
  }

  private static func unlocks(_ unlock: PlanReview.Unlocks) -> JSON {
    .object([
      member("campaign", .string(unlock.campaign.name)), member("total", amount(unlock.total)),
      member(
        "points",
        .array(
          unlock.points.map {
            .object([
              member("time", .string($0.time.iso8601)), member("unlocked", amount($0.unlocked)),
            ])
          })),
    ])
  }

  private static func schedule(_ schedule: UnlockSchedule) -> JSON {
    .object([
      member("token", .string(schedule.token.name)),
      member(
        "launch", schedule.isDated ? schedule.dates.first.map { time($0) } ?? .null : .null),
      member("dates", .array(schedule.isDated ? schedule.dates.map(time) : [.null])),
      member("unlocked", .array(schedule.unlocked.map(amount))),
      member("insiders", .array(schedule.insiders.map(amount))),
      member(
        "campaigns",
        .array(
          schedule.lines.map {
            .object([
              member("campaign", .string($0.campaign.name)), member("budget", amount($0.budget)),
              member("unlocked", .array($0.unlocked.map(amount))),
            ])
          })),
    ])
  }

  private static func course(_ course: ConcentrationCourse) -> JSON {
    .object([
      member("token", .string(course.token.name)), member("per", .string(course.holder.rawValue)),
      member(
        "points",
        .array(
          course.points.map {
            .object([
              member("time", time($0.date)), member("holders", .integer($0.holders)),
              member("unlocked", amount($0.total)), member("gini", billionths($0.gini)),
              member("hhi", billionths($0.herfindahl)),
              member("nakamoto", .array($0.majorities.map { .integer($0) })),
              member("largest", billionths($0.largest)), member("topTen", billionths($0.topTen)),
            ])
          })),
    ])
  }

  private static func finding(_ finding: GuardFinding) -> JSON {
    let value: JSON =
      switch finding.value {
      case .share(let share): billionths(share)
      case .holders(let count): .integer(count)
      case .nobody, .tooLarge, .notMeasured: .null
      }
    return .object([
      member("guard", .integer(finding.index)),
      member("measured", .bool(finding.value != .notMeasured)),
      member("holds", .bool(finding.holds)), member("found", value),
      member("time", finding.date.map { time($0) } ?? .null),
      member("program", finding.program.map { .string($0) } ?? .null),
      member("words", .string(finding.description)),
    ])
  }

  private static func time(_ time: Timestamp) -> JSON { .string(time.iso8601) }

  private static func billionths(_ share: Share) -> JSON { .integer(Int(share.billionths)) }

  private static func amount(_ units: UInt256) -> JSON { .string(units.decimal) }

  private static func member(_ key: String, _ value: JSON) -> JSON.Member {
    JSON.Member(key: key, value: value)
  }
}
