import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// What was read from an input file.
public struct InputFileContents: Sendable, Equatable {
  /// The rows in the order of the file.
  public let rows: SourceRows
  /// Keccak-256 of the file's bytes as they lie on the disk, packed or not.
  public let rawHash: Bytes32
  /// Columns of the file that the plan does not read.
  public let unusedColumns: [String]
}

/// Reads CSV (RFC 4180) and JSON Lines, plain or gzip, in pieces.
public enum InputFile {
  /// Reads a source's file.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - name: how messages call it.
  ///   - declaration: which columns to read, and as what.
  ///   - chunkSize: bytes per piece; the result does not depend on it.
  ///   - progress: is told after every 65 536 rows how many were read.
  /// - Throws: `InputError`, the first in the order of the file.
  public static func read(
    _ path: String, name: String, as declaration: SourceDeclaration,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws(InputError) -> InputFileContents {
    try contents(
      .file(path), name: name, as: declaration, limits: limits, chunkSize: chunkSize,
      progress: progress)
  }

  /// Reads bytes as if a file held them.
  package static func read(
    bytes: [UInt8], name: String, as declaration: SourceDeclaration,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18
  ) throws(InputError) -> InputFileContents {
    try contents(
      .bytes(bytes), name: name, as: declaration, limits: limits, chunkSize: chunkSize
    ) { _ in }
  }

  /// The rows that the fast way and the clear way give; nil where one gives none.
  package static func bothWays(
    bytes: [UInt8], as declaration: SourceDeclaration, chunkSize: Int, threads: Int
  ) -> (plain: SourceRows?, clear: SourceRows?) {
    let reading = Reading(
      origin: .bytes(bytes), name: "", declaration: declaration, limits: .standard,
      chunkSize: chunkSize, threads: threads, isHashed: false, smallestPart: 30,
      progress: { _ in })
    return ((try? reading.plain())?.rows, (try? reading.clear())?.rows)
  }

  private static func contents(
    _ origin: ByteSource.Origin, name: String, as declaration: SourceDeclaration,
    limits: InputLimits, chunkSize: Int, progress: @escaping (Int) -> Void
  ) throws(InputError) -> InputFileContents {
    let read = try Reading(
      origin: origin, name: name, declaration: declaration, limits: limits, chunkSize: chunkSize,
      threads: 1, isHashed: true, progress: progress
    ).contents()
    return InputFileContents(
      rows: read.rows, rawHash: read.source.rawHash, unusedColumns: read.unused)
  }

  /// Reads a file's rows where nobody asks for the hash of its bytes, on so many threads; see
  /// `read`.
  public static func rows(
    _ path: String, name: String, as declaration: SourceDeclaration,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18, threads: Int = 1
  ) throws(InputError) -> SourceRows {
    try Reading(
      origin: .file(path), name: name, declaration: declaration, limits: limits,
      chunkSize: chunkSize, threads: threads, isHashed: false, progress: { _ in }
    ).contents().rows
  }

  /// The names of a CSV file's columns.
  public static func header(
    _ path: String, name: String, limits: InputLimits = .standard
  ) throws(InputError) -> [String] {
    do throws(Fault) {
      let source = try ByteSource(.file(path), limits: limits, chunkSize: 1 << 16)
      var lines = LineReader(source, limits: limits, honoursQuotes: true)
      var fields = CSVFields(limits: limits)
      return try RowReader.header(&lines, &fields).names
    } catch {
      throw error.inFile(name)
    }
  }
}

/// One file, read the fast way where it is plain, and otherwise the clear one.
struct Reading {
  let origin: ByteSource.Origin
  let name: String
  let declaration: SourceDeclaration
  let limits: InputLimits
  let chunkSize: Int
  let threads: Int
  let isHashed: Bool
  /// Bytes that are worth a thread of their own.
  var smallestPart = 1 << 17
  let progress: (Int) -> Void

  /// Rows, the source that they came from, and the columns that nobody reads.
  typealias Contents = (rows: SourceRows, source: ByteSource, unused: [String])

