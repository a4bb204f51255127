import DistributionModel
import EthereumPrimitives

extension RangeLaw {
  /// What an account's positions did in a window, from one change of liquidity to the next.
  ///
  /// What they add to a measure comes to that of the account's row, exactly.
  ///
  /// - Parameters: histories of which `rows` makes rows.
  public static func intervals(
    of account: Address, _ events: RangeEvents, in window: Range<UInt64>, ranges: RangeHistory,
    prices: PriceHistory
  ) -> [RangeInterval] {
    var walk = RangeWalk(account, events, window, ranges, prices)
    walk.run(ranges.changes, prices.rows)
    return walk.intervals(events.measures)
  }
}

/// One pass over the positions of all accounts, with an eye on those of one.
private struct RangeWalk {
  /// A position since its liquidity was changed last.
  private struct Standing {
    var since: UInt64
    var liquidity = UInt256.zero
    var reading = RangeClock.Reading()
    var secondsInRange: UInt64 = 0
    var outOfRange: [Range<UInt64>] = []
    /// Σ liquidity in range times seconds, while it was in range itself.
    var active = UInt512.zero

    mutating func isOut(from start: UInt64, to end: UInt64) {
      if let last = outOfRange.last, last.upperBound == start {
        outOfRange[outOfRange.count - 1] = last.lowerBound..<end
      } else {
        outOfRange.append(start..<end)
      }
    }
  }

  private struct Piece {
    let position: RangePosition
    let standing: Standing
    let end: UInt64
    let reading: RangeClock.Reading
  }

  private let window: Range<UInt64>
  private let hasVolumes: Bool
  private let positions: [RangePosition]
  /// By the account's positions.
  private var standings: [Standing]
  private var clock: RangeClock
  private var now: UInt64
  private var pieces: [Piece] = []

  init(
    _ account: Address, _ events: RangeEvents, _ window: Range<UInt64>, _ ranges: RangeHistory,
    _ prices: PriceHistory
  ) {
    self.window = window
    hasVolumes = prices.hasVolumes
    let all = Set(ranges.changes.map(\.position))
    positions = all.filter { $0.account == account }.sorted()
    standings = positions.map { _ in Standing(since: window.lowerBound) }
    clock = RangeClock(
      bounds: Set(all.flatMap { [$0.lower, $0.upper] }).sorted(), hasVolumes: hasVolumes,
      countsOutOfRange: events.countsOutOfRange)
    now = window.lowerBound
  }

  mutating func run(_ changes: [RangeHistory.Change], _ prices: [PriceHistory.Row]) {
    var price = 0
    func quote(before time: UInt64) {
      while price < prices.count, prices[price].time < time {
        pass(to: prices[price].time)
        clock.quote(prices[price], splitsVolume: prices[price].time >= window.lowerBound)
        price += 1
      }
    }
    // A second's prices come after what is taken off in it, and before what is added.
    let ordered = changes.filter { $0.time < window.upperBound }
      .sorted { ($0.time, $0.isTaken ? 0 : 1) < ($1.time, $1.isTaken ? 0 : 1) }
    for change in ordered {
      quote(before: change.isTaken ? change.time : change.time + 1)
      pass(to: change.time)
      if let own = positions.firstIndex(of: change.position) { take(change, own) }
      clock.change(change.position, by: change.amount, isTaken: change.isTaken)
    }
    quote(before: window.upperBound)
    pass(to: window.upperBound)
    for own in positions.indices { close(own) }
  }

  private mutating func pass(to time: UInt64) {
    guard time > now else { return }
    let length = UInt256(time - now)
    for own in positions.indices where !standings[own].liquidity.isZero {
      if let tick = clock.price?.tick, positions[own].lower <= tick, tick < positions[own].upper {
        standings[own].secondsInRange += time - now
        let active = clock.active.multipliedFullWidth(by: length)
        standings[own].active = standings[own].active.adding(active) ?? standings[own].active
      } else {
        standings[own].isOut(from: now, to: time)
      }
    }
    clock.pass(time - now)
    now = time
  }

  private mutating func take(_ change: RangeHistory.Change, _ own: Int) {
    close(own)
    let before = standings[own].liquidity
    standings[own] = Standing(
      since: now, liquidity: change.isTaken ? before &- change.amount : before &+ change.amount,
      reading: clock.reading(of: change.position))
  }

  /// Ends what a position did with its liquidity as it was, where that was something.
  private mutating func close(_ own: Int) {
    let standing = standings[own]
    let reading = clock.reading(of: positions[own])
    // What is there before the window may have a part in the swaps of its first second alone.
    guard now > standing.since || reading != standing.reading, !standing.liquidity.isZero else {
      return
    }
    pieces.append(
      Piece(position: positions[own], standing: standing, end: now, reading: reading))
  }

  // MARK: Intervals

  func intervals(_ measures: [RangeEvents.Measure]) -> [RangeInterval] {
    var earned = RangeEarned()
    var before = measures.map { _ in UInt256.zero }
    let ordered = pieces.sorted {
      ($0.standing.since, $0.position) < ($1.standing.since, $1.position)
    }
    return ordered.map { piece in
      let standing = piece.standing
      earned.add(standing.liquidity, from: standing.reading, to: piece.reading)
      // Sums of the first intervals are rounded down, so that all of them come to the row's.
      let sums = measures.map { earned.value(of: $0, hasVolumes: hasVolumes).low }
      defer { before = sums }
      let total = standing.active
        .quotientAndRemainder(dividingBy: UInt256(standing.secondsInRange))?.quotient.asUInt256
      return RangeInterval(
        position: piece.position, start: Timestamp(standing.since), end: Timestamp(piece.end),
        liquidity: standing.liquidity, secondsInRange: standing.secondsInRange,
        outOfRange: standing.outOfRange, total: total ?? .zero,
        earned: zip(sums, before).map { $0 &- $1 })
    }
  }
}

extension UInt256 {
  /// Splits a number in proportion: the sum of the first parts is rounded down, so that all of them
  /// come to it; nothing where the weights come to nothing.
  public func split(by weights: [UInt256]) -> [UInt256] {
    let whole = weights.reduce(UInt256.zero) { $0 &+ $1 }
    var (sum, before) = (UInt256.zero, UInt256.zero)
    return weights.map { weight in
      sum = sum &+ weight
      let part = part(sum, of: whole)
      defer { before = part }
      return part &- before
    }
  }
}
