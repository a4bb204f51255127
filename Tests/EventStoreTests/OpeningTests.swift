import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB
import TestKit
import Testing

@testable import EventStore

@Suite("Opening a store")
struct OpeningTests {
  private func expect(
    _ kind: StoreError.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> EventStore
  ) {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) {
      _ = try body()
    }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    let text = error?.description ?? ""
    #expect(text.contains(words), "\(text)", sourceLocation: sourceLocation)
  }

  private static let change = [Change(time: 1000, account: 1, amount: 1)]

  @Test("What was written is there when the store is opened again")
  func again() throws {
    let sample = try StoreSample()
    try sample.open().take(Self.change)
    #expect(try sample.open().history(of: "staked", over: 0..<2000).rows == Self.change)
    #expect(
      try EventStore(continuing: sample.path, for: StoreSample.plan).sources().map(\.count) == [1])
  }

  @Test("A second writer is refused, and a reader is not")
  func lock() throws {
    let sample = try StoreSample()
    let store = try sample.open()
    expect(.inUse, "found somebody else who writes to it, expected one at a time") {
      try sample.open()
    }
    try store.take(Self.change)
    let reader = try EventStore(reading: sample.path, for: StoreSample.plan)
    #expect(try reader.sources().map(\.count) == [1])
    withExtendedLifetime(store) {}
  }

  @Test("Whatever link leads to a store, it has one writer, and a link to nothing is refused")
  func links() throws {
    let sample = try StoreSample()
    let store = try sample.open()
    let link = sample.folder.path + "/link.store"
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: "weekly.store")
    expect(.inUse, "link.store: found somebody else who writes to it") {
      try EventStore(writing: link, for: StoreSample.plan)
    }
    withExtendedLifetime(store) {}
    let folder = sample.folder.path + "/folder"
    try FileManager.default.createSymbolicLink(
      atPath: folder, withDestinationPath: sample.folder.path)
    let new = try EventStore(writing: folder + "/new.store", for: StoreSample.plan)
    expect(.inUse, "new.store: found somebody else who writes to it") {
      try EventStore(writing: sample.folder.path + "/new.store", for: StoreSample.plan)
    }
    withExtendedLifetime(new) {}
    let broken = sample.folder.path + "/broken.store"
    try FileManager.default.createSymbolicLink(atPath: broken, withDestinationPath: "nothing")
    expect(.cannotOpen, "found a link that leads to nothing") {
      try EventStore(writing: broken, for: StoreSample.plan)
    }
    #expect(try !sample.folder.files().contains { $0.hasPrefix("broken.store.") })
  }

  @Test("What somebody without the lock wrote meanwhile keeps an epoch from being closed")
  func otherWriter() throws {
    let sample = try StoreSample()
    let store = try sample.open()
    try store.take(Self.change)
    _ = try store.history(of: "staked", over: 1000..<1100)
    try DatabaseQueue(path: sample.path).write {
      try $0.execute(sql: "UPDATE changes SET lastTime = lastTime")
    }
    expect(.inUse, "found something that somebody else has written meanwhile") {
      try store.close(0)
      return store
    }
    #expect(try store.closedEpochs().isEmpty)
    withExtendedLifetime(store) {}
  }

  @Test("A store is read where nothing may be put beside it, until somebody writes to it")
  func readOnly() throws {
    let sample = try StoreSample()
    try sample.open().take(Self.change)
    // Nobody can make the file that this leads to, whatever the tests' user may do.
    let log = sample.path + "-wal"
    try FileManager.default.createSymbolicLink(atPath: log, withDestinationPath: "none/none")
    let reader = try EventStore(reading: sample.path, for: StoreSample.plan)
    #expect(try reader.history(of: "staked", over: 0..<2000).rows == Self.change)
    // A writer makes its log first.
    try FileManager.default.removeItem(atPath: log)
    try FileManager.default.createDirectory(atPath: log, withIntermediateDirectories: false)
    expect(.inUse, "found somebody else who writes to it") {
      _ = try reader.sources()
      return reader
    }
    expect(.cannotOpen, "somebody writes to it, or was stopped") {
      try EventStore(reading: sample.path, for: StoreSample.plan)
    }
  }

  @Test("A reader changes nothing")
  func reader() throws {
    let sample = try StoreSample()
    try sample.open().take(Self.change)
    let reader = try EventStore(reading: sample.path, for: StoreSample.plan)
    #expect(throws: StoreError.self) { try reader.take(Self.change, file: "other.csv") }
  }

  @Test("A store that is not there is only made where it is written to")
  func missing() throws {
    let sample = try StoreSample()
    expect(.cannotOpen, "found nothing, expected a store") {
      try EventStore(reading: sample.path, for: StoreSample.plan)
    }
    expect(.cannotOpen, "Make it with `sluice ingest`") {
      try EventStore(continuing: sample.path, for: StoreSample.plan)
    }
    #expect(try sample.folder.files() == [])
    expect(.cannotOpen, "Check the folder") {
      try EventStore(writing: sample.path + "/no/store", for: StoreSample.plan)
    }
  }

  @Test("Other files are no stores and are left alone")
  func others() throws {
    let sample = try StoreSample()
    let text = try sample.folder.write(
      "account,amount\n" + String(repeating: "x", count: 2000), to: "a.csv")
    expect(.notAStore, "found a file of another kind") {
      try EventStore(writing: text, for: StoreSample.plan)
    }
    expect(.notAStore, "found a file of another kind") {
      try EventStore(reading: text, for: StoreSample.plan)
    }
    expect(.notAStore, "found a folder") {
      try EventStore(writing: sample.folder.path, for: StoreSample.plan)
    }
    // Not even a lock is put beside them.
    #expect(try sample.folder.files() == ["a.csv"])
    #expect(!FileManager.default.fileExists(atPath: sample.folder.path + ".lock"))
    let path = sample.folder.path + "/other.db"
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE cats (name)") }
    expect(.notAStore, "found a database of something else") {
      try EventStore(writing: path, for: StoreSample.plan)
    }
    expect(.notAStore, "found a database of something else") {
      try EventStore(reading: path, for: StoreSample.plan)
    }
    #expect(try DatabaseQueue(path: path).read { try $0.tableExists("epochs") } == false)
  }

  @Test("A store of another format is refused")
  func format() throws {
    let sample = try StoreSample()
    _ = try sample.open()
    try DatabaseQueue(path: sample.path).write {
      try $0.execute(sql: "UPDATE store SET format = 2")
    }
    expect(.unknownFormat, "found format 2, expected format 1") { try sample.open() }
    expect(.unknownFormat, "Use the version that made it") {
      try EventStore(reading: sample.path, for: StoreSample.plan)
    }
  }

  @Test("A store is for one plan and its epochs; what else the plan says may change")
  func plan() throws {
    let sample = try StoreSample()
    _ = try sample.open()
    func other(
      _ name: String = "Weekly", start: UInt64 = 1000, length: UInt64 = 100
    ) throws -> EventStore {
      try EventStore(
        continuing: sample.path,
        for: .init(name: name, epochStart: start, epochLength: length))
    }
    expect(.otherPlan, "found a store of the plan 'Weekly', expected one of 'Other'") {
      try other("Other")
    }
    expect(.otherPlan, "found a store of epochs of 100 seconds from 1970-01-01T00:16:40Z on") {
      try other(start: 1001)
    }
    expect(.otherPlan, "expected epochs of 101 from 1970-01-01T00:16:40Z on") {
      try other(length: 101)
    }
    _ = try other()
  }

  @Test("A source stays as it was declared")
  func declaration() throws {
    let store = try StoreSample().open()
    try store.take(Self.change)
    let other = StoreSource(name: "staked", declaration: .zero)
    let errors = [
      #expect(throws: StoreError.self) { try store.take(Self.change, of: other) },
      #expect(throws: StoreError.self) { _ = try store.knownFiles(of: other) },
    ]
    for error in errors { #expect(error?.kind == .otherSource) }
    #expect(errors[0]?.description.contains("source staked") == true)
  }

  @Test("A store whose columns do not agree is damaged, and says so")
  func damage() throws {
    let damages = [
      "UPDATE changes SET times = x'00'", "UPDATE changes SET accounts = x'07000000'",
      "UPDATE accounts SET addresses = x'00'", "UPDATE changes SET isTaken = x'02'",
      "UPDATE accounts SET first = 3", "DELETE FROM accounts",
    ]
    for damage in damages {
      let sample = try StoreSample()
      try sample.open().take(Self.change)
      try DatabaseQueue(path: sample.path).write { try $0.execute(sql: damage) }
      let store = try sample.open()
      let error = #expect(throws: StoreError.self, "\(damage)") {
        _ = try store.history(of: "staked", over: 1000..<1001)
      }
      #expect(error?.kind == .damaged, "\(damage)")
    }
  }
}
