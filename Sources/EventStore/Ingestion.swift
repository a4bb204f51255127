import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// What becomes of a row whose time belongs to a closed epoch.
public enum LatePolicy: Sendable {
  /// It is an error.
  case refuse
  /// It counts from the start of the first open epoch on, and stays visible as a late row.
  case nextEpoch
}

/// A source of a plan, and how it is declared.
public struct StoreSource: Sendable, Equatable {
  public let name: String
  /// Says whether a declaration is still the same.
  public let declaration: Bytes32

  public init(name: String, declaration: Bytes32) {
    self.name = name
    self.declaration = declaration
  }
}

/// A file as it was when its rows were taken.
public struct IngestedFile: Sendable, Equatable {
  /// Its name in the folder of inputs.
  public let name: String
  /// Bytes on the disk.
  public let size: UInt64
  /// Keccak-256 of them.
  public let rawHash: Bytes32
  /// True where the last line has no line end: more bytes may change it.
  public let isCutOff: Bool
  /// The line of the last row that was taken, or had been before.
  public internal(set) var lines: UInt32 = 0
  public let unusedColumns: [String]
  public let notes: [String]
  /// Rows that say themselves that they came too late for the epoch of their time.
  public let late: LateRows

  public init(
    name: String, size: UInt64, rawHash: Bytes32, isCutOff: Bool, unusedColumns: [String] = [],
    notes: [String] = [], late: LateRows = LateRows()
  ) {
    self.name = name
    self.size = size
    self.rawHash = rawHash
    self.isCutOff = isCutOff
    self.unusedColumns = unusedColumns
    self.notes = notes
    self.late = late
  }
}

/// What a file had when its rows were taken last.
public struct KnownFile: Sendable, Equatable {
  public let file: IngestedFile
  /// Changes or rows that were taken of it.
  public let taken: Int
  /// Rows of this time and later were removed again.
  public let unwoundTo: UInt64?
}

/// Takes the rows of a file: those that are not in the store yet.
///
/// A class, since it is the one place that a transaction writes through.
public final class Ingestion {
  /// Numbers accounts as the store does.
  public var accounts: AddressTable

  /// Changes or rows that were not there before.
  public private(set) var added = 0
  /// Of those, the ones that came late.
  public private(set) var late = 0

  private let database: Database
  private let store: String
  private let file: (source: Int64, id: Int64)
  private let name: String
  private let known: KnownFile?
  private let policy: LatePolicy
  /// The start of the first open epoch; nil where none is closed.
  private let openStart: UInt64?
  private let storedAccounts: Int
  private var repeated = 0
  /// Of a file that was unwound; nil for another one, whose bytes are known.
  private var comparison: RowComparison?
  private var lastLine: UInt32 = 0
  private var changes = PositionChanges()
  private var actions = StoredActions()

  /// Changes or rows that are kept together.
  static let segmentSize = 1 << 16

  init(
    _ name: String, of source: Int64, late policy: LatePolicy, _ database: Database, store: String
  ) throws {
    self.name = name
    self.database = database
    self.store = store
    self.policy = policy
    known = try StoredFiles.known(of: source, database, store: store)
      .first { $0.file.file.name == name }?.file
    file = (source, try StoredFiles.declare(name, of: source, database))
    accounts = try StoredAccounts.table(database, store: store)
    storedAccounts = accounts.count
    openStart = try StoredEpochs.openStart(database)
    if known?.unwoundTo != nil {
      comparison = try RowComparison(of: file.id, database, store: store)
    }
  }

  /// Takes changes in the order of the file, whose accounts `accounts` has numbered.
  public func append(_ read: PositionChanges) throws(StoreError) {
    for row in 0..<read.count {
      if isNew(time: read.times[row], line: read.lines[row]) {
        try take(read, row)
      } else {
        comparison?.add(
          time: read.times[row], account: read.accounts[row], amounts: [read.amounts[row]],
          isTaken: read.isTaken[row], isKept: false)
      }
    }
  }

  private func take(_ read: PositionChanges, _ row: Int) throws(StoreError) {
    let (time, line) = (read.times[row], read.lines[row])
    if let openStart, time < openStart {
      return try takeLate(
        line: line, account: read.accounts[row], time: time, countsFrom: openStart,
        isTaken: read.isTaken[row], amounts: [read.amounts[row]])
    }
    changes.append(
      time: Timestamp(min(time, EventStore.endOfTime)), account: read.accounts[row],
      amount: read.amounts[row], isTaken: read.isTaken[row], line: line)
    if changes.count == Self.segmentSize { try flush() }
  }

  /// Takes what a whole history says beyond what was taken of its source: changes that are added,
  /// and those that are gone, the other way round.
  public func append(differenceTo history: PositionHistory) throws(StoreError) {
    var numbers: [UInt32] = []
    accounts.appendNumbers(of: history.accounts, to: &numbers)
    var all = history.changes
    all.accounts = history.changes.accounts.map { numbers[Int($0)] }
    do {
      try takeBack(from: &all)
    } catch {
      throw EventStore.failure(error, store)
    }
    repeated = known?.taken ?? 0
    comparison = nil
    let sums = try all.summed(rank: { $0 }) { account, time in
      .overflow(store, accounts[account], at: time)
    }
    added = sums.count
    for row in 0..<sums.count { try take(sums, row) }
  }

