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
      "a late row", "STORE", "lateRow", "quests.jsonl, line 7: found a row of 1768175999 seconds",
      closing: 1
    ) { weekly in
      let text = String(decoding: try weekly.folder.read("quests.jsonl"), as: UTF8.self)
      let late =
        "{\"finished\": 1768175999, \"player\": \"0x1000000000000000000000000000000000000001\", "
        + "\"points\": 1}\n"
      try weekly.folder.write(text + late, to: "quests.jsonl")
      return weekly.ingest
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
    store("a plan without epochs", "CMD", "noEpochs", "needs only `sluice allocate`") { weekly in
      let arguments = try Launch().allocate(in: weekly.folder)
      return ["status", arguments[1], "--store", weekly.store]
    },
    store("a plan without times", "CMD", "noTimes", "found no source with `time`") { weekly in
      let text = "epochs: {start: 2026-01-05, length: 7d, count: 4}\nsources:"
      let arguments = try Launch().replacing("sources:", text)
        .replacing("name: Test", "name: Weekly rewards").allocate(in: weekly.folder)
      return ["ingest", arguments[1], "--store", weekly.store]
    },
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
