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
  private let lookups: Lookups
  private let known: KnownFile?
  private let policy: LatePolicy
  /// The end of what closed epochs were computed from; nil where that is nothing of the source.
  private let closedEnd: UInt64?
  /// The start of the first open epoch; nil where none is closed.
  private let openStart: UInt64?
  private let storedAccounts: Int
  private var repeated = 0
  /// Of a file that was unwound; nil for another one, whose bytes are known.
  private var comparison: RowComparison?
  /// Of a file that is taken anew: from which lines rows were taken before.
  private var linesBefore: Set<UInt32>?
  private var earliest = UInt64.max
  private var changes = PositionChanges()
  private var actions = StoredActions()

  /// Changes or rows that are kept together.
  static let segmentSize = 1 << 16

  init(
    _ name: String, of source: StoreSource, lookingUp lookups: Lookups, late policy: LatePolicy,
    _ database: Database, store: String
  ) throws {
    self.name = name
    self.lookups = lookups
    self.database = database
    self.store = store
    self.policy = policy
    let id = try StoredSources.declare(source, database, store: store)
    let before = try Self.known(name, of: id, database, store: store)
    file = (id, try StoredFiles.declare(name, of: id, database))
    accounts = try StoredAccounts.table(database, store: store)
    storedAccounts = accounts.count
    closedEnd = try StoredEpochs.end(of: source.name, database)
    openStart = try StoredEpochs.openStart(database)
    if let before, before.file.lookups != lookups.hash {
      // What the rows say may be another thing now: those of open epochs are taken anew.
      if before.unwoundTo == nil {
        linesBefore = try TakenLines.all(of: file.id, database, store: store)
      }
      let start = Timestamp(closedEnd ?? 0)
      _ = try EventStore.unwind(file, to: start, database, store: store)
      try StoredBalances.dropCheckpoint(of: id, after: start.seconds, in: database)
      known = try Self.known(name, of: id, database, store: store)
    } else {
      known = before
    }
    if known?.unwoundTo != nil {
      comparison = try RowComparison(of: file.id, database, store: store)
    }
  }

  private static func known(
    _ name: String, of source: Int64, _ database: Database, store: String
  ) throws -> KnownFile? {
    try StoredFiles.known(of: source, database, store: store)
      .first { $0.file.file.name == name }?.file
  }

  /// Takes changes in the order of the file, whose accounts `accounts` has numbered.
  public func append(_ read: PositionChanges) throws(StoreError) {
    for row in 0..<read.count {
      switch standing(time: read.times[row], line: read.lines[row]) {
      case .new: try take(read, row)
      case .leftOutBefore: try take(read, row, mayBeClosed: true)
      case .taken:
        comparison?.add(
          time: read.times[row], account: read.accounts[row], amounts: [read.amounts[row]],
          isTaken: read.isTaken[row], isKept: false)
      }
    }
  }

  private func take(
    _ read: PositionChanges, _ row: Int, mayBeClosed: Bool = false
  ) throws(StoreError) {
    let (time, line) = (read.times[row], read.lines[row])
    if let closedEnd, time < closedEnd, !mayBeClosed {
      return try takeLate(
        line: line, account: read.accounts[row], time: time, isTaken: read.isTaken[row],
        amounts: [read.amounts[row]])
    }
    earliest = min(earliest, time)
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
      let standing = standing(time: times[row], line: rows.lines[row])
      guard standing != .taken else {
        comparison?.add(
          time: times[row], account: numbers[row], amounts: amounts, isTaken: false, isKept: false)
        continue
      }
      if let closedEnd, times[row] < closedEnd, standing == .new {
        try takeLate(
          line: rows.lines[row], account: numbers[row], time: times[row], isTaken: false,
          amounts: amounts)
        continue
      }
      actions.append(
        time: times[row], account: numbers[row], amounts: amounts, line: rows.lines[row])
      if actions.count == Self.segmentSize { try flush() }
    }
  }

  /// What a row is to the store.
  private enum Standing {
    case taken
    /// It was there when its file was taken before, and what it looks up was not.
    case leftOutBefore
    case new
  }

  private func standing(time: UInt64, line: UInt32) -> Standing {
    guard let known else {
      added += 1
      return .new
    }
    let isTaken =
      if let unwoundTo = known.unwoundTo {
        time < unwoundTo && linesBefore?.contains(line) ?? true
      } else { UInt64(line) <= known.file.lines }
    if isTaken {
      repeated += 1
      return .taken
    }
    added += 1
    return linesBefore != nil && UInt64(line) <= known.file.lines ? .leftOutBefore : .new
  }

  private func takeLate(
    line: UInt32, account: UInt32, time: UInt64, isTaken: Bool, amounts: [UInt256]
  ) throws(StoreError) {
    guard policy == .nextEpoch, let openStart else { throw try lateRow(time, line: line) }
    late += 1
    let row = StoredLateRow(
      line: line, account: account, time: time, countsFrom: openStart, isTaken: isTaken,
      amounts: amounts)
    try write { try StoredLateRows.insert(row, of: file, into: database) }
  }

  private func lateRow(_ time: UInt64, line: UInt32) throws(StoreError) -> StoreError {
    var epoch: UInt32?
    try write { epoch = try StoredEpochs.number(at: time, database) }
    return StoreError(
      .lateRow, file: name, place: line == 0 ? "" : "line \(line)",
      found: "a row of \(Timestamp(time).iso8601), "
        + (epoch.map { "in epoch \($0), which is closed" } ?? "before epochs that are closed"),
      expected: "rows of \(Timestamp(closedEnd ?? 0).iso8601) and later",
      advice: "A closed epoch stays as it is: with `--late next-epoch` the row counts from the "
        + "start of the first open epoch on.")
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
      advice: changedAdvice)
  }

  private var changedAdvice: String {
    if linesBefore != nil {
      let sources = lookups.sources.joined(separator: ", ")
      return
        "What the rows look up in \(sources) has changed, and a closed epoch was computed from "
        + "it: put the entries back as they were. Where an account has a new address, say so with "
        + "`redirects`."
    }
    return known?.unwoundTo == nil
      ? "Rows are only added to a file: put the old ones back."
      : "Only what was removed may change: unwind to an earlier time."
  }

  /// Writes what is left, and what is known of the file from now on.
  ///
  /// - Parameter others: files of the source whose rows have been taken with its own, by the names
  ///   that the store knows.
  func finish(
    _ read: IngestedFile, and others: [(name: String, file: IngestedFile)]
  ) throws(StoreError) {
    try checkRepeated()
    try flush()
    try write {
      try StoredAccounts.insert(accounts, from: storedAccounts, into: database)
      try StoredFiles.update(file.id, read, taken: (known?.taken ?? 0) + added, in: database)
      for (name, other) in others {
        let id = try StoredFiles.declare(name, of: file.source, database)
        let known = try Self.known(name, of: file.source, database, store: store)
        try StoredFiles.update(id, other, taken: known?.taken ?? 0, in: database)
      }
      // Balances at a later time are not what they were.
      try StoredBalances.dropCheckpoint(of: file.source, after: earliest, in: database)
    }
  }
}
