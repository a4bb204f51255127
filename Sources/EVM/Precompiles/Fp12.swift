/// c0 + c1·v + c2·v² with v³ = ξ.
struct Fp6<Curve: PairingCurve>: Equatable {
  typealias Part = Fp2<Curve>

  let c0: Part
  let c1: Part
  let c2: Part

  static var zero: Self { Self(.zero, .zero, .zero) }
  static var one: Self { Self(.one, .zero, .zero) }

  init(_ c0: Part, _ c1: Part, _ c2: Part) {
    self.c0 = c0
    self.c1 = c1
    self.c2 = c2
  }

  static func + (left: Self, right: Self) -> Self {
    Self(left.c0 + right.c0, left.c1 + right.c1, left.c2 + right.c2)
  }

  static func - (left: Self, right: Self) -> Self {
    Self(left.c0 - right.c0, left.c1 - right.c1, left.c2 - right.c2)
  }

  static prefix func - (value: Self) -> Self { zero - value }

  /// Karatsuba's six products.
  static func * (left: Self, right: Self) -> Self {
    let (p0, p1, p2) = (left.c0 * right.c0, left.c1 * right.c1, left.c2 * right.c2)
    let p12 = (left.c1 + left.c2) * (right.c1 + right.c2) - p1 - p2
    let p01 = (left.c0 + left.c1) * (right.c0 + right.c1) - p0 - p1
    let p02 = (left.c0 + left.c2) * (right.c0 + right.c2) - p0 - p2
    return Self(p0 + p12.timesXi, p01 + p2.timesXi, p02 + p1)
  }

  static func * (left: Self, right: Part) -> Self {
    Self(left.c0 * right, left.c1 * right, left.c2 * right)
  }

  /// The product with d0 + d1·v.
  func times(_ d0: Part, _ d1: Part) -> Self {
    let (p0, p1) = (c0 * d0, c1 * d1)
    let p01 = (c0 + c1) * (d0 + d1) - p0 - p1
    return Self(p0 + (c2 * d1).timesXi, p01, c2 * d0 + p1)
  }

  var timesV: Self { Self(c2.timesXi, c0, c1) }

  /// Beuchat and others, High-Speed Software Implementation of the Optimal Ate Pairing over
  /// Barreto–Naehrig Curves (2010), algorithm 17.
  var inverse: Self {
    let d0 = c0.squared - (c1 * c2).timesXi
    let d1 = c2.squared.timesXi - c0 * c1
    let d2 = c1.squared - c0 * c2
    let norm = c0 * d0 + (c2 * d1 + c1 * d2).timesXi
    return Self(d0, d1, d2) * norm.inverse
  }
}

/// c0 + c1·w with w² = v: where pairings have their values.
struct Fp12<Curve: PairingCurve>: Equatable {
  typealias Part = Fp2<Curve>

  let c0: Fp6<Curve>
  let c1: Fp6<Curve>

  static var one: Self { Self(.one, .zero) }

  init(_ c0: Fp6<Curve>, _ c1: Fp6<Curve>) {
    self.c0 = c0
    self.c1 = c1
  }

  static func * (left: Self, right: Self) -> Self {
    let (p0, p1) = (left.c0 * right.c0, left.c1 * right.c1)
    let both = (left.c0 + left.c1) * (right.c0 + right.c1)
    return Self(p0 + p1.timesV, both - p0 - p1)
  }

  /// The product with d0 + d1·w + d3·v·w: a line of BN254 has no other terms.
  func times(_ d0: Part, _ d1: Part, _ d3: Part) -> Self {
    let (p0, p1) = (c0 * d0, c1.times(d1, d3))
    let both = (c0 + c1).times(d0 + d1, d3)
    return Self(p0 + p1.timesV, both - p0 - p1)
  }

  /// The product with d0 + d2·v + d3·v·w: a line of BLS12-381 has no other terms.
  func times(_ d0: Part, v d2: Part, vw d3: Part) -> Self {
    let (p0, p1) = (c0.times(d0, d2), c1.times(.zero, d3))
    let both = (c0 + c1).times(d0, d2 + d3)
    return Self(p0 + p1.timesV, both - p0 - p1)
  }

  var squared: Self {
    let product = c0 * c1
    let both = (c0 + c1) * (c0 + c1.timesV)
    return Self(both - product - product.timesV, product + product)
  }

  /// The p⁶-th power.
  var conjugate: Self { Self(c0, -c1) }

  var inverse: Self {
    let norm = (c0 * c0 - (c1 * c1).timesV).inverse
    return Self(c0 * norm, -(c1 * norm))
  }

  /// The p-th power.
  var frobenius: Self {
    let factors = Curve.frobeniusFactors
    return Self(
      Fp6(
        c0.c0.conjugate, c0.c1.conjugate * factors[2], c0.c2.conjugate * factors[4]),
      Fp6(
        c1.c0.conjugate * factors[1], c1.c1.conjugate * factors[3],
        c1.c2.conjugate * factors[5]))
  }

  func power(_ exponent: UInt64) -> Self {
    var result = self
    for place in (0..<(63 - exponent.leadingZeroBitCount)).reversed() {
      result = result.squared
      if exponent >> UInt64(place) & 1 == 1 { result = result * self }
    }
    return result
  }
}
