import DistributionModel
import EthereumPrimitives

/// The digits of a number with its sign, −2²⁵⁶ < number < 2²⁵⁶; the scale is known from elsewhere.
struct SignedNumber: Hashable {
  /// Never true for zero.
  let isNegative: Bool
  let magnitude: UInt256

  static let zero = SignedNumber(.zero)

  init(_ magnitude: UInt256, isNegative: Bool = false) {
    self.magnitude = magnitude
    self.isNegative = isNegative && !magnitude.isZero
  }

  init(_ value: Int128) {
    self.init(UInt256(narrow: value.magnitude), isNegative: value < 0)
  }

  /// A number at a scale that is not below its own; nil from 2²⁵⁶ on.
  init?(_ number: DecimalNumber, scale: Int) {
    guard let power = UInt256.powerOfTen(scale - number.scale),
      let magnitude = number.magnitude.multiplied(by: power)
    else { return nil }
    self.init(magnitude, isNegative: number.isNegative)
  }

  /// The value, where its magnitude is below 2¹²⁷.
  var narrow: Int128? {
    guard let bits = magnitude.asUInt128, let value = Int128(exactly: bits) else { return nil }
    return isNegative ? -value : value
  }

  var negated: SignedNumber { SignedNumber(magnitude, isNegative: !isNegative) }

  func number(scale: Int) -> DecimalNumber {
    DecimalNumber(magnitude, scale: scale, isNegative: isNegative)
  }

  /// The sum; nil where its magnitude reaches 2²⁵⁶.
  func adding(_ other: SignedNumber) -> SignedNumber? {
    if isNegative == other.isNegative {
      return magnitude.adding(other.magnitude).map { SignedNumber($0, isNegative: isNegative) }
    }
    if let rest = magnitude.subtracting(other.magnitude) {
      return SignedNumber(rest, isNegative: isNegative)
    }
    return SignedNumber(other.magnitude &- magnitude, isNegative: other.isNegative)
  }

  /// The product; nil where its magnitude reaches 2²⁵⁶.
  func multiplied(by other: SignedNumber) -> SignedNumber? {
    magnitude.multiplied(by: other.magnitude).map {
      SignedNumber($0, isNegative: isNegative != other.isNegative)
    }
  }

  /// ± numerator / denominator in whole numbers, rounded; nil from 2²⁵⁶ on.
  ///
  /// - Parameter denominator: above 0.
  static func quotient(
    _ numerator: UInt512, _ denominator: UInt512, isNegative: Bool, _ rounding: Expression.Rounding
  ) -> SignedNumber? {
    guard
      let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator),
      let magnitude = quotient.asUInt256
    else { return nil }
    let isExact = remainder.isZero
    // 2r against the divisor, without doubling r.
    let rest = denominator.subtracting(remainder) ?? .zero
    let half = isExact || remainder < rest ? -1 : remainder == rest ? 0 : 1
    let goesAway = rounding.goesAway(
      isNegative: isNegative, isExact: isExact, half: half, isOdd: magnitude.isOdd)
    guard goesAway else { return SignedNumber(magnitude, isNegative: isNegative) }
    return magnitude.adding(.one).map { SignedNumber($0, isNegative: isNegative) }
  }
}

extension SignedNumber: Comparable {
  static func < (left: SignedNumber, right: SignedNumber) -> Bool {
    guard left.isNegative == right.isNegative else { return left.isNegative }
    return left.isNegative
      ? right.magnitude < left.magnitude : left.magnitude < right.magnitude
  }
}

extension Expression.Rounding {
  /// Whether a quotient that was cut off becomes one larger in magnitude.
  ///
  /// - Parameter half: −1, 0 or 1: the rest is less than, exactly or more than half.
  @inline(__always)
  func goesAway(isNegative: Bool, isExact: Bool, half: Int, isOdd: Bool) -> Bool {
    switch self {
    case .down: false
    case .up: !isExact
    case .floor: !isExact && isNegative
    case .ceiling: !isExact && !isNegative
    case .halfUp: half >= 0
    case .halfEven: half > 0 || (half == 0 && isOdd)
    }
  }
}

