/// Why a text is no hexadecimal byte string.
public enum HexError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It starts with `0x`, lower case.
  case missingPrefix
  /// Two digits make a byte.
  case oddLength(Int)
  /// A character that is no hexadecimal digit, at the place counted from 1.
  case notHexadecimal(character: String, at: Int)
  /// A fixed number of bytes was expected.
  case wrongLength(found: Int, expected: Int)

  public var description: String {
    switch self {
    case .missingPrefix: "hexadecimal bytes start with 0x"
    case .oddLength(let count): "\(count) hexadecimal digits; two make a byte"
    case .notHexadecimal(let character, let place):
      "'\(character)' at place \(place) is no hexadecimal digit"
    case .wrongLength(let found, let expected): "\(found.counted("byte")), expected \(expected)"
    }
  }
}

/// Bytes as text: `0x` and two digits per byte.
public enum Hex {
  @usableFromInline static let digits: StaticString = "0123456789abcdef"

  /// `0x` and lower-case digits.
  public static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = [0x30, 0x78]
    text.reserveCapacity(2 + 2 * bytes.count)
    for byte in bytes { append(byte, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads `0x` and an even number of digits of either case.
  public static func decode(_ text: String) throws(HexError) -> [UInt8] {
    try decode(ascii: Array(text.utf8)[...])
  }

  static func decode(ascii: ArraySlice<UInt8>) throws(HexError) -> [UInt8] {
    guard ascii.starts(with: [0x30, 0x78]) else { throw .missingPrefix }
    let digits = ascii.dropFirst(2)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var high: UInt8?
    for index in digits.indices {
      guard let nibble = nibble(digits[index]) else {
        throw .notHexadecimal(
          character: character(of: digits, at: index), at: index - ascii.startIndex + 1)
      }
      if let first = high {
        bytes.append(first << 4 | nibble)
        high = nil
      } else {
        high = nibble
      }
    }
    guard high == nil else { throw .oddLength(digits.count) }
    return bytes
  }

  /// The value of a hexadecimal digit of either case.
  @inlinable
  static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte &- 0x30
    case 0x61...0x66: byte &- 0x57
    case 0x41...0x46: byte &- 0x37
    default: nil
    }
  }

  /// The lower-case digit of a value 0 ... 15.
  @inlinable
  static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? nibble &+ 0x30 : nibble &+ 0x57
  }

  @inlinable
  static func append(_ byte: UInt8, to text: inout [UInt8]) {
    text.append(digit(byte >> 4))
    text.append(digit(byte & 0xF))
  }

  /// Appends the 16 digits of a word, the most significant first.
  @inlinable
  static func append(_ word: UInt64, to text: inout [UInt8]) {
    append(UInt32(truncatingIfNeeded: word >> 32), to: &text)
    append(UInt32(truncatingIfNeeded: word), to: &text)
  }

  @inlinable
  static func append(_ word: UInt32, to text: inout [UInt8]) {
    withUnsafeBytes(of: digits(of: word).littleEndian) { text.append(contentsOf: $0) }
  }

  /// The eight digits of half a word as ASCII: each digit's four bits get a byte, the first digit
  /// the lowest, and every byte above 9 is moved on to the letters.
  @inlinable
  static func digits(of word: UInt32) -> UInt64 {
    let halves = UInt64(word.byteSwapped)
    let spread = (halves | halves &<< 16) & 0x0000_FFFF_0000_FFFF
    let bytes = (spread | spread &<< 8) & 0x00FF_00FF_00FF_00FF
    let nibbles = (bytes &>> 4) & 0x000F_000F_000F_000F | (bytes & 0x000F_000F_000F_000F) &<< 8
    let letters = ((nibbles &+ 0x0606_0606_0606_0606) &>> 4) & 0x0101_0101_0101_0101
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }
}
