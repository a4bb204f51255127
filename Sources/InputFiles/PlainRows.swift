import DistributionModel
import EthereumPrimitives

/// Rows of one piece of a file, column by column; used again for the next piece.
///
/// A class: it owns memory, of which each thread has its own.
final class PlainRows {
  let capacity: Int
  private let accounts: UnsafeMutablePointer<Address>
  private let columns: [UnsafeMutablePointer<UInt256>]
  private(set) var count = 0

  init(capacity: Int, columns: Int) {
    self.capacity = capacity
    accounts = .allocate(capacity: capacity)
    self.columns = (0..<columns).map { _ in .allocate(capacity: capacity) }
  }

  deinit {
    accounts.deallocate()
    for column in columns { column.deallocate() }
  }

  /// Writes a value of the row that `endRow` ends.
  @inline(__always)
  func write(_ value: UInt256, column: Int) {
    precondition(count < capacity, "room for a row")
    columns[column].advanced(by: count).initialize(to: value)
  }

  @inline(__always)
  func endRow(_ account: Address) {
    precondition(count < capacity, "room for a row")
    accounts.advanced(by: count).initialize(to: account)
    count += 1
  }

  /// Appends the accounts to an array.
  func append(to accounts: inout [Address]) {
    accounts.append(contentsOf: UnsafeBufferPointer(start: self.accounts, count: count))
  }

  /// Appends a column's values to an array.
  func append(column: Int, to values: inout [UInt256]) {
    values.append(contentsOf: UnsafeBufferPointer(start: columns[column], count: count))
  }

  func removeAll() { count = 0 }
}

/// The fast way through a CSV file: many threads, no record and no cell as a value of its own.
///
/// It gives what the clear reader gives, or nothing. At the first thing that is not plain it gives
/// up, and the clear reader starts from the beginning: errors are told in one place only.
struct PlainReader {
  private let declaration: SourceDeclaration
  private let limits: InputLimits
  private let threads: Int
  private let progress: (Int) -> Void
  private var accounts: [Address] = []
  private var values: [[UInt256]]
  private var scratch: [PlainRows] = []
  /// The start of a line whose end is in the next piece.
  private var carry: [UInt8] = []
  private var scanner: PlainScanner?
  private var hasReserved = false
  private(set) var unused: [String] = []

  /// A row is at least an address and a line end.
  private static let shortestRow = 43

  init(
    _ declaration: SourceDeclaration, limits: InputLimits, threads: Int,
    progress: @escaping (Int) -> Void
  ) {
    self.declaration = declaration
    self.limits = limits
    self.threads = threads
    self.progress = progress
    values = Array(repeating: [], count: declaration.columns.count)
  }

  /// The rows of the whole file; nil where it is not plain, or wrong.
  mutating func read(_ source: ByteSource) -> SourceRows? {
    nonisolated(unsafe) var (piece, following): ([UInt8], [UInt8]) = ([], [])
    var count = try? source.fill(&piece)
    while let taken = count, taken > 0 {
      // With threads to spare, the next piece is read while this one is scanned.
      nonisolated(unsafe) var next: Int??
      let isPlain = take(
        piece[..<taken],
        meanwhile: threads > 1 ? { next = .some(try? source.fill(&following)) } : nil)
      guard isPlain, accounts.count <= limits.rows else { return nil }
      if let size = source.plainSize { reserve(taken: source.takenBytes, of: size) }
      if let next {
        swap(&piece, &following)
        count = next
      } else {
        count = try? source.fill(&piece)
      }
    }
    guard source.isAtEnd else { return nil }
    if !carry.isEmpty {
      // A carriage return is part of a line end only where a line feed follows it.
      guard carry.last != 0x0D, take([0x0A], meanwhile: nil) else { return nil }
    }
    guard scanner != nil, accounts.count <= limits.rows, accounts.count < Int(UInt32.max) - 2
    else { return nil }
    // Every line is a row, after the header.
    let lines = (0..<UInt32(accounts.count)).map { $0 + 2 }
    return SourceRows(
      source: declaration.name, accounts: accounts, values: values, lines: lines)
  }

