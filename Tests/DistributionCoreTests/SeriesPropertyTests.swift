import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

/// Sources over a minute, and what they come to second by second.
private struct SeriesSample: CustomStringConvertible {
  static let accounts = 4

  var read: [String: Timeline] = [:]
  var formula = 0
  var sources: [SourceDeclaration] = []
  var epoch: UInt32

  var plan: Plan {
    DistributionCoreTests.plan(sources, start: 12, length: 24)
  }

  var description: String {
    sources.map { "\($0.name) \($0.window) holding \($0.series?.minimumHolding ?? 0)" }
      .joined(separator: "\n") + "\nformula \(formula), epoch \(epoch)\n"
      + read.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
  }

  init(_ generator: inout Generator) {
    epoch = .random(in: 0...1, using: &generator)
    let shift = [0, 0, 100, 200].randomElement(using: &generator) ?? 0
    for name in ["borrowed", "supplied"] {
      read[name] = Self.timeline(shift: shift, &generator)
    }
    formula = .random(in: 0...4, using: &generator)
    func source(
      _ name: String, _ origin: Series.Origin, value: ColumnDeclaration.Kind = .integer,
      measures: [Series.Measure] = Series.Measure.allCases, isHeld: Bool = true
    ) -> SourceDeclaration {
      let window = Self.window(&generator)
      let holding =
        isHeld && Bool.random(using: &generator) ? UInt64.random(in: 1...20, using: &generator) : 0
      return series(
        name, measures, from: origin, value: value, holding: holding, window: window)
    }
    let value: ColumnDeclaration.Kind =
      formula == 3 ? .decimal(DecimalFormat(places: 2)) : .integer
    let deposits = ["supplied", "net"].randomElement(using: &generator) ?? "net"
    let vault = UInt64.random(in: 1...UInt64(Self.accounts + 1), using: &generator)
    sources = [
      source("supplied", readEvents), source("borrowed", readEvents),
      source("net", .balances(expression), value: value),
      source(
        "through",
        .lookThrough(LookThrough(deposits: deposits, vault: account(vault), shares: "borrowed")),
        measures: [.running, .share, .held], isHeld: false),
    ]
  }

  private static func window(_ generator: inout Generator) -> TimeWindow {
    switch UInt64.random(in: 0...2, using: &generator) {
    case 0: return .epoch
    case 1: return .trailing(.random(in: 1...70, using: &generator))
    default:
      let start = UInt64.random(in: 0..<Timeline.seconds, using: &generator)
      let end = UInt64.random(in: start + 1...Timeline.seconds, using: &generator)
      return .fixed(start: Timestamp(start), end: Timestamp(end))
    }
  }

  private static func timeline(shift: Int, _ generator: inout Generator) -> Timeline {
    Timeline(
      balances: (0..<accounts).map { _ in
        var balance = BigUInt(UInt64.random(in: 0...3, using: &generator)) << shift
        let pace = UInt64.random(in: 1...30, using: &generator)
        return (0..<Timeline.seconds).map { second in
          if second > 0, UInt64.random(in: 0..<30, using: &generator) < pace {
            let isZero = UInt64.random(in: 0...3, using: &generator) == 0
            balance = isZero ? 0 : BigUInt(UInt64.random(in: 0...9, using: &generator)) << shift
          }
          return balance
        }
      })
  }

  private var expression: Expression {
    let (supplied, borrowed) = (Formula.name("supplied"), Formula.name("borrowed"))
    switch formula {
    case 0: return Formula.difference(supplied, borrowed)
    case 1: return Formula.sum(Formula.difference(supplied, borrowed), Formula.number(7))
    case 2: return Formula.quotient(supplied, Formula.number(7))
    case 3: return Formula.difference(supplied, borrowed)
    default: return Formula.sum(supplied, Formula.product(borrowed, Formula.number(2)))
    }
  }

