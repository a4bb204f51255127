import EthereumPrimitives

/// What a curve has the coordinates of its points in.
protocol Field: Equatable, Sendable {
  static var zero: Self { get }
  static var one: Self { get }
  /// b of the curve y² = x³ + b.
  static var coefficient: Self { get }

  static func + (left: Self, right: Self) -> Self
  static func - (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static prefix func - (value: Self) -> Self

  var squared: Self { get }
  /// Zero of zero.
  var inverse: Self { get }
}

extension Field {
  /// The exponent in 64-bit limbs, the least significant first. One of zero for an exponent of
  /// zero, as everywhere.
  func power(_ exponent: [UInt64]) -> Self {
    var result = Self.one
    for limb in exponent.reversed() {
      for place in (0..<64).reversed() {
        result = result.squared
        if limb >> UInt64(place) & 1 == 1 { result = result * self }
      }
    }
    return result
  }
}

/// A curve over the integers modulo a prime p, with a pairing into a field of p¹² numbers; the
/// second group lies on a curve over p² numbers.
///
/// p is 1 modulo 6, and 3 modulo 4.
protocol PairingCurve {
  associatedtype Fp: Field

  /// b of the second curve.
  static var twistCoefficient: Fp2<Self> { get }
  /// ξ^((p − 1)/6) to the powers 0 ... 5: what Frobenius' map makes of powers of w.
  static var frobeniusFactors: [6 of Fp2<Self>] { get }
  /// The product with ξ, from which the larger fields are made.
  static func timesXi(_ value: Fp2<Self>) -> Fp2<Self>
  /// The product with the value of a line at a point of the first curve.
  static func multiply(
    _ product: Fp12<Self>, by line: Line<Self>, at point: Affine<Fp>
  ) -> Fp12<Self>
}

// MARK: Limbs

extension UInt256 {
  /// The bit at a place 0 ... 255.
  func hasBit(_ place: Int) -> Bool { limbs[place / 64] >> UInt64(place % 64) & 1 == 1 }

  var limbList: [UInt64] { (0..<4).map { limbs[$0] } }
}

extension UInt64 {
  /// The low limb of left · right + addend + carry, which is below 2¹²⁸; the high limb is the
  /// carry.
  @inline(__always)
  static func multiplyAdd(
    _ left: UInt64, _ right: UInt64, _ addend: UInt64, _ carry: inout UInt64
  ) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    let (sum, first) = low.addingReportingOverflow(addend)
    let (total, second) = sum.addingReportingOverflow(carry)
    carry = high &+ (first ? 1 : 0) &+ (second ? 1 : 0)
    return total
  }

  @inline(__always)
  static func add(_ left: UInt64, _ right: UInt64, _ carry: inout UInt64) -> UInt64 {
    let (sum, first) = left.addingReportingOverflow(right)
    let (total, second) = sum.addingReportingOverflow(carry)
    carry = first || second ? 1 : 0
    return total
  }

  @inline(__always)
  static func subtract(_ left: UInt64, _ right: UInt64, _ borrow: inout UInt64) -> UInt64 {
    let (rest, first) = left.subtractingReportingOverflow(right)
    let (total, second) = rest.subtractingReportingOverflow(borrow)
    borrow = first || second ? 1 : 0
    return total
  }
}
