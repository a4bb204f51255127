import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB
import TestKit
import Testing

@testable import EventStore

/// A store with rows of both kinds and a closed epoch, of which any value may be replaced.
private struct DamagedStore {
  private static let quests = StoreSource(name: "quests", declaration: .zero)
  static let changes = [
    Change(time: 1000, account: 1, amount: 10), Change(time: 1010, account: 2, amount: 20),
    Change(time: 1120, account: 1, amount: -4),
  ]

  let sample: StoreSample
  private let whole: Data

  init() throws {
    sample = try StoreSample()
    let store = try sample.open()
    try store.take(Self.changes)
    try store.take(Self.changes, file: "more.csv")
    try Self.takeQuests(into: store)
    try store.close(
      StoreSample.closed(0),
      entitlements: [
        "rewards": Entitlements(accounts: [StoreSample.address(1)], amounts: [UInt256(90)])
      ])
    // Damage asks neither for the kind of a column nor for what stays as it is.
    try DatabaseQueue(path: sample.path).writeWithoutTransaction { database in
      try database.execute(
        sql: """
          PRAGMA writable_schema = ON;
          UPDATE sqlite_schema SET sql = replace(sql, ') STRICT', ')') WHERE type = 'table';
          DELETE FROM sqlite_schema WHERE type = 'trigger';
          PRAGMA writable_schema = RESET;
          PRAGMA wal_checkpoint(TRUNCATE);
          """)
    }
    whole = try Data(contentsOf: URL(filePath: sample.path))
  }

  private static func takeQuests(into store: EventStore) throws {
    var rows = SourceRows(source: "quests", columnCount: 1)
    for line in 2...4 as ClosedRange<UInt32> {
      rows.append(account: StoreSample.address(1), row: [UInt256(7)], line: line)
    }
    _ = try store.ingest("quests.csv", of: quests, late: .nextEpoch) { ingestion in
      try ingestion.append(rows, times: [1001, 1102, 1103])
      return StoreSample.file("quests.csv")
    }
  }

  /// Every column of every table.
  func columns() throws -> [(table: String, column: String)] {
    try DatabaseQueue(path: sample.path).read { database in
      let tables = try String.fetchAll(
        database,
        sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%NOT NULL%'")
      return try tables.flatMap { table in
        try database.columns(in: table).map { (table, $0.name) }
      }
    }
  }

  /// Puts a value into all rows of a column; false where the table takes no such value.
  func replace(_ table: String, _ column: String, by value: String) throws -> Bool {
    for end in ["", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: sample.path + end)
    }
    try whole.write(to: URL(filePath: sample.path))
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    do {
      try DatabaseQueue(path: sample.path, configuration: configuration).write {
        try $0.execute(sql: "UPDATE \"\(table)\" SET \"\(column)\" = \(value)")
      }
      return true
    } catch is DatabaseError {
      return false
    }
  }

  /// Everything that a store does, each whether or not what is before it was refused.
  func useAll() -> [StoreError] {
    var errors: [StoreError] = []
    func attempt(_ body: () throws -> Void) {
      do {
        try body()
      } catch let error as StoreError {
        errors.append(error)
      } catch {
        Issue.record("\(error)")
      }
    }
    func use(_ store: EventStore) throws {
      attempt { _ = try store.closedEpochs() }
      attempt { _ = try store.sources() }
      attempt { _ = try store.lateRows() }
      attempt { _ = try store.knownFiles(of: StoreSample.staked) }
      attempt { _ = try store.entitlements(of: "rewards") }
      attempt { try store.checkIngested() }
      for span in [1000..<1100, 1100..<1200] as [Range<UInt64>] {
        attempt { _ = try store.history(of: "staked", over: span) }
        attempt { _ = try store.rows(of: "quests", columns: 1, in: span) }
      }
    }
    attempt { try use(try EventStore(reading: sample.path, for: StoreSample.plan)) }
    attempt {
      let store = try sample.open()
      attempt { try store.unwind(to: Timestamp(1121)) }
      attempt { try store.take(Self.changes + [Change(time: 1130, account: 3, amount: 1)]) }
      attempt { try store.take(Self.changes, file: "third.csv") }
      let other = Lookups(hash: Bytes32(1, 1, 1, 1), sources: [])
      attempt { try store.take(Self.changes, file: "more.csv", lookingUp: other) }
      attempt { try store.close(1) }
      try use(store)
    }
    return errors
  }
}

@Suite("A damaged store")
struct DamageTests {
  @Test("INV-085: Whatever a column holds, what follows is a result or an error, and never a crash")
  func anyValue() throws {
    let store = try DamagedStore()
    let columns = try store.columns()
    #expect(columns.count > 60)
    var damaged: Set<String> = []
    for (table, column) in columns {
      for value in ["-5", "\(UInt64(1) << 62)", "'text'", "x'070000'", "NULL"] {
        guard try store.replace(table, column, by: value) else { continue }
        let kinds = store.useAll().map(\.kind)
        if kinds.contains(.damaged) { damaged.insert("\(table).\(column)") }
      }
    }
    // What the review of the first version crashed at, and what holds rows.
    for column in [
      "changes.firstTime", "changes.count", "files.size", "files.lines", "files.taken",
      "store.epochStart", "checkpoints.time", "actions.count", "epochs.number", "epochs.start",
      "accounts.first", "changes.times", "changes.accounts", "changes.amounts", "changes.isTaken",
      "changes.lines", "actions.times", "actions.accounts", "actionColumns.amounts",
      "checkpoints.amounts", "programs.carry", "campaigns.root", "entitlements.amounts",
    ] {
      #expect(damaged.contains(column), "\(column)")
    }
  }

  @Test("An epoch that is missing in between is damage, and is told by its number")
  func missingEpoch() throws {
    let store = try DamagedStore()
    #expect(try store.replace("epochs", "number", by: "3"))
    expect(.damaged, "epochs: found epoch 3 in the place of epoch 0") {
      _ = try store.sample.open().closedEpochs()
    }
    expect(.damaged, "Take back a copy of it, or take the files into a new one") {
      try store.sample.open().close(1)
    }
    #expect(try store.replace("epochs", "number", by: "\(UInt32.max)"))
    expect(.damaged, "found epoch 4294967295") { try store.sample.open().close(1) }
  }
}
