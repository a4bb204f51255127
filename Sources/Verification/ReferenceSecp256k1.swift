import BigInt
import EthereumPrimitives

/// Who signed, by the definition of the curve: slow, with big integers, and sharing nothing with
/// the library by which the producer asks the same.
///
/// y² = x³ + 7 over the numbers modulo p; G is the base point, n its order.
/// Source: SEC 2, version 2.0, section 2.4.1; SEC 1, version 2.0, section 4.1.6.
package enum ReferenceSecp256k1 {
  /// A point in homogeneous coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity.
  private struct Point {
    var x: BigUInt
    var y: BigUInt
    var z: BigUInt
  }

  private static let p = (BigUInt(1) << 256) - (BigUInt(1) << 32) - 977
  private static let n = number(
    0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0xBAAE_DCE6_AF48_A03B, 0xBFD2_5E8C_D036_4141)
  private static let base = Point(
    x: number(
      0x79BE_667E_F9DC_BBAC, 0x55A0_6295_CE87_0B07, 0x029B_FCDB_2DCE_28D9, 0x59F2_815B_16F8_1798),
    y: number(
      0x483A_DA77_26A3_C465, 0x5DA4_FBFC_0E11_08A8, 0xFD17_B448_A685_5419, 0x9C47_D08F_FB10_D4B8),
    z: 1)
  private static let infinity = Point(x: 1, y: 1, z: 0)

  private static func number(_ words: UInt64...) -> BigUInt {
    words.reduce(0) { $0 << 64 + BigUInt($1) }
  }

  /// The account whose key signed a hash; nil where s is above n/2, a number is out of its range,
  /// or no key makes the signature.
  ///
  /// The key is Q = r⁻¹·(s·R − e·G), where R is the point whose x is r and whose y is odd or not,
  /// and e the hash.
  package static func signer(
    of hash: Bytes32, r: BigUInt, s: BigUInt, isOdd: Bool
  ) -> Address? {
    guard r > 0, r < n, s > 0, s <= n / 2, let point = point(x: r, isOdd: isOdd),
      let inverse = r.inverse(n)
    else { return nil }
    let e = BigUInt(hash.bytes.reduce(0) { $0 << 8 + BigUInt($1) }) % n
    let u = (n - e) % n * inverse % n
    let v = s * inverse % n
    let key = sum(u, base, v, point)
    guard !key.z.isZero, let z = key.z.inverse(p) else { return nil }
    let (x, y) = (key.x * z % p * z % p, key.y * z % p * z % p * z % p)
    let bytes = ReferenceLaw.word(x).bytes32.bytes + ReferenceLaw.word(y).bytes32.bytes
    return Address(bytes: Keccak256.hash(bytes).bytes[12...])
  }

  /// The point with this x; nil where x³ + 7 is no square. p mod 4 = 3, so that a root is the power
  /// by (p + 1)/4.
  private static func point(x: BigUInt, isOdd: Bool) -> Point? {
    let square = (x * x * x + 7) % p
    let root = square.power((p + 1) / 4, modulus: p)
    guard root * root % p == square else { return nil }
    return Point(x: x, y: (root & 1) == (isOdd ? 1 : 0) ? root : p - root, z: 1)
  }

  /// u·P + v·Q, bit by bit from the highest.
  private static func sum(_ u: BigUInt, _ left: Point, _ v: BigUInt, _ right: Point) -> Point {
    let both = added(left, right)
    var result = infinity
    for bit in stride(from: 255, through: 0, by: -1) {
      result = doubled(result)
      switch (!(u >> bit & 1).isZero, !(v >> bit & 1).isZero) {
      case (true, true): result = added(result, both)
      case (true, false): result = added(result, left)
      case (false, true): result = added(result, right)
      case (false, false): continue
      }
    }
    return result
  }

  private static func doubled(_ a: Point) -> Point {
    guard !a.z.isZero, !a.y.isZero else { return infinity }
    let square = reduced(a.y * a.y)
    let s = reduced(4 * a.x * square)
    let m = reduced(3 * a.x * a.x)
    let x = reduced(m * m + 2 * (p - s))
    let y = reduced(m * (s + p - x) + 8 * (p - reduced(square * square)))
    return Point(x: x, y: y, z: reduced(2 * a.y * a.z))
  }

  private static func added(_ a: Point, _ b: Point) -> Point {
    if a.z.isZero { return b }
    if b.z.isZero { return a }
    let (aSquare, bSquare) = (reduced(a.z * a.z), reduced(b.z * b.z))
    let (u1, u2) = (reduced(a.x * bSquare), reduced(b.x * aSquare))
    let (s1, s2) = (reduced(reduced(a.y * bSquare) * b.z), reduced(reduced(b.y * aSquare) * a.z))
    guard u1 != u2 else { return s1 == s2 ? doubled(a) : infinity }
    let h = reduced(u2 + p - u1)
    let r = reduced(s2 + p - s1)
    let square = reduced(h * h)
    let cube = reduced(square * h)
    let v = reduced(u1 * square)
    let x = reduced(r * r + p - cube + 2 * (p - v))
    let y = reduced(r * (v + p - x) + (p - s1) * cube)
    return Point(x: x, y: y, z: reduced(reduced(h * a.z) * b.z))
  }

  /// A number modulo p. Since 2²⁵⁶ ≡ 2³² + 977, what stands above 2²⁵⁶ is folded back.
  private static func reduced(_ number: BigUInt) -> BigUInt {
    var rest = number
    while rest.bitWidth > 256 {
      let high = rest >> 256
      rest = rest - (high << 256) + high * 4_294_968_273
    }
    return rest < p ? rest : rest - p
  }
}
