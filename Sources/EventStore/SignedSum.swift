import EthereumPrimitives

/// A sum of amounts that are added and taken off, in two's complement of 320 bits: whole, in any
/// order, for as many as there can be.
struct SignedSum: Sendable, Equatable {
  private var low = UInt256.zero
  private var high: Int64 = 0

  static let zero = SignedSum()

  var isZero: Bool { low.isZero && high == 0 }
  var isNegative: Bool { high < 0 }

  mutating func change(by amount: UInt256, isTaken: Bool) {
    if isTaken {
      let (difference, borrow) = low.subtractingReportingOverflow(amount)
      (low, high) = (difference, borrow ? high &- 1 : high)
    } else {
      let (sum, carry) = low.addingReportingOverflow(amount)
      (low, high) = (sum, carry ? high &+ 1 : high)
    }
  }

  /// How far it is from 0; nil where that is 2²⁵⁶ or more.
  var magnitude: UInt256? {
    guard isNegative else { return high == 0 ? low : nil }
    return high == -1 && !low.isZero ? UInt256.zero &- low : nil
  }
}
