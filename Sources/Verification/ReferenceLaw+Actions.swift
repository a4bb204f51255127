import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

extension ReferenceLaw {
  typealias Row = (account: Address, values: [BigUInt])

  /// The rows of a source that its rules let count, with what counts of them.
  ///
  /// - Parameters:
  ///   - start: of the window; rows before it use up limits and cancel trades, and do not count.
  ///   - clusters: the number of each account's cluster.
  static func counting(
    _ rows: [Row], _ source: SourceDeclaration, from start: UInt64, clusters: [Address: BigUInt]
  ) -> [Row] {
    guard source.wash != nil || !source.limits.isEmpty, let time = source.timeIndex else {
      return rows
    }
    return Dictionary(grouping: rows, by: \.account).values.flatMap { own in
      let traded = washed(ordered(own, by: time), source, time, start, clusters)
      return limited(ordered(traded, by: time), source, time, start)
    }
  }

  /// By time, rows of one second by their values.
  private static func ordered(_ rows: [Row], by time: Int) -> [Row] {
    rows.sorted { left, right in
      ([left.values[time]] + left.values)
        .lexicographicallyPrecedes([right.values[time]] + right.values)
    }
  }

  private static func column(_ name: String, of source: SourceDeclaration) -> Int {
    source.columns.firstIndex { $0.name == name } ?? 0
  }

  // MARK: Section 18, limits of actions

  /// Each row is asked what the earlier ones that count have used up of every limit.
  private static func limited(
    _ rows: [Row], _ source: SourceDeclaration, _ time: Int, _ start: UInt64
  ) -> [Row] {
    // By limit, then by the value and the period that share it.
    var used: [Int: [[BigUInt?]: BigUInt]] = [:]
    return rows.filter { row in
      let isEarlier = row.values[time] < BigUInt(start)
      var needed: [(limit: Int, sharing: [BigUInt?], amount: BigUInt)] = []
      for (number, limit) in source.limits.enumerated() where concerns(limit, row, source) {
        var sharing = [limit.each.map { row.values[column($0, of: source)] }]
        switch limit.period {
        case .window: if isEarlier { continue }
        case .seconds(let seconds): sharing.append(row.values[time] / BigUInt(seconds))
        case .ever: break
        }
        let before = used[number]?[sharing] ?? 0
        switch limit.bound {
        case .rows(let bound):
          if before + 1 > BigUInt(bound) { return false }
          needed.append((number, sharing, before + 1))
        case .sum(let bound, let name):
          let amount = before + row.values[column(name, of: source)]
          if amount > big(bound) { return false }
          needed.append((number, sharing, amount))
        }
      }
      for (number, sharing, amount) in needed { used[number, default: [:]][sharing] = amount }
      return !isEarlier
    }
  }

  private static func concerns(
    _ limit: ActionLimit, _ row: Row, _ source: SourceDeclaration
  ) -> Bool {
    limit.conditions.allSatisfy { condition in
      let word = row.values[column(condition.column, of: source)]
      return condition.texts.contains { BigUInt(Data(Array($0.utf8))) == word }
    }
  }

  // MARK: Section 19, wash trades

  /// The trades of an account, in their order, with what counts of their volumes.
  private static func washed(
    _ trades: [Row], _ source: SourceDeclaration, _ time: Int, _ start: UInt64,
    _ clusters: [Address: BigUInt]
  ) -> [Row] {
    guard let rules = source.wash else { return trades }
    let partner = column(rules.counterparty, of: source)
    let volume = column(rules.volume, of: source)
    var volumes = trades.map { trade in
      isOwn(trade, partner, rules, clusters) ? 0 : trade.values[volume]
    }
    if let trip = rules.roundTrip {
      cancel(trip, trades, &volumes, source, time)
    }
    if let cap = rules.pairCap {
      let inside = trades.indices.filter { trades[$0].values[time] >= BigUInt(start) }
      let whole = inside.reduce(BigUInt(0)) { $0 + volumes[$1] }
      let bound = whole * BigUInt(cap.billionths) / 1_000_000_000
      var used: [BigUInt: BigUInt] = [:]
      for place in inside {
        let before = used[trades[place].values[partner]] ?? 0
        volumes[place] = min(volumes[place], bound - before)
        used[trades[place].values[partner]] = before + volumes[place]
      }
    }
    return zip(trades, volumes).filter { $0.1 > 0 }.map { trade, counting in
      var values = trade.values
      values[volume] = counting
      return (trade.account, values)
    }
  }

  private static func isOwn(
    _ trade: Row, _ partner: Int, _ rules: WashRules, _ clusters: [Address: BigUInt]
  ) -> Bool {
    if trade.values[partner] == big(trade.account.number) { return true }
    guard rules.dropsClusters, let own = clusters[trade.account], own > 0,
      let number = UInt256(bigEndian: Array(trade.values[partner].serialize())[...]),
      let other = Address(number: number)
    else { return false }
    return clusters[other] == own
  }

  /// Each trade against the earlier ones of its market, the earliest first.
  private static func cancel(
    _ trip: WashRules.RoundTrip, _ trades: [Row], _ volumes: inout [BigUInt],
    _ source: SourceDeclaration, _ time: Int
  ) {
    let side = column(trip.side, of: source)
    let market = source.wash?.market.map { column($0, of: source) }
    // By market, the trades of which something is left.
    var open: [BigUInt?: [Int]] = [:]
    for later in trades.indices {
      let now = trades[later].values
      let place = market.map { now[$0] }
      // What is too old for this trade is too old for all that follow.
      var before = (open[place] ?? []).filter {
        now[time] <= trades[$0].values[time] + BigUInt(trip.seconds)
      }
      for earlier in before where trades[earlier].values[side] != now[side] {
        let both = min(volumes[earlier], volumes[later])
        volumes[earlier] -= both
        volumes[later] -= both
        if volumes[later] == 0 { break }
      }
      before.removeAll { volumes[$0] == 0 }
      open[place] = before + (volumes[later] > 0 ? [later] : [])
    }
  }
}
