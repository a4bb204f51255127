import EthereumPrimitives

/// How an account's balance follows from time to a weight: section 14 of `docs/reference/law.md`.
public enum AccrualRule: String, Sendable, Hashable, CaseIterable {
  /// Balance times time.
  case average
  /// The share of all balances, over the time in which there are any.
  case share
}

/// Changes of balances, column by column, in the order of time.
///
/// Accounts are numbers that whoever reads them gives out, from 0 on.
public struct PositionChanges: Sendable, Equatable {
  /// Seconds, never falling.
  public package(set) var times: [UInt64] = []
  public package(set) var accounts: [UInt32] = []
  public package(set) var amounts: ColumnValues = []
  /// True where the amount is taken off the balance.
  public package(set) var isTaken: [Bool] = []
  /// Where each change was read, for errors: the line of its file.
  public package(set) var lines: [UInt32] = []
  /// How many accounts have numbers.
  public package(set) var accountCount = 0

  public init() {}

  public var count: Int { times.count }

  public mutating func append(
    time: Timestamp, account: UInt32, amount: UInt256, isTaken: Bool, line: UInt32
  ) {
    times.append(time.seconds)
    accounts.append(account)
    amounts.append(amount)
    self.isTaken.append(isTaken)
    lines.append(line)
    accountCount = max(accountCount, Int(account) + 1)
  }

  /// Forgets the changes and keeps their memory.
  public mutating func removeAll() {
    times.removeAll(keepingCapacity: true)
    accounts.removeAll(keepingCapacity: true)
    amounts.removeAll()
    isTaken.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
  }
}
