/// Cuts the bytes of a source into records: lines, or CSV records whose quoted fields hold lines.
///
/// Holds one piece of the file and one record at a time.
struct LineReader {
  /// A record without its line end.
  struct Record {
    let bytes: ArraySlice<UInt8>
    /// The line on which it starts, counted from 1.
    let line: Int

    /// Line and character of a byte, both counted from 1; a quoted field may hold lines.
    func place(of index: Int) -> (line: Int, column: Int) {
      let before = bytes[..<index]
      let start = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? before.startIndex
      // Continuation bytes of UTF-8 are no characters of their own.
      let characters = before[start...].count { $0 & 0xC0 != 0x80 }
      return (line + before.count { $0 == 0x0A }, characters + 1)
    }
  }

  /// How far the search for a record's end has come.
  private struct Scan {
    var index: Int
    var isQuoted = false
    /// A quote opens a field here, and nowhere else.
    var startsField = true
    /// A quote right after a closing one is part of the text.
    var closedQuote = false
  }

  private let source: ByteSource
  private let limit: Int
  private let honoursQuotes: Bool
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false
  private var line = 1
  private var isAtStart = true

  init(_ source: ByteSource, limits: InputLimits, honoursQuotes: Bool) {
    self.source = source
    limit = limits.lineBytes
    self.honoursQuotes = honoursQuotes
  }

  /// Goes on in the middle of a source, where a record starts.
  ///
  /// - Parameters:
  ///   - unread: bytes that were taken out of the source and not read.
  ///   - line: on which they start.
  init(_ source: ByteSource, limits: InputLimits, unread: [UInt8], line: Int) {
    self.init(source, limits: limits, honoursQuotes: true)
    buffer = unread
    self.line = line
    isAtStart = false
  }

  /// What was taken out of the source and not read yet, and the line on which it starts.
  var unread: (bytes: [UInt8], line: Int) { (Array(buffer[position...]), line) }

  /// The next record; nil at the end of the file. A line end at the end of the file ends no record.
  mutating func next() throws(Fault) -> Record? {
    if isAtStart { try skipByteOrderMark() }
    var scan = Scan(index: position)
    while true {
      if let end = endOfRecord(&scan) {
        return try record(upTo: end, next: end + 1)
      }
      guard buffer.count - position <= limit else { throw tooLong }
      guard !isAtEnd else {
        guard position < buffer.count else { return nil }
        guard !scan.isQuoted else {
          throw Fault(
            kind: .unterminatedQuote, line: line, found: "the end of the file",
            expected: "a closing quote", advice: "A quote inside a field is written twice.")
        }
        return try record(upTo: buffer.count, next: buffer.count)
      }
      scan.index -= position
      try refill()
      scan.index += position
    }
  }

  private func endOfRecord(_ scan: inout Scan) -> Int? {
    let tracksQuotes = honoursQuotes
    return buffer.withUnsafeBufferPointer { bytes in
      while scan.index < bytes.count {
        let byte = bytes[scan.index]
        if scan.isQuoted {
          scan.isQuoted = byte != 0x22
          scan.closedQuote = !scan.isQuoted
        } else if byte == 0x0A {
          return scan.index
        } else if tracksQuotes {
          scan.isQuoted = byte == 0x22 && (scan.startsField || scan.closedQuote)
          scan.startsField = byte == UInt8(ascii: ",")
          scan.closedQuote = false
        }
        scan.index += 1
      }
      return nil
    }
  }

  private mutating func record(upTo end: Int, next: Int) throws(Fault) -> Record {
    guard end - position <= limit else { throw tooLong }
    var bytes = buffer[position..<end]
    if next > end, bytes.last == 0x0D { bytes.removeLast() }
    let record = Record(bytes: bytes, line: line)
    line += 1
    if honoursQuotes { for byte in bytes where byte == 0x0A { line += 1 } }
    position = next
    // Whoever leaves a wrong record out goes on with the next one.
    try checkText(record)
    return record
  }

  private var tooLong: Fault {
    Fault(
      kind: .lineTooLong, line: line, found: "more than \(limit) bytes without a line end",
      expected: "a line of at most that many", advice: "Is it a text file with one row per line?")
  }

  /// NUL, lone carriage returns, and bytes that are no UTF-8.
  private func checkText(_ record: Record) throws(Fault) {
    let bytes = record.bytes
    var hasHighBytes = false
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x80 { continue }
      if byte >= 0x80 {
        hasHighBytes = true
      } else if byte == 0 {
        let place = record.place(of: index)
        throw Fault(
          kind: .nulByte, line: place.line, column: place.column, found: "a NUL byte",
          expected: "text",
          advice: record.line == 1 && bytes.starts(with: Array("PK".utf8))
            ? "This is a spreadsheet or an archive: export the sheet as CSV."
            : "Save the file as UTF-8 text.")
      } else if byte == 0x0D, index + 1 == bytes.endIndex || bytes[index + 1] != 0x0A {
        let place = record.place(of: index)
        throw Fault(
          kind: .loneCarriageReturn, line: place.line, column: place.column,
          found: "a carriage return alone", expected: "line ends of LF or CRLF",
          advice: "Save the file with Unix or Windows line ends.")
      }
    }
    if hasHighBytes, String(validating: bytes, as: UTF8.self) == nil {
      throw Fault(
        kind: .invalidUTF8, line: record.line, found: "bytes that are no UTF-8",
        expected: "UTF-8 text",
        advice: "Save the file as UTF-8.")
    }
  }

  private mutating func refill() throws(Fault) {
    guard let piece = try source.next() else {
      isAtEnd = true
      return
    }
    // What is still unread moves to the front.
    buffer.removeFirst(position)
    position = 0
    buffer += piece
  }

  private mutating func skipByteOrderMark() throws(Fault) {
    isAtStart = false
    while buffer.count < 4, !isAtEnd { try refill() }
    try Self.refuseOtherEncodings(buffer)
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// By the byte order mark at the start of a file.
  static func refuseOtherEncodings(_ bytes: [UInt8]) throws(Fault) {
    guard
      bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        || bytes.starts(with: [0, 0, 0xFE, 0xFF])
    else { return }
    throw Fault(
      kind: .notUTF8Encoding, line: 1, found: "UTF-16 or UTF-32", expected: "UTF-8",
      advice: "Save the file as UTF-8.")
  }
}
