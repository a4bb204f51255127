import DistributionModel
import EthereumPrimitives

/// What is free at which time, campaign on campaign.
struct UnlockChart {
  let schedule: UnlockSchedule
  /// Unique on the page.
  let id: String

  /// Series that can be told apart; later ones begin again.
  private static let colours = 6

  // Tenths of a pixel in a drawing of 360 × 315.
  private static let left = 480
  private static let top = 300
  private static let width = 2_860
  private static let height = 2_560

  static func series(_ index: Int) -> String { "s\(index % colours)" }

  private var first: UInt64 { schedule.dates.first?.seconds ?? 0 }
  private var length: UInt64 { max(1, (schedule.dates.last?.seconds ?? 0) - first) }

  private func x(_ time: Timestamp) -> Int {
    let passed = UInt256(time.seconds - first).multiplied(by: UInt256(UInt64(Self.width)))
    let place = passed?.quotientAndRemainder(dividingBy: UInt256(length))?.quotient.asInt ?? 0
    return Self.left + place
  }

  private func y(_ units: UInt256, of total: UInt256) -> Int {
    let place = units.multipliedFullWidth(by: UInt256(UInt64(Self.height)))
      .quotientAndRemainder(dividingBy: total)?.quotient.asUInt256?.asInt
    return Self.top + Self.height - (place ?? 0)
  }

  var markup: Markup {
    .element(
      "svg",
      ["viewBox": "0 0 360 315", "role": "img", "aria-labelledby": "\(id)-title \(id)-words"],
      .element(
        "title", ["id": "\(id)-title"], .text("Unlock schedule of \(schedule.token.symbol)")),
      .element("desc", ["id": "\(id)-words"], .text(description)), areas, axes)
  }

  private var description: String {
    let unlocked = schedule.unlocked
    let percent = FigureText.percent(unlocked.first ?? .zero, of: schedule.budget)
    let ends = [schedule.dates.first, schedule.dates.last].map { $0.map(TokenSections.day) ?? "" }
    return "\(percent) is free on \(ends[0]), all of it on \(ends[1]). The table beside the chart "
      + "has the dates between."
  }

  // MARK: Areas

  private var areas: Markup {
    var lower = [UInt256](repeating: .zero, count: schedule.dates.count)
    return Markup(
      schedule.lines.enumerated().map { index, line in
        let upper = zip(lower, line.unlocked).map { $0 &+ $1 }
        let outline = points(upper) + points(lower).reversed()
        lower = upper
        return .element(
          "polygon",
          ["class": "stack \(Self.series(index))", "points": outline.joined(separator: " ")])
      })
  }

  private func points(_ units: [UInt256]) -> [String] {
    let total = schedule.budget
    return zip(schedule.dates, units).map { Drawing.point(x($0), y($1, of: total)) }
  }

  // MARK: Axes

  private var axes: Markup {
    let bottom = Self.top + Self.height
    var pieces = [Drawing.line(Self.left, bottom, Self.left + Self.width, bottom, "axis")]
    for quarter in 0...4 {
      let down = bottom - Self.height * quarter / 4
      pieces += [
        Drawing.line(Self.left, down, Self.left + Self.width, down, "grid"),
        Drawing.text(Self.left - 60, down + 40, "end", .text("\(quarter * 25)\u{202F}%")),
      ]
    }
    for (part, anchor) in [(0, "start"), (1, "middle"), (2, "end")] {
      let time = Timestamp(first + length / 2 * UInt64(part))
      let across = Self.left + Self.width * part / 2
      pieces += [
        Drawing.line(across, bottom, across, bottom + 50, "axis"),
        Drawing.text(across, bottom + 200, anchor, .text(TokenSections.day(time))),
      ]
    }
    pieces.append(
      Drawing.text(
        0, 130, "start", .text("part of all \(schedule.token.symbol) that the plan gives")))
    return Markup(pieces)
  }
}
