import EthereumPrimitives

/// A point of y² = x³ + b; (0, 0), which is on no such curve, stands for infinity.
struct Affine<F: Field>: Equatable, Sendable {
  let x: F
  let y: F

  /// nil where the point is not on the curve.
  init?(x: F, y: F) {
    self.init(trusted: x, y)
    guard isInfinity || y.squared == x.squared * x + F.coefficient else { return nil }
  }

  /// Of coordinates that were computed from points.
  init(trusted x: F, _ y: F) {
    self.x = x
    self.y = y
  }

  var isInfinity: Bool { x == .zero && y == .zero }

  static prefix func - (point: Self) -> Self { Self(trusted: point.x, -point.y) }

  /// A multiple, by doubling and adding from the highest bit on.
  static func * (number: UInt256, point: Self) -> Jacobian<F> {
    var result = Jacobian<F>.infinity
    for place in (0..<number.bitWidthUsed).reversed() {
      result = result.doubled
      if number.hasBit(place) { result = result + point }
    }
    return result
  }
}

/// The point (x / z², y / z³); infinity where z = 0.
///
/// Source: Bernstein and Lange, Explicit-Formulas Database, short Weierstrass curves with a = 0.
struct Jacobian<F: Field> {
  let x: F
  let y: F
  let z: F

  static var infinity: Self { Self(x: .one, y: .one, z: .zero) }

  init(x: F, y: F, z: F) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(_ point: Affine<F>) {
    self = point.isInfinity ? .infinity : Self(x: point.x, y: point.y, z: .one)
  }

  /// dbl-2009-l. Infinity stays infinity; no point of our curves has y = 0: they have an odd
  /// number of points.
  var doubled: Self {
    let a = x.squared
    let b = y.squared
    let c = b.squared
    let half = (x + b).squared - a - c
    let d = half + half
    let e = a + a + a
    let x3 = e.squared - d - d
    let c2 = c + c
    let c4 = c2 + c2
    let yz = y * z
    return Self(x: x3, y: e * (d - x3) - c4 - c4, z: yz + yz)
  }

  /// Both may be the same, opposite or infinity.
  static func + (left: Self, right: Affine<F>) -> Self {
    if right.isInfinity { return left }
    if left.z == .zero { return Self(right) }
    let zz = left.z.squared
    let h = right.x * zz - left.x
    let r = right.y * zz * left.z - left.y
    if h == .zero { return r == .zero ? left.doubled : .infinity }
    let hh = h.squared
    let hhh = h * hh
    let v = left.x * hh
    let x3 = r.squared - hhh - v - v
    return Self(x: x3, y: r * (v - x3) - left.y * hhh, z: left.z * h)
  }

  var affine: Affine<F> {
    let inverse = z.inverse
    let square = inverse.squared
    return Affine(trusted: x * square, y * square * inverse)
  }
}
