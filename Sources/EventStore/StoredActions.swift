import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// Rows of actions, column by column, on their way into the table `actions` or out of it.
struct StoredActions {
  private(set) var times: [UInt64] = []
  private(set) var accounts: [UInt32] = []
  private(set) var columns: [ColumnValues] = []
  private(set) var lines: [UInt32] = []

  var count: Int { times.count }

  mutating func append(time: UInt64, account: UInt32, amounts: [UInt256], line: UInt32) {
    if columns.isEmpty { columns = Array(repeating: [], count: amounts.count) }
    times.append(time)
    accounts.append(account)
    for (place, amount) in amounts.enumerated() { columns[place].append(amount) }
    lines.append(line)
  }

  func insert(of file: (source: Int64, id: Int64), into database: Database) throws {
    guard let first = times.min(), let last = times.max() else { return }
    try database.execute(
      sql: """
        INSERT INTO actions (source, file, firstTime, lastTime, count, times, accounts, lines)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        file.source, file.id, Int64(clamping: first), Int64(clamping: last), count,
        PackedColumns.data(times.map { $0 - first }), PackedColumns.data(accounts),
        PackedColumns.data(lines),
      ])
    let segment = database.lastInsertedRowID
    for (place, column) in columns.enumerated() {
      try database.execute(
        sql: "INSERT INTO actionColumns (segment, place, amounts) VALUES (?, ?, ?)",
        arguments: [segment, place, PackedColumns.data(column.numbers)])
    }
  }

  /// Those of a span in the order in which they were taken, then the late ones that count in it.
  static func all(
    of source: Int64, in span: Range<UInt64>, _ database: Database, store: String
  ) throws -> StoredActions {
    let rows = try Row.fetchCursor(
      database,
      sql: "\(stored) WHERE source = ? AND lastTime >= ? AND firstTime < ? ORDER BY id",
      arguments: [source, Int64(clamping: span.lowerBound), Int64(clamping: span.upperBound)])
    var actions = try actions(rows, in: span, database, store: store)
    for row in try StoredLateRows.all(of: source, in: span, database, store: store) {
      actions.append(
        time: row.countsFrom, account: row.account, amounts: row.amounts,
        line: row.line)
    }
    return actions
  }

  /// Of a file's rows that are kept together with one of a time or later: those before it.
  static func taken(
    of file: Int64, before time: UInt64, _ database: Database, store: String
  ) throws -> StoredActions {
    let rows = try Row.fetchCursor(
      database, sql: "\(stored) WHERE file = ? AND lastTime >= ? ORDER BY id",
      arguments: [file, Int64(clamping: time)])
    return try actions(rows, in: 0..<time, database, store: store)
  }

  /// All of a file in the order in which they were taken, late ones left out.
  static func all(
    ofFile file: Int64, _ database: Database, store: String
  ) throws -> StoredActions {
    let rows = try Row.fetchCursor(
      database, sql: "\(stored) WHERE file = ? ORDER BY id", arguments: [file])
    return try actions(rows, in: 0..<UInt64.max, database, store: store)
  }

  private static let stored =
    "SELECT id, count, times, accounts, lines, firstTime FROM actions"

  private static func actions(
    _ rows: RowCursor, in span: Range<UInt64>, _ database: Database, store: String
  ) throws -> StoredActions {
    var actions = StoredActions()
    while let row = try rows.next() {
      let count = try row.decode(Int.self, atIndex: 1)
      let first = try row.decode(UInt64.self, atIndex: 5)
      let columns = try columns(of: try row.decode(atIndex: 0), count: count, database)
      guard let times = PackedColumns.words(try row.decode(atIndex: 2), count: count),
        let accounts = PackedColumns.numbers(try row.decode(atIndex: 3), count: count),
        let lines = PackedColumns.numbers(try row.decode(atIndex: 4), count: count), let columns
      else { throw StoreError.damaged(store, place: "actions", found: "columns of unlike lengths") }
      for place in 0..<count where span.contains(times[place] &+ first) {
        actions.append(
          time: times[place] &+ first, account: accounts[place],
          amounts: columns.map { $0[place] }, line: lines[place])
      }
    }
    return actions
  }

  private static func columns(
    of segment: Int64, count: Int, _ database: Database
  ) throws -> [[UInt256]]? {
    let columns = try Data.fetchAll(
      database, sql: "SELECT amounts FROM actionColumns WHERE segment = ? ORDER BY place",
      arguments: [segment])
    let unpacked = columns.compactMap { PackedColumns.amounts($0, count: count) }
    return unpacked.count == columns.count ? unpacked : nil
  }
}
