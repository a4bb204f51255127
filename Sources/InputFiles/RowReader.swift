import DistributionModel
import EthereumPrimitives

/// Puts rows together from any format.
struct RowReader {
  /// The columns that a row is read by: the account, the declared ones, those of `where`, the key.
  struct Columns {
    let names: [String]
    let conditions: Range<Int>
    /// nil where the source has no key.
    let key: Int?

    init(_ source: SourceDeclaration) {
      let own = [source.accountColumn] + source.columns.map(\.name)
      conditions = own.count..<own.count + source.conditions.count
      key = source.key == nil ? nil : conditions.upperBound
      names = own + source.conditions.map(\.column) + [source.key].compactMap { $0 }
    }
  }

  let declaration: SourceDeclaration
  let limits: InputLimits
  let columns: Columns
  private let keys: KeyTable
  private let texts: [Set<[UInt8]>]
  private let progress: (Int) -> Void
  private(set) var rows: SourceRows
  private(set) var keyTable = KeyTable()
  var unused: [String] = []
  private var row: [UInt256]
  /// Rows that do not say what `where` asks for, and rows whose key is not there.
  private var (leftOut, unknown) = (0, 0)

  static let emptyFile = Fault(
    kind: .emptyFile, found: "nothing", expected: "a header and rows",
    advice: "Is it the right file?")

  init(
    _ declaration: SourceDeclaration, keys: KeyTable, limits: InputLimits,
    progress: @escaping (Int) -> Void
  ) {
    self.declaration = declaration
    self.keys = keys
    self.limits = limits
    self.progress = progress
    columns = Columns(declaration)
    texts = declaration.conditions.map { Set($0.texts.map { Array($0.utf8) }) }
    rows = SourceRows(source: declaration.name, columnCount: declaration.columns.count)
    row = Array(repeating: .zero, count: declaration.columns.count)
  }

  // MARK: CSV

