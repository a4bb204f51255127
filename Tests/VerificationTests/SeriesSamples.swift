import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit

@testable import Verification

/// A plan of a few series, and the changes of a few accounts in one epoch.
struct SeriesSample: CustomStringConvertible {
  var plan: Plan
  var epoch: UInt32
  /// Of each source with a file.
  var events: [String: ReferenceLaw.Changes]

  static let accounts: UInt32 = 4

  /// Those whose balances a computed source reads: whole numbers, and numbers of two places.
  static let values: [(name: String, kind: ColumnDeclaration.Kind)] = [
    ("whole", .integer), ("parts", .decimal(DecimalFormat(places: 2))),
  ]

  static let texts = [
    "whole - parts", "whole + parts * 1.5", "min(whole, parts * 3)", "whole / (parts - 1)",
    "sqrt(whole - parts)", "if(whole > 5, whole * 2, parts)", "max(whole - parts * 2, 0) + 0.125",
    "whole * parts",
  ]

  /// As a plan's reader makes them, over the columns of one source.
  static let expressions: [String: Expression] = {
    var expressions: [String: Expression] = [:]
    for text in texts {
      let plan = """
        version: 1
        name: Columns
        tokens: [{name: ACME, decimals: 0}]
        campaigns: [{name: main, token: ACME}]
        sources:
          - name: list
            file: list.csv
            columns: [{name: whole, type: integer}, {name: parts, type: decimal, places: 2}]
        programs:
          - {name: p, kind: airdrop, campaign: main, budget: 1, from: list, weight: "\(text)"}

        """
      let parsed = try? PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan
      expressions[text] = parsed?.programs.first?.basis.expression
    }
    return expressions
  }()

  var description: String {
    let sources = plan.sources.map { source in
      "\(source.name): \(source.series.map { "\($0)" } ?? ""), \(source.window)"
    }
    let changes = events.sorted { $0.key < $1.key }.map { name, changes in
      name
        + changes.sorted { $0.key < $1.key }.map { account, changes in
          "\n  \(account.hex): "
            + changes.map { "\($0.amount) at \($0.time)" }.joined(separator: ", ")
        }.joined()
    }
    let epochs = plan.epochs.map { "\($0.start.seconds) + n * \($0.length)" } ?? "none"
    return (["epoch \(epoch) of \(epochs)"] + sources + changes).joined(separator: "\n")
  }

  // MARK: Both laws

  var spans: [String: Range<UInt64>] {
    plan.reading(of: plan.sources, in: EpochIndex(epoch))
  }

  func reference() -> Result<[String: ReferenceLaw.SeriesRows], ReferenceLaw.SeriesRefusal> {
    Result { () throws(ReferenceLaw.SeriesRefusal) in
      try ReferenceLaw.rows(of: plan.sources, in: plan, epoch: epoch, events: events)
    }
  }

  func engine() -> Result<[String: SourceRows], LawError> {
    var histories: [String: PositionHistory] = [:]
    for (name, span) in spans where events[name] != nil {
      histories[name] = Self.history(events[name] ?? [:], span)
    }
    return Result { () throws(LawError) in
      try SeriesLaw.rows(
        of: plan.sources, in: plan, epoch: EpochIndex(epoch), histories: histories)
    }
  }

  /// The canonical form: by time, then by account.
  static func history(
    _ changes: ReferenceLaw.Changes, _ span: Range<UInt64>
  ) -> PositionHistory {
    let accounts = changes.keys.sorted()
    var rows: [(time: UInt64, account: UInt32, amount: BigInt)] = []
    for (number, account) in accounts.enumerated() {
      rows += (changes[account] ?? []).map { ($0.time, UInt32(number), $0.amount) }
    }
    var result = PositionChanges()
    for row in rows.sorted(by: { ($0.time, $0.account) < ($1.time, $1.account) }) {
      result.append(
        time: Timestamp(row.time), account: row.account,
        amount: ReferenceLaw.word(row.amount.magnitude), isTaken: row.amount < 0, line: 0)
    }
    return PositionHistory(span: span, accounts: accounts, changes: result)
  }
}

// MARK: Random plans

extension Generator {
  private mutating func window(_ epochs: EpochSchedule) -> TimeWindow {
    switch below(4) {
    case 0: return .trailing(1 + below(60))
    case 1:
      let start = below(90)
      return .fixed(start: Timestamp(start), end: Timestamp(start + 1 + below(50)))
    default: return .epoch
    }
  }

