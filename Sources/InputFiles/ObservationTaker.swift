import DistributionModel
import EthereumPrimitives

/// Takes rows that say what something was worth at a time: a time and a value, about no account.
struct ObservationTaker: RowTaker {
  let columns: RowColumns
  private let limits: InputLimits
  /// The seconds of rows that count; nil is all of them.
  private let window: Range<UInt64>?
  private let progress: (Int) -> Void
  private var selection: RowSelection
  private(set) var rows: SourceRows

  init(
    _ declaration: SourceDeclaration, times: TimeTable, window: Range<UInt64>?,
    limits: InputLimits, progress: @escaping (Int) -> Void
  ) {
    guard let observed = declaration.observed, let time = declaration.time else {
      preconditionFailure("observations have times and values")
    }
    columns = RowColumns(
      subject: time.column, values: [observed], conditions: declaration.conditions)
    self.limits = limits
    self.window = window
    self.progress = progress
    selection = RowSelection(declaration, columns: columns, times: times)
    rows = SourceRows(source: declaration.name, columnCount: declaration.columns.count)
  }

  mutating func take(_ row: inout Row<some RowCells>) throws(Fault) {
    guard try selection.isSelected(&row) else { return }
    let time = try selection.time(try row.cell(0))
    guard window?.contains(time) ?? true else { return selection.leaveOutside() }
    let value = try Cells.value(try row.cell(1), as: row.kinds[0])
    guard (rows.count + 1) * 2 <= limits.values else {
      throw Fault(
        kind: .tooManyValues, found: "more than \(limits.values) times and values",
        expected: "at most that many", advice: "Split the file into several sources.")
    }
    let line = try limits.checkRow(rows.count, line: row.line)
    rows.append(account: .zero, row: [UInt256(time), value], line: line)
    if rows.count % 65_536 == 0 { progress(rows.count) }
  }

  func notes(quarantined: Int) throws(Fault) -> [String] {
    try selection.notes(taken: rows.count, quarantined: quarantined)
  }
}
