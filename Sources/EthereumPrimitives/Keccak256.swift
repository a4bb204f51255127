/// Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the original padding byte 0x01.
///
/// Source: "The Keccak reference", version 3.0; Ethereum Yellow Paper, appendix on functions.
public struct Keccak256: Sendable {
  /// 136 bytes are taken in per permutation.
  private static let rate = 136
  private static let rateWords = 17

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
    guard position % 8 == 0, position + 32 <= Self.rate else { return update(bytes.bytes) }
    let word = position / 8
    state[word] ^= bytes.word0.byteSwapped
    state[word + 1] ^= bytes.word1.byteSwapped
    state[word + 2] ^= bytes.word2.byteSwapped
    state[word + 3] ^= bytes.word3.byteSwapped
    advance(32)
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
  private mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    var index = 0
    while index < bytes.count {
      if position % 8 == 0, bytes.count - index >= 8 {
        let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self)
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

  /// The lanes in the order in which ρ and π move them, starting from lane 1.
  private static let piLanes: [24 of Int] = [
    10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1,
  ]

  /// The rotation that ρ gives to each lane of that order.
  private static let rhoOffsets: [24 of UInt64] = [
    1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44,
  ]

  private mutating func permute() {
    var a = state
    for round in 0..<24 {
      // θ: every lane takes in the parity of two columns.
      let c0 = a[0] ^ a[5] ^ a[10] ^ a[15] ^ a[20]
      let c1 = a[1] ^ a[6] ^ a[11] ^ a[16] ^ a[21]
      let c2 = a[2] ^ a[7] ^ a[12] ^ a[17] ^ a[22]
      let c3 = a[3] ^ a[8] ^ a[13] ^ a[18] ^ a[23]
      let c4 = a[4] ^ a[9] ^ a[14] ^ a[19] ^ a[24]
      let d: [5 of UInt64] = [
        c4 ^ Self.rotate(c1, 1), c0 ^ Self.rotate(c2, 1), c1 ^ Self.rotate(c3, 1),
        c2 ^ Self.rotate(c4, 1), c3 ^ Self.rotate(c0, 1),
      ]
      for row in stride(from: 0, to: 25, by: 5) {
        for column in 0..<5 { a[row + column] ^= d[column] }
      }
      // ρ and π: rotate each lane and move it.
      var moving = a[1]
      for step in 0..<24 {
        let lane = Self.piLanes[step]
        let next = a[lane]
        a[lane] = Self.rotate(moving, Self.rhoOffsets[step])
        moving = next
      }
      // χ: the only step that is not linear, along rows.
      for row in stride(from: 0, to: 25, by: 5) {
        let r0 = a[row], r1 = a[row + 1], r2 = a[row + 2], r3 = a[row + 3], r4 = a[row + 4]
        a[row] = r0 ^ (~r1 & r2)
        a[row + 1] = r1 ^ (~r2 & r3)
        a[row + 2] = r2 ^ (~r3 & r4)
        a[row + 3] = r3 ^ (~r4 & r0)
        a[row + 4] = r4 ^ (~r0 & r1)
      }
      // ι: breaks the symmetry of the rounds.
      a[0] ^= Self.roundConstants[round]
    }
    state = a
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
