import EthereumPrimitives

/// What an account held while its balance stayed the same.
public struct HeldInterval: Sendable, Hashable {
  public let start: Timestamp
  public let end: Timestamp
  /// In base units, or units of the last place.
  public let balance: UInt256
  /// Of all accounts on average, rounded down.
  public let total: UInt256
  /// What of the account's amount is due to this interval, base units of what is paid.
  public let amount: UInt256

  public init(
    start: Timestamp, end: Timestamp, balance: UInt256, total: UInt256, amount: UInt256
  ) {
    self.start = start
    self.end = end
    self.balance = balance
    self.total = total
    self.amount = amount
  }
}

/// How an account's balance led to what a program gave it, interval by interval.
public struct HeldOverTime: Sendable, Hashable {
  public let program: String
  /// What the program pays.
  public let token: Token
  /// The source of the balances.
  public let source: String
  /// How balances are written: an amount's token, or decimal places.
  public let value: ColumnDeclaration
  public let rule: AccrualRule
  /// From the start of the window to its end, without gaps.
  public let intervals: [HeldInterval]

  public init(
    program: String, token: Token, source: String, value: ColumnDeclaration, rule: AccrualRule,
    intervals: [HeldInterval]
  ) {
    self.program = program
    self.token = token
    self.source = source
    self.value = value
    self.rule = rule
    self.intervals = intervals
  }
}
