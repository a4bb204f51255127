import DistributionModel
import EthereumPrimitives

/// What the page tells about one token.
struct TokenSections {
  let token: TokenSummary
  let summary: BundleSummary
  /// Tells the sections of several tokens apart.
  let suffix: String

  var symbol: String { token.token.symbol }

  func title(_ text: String) -> String { suffix.isEmpty ? text : "\(symbol): \(text)" }

  func id(_ name: String) -> String { name + suffix }

  var all: [ReportSection] {
    guard let spread = token.spread else { return [supply, unlocks] }
    return [supply, unlocks, evenness(spread), amounts(spread), largest(spread)]
  }

  // MARK: Spread

  private func evenness(_ spread: Spread) -> ReportSection {
    ReportSection(
      id: id("spread"), title: title("How evenly it is spread"),
      content: [
        ReportSection.paragraph(
          "Counted are the \(FigureText.accounts(spread.holders)) that may claim something, "
            + "vested or not. One person may have several accounts."),
        .element(
          "div", ["class": "pair"],
          .element("div", [:], curve(spread), quantiles(spread)),
          .element("div", [:], measures(spread), guards)),
      ])
  }

  private func curve(_ spread: Spread) -> Markup {
    .element(
      "figure", [:], LorenzChart(spread: spread, symbol: symbol, id: id("lorenz")).markup)
  }

  /// The measures per account, and beside them per cluster where the plan declares some.
  private func measures(_ spread: Spread) -> Markup {
    let clusters = token.clusters
    var table = PageTable(
      "Measures", clusters == nil ? .small : .blocks,
      [.words("Measure"), .number(clusters == nil ? "Value" : "Per account")]
        + (clusters == nil ? [] : [.number("Per cluster")]) + [.words("Meaning")])
    func add(_ name: String, _ meaning: String, _ value: (Spread) -> String) {
      table.add(
        [.text(name), .text(value(spread))]
          + (clusters.map { [.text(value($0.spread))] } ?? []) + [.text(meaning)])
    }
    let many = clusters == nil ? "accounts" : "holders"
    add("Gini", "0: all have the same; near 1: one has all") {
      FigureText.part($0.gini, decimals: 4)
    }
    add(
      "HHI",
      clusters == nil
        ? "like \(equals(spread.herfindahl)) with the same each"
        : "1 divided by it: so many with the same each would give that"
    ) { FigureText.part($0.herfindahl, decimals: 4) }
    for (place, majority) in spread.majorities.enumerated() {
      let percent = "\(majority.share / 10_000_000)\u{202F}%"
      add("Nakamoto \(percent)", "so many \(many) together have more than \(percent)") {
        FigureText.count($0.majorities[place].holders)
      }
    }
    add("Largest", "has the largest \(clusters == nil ? "account" : "holder")") {
      FigureText.percent($0.largest.first?.amount ?? .zero, of: $0.total)
    }
    if spread.holders > 10 {
      add("Top 10", "have the ten largest \(many)") { FigureText.percent($0.topTen) }
    }
    return table.markup + (clusters.map(words) ?? .none)
  }

  private func words(_ clusters: ClusterSummary) -> Markup {
    let declared = summary.plan.clusters.map { "\($0.source).\($0.column)" } ?? ""
    return ReportSection.paragraph(
      "Per cluster, accounts that \(declared) declares to be one holder are counted as one: "
        + "\(FigureText.accounts(clusters.accounts)) are \(FigureText.count(clusters.clusters)) "
        + "such holder\(clusters.clusters == 1 ? "" : "s"), all others stand alone.",
      kind: "quiet")
  }

