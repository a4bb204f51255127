import CCrypto
import EthereumPrimitives

/// base ^ exponent mod modulus, of numbers of any length.
///
/// The input is the three lengths in a word each, then the three numbers, big-endian.
///
/// Source: EIP-198, https://eips.ethereum.org/EIPS/eip-198;
/// EIP-2565, https://eips.ethereum.org/EIPS/eip-2565;
/// EIP-7823, https://eips.ethereum.org/EIPS/eip-7823;
/// EIP-7883, https://eips.ethereum.org/EIPS/eip-7883.
enum ModularPower {
  /// What forks differ in.
  struct Rules: Sendable {
    let lowestPrice: UInt64
    /// What complexity times iterations is divided by.
    let divisor: UInt256
    /// Iterations for each byte of the exponent after the first 32.
    let perByte: UInt256
    /// The complexity of numbers of 32 bytes at most is the same for all, that of longer ones
    /// counts twice.
    let isShortFlat: Bool
    /// Bytes of a number, all of which have to be paid for.
    let longestOperand: UInt256

    static let eip2565 = Rules(
      lowestPrice: 200, divisor: 3, perByte: 8, isShortFlat: false, longestOperand: .max)
    static let eip7883 = Rules(
      lowestPrice: 500, divisor: 1, perByte: 16, isShortFlat: true, longestOperand: 1024)
  }

  /// No gas of today's blocks pays for a longer number: it fails, whatever gas there is.
  static let longestOperand = 1 << 26

  /// max(lowest price, ⌊complexity · iterations / divisor⌋); the highest number where it is above
  /// 2⁶⁴ − 1, or a number longer than it may be.
  static func price(of input: PrecompileInput, _ rules: Rules) -> UInt64 {
    let longest = max(input.word(at: 0), input.word(at: 64))
    guard max(longest, input.word(at: 32)) <= rules.longestOperand,
      let complexity = complexity(longest, rules),
      let product = complexity.multiplied(by: iterations(of: input, rules)),
      let division = product.quotientAndRemainder(dividingBy: rules.divisor),
      let price = division.quotient.asUInt64
    else { return .max }
    return max(rules.lowestPrice, price)
  }

  /// The square of the words of 8 bytes of the longer one of base and modulus.
  private static func complexity(_ longest: UInt256, _ rules: Rules) -> UInt256? {
    if rules.isShortFlat, longest <= 32 { return 16 }
    // Below 2²⁵³: one more word does not wrap.
    let words = (longest >> 3) &+ (longest & 7 == 0 ? .zero : .one)
    let square = words.multiplied(by: words)
    return rules.isShortFlat ? square?.multiplied(by: 2) : square
  }

  /// max(1, bits of the exponent's first 32 bytes − 1, and more for each byte that follows them).
  private static func iterations(of input: PrecompileInput, _ rules: Rules) -> UInt256 {
    let length = input.word(at: 32)
    let headLength = min(length, 32).asInt ?? 32
    // The exponent starts behind the base; past the end of the input there are zeros.
    let start = input.word(at: 0).asInt.flatMap { $0 <= input.count ? 96 + $0 : nil }
    let head = start.map { input.word(at: $0) >> (8 * (32 - headLength)) } ?? .zero
    let headBits = UInt256(UInt64(max(0, head.bitWidthUsed - 1)))
    let rest = length.subtracting(32) ?? .zero
    let restBits = rest.multiplied(by: rules.perByte) ?? .max
    return max(.one, restBits.adding(headBits) ?? .max)
  }

  /// As many bytes as the modulus has; zeros for a modulus of zero. nil where a length is beyond
  /// `longestOperand`.
  static func output(for input: PrecompileInput) -> [UInt8]? {
    guard let count = length(at: 64, of: input) else { return nil }
    if count == 0 { return [] }
    guard let baseCount = length(at: 0, of: input), let exponentCount = length(at: 32, of: input)
    else { return nil }
    let base = input.bytes(at: 96, count: baseCount)
    let exponent = input.bytes(at: 96 + baseCount, count: exponentCount)
    let modulus = input.bytes(at: 96 + baseCount + exponentCount, count: count)
    let digits = modulus.drop { $0 == 0 }
    guard !digits.isEmpty else { return modulus }
    guard digits.count <= 8 else { return power(base, exponent, modulo: modulus) }
    let short = power(base, exponent, modulo: digits.reduce(0) { $0 << 8 | UInt64($1) })
    return (0..<count).reversed().map {
      $0 < 8 ? UInt8(truncatingIfNeeded: short >> UInt64(8 * $0)) : 0
    }
  }

  private static func length(at start: Int, of input: PrecompileInput) -> Int? {
    input.word(at: start).asInt.flatMap { $0 <= longestOperand ? $0 : nil }
  }

  /// Of a modulus other than 0 that is one word: the library is slow for what such a one costs.
  private static func power(
    _ base: [UInt8], _ exponent: [UInt8], modulo modulus: UInt64
  ) -> UInt64 {
    // Factors are below the modulus, so that quotients fit into a word.
    func product(_ left: UInt64, _ right: UInt64) -> UInt64 {
      modulus.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
    }
    let factor = base.reduce(UInt64(0)) {
      modulus.dividingFullWidth(($0 >> 56, $0 << 8 | UInt64($1))).remainder
    }
    var result = 1 % modulus
    for byte in exponent {
      for place in (0..<8).reversed() {
        result = product(result, result)
        if byte >> UInt8(place) & 1 == 1 { result = product(result, factor) }
      }
    }
    return result
  }

  /// nil where the library finds no memory.
  private static func power(
    _ base: [UInt8], _ exponent: [UInt8], modulo modulus: [UInt8]
  ) -> [UInt8]? {
    let context = BN_CTX_new()
    let numbers = [base, exponent, modulus].map { (bytes: [UInt8]) in
      BN_bin2bn(bytes, Int32(bytes.count), nil)
    }
    let result = BN_new()
    defer {
      BN_free(result)
      numbers.forEach { BN_free($0) }
      BN_CTX_free(context)
    }
    var bytes = modulus
    guard context != nil, result != nil, numbers.allSatisfy({ $0 != nil }),
      BN_is_odd(numbers[2]) == 1
        ? BN_mod_exp_mont(result, numbers[0], numbers[1], numbers[2], context, nil) == 1
        : BN_mod_exp(result, numbers[0], numbers[1], numbers[2], context) == 1,
      BN_bn2binpad(result, &bytes, Int32(bytes.count)) == Int32(bytes.count)
    else { return nil }
    return bytes
  }
}
