import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// A price of the sources `a`, `b`, `c`, … with two decimal places, over the epoch [1000, 1100).
private func price(
  _ count: Int, at moment: PriceDeclaration.Moment = .end, staleAfter: UInt64 = 50,
  deviation: UInt64? = nil, atLeast: Int = 1
) -> PriceDeclaration {
  PriceDeclaration(
    name: "eth", sources: names(count), moment: moment, staleAfter: staleAfter,
    deviation: deviation.map { Share(billionths: $0 * 10_000_000) }, atLeast: atLeast, places: 2)
}

private func names(_ count: Int) -> [String] { Array(["a", "b", "c", "d", "e"].prefix(count)) }

/// What a source observed: times and values in any order.
private typealias Observed = [(time: UInt64, value: UInt256)]

private func finding(_ price: PriceDeclaration, _ observed: [Observed]) -> PriceFinding {
  let rows = zip(price.sources, observed).map { name, rows in
    let columns = [rows.map { UInt256($0.time) }, rows.map(\.value)]
    return (
      name,
      SourceRows(
        source: name, accounts: rows.map { _ in .zero }, values: columns,
        lines: rows.indices.map { UInt32($0 + 2) })
    )
  }
  return PriceLaw.finding(
    of: price, in: 1000..<1100, rows: Dictionary(uniqueKeysWithValues: rows))
}

@Suite("Prices of an epoch")
struct PriceLawTests {
  // MARK: One source

  @Test("At the end it is the last observation before the end, at the start before the start")
  func moments() {
    let observed: Observed = [(980, 5), (999, 6), (1000, 7), (1099, 8), (1100, 9)]
    #expect(finding(price(1), [observed]).value == 8)
    #expect(finding(price(1, at: .start), [observed]).value == 6)
  }

