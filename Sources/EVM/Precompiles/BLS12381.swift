import EthereumPrimitives

/// The curve BLS12-381: y² = x³ + 4 over the integers modulo p, with a subgroup of n points, and a
/// pairing with points of y² = x³ + 4(1 + i) over p².
///
/// p and n are polynomials of −u, u = 0xd201000000010000. A coordinate is encoded in 64 bytes, of
/// which 16 are zeros; infinity as zeros.
///
/// Source: EIP-2537, https://eips.ethereum.org/EIPS/eip-2537.
enum BLS12381 {
  typealias G1 = Affine<Fp>
  typealias G2 = Affine<Fp2<BLS12381>>

  static let u: UInt64 = 0xD201_0000_0001_0000
  /// n: the points of either subgroup.
  static let order = UInt256(
    0xFFFF_FFFF_0000_0001, 0x53BD_A402_FFFE_5BFE, 0x3339_D808_09A1_D805, 0x73ED_A753_299D_7D48)

  /// Bytes of a coordinate of the first curve.
  static let coordinateByteCount = 64
  static let scalarByteCount = 32
  /// A point of each of the two groups.
  static let pairByteCount = G1.byteCount + G2.byteCount

  /// 1 where the product of the pairings of all pairs is one, otherwise 0; nil where a point is not
  /// of its subgroup, where the last pair is not whole, or where there is none.
  static func pairingCheck(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count > 0, input.count % pairByteCount == 0 else { return nil }
    var pairs: [(G1, G2)] = []
    for start in stride(from: 0, to: input.count, by: pairByteCount) {
      guard let left = G1(input, at: start), left.isInSubgroup,
        let right = G2(input, at: start + G1.byteCount), right.isInSubgroup
      else { return nil }
      pairs.append((left, right))
    }
    return UInt256(isProductOne(of: pairs)).bytes32.bytes
  }

  /// A point of the first subgroup for a number; nil where it is not below p.
  static func mapToG1(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count == coordinateByteCount, let number = Fp(input, at: 0) else { return nil }
    return isogenyG1.point(for: number).clearedOfCofactor.bytes
  }

  /// A point of the second subgroup for a pair of numbers; nil where one is not below p.
  static func mapToG2(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count == 2 * coordinateByteCount, let number = Fp2<BLS12381>(input, at: 0)
    else { return nil }
    return isogenyG2.point(for: number).clearedOfCofactor.bytes
  }
}

/// What the points of both curves are encoded in.
protocol EncodedField: Field {
  static var byteCount: Int { get }
  /// The price of a multiple of a point, and its thousandths where there are 1, 2, … of them.
  static var productPrice: UInt64 { get }
  static var discounts: [UInt64] { get }
  /// nil where a number is not below p.
  init?(_ input: PrecompileInput, at start: Int)
  var encoded: [UInt8] { get }
}

extension Affine where F: EncodedField {
  static var byteCount: Int { 2 * F.byteCount }

  /// nil where a coordinate is not below p, or the point is not on the curve.
  init?(_ input: PrecompileInput, at start: Int) {
    guard let x = F(input, at: start), let y = F(input, at: start + F.byteCount) else {
      return nil
    }
    self.init(x: x, y: y)
  }

  var bytes: [UInt8] { x.encoded + y.encoded }

  /// Whether n times the point is infinity.
  var isInSubgroup: Bool { isInfinity || (BLS12381.order * self).z == .zero }

  /// The sum of two points of the curve; nil where one is none, or where there are not two.
  static func sum(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count == 2 * byteCount, let left = Self(input, at: 0),
      let right = Self(input, at: byteCount)
    else { return nil }
    return (Jacobian(left) + right).affine.bytes
  }

  private static var factorByteCount: Int { byteCount + BLS12381.scalarByteCount }

  static func price(ofProducts input: PrecompileInput) -> UInt64 {
    let count = input.count / factorByteCount
    guard count > 0 else { return 0 }
    return UInt64(count) * F.productPrice * F.discounts[min(count, F.discounts.count) - 1] / 1000
  }

