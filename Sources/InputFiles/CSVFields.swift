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
        fields.append(try quoted(bytes, &index, record.line))
      } else {
        fields.append(try plain(bytes, &index, record.line))
      }
      guard index < bytes.endIndex else { return }
      index += 1  // the comma
    }
  }

  private func plain(
    _ bytes: ArraySlice<UInt8>, _ index: inout Int, _ line: Int
  ) throws(Fault) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.endIndex, bytes[index] != UInt8(ascii: ",") {
      guard bytes[index] != UInt8(ascii: "\"") else {
        throw stray(bytes, at: index, line)
      }
      index += 1
    }
    return bytes[start..<index]
  }

  private func quoted(
    _ bytes: ArraySlice<UInt8>, _ index: inout Int, _ line: Int
  ) throws(Fault) -> ArraySlice<UInt8> {
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
          throw stray(bytes, at: index, line)
        }
        return content[...]
      }
    }
    throw Fault(
      kind: .unterminatedQuote, line: line, found: "the end of the line",
      expected: "a closing quote")
  }

  private func stray(_ bytes: ArraySlice<UInt8>, at index: Int, _ line: Int) -> Fault {
    Fault(
      kind: .strayQuote, line: line, column: Self.characters(bytes[..<index]) + 1,
      found: Fault.shown(bytes[index...]), expected: "a comma or the end of the line",
      advice: "A field with quotes in it is quoted, and its quotes are written twice.")
  }

  /// The character column, counted from 1, of a field of the current record.
  func column(of field: Int, in record: LineReader.Record) -> Int {
    guard starts.indices.contains(field) else { return 0 }
    let start = record.bytes.startIndex
    return Self.characters(record.bytes[start..<(start + starts[field])]) + 1
  }

  /// How many characters UTF-8 bytes make: continuation bytes do not count.
  private static func characters(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.count { $0 & 0xC0 != 0x80 }
  }
}
