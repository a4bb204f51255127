import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("Files of positions: the history is what the rows say, however they are written")
struct PositionPropertyTests {
  private func history(
    _ sample: PositionSample, _ files: [[UInt8]], chunkSize: Int = 1 << 18, isPlain: Bool = true,
    sortBytes: Int = 1 << 20, openFiles: Int = 256
  ) throws -> [Change] {
    var limits = InputLimits.standard
    limits.sortBytes = sortBytes
    limits.openFiles = openFiles
    let contents = try PositionFile.read(
      bytes: files, as: sample.declaration, span: sample.span, limits: limits,
      chunkSize: chunkSize, isPlain: isPlain)
    guard contents.history.isCanonical, contents.rowCount == sample.rows.count else { return [] }
    return contents.history.written
  }

  @Test("INV-045: rows in the order of time are what the law's words say of them, with their lines")
  func sorted() {
    check("sorted files of positions", runs: 1000) {
      PositionSample(&$0)
    } property: { sample in
      let expected = PositionOracle(sample).changes
      let file = sample.file(sample.rows)
      return try history(sample, [file]) == expected
        && history(sample, [file], chunkSize: sample.chunkSize) == expected
        && history(sample, [file], isPlain: false) == expected
    }
  }

  @Test("Shuffled, packed, in several files, as JSON Lines, sorted on disk: the same history")
  func anyOrder() {
    check("files of positions in any order", runs: 1000) {
      PositionSample($0.next())
    } property: { sample in
      let expected = PositionOracle(sample).changes.map(\.withoutLine)
      let shuffled = sample.shuffled
      // A file of JSON Lines without a line is none.
      let parts = [shuffled[..<sample.cut], shuffled[sample.cut...]]
        .filter { !$0.isEmpty || sample.declaration.format == .csv }.map { sample.file(Array($0)) }
      let files = [
        [sample.file(shuffled)], parts, [try Gzip.pack(sample.file(shuffled))],
        parts.reversed(), [sample.file(sample.rows)],
      ]
      for files in files {
        for sortBytes in [1, 400, 1 << 20] {
          let found = try history(
            sample, files, chunkSize: sample.chunkSize, sortBytes: sortBytes)
          guard found.map(\.withoutLine) == expected else { return false }
        }
      }
      return true
    }
  }

  @Test("INV-068: However sorted rows are split into files, and one of them shuffled: one history")
  func overlappingFiles() {
    check("files of positions that overlap", runs: 1000) {
      (PositionSample($0.next()), $0.next())
    } property: { sample, seed in
      var generator = Generator(seed: seed)
      var parts = Array(repeating: [PositionSample.Row](), count: 1 + Int(generator.next() % 5))
      for row in sample.rows { parts[Int(generator.next() % UInt64(parts.count))].append(row) }
      if generator.next() % 4 == 0 { parts[0].shuffle(using: &generator) }
      let files = parts.filter { !$0.isEmpty || sample.declaration.format == .csv }
        .map { sample.file($0) }
      // The clear way sorts them: lines are the same too.
      let sorted = try history(sample, files, isPlain: false)
      guard sorted.map(\.withoutLine) == PositionOracle(sample).changes.map(\.withoutLine) else {
        return false
      }
      return try [1, 2, 256].allSatisfy { openFiles in
        try history(sample, files, chunkSize: sample.chunkSize, openFiles: openFiles) == sorted
      }
    }
  }

  @Test("Both ways read a changed file the same: its history, or its error")
  func changedFiles() {
    check("changed files of positions", runs: 2000) { generator in
      let sample = PositionSample(&generator)
      var bytes = sample.file(generator.next() % 3 == 0 ? sample.shuffled : sample.rows)
      for _ in 0...(generator.next() % 3) { PositionSample.change(&bytes, &generator) }
      return (sample, bytes)
    } property: { sample, bytes in
      func outcome(_ chunkSize: Int, isPlain: Bool) -> Result<PositionFileContents, InputError> {
        Result { () throws(InputError) in
          try PositionFile.read(
            bytes: [bytes], as: sample.declaration, span: sample.span, chunkSize: chunkSize,
            isPlain: isPlain)
        }
      }
      let whole = outcome(1 << 18, isPlain: true)
      return whole == outcome(sample.chunkSize, isPlain: true)
        && whole == outcome(sample.chunkSize, isPlain: false)
    }
  }
}

extension Change {
  /// The line of a change depends on where its rows stand.
  fileprivate var withoutLine: Change { Change(time, account, amount, line: 0) }
}

/// Rows of one effect, in the order of time.
private struct PositionSample {
  struct Row {
    var time: UInt64
    var account: UInt64
    var target: UInt64
    var kind: String
    var amount: Int64
    var order: [UInt64]
  }

  let declaration: SourceDeclaration
  let effect: PositionEvents.Effect
  let period: UInt64?
  let hasAmount: Bool
  let span: Range<UInt64>
  let chunkSize: Int
  private(set) var rows: [Row] = []
  private(set) var shuffled: [Row] = []
  private(set) var cut = 0
  private let seed: UInt64

  init(_ seed: UInt64) {
    var generator = Generator(seed: seed)
    self.init(&generator)
  }

