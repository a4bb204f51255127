import DistributionModel
import EthereumPrimitives

/// Liquidity times readings of its clock: what positions have earned.
struct RangeEarned: Sendable {
  private var seconds = UInt512.zero
  private var amount0 = UInt512.zero
  private var amount1 = UInt512.zero
  private var fees = UInt512.zero
  /// Whether there was liquidity for a second.
  var hasHeld = false

  mutating func add(_ liquidity: UInt256, from: RangeClock.Reading, to: RangeClock.Reading) {
    func product(_ part: KeyPath<RangeClock.Reading, UInt256>) -> UInt512 {
      liquidity.multipliedFullWidth(by: to[keyPath: part] &- from[keyPath: part])
    }
    seconds = Self.sum(seconds, product(\.seconds))
    amount0 = Self.sum(amount0, product(\.amount0))
    amount1 = Self.sum(amount1, product(\.amount1))
    fees = Self.sum(fees, product(\.fees))
  }

  mutating func add(_ other: RangeEarned) {
    seconds = Self.sum(seconds, other.seconds)
    amount0 = Self.sum(amount0, other.amount0)
    amount1 = Self.sum(amount1, other.amount1)
    fees = Self.sum(fees, other.fees)
    hasHeld = hasHeld || other.hasHeld
  }

  private static func sum(_ left: UInt512, _ right: UInt512) -> UInt512 {
    guard let sum = left.adding(right) else {
      preconditionFailure("liquidity is below 2^128, readings below 2^256")
    }
    return sum
  }

  /// A measure, rounded down to its unit.
  func value(of measure: RangeEvents.Measure, hasVolumes: Bool) -> UInt512 {
    switch measure {
    case .inRange: seconds
    case .amount0: amount0 >> 128
    case .amount1: amount1 >> 96
    case .fees: fees(hasVolumes: hasVolumes)
    }
  }

  /// What is earned is below 2²⁵⁶: all together have at most what there was.
  private func fees(hasVolumes: Bool) -> UInt512 {
    guard let whole = UInt256.powerOfTen(RangeEvents.Measure.feePlaces) else {
      preconditionFailure("10^18 is below 2^256")
    }
    return fees.low.multipliedFullWidth(by: whole) >> (hasVolumes ? 128 : 192)
  }
}
