/// An unsigned integer of 512 bits: products of two words, before they are divided again.
public struct UInt512: Sendable, Hashable {
  public let high: UInt256
  public let low: UInt256

  public static let zero = UInt512(high: .zero, low: .zero)

  @inlinable
  public init(high: UInt256, low: UInt256) {
    self.high = high
    self.low = low
  }

  public init(_ value: UInt256) {
    self.init(high: .zero, low: value)
  }

  /// The value, where it fits into 256 bits.
  @inlinable
  public var asUInt256: UInt256? { high.isZero ? low : nil }

  public var isZero: Bool { high.isZero && low.isZero }

  /// The number of bits without leading zeros, 0 ... 512.
  public var bitWidthUsed: Int { high.isZero ? low.bitWidthUsed : 256 + high.bitWidthUsed }

  /// The sum; nil where it reaches 2⁵¹².
  public func adding(_ other: UInt512) -> UInt512? {
    let (low, carry) = low.addingReportingOverflow(other.low)
    guard let sum = high.adding(other.high) else { return nil }
    guard carry else { return UInt512(high: sum, low: low) }
    return sum.adding(.one).map { UInt512(high: $0, low: low) }
  }

  /// The sum; nil where it reaches 2⁵¹².
  public func adding(_ other: UInt256) -> UInt512? {
    adding(UInt512(other))
  }

  /// The difference; nil where it falls below zero.
  public func subtracting(_ other: UInt512) -> UInt512? {
    let (low, borrow) = low.subtractingReportingOverflow(other.low)
    guard let rest = high.subtracting(other.high) else { return nil }
    guard borrow else { return UInt512(high: rest, low: low) }
    return rest.subtracting(.one).map { UInt512(high: $0, low: low) }
  }

  /// The product; nil where it reaches 2⁵¹².
  public func multiplied(by other: UInt256) -> UInt512? {
    let upper = high.multipliedFullWidth(by: other)
    guard let upper = upper.asUInt256 else { return nil }
    let lower = low.multipliedFullWidth(by: other)
    return upper.adding(lower.high).map { UInt512(high: $0, low: lower.low) }
  }

  /// Shifts towards the high end; bits beyond 512 are dropped.
  public static func << (value: UInt512, count: Int) -> UInt512 {
    guard count > 0 else { return count == 0 ? value : value >> -max(count, -512) }
    guard count < 256 else { return UInt512(high: value.low << (count - 256), low: .zero) }
    return UInt512(
      high: (value.high << count) | (value.low >> (256 - count)), low: value.low << count)
  }

  /// Shifts towards the low end.
  public static func >> (value: UInt512, count: Int) -> UInt512 {
    guard count > 0 else { return count == 0 ? value : value << -max(count, -512) }
    guard count < 256 else { return UInt512(high: .zero, low: value.high >> (count - 256)) }
    return UInt512(
      high: value.high >> count, low: (value.low >> count) | (value.high << (256 - count)))
  }

  /// The largest integer whose square is at most the value.
  public func squareRoot() -> UInt256 {
    guard !isZero else { return .zero }
    // Digit by digit, from the highest possible bit: 256 steps of comparing and subtracting.
    var remainder = self
    var root = UInt512.zero
    var bit = UInt512(.one) << ((bitWidthUsed - 1) & ~1)
    while !bit.isZero {
      let trial = root.adding(bit) ?? root
      root = root >> 1
      if let rest = remainder.subtracting(trial) {
        remainder = rest
        root = root.adding(bit) ?? root
      }
      bit = bit >> 2
    }
    return root.low
  }
}

extension UInt512: Comparable {
  public static func < (left: UInt512, right: UInt512) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }
}

extension UInt256 {
  /// The largest integer whose square is at most the value.
  public func squareRoot() -> UInt256 { UInt512(self).squareRoot() }
}
