import CanonicalJSON
import Foundation
import TestKit
import Testing

@Suite("Unwind: when the chain reorganised")
struct UnwindCommandTests {
  private func expectFailure(
    _ arguments: [String], _ code: String, _ words: String, status: Int32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try Sluice.run(arguments)
    #expect(
      result.errors.contains("error \(code)"), "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.errors.contains(words), "\(result.errors)", sourceLocation: sourceLocation)
    #expect(result.status == status, sourceLocation: sourceLocation)
  }

  @Test("INV-070: ingest, close, unwind, another tail: the bundles of the new file alone")
  func reorganised() throws {
    let expected = try WeeklyProgram.uninterrupted(isReorganised: true)
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    for epoch in 0..<2 { try Sluice.succeed(weekly.close(epoch)) }
    try weekly.reorganise()
    try expectFailure(weekly.ingest, "SLC-STORE-008", "with `sluice unwind` first", status: 3)

    let unwound = try Sluice.succeed(weekly.unwind + ["--json"]).json()
    #expect(unwound["format"]?.text == "sluice.unwind.v1")
    #expect(unwound["store"]?.text == weekly.store)
    // date -u -d 2026-01-20 +%s
    #expect(unwound["to"]?.wholeNumber == 1_768_867_200)
    let sources = unwound["sources"]?.elements ?? []
    #expect(sources.map { $0["name"]?.text } == ["quests", "staked"])
    #expect(sources.map { $0["removed"]?.wholeNumber } == [2, 4])
    let again = try Sluice.succeed(weekly.unwind).output
    #expect(again.contains("Rows of 2026-01-20T00:00:00Z and later were removed"), "\(again)")
    #expect(again.contains("Next: sluice ingest"))

    // Nothing is closed without the rows that are missing; what is closed can be closed again.
    try expectFailure(
      weekly.close(2), "SLC-STORE-027", "files of which not all were taken in", status: 2)
    #expect(!FileManager.default.fileExists(atPath: weekly.bundle(2)))
    #expect(try Sluice.succeed(weekly.close(1)).output.contains("was closed already"))
    let status = try Sluice.succeed(weekly.status).json()
    let files = status["sources"]?.elements?.flatMap { $0["files"]?.elements ?? [] } ?? []
    #expect(files.map { $0["unwoundTo"]?.wholeNumber } == [1_768_867_200, 1_768_867_200])
    let text = try Sluice.succeed(weekly.status.dropLast()).output
    #expect(text.contains("staked.csv: removed from 2026-01-20T00:00:00Z on"), "\(text)")

    let taken = try Sluice.succeed(weekly.ingest + ["--json"]).json()
    #expect((taken["files"]?.elements ?? []).map { $0["added"]?.wholeNumber } == [4, 2])
    for epoch in 2..<WeeklyProgram.epochs {
      try Sluice.succeed(weekly.close(epoch))
      #expect(try WeeklyProgram.files(weekly.bundle(epoch)) == expected[epoch], "epoch \(epoch)")
    }
    #expect(try !Sluice.succeed(weekly.status.dropLast()).output.contains("To be taken again"))
  }

  @Test("A file that changed before the time is refused, and so is a time in a closed epoch")
  func tooLate() throws {
    let weekly = try WeeklyProgram()
    try Sluice.succeed(weekly.ingest)
    for epoch in 0..<2 { try Sluice.succeed(weekly.close(epoch)) }
    try weekly.reorganise()
    let late = ["unwind", weekly.plan, "--store", weekly.store, "--to", "1769000000"]
    try Sluice.succeed(late)
    try expectFailure(weekly.ingest, "SLC-STORE-008", "unwind to an earlier time", status: 3)
    try expectFailure(
      late.dropLast() + ["2026-01-18T23:59:59Z"], "SLC-STORE-013",
      "found rows of 2026-01-18T23:59:59Z and later to remove, expected 2026-01-19T00:00:00Z",
      status: 2)
    try Sluice.succeed(late.dropLast() + ["2026-01-19T00:00:00Z"])
    try Sluice.succeed(weekly.ingest)
    try Sluice.succeed(weekly.close(2))
  }

  // MARK: Blocks

