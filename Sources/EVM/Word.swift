import EthereumPrimitives

// The arithmetic of the EVM's words that numbers do not have: signs, bytes, powers.
extension UInt256 {
  @inline(__always)
  init(_ flag: Bool) { self.init(flag ? 1 : 0) }

  /// From 32 bytes, the most significant first.
  @inline(__always)
  init(bigEndian bytes: UnsafeRawPointer) {
    self.init(
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
      UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
  }

  /// Writes 32 bytes, the most significant first.
  @inline(__always)
  func write(to bytes: UnsafeMutableRawPointer) {
    let limbs = self.limbs
    bytes.storeBytes(of: limbs[3].bigEndian, as: UInt64.self)
    bytes.storeBytes(of: limbs[2].bigEndian, toByteOffset: 8, as: UInt64.self)
    bytes.storeBytes(of: limbs[1].bigEndian, toByteOffset: 16, as: UInt64.self)
    bytes.storeBytes(of: limbs[0].bigEndian, toByteOffset: 24, as: UInt64.self)
  }

  /// True where the number is below 0 in two's complement.
  @inline(__always)
  var isNegative: Bool { limbs[3] >> 63 == 1 }

  var negated: UInt256 { .zero &- self }

  private var magnitude: UInt256 { isNegative ? negated : self }

  /// `<` in two's complement.
  @inline(__always)
  func isLessSigned(_ other: UInt256) -> Bool {
    isNegative != other.isNegative ? isNegative : self < other
  }

  /// DIV: by 0 it is 0.
  func divided(by other: UInt256) -> UInt256 {
    quotientAndRemainder(dividingBy: other)?.quotient ?? .zero
  }

  /// MOD: by 0 it is 0.
  func remainder(by other: UInt256) -> UInt256 {
    quotientAndRemainder(dividingBy: other)?.remainder ?? .zero
  }

  /// SDIV: rounded towards 0; −2²⁵⁵ by −1 stays −2²⁵⁵.
  func dividedSigned(by other: UInt256) -> UInt256 {
    let quotient = magnitude.divided(by: other.magnitude)
    return isNegative != other.isNegative ? quotient.negated : quotient
  }

  /// SMOD: with the sign of the dividend.
  func remainderSigned(by other: UInt256) -> UInt256 {
    let remainder = magnitude.remainder(by: other.magnitude)
    return isNegative ? remainder.negated : remainder
  }

  /// ADDMOD: the sum is not cut to 256 bits.
  func addingModulo(_ other: UInt256, _ modulus: UInt256) -> UInt256 {
    let (sum, carry) = addingReportingOverflow(other)
    return UInt512(high: UInt256(carry), low: sum).quotientAndRemainder(dividingBy: modulus)?
      .remainder ?? .zero
  }

  /// MULMOD: the product is not cut to 256 bits.
  func multipliedModulo(_ other: UInt256, _ modulus: UInt256) -> UInt256 {
    multipliedFullWidth(by: other).quotientAndRemainder(dividingBy: modulus)?.remainder ?? .zero
  }

  /// EXP, modulo 2²⁵⁶.
  func power(_ exponent: UInt256) -> UInt256 {
    var result = UInt256.one
    var bit = exponent.bitWidthUsed - 1
    while bit >= 0 {
      result = result &* result
      if (exponent >> bit).isOdd { result = result &* self }
      bit -= 1
    }
    return result
  }

  /// SIGNEXTEND: `self` is the number of the byte whose highest bit is the sign.
  func signExtended(_ value: UInt256) -> UInt256 {
    guard let byte = asUInt64, byte < 31 else { return value }
    let shift = 248 - 8 * Int(byte)
    return (value << shift).shiftedRightSigned(by: UInt256(UInt64(shift)))
  }

  /// BYTE: `self` is the place of the byte, 0 the most significant.
  @inline(__always)
  func byte(of value: UInt256) -> UInt256 {
    guard let place = asUInt64, place < 32 else { return .zero }
    return (value >> (248 - 8 * Int(place))) & 0xFF
  }

  @inline(__always)
  func shiftedLeft(by count: UInt256) -> UInt256 {
    guard let count = count.asUInt64, count < 256 else { return .zero }
    return self << Int(count)
  }

  @inline(__always)
  func shiftedRight(by count: UInt256) -> UInt256 {
    guard let count = count.asUInt64, count < 256 else { return .zero }
    return self >> Int(count)
  }

  /// SAR: the sign moves in from above.
  func shiftedRightSigned(by count: UInt256) -> UInt256 {
    guard isNegative else { return shiftedRight(by: count) }
    return ~(~self).shiftedRight(by: count)
  }
}

extension Address {
  /// The low 20 bytes of a word.
  init(word: UInt256) {
    let limbs = word.limbs
    self.init(
      limbs[2] << 32 | limbs[1] >> 32, limbs[1] << 32 | limbs[0] >> 32,
      UInt32(truncatingIfNeeded: limbs[0]))
  }
}

extension Bytes32 {
  init(_ word: UInt256) {
    let limbs = word.limbs
    self.init(limbs[3], limbs[2], limbs[1], limbs[0])
  }
}
