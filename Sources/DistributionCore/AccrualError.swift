import DistributionModel

/// What stops accrual, with the account, the time and the change that it is about.
public struct AccrualError: Error, Equatable, Sendable, CustomStringConvertible {
  /// In order of precedence.
  public enum Kind: String, Sendable, CaseIterable {
    /// A change is earlier than the one before it.
    case timeGoesBack
    /// After all changes of an instant a balance is below 0.
    case negativeBalance
    /// After all changes of an instant a balance is 2²⁵⁶ or more.
    case balanceOverflow
    /// The balances of all accounts add up to 2²⁵⁶ or more.
    case supplyOverflow
    /// Balance times time of an account comes to 2²⁵⁶ or more in one epoch.
    case weightOverflow
  }

  public let kind: Kind
  /// The number of the account; nil where all accounts together are meant.
  public let account: UInt32?
  public let time: Timestamp
  /// Where the change was read that led there; nil where it is no single one.
  public let line: UInt32?
  public let found: String
  public let expected: String
  public let advice: String

  public var description: String {
    let place = [
      line.map { "line \($0)" }, account.map { "account number \($0)" },
      "at \(time.seconds) seconds",
    ].compactMap { $0 }.joined(separator: ", ")
    return "\(place): found \(found), expected \(expected). \(advice)"
  }
}
