import DistributionModel
import EthereumPrimitives

/// Reads a file of events piece by piece: CSV, plain or gzip, its rows in the order of time.
///
/// Memory holds one piece of the file, and the accounts. Plain pieces go a fast way; from the first
/// one that is not plain, or wrong, the clear way reads on, and tells what is wrong.
///
/// ```swift
/// var reader = try EventReader(path, name: "events.csv", as: declaration)
/// while try reader.next(&changes, numbering: &accounts) { … }
/// ```
public struct EventReader {
  /// Columns of the file that nobody reads.
  public var unusedColumns: [String] { header.unused }
  /// Rows that were read, those without effect too.
  public private(set) var rowCount = 0

  private let name: String
  private let cells: EventCells
  private var selection: RowSelection
  private let isSorted: Bool
  private let taken: Int
  private let limits: InputLimits
  private let source: ByteSource
  private let header: Header
  private let columns = EventColumns()
  /// Of the last row.
  private var time: UInt64 = 0

  /// nil once a piece was not plain.
  private var scanner: EventScanner?
  private var piece: [UInt8]
  /// True where the piece was taken out of the source with the header.
  private var isPieceUnread = true
  /// The start of a line whose end is in the next piece.
  private var carry: [UInt8] = []
  private var line: Int

  private var lines: LineReader
  private var fields: CSVFields

  /// Rows of the clear way in one piece.
  private static let clearRows = 1024
  /// A change has an address, and an event with two changes two of them.
  private static let shortestChange = 43

  /// Opens a file and reads its header.
  ///
  /// - Parameters:
  ///   - name: how messages call the file.
  ///   - isHashed: whether `rawHash` will be asked for, which takes time.
  ///   - chunkSize: bytes per piece; the changes do not depend on it.
  public init(
    _ path: String, name: String, as declaration: EventDeclaration,
    limits: InputLimits = .standard, isHashed: Bool = false, chunkSize: Int = 1 << 18
  ) throws(InputError) {
    let (source, events) = declaration.source
    try self.init(
      .file(path), name: name, as: source, events, limits: limits, isHashed: isHashed,
      chunkSize: chunkSize)
  }

  /// Reads bytes as if a file held them.
  ///
  /// - Parameter isPlain: false to read all of it the clear way.
  package init(
    bytes: [UInt8], name: String, as declaration: EventDeclaration,
    limits: InputLimits = .standard, isHashed: Bool = false, chunkSize: Int = 1 << 18,
    isPlain: Bool = true
  ) throws(InputError) {
    let (source, events) = declaration.source
    try self.init(
      .bytes(bytes), name: name, as: source, events, limits: limits, isHashed: isHashed,
      chunkSize: chunkSize, isPlain: isPlain)
  }

  /// - Parameters:
  ///   - declaration: a CSV file whose rows all count, without lookups.
  ///   - isSorted: false where rows may stand in any order.
  ///   - taken: rows of other files of the source, which count for the limit too.
  init(
    _ origin: ByteSource.Origin, name: String, as declaration: SourceDeclaration,
    _ events: PositionEvents, limits: InputLimits, isHashed: Bool, chunkSize: Int,
    isPlain: Bool = true, isSorted: Bool = true, taken: Int = 0
  ) throws(InputError) {
    self.name = name
    self.limits = limits
    self.isSorted = isSorted
    self.taken = taken
    cells = EventCells(declaration, events)
    selection = RowSelection(declaration, columns: cells.columns)
    do throws(Fault) {
      source = try ByteSource(origin, limits: limits, chunkSize: chunkSize, isHashed: isHashed)
      lines = LineReader(source, limits: limits, honoursQuotes: true)
      fields = CSVFields(limits: limits)
      do throws(Fault) {
        let (names, line) = try RowReader.header(&lines, &fields)
        header = try Header(names, cells.columns, line: line)
      } catch {
        throw source.damage() ?? error
      }
    } catch {
      throw error.inFile(name)
    }
    (piece, line) = lines.unread
    scanner = isPlain ? EventScanner(header, cells, isSorted: isSorted, limits: limits) : nil
  }

  /// The hash of the file's bytes as they lie on the disk, once `next` has returned false.
  public var rawHash: Bytes32 { source.rawHash }

  /// What is known of the file, once `nextPiece` has returned false.
  var contents: PositionReading.Contents {
    PositionReading.Contents(source: source.facts, unused: unusedColumns)
  }

