import EthereumPrimitives

/// Who receives the units that are left: the largest remainders.
struct LargestRemainders {
  /// The places that are chosen whatever decides ties, in no order.
  private(set) var chosen: [Int] = []
  /// The places with equal remainders, ascending, of which so many more are to be chosen.
  private(set) var equal: [Int] = []
  private(set) var missing = 0

  /// Digit by digit from the highest bit of any: whoever has a larger digit than the last one that
  /// is chosen is chosen, and only those with that digit are looked at again. Time is linear,
  /// whatever the numbers are.
  init(_ remainders: [UInt256], count: Int) {
    precondition(count <= remainders.count, "as many as there are")
    guard count > 0 else { return }
    var largest = UInt256.zero
    for remainder in remainders where remainder > largest { largest = remainder }
    var bits = max(0, largest.bitWidthUsed - Self.digitBits)
    equal = choose(from: remainders.indices, remainders, above: bits, count: count)
    while bits > 0, equal.count > count - chosen.count {
      bits = max(0, bits - Self.digitBits)
      equal = choose(from: equal, remainders, above: bits, count: count)
    }
    missing = count - chosen.count
  }

  /// Chooses those whose digit above a number of bits is larger than that of the last one.
  ///
  /// - Returns: those with the same digit.
  private mutating func choose(
    from places: some Collection<Int>, _ remainders: [UInt256], above bits: Int, count: Int
  ) -> [Int] {
    let wanted = count - chosen.count
    var counts = [Int](repeating: 0, count: 1 << Self.digitBits)
    for place in places { counts[Self.digit(of: remainders[place], above: bits)] += 1 }
    var last = counts.count - 1
    var above = 0
    while above + counts[last] < wanted {
      above += counts[last]
      last -= 1
    }
    var equal: [Int] = []
    equal.reserveCapacity(counts[last])
    chosen.reserveCapacity(count)
    for place in places {
      let digit = Self.digit(of: remainders[place], above: bits)
      if digit > last { chosen.append(place) } else if digit == last { equal.append(place) }
    }
    return equal
  }

  /// The places that are chosen where the lower of two equal ones is.
  var places: [Int] { chosen + equal.prefix(missing) }

  private static let digitBits = 11

  /// The bits of a number from a place on; at the lowest place some may have been looked at before,
  /// and are the same in all that are left.
  @inline(__always)
  private static func digit(of number: UInt256, above bits: Int) -> Int {
    let limbs = number.limbs
    let (limb, shift) = (bits / 64, UInt64(bits % 64))
    let next = limb < 3 && shift > 0 ? limbs[limb + 1] &<< (64 - shift) : 0
    return Int(truncatingIfNeeded: (limbs[limb] &>> shift | next) & (1 << UInt64(digitBits) - 1))
  }
}
