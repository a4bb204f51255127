import DistributionModel
import EthereumPrimitives

/// Writes what a plan would do as tables for a terminal.
public struct PlanReviewText {
  /// What a chart is not drawn narrower than.
  static let narrowestChart = 12

  private let review: PlanReview
  private let width: Int

  /// - Parameter width: signs per line of the terminal.
  public static func lines(_ review: PlanReview, width: Int = 80) -> [String] {
    PlanReviewText(review: review, width: width).lines
  }

  private var lines: [String] {
    var lines = ["Plan \(review.plan.name)"]
    for (supply, schedule) in zip(review.supply, review.schedules) {
      lines += section(supplyTitle(supply), self.supply(supply))
      guard !schedule.lines.isEmpty else { continue }
      lines += section(scheduleTitle(schedule), self.schedule(schedule, supply))
    }
    if review.programs.contains(where: { $0.program.emission != nil }) {
      lines += section("Emission", emission)
    }
    if review.programs.contains(where: { $0.outcome != nil }) {
      lines += section("Epoch 0", programs)
    }
    for course in review.concentration where !course.points.isEmpty {
      lines += section(
        "Concentration of \(course.token.symbol) per \(course.holder.rawValue), of what epoch 0 "
          + "allocates", concentration(course))
    }
    if !review.guards.isEmpty { lines += section("Guards", guards) }
    return lines + draft
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    ["", title] + lines
  }

  // MARK: Supply

  private func supplyTitle(_ table: SupplyTable) -> String {
    let supply = table.token.supply.map { TokenAmountText.grouped($0.baseUnits, of: table.token) }
    return "Supply of \(table.token.symbol): \(supply ?? "not stated")"
  }

  private func supply(_ table: SupplyTable) -> [String] {
    guard !table.rows.isEmpty else { return ["  no program pays it"] }
    let groups = table.rows.contains { $0.program.group != $0.program.name }
    let marks = table.rows.contains { $0.program.insiders }
    var columns: [(String, TextTable.Alignment)] = [("program", .left), ("kind", .left)]
    if groups { columns.append(("group", .left)) }
    if marks { columns.append(("insiders", .left)) }
    var text = TextTable(
      columns + [("campaign", .left), ("budget", .right), (wholeTitle(table), .right)])
    func add(
      _ name: String, _ cells: [String], _ campaign: String, _ amount: UInt256,
      _ revenue: Revenue? = nil
    ) {
      let cells = cells.isEmpty ? Array(repeating: "", count: columns.count - 1) : cells
      let budget = revenue?.text ?? TokenAmountText.grouped(amount, of: table.token)
      let part = revenue == nil ? TokenAmountText.percentage(amount, of: table.whole) : ""
      text.add([name] + cells + [campaign, budget, part])
    }
    for row in table.rows {
      let program = row.program
      var cells = [program.kind.rawValue]
      if groups { cells.append(program.group) }
      if marks { cells.append(program.insiders ? "yes" : "") }
      add(program.name, cells, row.campaign.name, program.budget.baseUnits, program.revenue)
    }
    if table.rows.count > 1 { add("all programs", [], "", table.budgeted) }
    if marks { add("insiders", [], "", table.insiders) }
    if let unplanned = table.unplanned { add("not planned", [], "", unplanned) }
    return text.lines
  }

  private func wholeTitle(_ table: SupplyTable) -> String {
    table.token.supply == nil ? "of budgets" : "of supply"
  }

  // MARK: Schedule

  private func scheduleTitle(_ schedule: UnlockSchedule) -> String {
    let launch = schedule.isDated ? schedule.dates.first?.shortest : nil
    return "Free by date, of the budgets of \(schedule.token.symbol): launch "
      + (launch.map { "is \($0)" } ?? "has no date")
  }

  private func schedule(_ schedule: UnlockSchedule, _ supply: SupplyTable) -> [String] {
    let chart = UnlockChartText(schedule)
    let hasInsiders = !supply.insiders.isZero
    var text = TextTable(
      [("date", .left), ("free", .right), (wholeTitle(supply), .right), ("new", .right)]
        + (hasInsiders ? [("insiders", .right)] : []))
    let free = schedule.unlocked
    for (index, date) in schedule.dates.enumerated() {
      let before = index == 0 ? .zero : free[index - 1]
      var cells = [
        schedule.isDated ? date.shortest : "launch",
        TokenAmountText.short(free[index], of: schedule.token),
        TokenAmountText.percentage(free[index], of: supply.whole),
        TokenAmountText.percentage(free[index] &- before, of: supply.whole),
      ]
      if hasInsiders {
        cells.append(TokenAmountText.percentage(schedule.insiders[index], of: free[index]))
      }
      text.add(cells)
    }
    let table = text.lines
    let left = table.map(\.count).max() ?? 0
    let room = width - left - 2
    var lines = table
    if room >= Self.narrowestChart {
      for index in schedule.dates.indices {
        let blanks = String(repeating: " ", count: left - table[index + 1].count + 2)
        let bar = chart.bar(at: index, width: room)
        if !bar.isEmpty { lines[index + 1] += blanks + bar }
      }
    }
    return lines + [""] + legend(schedule, chart, supply)
  }

