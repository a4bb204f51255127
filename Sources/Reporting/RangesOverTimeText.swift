import DistributionModel
import EthereumPrimitives

/// Writes what an account's positions did over time as tables that their owner can follow.
public enum RangesOverTimeText {
  /// More times out of range than this are told together.
  private static let shownTimes = 20

  public static func lines(_ ranges: RangesOverTime) -> [String] {
    let words = "\(ranges.program): the positions in \(ranges.source)"
    let tables =
      [parts(ranges), intervals(ranges), earned(ranges)] + ranges.intervals.map(outOfRange)
    return [words + (ranges.parts.isEmpty ? "" : ", by what the weight adds up")]
      + tables.filter { !$0.isEmpty }.joined(separator: [""]).map { $0.isEmpty ? "" : "  " + $0 }
  }

  private static func parts(_ ranges: RangesOverTime) -> [String] {
    guard !ranges.parts.isEmpty else {
      return [
        "  The weight is no sum of these measures, so that no interval has a part of the amount."
      ]
    }
    var table = TextTable([("part", .left), ("comes to", .right), ("receives", .right)])
    for part in ranges.parts {
      table.add([part.text, part.weight, TokenAmountText.text(part.amount, of: ranges.token)])
    }
    return table.lines
  }

  // MARK: Intervals

  private static func intervals(_ ranges: RangesOverTime) -> [String] {
    let last: [(title: String, alignment: TextTable.Alignment)] =
      ranges.parts.isEmpty ? [] : [("receives", .right)]
    var table = TextTable(
      [
        ("ticks", .left), ("from", .left), ("to", .left), ("liquidity", .right),
        ("in range", .right), ("of all in range", .right),
      ] + last)
    for (place, interval) in ranges.intervals.enumerated() {
      let amount = place < ranges.amounts.count ? [ranges.amounts[place]] : []
      table.add(
        [
          ticks(interval), interval.start.iso8601, interval.end.iso8601,
          interval.liquidity.decimal, DurationText.words(interval.secondsInRange),
          TokenAmountText.percentage(interval.liquidity, of: interval.total),
        ] + amount.map { TokenAmountText.text($0, of: ranges.token) })
    }
    return table.lines
  }

  /// What the intervals add to the measures of the account's row.
  private static func earned(_ ranges: RangesOverTime) -> [String] {
    var table = TextTable(
      [("ticks", .left), ("from", .left)] + ranges.measures.map { ($0.rawValue, .right) })
    var sums = ranges.measures.map { _ in UInt256.zero }
    for interval in ranges.intervals {
      sums = zip(sums, interval.earned).map { $0 &+ $1 }
      table.add(
        [ticks(interval), interval.start.iso8601] + zip(ranges.measures, interval.earned).map(text))
    }
    if ranges.intervals.count > 1 {
      table.add(["together", ""] + zip(ranges.measures, sums).map(text))
    }
    return table.lines
  }

  private static func ticks(_ interval: RangeInterval) -> String {
    "\(interval.position.lower) … \(interval.position.upper)"
  }

  private static func text(_ measure: RangeEvents.Measure, _ value: UInt256) -> String {
    DecimalNumber(value, scale: measure.column.places ?? 0).shortest
  }

  // MARK: Out of range

  private static func outOfRange(_ interval: RangeInterval) -> [String] {
    let times = interval.outOfRange
    guard !times.isEmpty else { return [] }
    let whole = times.reduce(UInt64(0)) { $0 + ($1.upperBound - $1.lowerBound) }
    let rest = times.dropFirst(shownTimes)
    let more = rest.reduce(UInt64(0)) { $0 + ($1.upperBound - $1.lowerBound) }
    return [
      "  \(ticks(interval)) was out of range for \(DurationText.words(whole)) after "
        + "\(interval.start.iso8601):"
    ]
      + times.prefix(shownTimes).map {
        "    \(Timestamp($0.lowerBound).iso8601) to \(Timestamp($0.upperBound).iso8601), "
          + DurationText.words($0.upperBound - $0.lowerBound)
      }
      + (rest.isEmpty
        ? []
        : ["    and \(rest.count.counted("time")) more, \(DurationText.words(more)) together"])
  }
}
