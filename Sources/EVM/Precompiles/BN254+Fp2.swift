import EthereumPrimitives

extension BN254 {
  /// real + imaginary · i with i² = −1.
  struct Fp2 {
    let real: Fp
    let imaginary: Fp

    init(_ real: Fp, _ imaginary: Fp) {
      self.real = real
      self.imaginary = imaginary
    }
  }
}

extension BN254.Fp2: BN254.Field {
  static let zero = Self(.zero, .zero)
  static let one = Self(.one, .zero)
  /// 3 / ξ.
  static let coefficient = Self(BN254.Fp.coefficient, .zero) * one.timesXi.inverse
  /// ξ^((p − 1)/6) to the powers 0 ... 5: what Frobenius' map makes of powers of w.
  static let frobeniusFactors: [6 of Self] = {
    // p = 6 · exponent + 1.
    let exponent = BN254.Fp.order.quotientAndRemainder(dividingBy: 6)?.quotient ?? .zero
    let factor = one.timesXi.power(exponent)
    return [6 of Self] { factor.power(UInt256(UInt64($0))) }
  }()

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

  static func * (left: Self, right: BN254.Fp) -> Self {
    Self(left.real * right, left.imaginary * right)
  }

  var squared: Self {
    let product = real * imaginary
    return Self((real + imaginary) * (real - imaginary), product + product)
  }

  /// a − bi, which is also the p-th power.
  var conjugate: Self { Self(real, -imaginary) }

  var inverse: Self { conjugate * (real.squared + imaginary.squared).inverse }

  /// The product with ξ = 9 + i, from which the larger fields are made.
  var timesXi: Self {
    let two = self + self
    let four = two + two
    let nine = four + four + self
    return Self(nine.real - imaginary, nine.imaginary + real)
  }
}
