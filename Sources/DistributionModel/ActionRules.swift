import EthereumPrimitives

/// How many of an account's actions count: section 18 of `docs/reference/law.md`.
public struct ActionLimit: Sendable, Hashable {
  /// What is at most so much.
  public enum Bound: Sendable, Hashable {
    case rows(UInt64)
    /// The sum of a column, in the units in which its values are kept.
    case sum(UInt256, column: String)
  }

  /// Which rows it is about, by columns of words; all where there are none.
  public let conditions: [SourceDeclaration.Condition]
  /// The column whose values have a limit each; nil is one limit for all rows.
  public let each: String?
  /// How long it holds.
  public enum Period: Sendable, Hashable {
    /// For the rows of the source's window, whatever was before it.
    case window
    /// It starts again at every multiple of so many seconds since 1970.
    case seconds(UInt64)
    /// Once and for all.
    case ever
  }

  public let period: Period
  public let bound: Bound

  public init(
    conditions: [SourceDeclaration.Condition] = [], each: String? = nil,
    period: Period = .window, bound: Bound
  ) {
    self.conditions = conditions
    self.each = each
    self.period = period
    self.bound = bound
  }
}

/// Which trades say nothing about a market: section 19 of `docs/reference/law.md`.
public struct WashRules: Sendable, Hashable {
  /// Trades that cancel each other.
  public struct RoundTrip: Sendable, Hashable {
    /// How many seconds may lie between them.
    public let seconds: UInt64
    /// The column that tells buying from selling: trades are opposite where it differs.
    public let side: String

    public init(seconds: UInt64, side: String) {
      self.seconds = seconds
      self.side = side
    }
  }

  /// The column of addresses with which an account traded.
  public let counterparty: String
  /// The column of which less counts.
  public let volume: String
  /// True where trades inside of one of the plan's clusters do not count.
  public let dropsClusters: Bool
  /// The part of an account's volume that it may have with one counterparty.
  public let pairCap: Share?
  public let roundTrip: RoundTrip?
  /// The column that tells markets apart for round trips; nil is one market.
  public let market: String?

  public init(
    counterparty: String, volume: String, dropsClusters: Bool = false, pairCap: Share? = nil,
    roundTrip: RoundTrip? = nil, market: String? = nil
  ) {
    self.counterparty = counterparty
    self.volume = volume
    self.dropsClusters = dropsClusters
    self.pairCap = pairCap
    self.roundTrip = roundTrip
    self.market = market
  }
}

/// Why a row of actions counts less than it says, or not at all.
public enum ActionRule: Sendable, Hashable {
  /// The account traded with itself.
  case ownTrade
  /// It traded with an account of its own cluster.
  case sameCluster
  /// An opposite trade followed, or went before.
  case roundTrip
  /// Too much with one counterparty.
  case pairCap
  /// The limit at this place of the source's list is reached.
  case limit(Int)
}

/// What a rule takes from one row.
public struct LeftOut: Sendable, Hashable {
  /// The row's place.
  public let row: Int
  public let rule: ActionRule
  /// Of the volume, or of what the limit adds up; nil where rows are counted.
  public let amount: UInt256?

  public init(row: Int, rule: ActionRule, amount: UInt256?) {
    self.row = row
    self.rule = rule
    self.amount = amount
  }
}

extension SourceDeclaration {
  /// True where its rows are looked at one by one before they count.
  public var hasActionRules: Bool { wash != nil || !limits.isEmpty }

  /// The second from which its rows have to be known for those of a window to count: limits and
  /// round trips look back.
  public func lookBack(from start: UInt64) -> UInt64 {
    var first = start
    for limit in limits {
      switch limit.period {
      case .window: break
      case .seconds(let seconds): first = min(first, start - start % max(seconds, 1))
      case .ever: first = 0
      }
    }
    guard let trip = wash?.roundTrip else { return first }
    return min(first, start - min(trip.seconds, start))
  }

  /// The column that says when its rows happened; nil where they do not say it themselves.
  public var timeIndex: Int? {
    guard let time, time.table == nil else { return nil }
    return columns.firstIndex { $0.name == time.column && $0.kind == .time }
  }
}

/// A word of a column: 1 to 32 signs of ASCII, no blank at either end. It is kept as the number
/// that its bytes are, the first one the highest.
public struct Word: Sendable, Hashable {
  public let number: UInt256

  /// - Returns: nil for what is no word.
  public init?(_ text: some StringProtocol) {
    self.init(ascii: Array(text.utf8))
  }

  public init?(ascii bytes: some Collection<UInt8>) {
    guard (1...32).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      return nil
    }
    let (first, last) = (bytes.first, Array(bytes).last)
    guard first != 0x20, last != 0x20 else { return nil }
    number = bytes.reduce(UInt256.zero) { ($0 << 8) | UInt256(UInt64($1)) }
  }

  /// The word that a number is; nil where it is none.
  public init?(number: UInt256) {
    self.init(ascii: number.bytes32.bytes.drop { $0 == 0 })
  }

  public var text: String {
    String(decoding: number.bytes32.bytes.drop { $0 == 0 }, as: UTF8.self)
  }
}
