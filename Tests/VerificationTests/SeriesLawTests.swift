import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import Verification

@Suite("Series: engine, reference and definition agree")
struct SeriesLawTests {
  @Test("INV-051: the engine's rows of series are the reference's, and so is what is refused")
  func equal() {
    check("rows of series", runs: 1200) {
      $0.seriesSample()
    } property: { sample in
      switch (sample.engine(), sample.reference()) {
      case (.success(let engine), .success(let reference)):
        try agree(engine, reference, sample)
        return true
      case (.failure(let error), .failure(let refusal)): return isSame(error, refusal)
      case (let engine, let reference): throw Mismatch("a result", engine, reference)
      }
    }
  }

  private func agree(
    _ engine: [String: SourceRows], _ reference: [String: ReferenceLaw.SeriesRows],
    _ sample: SeriesSample
  ) throws {
    for source in sample.plan.sources {
      guard let found = engine[source.name], let expected = reference[source.name] else {
        throw Mismatch(source.name, "rows", "no rows")
      }
      guard found.accounts == expected.map(\.account) else {
        throw Mismatch(
          "accounts of \(source.name)", "\(found.accounts)", "\(expected.map(\.account))")
      }
      for (column, measure) in (source.series?.measures ?? []).enumerated() {
        for (row, line) in expected.enumerated() {
          guard ReferenceLaw.big(found.values[column][row]) == line.values[column] else {
            throw Mismatch(
              "\(measure) of \(line.account) in \(source.name)", found.values[column][row],
              line.values[column])
          }
        }
      }
    }
  }

  private func isSame(_ error: LawError, _ refusal: ReferenceLaw.SeriesRefusal) -> Bool {
    switch refusal {
    case .balance(let source, let account, let time):
      return [.negativeBalance, .balanceOverflow].contains(error.kind)
        && error.subject == source && error.place.contains(account.hex)
        && (time == 0 || error.place.contains("\(time) seconds"))
    case .supplyOverflow(let source, _):
      return error.kind == .supplyOverflow && error.subject == source
    case .heldOverflow(let source, _):
      return error.kind == .heldOverflow && error.subject == source
    case .noValue(let source, let account, let time, let refusal):
      let kinds: [ReferenceLaw.Refusal: LawError.Kind] = [
        .expressionOverflow: .expressionOverflow, .divisionByZero: .divisionByZero,
        .outOfDomain: .outOfDomain,
      ]
      return kinds[refusal] == error.kind && error.subject == source
        && error.place.contains("\(account)") && error.place.contains("\(time) seconds")
    }
  }

  @Test("INV-051: the reference's measures are what the law says, second by second")
  func definition() {
    check("measures by the second", runs: 150) {
      $0.seriesSample()
    } property: { sample in
      guard case .success(let rows) = sample.reference() else { return true }
      let definition = try SeriesDefinition(sample)
      for source in sample.plan.sources {
        try agree(rows[source.name] ?? [], source, sample, definition)
      }
      return true
    }
  }

  private func agree(
    _ rows: ReferenceLaw.SeriesRows, _ source: SourceDeclaration, _ sample: SeriesSample,
    _ definition: SeriesDefinition
  ) throws {
    guard let series = source.series,
      let window = sample.plan.window(of: source, in: EpochIndex(sample.epoch))
    else { return }
    guard case .lookThrough(let through) = series.origin else {
      for number in 0..<SeriesSample.accounts {
        let account = AccrualSample.address(number)
        let row = rows.first { $0.account == account }
        let highest = definition.value(.highest, of: account, in: source.name, over: window) ?? 0
        guard (highest > 0) == (row != nil) else { throw Mismatch("a row", account, highest) }
        for (value, measure) in zip(row?.values ?? [], series.measures) {
          let expected = definition.value(measure, of: account, in: source.name, over: window)
          if let expected, BigInt(value) != expected {
            throw Mismatch("\(measure)", value, expected)
          }
          guard measure == .share else { continue }
          try isWithin(
            value, definition.exact(.share, of: account, in: source.name, over: window), 1 << 192,
            losing: BigInt(window.count) * highest + BigInt(1) << 64, in: BigInt(1) << 256)
        }
      }
      return
    }
    for (index, measure) in series.measures.enumerated() where measure != .running {
      for number in 0..<SeriesSample.accounts {
        let account = AccrualSample.address(number)
        let value = rows.first { $0.account == account }?.values[index] ?? 0
        let exact = definition.exact(
          measure, of: account, in: through.deposits, through, over: window)
        let unit = measure == .share ? BigInt(1) << 192 : 1
        let losses = losses(sample, window)
        // What one reading of the clock holds back, the next one gives to who has shares then.
        try isWithin(
          value, exact, unit, losing: losses, gaining: measure == .share ? losses : 0, in: unit)
      }
    }
  }

