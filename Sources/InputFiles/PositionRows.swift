import DistributionModel
import EthereumPrimitives

/// Rows of the files of a source: added up as they come, or sorted by time first.
///
/// A class: the readers of several files share it.
final class PositionRows {
  /// Rows that count.
  var count = 0
  /// The number of the file that is being read.
  var file = 0
  private var fold: PositionFold
  private let layout: EventRecord
  /// nil where rows are in the order of time.
  private var sorter: RecordSorter?
  /// Who takes the rows as they come, in the place of a history.
  var receiver: ((PositionChanges) -> Void)?

  /// Rows that are taken out of the sorter at once.
  private static let batch = 1024

  init(
    _ declaration: SourceDeclaration, _ events: PositionEvents, span: Range<UInt64>,
    limits: InputLimits, isSorted: Bool
  ) {
    let isLate = declaration.received != nil
    fold = PositionFold(events, span: span, mayBeLate: isLate)
    layout = EventRecord(order: events.isOrdered ? events.order.count + (isLate ? 1 : 0) : 0)
    if !isSorted { sorter = RecordSorter(length: layout.length, memory: limits.sortBytes) }
  }

  /// The numbers of accounts in rows.
  var accounts: AddressTable {
    get { fold.accounts }
    _modify { yield &fold.accounts }
  }

  /// Takes rows of the present file.
  ///
  /// - Parameters:
  ///   - range: which of the rows; nil is all of them.
  ///   - orders: as many numbers per row as order it.
  func take(
    _ rows: PositionChanges, _ range: Range<Int>? = nil, orders: [UInt256] = []
  ) throws(Fault) {
    let range = range ?? 0..<rows.count
    if let receiver { return receiver(rows) }
    guard sorter != nil else {
      guard fold.take(rows, range, orders: orders, order: layout.order, file: file) else {
        // Never shown: all is read again, and sorted.
        throw Fault(
          kind: .unsortedTime, found: "an earlier time", expected: "rows in the order of time")
      }
      return
    }
    for row in range {
      let order = orders[(row * layout.order)..<((row + 1) * layout.order)]
      try sorter?.append { layout.append(rows, row, order: order, file: file, to: &$0) }
    }
  }

  /// What all rows come to, and the first thing that is wrong with rows together.
  func history() throws(Fault) -> (PositionHistory, (fault: Fault, file: Int)?) {
    try takeSorted()
    let history = fold.history()
    return (history, fold.problem)
  }

  private func takeSorted() throws(Fault) {
    guard sorter != nil else { return }
    var rows = PositionChanges()
    var orders: [UInt256] = []
    var file = 0
    func give() {
      precondition(
        fold.take(rows, 0..<rows.count, orders: orders, order: layout.order, file: file),
        "rows are sorted")
      rows.removeAll()
      orders.removeAll(keepingCapacity: true)
    }
    try sorter?.drain { record in
      let next = layout.file(of: record)
      if next != file || rows.count == Self.batch { give() }
      file = next
      layout.read(record, to: &rows, &orders)
    }
    give()
    sorter = nil
  }
}

/// A row as bytes that sort as rows do: by time, then by the columns that order it, then as they
/// stand in files.
struct EventRecord {
  /// Numbers that order a row.
  let order: Int

  var length: Int { 8 + 32 * order + 4 + 4 + 4 + 32 + 1 }

  func append(
    _ rows: PositionChanges, _ row: Int, order: ArraySlice<UInt256>, file: Int,
    to bytes: inout [UInt8]
  ) {
    append(rows.times[row], to: &bytes)
    for number in order { append(number, to: &bytes) }
    append(UInt32(truncatingIfNeeded: file), to: &bytes)
    append(rows.lines[row], to: &bytes)
    append(rows.accounts[row], to: &bytes)
    append(rows.amounts[row], to: &bytes)
    bytes.append(rows.isTaken[row] ? 1 : 0)
  }

  private func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  private func append(_ number: UInt256, to bytes: inout [UInt8]) {
    for limb in (0..<4).reversed() { append(number.limbs[limb], to: &bytes) }
  }

  func file(of record: ArraySlice<UInt8>) -> Int {
    Int(Self.number(record, 8 + 32 * order, 4))
  }

  func read(
    _ record: ArraySlice<UInt8>, to rows: inout PositionChanges, _ orders: inout [UInt256]
  ) {
    for place in 0..<order { orders.append(Self.wide(record, 8 + 32 * place)) }
    let rest = 8 + 32 * order
    rows.append(
      time: Timestamp(Self.number(record, 0, 8)),
      account: UInt32(truncatingIfNeeded: Self.number(record, rest + 8, 4)),
      amount: Self.wide(record, rest + 12), isTaken: record[record.startIndex + rest + 44] == 1,
      line: UInt32(truncatingIfNeeded: Self.number(record, rest + 4, 4)))
  }

  private static func number(_ record: ArraySlice<UInt8>, _ place: Int, _ count: Int) -> UInt64 {
    let start = record.startIndex + place
    return record[start..<(start + count)].reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func wide(_ record: ArraySlice<UInt8>, _ place: Int) -> UInt256 {
    UInt256(
      number(record, place + 24, 8), number(record, place + 16, 8), number(record, place + 8, 8),
      number(record, place, 8))
  }
}

/// Takes rows that change balances.
struct EventTaker: RowTaker {
  private let cells: EventCells
  private(set) var selection: RowSelection
  private let rows: PositionRows
  private let limits: InputLimits
  private let progress: (Int) -> Void
  private let file: String
  private let isLate: Bool
  private let changes = EventColumns()
  private var orders: [UInt256] = []

  private static let batch = 1024

  init(
    _ cells: EventCells, selection: RowSelection, of file: String, rows: PositionRows,
    limits: InputLimits, progress: @escaping (Int) -> Void
  ) {
    self.cells = cells
    self.file = file
    isLate = cells.columns.received != nil
    self.selection = selection
    self.rows = rows
    self.limits = limits
    self.progress = progress
    changes.clear(capacity: 2 * Self.batch)
  }

  var columns: RowColumns { cells.columns }

  mutating func take(_ row: inout Row<some RowCells>) throws(Fault) {
    guard try selection.isSelected(&row) else { return }
    let line = try limits.checkRow(rows.count, line: row.line)
    let time = try selection.time(of: &row)
    guard var event = try cells.event(&row, &selection, at: time.counted) else { return }
    // Of balances that count at one second the last one was stated last, by its own time.
    var order = isLate && cells.events.isOrdered ? [UInt256(time.stated)] : []
    for place in cells.order { order.append(try Cells.value(try row.cell(place), as: .whole)) }
    event.line = line
    selection.note(time, line: row.line, of: file)
    changes.append(event)
    orders += order
    rows.count += 1
    if rows.count % 65_536 == 0 { progress(rows.count) }
    if !changes.hasRoomForEvent { try finish() }
  }

  /// Gives the last rows on.
  mutating func finish() throws(Fault) {
    var piece = PositionChanges()
    changes.move(to: &piece, &rows.accounts)
    try rows.take(piece, orders: orders)
    orders.removeAll(keepingCapacity: true)
  }
}
