/// Text of addresses, numbers and separators, such as a data file's, written in words of eight
/// characters.
public struct ASCIIText {
  /// What is written next: one piece of memory that stays in the cache.
  private var piece = [UInt8](repeating: 0, count: 1 << 16)
  /// How much of the piece is written.
  private var count = 0
  private var pieces: [UInt8] = []

  /// - Parameter capacity: at most how many characters are expected; there may be more.
  public init(capacity: Int = 0) {
    pieces.reserveCapacity(capacity)
  }

  /// The text so far.
  public consuming func bytes() -> [UInt8] {
    endPiece()
    return pieces
  }

  /// The text so far, after which another one starts.
  public mutating func take() -> [UInt8] {
    endPiece()
    defer { pieces.removeAll(keepingCapacity: true) }
    return pieces
  }

  private mutating func endPiece() {
    pieces.append(contentsOf: piece[..<count])
    count = 0
  }

  public mutating func append(_ character: UInt8) {
    append(word: UInt64(character), count: 1)
  }

  public mutating func append(_ text: [UInt8]) {
    for character in text { append(character) }
  }

  /// Appends `0x` and 40 digits in lower case.
  public mutating func append(hex address: Address) {
    append(word: 0x7830, count: 2)
    append(hex: UInt32(truncatingIfNeeded: address.word0 &>> 32))
    append(hex: UInt32(truncatingIfNeeded: address.word0))
    append(hex: UInt32(truncatingIfNeeded: address.word1 &>> 32))
    append(hex: UInt32(truncatingIfNeeded: address.word1))
    append(hex: address.word2)
  }

  /// Appends decimal digits, without leading zeros.
  public mutating func append(decimal number: UInt256) {
    number.forEachDecimalWord { append(word: $0, count: $1) }
  }

  private mutating func append(hex digits: UInt32) {
    append(word: Hex.digits(of: digits), count: 8)
  }

  /// Appends the first `count` characters of a word, the first one in its lowest byte.
  @inline(__always)
  private mutating func append(word: UInt64, count length: Int) {
    if count + 8 > piece.count { endPiece() }
    let place = count
    var span = piece.mutableSpan
    var memory = span.mutableBytes
    memory.storeBytes(of: word.littleEndian, toByteOffset: place, as: UInt64.self)
    count = place + length
  }
}