  /// Units that an account may lose: for each second what balances lose by the clock, and two
  /// roundings down.
  private func losses(_ sample: SeriesSample, _ window: Range<UInt64>) -> BigInt {
    let amounts = sample.events.values.joined().flatMap(\.value).map(\.amount.magnitude)
    // No expression comes to more, in units of its last place.
    let largest = BigInt(1000 * ((amounts.max() ?? 0) + 1).power(2))
    return 2 + BigInt(window.count + 2) * (1 + largest >> 64)
  }

  /// Holds exact − loss < value ≤ exact + gain, the value in parts of a unit.
  private func isWithin(
    _ value: BigUInt, _ exact: Ratio, _ unit: BigInt, losing loss: BigInt, gaining gain: BigInt = 0,
    in lossUnit: BigInt
  ) throws {
    let missing = (exact.top * unit - BigInt(value) * exact.bottom) * lossUnit
    let whole = exact.bottom * unit
    guard missing >= -gain * whole else { throw Mismatch("more than exact", value, exact) }
    guard missing < loss * whole else { throw Mismatch("beyond the bound", value, exact) }
  }

  @Test("Samples reach every origin, every measure and every refusal, and most have rows")
  func coverage() {
    var refusals: Set<String> = []
    var (whole, through, computed, held) = (0, 0, 0, 0)
    var measures: Set<Series.Measure> = []
    for seed in 0..<3000 {
      var generator = Generator(seed: UInt64(seed))
      let sample = generator.seriesSample()
      switch sample.reference() {
      case .failure(let refusal): refusals.insert("\("\(refusal)".prefix { $0 != "(" })")
      case .success(let rows):
        whole += 1
        if rows["through"]?.isEmpty == false { through += 1 }
        if rows["computed"]?.isEmpty == false { computed += 1 }
        for source in sample.plan.sources where rows[source.name]?.isEmpty == false {
          measures.formUnion(source.series?.measures ?? [])
          if (source.series?.minimumHolding ?? 0) > 0 { held += 1 }
        }
      }
    }
    #expect(refusals == ["balance", "supplyOverflow", "heldOverflow", "noValue"])
    #expect(measures == Set(Series.Measure.allCases))
    #expect(
      whole > 1200 && through > 400 && computed > 300 && held > 600,
      "\(whole), \(through), \(computed), \(held)")
  }

