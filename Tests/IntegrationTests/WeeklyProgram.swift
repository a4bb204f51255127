import CanonicalJSON
import Foundation
import TestKit
import Testing

/// The example of `docs/guides/epochs.md` in a folder of its own, whose files grow.
struct WeeklyProgram {
  static let epochs = 4

  let folder: TemporaryFolder
  let plan: String
  var store: String { folder.path + "/rewards.store" }

  /// All lines of the example's files.
  private let staked: [String]
  private let quests: [String]

  /// - Parameter rows: how many rows of each file are there; all of them by default.
  init(
    rows: Int = .max, in folder: TemporaryFolder? = nil, _ edits: [(String, String)] = []
  ) throws {
    self.folder = try folder ?? TemporaryFolder()
    let folder = self.folder
    var text = try Project.text("Examples/staking/plan.yaml")
    for (old, new) in edits {
      #expect(text.contains(old))
      text = text.replacing(old, with: new)
    }
    plan = try folder.write(text, to: "plan.yaml")
    func lines(_ name: String) throws -> [String] {
      try Project.text("Examples/staking/" + name).split(separator: "\n").map(String.init)
    }
    staked = try lines("staked.csv")
    quests = try lines("quests.jsonl")
    try grow(to: rows)
  }

  /// Writes the files anew with so many rows.
  func grow(to rows: Int, and more: String = "") throws {
    let changes = staked.prefix(rows == .max ? .max : rows + 1)
    try folder.write(changes.map { $0 + "\n" }.joined() + more, to: "staked.csv")
    try folder.write(quests.prefix(rows).map { $0 + "\n" }.joined(), to: "quests.jsonl")
  }

  /// Writes the changes anew as the chain has them that reorganised on 2026-01-20: the last four
  /// rows are gone, and others are there.
  func reorganise() throws {
    let account = "0x2000000000000000000000000000000000000002"
    let tail = """
      2026-01-20T00:00:00Z,\(account),stake,70
      2026-01-24T06:00:00Z,0x4000000000000000000000000000000000000004,stake,900
      2026-01-27T00:00:00Z,\(account),unstake,10
      2026-02-01T12:00:01Z,0x4000000000000000000000000000000000000004,unstake,900

      """
    try folder.write(staked.prefix(8).map { $0 + "\n" }.joined() + tail, to: "staked.csv")
  }

  /// Replaces a text of the plan.
  func edit(_ old: String, _ new: String) throws {
    let text = String(decoding: try folder.read("plan.yaml"), as: UTF8.self)
    #expect(text.contains(old), "nothing to replace: \(old)")
    try folder.write(text.replacing(old, with: new), to: "plan.yaml")
  }

  /// So many rows of the changes are before the end of an epoch.
  static let rowsUntilEnd = [3, 6, 9, 11]

  func bundle(_ epoch: Int) -> String { "\(folder.path)/epoch-\(epoch)" }

  var ingest: [String] { ["ingest", plan, "--store", store] }
  /// Of the chain's last common day.
  var unwind: [String] { ["unwind", plan, "--store", store, "--to", "2026-01-20T00:00:00Z"] }
  var status: [String] { ["status", plan, "--store", store, "--json"] }

  func close(_ epoch: Int, to out: String? = nil) -> [String] {
    ["close", "\(epoch)", plan, "--store", store, "--out", out ?? bundle(epoch)]
  }

  /// What `allocate` makes of the whole files.
  func allocate(_ epoch: Int, to out: String, parent: String?) -> [String] {
    ["allocate", plan, "--epoch", "\(epoch)", "--out", out]
      + (parent.map { ["--parent", $0] } ?? [])
  }

  /// The files of a bundle, by name.
  static func files(_ bundle: String) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: bundle)
    return try names.reduce(into: [:]) { files, name in
      var isFolder: ObjCBool = false
      let path = bundle + "/" + name
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
        !isFolder.boolValue
      else { return }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
    }
  }

  /// The bundles of all epochs as nobody stopped their making, by epoch.
  static func uninterrupted(isReorganised: Bool = false) throws -> [[String: Data]] {
    let weekly = try WeeklyProgram()
    if isReorganised { try weekly.reorganise() }
    try Sluice.succeed(weekly.ingest)
    return try (0..<epochs).map { epoch in
      try Sluice.succeed(weekly.close(epoch))
      return try files(weekly.bundle(epoch))
    }
  }
}
