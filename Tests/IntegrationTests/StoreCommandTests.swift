import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("Ingest, close, status and backfill")
struct StoreCommandTests {
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

  // MARK: The same as from files

  @Test("Epochs closed out of a store are the bundles that allocate makes, byte for byte")
  func sameAsAllocate() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    var parent: String?
    for epoch in 0..<WeeklyProgram.epochs {
      try Sluice.succeed(weekly.close(epoch))
      let other = weekly.folder.path + "/allocated-\(epoch)"
      try Sluice.succeed(weekly.allocate(epoch, to: other, parent: parent))
      let files = try WeeklyProgram.files(weekly.bundle(epoch))
      #expect(files.count > 6 && files["events/staked.csv"] != nil)
      #expect(files == (try WeeklyProgram.files(other)), "epoch \(epoch)")
      parent = other
    }
  }

  @Test("The first week by hand: seconds split by shares, and points")
  func byHand() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    try Sluice.succeed(weekly.close(0))
    // 0x10… alone for 2.5 days, then 300 of 400 for 2.5, then 200 of 300 for 2: 5.708333… of 7
    // days, of 1000 SEA; and 15 of 35 points, of 250 SEA.
    let files = try WeeklyProgram.files(weekly.bundle(0))
    let rows = String(decoding: try #require(files["allocations.csv"]), as: UTF8.self)
    let account = "0x1000000000000000000000000000000000000001"
    #expect(rows.contains("staking,0,\(account),815476190476190476190"), "\(rows)")
    #expect(rows.contains("quests,0,\(account),107142857142857142857"), "\(rows)")
  }

  @Test("Files that grow week by week give the same as files that were there at once")
  func growing() throws {
    let expected = try WeeklyProgram.uninterrupted()
    let weekly = try WeeklyProgram(rows: 0)
    for epoch in 0..<WeeklyProgram.epochs {
      try weekly.grow(to: WeeklyProgram.rowsUntilEnd[epoch])
      try Sluice.succeed(weekly.ingest)
      try Sluice.succeed(weekly.close(epoch))
      var (files, whole) = (try WeeklyProgram.files(weekly.bundle(epoch)), expected[epoch])
      // What is beside the identity names the files as they were.
      for name in ["derived.json"] { (files[name], whole[name]) = (nil, nil) }
      #expect(files == whole, "epoch \(epoch)")
    }
  }

  @Test("Backfill closes what is over, goes on later, and gives the same bundles")
  func backfill() throws {
    let expected = try WeeklyProgram.uninterrupted()
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    let out = weekly.folder.path + "/bundles"
    let backfill = ["backfill", weekly.plan, "--store", weekly.store, "--out", out, "--json"]
    func epochs(_ more: [String] = []) throws -> [Int] {
      let result = try Sluice.succeed(backfill + more).json()
      #expect(result["format"]?.text == "sluice.backfill.v1")
      return (result["epochs"]?.elements ?? []).compactMap { $0["epoch"]?.wholeNumber }
    }
    #expect(try epochs(["--to", "0"]) == [0])
    // The last row is in the middle of epoch 3, which may not be over.
    #expect(try epochs() == [1, 2])
    #expect(try epochs() == [])
    #expect(try epochs(["--to", "3"]) == [3])
    try expectFailure(backfill + ["--to", "4"], "SLC-CMD-005", "expected 0 … 3")
    for epoch in 0..<WeeklyProgram.epochs {
      #expect(try WeeklyProgram.files("\(out)/epoch-\(epoch)") == expected[epoch])
    }
  }

  // MARK: Taking files in

  @Test("Taking a file twice does nothing, and status says what there is")
  func twice() throws {
    let weekly = try WeeklyProgram()
    func added() throws -> [Int?] {
      let result = try Sluice.succeed(weekly.ingest + ["--json"]).json()
      return (result["files"]?.elements ?? []).map { $0["added"]?.wholeNumber }
    }
    #expect(try added() == [11, 6])
    #expect(try added() == [0, 0])
    for epoch in 0..<3 { try Sluice.succeed(weekly.close(epoch)) }
    let status = try Sluice.succeed(weekly.status).json()
    #expect(status["format"]?.text == "sluice.status.v1")
    #expect(status["next"]?["epoch"]?.wholeNumber == 3)
    #expect(
      status["next"]?["end"]?.wholeNumber == 1_770_000_000 - 1_770_000_000 % 604_800 + 345_600)
    let sources = status["sources"]?.elements ?? []
    #expect(sources.map { $0["rows"]?.wholeNumber } == [6, 11])
    #expect(sources.map { $0["name"]?.text } == ["quests", "staked"])
    let programs = status["programs"]?.elements ?? []
    let unit = String(repeating: "0", count: 18)
    #expect(programs.map { $0["given"]?.text } == ["3000" + unit, "500" + unit])
    // Nobody finished a quest in the third week.
    #expect(programs.map { $0["carry"]?.text } == ["0", "250" + unit])
    #expect(status["closed"]?.elements?.count == 3)
    let text = try Sluice.succeed(weekly.status.dropLast()).output
    #expect(text.contains("3 of 4 epochs closed"))
    #expect(text.contains("Next: epoch 3, which ended 2026-02-02T00:00:00Z"))
  }

  @Test("Rows that were taken may not change")
  func changed() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    let file = String(decoding: try weekly.folder.read("staked.csv"), as: UTF8.self)
    func expectRefusal(_ text: String, _ words: String) throws {
      try weekly.folder.write(text, to: "staked.csv")
      try expectFailure(weekly.ingest, "SLC-STORE-008", words)
    }
    try expectRefusal(
      file.replacing("stake,300", with: "stake,301"), "staked.csv: found other bytes")
    try expectRefusal(String(file.dropLast(2)), "2 bytes shorter")
    try weekly.folder.write(file, to: "staked.csv")
    try Sluice.succeed(weekly.ingest)
  }

  @Test("A late row is refused by file and line, or counts from the next epoch on and is listed")
  func late() throws {
    let weekly = try WeeklyProgram(rows: 6)
    try Sluice.succeed(weekly.ingest)
    try Sluice.succeed(weekly.close(0))
    let account = "0x5000000000000000000000000000000000000005"
    try weekly.grow(to: 6, and: "2026-01-11T23:59:59Z,\(account),stake,100\n")
    try expectFailure(weekly.ingest, "SLC-STORE-009", "staked.csv, line 8")
    try Sluice.succeed(weekly.ingest + ["--late", "next-epoch"])
    let late = try Sluice.succeed(weekly.status).json()["late"]?.elements ?? []
    #expect(late.map { $0["line"]?.wholeNumber } == [8])
    #expect(late.map { $0["account"]?.text } == [account])
    #expect(late.map { $0["countsFrom"]?.wholeNumber } == [1_768_176_000])
    #expect(try Sluice.succeed(weekly.status.dropLast()).output.contains("staked.csv:8"))
    try Sluice.succeed(weekly.close(1))
    let events = try WeeklyProgram.files(weekly.bundle(1))["events/staked.csv"]
    let text = String(decoding: try #require(events), as: UTF8.self)
    #expect(text.contains("1768176000,\(account),100000000000000000000\n"), "\(text)")
  }

  // MARK: Closing

  @Test("Closing twice says so, in the same folder or in another one; out of order is refused")
  func closing() throws {
    let weekly = try WeeklyProgram()
    try expectFailure(weekly.close(0), "SLC-STORE-001", "expected a store")
    try Sluice.succeed(weekly.ingest)
    try expectFailure(weekly.close(1), "SLC-STORE-010", "found epoch 1 to close, expected epoch 0")
    try Sluice.succeed(weekly.close(0))
    #expect(try Sluice.succeed(weekly.close(0)).output.contains("was closed already"))
    try Sluice.succeed(weekly.close(1))
    let other = weekly.folder.path + "/again"
    let again = try Sluice.succeed(weekly.close(0, to: other) + ["--json"]).json()
    #expect(again["closedBefore"] == .bool(true))
    #expect(try WeeklyProgram.files(other) == WeeklyProgram.files(weekly.bundle(0)))
    #expect(try Sluice.succeed(weekly.status).json()["closed"]?.elements?.count == 2)
  }

  @Test("INV-086: An epoch that is not over is not closed, by whatever time its rows have")
  func notOver() throws {
    let weekly = try WeeklyProgram(rows: 0, [("start: 2026-01-05", "start: 2066-01-04")])
    let row = "2066-03-01T00:00:00Z,0x1000000000000000000000000000000000000001,stake,1\n"
    try weekly.grow(to: 0, and: row)
    try Sluice.succeed(weekly.ingest)
    try expectFailure(weekly.close(0), "SLC-CMD-030", "expected 2066-01-11T00:00:00Z or later")
    #expect(!FileManager.default.fileExists(atPath: weekly.bundle(0)))
    let out = weekly.folder.path + "/bundles"
    let backfill = ["backfill", weekly.plan, "--store", weekly.store, "--out", out]
    #expect(try Sluice.succeed(backfill).output.contains("Nothing to close"))
    try expectFailure(backfill + ["--to", "0"], "SLC-CMD-030", "For a rehearsal")
    let text = try Sluice.succeed(weekly.status.dropLast()).output
    #expect(text.contains("2066-03-01T00:00:00Z (in the future)"), "\(text)")
    #expect(text.contains("Next: epoch 0, which ends 2066-01-11T00:00:00Z"), "\(text)")
    try Sluice.succeed(weekly.close(0) + ["--before-its-end"])
    try Sluice.succeed(weekly.close(0))
  }

  @Test("An epoch after the last one, and a place that takes no bundle, are told before computing")
  func places() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    try expectFailure(weekly.close(4), "SLC-CMD-005", "epoch: found 4, expected 0 … 3")
    let folder = weekly.folder.path
    try FileManager.default.createDirectory(
      atPath: folder + "/empty", withIntermediateDirectories: false)
    for (out, code, words) in [
      ("empty", "SLC-BUNDLE-001", "found a folder that is no bundle"),
      ("plan.yaml", "SLC-BUNDLE-001", "found a file, expected nothing, or the bundle"),
      ("plan.yaml/epoch-0", "SLC-CMD-002", "found a file \(weekly.plan)"),
      ("plan.yaml/a/epoch-0", "SLC-CMD-002", "found a file \(weekly.plan)"),
    ] { try expectFailure(weekly.close(0, to: folder + "/" + out), code, words) }
    // The folder around a bundle is made.
    let out = folder + "/all bundles/epoch-0"
    let closed = try Sluice.succeed(weekly.close(0, to: out)).output
    #expect(closed.contains("Next: sluice verify '\(out)'"), "\(closed)")
    #expect(FileManager.default.fileExists(atPath: out + "/commitment.json"))
  }

  @Test("An epoch whose rows may not all be there is closed with a note")
  func note() throws {
    let weekly = try WeeklyProgram(rows: 3)
    let quests = try Project.text("Examples/staking/quests.jsonl").split(separator: "\n").prefix(4)
    try weekly.folder.write(quests.map { $0 + "\n" }.joined(), to: "quests.jsonl")
    try Sluice.succeed(weekly.ingest)
    // Of 2026-01-10 is the last row of the changes, and there is a quest of the week after.
    let note = "the store has no row of the time after epoch 0, which ends 2026-01-12T00:00:00Z"
    let first = try Sluice.succeed(weekly.close(0)).errors
    #expect(first.contains("source staked: " + note), "\(first)")
    #expect(!first.contains("source quests: " + note), "\(first)")
    try weekly.grow(to: 6)
    try Sluice.succeed(weekly.ingest)
    #expect(try !Sluice.succeed(weekly.close(0)).errors.contains(note))
  }

  @Test("An epoch after the last one is refused, however long epochs are")
  func afterTheLast() throws {
    let weekly = try WeeklyProgram()
    let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
    let long = text.replacing("length: 7d", with: "length: 100000d")
    #expect(long != text)
    let plan = try weekly.folder.write(long, to: "plan.yaml")
    let out = weekly.folder.path + "/far"
    let far = ["allocate", plan, "--out", out, "--epoch", "\(UInt32.max)"]
    try expectFailure(far, "SLC-ENGINE-002", "no parent was given")
    #expect(!FileManager.default.fileExists(atPath: out))
  }

  @Test("Another result than the closed one is an error, and nothing is written")
  func differing() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    try Sluice.succeed(weekly.close(0))
    let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
    try weekly.folder.write(text.replacing("budget: 1000", with: "budget: 1001"), to: "plan.yaml")
    let out = weekly.folder.path + "/other"
    try expectFailure(weekly.close(0, to: out), "SLC-STORE-011", "The plan has changed since")
    #expect(!FileManager.default.fileExists(atPath: out))
    try expectFailure(weekly.close(0), "SLC-STORE-012", "which comes out")
  }

  @Test("The parent has to be the recorded bundle, wherever it lies")
  func parents() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    try Sluice.succeed(weekly.close(0))
    let moved = weekly.folder.path + "/moved"
    try FileManager.default.moveItem(atPath: weekly.bundle(0), toPath: moved)
    try expectFailure(weekly.close(1), "SLC-STORE-012", "epoch-0: found nothing")
    let other = weekly.folder.path + "/other"
    let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
    try weekly.folder.write(text.replacing("budget: 1000", with: "budget: 1001"), to: "plan.yaml")
    try Sluice.succeed(weekly.allocate(0, to: other, parent: nil))
    try weekly.folder.write(text, to: "plan.yaml")
    try expectFailure(
      weekly.close(1) + ["--parent", other], "SLC-STORE-012", "the bundle of epoch 0")
    try Sluice.succeed(weekly.close(1) + ["--parent", moved])
  }

  // MARK: Explaining

  @Test("explain finds the bundle of an epoch, the last one by default, wherever it is run")
  func explaining() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    for epoch in 0..<2 { try Sluice.succeed(weekly.close(epoch)) }
    let account = "0x1000000000000000000000000000000000000001"
    let explain = ["explain", weekly.plan, account, "--store", weekly.store]
    for (options, epoch) in [([], 1), (["--epoch", "0"], 0), (["--epoch", "1"], 1)] {
      let bundle = ["explain", weekly.bundle(epoch), account, "--intervals"]
      let direct = try Sluice.succeed(bundle).output
      #expect(direct.contains("receives"))
      #expect(try Sluice.succeed(explain + options + ["--intervals"]).output == direct)
    }
    try expectFailure(explain + ["--epoch", "2"], "SLC-CMD-024", "found no closed epoch 2")
    let moved = weekly.folder.path + "/moved"
    try FileManager.default.moveItem(atPath: weekly.bundle(1), toPath: moved)
    try expectFailure(explain, "SLC-STORE-012", "epoch-1: found nothing")
    try FileManager.default.copyItem(atPath: weekly.bundle(0), toPath: weekly.bundle(1))
    try expectFailure(explain, "SLC-STORE-012", "the bundle of epoch 1")
    let alone = try Sluice.run(["explain", moved, account, "--epoch", "1"])
    #expect(alone.status == 2 && alone.errors.contains("--epoch: found no --store"))
  }

  @Test("A comparison of balances over time tells seconds; of epochs what each program adds")
  func comparing() throws {
    let weekly = try WeeklyProgram()
    let other = weekly.folder.path + "/other"
    try Sluice.succeed(weekly.ingest)
    for epoch in 0..<2 { try Sluice.succeed(weekly.close(epoch)) }
    // 0x10… has 5.708333… of 7 days, as above; with 600 in the place of 300 it is 2.5, 6/7 of 2.5
    // and 5/6 of 2.
    let text = String(decoding: try weekly.folder.read("staked.csv"), as: UTF8.self)
    try weekly.folder.write(text.replacing("stake,300", with: "stake,600"), to: "staked.csv")
    try Sluice.succeed(weekly.allocate(0, to: other, parent: nil))
    let changed = try Sluice.succeed(["diff", weekly.bundle(0), other]).output
    #expect(
      changed.contains("staked.share 493200 seconds of the whole → 545142.857143"), "\(changed)")
    let next = try Sluice.succeed(["diff", weekly.bundle(0), weekly.bundle(1)]).output
    // The only quest of the week is that of 0x20….
    #expect(next.contains("SEA in epoch 1; quests: 250 SEA in epoch 1"), "\(next)")
  }

  @Test("Of the parent what is owed is read and checked, and not what explains it")
  func parentFiles() throws {
    let expected = try WeeklyProgram.uninterrupted()
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    try Sluice.succeed(weekly.close(0))
    func cut(_ name: String) throws {
      let text = String(decoding: try weekly.folder.read("epoch-0/" + name), as: UTF8.self)
      try weekly.folder.write(String(text.dropLast(2)) + "\n", to: "epoch-0/" + name)
    }
    try cut("events/staked.csv")
    try Sluice.succeed(weekly.close(1))
    #expect(try WeeklyProgram.files(weekly.bundle(1)) == expected[1])
    try FileManager.default.removeItem(atPath: weekly.bundle(1))
    try cut("entitlements.csv")
    try expectFailure(weekly.close(1), "SLC-BUNDLE-", "entitlements.csv")
  }

  @Test("What a source's rows are read as may not change, and a store is for one plan")
  func declarations() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
    func expectRefusal(_ old: String, _ new: String, _ code: String, _ words: String) throws {
      #expect(text.contains(old))
      try weekly.folder.write(text.replacing(old, with: new), to: "plan.yaml")
      try expectFailure(weekly.ingest, code, words)
    }
    try expectRefusal("adds: [stake]", "adds: [stake, lock]", "SLC-STORE-007", "source staked")
    try expectRefusal("account: user", "account: wallet", "SLC-STORE-007", "source staked")
    try expectRefusal("name: Weekly rewards", "name: Other", "SLC-STORE-006", "'Weekly rewards'")
    try expectRefusal("length: 7d", "length: 8d", "SLC-STORE-006", "604800")
    try expectRefusal("epochs: {start: 2026-01-05, length: 7d, count: 4}\n", "", "SLC-", "epochs")
    try weekly.folder.write(
      text.replacing("columns: [share]", with: "columns: [share, held]\n    window: 14d"),
      to: "plan.yaml")
    try Sluice.succeed(weekly.ingest)
  }
}
