import DistributionModel
import EthereumPrimitives

/// Which actions count, and how much of them: sections 18 and 19 of `docs/reference/law.md`.
public enum ActionLaw {
  /// What is left of the rows of a source.
  public struct Counted: Sendable {
    public let rows: SourceRows
    /// Where each of them stood.
    public let places: [Int]
    /// Accounts none of whose rows counts; ascending.
    public let dropped: [Address]
    /// What was taken, by the places of the rows as they were.
    public let left: [LeftOut]
  }

  /// Applies the rules of a source to its rows.
  ///
  /// - Parameters:
  ///   - start: rows before it count for nothing, but limits and round trips look back on them.
  ///   - clusters: who counts as one holder; needed where trades inside of a cluster do not count.
  public static func counted(
    _ rows: SourceRows, of source: SourceDeclaration, from start: UInt64 = 0,
    clusters: ClusterTable?
  ) -> Counted {
    guard source.hasActionRules else {
      return Counted(rows: rows, places: Array(rows.accounts.indices), dropped: [], left: [])
    }
    guard let time = source.timeIndex else {
      preconditionFailure("a checked plan names the column of times")
    }
    var columns = rows.values.map(\.numbers)
    let start = UInt256(start)
    var wash = source.wash.map {
      WashLaw(rows, source, $0, time: time, from: start, clusters: clusters)
    }
    var limits = LimitLaw(source, time: time, from: start)
    var kept: [Int] = []
    var dropped: [Address] = []
    for group in AccountValues.groups(of: rows.accounts) {
      var counting = ordered(Array(group), columns, time: time)
      let isInside = counting.last.map { columns[time][$0] >= start } ?? false
      if wash != nil {
        wash?.take(counting)
        for row in counting { columns[wash?.column ?? 0][row] = wash?.volumes[row] ?? .zero }
        counting.removeAll { columns[wash?.column ?? 0][$0].isZero }
        counting = ordered(counting, columns, time: time)
      }
      counting = limits.counting(counting, columns)
      if counting.isEmpty, isInside { dropped.append(rows.accounts[group[group.startIndex]]) }
      kept += counting
    }
    return Counted(
      rows: SourceRows(
        source: rows.source, accounts: kept.map { rows.accounts[$0] },
        values: columns.map { column in kept.map { column[$0] } },
        lines: kept.map { rows.lines[$0] }),
      places: kept, dropped: dropped, left: (wash?.left ?? []) + limits.left)
  }

  /// Rows of an account by their time, those of one second by their values.
  private static func ordered(_ rows: [Int], _ columns: [[UInt256]], time: Int) -> [Int] {
    rows.sorted { left, right in
      if columns[time][left] != columns[time][right] {
        return columns[time][left] < columns[time][right]
      }
      for column in columns where column[left] != column[right] {
        return column[left] < column[right]
      }
      return left < right
    }
  }
}

/// Section 18: how many actions count.
struct LimitLaw {
  private let limits: [Limit]
  private let time: Int
  private let start: UInt256
  private(set) var left: [LeftOut] = []

  /// A limit with its columns by their places.
  private struct Limit {
    let conditions: [(column: Int, words: Set<UInt256>)]
    let each: Int?
    let period: ActionLimit.Period
    /// The column that is added up; nil where rows are counted.
    let column: Int?
    let bound: UInt256
  }

  /// What shares a limit.
  private struct Share: Hashable {
    let limit: Int
    let value: UInt256
    let period: UInt256
  }

  init(_ source: SourceDeclaration, time: Int, from start: UInt256) {
    self.time = time
    self.start = start
    limits = source.limits.map { limit in
      let (column, bound): (Int?, UInt256) =
        switch limit.bound {
        case .rows(let count): (nil, UInt256(count))
        case .sum(let bound, let column): (source.place(of: column), bound)
        }
      return Limit(
        conditions: limit.conditions.map { condition in
          (source.place(of: condition.column), Set(condition.texts.compactMap { Word($0)?.number }))
        }, each: limit.each.map(source.place(of:)), period: limit.period,
        column: column, bound: bound)
    }
  }

  /// Those of an account's rows, in their order, that pass no limit. Rows before the window use up
  /// what they pass, and are not among them.
  mutating func counting(_ rows: [Int], _ columns: [[UInt256]]) -> [Int] {
    var used: [Share: UInt256] = [:]
    return rows.filter { row in
      let isEarlier = columns[time][row] < start
      var next: [Share: UInt256] = [:]
      for (number, limit) in limits.enumerated()
      where concerns(limit, row, columns, isEarlier: isEarlier) {
        let share = share(of: number, row, columns)
        let own = limit.column.map { columns[$0][row] }
        let sum = (used[share] ?? .zero).adding(own ?? .one)
        guard let sum, sum <= limit.bound else {
          if !isEarlier { left.append(LeftOut(row: row, rule: .limit(number), amount: own)) }
          return false
        }
        next[share] = sum
      }
      used.merge(next) { $1 }
      return !isEarlier
    }
  }

  private func concerns(
    _ limit: Limit, _ row: Int, _ columns: [[UInt256]], isEarlier: Bool
  ) -> Bool {
    if isEarlier, limit.period == .window { return false }
    return limit.conditions.allSatisfy { $0.words.contains(columns[$0.column][row]) }
  }

