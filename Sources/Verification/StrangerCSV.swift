/// CSV as RFC 4180 describes it, one record after the other.
struct StrangerCSV {
  /// The fields of a record, without their quotes.
  struct Record {
    fileprivate var bytes: [UInt8] = []
    /// Where each field ends; the last one ends with the bytes.
    fileprivate var ends: [Int] = []
    /// What is wrong with this record, and with none before or after it.
    fileprivate(set) var problem: String?

    var count: Int { ends.count + 1 }

    subscript(field: Int) -> ArraySlice<UInt8> {
      bytes[(field == 0 ? 0 : ends[field - 1])..<(field < ends.count ? ends[field] : bytes.count)]
    }

    func text(_ field: Int) -> String { String(decoding: self[field], as: UTF8.self) }
  }

  private enum Place {
    case start, plain, quoted
    /// After a quote inside of a quoted field: its end, or the first of two quotes.
    case afterQuote
  }

  /// Bytes of a record with the line ends inside of it, and its fields.
  static let longest = 1 << 20
  static let mostFields = 256

  private let file: String
  private var record = Record()
  private var place = Place.start
  private var size = 0
  /// A carriage return was read, which is right only before a line feed.
  private var hasReturn = false
  private var hasHighBytes = false
  /// What is wrong with the text and with the quotes of the record.
  private var textProblem: String?
  private var quoteProblem: String?
  private var isTooWide = false
  private var number = 1

  private init(_ file: String) {
    self.file = file
  }

  /// Calls `body` for every record. Lines with nothing in them may stand at the end.
  static func eachRecord(
    of stream: StrangerStream, _ body: (Record) throws -> Void
  ) throws {
    var reader = StrangerCSV(stream.name)
    var hasBlank = false
    func give() throws {
      defer { reader.start() }
      guard try reader.finish() else {
        hasBlank = true
        return
      }
      guard !hasBlank else { throw reader.malformed("a blank line before it", "rows without one") }
      try body(reader.record)
    }
    while let piece = try stream.next() {
      for byte in piece where try reader.take(byte) { try give() }
    }
    guard reader.place != .quoted else { throw reader.malformed("an open quote", "a closing one") }
    // A carriage return at the end of the file is before no line feed.
    if reader.hasReturn { reader.endReturn() }
    if reader.size > 0 { try give() }
  }

  private func malformed(_ found: String, _ expected: String) -> VerificationFailure {
    VerificationFailure(
      .malformedLine, file, "record \(number)", found: found, expected: expected)
  }

  private mutating func start() {
    record.bytes.removeAll(keepingCapacity: true)
    record.ends.removeAll(keepingCapacity: true)
    record.problem = nil
    (textProblem, quoteProblem, isTooWide, hasHighBytes) = (nil, nil, false, false)
    (place, size, hasReturn) = (.start, 0, false)
    number += 1
  }

  /// Sees what is wrong with the record that has ended; false for a line with nothing in it.
  private mutating func finish() throws(VerificationFailure) -> Bool {
    guard size > 0 else { return false }
    if hasHighBytes, textProblem == nil, (0..<record.count).contains(where: { !isText($0) }) {
      textProblem = "bytes that are no UTF-8"
    }
    guard textProblem != nil || !isTooWide else {
      throw malformed("more than \(Self.mostFields) fields", "at most that many")
    }
    record.problem = textProblem ?? quoteProblem
    return true
  }

  private func isText(_ field: Int) -> Bool {
    String(validating: record[field], as: UTF8.self) != nil
  }

  /// Whether the record has ended.
  private mutating func take(_ byte: UInt8) throws(VerificationFailure) -> Bool {
    if byte == 0x0A, place != .quoted {
      // The return before it is no part of the record.
      if hasReturn { size -= 1 }
      return true
    }
    size += 1
    guard size <= Self.longest else {
      throw malformed("more than \(Self.longest) bytes", "at most that many")
    }
    if hasReturn { endReturn(before: byte) }
    switch byte {
    case 0x0D:
      hasReturn = true
      return false
    case 0: textProblem = "a NUL byte"
    case 0x80...: hasHighBytes = true
    default: break
    }
    takeText(byte)
    return false
  }

  /// A carriage return that ends no record is text, and right only before a line feed.
  private mutating func endReturn(before next: UInt8 = 0) {
    hasReturn = false
    if next != 0x0A { textProblem = "a carriage return alone" }
    takeText(0x0D)
  }

  private mutating func takeText(_ byte: UInt8) {
    switch (place, byte) {
    case (.start, 0x22): place = .quoted
    case (.quoted, 0x22): place = .afterQuote
    case (.afterQuote, 0x22):
      record.bytes.append(byte)
      place = .quoted
    case (.quoted, _): record.bytes.append(byte)
    case (_, 0x2C):
      record.ends.append(record.bytes.count)
      if record.count > Self.mostFields, quoteProblem == nil { isTooWide = true }
      place = .start
    default:
      if place == .afterQuote || byte == 0x22 {
        quoteProblem = quoteProblem ?? "a quote that belongs to no quoted field"
      }
      record.bytes.append(byte)
      place = .plain
    }
  }
}
