import DistributionModel
import EthereumPrimitives

/// A file whose rows have a time, as it was read from its start to its end.
public struct TimedFileContents: Sendable {
  /// Bytes on the disk, packed or not.
  public let size: Int
  /// Keccak-256 of them.
  public let rawHash: Bytes32
  /// True where the last line has no line end.
  public let isCutOff: Bool
  /// Columns that the plan does not read.
  public let unusedColumns: [String]
  /// What is right, and may still not be meant.
  public let notes: [String]
  /// What is wrong with rows that were left out, where the plan says so.
  public let quarantined: [InputError]
  /// Rows that came too late for the epoch of their time.
  public let late: LateRows

  init(
    _ source: ByteSource.Facts, unused: [String], notes: [String], quarantined: [InputError],
    late: LateRows
  ) {
    size = source.size
    rawHash = source.rawHash
    isCutOff = !source.endsWithLine
    unusedColumns = unused
    self.notes = notes
    self.quarantined = quarantined
    self.late = late
  }
}

/// Reads files whose rows have a time for somebody who keeps the rows: all of them, whatever their
/// time, in the order of the file.
public enum TimedFile {
  /// Reads changes of balances piece by piece, as rows say them. Each has the time at which it
  /// takes effect.
  ///
  /// - Parameters:
  ///   - accounts: gives the accounts numbers.
  ///   - body: is given the next changes; their lines never fall.
  /// - Throws: `InputError`, the first in the order of the file.
  public static func changes(
    _ path: String, name: String, as declaration: SourceDeclaration, keys: KeyTable = KeyTable(),
    times: TimeTable = TimeTable(), numbering accounts: inout AddressTable,
    limits: InputLimits = .standard, progress: @escaping (Int) -> Void = { _ in },
    _ body: @escaping (PositionChanges) -> Void
  ) throws(InputError) -> TimedFileContents {
    guard let events = declaration.series?.events, !events.isOrdered else {
      preconditionFailure("a source whose rows say changes")
    }
    let file = SourceFile(origin: .file(path), name: name)
    let reading = PositionReading(
      files: [file], name: name, declaration: declaration, span: 0..<1, keys: keys, times: times,
      limits: limits, chunkSize: 1 << 18, progress: progress)
    let rows = PositionRows(declaration, events, span: 0..<1, limits: limits, isSorted: true)
    swap(&rows.accounts, &accounts)
    defer { swap(&rows.accounts, &accounts) }
    rows.receiver = { read in
      var changes = read
      if events.period != nil { changes.times = read.times.map(events.effectiveTime) }
      body(changes)
    }
    var selection = RowSelection(
      declaration, columns: EventCells(declaration, events).columns, keys: keys, times: times)
    var quarantine = Quarantine(declaration, limits: limits)
    let read =
      reading.isScanned(events)
      ? try reading.scan(file, events, into: rows)
      : try reading.read(file, events, into: rows, &selection, &quarantine)
    do throws(Fault) {
      let notes = try selection.notes(
        taken: rows.count, quarantined: read.quarantined.count)
      return TimedFileContents(
        read.source, unused: read.unused, notes: notes, quarantined: read.quarantined,
        late: selection.late)
    } catch {
      throw error.inFile(name)
    }
  }

  /// Reads rows of actions, and the time of each.
  public static func actions(
    _ path: String, name: String, as declaration: SourceDeclaration, keys: KeyTable = KeyTable(),
    times: TimeTable = TimeTable(), limits: InputLimits = .standard,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws(InputError) -> (rows: SourceRows, times: [UInt64], file: TimedFileContents) {
    precondition(declaration.time != nil, "a source whose rows have a time")
    let reading = Reading(
      files: [SourceFile(origin: .file(path), name: name)], name: name, declaration: declaration,
      keys: keys, times: times, limits: limits, chunkSize: 1 << 18, progress: progress)
    let read = try reading.clear()
    let file = TimedFileContents(
      read.sources[0].facts, unused: read.unused,
      notes: read.notes + reading.cutOffNotes(read.sources), quarantined: read.quarantined,
      late: read.late)
    return (read.rows, read.times, file)
  }

  /// Sees that rows of a window are such as a source may have: at least one, and one of each
  /// account, where the plan says nothing else.
  public static func check(
    _ rows: SourceRows, name: String, as declaration: SourceDeclaration
  ) throws(InputError) {
    guard rows.count > 0 || declaration.noRows == .allow else {
      throw Fault(
        kind: .nothingSelected, found: "no row of the window", expected: "at least one",
        advice: "Take the newest rows in, or write `no_rows: allow` where nothing may count."
      ).inFile(name)
    }
    try SourceRowTaker.check(rows, declaration, files: [name], threads: 1)
  }
}
