import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Reporting

/// A comparison for programs: members of `sluice.diff.v1`, and rows of a CSV file. Amounts are base
/// units.
enum DiffFiles {
  // MARK: CSV

  /// `campaign,account,before,after,change,because`, one row per account and campaign.
  static func csv(_ diff: DistributionDiff) -> [UInt8] {
    var bytes = Array("campaign,account,before,after,change,because\n".utf8)
    let comma = UInt8(ascii: ",")
    for campaign in diff.campaigns {
      let name = Array(campaign.name.utf8) + [comma]
      for account in campaign.accounts {
        bytes += name
        account.account.appendHex(to: &bytes)
        bytes.append(comma)
        account.amount.before.appendDecimal(to: &bytes)
        bytes.append(comma)
        account.amount.after.appendDecimal(to: &bytes)
        bytes.append(comma)
        bytes += Array(signed(account.amount).utf8)
        bytes += Array(",\"".utf8)
        let reason = DiffReasonText.text(of: account, in: diff)
        bytes += Array(reason.replacing("\"", with: "\"\"").utf8) + Array("\"\n".utf8)
      }
    }
    return bytes
  }

  private static func signed(_ pair: DistributionDiff.Pair<UInt256>) -> String {
    pair.after.subtracting(pair.before).map(\.decimal)
      ?? "-" + (pair.before &- pair.after).decimal
  }

  // MARK: JSON

  static func members(_ diff: DistributionDiff) -> [JSON.Member] {
    [
      member("before", side(diff.sides.before)), member("after", side(diff.sides.after)),
      member("follows", .bool(diff.follows)),
      member("plan", .array(diff.planChanges.map(planChange))),
      member("inputs", .array(diff.inputs.map(input))),
      member("programs", .array(diff.programs.map(program))),
      member("campaigns", .array(diff.campaigns.map { campaign($0, diff) })),
      member("tokens", .array(diff.tokens.map(token))),
    ]
  }

  private static func side(_ side: DistributionDiff.Side) -> JSON {
    .object([
      member("name", .string(side.name)), member("plan", .string(side.plan)),
      member("epoch", .integer(Int(side.epoch.number))),
      member("identity", side.identity.map { .string($0.hex) } ?? .null),
    ])
  }

  private static func planChange(_ change: PlanChange) -> JSON {
    func statement(_ statement: PlanChange.Statement?) -> JSON {
      guard let statement else { return .null }
      return .object([
        member("value", .string(statement.value)),
        member("line", statement.line.map { .integer($0) } ?? .null),
      ])
    }
    return .object([
      member("part", .string(change.part.kind.rawValue)),
      member("name", .string(change.part.name)), member("key", .string(change.key)),
      member("before", statement(change.before)), member("after", statement(change.after)),
    ])
  }

  private static func input(_ input: InputDiff) -> JSON {
    .object([
      member("source", .string(input.source)),
      member("rowsBefore", .integer(input.rows.before)),
      member("rowsAfter", .integer(input.rows.after)),
      member("entered", .integer(input.entered)), member("left", .integer(input.left)),
      member("changed", .integer(input.changed)),
    ])
  }

  private static func program(_ program: ProgramDiff) -> JSON {
    func figures(_ figures: ProgramDiff.Figures?) -> JSON {
      guard let figures else { return .null }
      return .object([
        member("budget", amount(figures.budget)), member("allocated", amount(figures.allocated)),
        member("carry", amount(figures.carry)), member("recipients", .integer(figures.recipients)),
        member("refused", .integer(figures.refused)),
      ])
    }
    return .object([
      member("name", .string(program.name)), member("campaign", .string(program.campaign)),
      member("before", figures(program.figures.before)),
      member("after", figures(program.figures.after)),
      member("planChanges", .array(program.planChanges.map { .integer($0) })),
    ])
  }

  private static func campaign(_ campaign: CampaignDiff, _ diff: DistributionDiff) -> JSON {
    .object([
      member("name", .string(campaign.name)), member("token", .string(campaign.token.name)),
      member("decimals", .integer(campaign.token.decimals)),
      member("totalBefore", amount(campaign.total.before)),
      member("totalAfter", amount(campaign.total.after)),
      member("accountsBefore", .integer(campaign.holders.before)),
      member("accountsAfter", .integer(campaign.holders.after)),
      member("gained", amount(campaign.gained)), member("lost", amount(campaign.lost)),
      member("accounts", .array(campaign.accounts.map { account($0, diff) })),
    ])
  }

  private static func account(_ account: AccountDiff, _ diff: DistributionDiff) -> JSON {
    .object([
      member("account", .string(account.account.checksummed)),
      member("before", amount(account.amount.before)),
      member("after", amount(account.amount.after)),
      member("change", .string(signed(account.amount))),
      member("because", .string(DiffReasonText.text(of: account, in: diff))),
      member(
        "programs",
        .array(
          account.parts.map { part in
            .object([
              member("name", .string(diff.programs[part.program].name)),
              member("before", amount(part.amount.before)),
              member("after", amount(part.amount.after)),
            ])
          })),
    ])
  }

  private static func token(_ token: TokenDiff) -> JSON {
    func spread(_ spread: Spread?) -> JSON {
      guard let spread else { return .null }
      return .object([
        member("accounts", .integer(spread.holders)), member("total", amount(spread.total)),
        member("gini", .integer(Int(spread.gini))), member("hhi", .integer(Int(spread.herfindahl))),
        member("topTen", .integer(Int(spread.topTen))),
        member(
          "nakamoto",
          .object(
            spread.majorities.map {
              member("\($0.share / 10_000_000)%", .integer($0.holders))
            })),
      ])
    }
    return .object([
      member("name", .string(token.token.name)), member("before", spread(token.spread.before)),
      member("after", spread(token.spread.after)),
    ])
  }

  private static func amount(_ units: UInt256) -> JSON { .string(units.decimal) }

  private static func member(_ key: String, _ value: JSON) -> JSON.Member {
    JSON.Member(key: key, value: value)
  }
}
