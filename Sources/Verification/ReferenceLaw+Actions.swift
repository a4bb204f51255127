import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

extension ReferenceLaw {
  typealias Row = (account: Address, values: [BigUInt])

  /// The rows of a source that its rules let count, with what counts of them.
  ///
  /// - Parameter clusters: the number of each account's cluster.
  static func counting(
    _ rows: [Row], _ source: SourceDeclaration, clusters: [Address: BigUInt]
  ) -> [Row] {
    guard source.wash != nil || !source.limits.isEmpty, let time = source.timeIndex else {
      return rows
    }
    return Dictionary(grouping: rows, by: \.account).values.flatMap { own in
      let traded = washed(ordered(own, by: time), source, time, clusters)
      return limited(ordered(traded, by: time), source, time)
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
    _ rows: [Row], _ source: SourceDeclaration, _ time: Int
  ) -> [Row] {
    var counting: [Row] = []
    for row in rows {
      let isWithin = source.limits.allSatisfy { limit in
        guard concerns(limit, row, source) else { return true }
        let alike = counting.filter { other in
          concerns(limit, other, source)
            && limit.each.map { other.values[column($0, of: source)] }
              == limit.each.map { row.values[column($0, of: source)] }
            && limit.period.map { other.values[time] / BigUInt($0) }
              == limit.period.map { row.values[time] / BigUInt($0) }
        }
        switch limit.bound {
        case .rows(let bound): return BigUInt(alike.count + 1) <= BigUInt(bound)
        case .sum(let bound, let name):
          let place = column(name, of: source)
          return (alike + [row]).reduce(BigUInt(0)) { $0 + $1.values[place] } <= big(bound)
        }
      }
      if isWithin { counting.append(row) }
    }
    return counting
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
    _ trades: [Row], _ source: SourceDeclaration, _ time: Int, _ clusters: [Address: BigUInt]
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
      let bound = volumes.reduce(0, +) * BigUInt(cap.billionths) / 1_000_000_000
      for place in trades.indices {
        let earlier = trades.indices.prefix(place)
          .filter { trades[$0].values[partner] == trades[place].values[partner] }
        let used = earlier.reduce(BigUInt(0)) { $0 + volumes[$1] }
        volumes[place] = min(volumes[place], bound - used)
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
    guard rules.dropsClusters, let own = clusters[trade.account], own > 0 else { return false }
    return clusters.contains { big($0.key.number) == trade.values[partner] && $0.value == own }
  }

  /// Each trade against the earlier ones of its market, the earliest first.
  private static func cancel(
    _ trip: WashRules.RoundTrip, _ trades: [Row], _ volumes: inout [BigUInt],
    _ source: SourceDeclaration, _ time: Int
  ) {
    let side = column(trip.side, of: source)
    let market = source.wash?.market.map { column($0, of: source) }
    for later in trades.indices {
      for earlier in trades.indices.prefix(later) {
        let (first, second) = (trades[earlier].values, trades[later].values)
        guard first[side] != second[side], second[time] <= first[time] + BigUInt(trip.seconds),
          market.map({ first[$0] == second[$0] }) ?? true
        else { continue }
        let both = min(volumes[earlier], volumes[later])
        volumes[earlier] -= both
        volumes[later] -= both
      }
    }
  }
}
