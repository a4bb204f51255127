import DistributionModel
import EthereumPrimitives

/// What programs pay over time: emission, yield, who earns most, what is carried.
enum ReportTime {
  private static let year: UInt64 = 31_536_000

  static func sections(_ summary: BundleSummary) -> [ReportSection] {
    summary.time.enumerated().map { index, time in
      ReportSection(
        id: "time" + (summary.time.count > 1 ? "-\(index)" : ""),
        title: "\(time.program.program.name) over time",
        content: [
          words(time), facts(time, summary.plan.tokens), chart(time, index), earners(time),
        ])
    }
  }

  private static func words(_ time: TimeSummary) -> Markup {
    let program = time.program
    let part = FigureText.short(program.allocated, of: program.token)
    let rest =
      program.carry.isZero
      ? "Nothing" : "\(FigureText.short(program.carry, of: program.token)) that nobody earned"
    let carried =
      rest + (time.hasNext ? " is carried into the next epoch." : " stays unspent.")
    return ReportSection.paragraph(
      "\(part) of a budget of \(FigureText.short(program.budget, of: program.token)) "
        + "to \(FigureText.accounts(program.recipients)). \(carried)")
  }

  // MARK: Figures

  private static func facts(_ time: TimeSummary, _ tokens: [Token]) -> Markup {
    guard let held = time.held else { return .none }
    var facts: [(String, String)] = [
      ("From", held.start.iso8601), ("To", held.end.iso8601),
      ("Balances", "\(held.source), of \(FigureText.accounts(held.holders))"),
    ]
    if let average = held.average {
      facts.append(("All of them, on average", balance(average, held.value, tokens)))
      if let yield = yield(time, held, average, tokens) { facts.append(yield) }
    }
    return .element(
      "dl", ["class": "facts"],
      facts.flatMap { name, value in
        [
          Markup.element("dt", [:], .text(name)),
          Markup.element("dd", [:], .text(value)),
        ]
      })
  }

  /// What was paid per year and balance: a percentage where both are one token.
  private static func yield(
    _ time: TimeSummary, _ held: TimeSummary.Held, _ average: UInt256, _ tokens: [Token]
  ) -> (String, String)? {
    let token = time.program.token
    guard let seconds = time.paidSeconds, !average.isZero,
      let paid = time.program.allocated.multipliedFullWidth(by: UInt256(year))
        .quotientAndRemainder(dividingBy: UInt256(seconds))?.quotient.asUInt256
    else { return nil }
    let rate = time.program.program.isRecurring ? "this epoch's rate" : "the rate of this time"
    if case .amount(token.name, _, _) = held.value.kind {
      return ("APR", FigureText.percent(paid, of: average) + " at \(rate)")
    }
    guard let places = held.value.places, let one = UInt256.powerOfTen(places) else { return nil }
    let each = paid.multipliedFullWidth(by: one).quotientAndRemainder(dividingBy: average)?
      .quotient.asUInt256
    return each.map {
      (
        "A year at this rate",
        "\(FigureText.short($0, of: token)) for \(balance(one, held.value, tokens))"
      )
    }
  }

  private static func balance(
    _ value: UInt256, _ column: ColumnDeclaration, _ tokens: [Token]
  ) -> String {
    if case .amount(let name, _, _) = column.kind,
      let token = tokens.first(where: { $0.name == name })
    {
      return FigureText.short(value, of: token)
    }
    return DecimalNumber(value, scale: column.places ?? 0).shortest
  }

  // MARK: Emission

  private static func chart(_ time: TimeSummary, _ index: Int) -> Markup {
    guard time.emission.count > 1 else { return .none }
    let chart = EmissionChart(
      emission: time.emission, epoch: Int(time.epoch.number), token: time.program.token,
      id: "emission-\(index)")
    return .element("h3", [:], .text("Emission by epoch"))
      + .element(
        "figure", [:], chart.markup, .element("figcaption", [:], .text(chart.words)))
  }