  private func legend(
    _ schedule: UnlockSchedule, _ chart: UnlockChartText, _ supply: SupplyTable
  ) -> [String] {
    var text = TextTable([
      ("campaign", .left), (wholeTitle(supply), .right), ("free", .left),
    ])
    for (index, line) in schedule.lines.enumerated() {
      text.add([
        "\(chart.fill(index)) \(line.campaign.name)",
        TokenAmountText.percentage(line.budget, of: supply.whole),
        words(supply.rows.filter { $0.campaign == line.campaign }),
      ])
    }
    return text.lines
  }

  /// When what a campaign pays comes free: by its schedule, or by the epochs of its programs.
  private func words(_ rows: [SupplyTable.Row]) -> String {
    var words: [String] = []
    if let row = rows.first(where: { !$0.program.isRecurring }) {
      words.append(VestingText.words(row.campaign.vesting, end: row.end))
    }
    if let row = rows.first(where: { $0.program.emission != nil }),
      let start = review.plan.epochs?.start
    {
      words.append("by epoch, \(start.shortest) to \(row.end?.shortest ?? "the end")")
    }
    if rows.contains(where: { $0.program.revenue != nil }) { words.append("as it comes in") }
    return words.joined(separator: "; ")
  }

  // MARK: Emission

  private var emission: [String] {
    var table = TextTable([
      ("program", .left), ("shape", .left), ("epochs", .right), ("first", .right),
      ("last", .right), ("all", .right),
    ])
    for use in review.programs {
      guard let emission = use.program.emission else { continue }
      table.add([
        use.program.name, shape(emission), "\(use.epochs.count)",
        TokenAmountText.short(use.epochs.first ?? .zero, of: use.token),
        TokenAmountText.short(use.epochs.last ?? .zero, of: use.token),
        TokenAmountText.grouped(use.program.budget.baseUnits, of: use.token),
      ])
    }
    return table.lines
  }

  private func shape(_ emission: Emission) -> String {
    switch emission {
    case .constant: "constant"
    case .linearDecay: "linear-decay"
    case .exponentialDecay(let halfLife): "halving every \(halfLife)"
    case .table: "table"
    }
  }

  // MARK: What inputs give

  private var programs: [String] {
    var table = TextTable([
      ("program", .left), ("recipients", .right), ("refused", .right), ("allocated", .right),
      ("carry", .right),
    ])
    for use in review.programs {
      guard let outcome = use.outcome else { continue }
      table.add([
        use.program.name, "\(outcome.accounts.count)", "\(outcome.exclusions.count)",
        TokenAmountText.grouped(outcome.allocated.baseUnits, of: use.token),
        TokenAmountText.grouped(outcome.carry.baseUnits, of: use.token),
      ])
    }
    return table.lines
  }

  private func concentration(_ course: ConcentrationCourse) -> [String] {
    let counts = ConcentrationCourse.majorities.map { ("\($0)", TextTable.Alignment.right) }
    var table = TextTable(
      [("date", .left), ("holders", .right), ("Gini", .right), ("HHI", .right)] + counts + [
        ("largest", .right), ("top 10", .right),
      ])
    let isDated = review.schedules.first { $0.token == course.token }?.isDated ?? true
    var last: [String] = []
    for point in course.points {
      let cells =
        ["\(point.holders)", decimals(point.gini), decimals(point.herfindahl)]
        + point.majorities.map(String.init) + [percent(point.largest), percent(point.topTen)]
      // What stays as it was is not told again.
      if cells != last { table.add([isDated ? point.date.shortest : "launch"] + cells) }
      last = cells
    }
    return table.lines + [
      "  33%, 50%, 67%: how many of the largest have more than that together (Nakamoto)"
    ]
  }

  private func decimals(_ share: Share) -> String {
    String(DecimalNumber(UInt256(share.billionths), scale: 9).description.prefix(6))
  }

  private func percent(_ share: Share) -> String {
    TokenAmountText.percentage(
      UInt256(share.billionths), of: UInt256(Share.whole.billionths))
  }

  private var guards: [String] {
    review.guards.map { finding in
      if finding.value == .notMeasured {
        return "  open   \(finding.subject), \(finding.expected): needs inputs"
      }
      return "  \(finding.holds ? "holds" : "FAILS")  \(finding.subject): \(finding.found) "
        + "\(finding.moment), \(finding.expected)"
    }
  }

  private var draft: [String] {
    let open = review.plan.campaigns.filter { $0.deployment == nil }.map(\.name)
    guard !open.isEmpty else { return [] }
    return [
      "",
      "Draft: no `deployment` is named for \(open.joined(separator: ", ")),"
        + " so the proofs of a bundle would be good nowhere yet.",
    ]
  }
}
