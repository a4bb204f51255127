/// 32 bytes: a hash, a salt, an EVM word. Ordered as big-endian numbers.
public struct Bytes32: Sendable, Hashable {
  /// Big-endian words, the first eight bytes first.
  public let word0: UInt64
  public let word1: UInt64
  public let word2: UInt64
  public let word3: UInt64

  public static let zero = Bytes32(0, 0, 0, 0)

  /// From big-endian words, the first eight bytes first.
  @inlinable
  public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  /// From exactly 32 bytes; nil for any other number.
  public init?(bytes: ArraySlice<UInt8>) {
    guard bytes.count == 32 else { return nil }
    let start = bytes.startIndex
    func word(_ index: Int) -> UInt64 {
      bytes[(start + 8 * index)..<(start + 8 * index + 8)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(word(0), word(1), word(2), word(3))
  }

  /// Reads `0x` and 64 hexadecimal digits of either case.
  public init(hex text: String) throws(HexError) {
    let bytes = try Hex.decode(text)
    guard let value = Bytes32(bytes: bytes[...]) else {
      throw .wrongLength(found: bytes.count, expected: 32)
    }
    self = value
  }

  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    append(to: &bytes)
    return bytes
  }

  /// `0x` and 64 digits in lower case.
  public var hex: String {
    var text: [UInt8] = []
    appendHex(to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the 32 bytes.
  public func append(to bytes: inout [UInt8]) {
    for word in [word0, word1, word2, word3] {
      withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
  }

  /// Appends `0x` and 64 digits in lower case, as ASCII.
  public func appendHex(to text: inout [UInt8]) {
    text.append(0x30)
    text.append(0x78)
    Hex.append(word0, to: &text)
    Hex.append(word1, to: &text)
    Hex.append(word2, to: &text)
    Hex.append(word3, to: &text)
  }
}

extension Bytes32: Comparable {
  @inlinable
  public static func < (left: Bytes32, right: Bytes32) -> Bool {
    if left.word0 != right.word0 { return left.word0 < right.word0 }
    if left.word1 != right.word1 { return left.word1 < right.word1 }
    if left.word2 != right.word2 { return left.word2 < right.word2 }
    return left.word3 < right.word3
  }
}

extension Bytes32: CustomStringConvertible {
  /// `0x` and 64 digits in lower case.
  public var description: String { hex }
}
