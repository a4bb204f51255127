import DistributionModel
import EthereumPrimitives

/// What was read from the files of a source of positions.
public struct PositionFileContents: Sendable, Equatable {
  public let history: PositionHistory
  /// Keccak-256 of the file's bytes as they lie on the disk, packed or not; of several files that
  /// of their hashes, in the order of their names.
  public let rawHash: Bytes32
  /// Columns that the plan does not read.
  public let unusedColumns: [String]
  /// What is right, and may still not be meant.
  public let notes: [String]
  /// Rows that count, of any time.
  public let rowCount: Int
  /// What is wrong with rows that were left out, where the plan says so.
  public let quarantined: [InputError]
  /// Rows that came too late for the epoch of their time.
  public let late: LateRows
}

/// Reads changes of balances: CSV and JSON Lines, plain or gzip, in pieces, and JSON as a whole.
///
/// Rows in the order of time are added up as they come. Others are sorted first, on disk where they
/// are many. The history depends on what the rows say, and not on where they stand.
public enum PositionFile {
  /// Reads the file of a source, or all files that its name with `*` stands for.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - name: how messages call it.
  ///   - declaration: a source of events.
  ///   - span: the seconds of which the history tells; what came before makes balances at its
  ///     start, and rows after it are read and not taken.
  ///   - keys: where the source looks its accounts up.
  ///   - times: where it looks its times up.
  ///   - progress: is told after about every 65 536 rows how many were read.
  /// - Throws: `InputError`, the first in the order of the file.
  public static func read(
    _ path: String, name: String, as declaration: SourceDeclaration, span: Range<UInt64>,
    keys: KeyTable = KeyTable(), times: TimeTable = TimeTable(), limits: InputLimits = .standard,
    chunkSize: Int = 1 << 18, progress: @escaping (Int) -> Void = { _ in }
  ) throws(InputError) -> PositionFileContents {
    try PositionReading(
      files: try SourceFile.all(path, name: name, limits: limits), name: name,
      declaration: declaration,
      span: span, keys: keys, times: times,
      limits: limits, chunkSize: chunkSize, progress: progress
    ).contents()
  }

  /// Reads bytes as if files held them.
  ///
  /// - Parameter isPlain: false to read all of it the clear way.
  package static func read(
    bytes: [[UInt8]], as declaration: SourceDeclaration, span: Range<UInt64>,
    keys: KeyTable = KeyTable(), times: TimeTable = TimeTable(), limits: InputLimits = .standard,
    chunkSize: Int = 1 << 18, isPlain: Bool = true
  ) throws(InputError) -> PositionFileContents {
    try PositionReading(
      files: SourceFile.all(bytes, name: "events"), name: "events", declaration: declaration,
      span: span, keys: keys, times: times,
      limits: limits, chunkSize: chunkSize, isPlain: isPlain, progress: { _ in }
    ).contents()
  }
}

/// The files of one source.
struct PositionReading {
  let files: [SourceFile]
  let name: String
  let declaration: SourceDeclaration
  let span: Range<UInt64>
  let keys: KeyTable
  let times: TimeTable
  let limits: InputLimits
  let chunkSize: Int
  /// False to read all of it the clear way.
  var isPlain = true
  let progress: (Int) -> Void

  func contents() throws(InputError) -> PositionFileContents {
    guard let events = declaration.series?.events else {
      preconditionFailure("only sources of events have positions")
    }
    do throws(InputError) {
      return try contents(events, isSorted: true)
    } catch {
      // Of files that are merged it need not be the first thing that is wrong.
      let isMerged = files.count > 1 && isScanned(events)
      guard error.kind == .unsortedTime || isMerged else { throw error }
      return try contents(events, isSorted: false)
    }
  }

  private func contents(
    _ events: PositionEvents, isSorted: Bool
  ) throws(InputError) -> PositionFileContents {
    let rows = PositionRows(declaration, events, span: span, limits: limits, isSorted: isSorted)
    var selection = RowSelection(
      declaration, columns: EventCells(declaration, events).columns, keys: keys, times: times)
    var quarantine = Quarantine(declaration, limits: limits)
    let contents =
      isSorted && isScanned(events)
      ? try merge(events, into: rows)
      : try inOrder(events, into: rows, &selection, &quarantine)
    var (hashes, notes, unused): ([Bytes32], [String], [String]) = ([], [], [])
    let quarantined = contents.flatMap(\.quarantined)
    for (file, read) in zip(files, contents) {
      hashes.append(read.source.rawHash)
      unused += read.unused.filter { !unused.contains($0) }
      if declaration.format == .csv, !read.source.endsWithLine {
        notes.append((files.count > 1 ? "\(file.name): " : "") + Reading.cutOffNote)
      }
    }
    let history = try history(rows)
    do throws(Fault) {
      notes = try selection.notes(taken: rows.count, quarantined: quarantined.count) + notes
    } catch {
      throw error.inFile(name)
    }
    return PositionFileContents(
      history: history, rawHash: SourceFile.hash(hashes), unusedColumns: unused, notes: notes,
      rowCount: rows.count, quarantined: quarantined, late: selection.late)
  }

