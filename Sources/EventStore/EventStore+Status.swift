import DistributionModel
import EthereumPrimitives
import GRDB

/// What a store has of a source.
public struct SourceStatus: Sendable, Equatable {
  public let name: String
  public let files: [KnownFile]
  /// Changes or rows, late ones too.
  public let count: Int
  /// The time of the last one; nil where there is none.
  public let lastTime: UInt64?
}

/// A row that came too late for its epoch, and counts from a later time on.
public struct LateRow: Sendable, Equatable {
  public let source: String
  public let file: String
  public let line: UInt32
  public let account: Address
  public let time: UInt64
  public let countsFrom: UInt64
}

extension EventStore {
  /// What there is of every source, in the order of their names.
  public func sources() throws(StoreError) -> [SourceStatus] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT id, name FROM sources ORDER BY name").map { row in
        let id = try row.decode(Int64.self, atIndex: 0)
        let lastTime = try UInt64.fetchOne(
          database,
          sql: """
            SELECT max(lastTime) FROM (
              SELECT lastTime FROM changes WHERE source = ?1
              UNION ALL SELECT lastTime FROM actions WHERE source = ?1
              UNION ALL SELECT time FROM lateRows WHERE source = ?1)
            """,
          arguments: [id])
        let files = try StoredFiles.known(of: id, database, store: path).map(\.file)
        return SourceStatus(
          name: try row.decode(atIndex: 1), files: files,
          count: files.reduce(0) { $0 + $1.taken }, lastTime: lastTime)
      }
    }
  }

  /// All rows that came late, in the order in which they were taken.
  public func lateRows() throws(StoreError) -> [LateRow] {
    try read { database in
      let accounts = try StoredAccounts.addresses(database, store: path)
      return try Row.fetchAll(
        database,
        sql: """
          SELECT sources.name, files.name, line, account, time, countsFrom FROM lateRows
          JOIN files ON files.id = lateRows.file JOIN sources ON sources.id = files.source
          ORDER BY lateRows.id
          """
      ).map { row in
        let account = try row.decode(Int.self, atIndex: 3)
        guard accounts.indices.contains(account) else {
          throw StoreError.damaged(
            path, place: "lateRows", found: "an account without an address")
        }
        return LateRow(
          source: try row.decode(atIndex: 0), file: try row.decode(atIndex: 1),
          line: try row.decode(atIndex: 2), account: accounts[account],
          time: try row.decode(atIndex: 4), countsFrom: try row.decode(atIndex: 5))
      }
    }
  }
}
