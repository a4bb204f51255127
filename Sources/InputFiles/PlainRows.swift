import DistributionModel
import EthereumPrimitives

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A place for rows, column by column.
///
/// A class: it may own its memory.
final class PlainRows {
  let capacity: Int
  private let accounts: UnsafeMutablePointer<Address>
  private let columns: [UnsafeMutablePointer<UInt256>]
  private let isOwner: Bool
  private(set) var count = 0

  /// Room for the rows of a piece, which is used again for the next one.
  init(capacity: Int, columns: Int) {
    self.capacity = capacity
    accounts = .allocate(capacity: capacity)
    self.columns = (0..<columns).map { _ in .allocate(capacity: capacity) }
    isOwner = true
  }

  /// A part of memory that somebody else owns, and keeps for as long as rows are written.
  init(
    accounts: UnsafeMutablePointer<Address>, columns: [UnsafeMutablePointer<UInt256>],
    part: Range<Int>
  ) {
    capacity = part.count
    self.accounts = accounts + part.lowerBound
    self.columns = columns.map { $0 + part.lowerBound }
    isOwner = false
  }

  deinit {
    guard isOwner else { return }
    accounts.deallocate()
    for column in columns { column.deallocate() }
  }

  @inline(__always)
  var hasRoom: Bool { count < capacity }

  /// Writes a value of the row that `endRow` ends.
  @inline(__always)
  func write(_ value: UInt256, column: Int) {
    precondition(hasRoom, "room for a row")
    columns[column].advanced(by: count).initialize(to: value)
  }

  @inline(__always)
  func endRow(_ account: Address) {
    precondition(hasRoom, "room for a row")
    accounts.advanced(by: count).initialize(to: account)
    count += 1
  }

  /// Appends the rows to arrays and forgets them.
  func move(to accounts: inout [Address], _ values: inout [ColumnValues]) {
    accounts.append(contentsOf: UnsafeBufferPointer(start: self.accounts, count: count))
    for column in columns.indices {
      values[column].append(contentsOf: UnsafeBufferPointer(start: columns[column], count: count))
    }
    count = 0
  }
}

/// The fast way through a CSV file: no record and no cell as a value of its own.
///
/// It gives what the clear reader gives, or nothing. At the first thing that is not plain it gives
/// up, and the clear reader starts from the beginning: errors are told in one place only.
struct PlainReader {
  private let declaration: SourceDeclaration
  private let limits: InputLimits
  private let progress: (Int) -> Void
  private var accounts: [Address] = []
  private var values: [ColumnValues]
  private var scratch: PlainRows?
  /// The start of a line whose end is in the next piece.
  private var carry: [UInt8] = []
  private var scanner: PlainScanner?
  private var hasReserved = false
  /// Where the rows go, where that is known before they are read.
  private var target: PlainRows?
  private(set) var unused: [String] = []

  /// A row is at least an address and a line end.
  private static let shortestRow = 43

  init(
    _ declaration: SourceDeclaration, limits: InputLimits, progress: @escaping (Int) -> Void
  ) {
    self.declaration = declaration
    self.limits = limits
    self.progress = progress
    values = Array(repeating: [], count: declaration.columns.count)
  }

  /// Reads to the end of a source; false where it is not plain, or wrong.
  mutating func read(_ source: ByteSource) -> Bool {
    var piece: [UInt8] = []
    while let count = try? source.fill(&piece), count > 0 {
      guard take(piece[..<count]), isWithinLimits(accounts.count) else { return false }
      if let size = source.expectedBytes { reserve(taken: source.takenBytes, of: size) }
    }
    guard source.isAtEnd else { return false }
    // A carriage return is part of a line end only where a line feed follows it.
    guard carry.isEmpty || carry.last != 0x0D && take([0x0A]) else { return false }
    scratch = nil
    return scanner != nil && isWithinLimits(accounts.count)
  }

  private func isWithinLimits(_ count: Int) -> Bool {
    count <= limits.rows && count * declaration.columns.count <= limits.values
      && count < Int(UInt32.max) - 2
  }

  /// The rows that were read; nil where they are too many.
  func rows() -> SourceRows? { rows(accounts, values) }

  private func rows(_ accounts: [Address], _ values: [ColumnValues]) -> SourceRows? {
    guard isWithinLimits(accounts.count) else { return nil }
    // Every line is a row, after the header.
    let lines = (0..<UInt32(accounts.count)).map { $0 + 2 }
    return SourceRows(
      source: declaration.name, accounts: accounts, columns: values, lines: lines)
  }

