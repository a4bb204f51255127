import EthereumPrimitives

/// A file that a plan reads: one row per line, each row about one account.
public struct SourceDeclaration: Sendable, Hashable {
  /// What one account may have several rows of.
  public enum Duplicates: String, Sendable, Hashable, CaseIterable {
    /// A second row of the same account is an error that names both lines.
    case refuse
    /// The rows stay separate inputs; a program adds their values.
    case sum
    /// The rows stay separate inputs; the one that `duplicatesBy` ranks first counts.
    case largest
    /// The same with the one that it ranks last.
    case smallest
    /// The rows stay separate inputs; an account with several of them is excluded.
    case drop
  }

  /// What a file without a row that counts is.
  public enum NoRows: String, Sendable, Hashable, CaseIterable {
    /// An error: most often it is the wrong file, or `where` has a slip.
    case refuse
    /// A list on which nobody stands.
    case allow
  }

  /// What a row that cannot be read is.
  public enum BadRows: String, Sendable, Hashable, CaseIterable {
    /// An error: the file is taken as a whole or not at all.
    case refuse
    /// It is left out, and told.
    case quarantine
  }

  public enum Format: String, Sendable, Hashable, CaseIterable {
    /// RFC 4180, with a header line.
    case csv
    /// One JSON object per line, keys are column names.
    case jsonl
    /// One JSON text: a list of objects, or an object from accounts to their values.
    case json
  }

  /// Rows whose accounts stand in another source.
  public struct Lookup: Sendable, Hashable {
    /// What a row is whose key the other source does not have.
    public enum UnknownKeys: String, Sendable, Hashable, CaseIterable {
      /// An error.
      case refuse
      /// It does not count.
      case skip
    }

    /// An earlier source of the plan, which names the column of its keys.
    public let source: String
    public let unknownKeys: UnknownKeys

    public init(source: String, unknownKeys: UnknownKeys = .refuse) {
      self.source = source
      self.unknownKeys = unknownKeys
    }
  }

  /// What a row must say to count.
  public struct Condition: Sendable, Hashable {
    public let column: String
    /// One of them, byte by byte; at least one, each once, ascending by its bytes.
    public let texts: [String]

    public init(column: String, texts: [String]) {
      self.column = column
      self.texts = texts
    }
  }

  public let name: String
  /// The file's path relative to the folder of inputs, without `..`; may end in `.gz`.
  public let file: String
  public let format: Format
  /// Names of members that lead to the rows of a JSON text, from the outside in.
  public let within: [String]
  /// The column that holds the account; with a lookup, the key by which it is found.
  public let accountColumn: String
  public let lookup: Lookup?
  /// The column of text that names each row, for other sources to look its account up.
  public let key: String?
  /// What a row must say to count: all of them.
  public let conditions: [Condition]
  /// The columns that are read, in the order of the plan. Others in the file are left alone.
  public let columns: [ColumnDeclaration]
  public let duplicates: Duplicates
  /// The column by which rows of an account are ranked; for `largest` and `smallest`.
  public let duplicatesBy: String?
  /// What its lines say, where they are statements that somebody signed.
  public let statements: StatementRules?
  /// What a file without a row that counts is.
  public let noRows: NoRows
  /// When its rows happened; rows outside of the window do not count. nil where time plays no part.
  public let time: TimeColumn?
  /// When its rows were received, where that decides in which epoch they count.
  public let received: ReceivedColumn?
  public let window: TimeWindow
  /// How many of an account's rows count; a row counts where all of them let it.
  public let limits: [ActionLimit]
  /// Which of its rows say nothing about a market, where they are trades.
  public let wash: WashRules?
  /// What its rows are computed from, where they are balances over time; its columns follow.
  public let series: Series?
  /// The column of times by `key`, where its rows say when something happened and not who did it.
  public let timeTable: String?
  /// The columns of a pool's price, where its rows say that and not who did it.
  public let price: PriceColumns?
  /// The column of values, where its rows say what something was worth, and not whose it was; its
  /// own columns are the time and the value.
  public let observed: ColumnDeclaration?
  /// What a row that cannot be read is.
  public let badRows: BadRows