  private mutating func measures(_ all: [Series.Measure]) -> [Series.Measure] {
    var measures = all.filter { _ in once(in: 2) }
    if measures.isEmpty { measures = [pick(all)] }
    if measures.contains(.share), !measures.contains(.running) { measures.append(.running) }
    measures.shuffle(using: &self)
    return measures
  }

  private mutating func series(
    _ name: String, _ origin: Series.Origin, _ value: ColumnDeclaration.Kind,
    _ epochs: EpochSchedule
  ) -> SourceDeclaration {
    var (holding, all) = (once(in: 2) ? 0 : below(30), Series.Measure.allCases)
    var excluded: [PlannedExclusion] = []
    if case .lookThrough = origin {
      (holding, all) = (0, [.held, .share])
    } else if once(in: 3) {
      excluded = (0..<1 + below(2)).map {
        PlannedExclusion(
          account: AccrualSample.address(UInt32(2 * $0 + below(2))), reason: "The treasury.")
      }
    }
    let series = Series(
      origin: origin, value: value, minimumHolding: holding, measures: measures(all),
      exclude: excluded)
    return SourceDeclaration(
      name: name, file: "\(name).csv", format: .csv, columns: series.columns,
      time: TimeColumn(column: "time"), window: window(epochs), series: series)
  }

  /// Changes of a span, which mostly stay within what is held.
  private mutating func changes(_ span: Range<UInt64>, _ width: UInt64) -> [ReferenceLaw.Change] {
    var times = Set((0..<below(7)).map { _ in span.lowerBound + below(UInt64(span.count)) })
    if once(in: 2) { times.insert(0) }
    var balance = BigInt(0)
    var changes: [ReferenceLaw.Change] = []
    for time in times.sorted() {
      let goal = BigInt(ReferenceLaw.big(seriesBalance(width)))
      let next = once(in: 60) ? -1 : once(in: 60) ? balance + goal : once(in: 4) ? 0 : goal
      // No change is as large as a balance must not be.
      let most = (BigInt(1) << 256) - 1
      let amount = min(max(next - balance, -most), most)
      guard amount != 0, time > 0 || amount > 0 else { continue }
      changes.append(.init(time: time, amount: amount))
      balance += amount
    }
    return changes
  }

  private mutating func seriesBalance(_ width: UInt64) -> UInt256 {
    switch width {
    case 0: UInt256(below(12))
    case 1: value(.small) << Int(below(100))
    default: value(.extreme) >> Int(below(9))
    }
  }

  mutating func seriesSample() -> SeriesSample {
    let epochs = EpochSchedule(start: Timestamp(below(60)), length: 1 + below(40), count: 3)
    let epoch = UInt32(below(3))
    var sources = SeriesSample.values.map { name, kind in
      let events = PositionEvents(effect: .change, amount: .init(name: "change", kind: kind))
      return series(name, .events(events), kind, epochs)
    }
    if once(in: 2), let expression = SeriesSample.expressions[pick(SeriesSample.texts)] {
      let value = pick([.integer, ColumnDeclaration.Kind.decimal(.init(places: Int(below(4))))])
      sources.append(series("computed", .balances(expression), value, epochs))
    }
    if once(in: 2) {
      var names = sources.map(\.name)
      names.shuffle(using: &self)
      let through = LookThrough(
        deposits: names[0], vault: AccrualSample.address(UInt32(below(3))), shares: names[1])
      sources.append(series("through", .lookThrough(through), .integer, epochs))
    }
    let plan = Plan(
      name: "Series", tokens: [], campaigns: [], sources: sources, epochs: epochs, programs: [])
    let width = below(3)
    let spans = plan.reading(of: sources, in: EpochIndex(epoch))
    var events: [String: ReferenceLaw.Changes] = [:]
    for (name, _) in SeriesSample.values {
      guard let span = spans[name] else { continue }
      var own: ReferenceLaw.Changes = [:]
      for number in 0..<SeriesSample.accounts {
        let changes = changes(span, width)
        if !changes.isEmpty { own[AccrualSample.address(number)] = changes }
      }
      events[name] = own
    }
    return SeriesSample(plan: plan, epoch: epoch, events: events)
  }
}
