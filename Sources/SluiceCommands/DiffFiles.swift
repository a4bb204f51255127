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
        let reason = DiffReasonText.text(of: account, in: diff, token: campaign.token)
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
      member("hidden", .array(input.hidden.map { .string($0) })),
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
      member("accounts", .array(campaign.accounts.map { account($0, campaign, diff) })),
    ])
  }

  private static func account(
    _ account: AccountDiff, _ campaign: CampaignDiff, _ diff: DistributionDiff
  ) -> JSON {
    func target(_ target: AccountDiff.Target?) -> JSON {
      target.map { .string($0.account.checksummed) } ?? .null
    }
    return .object([
      member("account", .string(account.account.checksummed)),
      member("before", amount(account.amount.before)),
      member("after", amount(account.amount.after)),
      member("change", .string(signed(account.amount))),
      member(
        "because", .string(DiffReasonText.text(of: account, in: diff, token: campaign.token))),
      member(
        "programs",
        .array(
          account.parts.map { part in
            .object([
              member("name", .string(diff.programs[part.program].name)),
              member("before", amount(part.amount.before)),
              member("after", amount(part.amount.after)),
              member(
                "causes",
                .array(part.causes.map { cause($0, diff.programs[part.program], diff) })),
            ])
          })),
      member("goesToBefore", target(account.target.before)),
      member("goesToAfter", target(account.target.after)),
      member("received", account.received.map(received) ?? .null),
      member(
        "earlier",
        .object([
          member("before", amount(account.earlier.before)),
          member("after", amount(account.earlier.after)),
        ])),
    ])
  }

  private static func received(_ received: AccountDiff.Received) -> JSON {
    .object([
      member("before", amount(received.amount.before)),
      member("after", amount(received.amount.after)),
      member("accountsBefore", .integer(received.accounts.before)),
      member("accountsAfter", .integer(received.accounts.after)),
      member("entered", .integer(received.entered)), member("left", .integer(received.left)),
    ])
  }

  private static func cause(
    _ cause: DiffCause, _ program: ProgramDiff, _ diff: DistributionDiff
  ) -> JSON {
    let (kind, pair) = parts(of: cause.fact)
    return .object([
      member("kind", .string(kind)),
      member("words", .string(DiffReasonText.text(of: cause.fact, of: program.token, in: diff))),
      member("before", pair.map { amount($0.before) } ?? .null),
      member("after", pair.map { amount($0.after) } ?? .null),
      member("without", cause.without.map(amount) ?? .null),
      member("against", .bool(cause.isAgainst)),
    ])
  }

  /// The name of a fact, and its numbers where it has some.
  private static func parts(
    of fact: DiffCause.Fact
  ) -> (kind: String, pair: DistributionDiff.Pair<UInt256>?) {
    switch fact {
    case .epoch: ("epoch", nil)
    case .newProgram: ("new-program", nil)
    case .programGone: ("program-gone", nil)
    case .entered: ("entered", nil)
    case .left: ("left", nil)
    case .value(_, _, let pair): ("rows", pair)
    case .hidden: ("hidden", nil)
    case .earlier(_, let pair): ("earlier-program", pair)
    case .price(_, let pair, _): ("price", pair)
    case .weight(let pair, _): ("weight", pair)
    case .wasRefused: ("was-refused", nil)
    case .refused: ("refused", nil)
    case .rule: ("rule", nil)
    case .others(let pair, _): ("others", pair)
    case .budget(let pair): ("budget", pair)
    }
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