  /// The same by the second, for who holds something.
  private func value(_ supplied: BigUInt, _ borrowed: BigUInt) -> BigUInt {
    guard supplied + borrowed > 0 else { return 0 }
    switch formula {
    case 0: return supplied > borrowed ? supplied - borrowed : 0
    case 1: return supplied + 7 > borrowed ? supplied + 7 - borrowed : 0
    case 2: return supplied / 7
    case 3: return supplied > borrowed ? (supplied - borrowed) * 100 : 0
    default: return supplied + borrowed * 2
    }
  }

  // MARK: What comes out

  func found() throws -> [String: SourceRows] {
    let reading = plan.reading(of: sources, in: EpochIndex(epoch))
    var histories: [String: PositionHistory] = [:]
    for (name, timeline) in read {
      histories[name] = reading[name].map(timeline.history)
    }
    return try SeriesLaw.rows(
      of: sources, in: plan, epoch: EpochIndex(epoch), histories: histories)
  }

  func balances(of name: String) -> Timeline {
    let holding = sources.first { $0.name == name }?.series?.minimumHolding ?? 0
    if let timeline = read[name] { return timeline.held(for: holding) }
    let (supplied, borrowed) = (balances(of: "supplied"), balances(of: "borrowed"))
    return Timeline(
      balances: zip(supplied.balances, borrowed.balances).map { zip($0, $1).map(value) }
    ).held(for: holding)
  }

  func window(of name: String) -> Range<UInt64> {
    plan.sources.first { $0.name == name }.flatMap {
      plan.window(of: $0, in: EpochIndex(epoch))
    } ?? 0..<1
  }
}

/// The clock of a rule, read at the end of every second of a window.
private struct SecondsClock {
  let window: Range<UInt64>
  /// By seconds since the start; one more than there are seconds.
  var readings: [BigUInt] = [0]

  init(_ timeline: Timeline, _ window: Range<UInt64>, isShare: Bool) {
    self.window = window
    var (instant, reading) = (window.lowerBound, BigUInt(0))
    for second in window {
      if second > window.lowerBound, timeline.isChanged(at: second) {
        (instant, reading) = (second, readings[readings.count - 1])
      }
      let sum = timeline.sum(at: second)
      let passed = BigUInt(second + 1 - instant)
      readings.append(sum == 0 ? reading : reading + (isShare ? (passed << 256) / sum : passed))
    }
  }

  /// Σ b · ΔA over some seconds.
  func earned(_ balances: [BigUInt], _ seconds: Range<UInt64>) -> BigUInt {
    seconds.reduce(0) { sum, second in
      let place = Int(second - window.lowerBound)
      return sum + balances[Int(second)] * (readings[place + 1] - readings[place])
    }
  }
}

/// What a measure comes to by looking at every second.
private func oracle(
  _ measure: Series.Measure, _ timeline: Timeline, _ account: Int, _ window: Range<UInt64>
) -> BigUInt {
  let all = timeline.balances[account]
  let balances = window.map { all[Int($0)] }
  let held = balances.reduce(0, +)
  switch measure {
  case .opening: return balances[0]
  case .closing: return balances[balances.count - 1]
  case .lowest: return balances.min() ?? 0
  case .highest: return balances.max() ?? 0
  case .held: return held
  case .average: return held / BigUInt(balances.count)
  case .seconds: return BigUInt(balances.count { $0 > 0 })
  case .running: return BigUInt(window.count { timeline.sum(at: $0) > 0 })
  case .share:
    return SecondsClock(timeline, window, isShare: true).earned(all, window) >> 64
  }
}