  // MARK: Earners

  private static func earners(_ time: TimeSummary) -> Markup {
    guard !time.earners.isEmpty else { return .none }
    let program = time.program
    var table = PageTable(
      "Who receives most from \(program.program.name) here", .blocks,
      [.words("Account"), .number("Amount"), .number("Part")])
    for earner in time.earners {
      table.add([
        ReportSection.code(earner.account.checksummed),
        .text(FigureText.short(earner.amount, of: program.token)),
        .text(FigureText.percent(earner.amount, of: program.allocated)),
      ])
    }
    let rest = program.recipients - time.earners.count
    return table.markup
      + (rest > 0
        ? ReportSection.paragraph("And \(FigureText.accounts(rest)) more.", kind: "quiet") : .none)
  }
}

/// What each epoch emits, as bars; the epoch of the page stands out.
struct EmissionChart {
  let emission: [UInt256]
  let epoch: Int
  let token: Token
  /// Unique on the page.
  let id: String

  /// More epochs than this share bars.
  private static let bars = 120

  // Tenths of a pixel in a drawing of 720 × 155.
  private static let left = 20
  private static let top = 20
  private static let width = 7_160
  private static let height = 1_500

  /// The epochs of each bar.
  private var groups: [Range<Int>] {
    let size = (emission.count + Self.bars - 1) / Self.bars
    return stride(from: 0, to: emission.count, by: size).map {
      $0..<min($0 + size, emission.count)
    }
  }

  private func average(_ group: Range<Int>) -> UInt256 {
    var sum = UInt512(.zero)
    for epoch in group { sum = sum.adding(emission[epoch]) ?? sum }
    return sum.quotientAndRemainder(dividingBy: UInt256(UInt64(group.count)))?.quotient.asUInt256
      ?? .zero
  }

  var words: String {
    let here = FigureText.short(emission[epoch], of: token)
    let passed = emission.prefix(epoch + 1).reduce(UInt256.zero) { $0 &+ $1 }
    let whole = emission.reduce(UInt256.zero) { $0 &+ $1 }
    let grouped =
      groups.count < emission.count
      ? " Each bar is the average of \(groups[0].count) epochs." : ""
    let most = FigureText.short(groups.map(average).max() ?? .zero, of: token)
    return "Epochs 0 to \(emission.count - 1); the highest bar is \(most). The marked one, "
      + "\(epoch), emits \(here). By its end \(FigureText.percent(passed, of: whole)) of the "
      + "program's budget is emitted.\(grouped)"
  }

  var markup: Markup {
    let groups = groups
    let heights = groups.map(average)
    let most = heights.max() ?? .zero
    let bottom = Self.top + Self.height
    let step = Self.width / groups.count
    let gap = step > 60 ? 20 : 0
    let rectangles = zip(groups, heights).enumerated().map { place, bar in
      let tall =
        bar.1.multipliedFullWidth(by: UInt256(UInt64(Self.height)))
        .quotientAndRemainder(dividingBy: most)?.quotient.asUInt256?.asInt ?? 0
      return Markup.element(
        "rect",
        [
          "class": bar.0.contains(epoch) ? "s1" : "s0",
          "x": Drawing.pixels(Self.left + place * step),
          "y": Drawing.pixels(bottom - tall), "width": Drawing.pixels(max(step - gap, 10)),
          "height": Drawing.pixels(tall),
        ])
    }
    return .element(
      "svg",
      ["viewBox": "0 0 720 155", "role": "img", "aria-labelledby": "\(id)-title \(id)-words"],
      .element("title", ["id": "\(id)-title"], .text("Emission of each epoch")),
      .element("desc", ["id": "\(id)-words"], .text(words)),
      Markup(rectangles),
      Drawing.line(Self.left, bottom, Self.left + Self.width, bottom, "axis"))
  }
}