  @Test("Rows of the block stay, those of later seconds go, and its second where blocks share it")
  func toBlock() throws {
    for (block, from, removed) in [(11, 1152, 0), (10, 1151, 1), (9, 1150, 3), (8, 1051, 3)] {
      let program = try BlockProgram()
      let result = try Sluice.succeed(program.unwind(to: block) + ["--json"]).json()
      #expect(result["to"]?.wholeNumber == from, "block \(block)")
      #expect(
        (result["sources"]?.elements ?? []).map { $0["removed"]?.wholeNumber } == [removed],
        "block \(block)")
    }
    let program = try BlockProgram()
    try expectFailure(
      program.unwind(to: 12), "SLC-CMD-021", "not in blocks1.csv", status: 2)
  }

  @Test("A file that is gone after a reorganisation is forgotten, and one that changed is taken")
  func files() throws {
    let program = try BlockProgram()
    let (folder, arguments) = (program.folder, program.arguments)
    try Sluice.succeed(program.unwind(to: 8))
    try FileManager.default.removeItem(atPath: folder.path + "/held1-b.csv")
    try folder.write(BlockProgram.rows(10...10), to: "held1-c.csv")
    try Sluice.succeed(["ingest"] + arguments)
    let status = try Sluice.succeed(["status"] + arguments + ["--json"]).json()
    let files = status["sources"]?.elements?.flatMap { $0["files"]?.elements ?? [] } ?? []
    #expect(files.map { $0["name"]?.text } == ["held1-a.csv", "held1-c.csv"])
    #expect(files.map { $0["rows"]?.wholeNumber } == [2, 1])
    for epoch in 0..<2 {
      let out = folder.path + "/epoch-\(epoch)"
      try Sluice.succeed(["close", "\(epoch)"] + arguments + ["--out", out])
    }
    let held = try WeeklyProgram.files(folder.path + "/epoch-1")["events/held1.csv"]
    let text = String(decoding: try #require(held), as: UTF8.self)
    #expect(text.contains("1150,\(BlockProgram.account),1\n"), "\(text)")
  }

  @Test("Of several tables of times one has to be named")
  func tables() throws {
    let program = try BlockProgram(tables: 2)
    let unwind = program.unwind(to: 8)
    try expectFailure(unwind, "SLC-CMD-020", "expected one of blocks1, blocks2", status: 2)
    try expectFailure(
      unwind + ["--table", "held1"], "SLC-CMD-006", "found 'held1', expected one of blocks1",
      status: 2)
    try Sluice.succeed(unwind + ["--table", "blocks2"])
  }
}

/// A plan whose rows have the number of their block, in a folder of its own, with its store.
struct BlockProgram {
  static let account = "0x1000000000000000000000000000000000000001"

  let folder: TemporaryFolder
  var arguments: [String] { [folder.path + "/plan.yaml", "--store", folder.path + "/store"] }

  func unwind(to block: Int) -> [String] { ["unwind"] + arguments + ["--to-block", "\(block)"] }

  /// - Parameter tables: of times, each with a source that looks its blocks up in it.
  init(tables: Int = 1, in folder: TemporaryFolder? = nil) throws {
    self.folder = try folder ?? TemporaryFolder()
    let text = """
      version: 1
      name: Blocks
      tokens: [{name: ACME, decimals: 0, supply: 1000}]
      campaigns: [{name: main, token: ACME}]
      epochs: {start: 1970-01-01T00:16:40Z, length: 100s, count: 3}
      sources:
      \((1...tables).map(Self.sources).joined())
      programs:
        - name: a
          kind: hold
          campaign: main
          budget: 300
          emission: {shape: constant}
          from: held1
          weight: held

      """
    try self.folder.write(text, to: "plan.yaml")
    for table in 1...tables {
      try self.folder.write(
        "block,time\n7,1000\n8,1050\n9,1150\n10,1150\n11,1151\n", to: "blocks\(table).csv")
      try self.folder.write(Self.rows(7...8), to: "held\(table)-a.csv")
      try self.folder.write(Self.rows(9...11), to: "held\(table)-b.csv")
    }
    try Sluice.succeed(["ingest"] + arguments)
  }

  private static func sources(_ number: Int) -> String {
    """
      - {name: blocks\(number), file: blocks\(number).csv, key: block, times: time}
      - name: held\(number)
        file: held\(number)-*.csv
        time: {key: block, in: blocks\(number)}
        positions: {amount: n}

    """
  }

  static func rows(_ blocks: ClosedRange<Int>) -> String {
    "block,account,n\n" + blocks.map { "\($0),\(account),1\n" }.joined()
  }
}