  /// The plan's own bounds, which held, since nothing is allocated where one does not.
  private var guards: Markup {
    let guards = summary.plan.guards.enumerated().filter { $0.element.token == token.token.name }
    guard !guards.isEmpty else { return .none }
    return .element("h3", [:], .text("Bounds that the plan sets, and that hold"))
      + .element(
        "ul", [:],
        guards.map { index, bound in
          let finding = GuardFinding(
            index: index, bound: bound, date: nil, isLaunch: true, value: .notMeasured)
          return .element(
            "li", [:],
            .text("\(finding.subject) \(words(bound.moment)): \(finding.expected)"))
        })
  }

  private func words(_ moment: ConcentrationGuard.Moment) -> String {
    switch moment {
    case .launch: "at launch"
    case .time(let time): "on \(time.shortest)"
    case .every: "at launch and at every unlock"
    case .fullyVested: "when all is free"
    }
  }

  /// 1 / HHI to the nearest whole number: how many equal holders give the same index.
  private func equals(_ herfindahl: UInt64) -> String {
    herfindahl == 0
      ? "more than a billion accounts"
      : FigureText.accounts(Int((1_000_000_000 + herfindahl / 2) / herfindahl))
  }

  private func quantiles(_ spread: Spread) -> Markup {
    guard spread.holders >= 10 else { return .none }
    var table = PageTable(
      "The curve in numbers", .small,
      [.words("The accounts with the least"), .number("have together")])
    for percent: UInt64 in [10, 25, 50, 75, 90, 99] {
      table.add([
        .text("\(percent)\u{202F}%"),
        .text(FigureText.percent(spread.share(ofLeast: percent * 10_000_000))),
      ])
    }
    return table.markup
  }

  // MARK: Amounts

  private func amounts(_ spread: Spread) -> ReportSection {
    var table = PageTable(
      "Accounts by what they may claim in all; each band starts at its lower number",
      .bars,
      [
        .words("\(symbol)"), .bar("Accounts, drawn"), .number("Accounts"),
        .number("Of all"),
      ])
    let most = spread.bands.map(\.accounts).max() ?? 1
    for band in spread.bands {
      table.add([
        .text(range(band)), bar(band.accounts, of: most), .text(FigureText.count(band.accounts)),
        .text(FigureText.percent(band.amount, of: spread.total)),
      ])
    }
    return ReportSection(
      id: id("amounts"), title: title("How much accounts get"), content: [table.markup])
  }

  private func range(_ band: Spread.Band) -> String {
    let from = FigureText.shortNumber(band.from, of: token.token)
    guard let to = band.to else { return "from \(from)" }
    return "\(from) – \(FigureText.shortNumber(to, of: token.token))"
  }

  /// A bar as long as its part of the longest, and never too short to be seen.
  private func bar(_ count: Int, of most: Int) -> Markup {
    let tenths = count == 0 ? 0 : max(6, 1000 * count / most)
    return .element(
      "svg", ["viewBox": "0 0 100 10", "preserveAspectRatio": "none", "aria-hidden": "true"],
      .element("rect", ["width": Drawing.pixels(tenths), "height": "10"]))
  }

  // MARK: Largest

  private func largest(_ spread: Spread) -> ReportSection {
    var table = PageTable(
      "What they may claim in all, rounded down", .list,
      [.words("Rank"), .words("Account"), .number("Amount"), .number("Of all")])
    for (index, holder) in spread.largest.enumerated() {
      let account = Markup.element("code", [:], .text(holder.account.checksummed))
      table.add([
        .text("\(index + 1)"),
        holder.label.map { Markup.text("\($0) ") + account } ?? account,
        .text(FigureText.short(holder.amount, of: token.token)),
        .text(FigureText.percent(holder.amount, of: spread.total)),
      ])
    }
    let all = spread.largest.count == spread.holders
    return ReportSection(
      id: id("largest"), title: title(all ? "All recipients" : "Largest recipients"),
      content: [
        table.markup,
        all
          ? .none
          : ReportSection.paragraph(
            "All \(FigureText.accounts(spread.holders)) stand in entitlements.csv of the bundle.",
            kind: "quiet"),
      ])
  }
}
