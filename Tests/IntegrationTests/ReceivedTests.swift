import CanonicalJSON
import Foundation
import TestKit
import Testing

/// Epochs of 100 seconds from 2026-01-01 on, which take rows for 50 seconds more.
private struct LateProgram {
  static let start: UInt64 = 1_767_225_600
  static let (one, two) = (
    "0x1000000000000000000000000000000000000001", "0x2000000000000000000000000000000000000002"
  )

  let folder: TemporaryFolder
  let plan: String
  var store: String { folder.path + "/store" }

  init(_ edits: [(String, String)] = []) throws {
    folder = try TemporaryFolder()
    var text = """
      version: 1
      name: Late
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      epochs: {start: 2026-01-01, length: 100s, count: 4}
      sources:
        - name: staked
          file: staked.csv
          time: at
          received: {column: seen, within: 50s}
          positions: {amount: amount}
          columns: [share]
        - name: owed
          file: owed.csv
          time: at
          received: {column: seen, within: 50s}
          positions: {effect: balance, amount: debt}
        - name: quests
          file: quests.csv
          time: at
          received: {column: seen, within: 50s}
          columns: [{name: points, type: integer}, {name: at, type: time}]
          duplicates: sum
          no_rows: allow
      programs:
        - {name: stake, kind: staking, campaign: main, budget: 400, emission: {shape: constant},
           from: staked, weight: share}
        - {name: borrow, kind: lending, campaign: main, budget: 400, emission: {shape: constant},
           from: owed, weight: held}
        - {name: play, kind: tasks, campaign: main, budget: 400, emission: {shape: constant},
           from: quests, weight: points}

      """
    for (old, new) in edits {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    plan = try folder.write(text, to: "plan.yaml")
  }

  /// The files as they were at a second: rows are added in the order in which they are received.
  func write(until second: UInt64) throws {
    func file(_ name: String, _ header: String, _ rows: [(UInt64, UInt64, String)]) throws {
      let lines = rows.filter { $0.1 <= second }.map { time, received, cells in
        "\(Self.start + time),\(Self.start + received),\(cells)\n"
      }
      try folder.write("at,seen,account,\(header)\n" + lines.joined(), to: name)
    }
    // The second row came too late for epoch 0 and counts from 100 on.
    try file(
      "staked.csv", "amount",
      [(0, 0, "\(Self.one),10"), (50, 160, "\(Self.two),10"), (350, 360, "\(Self.one),1")])
    // The debt of 90 was known when that of 40 came.
    try file(
      "owed.csv", "debt",
      [
        (0, 0, "\(Self.one),30"), (0, 0, "\(Self.two),10"), (90, 120, "\(Self.one),10"),
        (40, 170, "\(Self.one),70"), (80, 170, "\(Self.two),30"),
      ])
    try file(
      "quests.csv", "points",
      [
        (10, 20, "\(Self.one),3"), (120, 120, "\(Self.two),5"), (90, 140, "\(Self.two),1"),
        (95, 170, "\(Self.one),5"),
      ])
  }

  func bundle(_ epoch: Int) -> String { "\(folder.path)/epoch-\(epoch)" }

  func allocate(_ epoch: Int, to out: String) -> [String] {
    ["allocate", plan, "--epoch", "\(epoch)", "--out", out]
      + (epoch > 0 ? ["--parent", bundle(epoch - 1)] : [])
  }

  func close(_ epoch: Int, to out: String) -> [String] {
    ["close", "\(epoch)", plan, "--store", store, "--out", out]
  }

  func allocations(_ epoch: Int) throws -> String {
    String(decoding: try folder.read("epoch-\(epoch)/allocations.csv"), as: UTF8.self)
  }
}

@Suite("Rows that say when they were received, from the file to the stranger")
struct ReceivedTests {
  /// Epoch 0: one stakes alone; one owes 30 for 90 seconds and 10 for 10, 2800 of 3800; quests are
  /// 3 and 1. Epoch 1: both stake 10; one owes 10, two 30; quests are 5 and 5.
  @Test("Epochs 0 and 1 by hand: what came late counts in the second one, and is told")
  func byHand() throws {
    let late = try LateProgram()
    try late.write(until: 149)
    try Sluice.succeed(late.allocate(0, to: late.bundle(0)))
    #expect(
      try late.allocations(0) == """
        program,epoch,account,amount
        stake,0,\(LateProgram.one),100
        borrow,0,\(LateProgram.one),74
        borrow,0,\(LateProgram.two),26
        play,0,\(LateProgram.one),75
        play,0,\(LateProgram.two),25

        """)
    // All rows that came since change nothing of epoch 0.
    try late.write(until: 1000)
    let again = late.folder.path + "/again"
    let first = try Sluice.succeed(late.allocate(0, to: again))
    #expect(!first.errors.contains("came late"))
    #expect(
      try late.folder.read("again/commitment.json")
        == late.folder.read("epoch-0/commitment.json"))

