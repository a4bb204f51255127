import EthereumPrimitives

extension BN254 {
  /// A number modulo p, in Montgomery's form: x stands for x · 2²⁵⁶ mod p.
  ///
  /// Source: Montgomery, Modular Multiplication Without Trial Division (1985); Koç, Acar and
  /// Kaliski, Analyzing and Comparing Montgomery Multiplication Algorithms (1996), section 5.
  struct Fp {
    // 64-bit limbs, the least significant first; together always below p.
    private let limb0: UInt64
    private let limb1: UInt64
    private let limb2: UInt64
    private let limb3: UInt64

    @inline(__always)
    private init(_ limb0: UInt64, _ limb1: UInt64, _ limb2: UInt64, _ limb3: UInt64) {
      self.limb0 = limb0
      self.limb1 = limb1
      self.limb2 = limb2
      self.limb3 = limb3
    }
  }
}

extension BN254.Fp: Field {
  static let zero = Self(0, 0, 0, 0)
  /// 2²⁵⁶ mod p.
  static let one = Self(
    0xD35D_438D_C58F_0D9D, 0x0A78_EB28_F5C7_0B3D, 0x666E_A36F_7879_462C, 0x0E0A_77C1_9A07_DF2F)
  static let coefficient = one + one + one

  /// p.
  @inline(__always)
  private static var modulus: Self {
    Self(
      0x3C20_8C16_D87C_FD47, 0x9781_6A91_6871_CA8D, 0xB850_45B6_8181_585D, 0x3064_4E72_E131_A029)
  }
  /// −p⁻¹ mod 2⁶⁴.
  @inline(__always)
  private static var negativeInverse: UInt64 { 0x87D2_0782_E486_6389 }
  /// 2⁵¹² mod p.
  private static let squareOfRadix = Self(
    0xF32C_FC5B_538A_FA89, 0xB5E7_1911_D445_01FB, 0x47AB_1EFF_0A41_7FF6, 0x06D8_9F71_CAB8_351F)

  /// p as a number.
  static let order = UInt256(modulus.limb0, modulus.limb1, modulus.limb2, modulus.limb3)

  /// nil from p on.
  init?(_ number: UInt256) {
    guard number < Self.order else { return nil }
    let limbs = number.limbs
    self = Self(limbs[0], limbs[1], limbs[2], limbs[3]) * Self.squareOfRadix
  }

  /// The number that it stands for.
  var number: UInt256 {
    let plain = self * Self(1, 0, 0, 0)
    return UInt256(plain.limb0, plain.limb1, plain.limb2, plain.limb3)
  }

  @inline(__always)
  static func + (left: Self, right: Self) -> Self {
    // Both are below p < 2²⁵⁴: the sum does not overflow.
    var carry: UInt64 = 0
    let sum0 = UInt64.add(left.limb0, right.limb0, &carry)
    let sum1 = UInt64.add(left.limb1, right.limb1, &carry)
    let sum2 = UInt64.add(left.limb2, right.limb2, &carry)
    let sum3 = UInt64.add(left.limb3, right.limb3, &carry)
    return Self(sum0, sum1, sum2, sum3).reduced
  }

  @inline(__always)
  static func - (left: Self, right: Self) -> Self {
    var borrow: UInt64 = 0
    let rest0 = UInt64.subtract(left.limb0, right.limb0, &borrow)
    let rest1 = UInt64.subtract(left.limb1, right.limb1, &borrow)
    let rest2 = UInt64.subtract(left.limb2, right.limb2, &borrow)
    let rest3 = UInt64.subtract(left.limb3, right.limb3, &borrow)
    // p is added where the difference fell below zero.
    let (p, mask) = (modulus, 0 &- borrow)
    var carry: UInt64 = 0
    return Self(
      UInt64.add(rest0, p.limb0 & mask, &carry), UInt64.add(rest1, p.limb1 & mask, &carry),
      UInt64.add(rest2, p.limb2 & mask, &carry), UInt64.add(rest3, p.limb3 & mask, &carry))
  }

  @inline(__always)
  static prefix func - (value: Self) -> Self { zero - value }

  static func * (left: Self, right: Self) -> Self {
    var sum = Self(0, 0, 0, 0)
    sum = step(sum, left.limb0, right)
    sum = step(sum, left.limb1, right)
    sum = step(sum, left.limb2, right)
    sum = step(sum, left.limb3, right)
    return sum.reduced
  }

  var squared: Self { self * self }

  /// By Fermat: x^(p − 2).
  var inverse: Self { power((Self.order &- 2).limbList) }

  /// Below 2p to below p.
  @inline(__always)
  private var reduced: Self {
    let p = Self.modulus
    var borrow: UInt64 = 0
    let rest0 = UInt64.subtract(limb0, p.limb0, &borrow)
    let rest1 = UInt64.subtract(limb1, p.limb1, &borrow)
    let rest2 = UInt64.subtract(limb2, p.limb2, &borrow)
    let rest3 = UInt64.subtract(limb3, p.limb3, &borrow)
    return borrow == 1 ? self : Self(rest0, rest1, rest2, rest3)
  }

  /// (sum + digit · other + m · p) / 2⁶⁴ with the m that makes it a whole number.
  ///
  /// Below 2p where `sum` is below 2p and `other` below p, and no limb is carried out of: p is
  /// below 2²⁵⁴.
  @inline(__always)
  private static func step(_ sum: Self, _ digit: UInt64, _ other: Self) -> Self {
    let p = modulus
    var (product, multiple): (UInt64, UInt64) = (0, 0)
    let lowest = UInt64.multiplyAdd(digit, other.limb0, sum.limb0, &product)
    let m = lowest &* negativeInverse
    _ = UInt64.multiplyAdd(m, p.limb0, lowest, &multiple)
    let limb0 = UInt64.multiplyAdd(
      m, p.limb1, UInt64.multiplyAdd(digit, other.limb1, sum.limb1, &product), &multiple)
    let limb1 = UInt64.multiplyAdd(
      m, p.limb2, UInt64.multiplyAdd(digit, other.limb2, sum.limb2, &product), &multiple)
    let limb2 = UInt64.multiplyAdd(
      m, p.limb3, UInt64.multiplyAdd(digit, other.limb3, sum.limb3, &product), &multiple)
    return Self(limb0, limb1, limb2, product &+ multiple)
  }
}
