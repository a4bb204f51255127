/// An unsigned integer of 256 bits, the word of the EVM. Range 0 ... 2²⁵⁶ − 1.
///
/// No operation on user data traps: what can overflow says so (`adding`, `…ReportingOverflow`) or
/// wraps by name (`&+`, `&-`, `&*`).
public struct UInt256: Sendable, Hashable {
  /// 64-bit limbs, the least significant first.
  @usableFromInline let limb0: UInt64
  @usableFromInline let limb1: UInt64
  @usableFromInline let limb2: UInt64
  @usableFromInline let limb3: UInt64

  public static let zero = UInt256(0)
  public static let one = UInt256(1)
  public static let max = UInt256(.max, .max, .max, .max)

  /// From limbs, the least significant first.
  @inlinable
  public init(_ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64) {
    self.limb0 = limb0
    self.limb1 = limb1
    self.limb2 = limb2
    self.limb3 = limb3
  }

  @inlinable
  public init(_ value: UInt64) {
    self.init(value, 0, 0, 0)
  }

  @inlinable
  public var isZero: Bool { limb0 | limb1 | limb2 | limb3 == 0 }

  /// The value, where it fits into 64 bits.
  @inlinable
  public var asUInt64: UInt64? { limb1 | limb2 | limb3 == 0 ? limb0 : nil }

  /// The value, where it fits into `Int`.
  @inlinable
  public var asInt: Int? { asUInt64.flatMap { Int(exactly: $0) } }

  /// 0 ... 256.
  @inlinable
  public var leadingZeroBitCount: Int {
    if limb3 != 0 { return limb3.leadingZeroBitCount }
    if limb2 != 0 { return 64 + limb2.leadingZeroBitCount }
    if limb1 != 0 { return 128 + limb1.leadingZeroBitCount }
    return 192 + limb0.leadingZeroBitCount
  }

  /// The number of bits without leading zeros, 0 ... 256.
  @inlinable
  public var bitWidthUsed: Int { 256 - leadingZeroBitCount }
}

extension UInt256: Comparable {
  @inlinable
  public static func < (left: UInt256, right: UInt256) -> Bool {
    if left.limb3 != right.limb3 { return left.limb3 < right.limb3 }
    if left.limb2 != right.limb2 { return left.limb2 < right.limb2 }
    if left.limb1 != right.limb1 { return left.limb1 < right.limb1 }
    return left.limb0 < right.limb0
  }
}

extension UInt256: ExpressibleByIntegerLiteral {
  @inlinable
  public init(integerLiteral value: UInt64) {
    self.init(value)
  }
}

// MARK: Addition and subtraction

extension UInt256 {
  /// The sum modulo 2²⁵⁶, and whether it reached 2²⁵⁶.
  @inlinable
  public func addingReportingOverflow(
    _ other: UInt256
  ) -> (partialValue: UInt256, overflow: Bool) {
    let (sum0, carry0) = limb0.addingReportingOverflow(other.limb0)
    let (sum1, carry1) = Self.add(limb1, other.limb1, carry0)
    let (sum2, carry2) = Self.add(limb2, other.limb2, carry1)
    let (sum3, carry3) = Self.add(limb3, other.limb3, carry2)
    return (UInt256(sum0, sum1, sum2, sum3), carry3)
  }

  /// The difference modulo 2²⁵⁶, and whether it fell below zero.
  @inlinable
  public func subtractingReportingOverflow(
    _ other: UInt256
  ) -> (partialValue: UInt256, overflow: Bool) {
    let (rest0, borrow0) = limb0.subtractingReportingOverflow(other.limb0)
    let (rest1, borrow1) = Self.subtract(limb1, other.limb1, borrow0)
    let (rest2, borrow2) = Self.subtract(limb2, other.limb2, borrow1)
    let (rest3, borrow3) = Self.subtract(limb3, other.limb3, borrow2)
    return (UInt256(rest0, rest1, rest2, rest3), borrow3)
  }

  /// The sum; nil where it reaches 2²⁵⁶.
  @inlinable
  public func adding(_ other: UInt256) -> UInt256? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }

  /// The difference; nil where it falls below zero.
  @inlinable
  public func subtracting(_ other: UInt256) -> UInt256? {
    let (rest, overflow) = subtractingReportingOverflow(other)
    return overflow ? nil : rest
  }

  /// The sum modulo 2²⁵⁶.
  @inlinable
  public static func &+ (left: UInt256, right: UInt256) -> UInt256 {
    left.addingReportingOverflow(right).partialValue
  }

  /// The difference modulo 2²⁵⁶.
  @inlinable
  public static func &- (left: UInt256, right: UInt256) -> UInt256 {
    left.subtractingReportingOverflow(right).partialValue
  }

  @inlinable
  static func add(_ left: UInt64, _ right: UInt64, _ carry: Bool) -> (UInt64, Bool) {
    let (sum, first) = left.addingReportingOverflow(right)
    let (total, second) = sum.addingReportingOverflow(carry ? 1 : 0)
    return (total, first || second)
  }

  @inlinable
  static func subtract(_ left: UInt64, _ right: UInt64, _ borrow: Bool) -> (UInt64, Bool) {
    let (rest, first) = left.subtractingReportingOverflow(right)
    let (total, second) = rest.subtractingReportingOverflow(borrow ? 1 : 0)
    return (total, first || second)
  }
}

// MARK: Multiplication

