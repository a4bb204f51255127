import BigInt

/// A number modulo p = 2²⁵⁶ − 2³² − 977, over which the curve of signatures is.
///
/// In four words and not in big integers: a bundle may have a hundred thousand signatures, of
/// several thousand products each.
struct ReferenceField: Equatable, ExpressibleByIntegerLiteral {
  /// 2²⁵⁶ ≡ 2³² + 977: what is carried out of the four words is folded back by this.
  private static let fold: UInt128 = 4_294_968_273

  /// The lowest first; together less than p.
  private var words: [4 of UInt64]

  init(integerLiteral value: UInt64) { words = [value, 0, 0, 0] }

  /// A number below 2²⁵⁶, modulo p.
  init(_ number: BigUInt) {
    let parts = Array(number.words)
    precondition(parts.count <= 4, "a number below 2^256")
    var words = [4 of UInt64](repeating: 0)
    for (place, part) in parts.enumerated() { words[place] = UInt64(part) }
    self.init(words, carry: 0)
  }

  /// words + carry · 2²⁵⁶, modulo p; carry is below 2⁶⁴.
  private init(_ words: [4 of UInt64], carry: UInt128) {
    self.words = words
    var carry = carry
    while carry > 0 { carry = add(carry &* Self.fold) }
    // words ≥ p just where words + 2³² + 977 ≥ 2²⁵⁶, and then the difference is what is left.
    var less = self
    if less.add(Self.fold) > 0 { self = less }
  }

  /// Adds to the words; what is carried out of them.
  private mutating func add(_ number: UInt128) -> UInt128 {
    var carry = number
    for place in 0..<4 {
      carry &+= UInt128(words[place])
      words[place] = UInt64(truncatingIfNeeded: carry)
      carry >>= 64
    }
    return carry
  }

  static func == (left: Self, right: Self) -> Bool {
    (0..<4).allSatisfy { left.words[$0] == right.words[$0] }
  }

  static func + (left: Self, right: Self) -> Self {
    var sum = left.words
    var carry: UInt128 = 0
    for place in 0..<4 {
      carry &+= UInt128(left.words[place]) &+ UInt128(right.words[place])
      sum[place] = UInt64(truncatingIfNeeded: carry)
      carry >>= 64
    }
    return Self(sum, carry: carry)
  }

  /// left + (p − right).
  static func - (left: Self, right: Self) -> Self {
    // 2²⁵⁶ − 1 − right, word by word, and p is 2²⁵⁶ − 1 less what follows.
    var opposite = right.words
    for place in 0..<4 { opposite[place] = ~opposite[place] }
    var borrow = UInt64(Self.fold) - 1
    for place in 0..<4 {
      let (rest, overflow) = opposite[place].subtractingReportingOverflow(borrow)
      opposite[place] = rest
      borrow = overflow ? 1 : 0
    }
    return left + Self(opposite, carry: 0)
  }

  static func * (left: Self, right: Self) -> Self {
    var product = [8 of UInt64](repeating: 0)
    for low in 0..<4 {
      var carry: UInt128 = 0
      for high in 0..<4 {
        carry &+= UInt128(left.words[low]) &* UInt128(right.words[high])
        carry &+= UInt128(product[low + high])
        product[low + high] = UInt64(truncatingIfNeeded: carry)
        carry >>= 64
      }
      product[low + 4] = UInt64(truncatingIfNeeded: carry)
    }
    var words = left.words
    var carry: UInt128 = 0
    for place in 0..<4 {
      carry &+= UInt128(product[place + 4]) &* fold &+ UInt128(product[place])
      words[place] = UInt64(truncatingIfNeeded: carry)
      carry >>= 64
    }
    return Self(words, carry: carry)
  }

  /// The power by an exponent's bits, the highest first.
  private func power(_ exponent: [Bool]) -> Self {
    exponent.reduce(1) { power, isSet in isSet ? power * power * self : power * power }
  }

  private static let p = (BigUInt(1) << 256) - BigUInt(fold)
  private static let inverting = (p - 2).bits
  private static let rooting = ((p + 1) / 4).bits

  /// The number by which it comes to 1, the power by p − 2; of 0 it is 0.
  var inverse: Self { power(Self.inverting) }

  /// A number whose square it is, where there is one: the power by (p + 1)/4, as p mod 4 is 3.
  var root: Self { power(Self.rooting) }

  var isOdd: Bool { words[0] & 1 == 1 }

  /// The highest first.
  var bytes: [UInt8] {
    (0..<4).reversed().flatMap { place in
      (0..<8).reversed().map { UInt8(truncatingIfNeeded: words[place] >> (8 * $0)) }
    }
  }
}

extension BigUInt {
  /// Of a number below 2²⁵⁶ the 256 bits, the highest first.
  var bits: [Bool] {
    let words = Array(words)
    return stride(from: 255, through: 0, by: -1).map { bit in
      bit / 64 < words.count && words[bit / 64] >> (bit % 64) & 1 == 1
    }
  }
}
