import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

@testable import Verification

/// A program that splits by a measure of a series.
private struct SeriesProgramSample: CustomStringConvertible {
  let series: SeriesSample
  let source: SourceDeclaration
  let program: Program
  let carriedIn: UInt256

  var description: String {
    "\(source.name), \(program.basis), budget \(program.budget), \(program.shaping), "
      + "share of \(program.shareOf.map { "\($0)" } ?? "the budget"), "
      + "filter \(program.filter.map { $0.text } ?? "none"), carried in \(carriedIn)\n\(series)"
  }

  /// What a plan's reader makes of a filter.
  static let filter: Expression? = {
    let plan = """
      version: 1
      name: Columns
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - {name: list, file: list.csv, columns: [{name: held, type: integer}]}
      programs:
        - name: p
          kind: airdrop
          campaign: main
          budget: 1
          from: list
          weight: held
          filter: held > 30

      """
    return try? PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan.programs.first?.filter
  }()

  init(_ generator: inout Generator) {
    var series = generator.seriesSample()
    let index = Int(generator.below(UInt64(series.plan.sources.count)))
    let measure = generator.pick([Series.Measure.share, .share, .held])
    source = Self.measuring(series.plan.sources[index])
    var sources = series.plan.sources
    sources[index] = source
    series.plan = Plan(
      name: "Series", tokens: [], campaigns: [], sources: sources, epochs: series.plan.epochs,
      programs: [])
    self.series = series
    let cap: Shaping.Cap? =
      generator.once(in: 3)
      ? .bound(.share(Share(billionths: generator.below(1_000_000_001)))) : nil
    let floor: Shaping.Bound? =
      generator.once(in: 4) ? .share(Share(billionths: generator.below(200_000_000))) : nil
    let budget = generator.once(in: 3) ? UInt256(generator.below(100)) : generator.value(.small)
    let isShareOf = generator.once(in: 5)
    program = Program(
      name: "p", kind: .staking, campaign: "main", budget: Amount(budget),
      recipients: .source(source.name), basis: .weights(column: measure.rawValue),
      filter: measure == .held && generator.once(in: 2) ? Self.filter : nil,
      rounding: isShareOf ? .floor : generator.pick([.largestRemainder, .floor]),
      shareOf: isShareOf ? Amount(budget >> Int(generator.below(3))) : nil,
      shaping: Shaping(cap: cap, floor: floor), emission: .constant)
    carriedIn = UInt256(generator.below(50))
  }

  /// The same source with what programs may ask for.
  private static func measuring(_ source: SourceDeclaration) -> SourceDeclaration {
    guard let own = source.series else { return source }
    let series = Series(
      origin: own.origin, value: own.value, minimumHolding: own.minimumHolding,
      measures: [.held, .share, .running], exclude: own.exclude)
    return SourceDeclaration(
      name: source.name, file: source.file, format: source.format, columns: series.columns,
      time: source.time, window: source.window, series: series)
  }

  /// nil where there are no rows.
  func outcomes() -> (
    engine: Result<ProgramOutcome, LawError>,
    reference: Result<ReferenceLaw.Outcome, ReferenceLaw.Refusal>
  )? {
    guard case .success(let all) = series.engine(), let rows = all[source.name],
      case .success(let expected) = series.reference(), let lines = expected[source.name]
    else { return nil }
    let window = series.plan.window(of: source, in: EpochIndex(series.epoch))
    let engine = Result { () throws(LawError) in
      try ProgramLaw.outcome(
        of: program, epoch: EpochIndex(series.epoch), epochs: series.plan.epochs,
        carriedIn: Amount(carriedIn),
        inputs: ProgramInputs(
          sources: [source.name: .init(declaration: source, rows: rows, window: window)]))
    }
    let inputs = ReferenceLaw.Inputs(
      sources: [source.name: .init(declaration: source, rows: lines)])
    let reference = Result { () throws(ReferenceLaw.Refusal) in
      try ReferenceLaw.outcome(
        of: program, epoch: series.epoch, epochs: series.plan.epochs,
        carriedIn: ReferenceLaw.big(carriedIn), inputs: inputs)
    }
    return (engine, reference)
  }
}

@Suite("Programs over series: engine and reference agree")
struct SeriesProgramTests {
  @Test("INV-052: what is split by shares or by what was held is equal to the unit")
  func equal() {
    var (split, carrying) = (0, 0)
    check("programs over series", runs: 1000) {
      SeriesProgramSample(&$0)
    } property: { sample in
      guard let (engine, reference) = sample.outcomes() else { return true }
      if case .success(let outcome) = reference, outcome.amounts.count > 1 {
        split += 1
        if outcome.carry > 0 { carrying += 1 }
      }
      return try agree(engine, reference)
    }
    #expect(split > 200 && carrying > 60, "\(split), \(carrying)")
  }

  /// By hand: somebody holds something for 6 of 10 seconds, so that 60 of 100 units are due, and
  /// 40 are carried. Of 3 seconds alone and 3 in two halves, a has 4.5 and b has 1.5.
  @Test("INV-052: while nobody holds anything the budget is carried, by hand")
  func carried() throws {
    let series = Series(
      origin: .events(PositionEvents(effect: .change, amount: nil)), value: .integer,
      measures: [.share, .running])
    let source = SourceDeclaration(
      name: "staked", file: "staked.csv", format: .csv, columns: series.columns,
      time: TimeColumn(column: "time"), series: series)
    let epochs = EpochSchedule(start: Timestamp(100), length: 10, count: 1)
    let plan = Plan(
      name: "Shares", tokens: [], campaigns: [], sources: [source], epochs: epochs, programs: [])
    let (a, b) = (account(1), account(2))
    let rows = try ReferenceLaw.rows(
      of: [source], in: plan, epoch: 0,
      events: [
        "staked": [
          a: [.init(time: 102, amount: 7), .init(time: 108, amount: -7)],
          b: [.init(time: 105, amount: 7), .init(time: 108, amount: -7)],
        ]
      ])
    let program = Program(
      name: "p", kind: .staking, campaign: "main", budget: Amount(100),
      recipients: .source("staked"), basis: .weights(column: "share"), emission: .constant)
    let outcome = try ReferenceLaw.outcome(
      of: program, epoch: 0, epochs: epochs, carriedIn: 0,
      inputs: .init(
        sources: ["staked": .init(declaration: source, rows: try #require(rows["staked"]))]))
    #expect(outcome.amounts.map(\.account) == [a, b])
    #expect(outcome.amounts.map(\.amount) == [45, 15])
    #expect(outcome.carry == 40)
  }
}
