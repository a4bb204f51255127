import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 16, ranges

  /// Why there are no rows.
  public enum RangeRefusal: Error, Equatable, Sendable {
    case negativeLiquidity(time: UInt64, RangePosition)
    case liquidityOverflow(time: UInt64, RangePosition)
    case priceOffTick(time: UInt64)
    case volumeOverflow(time: UInt64)
    case noPrice(time: UInt64)
    case measureOverflow(Address, RangeEvents.Measure)
  }

  /// 2¹²⁸ · 1.0001^(−2ʲ⁻¹) to the nearest whole number, from one square root and squares of it at
  /// scale 2¹⁰²⁴.
  private static let tickFactors: [BigUInt] = {
    let scale = 1024
    var power = ((BigUInt(10_000) << (2 * scale)) / 10_001).squareRoot()
    return (0..<20).map { _ in
      defer { power = (power * power) >> scale }
      return ((power >> (scale - 129)) + 1) >> 1
    }
  }()

  /// s(i).
  public static func tickRoot(_ tick: Int32) -> BigUInt {
    var ratio = BigUInt(1) << 128
    for (bit, factor) in tickFactors.enumerated() where tick.magnitude >> UInt32(bit) & 1 == 1 {
      ratio = (ratio * factor) >> 128
    }
    if tick > 0 { ratio = (bound - 1) / ratio }
    let unit = BigUInt(1) << 32
    return (ratio + unit - 1) / unit
  }

  /// Sums of one account, before they are rounded.
  private struct RangeSums {
    var inRange: BigUInt = 0
    var amount0: BigUInt = 0
    var amount1: BigUInt = 0
    var fees: BigUInt = 0
  }

  /// The state of a pool and its positions, and what accounts came to by then.
  private struct RangeCourse {
    let events: RangeEvents
    let hasVolumes: Bool
    var liquidity: [RangePosition: BigInt] = [:]
    /// Before the changes of the second.
    var before: [RangePosition: BigInt] = [:]
    var price: PriceHistory.Row?
    var sums: [Address: RangeSums] = [:]
    /// Who had liquidity for at least a second.
    var holders: Set<Address> = []

    /// Positions with liquidity that are in range at a tick, with their liquidity.
    private func inRange(
      _ liquidity: [RangePosition: BigInt], at tick: Int32
    ) -> [(position: RangePosition, liquidity: BigUInt)] {
      liquidity.filter { $0.key.lower <= tick && tick < $0.key.upper && $0.value > 0 }
        .map { ($0.key, $0.value.magnitude) }
    }

    /// What a swap brings is split by the lesser of what was in range before its second and after.
    mutating func split(volume: BigUInt, at tick: Int32) {
      let lasting = liquidity.map { ($0.key, min($0.value, before[$0.key, default: 0])) }
      split(volume << 128, at: tick, among: Dictionary(uniqueKeysWithValues: lasting))
    }

    /// Splits a number by the liquidity in range at a tick.
    private mutating func split(
      _ earned: BigUInt, at tick: Int32, among liquidity: [RangePosition: BigInt]
    ) {
      let sharing = inRange(liquidity, at: tick)
      let all = sharing.reduce(BigUInt(0)) { $0 + $1.liquidity }
      for (position, liquidity) in sharing {
        sums[position.account, default: RangeSums()].fees += liquidity * (earned / all)
      }
    }

    /// An interval of so many seconds.
    mutating func pass(_ seconds: BigUInt) {
      holders.formUnion(liquidity.filter { $0.value > 0 }.map(\.key.account))
      guard let price else { return }
      for (position, liquidity) in inRange(liquidity, at: price.tick) {
        sums[position.account, default: RangeSums()].inRange += liquidity * seconds
      }
      let counting =
        events.countsOutOfRange
        ? liquidity.filter { $0.value > 0 }.map { ($0.key, $0.value.magnitude) }
        : inRange(liquidity, at: price.tick)
      for (position, liquidity) in counting {
        let (lower, upper) = (tickRoot(position.lower), tickRoot(position.upper))
        let root = min(max(big(price.sqrtPrice), lower), upper)
        let scale = BigUInt(1) << 224
        sums[position.account, default: RangeSums()].amount0 +=
          liquidity * (scale / root - scale / upper) * seconds
        sums[position.account, default: RangeSums()].amount1 += liquidity * (root - lower) * seconds
      }
      if !hasVolumes { split(seconds << 192, at: price.tick, among: liquidity) }
    }
  }

  /// One row of measures per account, interval by interval and position by position.
  ///
  /// - Parameter excluded: whose positions have no part in it.
  public static func ranges(
    _ events: RangeEvents, in window: Range<UInt64>, _ ranges: RangeHistory, _ prices: PriceHistory,
    excluded: Set<Address> = []
  ) throws(RangeRefusal) -> [Address: [BigUInt]] {
    let ranges = RangeHistory(
      span: ranges.span,
      changes: ranges.changes.filter { !excluded.contains($0.position.account) })
    var course = RangeCourse(events: events, hasVolumes: prices.hasVolumes)
    var volume: BigUInt = 0
    var now = window.lowerBound
    let times = Set(ranges.changes.map(\.time) + prices.rows.map(\.time))
      .filter { $0 < window.upperBound }.sorted()
    for time in times + [window.upperBound] {
      if time > now {
        guard course.price != nil || course.liquidity.values.allSatisfy({ $0 == 0 }) else {
          throw .noPrice(time: now)
        }
        course.pass(BigUInt(time - now))
        now = time
      }
      guard time < window.upperBound else { break }
      course.before = course.liquidity
      try change(&course.liquidity, ranges, at: time)
      for row in prices.rows where row.time == time {
        let root = big(row.sqrtPrice)
        guard row.tick < Tick.most, tickRoot(row.tick) <= root, root <= tickRoot(row.tick + 1)
        else { throw .priceOffTick(time: time) }
        course.price = row
        guard time >= window.lowerBound else { continue }
        volume += big(row.volume)
        guard volume < BigUInt(1) << 128 else { throw .volumeOverflow(time: time) }
        if prices.hasVolumes { course.split(volume: big(row.volume), at: row.tick) }
      }
    }
    return try measures(course)
  }

  private static func change(
    _ liquidity: inout [RangePosition: BigInt], _ ranges: RangeHistory, at time: UInt64
  ) throws(RangeRefusal) {
    let changes = ranges.changes.filter { $0.time == time }
    for change in changes {
      let amount = BigInt(big(change.amount))
      liquidity[change.position, default: 0] += change.isTaken ? -amount : amount
    }
    for position in changes.map(\.position).sorted() {
      let after = liquidity[position, default: 0]
      guard after >= 0 else { throw .negativeLiquidity(time: time, position) }
      guard after < BigInt(1) << 128 else { throw .liquidityOverflow(time: time, position) }
    }
  }

  private static func measures(
    _ course: RangeCourse
  ) throws(RangeRefusal) -> [Address: [BigUInt]] {
    var rows: [Address: [BigUInt]] = [:]
    for account in course.holders.sorted() {
      let sums = course.sums[account, default: RangeSums()]
      var row: [BigUInt] = []
      for measure in course.events.measures {
        let value =
          switch measure {
          case .inRange: sums.inRange
          case .amount0: sums.amount0 >> 128
          case .amount1: sums.amount1 >> 96
          case .fees: (sums.fees * BigUInt(10).power(18)) >> (course.hasVolumes ? 128 : 192)
          }
        guard value < bound else { throw .measureOverflow(account, measure) }
        row.append(value)
      }
      rows[account] = row
    }
    return rows
  }
}
