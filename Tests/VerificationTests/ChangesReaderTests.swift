import BigInt
import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

@testable import Verification

/// Rows of changes in some format, in any order.
private struct WrittenChanges: CustomStringConvertible {
  let declaration: SourceDeclaration
  let span: Range<UInt64>
  let bytes: [UInt8]

  var description: String {
    "\(declaration.series.map { "\($0)" } ?? ""), \(span)\n"
      + String(decoding: bytes, as: UTF8.self)
  }

  static let kinds: [EventDeclaration.Kind] = [
    .init(name: "in", effect: .add), .init(name: "out", effect: .take),
    .init(name: "send", effect: .move), .init(name: "note", effect: .none),
  ]

  init(_ generator: inout Generator) {
    let amountKind = generator.pick([
      .integer, .amount(token: "T", decimals: 3, unit: .token), .decimal(.init(places: 4)),
      ColumnDeclaration.Kind.amount(token: "T", decimals: 3, unit: nil),
    ])
    let amount =
      generator.once(in: 6)
      ? nil
      : ColumnDeclaration(
        name: "amount", kind: amountKind, empty: generator.pick([.refuse, .zero]))
    let effect = generator.pick([
      .change, .balance, .transfer(target: "to"),
      PositionEvents.Effect.kinds(column: "kind", kinds: Self.kinds, target: "to"),
    ])
    let events = PositionEvents(
      effect: effect, amount: amount,
      order: effect == .balance ? generator.pick([[], ["log"], ["block", "log"]]) : [],
      period: generator.once(in: 3) ? 1 + generator.below(20) : nil)
    let series = Series(
      origin: .events(events), value: amount?.kind ?? .integer, measures: [.held])
    let format = generator.pick([SourceDeclaration.Format.csv, .csv, .jsonl])
    let epochs = EpochSchedule(
      start: Timestamp(generator.below(50)), length: 1 + generator.below(50), count: 3)
    let received = ReceivedColumn(
      column: "seen", within: generator.pick([0, generator.below(30)]), epochs: epochs)
    declaration = SourceDeclaration(
      name: "s", file: "s", format: format,
      conditions: generator.once(in: 4) ? [.init(column: "kind", texts: ["in", "send"])] : [],
      columns: series.columns, noRows: .allow, time: TimeColumn(column: "time"), series: series,
      received: generator.once(in: 2) ? received : nil)
    let start = generator.below(60)
    span = start..<(start + 1 + generator.below(60))
    let names = ["account", "time", "amount", "to", "kind", "block", "log", "seen"]
    let rows = (0..<(1 + generator.below(12))).map { _ in
      Self.row(&generator, effect, amount?.kind ?? .integer)
    }
    if format == .csv {
      bytes = Array(([names] + rows).map { $0.joined(separator: ",") + "\n" }.joined().utf8)
    } else {
      let lines = rows.map { row in
        "{" + zip(names, row).map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ") + "}\n"
      }
      bytes = Array(lines.joined().utf8)
    }
  }

  /// Mostly a right one.
  private static func row(
    _ generator: inout Generator, _ effect: PositionEvents.Effect, _ kind: ColumnDeclaration.Kind
  ) -> [String] {
    func account() -> String {
      let zero = generator.once(in: 12)
      return (zero ? Address.zero : AccrualSample.address(UInt32(generator.below(3)))).hex
    }
    let seconds = generator.below(130)
    let clock = "1970-01-01T00:0\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)Z"
    var amount = "\(generator.below(10))"
    if kind != .integer, generator.once(in: 2) { amount += ".\(generator.below(1000))" }
    if generator.once(in: 30) { amount = generator.pick(["", "0\(amount)", "1e2", " 1", "-"]) }
    if effect == .change, generator.once(in: 2) { amount = "-" + amount }
    return [
      account(), generator.once(in: 3) ? clock : "\(seconds)", amount, account(),
      generator.pick(["in", "in", "out", "send", "note", generator.once(in: 9) ? "In" : "in"]),
      "\(generator.below(3))", "\(generator.below(30))",
      "\(generator.once(in: 40) ? seconds / 2 : seconds + generator.below(80))",
    ]
  }
}

@Suite("Both readers of changes agree")
struct ChangesReaderTests {
  @Test("INV-054: what the producer reads the verifier reads too, row by row or together")
  func equal() {
    var (read, refused, empty) = (0, 0, 0)
    check("readers of changes", runs: 1500, generate: { WrittenChanges(&$0) }) { file in
      let ours = Result {
        try Verifier.changes(raw: [file.bytes], of: file.declaration, span: file.span)
      }
      do {
        let theirs = try PositionFile.read(
          bytes: [file.bytes], as: file.declaration, span: file.span
        ).history
        guard case .success(let changes) = ours else {
          throw Mismatch("changes", theirs.changes.count, ours)
        }
        read += 1
        if theirs.changes.count == 0 { empty += 1 }
        return Self.changes(of: theirs) == changes
      } catch is InputError {
        refused += 1
        guard case .failure = ours else { throw Mismatch("changes", "refused", ours) }
        return true
      }
    }
    #expect(read > 500 && refused > 100 && empty < read / 2, "\(read), \(refused), \(empty)")
  }

  static func changes(of history: PositionHistory) -> ReferenceLaw.Changes {
    var result: ReferenceLaw.Changes = [:]
    let changes = history.changes
    for row in 0..<changes.count {
      let amount = BigInt(ReferenceLaw.big(changes.amounts[row]))
      result[history.accounts[Int(changes.accounts[row])], default: []].append(
        .init(time: changes.times[row], amount: changes.isTaken[row] ? -amount : amount))
    }
    return result
  }
}
