import EthereumPrimitives

/// A non-negative IEEE-754 binary64 value, computed with integers only.
///
/// The law has no floating point; this reproduces distributions that other programs computed with
/// it. The value is `significand · 2^exponent`, with 53 significant bits or zero. Infinities and
/// subnormals cannot arise: operands are below 2²⁵⁶ and quotients above 2⁻²⁵⁷.
/// Source: IEEE 754-2019, roundTiesToEven.
struct Binary64: Equatable {
  /// 2⁵² ..< 2⁵³, or 0 for the value zero.
  let significand: UInt64
  let exponent: Int

  /// The value nearest to an integer.
  init(rounding integer: UInt256) {
    self.init(rounding: UInt512(high: .zero, low: integer), sticky: false, exponent: 0)
  }

  /// The value nearest to an exact quotient; `divisor` is above 0.
  init(dividing dividend: UInt512, by divisor: UInt256) {
    // At least 55 bits of quotient: 53, one to round by, and the remainder as a sticky bit.
    let bits = Self.bitWidth(dividend) - divisor.bitWidthUsed
    let shift = max(0, 56 - bits)
    guard let scaled = dividend.multiplied(by: UInt256(1) << min(shift, 255)),
      let division = scaled.quotientAndRemainder(dividingBy: divisor)
    else { preconditionFailure("a scaled dividend has at most 256 + 56 bits") }
    if dividend == .zero {
      self.init(significand: 0, exponent: 0)
    } else if shift <= 255 {
      self.init(
        rounding: division.quotient, sticky: !division.remainder.isZero, exponent: -shift)
    } else {
      // A quotient this far below one is only ever rounded down to zero units.
      self.init(significand: 1 << 52, exponent: -shift)
    }
  }

  private init(significand: UInt64, exponent: Int) {
    self.significand = significand
    self.exponent = exponent
  }

  /// Rounds `integer · 2^exponent`, and a little more where `sticky`, to 53 bits, ties to even.
  private init(rounding integer: UInt512, sticky: Bool, exponent: Int) {
    let width = Self.bitWidth(integer)
    guard width > 0 else {
      self.init(significand: 0, exponent: 0)
      return
    }
    guard width > 53 else {
      // Exact integers only: a quotient always brings more than 53 bits.
      let value = integer.low.asUInt64 ?? 0
      self.init(significand: value << UInt64(53 - width), exponent: exponent - (53 - width))
      return
    }
    let dropped = width - 53
    let kept = Self.shiftedRight(integer, by: dropped).asUInt64 ?? 0
    let half = Self.bit(dropped - 1, of: integer)
    let rest = sticky || Self.hasBits(below: dropped - 1, in: integer)
    let roundsUp = half && (rest || kept & 1 == 1)
    let rounded = roundsUp ? kept + 1 : kept
    if rounded == 1 << 53 {
      self.init(significand: 1 << 52, exponent: exponent + dropped + 1)
    } else {
      self.init(significand: rounded, exponent: exponent + dropped)
    }
  }

  static func * (left: Binary64, right: Binary64) -> Binary64 {
    let product = UInt256(left.significand) &* UInt256(right.significand)
    return Binary64(
      rounding: UInt512(high: .zero, low: product), sticky: false,
      exponent: left.exponent + right.exponent)
  }

  /// `right` is above zero.
  static func / (left: Binary64, right: Binary64) -> Binary64 {
    let scaled = UInt256(left.significand) << 56
    guard let division = scaled.quotientAndRemainder(dividingBy: UInt256(right.significand)) else {
      preconditionFailure("the divisor is above zero")
    }
    return Binary64(
      rounding: UInt512(high: .zero, low: division.quotient),
      sticky: !division.remainder.isZero, exponent: left.exponent - right.exponent - 56)
  }

  /// The largest integer not above the value; nil from 2²⁵⁶ on.
  var floor: UInt256? {
    if exponent >= 0 {
      return exponent > 256 - 53 ? nil : UInt256(significand) << exponent
    }
    return exponent <= -64 ? .zero : UInt256(significand >> UInt64(-exponent))
  }

  private static func bitWidth(_ value: UInt512) -> Int {
    value.high.isZero ? value.low.bitWidthUsed : 256 + value.high.bitWidthUsed
  }

  private static func shiftedRight(_ value: UInt512, by count: Int) -> UInt256 {
    count >= 256
      ? value.high >> (count - 256)
      : (value.low >> count) | (value.high << (256 - count))
  }

  private static func bit(_ index: Int, of value: UInt512) -> Bool {
    let half = index >= 256 ? value.high >> (index - 256) : value.low >> index
    return !(half & UInt256(1)).isZero
  }

  private static func hasBits(below count: Int, in value: UInt512) -> Bool {
    guard count > 0 else { return false }
    if count >= 256 {
      return !value.low.isZero || !(value.high << (512 - count)).isZero
    }
    return !(value.low << (256 - count)).isZero
  }
}
