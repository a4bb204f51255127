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

extension AccrualError {
  /// What a balance may not be after all changes of an instant.
  enum Balance {
    case negative(by: String)
    case tooLarge
  }

  init(_ balance: Balance, account: UInt32, time: UInt64, line: UInt32) {
    switch balance {
    case .negative(let amount):
      self.init(
        kind: .negativeBalance, account: account, time: Timestamp(time), line: line,
        found: "a balance of -\(amount)", expected: "one of 0 or more",
        advice: "What was taken was never added: look for changes that are missing before it.")
    case .tooLarge:
      self.init(
        kind: .balanceOverflow, account: account, time: Timestamp(time), line: line,
        found: "a balance of 2^256 or more", expected: "one below 2^256",
        advice: Self.wrongUnit)
    }
  }

  /// The balances of all accounts from a time on.
  init(tooMuchHeldAt time: UInt64) {
    self.init(
      kind: .supplyOverflow, account: nil, time: Timestamp(time), line: nil,
      found: "balances of 2^256 or more together", expected: "a sum below 2^256",
      advice: Self.wrongUnit)
  }

  /// Balance times time of an account by the end of an epoch.
  init(tooMuchEarnedBy account: UInt32, by end: UInt64) {
    self.init(
      kind: .weightOverflow, account: account, time: Timestamp(end), line: nil,
      found: "a balance times seconds of 2^256 or more", expected: "less than 2^256",
      advice: Self.wrongUnit)
  }

  private static let wrongUnit = "Look for an amount in the wrong unit."
}
