import DistributionModel
import EthereumPrimitives

/// How the plan divides a token, and when that comes free.
extension TokenSections {
  /// How many dates of the unlock schedule a table has.
  static let shownDates = 14

  // MARK: Supply

  var supply: ReportSection {
    var table = PageTable(
      "Budgets of the plan's programs, over all epochs", .blocks,
      [
        .words("Program"), .words("Kind"), .words("Campaign"), .words("Free"),
        .number("Budget"), .number(token.token.supply == nil ? "Of the plan" : "Of supply"),
      ])
    for row in token.supply.rows {
      let program = row.program
      let group = program.group == program.name ? "" : ", \(program.group)"
      table.add([
        .text(program.name),
        .text(program.kind.rawValue + group + (program.insiders ? ", insiders" : "")),
        .text(program.campaign), .text(free(row)),
        .text(FigureText.short(program.budget.baseUnits, of: token.token)),
        .text(part(program.budget.baseUnits)),
      ])
    }
    addTotals(to: &table)
    return ReportSection(
      id: id("supply"), title: title("Supply"),
      content: [
        ReportSection.paragraph(
          token.token.supply == nil
            ? "The plan does not state the supply of \(symbol); parts are of what it gives."
            : "What the plan gives of all \(symbol) there are."), table.markup,
      ])
  }

  /// When a program's tokens come free: by its campaign's schedule, or by the epochs.
  private func free(_ row: SupplyTable.Row) -> String {
    guard row.program.emission != nil, let end = row.end else {
      return VestingText.words(row.campaign.vesting, end: row.end)
    }
    return "by epoch, until \(end.shortest)"
  }

  private func part(_ units: UInt256) -> String {
    FigureText.percent(units, of: token.supply.whole)
  }

  private func addTotals(to table: inout PageTable) {
    func add(_ name: String, _ units: UInt256, isTotal: Bool = false) {
      table.add(
        [
          .text(name), .none, .none, .none, .text(FigureText.short(units, of: token.token)),
          .text(part(units)),
        ], isTotal: isTotal)
    }
    if !token.supply.insiders.isZero { add("Of these to insiders", token.supply.insiders) }
    guard let unplanned = token.supply.unplanned else {
      return add("All programs", token.supply.budgeted, isTotal: true)
    }
    add("Not in this plan", unplanned)
    add("Supply", token.supply.whole, isTotal: true)
  }

  /// The date alone, in UTC.
  static func day(_ time: Timestamp) -> String { String(time.iso8601.prefix { $0 != "T" }) }

  // MARK: Unlocks

  var unlocks: ReportSection {
    let schedule = token.unlocks
    let content: [Markup]
    if schedule.dates.count < 2 {
      content = [
        ReportSection.paragraph(
          "All of it is free at once: a claim pays whatever its account may claim.")
      ]
    } else {
      content = [
        ReportSection.paragraph(
          "Budgets, as the plan's vesting and epochs set them free; what nobody earns of them is "
            + "carried and may come free later."),
        .element(
          "div", ["class": "pair"], .element("div", [:], chart, legend),
          .element("div", [:], dates)),
      ]
    }
    return ReportSection(
      id: id("unlocks"), title: title("When it comes free"), content: content)
  }

  private var chart: Markup {
    .element("figure", [:], UnlockChart(schedule: token.course, id: id("unlock")).markup)
  }

  /// The campaigns in the order in which they are stacked, the highest first.
  private var legend: Markup {
    let lines = token.unlocks.lines
    return .element(
      "ul", ["class": "legend"],
      lines.indices.reversed().map { index in
        .element(
          "li", [:],
          .element(
            "svg", ["viewBox": "0 0 12 12", "aria-hidden": "true"],
            .element("rect", ["class": UnlockChart.series(index), "width": "12", "height": "12"])),
          .text(
            "\(lines[index].campaign.name): "
              + FigureText.short(lines[index].budget, of: token.token)))
      })
  }

  private var dates: Markup {
    let schedule = token.unlocks
    let total = schedule.budget
    let showsInsiders = !token.supply.insiders.isZero
    var table = PageTable(
      "Free by date (UTC), all campaigns together", .small,
      [.words("Date"), .number("Free"), .number("Of all")]
        + (showsInsiders ? [.number("Insiders")] : []))
    let unlocked = schedule.unlocked
    for index in shown(schedule.dates.count) {
      table.add(
        [
          .text(Self.day(schedule.dates[index])),
          .text(FigureText.shortNumber(unlocked[index], of: token.token)),
          .text(FigureText.percent(unlocked[index], of: total)),
        ]
          + (showsInsiders
            ? [.text(FigureText.percent(schedule.insiders[index], of: unlocked[index]))] : []))
    }
    return table.markup
  }

  /// All places, or some in equal distances with the first and the last.
  private func shown(_ count: Int) -> [Int] {
    let rows = min(count, Self.shownDates)
    return (0..<rows).map { rows < 2 ? 0 : (count - 1) * $0 / (rows - 1) }
  }
}
