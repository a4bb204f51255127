import BigInt
import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

@testable import Verification

/// Rows of a source that says when they were received, each with a number of its own in its order.
private struct LateSample: CustomStringConvertible {
  struct Row {
    let time: UInt64
    let received: UInt64
    let account: UInt32
    let target: UInt32
    let amount: UInt64
    let place: Int
  }

  let rule: ReceivedColumn
  let effect: PositionEvents.Effect
  let period: UInt64?
  let rows: [Row]
  /// The number of an epoch.
  let epoch: UInt64

  init(_ generator: inout Generator) {
    rule = ReceivedColumn(
      column: "seen", within: generator.pick([0, generator.below(25)]),
      epochs: EpochSchedule(
        start: Timestamp(20 + generator.below(20)), length: 1 + generator.below(20), count: 3))
    effect = generator.pick([.change, .balance, .balance, .transfer(target: "to")])
    period = generator.once(in: 3) ? 1 + generator.below(9) : nil
    epoch = generator.below(3)
    rows = (0..<Int(1 + generator.below(12))).map { place in
      let time = generator.below(100)
      return Row(
        time: time,
        received: time + generator.pick([0, generator.below(20), generator.below(90)]),
        account: UInt32(generator.below(2)), target: UInt32(generator.below(2)),
        amount: generator.below(9), place: place)
    }
  }

  var description: String { "\(rule), \(effect), every \(period ?? 0), epoch \(epoch): \(rows)" }

  func start(of epoch: UInt64) -> UInt64 {
    rule.epochs.start.seconds + epoch * rule.epochs.length
  }

  var interval: Range<UInt64> { start(of: epoch)..<start(of: epoch + 1) }

  /// Those that were received before the epoch was closed.
  var early: [Row] { rows.filter { $0.received < interval.upperBound + rule.within } }

  var declaration: SourceDeclaration {
    let amount = ColumnDeclaration(name: "n", kind: .integer)
    let series = Series(
      origin: .events(
        PositionEvents(
          effect: effect, amount: amount, order: effect == .balance ? ["place"] : [],
          period: period)), value: .integer, measures: [.held])
    return SourceDeclaration(
      name: "s", file: "s", format: .csv, columns: series.columns, noRows: .allow,
      time: TimeColumn(column: "at"), series: series, received: rule)
  }

  /// The same rows as actions.
  var actions: SourceDeclaration {
    SourceDeclaration(
      name: "s", file: "s", format: .csv,
      columns: [
        ColumnDeclaration(name: "n", kind: .integer), ColumnDeclaration(name: "at", kind: .time),
      ], duplicates: .sum, noRows: .allow, time: TimeColumn(column: "at"), received: rule)
  }

  func file(_ rows: [Row]) -> [UInt8] {
    let lines = rows.map { row in
      "\(row.time),\(row.received),\(AccrualSample.address(row.account).hex),"
        + "\(AccrualSample.address(row.target).hex),\(row.amount),\(row.place)\n"
    }
    return Array(("at,seen,account,to,n,place\n" + lines.joined()).utf8)
  }

  func changes(_ rows: [Row], _ span: Range<UInt64>) throws -> ReferenceLaw.Changes {
    let read = try PositionFile.read(bytes: [file(rows)], as: declaration, span: span)
    return ChangesReaderTests.changes(of: read.history)
  }
}

@Suite("Rows that come late, by engine, reference and definition")
struct ReceivedLawTests {
  private static func text(_ row: Verifier.Row) -> String {
    ([row.account.description] + row.values.map(\.decimal)).joined(separator: " ")
  }

  /// The words of the law: the first epoch that is not closed, one by one.
  private static func definition(_ time: UInt64, _ received: UInt64, _ rule: ReceivedColumn)
    -> UInt64
  {
    let (start, length) = (rule.epochs.start.seconds, rule.epochs.length)
    let first = (0...).lazy.map { UInt64($0) }.first {
      start + ($0 + 1) * length + rule.within > received
    }
    guard let first, first > 0 else { return time }
    return max(time, start + first * length)
  }

