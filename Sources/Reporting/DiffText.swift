import DistributionModel
import EthereumPrimitives

/// Writes a comparison of two distributions for a terminal.
public enum DiffText {
  /// - Parameter top: how many accounts that gain, and how many that lose, are shown.
  public static func lines(_ diff: DistributionDiff, top: Int) -> [String] {
    sides(diff)
      + diff.campaigns.flatMap { section("Campaign \($0.name)", campaign($0, diff, top: top)) }
      + section("Programs", programs(diff)) + section("The plan", planChanges(diff))
      + section("The inputs", inputs(diff))
      + diff.tokens.flatMap { section("Concentration of \($0.token.symbol)", concentration($0)) }
  }

  private static func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines
  }

  private static func sides(_ diff: DistributionDiff) -> [String] {
    func side(_ word: String, _ side: DistributionDiff.Side) -> String {
      let kind = side.identity.map { "bundle \($0.hex)" } ?? "plan, computed now"
      return "\(word)  \(side.name) (\(kind), epoch \(side.epoch.number))"
    }
    let lines = [side("before", diff.sides.before), side("after ", diff.sides.after)]
    return diff.follows
      ? lines + ["The second is built on the first: what it gives is added."] : lines
  }

  // MARK: Plan and inputs

  private static func planChanges(_ diff: DistributionDiff) -> [String] {
    diff.planChanges.flatMap { change -> [String] in
      let part = "\(change.part.kind.rawValue) \(change.part.name)"
      let place = change.key.isEmpty ? part : "\(part), \(change.key)"
      // A line that holds more than what changed may be the same on both sides.
      let isTold =
        change.before?.written != change.after?.written && change.before?.written != nil
        && change.after?.written != nil
      func line(_ sign: String, _ statement: PlanChange.Statement?) -> String? {
        statement.map { statement in
          let text = isTold ? statement.written ?? statement.value : value(statement, change, diff)
          let number = statement.line.map { "line \($0): " } ?? ""
          return "    \(sign) \(number)\(shortened(text))"
        }
      }
      return ["  " + place] + [line("-", change.before), line("+", change.after)].compactMap { $0 }
    }
  }

  /// Amounts in whole tokens, as people write them.
  private static func value(
    _ statement: PlanChange.Statement, _ change: PlanChange, _ diff: DistributionDiff
  ) -> String {
    let isAmount =
      ["budget", "supply", "unit", "shareOf"].contains(change.key)
      || change.key.hasSuffix(".amount")
    guard isAmount, let units = try? UInt256(decimal: statement.value) else {
      return statement.value
    }
    let token =
      change.part.kind == .token
      ? diff.tokens.first { $0.token.name == change.part.name }?.token
      : diff.programs.first { $0.name == change.part.name }?.token
    return token.map { TokenAmountText.text(units, of: $0) } ?? "\(units.decimal) base units"
  }

  private static func shortened(_ text: String) -> String {
    text.count > 160 ? text.prefix(157) + "…" : text
  }

  private static func inputs(_ diff: DistributionDiff) -> [String] {
    var table = TextTable([
      ("source", .left), ("rows before", .right), ("after", .right), ("accounts new", .right),
      ("gone", .right), ("changed", .right),
    ])
    for input in diff.inputs where input.isChanged {
      table.add([
        input.source, "\(input.rows.before)", "\(input.rows.after)", "\(input.entered)",
        "\(input.left)", "\(input.changed)",
      ])
    }
    let hidden = diff.inputs.filter { !$0.hidden.isEmpty }.map { input in
      let columns = input.hidden.map { "\(input.source).\($0)" }.joined(separator: ", ")
      return "  \(columns): private, and hidden under two secrets; only the other columns are "
        + "compared"
    }
    return (table.isEmpty ? [] : table.lines) + hidden
  }

  // MARK: Programs

  private static func programs(_ diff: DistributionDiff) -> [String] {
    var table = TextTable([
      ("program", .left), ("", .left), ("before", .right), ("after", .right), ("change", .right),
    ])
    for program in diff.programs {
      let (before, after) = (program.figures.before, program.figures.after)
      for (title, figure) in figures {
        let pair = DistributionDiff.Pair(
          before.map { $0[keyPath: figure] }, after.map { $0[keyPath: figure] })
        guard pair.before != pair.after else { continue }
        table.add(
          [program.name, title] + [pair.before, pair.after].map { cell($0, of: program.token) }
            + [change(pair.before ?? .zero, pair.after ?? .zero, of: program.token)])
      }
      for (title, count) in counts where before?[keyPath: count] != after?[keyPath: count] {
        let numbers = [before, after].map { $0?[keyPath: count] ?? 0 }
        table.add(
          [program.name, title] + numbers.map { "\($0)" } + [signed(numbers[1] - numbers[0])])
      }
    }
    return table.isEmpty ? [] : table.lines
  }

  private static let figures: [(String, KeyPath<ProgramDiff.Figures, UInt256> & Sendable)] = [
    ("budget", \.budget), ("allocated", \.allocated), ("carry", \.carry),
  ]
  private static let counts: [(String, KeyPath<ProgramDiff.Figures, Int> & Sendable)] = [
    ("recipients", \.recipients), ("refused", \.refused),
  ]

  private static func cell(_ units: UInt256?, of token: Token) -> String {
    units.map { TokenAmountText.text($0, of: token) } ?? "does not run"
  }

  private static func signed(_ number: Int) -> String { number > 0 ? "+\(number)" : "\(number)" }

  /// `+1.5 ACME`, `-1.5 ACME`.
  private static func change(_ before: UInt256, _ after: UInt256, of token: Token) -> String {
    if let more = after.subtracting(before) {
      return (more.isZero ? "" : "+") + TokenAmountText.text(more, of: token)
    }
    return "-" + TokenAmountText.text(before &- after, of: token)
  }

  // MARK: Accounts

  private static func campaign(
    _ campaign: CampaignDiff, _ diff: DistributionDiff, top: Int
  ) -> [String] {
    let token = campaign.token
    let (before, after) = (campaign.total.before, campaign.total.after)
    let holders =
      campaign.holders.before == campaign.holders.after
      ? "\(accounts(campaign.holders.after)) as before"
      : "\(campaign.holders.before) → \(accounts(campaign.holders.after))"
    guard before != after || !campaign.accounts.isEmpty else {
      return [
        "  nothing changes: \(TokenAmountText.text(after, of: token)) for "
          + accounts(campaign.holders.after)
      ]
    }
    let gain = campaign.accounts.filter { $0.amount.after > $0.amount.before }
    let lose = campaign.accounts.filter { $0.amount.after < $0.amount.before }
    var lines = [
      "  "
        + [
          gain.isEmpty
            ? "nobody gains"
            : "\(accounts(gain.count)) gain\(gain.count == 1 ? "s" : "") "
              + TokenAmountText.text(campaign.gained, of: token),
          lose.isEmpty
            ? "nobody loses"
            : "\(accounts(lose.count)) lose\(lose.count == 1 ? "s" : "") "
              + TokenAmountText.text(campaign.lost, of: token),
        ].joined(separator: ", "),
      "  total " + total(campaign) + ", " + holders,
    ]
    for (title, accounts) in [("gain most", gain), ("lose most", lose)]
    where !accounts.isEmpty && top > 0 {
      lines += [""] + table(title, accounts, campaign, diff, top: top)
    }
    return lines
  }

  private static func total(_ campaign: CampaignDiff) -> String {
    let (before, after) = (campaign.total.before, campaign.total.after)
    let text = TokenAmountText.text(after, of: campaign.token)
    guard before != after else { return "\(text) as before" }
    return "\(TokenAmountText.whole(before, decimals: campaign.token.decimals)) → \(text) "
      + "(\(change(before, after, of: campaign.token)))"
  }

  private static func accounts(_ count: Int) -> String {
    "\(count) account\(count == 1 ? "" : "s")"
  }

  private static func table(
    _ title: String, _ accounts: [AccountDiff], _ campaign: CampaignDiff, _ diff: DistributionDiff,
    top: Int
  ) -> [String] {
    var table = TextTable([
      (title, .left), ("before", .right), ("after", .right), ("change", .right), ("because", .left),
    ])
    for account in largest(accounts, top) {
      let (before, after) = (account.amount.before, account.amount.after)
      table.add([
        account.account.checksummed,
        TokenAmountText.whole(before, decimals: campaign.token.decimals),
        TokenAmountText.whole(after, decimals: campaign.token.decimals),
        change(before, after, of: campaign.token),
        DiffReasonText.text(of: account, in: diff, token: campaign.token),
      ])
    }
    let rest = accounts.count - top
    return table.lines + (rest > 0 ? ["  … and \(rest) more: --top, --csv and --json"] : [])
  }

  /// The largest changes, descending; equal ones by account.
  private static func largest(_ accounts: [AccountDiff], _ count: Int) -> [AccountDiff] {
    func size(_ account: AccountDiff) -> UInt256 {
      let (before, after) = (account.amount.before, account.amount.after)
      return after > before ? after &- before : before &- after
    }
    let sized = accounts.map { (size: size($0), account: $0) }
    let sorted = sized.sorted { left, right in
      left.size == right.size
        ? left.account.account < right.account.account : left.size > right.size
    }
    return sorted.prefix(count).map(\.account)
  }

  // MARK: Concentration

  private static func concentration(_ token: TokenDiff) -> [String] {
    let (before, after) = (token.spread.before, token.spread.after)
    guard before != after else { return [] }
    var table = TextTable([("", .left), ("before", .right), ("after", .right)])
    func add(_ title: String, _ text: (Spread) -> String) {
      table.add([title, before.map(text) ?? "–", after.map(text) ?? "–"])
    }
    add("accounts") { "\($0.holders)" }
    add("Gini") { FigureText.part($0.gini, decimals: 4) }
    add("HHI") { FigureText.part($0.herfindahl, decimals: 4) }
    for place in [0, 1, 2] {
      let share = (after ?? before)?.majorities[place].share ?? 0
      add("Nakamoto \(share / 10_000_000) %") { "\($0.majorities[place].holders)" }
    }
    add("largest account") {
      TokenAmountText.percentage($0.largest.first?.amount ?? .zero, of: $0.total)
    }
    add("ten largest") { "\(FigureText.part($0.topTen * 100, decimals: 2)) %" }
    return table.lines
  }
}

extension InputDiff {
  var isChanged: Bool { entered + left + changed > 0 || rows.before != rows.after }
}
