import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import TestKit
import Testing

@testable import SluiceCommands

/// Random rows of a plan's sources, taken in week by week.
private struct StoredWeeks: Sendable {
  /// How rows are written and what they mean, and the cells of a row after its time and account.
  static let kinds: [(positions: String, header: String)] = [
    ("{amount: n}", "n"), ("{amount: n, every: 50s}", "n"),
    ("{effect: transfer, amount: n, to: to}", "n,to"),
    ("{kind: word, adds: [in], takes: [out], ignores: [none], amount: n}", "n,word"),
    ("{effect: balance, amount: n, order: [place]}", "n,place"),
    ("{effect: balance, amount: n, order: [place], every: 70s}", "n,place"),
  ]
  /// A window of fixed seconds is for rows that cannot come late.
  static let windows = ["epoch", "150s", "{start: 1970-01-01, end: 1970-01-01T00:18:20Z}"]
  /// For so long after its end an epoch takes rows, where they say when they were received.
  static let within: UInt64 = 30

  struct Row: Sendable {
    let time: UInt64
    let received: UInt64
    let account: UInt64
    let number: Int
    let other: UInt64
  }

  let kind: Int
  let window: Int
  let tellsReceived: Bool
  let minimumHolding: UInt64
  /// Per week what its file gets; in any order within the week.
  let weeks: [[Row]]

  init(_ generator: inout Generator) {
    kind = .random(in: 0..<Self.kinds.count, using: &generator)
    let tellsReceived = Bool.random(using: &generator)
    self.tellsReceived = tellsReceived
    window = .random(in: 0..<(tellsReceived ? 2 : Self.windows.count), using: &generator)
    minimumHolding = .random(in: 0...120, using: &generator)
    weeks = (0..<3).map { week in
      // The first week may have rows from before the plan's start.
      let start = week == 0 ? 900 : 1000 + 100 * UInt64(week)
      let end = 1100 + 100 * UInt64(week)
      return (0..<UInt64.random(in: 1...8, using: &generator)).map { _ in
        // A file of a week has what was received while its epoch took rows.
        let earliest = week == 0 ? 900 : 1000 + 100 * UInt64(week) + Self.within
        let received = UInt64.random(in: earliest..<(end + Self.within), using: &generator)
        let time: UInt64 =
          tellsReceived
          ? .random(in: 900...received, using: &generator)
          : .random(in: start..<end, using: &generator)
        return Row(
          time: time, received: received,
          account: .random(in: 1...4, using: &generator),
          number: .random(in: 0...9, using: &generator),
          other: .random(in: 0...4, using: &generator))
      }
    }
  }

  private var received: String {
    tellsReceived ? "received: {column: received, within: \(Self.within)s}" : ""
  }

  var plan: String {
    """
    version: 1
    name: Weeks
    tokens: [{name: ACME, decimals: 0, supply: 1000}]
    campaigns: [{name: main, token: ACME}]
    epochs: {start: 1970-01-01T00:16:40Z, length: 100s, count: 3}
    sources:
      - name: held
        file: held.csv
        time: time
        \(received)
        positions: \(Self.kinds[kind].positions)
        minimum_holding: \(minimumHolding)s
        window: \(Self.windows[window])
        no_rows: allow
      - name: done
        file: done.csv
        time: time
        \(received)
        duplicates: sum
        no_rows: allow
        window: \(Self.windows[window])
        columns: [{name: n, type: integer}, {name: time, type: time}]
    programs:
      - name: a
        kind: hold
        campaign: main
        budget: 100
        emission: {shape: constant}
        from: held
        weight: held
      - name: b
        kind: tasks
        campaign: main
        budget: 100
        emission: {shape: constant}
        from: done
        weight: n

    """
  }

  private static func address(_ number: UInt64) -> String {
    "0x" + String(repeating: "0", count: 39) + "\(number)"
  }

  /// The files as they are once so many weeks are written.
  func files(_ count: Int) -> (held: String, done: String) {
    files(Array(weeks.prefix(count).joined()))
  }

