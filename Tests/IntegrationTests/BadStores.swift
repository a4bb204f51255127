import Foundation
import TestKit
import Testing

extension BadInput {
  /// The weekly program, whose store is there, with something wrong.
  private static func store(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, closing: Int = 0,
    _ arguments: @escaping @Sendable (WeeklyProgram) throws -> [String]
  ) -> BadInput {
    BadInput(name, prefix, error, phrase) { folder in
      let weekly = try WeeklyProgram(in: folder)
      try Sluice.succeed(weekly.ingest)
      for epoch in 0..<closing { try Sluice.succeed(weekly.close(epoch)) }
      return try arguments(weekly)
    }
  }

  /// The same with one text of the plan replaced.
  private static func plan(
    _ name: String, _ prefix: String, _ error: String, _ phrase: String, _ old: String,
    _ new: String
  ) -> BadInput {
    store(name, prefix, error, phrase) { weekly in
      let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
      #expect(text.contains(old), "nothing to replace: \(old)")
      try weekly.folder.write(text.replacing(old, with: new), to: "plan.yaml")
      return weekly.ingest
    }
  }

  static let stores: [BadInput] = [
    store("no store", "STORE", "cannotOpen", "Make it with `sluice ingest`") { weekly in
      ["status", weekly.plan, "--store", weekly.folder.path + "/none"]
    },
    store("a list as a store", "STORE", "notAStore", "found a file of another kind") { weekly in
      let path = try weekly.folder.write(String(repeating: "a,b\n", count: 500), to: "a.csv")
      return ["status", weekly.plan, "--store", path]
    },
    plan(
      "the store of another plan", "STORE", "otherPlan", "a store of the plan 'Weekly rewards'",
      "name: Weekly rewards", "name: Daily rewards"),
    plan(
      "other epochs", "STORE", "otherPlan", "expected epochs of 86400", "length: 7d",
      "length: 1d"),
    plan(
      "a source read otherwise", "STORE", "otherSource", "give the new one another name",
      "takes: [unstake]", "takes: [unstake, slash]"),
    store("rows that changed", "STORE", "rowsChanged", "found other bytes") { weekly in
      let text = String(decoding: try weekly.folder.read("quests.jsonl"), as: UTF8.self)
      try weekly.folder.write(text.replacing("\"20\"", with: "\"21\""), to: "quests.jsonl")
      return weekly.ingest
    },
    store(
      "a late row", "STORE", "lateRow", "quests.jsonl, line 7: found a row of 2026-01-11T23:59:59Z",
      closing: 1
    ) { weekly in
      let text = String(decoding: try weekly.folder.read("quests.jsonl"), as: UTF8.self)
      let late =
        "{\"finished\": 1768175999, \"player\": \"0x1000000000000000000000000000000000000001\", "
        + "\"points\": 1}\n"
      try weekly.folder.write(text + late, to: "quests.jsonl")
      return weekly.ingest
    },
    store("an epoch that is not over", "CMD", "epochNotOver", "--before-its-end") { weekly in
      let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
      try weekly.folder.write(
        text.replacing("2026-01-05", with: "2066-01-04"), to: "plan.yaml")
      let store = weekly.folder.path + "/later.store"
      try Sluice.succeed(["ingest", weekly.plan, "--store", store])
      return [
        "close", "0", weekly.plan, "--store", store, "--out", weekly.folder.path + "/bundle",
      ]
    },
    store(
      "closing into a folder that is no bundle", "BUNDLE", "targetExists",
      "a folder that is no bundle"
    ) {
      $0.close(0, to: $0.folder.path)
    },
    store("an epoch left out", "STORE", "wrongEpoch", "expected epoch 1", closing: 1) {
      $0.close(2)
    },
    store(
      "a closed epoch of another plan", "STORE", "epochDiffers", "use the one of the closed bundle",
      closing: 1
    ) { weekly in
      let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
      try weekly.folder.write(
        text.replacing("budget: 4000", with: "budget: 4001"), to: "plan.yaml")
      return weekly.close(0, to: weekly.folder.path + "/other")
    },
    store("a name that is taken", "STORE", "bundleDiffers", "Choose another name", closing: 1) {
      $0.close(1, to: $0.bundle(0))
    },
    store(
      "unwinding what is closed", "STORE", "epochClosed", "paid by a signed correction", closing: 1
    ) { ["unwind", $0.plan, "--store", $0.store, "--to", "2026-01-11T23:59:59Z"] },
    store("unwound rows that were not taken again", "STORE", "notTakenAgain", "`sluice ingest`") {
      weekly in
      try Sluice.succeed(["unwind", weekly.plan, "--store", weekly.store, "--to", "1767600000"])
      return weekly.close(0)
    },
    store("unwinding to no time", "INPUT", "timeWithoutZone", "--to: found") {
      ["unwind", $0.plan, "--store", $0.store, "--to", "2026-01-20T00:00:00"]
    },
    store("unwinding to nothing", "CMD", "malformedArgument", "neither it nor --to-block") {
      ["unwind", $0.plan, "--store", $0.store]
    },
    store("unwinding to a time and a block", "CMD", "malformedArgument", "both it and") {
      $0.unwind + ["--to-block", "7"]
    },
    store("blocks without a table", "CMD", "unclearTable", "Name a time with --to") {
      ["unwind", $0.plan, "--store", $0.store, "--to-block", "7"]
    },
    BadInput("a block that is in no table", "CMD", "unknownBlock", "which is not in blocks1.csv") {
      try BlockProgram(in: $0).unwind(to: 12)
    },
    store("a plan without epochs", "CMD", "noEpochs", "needs only `sluice allocate`") { weekly in
      let arguments = try Launch().allocate(in: weekly.folder)
      return ["status", arguments[1], "--store", weekly.store]
    },
    store("a file that is gone", "STORE", "fileGone", "11 rows are in the store") { weekly in
      try weekly.folder.remove("staked.csv")
      // Other rows under another name are no way out.
      try weekly.folder.write("time,user,action,amount\n", to: "staked-2.csv")
      try weekly.edit("file: staked.csv", "file: staked-2.csv")
      return weekly.ingest
    },
    BadInput("the rows of another file", "STORE", "sameRows", "all rows of staked.csv") { folder in
      let weekly = try WeeklyProgram(in: folder, [("file: staked.csv", "file: staked*.csv")])
      try Sluice.succeed(weekly.ingest)
      try folder.write(try folder.read("staked.csv"), to: "staked-copy.csv")
      return weekly.ingest
    },
    store("a file that was cut off", "STORE", "wrongEnd", "without a line end") { weekly in
      let text = String(decoding: try weekly.folder.read("staked.csv"), as: UTF8.self)
      let row = "2026-02-01T00:00:00Z,0x1000000000000000000000000000000000000001,stake,1"
      try weekly.folder.write(text + row, to: "staked.csv")
      return weekly.ingest
    },
    store("a blank line at the end", "STORE", "wrongEnd", "found a blank line") { weekly in
      let text = String(decoding: try weekly.folder.read("staked.csv"), as: UTF8.self)
      try weekly.folder.write(text + "\r\n", to: "staked.csv")
      return weekly.ingest
    },
    store("files of which one was refused", "STORE", "ingestUnfinished", "`sluice ingest` again") {
      weekly in
      let text = try weekly.folder.read("quests.jsonl")
      try weekly.folder.write("", to: "quests.jsonl")
      #expect(try Sluice.run(weekly.ingest).status != 0)
      try weekly.folder.write(text, to: "quests.jsonl")
      return weekly.close(0)
    },
    store("keys that have a time", "CMD", "timedKeys", "use `sluice allocate`") { weekly in
      try weekly.edit(
        "  - name: quests\n    file",
        "  - {name: users, file: u.csv, key: k, time: t}\n"
          + "  - name: quests\n    file")
      try weekly.edit("account: player", "account: {key: player, in: users}")
      return weekly.ingest
    },
    plan(
      "a token of other decimals", "STORE", "otherSource", "source staked", "decimals: 18",
      "decimals: 8"),
    store("a source that was never taken", "CMD", "nothingIngested", "sluice ingest") { weekly in
      let text = String(decoding: try weekly.folder.read("plan.yaml"), as: UTF8.self)
      try weekly.folder.write(
        text.replacing("- name: quests\n    file", with: "- name: tasks\n    file")
          .replacing("from: quests", with: "from: tasks"), to: "plan.yaml")
      return weekly.close(0)
    },
    store(
      "an epoch to explain that is open", "CMD", "epochNotClosed", "expected 0 … 0", closing: 1
    ) { try explaining($0) + ["--epoch", "1"] },
    store("nothing closed to explain", "CMD", "epochNotClosed", "closed first", explaining),
  ]

  /// Of a store that was read before, so that what SQLite leaves beside it is there already.
  private static func explaining(_ weekly: WeeklyProgram) throws -> [String] {
    try Sluice.succeed(weekly.status)
    let account = "0x1000000000000000000000000000000000000001"
    return ["explain", weekly.plan, account, "--store", weekly.store]
  }
}
