/// A CSV file's cells as text, for readers that know by themselves what they hold.
public struct TextRows: Sendable, Equatable {
  public let columns: [String]
  /// Per row, one text per column.
  public let rows: [[String]]
  /// The line of the file on which each row starts, counted from 1.
  public let lines: [Int]
}

extension InputFile {
  /// Reads a CSV file, plain or gzip, without looking into its cells.
  ///
  /// - Throws: `InputError`, the first in the order of the file.
  public static func text(
    _ path: String, name: String, limits: InputLimits = .standard
  ) throws(InputError) -> TextRows {
    do throws(Fault) {
      let source = try ByteSource(.file(path), limits: limits, chunkSize: 1 << 18)
      do throws(Fault) {
        return try text(source, limits)
      } catch {
        throw source.damage() ?? error
      }
    } catch {
      throw error.inFile(name)
    }
  }

  private static func text(
    _ source: ByteSource, _ limits: InputLimits
  ) throws(Fault) -> TextRows {
    var lines = LineReader(source, limits: limits, honoursQuotes: true)
    var fields = CSVFields(limits: limits)
    let (columns, headerLine) = try RowReader.header(&lines, &fields)
    for (index, column) in columns.enumerated() where columns[..<index].contains(column) {
      throw Fault(
        kind: .duplicateColumn, line: headerLine, field: column, found: "the name twice",
        expected: "each column once", advice: "Rename one of the columns.")
    }
    var rows: [[String]] = []
    var numbers: [Int] = []
    while let record = try RowReader.nextRow(&lines, &fields, columns: columns.count) {
      guard rows.count < limits.rows else {
        throw Fault(
          kind: .tooManyRows, found: "more than \(limits.rows) rows",
          expected: "at most that many", advice: "Split the file into several.")
      }
      guard (rows.count + 1) * columns.count <= limits.values else {
        throw Fault(
          kind: .tooManyValues,
          found: "more than \(limits.values) values in \(columns.count) columns",
          expected: "at most that many", advice: "Split the file into several.")
      }
      rows.append(fields.fields.map { String(decoding: $0, as: UTF8.self) })
      numbers.append(record.line)
    }
    guard !rows.isEmpty else {
      throw Fault(
        kind: .noRows, found: "a header and no row", expected: "at least one row",
        advice: "Is it the right file?")
    }
    return TextRows(columns: columns, rows: rows, lines: numbers)
  }
}
