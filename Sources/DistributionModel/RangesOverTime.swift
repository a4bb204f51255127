import EthereumPrimitives

/// What a position of an account did while its liquidity stayed the same.
public struct RangeInterval: Sendable, Hashable {
  public let position: RangePosition
  public let start: Timestamp
  public let end: Timestamp
  public let liquidity: UInt256
  /// For how many seconds the price was in its range.
  public let secondsInRange: UInt64
  /// When the price was not in its range; ascending, apart from one another.
  public let outOfRange: [Range<UInt64>]
  /// The liquidity of all positions in range, on average over the seconds in which this one was,
  /// rounded down; 0 where it never was.
  public let total: UInt256
  /// What the interval adds to each measure of the account's row.
  public let earned: [UInt256]

  public init(
    position: RangePosition, start: Timestamp, end: Timestamp, liquidity: UInt256,
    secondsInRange: UInt64, outOfRange: [Range<UInt64>], total: UInt256, earned: [UInt256]
  ) {
    self.position = position
    self.start = start
    self.end = end
    self.liquidity = liquidity
    self.secondsInRange = secondsInRange
    self.outOfRange = outOfRange
    self.total = total
    self.earned = earned
  }
}

/// How an account's positions led to what a program gave it, interval by interval.
public struct RangesOverTime: Sendable, Hashable {
  /// What one measure brought.
  public struct Part: Sendable, Hashable {
    public let measure: RangeEvents.Measure
    /// As the plan writes it, such as `0.4 * normalise(fees, 1)`.
    public let text: String
    /// What that came to for the account.
    public let weight: String
    /// What of the account's amount is due to it, base units of what is paid.
    public let amount: UInt256

    public init(
      measure: RangeEvents.Measure, text: String, weight: String, amount: UInt256
    ) {
      self.measure = measure
      self.text = text
      self.weight = weight
      self.amount = amount
    }
  }

  public let program: String
  /// What the program pays.
  public let token: Token
  /// The source of the positions.
  public let source: String
  /// Of the source, in the order of its columns.
  public let measures: [RangeEvents.Measure]
  /// What the weight adds up; empty where it is no sum of measures, of which each part could be
  /// told.
  public let parts: [Part]
  /// By their start, then by position.
  public let intervals: [RangeInterval]
  /// What of the account's amount is due to each interval; empty where there are no parts.
  public let amounts: [UInt256]

  public init(
    program: String, token: Token, source: String, measures: [RangeEvents.Measure],
    parts: [Part], intervals: [RangeInterval], amounts: [UInt256]
  ) {
    self.program = program
    self.token = token
    self.source = source
    self.measures = measures
    self.parts = parts
    self.intervals = intervals
    self.amounts = amounts
  }
}
