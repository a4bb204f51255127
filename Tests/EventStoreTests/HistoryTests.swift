import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import EventStore

@Suite("Histories out of a store")
struct HistoryTests {
  @Test("A history has the balances at its start, and sums of an account's changes at an instant")
  func history() throws {
    let store = try StoreSample().open()
    try store.take([
      Change(time: 900, account: 2, amount: 50), Change(time: 950, account: 1, amount: 7),
      Change(time: 950, account: 2, amount: -20), Change(time: 1000, account: 3, amount: 5),
      Change(time: 1000, account: 1, amount: -7), Change(time: 1000, account: 3, amount: 6),
      Change(time: 1050, account: 4, amount: 1), Change(time: 1050, account: 4, amount: -1),
      Change(time: 1100, account: 1, amount: 100),
    ])
    let history = try store.history(of: "staked", over: 1000..<1100)
    #expect(history.span == 1000..<1100)
    #expect(
      history.rows == [
        Change(time: 0, account: 1, amount: 7), Change(time: 0, account: 2, amount: 30),
        Change(time: 1000, account: 1, amount: -7), Change(time: 1000, account: 3, amount: 11),
      ])
    // Account 4 changed by nothing, so that it does not stand there.
    #expect(history.accounts == [1, 2, 3].map(StoreSample.address))
    #expect(history.changes.accountCount == 3)
    #expect(history.changes.lines == [0, 0, 6, 5])
  }

  @Test("A source that the store does not have has no history and no rows")
  func nothing() throws {
    let store = try StoreSample().open()
    #expect(try store.history(of: "other", over: 1..<2).changes.count == 0)
    #expect(try store.rows(of: "other", columns: 1, in: 1..<2).count == 0)
  }

  @Test("Any span gives what plain sums give, whatever was closed and however it came")
  func spans() {
    check("histories of a store") { generator in
      let changes = (0..<UInt64.random(in: 0...40, using: &generator)).map { _ in
        Change(
          time: .random(in: 950...1400, using: &generator),
          account: .random(in: 1...6, using: &generator),
          amount: .random(in: -20...20, using: &generator))
      }
      let closed = UInt32.random(in: 0...3, using: &generator)
      let start = UInt64.random(in: 900...1450, using: &generator)
      let length = UInt64.random(in: 1...300, using: &generator)
      return (changes, closed, start..<(start + length))
    } property: { changes, closed, span in
      let store = try StoreSample().open()
      // Amounts of 0 change nothing, wherever they stand.
      try store.take(changes)
      for epoch in 0..<closed { try store.close(epoch) }
      return try store.history(of: "staked", over: span).rows
        == PositionHistory.plain(changes, over: span)
    }
  }

  @Test("More changes than are kept together give the same")
  func segments() throws {
    let store = try StoreSample().open()
    let count = 2 * Ingestion.segmentSize + 5
    let changes = (0..<count).map { Change(time: 1000 + UInt64($0 / 8), account: 1, amount: 1) }
    try store.take(changes, pieces: 10_000)
    let history = try store.history(of: "staked", over: 1001..<1003)
    #expect(
      history.rows == [
        Change(time: 0, account: 1, amount: 8), Change(time: 1001, account: 1, amount: 8),
        Change(time: 1002, account: 1, amount: 8),
      ])
    #expect(try store.sources().map(\.count) == [count])
    #expect(try store.sources().map(\.lastTime) == [1000 + UInt64(count - 1) / 8])
  }

  @Test("Amounts of any width come back, and sums of 2^256 are refused")
  func widths() throws {
    let store = try StoreSample().open()
    let amounts = [
      UInt256(1), UInt256(UInt64.max), UInt256(0, 1, 0, 0), UInt256(0, 0, 1, 0), UInt256.max,
    ]
    for (place, amount) in amounts.enumerated() {
      let source = StoreSource(name: "source \(place)", declaration: .zero)
      try take([amount, UInt256(3)], of: source, store)
      let history = try store.history(of: source.name, over: 1000..<1100)
      #expect(history.changes.amounts == [amount, UInt256(3)])
      #expect(history.changes.times == [1000, 1001])
    }
    let error = #expect(throws: StoreError.self) {
      try store.history(of: "source 4", over: 1002..<1100)
    }
    #expect(error?.kind == .balanceOverflow)
  }

  private func take(_ amounts: [UInt256], of source: StoreSource, _ store: EventStore) throws {
    _ = try store.ingest("file", of: source, late: .refuse) { ingestion in
      var changes = PositionChanges()
      var number: [UInt32] = []
      ingestion.accounts.appendNumbers(of: [StoreSample.address(1)], to: &number)
      for (place, amount) in amounts.enumerated() {
        changes.append(
          time: Timestamp(1000 + UInt64(place)), account: number[0], amount: amount,
          isTaken: false, line: UInt32(place))
      }
      try ingestion.append(changes)
      return StoreSample.file("file")
    }
  }

  @Test("Balances below zero stay what they are until the law sees them")
  func negative() throws {
    let store = try StoreSample().open()
    try store.take([
      Change(time: 1000, account: 1, amount: -5), Change(time: 1150, account: 1, amount: 5),
    ])
    try store.close(0)
    try store.close(1)
    #expect(
      try store.history(of: "staked", over: 1100..<1200).rows == [
        Change(time: 0, account: 1, amount: -5), Change(time: 1150, account: 1, amount: 5),
      ])
    #expect(try store.history(of: "staked", over: 1200..<1300).rows == [])
  }

  @Test("Rows of actions come back by their time, with every column")
  func actions() throws {
    let store = try StoreSample().open()
    let source = StoreSource(name: "quests", declaration: .zero)
    var rows = SourceRows(source: "quests", columnCount: 2)
    for place in 0..<5 as Range<UInt64> {
      rows.append(
        account: StoreSample.address(place % 2 + 1),
        row: [UInt256(place), UInt256(0, 0, 0, place)], line: UInt32(place + 2))
    }
    let counts = try store.ingest("quests.csv", of: source, late: .refuse) { ingestion in
      try ingestion.append(rows, times: [1003, 1000, 1001, 1004, 1002])
      return StoreSample.file("quests.csv")
    }
    #expect(counts.added == 5)
    #expect(
      try store.rows(of: "quests", columns: 2, in: 1001..<1004) == rows.picking([0, 2, 4]))
    let error = #expect(throws: StoreError.self) {
      try store.rows(of: "quests", columns: 1, in: 1001..<1004)
    }
    #expect(error?.kind == .damaged)
  }

  @Test("Packed columns come back, and bytes of another number of rows do not")
  func packing() {
    let words: [[UInt64]] = [[], [0, 5], [1, 1 << 32], [.max]]
    for column in words {
      #expect(PackedColumns.words(PackedColumns.data(column), count: column.count) == column)
    }
    #expect(PackedColumns.data([1, 2] as [UInt64]).count == 8)
    #expect(PackedColumns.data([1, 1 << 32] as [UInt64]).count == 16)
    #expect(PackedColumns.words(PackedColumns.data([1, 2, 3] as [UInt64]), count: 2) == nil)
    #expect(PackedColumns.data([UInt256(7)]).elementsEqual([7, 0, 0, 0, 0, 0, 0, 0]))
    #expect(PackedColumns.data([UInt256(0, 1, 0, 0)]).count == 16)
    #expect(PackedColumns.data([UInt256(0, 0, 1, 0)]).count == 32)
    #expect(PackedColumns.amounts(PackedColumns.data([UInt256(1)]), count: 2) == nil)
    let addresses = [Address(1, 2, 3), Address(.max, 0, .max)]
    #expect(PackedColumns.addresses(PackedColumns.data(addresses)) == addresses)
    var bytes: [UInt8] = []
    for address in addresses { address.append(to: &bytes) }
    #expect(PackedColumns.data(addresses).elementsEqual(bytes))
    #expect(PackedColumns.flags(PackedColumns.data([true, false]), count: 2) == [true, false])
    #expect(PackedColumns.flags(.init([2]), count: 1) == nil)
  }
}
