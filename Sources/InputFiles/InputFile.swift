import CanonicalJSON
import DistributionModel
import EthereumPrimitives

/// What was read from an input file.
public struct InputFileContents: Sendable, Equatable {
  /// The rows in the order of the file, each with its line in its own one.
  public let rows: SourceRows
  /// Keccak-256 of the file's bytes as they lie on the disk, packed or not; of several files that
  /// of their hashes, in the order of their names.
  public let rawHash: Bytes32
  /// Columns of the file that the plan does not read.
  public let unusedColumns: [String]
  /// The accounts of a source with a key.
  public var keys = KeyTable()
  /// The times of a source that is a table of them, which has no rows.
  public var times = TimeTable()
  /// What is right, and may still not be meant.
  public var notes: [String] = []
  /// What is wrong with rows that were left out, where the plan says so.
  public var quarantined: [InputError] = []
  /// Rows that came too late for the epoch of their time.
  public var late = LateRows()
}

/// Reads CSV (RFC 4180) and JSON Lines, plain or gzip, in pieces, and JSON as a whole.
public enum InputFile {
  /// Reads a source's file, or all files that its name with `*` stands for.
  ///
  /// - Parameters:
  ///   - path: where it lies.
  ///   - name: how messages call it.
  ///   - declaration: which columns to read, and as what.
  ///   - keys: where the source looks its accounts up.
  ///   - times: where it looks its times up.
  ///   - window: the seconds of rows that count, where it says when they happened; nil is all.
  ///   - chunkSize: bytes per piece; the result does not depend on it.
  ///   - progress: is told after every 65 536 rows how many were read.
  /// - Throws: `InputError`, the first in the order of the file.
  public static func read(
    _ path: String, name: String, as declaration: SourceDeclaration, keys: KeyTable = KeyTable(),
    times: TimeTable = TimeTable(), window: Range<UInt64>? = nil,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18,
    progress: @escaping (Int) -> Void = { _ in }
  ) throws(InputError) -> InputFileContents {
    try Reading(
      files: try SourceFile.all(path, name: name, limits: limits), name: name,
      declaration: declaration, keys: keys, times: times, window: window, limits: limits,
      chunkSize: chunkSize, progress: progress
    ).fileContents()
  }

  /// Reads bytes as if a file held them.
  package static func read(
    bytes: [UInt8], name: String, as declaration: SourceDeclaration, keys: KeyTable = KeyTable(),
    times: TimeTable = TimeTable(), window: Range<UInt64>? = nil,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18
  ) throws(InputError) -> InputFileContents {
    try read(
      bytes: [bytes], name: name, as: declaration, keys: keys, times: times, window: window,
      limits: limits, chunkSize: chunkSize)
  }

  /// Reads bytes as if several files held them.
  package static func read(
    bytes: [[UInt8]], name: String, as declaration: SourceDeclaration, keys: KeyTable = KeyTable(),
    times: TimeTable = TimeTable(), window: Range<UInt64>? = nil,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18
  ) throws(InputError) -> InputFileContents {
    try Reading(
      files: SourceFile.all(bytes, name: name), name: name, declaration: declaration, keys: keys,
      times: times,
      window: window, limits: limits, chunkSize: chunkSize, progress: { _ in }
    ).fileContents()
  }

  /// Reads the file of a source that is a table of times, or all that its name with `*` stands for.
  ///
  /// - Throws: `InputError`, the first in the order of the file.
  public static func times(
    _ path: String, name: String, as declaration: SourceDeclaration,
    limits: InputLimits = .standard
  ) throws(InputError) -> InputFileContents {
    try Reading(
      files: try SourceFile.all(path, name: name, limits: limits), name: name,
      declaration: declaration, limits: limits, chunkSize: 1 << 18, progress: { _ in }
    ).timeTable()
  }

  /// Reads bytes as if the files of a table of times held them.
  package static func times(
    bytes: [[UInt8]], name: String, as declaration: SourceDeclaration
  ) throws(InputError) -> InputFileContents {
    try Reading(
      files: SourceFile.all(bytes, name: name), name: name, declaration: declaration,
      limits: .standard, chunkSize: 1 << 18, progress: { _ in }
    ).timeTable()
  }

