extension UInt256 {
  /// Why a text is no number of 256 bits.
  public enum ParseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// There is no digit.
    case empty
    /// A hexadecimal number starts with `0x`.
    case missingPrefix
    /// A character that is no digit, at the place counted from 1.
    case notADigit(character: String, at: Int)
    /// A decimal number has no zeros before its first other digit.
    case leadingZero
    /// The value is 2²⁵⁶ or more.
    case overflow

    public var description: String {
      switch self {
      case .empty: "a number without digits"
      case .missingPrefix: "a hexadecimal number without 0x"
      case .notADigit(let character, let place): "the character '\(character)' at place \(place)"
      case .leadingZero: "a leading zero"
      case .overflow: "2^256 or more"
      }
    }
  }

  /// 10 to a power; nil outside 0 ... 77.
  public static func powerOfTen(_ exponent: Int) -> UInt256? {
    guard (0...77).contains(exponent) else { return nil }
    return (0..<exponent).reduce(UInt256.one) { power, _ in power &* UInt256(10) }
  }

  // MARK: Decimal

  /// Reads decimal digits and nothing else: no sign, separator, exponent or leading zero.
  public init(decimal text: String) throws(ParseError) {
    try self.init(decimal: Array(text.utf8)[...])
  }

  /// Reads decimal digits from ASCII; see `init(decimal: String)`.
  public init(decimal ascii: ArraySlice<UInt8>) throws(ParseError) {
    guard let first = ascii.first else { throw .empty }
    var value = UInt256.zero
    var chunk: UInt64 = 0
    var scale: UInt64 = 1
    for index in ascii.indices {
      let digit = ascii[index] &- 0x30
      guard digit < 10 else {
        throw .notADigit(
          character: character(of: ascii, at: index), at: index - ascii.startIndex + 1)
      }
      chunk = chunk &* 10 &+ UInt64(digit)
      scale = scale &* 10
      if scale == 10_000_000_000_000_000_000 {
        value = try value.appending(chunk, scale: scale)
        chunk = 0
        scale = 1
      }
    }
    guard first != 0x30 || ascii.count == 1 else { throw .leadingZero }
    self = try scale == 1 ? value : value.appending(chunk, scale: scale)
  }

  private func appending(_ chunk: UInt64, scale: UInt64) throws(ParseError) -> UInt256 {
    guard let product = multiplied(by: UInt256(scale)),
      let sum = product.adding(UInt256(chunk))
    else { throw .overflow }
    return sum
  }

  /// The decimal digits, without leading zeros.
  public var decimal: String {
    var bytes: [UInt8] = []
    appendDecimal(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the decimal digits as ASCII.
  public func appendDecimal(to bytes: inout [UInt8]) {
    forEachDecimalWord { word, count in
      withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0.prefix(count)) }
    }
  }

  /// Calls `body` with the decimal digits as ASCII, in words of at most eight, the first digit in
  /// the lowest byte, and with how many there are in each word.
  func forEachDecimalWord(_ body: (UInt64, Int) -> Void) {
    if let number = asUInt64, number < 100_000_000 {
      return Self.word(UInt32(truncatingIfNeeded: number), digits: nil, body)
    }
    // Parts of 19 digits, the least significant first: at most five.
    var parts: [5 of UInt64] = [0, 0, 0, 0, 0]
    var count = 0
    var value = self
    repeat {
      (value, parts[count]) = value.dividedByTenToThe19()
      count += 1
    } while !value.isZero
    for part in (0..<count).reversed() {
      Self.words(of: parts[part], isFirst: part == count - 1, body)
    }
  }

  /// The words of a number below 10¹⁹: all 19 digits, or those of the first part without zeros
  /// before them.
  private static func words(of part: UInt64, isFirst: Bool, _ body: (UInt64, Int) -> Void) {
    let rest = part % 10_000_000_000_000_000
    let high = UInt32(truncatingIfNeeded: part / 10_000_000_000_000_000)
    let middle = UInt32(truncatingIfNeeded: rest / 100_000_000)
    var isLeading = isFirst
    if !isLeading || high > 0 {
      word(high, digits: isLeading ? nil : 3, body)
      isLeading = false
    }
    if !isLeading || middle > 0 {
      word(middle, digits: isLeading ? nil : 8, body)
      isLeading = false
    }
    word(UInt32(truncatingIfNeeded: rest % 100_000_000), digits: isLeading ? nil : 8, body)
  }

  /// The word of a number below 10⁸ with so many digits, or with as many as it has.
  private static func word(_ number: UInt32, digits: Int?, _ body: (UInt64, Int) -> Void) {
    let text = eightDigits(number)
    let zeros = number == 0 ? 7 : (text ^ 0x3030_3030_3030_3030).trailingZeroBitCount / 8
    let shown = digits ?? 8 - zeros
    body(text &>> UInt64(8 * (8 - shown)), shown)
  }

  /// The digits of a number below 10⁸ as ASCII, zeros before it, the first one in the lowest byte.
  ///
  /// Halves of four digits, then pairs, then digits, all of a kind in one word: a quotient by 100
  /// is a product with 10486 / 2²⁰, one by 10 a product with 103 / 2¹⁰, exact in this range.
  private static func eightDigits(_ number: UInt32) -> UInt64 {
    let fours = UInt64(number / 10_000) | UInt64(number % 10_000) &<< 32
    let hundreds = ((fours &* 10_486) &>> 20) & 0x0000_007F_0000_007F
    let pairs = hundreds | (fours &- hundreds &* 100) &<< 16
    let tens = ((pairs &* 103) &>> 10) & 0x000F_000F_000F_000F
    let ones = tens | (pairs &- tens &* 10) &<< 8
    return ones | 0x3030_3030_3030_3030
  }

  private func dividedByTenToThe19() -> (UInt256, UInt64) {
    let divisor: UInt64 = 10_000_000_000_000_000_000
    if limb1 | limb2 | limb3 == 0 { return (UInt256(limb0 / divisor), limb0 % divisor) }
    let step3 = divisor.dividingFullWidth((0, limb3))
    let step2 = divisor.dividingFullWidth((step3.remainder, limb2))
    let step1 = divisor.dividingFullWidth((step2.remainder, limb1))
    let step0 = divisor.dividingFullWidth((step1.remainder, limb0))
    return (
      UInt256(step0.quotient, step1.quotient, step2.quotient, step3.quotient), step0.remainder
    )
  }

  // MARK: Hexadecimal

  /// Reads `0x` and hexadecimal digits of either case; zeros may lead, as many as there are.
  public init(hex text: String) throws(ParseError) {
    let ascii = Array(text.utf8)
    guard ascii.starts(with: [0x30, 0x78]) else { throw .missingPrefix }
    let digits = ascii.dropFirst(2)
    guard !digits.isEmpty else { throw .empty }
    var value = UInt256.zero
    var overflow = false
    for index in digits.indices {
      guard let nibble = Hex.nibble(digits[index]) else {
        throw .notADigit(character: character(of: digits, at: index), at: index + 1)
      }
      overflow = overflow || value.leadingZeroBitCount < 4
      value = value << 4 | UInt256(UInt64(nibble))
    }
    guard !overflow else { throw .overflow }
    self = value
  }

  /// `0x` and the hexadecimal digits in lower case, without leading zeros.
  public var hex: String {
    var digits = bytes32.hex.dropFirst(2).drop { $0 == "0" }
    if digits.isEmpty { digits = "0" }
    return "0x" + digits
  }

  // MARK: Bytes

  /// From 32 bytes, big-endian.
  @inlinable
  public init(_ bytes: Bytes32) {
    self.init(bytes.word3, bytes.word2, bytes.word1, bytes.word0)
  }

  /// The 32 bytes, big-endian.
  @inlinable
  public var bytes32: Bytes32 { Bytes32(limb3, limb2, limb1, limb0) }

  /// From at most 32 bytes, big-endian; nil for more.
  public init?(bigEndian bytes: ArraySlice<UInt8>) {
    guard bytes.count <= 32 else { return nil }
    self = bytes.reduce(UInt256.zero) { $0 << 8 | UInt256(UInt64($1)) }
  }
}

extension UInt256: CustomStringConvertible {
  /// The decimal digits.
  public var description: String { decimal }
}

extension UInt512: CustomStringConvertible {
  /// The decimal digits.
  public var description: String {
    guard let divisor = UInt256.powerOfTen(77), !high.isZero,
      let division = quotientAndRemainder(dividingBy: divisor)
    else { return low.decimal }
    let tail = division.remainder.decimal
    let zeros = String(repeating: "0", count: 77 - tail.count)
    return division.quotient.description + zeros + tail
  }
}

/// The character that starts at a byte, for a message; bytes that are no text are shown in hex.
func character(of bytes: ArraySlice<UInt8>, at index: Int) -> String {
  let byte = bytes[index]
  if (0x20..<0x7F).contains(byte) { return String(UnicodeScalar(byte)) }
  let text = String(decoding: bytes[index...].prefix(4), as: UTF8.self)
  guard byte >= 0xC0, let first = text.first, first != "\u{FFFD}" else {
    return "\\x" + Hex.encode([byte]).dropFirst(2)
  }
  return String(first)
}