/// What accounts earn that look through a vault, and the vault itself.
private func oracle(
  _ deposits: Timeline, _ shares: Timeline, vault: Int, _ window: Range<UInt64>, isShare: Bool
) -> [BigUInt] {
  let clock = SecondsClock(deposits, window, isShare: isShare)
  let (scale, dropped) = isShare ? (128, 64) : (256, 0)
  var weights = deposits.balances.map { clock.earned($0, window) >> dropped }
  guard weights.indices.contains(vault) else { return weights }
  let instants =
    [window.lowerBound] + window.dropFirst().filter { shares.isChanged(at: $0) }
    + [window.upperBound]
  var unclaimed = BigUInt(0)
  var parts = weights.map { _ in BigUInt(0) }
  for (start, end) in zip(instants, instants.dropFirst()) {
    let earned = clock.earned(deposits.balances[vault], start..<end)
    let sum = shares.sum(at: start)
    guard sum > 0 else {
      unclaimed += earned
      continue
    }
    for account in parts.indices {
      parts[account] += shares.balances[account][Int(start)] * ((earned << scale) / sum)
    }
  }
  weights[vault] = unclaimed >> dropped
  return zip(weights, parts).map { $0 + $1 >> (scale + dropped) }
}

private func big(_ number: UInt256) -> BigUInt { BigUInt(number.decimal) ?? 0 }

@Suite("Series: balances by the second")
struct SeriesPropertyTests {
  @Test("INV-046: every measure is what looking at every second gives, whatever balances come from")
  func measures() {
    check("measures by the second", runs: 150) {
      SeriesSample(&$0)
    } property: { sample in
      let found = try sample.found()
      for name in ["supplied", "borrowed", "net"] {
        let timeline = sample.balances(of: name)
        let window = sample.window(of: name)
        let holders = timeline.balances.indices.filter {
          oracle(.highest, timeline, $0, window) > 0
        }
        guard let rows = found[name],
          rows.accounts == holders.map({ account(UInt64($0 + 1)) })
        else { return false }
        for (measure, column) in zip(Series.Measure.allCases, rows.values) {
          let expected = holders.map { oracle(measure, timeline, $0, window) }
          guard column.map(big) == expected else { return false }
        }
      }
      return true
    }
  }

  @Test("INV-047: who looks through a vault earns its part, second by second, and nothing is lost")
  func vaults() {
    check("vaults by the second", runs: 150) {
      SeriesSample(&$0)
    } property: { sample in
      guard case .lookThrough(let through)? = sample.sources.last?.series?.origin,
        let rows = try sample.found()["through"]
      else { return false }
      let deposits = sample.balances(of: through.deposits)
      let shares = sample.balances(of: through.shares)
      let window = sample.window(of: "through")
      let vault =
        (0..<SeriesSample.accounts).first { account(UInt64($0 + 1)) == through.vault } ?? -1
      let held = oracle(deposits, shares, vault: vault, window, isShare: false)
      let shared = oracle(deposits, shares, vault: vault, window, isShare: true)
      let holders = held.indices.filter { held[$0] > 0 || shared[$0] > 0 }
      let running = oracle(.running, deposits, 0, window)
      let all = window.reduce(BigUInt(0)) { $0 + deposits.sum(at: $1) }
      let total = held.reduce(0, +)
      return rows.accounts == holders.map { account(UInt64($0 + 1)) }
        && rows.values[0].allSatisfy { big($0) == running }
        && rows.values[1].map(big) == holders.map { shared[$0] }
        && rows.values[2].map(big) == holders.map { held[$0] }
        // At most a unit is lost per account and one more by the inner clock.
        && total <= all && all <= total + BigUInt(SeriesSample.accounts)
    }
  }

  @Test("INV-048: what a minimum holding time leaves depends on nothing before it")
  func holding() {
    check("longer histories", runs: 100) {
      SeriesSample(&$0)
    } property: { sample in
      let reading = sample.plan.reading(of: sample.sources, in: EpochIndex(sample.epoch))
      var longer: [String: PositionHistory] = [:]
      for (name, timeline) in sample.read {
        longer[name] = timeline.history(over: 0..<Timeline.seconds)
      }
      let found = try SeriesLaw.rows(
        of: sample.sources, in: sample.plan, epoch: EpochIndex(sample.epoch), histories: longer)
      return try reading.count >= 3 && found == sample.found()
    }
  }
}