extension UInt256 {
  /// The whole product, in 512 bits: nothing is lost.
  @inlinable
  public func multipliedFullWidth(by other: UInt256) -> UInt512 {
    let left: [4 of UInt64] = [limb0, limb1, limb2, limb3]
    let right: [4 of UInt64] = [other.limb0, other.limb1, other.limb2, other.limb3]
    var product = [8 of UInt64](repeating: 0)
    for i in 0..<4 where left[i] != 0 {
      var carry: UInt64 = 0
      for j in 0..<4 {
        let (high, low) = left[i].multipliedFullWidth(by: right[j])
        let (sum, first) = product[i + j].addingReportingOverflow(low)
        let (total, second) = sum.addingReportingOverflow(carry)
        product[i + j] = total
        // high ≤ 2⁶⁴ − 2, and both carries can only come where it is smaller still.
        carry = high &+ (first ? 1 : 0) &+ (second ? 1 : 0)
      }
      product[i + 4] = carry
    }
    return UInt512(
      high: UInt256(product[4], product[5], product[6], product[7]),
      low: UInt256(product[0], product[1], product[2], product[3]))
  }

  /// The product modulo 2²⁵⁶, and whether it reached 2²⁵⁶.
  @inlinable
  public func multipliedReportingOverflow(
    by other: UInt256
  ) -> (partialValue: UInt256, overflow: Bool) {
    let product = multipliedFullWidth(by: other)
    return (product.low, !product.high.isZero)
  }

  /// The product; nil where it reaches 2²⁵⁶.
  @inlinable
  public func multiplied(by other: UInt256) -> UInt256? {
    multipliedFullWidth(by: other).asUInt256
  }

  /// The product modulo 2²⁵⁶.
  @inlinable
  public static func &* (left: UInt256, right: UInt256) -> UInt256 {
    // Limb products below 2²⁵⁶ only. (2⁶⁴ − 1)² + 2 · (2⁶⁴ − 1) = 2¹²⁸ − 1: no sum overflows.
    let (a0, a1, a2) = (UInt128(left.limb0), UInt128(left.limb1), UInt128(left.limb2))
    let (b0, b1, b2) = (UInt128(right.limb0), UInt128(right.limb1), UInt128(right.limb2))
    let p00 = a0 &* b0
    let p01 = a0 &* b1 &+ (p00 >> 64)
    let p02 = a0 &* b2 &+ (p01 >> 64)
    let p10 = a1 &* b0 &+ UInt128(UInt64(truncatingIfNeeded: p01))
    let p11 = a1 &* b1 &+ UInt128(UInt64(truncatingIfNeeded: p02)) &+ (p10 >> 64)
    let p20 = a2 &* b0 &+ UInt128(UInt64(truncatingIfNeeded: p11))
    let carries = (p02 >> 64) &+ (p11 >> 64) &+ (p20 >> 64)
    let top =
      UInt64(truncatingIfNeeded: carries) &+ left.limb0 &* right.limb3
      &+ left.limb1 &* right.limb2 &+ left.limb2 &* right.limb1 &+ left.limb3 &* right.limb0
    return UInt256(
      UInt64(truncatingIfNeeded: p00), UInt64(truncatingIfNeeded: p10),
      UInt64(truncatingIfNeeded: p20), top)
  }
}

// MARK: Bits

extension UInt256 {
  @inlinable
  public static func & (left: UInt256, right: UInt256) -> UInt256 {
    UInt256(
      left.limb0 & right.limb0, left.limb1 & right.limb1, left.limb2 & right.limb2,
      left.limb3 & right.limb3)
  }

  @inlinable
  public static func | (left: UInt256, right: UInt256) -> UInt256 {
    UInt256(
      left.limb0 | right.limb0, left.limb1 | right.limb1, left.limb2 | right.limb2,
      left.limb3 | right.limb3)
  }

  @inlinable
  public static func ^ (left: UInt256, right: UInt256) -> UInt256 {
    UInt256(
      left.limb0 ^ right.limb0, left.limb1 ^ right.limb1, left.limb2 ^ right.limb2,
      left.limb3 ^ right.limb3)
  }

  @inlinable
  public static prefix func ~ (value: UInt256) -> UInt256 {
    UInt256(~value.limb0, ~value.limb1, ~value.limb2, ~value.limb3)
  }

  /// Shifts towards the high end; 0 from a count of 256 on. A negative count shifts the other way.
  @inlinable
  public static func << (value: UInt256, count: Int) -> UInt256 {
    guard count > 0 else { return count == 0 ? value : value >> -Swift.max(count, -256) }
    guard count < 256 else { return .zero }
    let limbs: [4 of UInt64] = [value.limb0, value.limb1, value.limb2, value.limb3]
    var result = [4 of UInt64](repeating: 0)
    let (whole, bits) = count.quotientAndRemainder(dividingBy: 64)
    for index in whole..<4 {
      var limb = limbs[index - whole] << UInt64(bits)
      // Swift's smart shift by 64 gives 0, which is what a shift by no bits needs here.
      if index > whole { limb |= limbs[index - whole - 1] >> UInt64(64 - bits) }
      result[index] = limb
    }
    return UInt256(result[0], result[1], result[2], result[3])
  }

  /// Shifts towards the low end; 0 from a count of 256 on. A negative count shifts the other way.
  @inlinable
  public static func >> (value: UInt256, count: Int) -> UInt256 {
    guard count > 0 else { return count == 0 ? value : value << -Swift.max(count, -256) }
    guard count < 256 else { return .zero }
    let limbs: [4 of UInt64] = [value.limb0, value.limb1, value.limb2, value.limb3]
    var result = [4 of UInt64](repeating: 0)
    let (whole, bits) = count.quotientAndRemainder(dividingBy: 64)
    for index in 0..<(4 - whole) {
      var limb = limbs[index + whole] >> UInt64(bits)
      if index + whole < 3 { limb |= limbs[index + whole + 1] << UInt64(64 - bits) }
      result[index] = limb
    }
    return UInt256(result[0], result[1], result[2], result[3])
  }
}
