import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// The table `changes`.
enum StoredChanges {
  static func insert(
    _ changes: PositionChanges, of file: (source: Int64, id: Int64), into database: Database
  ) throws {
    guard let first = changes.times.min(), let last = changes.times.max() else { return }
    try database.execute(
      sql: """
        INSERT INTO changes (
          source, file, firstTime, lastTime, count, times, accounts, amounts, isTaken, lines)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        file.source, file.id, Int64(clamping: first), Int64(clamping: last), changes.count,
        PackedColumns.data(changes.times.map { $0 - first }),
        PackedColumns.data(changes.accounts), PackedColumns.data(changes.amounts.numbers),
        PackedColumns.data(changes.isTaken), PackedColumns.data(changes.lines),
      ])
  }

  /// Hands over the changes of a span in the order in which they were taken, in pieces that may
  /// hold others too; then the late ones that count in it.
  static func forEach(
    of source: Int64, in span: Range<UInt64>, _ database: Database, store: String,
    _ body: (PositionChanges) throws -> Void
  ) throws {
    guard !span.isEmpty else { return }
    try forEachTaken(of: source, in: span, database, store: store, body)
    let late = try StoredLateRows.changes(of: source, in: span, database, store: store)
    if late.count > 0 { try body(late) }
  }

  /// The same without late ones.
  static func forEachTaken(
    of source: Int64, in span: Range<UInt64>, _ database: Database, store: String,
    _ body: (PositionChanges) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      database,
      sql: "\(columns) WHERE source = ? AND lastTime >= ? AND firstTime < ? ORDER BY id",
      arguments: [
        source, Int64(clamping: span.lowerBound), Int64(clamping: span.upperBound),
      ])
    while let row = try rows.next() { try body(try changes(row, store: store)) }
  }

  /// Hands over all changes of a file in the order in which they were taken, late ones left out.
  static func forEach(
    ofFile file: Int64, _ database: Database, store: String,
    _ body: (PositionChanges) throws -> Void
  ) throws {
    let rows = try Row.fetchCursor(
      database, sql: "\(columns) WHERE file = ? ORDER BY id", arguments: [file])
    while let row = try rows.next() { try body(try changes(row, store: store)) }
  }

  /// Of a file's changes that are kept together with one of a time or later: those before it.
  static func taken(
    of file: Int64, before time: UInt64, _ database: Database, store: String
  ) throws -> PositionChanges {
    var kept = PositionChanges()
    let rows = try Row.fetchCursor(
      database, sql: "\(columns) WHERE file = ? AND lastTime >= ? ORDER BY id",
      arguments: [file, Int64(clamping: time)])
    while let row = try rows.next() {
      let read = try changes(row, store: store)
      for row in 0..<read.count where read.times[row] < time {
        kept.append(
          time: Timestamp(read.times[row]), account: read.accounts[row],
          amount: read.amounts[row], isTaken: read.isTaken[row], line: read.lines[row])
      }
    }
    return kept
  }

  private static let columns =
    "SELECT count, times, accounts, amounts, isTaken, lines, firstTime FROM changes"

  private static func changes(_ row: Row, store: String) throws -> PositionChanges {
    let count = try row.decode(Int.self, atIndex: 0)
    let first = try row.decode(UInt64.self, atIndex: 6)
    guard let times = PackedColumns.words(try row.decode(atIndex: 1), count: count),
      let accounts = PackedColumns.numbers(try row.decode(atIndex: 2), count: count),
      let amounts = PackedColumns.amounts(try row.decode(atIndex: 3), count: count),
      let isTaken = PackedColumns.flags(try row.decode(atIndex: 4), count: count),
      let lines = PackedColumns.numbers(try row.decode(atIndex: 5), count: count)
    else { throw StoreError.damaged(store, place: "changes", found: "columns of unlike lengths") }
    var changes = PositionChanges()
    changes.times = times.map { $0 &+ first }
    changes.accounts = accounts
    changes.amounts = ColumnValues(amounts)
    changes.isTaken = isTaken
    changes.lines = lines
    changes.accountCount = Int(accounts.max() ?? 0) + 1
    return changes
  }
}