  /// Takes the lines that end in a piece.
  private mutating func take(_ piece: ArraySlice<UInt8>) -> Bool {
    guard let firstEnd = piece.firstIndex(of: 0x0A), let lastEnd = piece.lastIndex(of: 0x0A) else {
      carry += piece
      return carry.count <= limits.lineBytes
    }
    var start = piece.startIndex
    if scanner == nil || !carry.isEmpty {
      start = firstEnd + 1
      let line = carry + piece[..<start]
      carry = []
      guard scanner == nil ? readHeader(line) : scan(line[...]) else { return false }
    }
    guard start > lastEnd || scan(piece[start...lastEnd]) else { return false }
    carry = Array(piece[(lastEnd + 1)...])
    return true
  }

  /// Reads the header with its line end; false where it is not plain, or wrong.
  mutating func readHeader(_ line: [UInt8]) -> Bool {
    var text = line.dropLast()
    if text.last == 0x0D { text = text.dropLast() }
    guard !text.isEmpty, text.count <= limits.lineBytes,
      text.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") })
    else { return false }
    var fields = CSVFields(limits: limits)
    let record = LineReader.Record(bytes: text, line: 1)
    guard (try? fields.cut(record)) != nil,
      let header = try? Header(
        fields.fields.map { String(decoding: $0, as: UTF8.self) }, RowColumns(declaration), line: 1)
    else { return false }
    scanner = PlainScanner(header, limits: limits)
    unused = header.unused
    return true
  }

  /// Scans whole lines and appends their rows.
  private mutating func scan(_ lines: ArraySlice<UInt8>) -> Bool {
    guard let scanner else { return false }
    if let target { return lines.withUnsafeBufferPointer { scanner.scan($0, into: target) } }
    let capacity = lines.count / Self.shortestRow + 1
    if capacity > scratch?.capacity ?? 0 {
      scratch = PlainRows(capacity: capacity, columns: declaration.columns.count)
    }
    guard let scratch, lines.withUnsafeBufferPointer({ scanner.scan($0, into: scratch) }) else {
      return false
    }
    let before = accounts.count
    scratch.move(to: &accounts, &values)
    for mark in before / 65_536..<accounts.count / 65_536 { progress((mark + 1) * 65_536) }
    return true
  }

  /// Makes room for all rows, by what the first piece gave.
  private mutating func reserve(taken: Int, of size: Int) {
    guard !hasReserved, !accounts.isEmpty, size > taken else { return }
    hasReserved = true
    let expected = accounts.count * (size / taken + 1)
    let room = min(expected + expected / 16, limits.rows, size / Self.shortestRow)
    accounts.reserveCapacity(room)
    for column in values.indices { values[column].reserveCapacity(room) }
  }
}

// MARK: Parts of a file

extension PlainReader {
  /// Reads a file that is not packed on several threads, each one a part of whole lines.
  ///
  /// - Parameters:
  ///   - smallest: bytes that are worth a thread of their own.
  ///   - open: gives the bytes of a part.
  /// - Returns: nil where the file is not plain, or wrong.
  mutating func rows(
    of size: Int, threads: Int, smallest: Int, open: (Range<Int>) -> ByteSource?
  ) -> SourceRows? {
    // The header, and then cuts at line ends.
    guard let header = Self.lineEnd(from: 0, of: size, limits, open), readHeader(header.line) else {
      return nil
    }
    var cuts = [header.next]
    for range in Parallel.ranges(
      of: size - header.next, threads: threads, smallest: smallest
    ).dropLast() {
      let wanted = header.next + range.upperBound
      guard let cut = Self.lineEnd(from: wanted, of: size, limits, open) else { break }
      if let last = cuts.last, cut.next > last { cuts.append(cut.next) }
    }
    let parts = zip(cuts, cuts.dropFirst() + [size]).map { $0..<$1 }.filter { !$0.isEmpty }
    guard let places = Self.places(of: parts, threads: threads, open),
      let count = places.last?.upperBound, isWithinLimits(count)
    else { return nil }
    var isPlain = false
    var values: [[UInt256]] = []
    let accounts = [Address](unsafeUninitializedCapacity: count) { accounts, initialized in
      guard let first = accounts.baseAddress else { return }
      values = Self.columns(declaration.columns.count, rows: count) { columns in
        isPlain = fill(first, columns, places, parts, threads: threads, open)
      }
      // Where a part was not plain, nobody looks at what is here.
      initialized = isPlain ? count : 0
    }
    return isPlain ? rows(accounts, values.map { ColumnValues($0) }) : nil
  }

