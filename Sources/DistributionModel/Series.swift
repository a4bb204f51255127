import EthereumPrimitives

/// Balances over time, of which a program reads one row per account: `docs/reference/law.md`,
/// section 15.
public struct Series: Sendable, Hashable {
  /// Where the balances come from.
  public enum Origin: Sendable, Hashable {
    /// From changes in the source's file.
    case events(PositionEvents)
    /// Computed at every instant from the balances of earlier sources, which are its names.
    case balances(Expression)
    /// A vault's balance belongs to those who hold its shares.
    case lookThrough(LookThrough)
    /// Positions of concentrated liquidity, with measures of their own.
    case ranges(RangeEvents)
  }

  /// What is said of an account's balance over a window of time.
  public enum Measure: String, Sendable, Hashable, CaseIterable {
    /// At the start of the window, after the changes of that instant.
    case opening
    /// At its end, before the changes of that instant.
    case closing
    /// The least and the most that was held for at least a second.
    case lowest
    case highest
    /// Balance times seconds.
    case held
    /// `held` over the seconds of the window, rounded down.
    case average
    /// Seconds in which the balance was above 0.
    case seconds
    /// The seconds earned by shares of all balances, in units of 2⁻¹⁹²: a weight, and no part of an
    /// expression.
    case share
    /// Seconds in which anybody's balance was above 0; beside `share` in any case.
    case running
  }

  public let origin: Origin
  /// What balances are counted in: whole numbers, amounts of a token, or decimals.
  public let value: ColumnDeclaration.Kind
  /// A balance counts once it was held for so many seconds: the least of that time.
  public let minimumHolding: UInt64
  /// Which of them the source's columns are, in their order; each once. None beside ranges.
  public let measures: [Measure]
  /// Accounts that have no part in it, each with its reason: they neither earn nor lower the shares
  /// of others.
  public let exclude: [PlannedExclusion]

  public init(
    origin: Origin, value: ColumnDeclaration.Kind, minimumHolding: UInt64 = 0, measures: [Measure],
    exclude: [PlannedExclusion] = []
  ) {
    self.origin = origin
    self.value = value
    self.minimumHolding = minimumHolding
    self.measures = measures
    self.exclude = exclude
  }

  public init(_ ranges: RangeEvents, exclude: [PlannedExclusion] = []) {
    self.init(origin: .ranges(ranges), value: .integer, measures: [], exclude: exclude)
  }

  /// The columns that programs read, one per measure.
  public var columns: [ColumnDeclaration] {
    if let ranges { return ranges.measures.map(\.column) }
    return measures.map { measure in
      switch measure {
      case .opening, .closing, .lowest, .highest, .held, .average:
        ColumnDeclaration(name: measure.rawValue, kind: value)
      case .seconds, .running: ColumnDeclaration(name: measure.rawValue, kind: .integer)
      case .share: ColumnDeclaration(name: measure.rawValue, kind: .share)
      }
    }
  }

  /// Whom it excludes.
  public var excluded: Set<Address> { Set(exclude.map(\.account)) }

  /// The rows of changes, where it is not computed from other sources.
  public var events: PositionEvents? {
    if case .events(let events) = origin { events } else { nil }
  }

  /// The rows of positions, where it is of concentrated liquidity.
  public var ranges: RangeEvents? {
    if case .ranges(let ranges) = origin { ranges } else { nil }
  }

  /// Whether its changes are in a file, and not in those of other sources alone.
  public var hasFile: Bool { events != nil || ranges != nil }

  /// The names of the sources from which it is computed.
  public var components: Set<String> {
    switch origin {
    case .events: []
    case .balances(let expression): expression.columns
    case .lookThrough(let through): [through.deposits, through.shares]
    case .ranges(let ranges): [ranges.price]
    }
  }
}

/// Rows that change balances.
public struct PositionEvents: Sendable, Hashable {
  /// What a row does.
  public enum Effect: Sendable, Hashable {
    /// The column is added to the account's balance; with a minus sign it is taken off.
    case change
    /// The column is the account's balance from then on.
    case balance
    /// The amount moves from the account to another one, the target; the zero address is nobody, so
    /// that what comes from it is new, and what goes to it is gone.
    case transfer(target: String)
    /// A column of words says what the amount does.
    case kinds(column: String, kinds: [EventDeclaration.Kind], target: String)
  }

  public let effect: Effect
  /// The column of amounts; nil where each row is about 1.
  public let amount: ColumnDeclaration?
  /// Columns of whole numbers that order rows of one second, the first one first: of several
  /// balances of an account the last one counts.
  public let order: [String]
  /// Changes take effect at the next multiple of so many seconds since 1970, after their time;
  /// nil is at once.
  public let period: UInt64?

  public init(
    effect: Effect, amount: ColumnDeclaration?, order: [String] = [], period: UInt64? = nil
  ) {
    self.effect = effect
    self.amount = amount
    self.order = order
    self.period = period
  }
}

extension PositionEvents {
  /// When a row of a time takes effect, in seconds since 1970.
  public func effectiveTime(_ time: UInt64) -> UInt64 {
    guard let period else { return time }
    let (next, overflow) = (time / period + 1).multipliedReportingOverflow(by: period)
    return overflow ? .max : next
  }
}

