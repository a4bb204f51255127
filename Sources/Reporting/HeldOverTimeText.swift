import DistributionModel
import EthereumPrimitives

/// Writes what an account held over time as a table that its holder can follow.
public enum HeldOverTimeText {
  public static func lines(_ held: HeldOverTime, tokens: [Token]) -> [String] {
    let inVault: [(title: String, alignment: TextTable.Alignment)] =
      held.through == nil ? [] : [("in the vault, on average", .right)]
    var table = TextTable(
      [("from", .left), ("to", .left), ("balance", .right)] + inVault + [
        ("of all, on average", .right), ("part", .right),
      ] + (held.rule == nil ? [] : [("receives", .right), ("per day", .right)]))
    for interval in held.intervals {
      let inVault = interval.inVault.map { [balance($0, held.value, tokens)] } ?? []
      table.add(
        [
          interval.start.iso8601, interval.end.iso8601,
          balance(interval.balance, held.value, tokens),
        ] + inVault + [
          balance(interval.total, held.value, tokens),
          TokenAmountText.percentage(
            UInt256(interval.part), of: UInt256(Share.whole.billionths)),
        ] + amounts(interval, held.token))
    }
    let what =
      held.through.map { through in
        "the balance in \(through.deposits), and its part of what \(through.vault) has there"
      } ?? "the balance in \(held.source)"
    return ["\(held.program): \(what), \(words(held))"]
      + table.lines.map { "  " + $0 }
  }

  /// How what was held led to the amount.
  private static func words(_ held: HeldOverTime) -> String {
    switch held.rule {
    case .share: "which counts at every second by its part of all balances"
    case .average: "which counts by balance times seconds"
    case nil:
      "of which the program reads "
        + (held.reads.isEmpty ? "nothing" : held.reads.map(words).joined(separator: ", and "))
        + ": no interval has a part of the amount"
    }
  }

  private static func words(_ measure: Series.Measure) -> String {
    let meaning =
      switch measure {
      case .opening: "what was held at the start"
      case .closing: "what was held at the end"
      case .lowest: "the least that was held"
      case .highest: "the most that was held"
      case .held: "balance times seconds"
      case .average: "what was held on average"
      case .seconds: "for how many seconds something was held"
      case .share: "the seconds earned by shares of all balances"
      case .running: "for how many seconds anybody held something"
      }
    return "\(measure.rawValue) (\(meaning))"
  }

  /// What is due to an interval, and to a day of it.
  private static func amounts(_ interval: HeldInterval, _ token: Token) -> [String] {
    guard let amount = interval.amount else { return [] }
    let seconds = UInt256(interval.end.seconds - interval.start.seconds)
    let daily = amount.multipliedFullWidth(by: UInt256(86_400))
      .quotientAndRemainder(dividingBy: seconds)?.quotient.low
    return [amount, daily ?? .zero].map { TokenAmountText.text($0, of: token) }
  }

  private static func balance(
    _ value: UInt256, _ column: ColumnDeclaration, _ tokens: [Token]
  ) -> String {
    if case .amount(let name, _, _) = column.kind,
      let token = tokens.first(where: { $0.name == name })
    {
      return TokenAmountText.text(value, of: token)
    }
    return DecimalNumber(value, scale: column.places ?? 0).shortest
  }
}
