import DistributionModel
import EthereumPrimitives

/// What a unit of liquidity between any two ticks has earned since the start of a window.
///
/// The ticks at which positions begin and end divide all ticks into bands, and whatever happens,
/// happens in the band of the pool's tick. So a reading between two ticks is a difference of sums
/// over bands. An instant takes as many steps as the count of bands has bits, however many
/// positions there are.
struct RangeClock: Sendable {
  /// Of one unit of liquidity; each below 2²⁵⁶.
  struct Reading: Sendable, Equatable {
    /// In range.
    var seconds = UInt256.zero
    /// In units of 2⁻¹²⁸ base units times seconds.
    var amount0 = UInt256.zero
    /// In units of 2⁻⁹⁶ base units times seconds.
    var amount1 = UInt256.zero
    /// In units of 2⁻¹²⁸ of volumes, or of 2⁻¹⁹² seconds.
    var fees = UInt256.zero
  }

  /// Where positions begin and end, ascending. Band k has the ticks from bound k − 1 on, up to
  /// bound k.
  private let bounds: [Int32]
  private let roots: [UInt256]
  private let inverses: [UInt256]
  private let hasVolumes: Bool
  private let countsOutOfRange: Bool
  /// How much more liquidity a band has than the one below it.
  private var liquidity: PrefixSums
  /// Sums over the intervals that the pool's tick spent in a band.
  private var seconds: PrefixSums
  private var rootSeconds: PrefixSums
  private var inverseSeconds: PrefixSums
  private var fees: PrefixSums
  private var allSeconds: UInt64 = 0
  private(set) var price: PriceHistory.Row?

  init(bounds: [Int32], hasVolumes: Bool, countsOutOfRange: Bool) {
    self.bounds = bounds
    self.hasVolumes = hasVolumes
    self.countsOutOfRange = countsOutOfRange
    roots = bounds.map(TickRoot.root)
    inverses = roots.map(TickRoot.inverse)
    let nothing = PrefixSums(count: bounds.count + 1)
    (liquidity, seconds, rootSeconds, inverseSeconds, fees) =
      (nothing, nothing, nothing, nothing, nothing)
  }

  /// Lets time pass, with liquidity and price as they are.
  mutating func pass(_ duration: UInt64) {
    guard let price else { return }
    let band = band(of: price.tick)
    let length = UInt256(duration)
    allSeconds += duration
    seconds.add(length, at: band)
    rootSeconds.add(price.sqrtPrice &* length, at: band)
    inverseSeconds.add(TickRoot.inverse(price.sqrtPrice) &* length, at: band)
    if !hasVolumes { split(length << 192, at: band) }
  }

  /// Takes a price that agrees with its tick; its volume is split where it falls into the window.
  mutating func quote(_ row: PriceHistory.Row, splitsVolume: Bool) {
    price = row
    if hasVolumes, splitsVolume { split(row.volume << 128, at: band(of: row.tick)) }
  }

  private mutating func split(_ earned: UInt256, at band: Int) {
    let active = liquidity.sum(through: band)
    if let part = earned.quotientAndRemainder(dividingBy: active)?.quotient {
      fees.add(part, at: band)
    }
  }

  /// The liquidity of all positions in range; 0 before the first price.
  var active: UInt256 { price.map { liquidity.sum(through: band(of: $0.tick)) } ?? .zero }

  /// Changes the liquidity between two ticks that are bounds.
  mutating func change(_ position: RangePosition, by amount: UInt256, isTaken: Bool) {
    let change = isTaken ? .zero &- amount : amount
    liquidity.add(change, at: place(of: position.lower) + 1)
    liquidity.add(.zero &- change, at: place(of: position.upper) + 1)
  }

  /// What a unit of liquidity between two ticks, which are bounds, has earned so far.
  func reading(of position: RangePosition) -> Reading {
    let (lower, upper) = (place(of: position.lower), place(of: position.upper))
    func inside(_ sums: PrefixSums) -> UInt256 {
      sums.sum(through: upper) &- sums.sum(through: lower)
    }
    let inRange = inside(seconds)
    var reading = Reading(
      seconds: inRange, amount0: inside(inverseSeconds) &- inverses[upper] &* inRange,
      amount1: inside(rootSeconds) &- roots[lower] &* inRange, fees: inside(fees))
    if countsOutOfRange {
      let below = seconds.sum(through: lower)
      let above = UInt256(allSeconds) &- seconds.sum(through: upper)
      reading.amount0 = reading.amount0 &+ (inverses[lower] &- inverses[upper]) &* below
      reading.amount1 = reading.amount1 &+ (roots[upper] &- roots[lower]) &* above
    }
    return reading
  }

  /// How many bounds are at or below a tick.
  private func band(of tick: Int32) -> Int {
    var (low, high) = (0, bounds.count)
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] <= tick { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func place(of bound: Int32) -> Int { band(of: bound) - 1 }
}