  /// Arrays of so many rows that `body` fills, each one a column.
  private static func columns(
    _ count: Int, rows: Int, before: [UnsafeMutablePointer<UInt256>] = [],
    _ body: ([UnsafeMutablePointer<UInt256>]) -> Void
  ) -> [[UInt256]] {
    guard count > 0 else {
      body(before)
      return []
    }
    var others: [[UInt256]] = []
    let column = [UInt256](unsafeUninitializedCapacity: rows) { buffer, initialized in
      guard let first = buffer.baseAddress else { return }
      others = columns(count - 1, rows: rows, before: before + [first], body)
      initialized = rows
    }
    return [column] + others
  }

  /// Reads every part into its place, each on a thread of its own.
  private func fill(
    _ accounts: UnsafeMutablePointer<Address>, _ columns: [UnsafeMutablePointer<UInt256>],
    _ places: [Range<Int>], _ parts: [Range<Int>], threads: Int,
    _ open: (Range<Int>) -> ByteSource?
  ) -> Bool {
    let sources = parts.compactMap(open)
    guard sources.count == parts.count else { return false }
    var isPlain = [Bool](repeating: false, count: parts.count)
    isPlain.withUnsafeMutableBufferPointer { isPlain in
      // Each thread has a reader, a source, a part of the memory and an answer of its own.
      nonisolated(unsafe) let (reader, sources) = (self, sources)
      nonisolated(unsafe) let (accounts, columns) = (accounts, columns)
      let answers = SharedBuffer(isPlain)
      Parallel.forEach(of: sources.count, threads: threads) { part in
        var reader = reader
        let target = PlainRows(accounts: accounts, columns: columns, part: places[part])
        reader.target = target
        // A file that changes while it is read may have fewer lines now.
        answers.elements[part] = reader.read(sources[part]) && !target.hasRoom
      }
    }
    return isPlain.allSatisfy { $0 }
  }

  /// Which rows each part has, by its line ends.
  private static func places(
    of parts: [Range<Int>], threads: Int, _ open: (Range<Int>) -> ByteSource?
  ) -> [Range<Int>]? {
    let sources = parts.compactMap(open)
    guard sources.count == parts.count else { return nil }
    var counts = [Int](repeating: 0, count: parts.count)
    counts.withUnsafeMutableBufferPointer { counts in
      nonisolated(unsafe) let sources = sources
      let counts = SharedBuffer(counts)
      Parallel.forEach(of: sources.count, threads: threads) { part in
        counts.elements[part] = lineCount(of: sources[part])
      }
    }
    var next = 0
    return counts.map { count in
      defer { next += count }
      return next..<next + count
    }
  }

  /// Lines of a source, the last one with or without its end. What cannot be read ends them.
  private static func lineCount(of source: ByteSource) -> Int {
    var count = 0
    var last: UInt8 = 0x0A
    var piece: [UInt8] = []
    while let taken = try? source.fill(&piece), taken > 0 {
      piece.withUnsafeBytes { bytes in
        // A line has about a hundred bytes: the system's search goes through them in a few steps.
        var rest = UnsafeRawBufferPointer(rebasing: bytes[..<taken])
        while let start = rest.baseAddress, let end = memchr(start, 0x0A, rest.count) {
          count += 1
          rest = UnsafeRawBufferPointer(rebasing: rest[(UnsafeRawPointer(end) - start + 1)...])
        }
        last = bytes[taken - 1]
      }
    }
    return last == 0x0A ? count : count + 1
  }

  /// The line from a place on, with its end, and the place after it; nil where no line ends.
  private static func lineEnd(
    from start: Int, of size: Int, _ limits: InputLimits, _ open: (Range<Int>) -> ByteSource?
  ) -> (line: [UInt8], next: Int)? {
    guard start < size, let source = open(start..<size) else { return nil }
    var line: [UInt8] = []
    var piece: [UInt8] = []
    while line.count <= limits.lineBytes, let count = try? source.fill(&piece), count > 0 {
      if let end = piece[..<count].firstIndex(of: 0x0A) {
        line += piece[...end]
        return (line, start + line.count)
      }
      line += piece[..<count]
    }
    return nil
  }
}
