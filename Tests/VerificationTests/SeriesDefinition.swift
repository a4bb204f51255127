import BigInt
import DistributionModel
import EthereumPrimitives

@testable import Verification

/// Section 15 of the law word by word, a second after the other: no instants, no clocks.
struct SeriesDefinition {
  private let sample: SeriesSample
  private let spans: [String: Range<UInt64>]
  /// The balances that count, by source and account, at every second of the source's span.
  private(set) var balances: [String: [Address: [BigInt]]] = [:]

  /// - Throws: where a balance is out of bounds or has no value.
  init(_ sample: SeriesSample) throws {
    self.sample = sample
    spans = sample.spans
    for source in sample.plan.sources {
      guard let series = source.series, let span = spans[source.name] else { continue }
      let plain: [Address: [BigInt]]
      switch series.origin {
      case .events: plain = try changed(source.name, series, span)
      case .balances(let expression): plain = try computed(expression, series, span)
      case .lookThrough, .ranges: continue
      }
      let holding = Int(series.minimumHolding)
      balances[source.name] = plain.mapValues { balances in
        balances.indices.map { balances[max(0, $0 - holding)...$0].min() ?? 0 }
      }
    }
  }

  struct Refused: Error {}

  private func changed(
    _ name: String, _ series: Series, _ span: Range<UInt64>
  ) throws -> [Address: [BigInt]] {
    let events = (sample.events[name] ?? [:]).filter { account, _ in
      !series.exclude.contains { $0.account == account }
    }
    return try events.mapValues { changes in
      try span.map { second in
        let sum = changes.reduce(BigInt(0)) { $1.time <= second ? $0 + $1.amount : $0 }
        guard sum >= 0, sum.magnitude < ReferenceLaw.bound else { throw Refused() }
        return sum
      }
    }
  }

  private func computed(
    _ expression: Expression, _ series: Series, _ span: Range<UInt64>
  ) throws -> [Address: [BigInt]] {
    let names = expression.columns.sorted()
    let page = ReferenceExpressions(values: [], columns: names, rows: [])
    var result: [Address: [BigInt]] = [:]
    for account in Set(names.flatMap { (balances[$0] ?? [:]).keys })
    where !series.exclude.contains(where: { $0.account == account }) {
      result[account] = try span.map { second in
        let own = names.map { balance(of: account, in: $0, at: second) }
        guard own.contains(where: { $0 != 0 }) else { return 0 }
        let digits = try page.number(expression, of: .init(account: account, columns: own))
        let places = ColumnDeclaration(name: "", kind: series.value).places ?? 0
        // x · 10^places is digits · 10^places / 10^scale.
        let whole = ReferenceMath.floorDivision(
          digits * BigInt(10).power(places), BigInt(10).power(expression.scale))
        guard whole.magnitude < ReferenceLaw.bound else { throw Refused() }
        return max(whole, 0)
      }
    }
    return result
  }

  /// The balance that counts at a second of the source's span.
  func balance(of account: Address, in source: String, at second: UInt64) -> BigInt {
    guard let span = spans[source], span.contains(second),
      let balances = balances[source]?[account]
    else { return 0 }
    return balances[Int(second - span.lowerBound)]
  }

  /// The value of a measure but for shares, which are not whole.
  func value(
    _ measure: Series.Measure, of account: Address, in source: String, over window: Range<UInt64>
  ) -> BigInt? {
    let own = window.map { balance(of: account, in: source, at: $0) }
    switch measure {
    case .opening: return own.first
    case .closing: return own.last
    case .lowest: return own.min()
    case .highest: return own.max()
    case .held: return own.reduce(0, +)
    case .average: return own.reduce(0, +) / BigInt(own.count)
    case .seconds: return BigInt(own.count { $0 > 0 })
    case .running: return BigInt(window.count { supply(of: source, at: $0) > 0 })
    case .share: return nil
    }
  }

  func supply(of source: String, at second: UInt64) -> BigInt {
    (balances[source] ?? [:]).keys.reduce(0) { $0 + balance(of: $1, in: source, at: second) }
  }

  /// Balance times seconds, or seconds by shares of all balances, as an exact fraction.
  ///
  /// - Parameter through: the vault, and the source of its shares.
  func exact(
    _ measure: Series.Measure, of account: Address, in source: String,
    _ through: LookThrough? = nil, over window: Range<UInt64>
  ) -> Ratio {
    var sum = Ratio(0)
    for second in window {
      var own = Ratio(balance(of: account, in: source, at: second))
      if let through {
        let shares = supply(of: through.shares, at: second)
        let pooled = balance(of: through.vault, in: source, at: second)
        if account == through.vault, shares > 0 { own = Ratio(0) }
        if shares > 0 {
          own += Ratio(pooled * balance(of: account, in: through.shares, at: second), shares)
        }
      }
      let all = measure == .share ? supply(of: source, at: second) : 1
      if all > 0 { sum += Ratio(own.top, own.bottom * all) }
    }
    return sum
  }
}

/// An exact fraction.
struct Ratio {
  private(set) var top: BigInt
  private(set) var bottom: BigInt

  init(_ top: BigInt, _ bottom: BigInt = 1) {
    let divisor = top.greatestCommonDivisor(with: bottom)
    (self.top, self.bottom) = divisor == 0 ? (top, bottom) : (top / divisor, bottom / divisor)
  }

  static func += (left: inout Ratio, right: Ratio) {
    left = Ratio(left.top * right.bottom + right.top * left.bottom, left.bottom * right.bottom)
  }
}
