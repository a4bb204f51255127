import EthereumPrimitives

/// A quantity of one token in its base units: the smallest unit that the contract counts.
///
/// Range 0 ... 2²⁵⁶ − 1. Which token it belongs to is known by where it stands.
public struct Amount: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let baseUnits: UInt256

  public static let zero = Amount(UInt256.zero)

  public init(_ baseUnits: UInt256) {
    self.baseUnits = baseUnits
  }

  public static func < (left: Amount, right: Amount) -> Bool {
    left.baseUnits < right.baseUnits
  }

  /// The base units in decimal digits.
  public var description: String { baseUnits.decimal }
}

/// An account's claim on a budget, in units that mean nothing outside its program.
///
/// Range 0 ... 2²⁵⁶ − 1.
public struct Weight: Sendable, Hashable, Comparable, CustomStringConvertible {
  public let value: UInt256

  public init(_ value: UInt256) {
    self.value = value
  }

  public static func < (left: Weight, right: Weight) -> Bool {
    left.value < right.value
  }

  public var description: String { value.decimal }
}

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
public struct Timestamp: Sendable, Hashable, Comparable {
  public let seconds: UInt64

  public init(_ seconds: UInt64) {
    self.seconds = seconds
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.seconds < right.seconds
  }
}

/// The number of an epoch, counted from 0.
public struct EpochIndex: Sendable, Hashable, Comparable {
  public let number: UInt32

  public init(_ number: UInt32) {
    self.number = number
  }

  public static func < (left: EpochIndex, right: EpochIndex) -> Bool {
    left.number < right.number
  }
}

/// An exact part of a whole, 0 ... 1, in billionths.
///
/// A percentage with up to seven decimal places is exact: 12.5 % is 125 000 000 billionths.
public struct Share: Sendable, Hashable, Comparable {
  /// 0 ... 1 000 000 000.
  public let billionths: UInt64

  public static let whole = Share(billionths: 1_000_000_000)
  public static let none = Share(billionths: 0)

  /// Clamps nothing: the caller has checked `billionths <= 1_000_000_000`.
  public init(billionths: UInt64) {
    precondition(billionths <= 1_000_000_000, "a share is at most the whole")
    self.billionths = billionths
  }

  public static func < (left: Share, right: Share) -> Bool {
    left.billionths < right.billionths
  }
}