  @Test("An observation counts for stale_after seconds, and not a second longer")
  func stale() {
    #expect(finding(price(1), [[(1050, 8)]]).value == 8)
    let late = finding(price(1), [[(1049, 8)]])
    #expect(late.value == nil && late.median == nil)
    let reason = PriceFinding.Staleness.nothing(upTo: Timestamp(1100))
    #expect(
      late.sources == [.init(name: "a", value: nil, standing: .stale, staleness: reason)])
    #expect(finding(price(1, at: .start), [[(950, 8)]]).value == 8)
    #expect(finding(price(1, at: .start), [[(949, 8)]]).value == nil)
    #expect(finding(price(1), [[]]).value == nil)
  }

  @Test("An average weighs each value by the seconds of the epoch in which it held")
  func average() {
    // 10 for 20 seconds, 40 for 50, 7 for 30: (200 + 2000 + 210) / 100 = 24.1
    let observed: Observed = [(990, 10), (1020, 40), (1070, 7)]
    #expect(finding(price(1, at: .average), [observed]).value == 24)
    // A value at the first second holds from there on, one at the end not at all.
    #expect(finding(price(1, at: .average), [observed + [(1000, 110)]]).value == 44)
    #expect(finding(price(1, at: .average), [observed + [(1100, 999)]]).value == 24)
  }

  @Test("An average is refused for a gap that is too long, wherever it is")
  func gaps() {
    let average = price(1, at: .average, staleAfter: 40)
    let whole: Observed = [(1000, 1), (1040, 2), (1060, 3)]
    // (40 · 1 + 20 · 2 + 40 · 3) / 100
    #expect(finding(average, [whole]).value == 2)
    // At the start, in the middle, at the end.
    #expect(finding(average, [[(999, 1)] + whole[1...]]).value == nil)
    #expect(finding(average, [[whole[0], (1041, 2), whole[2]]]).value == nil)
    #expect(finding(average, [[whole[0], whole[1], (1059, 3)]]).value == nil)
    // And where nothing is known of the first second.
    #expect(finding(average, [[(1001, 1)] + whole[1...]]).value == nil)
  }

  @Test("An average of the widest values does not overflow")
  func widest() {
    let observed: Observed = [(999, .max), (1040, .max), (1080, .max &- 1)]
    // 80 · (2^256 − 1) + 20 · (2^256 − 2), over 100.
    #expect(finding(price(1, at: .average), [observed]).value == .max &- 1)
  }

  @Test("Of several values at one second the median counts, and their order does not")
  func oneSecond() {
    #expect(finding(price(1), [[(1090, 9), (1090, 2), (1090, 3)]]).value == 3)
    #expect(finding(price(1), [[(1090, 8), (1080, 1), (1090, 3)]]).value == 5)
  }

  // MARK: Several sources

  @Test("The median of an even number is the mean of both in the middle, rounded down")
  func medians() {
    #expect(finding(price(3), [[(1099, 9)], [(1099, 1)], [(1099, 5)]]).value == 5)
    #expect(finding(price(2), [[(1099, 4)], [(1099, 9)]]).value == 6)
    #expect(finding(price(2), [[(1099, .max)], [(1099, .max &- 1)]]).value == .max &- 1)
  }

  @Test("A source further than the deviation from the median is left out, one at it is not")
  func deviation() {
    let result = finding(
      price(3, deviation: 5), [[(1099, 10_500)], [(1099, 10_000)], [(1099, 9_499)]])
    #expect(result.median == 10_000)
    #expect(result.sources.map(\.standing) == [.counts, .counts, .deviates])
    #expect(result.value == 10_250)
    let above = finding(
      price(3, deviation: 5), [[(1099, 10_501)], [(1099, 10_000)], [(1099, 9_500)]])
    #expect(above.sources.map(\.standing) == [.deviates, .counts, .counts])
    #expect(above.value == 9_750)
  }

  @Test("Without a deviation nobody is left out for it; with 0 % only the median itself counts")
  func bounds() {
    let observed: [Observed] = [[(1099, 1)], [(1099, 1000)], [(1099, 9)]]
    #expect(finding(price(3), observed).sources.allSatisfy { $0.standing == .counts })
    let exact = finding(price(3, deviation: 0), observed)
    #expect(exact.sources.map(\.standing) == [.deviates, .deviates, .counts])
    #expect(exact.value == 9)
  }

  @Test("The median is taken of all that are not stale, before anybody is left out")
  func order() {
    // 100, 102, 104 and 200: the median is 103, so that 200 goes; then it is 102.
    let result = finding(
      price(5, deviation: 50),
      [[(1099, 100)], [(1099, 102)], [(1000, 1)], [(1099, 104)], [(1099, 200)]])
    #expect(result.median == 103)
    #expect(result.sources.map(\.standing) == [.counts, .counts, .stale, .counts, .deviates])
    #expect(result.value == 102)
  }

  @Test("With fewer sources than asked for there is no price, and each of them is told")
  func refused() {
    let asked = price(3, deviation: 5, atLeast: 2)
    let observed: [Observed] = [[(1099, 345_075)], [(1000, 345_080)], [(1099, 210_000)]]
    let plan = Plan(
      name: "plan", tokens: [], campaigns: [], sources: [], prices: [asked],
      epochs: EpochSchedule(start: Timestamp(1000), length: 100, count: 2),
      programs: [reading("eth")])
    let rows = zip(asked.sources, observed).map { name, rows in
      (
        name,
        SourceRows(
          source: name, accounts: rows.map { _ in .zero },
          values: [rows.map { UInt256($0.time) }, rows.map(\.value)], lines: [2])
      )
    }
    let error = lawError { () throws(LawError) in
      try PriceLaw.findings(
        readBy: plan.programs, of: plan, in: EpochIndex(0),
        rows: Dictionary(uniqueKeysWithValues: rows))
    }
    #expect(error?.kind == .priceRefused)
    #expect(error?.subject == "price eth")
    #expect(error?.place == "epoch 0, at end")
    #expect(
      error?.found
        == "0 sources of 3 that count: a 3450.75 (deviates from the median, 2775.37), "
        + "b nothing in the 50 seconds up to 1970-01-01T00:18:20Z, "
        + "c 2100 (deviates from the median, 2775.37)")
    #expect(error?.expected == "at least 2")
  }

  @Test("A stale source says what it lacks: an observation before a time, or after one")
  func lacking() {
    func staleness(
      _ moment: PriceDeclaration.Moment, _ observed: Observed
    ) -> PriceFinding.Staleness? {
      finding(price(1, at: moment, staleAfter: 40), [observed]).sources[0].staleness
    }
    #expect(staleness(.start, []) == .nothing(upTo: Timestamp(1000)))
    #expect(staleness(.start, [(959, 1)]) == .nothing(upTo: Timestamp(1000)))
    #expect(staleness(.average, [(1001, 1)]) == .nothing(upTo: Timestamp(1000)))
    #expect(staleness(.average, [(959, 1), (1001, 1)]) == .nothing(upTo: Timestamp(1000)))
    #expect(
      staleness(.average, [(970, 1), (1005, 1), (1046, 1), (1080, 1)])
        == .gap(after: Timestamp(1005), seconds: 41))
    #expect(
      staleness(.average, [(999, 1), (1030, 1), (1059, 1)])
        == .gap(after: Timestamp(1059), seconds: 41))
    #expect(staleness(.end, [(1060, 1)]) == nil)
  }

  @Test("A price that no program reads is not looked at")
  func unread() throws {
    let plan = Plan(
      name: "plan", tokens: [], campaigns: [], sources: [], prices: [price(1)],
      epochs: EpochSchedule(start: Timestamp(1000), length: 100, count: 2), programs: [])
    let findings = try PriceLaw.findings(
      readBy: plan.programs, of: plan, in: EpochIndex(0), rows: [:])
    #expect(findings.isEmpty)
  }

  @Test("The span of a price is what may count of its sources")
  func spans() {
    #expect(price(1, staleAfter: 30).span(in: 1000..<1100) == 1070..<1100)
    #expect(price(1, at: .start, staleAfter: 30).span(in: 1000..<1100) == 970..<1000)
    #expect(price(1, at: .average, staleAfter: 30).span(in: 1000..<1100) == 970..<1100)
    #expect(price(1, at: .start, staleAfter: 30).span(in: 20..<40) == 0..<20)
  }

  @Test("A source is read from the first to the last second that counts for a price of the plan")
  func window() {
    let source = SourceDeclaration(
      name: "a", file: "a.csv", format: .csv, columns: [],
      observed: ColumnDeclaration(name: "price", kind: .decimal(DecimalFormat(places: 2))))
    let plan = Plan(
      name: "plan", tokens: [], campaigns: [], sources: [source],
      prices: [price(1, staleAfter: 30), price(2, at: .start, staleAfter: 20)],
      epochs: EpochSchedule(start: Timestamp(900), length: 100, count: 2), programs: [])
    #expect(plan.window(of: source, in: EpochIndex(1)) == 980..<1100)
    let other = SourceDeclaration(
      name: "c", file: "c.csv", format: .csv, columns: [], observed: source.observed)
    #expect(plan.window(of: other, in: EpochIndex(1)) == nil)
  }

  /// A program whose weight is the price.
  private func reading(_ name: String) -> Program {
    let place = Expression.Place(line: 1, column: 1)
    return program(
      budget: 1,
      basis: .computedWeights(
        Expression(
          .joined(.price(name)), kind: .number(scale: 2, unit: .plain), id: 0, place: place)))
  }

  @Test("In an expression a price is the same number for all accounts, with its places")
  func expression() throws {
    let list = ProgramInputs.Source(declaration: listDeclaration, rows: rows([(1, 1), (2, 9)]))
    let result = try ProgramLaw.outcome(
      of: reading("eth"), epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
      inputs: ProgramInputs(sources: ["list": list], prices: ["eth": 345_075]))
    #expect(result.totalWeight == 690_150)
  }

  @Test("INV-012: a program whose price is not known is refused")
  func unknown() {
    let list = ProgramInputs.Source(declaration: listDeclaration, rows: rows([(1, 1)]))
    let error = lawError { () throws(LawError) in
      try ProgramLaw.outcome(
        of: reading("eth"), epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
        inputs: ProgramInputs(sources: ["list": list]))
    }
    #expect(error?.kind == .priceRefused)
  }
}
