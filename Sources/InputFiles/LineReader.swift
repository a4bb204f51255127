/// Cuts the bytes of a source into records: lines, or CSV records whose quoted fields hold lines.
///
/// Holds one piece of the file and one record at a time.
struct LineReader {
  /// A record without its line end.
  struct Record {
    let bytes: ArraySlice<UInt8>
    /// The line on which it starts, counted from 1.
    let line: Int
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

  /// The next record; nil at the end of the file. A line end at the end of the file ends no record.
  mutating func next() throws(Fault) -> Record? {
    if isAtStart { try skipByteOrderMark() }
    var scanned = position
    var isQuoted = false
    while true {
      if let end = endOfRecord(from: &scanned, &isQuoted) {
        return try record(upTo: end, next: end + 1)
      }
      guard buffer.count - position <= limit else { throw tooLong }
      guard !isAtEnd else {
        guard position < buffer.count else { return nil }
        guard !isQuoted else {
          throw Fault(
            kind: .unterminatedQuote, line: line, found: "the end of the file",
            expected: "a closing quote", advice: "A quote inside a field is written twice.")
        }
        return try record(upTo: buffer.count, next: buffer.count)
      }
      scanned -= position
      try refill()
      scanned += position
    }
  }

  private mutating func endOfRecord(from scanned: inout Int, _ isQuoted: inout Bool) -> Int? {
    let tracksQuotes = honoursQuotes
    return buffer.withUnsafeBufferPointer { bytes in
      while scanned < bytes.count {
        let byte = bytes[scanned]
        if byte == 0x0A, !isQuoted { return scanned }
        if byte == 0x22, tracksQuotes { isQuoted.toggle() }
        scanned += 1
      }
      return nil
    }
  }

  private mutating func record(upTo end: Int, next: Int) throws(Fault) -> Record {
    guard end - position <= limit else { throw tooLong }
    var bytes = buffer[position..<end]
    if bytes.last == 0x0D { bytes.removeLast() }
    try checkText(bytes)
    let record = Record(bytes: bytes, line: line)
    line += 1
    if honoursQuotes { for byte in bytes where byte == 0x0A { line += 1 } }
    position = next
    return record
  }

  private var tooLong: Fault {
    Fault(
      kind: .lineTooLong, line: line, found: "more than \(limit) bytes without a line end",
      expected: "a line of at most that many", advice: "Is it a text file with one row per line?")
  }

  /// NUL, lone carriage returns, and bytes that are no UTF-8.
  private func checkText(_ bytes: ArraySlice<UInt8>) throws(Fault) {
    var hasHighBytes = false
    for (offset, byte) in bytes.enumerated() {
      if byte >= 0x20 && byte < 0x80 { continue }
      if byte >= 0x80 {
        hasHighBytes = true
      } else if byte == 0 {
        throw Fault(
          kind: .nulByte, line: line, column: offset + 1, found: "a NUL byte", expected: "text",
          advice: "Save the file as UTF-8 text.")
      } else if byte == 0x0D,
        offset + 1 == bytes.count || bytes[bytes.startIndex + offset + 1] != 0x0A
      {
        throw Fault(
          kind: .loneCarriageReturn, line: line, column: offset + 1,
          found: "a carriage return alone", expected: "line ends of LF or CRLF",
          advice: "Save the file with Unix or Windows line ends.")
      }
    }
    if hasHighBytes, String(validating: bytes, as: UTF8.self) == nil {
      throw Fault(
        kind: .invalidUTF8, line: line, found: "bytes that are no UTF-8", expected: "UTF-8 text",
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
    if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF])
      || buffer.starts(with: [0, 0, 0xFE, 0xFF])
    {
      throw Fault(
        kind: .notUTF8Encoding, line: 1, found: "UTF-16 or UTF-32", expected: "UTF-8",
        advice: "Save the file as UTF-8.")
    }
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }
}
