import DistributionModel
import EthereumPrimitives

/// What things were worth, and which actions did not count.
enum ReportActions {
  static func sections(_ summary: BundleSummary) -> [ReportSection] {
    (summary.prices.isEmpty ? [] : [prices(summary.prices)])
      + summary.leftOut.enumerated().map { index, leftOut in
        section(leftOut, suffix: summary.leftOut.count > 1 ? "-\(index)" : "")
      }
  }

  // MARK: Prices

  private static func prices(_ prices: [PriceSummary]) -> ReportSection {
    ReportSection(
      id: "prices", title: "What things were worth",
      content: [
        ReportSection.paragraph(
          "A price is the median of its sources, of those that are neither stale nor too far from "
            + "the median of all. It is the same for every account.")
      ]
        + prices.enumerated().flatMap { index, price in
          [
            .element("h3", [:], .text("Price of \(price.finding.price.name)")), words(price),
            sources(price), chart(price, index),
          ]
        })
  }

  private static func words(_ price: PriceSummary) -> Markup {
    let finding = price.finding
    let counting = finding.sources.count { $0.standing == .counts }
    return ReportSection.paragraph(
      "\(finding.text(finding.value) ?? "None") \(PriceText.words(finding.price.moment)): the "
        + "median of \(counting) of \(finding.sources.count.counted("source")), of which at least "
        + "\(finding.price.atLeast) had to count. Read by "
        + "\(price.programs.joined(separator: ", "))."
    )
  }

  private static func sources(_ price: PriceSummary) -> Markup {
    let finding = price.finding
    var table = PageTable(
      "What the sources of \(finding.price.name) say", .blocks,
      [
        .words("Source"), .number("Value"), .words("Standing"), .number("Observations"),
        .words("Last one"),
      ])
    for (source, observations) in zip(finding.sources, price.observations) {
      table.add([
        .text(source.name), .text(finding.text(source.value) ?? "none"),
        .text(standing(source, finding)), .text(FigureText.count(observations.count)),
        .text(observations.last?.time.iso8601 ?? "none"),
      ])
    }
    return table.markup
  }

  private static func standing(_ source: PriceFinding.Source, _ finding: PriceFinding) -> String {
    let price = finding.price
    switch source.standing {
    case .counts: return "counts"
    case .stale:
      let age = DurationText.words(price.staleAfter)
      return price.moment == .average
        ? "left out as stale: for more than \(age) it had no new value"
        : "left out as stale: no value that is at most \(age) old"
    case .deviates:
      guard let value = source.value, let median = finding.median else { return "left out" }
      let distance = value < median ? median &- value : value &- median
      return "left out: \(FigureText.percent(distance, of: median)) from the median of all, "
        + "\(finding.text(median) ?? ""), and more than "
        + "\(price.deviation.map { "\($0)" } ?? "that") is too far"
    }
  }

  private static func chart(_ price: PriceSummary, _ index: Int) -> Markup {
    guard let chart = PriceChart(price, id: "price-\(index)") else { return .none }
    return .element(
      "figure", [:], chart.markup, .element("figcaption", [:], .text(chart.words)), chart.legend)
  }

  // MARK: Left out

  private static func section(_ leftOut: LeftOutSummary, suffix: String) -> ReportSection {
    let source = leftOut.source.name
    return ReportSection(
      id: "left-out" + suffix, title: "What does not count of \(source)",
      content: [words(leftOut), rules(leftOut), lines(leftOut)])
  }

  private static func words(_ leftOut: LeftOutSummary) -> Markup {
    let all = FigureText.rows(leftOut.rows) + " of " + FigureText.accounts(leftOut.accounts)
    guard !leftOut.rules.isEmpty else {
      return ReportSection.paragraph(
        "The plan limits what counts of \(leftOut.source.file). All of its \(all) count in full.")
    }
    return ReportSection.paragraph(
      "The plan limits what counts of \(leftOut.source.file). Of its \(all), "
        + "\(FigureText.rows(leftOut.touchedRows)) of "
        + "\(FigureText.accounts(leftOut.touchedAccounts)) "
        + "\(leftOut.touchedRows == 1 ? "does" : "do") not count, or not in full. The rows stay in "
        + "the bundle, so that everybody sees them.")
  }

  private static func rules(_ leftOut: LeftOutSummary) -> Markup {
    guard !leftOut.rules.isEmpty else { return .none }
    var table = PageTable(
      "By rule of the plan", .blocks,
      [
        .words("Rule"), .words("Why"), .number("Rows"), .number("Accounts"), .number("Quantity"),
        .number("Part of all"),
      ])
    for rule in leftOut.rules {
      table.add([
        .text(rule.key), .text(rule.words), .text(FigureText.count(rule.rows)),
        .text(FigureText.count(rule.accounts)), .text(quantity(rule.amount, rule.column)),
        .text(part(rule)),
      ])
    }
    return table.markup
  }

  private static func part(_ rule: LeftOutSummary.Rule) -> String {
    guard let amount = rule.amount, let whole = rule.whole else { return "" }
    return FigureText.percent(amount, of: whole)
  }

  private static func lines(_ leftOut: LeftOutSummary) -> Markup {
    guard !leftOut.largest.isEmpty else { return .none }
    var table = PageTable(
      "By account, those with the most rows first", .blocks,
      [.words("Account"), .words("Rule"), .number("Rows"), .number("Quantity")])
    for line in leftOut.largest {
      table.add([
        ReportSection.code(line.account.checksummed), .text(line.key),
        .text(FigureText.count(line.rows)), .text(quantity(line.amount, line.column)),
      ])
    }
    let rest = leftOut.lines - leftOut.largest.count
    return table.markup
      + (rest > 0
        ? ReportSection.paragraph("And \(FigureText.count(rest)) more.", kind: "quiet") : .none)
  }

  private static func quantity(_ amount: UInt256?, _ column: ColumnDeclaration?) -> String {
    guard let column else { return "" }
    let value = amount.map { FigureText.decimal($0, places: column.places ?? 0) }
    return "\(value ?? "2^256 or more") \(column.name)"
  }
}
