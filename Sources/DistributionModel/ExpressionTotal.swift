import EthereumPrimitives

/// What a part of an expression that looks at all accounts came to.
public struct ExpressionTotal: Sendable, Hashable {
  /// Which accounts it looked at.
  public enum Accounts: String, Sendable, Hashable, CaseIterable {
    /// Those that the plan does not name under `exclude`: what the filter sees.
    case candidates
    /// Of these, those that meet the filter: what the weight or the amount sees.
    case participants
  }

  public let accounts: Accounts
  /// The part in the one form of expressions.
  public let text: String
  public let value: DecimalNumber

  public init(accounts: Accounts, text: String, value: DecimalNumber) {
    self.accounts = accounts
    self.text = text
    self.value = value
  }
}

/// What each account came to among all others: its number of it stands for all that others decide.
///
/// That is a rank, a match of contributions, what the account's cluster has, and how it was drawn.
public struct Standings: Sendable, Hashable {
  /// The name of a match that takes more than the account's own rows, in 2⁻⁶⁴ of the smallest unit
  /// of contributions.
  public static let match = "match"
  /// The name of how many donors count, where a condition says which ones do.
  public static let donors = "donors"
  /// The name of what these gave together.
  public static let contributed = "contributed"
  /// The name of the weight of an account's cluster, where several accounts of it take part.
  public static let clusterWeight = "cluster weight"
  /// The name of what such a cluster receives, in units.
  public static let clusterUnits = "cluster units"

  /// The names of how a raffle drew an account: which prize it won, counted from 1; with which
  /// number of the stream; of how many tickets that were left; and the first of its own.
  public static let prize = "prize"
  public static let counter = "counter"
  public static let left = "tickets left"
  public static let first = "first ticket"

  /// Among whom.
  public let among: ExpressionTotal.Accounts
  /// A rank in the one form of expressions, or one of the names above.
  public let text: String
  /// Those that have a number, ascending.
  public let accounts: [Address]
  public let numbers: [UInt256]

  public init(
    among: ExpressionTotal.Accounts, text: String, accounts: [Address], numbers: [UInt256]
  ) {
    precondition(accounts.count == numbers.count)
    self.among = among
    self.text = text
    self.accounts = accounts
    self.numbers = numbers
  }
}
