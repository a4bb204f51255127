import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import Synchronization
import TestKit
import Testing

@testable import SluiceCommands

/// A plan whose rows look times and accounts up, its files, and what happens to them.
private struct ChangingFiles: Sendable {
  /// What a user may do between two ingests.
  enum Change: CaseIterable, Sendable {
    case addRows, insertRow, removeRow, cutOff, blankLine, rename, pack, copy, remove
    case addKey, changeKey, removeKey, changeTime, addTime, decimals, unit, skip, condition
  }

  static let sources = ["held", "done", "stated"]

  let changes: [(change: Change, source: Int, number: Int)]
  let skips: Bool
  let quarantines: Bool

  init(_ generator: inout Generator) {
    skips = .random(using: &generator)
    quarantines = .random(using: &generator)
    changes = (0..<6).map { _ in
      (
        Change.allCases[.random(in: 0..<Change.allCases.count, using: &generator)],
        .random(in: 0..<3, using: &generator), .random(in: 0...20, using: &generator)
      )
    }
  }

  /// The state of the folder, by names of files and of keys.
  struct Folder {
    var files: [String: [String]] = [:]
    var packed: Set<String> = []
    var ends: [String: String] = [:]
    var users: [(String, Int)] = [("ann", 1), ("bob", 2)]
    var blocks: [Int] = [1000, 1040, 1090, 1120, 1160, 1190, 1230, 1280]
    var (decimals, unit, skips, condition) = (2, "base", false, false)

    init(_ start: ChangingFiles) {
      skips = start.skips
      // Otherwise the first ingest would be refused.
      if !start.skips, !start.quarantines { users.append(("cid", 3)) }
      for name in ChangingFiles.sources { files[name + ".csv"] = [] }
      for number in 0..<9 { add(number, to: number % 3) }
    }

    /// Rows of blocks from the start on, so that some are of epochs that are closed meanwhile.
    func row(_ number: Int, of source: Int) -> String {
      let place = number / 3 % 3
      let user = source == 1 ? ["ann", "bob", "cid"][place] : Self.address(place + 6)
      return "\(number % blocks.count),\(user),\(number + 1),\(number % 2)"
    }

    mutating func add(_ number: Int, to source: Int) {
      let name = name(of: source, number)
      let row = row(number, of: source)
      files[name]?.append(row)
    }

    func name(of source: Int, _ number: Int) -> String {
      let names = files.keys.filter { $0.hasPrefix(ChangingFiles.sources[source]) }.sorted()
      return names.isEmpty ? "" : names[number % names.count]
    }
  }
}

extension ChangingFiles.Folder {
  fileprivate mutating func apply(_ change: ChangingFiles.Change, _ source: Int, _ number: Int) {
    let name = name(of: source, number)
    let rows = files[name] ?? []
    switch change {
    case .addRows: for step in 0...number % 3 { add(number + 4 * step, to: source) }
    case .insertRow:
      let row = row(number, of: source)
      files[name]?.insert(row, at: number % (rows.count + 1))
    case .removeRow: if !rows.isEmpty { files[name]?.remove(at: number % rows.count) }
    case .cutOff: ends[name] = ""
    case .blankLine: ends[name] = "\n\n"
    case .rename:
      files["\(ChangingFiles.sources[source])-\(number).csv"] = files.removeValue(forKey: name)
    case .pack: packed.formSymmetricDifference([name])
    case .copy: files["\(ChangingFiles.sources[source])-\(number)c.csv"] = rows
    case .remove: files[name] = nil
    case .addKey: users.append((["cid", "dan"][number % 2], number % 5 + 1))
    case .changeKey: users[number % users.count].1 = number % 5 + 1
    case .removeKey: if users.count > 1 { users.remove(at: number % users.count) }
    case .changeTime: blocks[number % blocks.count] += number - 10
    case .addTime: blocks.append(1300 + number)
    case .decimals: decimals = number % 4
    case .unit: unit = ["base", "token"][number % 2]
    case .skip: skips.toggle()
    case .condition: condition.toggle()
    }
  }

  fileprivate static func address(_ number: Int) -> String {
    "0x" + String(repeating: "0", count: 39) + "\(number)"
  }

  func write(to folder: TemporaryFolder) throws {
    for name in try folder.files() where !name.hasPrefix("store") { try folder.remove(name) }
    for (name, rows) in files {
      let lines = (["block,user,n,place"] + rows).joined(separator: "\n") + (ends[name] ?? "\n")
      try folder.write(
        packed.contains(name) ? Gzip.pack(Array(lines.utf8)) : Array(lines.utf8), to: name)
    }
    let keys = users.map { "\($0.0),\(Self.address($0.1))\n" }
    try folder.write("name,account\n" + keys.joined(), to: "users.csv")
    let times = blocks.enumerated().map { "\($0.offset),\($0.element)\n" }
    try folder.write("block,time\n" + times.joined(), to: "blocks.csv")
  }

