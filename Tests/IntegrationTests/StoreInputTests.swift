import ArgumentParser
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
  static let windows = ["epoch", "150s", "{start: 1970-01-01, end: 1970-01-01T00:18:20Z}"]

  struct Row: Sendable {
    let time: UInt64
    let account: UInt64
    let number: Int
    let other: UInt64
  }

  let kind: Int
  let window: Int
  let minimumHolding: UInt64
  /// Per week what its file gets; in any order within the week.
  let weeks: [[Row]]

  init(_ generator: inout Generator) {
    kind = .random(in: 0..<Self.kinds.count, using: &generator)
    window = .random(in: 0..<Self.windows.count, using: &generator)
    minimumHolding = .random(in: 0...120, using: &generator)
    weeks = (0..<3).map { week in
      // The first week may have rows from before the plan's start.
      let start = week == 0 ? 900 : 1000 + 100 * UInt64(week)
      let end = 1100 + 100 * UInt64(week)
      return (0..<UInt64.random(in: 1...8, using: &generator)).map { _ in
        Row(
          time: .random(in: start..<end, using: &generator),
          account: .random(in: 1...4, using: &generator),
          number: .random(in: 0...9, using: &generator),
          other: .random(in: 0...4, using: &generator))
      }
    }
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
        positions: \(Self.kinds[kind].positions)
        minimum_holding: \(minimumHolding)s
        window: \(Self.windows[window])
        no_rows: allow
      - name: done
        file: done.csv
        time: time
        duplicates: sum
        no_rows: allow
        window: \(Self.windows[window])
        columns: [{name: n, type: integer}]
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
    var held = "time,account,\(Self.kinds[kind].header)\n"
    var done = "time,account,n\n"
    for (place, row) in weeks.prefix(count).joined().enumerated() {
      let start = "\(row.time),\(Self.address(row.account)),"
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
  private let console: Console

  init() throws { console = Console(try OutputOptions.parse([])) }

  /// The inputs of an epoch, as far as a bundle depends on them.
  private func inputs(
    _ plan: StorePlan, _ epoch: UInt32, _ folder: TemporaryFolder, _ store: EventStore?
  ) throws -> [String: SourceInput] {
    let index = EpochIndex(epoch)
    return try Loading.inputs(
      of: plan.plan, in: index, programs: Allocating.running(in: index, of: plan.plan),
      folder: folder.path, console: console,
      store: store.map { StoreReading(store: $0, plan: plan) })
  }

  private func ingest(_ plan: StorePlan, _ folder: TemporaryFolder, _ store: EventStore) throws {
    _ = try SourceIngesting(
      plan: plan, store: store, folder: folder.path, late: .refuse, console: console
    ).run()
  }

  private func isSame(_ left: [String: SourceInput], _ right: [String: SourceInput]) -> Bool {
    left.count == right.count
      && left.allSatisfy { name, input in
        guard let other = right[name] else { return false }
        // Lines are for people: sums of several rows have the line of one of them.
        return input.rows == other.rows && input.rawHash == other.rawHash
          && input.unusedColumns == other.unusedColumns
          && input.history?.positions?.accounts == other.history?.positions?.accounts
          && input.history?.positions?.span == other.history?.positions?.span
          && input.history?.positions?.changes.times == other.history?.positions?.changes.times
          && input.history?.positions?.changes.accounts
            == other.history?.positions?.changes.accounts
          && input.history?.positions?.changes.amounts == other.history?.positions?.changes.amounts
          && input.history?.positions?.changes.isTaken == other.history?.positions?.changes.isTaken
      }
  }

  private func agrees(_ weeks: StoredWeeks) throws -> Bool {
    let folder = try TemporaryFolder()
    let plan = try StorePlan(try folder.write(weeks.plan, to: "plan.yaml"))
    let store = try EventStore(writing: folder.path + "/store", for: plan.identity)
    for epoch in 0..<3 as Range<UInt32> {
      let files = weeks.files(Int(epoch) + 1)
      try folder.write(files.held, to: "held.csv")
      try folder.write(files.done, to: "done.csv")
      try ingest(plan, folder, store)
      guard
        isSame(try inputs(plan, epoch, folder, store), try inputs(plan, epoch, folder, nil))
      else { return false }
      let start = 1000 + 100 * UInt64(epoch)
      try store.close(
        ClosedEpoch(
          number: epoch, interval: start..<(start + 100), planHash: .zero, identity: .zero,
          bundle: "", spans: [:], programs: [], campaigns: []), entitlements: [:])
    }
    return true
  }

  @Test("Any rows, effects, periods and windows, week by week")
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
    try ingest(plan, folder, store)
    let read = try inputs(plan, 0, folder, store)
    #expect(isSame(read, try inputs(plan, 0, folder, nil)))
    #expect(read["held"]?.history?.positions?.changes.amounts == [UInt256(2), UInt256(5)])
    #expect(read["held"]?.history?.positions?.changes.times == [1000, 1050])
    #expect(read["held"]?.unusedColumns == ["x"])
    #expect(try store.sources().flatMap(\.files).map(\.file.name) == ["held-a.csv", "held-b.csv"])
    // A new file of another week.
    try folder.write("block,account,n\n9,\(account),-3\n", to: "held-c.csv")
    try ingest(plan, folder, store)
    #expect(isSame(try inputs(plan, 1, folder, store), try inputs(plan, 1, folder, nil)))
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
    try ingest(plan, folder, store)
    #expect(try inputs(plan, 0, folder, store)["done"]?.rows.lines == [2])
    for store in [store, nil] {
      let error = #expect(throws: CommandFailure.self) { try inputs(plan, 1, folder, store) }
      #expect(error?.items.map(\.code) == [ErrorTable.entry("SLC-INPUT", "duplicateAccount").code])
      #expect(throws: CommandFailure.self) { try inputs(plan, 2, folder, store) }
    }
  }
}