/// Roots and logarithms in whole numbers.
enum ExactMath {
  /// The largest integer whose square is at most the value.
  ///
  /// Newton's steps from above fall until they are there; the first guess is right to 32 bits.
  static func squareRoot(_ value: UInt512) -> UInt256 {
    let bits = value.bitWidthUsed
    guard bits > 62 else {
      return UInt256(smallRoot(value.low))
    }
    // An even shift leaves 61 or 62 bits, whose root, one more and shifted back, is no less.
    let shift = (bits - 61) & ~1
    let guess = UInt256(smallRoot((value >> shift).low) + 1)
    var root = shift / 2 + 32 < 256 ? guess << (shift / 2) : .max
    while true {
      guard let quotient = value.quotientAndRemainder(dividingBy: root)?.quotient.asUInt256,
        quotient < root
      else { return root }
      // The mean of two numbers below 2²⁵⁶, without their sum: quotient < root.
      root = quotient &+ ((root &- quotient) >> 1)
    }
  }

  /// Of at most 62 bits.
  private static func smallRoot(_ number: UInt256) -> UInt64 {
    guard let value = number.asUInt64, value > 1 else { return number.isZero ? 0 : 1 }
    let half = UInt64((64 - value.leadingZeroBitCount + 1) / 2)
    var root: UInt64 = 1 << half
    while true {
      let next = (root + value / root) / 2
      guard next < root else { return root }
      root = next
    }
  }

  /// The largest integer whose power is at most the value; nil where it is 2²⁵⁶ or more.
  static func root(_ value: UInt512, exponent: Int) -> UInt256? {
    switch exponent {
    case 1: return value.asUInt256
    case 2: return squareRoot(value)
    case 4: return squareRoot(UInt512(squareRoot(value)))
    default:
      // Bit by bit: the cube root of 512 bits has at most 171.
      var root = UInt256.zero
      var bit = (value.bitWidthUsed + exponent - 1) / exponent
      while bit >= 0 {
        let trial = root | UInt256.one << bit
        if let power = power(of: trial, exponent: exponent), power <= value { root = trial }
        bit -= 1
      }
      return root
    }
  }

  /// nil from 2⁵¹² on; the exponent is at least 1.
  static func power(of base: UInt256, exponent: Int) -> UInt512? {
    var product = UInt512(base)
    for _ in 1..<exponent {
      guard let next = product.multiplied(by: base) else { return nil }
      product = next
    }
    return product
  }

  /// ⌊log₂(value / 10^scale) · 10^18⌋ by the steps of the reference page; the value is above 0.
  static func logarithm(_ value: UInt256, scale: Int) -> SignedNumber {
    guard let power = UInt256.powerOfTen(scale) else {
      preconditionFailure("scales are at most 36")
    }
    var whole = value.bitWidthUsed - power.bitWidthUsed
    if !reaches(value, power, whole) { whole -= 1 }
    // 1 ≤ y < 2 in units of 2⁻¹²⁷.
    let shift = 127 - whole
    let (top, bottom) =
      shift >= 0
      ? (UInt512(value) << shift, UInt512(power)) : (UInt512(value), UInt512(power) << -shift)
    guard let start = top.quotientAndRemainder(dividingBy: bottom)?.quotient.low else {
      preconditionFailure("a power of ten is above 0")
    }
    var y = start.asUInt128 ?? .max
    var fraction: UInt64 = 0
    for _ in 0..<64 {
      let square = y.multipliedFullWidth(by: y)
      // y² / 2¹²⁷, which is below 2¹²⁹.
      let isTwo = square.high >> 127 == 1
      y = isTwo ? square.high : square.high << 1 | square.low >> 127
      fraction = fraction << 1 | (isTwo ? 1 : 0)
    }
    return scaled(whole, fraction)
  }

  /// value / power ≥ 2^exponent.
  private static func reaches(_ value: UInt256, _ power: UInt256, _ exponent: Int) -> Bool {
    exponent >= 0
      ? UInt512(value) >= UInt512(power) << exponent
      : UInt512(value) << -exponent >= UInt512(power)
  }

  /// ⌊(whole · 2⁶⁴ + fraction) · 10¹⁸ / 2⁶⁴⌋; a shift rounds towards the smaller number.
  private static func scaled(_ whole: Int, _ fraction: UInt64) -> SignedNumber {
    let unit: Int128 = 1_000_000_000_000_000_000
    return SignedNumber(Int128(whole) * unit + (Int128(fraction) * unit) >> 64)
  }
}
