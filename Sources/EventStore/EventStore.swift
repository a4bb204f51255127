import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// What happened, row by row, and what was made of it, epoch by epoch: one file, to which rows are
/// only added.
///
/// Everything is written in transactions: whoever is stopped in the middle has written nothing of
/// the present one. The store keeps and groups; what follows from its rows is for the law to say.
///
/// ```swift
/// let store = try EventStore(writing: "rewards.store", for: plan)
/// try store.ingest("staked.csv", of: source, late: .refuse) { ingestion in … }
/// let history = try store.history(of: "staked", over: span)
/// ```
public struct EventStore: Sendable {
  /// No row has a time as late as this.
  public static let endOfTime = UInt64(Int64.max)

  public let path: String
  private let queue: DatabaseQueue
  /// nil where nothing is going to be written.
  private let lock: StoreLock?
  /// True where nothing may be put beside it, so that what is read holds only while nobody writes.
  private let isTakenAsUnchanging: Bool
  /// Another number as soon as another connection has written.
  private var version = 0

  /// The plan that a store is for.
  public struct PlanIdentity: Sendable, Equatable {
    public let name: String
    public let epochStart: UInt64
    public let epochLength: UInt64

    public init(name: String, epochStart: UInt64, epochLength: UInt64) {
      self.name = name
      self.epochStart = epochStart
      self.epochLength = epochLength
    }
  }

  /// Opens a store to write to it, and makes it where nothing has that name.
  ///
  /// - Throws: `inUse` where another process does so.
  public init(writing path: String, for plan: PlanIdentity) throws(StoreError) {
    try StoreFile.checkKind(of: path)
    try self.init(writing: path)
    try makeTables(for: plan)
    try check(plan)
    version = try read(Self.version)
  }

  /// Opens a store that is there to read it; somebody else may write to it meanwhile.
  public init(reading path: String, for plan: PlanIdentity) throws(StoreError) {
    try StoreFile.checkPresence(of: path)
    try StoreFile.checkKind(of: path)
    self.path = path
    lock = nil
    do {
      (queue, isTakenAsUnchanging) = try StoreFile.reader(of: path)
    } catch {
      throw Self.failure(error, path)
    }
    try check(plan)
  }

  /// Opens a store that is there to write to it.
  public init(continuing path: String, for plan: PlanIdentity) throws(StoreError) {
    try StoreFile.checkPresence(of: path)
    try self.init(writing: path, for: plan)
  }

  private init(writing path: String) throws(StoreError) {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.prepareDatabase { database in
      // Columns are long: large pages are few calls of the system. Of use in a new file only.
      try database.execute(sql: "PRAGMA page_size = 65536")
      // What was written stays written when the power fails.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    self.path = path
    // Before the database is touched: two that open it at once must not both make it.
    lock = try StoreLock(of: path)
    isTakenAsUnchanging = false
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw Self.failure(error, path)
    }
  }

  // MARK: Access

  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      let value = try queue.read(body)
      guard !isTakenAsUnchanging || !StoreFile.isBeingWritten(path) else {
        throw StoreError.inUse(path)
      }
      return value
    } catch {
      throw Self.failure(error, path)
    }
  }

  /// Runs `body` in a transaction: all that it writes is there afterwards, or nothing.
  func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      Interruption.point()
      let value = try queue.write { database in
        let value = try body(database)
        Interruption.point()
        return value
      }
      Interruption.point()
      return value
    } catch {
      throw Self.failure(error, path)
    }
  }

  /// The same for a body that has errors of its own, which are passed on as they are.
  func writePassingErrors(_ body: (Database) throws -> Void) throws {
    var passed: (any Error)?
    do {
      try write { database in
        do {
          try body(database)
        } catch {
          passed = error
          throw error
        }
      }
    } catch {
      if let passed, !(passed is DatabaseError), !(passed is RowDecodingError) { throw passed }
      throw error
    }
  }

  private static func version(_ database: Database) throws -> Int {
    try Int.fetchOne(database, sql: "PRAGMA data_version") ?? 0
  }

  /// Sees that nobody else has written since the store was opened, whatever right to do so somebody
  /// had: what was computed from its rows would not be what they say now.
  func checkAlone(_ database: Database) throws {
    guard try Self.version(database) != version else { return }
    throw StoreError(
      .inUse, file: path, found: "something that somebody else has written meanwhile",
      expected: "one at a time", advice: "Run the command again, and nothing beside it.")
  }

  static func failure(_ error: any Error, _ path: String) -> StoreError {
    switch error {
    case let error as StoreError: error
    case let error as DatabaseError: StoreError(error, store: path)
    default: .damaged(path, found: "a value of another kind than its column has")
    }
  }

  // MARK: The plan

  private func makeTables(for plan: PlanIdentity) throws(StoreError) {
    try write { database in
      guard try !database.tableExists("store") else { return try checkFormat(database) }
      // The migrator makes a table of its own first.
      let others = try Int.fetchOne(
        database, sql: "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '%grdb_migrations%'")
      guard others == 0 else { throw notAStore }
    }
    do {
      try StoreSchema.migrator.migrate(queue)
    } catch {
      throw Self.failure(error, path)
    }
    try write { database in
      try database.execute(
        sql: """
          INSERT OR IGNORE INTO store (id, format, plan, epochStart, epochLength)
          VALUES (1, ?, ?, ?, ?)
          """,
        arguments: [
          StoreSchema.format, plan.name, Int64(clamping: plan.epochStart),
          Int64(clamping: plan.epochLength),
        ])
    }
  }

  private func checkFormat(_ database: Database) throws {
    guard let format = try Int.fetchOne(database, sql: "SELECT format FROM store") else { return }
    guard format == StoreSchema.format else {
      throw StoreError(
        .unknownFormat, file: path, found: "format \(format)",
        expected: "format \(StoreSchema.format)", advice: "Use the version that made it.")
    }
  }

  private var notAStore: StoreError { .notAStore(path, found: "a database of something else") }

  private func check(_ plan: PlanIdentity) throws(StoreError) {
    let (name, start, length): (String, UInt64, UInt64) = try read { database in
      guard try database.tableExists("store") else { throw notAStore }
      try checkFormat(database)
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT plan, epochStart, epochLength FROM store")
      else { throw notAStore }
      return (
        try row.decode(atIndex: 0), try row.decode(atIndex: 1), try row.decode(atIndex: 2)
      )
    }
    guard name == plan.name else {
      throw otherPlan(found: "a store of the plan '\(name)'", expected: "one of '\(plan.name)'")
    }
    guard start == plan.epochStart, length == plan.epochLength else {
      throw otherPlan(
        found: "a store of epochs of \(length) seconds from \(Timestamp(start).iso8601) on",
        expected: "epochs of \(plan.epochLength) from \(Timestamp(plan.epochStart).iso8601) on, "
          + "as the plan says")
    }
  }

  private func otherPlan(found: String, expected: String) -> StoreError {
    StoreError(
      .otherPlan, file: path, found: found, expected: expected,
      advice: "Name the store of this plan, or a new one.")
  }
}
