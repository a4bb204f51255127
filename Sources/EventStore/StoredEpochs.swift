import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// An epoch that was computed, and its bundle.
public struct ClosedEpoch: Sendable, Equatable {
  /// What a program gave, and what it takes over into the next epoch, in base units.
  public struct Program: Sendable, Equatable {
    public let name: String
    public let allocated: UInt256
    public let carry: UInt256

    public init(name: String, allocated: UInt256, carry: UInt256) {
      self.name = name
      self.allocated = allocated
      self.carry = carry
    }
  }

  /// What a campaign owes in all.
  public struct Campaign: Sendable, Equatable {
    public let name: String
    public let root: Bytes32
    public let total: UInt256
    public let count: Int

    public init(name: String, root: Bytes32, total: UInt256, count: Int) {
      self.name = name
      self.root = root
      self.total = total
      self.count = count
    }
  }

  public let number: UInt32
  public let interval: Range<UInt64>
  /// Keccak-256 of the canonical plan.
  public let planHash: Bytes32
  /// Of the bundle.
  public let identity: Bytes32
  /// Where the bundle was written.
  public let bundle: String
  /// The seconds of each source's rows that it was computed from.
  public let spans: [String: Range<UInt64>]
  public let programs: [Program]
  public let campaigns: [Campaign]
  /// When it was recorded, in seconds since 1970; 0 before it is.
  public let closed: UInt64

  public init(
    number: UInt32, interval: Range<UInt64>, planHash: Bytes32, identity: Bytes32, bundle: String,
    spans: [String: Range<UInt64>], programs: [Program], campaigns: [Campaign], closed: UInt64 = 0
  ) {
    self.number = number
    self.interval = interval
    self.planHash = planHash
    self.identity = identity
    self.bundle = bundle
    self.spans = spans
    self.programs = programs
    self.campaigns = campaigns
    self.closed = closed
  }
}

/// The tables of closed epochs.
enum StoredEpochs {
  /// The end of the last closed epoch; nil where none is closed.
  static func openStart(_ database: Database) throws -> UInt64? {
    try UInt64.fetchOne(database, sql: "SELECT \"end\" FROM epochs ORDER BY number DESC LIMIT 1")
  }

  /// The end of what closed epochs were computed from of a source's rows; nil where none was.
  ///
  /// A window may go beyond its epoch: what comes after the epoch's end may still be taken.
  static func end(of source: String, _ database: Database) throws -> UInt64? {
    try UInt64.fetchOne(
      database,
      sql: """
        SELECT max(min(epochs."end", spans."end")) FROM epochs
        JOIN spans ON spans.epoch = epochs.number WHERE spans.source = ?
        """,
      arguments: [source])
  }

  /// The number of the closed epoch to which a time belongs; nil for one before the first.
  static func number(at time: UInt64, _ database: Database) throws -> UInt32? {
    try UInt32.fetchOne(
      database, sql: "SELECT number FROM epochs WHERE start <= ?1 AND \"end\" > ?1",
      arguments: [Int64(clamping: time)])
  }

  static func insert(_ epoch: ClosedEpoch, into database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO epochs (number, start, "end", planHash, identity, bundle)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        Int64(epoch.number), Int64(clamping: epoch.interval.lowerBound),
        Int64(clamping: epoch.interval.upperBound), Data(epoch.planHash.bytes),
        Data(epoch.identity.bytes), epoch.bundle,
      ])
    for (source, span) in epoch.spans {
      try database.execute(
        sql: "INSERT INTO spans (epoch, source, start, \"end\") VALUES (?, ?, ?, ?)",
        arguments: [
          Int64(epoch.number), source, Int64(clamping: span.lowerBound),
          Int64(clamping: span.upperBound),
        ])
    }
    for program in epoch.programs {
      try database.execute(
        sql: "INSERT INTO programs (epoch, name, allocated, carry) VALUES (?, ?, ?, ?)",
        arguments: [
          Int64(epoch.number), program.name, PackedColumns.data([program.allocated]),
          PackedColumns.data([program.carry]),
        ])
    }
    for campaign in epoch.campaigns {
      try database.execute(
        sql: "INSERT INTO campaigns (epoch, name, root, total, count) VALUES (?, ?, ?, ?, ?)",
        arguments: [
          Int64(epoch.number), campaign.name, Data(campaign.root.bytes),
          PackedColumns.data([campaign.total]), campaign.count,
        ])
    }
  }

  /// All of them in their order.
  static func all(_ database: Database, store: String) throws -> [ClosedEpoch] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT number, start, "end", planHash, identity, bundle, closed FROM epochs ORDER BY number
        """
    ).enumerated().map { place, row in
      let number = try row.decode(UInt32.self, atIndex: 0)
      guard number == place else {
        throw StoreError.damaged(
          store, place: "epochs", found: "epoch \(number) in the place of epoch \(place)")
      }
      let start = try row.decode(UInt64.self, atIndex: 1)
      let end = try row.decode(UInt64.self, atIndex: 2)
      guard start < end else {
        throw StoreError.damaged(store, place: "epoch \(number)", found: "an end before its start")
      }
      return ClosedEpoch(
        number: number, interval: start..<end,
        planHash: try StoredFiles.hash(row.decode(atIndex: 3), store: store),
        identity: try StoredFiles.hash(row.decode(atIndex: 4), store: store),
        bundle: try row.decode(atIndex: 5),
        spans: try spans(of: number, database), programs: try programs(of: number, database, store),
        campaigns: try campaigns(of: number, database, store), closed: try row.decode(atIndex: 6))
    }
  }

  private static func spans(
    of epoch: UInt32, _ database: Database
  ) throws -> [String: Range<UInt64>] {
    let rows = try Row.fetchAll(
      database, sql: "SELECT source, start, \"end\" FROM spans WHERE epoch = ?",
      arguments: [Int64(epoch)])
    return Dictionary(
      try rows.map { row in
        let start = try row.decode(UInt64.self, atIndex: 1)
        let end = try row.decode(UInt64.self, atIndex: 2)
        return (try row.decode(String.self, atIndex: 0), start..<max(start, end))
      }, uniquingKeysWith: { first, _ in first })
  }

  private static func programs(
    of epoch: UInt32, _ database: Database, _ store: String
  ) throws -> [ClosedEpoch.Program] {
    try Row.fetchAll(
      database, sql: "SELECT name, allocated, carry FROM programs WHERE epoch = ? ORDER BY rowid",
      arguments: [Int64(epoch)]
    ).map { row in
      ClosedEpoch.Program(
        name: try row.decode(atIndex: 0), allocated: try amount(row.decode(atIndex: 1), store),
        carry: try amount(row.decode(atIndex: 2), store))
    }
  }

  private static func campaigns(
    of epoch: UInt32, _ database: Database, _ store: String
  ) throws -> [ClosedEpoch.Campaign] {
    try Row.fetchAll(
      database,
      sql: "SELECT name, root, total, count FROM campaigns WHERE epoch = ? ORDER BY rowid",
      arguments: [Int64(epoch)]
    ).map { row in
      ClosedEpoch.Campaign(
        name: try row.decode(atIndex: 0),
        root: try StoredFiles.hash(row.decode(atIndex: 1), store: store),
        total: try amount(row.decode(atIndex: 2), store), count: try row.decode(atIndex: 3))
    }
  }

  private static func amount(_ data: Data, _ store: String) throws -> UInt256 {
    guard let amount = PackedColumns.amounts(data, count: 1)?.first else {
      throw StoreError.damaged(store, place: "epochs", found: "an amount of \(data.count) bytes")
    }
    return amount
  }
}
