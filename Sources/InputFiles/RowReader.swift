import DistributionModel
import EthereumPrimitives

/// The cells of a row, by the places of its columns.
protocol RowCells {
  func cell(_ place: Int) throws(Fault) -> ArraySlice<UInt8>

  /// Line and character of a cell; the row's line and 0 where the format has none.
  func position(of place: Int) -> (line: Int, column: Int)
}

/// A row that is being read. What is wrong with it is about the cell that was asked for last.
struct Row<Cells: RowCells> {
  let line: Int
  /// How the cells of values are read.
  let kinds: [CellKind]
  private let cells: Cells
  private var asked = 0

  init(line: Int, kinds: [CellKind], cells: Cells) {
    self.line = line
    self.kinds = kinds
    self.cells = cells
  }

  /// The text of a column, by its place in `RowColumns`.
  mutating func cell(_ place: Int) throws(Fault) -> ArraySlice<UInt8> {
    asked = place
    return try cells.cell(place)
  }

  /// A mistake with its place.
  func placed(_ fault: Fault, _ columns: RowColumns) -> Fault {
    var fault = fault
    fault.line = line
    if !fault.kind.isAboutTheFile {
      fault.field = columns.names[asked]
      (fault.line, fault.column) = cells.position(of: asked)
    }
    return fault
  }
}

/// Takes rows of a file one by one.
protocol RowTaker {
  var columns: RowColumns { get }

  /// Takes a row, or leaves it out where it does not count.
  mutating func take(_ row: inout Row<some RowCells>) throws(Fault)
}

/// Puts rows together from any format.
struct RowReader {
  let declaration: SourceDeclaration
  let limits: InputLimits
  let columns: RowColumns
  var unused: [String] = []
  var quarantine: Quarantine

  static let emptyFile = Fault(
    kind: .emptyFile, found: "nothing", expected: "a header and rows",
    advice: "Is it the right file?")

  /// - Parameter quarantine: what was left out of the files of the source before.
  init(
    _ declaration: SourceDeclaration, columns: RowColumns, limits: InputLimits,
    quarantine: Quarantine
  ) {
    self.declaration = declaration
    self.columns = columns
    self.limits = limits
    self.quarantine = quarantine
  }

  /// Gives the rows of a file to a taker.
  mutating func read(_ source: ByteSource, into taker: inout some RowTaker) throws(Fault) {
    do throws(Fault) {
      switch declaration.format {
      case .csv: try readCSV(source, &taker)
      case .jsonl: try readJSONLines(source, &taker)
      case .json: try readJSON(source, &taker)
      }
    } catch {
      throw source.damage() ?? error
    }
  }

  // MARK: CSV

  private mutating func readCSV(_ source: ByteSource, _ taker: inout some RowTaker) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: true)
    var fields = CSVFields(limits: limits)
    let (names, line) = try Self.header(&lines, &fields)
    let header = try Header(names, columns, line: line)
    unused = header.unused
    var quarantine = quarantine
    while try quarantine.read({ () throws(Fault) in
      guard let record = try Self.nextRow(&lines, &fields, columns: header.count) else {
        return false
      }
      try take(
        Row(
          line: record.line, kinds: header.cells,
          cells: CSVRow(fields: fields, header: header, record: record)), &taker)
      return true
    }) {}
    self.quarantine = quarantine
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

  func take(_ row: Row<some RowCells>, _ taker: inout some RowTaker) throws(Fault) {
    var row = row
    do throws(Fault) {
      try taker.take(&row)
    } catch {
      throw row.placed(error, columns)
    }
  }
}

/// A record of a CSV file, cut into fields.
struct CSVRow: RowCells {
  let fields: CSVFields
  let header: Header
  let record: LineReader.Record

  func cell(_ place: Int) -> ArraySlice<UInt8> { fields.fields[header.fields[place]] }

  func position(of place: Int) -> (line: Int, column: Int) {
    fields.place(of: header.fields[place], in: record)
  }
}

extension InputProblem {
  /// True where a row is one too many, whatever its cells hold.
  var isAboutTheFile: Bool { self == .tooManyRows || self == .tooManyValues }
}

extension LineReader {
  /// True where nothing but blank lines is left.
  mutating func isAtEndAfterBlanks() throws(Fault) -> Bool {
    while true {
      do throws(Fault) {
        guard let record = try next() else { return true }
        guard record.bytes.isEmpty else { return false }
      } catch {
        // A row that cannot be read is a row.
        guard error.kind.isAboutOneRow else { throw error }
        return false
      }
    }
  }
}
