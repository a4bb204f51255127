/// Puts things in order by a number that leads them, such as the first eight bytes of an address.
public enum AscendingOrder {
  private struct Entry {
    let key: UInt64
    let place: UInt32
  }

  private static let digitBits = 11
  /// Fewer things than this are compared with each other.
  private static let smallest = 1024

  /// The places of things in ascending order.
  ///
  /// Digit by digit, the lowest first, and then what has the same key is compared: as long as few
  /// keys are the same, the time is linear.
  ///
  /// - Parameters:
  ///   - keys: one per thing, fewer than 2³²; the lower key comes first.
  ///   - precedes: decides about two things with the same key, by their places.
  public static func places(by keys: [UInt64], _ precedes: (Int, Int) -> Bool) -> [Int] {
    func isBefore(_ left: Int, _ right: Int) -> Bool {
      keys[left] == keys[right] ? precedes(left, right) : keys[left] < keys[right]
    }
    let order = Array(keys.indices)
    let isAscending = order.dropFirst().allSatisfy { !isBefore($0, $0 - 1) }
    if isAscending { return order }
    guard keys.count >= smallest else { return order.sorted(by: isBefore) }
    precondition(keys.count <= UInt32.max, "places are numbered with 32 bits")
    var entries = keys.enumerated().map {
      Entry(key: $0.element, place: UInt32(truncatingIfNeeded: $0.offset))
    }
    var other = entries
    for shift in stride(from: 0, to: UInt64.bitWidth, by: digitBits) {
      if sort(entries, byDigitAt: UInt64(shift), into: &other) { swap(&entries, &other) }
    }
    sortEqual(&entries, precedes)
    return entries.map { Int($0.place) }
  }

  /// The places of numbers, the largest first, equal ones in their order.
  public static func descending(_ numbers: [UInt256]) -> [Int] {
    let bits = numbers.reduce(0) { max($0, $1.bitWidthUsed) }
    let shift = max(0, bits - UInt64.bitWidth)
    return places(by: numbers.map { ~($0 >> shift).limb0 }) { left, right in
      numbers[left] == numbers[right] ? left < right : numbers[left] > numbers[right]
    }
  }

  /// Keeps the order of entries whose digit is the same; false, and nothing done, where all have
  /// the same one.
  private static func sort(
    _ entries: [Entry], byDigitAt shift: UInt64, into sorted: inout [Entry]
  ) -> Bool {
    let mask = UInt64(1 << digitBits - 1)
    var places = [Int](repeating: 0, count: 1 << digitBits)
    for entry in entries { places[Int(entry.key &>> shift & mask)] += 1 }
    if places.contains(entries.count) { return false }
    var next = 0
    for digit in places.indices { (places[digit], next) = (next, next + places[digit]) }
    for entry in entries {
      let digit = Int(entry.key &>> shift & mask)
      sorted[places[digit]] = entry
      places[digit] += 1
    }
    return true
  }

  private static func sortEqual(_ entries: inout [Entry], _ precedes: (Int, Int) -> Bool) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      if end - start > 1 {
        entries[start..<end].sort { precedes(Int($0.place), Int($1.place)) }
      }
      start = end
    }
  }
}
