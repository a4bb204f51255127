import DistributionModel
import EthereumPrimitives

/// From positions of concentrated liquidity to one row per account: section 16 of
/// `docs/reference/law.md`.
public enum RangeLaw {
  /// The rows of sources of ranges, as programs read them.
  ///
  /// - Parameters:
  ///   - sources: those that are read in the epoch, with those that they are computed from.
  ///   - ranges: of each source of ranges, over at least `Plan.reading`.
  ///   - prices: of each source of prices, likewise.
  public static func rows(
    of sources: [SourceDeclaration], in plan: Plan, epoch: EpochIndex,
    ranges: [String: RangeHistory], prices: [String: PriceHistory]
  ) throws(LawError) -> [String: SourceRows] {
    var result: [String: SourceRows] = [:]
    for source in sources {
      guard let series = source.series, let events = series.ranges,
        let window = plan.window(of: source, in: epoch)
      else { continue }
      guard let changes = ranges[source.name], let pool = prices[events.price] else {
        preconditionFailure("positions and prices of every source were read")
      }
      result[source.name] = try rows(
        of: events, named: source.name, in: window, ranges: changes.excluding(series.excluded),
        prices: pool)
    }
    return result
  }

  /// - Parameters:
  ///   - histories: over at least the window.
  /// - Returns: one row per account that had liquidity in the window, ascending.
  public static func rows(
    of events: RangeEvents, named name: String, in window: Range<UInt64>, ranges: RangeHistory,
    prices: PriceHistory
  ) throws(LawError) -> SourceRows {
    var measuring = RangeMeasuring(events, named: name, in: window, ranges, prices)
    try measuring.run(ranges.changes, prices.rows)
    return try measuring.rows()
  }
}

/// Goes through a window, instant by instant.
struct RangeMeasuring {
  private let events: RangeEvents
  private let name: String
  private let window: Range<UInt64>
  private let hasVolumes: Bool
  /// The first second of which the changes tell; what came before is told at time 0.
  private let start: UInt64
  private let positions: [RangePosition]
  private let numbers: [RangePosition: Int]
  /// By the positions' numbers.
  private var standings: [Standing]
  private var clock: RangeClock
  /// Never before the window.
  private var now: UInt64
  private var volume = UInt256.zero
  /// How many positions have liquidity.
  private var heldCount = 0

  /// A position, as far as it has been read.
  private struct Standing {
    var liquidity = UInt256.zero
    /// When it was changed last, and the reading at that time.
    var since: UInt64
    var reading = RangeClock.Reading()
    var earned = RangeEarned()
  }

  init(
    _ events: RangeEvents, named name: String, in window: Range<UInt64>, _ ranges: RangeHistory,
    _ prices: PriceHistory
  ) {
    self.events = events
    self.name = name
    self.window = window
    hasVolumes = prices.hasVolumes
    start = ranges.span.lowerBound
    now = window.lowerBound
    positions = Set(ranges.changes.map(\.position)).sorted()
    numbers = Dictionary(uniqueKeysWithValues: zip(positions, positions.indices))
    standings = positions.map { _ in Standing(since: window.lowerBound) }
    let bounds = Set(positions.flatMap { [$0.lower, $0.upper] }).sorted()
    clock = RangeClock(
      bounds: bounds, hasVolumes: hasVolumes, countsOutOfRange: events.countsOutOfRange)
  }

  /// Takes what happens before the end of the window, and lets the time pass up to there.
  mutating func run(
    _ changes: [RangeHistory.Change], _ prices: [PriceHistory.Row]
  ) throws(LawError) {
    var (change, price) = (0, 0)
    while true {
      let times = [
        change < changes.count ? changes[change].time : .max,
        price < prices.count ? prices[price].time : .max,
      ]
      let time = min(times[0], times[1], window.upperBound)
      try pass(to: time)
      guard time < window.upperBound else { break }
      let second = changes[change...].prefix { $0.time == time }
      change += second.count
      for change in second { try check(change) }
      // What is added in a second has no part in its swaps, and neither has what is taken off.
      for change in second where change.isTaken { take(change) }
      while price < prices.count, prices[price].time == time {
        try take(prices[price])
        price += 1
      }
      for change in second where !change.isTaken { take(change) }
    }
    for number in standings.indices { settle(number) }
  }

  private mutating func pass(to time: UInt64) throws(LawError) {
    guard time > now else { return }
    guard clock.price != nil || heldCount == 0 else {
      throw error(
        .noPrice, at: now, found: "positions before the first price", expected: "a price",
        advice: "Give the prices of the pool from its start, or at least from the window's.")
    }
    clock.pass(time - now)
    now = time
  }