  public init(
    name: String, file: String, format: Format, within: [String] = [],
    accountColumn: String = "account", lookup: Lookup? = nil, key: String? = nil,
    conditions: [Condition] = [], columns: [ColumnDeclaration],
    duplicates: Duplicates = .refuse, duplicatesBy: String? = nil,
    statements: StatementRules? = nil, noRows: NoRows = .refuse,
    time: TimeColumn? = nil, window: TimeWindow = .epoch, limits: [ActionLimit] = [],
    wash: WashRules? = nil, series: Series? = nil, timeTable: String? = nil,
    observed: ColumnDeclaration? = nil, badRows: BadRows = .refuse,
    price: PriceColumns? = nil, received: ReceivedColumn? = nil
  ) {
    self.name = name
    self.file = file
    self.format = format
    self.within = within
    self.accountColumn = accountColumn
    self.lookup = lookup
    self.key = key
    self.conditions = conditions
    self.columns = columns
    self.duplicates = duplicates
    self.duplicatesBy = duplicatesBy
    self.statements = statements
    self.noRows = noRows
    self.time = time
    self.received = received
    self.window = window
    self.limits = limits
    self.wash = wash
    self.series = series
    self.timeTable = timeTable
    self.price = price
    self.observed = observed
    self.badRows = badRows
  }

  /// False where it is computed from other sources alone.
  public var hasFile: Bool { series?.hasFile ?? true }

  /// Whether its file tells of time, so that a bundle holds its changes, or its prices.
  public var hasEvents: Bool { series?.hasFile ?? (price != nil) }

  /// Where a bundle holds the changes from which its rows are computed, or its prices.
  public var eventsFile: String { "events/\(name).csv" }

  /// Where a bundle holds its canonical rows.
  public var canonicalFile: String { "inputs/\(name).\(statements == nil ? "csv" : "jsonl")" }
}

/// A column of a source, with the unit that its cells are read in.
public struct ColumnDeclaration: Sendable, Hashable {
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    /// Decimal integers of base units.
    case base
    /// Human units: a decimal number with at most the token's decimals after the point.
    case token
  }

  public enum Kind: Sendable, Hashable {
    /// A whole number 0 ... 2²⁵⁶ − 1.
    case integer
    /// An amount of the named token, kept in base units. `unit` nil: as the file's header says
    /// (`name:token` or `name:base`), and base units when it says nothing.
    case amount(token: String, decimals: Int, unit: Unit?)
    /// A decimal number, kept in units of its last place.
    case decimal(DecimalFormat)
    /// An address, kept as the number that its 160 bits are; the zero address is one too.
    case address
    /// A time, kept in seconds since 1970.
    case time
    /// A `Word`, kept as the number that it is.
    case word
    /// A weight that is no part of an expression: `Series.Measure.share`.
    case share
  }

  /// What a cell with nothing in it is.
  public enum Empty: String, Sendable, Hashable, CaseIterable {
    /// An error.
    case refuse
    /// The number 0.
    case zero
  }

  public let name: String
  public let kind: Kind
  /// True where a bundle holds commitments in the place of its values.
  public let isPrivate: Bool
  public let empty: Empty

  public init(name: String, kind: Kind, isPrivate: Bool = false, empty: Empty = .refuse) {
    self.name = name
    self.kind = kind
    self.isPrivate = isPrivate
    self.empty = empty
  }
}

/// How the cells of a decimal column are written.
public struct DecimalFormat: Sendable, Hashable {
  public enum Notation: String, Sendable, Hashable, CaseIterable {
    /// Digits, and a point for the fraction.
    case plain
    /// The same, and powers of ten after it: `1.5e-7`.
    case scientific
  }

  /// What becomes of digits after the last place.
  public enum Excess: String, Sendable, Hashable, CaseIterable {
    /// They are an error, but for zeros.
    case refuse
    /// They are cut off.
    case down
    /// To the nearest, halves to the even digit.
    case halfEven = "half_even"
  }

  /// Decimal places of every value, 0 ... 36.
  public let places: Int
  public let notation: Notation
  public let excess: Excess

  public init(places: Int, notation: Notation = .plain, excess: Excess = .refuse) {
    self.places = places
    self.notation = notation
    self.excess = excess
  }
}

extension SourceDeclaration {
  /// The column of its rows that holds the second at which they count, by its place; nil where no
  /// row can count at another second than its own.
  public var countedColumn: Int? {
    guard received != nil, let time, time.table == nil, series == nil else { return nil }
    return columns.firstIndex { $0.name == time.column && $0.kind == .time }
  }
}

extension ColumnDeclaration {
  /// Decimal places of its values as they are kept; nil where they are no numbers.
  public var places: Int? { kind.places }
}

extension ColumnDeclaration.Kind {
  /// Decimal places of values as they are kept; nil where they are no numbers.
  public var places: Int? {
    switch self {
    case .integer, .time: 0
    case .amount(_, let decimals, _): decimals
    case .decimal(let format): format.places
    case .address, .word, .share: nil
    }
  }
}
