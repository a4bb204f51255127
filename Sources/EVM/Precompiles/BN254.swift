import EthereumPrimitives

/// The curve that EIP-196 calls alt_bn128: y² = x³ + 3 over the integers modulo p, with n points,
/// and a pairing with points of a second curve over p².
///
/// p and n are polynomials of u = 4965661367192848881: p = 36u⁴ + 36u³ + 24u² + 6u + 1 and
/// n = 36u⁴ + 36u³ + 18u² + 6u + 1. Points are encoded as x and y, infinity as zeros.
///
/// Source: EIP-196, https://eips.ethereum.org/EIPS/eip-196;
/// EIP-197, https://eips.ethereum.org/EIPS/eip-197.
enum BN254 {
  typealias G1 = Affine<Fp>
  typealias G2 = Affine<Fp2<BN254>>

  static let u: UInt64 = 4_965_661_367_192_848_881

  /// A point of each of the two groups.
  static let pairByteCount = 192

  /// The sum of two points; nil where one is none.
  static func sum(_ input: PrecompileInput) -> [UInt8]? {
    guard let left = G1(input, at: 0), let right = G1(input, at: 64) else { return nil }
    return (Jacobian(left) + right).affine.bytes
  }

  /// A multiple of a point, by any number of 256 bits; nil where the point is none.
  static func product(_ input: PrecompileInput) -> [UInt8]? {
    guard let point = G1(input, at: 0) else { return nil }
    return (input.word(at: 64) * point).affine.bytes
  }

  /// 1 where the product of the pairings of all pairs is one, otherwise 0; nil where a point is
  /// not of its group, or where the last pair is not whole.
  static func pairingCheck(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count % pairByteCount == 0 else { return nil }
    var pairs: [MillerPair<BN254>] = []
    for start in stride(from: 0, to: input.count, by: pairByteCount) {
      guard let left = G1(input, at: start), let right = G2(input, at: start + 64),
        right.isInSubgroup
      else { return nil }
      if !left.isInfinity && !right.isInfinity { pairs.append(MillerPair(left, right)) }
    }
    return UInt256(isProductOne(of: pairs) ? 1 : 0).bytes32.bytes
  }
}

extension BN254: PairingCurve {
  /// 3 / ξ.
  static let twistCoefficient = Fp2<BN254>(.coefficient, .zero) * Fp2<BN254>.one.timesXi.inverse
  static let frobeniusFactors: [6 of Fp2<BN254>] = {
    // p = 6 · exponent + 1.
    let exponent = Fp.order.quotientAndRemainder(dividingBy: 6)?.quotient ?? .zero
    let factor = Fp2<BN254>.one.timesXi.power(exponent.limbList)
    return [6 of Fp2<BN254>] { factor.power([UInt64($0)]) }
  }()

  /// ξ = 9 + i.
  static func timesXi(_ value: Fp2<BN254>) -> Fp2<BN254> {
    let two = value + value
    let four = two + two
    let nine = four + four + value
    return Fp2(nine.real - value.imaginary, nine.imaginary + value.real)
  }

  /// The second curve is taken to the first one by (x·w², y·w³).
  static func multiply(
    _ product: Fp12<BN254>, by line: Line<BN254>, at point: G1
  ) -> Fp12<BN254> {
    product.times(line.y * point.y, line.x * point.x, line.constant)
  }
}

extension Affine<BN254.Fp> {
  /// nil where a coordinate is not below p, or the point is not on the curve.
  init?(_ input: PrecompileInput, at start: Int) {
    guard let x = BN254.Fp(input.word(at: start)), let y = BN254.Fp(input.word(at: start + 32))
    else { return nil }
    self.init(x: x, y: y)
  }

  var bytes: [UInt8] { x.number.bytes32.bytes + y.number.bytes32.bytes }
}

extension Affine<Fp2<BN254>> {
  /// Of each coordinate the imaginary part comes first; nil as for the other curve.
  init?(_ input: PrecompileInput, at start: Int) {
    func coordinate(_ start: Int) -> Fp2<BN254>? {
      guard let imaginary = BN254.Fp(input.word(at: start)),
        let real = BN254.Fp(input.word(at: start + 32))
      else { return nil }
      return Fp2<BN254>(real, imaginary)
    }
    guard let x = coordinate(start), let y = coordinate(start + 64) else { return nil }
    self.init(x: x, y: y)
  }
}
