import DistributionModel
import EthereumPrimitives

/// What was read from the files of a source of positions in ranges, or of prices.
public struct PoolFileContents: Sendable, Equatable {
  public let history: SourceHistory
  /// Keccak-256 of the file's bytes as they lie on the disk, packed or not; of several files that
  /// of their hashes, in the order of their names.
  public let rawHash: Bytes32
  /// Columns that the plan does not read.
  public let unusedColumns: [String]
  /// What is right, and may still not be meant.
  public let notes: [String]
  /// What is wrong with rows that were left out, where the plan says so.
  public let quarantined: [InputError]
}

/// Reads positions of concentrated liquidity, and the prices of their pool: in any order, CSV and
/// JSON Lines, plain or gzip, in pieces, and JSON as a whole. Rows are held in memory.
public enum PoolFile {
  /// Reads the file of a source, or all files that its name with `*` stands for.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - name: how messages call it.
  ///   - declaration: a source of ranges or of prices.
  ///   - span: the seconds of which the history tells.
  ///   - times: where the source looks its times up.
  ///   - progress: is told after every 65 536 rows how many were read.
  /// - Throws: `InputError`, the first in the order of the file.
  public static func read(
    _ path: String, name: String, as declaration: SourceDeclaration, span: Range<UInt64>,
    times: TimeTable = TimeTable(), limits: InputLimits = .standard,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws(InputError) -> PoolFileContents {
    let files = try SourceFile.all(path, name: name, limits: limits)
    return try PoolReading(
      files: files, name: name, declaration: declaration, span: span, times: times,
      limits: limits, progress: progress
    ).contents()
  }

  /// Reads bytes as if files held them.
  package static func read(
    bytes: [[UInt8]], as declaration: SourceDeclaration, span: Range<UInt64>,
    times: TimeTable = TimeTable(), limits: InputLimits = .standard
  ) throws(InputError) -> PoolFileContents {
    try PoolReading(
      files: SourceFile.all(bytes, name: "events"), name: "events", declaration: declaration,
      span: span, times: times,
      limits: limits, progress: { _ in }
    ).contents()
  }
}

/// The files of one source.
private struct PoolReading {
  let files: [SourceFile]
  let name: String
  let declaration: SourceDeclaration
  let span: Range<UInt64>
  let times: TimeTable
  let limits: InputLimits
  let progress: (Int) -> Void

  func contents() throws(InputError) -> PoolFileContents {
    if let price = declaration.price {
      return try contents(PriceTaker(declaration, price, times: times, limits, progress))
    }
    guard let ranges = declaration.series?.ranges else {
      preconditionFailure("a source of ranges or of prices")
    }
    return try contents(RangeTaker(declaration, ranges, times: times, limits, progress))
  }

  private func contents(_ taker: some PoolTaker) throws(InputError) -> PoolFileContents {
    var taker = taker
    var (hashes, notes, unused): ([Bytes32], [String], [String]) = ([], [], [])
    var quarantine = Quarantine(declaration, limits: limits)
    var quarantined: [InputError] = []
    for (number, file) in files.enumerated() {
      var reader = RowReader(
        declaration, columns: taker.columns, limits: limits, quarantine: quarantine)
      do throws(Fault) {
        let source = try ByteSource(file.origin, limits: limits, chunkSize: 1 << 18)
        taker.file = number
        try reader.read(source, into: &taker)
        hashes.append(source.rawHash)
        if declaration.format == .csv, !source.endsWithLine {
          notes.append((files.count > 1 ? "\(file.name): " : "") + Reading.cutOffNote)
        }
      } catch {
        throw error.inFile(file.name)
      }
      unused += reader.unused.filter { !unused.contains($0) }
      let faults = reader.quarantine.faults.dropFirst(quarantine.faults.count)
      quarantined += faults.map { $0.inFile(file.name) }
      quarantine = reader.quarantine
    }
    let history: SourceHistory
    do throws(PoolFault) {
      history = try taker.history(span: span)
    } catch {
      throw error.fault.inFile(files[error.file].name)
    }
    do throws(Fault) {
      notes = try taker.notes(quarantined: quarantined.count) + notes
    } catch {
      throw error.inFile(name)
    }
    return PoolFileContents(
      history: history, rawHash: SourceFile.hash(hashes), unusedColumns: unused,
      notes: notes, quarantined: quarantined)
  }
}

/// Takes the rows of all files of a source.
private protocol PoolTaker: RowTaker {
  /// The number of the file that is being read.
  var file: Int { get set }
  func history(span: Range<UInt64>) throws(PoolFault) -> SourceHistory
  func notes(quarantined: Int) throws(Fault) -> [String]
}

/// What is wrong with rows together, and the number of the file of one of them.
private struct PoolFault: Error {
  let fault: Fault
  let file: Int
}

extension Cells {
  /// A whole number with a minus sign or none.
  fileprivate static func signed(
    _ text: ArraySlice<UInt8>
  ) throws(Fault) -> (magnitude: UInt256, isNegative: Bool) {
    let isNegative = text.count > 1 && text.first == UInt8(ascii: "-")
    return (try value(isNegative ? text.dropFirst() : text, as: .whole), isNegative)
  }