  /// The rows that the fast way and the clear way give; nil where one gives none.
  package static func bothWays(
    bytes: [UInt8], as declaration: SourceDeclaration, chunkSize: Int, threads: Int
  ) -> (plain: SourceRows?, clear: SourceRows?) {
    let reading = Reading(
      files: SourceFile.all([bytes], name: ""), name: "", declaration: declaration,
      limits: .standard,
      chunkSize: chunkSize, threads: threads, isHashed: false, smallestPart: 30,
      progress: { _ in })
    return ((try? reading.plain())?.rows, (try? reading.clear())?.rows)
  }

  /// Reads a file's rows where nobody asks for the hash of its bytes, on so many threads; see
  /// `read`.
  public static func rows(
    _ path: String, name: String, as declaration: SourceDeclaration,
    limits: InputLimits = .standard, chunkSize: Int = 1 << 18, threads: Int = 1
  ) throws(InputError) -> SourceRows {
    try Reading(
      files: [SourceFile(origin: .file(path), name: name)], name: name, declaration: declaration,
      limits: limits, chunkSize: chunkSize, threads: threads, isHashed: false, progress: { _ in }
    ).contents().rows
  }

  /// The names of a CSV file's columns.
  public static func header(
    _ path: String, name: String, limits: InputLimits = .standard
  ) throws(InputError) -> [String] {
    do throws(Fault) {
      let source = try ByteSource(.file(path), limits: limits, chunkSize: 1 << 16)
      var lines = LineReader(source, limits: limits, honoursQuotes: true)
      var fields = CSVFields(limits: limits)
      return try RowReader.header(&lines, &fields).names
    } catch {
      throw error.inFile(name)
    }
  }
}

/// The files of a source: one is read the fast way where it is plain, all else the clear one.
struct Reading {
  let files: [SourceFile]
  let name: String
  let declaration: SourceDeclaration
  /// Where the source looks its accounts up, and its times.
  var keys = KeyTable()
  var times = TimeTable()
  /// The seconds of rows that count; nil is all of them.
  var window: Range<UInt64>?
  let limits: InputLimits
  let chunkSize: Int
  var threads = 1
  var isHashed = true
  /// Bytes that are worth a thread of their own.
  var smallestPart = 1 << 17
  let progress: (Int) -> Void

  static let cutOffNote =
    "the last line has no line end: if the file was cut off, its last cell may be too"

  struct Contents {
    let rows: SourceRows
    let sources: [ByteSource]
    /// Where the rows of each file start.
    let starts: [Int]
    /// The columns that nobody reads.
    let unused: [String]
    var keys = KeyTable()
    var times: [UInt64] = []
    var notes: [String] = []
    var quarantined: [InputError] = []
    var late = LateRows()

    var rawHash: Bytes32 { SourceFile.hash(sources.map(\.rawHash)) }
  }

  func fileContents() throws(InputError) -> InputFileContents {
    let read = try contents()
    return InputFileContents(
      rows: read.rows, rawHash: read.rawHash, unusedColumns: read.unused, keys: read.keys,
      notes: read.notes, quarantined: read.quarantined, late: read.late)
  }

  func contents() throws(InputError) -> Contents {
    let plain: Contents?
    do throws(Fault) {
      plain = try self.plain()
    } catch {
      throw error.inFile(name)
    }
    var contents = if let plain { plain } else { try clear() }
    try SourceRowTaker.check(
      contents.rows, declaration, files: files.map(\.name), starts: contents.starts,
      threads: threads)
    contents.notes += cutOffNotes(contents.sources)
    return contents
  }

  func timeTable() throws(InputError) -> InputFileContents {
    var taker = TimeTaker(declaration, limits: limits)
    let read = try readAll(into: &taker) { $0.table.count }
    return InputFileContents(
      rows: SourceRows(source: declaration.name, columnCount: 0),
      rawHash: SourceFile.hash(read.sources.map(\.rawHash)), unusedColumns: read.unused,
      times: taker.table, notes: read.notes + cutOffNotes(read.sources),
      quarantined: read.quarantined)
  }

  /// A JSON text that was cut off is no JSON.
  func cutOffNotes(_ sources: [ByteSource]) -> [String] {
    guard declaration.format == .csv else { return [] }
    return zip(files, sources).filter { !$1.endsWithLine }.map { file, _ in
      (files.count > 1 ? "\(file.name): " : "") + Self.cutOffNote
    }
  }

