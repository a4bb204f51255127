import DistributionModel
import EthereumPrimitives

/// How the plan divides a token, and when that comes free.
extension TokenSections {
  /// How many dates of the unlock schedule a table has; more are grouped.
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
        .text(
          program.revenue?.text ?? FigureText.short(program.budget.baseUnits, of: token.token)),
        program.revenue == nil ? .text(part(program.budget.baseUnits)) : .none,
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
    guard row.program.revenue == nil else { return "as it comes in" }
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
    guard schedule.dates.count > Self.shownDates else {
      return table(
        "Free by date (UTC), all campaigns together", "Date",
        schedule.dates.indices.map { index in
          (
            Self.day(schedule.dates[index]), schedule.unlocked[index],
            schedule.insiders[index]
          )
        })
    }
    let periods = token.periods
    let name = Self.name(ofMonths: periods.months)
    let launch = schedule.dates.prefix(1).map { date in
      ("Launch, " + Self.day(date), schedule.unlocked[0], schedule.insiders[0])
    }
    return table(
      "Free at launch and at the end of each \(name) (UTC), all campaigns together",
      name.capitalized(),
      launch + periods.rows.map { (label($0, periods.months), $0.unlocked, $0.insiders) })
      + .element(
        "p", ["class": "quiet"],
        .text(
          "Grouped by \(name): the schedule has \(FigureText.count(schedule.dates.count)) dates. "),
        ReportSection.code("sluice check plan.yaml"), .text(" prints all of them."))
  }

  private func table(
    _ caption: String, _ first: String, _ rows: [(String, UInt256, UInt256)]
  ) -> Markup {
    let total = token.unlocks.budget
    let showsInsiders = !token.supply.insiders.isZero
    var table = PageTable(
      caption, .small,
      [.words(first), .number("Free"), .number("Of all")]
        + (showsInsiders ? [.number("Insiders")] : []))
    for (label, unlocked, insiders) in rows {
      table.add(
        [
          .text(label), .text(FigureText.shortNumber(unlocked, of: token.token)),
          .text(FigureText.percent(unlocked, of: total)),
        ] + (showsInsiders ? [.text(FigureText.percent(insiders, of: unlocked))] : []))
    }
    return table.markup
  }

  private static func name(ofMonths months: UInt64) -> String {
    switch months {
    case 1: "month"
    case 3: "quarter"
    case 6: "half-year"
    case 12: "year"
    default: "\(months / 12) years"
    }
  }

  /// `2027-01`, `2027 Q1`, `2027 H1`, `2027`, `2027 – 2028`.
  private func label(_ row: UnlockPeriods.Row, _ months: UInt64) -> String {
    let date = { (time: Timestamp) in
      CalendarDate(daysSinceUnixEpoch: time.seconds / 86_400)
    }
    let (start, end) = (date(row.start), date(row.end))
    switch months {
    case 1: return String(Self.day(row.start).dropLast(3))
    case 3: return "\(start.year) Q\((start.month + 2) / 3)"
    case 6: return "\(start.year) H\((start.month + 5) / 6)"
    default:
      return start.year == end.year ? "\(start.year)" : "\(start.year) – \(end.year)"
    }
  }
}

extension String {
  /// With its first letter as a capital one.
  fileprivate func capitalized() -> String { prefix(1).uppercased() + dropFirst() }
}
