/// Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the original padding byte 0x01.
///
/// Source: "The Keccak reference", version 3.0; Ethereum Yellow Paper, appendix on functions.
public struct Keccak256: Sendable {
  /// 136 bytes are taken in per permutation.
  private static let rate = 136

  private var state = [25 of UInt64](repeating: 0)
  /// How many bytes of the current block have been taken in, 0 ..< 136.
  private var position = 0

  public init() {}

  /// Takes in bytes.
  public mutating func update(_ bytes: [UInt8]) {
    update(bytes[...])
  }

  /// Takes in bytes.
  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBufferPointer { update($0) }
  }

  /// Takes in 32 bytes.
  public mutating func update(_ bytes: Bytes32) {
    absorb(bytes.word0.byteSwapped, count: 8)
    absorb(bytes.word1.byteSwapped, count: 8)
    absorb(bytes.word2.byteSwapped, count: 8)
    absorb(bytes.word3.byteSwapped, count: 8)
  }

  /// Takes in the 20 bytes of an address.
  public mutating func update(_ address: Address) {
    absorb(address.word0.byteSwapped, count: 8)
    absorb(address.word1.byteSwapped, count: 8)
    absorb(UInt64(address.word2.byteSwapped), count: 4)
  }

  /// The hash of what was taken in; the value itself can go on taking in.
  public func finalize() -> Bytes32 {
    var last = self
    last.absorb(0x01, at: last.position)
    last.absorb(0x80, at: Self.rate - 1)
    last.permute()
    return Bytes32(
      last.state[0].byteSwapped, last.state[1].byteSwapped, last.state[2].byteSwapped,
      last.state[3].byteSwapped)
  }

  // Unsafe only to scan whole words: every index is below `bytes.count`.
  mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < bytes.count {
      if position % 8 == 0, bytes.count - index >= 8 {
        let raw = UnsafeRawBufferPointer(bytes)
        let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        state[position / 8] ^= UInt64(littleEndian: word)
        index += 8
        advance(8)
      } else {
        absorb(bytes[index], at: position)
        index += 1
        advance(1)
      }
    }
  }

  /// Takes in the low `count` bytes of a little-endian word, the others being zero.
  private mutating func absorb(_ word: UInt64, count: Int) {
    let offset = position % 8
    let fitting = min(count, 8 - offset)
    state[position / 8] ^= word << UInt64(8 * offset)
    advance(fitting)
    guard fitting < count else { return }
    state[position / 8] ^= word >> UInt64(8 * fitting)
    advance(count - fitting)
  }

  private mutating func absorb(_ byte: UInt8, at place: Int) {
    state[place / 8] ^= UInt64(byte) << UInt64(place % 8 * 8)
  }

  private mutating func advance(_ count: Int) {
    position += count
    if position == Self.rate {
      permute()
      position = 0
    }
  }

  // MARK: The permutation Keccak-f[1600]

  private static let roundConstants: [24 of UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
    0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]

  private mutating func permute() {
    var a = state
    for round in 0..<24 {
      Self.mixColumns(&a)
      let b = Self.rotatedAndMoved(a)
      Self.mixRow(&a, b, 0)
      Self.mixRow(&a, b, 5)
      Self.mixRow(&a, b, 10)
      Self.mixRow(&a, b, 15)
      Self.mixRow(&a, b, 20)
      // ι: breaks the symmetry of the rounds.
      a[0] ^= Self.roundConstants[round]
    }
    state = a
  }

  /// θ: every lane takes in the parity of two columns.
  @inline(__always)
  private static func mixColumns(_ a: inout [25 of UInt64]) {
    let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
    let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
    let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
    let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
    let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
    addToColumn(&a, 0, c4 ^ rotate(c1, 1))
    addToColumn(&a, 1, c0 ^ rotate(c2, 1))
    addToColumn(&a, 2, c1 ^ rotate(c3, 1))
    addToColumn(&a, 3, c2 ^ rotate(c4, 1))
    addToColumn(&a, 4, c3 ^ rotate(c0, 1))
  }

  @inline(__always)
  private static func addToColumn(_ a: inout [25 of UInt64], _ column: Int, _ word: UInt64) {
    a[column] ^= word
    a[column + 5] ^= word
    a[column + 10] ^= word
    a[column + 15] ^= word
    a[column + 20] ^= word
  }

  /// ρ and π: each lane is rotated and moved to another place; written out, lane 0 first.
  @inline(__always)
  private static func rotatedAndMoved(_ a: [25 of UInt64]) -> [25 of UInt64] {
    [
      a[0], rotate(a[6], 44), rotate(a[12], 43), rotate(a[18], 21), rotate(a[24], 14),
      rotate(a[3], 28), rotate(a[9], 20), rotate(a[10], 3), rotate(a[16], 45), rotate(a[22], 61),
      rotate(a[1], 1), rotate(a[7], 6), rotate(a[13], 25), rotate(a[19], 8), rotate(a[20], 18),
      rotate(a[4], 27), rotate(a[5], 36), rotate(a[11], 10), rotate(a[17], 15),
      rotate(a[23], 56), rotate(a[2], 62), rotate(a[8], 55), rotate(a[14], 39),
      rotate(a[15], 41), rotate(a[21], 2),
    ]
  }

  /// χ: the only step that is not linear, along one row.
  @inline(__always)
  private static func mixRow(_ a: inout [25 of UInt64], _ b: [25 of UInt64], _ row: Int) {
    a[row] = b[row] ^ (~b[row + 1] & b[row + 2])
    a[row + 1] = b[row + 1] ^ (~b[row + 2] & b[row + 3])
    a[row + 2] = b[row + 2] ^ (~b[row + 3] & b[row + 4])
    a[row + 3] = b[row + 3] ^ (~b[row + 4] & b[row])
    a[row + 4] = b[row + 4] ^ (~b[row] & b[row + 1])
  }

  @inline(__always)
  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word &<< count | word &>> (64 &- count)
  }
}

extension Keccak256 {
  /// The hash of bytes.
  public static func hash(_ bytes: [UInt8]) -> Bytes32 {
    hash(bytes[...])
  }

  /// The hash of bytes.
  public static func hash(_ bytes: ArraySlice<UInt8>) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(bytes)
    return sponge.finalize()
  }

  /// The hash of bytes.
  public static func hash(_ bytes: UnsafeRawBufferPointer) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(bytes.assumingMemoryBound(to: UInt8.self))
    return sponge.finalize()
  }

  /// The hash of the text's UTF-8 bytes.
  public static func hash(utf8 text: String) -> Bytes32 {
    hash(Array(text.utf8))
  }

  /// The hash of 32 bytes.
  public static func hash(_ bytes: Bytes32) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(bytes)
    return sponge.finalize()
  }

  /// The hash of 64 bytes: an inner node of a Merkle tree.
  public static func hash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
    var sponge = Keccak256()
    sponge.update(left)
    sponge.update(right)
    return sponge.finalize()
  }
}
