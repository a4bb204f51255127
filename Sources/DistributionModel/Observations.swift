import EthereumPrimitives

/// What something is worth in an epoch, from what several sources observed: section 17 of
/// `docs/reference/law.md`.
public struct PriceDeclaration: Sendable, Hashable {
  /// Of which seconds of an epoch it is the price.
  public enum Moment: String, Sendable, Hashable, CaseIterable {
    /// The last observation before the epoch.
    case start
    /// The last one before its end.
    case end
    /// The average over its seconds.
    case average
  }

  public let name: String
  /// Sources of observations, each once; at least one.
  public let sources: [String]
  public let moment: Moment
  /// For so many seconds an observation counts; at least 1.
  public let staleAfter: UInt64
  /// The part of the median by which a source may differ from it; nil leaves none out.
  public let deviation: Share?
  /// So many sources must have a value that counts, 1 ... `sources.count`.
  public let atLeast: Int
  /// Decimal places, of all of its sources.
  public let places: Int

  public init(
    name: String, sources: [String], moment: Moment = .end, staleAfter: UInt64,
    deviation: Share? = nil, atLeast: Int, places: Int
  ) {
    self.name = name
    self.sources = sources
    self.moment = moment
    self.staleAfter = staleAfter
    self.deviation = deviation
    self.atLeast = atLeast
    self.places = places
  }

  /// The seconds whose observations may count in an epoch.
  public func span(in epoch: Range<UInt64>) -> Range<UInt64> {
    let start = moment == .end ? epoch.upperBound : epoch.lowerBound
    let end = moment == .start ? epoch.lowerBound : epoch.upperBound
    return (start - min(staleAfter, start))..<end
  }
}

/// What the sources of a price say in an epoch, and what it comes to.
public struct PriceFinding: Sendable, Hashable {
  public enum Standing: String, Sendable, Hashable, CaseIterable {
    case counts
    /// It has no observation that is new enough.
    case stale
    /// It is too far from the median of all.
    case deviates
  }

  /// What a stale source lacks.
  public enum Staleness: Error, Sendable, Hashable {
    /// It observed nothing in the seconds of `stale_after` up to a time.
    case nothing(upTo: Timestamp)
    /// It observed nothing for more seconds than that after a time.
    case gap(after: Timestamp, seconds: UInt64)
  }

  public struct Source: Sendable, Hashable {
    public let name: String
    /// In units of the last place; nil where it has none.
    public let value: UInt256?
    public let standing: Standing
    /// Of a stale one.
    public let staleness: Staleness?

    public init(
      name: String, value: UInt256?, standing: Standing, staleness: Staleness? = nil
    ) {
      self.name = name
      self.value = value
      self.standing = standing
      self.staleness = staleness
    }
  }

  public let price: PriceDeclaration
  /// In the order of the price's.
  public let sources: [Source]
  /// The median of all that are not stale; nil where all are.
  public let median: UInt256?
  /// In units of the last place; nil where too few sources are left.
  public let value: UInt256?

  public init(
    price: PriceDeclaration, sources: [Source], median: UInt256?, value: UInt256?
  ) {
    self.price = price
    self.sources = sources
    self.median = median
    self.value = value
  }

  /// A value of it as a decimal number.
  public func text(_ value: UInt256?) -> String? {
    value.map { DecimalNumber($0, scale: price.places).shortest }
  }
}

extension SourceDeclaration {
  /// The titles of a source of observations in a bundle.
  public static let observedColumns = (time: "time", value: "value")

  /// False where its rows say when something was, and not whose it was.
  public var hasAccounts: Bool { observed == nil && timeTable == nil }
}

extension Plan {
  public func price(named name: String) -> PriceDeclaration? { prices.first { $0.name == name } }

  /// The prices that some of its programs read, in the order of the plan.
  public func prices(readBy programs: [Program]) -> [PriceDeclaration] {
    let names = programs.reduce(into: Set<String>()) { $0.formUnion($1.prices) }
    return prices.filter { names.contains($0.name) }
  }

  /// The seconds whose observations are read of a source: from the first to the last that count for
  /// a price of the plan; nil where none does, or the plan has no epochs.
  func observedSpan(of source: SourceDeclaration, in epoch: EpochIndex) -> Range<UInt64>? {
    guard let interval = interval(of: epoch) else { return nil }
    let spans = prices.filter { $0.sources.contains(source.name) }.map { $0.span(in: interval) }
    guard let start = spans.map(\.lowerBound).min(), let end = spans.map(\.upperBound).max() else {
      return nil
    }
    return start..<end
  }
}
