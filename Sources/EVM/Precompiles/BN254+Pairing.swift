extension BN254 {
  /// Whether the product of the pairings is one.
  static func isProductOne(of pairs: [MillerPair]) -> Bool {
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

  /// Miller's loop of the optimal ate pairing, for all pairs at once.
  ///
  /// Source: Vercauteren, Optimal Pairings (2010), section IV.A.
  private static func millerProduct(of pairs: [MillerPair]) -> Fp12 {
    var pairs = pairs
    var product = Fp12.one
    for digit in loopDigits {
      product = product.squared
      for index in pairs.indices {
        pairs[index].double(into: &product)
        if digit != 0 {
          let point = pairs[index].right
          pairs[index].add(digit > 0 ? point : -point, into: &product)
        }
      }
    }
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
  private static func finalPower(of value: Fp12) -> Fp12 {
    // (p⁶ − 1)(p² + 1): of what is left, the inverse is the conjugate.
    let power = value.conjugate * value.inverse
    let f = power.frobenius.frobenius * power
    // 1 + 6u² + a + b·p + a·p² + (b − 1)·p³ with a = 12u³ + 6u² + 6u and b = a − 2u.
    let f2u = f.powerU.squared
    let f6u = f2u.squared * f2u
    let f6uu = f6u.powerU
    let fa = f6uu.squared.powerU * f6uu * f6u
    let fb = fa * f2u.conjugate
    let last = (fb * f.conjugate).frobenius.frobenius.frobenius
    return f * f6uu * fa * fb.frobenius * fa.frobenius.frobenius * last
  }

  /// Two points and the multiple of the right one that Miller's loop has come to.
  struct MillerPair {
    let left: G1
    let right: G2
    // The multiple is the point (x / z, y / z).
    private var x: Fp2
    private var y: Fp2
    private var z: Fp2

    /// Neither point is infinity; the right one is of the subgroup.
    init(_ left: G1, _ right: G2) {
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
    mutating func double(into product: inout Fp12) {
      let xy = x * y
      let b = y.squared
      let c = z.squared
      let e = Fp2.coefficient * (c + c + c)
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
      multiply(&product, by: (-h, xx + xx + xx, e - b))
    }

    /// Adds a point to the multiple, and multiplies the product by the line's value.
    mutating func add(_ point: G2, into product: inout Fp12) {
      let theta = y - point.y * z
      let lambda = x - point.x * z
      let square = lambda.squared
      let cube = lambda * square
      let g = x * square
      let h = cube + z * theta.squared - g - g
      x = lambda * h
      y = theta * (g - h) - cube * y
      z = z * cube
      multiply(&product, by: (lambda, -theta, theta * point.x - lambda * point.y))
    }

    /// By the line y·line.0 + x·line.1·w + line.2·v·w at the left point.
    private func multiply(_ product: inout Fp12, by line: (Fp2, Fp2, Fp2)) {
      product = product.times(line.0 * left.y, line.1 * left.x, line.2)
    }
  }
}