  private func share(of number: Int, _ row: Int, _ columns: [[UInt256]]) -> Share {
    var period = UInt256.zero
    if case .seconds(let seconds) = limits[number].period {
      period =
        columns[time][row].quotientAndRemainder(dividingBy: UInt256(seconds))?.quotient ?? .zero
    }
    return Share(
      limit: number, value: limits[number].each.map { columns[$0][row] } ?? .zero, period: period)
  }
}

/// Section 19: how much of a trade counts.
struct WashLaw {
  /// The place of the column of volumes.
  let column: Int
  /// What counts of each row's volume, as far as its account was looked at.
  private(set) var volumes: [UInt256]
  private(set) var left: [LeftOut] = []
  private let rows: SourceRows
  private let rules: WashRules
  private let time: Int
  private let start: UInt256
  private let counterparty: Int
  private let market: Int?
  private let side: Int?
  private let clusters: ClusterTable?

  init(
    _ rows: SourceRows, _ source: SourceDeclaration, _ rules: WashRules, time: Int,
    from start: UInt256, clusters: ClusterTable?
  ) {
    self.rows = rows
    self.rules = rules
    self.time = time
    self.start = start
    column = source.place(of: rules.volume)
    counterparty = source.place(of: rules.counterparty)
    market = rules.market.map(source.place(of:))
    side = rules.roundTrip.map { source.place(of: $0.side) }
    volumes = rows.values[column].numbers
    guard rules.dropsClusters else {
      self.clusters = nil
      return
    }
    guard let clusters else { preconditionFailure("the source of the clusters was read") }
    self.clusters = clusters
  }

  /// Looks at the trades of one account, which are in their order.
  mutating func take(_ trades: [Int]) {
    guard let first = trades.first else { return }
    leaveOwnTrades(trades, of: rows.accounts[first])
    if let trip = rules.roundTrip { leaveRoundTrips(trades, within: UInt256(trip.seconds)) }
    guard let cap = rules.pairCap else { return }
    leavePairs(trades.filter { !isEarlier($0) }, above: cap)
  }

  private func isEarlier(_ row: Int) -> Bool { rows.values[time][row] < start }

  private mutating func leave(_ amount: UInt256, of row: Int, _ rule: ActionRule) {
    guard !amount.isZero else { return }
    volumes[row] = volumes[row] &- amount
    guard !isEarlier(row) else { return }
    left.append(LeftOut(row: row, rule: rule, amount: amount))
  }

  private mutating func leaveOwnTrades(_ trades: [Int], of account: Address) {
    let cluster = clusters?.number(of: account) ?? .zero
    for row in trades {
      let partner = rows.values[counterparty][row]
      if partner == account.number {
        leave(volumes[row], of: row, .ownTrade)
      } else if !cluster.isZero, let partner = Address(number: partner),
        clusters?.number(of: partner) == cluster
      {
        leave(volumes[row], of: row, .sameCluster)
      }
    }
  }

  /// Trades that are still open are of one side, since an opposite one takes from them first.
  private mutating func leaveRoundTrips(_ trades: [Int], within seconds: UInt256) {
    guard let side else { return }
    var markets: [UInt256: ArraySlice<Int>] = [:]
    var cancelled: [Int: UInt256] = [:]
    for row in trades {
      let market = market.map { rows.values[$0][row] } ?? .zero
      var open = markets[market] ?? []
      var volume = volumes[row] &- (cancelled[row] ?? .zero)
      func isOver(_ other: Int) -> Bool {
        rows.values[time][other].adding(seconds).map { $0 < rows.values[time][row] } ?? false
      }
      while let other = open.first, isOver(other) { open.removeFirst() }
      while !volume.isZero, let other = open.first,
        rows.values[side][other] != rows.values[side][row]
      {
        let rest = volumes[other] &- (cancelled[other] ?? .zero)
        let both = min(rest, volume)
        cancelled[other] = (cancelled[other] ?? .zero) &+ both
        cancelled[row] = (cancelled[row] ?? .zero) &+ both
        volume = volume &- both
        if both == rest { open.removeFirst() }
      }
      if !volume.isZero { open.append(row) }
      markets[market] = open
    }
    for row in trades { leave(cancelled[row] ?? .zero, of: row, .roundTrip) }
  }

  private mutating func leavePairs(_ trades: [Int], above cap: Share) {
    // Sums of fewer than 2³² volumes, times a number of 30 bits, stay below 2⁵¹².
    let whole = trades.reduce(UInt512.zero) { $0.adding(volumes[$1]) ?? $0 }
    let part = whole.multiplied(by: UInt256(cap.billionths)) ?? whole
    guard
      let bound = part.quotientAndRemainder(dividingBy: UInt256(Share.whole.billionths))?.quotient
    else { return }
    var sums: [UInt256: UInt512] = [:]
    for row in trades {
      let partner = rows.values[counterparty][row]
      let sum = (sums[partner] ?? .zero).adding(volumes[row]) ?? .zero
      // What is more than the bound is at most this trade.
      if let excess = sum.subtracting(bound)?.asUInt256 { leave(excess, of: row, .pairCap) }
      sums[partner] = min(sum, bound)
    }
  }
}

extension SourceDeclaration {
  /// The place of a column that a checked plan names.
  fileprivate func place(of column: String) -> Int {
    guard let place = columns.firstIndex(where: { $0.name == column }) else {
      preconditionFailure("a checked plan names the source's columns")
    }
    return place
  }
}
