import BigInt
import EthereumPrimitives

/// Who signed, by the definition of the curve, sharing nothing with the library by which the
/// producer asks the same.
///
/// y² = x³ + 7 over the numbers modulo p; G is the base point, n its order.
/// Source: SEC 2, version 2.0, section 2.4.1; SEC 1, version 2.0, section 4.1.6.
package enum ReferenceSecp256k1 {
  /// A point in homogeneous coordinates: x = X/Z², y = Y/Z³; Z = 0 is the point at infinity.
  private struct Point {
    var x: ReferenceField
    var y: ReferenceField
    var z: ReferenceField
  }

  private static let n = number(
    0xFFFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFE, 0xBAAE_DCE6_AF48_A03B, 0xBFD2_5E8C_D036_4141)
  private static let base = Point(x: ReferenceField(baseX), y: ReferenceField(baseY), z: 1)
  private static let baseX = number(
    0x79BE_667E_F9DC_BBAC, 0x55A0_6295_CE87_0B07, 0x029B_FCDB_2DCE_28D9, 0x59F2_815B_16F8_1798)
  private static let baseY = number(
    0x483A_DA77_26A3_C465, 0x5DA4_FBFC_0E11_08A8, 0xFD17_B448_A685_5419, 0x9C47_D08F_FB10_D4B8)
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
    guard r > 0, r < n, s > 0, s <= n / 2,
      let point = point(x: ReferenceField(r), isOdd: isOdd), let inverse = r.inverse(n)
    else { return nil }
    let e = BigUInt(hash.bytes.reduce(0) { $0 << 8 + BigUInt($1) }) % n
    let u = (n - e) % n * inverse % n
    let v = s * inverse % n
    let key = sum(u, base, v, point)
    guard key.z != 0 else { return nil }
    let z = key.z.inverse
    let (x, y) = (key.x * z * z, key.y * z * z * z)
    return Address(bytes: Keccak256.hash(x.bytes + y.bytes).bytes[12...])
  }

  /// The point with this x; nil where x³ + 7 is no square.
  private static func point(x: ReferenceField, isOdd: Bool) -> Point? {
    let square = x * x * x + 7
    let root = square.root
    guard root * root == square else { return nil }
    return Point(x: x, y: root.isOdd == isOdd ? root : 0 - root, z: 1)
  }

  /// u·P + v·Q, bit by bit from the highest.
  private static func sum(_ u: BigUInt, _ left: Point, _ v: BigUInt, _ right: Point) -> Point {
    let both = added(left, right)
    var result = infinity
    for (isInU, isInV) in zip(u.bits, v.bits) {
      result = doubled(result)
      switch (isInU, isInV) {
      case (true, true): result = added(result, both)
      case (true, false): result = added(result, left)
      case (false, true): result = added(result, right)
      case (false, false): continue
      }
    }
    return result
  }

  private static func doubled(_ a: Point) -> Point {
    guard a.z != 0, a.y != 0 else { return infinity }
    let square = a.y * a.y
    let s = 4 * a.x * square
    let m = 3 * a.x * a.x
    let x = m * m - s - s
    return Point(x: x, y: m * (s - x) - 8 * square * square, z: 2 * a.y * a.z)
  }

  private static func added(_ a: Point, _ b: Point) -> Point {
    if a.z == 0 { return b }
    if b.z == 0 { return a }
    let (aSquare, bSquare) = (a.z * a.z, b.z * b.z)
    let (u1, u2) = (a.x * bSquare, b.x * aSquare)
    let (s1, s2) = (a.y * bSquare * b.z, b.y * aSquare * a.z)
    guard u1 != u2 else { return s1 == s2 ? doubled(a) : infinity }
    let (h, r) = (u2 - u1, s2 - s1)
    let cube = h * h * h
    let v = u1 * h * h
    let x = r * r - cube - v - v
    return Point(x: x, y: r * (v - x) - s1 * cube, z: h * a.z * b.z)
  }
}
