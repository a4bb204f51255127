import EthereumPrimitives

/// A sorted data file of a bundle, in which rows are found by halving, without reading the rest.
///
/// What is found is a data file again: the header and the rows that were asked for, in the bytes in
/// which they stand. That the file is in order is taken from it, not checked.
struct SortedFile {
  /// Where a row stands, seen from the rows that are looked for.
  enum Place {
    case before
    case among
    case after
  }

  private static let newline = UInt8(ascii: "\n")
  /// Bytes that are read at a time: several rows.
  private static let piece = 512

  private let file: OpenFile
  private let header: [UInt8]

  /// - Parameter header: the first line; nil for a file of statements, which has none.
  /// - Throws: where the file has another size than the one that was written, or another header.
  init(
    _ directory: String, _ name: String, header: String?, size: Int
  ) throws(BundleError) {
    file = try OpenFile(directory, name)
    self.header = header.map { Array(($0 + "\n").utf8) } ?? []
    guard file.size == size else {
      throw BundleError(
        .wrongSum, file: name, found: "\(file.size) bytes", expected: "\(size), as were written",
        advice: "The file was cut off or changed.")
    }
    // No statement of a window of time is no line at all.
    if size == 0, header == nil { return }
    guard size > 0, size >= self.header.count,
      try file.bytes(0..<self.header.count) == self.header,
      try file.bytes((size - 1)..<size) == [Self.newline]
    else {
      throw BundleError(
        .malformedRow, file: name, place: "line 1 or the end", found: "something else",
        expected: (header.map { "the header `\($0)`, and " } ?? "")
          + "a line end after the last row")
    }
  }

  /// The header and the rows that `place` puts among those that are looked for.
  ///
  /// - Parameter place: of a row without its line end; never falls from row to row.
  func rows(
    _ place: (ArraySlice<UInt8>) throws(BundleError) -> Place
  ) throws(BundleError) -> [UInt8] {
    let start = try firstRow(notBefore: header.count) { row throws(BundleError) in
      try place(row) == .before
    }
    let end = try firstRow(notBefore: start) { row throws(BundleError) in
      try place(row) != .after
    }
    return header + (try file.bytes(start..<end))
  }

  /// Where the first row starts of which `isEarlier` is no longer true; the end where it is of all.
  private func firstRow(
    notBefore first: Int, _ isEarlier: (ArraySlice<UInt8>) throws(BundleError) -> Bool
  ) throws(BundleError) -> Int {
    // `low` is the start of a row, `high` too or the end; all rows before `low` are earlier.
    var (low, high) = (first, file.size)
    while low < high {
      let start = try rowStart(around: low + (high - low) / 2, notBefore: low)
      let row = try self.row(at: start)
      if try isEarlier(row[...]) { low = start + row.count + 1 } else { high = start }
    }
    return low
  }

  /// Where the row starts that has the byte at `offset`.
  private func rowStart(around offset: Int, notBefore first: Int) throws(BundleError) -> Int {
    var end = offset
    while end > first {
      let start = max(first, end - Self.piece)
      if let index = try file.bytes(start..<end).lastIndex(of: Self.newline) {
        return start + index + 1
      }
      end = start
    }
    return first
  }

  /// The row that starts at `offset`, without its line end: the file ends with one.
  private func row(at offset: Int) throws(BundleError) -> [UInt8] {
    var row: [UInt8] = []
    var start = offset
    while start < file.size {
      let piece = try file.bytes(start..<min(file.size, start + Self.piece))
      if let index = piece.firstIndex(of: Self.newline) { return row + piece[..<index] }
      row += piece
      start += piece.count
    }
    return row
  }
}

extension SortedFile {
  /// The rows of an account in a file whose rows start with accounts.
  ///
  /// - Parameter prefix: what stands before the account in every row.
  func rows(of account: Address, after prefix: String = "") throws(BundleError) -> [UInt8] {
    let wanted = Array((prefix + account.hex).utf8)
    return try rows { row in Self.place(of: row.prefix(wanted.count), wanted) }
  }

  /// The rows of an account in a file of groups, each of which ascends by account.
  ///
  /// - Parameters:
  ///   - groups: names of programs or campaigns, in the order of the file.
  ///   - field: which field holds the account.
  func rows(
    of account: Address, groups: [String], field: Int
  ) throws(BundleError) -> [UInt8] {
    let wanted = Array(account.hex.utf8)
    let names = groups.map { Array($0.utf8)[...] }
    var found = header
    for own in names.indices {
      found += try rows { row throws(BundleError) in
        let fields = row.split(
          separator: UInt8(ascii: ","), maxSplits: field + 1, omittingEmptySubsequences: false)
        guard fields.count > field, let group = names.firstIndex(of: fields[0]) else {
          throw BundleError(
            .wrongName, file: file.name, place: "a row",
            found: "'\(String(decoding: row.prefix(60), as: UTF8.self))'",
            expected: "a name of the plan, and an account")
        }
        guard group == own else { return group < own ? .before : .after }
        return Self.place(of: fields[field], wanted)
      }.dropFirst(header.count)
    }
    return found
  }

  /// Texts of accounts in lower case are in the order of their numbers.
  private static func place(of text: ArraySlice<UInt8>, _ wanted: [UInt8]) -> Place {
    if text.elementsEqual(wanted) { return .among }
    return text.lexicographicallyPrecedes(wanted) ? .before : .after
  }
}
