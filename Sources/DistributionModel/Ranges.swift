import EthereumPrimitives

/// Positions of concentrated liquidity, of which a program reads one row per account:
/// `docs/reference/law.md`, section 16.
public struct RangeEvents: Sendable, Hashable {
  /// What is said of an account's positions over a window of time.
  public enum Measure: String, Sendable, Hashable, CaseIterable {
    /// Liquidity times seconds, while in range.
    case inRange = "in_range"
    /// What the positions hold of the pool's first token, times seconds.
    case amount0
    /// The same of its second token.
    case amount1
    /// What the pool earned, split by the liquidity in range: of volumes where its prices have
    /// some, of seconds where not.
    case fees
  }

  /// Ticks and prices between which a position has its liquidity.
  public struct Columns: Sendable, Hashable {
    public let lower: String
    public let upper: String
    /// Signed changes of the liquidity.
    public let liquidity: String

    public init(lower: String, upper: String, liquidity: String) {
      self.lower = lower
      self.upper = upper
      self.liquidity = liquidity
    }
  }

  public let columns: Columns
  /// The earlier source of the pool's price.
  public let price: String
  /// Whether amounts count of positions that are out of range.
  public let countsOutOfRange: Bool
  /// Which of them the source's columns are, in their order; each once.
  public let measures: [Measure]

  public init(
    columns: Columns, price: String, countsOutOfRange: Bool = false, measures: [Measure]
  ) {
    self.columns = columns
    self.price = price
    self.countsOutOfRange = countsOutOfRange
    self.measures = measures
  }
}

extension RangeEvents.Measure {
  /// The column that programs read.
  public var column: ColumnDeclaration {
    switch self {
    case .inRange, .amount0, .amount1: ColumnDeclaration(name: rawValue, kind: .integer)
    case .fees:
      ColumnDeclaration(name: rawValue, kind: .decimal(DecimalFormat(places: Self.feePlaces)))
    }
  }

  /// Decimal places of `fees`.
  public static let feePlaces = 18
}

/// Where the rows of a source say a pool's price, and not who did something.
public struct PriceColumns: Sendable, Hashable {
  public let tick: String
  /// The square root of the price in units of 2⁻⁹⁶.
  public let sqrtPrice: String
  /// What was swapped, or the fees of it.
  public let volume: String?
  /// Columns of whole numbers that order rows of one second, the first one first.
  public let order: [String]

  public init(tick: String, sqrtPrice: String, volume: String? = nil, order: [String] = []) {
    self.tick = tick
    self.sqrtPrice = sqrtPrice
    self.volume = volume
    self.order = order
  }
}

extension SourceDeclaration {
  /// False where no row says whose it is: of times, observations and prices of pools.
  public var isAboutAccounts: Bool { hasAccounts && price == nil }
}

/// A power of 1.0001, which is a price.
public enum Tick {
  public static let least: Int32 = -887_272
  public static let most: Int32 = 887_272
}

/// Between which ticks an account has liquidity.
public struct RangePosition: Sendable, Hashable, Comparable {
  public let account: Address
  /// Below the upper one; both from `Tick.least` to `Tick.most`.
  public let lower: Int32
  public let upper: Int32

  public init(account: Address, lower: Int32, upper: Int32) {
    self.account = account
    self.lower = lower
    self.upper = upper
  }

  public static func < (left: RangePosition, right: RangePosition) -> Bool {
    if left.account != right.account { return left.account < right.account }
    return (left.lower, left.upper) < (right.lower, right.upper)
  }
}

/// What a source of ranges says of a span of time: a change of each position at each instant.
///
/// Canonical: by time, then by position, no position twice at one time, no change by 0. Liquidity
/// at the start is a change at time 0.
public struct RangeHistory: Sendable, Equatable {
  public struct Change: Sendable, Equatable {
    public let time: UInt64
    public let position: RangePosition
    public let amount: UInt256
    /// True where the amount is taken off the liquidity.
    public let isTaken: Bool
    /// Where it was read, for errors: the line of its file, of the last row of several; 0 where it
    /// is no line.
    public let line: UInt32

    public init(
      time: UInt64, position: RangePosition, amount: UInt256, isTaken: Bool, line: UInt32
    ) {
      self.time = time
      self.position = position
      self.amount = amount
      self.isTaken = isTaken
      self.line = line
    }
  }

  /// The seconds of which it tells.
  public let span: Range<UInt64>
  public let changes: [Change]

  public init(span: Range<UInt64>, changes: [Change]) {
    self.span = span
    self.changes = changes
  }
}

/// What a source of prices says of a span of time.
///
/// Canonical: by time, rows of one second in their order, without volumes the last one of each
/// second alone. The price at the start is a row of time 0 and no volume.
public struct PriceHistory: Sendable, Equatable {
  public struct Row: Sendable, Equatable {
    public let time: UInt64
    /// From `Tick.least` to `Tick.most`.
    public let tick: Int32
    public let sqrtPrice: UInt256
    /// Below 2¹²⁸; 0 where prices have none.
    public let volume: UInt256
    /// The line of its file; 0 where it is no line.
    public let line: UInt32

    public init(time: UInt64, tick: Int32, sqrtPrice: UInt256, volume: UInt256, line: UInt32) {
      self.time = time
      self.tick = tick
      self.sqrtPrice = sqrtPrice
      self.volume = volume
      self.line = line
    }
  }

  /// The seconds of which it tells.
  public let span: Range<UInt64>
  public let hasVolumes: Bool
  public let rows: [Row]

  public init(span: Range<UInt64>, hasVolumes: Bool, rows: [Row]) {
    self.span = span
    self.hasVolumes = hasVolumes
    self.rows = rows
  }
}

/// What the file of a source says of a span of time.
public enum SourceHistory: Sendable, Equatable {
  case positions(PositionHistory)
  case ranges(RangeHistory)
  case prices(PriceHistory)

  public var positions: PositionHistory? {
    if case .positions(let history) = self { history } else { nil }
  }

  public var ranges: RangeHistory? {
    if case .ranges(let history) = self { history } else { nil }
  }

  public var prices: PriceHistory? {
    if case .prices(let history) = self { history } else { nil }
  }

  /// How many changes or prices there are.
  public var count: Int {
    switch self {
    case .positions(let history): history.changes.count
    case .ranges(let history): history.changes.count
    case .prices(let history): history.rows.count
    }
  }
}