  func contents() throws(InputError) -> Contents {
    do throws(Fault) {
      let contents = if let plain = try plain() { plain } else { try clear() }
      try RowReader.check(contents.rows, declaration, threads: threads)
      return contents
    } catch {
      throw error.inFile(name)
    }
  }

  private func source(part: Range<Int> = 0..<Int.max) throws(Fault) -> ByteSource {
    try ByteSource(
      origin, limits: limits, chunkSize: chunkSize, isHashed: isHashed, part: part)
  }

  /// What the fast way gives; nil where the file is not plain, or wrong.
  func plain() throws(Fault) -> Contents? {
    guard declaration.format == .csv else { return nil }
    let source = try source()
    var reader = PlainReader(declaration, limits: limits, progress: progress)
    let rows: SourceRows?
    // A hash is made of the bytes in their order, and a packed file is unpacked in its order.
    if threads > 1, !isHashed, !source.isPacked, source.size <= limits.unpackedBytes {
      rows = reader.rows(of: source.size, threads: threads, smallest: smallestPart) {
        try? self.source(part: $0)
      }
    } else {
      rows = reader.read(source) ? reader.rows() : nil
    }
    return rows.map { ($0, source, reader.unused) }
  }

  /// What the clear way gives, and every error.
  func clear() throws(Fault) -> Contents {
    let source = try source()
    var reader = RowReader(declaration, limits: limits, progress: progress)
    do throws(Fault) {
      switch declaration.format {
      case .csv: try reader.readCSV(source)
      case .jsonl: try reader.readJSONLines(source)
      }
    } catch {
      throw source.damage() ?? error
    }
    return (reader.rows, source, reader.unused)
  }
}

/// Puts rows together from either format.
struct RowReader {
  let declaration: SourceDeclaration
  let limits: InputLimits
  let progress: (Int) -> Void
  private(set) var rows: SourceRows
  private(set) var unused: [String] = []
  private var row: [UInt256]

  static let emptyFile = Fault(
    kind: .emptyFile, found: "nothing", expected: "a header and rows",
    advice: "Is it the right file?")

  init(_ declaration: SourceDeclaration, limits: InputLimits, progress: @escaping (Int) -> Void) {
    self.declaration = declaration
    self.limits = limits
    self.progress = progress
    rows = SourceRows(source: declaration.name, columnCount: declaration.columns.count)
    row = Array(repeating: .zero, count: declaration.columns.count)
  }

  // MARK: CSV

  mutating func readCSV(_ source: ByteSource) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: true)
    var fields = CSVFields(limits: limits)
    let (names, line) = try Self.header(&lines, &fields)
    let header = try Header(names, declaration, line: line)
    unused = header.unused
    while let record = try Self.nextRow(&lines, &fields, columns: header.count) {
      try readRow(record, fields, header)
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
        kind: .raggedRow, line: record.line, found: "\(fields.fields.count) fields",
        expected: "\(columns), as in the header",
        advice: "A comma inside a value needs quotes around it.")
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

  private mutating func readRow(
    _ record: LineReader.Record, _ fields: CSVFields, _ header: Header
  ) throws(Fault) {
    var field = header.accountField
    var name = declaration.accountColumn
    do throws(Fault) {
      let account = try Cells.account(fields.fields[field])
      for column in row.indices {
        field = header.fields[column]
        name = declaration.columns[column].name
        row[column] = try Cells.value(fields.fields[field], as: header.cells[column])
      }
      try append(account, line: record.line)
    } catch {
      var fault = error
      fault.line = record.line
      if !fault.kind.isAboutTheFile {
        fault.field = name
        (fault.line, fault.column) = fields.place(of: field, in: record)
      }
      throw fault
    }
  }

  static func blank(_ record: LineReader.Record) -> Fault {
    Fault(
      kind: .blankLine, line: record.line, found: "a blank line", expected: "a row",
      advice: "Remove the line; check that no row is missing.")
  }

  // MARK: JSON Lines

