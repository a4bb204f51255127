/// Whole numbers as 64-bit limbs, the least significant first, modulo 2 to the power of their bits.
///
/// Counts are part of the types, so that every loop has a known length.
extension InlineArray where Element == UInt64 {
  /// Adds a number of the same or a smaller width; true where the sum reached the modulus.
  @inline(__always)
  mutating func add<let width: Int>(_ other: [width of UInt64]) -> Bool {
    var carry: UInt64 = 0
    for index in 0..<count {
      let addend = index < width ? other[index] : 0
      let (sum, first) = self[index].addingReportingOverflow(addend)
      let (total, second) = sum.addingReportingOverflow(carry)
      self[index] = total
      carry = first || second ? 1 : 0
    }
    return carry != 0
  }

  /// Subtracts a number of the same or a smaller width; true where the rest fell below 0.
  @inline(__always)
  mutating func subtract<let width: Int>(_ other: [width of UInt64]) -> Bool {
    var borrow: UInt64 = 0
    for index in 0..<count {
      let subtrahend = index < width ? other[index] : 0
      let (rest, first) = self[index].subtractingReportingOverflow(subtrahend)
      let (total, second) = rest.subtractingReportingOverflow(borrow)
      self[index] = total
      borrow = first || second ? 1 : 0
    }
    return borrow != 0
  }

  /// The product of two numbers.
  @inline(__always)
  init<let left: Int, let right: Int>(
    product factor: [left of UInt64], _ other: [right of UInt64]
  ) {
    self.init(repeating: 0)
    for i in 0..<left where i < count {
      var carry: UInt64 = 0
      for j in 0..<Swift.min(right, count - i) {
        let (high, low) = factor[i].multipliedFullWidth(by: other[j])
        let (sum, first) = self[i + j].addingReportingOverflow(low)
        let (total, second) = sum.addingReportingOverflow(carry)
        self[i + j] = total
        // high ≤ 2⁶⁴ − 2, and both carries can only come where it is smaller still.
        carry = high &+ (first ? 1 : 0) &+ (second ? 1 : 0)
      }
      // No row before this one came so far.
      if i + right < count { self[i + right] = carry }
    }
  }

  /// The product of two numbers, without as many of its lowest limbs as the first one has.
  @inline(__always)
  init<let width: Int>(highPartOfProduct factor: [width of UInt64], _ other: Self) {
    // Row by row; the lowest limb of each sum is one of those, and is dropped.
    self.init(repeating: 0)
    for i in 0..<width {
      var carry: UInt64 = 0
      for j in 0..<count {
        let (high, low) = factor[i].multipliedFullWidth(by: other[j])
        let (sum, first) = self[j].addingReportingOverflow(low)
        let (total, second) = sum.addingReportingOverflow(carry)
        if j > 0 { self[j - 1] = total }
        carry = high &+ (first ? 1 : 0) &+ (second ? 1 : 0)
      }
      self[count - 1] = carry
    }
  }

  /// The low limbs of a number, or all of them and zeros.
  @inline(__always)
  init<let width: Int>(truncatingOrExtending other: [width of UInt64]) {
    self.init(repeating: 0)
    for index in 0..<Swift.min(count, width) { self[index] = other[index] }
  }

  /// True where the limbs from a place on are 0.
  @inline(__always)
  func isZero(from start: Int) -> Bool {
    var bits: UInt64 = 0
    for index in start..<Swift.max(start, count) { bits |= self[index] }
    return bits == 0
  }
}
