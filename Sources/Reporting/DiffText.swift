import DistributionModel
import EthereumPrimitives

/// Writes a comparison of two distributions for a terminal.
public enum DiffText {
  /// - Parameter top: how many accounts that gain, and how many that lose, are shown.
  public static func lines(_ diff: DistributionDiff, top: Int) -> [String] {
    sides(diff) + section("The plan", planChanges(diff.planChanges))
      + section("The inputs", inputs(diff)) + section("Programs", programs(diff))
      + diff.campaigns.flatMap { section("Campaign \($0.name)", campaign($0, diff, top: top)) }
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

  private static func planChanges(_ changes: [PlanChange]) -> [String] {
    changes.flatMap { change -> [String] in
      let part = "\(change.part.kind.rawValue) \(change.part.name)"
      let place = change.key.isEmpty ? part : "\(part), \(change.key)"
      // A line that holds more than what changed may be the same on both sides.
      let isTold =
        change.before?.written != change.after?.written && change.before?.written != nil
        && change.after?.written != nil
      func line(_ sign: String, _ statement: PlanChange.Statement?) -> String? {
        statement.map { statement in
          let text = isTold ? statement.written ?? statement.value : statement.value
          let number = statement.line.map { "line \($0): " } ?? ""
          return "    \(sign) \(number)\(shortened(text))"
        }
      }
      return ["  " + place] + [line("-", change.before), line("+", change.after)].compactMap { $0 }
    }
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
    return table.isEmpty ? [] : table.lines
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
    guard campaign.total.before != campaign.total.after || !campaign.accounts.isEmpty else {
      return [
        "  nothing changes: \(TokenAmountText.text(campaign.total.after, of: token)), "
          + "accounts \(campaign.holders.after)"
      ]
    }
    let gain = campaign.accounts.filter { $0.amount.after > $0.amount.before }
    let lose = campaign.accounts.filter { $0.amount.after < $0.amount.before }
    var lines = [
      "  total \(TokenAmountText.text(campaign.total.before, of: token)) → "
        + "\(TokenAmountText.text(campaign.total.after, of: token)) "
        + "(\(change(campaign.total.before, campaign.total.after, of: token))), "
        + "accounts \(campaign.holders.before) → \(campaign.holders.after)"
    ]
    lines.append(
      "  \(gain.count) gain \(TokenAmountText.text(campaign.gained, of: token)), "
        + "\(lose.count) lose \(TokenAmountText.text(campaign.lost, of: token))")
    for (title, accounts) in [("gain most", gain), ("lose most", lose)]
    where !accounts.isEmpty && top > 0 {
      lines += [""] + table(title, accounts, campaign, diff, top: top)
    }
    return lines
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
        change(before, after, of: campaign.token), DiffReasonText.text(of: account, in: diff),
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

/// Says in one line why an account's amount is another one.
public enum DiffReasonText {
  public static func text(of account: AccountDiff, in diff: DistributionDiff) -> String {
    guard !account.parts.isEmpty else { return "earlier roots" }
    return account.parts.map { part in
      let program = diff.programs[part.program]
      return "\(program.name): "
        + reasons(part, of: account.account, program, diff).joined(separator: ", ")
    }.joined(separator: "; ")
  }

  private static func reasons(
    _ part: AccountDiff.Part, of account: Address, _ program: ProgramDiff,
    _ diff: DistributionDiff
  ) -> [String] {
    if diff.follows { return ["epoch \(diff.sides.after.epoch.number)"] }
    guard program.figures.before != nil else { return ["a new program"] }
    guard program.figures.after != nil else { return ["the program does not run any more"] }
    let why = part.reasons
    var reasons = why.entered.map { "new in \($0)" } + why.left.map { "no longer in \($0)" }
    reasons += why.values.map { value in
      let texts = [value.amount.before, value.amount.after].map { text(of: $0, in: value.column) }
      return "\(value.source).\(value.column.name) \(texts[0]) → \(texts[1])"
    }
    reasons += why.earlier.map { "what \($0.program) gives it" }
    if let reason = why.refused.before { reasons.append("was \(reason.rawValue)") }
    if let reason = why.refused.after { reasons.append("now \(reason.rawValue)") }
    if let rule = rule(program, account, diff) { reasons.append(rule) }
    return reasons.isEmpty ? ["what others have changed"] : reasons
  }

  /// A value of a column as people write it.
  private static func text(of value: UInt256, in column: ColumnDeclaration) -> String {
    guard let places = column.places else {
      return Address(number: value)?.checksummed ?? value.decimal
    }
    return TokenAmountText.whole(value, decimals: places)
  }

  /// What the plan says otherwise of the program, lines about other accounts left out.
  private static func rule(
    _ program: ProgramDiff, _ account: Address, _ diff: DistributionDiff
  ) -> String? {
    var keys: [String] = []
    for change in program.planChanges.map({ diff.planChanges[$0] }) {
      let key = change.part.kind == .source ? "source \(change.part.name)" : change.key
      let isAboutOthers = key.contains(" 0x") && !key.contains(account.hex)
      if !isAboutOthers, !keys.contains(key) { keys.append(key) }
    }
    return keys.isEmpty ? nil : "rule: " + keys.prefix(4).joined(separator: ", ")
  }
}