  fileprivate static func tick(_ text: ArraySlice<UInt8>) throws(Fault) -> Int32 {
    let (magnitude, isNegative) = try signed(text)
    guard let number = magnitude.asInt, number <= Int(Tick.most) else {
      throw Fault(
        kind: .tickOutOfRange, found: Fault.shown(text),
        expected: "a tick from \(Tick.least) to \(Tick.most)",
        advice: "Is it the tick, and not the price or its square root?")
    }
    return Int32(truncatingIfNeeded: isNegative ? -number : number)
  }
}

// MARK: Positions

private struct RangeTaker: PoolTaker {
  private struct Change {
    let time: UInt64
    let position: RangePosition
    let amount: UInt256
    let isTaken: Bool
    let line: UInt32
    let file: Int
  }

  let columns: RowColumns
  var file = 0
  private let limits: InputLimits
  private let progress: (Int) -> Void
  private var selection: RowSelection
  private var rows: [Change] = []

  init(
    _ declaration: SourceDeclaration, _ ranges: RangeEvents, times: TimeTable,
    _ limits: InputLimits, _ progress: @escaping (Int) -> Void
  ) {
    let own = ranges.columns
    columns = RowColumns(
      subject: declaration.accountColumn, isAboutAccounts: true,
      values: [own.lower, own.upper, own.liquidity].map {
        ColumnDeclaration(name: $0, kind: .integer)
      },
      conditions: declaration.conditions, time: declaration.time)
    self.limits = limits
    self.progress = progress
    selection = RowSelection(declaration, columns: columns, times: times)
  }

  mutating func take(_ row: inout Row<some RowCells>) throws(Fault) {
    guard try selection.isSelected(&row), let time = columns.time else { return }
    let seconds = try selection.time(try row.cell(time))
    guard let account = try selection.account(try row.cell(0)) else { return }
    let lower = try Cells.tick(try row.cell(1))
    let upper = try Cells.tick(try row.cell(2))
    guard lower < upper else {
      throw Fault(
        kind: .emptyRange, found: "the ticks \(lower) and \(upper)",
        expected: "an upper tick above the lower one",
        advice: "Are the columns the other way round?")
    }
    let (amount, isTaken) = try Cells.signed(try row.cell(3))
    rows.append(
      Change(
        time: seconds, position: RangePosition(account: account, lower: lower, upper: upper),
        amount: amount, isTaken: isTaken, line: try limits.checkRow(rows.count, line: row.line),
        file: file))
    if rows.count % 65_536 == 0 { progress(rows.count) }
  }

  func notes(quarantined: Int) throws(Fault) -> [String] {
    try selection.notes(taken: rows.count, quarantined: quarantined)
  }

  /// The sum of a position's changes at each second; those before the span are its start.
  func history(span: Range<UInt64>) throws(PoolFault) -> SourceHistory {
    func effective(_ row: Change) -> UInt64 { row.time < span.lowerBound ? 0 : row.time }
    let rows = rows.filter { $0.time < span.upperBound }
      .sorted { (effective($0), $0.position) < (effective($1), $1.position) }
    var changes: [RangeHistory.Change] = []
    var start = 0
    while start < rows.count {
      let first = rows[start]
      var sum = SignedSum()
      var end = start
      while end < rows.count, rows[end].position == first.position,
        effective(rows[end]) == effective(first)
      {
        sum.add(rows[end].amount, isTaken: rows[end].isTaken)
        end += 1
      }
      let last = rows[start..<end].max { ($0.file, $0.line) < ($1.file, $1.line) } ?? first
      guard let (amount, isTaken) = sum.value else { throw Self.overflow(last) }
      if !amount.isZero {
        changes.append(
          .init(
            time: effective(first), position: first.position, amount: amount, isTaken: isTaken,
            line: last.line))
      }
      start = end
    }
    return .ranges(RangeHistory(span: span, changes: changes))
  }

