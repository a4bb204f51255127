/// Cuts a CSV record into fields (RFC 4180).
struct CSVFields {
  /// The fields of the current record, unquoted.
  private(set) var fields: [ArraySlice<UInt8>] = []
  /// Where each field starts in the record, in bytes.
  private var starts: [Int] = []
  private let limit: Int

  init(limits: InputLimits) {
    limit = limits.columns
  }

  /// Cuts `record`; what was cut before is forgotten.
  mutating func cut(_ record: LineReader.Record) throws(Fault) {
    fields.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    let bytes = record.bytes
    var index = bytes.startIndex
    while true {
      guard fields.count < limit else {
        throw Fault(
          kind: .tooManyColumns, line: record.line, found: "more than \(limit) fields",
          expected: "at most that many")
      }
      starts.append(index - bytes.startIndex)
      if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") {
        fields.append(try quoted(record, &index))
      } else {
        fields.append(try plain(record, &index))
      }
      guard index < bytes.endIndex else { return }
      index += 1  // the comma
    }
  }

  private func plain(
    _ record: LineReader.Record, _ index: inout Int
  ) throws(Fault) -> ArraySlice<UInt8> {
    let bytes = record.bytes
    let start = index
    while index < bytes.endIndex, bytes[index] != UInt8(ascii: ",") {
      guard bytes[index] != UInt8(ascii: "\"") else { throw stray(record, at: index) }
      index += 1
    }
    return bytes[start..<index]
  }

  private func quoted(
    _ record: LineReader.Record, _ index: inout Int
  ) throws(Fault) -> ArraySlice<UInt8> {
    let bytes = record.bytes
    index += 1
    var content: [UInt8] = []
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      if byte != UInt8(ascii: "\"") {
        content.append(byte)
      } else if index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") {
        content.append(byte)
        index += 1
      } else {
        guard index == bytes.endIndex || bytes[index] == UInt8(ascii: ",") else {
          throw stray(record, at: index)
        }
        return content[...]
      }
    }
    throw Fault(
      kind: .unterminatedQuote, line: record.line, found: "the end of the line",
      expected: "a closing quote",
      advice: "Close the quote that opens a field; quotes inside of it are written twice.")
  }

  private func stray(_ record: LineReader.Record, at index: Int) -> Fault {
    let place = record.place(of: index)
    return Fault(
      kind: .strayQuote, line: place.line, column: place.column,
      found: Fault.shown(record.bytes[index...]), expected: "a comma or the end of the line",
      advice: "A field with quotes in it is quoted, and its quotes are written twice.")
  }

  /// Line and character, both counted from 1, at which a field of the current record starts.
  func place(of field: Int, in record: LineReader.Record) -> (line: Int, column: Int) {
    record.place(of: record.bytes.startIndex + starts[field])
  }
}
