/// A line through points of the second curve: y · the left point's y + x · its x + constant.
struct Line<Curve: PairingCurve> {
  let y: Fp2<Curve>
  let x: Fp2<Curve>
  let constant: Fp2<Curve>
}

extension PairingCurve {
  /// Miller's loop for all pairs at once, along the digits −1, 0 and 1 of its number after the
  /// highest.
  ///
  /// Source: Vercauteren, Optimal Pairings (2010), section IV.A.
  static func millerLoop(_ pairs: inout [MillerPair<Self>], digits: [Int]) -> Fp12<Self> {
    var product = Fp12<Self>.one
    for digit in digits {
      product = product.squared
      for index in pairs.indices {
        pairs[index].double(into: &product)
        if digit != 0 {
          let point = pairs[index].right
          pairs[index].add(digit > 0 ? point : -point, into: &product)
        }
      }
    }
    return product
  }
}

/// Two points and the multiple of the right one that Miller's loop has come to.
struct MillerPair<Curve: PairingCurve> {
  let left: Affine<Curve.Fp>
  let right: Affine<Fp2<Curve>>
  // The multiple is the point (x / z, y / z).
  private var x: Fp2<Curve>
  private var y: Fp2<Curve>
  private var z: Fp2<Curve>

  /// Neither point is infinity; the right one is of the subgroup.
  init(_ left: Affine<Curve.Fp>, _ right: Affine<Fp2<Curve>>) {
    self.left = left
    self.right = right
    x = right.x
    y = right.y
    z = .one
  }

  /// Doubles the multiple, and multiplies the product by the tangent's value at the left point.
  ///
  /// Source: Costello, Lange and Naehrig, Faster Pairing Computations on Curves with High-Degree
  /// Twists (2010), section 5; the coordinates are multiplied by 4, so that nothing is halved.
  mutating func double(into product: inout Fp12<Curve>) {
    let xy = x * y
    let b = y.squared
    let c = z.squared
    let e = Fp2<Curve>.coefficient * (c + c + c)
    let f = e + e + e
    let g = b + f
    let h = (y + z).squared - b - c
    let xx = x.squared
    let ee = e.squared
    let ee4 = ee + ee + ee + ee
    let bh = b * h
    let xyDifference = xy * (b - f)
    x = xyDifference + xyDifference
    y = g.squared - ee4 - ee4 - ee4
    z = bh + bh + bh + bh
    let line = Line<Curve>(y: -h, x: xx + xx + xx, constant: e - b)
    product = Curve.multiply(product, by: line, at: left)
  }

  /// Adds a point to the multiple, and multiplies the product by the line's value.
  mutating func add(_ point: Affine<Fp2<Curve>>, into product: inout Fp12<Curve>) {
    let theta = y - point.y * z
    let lambda = x - point.x * z
    let square = lambda.squared
    let cube = lambda * square
    let g = x * square
    let h = cube + z * theta.squared - g - g
    x = lambda * h
    y = theta * (g - h) - cube * y
    z = z * cube
    let line = Line<Curve>(
      y: lambda, x: -theta, constant: theta * point.x - lambda * point.y)
    product = Curve.multiply(product, by: line, at: left)
  }
}
