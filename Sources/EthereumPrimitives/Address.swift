/// An Ethereum address: 20 bytes, ordered as a big-endian number.
public struct Address: Sendable, Hashable {
  /// Big-endian words: bytes 0–7, 8–15 and 16–19.
  public let word0: UInt64
  public let word1: UInt64
  public let word2: UInt32

  public static let zero = Address(0, 0, 0)

  /// Why a text is no address.
  public enum ParseError: Error, Equatable, Sendable, CustomStringConvertible {
    /// It starts with `0x`, lower case.
    case missingPrefix
    /// It has 40 digits after the prefix.
    case wrongLength(found: Int)
    /// A character that is no hexadecimal digit, at the place counted from 1.
    case notHexadecimal(character: String, at: Int)
    /// Digits of both cases are a checksum, and this one is wrong (EIP-55).
    case wrongChecksum(expected: String)

    public var description: String {
      switch self {
      case .missingPrefix: "an address starts with 0x"
      case .wrongLength(let found): "an address has 40 digits after 0x, this one has \(found)"
      case .notHexadecimal(let character, let place):
        "'\(character)' at place \(place) is no hexadecimal digit"
      case .wrongChecksum(let expected):
        "the capital letters do not match the EIP-55 checksum; expected \(expected)"
      }
    }
  }

  /// From big-endian words: bytes 0–7, 8–15 and 16–19.
  @inlinable
  public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt32) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
  }

  /// From exactly 20 bytes; nil for any other number.
  public init?(bytes: ArraySlice<UInt8>) {
    guard bytes.count == 20 else { return nil }
    let start = bytes.startIndex
    let word0 = bytes[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    let word1 = bytes[(start + 8)..<(start + 16)].reduce(0) { $0 << 8 | UInt64($1) }
    let word2 = bytes[(start + 16)...].reduce(0) { $0 << 8 | UInt32($1) }
    self.init(word0, word1, word2)
  }

  /// Reads `0x` and 40 hexadecimal digits; digits of both cases must be a right EIP-55 checksum.
  public init(_ text: String) throws(ParseError) {
    try self.init(ascii: Array(text.utf8)[...])
  }

  /// Reads an address from ASCII; see `init(_: String)`.
  public init(ascii: ArraySlice<UInt8>) throws(ParseError) {
    let start = ascii.startIndex
    guard ascii.count >= 2, ascii[start] == 0x30, ascii[start + 1] == 0x78 else {
      throw .missingPrefix
    }
    var word: (UInt64, UInt64, UInt32) = (0, 0, 0)
    var hasLower = false
    var hasUpper = false
    let digits = ascii.dropFirst(2)
    for (place, byte) in digits.enumerated() {
      guard let nibble = Hex.nibble(byte) else {
        throw .notHexadecimal(
          character: character(of: ascii, at: start + 2 + place), at: place + 3)
      }
      hasLower = hasLower || byte >= 0x61
      hasUpper = hasUpper || (0x41...0x46).contains(byte)
      switch place {
      case 0..<16: word.0 = word.0 << 4 | UInt64(nibble)
      case 16..<32: word.1 = word.1 << 4 | UInt64(nibble)
      default: word.2 = word.2 << 4 | UInt32(nibble)
      }
    }
    guard digits.count == 40 else { throw .wrongLength(found: digits.count) }
    self.init(word.0, word.1, word.2)
    if hasLower && hasUpper {
      var expected: [UInt8] = []
      appendChecksummed(to: &expected)
      guard expected[...] == ascii else { throw .wrongChecksum(expected: checksummed) }
    }
  }

  public var isZero: Bool { word0 | word1 | UInt64(word2) == 0 }

  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20)
    append(to: &bytes)
    return bytes
  }

  /// The address as an EVM word: twelve zero bytes before it.
  @inlinable
  public var bytes32: Bytes32 {
    Bytes32(
      0, word0 >> 32, word0 << 32 | word1 >> 32, word1 << 32 | UInt64(word2))
  }

  /// The number that its 160 bits are.
  @inlinable
  public var number: UInt256 {
    UInt256(word1 << 32 | UInt64(word2), word0 << 32 | word1 >> 32, word0 >> 32, 0)
  }

  /// The address whose 160 bits are a number; nil for 2¹⁶⁰ and more.
  public init?(number: UInt256) {
    let (low, middle, high) = (number.limb0, number.limb1, number.limb2)
    guard number.limb3 == 0, high < 1 << 32 else { return nil }
    self.init(
      high << 32 | middle >> 32, middle << 32 | low >> 32, UInt32(truncatingIfNeeded: low))
  }

  /// The text in mixed case, the capitals being a checksum (EIP-55).
  public var checksummed: String {
    var text: [UInt8] = []
    appendChecksummed(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The text in lower case.
  public var hex: String {
    var text: [UInt8] = []
    appendHex(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the 20 bytes.
  public func append(to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word0.bigEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: word1.bigEndian) { bytes.append(contentsOf: $0) }
    withUnsafeBytes(of: word2.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends `0x` and 40 digits in lower case, as ASCII.
  public func appendHex(to text: inout [UInt8]) {
    text.append(0x30)
    text.append(0x78)
    Hex.append(word0, to: &text)
    Hex.append(word1, to: &text)
    Hex.append(word2, to: &text)
  }

  /// Appends the text in mixed case, as ASCII.
  public func appendChecksummed(to text: inout [UInt8]) {
    let start = text.count
    appendHex(to: &text)
    let hash = Keccak256.hash(text[(start + 2)...])
    let words: [3 of UInt64] = [hash.word0, hash.word1, hash.word2]
    for place in 0..<40 {
      let nibble = words[place / 16] >> UInt64(60 - place % 16 * 4) & 0xF
      let digit = text[start + 2 + place]
      if nibble >= 8, digit >= 0x61 { text[start + 2 + place] = digit &- 0x20 }
    }
  }
}

extension Address: Comparable {
  @inlinable
  public static func < (left: Address, right: Address) -> Bool {
    if left.word0 != right.word0 { return left.word0 < right.word0 }
    if left.word1 != right.word1 { return left.word1 < right.word1 }
    return left.word2 < right.word2
  }
}

extension Address: CustomStringConvertible {
  /// The text in mixed case, the capitals being a checksum (EIP-55).
  public var description: String { checksummed }
}
