import EthereumPrimitives

/// What bounds a holder's part of a budget, and the unit that it is paid in.
///
/// `docs/reference/law.md`, section 10, says what becomes of them.
public struct Shaping: Sendable, Hashable {
  /// An amount, or a part of the epoch's budget.
  public enum Bound: Sendable, Hashable {
    case amount(Amount)
    case share(Share)
  }

  /// The most that one holder receives.
  public enum Cap: Sendable, Hashable {
    case bound(Bound)
    /// An amount for each account.
    case computed(Expression)
  }

  /// Who has a cap and a floor.
  public enum Holder: String, Sendable, Hashable, CaseIterable {
    /// Every account on its own.
    case account
    /// The accounts of one of the plan's clusters together.
    case cluster
  }

  /// What becomes of those who would get less than the floor.
  public enum BelowFloor: String, Sendable, Hashable, CaseIterable {
    /// They get nothing, and the others share what they leave.
    case leave
    /// They get the floor.
    case raise
  }

  public let cap: Cap?
  public let holder: Holder
  public let floor: Bound?
  public let belowFloor: BelowFloor
  /// Amounts are whole multiples of it; at least one base unit.
  public let unit: Amount

  public static let none = Shaping()

  public init(
    cap: Cap? = nil, holder: Holder = .account, floor: Bound? = nil,
    belowFloor: BelowFloor = .leave, unit: Amount = Amount(1)
  ) {
    self.cap = cap
    self.holder = holder
    self.floor = floor
    self.belowFloor = belowFloor
    self.unit = unit
  }

  /// The expression that gives each account's cap.
  public var capExpression: Expression? {
    if case .computed(let expression)? = cap { expression } else { nil }
  }
}

/// Where the level of a split within caps and floors stopped: section 10 of the law.
public struct SplitLevel: Sendable, Hashable {
  /// What those share that no bound holds, in units.
  public let shared: UInt256
  /// The sum of their weights; 0 where a bound holds everybody.
  public let weight: UInt256

  public init(shared: UInt256, weight: UInt256) {
    self.shared = shared
    self.weight = weight
  }
}

/// The levels of a split: that at which some may leave, and that of those who stay.
public struct SplitLevels: Sendable, Hashable {
  public let first: SplitLevel
  public let final: SplitLevel

  public init(first: SplitLevel, final: SplitLevel) {
    self.first = first
    self.final = final
  }
}
