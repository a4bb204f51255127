/// A bound on how unevenly a token is spread, to which a plan holds itself: where it does not hold,
/// nothing is allocated.
public struct ConcentrationGuard: Sendable, Hashable {
  public enum Measure: Sendable, Hashable {
    /// The part that the largest holder has.
    case largest
    /// The part that so many of the largest holders have together, at least 1.
    case top(Int)
    case gini
    case herfindahl
    /// How many of the largest holders have more than a part of all; the part is below the whole.
    case nakamoto(above: Share)
    /// The part of programs that the plan marks as insiders', of all budgets that are free.
    case insiders
  }

  public enum Bound: Sendable, Hashable {
    case atMost(Share)
    /// Beside `nakamoto`: so many holders.
    case atLeast(Int)
  }

  /// Whose amounts are measured.
  public enum Holder: String, Sendable, Hashable, CaseIterable {
    case account
    /// The accounts of a cluster together.
    case cluster
  }

  public enum Moment: Sendable, Hashable {
    case launch
    case time(Timestamp)
    /// At launch and at every date of the token's unlock schedule.
    case every
    /// When nothing is locked any more.
    case fullyVested
  }

  public let measure: Measure
  public let bound: Bound
  public let holder: Holder
  public let moment: Moment
  /// The name of the token.
  public let token: String

  public init(
    measure: Measure, bound: Bound, holder: Holder = .account, moment: Moment = .launch,
    token: String
  ) {
    self.measure = measure
    self.bound = bound
    self.holder = holder
    self.moment = moment
    self.token = token
  }
}
