/// A sum of amounts that are added and taken off, in any order, exact for 2⁶² of them.
public struct SignedSum: Sendable, Equatable {
  /// Two's complement in 320 bits: the lower 256, and the rest.
  @usableFromInline var low = UInt256.zero
  @usableFromInline var high: Int64 = 0

  @inlinable
  public init() {}

  @inlinable
  public mutating func add(_ amount: UInt256, isTaken: Bool) {
    let (rest, overflow) =
      isTaken
      ? low.subtractingReportingOverflow(amount) : low.addingReportingOverflow(amount)
    low = rest
    if overflow { high &+= isTaken ? -1 : 1 }
  }

  @inlinable
  public var isZero: Bool { low.isZero && high == 0 }

  /// nil for 2²⁵⁶ or more, added or taken off.
  public var value: (amount: UInt256, isTaken: Bool)? {
    switch high {
    case 0: (low, false)
    case -1 where !low.isZero: (UInt256.zero &- low, true)
    default: nil
    }
  }
}
