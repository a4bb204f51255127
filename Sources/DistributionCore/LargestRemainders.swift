import EthereumPrimitives

/// Who receives the units that are left: the largest remainders, ties by place, which is address.
enum LargestRemainders {
  /// The places of so many of the largest, in no order.
  ///
  /// Digit by digit from the highest: whoever has a larger digit than the last one that is chosen
  /// is chosen, and only those with that digit are looked at again. Time is linear, whatever the
  /// numbers are.
  static func places(in remainders: [UInt256], count: Int) -> [Int] {
    precondition(count <= remainders.count, "as many as there are")
    var chosen: [Int] = []
    guard count > 0 else { return chosen }
    chosen.reserveCapacity(count)
    var candidates = Array(remainders.indices)
    for digit in (0..<digits).reversed() where candidates.count > count - chosen.count {
      let wanted = count - chosen.count
      var counts = [Int](repeating: 0, count: 1 << digitBits)
      for place in candidates { counts[value(of: remainders[place], at: digit)] += 1 }
      var last = counts.count - 1
      var above = 0
      while above + counts[last] < wanted {
        above += counts[last]
        last -= 1
      }
      guard counts[last] < candidates.count else { continue }
      var equal: [Int] = []
      equal.reserveCapacity(counts[last])
      for place in candidates {
        let value = value(of: remainders[place], at: digit)
        if value > last { chosen.append(place) } else if value == last { equal.append(place) }
      }
      candidates = equal
    }
    chosen += candidates.prefix(count - chosen.count)
    return chosen
  }

  private static let digitBits = 8
  private static let digits = 256 / digitBits

  @inline(__always)
  private static func value(of number: UInt256, at digit: Int) -> Int {
    let limb = number.limbs[digit * digitBits / 64]
    let shift = UInt64(digit * digitBits % 64)
    return Int(truncatingIfNeeded: limb &>> shift & (1 << UInt64(digitBits) - 1))
  }
}
