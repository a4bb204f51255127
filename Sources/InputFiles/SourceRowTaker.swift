import DistributionModel
import EthereumPrimitives

/// Takes rows that are inputs by themselves.
struct SourceRowTaker: RowTaker {
  let columns: RowColumns
  private let declaration: SourceDeclaration
  /// The file in which the rows stand.
  private var file = ""
  private let limits: InputLimits
  /// The seconds of rows that count; nil is all of them.
  private let window: Range<UInt64>?
  private let progress: (Int) -> Void
  private var selection: RowSelection
  private(set) var rows: SourceRows
  /// When each of them counts, where the source says so.
  private(set) var times: [UInt64] = []
  private(set) var keyTable = KeyTable()
  private var values: [UInt256]

  init(
    _ declaration: SourceDeclaration, selection: RowSelection, window: Range<UInt64>?,
    limits: InputLimits, progress: @escaping (Int) -> Void
  ) {
    self.declaration = declaration
    self.limits = limits
    self.window = window
    self.progress = progress
    self.selection = selection
    columns = RowColumns(declaration)
    rows = SourceRows(source: declaration.name, columnCount: declaration.columns.count)
    values = Array(repeating: .zero, count: declaration.columns.count)
  }

  mutating func take(_ row: inout Row<some RowCells>) throws(Fault) {
    guard try selection.isSelected(&row) else { return }
    var time: RowTime?
    if columns.time != nil {
      let read = try selection.time(of: &row)
      guard window?.contains(read.counted) ?? true else { return selection.leaveOutside() }
      time = read
    }
    guard let account = try selection.account(try row.cell(0)) else { return }
    for column in values.indices {
      let text = try row.cell(column + 1)
      let isZero = text.isEmpty && declaration.columns[column].empty == .zero
      values[column] = isZero ? .zero : try Cells.value(text, as: row.kinds[column])
    }
    if declaration.key != nil { try add(key: try row.cell(columns.texts), account, row.line) }
    if let time, let column = declaration.countedColumn { values[column] = UInt256(time.counted) }
    try append(account, line: row.line)
    guard let time else { return }
    times.append(time.counted)
    selection.note(time, line: row.line, of: file)
  }

  mutating func begin(_ file: String) { self.file = file }

  var late: LateRows { selection.late }

  private mutating func add(
    key text: ArraySlice<UInt8>, _ account: Address, _ line: Int
  ) throws(Fault) {
    let key = try Cells.text(text, expected: "a key")
    guard let first = keyTable.add(key, account, line: UInt32(clamping: line)) else { return }
    throw Fault(
      kind: .duplicateKey, found: "\(Fault.shown(key)) again, after line \(first)",
      expected: "each key once",
      advice: "Remove one of the rows, or narrow `where` down to one of them.")
  }

  private mutating func append(_ account: Address, line: Int) throws(Fault) {
    guard (rows.count + 1) * values.count <= limits.values else {
      throw Fault(
        kind: .tooManyValues, found: "more than \(limits.values) values in \(values.count) columns",
        expected: "at most that many", advice: "Split the file into several sources.")
    }
    rows.append(account: account, row: values, line: try limits.checkRow(rows.count, line: line))
    if rows.count % 65_536 == 0 { progress(rows.count) }
  }

  func notes(quarantined: Int) throws(Fault) -> [String] {
    try selection.notes(taken: rows.count, quarantined: quarantined)
  }

  /// What can only be said once all rows are there.
  ///
  /// - Parameters:
  ///   - files: how messages call the files.
  ///   - starts: where the rows of each file start.
  static func check(
    _ rows: SourceRows, _ declaration: SourceDeclaration, files: [String], starts: [Int] = [0],
    threads: Int
  ) throws(InputError) {
    guard declaration.duplicates == .refuse,
      let twice = Address.firstRepetition(in: rows.accounts, threads: threads)
    else { return }
    let file = { (row: Int) in files[(starts.lastIndex { $0 <= row }) ?? 0] }
    let (first, again) = (file(twice.first), file(twice.again))
    throw Fault(
      kind: .duplicateAccount, line: Int(rows.lines[twice.again]),
      field: declaration.accountColumn,
      found: "\(rows.accounts[twice.again]) again, after line \(rows.lines[twice.first])"
        + (first == again ? "" : " of \(first)"),
      expected: "each account once",
      advice: "Remove one of the rows, or write `duplicates: sum` for the source in the plan."
    ).inFile(again)
  }
}
