import EthereumPrimitives

/// Cuts plain cells out of a line: ASCII without quotes, addresses, and numbers of at most 38
/// digits.
///
/// Whoever calls bounds the bytes: the last one before `end` is a line end, which stops every loop,
/// and what is read in words is read before `end`. Every value is the one that `Cells` gives, or
/// nil.
struct PlainCells: Sendable {
  private let powers: [UInt64]
  private let scales: [UInt256]

  init() {
    powers = (0..<9).map { power in (0..<power).reduce(1) { scale, _ in scale * 10 } }
    scales = (0...77).compactMap(UInt256.powerOfTen)
  }

  /// Goes to the end of a field of printable ASCII without quotes.
  func skip(_ place: inout UnsafePointer<UInt8>) -> Bool {
    while true {
      let byte = place.pointee
      if byte == UInt8(ascii: ",") || byte == 0x0A || byte == 0x0D { return true }
      guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\"") else { return false }
      place += 1
    }
  }

  // MARK: Accounts

  @inline(__always)
  func address(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>,
    _ checksums: inout ChecksumBatch
  ) -> Address? {
    guard end - place > 42, place[0] == 0x30, place[1] == 0x78 else { return nil }
    let digits = UnsafeRawPointer(place + 2)
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
    var (wrong, upper, lower): (UInt64, UInt64, UInt64) = (0, 0, 0)
    func eight(_ offset: Int) -> UInt64 {
      let text = UInt64(littleEndian: digits.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let digits = HexDigits(text)
      wrong |= digits.wrong
      upper |= digits.upper
      lower |= digits.lower
      return digits.value
    }
    words = (eight(0), eight(8), eight(16), eight(24), eight(32))
    guard wrong == 0 else { return nil }
    if upper != 0, lower != 0 {
      guard checksums.add(place + 2) else { return nil }
    }
    place += 42
    return Address(
      words.0 << 32 | words.1, words.2 << 32 | words.3, UInt32(truncatingIfNeeded: words.4))
  }

  // MARK: Numbers

  @inline(__always)
  func number(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ decimals: Int?
  ) -> UInt256? {
    let start = place
    guard let (count, whole) = digits(&place, end) else { return nil }
    guard count > 0, start.pointee != 0x30 || count == 1 else { return nil }
    guard let decimals else { return whole }
    var (length, fraction) = (0, UInt256.zero)
    if place.pointee == UInt8(ascii: ".") {
      place += 1
      guard let found = digits(&place, end), (1...max(decimals, 1)).contains(found.count),
        decimals > 0
      else { return nil }
      (length, fraction) = found
    }
    guard let scaled = whole.multiplied(by: scales[decimals]),
      let rest = fraction.multiplied(by: scales[decimals - length])
    else { return nil }
    return scaled.adding(rest)
  }

  /// Reads decimal digits; nil for more than 38, which may not fit into 128 bits.
  @inline(__always)
  private func digits(
    _ place: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (count: Int, value: UInt256)? {
    var (count, low, high): (Int, UInt64, UInt64) = (0, 0, 0)
    while true {
      let (length, value) = upToEightDigits(place, end)
      count += length
      if count <= 19 {
        low = low &* powers[length] &+ value
      } else {
        guard count <= 38 else { return nil }
        let product = low.multipliedFullWidth(by: powers[length])
        let (sum, carry) = product.low.addingReportingOverflow(value)
        high = high &* powers[length] &+ product.high &+ (carry ? 1 : 0)
        low = sum
      }
      place += length
      if length < 8 { return (count, UInt256(low, high, 0, 0)) }
    }
  }

  /// How many digits stand at a place, at most eight, and their value.
  @inline(__always)
  private func upToEightDigits(
    _ place: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
  ) -> (Int, UInt64) {
    guard end - place >= 8 else {
      var (length, value): (Int, UInt64) = (0, 0)
      while length < end - place, place[length] &- 0x30 < 10 {
        value = value * 10 + UInt64(place[length] &- 0x30)
        length += 1
      }
      return (length, value)
    }
    // Eight bytes at once: digits become 0 … 9, and whatever is more than that has its top bit set
    // by the addition. A carry only reaches bytes after the first that is no digit.
    let text = UInt64(littleEndian: UnsafeRawPointer(place).loadUnaligned(as: UInt64.self))
    let values = text ^ 0x3030_3030_3030_3030
    let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
    guard others & 0x80 == 0 else { return (0, 0) }
    let length = others == 0 ? 8 : others.trailingZeroBitCount / 8
    // Zeros before the digits, then pairs, fours and eights are put together.
    let padded = values &<< UInt64(8 * (8 - length))
    let pairs = padded &* 10 &+ padded &>> 8
    let upper = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
    let lower = (pairs &>> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
    return (length, (upper &+ lower) &>> 32)
  }
}

/// Eight hexadecimal digits, the first one in the lowest byte, looked at all at once.
private struct HexDigits {
  /// Not zero where a byte is no hexadecimal digit.
  let wrong: UInt64
  /// A bit per byte, 0x20, for letters in upper and in lower case.
  let upper: UInt64
  let lower: UInt64
  /// The number, 32 bits; of no use where `wrong` is not zero.
  let value: UInt64

  @inline(__always)
  init(_ text: UInt64) {
    let tops: UInt64 = 0x8080_8080_8080_8080
    let small = text | 0x2020_2020_2020_2020
    // Bytes below 0x80 plus 0x80 − n have their top bit set from n on. Larger ones are neither
    // digit nor letter: both additions set the bit, or none does.
    let isDigit = (text &+ 0x5050_5050_5050_5050) & ~(text &+ 0x4646_4646_4646_4646)
    let isLetter = (small &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(small &+ 0x1919_1919_1919_1919)
    wrong = ~(isDigit | isLetter) & tops
    let letters = (isLetter & tops) &>> 2
    lower = letters & text
    upper = letters & ~text
    let nibbles = (text & 0x0F0F_0F0F_0F0F_0F0F) &+ (letters &>> 5) &* 9
    let bytes = (nibbles & 0x000F_000F_000F_000F) &<< 4 | (nibbles &>> 8) & 0x000F_000F_000F_000F
    let halves = (bytes | bytes &>> 8) & 0x0000_FFFF_0000_FFFF
    value = UInt64(UInt32(truncatingIfNeeded: halves | halves &>> 16).byteSwapped)
  }
}

/// Addresses in mixed case, whose EIP-55 checksums are hashed together.
struct ChecksumBatch {
  private static let size = 256
  private var lowered: [UInt8] = []
  private var texts: [UnsafePointer<UInt8>] = []

  init() {}

  /// Takes the 40 digits of an address; they stay where they are until `hold` has been asked.
  ///
  /// - Returns: false where a checksum of those that were waiting is wrong.
  mutating func add(_ digits: UnsafePointer<UInt8>) -> Bool {
    if texts.isEmpty {
      lowered.reserveCapacity(40 * Self.size)
      texts.reserveCapacity(Self.size)
    }
    // Digits have this bit already, letters have it in lower case.
    for place in 0..<40 { lowered.append(digits[place] | 0x20) }
    texts.append(digits)
    return texts.count < Self.size || hold()
  }

  /// True where every checksum since the last call is right.
  mutating func hold() -> Bool {
    guard !texts.isEmpty else { return true }
    defer {
      lowered.removeAll(keepingCapacity: true)
      texts.removeAll(keepingCapacity: true)
    }
    let hashes = KeccakBackend.best.hashRows(lowered, rowLength: 40)
    for (hash, text) in zip(hashes, texts) {
      let digits = UnsafeRawPointer(text)
      for part in 0..<5 {
        let word = [hash.word0, hash.word1, hash.word2][part / 2]
        let nibbles = part % 2 == 0 ? word &>> 32 : word & 0xFFFF_FFFF
        let found = UInt64(
          littleEndian: digits.loadUnaligned(fromByteOffset: 8 * part, as: UInt64.self))
        guard found == Self.checksummed(found, nibbles) else { return false }
      }
    }
    return true
  }

  /// Eight digits with capitals where the hash's 32 bits, the first nibble highest, say so.
  @inline(__always)
  private static func checksummed(_ text: UInt64, _ hash: UInt64) -> UInt64 {
    let small = text | 0x2020_2020_2020_2020
    let halves = UInt64(UInt32(truncatingIfNeeded: hash).byteSwapped)
    let spread = (halves | halves &<< 16) & 0x0000_FFFF_0000_FFFF
    let bytes = (spread | spread &<< 8) & 0x00FF_00FF_00FF_00FF
    let nibbles = (bytes &>> 4) & 0x000F_000F_000F_000F | (bytes & 0x000F_000F_000F_000F) &<< 8
    let capitals = (nibbles & 0x0808_0808_0808_0808) &<< 2
    let letters = (small & 0x4040_4040_4040_4040) &>> 1
    return small & ~(capitals & letters)
  }
}
