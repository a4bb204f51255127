import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("Files that are taken into a store, and what becomes of them")
struct StoreFilesTests {
  private func expectFailure(
    _ arguments: [String], _ code: String, _ words: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Sluice.run(arguments)
    #expect(
      result.errors.contains("error \(code)"), "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors.contains(words), "\(result.errors)", sourceLocation: sourceLocation)
    #expect((1...4).contains(result.status), sourceLocation: sourceLocation)
  }

  private func text(_ weekly: WeeklyProgram, _ name: String) throws -> String {
    String(decoding: try weekly.folder.read(name), as: UTF8.self)
  }

  /// Closes an epoch, and expects the bundle that `allocate` makes of the files as they lie there.
  private func expectSame(
    _ weekly: WeeklyProgram, epoch: Int = 0, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try Sluice.succeed(weekly.close(epoch), sourceLocation: sourceLocation)
    let other = weekly.folder.path + "/allocated-\(epoch)"
    let parent = epoch > 0 ? weekly.bundle(epoch - 1) : nil
    try Sluice.succeed(
      weekly.allocate(epoch, to: other, parent: parent), sourceLocation: sourceLocation)
    let files = try WeeklyProgram.files(weekly.bundle(epoch))
    #expect(files.count > 6, sourceLocation: sourceLocation)
    #expect(files == (try WeeklyProgram.files(other)), sourceLocation: sourceLocation)
  }

  // MARK: How amounts are read