  private static func overflow(_ row: Change) -> PoolFault {
    PoolFault(
      fault: Fault(
        kind: .changesOverflow, line: Int(row.line),
        found: "changes of \(row.position.account) that add up to 2^256 or more",
        expected: "less than 2^256", advice: "Is the liquidity in the right unit?"),
      file: row.file)
  }
}

// MARK: Prices

private struct PriceTaker: PoolTaker {
  private struct Quote {
    let price: PriceHistory.Row
    let order: [UInt256]
    let file: Int
  }

  let columns: RowColumns
  var file = 0
  private let hasVolumes: Bool
  private let order: Range<Int>
  private let limits: InputLimits
  private let progress: (Int) -> Void
  private var selection: RowSelection
  private var rows: [Quote] = []

  init(
    _ declaration: SourceDeclaration, _ price: PriceColumns, times: TimeTable,
    _ limits: InputLimits, _ progress: @escaping (Int) -> Void
  ) {
    let names = [price.sqrtPrice] + [price.volume].compactMap { $0 } + price.order
    columns = RowColumns(
      subject: price.tick, values: names.map { ColumnDeclaration(name: $0, kind: .integer) },
      conditions: declaration.conditions, time: declaration.time)
    hasVolumes = price.volume != nil
    order = (names.count - price.order.count + 1)..<(names.count + 1)
    self.limits = limits
    self.progress = progress
    selection = RowSelection(declaration, columns: columns, times: times)
  }

  mutating func take(_ row: inout Row<some RowCells>) throws(Fault) {
    guard try selection.isSelected(&row), let time = columns.time else { return }
    let seconds = try selection.time(try row.cell(time))
    let tick = try Cells.tick(try row.cell(0))
    let root = try Cells.value(try row.cell(1), as: .whole)
    let volume = hasVolumes ? try Cells.value(try row.cell(2), as: .whole) : .zero
    guard volume >> 128 == .zero else {
      throw Fault(
        kind: .volumeTooLarge, found: volume.decimal, expected: "a volume below 2^128",
        advice: "Is it in the right unit, and without its sign?")
    }
    var numbers: [UInt256] = []
    for place in order { numbers.append(try Cells.value(try row.cell(place), as: .whole)) }
    let price = PriceHistory.Row(
      time: seconds, tick: tick, sqrtPrice: root, volume: volume,
      line: try limits.checkRow(rows.count, line: row.line))
    rows.append(Quote(price: price, order: numbers, file: file))
    if rows.count % 65_536 == 0 { progress(rows.count) }
  }

  func notes(quarantined: Int) throws(Fault) -> [String] {
    try selection.notes(taken: rows.count, quarantined: quarantined)
  }

  /// Rows in their order; the last one before the span is its start.
  func history(span: Range<UInt64>) throws(PoolFault) -> SourceHistory {
    let rows = rows.filter { $0.price.time < span.upperBound }.sorted(by: Self.isBefore)
    for (row, next) in zip(rows, rows.dropFirst())
    where row.price.time == next.price.time && row.order == next.order {
      let isSame =
        row.price.tick == next.price.tick && row.price.sqrtPrice == next.price.sqrtPrice
      guard isSame, !hasVolumes else { throw contradiction(row, next) }
    }
    var prices: [PriceHistory.Row] = []
    for row in rows.map(\.price) {
      let isStart = row.time < max(span.lowerBound, 1)
      let price = PriceHistory.Row(
        time: isStart ? 0 : row.time, tick: row.tick, sqrtPrice: row.sqrtPrice,
        volume: isStart ? .zero : row.volume, line: row.line)
      // What only says a price has no say once there is a later one of its time.
      if prices.last?.time == price.time, isStart || !hasVolumes { prices.removeLast() }
      prices.append(price)
    }
    return .prices(PriceHistory(span: span, hasVolumes: hasVolumes, rows: prices))
  }

  private static func isBefore(_ left: Quote, _ right: Quote) -> Bool {
    if left.price.time != right.price.time { return left.price.time < right.price.time }
    if left.order != right.order { return left.order.lexicographicallyPrecedes(right.order) }
    return (left.file, left.price.line) < (right.file, right.price.line)
  }

  private func contradiction(_ first: Quote, _ second: Quote) -> PoolFault {
    let other =
      first.file == second.file
      ? "line \(first.price.line)" : "line \(first.price.line) of another file"
    return PoolFault(
      fault: Fault(
        kind: .contradictingPrices, line: Int(second.price.line),
        found: "another price at \(second.price.time), after \(other)",
        expected: "one price, or an order that tells the last one",
        advice: "Name columns that order rows of one second in `order`, such as block and log "
          + "index, or remove one of the rows."),
      file: second.file)
  }
}