  /// What is right, and may still not be meant, once `next` has returned false.
  public var notes: [String] { source.endsWithLine ? [] : [Reading.cutOffNote] }

  /// Reads on.
  ///
  /// - Parameters:
  ///   - changes: the next changes, in the place of those that were there; maybe none.
  ///   - accounts: gives the accounts numbers, new ones in the order of the file.
  /// - Returns: false at the end of the file.
  public mutating func next(
    _ changes: inout PositionChanges, numbering accounts: inout AddressTable
  ) throws(InputError) -> Bool {
    if try nextPiece(&changes, numbering: &accounts) { return true }
    guard rowCount > 0 else {
      throw Fault(
        kind: .noRows, found: "a header and no row", expected: "at least one row",
        advice: "Is it the right file?"
      ).inFile(name)
    }
    return false
  }

  /// Reads on in a file that may have no row.
  mutating func nextPiece(
    _ changes: inout PositionChanges, numbering accounts: inout AddressTable
  ) throws(InputError) -> Bool {
    changes.removeAll()
    do throws(Fault) {
      guard try fill() else { return false }
    } catch {
      throw error.inFile(name)
    }
    columns.move(to: &changes, &accounts)
    return true
  }

  /// Puts the next changes into the columns; false at the end.
  private mutating func fill() throws(Fault) -> Bool {
    guard let scanner else { return try fillClearly() }
    let size = try takePiece()
    // The lines of this piece, and what it leaves for the next one.
    var (time, line, carry) = (time, line, carry)
    columns.clear(capacity: (carry.count + size) / Self.shortestChange + 2)
    var isPlain = true
    func scan(_ bytes: ArraySlice<UInt8>) {
      let rows = UInt32(exactly: line).flatMap { line in
        bytes.withUnsafeBufferPointer { scanner.scan($0, into: columns, line: line, time: &time) }
      }
      isPlain = isPlain && rows != nil
      line += rows ?? 0
    }
    if size == 0 {
      guard !carry.isEmpty else { return false }
      // A carriage return is part of a line end only where a line feed follows it.
      isPlain = carry.last != 0x0D
      scan((carry + [0x0A])[...])
      carry = []
    } else if let first = piece[..<size].firstIndex(of: 0x0A),
      let last = piece[..<size].lastIndex(of: 0x0A)
    {
      if !carry.isEmpty { scan((carry + piece[...first])[...]) }
      let start = carry.isEmpty ? 0 : first + 1
      if start <= last { scan(piece[start...last]) }
      carry = Array(piece[(last + 1)..<size])
    } else {
      carry += piece[..<size]
      isPlain = carry.count <= limits.lineBytes
    }
    let rows = rowCount + line - self.line
    guard isPlain, taken + rows <= limits.rows else { return try leavePlainWay(size) }
    rowCount = rows
    (self.time, self.line, self.carry) = (time, line, carry)
    return true
  }

  /// What was read with the header, and then piece by piece what the source has.
  private mutating func takePiece() throws(Fault) -> Int {
    defer { isPieceUnread = false }
    return isPieceUnread && !piece.isEmpty ? piece.count : try source.fill(&piece)
  }

  /// Reads a piece again the clear way, and everything after it.
  private mutating func leavePlainWay(_ size: Int) throws(Fault) -> Bool {
    scanner = nil
    lines = LineReader(source, limits: limits, unread: carry + piece[..<size], line: line)
    return try fillClearly()
  }
}

// MARK: The clear way

extension EventReader {
  private mutating func fillClearly() throws(Fault) -> Bool {
    columns.clear(capacity: 2 * Self.clearRows)
    var count = 0
    do throws(Fault) {
      while count < Self.clearRows,
        let record = try RowReader.nextRow(&lines, &fields, columns: header.count)
      {
        let event = try event(record, after: rowCount + count)
        if isSorted { time = event.time }
        columns.append(event)
        count += 1
      }
    } catch {
      throw source.damage() ?? error
    }
    rowCount += count
    return count > 0
  }

  private mutating func event(
    _ record: LineReader.Record, after count: Int
  ) throws(Fault) -> Event {
    var row = Row(
      line: record.line, kinds: header.cells,
      cells: CSVRow(fields: fields, header: header, record: record))
    do throws(Fault) {
      let line = try limits.checkRow(taken + count, line: record.line)
      guard var event = try cells.event(&row, &selection, notBefore: time) else {
        preconditionFailure("no account is looked up")
      }
      event.line = line
      return event
    } catch {
      throw row.placed(error, cells.columns)
    }
  }
}