  /// Adds what was taken of the source before, the other way round.
  private func takeBack(from changes: inout PositionChanges) throws {
    let always = 0..<EventStore.endOfTime
    func add(_ taken: PositionChanges) {
      for row in 0..<taken.count {
        changes.append(
          time: Timestamp(taken.times[row]), account: taken.accounts[row],
          amount: taken.amounts[row], isTaken: !taken.isTaken[row], line: 0)
      }
    }
    try StoredChanges.forEachTaken(of: file.source, in: always, database, store: store, add)
    add(
      try StoredLateRows.changes(
        of: file.source, in: always, atStatedTimes: true, database, store: store))
  }

  /// Takes rows of actions in the order of the file, each with its time.
  public func append(_ rows: SourceRows, times: [UInt64]) throws(StoreError) {
    precondition(times.count == rows.count, "a time of every row")
    var numbers: [UInt32] = []
    accounts.appendNumbers(of: rows.accounts, to: &numbers)
    for row in 0..<rows.count {
      let amounts = rows.values.map { $0[row] }
      guard isNew(time: times[row], line: rows.lines[row]) else {
        comparison?.add(
          time: times[row], account: numbers[row], amounts: amounts, isTaken: false, isKept: false)
        continue
      }
      if let openStart, times[row] < openStart {
        try takeLate(
          line: rows.lines[row], account: numbers[row], time: times[row], countsFrom: openStart,
          isTaken: false, amounts: amounts)
        continue
      }
      actions.append(
        time: times[row], account: numbers[row], amounts: amounts, line: rows.lines[row])
      if actions.count == Self.segmentSize { try flush() }
    }
  }

  private func isNew(time: UInt64, line: UInt32) -> Bool {
    lastLine = max(lastLine, line)
    let isKnown =
      if let known {
        if let unwoundTo = known.unwoundTo { time < unwoundTo } else { line <= known.file.lines }
      } else { false }
    if isKnown { repeated += 1 } else { added += 1 }
    return !isKnown
  }

  private func takeLate(
    line: UInt32, account: UInt32, time: UInt64, countsFrom: UInt64, isTaken: Bool,
    amounts: [UInt256]
  ) throws(StoreError) {
    guard policy == .nextEpoch else {
      throw StoreError(
        .lateRow, file: name, place: "line \(line)",
        found: "a row of \(time) seconds, in a closed epoch",
        expected: "rows of \(countsFrom) seconds and later",
        advice: "A closed epoch stays as it is: with `--late next-epoch` the row counts from the "
          + "start of the first open epoch on.")
    }
    late += 1
    let row = StoredLateRow(
      line: line, account: account, time: time, countsFrom: countsFrom, isTaken: isTaken,
      amounts: amounts)
    try write { try StoredLateRows.insert(row, of: file, into: database) }
  }

  /// Writes what has come together.
  private func flush() throws(StoreError) {
    try write {
      try StoredChanges.insert(changes, of: file, into: database)
      try actions.insert(of: file, into: database)
    }
    changes.removeAll()
    actions = StoredActions()
  }

  private func write(_ body: () throws -> Void) throws(StoreError) {
    Interruption.point()
    do { try body() } catch { throw EventStore.failure(error, store) }
  }

  /// Sees that the rows which were taken before are there, and what they were.
  private func checkRepeated() throws(StoreError) {
    let taken = known?.taken ?? 0
    guard repeated != taken || comparison?.isEqual == false else { return }
    let unwoundTo = known?.unwoundTo.map { Timestamp($0).iso8601 }
    let rows = unwoundTo.map { "rows before \($0)" } ?? "rows that were taken"
    throw StoreError(
      .rowsChanged, file: name,
      found: repeated == taken ? "other \(rows)" : "\(repeated.counted("change")) in \(rows)",
      expected: repeated == taken ? "those that were taken" : "\(taken), as when they were taken",
      advice: unwoundTo == nil
        ? "Rows are only added to a file; does it look something up that has changed?"
        : "Only what was removed may change: unwind to an earlier time.")
  }

  /// Writes what is left, and what is known of the file from now on.
  func finish(_ read: IngestedFile) throws(StoreError) {
    try checkRepeated()
    var read = read
    read.lines = lastLine
    try flush()
    try write {
      try StoredAccounts.insert(accounts, from: storedAccounts, into: database)
      try StoredFiles.update(file.id, read, taken: (known?.taken ?? 0) + added, in: database)
    }
  }
}

extension EventStore {
  /// Takes the rows of a file that are not in the store yet, in one transaction.
  ///
  /// - Parameters:
  ///   - file: its name in the folder of inputs.
  ///   - body: reads the file from its start, hands all of its rows over and says what the file is.
  /// - Returns: how many changes or rows were new, and how many of those came late.
  /// - Throws: `StoreError`, and what `body` throws.
  public func ingest(
    _ file: String, of source: StoreSource, late: LatePolicy,
    _ body: (Ingestion) throws -> IngestedFile
  ) throws -> (added: Int, late: Int) {
    var counts = (added: 0, late: 0)
    try writePassingErrors { database in
      let ingestion = try Ingestion(
        file, of: StoredSources.declare(source, database, store: path), late: late, database,
        store: path)
      try ingestion.finish(try body(ingestion))
      counts = (ingestion.added, ingestion.late)
    }
    return counts
  }

  /// What a source's files had when their rows were taken last, in the order of their names.
  ///
  /// - Throws: `otherSource` where the source was declared otherwise then.
  public func knownFiles(of source: StoreSource) throws(StoreError) -> [KnownFile] {
    try read { database in
      try StoredSources.check(source, database, store: path)
      guard let id = try StoredSources.id(of: source.name, database) else { return [] }
      return try StoredFiles.known(of: id, database, store: path).map(\.file)
    }
  }
}
