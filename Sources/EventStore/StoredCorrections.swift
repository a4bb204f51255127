import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// A row that came too late for its epoch.
struct StoredCorrection {
  let line: UInt32
  let account: UInt32
  let time: UInt64
  let countsFrom: UInt64
  let isTaken: Bool
  /// Of a change its amount, of an action its columns.
  let amounts: [UInt256]
}

/// The table `corrections`.
enum StoredCorrections {
  static func insert(
    _ row: StoredCorrection, of file: (source: Int64, id: Int64), into database: Database
  ) throws {
    try database.execute(
      sql: """
        INSERT INTO corrections (
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
  ) throws -> [StoredCorrection] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT line, account, time, countsFrom, isTaken, columns, amounts FROM corrections
        WHERE source = ? AND countsFrom >= ? AND countsFrom < ? ORDER BY id
        """,
      arguments: [source, Int64(clamping: span.lowerBound), Int64(clamping: span.upperBound)]
    ).map { row in
      guard let amounts = PackedColumns.amounts(row[6], count: row[5]) else {
        throw StoreError.damaged(store, place: "corrections", found: "a row without its numbers")
      }
      return StoredCorrection(
        line: row[0], account: row[1], time: row[2], countsFrom: row[3], isTaken: row[4],
        amounts: amounts)
    }
  }

  /// The same as changes of balances.
  static func changes(
    of source: Int64, in span: Range<UInt64>, _ database: Database, store: String
  ) throws -> PositionChanges {
    var changes = PositionChanges()
    for correction in try all(of: source, in: span, database, store: store) {
      guard let amount = correction.amounts.first, correction.amounts.count == 1 else {
        throw StoreError.damaged(store, place: "corrections", found: "a change without an amount")
      }
      changes.append(
        time: Timestamp(correction.countsFrom), account: correction.account, amount: amount,
        isTaken: correction.isTaken, line: correction.line)
    }
    return changes
  }
}
