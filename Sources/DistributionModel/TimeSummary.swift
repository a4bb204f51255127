import EthereumPrimitives

/// A program that pays epoch after epoch, or by balances over time, in figures for everybody.
public struct TimeSummary: Sendable, Hashable {
  /// What the accounts held, all together.
  public struct Held: Sendable, Hashable {
    public let source: String
    /// How balances are written: an amount's token, or decimal places.
    public let value: ColumnDeclaration
    /// Of the window; half-open.
    public let start: Timestamp
    public let end: Timestamp
    /// Accounts that held something.
    public let holders: Int
    /// All balances together, on average over the window, rounded down; nil where the bundle does
    /// not show it.
    public let average: UInt256?

    public init(
      source: String, value: ColumnDeclaration, start: Timestamp, end: Timestamp, holders: Int,
      average: UInt256?
    ) {
      self.source = source
      self.value = value
      self.start = start
      self.end = end
      self.holders = holders
      self.average = average
    }
  }

  public struct Earner: Sendable, Hashable {
    public let account: Address
    public let amount: UInt256

    public init(account: Address, amount: UInt256) {
      self.account = account
      self.amount = amount
    }
  }

  public let program: ProgramSummary
  public let epoch: EpochIndex
  /// What each epoch emits, base units; empty without emission.
  public let emission: [UInt256]
  /// The seconds for which it pays in this bundle: the epoch's where it pays in each, else those of
  /// the window.
  public let paidSeconds: UInt64?
  /// True where what nobody earned goes into a next epoch.
  public let hasNext: Bool
  /// nil where it reads no balances over time.
  public let held: Held?
  /// Who receives most in this epoch, descending.
  public let earners: [Earner]

  public init(
    program: ProgramSummary, epoch: EpochIndex, emission: [UInt256], paidSeconds: UInt64?,
    hasNext: Bool, held: Held?, earners: [Earner]
  ) {
    self.program = program
    self.epoch = epoch
    self.emission = emission
    self.paidSeconds = paidSeconds
    self.hasNext = hasNext
    self.held = held
    self.earners = earners
  }
}