  /// The files as a chain has them that reorganised at a time: its rows from there on are those
  /// of the last week, later.
  func reorganised(at time: UInt64) -> (held: String, done: String) {
    let tail = (weeks.last ?? []).map { row in
      Row(
        time: time + row.time % 40, received: time + row.time % 40, account: row.other + 1,
        number: row.number,
        other: row.account)
    }
    return files(weeks.joined().filter { $0.time < time } + tail)
  }

  private func files(_ rows: [Row]) -> (held: String, done: String) {
    var held = "time,received,account,\(Self.kinds[kind].header)\n"
    var done = "time,received,account,n\n"
    for (place, row) in rows.enumerated() {
      let start = "\(row.time),\(row.received),\(Self.address(row.account)),"
      let cells =
        switch kind {
        case 0, 1: "\(row.other < 2 ? -row.number : row.number)"
        case 2: "\(row.number),\(Self.address(row.other))"
        case 3: "\(row.number),\(["in", "out", "none"][Int(row.other % 3)])"
        default: "\(row.number),\(place)"
        }
      held += start + cells.replacing("-0", with: "0") + "\n"
      done += start + "\(row.number)\n"
    }
    return (held, done)
  }
}

@Suite("What a store gives is what files give")
struct StoreInputTests {
  private let stores: StoreComparison

  init() throws { stores = try StoreComparison() }

  private func close(_ epoch: UInt32, _ store: EventStore) throws {
    let start = 1000 + 100 * UInt64(epoch)
    try store.close(
      ClosedEpoch(
        number: epoch, interval: start..<(start + 100), planHash: .zero, identity: .zero,
        bundle: "", spans: [:], programs: [], campaigns: []), entitlements: [:])
  }

  private func write(_ files: (held: String, done: String), _ folder: TemporaryFolder) throws {
    try folder.write(files.held, to: "held.csv")
    try folder.write(files.done, to: "done.csv")
  }

  private func agrees(_ weeks: StoredWeeks) throws -> Bool {
    let folder = try TemporaryFolder()
    let plan = try StorePlan(try folder.write(weeks.plan, to: "plan.yaml"))
    let store = try EventStore(writing: folder.path + "/store", for: plan.identity)
    for epoch in 0..<3 as Range<UInt32> {
      try write(weeks.files(Int(epoch) + 1), folder)
      try stores.ingest(plan, folder, store)
      guard
        stores.isSame(
          try stores.inputs(plan, epoch, folder, store), try stores.inputs(plan, epoch, folder, nil)
        )
      else { return false }
      try close(epoch, store)
    }
    return true
  }

  /// The inputs of every epoch that is open after a reorganisation, in the order of their rows.
  private func agreesUnwound(_ weeks: StoredWeeks, closed: UInt32, cut: UInt64) throws -> Bool {
    let folder = try TemporaryFolder()
    let plan = try StorePlan(try folder.write(weeks.plan, to: "plan.yaml"))
    let store = try EventStore(writing: folder.path + "/store", for: plan.identity)
    try write(weeks.files(3), folder)
    try stores.ingest(plan, folder, store)
    for epoch in 0..<closed { try close(epoch, store) }
    try store.unwind(to: Timestamp(cut))
    try write(weeks.reorganised(at: cut), folder)
    try stores.ingest(plan, folder, store)
    return try (closed..<3).allSatisfy { epoch in
      stores.isSame(
        try stores.inputs(plan, epoch, folder, store), try stores.inputs(plan, epoch, folder, nil),
        ordered: false)
    }
  }

  @Test("INV-070: after unwinding, a file with another tail gives what it gives alone")
  func unwound() {
    check("inputs out of an unwound store") { generator in
      let closed = UInt32.random(in: 0...2, using: &generator)
      let open = 1000 + 100 * UInt64(closed)
      return (
        StoredWeeks(&generator), closed, UInt64.random(in: open...(open + 120), using: &generator)
      )
    } property: { weeks, closed, cut in
      try agreesUnwound(weeks, closed: closed, cut: cut)
    }
  }