  mutating func readCSV(_ source: ByteSource) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: true)
    var fields = CSVFields(limits: limits)
    let (names, line) = try Self.header(&lines, &fields)
    let header = try Header(names, columns.names, declaration, line: line)
    unused = header.unused
    while let record = try Self.nextRow(&lines, &fields, columns: header.count) {
      try take(line: record.line, cells: header.cells) { place in
        fields.fields[header.fields[place]]
      } place: { place in
        fields.place(of: header.fields[place], in: record)
      }
    }
  }

  /// The next row, cut into as many fields as the header has; nil at the end.
  static func nextRow(
    _ lines: inout LineReader, _ fields: inout CSVFields, columns: Int
  ) throws(Fault) -> LineReader.Record? {
    guard let record = try lines.next() else { return nil }
    guard !record.bytes.isEmpty else {
      // Blank lines at the end are harmless; between rows they are a sign of damage.
      guard try lines.isAtEndAfterBlanks() else { throw blank(record) }
      return nil
    }
    try fields.cut(record)
    guard fields.fields.count == columns else {
      throw Fault(
        kind: .raggedRow, line: record.line, found: fields.fields.count.counted("field"),
        expected: "\(columns), as in the header",
        advice: "A comma inside a value needs quotes around it; the fraction of a number follows a "
          + "point.")
    }
    return record
  }

  /// The fields of the first line.
  static func header(
    _ lines: inout LineReader, _ fields: inout CSVFields
  ) throws(Fault) -> (names: [String], line: Int) {
    guard let first = try lines.next() else { throw emptyFile }
    guard !first.bytes.isEmpty else {
      throw try lines.isAtEndAfterBlanks() ? emptyFile : blank(first)
    }
    try fields.cut(first)
    return (fields.fields.map { String(decoding: $0, as: UTF8.self) }, first.line)
  }

  static func blank(_ record: LineReader.Record) -> Fault {
    Fault(
      kind: .blankLine, line: record.line, found: "a blank line", expected: "a row",
      advice: "Remove the line; check that no row is missing.")
  }

  // MARK: Any format

  /// Takes a row, or leaves it out where it does not say what `where` asks for.
  ///
  /// - Parameters:
  ///   - cells: how the cells of the declared columns are read.
  ///   - cell: the text of a column, by its number in `columns`.
  ///   - place: line and character of a cell; 0 and the row's line where the format has none.
  mutating func take(
    line: Int, cells: [CellKind], _ cell: (Int) throws(Fault) -> ArraySlice<UInt8>,
    place: (Int) -> (line: Int, column: Int)
  ) throws(Fault) {
    var number = 0
    do throws(Fault) {
      for (index, texts) in texts.enumerated() {
        number = columns.conditions.lowerBound + index
        guard texts.contains(Array(try Cells.text(try cell(number)))) else {
          leftOut += 1
          return
        }
      }
      number = 0
      guard let account = try account(try cell(0)) else {
        unknown += 1
        return
      }
      for column in row.indices {
        number = column + 1
        let text = try cell(number)
        let isZero = text.isEmpty && declaration.columns[column].empty == .zero
        row[column] = isZero ? .zero : try Cells.value(text, as: cells[column])
      }
      if let key = columns.key {
        number = key
        try add(key: try cell(key), account, line: line)
      }
      try append(account, line: line)
    } catch {
      var fault = error
      fault.line = line
      if !fault.kind.isAboutTheFile {
        fault.field = columns.names[number]
        (fault.line, fault.column) = place(number)
      }
      throw fault
    }
  }

  /// The account of a row; nil where its key is unknown, and such rows are skipped.
  private func account(_ text: ArraySlice<UInt8>) throws(Fault) -> Address? {
    guard let lookup = declaration.lookup else { return try Cells.account(text) }
    let key = try Cells.text(text, expected: "a key of \(lookup.source)")
    if let account = keys[key] { return account }
    guard lookup.unknownKeys == .skip else {
      throw Fault(
        kind: .unknownKey, found: Fault.shown(key),
        expected: "a key of the source \(lookup.source)",
        advice: "Add it there, or write `unknown_keys: skip` to leave such rows out.")
    }
    return nil
  }

  private mutating func add(
    key text: ArraySlice<UInt8>, _ account: Address, line: Int
  ) throws(Fault) {
    let key = try Cells.text(text, expected: "a key")
    guard let first = keyTable.add(key, account, line: UInt32(clamping: line)) else { return }
    throw Fault(
      kind: .duplicateKey, found: "\(Fault.shown(key)) again, after line \(first)",
      expected: "each key once",
      advice: "Remove one of the rows, or narrow `where` down to one of them.")
  }

  private mutating func append(_ account: Address, line: Int) throws(Fault) {
    guard (rows.count + 1) * row.count <= limits.values else {
      throw Fault(
        kind: .tooManyValues, found: "more than \(limits.values) values in \(row.count) columns",
        expected: "at most that many", advice: "Split the file into several sources.")
    }
    guard rows.count < limits.rows, let line = UInt32(exactly: line) else {
      throw Fault(
        kind: .tooManyRows, found: "more than \(limits.rows) rows", expected: "at most that many",
        advice: "Split the file into several sources.")
    }
    rows.append(account: account, row: row, line: line)
    if rows.count % 65_536 == 0 { progress(rows.count) }
  }

  /// What is to be said of rows that do not count.
  func notes() throws(Fault) -> [String] {
    guard rows.count > 0 || leftOut + unknown == 0 || declaration.noRows == .allow else {
      throw Fault(
        kind: .nothingSelected,
        found:
          "\(leftOut.counted("row")) that `where` leaves out, \(unknown) of unknown keys, and no "
          + "other",
        expected: "at least one row that counts",
        advice: "Texts are compared letter by letter: compare `where` and the keys with the file, "
          + "or write `no_rows: allow` where nothing may count.")
    }
    var notes: [String] = []
    if leftOut > 0 { notes.append("\(leftOut.counted("row is", "rows are")) left out by `where`") }
    if let lookup = declaration.lookup, unknown > 0 {
      notes.append(
        "\(unknown.counted("row is skipped: its key is", "rows are skipped: their keys are")) not "
          + "in \(lookup.source)")
    }
    return notes
  }

  /// What can only be said once all rows are there.
  static func check(
    _ rows: SourceRows, _ declaration: SourceDeclaration, threads: Int
  ) throws(Fault) {
    guard rows.count > 0 || declaration.noRows == .allow else {
      throw Fault(
        kind: .noRows, found: "a header and no row", expected: "at least one row",
        advice: "Is it the right file? Where a list may be empty, write `no_rows: allow`.")
    }
    guard declaration.duplicates == .refuse,
      let twice = Address.firstRepetition(in: rows.accounts, threads: threads)
    else { return }
    throw Fault(
      kind: .duplicateAccount, line: Int(rows.lines[twice.again]),
      field: declaration.accountColumn,
      found: "\(rows.accounts[twice.again]) again, after line \(rows.lines[twice.first])",
      expected: "each account once",
      advice: "Remove one of the rows, or write `duplicates: sum` for the source in the plan.")
  }
}

extension InputProblem {
  /// True where a row is one too many, whatever its cells hold.
  fileprivate var isAboutTheFile: Bool { self == .tooManyRows || self == .tooManyValues }
}

extension LineReader {
  /// True where nothing but blank lines is left.
  mutating func isAtEndAfterBlanks() throws(Fault) -> Bool {
    while let record = try next() {
      guard record.bytes.isEmpty else { return false }
    }
    return true
  }
}
