import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

@testable import EventStore

@Suite("Files whose rows look something up, and sources that join")
struct LookupTests {
  private static let week = [
    Change(time: 1000, account: 1, amount: 10), Change(time: 1010, account: 2, amount: 20),
    Change(time: 1120, account: 1, amount: -4),
  ]

  private func expect(
    _ kind: StoreError.Kind, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) {
    let error = #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try body() }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    let text = error?.description ?? ""
    #expect(text.contains(words), "\(text)", sourceLocation: sourceLocation)
  }

  private static func table(_ state: UInt64) -> Lookups {
    Lookups(hash: Bytes32(0, 0, 7, state), sources: ["users"])
  }

  // MARK: What is looked up changes

  @Test("Until an epoch is closed, a file is as its rows are now")
  func open() throws {
    let store = try StoreSample().open()
    try store.take(Self.week, lookingUp: Self.table(1))
    var other = Self.week
    other[0] = Change(time: 1005, account: 3, amount: 10)
    try store.take(other, lookingUp: Self.table(2))
    #expect(
      try store.history(of: "staked", over: 0..<2000).rows
        == PositionHistory.plain(other, over: 0..<2000))
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.taken) == [3])
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.unwoundTo) == [nil])
  }

  @Test("Rows of open epochs are as they are now, those of closed ones have to be as they were")
  func closed() throws {
    let store = try StoreSample().open()
    try store.take(Self.week, lookingUp: Self.table(1))
    try store.close(0)
    var other = Self.week
    other[2] = Change(time: 1121, account: 2, amount: -4)
    try store.take(other, lookingUp: Self.table(2))
    #expect(
      try store.history(of: "staked", over: 1100..<1200).rows
        == PositionHistory.plain(other, over: 1100..<1200))
    let before = try store.history(of: "staked", over: 0..<2000)
    other[1] = Change(time: 1010, account: 1, amount: 20)
    expect(.rowsChanged, "found other rows before 1970-01-01T00:18:20Z") {
      try store.take(other, lookingUp: Self.table(3))
    }
    expect(.rowsChanged, "in users has changed, and a closed epoch was computed") {
      try store.take(other, lookingUp: Self.table(3))
    }
    // A row that moves into a closed epoch, or out of it.
    var moved = Self.week
    moved[2] = Change(time: 1020, account: 1, amount: -4)
    expect(.rowsChanged, "found 3 changes") { try store.take(moved, lookingUp: Self.table(3)) }
    moved = Self.week
    moved[1] = Change(time: 1110, account: 2, amount: 20)
    expect(.rowsChanged, "found 1 change") { try store.take(moved, lookingUp: Self.table(3)) }
    #expect(try store.history(of: "staked", over: 0..<2000) == before)
  }

  /// The same rows without some, which were left out, on the lines that they would have.
  private func take(
    _ store: EventStore, without left: Set<Int>, of changes: [Change], _ lookups: Lookups
  ) throws {
    _ = try store.ingest(
      "staked.csv", of: StoreSample.staked, lookingUp: lookups, late: .refuse
    ) { ingestion in
      for (place, change) in changes.enumerated() where !left.contains(place) {
        var (piece, number) = (PositionChanges(), [UInt32]())
        ingestion.accounts.appendNumbers(of: [StoreSample.address(change.account)], to: &number)
        piece.append(
          time: Timestamp(change.time), account: number[0],
          amount: UInt256(UInt64(change.amount.magnitude)), isTaken: change.amount < 0,
          line: UInt32(place + 2))
        try ingestion.append(piece)
      }
      return StoreSample.file("staked.csv", size: UInt64(changes.count), lookups: lookups.hash)
    }
  }

  @Test("A row that was left out counts once its key is known, also in what comes after its epoch")
  func leftOut() throws {
    let store = try StoreSample().open()
    try take(store, without: [1, 2], of: Self.week, Self.table(1))
    try store.close(0)
    try take(store, without: [], of: Self.week, Self.table(2))
    #expect(
      try store.history(of: "staked", over: 1100..<1200).rows
        == PositionHistory.plain(Self.week, over: 1100..<1200))
    // The balances at the end of the closed epoch were another before.
    try store.close(1)
    #expect(
      try store.history(of: "staked", over: 1200..<1300).rows
        == PositionHistory.plain(Self.week, over: 1200..<1300))
    // A row that nobody knew is late, and one that is gone is missed.
    expect(.lateRow, "line 5: found a row of 1970-01-01T00:17:00Z, in epoch 0") {
      try take(
        store, without: [], of: Self.week + [Change(time: 1020, account: 1, amount: 1)],
        Self.table(3))
    }
    expect(.rowsChanged, "found 2 changes") {
      try take(store, without: [0], of: Self.week, Self.table(3))
    }
  }

  @Test("Actions are taken anew in the same way")
  func actions() throws {
    let store = try StoreSample().open()
    let source = StoreSource(name: "quests", declaration: .zero)
    func take(_ times: [UInt64], _ lines: [UInt32], _ lookups: Lookups) throws {
      var rows = SourceRows(source: "quests", columnCount: 1)
      for line in lines {
        rows.append(account: StoreSample.address(1), row: [UInt256(UInt64(line))], line: line)
      }
      _ = try store.ingest("quests.csv", of: source, lookingUp: lookups, late: .refuse) {
        try $0.append(rows, times: times)
        return StoreSample.file("quests.csv", size: 3, lookups: lookups.hash)
      }
    }
    func lines(_ span: Range<UInt64>) throws -> [UInt32] {
      try store.rows(of: "quests", columns: 1, in: span).lines
    }
    try take([1000, 1150], [2, 4], Self.table(1))
    try store.close(0)
    try take([1000, 1001, 1151], [2, 3, 4], Self.table(2))
    #expect(try lines(1000..<1100) == [2, 3])
    #expect(try lines(1151..<1152) == [4])
    expect(.rowsChanged, "found other rows") {
      try take([1002, 1001, 1151], [2, 3, 4], Self.table(3))
    }
  }

  // MARK: Joining

  @Test("A source that no closed epoch was computed from may bring rows of any time")
  func joining() throws {
    let store = try StoreSample().open()
    let other = StoreSource(name: "locked", declaration: .zero)
    try store.take(Self.week)
    try store.close(0)
    #expect(try store.take(Self.week, file: "locked.csv", of: other) == (3, 0))
    // Its balances at the end of an epoch that did not read it were kept, and are not right now.
    try store.close(1)
    let more = Self.week + [Change(time: 1050, account: 4, amount: 2)]
    #expect(try store.take(more, file: "locked.csv", of: other) == (1, 0))
    for epoch in 0..<3 as Range<UInt32> {
      let span = StoreSample.interval(epoch)
      #expect(
        try store.history(of: "locked", over: span).rows == PositionHistory.plain(more, over: span))
    }
    expect(.lateRow, "staked.csv, line 5") { try store.take(more) }
  }

  @Test("What a window reads beyond its epoch may still come")
  func window() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    let first = StoreSample.closed(0)
    try store.close(
      ClosedEpoch(
        number: 0, interval: first.interval, planHash: .zero, identity: .zero, bundle: "",
        spans: ["staked": 1000..<1900], programs: [], campaigns: []), entitlements: [:])
    #expect(try store.take(Self.week + [Change(time: 1100, account: 1, amount: 1)]) == (1, 0))
    expect(.lateRow, "line 6") {
      try store.take(
        Self.week + [
          Change(time: 1100, account: 1, amount: 1), Change(time: 1099, account: 1, amount: 1),
        ])
    }
  }

  // MARK: Files

  @Test("A file may have another name, and is the same one")
  func renamed() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    #expect(try store.take(Self.week, file: "staked.csv", as: "staked.csv.gz") == (0, 0))
    let known = try store.knownFiles(of: StoreSample.staked)
    #expect(known.map(\.file.name) == ["staked.csv.gz"] && known.map(\.taken) == [3])
    #expect(try store.take(Self.week, file: "staked.csv.gz") == (0, 0))
  }

  @Test("An ingest that did not come to its end is remembered")
  func unfinished() throws {
    let sample = try StoreSample()
    do {
      let store = try sample.open()
      try store.checkIngested()
      try store.beginIngesting()
    }
    let store = try sample.open()
    expect(.ingestUnfinished, "found files of which not all were taken in") {
      try store.checkIngested()
    }
    try store.endIngesting()
    try store.checkIngested()
  }
}
