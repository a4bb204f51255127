import DistributionModel
import EthereumPrimitives

/// Writes what an account held over time as a table that its holder can follow.
public enum HeldOverTimeText {
  public static func lines(_ held: HeldOverTime, tokens: [Token]) -> [String] {
    let inVault: [(title: String, alignment: TextTable.Alignment)] =
      held.through == nil ? [] : [("in the vault, on average", .right)]
    var table = TextTable(
      [("from", .left), ("to", .left), ("balance", .right)] + inVault + [
        ("of all, on average", .right), ("part", .right), ("receives", .right),
        ("per day", .right),
      ])
    for interval in held.intervals {
      let seconds = UInt256(interval.end.seconds - interval.start.seconds)
      let daily = interval.amount.multipliedFullWidth(by: UInt256(86_400))
        .quotientAndRemainder(dividingBy: seconds)?.quotient.low
      let inVault = interval.inVault.map { [balance($0, held.value, tokens)] } ?? []
      table.add(
        [
          interval.start.iso8601, interval.end.iso8601,
          balance(interval.balance, held.value, tokens),
        ] + inVault + [
          balance(interval.total, held.value, tokens),
          TokenAmountText.percentage(
            interval.balance &+ (interval.inVault ?? .zero), of: interval.total),
          TokenAmountText.text(interval.amount, of: held.token),
          TokenAmountText.text(daily ?? .zero, of: held.token),
        ])
    }
    let rule =
      held.rule == .share
      ? "at every second by its part of all balances" : "by balance times seconds"
    let what =
      held.through.map { through in
        "the balance in \(through.deposits), and its part of what \(through.vault) has there"
      } ?? "the balance in \(held.source)"
    return ["\(held.program): \(what), which counts \(rule)"]
      + table.lines.map { "  " + $0 }
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