  /// By hand: in 10 seconds, a holds 4 all the time and a vault holds 4. b has 4 shares, and c has
  /// 4 from second 5 on. So a earns 40, b 20 and then half of 20, and c the other half. By shares:
  /// 5 seconds for a; b has 2.5 and 1.25, and c 1.25.
  @Test("A vault's time is its holders', by hand")
  func vault() throws {
    let (a, b, c, vault) = (account(1), account(2), account(3), account(9))
    let value = ColumnDeclaration.Kind.integer
    func source(_ name: String, _ origin: Series.Origin, _ measures: [Series.Measure])
      -> SourceDeclaration
    {
      let series = Series(origin: origin, value: value, measures: measures)
      return SourceDeclaration(
        name: name, file: "\(name).csv", format: .csv, columns: series.columns,
        window: .fixed(start: Timestamp(100), end: Timestamp(110)), series: series)
    }
    let events = Series.Origin.events(PositionEvents(effect: .change, amount: nil))
    let plan = Plan(
      name: "Vault", tokens: [], campaigns: [],
      sources: [
        source("deposits", events, [.held]), source("shares", events, [.held]),
        source(
          "through", .lookThrough(.init(deposits: "deposits", vault: vault, shares: "shares")),
          [.held, .share, .running]),
      ], programs: [])
    let changes: [String: ReferenceLaw.Changes] = [
      "deposits": [a: [.init(time: 0, amount: 4)], vault: [.init(time: 0, amount: 4)]],
      "shares": [b: [.init(time: 0, amount: 4)], c: [.init(time: 105, amount: 4)]],
    ]
    let rows = try ReferenceLaw.rows(of: plan.sources, in: plan, epoch: 0, events: changes)
    let eighth = BigUInt(1) << 189
    let expected: [(Address, [BigUInt])] = [
      (a, [40, 40 * eighth, 10]), (b, [30, 30 * eighth, 10]), (c, [10, 10 * eighth, 10]),
    ]
    let found = try #require(rows["through"])
    #expect(found.map(\.account) == expected.map(\.0))
    #expect(found.map(\.values) == expected.map(\.1))
  }

  @Test("A balance below 0 at the start is refused, though the changes at s mend it: by both laws")
  func startingBalance() throws {
    let (a, b) = (account(1), account(2))
    let series = Series(
      origin: .events(PositionEvents(effect: .change, amount: nil)), value: .integer,
      measures: [.opening])
    let source = SourceDeclaration(
      name: "stakes", file: "stakes.csv", format: .csv, columns: series.columns,
      window: .fixed(start: Timestamp(100), end: Timestamp(110)), series: series)
    let plan = Plan(name: "Start", tokens: [], campaigns: [], sources: [source], programs: [])
    func sample(_ changes: ReferenceLaw.Changes) -> SeriesSample {
      SeriesSample(plan: plan, epoch: 0, events: ["stakes": changes])
    }
    let below = sample([
      a: [.init(time: 0, amount: 4)],
      b: [.init(time: 0, amount: -2), .init(time: 100, amount: 5)],
    ])
    #expect(below.reference().failure == .balance(source: "stakes", account: b, time: 0))
    let error = try #require(below.engine().failure)
    #expect(error.kind == .negativeBalance && error.place.contains(b.hex))
    let right = sample([b: [.init(time: 0, amount: 2), .init(time: 100, amount: -2)]])
    #expect(try right.engine().get()["stakes"]?.count == 0)
    #expect(try right.reference().get()["stakes"]?.isEmpty == true)
  }

  @Test(
    "A rise counts after the minimum holding time and a fall at once, by hand",
    arguments: [
      // Held 5 from 10, 2 from 20: of 5 seconds, 5 from 15 and 2 from 20.
      ([(10, 5), (20, -3)], [(15, 5), (20, -3)]),
      // A rise of 4 seconds never counts; what was there does.
      ([(0, 2), (10, 5), (14, -5)], [(0, 2)]),
      // One of 5 seconds ends when it would start to count.
      ([(10, 5), (15, -5)], []),
      // One of 6 seconds counts for one.
      ([(10, 5), (16, -5)], [(15, 5), (16, -5)]),
      // A dip takes off what was there before, for as long as it is remembered.
      ([(0, 9), (10, -4), (11, 4)], [(0, 9), (10, -4), (16, 4)]),
    ])
  func holding(changes: [(Int, Int)], expected: [(Int, Int)]) {
    func list(_ pairs: [(Int, Int)]) -> [ReferenceLaw.Change] {
      pairs.map { .init(time: UInt64($0.0), amount: BigInt($0.1)) }
    }
    #expect(ReferenceLaw.least(of: list(changes), over: 5) == list(expected))
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let failure) = self { failure } else { nil }
  }
}