  private func merge(
    _ events: PositionEvents, into rows: PositionRows
  ) throws(InputError) -> [Contents] {
    var merge = EventMerge(files: files.count, limit: limits.openFiles, into: rows) {
      file throws(InputError) in
      try reader(of: files[file], events, isSorted: true, taken: 0)
    }
    let contents = try merge.read(progress: progress)
    do throws(Fault) {
      _ = try limits.checkRow(rows.count - 1, line: 0)
    } catch {
      throw error.inFile(name)
    }
    return contents
  }

  /// Reads one file after the other one.
  private func inOrder(
    _ events: PositionEvents, into rows: PositionRows, _ selection: inout RowSelection,
    _ quarantine: inout Quarantine
  ) throws(InputError) -> [Contents] {
    var contents: [Contents] = []
    for (number, file) in files.enumerated() {
      rows.file = number
      contents.append(
        isScanned(events)
          ? try scan(file, events, into: rows)
          : try read(file, events, into: rows, &selection, &quarantine))
    }
    return contents
  }

  private func history(_ rows: PositionRows) throws(InputError) -> PositionHistory {
    let history: PositionHistory
    let problem: (fault: Fault, file: Int)?
    do throws(Fault) {
      (history, problem) = try rows.history()
    } catch {
      throw error.inFile(name)
    }
    if let problem { throw problem.fault.inFile(files[problem.file].name) }
    return history
  }

  // MARK: One file

  struct Contents {
    let source: ByteSource.Facts
    let unused: [String]
    var quarantined: [InputError] = []
  }

  /// True where every line of a file is a row that counts, as the scanner reads them.
  func isScanned(_ events: PositionEvents) -> Bool {
    isPlain && declaration.format == .csv && declaration.conditions.isEmpty
      && declaration.lookup == nil && declaration.time?.table == nil
      && declaration.badRows == .refuse && !events.isOrdered && declaration.received == nil
  }

  func reader(
    of file: SourceFile, _ events: PositionEvents, isSorted: Bool, taken: Int
  ) throws(InputError) -> EventReader {
    try EventReader(
      file.origin, name: file.name, as: declaration, events, limits: limits, isHashed: true,
      chunkSize: chunkSize, isSorted: isSorted, taken: taken)
  }

  /// Reads a file whose rows may stand in any order.
  func scan(
    _ file: SourceFile, _ events: PositionEvents, into rows: PositionRows
  ) throws(InputError) -> Contents {
    var reader = try reader(of: file, events, isSorted: false, taken: rows.count)
    var changes = PositionChanges()
    let before = rows.count
    while try reader.nextPiece(&changes, numbering: &rows.accounts) {
      do throws(Fault) {
        try rows.take(changes)
      } catch {
        throw error.inFile(file.name)
      }
      let marks = rows.count / 65_536
      rows.count = before + reader.rowCount
      if rows.count / 65_536 > marks { progress(rows.count) }
    }
    return reader.contents
  }

  func read(
    _ file: SourceFile, _ events: PositionEvents, into rows: PositionRows,
    _ selection: inout RowSelection, _ quarantine: inout Quarantine
  ) throws(InputError) -> Contents {
    var taker = EventTaker(
      EventCells(declaration, events), selection: selection, of: file.name, rows: rows,
      limits: limits, progress: progress)
    var reader = RowReader(
      declaration, columns: taker.columns, limits: limits, quarantine: quarantine)
    let source: ByteSource
    do throws(Fault) {
      source = try ByteSource(file.origin, limits: limits, chunkSize: chunkSize)
      try reader.read(source, into: &taker)
      try taker.finish()
    } catch {
      throw error.inFile(file.name)
    }
    let faults = reader.quarantine.faults.dropFirst(quarantine.faults.count)
    (selection, quarantine) = (taker.selection, reader.quarantine)
    return Contents(
      source: source.facts, unused: reader.unused,
      quarantined: faults.map { $0.inFile(file.name) })
  }
}