/// Whoever holds a vault's shares holds a part of what the vault holds.
public struct LookThrough: Sendable, Hashable {
  /// The source in which the vault has a balance.
  public let deposits: String
  public let vault: Address
  /// The source of the balances of its shares.
  public let shares: String

  public init(deposits: String, vault: Address, shares: String) {
    self.deposits = deposits
    self.vault = vault
    self.shares = shares
  }
}

/// Which seconds of its rows count.
public enum TimeWindow: Sendable, Hashable {
  /// The epoch.
  case epoch
  /// So many seconds up to the epoch's end.
  case trailing(UInt64)
  /// The same in every epoch; half-open.
  case fixed(start: Timestamp, end: Timestamp)
}

/// Where a row says when it happened.
public struct TimeColumn: Sendable, Hashable {
  /// Seconds since 1970, or a time as ISO 8601 writes it; with a lookup the key by which it is
  /// found.
  public let column: String
  /// An earlier source that is a table of times.
  public let table: String?

  public init(column: String, table: String? = nil) {
    self.column = column
    self.table = table
  }
}

extension Plan {
  /// The seconds of an epoch; nil in a plan without epochs. Of an epoch after the last one, which
  /// the law refuses, they are those of the last one: a plan's epochs end before 2⁶⁴ seconds.
  public func interval(of epoch: EpochIndex) -> Range<UInt64>? {
    epochs.map { epochs in
      let number = UInt64(min(epoch.number, epochs.count - 1))
      let start = epochs.start.seconds + number * epochs.length
      return start..<(start + epochs.length)
    }
  }

  /// The seconds of a source's window in an epoch; nil where the plan has no epochs that say.
  public func window(of source: SourceDeclaration, in epoch: EpochIndex) -> Range<UInt64>? {
    if source.observed != nil { return observedSpan(of: source, in: epoch) }
    return switch source.window {
    case .fixed(let start, let end): start.seconds..<end.seconds
    case .epoch: interval(of: epoch)
    case .trailing(let seconds):
      interval(of: epoch).map { $0.upperBound - min(seconds, $0.upperBound)..<$0.upperBound }
    }
  }

  /// The seconds of which a source's rows of actions are read in an epoch: its window, and before
  /// it what its rules look back on.
  public func rowSpan(of source: SourceDeclaration, in epoch: EpochIndex) -> Range<UInt64>? {
    window(of: source, in: epoch).map {
      source.lookBack(from: $0.lowerBound)..<$0.upperBound
    }
  }

  /// Sources, and those from whose balances they are computed, in the order of the plan.
  public func withComponents(_ sources: [SourceDeclaration]) -> [SourceDeclaration] {
    var names = Set(sources.map(\.name))
    // A source is computed from earlier ones.
    for source in self.sources.reversed() where names.contains(source.name) {
      names.formUnion(source.series?.components ?? [])
    }
    return self.sources.filter { names.contains($0.name) }
  }

  /// The seconds of which the rows of sources have to be known in an epoch, by source: its own
  /// window, those of sources that are computed from it, and before them what a minimum holding
  /// time looks back on. Balances at the start come from all earlier rows.
  public func reading(
    of sources: [SourceDeclaration], in epoch: EpochIndex
  ) -> [String: Range<UInt64>] {
    let asked = Set(sources.map(\.name))
    var ranges: [String: Range<UInt64>] = [:]
    func widen(_ name: String, to range: Range<UInt64>) {
      let known = ranges[name] ?? range
      ranges[name] =
        min(known.lowerBound, range.lowerBound)..<max(known.upperBound, range.upperBound)
    }
    for source in withComponents(sources).reversed() {
      // Prices have no window of their own, but those of the positions that need them.
      if asked.contains(source.name), source.price == nil,
        let window = window(of: source, in: epoch)
      {
        widen(source.name, to: window)
      }
      guard let series = source.series, let range = ranges[source.name] else { continue }
      let start = range.lowerBound - min(series.minimumHolding, range.lowerBound)
      ranges[source.name] = start..<range.upperBound
      for name in series.components { widen(name, to: start..<range.upperBound) }
    }
    return ranges
  }
}

/// What a source of positions says of a span of time: a change of each account at each instant.
///
/// Canonical: by time, then by account, no account twice at one time, no change by 0. Balances at
/// the start are changes at time 0.
public struct PositionHistory: Sendable, Equatable {
  /// The seconds of which it tells.
  public let span: Range<UInt64>
  /// Ascending; each stands in some change.
  public let accounts: [Address]
  /// Their accounts are places in `accounts`. A change at 0 is a balance at the start.
  public let changes: PositionChanges

  public init(span: Range<UInt64>, accounts: [Address], changes: PositionChanges) {
    self.span = span
    self.accounts = accounts
    self.changes = changes
  }

  /// The same changes, whose accounts are numbered in another order.
  public init(span: Range<UInt64>, numbered accounts: [Address], changes: PositionChanges) {
    let order = AscendingOrder.places(by: accounts.map(\.word0)) { accounts[$0] < accounts[$1] }
    var places = [UInt32](repeating: 0, count: accounts.count)
    for (place, number) in order.enumerated() { places[number] = UInt32(place) }
    var renumbered = changes
    renumbered.accounts = changes.accounts.map { places[Int($0)] }
    self.init(span: span, accounts: order.map { accounts[$0] }, changes: renumbered)
  }
}