  func plan(quarantines: Bool) -> String {
    let rows = """
      time: {key: block, in: blocks}
          no_rows: allow
          bad_rows: \(quarantines ? "quarantine" : "refuse")
      """
    let programs = [("a", "hold", "held"), ("b", "tasks", "done"), ("c", "hold", "stated")].map {
      "- {name: \($0.0), kind: \($0.1), campaign: main, budget: 1, emission: {shape: constant}, "
        + "from: \($0.2), weight: \($0.1 == "tasks" ? "n" : "held")}"
    }
    return """
      version: 1
      name: Weeks
      tokens: [{name: ACME, decimals: \(decimals), supply: 1000}]
      campaigns: [{name: main, token: ACME}]
      epochs: {start: 1970-01-01T00:16:40Z, length: 100s, count: 3}
      sources:
        - {name: blocks, file: blocks.csv, key: block, times: time}
        - {name: users, file: users.csv, key: name}
        - name: held
          file: held*.csv
          account: user
          \(rows)
          positions: {amount: n, token: ACME, unit: \(unit)}
        - name: done
          file: done.csv
          account: {key: user, in: users}
          unknown_keys: \(skips ? "skip" : "refuse")
          \(rows)
          duplicates: sum
          window: 150s
          columns: [{name: n, type: amount, token: ACME, unit: \(unit)}]
          \(condition ? "where: {place: [\"1\"]}" : "")
        - name: stated
          file: stated*.csv
          account: user
          \(rows)
          positions: {effect: balance, amount: n, order: [place]}
      programs:
        \(programs.joined(separator: "\n  "))

      """
  }
}

@Suite("A store gives what the files give, or refuses")
struct StoreMutationTests {
  private let stores: StoreComparison

  init() throws { stores = try StoreComparison() }

  private enum Outcome: Equatable {
    case same, differs
    case refused(String)
  }

  /// What is wrong with a sample.
  private struct Failure: Error {
    let change: ChangingFiles.Change?
    let outcome: Outcome
  }

  /// How often something was the same, and how often it was refused.
  private final class Counts: Sendable {
    private let counts = Mutex<(same: Int, refused: Int)>((0, 0))
    func add(_ outcome: Outcome) {
      counts.withLock { if outcome == .same { $0.same += 1 } else { $0.refused += 1 } }
    }
    var both: (same: Int, refused: Int) { counts.withLock { $0 } }
  }

  /// What the store gives of an epoch, after another ingest, beside what the files give.
  private func outcome(
    _ folder: TemporaryFolder, _ store: EventStore, _ epoch: UInt32
  ) throws -> Outcome {
    let (plan, given): (StorePlan, [String: SourceInput])
    do {
      plan = try StorePlan(folder.path + "/plan.yaml")
      try stores.ingest(plan, folder, store)
      try store.checkIngested()
      given = try stores.inputs(plan, epoch, folder, store)
    } catch {
      return .refused("\(error)")
    }
    // Tables that only kept rows look up are not read again.
    let files = (try? stores.inputs(plan, epoch, folder, nil))?.filter { given[$0.key] != nil }
    guard given.count == 3, let files, stores.isSame(given, files, ordered: false) else {
      return .differs
    }
    return .same
  }

  private func holds(_ sample: ChangingFiles, _ counts: Counts) throws -> Bool {
    let folder = try TemporaryFolder()
    var state = ChangingFiles.Folder(sample)
    func write() throws -> String {
      try state.write(to: folder)
      return try folder.write(state.plan(quarantines: sample.quarantines), to: "plan.yaml")
    }
    let plan = try StorePlan(try write())
    let store = try EventStore(writing: folder.path + "/store", for: plan.identity)
    var epoch: UInt32 = 0
    let first = try outcome(folder, store, epoch)
    guard first == .same else { throw Failure(change: nil, outcome: first) }
    for (change, source, number) in sample.changes {
      if number % 4 == 0, epoch < 2, try closes(epoch, plan, store) { epoch += 1 }
      let before = state
      state.apply(change, source, number)
      _ = try write()
      let outcome = try outcome(folder, store, epoch)
      counts.add(outcome)
      guard outcome != .differs else { throw Failure(change: change, outcome: outcome) }
      // Whoever was refused takes it back, and goes on; what was taken before it may be there.
      if outcome != .same {
        state = before
        _ = try write()
        let again = try self.outcome(folder, store, epoch)
        guard again != .differs else { throw Failure(change: nil, outcome: again) }
      }
    }
    return true
  }

  private func closes(_ epoch: UInt32, _ plan: StorePlan, _ store: EventStore) throws -> Bool {
    guard (try? store.checkIngested()) != nil else { return false }
    let start = 1000 + 100 * UInt64(epoch)
    let spans = plan.plan.reading(of: plan.kept, in: EpochIndex(epoch))
    try store.close(
      ClosedEpoch(
        number: epoch, interval: start..<(start + 100), planHash: .zero, identity: .zero,
        bundle: "", spans: spans, programs: [], campaigns: []), entitlements: [:])
    return true
  }

  @Test("INV-076: whatever is done to files, plan and tables between two ingests")
  func mutations() {
    let counts = Counts()
    check("refused, or what files give", runs: 60) { generator in
      ChangingFiles(&generator)
    } property: { sample in
      try holds(sample, counts)
    }
    let (same, refused) = counts.both
    #expect(same > 100 && refused > 60, "\(same) the same, \(refused) refused")
  }
}
