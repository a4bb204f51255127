import DistributionModel
import EthereumPrimitives
import GRDB
import TestKit
import Testing

@testable import EventStore

@Suite("Taking files into a store")
struct IngestionTests {
  private static let week = [
    Change(time: 1000, account: 1, amount: 10), Change(time: 1010, account: 2, amount: 20),
    Change(time: 1120, account: 1, amount: -4),
  ]

  @Test("A file that is taken twice does nothing the second time")
  func twice() throws {
    let store = try StoreSample().open()
    #expect(try store.take(Self.week) == (3, 0))
    let before = try store.history(of: "staked", over: 0..<2000)
    #expect(try store.take(Self.week) == (0, 0))
    #expect(try store.history(of: "staked", over: 0..<2000) == before)
    #expect(try store.knownFiles(of: StoreSample.staked).map(\.taken) == [3])
  }

  @Test("Of a file that grew only the new lines are taken")
  func grown() throws {
    let store = try StoreSample().open()
    try store.take(Array(Self.week.prefix(2)))
    #expect(try store.take(Self.week) == (1, 0))
    let known = try store.knownFiles(of: StoreSample.staked)
    #expect(known.map(\.taken) == [3])
    #expect(known.map(\.file.lines) == [4])
    #expect(known.map(\.file.size) == [3])
    #expect(known.map(\.file.rawHash) == [Bytes32(0, 0, 0, 3)])
    #expect(known.map(\.file.unusedColumns) == [["note"]])
    #expect(known.map(\.file.notes) == [["something"]])
    #expect(known.map(\.file.unpackedSize) == [6])
    #expect(known.map(\.file.unpackedHash) == [Bytes32(0, 0, 1, 3)])
    // Those of the last reading, which was of the whole file.
    #expect(known.map(\.file.leftOut) == [[.init(line: 3, reason: "line 3")]])
    #expect(
      try store.history(of: "staked", over: 0..<2000).rows
        == PositionHistory.plain(Self.week, over: 0..<2000))
  }

  @Test("A source may have several files, whose rows are told apart")
  func files() throws {
    let store = try StoreSample().open()
    try store.take(Self.week, file: "a.csv")
    #expect(try store.take(Self.week, file: "b.csv") == (3, 0))
    #expect(
      try store.history(of: "staked", over: 0..<2000).rows
        == PositionHistory.plain(Self.week + Self.week, over: 0..<2000))
    #expect(try store.sources().map(\.count) == [6])
  }

  @Test("Rows that were taken and are gone, or are more than they were, are refused")
  func changed() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    expect(.rowsChanged, "staked.csv: found 2 changes in rows that were taken, expected 3") {
      try store.take(Array(Self.week.prefix(2)))
    }
  }

  @Test("What stops in the middle leaves nothing behind")
  func stopped() throws {
    struct Stop: Error {}
    let store = try StoreSample().open()
    #expect(throws: Stop.self) {
      try store.ingest("staked.csv", of: StoreSample.staked, late: .refuse) { ingestion in
        var number: [UInt32] = []
        ingestion.accounts.appendNumbers(of: [StoreSample.address(1)], to: &number)
        var changes = PositionChanges()
        for line in 0..<UInt32(Ingestion.segmentSize + 1) {
          changes.append(
            time: Timestamp(1000), account: 0, amount: .one, isTaken: false, line: line)
        }
        try ingestion.append(changes)
        throw Stop()
      }
    }
    #expect(try store.sources() == [])
    #expect(try store.history(of: "staked", over: 0..<2000).changes.count == 0)
    #expect(try store.take(Self.week) == (3, 0))
  }

  // MARK: Late rows

  @Test("A row in a closed epoch is refused by file and line")
  func late() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    try store.close(0)
    let before = try store.history(of: "staked", over: 1100..<1200)
    expect(
      .lateRow,
      "staked.csv, line 5: found a row of 1970-01-01T00:18:19Z, in epoch 0, which is closed"
    ) {
      try store.take(Self.week + [Change(time: 1099, account: 1, amount: 1)])
    }
    expect(.lateRow, "line 2: found a row of 1970-01-01T00:00:03Z, before epochs that are closed") {
      try store.take([Change(time: 3, account: 1, amount: 1)], file: "other.csv")
    }
    #expect(try store.history(of: "staked", over: 1100..<1200) == before)
    #expect(try store.take(Self.week + [Change(time: 1100, account: 1, amount: 1)]) == (1, 0))
  }

  @Test("A late row may count from the start of the first open epoch on, and stays visible")
  func lateRows() throws {
    let store = try StoreSample().open()
    try store.take(Self.week)
    try store.close(0)
    let more =
      Self.week + [
        Change(time: 1050, account: 2, amount: -5), Change(time: 1130, account: 2, amount: 1),
      ]
    #expect(try store.take(more, late: .nextEpoch) == (2, 1))
    #expect(
      try store.lateRows() == [
        LateRow(
          source: "staked", file: "staked.csv", line: 5, account: StoreSample.address(2),
          time: 1050, countsFrom: 1100)
      ])
    let expected = [
      Change(time: 0, account: 1, amount: 10), Change(time: 0, account: 2, amount: 20),
      Change(time: 1100, account: 2, amount: -5), Change(time: 1120, account: 1, amount: -4),
      Change(time: 1130, account: 2, amount: 1),
    ]
    #expect(try store.history(of: "staked", over: 1100..<1200).rows == expected)
    // The checkpoint has it too, and the file is known with it.
    #expect(try store.take(more, late: .nextEpoch) == (0, 0))
    try store.close(1)
    #expect(
      try store.history(of: "staked", over: 1200..<1300).rows == [
        Change(time: 0, account: 1, amount: 6), Change(time: 0, account: 2, amount: 16),
      ])
    #expect(try store.history(of: "staked", over: 1100..<1200).rows == expected)
  }

  @Test("A late action counts at the start of the first open epoch")
  func lateAction() throws {
    let store = try StoreSample().open()
    let source = StoreSource(name: "quests", declaration: .zero)
    var rows = SourceRows(source: "quests", columnCount: 1)
    rows.append(account: StoreSample.address(1), row: [UInt256(5)], line: 2)
    try store.close(0)
    let counts = try store.ingest("quests.csv", of: source, late: .nextEpoch) { ingestion in
      try ingestion.append(rows, times: [1099])
      return StoreSample.file("quests.csv")
    }
    #expect(counts == (1, 1))
    #expect(try store.rows(of: "quests", columns: 1, in: 1000..<1100).count == 0)
    #expect(try store.rows(of: "quests", columns: 1, in: 1100..<1101) == rows)
    #expect(try store.sources().map(\.lastTime) == [1099])
  }

  // MARK: Epochs

  @Test("Epochs are closed one after the other, and come back as they were")
  func epochs() throws {
    let sample = try StoreSample()
    let store = try sample.open()
    expect(.wrongEpoch, "found epoch 1, expected epoch 0") { try store.close(1) }
    let owed = Entitlements(
      accounts: [StoreSample.address(1), StoreSample.address(2)],
      amounts: [UInt256(90), UInt256.max])
    try store.close(StoreSample.closed(0), entitlements: ["rewards": owed])
    expect(.wrongEpoch, "found epoch 0, expected epoch 1") { try store.close(0) }
    #expect(try store.entitlements(of: "rewards") == owed)
    #expect(try store.entitlements(of: "other") == .none)
    try store.close(StoreSample.closed(1), entitlements: ["other": owed])
    #expect(try store.entitlements(of: "rewards") == .none)
    let closed = try store.closedEpochs()
    #expect(closed.allSatisfy { $0.closed > 1_700_000_000 })
    for (epoch, closed) in closed.enumerated() {
      let sample = StoreSample.closed(UInt32(epoch))
      #expect(closed.interval == sample.interval && closed.number == sample.number)
      #expect(closed.identity == sample.identity && closed.planHash == sample.planHash)
      #expect(closed.bundle == sample.bundle && closed.spans == sample.spans)
      #expect(closed.programs == sample.programs && closed.campaigns == sample.campaigns)
    }
    #expect(closed.count == 2)
  }

  @Test("A closed epoch stays as it is, whoever writes to the file")
  func immutable() throws {
    let sample = try StoreSample()
    try sample.open().close(0)
    let queue = try DatabaseQueue(path: sample.path)
    for table in ["epochs", "spans", "programs", "campaigns"] {
      #expect(throws: DatabaseError.self, "\(table)") {
        try queue.write { try $0.execute(sql: "DELETE FROM \(table)") }
      }
    }
    #expect(throws: DatabaseError.self) {
      try queue.write { try $0.execute(sql: "UPDATE epochs SET bundle = 'other'") }
    }
  }
}
