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
      member("tokens", .array(review.tokens.map(token))),
      member("programs", .array(review.programs.map(program))),
      member("unlocks", .array(review.unlocks.map(unlocks))),
    ]
  }

  private static func token(_ use: PlanReview.TokenUse) -> JSON {
    .object([
      member("name", .string(use.token.name)), member("decimals", .integer(use.token.decimals)),
      member("supply", use.token.supply.map { amount($0.baseUnits) } ?? .null),
      member("budgeted", amount(use.budgeted)),
    ])
  }

  private static func program(_ use: PlanReview.ProgramUse) -> JSON {
    .object([
      member("name", .string(use.program.name)),
      member("kind", .string(use.program.kind.rawValue)),
      member("campaign", .string(use.program.campaign)),
      member("budget", amount(use.program.budget.baseUnits)),
      member("recipients", .integer(use.outcome.accounts.count)),
      member("excluded", .integer(use.outcome.exclusions.count)),
      member("allocated", amount(use.outcome.allocated.baseUnits)),
      member("carry", amount(use.outcome.carry.baseUnits)),
      member("epochs", .array(use.epochs.map(amount))),
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

  private static func amount(_ units: UInt256) -> JSON { .string(units.decimal) }

  private static func member(_ key: String, _ value: JSON) -> JSON.Member {
    JSON.Member(key: key, value: value)
  }
}