  @Test("The second at which a row counts is that of the law's words, for both programs")
  func seconds() {
    check("counted seconds", runs: 2000) { generator in
      let rule = ReceivedColumn(
        column: "r", within: generator.pick([0, generator.below(60)]),
        epochs: EpochSchedule(
          start: Timestamp(generator.below(100)), length: 1 + generator.below(40), count: 2))
      let time = generator.below(300)
      return (rule, time, time + generator.below(200))
    } property: { rule, time, received in
      let expected = Self.definition(time, received, rule)
      return rule.countedSecond(of: time, received: received) == expected
        && ReferenceLaw.countedSecond(of: time, received: received, rule) == expected
    }
  }

  @Test("INV-065: what is received after an epoch was closed changes nothing of it")
  func closed() {
    var (compared, late) = (0, 0)
    check("rows after the end", runs: 1500, generate: { LateSample(&$0) }) { sample in
      guard !sample.early.isEmpty else { return true }
      compared += 1
      if sample.early.count < sample.rows.count { late += 1 }
      let span = sample.interval
      let windows = [span, (span.upperBound - min(span.upperBound, 35))..<span.upperBound]
      for window in windows {
        let before = try Verifier.rows(
          raw: [sample.file(sample.early)], of: sample.actions, window: window)
        let after = try Verifier.rows(
          raw: [sample.file(sample.rows)], of: sample.actions, window: window)
        let read = try [sample.early, sample.rows].map {
          try InputFile.read(
            bytes: sample.file($0), name: "s", as: sample.actions, window: window
          ).rows.inCanonicalOrder
        }
        guard before.map(Self.text) == after.map(Self.text), read[0].accounts == read[1].accounts,
          read[0].values == read[1].values,
          try sample.changes(sample.early, window) == sample.changes(sample.rows, window),
          try Verifier.changes(
            raw: [sample.file(sample.early)], of: sample.declaration, span: window)
            == Verifier.changes(
              raw: [sample.file(sample.rows)], of: sample.declaration, span: window)
        else { return false }
      }
      return true
    }
    #expect(compared > 1000 && late > 400, "\(compared), \(late)")
  }

  /// At every second the balance is that of the row with the latest time, and of those with the
  /// last place, among the rows that count until then.
  @Test("A stated balance counts where nothing later is known, second by second")
  func balances() {
    check("late balances", runs: 1500, generate: { LateSample(&$0) }) { sample in
      guard sample.effect == .balance else { return true }
      let events = sample.declaration.series?.events
      let rows = sample.rows.map { row in
        let counted = Self.definition(row.time, row.received, sample.rule)
        return (row: row, start: events?.effectiveTime(counted) ?? counted)
      }
      let changes = try sample.changes(sample.rows, sample.interval)
      let others = try Verifier.changes(
        raw: [sample.file(sample.rows)], of: sample.declaration, span: sample.interval)
      guard changes == others else { return false }
      for account in 0..<2 as Range<UInt32> {
        for second in sample.interval {
          let known = rows.filter { $0.row.account == account && $0.start <= second }.max {
            ($0.row.time, $0.row.place) < ($1.row.time, $1.row.place)
          }
          let balance = (changes[AccrualSample.address(account)] ?? [])
            .filter { $0.time <= second }.reduce(BigInt(0)) { $0 + $1.amount }
          guard balance == BigInt(known?.row.amount ?? 0) else { return false }
        }
      }
      return true
    }
  }

  @Test("Rows of actions are read alike, and hold the second at which they count")
  func actions() {
    check("late actions", runs: 500, generate: { LateSample(&$0) }) { sample in
      let window = sample.interval
      let ours = try Verifier.rows(
        raw: [sample.file(sample.rows)], of: sample.actions, window: window)
      let read = try InputFile.read(
        bytes: sample.file(sample.rows), name: "s", as: sample.actions, window: window)
      let expected = sample.rows.compactMap { row -> String? in
        let counted = Self.definition(row.time, row.received, sample.rule)
        guard window.contains(counted) else { return nil }
        return Self.text(
          (AccrualSample.address(row.account), [UInt256(row.amount), UInt256(counted)]))
      }
      let theirs = (0..<read.rows.count).map { row in
        ([read.rows.accounts[row].description]
          + read.rows.values.map { $0[row].decimal }).joined(separator: " ")
      }
      return ours.map(Self.text) == expected
        && theirs == expected
    }
  }
}
