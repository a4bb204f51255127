/// The epochs of a plan: half-open intervals of equal length, one after the other.
public struct EpochSchedule: Sendable, Hashable {
  public let start: Timestamp
  /// Seconds, at least 1.
  public let length: UInt64
  /// At least 1.
  public let count: UInt32

  public init(start: Timestamp, length: UInt64, count: UInt32) {
    self.start = start
    self.length = length
    self.count = count
  }
}

/// How a program's budget is spread over the plan's epochs.
public enum Emission: Sendable, Hashable {
  /// The same in every epoch.
  case constant
  /// Epoch n of N in proportion to N − n: a straight line that ends just above zero.
  case linearDecay
  /// The rate halves every `halfLife` epochs (at least 1), continuously, not in jumps.
  case exponentialDecay(halfLife: UInt32)
  /// The amount of each epoch; they add up to the budget.
  case table([Amount])
}

/// When a cohort's entitlements can be claimed. One per campaign.
public struct VestingSchedule: Sendable, Hashable {
  public enum Shape: Sendable, Hashable {
    /// All of it at once, at any time.
    case immediate
    /// In proportion to time from the start over `duration` seconds (at least 1); nothing but the
    /// initial unlock before `cliff` seconds have passed (at most `duration`).
    case linear(cliff: UInt64, duration: UInt64)
    /// In `count` equal steps (at least 1), the first one period after the start.
    case steps(period: StepPeriod, count: UInt32)
    /// At stated times, strictly ascending; the shares add up to the whole. The first time is the
    /// schedule's start, and there is no initial unlock beside them.
    case tranches([Tranche])
    /// The part still locked halves every `halfLife` seconds (at least 1), stretched so that at
    /// `duration` seconds (at least 1) nothing is left.
    case exponential(halfLife: UInt64, cliff: UInt64, duration: UInt64)
  }

  public enum StepPeriod: Sendable, Hashable {
    case seconds(UInt64)
    /// Calendar months in UTC: the day of the month of the start, or the month's last day.
    case months(UInt32)
  }

  public struct Tranche: Sendable, Hashable {
    public let time: Timestamp
    public let share: Share

    public init(time: Timestamp, share: Share) {
      self.time = time
      self.share = share
    }
  }

  public let start: Timestamp
  /// The part that is free at the start; the rest follows the shape.
  public let initialUnlock: Share
  public let shape: Shape

  public static let immediate = VestingSchedule(
    start: Timestamp(0), initialUnlock: .none, shape: .immediate)

  public init(start: Timestamp, initialUnlock: Share, shape: Shape) {
    self.start = start
    self.initialUnlock = initialUnlock
    self.shape = shape
  }
}
