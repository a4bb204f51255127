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
    // Before the database is touched: two that open it at once must not both make it.
    try self.init(path, lock: StoreLock(of: path))
    try makeTables(for: plan)
    try check(plan)
  }

  /// Opens a store that is there to read it; somebody else may write to it meanwhile.
  public init(reading path: String, for plan: PlanIdentity) throws(StoreError) {
    try Self.checkPresence(of: path)
    try self.init(path, lock: nil)
    try check(plan)
  }

  /// Opens a store that is there to write to it.
  public init(continuing path: String, for plan: PlanIdentity) throws(StoreError) {
    try Self.checkPresence(of: path)
    try self.init(writing: path, for: plan)
  }

  private static func checkPresence(of path: String) throws(StoreError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError(
        .cannotOpen, file: path, found: "nothing", expected: "a store",
        advice: "Make it with `sluice ingest`.")
    }
  }

  private init(_ path: String, lock: StoreLock?) throws(StoreError) {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.readonly = lock == nil
    configuration.prepareDatabase { database in
      guard !database.configuration.readonly else { return }
      // Columns are long: large pages are few calls of the system. Of use in a new file only.
      try database.execute(sql: "PRAGMA page_size = 65536")
      // What was written stays written when the power fails.
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    self.path = path
    self.lock = lock
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw Self.failure(error, path)
    }
  }

  // MARK: Access

  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try queue.read(body)
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
      if let passed, !(passed is DatabaseError) { throw passed }
      throw error
    }
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

  private var notAStore: StoreError {
    StoreError(
      .notAStore, file: path, found: "a database of something else", expected: "a store",
      advice: "Name a store, or a file that is not there yet.")
  }

  private func check(_ plan: PlanIdentity) throws(StoreError) {
    let (name, start, length): (String, UInt64, UInt64) = try read { database in
      guard try database.tableExists("store") else { throw notAStore }
      try checkFormat(database)
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT plan, epochStart, epochLength FROM store")
      else { throw notAStore }
      return (row[0], row[1], row[2])
    }
    guard name == plan.name else {
      throw otherPlan(found: "a store of the plan '\(name)'", expected: "one of '\(plan.name)'")
    }
    guard start == plan.epochStart, length == plan.epochLength else {
      throw otherPlan(
        found: "a store of epochs of \(length) seconds from \(start) on",
        expected: "epochs of \(plan.epochLength) from \(plan.epochStart) on, as the plan says")
    }
  }

  private func otherPlan(found: String, expected: String) -> StoreError {
    StoreError(
      .otherPlan, file: path, found: found, expected: expected,
      advice: "Name the store of this plan, or a new one.")
  }
}