  init(_ generator: inout Generator) {
    func number(_ limit: UInt64) -> UInt64 { generator.next() % limit }
    effect = [.change, .balance, transfers, deposits][Int(number(4))]
    period = number(3) == 0 ? 1 + number(7) : nil
    hasAmount = effect == .balance || effect == .change || number(4) > 0
    let format: SourceDeclaration.Format = number(3) == 0 ? .jsonl : .csv
    let amount = ColumnDeclaration(name: "amount", kind: .integer)
    declaration = positions(
      effect, amount: hasAmount ? amount : nil,
      order: effect == .balance ? ["block", "log"] : [], period: period, format: format)
    let start = number(12)
    span = start..<(start + 1 + number(20))
    chunkSize = 1 + Int(number(200))
    seed = generator.next()
    var time: UInt64 = 0
    for place in 0..<(1 + number(20)) {
      time += [0, 0, 1, number(5)][Int(number(4))]
      let amount = Int64(number(1 << 20)) * (effect == .change && number(2) == 0 ? -1 : 1)
      // A balance has a place of its own in the order of its second.
      rows.append(
        Row(
          time: time, account: number(effect == transfers ? 4 : 3) + (effect == transfers ? 0 : 1),
          target: number(4), kind: ["D", "W", "T", "A"][Int(number(4))], amount: amount,
          order: number(2) == 0 ? [place, number(3)] : [100, place]))
      if effect != transfers, rows[rows.count - 1].target == 0 { rows[rows.count - 1].target = 1 }
    }
    shuffled = rows.shuffled(using: &generator)
    cut = Int(number(UInt64(rows.count) + 1))
  }

  /// The rows as bytes of a file.
  func file(_ rows: [Row]) -> [UInt8] {
    var names = ["time", "account", "to", "kind", "block", "log"]
    if hasAmount { names.append("amount") }
    var lines = declaration.format == .csv ? [names.joined(separator: ",")] : []
    for row in rows {
      var cells = [
        time(row), account(row.account).hex, account(row.target).hex, row.kind,
        "\(row.order[0])", "\(row.order[1])",
      ]
      if hasAmount { cells.append("\(row.amount)") }
      lines.append(
        declaration.format == .csv
          ? cells.joined(separator: ",")
          : "{" + zip(names, cells).map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}")
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Some times are written as the calendar has them.
  private func time(_ row: Row) -> String {
    guard (row.time ^ seed) % 5 == 0 else { return "\(row.time)" }
    return Timestamp(row.time).iso8601
  }

  static func change(_ bytes: inout [UInt8], _ generator: inout Generator) {
    let special = Array(",\"\n\r.0123456789abcdefxX -+éDWTAZ:".utf8) + [0, 0x7F, 0x80, 0xFF]
    let place = Int(generator.next() % UInt64(bytes.count + 1))
    let end = min(bytes.count, place + Int(generator.next() % 8))
    let byte = special[Int(generator.next() % UInt64(special.count))]
    switch generator.next() % 5 {
    case 0: bytes.removeSubrange(place..<end)
    case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 2 where place < bytes.count: bytes[place] = byte
    case 3 where !bytes.isEmpty:
      bytes.swapAt(place % bytes.count, Int(generator.next() % UInt64(bytes.count)))
    default: bytes.insert(byte, at: place)
    }
  }
}

/// The words of section 15, one by one, with dictionaries.
private struct PositionOracle {
  /// What the history has to be, with the line of the last row of each change.
  var changes: [Change] = []

  init(_ sample: PositionSample) {
    var sums: [UInt64: [UInt64: (sum: Int64, line: UInt32)]] = [:]
    func add(_ time: UInt64, _ account: UInt64, _ amount: Int64, _ line: UInt32) {
      // With a period P a row of time t takes effect at (⌊t / P⌋ + 1) · P.
      var instant = sample.period.map { (time / $0 + 1) * $0 } ?? time
      guard instant < sample.span.upperBound else { return }
      // Changes before the first second that matters make the balance at the start.
      if instant < sample.span.lowerBound { instant = 0 }
      let before = sums[instant]?[account]?.sum ?? 0
      sums[instant, default: [:]][account] = (before + amount, line)
    }
    let header: UInt32 = sample.declaration.format == .csv ? 2 : 1
    let rows = sample.rows.enumerated().map { ($1, UInt32($0) + header) }
    for (row, line) in rows {
      let amount = sample.hasAmount ? row.amount : 1
      switch sample.effect {
      case .change: add(row.time, row.account, amount, line)
      case .balance: break
      case .transfer:
        if row.account != 0 { add(row.time, row.account, -amount, line) }
        if row.target != 0 { add(row.time, row.target, amount, line) }
      case .kinds:
        if row.kind == "D" { add(row.time, row.account, amount, line) }
        if row.kind == "W" { add(row.time, row.account, -amount, line) }
        if row.kind == "T" {
          add(row.time, row.account, -amount, line)
          add(row.time, row.target, amount, line)
        }
      }
    }
    if sample.effect == .balance {
      var balances: [UInt64: Int64] = [:]
      for time in Set(sample.rows.map(\.time)).sorted() {
        for account in Set(sample.rows.map(\.account)).sorted() {
          let last = rows.filter { $0.0.time == time && $0.0.account == account }.max {
            $0.0.order.lexicographicallyPrecedes($1.0.order)
          }
          guard let (row, line) = last else { continue }
          add(time, account, row.amount - (balances[account] ?? 0), line)
          balances[account] = row.amount
        }
      }
    }
    for (time, accounts) in sums.sorted(by: { $0.key < $1.key }) {
      for (number, (sum, line)) in accounts.sorted(by: { $0.key < $1.key }) where sum != 0 {
        changes.append(Change(time, number, "\(sum)", line: line))
      }
    }
  }
}
