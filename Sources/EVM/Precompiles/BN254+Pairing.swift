import EthereumPrimitives

extension BN254 {
  /// Whether the product of the pairings is one.
  static func isProductOne(of pairs: [MillerPair<BN254>]) -> Bool {
    finalPower(of: millerProduct(of: pairs)) == .one
  }

  /// The digits −1, 0 and 1 of 6u + 2 after the highest, which is that of 2⁶⁵: of two neighbours
  /// one is 0. They are the bits of 3(6u + 2) less those of 6u + 2, one place further up.
  private static let loopDigits: [Int] = {
    let number: UInt128 = 6 * UInt128(u) + 2
    let triple: UInt128 = 3 * number
    func bit(_ value: UInt128, _ place: Int) -> Int { value >> UInt128(place) & 1 == 1 ? 1 : 0 }
    return (1...65).reversed().map { bit(triple, $0) - bit(number, $0) }
  }()

  /// The optimal ate pairing but for its last power, of all pairs together.
  private static func millerProduct(of pairs: [MillerPair<BN254>]) -> Fp12<BN254> {
    var pairs = pairs
    var product = millerLoop(&pairs, digits: loopDigits)
    for index in pairs.indices {
      let image = pairs[index].right.frobenius
      pairs[index].add(image, into: &product)
      pairs[index].add(-image.frobenius, into: &product)
    }
    return product
  }

  /// A power with the exponent m · (p¹² − 1) / n: one exactly where the pairings' product is, for n
  /// and m have no common divisor.
  ///
  /// Source: Fuentes-Castañeda, Knapp and Rodríguez-Henríquez, Faster Hashing to G2 (2011).
  private static func finalPower(of value: Fp12<BN254>) -> Fp12<BN254> {
    // (p⁶ − 1)(p² + 1): of what is left, the inverse is the conjugate.
    let power = value.conjugate * value.inverse
    let f = power.frobenius.frobenius * power
    // 1 + 6u² + a + b·p + a·p² + (b − 1)·p³ with a = 12u³ + 6u² + 6u and b = a − 2u.
    let f2u = f.power(u).squared
    let f6u = f2u.squared * f2u
    let f6uu = f6u.power(u)
    let fa = f6uu.squared.power(u) * f6uu * f6u
    let fb = fa * f2u.conjugate
    let last = (fb * f.conjugate).frobenius.frobenius.frobenius
    return f * f6uu * fa * fb.frobenius * fa.frobenius.frobenius * last
  }
}

extension Affine<Fp2<BN254>> {
  /// Frobenius' map ψ, carried over to this curve.
  var frobenius: Self {
    let factors = BN254.frobeniusFactors
    return Self(trusted: x.conjugate * factors[2], y.conjugate * factors[3])
  }

  /// Whether n times the point is infinity.
  ///
  /// That is so exactly where ψ(Q) = λQ, with λ = p − n = 6u². ψ has the characteristic equation
  /// ψ² − tψ + p = 0, with t = λ + 1, so that λ² − (λ + 1)λ + p = p − λ = n takes such a Q to
  /// infinity; and on the points of order n, ψ is the multiplication by p, which is λ modulo n.
  var isInSubgroup: Bool {
    let lambda = UInt256(BN254.u) &* UInt256(BN254.u) &* 6
    return (lambda * self).affine == frobenius
  }
}
