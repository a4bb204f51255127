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
    expect(.otherPlan, "found a store of epochs of 100 seconds from 1000 on") {
      try other(start: 1001)
    }
    expect(.otherPlan, "expected epochs of 101 from 1000 on") { try other(length: 101) }
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
