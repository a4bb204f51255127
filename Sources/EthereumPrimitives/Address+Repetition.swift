extension Address {
  /// The first row of a list whose account stood in a row before it, and that earlier row.
  public struct Repetition: Sendable, Hashable {
    public let first: Int
    public let again: Int
  }

  /// Looks for an account that stands twice; nil where each stands once.
  ///
  /// Two passes: a table of bits, one per account's hash, names the few rows that may repeat one;
  /// then only those are compared. Time is linear, whatever the accounts are.
  public static func firstRepetition(
    in accounts: [Address], threads: Int = 1
  ) -> Repetition? {
    // At most sixteen: each of them looks at all accounts.
    let parts = threads > 1 && accounts.count >= 1 << 14 ? min(threads, 16) : 1
    // 32 to 64 bits per account: of a hundred rows two or so are suspected without reason.
    let share = (accounts.count + parts - 1) / parts
    let bits = max(12, min(31, Int.bitWidth - share.leadingZeroBitCount + 5))
    var suspects = [[Int32]](repeating: [], count: parts)
    suspects.withUnsafeMutableBufferPointer { suspects in
      let found = SharedBuffer(suspects)
      Parallel.forEach(of: parts, threads: threads) { part in
        found.elements[part] = suspected(accounts, bits: bits, part: part, of: parts)
      }
    }
    let again = suspects.joined().sorted()
    guard !again.isEmpty else { return nil }
    return confirmed(again.map(Int.init), in: accounts)
  }

  /// Rows whose bit was set before, of the accounts of one part.
  private static func suspected(
    _ accounts: [Address], bits: Int, part: Int, of parts: Int
  ) -> [Int32] {
    var table = [UInt64](repeating: 0, count: (1 << bits) / 64)
    var found: [Int32] = []
    let shift = UInt64(64 - bits)
    for row in accounts.indices {
      let hash = accounts[row].mixed
      // The lower half of the hash, as a fraction of 2³², chooses the part.
      guard parts == 1 || ((hash & 0xFFFF_FFFF) &* UInt64(parts)) &>> 32 == part else { continue }
      let place = Int(truncatingIfNeeded: hash &>> shift)
      let bit = UInt64(1) &<< UInt64(place & 63)
      if table[place &>> 6] & bit != 0 { found.append(Int32(row)) }
      table[place &>> 6] |= bit
    }
    return found
  }

  /// The first of the suspected rows whose account really stood before.
  private static func confirmed(_ suspects: [Int], in accounts: [Address]) -> Repetition? {
    var firstRow: [Address: Int] = [:]
    var filter = [UInt64](repeating: 0, count: 1 << 12)
    func place(_ account: Address) -> (word: Int, bit: UInt64) {
      let place = Int(truncatingIfNeeded: account.mixed & 0x3FFFF)
      return (place >> 6, 1 << UInt64(place & 63))
    }
    for row in suspects {
      firstRow[accounts[row]] = .max
      let (word, bit) = place(accounts[row])
      filter[word] |= bit
    }
    for row in accounts.indices {
      let (word, bit) = place(accounts[row])
      guard filter[word] & bit != 0, let known = firstRow[accounts[row]] else { continue }
      if known < row { return Repetition(first: known, again: row) }
      firstRow[accounts[row]] = row
    }
    return nil
  }

  /// Its words mixed into one, so that accounts that look alike do not share a place.
  @inline(__always)
  private var mixed: UInt64 {
    let product = (word0 ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: word1 ^ (UInt64(word2) &* 0xD6E8_FEB8_6659_FD93) ^ 0xA076_1D64_78BD_642F)
    let folded = product.high ^ product.low ^ UInt64(word2)
    return (folded ^ folded &>> 32) &* 0xE703_7ED1_A0B4_28DB
  }
}