    let second = try Sluice.succeed(late.allocate(1, to: late.bundle(1)))
    #expect(
      try late.allocations(1) == """
        program,epoch,account,amount
        stake,1,\(LateProgram.one),50
        stake,1,\(LateProgram.two),50
        borrow,1,\(LateProgram.one),25
        borrow,1,\(LateProgram.two),75
        play,1,\(LateProgram.one),50
        play,1,\(LateProgram.two),50

        """)
    let from = LateProgram.start + 100
    #expect(
      try late.folder.read("epoch-1/inputs/quests.csv")
        == Array(
          """
          account,points,at
          \(LateProgram.one),5,\(from)
          \(LateProgram.two),5,\(from + 20)

          """.utf8))
    for (file, line, count) in [
      ("staked", 3, "1 row"), ("owed", 5, "2 rows"), ("quests", 5, "1 row"),
    ] {
      #expect(second.errors.contains("source \(file), \(file).csv: \(count) came late"))
      #expect(second.errors.contains("\(file).csv, line \(line)\n"))
    }
    let report = String(decoding: try late.folder.read("epoch-1/report.html"), as: UTF8.self)
    #expect(report.contains("Rows that came late"))

    for epoch in 0...1 {
      let result = try Sluice.succeed([
        "verify", late.bundle(epoch), "--plan", late.plan, "--inputs", late.folder.path,
      ])
      #expect(result.output.contains("MATCH"))
      #expect(
        result.output.contains("2 rows of owed.csv came late and counted in this epoch")
          == (epoch == 1), "\(result.output)")
    }
  }

  @Test("INV-066: a store takes late rows without --late, and closes to the bytes of the files")
  func store() throws {
    let late = try LateProgram()
    for epoch in 0..<4 {
      try late.write(until: UInt64(epoch) * 100 + 149)
      try Sluice.succeed(["ingest", late.plan, "--store", late.store])
      try Sluice.succeed(late.allocate(epoch, to: late.bundle(epoch)))
      let closed = "\(late.folder.path)/closed-\(epoch)"
      let result = try Sluice.succeed(late.close(epoch, to: closed))
      #expect(result.errors.contains("came late") == (epoch == 1))
      #expect(
        try WeeklyProgram.files(closed) == WeeklyProgram.files(late.bundle(epoch)), "\(epoch)")
    }
    let status = try Sluice.succeed(["status", late.plan, "--store", late.store, "--json"]).json()
    let sources = status["sources"]?.elements ?? []
    #expect(
      sources.compactMap { $0["files"]?.elements?.first?["receivedLate"]?.elements?.count }
        == [1, 1, 1])
    #expect(status["late"]?.elements?.isEmpty == true)
    let text = try Sluice.succeed(["status", late.plan, "--store", late.store]).output
    #expect(text.contains("Received late:"))
    // The same in one go; the files have grown since, and what follows from them is the same.
    let whole = late.folder.path + "/whole"
    try Sluice.succeed(["ingest", late.plan, "--store", whole])
    try Sluice.succeed([
      "backfill", late.plan, "--store", whole, "--out", late.folder.path + "/all",
      "--to", "3",
    ])
    for epoch in 0..<4 {
      #expect(
        try late.folder.read("all/epoch-\(epoch)/commitment.json")
          == late.folder.read("epoch-\(epoch)/commitment.json"), "\(epoch)")
    }
  }

  @Test("A row that its file lets count in a closed epoch is late for the store")
  func closedTooEarly() throws {
    let late = try LateProgram()
    try late.write(until: 120)
    try Sluice.succeed(["ingest", late.plan, "--store", late.store])
    try Sluice.succeed(late.close(0, to: late.bundle(0)))
    // Received at 140, while epoch 0 still took rows.
    try late.write(until: 149)
    let result = try Sluice.run(["ingest", late.plan, "--store", late.store])
    #expect(result.status == 3)
    #expect(result.errors.contains("SLC-STORE-009"))
    #expect(result.errors.contains("quests.csv, line 4"))
  }

  @Test("A file that says another time of receipt is found by the stranger")
  func tampered() throws {
    let late = try LateProgram()
    try late.write(until: 1000)
    try Sluice.succeed(late.allocate(0, to: late.bundle(0)))
    for (name, old, new) in [
      ("staked.csv", "50,\(LateProgram.start + 160)", "50,\(LateProgram.start + 149)"),
      ("quests.csv", "95,\(LateProgram.start + 170)", "95,\(LateProgram.start + 149)"),
      ("owed.csv", "40,\(LateProgram.start + 170)", "40,\(LateProgram.start + 60)"),
    ] {
      try late.write(until: 1000)
      let text = String(decoding: try late.folder.read(name), as: UTF8.self)
      #expect(text.contains(old))
      try late.folder.write(text.replacing(old, with: new), to: name)
      let result = try Sluice.run([
        "verify", late.bundle(0), "--plan", late.plan, "--inputs", late.folder.path,
      ])
      #expect(result.status == 1, "\(name): \(result.output)")
    }
  }
}