  private func source(of file: SourceFile, part: Range<Int> = 0..<Int.max) throws(Fault)
    -> ByteSource
  {
    try ByteSource(
      file.origin, limits: limits, chunkSize: chunkSize, isHashed: isHashed, part: part)
  }

  /// True where every line is a row with an account of its own.
  private var isPlain: Bool {
    declaration.format == .csv && declaration.lookup == nil && declaration.key == nil
      && declaration.conditions.isEmpty && declaration.time == nil
  }

  /// What the fast way gives; nil where the file is not plain, or wrong.
  func plain() throws(Fault) -> Contents? {
    guard isPlain, files.count == 1, let file = files.first else { return nil }
    let source = try source(of: file)
    var reader = PlainReader(declaration, limits: limits, progress: progress)
    let rows: SourceRows?
    // A hash is made of the bytes in their order, and a packed file is unpacked in its order.
    if threads > 1, !isHashed, !source.isPacked, source.size <= limits.unpackedBytes {
      rows = reader.rows(of: source.size, threads: threads, smallest: smallestPart) {
        try? self.source(of: file, part: $0)
      }
    } else {
      rows = reader.read(source) ? reader.rows() : nil
    }
    guard let rows, rows.count > 0 else { return nil }
    return Contents(rows: rows, sources: [source], starts: [0], unused: reader.unused)
  }

  /// What the clear way gives, and every error.
  func clear() throws(InputError) -> Contents {
    guard declaration.observed == nil else { return try observations() }
    var taker = SourceRowTaker(
      declaration,
      selection: RowSelection(
        declaration, columns: RowColumns(declaration), keys: keys, times: times),
      window: window, limits: limits, progress: progress)
    let read = try readAll(into: &taker) { $0.rows.count }
    return Contents(
      rows: taker.rows, sources: read.sources, starts: read.starts, unused: read.unused,
      keys: taker.keyTable, times: taker.times, notes: read.notes, quarantined: read.quarantined,
      late: taker.late)
  }

  private func observations() throws(InputError) -> Contents {
    var taker = ObservationTaker(
      declaration, times: times, window: window, limits: limits, progress: progress)
    let read = try readAll(into: &taker) { $0.rows.count }
    return Contents(
      rows: taker.rows, sources: read.sources, starts: read.starts, unused: read.unused,
      notes: read.notes, quarantined: read.quarantined)
  }

  private struct ReadFiles {
    var sources: [ByteSource] = []
    /// What the taker had before each file.
    var starts: [Int] = []
    var unused: [String] = []
    var notes: [String] = []
    var quarantined: [InputError] = []
  }

  /// Gives the rows of all files to one taker, as if they stood in one.
  private func readAll<Taker: NotingTaker>(
    into taker: inout Taker, count: (Taker) -> Int
  ) throws(InputError) -> ReadFiles {
    var read = ReadFiles()
    var quarantine = Quarantine(declaration, limits: limits)
    for file in files {
      read.starts.append(count(taker))
      var reader = RowReader(
        declaration, columns: taker.columns, limits: limits, quarantine: quarantine)
      taker.begin(file.name)
      do throws(Fault) {
        let source = try source(of: file)
        try reader.read(source, into: &taker)
        read.sources.append(source)
      } catch {
        throw error.inFile(file.name)
      }
      let faults = reader.quarantine.faults.dropFirst(quarantine.faults.count)
      read.quarantined += faults.map { $0.inFile(file.name) }
      quarantine = reader.quarantine
      read.unused += reader.unused.filter { !read.unused.contains($0) }
    }
    do throws(Fault) {
      read.notes = try taker.notes(quarantined: quarantine.faults.count)
    } catch {
      throw error.inFile(name)
    }
    return read
  }
}

/// Takes rows, and tells at the end what is to be said of those that do not count.
protocol NotingTaker: RowTaker {
  /// Says in which file the next rows stand.
  mutating func begin(_ file: String)
  func notes(quarantined: Int) throws(Fault) -> [String]
}

extension NotingTaker {
  mutating func begin(_ file: String) {}
}

extension SourceRowTaker: NotingTaker {}
extension ObservationTaker: NotingTaker {}
extension TimeTaker: NotingTaker {}
