/// real + imaginary · i with i² = −1.
struct Fp2<Curve: PairingCurve>: Field {
  let real: Curve.Fp
  let imaginary: Curve.Fp

  init(_ real: Curve.Fp, _ imaginary: Curve.Fp) {
    self.real = real
    self.imaginary = imaginary
  }

  static var zero: Self { Self(.zero, .zero) }
  static var one: Self { Self(.one, .zero) }
  static var coefficient: Self { Curve.twistCoefficient }

  static func + (left: Self, right: Self) -> Self {
    Self(left.real + right.real, left.imaginary + right.imaginary)
  }

  static func - (left: Self, right: Self) -> Self {
    Self(left.real - right.real, left.imaginary - right.imaginary)
  }

  static prefix func - (value: Self) -> Self { Self(-value.real, -value.imaginary) }

  /// Karatsuba's three products.
  static func * (left: Self, right: Self) -> Self {
    let real = left.real * right.real
    let imaginary = left.imaginary * right.imaginary
    let both = (left.real + left.imaginary) * (right.real + right.imaginary)
    return Self(real - imaginary, both - real - imaginary)
  }

  static func * (left: Self, right: Curve.Fp) -> Self {
    Self(left.real * right, left.imaginary * right)
  }

  var squared: Self {
    let product = real * imaginary
    return Self((real + imaginary) * (real - imaginary), product + product)
  }

  /// a − bi, which is also the p-th power.
  var conjugate: Self { Self(real, -imaginary) }

  var inverse: Self { conjugate * (real.squared + imaginary.squared).inverse }

  /// The product with ξ.
  var timesXi: Self { Curve.timesXi(self) }
}
