import DistributionModel
import EthereumPrimitives

/// Writes what a plan would do as tables for a terminal.
public enum PlanReviewText {
  /// How many epochs of an emission are shown before the middle is left out.
  static let shownEpochs = 12

  public static func lines(_ review: PlanReview) -> [String] {
    var lines = ["Plan \(review.plan.name)"]
    lines += section("Tokens", tokens(review))
    lines += section("Programs", programs(review))
    for program in review.programs where program.program.emission != nil {
      lines += section("Emission of \(program.program.name)", emission(program))
    }
    for unlock in review.unlocks { lines += section(title(unlock), unlocks(unlock)) }
    return lines + draft(review.plan)
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    ["", title] + lines
  }

  private static func tokens(_ review: PlanReview) -> [String] {
    var table = TextTable([
      ("token", .left), ("decimals", .right), ("supply", .right), ("in programs", .right),
      ("of supply", .right), ("left", .right),
    ])
    for use in review.tokens {
      let token = use.token
      let supply = token.supply?.baseUnits
      table.add([
        token.symbol, "\(token.decimals)",
        supply.map { TokenAmountText.whole($0, decimals: token.decimals) } ?? "not stated",
        TokenAmountText.whole(use.budgeted, decimals: token.decimals),
        supply.map { TokenAmountText.percentage(use.budgeted, of: $0) } ?? "–",
        supply.map { TokenAmountText.whole($0 &- use.budgeted, decimals: token.decimals) } ?? "–",
      ])
    }
    return table.lines
  }

  private static func programs(_ review: PlanReview) -> [String] {
    var table = TextTable([
      ("program", .left), ("kind", .left), ("campaign", .left), ("budget", .right),
      ("recipients", .right), ("refused", .right), ("allocated", .right), ("carry", .right),
    ])
    for use in review.programs {
      let outcome = use.outcome
      let decimals = use.token.decimals
      table.add([
        use.program.name, use.program.kind.rawValue, use.program.campaign,
        TokenAmountText.text(use.program.budget.baseUnits, of: use.token),
        "\(outcome.accounts.count)", "\(outcome.exclusions.count)",
        TokenAmountText.whole(outcome.allocated.baseUnits, decimals: decimals),
        TokenAmountText.whole(outcome.carry.baseUnits, decimals: decimals),
      ])
    }
    return table.lines
  }

  private static func emission(_ use: PlanReview.ProgramUse) -> [String] {
    var table = TextTable([
      ("epoch", .right), ("emitted", .right), ("so far", .right), ("of budget", .right),
    ])
    let budget = use.program.budget.baseUnits
    var sum = UInt256.zero
    var leftOut = 0
    for (index, amount) in use.epochs.enumerated() {
      sum = sum &+ amount
      guard index < shownEpochs / 2 || index >= use.epochs.count - shownEpochs / 2 else {
        leftOut += 1
        continue
      }
      if leftOut > 0 {
        table.add(["…", "(\(leftOut) more)", "", ""])
        leftOut = 0
      }
      table.add([
        "\(index)", TokenAmountText.whole(amount, decimals: use.token.decimals),
        TokenAmountText.whole(sum, decimals: use.token.decimals),
        TokenAmountText.percentage(sum, of: budget),
      ])
    }
    return table.lines
  }

  private static func title(_ unlock: PlanReview.Unlocks) -> String {
    unlock.points.isEmpty
      ? "Campaign \(unlock.campaign.name): free at once"
      : "Campaign \(unlock.campaign.name): unlock schedule"
  }

  private static func unlocks(_ unlock: PlanReview.Unlocks) -> [String] {
    guard !unlock.points.isEmpty else {
      return ["  \(TokenAmountText.text(unlock.total, of: unlock.token))"]
    }
    var table = TextTable([("time", .left), ("free", .right), ("of campaign", .right)])
    for point in unlock.points {
      table.add([
        point.time.iso8601,
        TokenAmountText.text(point.unlocked, of: unlock.token),
        TokenAmountText.percentage(point.unlocked, of: unlock.total),
      ])
    }
    return table.lines
  }

  private static func draft(_ plan: Plan) -> [String] {
    let open = plan.campaigns.filter { $0.deployment == nil }.map(\.name)
    guard !open.isEmpty else { return [] }
    return [
      "",
      "Draft: no `deployment` is named for \(open.joined(separator: ", ")),"
        + " so the proofs of a bundle would be good nowhere yet.",
    ]
  }
}