  /// The sum of multiples of points of the subgroup, each by any number of 256 bits; nil where a
  /// point is not of it, where the last factor is not whole, or where there is none.
  static func sumOfProducts(_ input: PrecompileInput) -> [UInt8]? {
    guard input.count > 0, input.count % factorByteCount == 0 else { return nil }
    var sum = Jacobian<F>.infinity
    for start in stride(from: 0, to: input.count, by: factorByteCount) {
      guard let point = Self(input, at: start), point.isInSubgroup else { return nil }
      sum = sum + (input.word(at: start + byteCount) * point).affine
    }
    return sum.affine.bytes
  }
}

extension BLS12381.Fp: EncodedField {
  static let byteCount = BLS12381.coordinateByteCount
  static let productPrice: UInt64 = 12_000
  static let discounts: [UInt64] = [
    1000, 949, 848, 797, 764, 750, 738, 728, 719, 712, 705, 698, 692, 687, 682, 677, 673, 669,
    665, 661, 658, 654, 651, 648, 645, 642, 640, 637, 635, 632, 630, 627, 625, 623, 621, 619,
    617, 615, 613, 611, 609, 608, 606, 604, 603, 601, 599, 598, 596, 595, 593, 592, 591, 589,
    588, 586, 585, 584, 582, 581, 580, 579, 577, 576, 575, 574, 573, 572, 570, 569, 568, 567,
    566, 565, 564, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552, 551, 550, 549,
    548, 547, 547, 546, 545, 544, 543, 542, 541, 540, 540, 539, 538, 537, 536, 536, 535, 534,
    533, 532, 532, 531, 530, 529, 528, 528, 527, 526, 525, 525, 524, 523, 522, 522, 521, 520,
    520, 519,
  ]

  private static let zeroByteCount = 16

  init?(_ input: PrecompileInput, at start: Int) {
    let zeros = Self.zeroByteCount
    guard input.bytes(at: start, count: zeros).allSatisfy({ $0 == 0 }) else { return nil }
    self.init(bigEndian: input.bytes(at: start + zeros, count: Self.byteCount - zeros))
  }

  var encoded: [UInt8] { [UInt8](repeating: 0, count: Self.zeroByteCount) + bytes }
}

extension Fp2<BLS12381>: EncodedField {
  static var byteCount: Int { 2 * BLS12381.coordinateByteCount }
  static var productPrice: UInt64 { 22_500 }
  static var discounts: [UInt64] { BLS12381.discountsG2 }

  /// The real part comes first.
  init?(_ input: PrecompileInput, at start: Int) {
    guard let real = BLS12381.Fp(input, at: start),
      let imaginary = BLS12381.Fp(input, at: start + BLS12381.coordinateByteCount)
    else { return nil }
    self.init(real, imaginary)
  }

  var encoded: [UInt8] { real.encoded + imaginary.encoded }
}

extension BLS12381 {
  static let discountsG2: [UInt64] = [
    1000, 1000, 923, 884, 855, 832, 812, 796, 782, 770, 759, 749, 740, 732, 724, 717, 711, 704,
    699, 693, 688, 683, 679, 674, 670, 666, 663, 659, 655, 652, 649, 646, 643, 640, 637, 634,
    632, 629, 627, 624, 622, 620, 618, 615, 613, 611, 609, 607, 606, 604, 602, 600, 598, 597,
    595, 593, 592, 590, 589, 587, 586, 584, 583, 582, 580, 579, 578, 576, 575, 574, 573, 571,
    570, 569, 568, 567, 566, 565, 563, 562, 561, 560, 559, 558, 557, 556, 555, 554, 553, 552,
    552, 551, 550, 549, 548, 547, 546, 545, 545, 544, 543, 542, 541, 541, 540, 539, 538, 537,
    537, 536, 535, 535, 534, 533, 532, 532, 531, 530, 530, 529, 528, 528, 527, 526, 526, 525,
    524, 524,
  ]
}
