import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import EventStore

@Suite("Unwinding a store after a reorganisation")
struct UnwindingTests {
  private static let week = [
    Change(time: 1000, account: 1, amount: 10), Change(time: 1010, account: 2, amount: 20),
    Change(time: 1120, account: 1, amount: -4),
  ]
  private static let quests = StoreSource(name: "quests", declaration: .zero)

  /// Takes rows of actions, each with a number, on lines from 2 on.
  private func take(
    _ numbers: [UInt64], at times: [UInt64], late: LatePolicy = .refuse, _ store: EventStore
  ) throws -> (added: Int, late: Int) {
    var rows = SourceRows(source: "quests", columnCount: 1)
    for (place, number) in numbers.enumerated() {
      rows.append(
        account: StoreSample.address(1), row: [UInt256(number)], line: UInt32(place + 2))
    }
    return try store.ingest("quests.csv", of: Self.quests, late: late) { ingestion in
      try ingestion.append(rows, times: times)
      return StoreSample.file("quests.csv")
    }
  }

  @Test("Rows of a time and later are removed, source by source, and others take their place")
  func unwinding() throws {
    let store = try StoreSample().open()
    try store.take(Self.week + [Change(time: 1115, account: 3, amount: 9)])
    #expect(try take([1, 2], at: [1115, 1116], store) == (2, 0))
    try store.close(0)
    let removed = try store.unwind(to: Timestamp(1116))
    #expect(removed.map(\.source) == ["quests", "staked"])
    #expect(removed.map(\.removed) == [1, 1])
    #expect(
      try store.history(of: "staked", over: 1100..<1200).rows == [
        Change(time: 0, account: 1, amount: 10), Change(time: 0, account: 2, amount: 20),
        Change(time: 1115, account: 3, amount: 9),
      ])
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.unwoundTo) == [1116])
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.taken) == [3])
    // The file has other rows from there on.
    let other =
      Array(Self.week.prefix(2)) + [
        Change(time: 1115, account: 3, amount: 9), Change(time: 1119, account: 1, amount: 1),
      ]
    #expect(try store.take(other) == (1, 0))
    #expect(
      try store.history(of: "staked", over: 1100..<1200).rows
        == PositionHistory.plain(other, over: 1100..<1200))
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.unwoundTo) == [nil])
  }

  @Test("Unwinding twice, or to a later time after that, removes nothing more")
  func twice() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    #expect(try store.unwind(to: Timestamp(1010)).map(\.removed) == [2])
    #expect(try store.unwind(to: Timestamp(1010)).map(\.removed) == [0])
    #expect(try store.unwind(to: Timestamp(1100)).map(\.removed) == [0])
    // Rows from 1010 on are still missing.
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.unwoundTo) == [1010])
    #expect(try store.take(Self.week) == (2, 0))
  }

  @Test("Rows before the time have to be what they were: none less, none more, none other")
  func before() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    try store.unwind(to: Timestamp(1100))
    func expectRefusal(_ words: String, _ changes: [Change]) {
      expect(.rowsChanged, words) { try store.take(changes) }
    }
    let (first, second) = (Self.week[0], Self.week[1])
    expectRefusal("found 1 change in rows before 1970-01-01T00:18:20Z, expected 2", [first])
    expectRefusal("found 3 changes in rows before", [first, second, second])
    let words = "found other rows before 1970-01-01T00:18:20Z, expected those that were taken"
    for other in [
      Change(time: 1009, account: 2, amount: 20), Change(time: 1010, account: 3, amount: 20),
      Change(time: 1010, account: 2, amount: 21), Change(time: 1010, account: 2, amount: -20),
    ] { expectRefusal(words, [first, other]) }
    // In another order they are the same.
    #expect(try store.take([second, first]) == (0, 0))
  }

  @Test("Rows of actions before the time stay, and have to be what they were")
  func actions() throws {
    let store = try StoreSample().open()
    #expect(try take([5, 6, 7], at: [1000, 1002, 1001], store) == (3, 0))
    #expect(try store.unwind(to: Timestamp(1002)).map(\.removed) == [1])
    let kept = try store.rows(of: "quests", columns: 1, in: 0..<2000)
    #expect(kept.values[0].numbers == [UInt256(5), UInt256(7)])
    #expect(kept.lines == [2, 4])
    expect(.rowsChanged, "other rows before") { _ = try take([5, 8], at: [1000, 1001], store) }
    #expect(try take([5, 9, 7], at: [1000, 1003, 1001], store) == (1, 0))
    let rows = try store.rows(of: "quests", columns: 1, in: 0..<2000)
    #expect(rows.values[0].numbers == [UInt256(5), UInt256(7), UInt256(9)])
  }

  @Test("A late row has its own time, which is in a closed epoch: it stays")
  func late() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    try store.close(0)
    let more = Self.week + [Change(time: 1050, account: 2, amount: -5)]
    #expect(try store.take(more, late: .nextEpoch) == (1, 1))
    #expect(try take([4], at: [1099], late: .nextEpoch, store) == (1, 1))
    // It counts from 1100 on, and so did it before.
    #expect(try store.unwind(to: Timestamp(1100)).map(\.removed) == [0, 1])
    #expect(try store.lateRows().map(\.line) == [5, 2])
    expect(.rowsChanged, "other rows before") {
      try store.take(Array(Self.week.prefix(2)) + [Change(time: 1050, account: 2, amount: -6)])
    }
    let other =
      Array(Self.week.prefix(2)) + [
        Change(time: 1050, account: 2, amount: -5), Change(time: 1101, account: 1, amount: 1),
      ]
    #expect(try store.take(other) == (1, 0))
    #expect(try take([4], at: [1099], store) == (0, 0))
    #expect(
      try store.history(of: "staked", over: 1100..<1200).rows == [
        Change(time: 0, account: 1, amount: 10), Change(time: 0, account: 2, amount: 20),
        Change(time: 1100, account: 2, amount: -5), Change(time: 1101, account: 1, amount: 1),
      ])
  }

  @Test("Nothing is removed of which a closed epoch was computed")
  func closed() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    try store.close(0)
    let before = try store.history(of: "staked", over: 0..<2000)
    expect(
      .epochClosed,
      "rows of 1970-01-01T00:18:19Z and later to remove, expected 1970-01-01T00:18:20Z"
    ) { try store.unwind(to: Timestamp(1099)) }
    expect(.epochClosed, "paid by a signed correction") { try store.unwind(to: Timestamp(0)) }
    #expect(try store.history(of: "staked", over: 0..<2000) == before)
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.unwoundTo) == [nil])
    try store.unwind(to: Timestamp(1100))
    #expect(
      try store.history(of: "staked", over: 0..<2000).rows
        == PositionHistory.plain(Array(Self.week.prefix(2)), over: 0..<2000))
  }

  @Test("A file that is gone is forgotten where nothing is left of it")
  func forgotten() throws {
    let store = try StoreSample().open()
    try store.take(Array(Self.week.prefix(2)), file: "a.csv")
    try store.take([Self.week[2]], file: "b.csv")
    try store.take([], file: "empty.csv")
    try store.unwind(to: Timestamp(1100))
    func names() throws -> [String] {
      try store.knownFiles(of: StoreSample.staked).map(\.file.name)
    }
    try store.forgetUnwound(of: StoreSample.staked, besides: ["b.csv"])
    #expect(try names() == ["a.csv", "b.csv"])
    try store.forgetUnwound(of: StoreSample.staked, besides: [])
    #expect(try names() == ["a.csv"])
    try store.take(Array(Self.week.prefix(2)), file: "a.csv")
    try store.forgetUnwound(of: StoreSample.staked, besides: [])
    #expect(try names() == ["a.csv"])
  }

  @Test("INV-070: ingest, unwind and another tail give what the new file gives at once")
  func anyHistory() {
    check("unwound histories") { generator in
      func changes(_ times: ClosedRange<UInt64>) -> [Change] {
        (0..<UInt64.random(in: 0...20, using: &generator)).map { _ in
          Change(
            time: .random(in: times, using: &generator),
            account: .random(in: 1...6, using: &generator),
            amount: .random(in: -20...20, using: &generator))
        }
      }
      let closed = UInt32.random(in: 0...2, using: &generator)
      let open = 1000 + 100 * UInt64(closed)
      let cut = UInt64.random(in: open...1400, using: &generator)
      return (changes(950...1400), changes(cut...1450), closed, cut)
    } property: { old, tail, closed, cut in
      let store = try StoreSample().open()
      try store.take(old)
      for epoch in 0..<closed { try store.close(epoch) }
      let removed = try store.unwind(to: Timestamp(cut)).map(\.removed)
      let new = old.filter { $0.time < cut } + tail
      let added = try store.take(new).added
      let fresh = try StoreSample().open()
      try fresh.take(new)
      let spans: [Range<UInt64>] = [900..<1100, 1100..<1200, 1150..<1350, 1300..<1500]
      let known = try store.knownFiles(of: StoreSample.staked)
      guard removed == [old.count { $0.time >= cut }], added == tail.count,
        known == (try fresh.knownFiles(of: StoreSample.staked))
      else { return false }
      return try spans.allSatisfy { span in
        let rows = try store.history(of: "staked", over: span).rows
        return try rows == PositionHistory.plain(new, over: span)
          && rows == fresh.history(of: "staked", over: span).rows
      }
    }
  }
}
