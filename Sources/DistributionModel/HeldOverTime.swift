import EthereumPrimitives

/// What an account held while its balance, and its shares of a vault, stayed the same.
public struct HeldInterval: Sendable, Hashable {
  public let start: Timestamp
  public let end: Timestamp
  /// In base units, or units of the last place. A vault's counts only while nobody has its shares.
  public let balance: UInt256
  /// Its part of what a vault holds, on average, to the nearest unit; nil where no vault is looked
  /// through.
  public let inVault: UInt256?
  /// Of all accounts on average, rounded down.
  public let total: UInt256
  /// What the interval adds to the account's measure: to `share` where that is the weight, else to
  /// `held`.
  public let earned: UInt256
  /// Of all, in billionths to the nearest: with `share` of the interval's seconds those that were
  /// earned, else what was held times seconds of that of all accounts.
  public let part: UInt64
  /// What of the account's amount is due to this interval, base units of what is paid; nil where
  /// the amount follows from no sum over intervals.
  public let amount: UInt256?

  public init(
    start: Timestamp, end: Timestamp, balance: UInt256, inVault: UInt256? = nil, total: UInt256,
    earned: UInt256, part: UInt64, amount: UInt256?
  ) {
    self.start = start
    self.end = end
    self.balance = balance
    self.inVault = inVault
    self.total = total
    self.earned = earned
    self.part = part
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
  /// What the amount is in proportion to; nil where it follows from other measures, or in another
  /// way.
  public let rule: AccrualRule?
  /// What the program reads of the source.
  public let reads: [Series.Measure]
  /// What the source looks through.
  public let through: LookThrough?
  /// From the start of the window to its end, without gaps.
  public let intervals: [HeldInterval]

  public init(
    program: String, token: Token, source: String, value: ColumnDeclaration, rule: AccrualRule?,
    reads: [Series.Measure], through: LookThrough? = nil, intervals: [HeldInterval]
  ) {
    self.program = program
    self.token = token
    self.source = source
    self.value = value
    self.rule = rule
    self.reads = reads
    self.through = through
    self.intervals = intervals
  }
}