  @Test("Rows are in the decimals and the unit in which they were taken, or are taken anew")
  func decimals() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    let plan = try text(weekly, "plan.yaml")
    let edits = [
      ("decimals: 18", "decimals: 8"), ("token: SEA\n      kind", "kind"),
      ("token: SEA\n      kind", "token: SEA\n      unit: base\n      kind"),
    ]
    for (old, new) in edits {
      try weekly.edit(old, new)
      try expectFailure(weekly.ingest, "SLC-STORE-007", "source staked")
      try expectFailure(weekly.close(0), "SLC-STORE-0", "rewards.store")
      try weekly.folder.write(plan, to: "plan.yaml")
    }
    try Sluice.succeed(weekly.ingest)
    try expectSame(weekly)
  }

  // MARK: Names of files

  @Test("A file that is packed, renamed or moved is the same one")
  func renamed() throws {
    let weekly = try WeeklyProgram(
      rows: 6, [("file: staked.csv", "file: staked*\n    format: csv")])
    try Sluice.succeed(weekly.ingest)
    let whole = try text(weekly, "staked.csv")
    try weekly.folder.remove("staked.csv")
    try weekly.folder.write(try Gzip.pack(Array(whole.utf8)), to: "staked-1.csv.gz")
    let result = try Sluice.succeed(weekly.ingest)
    #expect(result.errors.contains("staked-1.csv.gz is what staked.csv was"))
    try expectSame(weekly)
    // It may grow meanwhile, and lie somewhere else.
    try weekly.grow(to: 9)
    try weekly.folder.remove("staked-1.csv.gz")
    try weekly.folder.write(try weekly.folder.read("staked.csv"), to: "in/all.csv")
    try weekly.folder.remove("staked.csv")
    try weekly.edit("file: staked*", "file: in/all.csv")
    let added = try Sluice.succeed(weekly.ingest + ["--json"]).json()["files"]?.elements
    #expect(added?.map { $0["added"]?.wholeNumber } == [3, 0])
    try expectSame(weekly, epoch: 1)
  }

  @Test("A file that is gone is missed, under whatever name others come")
  func gone() throws {
    let weekly = try WeeklyProgram(
      rows: 6, [("file: staked.csv", "file: staked*\n    format: csv")])
    let lines = try text(weekly, "staked.csv").split(separator: "\n").map { $0 + "\n" }
    try weekly.folder.write(lines[..<4].joined(), to: "staked.csv")
    try Sluice.succeed(weekly.ingest)
    try weekly.folder.remove("staked.csv")
    try weekly.folder.write(lines[0] + lines[4...].joined(), to: "staked-2.csv")
    try expectFailure(weekly.ingest, "SLC-STORE-023", "staked.csv: found no file")
    try expectFailure(weekly.close(0), "SLC-STORE-027", "mend what it refuses")
    try weekly.folder.write(lines[..<4].joined(), to: "staked.csv")
    try Sluice.succeed(weekly.ingest)
    try expectSame(weekly)
  }

  @Test("A copy of a file is refused, packed or with more rows")
  func copies() throws {
    let weekly = try WeeklyProgram(
      rows: 3, [("file: staked.csv", "file: staked*\n    format: csv")])
    try Sluice.succeed(weekly.ingest)
    let whole = try text(weekly, "staked.csv")
    for (name, bytes) in [
      ("staked-a.csv", Array(whole.utf8)), ("staked-b.gz", try Gzip.pack(Array(whole.utf8))),
      ("staked-c.csv", Array((whole + whole.split(separator: "\n")[1] + "\n").utf8)),
    ] {
      try weekly.folder.write(bytes, to: name)
      try expectFailure(weekly.ingest, "SLC-STORE-024", "\(name): found all rows of staked.csv")
      try weekly.folder.remove(name)
    }
    try Sluice.succeed(weekly.ingest)
    try expectSame(weekly)
  }

  // MARK: Ends of files

  @Test("A file ends with the end of its last row from the first ingest on")
  func ends() throws {
    for (name, place) in [("staked.csv", "staked.csv"), ("quests.jsonl", "quests.jsonl")] {
      let weekly = try WeeklyProgram()
      let whole = try text(weekly, name)
      try weekly.folder.write(String(whole.dropLast()), to: name)
      try expectFailure(weekly.ingest, "SLC-STORE-025", "\(place): found a last line without")
      try weekly.folder.write(whole + "\n", to: name)
      try expectFailure(weekly.ingest, "SLC-STORE-025", "\(place): found a blank line at the end")
      try weekly.folder.write(whole, to: name)
      try Sluice.succeed(weekly.ingest)
      try expectSame(weekly)
    }
  }

  @Test("A file of balances that lost rows is refused, and one that grew is compared")
  func balances() throws {
    let weekly = try WeeklyProgram([
      ("amount: amount\n", "effect: balance\n      amount: amount\n"),
      ("      kind: action\n      adds: [stake]\n      takes: [unstake]\n", ""),
    ])
    try Sluice.succeed(weekly.ingest)
    let whole = try text(weekly, "staked.csv")
    let lines = whole.split(separator: "\n").map { $0 + "\n" }
    try weekly.folder.write(lines.dropLast(2).joined(), to: "staked.csv")
    try expectFailure(weekly.ingest, "SLC-STORE-008", "shorter where rows were taken before")
    try weekly.folder.write(lines[0] + lines[2...].joined(), to: "staked.csv")
    try expectFailure(weekly.ingest, "SLC-STORE-008", "staked.csv: found")
    try weekly.folder.write(whole, to: "staked.csv")
    let row = "2026-01-06T00:00:00Z,0x4000000000000000000000000000000000000004,stake,7\n"
    try weekly.folder.write(whole + row, to: "staked.csv")
    try Sluice.succeed(weekly.ingest)
    try expectSame(weekly)
    // One that would change what was closed has its line.
    try weekly.folder.write(
      whole + row + row.replacing("-06T", with: "-07T").replacing("7\n", with: "8\n"),
      to: "staked.csv")
    try expectFailure(weekly.ingest, "SLC-STORE-009", "staked.csv, line 14: found a row of 2026-01")
  }

  // MARK: What is told

  @Test("Bad rows are all named by status, and told by ingest and close")
  func leftOut() throws {
    let weekly = try WeeklyProgram([
      ("file: staked.csv", "file: staked.csv\n    bad_rows: quarantine")
    ])
    let whole = try text(weekly, "staked.csv")
    let bad = (0..<15).map { "2026-01-06T00:00:00Z,0xbad\($0),stake,1,\n" }
    try weekly.folder.write(
      whole + bad.joined() + "2026-01-06T00:00:00Z,0x,stake,1\n", to: "staked.csv")
    let result = try Sluice.succeed(weekly.ingest + ["--json"])
    #expect(result.errors.contains("left out: 6 more rows: `sluice status` names all of them"))
    #expect(result.errors.contains("source staked, staked.csv: 16 rows are left out"))
    let lines = Array(13...28)
    let files = try result.json()["files"]?.elements ?? []
    #expect(files[0]["leftOut"]?.elements?.map { $0["line"]?.wholeNumber } == lines)
    // They are there without another reading.
    let again = try Sluice.succeed(weekly.ingest + ["--json"]).json()["files"]?.elements ?? []
    #expect(again[0]["leftOut"]?.elements?.count == 16)
    let status = try Sluice.succeed(weekly.status).json()
    let known = status["sources"]?.elements?.last?["files"]?.elements?.first
    #expect(known?["leftOut"]?.elements?.map { $0["line"]?.wholeNumber } == lines)
    let shown = try Sluice.succeed(weekly.status.dropLast()).output
    for line in lines { #expect(shown.contains("staked.csv:\(line)"), "\(shown)") }
    let closing = try Sluice.succeed(weekly.close(0)).errors
    #expect(closing.contains("staked.csv: 16 rows are left out: they cannot be read"))
  }

  @Test("An ingest that fails in its second file says that the first was taken")
  func second() throws {
    let weekly = try WeeklyProgram(rows: 3)
    let quests = try text(weekly, "quests.jsonl")
    try weekly.folder.write(quests + "{}\n", to: "quests.jsonl")
    let result = try Sluice.run(weekly.ingest)
    #expect(result.status == 3)
    #expect(result.errors.contains("taken before that: staked.csv (3 new rows)"))
    #expect(result.errors.contains("no epoch can be closed until"))
    try expectFailure(weekly.close(0), "SLC-STORE-027", "not all were taken in")
    try weekly.folder.write(quests, to: "quests.jsonl")
    try Sluice.succeed(weekly.ingest)
    try expectSame(weekly)
  }

  @Test("A plan of whose rows a store keeps none can be run from a store")
  func nothingKept() throws {
    let folder = try TemporaryFolder()
    for name in ["plan.yaml", "positions.csv", "swaps.csv"] {
      try folder.write(try Project.text("Examples/liquidity/" + name), to: name)
    }
    let (plan, store) = (folder.path + "/plan.yaml", folder.path + "/store")
    let result = try Sluice.succeed(["ingest", plan, "--store", store])
    #expect(result.errors.contains("All files are read anew for every epoch"))
    try Sluice.succeed([
      "close", "0", plan, "--store", store, "--out", folder.path + "/closed", "--before-its-end",
    ])
    try Sluice.succeed(["allocate", plan, "--epoch", "0", "--out", folder.path + "/allocated"])
    #expect(
      try WeeklyProgram.files(folder.path + "/closed")
        == WeeklyProgram.files(folder.path + "/allocated"))
  }

  @Test("Rows of actions may stand in several files: the store gives what the files give")
  func severalFiles() throws {
    let folder = try TemporaryFolder()
    let plan = try folder.write(
      """
      version: 1
      name: Star
      tokens: [{name: SEA, decimals: 0, supply: 1000}]
      campaigns: [{name: main, token: SEA}]
      epochs: {start: 2026-01-05, length: 7d, count: 2}
      sources:
        - name: done
          file: done-*.csv
          time: at
          duplicates: sum
          columns: [{name: n, type: integer}]
      programs:
        - name: tasks
          kind: tasks
          campaign: main
          budget: 100
          emission: {shape: constant}
          from: done
          weight: n

      """, to: "plan.yaml")
    let accounts = (1...2).map { "0x100000000000000000000000000000000000000\($0)" }
    func write(_ number: Int, _ rows: String) throws {
      try folder.write("at,account,n\n" + rows, to: "done-\(number).csv")
    }
    let store = folder.path + "/store"
    func agree(_ epoch: Int, _ parent: [String]) throws {
      try Sluice.succeed(["ingest", plan, "--store", store])
      let (closed, allocated) = (folder.path + "/e\(epoch)", folder.path + "/a\(epoch)")
      try Sluice.succeed(["close", "\(epoch)", plan, "--store", store, "--out", closed])
      try Sluice.succeed(
        ["allocate", plan, "--epoch", "\(epoch)", "--out", allocated] + parent)
      #expect(try WeeklyProgram.files(closed) == WeeklyProgram.files(allocated))
    }
    try write(1, "2026-01-06T00:00:00Z,\(accounts[0]),3\n")
    try write(2, "2026-01-07T00:00:00Z,\(accounts[1]),1\n")
    try agree(0, [])
    try write(3, "2026-01-13T00:00:00Z,\(accounts[1]),1\n")
    try agree(1, ["--parent", folder.path + "/e0"])
  }
}
