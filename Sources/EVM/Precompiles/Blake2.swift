/// The compression function F of BLAKE2b, with any number of rounds.
///
/// Source: EIP-152, https://eips.ethereum.org/EIPS/eip-152; RFC 7693, section 3.2.
enum Blake2 {
  /// Rounds (4 bytes, big-endian), state (64), message block (128), counter (16), last-block flag.
  private static let byteCount = 213

  /// One per round.
  static func price(of input: PrecompileInput) -> UInt64 {
    (0..<4).reduce(0) { $0 << 8 | UInt64(input[$1]) }
  }

  /// The new state; nil where the input has another length or a flag other than 0 and 1.
  static func output(for input: PrecompileInput) -> [UInt8]? {
    guard input.count == byteCount, input[212] <= 1 else { return nil }
    func word(_ start: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(input[start + $1]) << UInt64(8 * $1) }
    }
    let state = [8 of UInt64] { word(4 + 8 * $0) }
    let block = [16 of UInt64] { word(68 + 8 * $0) }
    var work = [16 of UInt64] { $0 < 8 ? state[$0] : initialState[$0 - 8] }
    work[12] ^= word(196)
    work[13] ^= word(204)
    if input[212] == 1 { work[14] = ~work[14] }
    for round in 0..<price(of: input) { mix(&work, block, order[Int(round % 10)]) }
    return (0..<8).flatMap { index in
      let result = state[index] ^ work[index] ^ work[index + 8]
      return (0..<8).map { UInt8(truncatingIfNeeded: result >> UInt64(8 * $0)) }
    }
  }

  /// One round: columns, then diagonals.
  private static func mix(
    _ v: inout [16 of UInt64], _ m: [16 of UInt64], _ s: [16 of Int]
  ) {
    quarter(&v, 0, 4, 8, 12, m[s[0]], m[s[1]])
    quarter(&v, 1, 5, 9, 13, m[s[2]], m[s[3]])
    quarter(&v, 2, 6, 10, 14, m[s[4]], m[s[5]])
    quarter(&v, 3, 7, 11, 15, m[s[6]], m[s[7]])
    quarter(&v, 0, 5, 10, 15, m[s[8]], m[s[9]])
    quarter(&v, 1, 6, 11, 12, m[s[10]], m[s[11]])
    quarter(&v, 2, 7, 8, 13, m[s[12]], m[s[13]])
    quarter(&v, 3, 4, 9, 14, m[s[14]], m[s[15]])
  }

  /// The function G of RFC 7693, section 3.1.
  @inline(__always)
  private static func quarter(
    _ v: inout [16 of UInt64], _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt64, _ y: UInt64
  ) {
    v[a] = v[a] &+ v[b] &+ x
    v[d] = rotate(v[d] ^ v[a], right: 32)
    v[c] = v[c] &+ v[d]
    v[b] = rotate(v[b] ^ v[c], right: 24)
    v[a] = v[a] &+ v[b] &+ y
    v[d] = rotate(v[d] ^ v[a], right: 16)
    v[c] = v[c] &+ v[d]
    v[b] = rotate(v[b] ^ v[c], right: 63)
  }

  private static func rotate(_ word: UInt64, right count: UInt64) -> UInt64 {
    word &>> count | word &<< (64 - count)
  }

  private static let initialState: [8 of UInt64] = [
    0x6A09_E667_F3BC_C908, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1,
    0x510E_527F_ADE6_82D1, 0x9B05_688C_2B3E_6C1F, 0x1F83_D9AB_FB41_BD6B, 0x5BE0_CD19_137E_2179,
  ]

  /// Which words of the block each of ten rounds takes, one after the other; RFC 7693, section 2.7.
  private static let order: [10 of [16 of Int]] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
  ]
}
