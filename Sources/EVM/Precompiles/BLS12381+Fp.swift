import EthereumPrimitives

extension BLS12381 {
  /// A number modulo p, in Montgomery's form: x stands for x · 2³⁸⁴ mod p.
  struct Fp {
    /// The least significant one first; together always below p.
    private var limbs: [6 of UInt64]
  }
}

extension BLS12381.Fp: Field {
  static let zero = Self(limbs: [6 of UInt64](repeating: 0))
  /// 2³⁸⁴ mod p.
  static let one = Self(limbs: [
    0x7609_0000_0002_FFFD, 0xEBF4_000B_C40C_0002, 0x5F48_9857_53C7_58BA,
    0x77CE_5853_7052_5745, 0x5C07_1A97_A256_EC6D, 0x15F6_5EC3_FA80_E493,
  ])
  static let coefficient = Self(4)

  private static let modulus: [6 of UInt64] = [
    0xB9FE_FFFF_FFFF_AAAB, 0x1EAB_FFFE_B153_FFFF, 0x6730_D2A0_F6B0_F624,
    0x6477_4B84_F385_12BF, 0x4B1B_A7B6_434B_ACD7, 0x1A01_11EA_397F_E69A,
  ]
  /// −p⁻¹ mod 2⁶⁴.
  private static let negativeInverse: UInt64 = 0x89F3_FFFC_FFFC_FFFD
  /// 2⁷⁶⁸ mod p.
  private static let squareOfRadix = Self(limbs: [
    0xF4DF_1F34_1C34_1746, 0x0A76_E6A6_09D1_04F1, 0x8DE5_476C_4C95_B6D5,
    0x67EB_88A9_939D_83C0, 0x9A79_3E85_B519_952D, 0x1198_8FE5_92CA_E3AA,
  ])

  init(_ number: UInt64) {
    var limbs = [6 of UInt64](repeating: 0)
    limbs[0] = number
    self = Self(limbs: limbs) * Self.squareOfRadix
  }

  /// From 48 bytes, the most significant first; nil from p on.
  init?(bigEndian bytes: [UInt8]) {
    var limbs = [6 of UInt64](repeating: 0)
    for (place, byte) in bytes.reversed().enumerated() {
      limbs[place / 8] |= UInt64(byte) << UInt64(place % 8 * 8)
    }
    var borrow: UInt64 = 0
    for index in 0..<6 { _ = UInt64.subtract(limbs[index], Self.modulus[index], &borrow) }
    guard borrow == 1 else { return nil }
    self = Self(limbs: limbs) * Self.squareOfRadix
  }

  /// 48 bytes, the most significant first.
  var bytes: [UInt8] {
    let plain = number
    return (0..<48).reversed().map {
      UInt8(truncatingIfNeeded: plain[$0 / 8] >> UInt64($0 % 8 * 8))
    }
  }

  /// The number that it stands for.
  private var number: [6 of UInt64] {
    var limbs = [6 of UInt64](repeating: 0)
    limbs[0] = 1
    return (self * Self(limbs: limbs)).limbs
  }

  var isOdd: Bool { number[0] & 1 == 1 }

  /// Above (p − 1)/2: of a number and its opposite, one is.
  var isHigh: Bool {
    (-self).bytes.lexicographicallyPrecedes(bytes)
  }

  static func == (left: Self, right: Self) -> Bool {
    (0..<6).allSatisfy { left.limbs[$0] == right.limbs[$0] }
  }

  static func + (left: Self, right: Self) -> Self {
    // Both are below p < 2³⁸¹: the sum does not overflow.
    var (sum, carry) = (left.limbs, UInt64(0))
    for index in 0..<6 { sum[index] = UInt64.add(sum[index], right.limbs[index], &carry) }
    return Self(limbs: sum).reduced
  }

  static func - (left: Self, right: Self) -> Self {
    var (rest, borrow) = (left.limbs, UInt64(0))
    for index in 0..<6 { rest[index] = UInt64.subtract(rest[index], right.limbs[index], &borrow) }
    // p is added where the difference fell below zero.
    let mask = 0 &- borrow
    var carry: UInt64 = 0
    for index in 0..<6 {
      rest[index] = UInt64.add(rest[index], modulus[index] & mask, &carry)
    }
    return Self(limbs: rest)
  }

  static prefix func - (value: Self) -> Self { zero - value }

  /// Each step gives (sum + digit · right + m · p) / 2⁶⁴ with the m that makes it a whole number:
  /// it is below 2p, and no limb is carried out of, since p is below 2³⁸¹.
  static func * (left: Self, right: Self) -> Self {
    let p = modulus
    var sum = [6 of UInt64](repeating: 0)
    for place in 0..<6 {
      let digit = left.limbs[place]
      var (product, multiple): (UInt64, UInt64) = (0, 0)
      let lowest = UInt64.multiplyAdd(digit, right.limbs[0], sum[0], &product)
      let m = lowest &* negativeInverse
      _ = UInt64.multiplyAdd(m, p[0], lowest, &multiple)
      for index in 1..<6 {
        let next = UInt64.multiplyAdd(digit, right.limbs[index], sum[index], &product)
        sum[index - 1] = UInt64.multiplyAdd(m, p[index], next, &multiple)
      }
      sum[5] = product &+ multiple
    }
    return Self(limbs: sum).reduced
  }

  var squared: Self { self * self }

  /// By Fermat: x^(p − 2).
  var inverse: Self {
    var exponent = (0..<6).map { Self.modulus[$0] }
    exponent[0] -= 2
    return power(exponent)
  }

  /// One of the two roots; nil of what is no square.
  var squareRoot: Self? {
    // p is 3 modulo 4: the root of a square is its power of (p + 1)/4.
    let root = power([
      0xEE7F_BFFF_FFFF_EAAB, 0x07AA_FFFF_AC54_FFFF, 0xD9CC_34A8_3DAC_3D89,
      0xD91D_D2E1_3CE1_44AF, 0x92C6_E9ED_90D2_EB35, 0x0680_447A_8E5F_F9A6,
    ])
    return root.squared == self ? root : nil
  }

  /// Below 2p to below p.
  private var reduced: Self {
    var (rest, borrow) = (limbs, UInt64(0))
    for index in 0..<6 {
      rest[index] = UInt64.subtract(rest[index], Self.modulus[index], &borrow)
    }
    return borrow == 1 ? self : Self(limbs: rest)
  }
}
