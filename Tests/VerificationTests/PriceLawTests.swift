import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

/// A price, an epoch, and what its sources observed.
private struct PriceSample {
  var price: PriceDeclaration
  var epoch: Range<UInt64>
  var observed: [String: [(time: UInt64, value: UInt256)]]

  var plan: Plan {
    let place = Expression.Place(line: 1, column: 1)
    let weight = Expression(
      .joined(.price(price.name)), kind: .number(scale: price.places, unit: .plain), id: 0,
      place: place)
    return Plan(
      name: "plan", tokens: [], campaigns: [], sources: [], prices: [price],
      epochs: EpochSchedule(
        start: Timestamp(epoch.lowerBound), length: UInt64(epoch.count), count: 1),
      programs: [
        Program(
          name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(1),
          recipients: .source("list"), basis: .computedWeights(weight))
      ])
  }

  func engine() -> Result<BigUInt?, LawError> {
    let rows = observed.map { name, rows in
      SourceRows(
        source: name, accounts: rows.map { _ in .zero },
        values: [rows.map { UInt256($0.time) }, rows.map(\.value)],
        lines: rows.map { _ in 2 })
    }
    return Result { () throws(LawError) in
      try PriceLaw.findings(
        readBy: plan.programs, of: plan, in: EpochIndex(0),
        rows: Dictionary(uniqueKeysWithValues: rows.map { ($0.source, $0) })
      ).first?.value.map(ReferenceLaw.big)
    }
  }

  func reference() -> Result<BigUInt?, ReferenceLaw.Refusal> {
    let observations = observed.mapValues { rows in
      rows.map { (time: BigUInt($0.time), value: ReferenceLaw.big($0.value)) }
    }
    return Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.prices(
        readBy: plan.programs, of: plan, epoch: 0, observations: observations)[price.name]
    }
  }
}

extension Generator {
  /// Times lie close together, so that observations meet the ends of the epoch and of their time.
  fileprivate mutating func priceSample() -> PriceSample {
    let count = 1 + Int(below(5))
    let names = (0..<count).map { "source\($0)" }
    let start = 20 + below(30)
    let width = pick([Magnitude.small, .small, .mixed, .extreme])
    let common = value(width)
    var observed: [String: [(time: UInt64, value: UInt256)]] = [:]
    for name in names {
      observed[name] = (0..<below(9)).map { _ in
        let near = common &+ (common >> Int(3 + below(8)))
        return (below(90), once(in: 3) ? value(width) : pick([common, near]))
      }
    }
    let percent: UInt64 = pick([0, 1, 5, 13, 50, 100])
    return PriceSample(
      price: PriceDeclaration(
        name: "eth", sources: names, moment: pick(PriceDeclaration.Moment.allCases),
        staleAfter: 1 + below(60),
        deviation: once(in: 3) ? nil : Share(billionths: percent * 10_000_000),
        atLeast: 1 + Int(below(UInt64(count))), places: 18),
      epoch: start..<(start + 1 + below(30)), observed: observed)
  }

  /// A program of kind fees beside one of `programSample`.
  fileprivate mutating func feesSample() -> (sample: ProgramSample, came: [UInt256], part: Share) {
    var sample = programSample()
    while sample.program.basis.isGiven || sample.program.shareOf != nil { sample = programSample() }
    let came = (0..<below(5)).map { _ in value() }
    return (sample, came, Share(billionths: pick([1_000_000_000, 500_000_000, 333_333_333, 1])))
  }
}

@Suite("Prices and revenue: the engine and the reference")
struct PriceLawTests {
  @Test("INV-059: of random observations both find the same price, or refuse it")
  func prices() {
    check("prices", runs: 3000, generate: { $0.priceSample() }) { sample in
      switch (sample.engine(), sample.reference()) {
      case (.success(let found), .success(let expected)): found == expected
      case (.failure(let error), .failure(let refusal)): "\(error.kind)" == "\(refusal)"
      default: false
      }
    }
  }

  @Test("INV-059: what lies outside of a price's span, and the order of rows, changes nothing")
  func span() {
    check("spans of prices", runs: 1000) { generator in
      let sample = generator.priceSample()
      var narrow = sample
      let span = sample.price.span(in: sample.epoch)
      narrow.observed = sample.observed.mapValues { rows in
        rows.filter { span.contains($0.time) }.shuffled(using: &generator)
      }
      return (sample, narrow)
    } property: { sample, narrow in
      switch (sample.engine(), narrow.engine()) {
      case (.success(let left), .success(let right)): left == right
      case (.failure(let left), .failure(let right)): left == right
      default: false
      }
    }
  }

  @Test("Samples reach prices at every moment, with and without sources that are left out")
  func coverage() {
    var seen: [String: Int] = [:]
    var generator = Generator(seed: 3)
    for _ in 0..<2000 {
      let sample = generator.priceSample()
      let moment = sample.price.moment.rawValue
      guard case .success = sample.reference() else {
        seen["refused at \(moment)", default: 0] += 1
        continue
      }
      seen["found at \(moment)", default: 0] += 1
      let rows = sample.observed.map { name, rows in
        (
          name,
          SourceRows(
            source: name, accounts: rows.map { _ in .zero },
            values: [rows.map { UInt256($0.time) }, rows.map(\.value)], lines: rows.map { _ in 2 })
        )
      }
      let finding = PriceLaw.finding(
        of: sample.price, in: sample.epoch, rows: Dictionary(uniqueKeysWithValues: rows))
      for source in finding.sources { seen["\(source.standing)", default: 0] += 1 }
    }
    let names = PriceDeclaration.Moment.allCases.flatMap {
      ["found at \($0.rawValue)", "refused at \($0.rawValue)"]
    }
    for name in names + ["counts", "stale", "deviates"] {
      #expect(seen[name, default: 0] >= 40, "\(name): \(seen)")
    }
  }

  @Test("INV-060: a budget from revenue is the same part for both, or refused by both")
  func revenue() {
    check("revenue", runs: 1500, generate: { $0.feesSample() }) { sample, came, part in
      let source = SourceDeclaration(
        name: "fees", file: "fees.csv", format: .csv,
        columns: [ColumnDeclaration(name: "paid", kind: .integer)], duplicates: .sum)
      let old = sample.program
      let program = Program(
        name: old.name, kind: .fees, campaign: old.campaign, budget: .zero,
        revenue: Revenue(source: "fees", column: "paid", part: part), recipients: old.recipients,
        basis: old.basis, rounding: old.rounding, shaping: old.shaping, exclude: old.exclude)
      var fees = sample
      fees.program = program
      let rows = SourceRows(
        source: "fees", accounts: came.map { _ in .zero }, values: [came],
        lines: came.map { _ in 2 })
      return try agree(
        fees.engine(beside: ["fees": .init(declaration: source, rows: rows)]),
        fees.reference(
          beside: [
            "fees": .init(
              declaration: source, rows: came.map { (.zero, [ReferenceLaw.big($0)]) })
          ]))
    }
  }
}
