import EthereumPrimitives

/// A field with square roots, and a sign for each number.
protocol RootField: Field {
  /// One of the two roots; nil of what is no square.
  var squareRoot: Self? { get }
  /// Of a number and its opposite, one is odd. Source: RFC 9380, section 4.1, `sgn0`.
  var isOdd: Bool { get }
}

extension BLS12381.Fp: RootField {}

extension Fp2<BLS12381>: RootField {
  /// By the norm. Source: Adj and Rodríguez-Henríquez, Square Root Computation over Even Extension
  /// Fields (2012), algorithm 8.
  var squareRoot: Self? {
    if imaginary == .zero {
      // −1 is no square modulo p: of a number and its opposite, one is.
      if let root = real.squareRoot { return Self(root, .zero) }
      return (-real).squareRoot.map { Self(.zero, $0) }
    }
    guard let norm = (real.squared + imaginary.squared).squareRoot else { return nil }
    let half = BLS12381.Fp(2).inverse
    guard let part = ((real + norm) * half).squareRoot ?? ((real - norm) * half).squareRoot
    else { return nil }
    return Self(part, imaginary * half * part.inverse)
  }

  var isOdd: Bool { real.isOdd || (real == .zero && imaginary.isOdd) }
}

/// A curve y² = x³ + ax + b, onto which numbers are mapped, and its map onto one without the ax.
///
/// Source: RFC 9380, sections 6.6.2, 6.6.3 and E.
struct Isogeny<F: RootField>: Sendable {
  let a: F
  let b: F
  let z: F
  // Polynomials, the lowest coefficient first.
  let xNumerator: [F]
  let xDenominator: [F]
  let yNumerator: [F]
  let yDenominator: [F]

  /// A point of the curve, not of its subgroup.
  func point(for number: F) -> Affine<F> {
    let (x, y) = mapped(number)
    let below = Self.value(xDenominator, x) * Self.value(yDenominator, x)
    // Where a denominator is zero the image is infinity.
    guard below != .zero else { return Affine(trusted: .zero, .zero) }
    return Affine(
      trusted: Self.value(xNumerator, x) * Self.value(xDenominator, x).inverse,
      y * Self.value(yNumerator, x) * Self.value(yDenominator, x).inverse)
  }

  /// The simplified map of Shallue, van de Woestijne and Ulas.
  private func mapped(_ number: F) -> (x: F, y: F) {
    let zu = z * number.squared
    let sum = zu.squared + zu
    let first =
      sum == .zero ? b * (z * a).inverse : -b * a.inverse * (.one + sum.inverse)
    let second = zu * first
    func right(_ x: F) -> F { (x.squared + a) * x + b }
    // One of the two is a square.
    let (x, root) =
      right(first).squareRoot.map { (first, $0) } ?? (second, right(second).squareRoot ?? .zero)
    return (x, root.isOdd == number.isOdd ? root : -root)
  }

  private static func value(_ polynomial: [F], _ x: F) -> F {
    polynomial.reversed().reduce(.zero) { $0 * x + $1 }
  }
}

extension Affine<BLS12381.Fp> {
  /// A multiple that lies in the subgroup: 1 + u times the point. Source: RFC 9380, section 8.8.1.
  var clearedOfCofactor: Self { (UInt256(BLS12381.u + 1) * self).affine }
}

extension Affine<Fp2<BLS12381>> {
  /// Frobenius' map ψ, carried over to this curve.
  private var frobenius: Self {
    let factors = BLS12381.frobeniusFactors
    return Self(
      trusted: x.conjugate * factors[2].inverse, y.conjugate * factors[3].inverse)
  }

  /// A multiple that lies in the subgroup: (x² − x − 1)P + (x − 1)ψ(P) + ψ²(2P) with x = −u.
  ///
  /// Source: RFC 9380, appendix G.3.
  var clearedOfCofactor: Self {
    let byX = -(UInt256(BLS12381.u) * self).affine
    let image = frobenius
    let twice = Jacobian(self).doubled.affine.frobenius.frobenius
    let inner = (Jacobian(byX) + image).affine
    let byXAgain = -(UInt256(BLS12381.u) * inner).affine
    return (((Jacobian(twice) + -image) + byXAgain) + -byX + -self).affine
  }
}
