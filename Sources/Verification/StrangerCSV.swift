/// CSV as RFC 4180 describes it, one record after the other.
struct StrangerCSV {
  /// The fields of a record, without their quotes.
  struct Record {
    fileprivate var bytes: [UInt8] = []
    /// Where each field ends; the last one ends with the bytes.
    fileprivate var ends: [Int] = []

    var count: Int { ends.count + 1 }

    subscript(field: Int) -> ArraySlice<UInt8> {
      bytes[(field == 0 ? 0 : ends[field - 1])..<(field < ends.count ? ends[field] : bytes.count)]
    }

    func text(_ field: Int) -> String { String(decoding: self[field], as: UTF8.self) }

    fileprivate mutating func clear() {
      bytes.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
    }
  }

  private var record = Record()
  private var isQuoted = false
  /// A quote was just closed: another one makes both of them one quote of the text.
  private var isAfterQuote = false
  /// A carriage return was read, which is part of a line end only before a line feed.
  private var hasReturn = false
  private var hasContent = false

  /// Calls `body` for every record; a line with nothing in it is none.
  static func eachRecord(
    of stream: StrangerStream, _ body: (Record) throws -> Void
  ) throws {
    var reader = StrangerCSV()
    while let piece = try stream.next() {
      for byte in piece where reader.take(byte) {
        try body(reader.record)
        reader.start()
      }
    }
    if reader.hasReturn { reader.record.bytes.append(0x0D) }
    if reader.hasContent || !reader.record.bytes.isEmpty { try body(reader.record) }
  }

  private mutating func start() {
    record.clear()
    hasContent = false
  }

  /// True where a record with something in it has ended.
  private mutating func take(_ byte: UInt8) -> Bool {
    if hasReturn, byte != 0x0A { record.bytes.append(0x0D) }
    hasReturn = false
    switch byte {
    case 0x22:
      if isAfterQuote { record.bytes.append(0x22) }
      isAfterQuote = isQuoted
      isQuoted.toggle()
      hasContent = true
      return false
    case 0x2C where !isQuoted:
      record.ends.append(record.bytes.count)
      hasContent = true
    case 0x0D where !isQuoted: hasReturn = true
    case 0x0A where !isQuoted:
      isAfterQuote = false
      return hasContent || !record.bytes.isEmpty
    default: record.bytes.append(byte)
    }
    isAfterQuote = false
    return false
  }
}
