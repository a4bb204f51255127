extension UInt256 {
  /// Quotient, rounded down, and remainder; nil for a divisor of zero.
  public func quotientAndRemainder(
    dividingBy divisor: UInt256
  ) -> (quotient: UInt256, remainder: UInt256)? {
    UInt512(self).quotientAndRemainder(dividingBy: divisor).map { ($0.quotient.low, $0.remainder) }
  }
}

extension UInt512 {
  /// Quotient, rounded down, and remainder; nil for a divisor of zero.
  public func quotientAndRemainder(
    dividingBy divisor: UInt256
  ) -> (quotient: UInt512, remainder: UInt256)? {
    guard !divisor.isZero else { return nil }
    if high.isZero, low < divisor { return (.zero, low) }
    if let small = divisor.asUInt64 {
      let (quotient, remainder) = dividedBySmall(small)
      return (quotient, UInt256(remainder))
    }
    return dividedByWide(divisor)
  }

  /// Quotient, rounded down, and remainder; nil for a divisor of zero.
  public func quotientAndRemainder(
    dividingBy divisor: UInt512
  ) -> (quotient: UInt512, remainder: UInt512)? {
    if divisor.high.isZero {
      return quotientAndRemainder(dividingBy: divisor.low).map {
        ($0.quotient, UInt512($0.remainder))
      }
    }
    // The quotient is below 2²⁵⁶: one bit at a time, for a case that is rare.
    var quotient = UInt512.zero
    var remainder = self
    var shift = bitWidthUsed - divisor.bitWidthUsed
    while shift >= 0 {
      if let rest = remainder.subtracting(divisor << shift) {
        remainder = rest
        quotient = quotient.adding(UInt512(.one) << shift) ?? quotient
      }
      shift -= 1
    }
    return (quotient, remainder)
  }

  private func dividedBySmall(_ divisor: UInt64) -> (UInt512, UInt64) {
    let limbs = self.limbs
    var quotient = [8 of UInt64](repeating: 0)
    var remainder: UInt64 = 0
    for index in stride(from: 7, through: 0, by: -1) {
      // remainder < divisor, so that the quotient of two limbs by one fits into a limb.
      let step = divisor.dividingFullWidth((remainder, limbs[index]))
      quotient[index] = step.quotient
      remainder = step.remainder
    }
    return (UInt512(limbs: quotient), remainder)
  }

  /// Knuth, The Art of Computer Programming, volume 2, 4.3.1, algorithm D, in 64-bit digits.
  private func dividedByWide(_ divisor: UInt256) -> (quotient: UInt512, remainder: UInt256) {
    let digits = (divisor.bitWidthUsed + 63) / 64
    let shift = digits * 64 - divisor.bitWidthUsed
    let normalized = divisor << shift
    let v: [4 of UInt64] = [normalized.limb0, normalized.limb1, normalized.limb2, normalized.limb3]
    var u = [9 of UInt64](repeating: 0)
    let shifted = (self << shift).limbs
    for index in 0..<8 { u[index] = shifted[index] }
    u[8] = shift == 0 ? 0 : limbs[7] >> UInt64(64 - shift)

    var quotient = [8 of UInt64](repeating: 0)
    let top = v[digits - 1]
    let second = v[digits - 2]
    for j in stride(from: 8 - digits, through: 0, by: -1) {
      var estimate = Self.estimate(
        (u[j + digits], u[j + digits - 1], u[j + digits - 2]), top: top, second: second)
      if Self.subtract(v, times: estimate, from: &u, at: j, digits: digits) {
        estimate &-= 1
        Self.addBack(v, to: &u, at: j, digits: digits)
      }
      quotient[j] = estimate
    }
    let remainder = UInt512(limbs: [u[0], u[1], u[2], u[3], u[4], 0, 0, 0]) >> shift
    return (UInt512(limbs: quotient), remainder.low)
  }

  /// Step D3: the digit by the leading digits, at most one too large.
  private static func estimate(
    _ u: (UInt64, UInt64, UInt64), top: UInt64, second: UInt64
  ) -> UInt64 {
    var estimate: UInt64
    var rest: UInt64
    if u.0 >= top {
      estimate = .max
      let (sum, overflow) = u.1.addingReportingOverflow(top)
      if overflow { return estimate }
      rest = sum
    } else {
      (estimate, rest) = top.dividingFullWidth((u.0, u.1))
    }
    while true {
      let (high, low) = estimate.multipliedFullWidth(by: second)
      guard high > rest || (high == rest && low > u.2) else { return estimate }
      estimate &-= 1
      let (sum, overflow) = rest.addingReportingOverflow(top)
      if overflow { return estimate }
      rest = sum
    }
  }

  /// Step D4; true where the result fell below zero.
  private static func subtract(
    _ v: [4 of UInt64], times digit: UInt64, from u: inout [9 of UInt64], at j: Int, digits: Int
  ) -> Bool {
    var carry: UInt64 = 0
    var borrow = false
    for index in 0..<digits {
      let (high, low) = v[index].multipliedFullWidth(by: digit)
      let (product, overflow) = low.addingReportingOverflow(carry)
      carry = high &+ (overflow ? 1 : 0)
      let (rest, first) = u[j + index].subtractingReportingOverflow(product)
      let (total, second) = rest.subtractingReportingOverflow(borrow ? 1 : 0)
      u[j + index] = total
      borrow = first || second
    }
    let (rest, first) = u[j + digits].subtractingReportingOverflow(carry)
    let (total, second) = rest.subtractingReportingOverflow(borrow ? 1 : 0)
    u[j + digits] = total
    return first || second
  }

  /// Step D6.
  private static func addBack(
    _ v: [4 of UInt64], to u: inout [9 of UInt64], at j: Int, digits: Int
  ) {
    var carry = false
    for index in 0..<digits {
      (u[j + index], carry) = UInt256.add(u[j + index], v[index], carry)
    }
    u[j + digits] &+= carry ? 1 : 0
  }

  private var limbs: [8 of UInt64] {
    [
      low.limb0, low.limb1, low.limb2, low.limb3, high.limb0, high.limb1, high.limb2, high.limb3,
    ]
  }

  private init(limbs: [8 of UInt64]) {
    self.init(
      high: UInt256(limbs[4], limbs[5], limbs[6], limbs[7]),
      low: UInt256(limbs[0], limbs[1], limbs[2], limbs[3]))
  }
}