    @Test("INV-066: any rows, late ones too, effects, periods and windows, week by week")
  func weeks() {
    check("inputs out of a store") { generator in
      StoredWeeks(&generator)
    } property: { weeks in
      try agrees(weeks)
    }
  }

  @Test("Keys and times are looked up when rows are taken in, and files with a star are told apart")
  func lookups() throws {
    let folder = try TemporaryFolder()
    let text = """
      version: 1
      name: Weeks
      tokens: [{name: ACME, decimals: 0, supply: 1000}]
      campaigns: [{name: main, token: ACME}]
      epochs: {start: 1970-01-01T00:16:40Z, length: 100s, count: 3}
      sources:
        - {name: blocks, file: blocks.csv, key: block, times: time}
        - name: held
          file: held-*.csv
          time: {key: block, in: blocks}
          positions: {amount: n}
      programs:
        - name: a
          kind: hold
          campaign: main
          budget: 100
          emission: {shape: constant}
          from: held
          weight: held

      """
    let plan = try StorePlan(try folder.write(text, to: "plan.yaml"))
    try folder.write("block,time\n7,1000\n8,1050\n9,1150\n", to: "blocks.csv")
    let account = "0x1000000000000000000000000000000000000001"
    try folder.write("block,account,n,x\n8,\(account),5,1\n", to: "held-b.csv")
    try folder.write("block,account,n\n7,\(account),2\n9,\(account),1\n", to: "held-a.csv")
    let store = try EventStore(writing: folder.path + "/store", for: plan.identity)
    try stores.ingest(plan, folder, store)
    let read = try stores.inputs(plan, 0, folder, store)
    #expect(stores.isSame(read, try stores.inputs(plan, 0, folder, nil)))
    #expect(read["held"]?.history?.positions?.changes.amounts == [UInt256(2), UInt256(5)])
    #expect(read["held"]?.history?.positions?.changes.times == [1000, 1050])
    #expect(read["held"]?.unusedColumns == ["x"])
    #expect(try store.sources().flatMap(\.files).map(\.file.name) == ["held-a.csv", "held-b.csv"])
    // A new file of another week.
    try folder.write("block,account,n\n9,\(account),-3\n", to: "held-c.csv")
    try stores.ingest(plan, folder, store)
    #expect(
      stores.isSame(
        try stores.inputs(plan, 1, folder, store), try stores.inputs(plan, 1, folder, nil)))
  }

  @Test("An account twice in a window is refused as from its file, and twice in two windows not")
  func duplicates() throws {
    let folder = try TemporaryFolder()
    let text = """
      version: 1
      name: Weeks
      tokens: [{name: ACME, decimals: 0, supply: 1000}]
      campaigns: [{name: main, token: ACME}]
      epochs: {start: 1970-01-01T00:16:40Z, length: 100s, count: 3}
      sources:
        - {name: done, file: done.csv, time: time, columns: [{name: n, type: integer}]}
      programs:
        - name: b
          kind: tasks
          campaign: main
          budget: 100
          emission: {shape: constant}
          from: done
          weight: n

      """
    let plan = try StorePlan(try folder.write(text, to: "plan.yaml"))
    let account = "0x1000000000000000000000000000000000000001"
    try folder.write(
      "time,account,n\n1000,\(account),5\n1100,\(account),6\n1101,\(account),7\n", to: "done.csv")
    let store = try EventStore(writing: folder.path + "/store", for: plan.identity)
    try stores.ingest(plan, folder, store)
    #expect(try stores.inputs(plan, 0, folder, store)["done"]?.rows.lines == [2])
    for store in [store, nil] {
      let error = #expect(throws: CommandFailure.self) { try stores.inputs(plan, 1, folder, store) }
      #expect(error?.items.map(\.code) == [ErrorTable.entry("SLC-INPUT", "duplicateAccount").code])
      #expect(throws: CommandFailure.self) { try stores.inputs(plan, 2, folder, store) }
    }
  }
}
