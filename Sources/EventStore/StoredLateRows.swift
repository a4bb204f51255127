import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// A row that came too late for its epoch.
struct StoredLateRow {
  let line: UInt32
  let account: UInt32
  let time: UInt64
  let countsFrom: UInt64
  let isTaken: Bool
  /// Of a change its amount, of an action its columns.
  let amounts: [UInt256]
}

/// The table `lateRows`.
enum StoredLateRows {
  static func insert(
    _ row: StoredLateRow, of file: (source: Int64, id: Int64), into database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO lateRows (
          source, file, line, account, time, countsFrom, isTaken, columns, amounts)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        file.source, file.id, Int64(row.line), Int64(row.account), Int64(clamping: row.time),
        Int64(clamping: row.countsFrom), row.isTaken, row.amounts.count,
        PackedColumns.data(row.amounts),
      ])
  }

  /// Those that count from a time in a span, in the order in which they were taken.
  static func all(
    of source: Int64, in span: Range<UInt64>, _ database: Database, store: String
  ) throws -> [StoredLateRow] {
    try all(
      "source = ? AND countsFrom >= ? AND countsFrom < ?",
      [source, Int64(clamping: span.lowerBound), Int64(clamping: span.upperBound)], database,
      store: store)
  }

  /// Those of a file, in the order in which they were taken.
  static func all(
    ofFile file: Int64, _ database: Database, store: String
  ) throws -> [StoredLateRow] {
    try all("file = ?", [file], database, store: store)
  }

  private static func all(
    _ condition: String, _ arguments: StatementArguments, _ database: Database, store: String
  ) throws -> [StoredLateRow] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT line, account, time, countsFrom, isTaken, columns, amounts FROM lateRows
        WHERE \(condition) ORDER BY id
        """,
      arguments: arguments
    ).map { row in
      guard
        let amounts = PackedColumns.amounts(
          try row.decode(atIndex: 6), count: try row.decode(atIndex: 5))
      else {
        throw StoreError.damaged(store, place: "lateRows", found: "a row without its numbers")
      }
      return StoredLateRow(
        line: try row.decode(atIndex: 0), account: try row.decode(atIndex: 1),
        time: try row.decode(atIndex: 2), countsFrom: try row.decode(atIndex: 3),
        isTaken: try row.decode(atIndex: 4), amounts: amounts)
    }
  }

  /// The same as changes of balances, at the times from which they count or at their own.
  static func changes(
    of source: Int64, in span: Range<UInt64>, atStatedTimes: Bool = false, _ database: Database,
    store: String
  ) throws -> PositionChanges {
    var changes = PositionChanges()
    for row in try all(of: source, in: span, database, store: store) {
      guard let amount = row.amounts.first, row.amounts.count == 1 else {
        throw StoreError.damaged(store, place: "lateRows", found: "a change without an amount")
      }
      changes.append(
        time: Timestamp(atStatedTimes ? row.time : row.countsFrom),
        account: row.account, amount: amount,
        isTaken: row.isTaken, line: row.line)
    }
    return changes
  }
}
