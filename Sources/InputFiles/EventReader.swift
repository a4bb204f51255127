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
  /// Times are below: 2⁴⁰ seconds, the year 36812. Milliseconds of our days are above.
  public static let timeLimit: UInt64 = 1 << 40

  /// Columns of the file that nobody reads.
  public var unusedColumns: [String] { header.unused }
  /// Rows that were read, those without effect too.
  public private(set) var rowCount = 0

  private let name: String
  private let declaration: EventDeclaration
  private let limits: InputLimits
  private let source: ByteSource
  private let header: EventHeader
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
  private let effects: [[UInt8]: EventDeclaration.Effect]

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
    try self.init(
      .file(path), name: name, as: declaration, limits: limits, isHashed: isHashed,
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
    try self.init(
      .bytes(bytes), name: name, as: declaration, limits: limits, isHashed: isHashed,
      chunkSize: chunkSize, isPlain: isPlain)
  }

  private init(
    _ origin: ByteSource.Origin, name: String, as declaration: EventDeclaration,
    limits: InputLimits, isHashed: Bool, chunkSize: Int, isPlain: Bool = true
  ) throws(InputError) {
    self.name = name
    self.declaration = declaration
    self.limits = limits
    effects = Dictionary(
      declaration.kinds.map { (Array($0.name.utf8), $0.effect) }, uniquingKeysWith: { $1 })
    do throws(Fault) {
      source = try ByteSource(origin, limits: limits, chunkSize: chunkSize, isHashed: isHashed)
      lines = LineReader(source, limits: limits, honoursQuotes: true)
      fields = CSVFields(limits: limits)
      do throws(Fault) {
        let (names, line) = try RowReader.header(&lines, &fields)
        header = try EventHeader(names, declaration, line: line)
      } catch {
        throw source.damage() ?? error
      }
    } catch {
      throw error.inFile(name)
    }
    (piece, line) = lines.unread
    scanner = isPlain ? EventScanner(header, declaration, limits: limits) : nil
  }

  /// The hash of the file's bytes as they lie on the disk, once `next` has returned false.
  public var rawHash: Bytes32 { source.rawHash }

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
    changes.removeAll()
    do throws(Fault) {
      guard try fill() else {
        guard rowCount > 0 else {
          throw Fault(
            kind: .noRows, found: "a header and no row", expected: "at least one row",
            advice: "Is it the right file?")
        }
        return false
      }
    } catch {
      throw error.inFile(name)
    }
    columns.move(to: &changes, &accounts)
    return true
  }

  /// Puts the next changes into the columns; false at the end.
  private mutating func fill() throws(Fault) -> Bool {
    guard let scanner else { return try fillClearly() }
    let size = try nextPiece()
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
    guard isPlain, rows <= limits.rows else { return try leavePlainWay(size) }
    rowCount = rows
    (self.time, self.line, self.carry) = (time, line, carry)
    return true
  }

  /// What was read with the header, and then piece by piece what the source has.
  private mutating func nextPiece() throws(Fault) -> Int {
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
        guard rowCount + count < limits.rows else {
          throw Fault(
            kind: .tooManyRows, line: record.line, found: "more than \(limits.rows) rows",
            expected: "at most that many", advice: "Split the file into several sources.")
        }
        let event = try event(record)
        time = event.time
        columns.append(event)
        count += 1
      }
    } catch {
      throw source.damage() ?? error
    }
    rowCount += count
    return count > 0
  }

  /// Reads a row: its time and its kind, and what its kind asks for.
  private func event(_ record: LineReader.Record) throws(Fault) -> Event {
    guard let line = UInt32(exactly: record.line) else {
      throw Fault(
        kind: .tooManyRows, line: record.line, found: "a line after the last one with a number",
        expected: "at most \(UInt32.max) lines", advice: "Split the file into several sources.")
    }
    var event = Event(line: line)
    event.time = try cell(header.time, declaration.timeColumn, record, time(of:))
    event.effect = try cell(header.kind, declaration.kindColumn, record, effect(of:))
    guard event.effect != .none else { return event }
    event.account = try cell(header.account, declaration.accountColumn, record, Cells.account)
    if event.effect == .move, let target = header.target {
      event.target = try cell(target, declaration.targetColumn, record, Cells.account)
    }
    event.amount = try cell(header.amount, declaration.amount.name, record) {
      bytes throws(Fault) in try Cells.value(bytes, as: header.amountCell)
    }
    return event
  }

  /// Reads a cell, and says where it is if it cannot be read.
  private func cell<Value>(
    _ field: Int, _ name: String, _ record: LineReader.Record,
    _ value: (ArraySlice<UInt8>) throws(Fault) -> Value
  ) throws(Fault) -> Value {
    do throws(Fault) {
      return try value(fields.fields[field])
    } catch {
      var fault = error
      fault.field = name
      (fault.line, fault.column) = fields.place(of: field, in: record)
      throw fault
    }
  }

  private func time(of bytes: ArraySlice<UInt8>) throws(Fault) -> UInt64 {
    let value = try Cells.value(bytes, as: .whole)
    guard let seconds = value.asUInt64, seconds < Self.timeLimit else {
      throw Fault(
        kind: .timeOutOfRange, found: Fault.shown(bytes),
        expected: "seconds since 1970, less than \(Self.timeLimit)",
        advice: "Are they milliseconds? Divide them by 1000.")
    }
    guard seconds >= time else {
      throw Fault(
        kind: .unsortedTime, found: "\(seconds) after \(time)",
        expected: "rows in the order of time", advice: "Sort the file by its times.")
    }
    return seconds
  }

  private func effect(of bytes: ArraySlice<UInt8>) throws(Fault) -> EventDeclaration.Effect {
    let text = try Cells.text(bytes, expected: "a kind of event")
    guard let effect = effects[Array(text)] else {
      let names = declaration.kinds.map { "'\($0.name)'" }.joined(separator: ", ")
      throw Fault(
        kind: .unknownKind, found: Fault.shown(text), expected: "one of \(names)",
        advice: "Kinds are compared letter by letter; declare each, also one without effect.")
    }
    return effect
  }
}