  mutating func readJSONLines(_ source: ByteSource) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: false)
    let jsonLimits = JSONLimits(bytes: limits.lineBytes, depth: 8, values: 4 * limits.columns)
    var seen: Set<String> = []
    var header: Header?
    while let record = try lines.next() {
      guard !record.bytes.isEmpty else {
        guard try lines.isAtEndAfterBlanks() else { throw Self.blank(record) }
        break
      }
      let json: JSON
      do {
        json = try JSON.parse(Array(record.bytes), limits: jsonLimits)
      } catch {
        let place = record.place(of: record.bytes.startIndex + error.column - 1)
        throw Fault(
          kind: .malformedJSON, line: record.line, column: place.column, found: error.found,
          expected: error.expected)
      }
      guard let members = json.members else {
        throw Fault(
          kind: .notAnObject, line: record.line, found: json.kindName,
          expected: "one JSON object per line")
      }
      guard members.count <= limits.columns else {
        throw Fault(
          kind: .tooManyColumns, line: record.line, found: "\(members.count) members",
          expected: "at most \(limits.columns)")
      }
      try refuseLookalikes(members, line: record.line)
      if header == nil { header = try objectHeader(line: record.line) }
      for member in members where !seen.contains(member.key) { seen.insert(member.key) }
      guard seen.count <= limits.columns else {
        throw Fault(
          kind: .tooManyColumns, line: record.line,
          found: "\(seen.count) different members so far", expected: "at most \(limits.columns)")
      }
      if let header { try readObject(json, header, line: record.line) }
    }
    guard header != nil else { throw Self.emptyFile }
    let used = Set(declaration.columns.map(\.name) + [declaration.accountColumn])
    unused = seen.subtracting(used).sorted()
  }

  /// Names that differ in bytes and are equal as text: other readers take them for one.
  private func refuseLookalikes(_ members: [JSON.Member], line: Int) throws(Fault) {
    guard members.contains(where: { $0.key.utf8.contains { $0 >= 0x80 } }) else { return }
    var seen: Set<String> = []
    for member in members where !seen.insert(member.key).inserted {
      throw Fault(
        kind: .malformedJSON, line: line,
        found: "the member '\(member.key)' in two spellings of the same letters",
        expected: "each name once", advice: "Remove one of them.")
    }
  }

  /// The plan's own columns, since lines of JSON have no header.
  private func objectHeader(line: Int) throws(Fault) -> Header {
    try Header(
      [declaration.accountColumn] + declaration.columns.map(\.name), declaration, line: line)
  }

  private mutating func readObject(
    _ json: JSON, _ header: Header, line: Int
  ) throws(Fault) {
    var name = declaration.accountColumn
    do throws(Fault) {
      let account = try Cells.account(try cell(json, name)[...])
      for column in row.indices {
        name = declaration.columns[column].name
        row[column] = try Cells.value(try cell(json, name)[...], as: header.cells[column])
      }
      try append(account, line: line)
    } catch {
      var fault = error
      fault.line = line
      if !fault.kind.isAboutTheFile { fault.field = name }
      throw fault
    }
  }

  private func cell(_ json: JSON, _ name: String) throws(Fault) -> [UInt8] {
    switch json[name] {
    case .string(let text)?: return Array(text.utf8)
    case .number(let literal)?: return Array(literal.utf8)
    case let value?:
      throw Fault(
        kind: .nestedValue, found: value.kindName, expected: "a string or a number",
        advice: "Amounts are safest as strings: \"\(name)\": \"12\".")
    case nil:
      throw Fault(
        kind: .missingMember, found: "no member '\(name)'", expected: "one in every line")
    }
  }

  // MARK: Both

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

  /// What can only be said once all rows are there.
  static func check(
    _ rows: SourceRows, _ declaration: SourceDeclaration, threads: Int
  ) throws(Fault) {
    guard rows.count > 0 else {
      throw Fault(
        kind: .noRows, found: "a header and no row", expected: "at least one row",
        advice: "Is it the right file?")
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