  /// Takes the lines that end in a piece.
  private mutating func take(_ piece: ArraySlice<UInt8>, meanwhile: (() -> Void)?) -> Bool {
    guard let firstEnd = piece.firstIndex(of: 0x0A), let lastEnd = piece.lastIndex(of: 0x0A) else {
      carry += piece
      return carry.count <= limits.lineBytes
    }
    var start = piece.startIndex
    if scanner == nil || !carry.isEmpty {
      start = firstEnd + 1
      let line = carry + piece[..<start]
      carry = []
      guard scanner == nil ? readHeader(line) : scan(line[...], nil) else { return false }
    }
    guard start > lastEnd || scan(piece[start...lastEnd], meanwhile) else { return false }
    carry = Array(piece[(lastEnd + 1)...])
    return true
  }

  private mutating func readHeader(_ line: [UInt8]) -> Bool {
    var text = line.dropLast()
    if text.last == 0x0D { text = text.dropLast() }
    guard !text.isEmpty, text.count <= limits.lineBytes,
      text.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") })
    else { return false }
    var fields = CSVFields(limits: limits)
    let record = LineReader.Record(bytes: text, line: 1)
    guard (try? fields.cut(record)) != nil,
      let header = try? Header(
        fields.fields.map { String(decoding: $0, as: UTF8.self) }, declaration, line: 1)
    else { return false }
    scanner = PlainScanner(header, limits: limits)
    unused = header.unused
    return true
  }

  /// Scans whole lines on several threads and appends their rows in order.
  private mutating func scan(_ lines: ArraySlice<UInt8>, _ meanwhile: (() -> Void)?) -> Bool {
    guard let scanner else { return false }
    let parts = parts(of: lines)
    let capacity = (parts.map(\.count).max() ?? 0) / Self.shortestRow + 1
    if scratch.count < parts.count || capacity > (scratch.first?.capacity ?? 0) {
      scratch = parts.map { _ in
        PlainRows(capacity: capacity, columns: declaration.columns.count)
      }
    }
    var isPlain = [Bool](repeating: false, count: parts.count)
    lines.withUnsafeBufferPointer { bytes in
      isPlain.withUnsafeMutableBufferPointer { isPlain in
        // Each task has its own part of the lines, its own rows and its own answer; one of them
        // does what else is to be done.
        nonisolated(unsafe) let (bytes, scratch, meanwhile) = (bytes, scratch, meanwhile)
        let answers = SharedBuffer(isPlain)
        Parallel.forEach(of: parts.count + 1, threads: threads) { task in
          guard task > 0 else { return meanwhile?() ?? () }
          let part = parts[task - 1]
          let range =
            part.lowerBound - lines.startIndex..<part.upperBound - lines.startIndex
          answers.elements[task - 1] = scanner.scan(
            UnsafeBufferPointer(rebasing: bytes[range]), into: scratch[task - 1])
        }
      }
    }
    guard isPlain.allSatisfy({ $0 }) else { return false }
    let before = accounts.count
    appendScratch()
    for mark in before / 65_536..<accounts.count / 65_536 { progress((mark + 1) * 65_536) }
    return true
  }

  /// Appends what was scanned, each array on a thread of its own where threads allow it.
  private mutating func appendScratch() {
    nonisolated(unsafe) let scratch = scratch
    withUnsafeMutablePointer(to: &accounts) { accounts in
      values.withUnsafeMutableBufferPointer { values in
        nonisolated(unsafe) let accounts = accounts
        let values = SharedBuffer(values)
        Parallel.forEach(of: 1 + values.elements.count, threads: threads) { array in
          for rows in scratch {
            if array == 0 {
              rows.append(to: &accounts.pointee)
            } else {
              rows.append(column: array - 1, to: &values.elements[array - 1])
            }
          }
        }
      }
    }
    for rows in scratch { rows.removeAll() }
  }

  /// Parts of about the same size, each one of whole lines.
  private func parts(of lines: ArraySlice<UInt8>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = lines.startIndex
    for range in Parallel.ranges(of: lines.count, threads: 2 * threads, smallest: 1 << 16) {
      let wanted = lines.startIndex + range.upperBound
      guard wanted > start, let end = lines[(wanted - 1)...].firstIndex(of: 0x0A) else { continue }
      parts.append(start..<end + 1)
      start = end + 1
    }
    return parts
  }

  /// Makes room for the whole file's rows, by what the first piece gave.
  private mutating func reserve(taken: Int, of size: Int) {
    guard !hasReserved, !accounts.isEmpty, size > taken else { return }
    hasReserved = true
    let expected = accounts.count * (size / taken + 1)
    let room = min(expected + expected / 16, limits.rows, size / Self.shortestRow)
    accounts.reserveCapacity(room)
    for column in values.indices { values[column].reserveCapacity(room) }
  }
}