  private func number(of position: RangePosition) -> Int {
    guard let number = numbers[position] else {
      preconditionFailure("every position of the changes has a number")
    }
    return number
  }

  private func check(_ change: RangeHistory.Change) throws(LawError) {
    let before = standings[number(of: change.position)].liquidity
    let after = change.isTaken ? before.subtracting(change.amount) : before.adding(change.amount)
    guard let after, after >> 128 == .zero else { throw wrongLiquidity(change, before) }
  }

  /// Takes a change that was checked.
  private mutating func take(_ change: RangeHistory.Change) {
    let number = number(of: change.position)
    settle(number)
    let before = standings[number].liquidity
    let after = change.isTaken ? before &- change.amount : before &+ change.amount
    standings[number].liquidity = after
    heldCount += (after.isZero ? 0 : 1) - (before.isZero ? 0 : 1)
    clock.change(change.position, by: change.amount, isTaken: change.isTaken)
  }

  private mutating func take(_ row: PriceHistory.Row) throws(LawError) {
    guard TickRoot.isAt(row.tick, row.sqrtPrice) else {
      throw error(
        .priceOffTick, at: max(row.time, start), line: row.line,
        found: "the tick \(row.tick) and the square root \(row.sqrtPrice.decimal)",
        expected: "a square root of a price of that tick, in units of 2^-96",
        advice: "Both are those of a Swap or Initialize event of one pool.")
    }
    let isInside = row.time >= window.lowerBound
    if isInside {
      // Each is below 2¹²⁸.
      volume = volume &+ row.volume
      guard volume >> 128 == .zero else {
        throw error(
          .volumeOverflow, at: row.time, line: row.line, found: "volumes of 2^128 or more together",
          expected: "a sum below 2^128", advice: "Look for a volume in the wrong unit.")
      }
    }
    clock.quote(row, splitsVolume: isInside)
  }

  /// Adds what a position has earned since it was changed last.
  private mutating func settle(_ number: Int) {
    let reading = clock.reading(of: positions[number])
    let standing = standings[number]
    if !standing.liquidity.isZero {
      standings[number].earned.add(standing.liquidity, from: standing.reading, to: reading)
      if now > standing.since { standings[number].earned.hasHeld = true }
    }
    standings[number].since = now
    standings[number].reading = reading
  }

  // MARK: Rows

  func rows() throws(LawError) -> SourceRows {
    var rows = SourceRows(source: name, columnCount: events.measures.count)
    var number = 0
    while number < positions.count {
      let account = positions[number].account
      var earned = RangeEarned()
      while number < positions.count, positions[number].account == account {
        earned.add(standings[number].earned)
        number += 1
      }
      guard earned.hasHeld else { continue }
      var values: [UInt256] = []
      for measure in events.measures { values.append(try value(measure, earned, account)) }
      rows.append(account: account, row: values, line: 0)
    }
    return rows
  }

  private func value(
    _ measure: RangeEvents.Measure, _ earned: RangeEarned, _ account: Address
  ) throws(LawError) -> UInt256 {
    guard let value = earned.value(of: measure, hasVolumes: hasVolumes).asUInt256 else {
      throw error(
        .heldOverflow, at: window.upperBound, place: ", \(account), \(measure.rawValue)",
        found: "2^256 or more", expected: "less than 2^256",
        advice: "Look for liquidity in the wrong unit.")
    }
    return value
  }

  // MARK: Errors

  private func wrongLiquidity(_ change: RangeHistory.Change, _ before: UInt256) -> LawError {
    let position = change.position
    let isNegative = change.isTaken && change.amount > before
    return error(
      isNegative ? .negativeBalance : .balanceOverflow, at: max(change.time, start),
      line: change.line,
      place: ", \(position.account), ticks \(position.lower) to \(position.upper)",
      found: isNegative
        ? "a liquidity of -\((change.amount &- before).decimal)" : "a liquidity of 2^128 or more",
      expected: isNegative ? "one of 0 or more" : "one below 2^128",
      advice: isNegative
        ? "What was taken was never added: look for changes that are missing before it."
        : "Look for liquidity in the wrong unit.")
  }

  private func error(
    _ kind: LawError.Kind, at time: UInt64, line: UInt32 = 0, place: String = "", found: String,
    expected: String, advice: String
  ) -> LawError {
    LawError(
      kind, subject: name,
      place: "positions at \(time) seconds\(place)" + (line > 0 ? ", line \(line)" : ""),
      found: found, expected: expected, advice: advice)
  }
}
