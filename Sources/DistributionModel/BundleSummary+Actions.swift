import EthereumPrimitives

/// A price of a bundle's epoch, and what its sources had observed.
public struct PriceSummary: Sendable, Hashable {
  public struct Observation: Sendable, Hashable {
    public let time: Timestamp
    /// In units of the last place.
    public let value: UInt256

    public init(time: Timestamp, value: UInt256) {
      self.time = time
      self.value = value
    }
  }

  public let finding: PriceFinding
  /// The programs that read it.
  public let programs: [String]
  /// The seconds whose observations may count.
  public let start: Timestamp
  public let end: Timestamp
  /// By the finding's sources: one per second, ascending.
  public let observations: [[Observation]]

  public init(
    finding: PriceFinding, programs: [String], start: Timestamp, end: Timestamp,
    observations: [[Observation]]
  ) {
    self.finding = finding
    self.programs = programs
    self.start = start
    self.end = end
    self.observations = observations
  }
}

/// What limits and rules against wash trades left out of a source.
public struct LeftOutSummary: Sendable, Hashable {
  public struct Rule: Sendable, Hashable {
    /// The plan's, under the source.
    public let key: String
    public let words: String
    /// From which it took something.
    public let rows: Int
    public let accounts: Int
    /// The column of which less counts; nil where rows are counted.
    public let column: ColumnDeclaration?
    /// How much less; nil from 2²⁵⁶ on, or where rows are counted.
    public let amount: UInt256?
    /// What all rows of the source say in that column.
    public let whole: UInt256?

    public init(
      key: String, words: String, rows: Int, accounts: Int, column: ColumnDeclaration?,
      amount: UInt256?, whole: UInt256?
    ) {
      self.key = key
      self.words = words
      self.rows = rows
      self.accounts = accounts
      self.column = column
      self.amount = amount
      self.whole = whole
    }
  }

  /// What a rule took from one account.
  public struct Line: Sendable, Hashable {
    public let account: Address
    public let key: String
    public let rows: Int
    public let column: ColumnDeclaration?
    public let amount: UInt256?

    public init(
      account: Address, key: String, rows: Int, column: ColumnDeclaration?, amount: UInt256?
    ) {
      self.account = account
      self.key = key
      self.rows = rows
      self.column = column
      self.amount = amount
    }
  }

  public let source: SourceDeclaration
  /// All of the source in its window.
  public let rows: Int
  public let accounts: Int
  /// Of them those of which something does not count.
  public let touchedRows: Int
  public let touchedAccounts: Int
  /// In the order of the plan's keys; those that took something.
  public let rules: [Rule]
  /// Those with the most rows, then the largest amounts.
  public let largest: [Line]
  /// How many lines there are in all.
  public let lines: Int

  public init(
    source: SourceDeclaration, rows: Int, accounts: Int, touchedRows: Int, touchedAccounts: Int,
    rules: [Rule], largest: [Line], lines: Int
  ) {
    self.source = source
    self.rows = rows
    self.accounts = accounts
    self.touchedRows = touchedRows
    self.touchedAccounts = touchedAccounts
    self.rules = rules
    self.largest = largest
    self.lines = lines
  }
}
