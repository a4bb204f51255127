extension BLS12381: PairingCurve {
  /// 4ξ.
  static let twistCoefficient = Fp2<BLS12381>(.coefficient, .coefficient)
  static let frobeniusFactors: [6 of Fp2<BLS12381>] = {
    // (p − 1)/6.
    let factor = Fp2<BLS12381>.one.timesXi.power([
      0x49AA_7FFF_FFFF_F1C7, 0x051C_AAAA_72E3_5555, 0xE688_231A_D3C8_2906,
      0xE613_E1EB_7DEB_831F, 0x0C84_9BF3_B5E1_F223, 0x0455_82FC_5EEA_A66F,
    ])
    return [6 of Fp2<BLS12381>] { factor.power([UInt64($0)]) }
  }()

  /// ξ = 1 + i.
  static func timesXi(_ value: Fp2<BLS12381>) -> Fp2<BLS12381> {
    Fp2(value.real - value.imaginary, value.real + value.imaginary)
  }

  /// The second curve is taken to the first one by (x / w², y / w³); the line is multiplied by w³,
  /// which the last power takes to one.
  static func multiply(
    _ product: Fp12<BLS12381>, by line: Line<BLS12381>, at point: G1
  ) -> Fp12<BLS12381> {
    product.times(line.constant, v: line.x * point.x, vw: line.y * point.y)
  }

  /// Whether the product of the pairings is one, of points of the subgroups.
  static func isProductOne(of pairs: [(G1, G2)]) -> Bool {
    var factors = pairs.compactMap { left, right in
      left.isInfinity || right.isInfinity ? nil : MillerPair<BLS12381>(left, right)
    }
    // Of −u the loop's value is the conjugate, whose last power is one exactly where this one's is.
    return finalPower(of: millerLoop(&factors, digits: loopDigits)) == .one
  }

  /// The bits of u after the highest.
  private static let loopDigits = (0..<63).reversed().map { Int(u >> UInt64($0) & 1) }

  /// A power with the exponent 3(p¹² − 1) / n: one exactly where the pairings' product is.
  ///
  /// Source: Hayashida, Hayasaka and Teruya, Efficient Final Exponentiation via Cyclotomic
  /// Structure for Pairings over Families of Elliptic Curves (2020).
  private static func finalPower(of value: Fp12<BLS12381>) -> Fp12<BLS12381> {
    // (p⁶ − 1)(p² + 1): of what is left, the inverse is the conjugate.
    let power = value.conjugate * value.inverse
    let f = power.frobenius.frobenius * power
    // (x − 1)²(x + p)(x² + p² − 1) + 3 with x = −u; (x − 1)² is (u + 1)².
    let squared = f.power(u + 1).power(u + 1)
    let first = squared.power(u).conjugate * squared.frobenius
    let second =
      first.power(u).power(u) * first.frobenius.frobenius * first.conjugate
    return second * f.squared * f
  }
}
