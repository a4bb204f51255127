import Foundation
import TestKit
import Testing

/// Rows that cannot be read, in a plan that sets them aside.
private enum Quarantined {
  static let account = "0x00000000000000000000000000000000000000a1"

  static let plan = """
    version: 1
    name: With bad rows
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    sources:
      - name: staked
        file: staked.csv
        time: at
        positions: {amount: n}
        window: {start: 2027-01-01, end: 2027-01-02}
        bad_rows: quarantine
      - name: done
        file: done.jsonl
        time: at
        window: {start: 2027-01-01, end: 2027-01-02}
        columns: [{name: points, type: integer}]
        duplicates: sum
        bad_rows: quarantine
    programs:
      - {name: stakers, kind: staking, campaign: main, budget: 100, from: staked, weight: held}
      - {name: doers, kind: tasks, campaign: main, budget: 100, from: done, weight: points}
    """

  static let staked = """
    at,account,n
    1798761600,\(account),5
    1798761601,\(account),05
    1798761602,\(account),1e3
    1798761603,0xa1,5
    1798761604,\(account)
    never,\(account),5
    1798761605,0x00000000000000000000000000000000000000a2,7

    """

  static let done = """
    {"at":1798761600,"account":"\(account)","points":3}
    {"at":1798761601,"account":"\(account)"}
    {"at":1798761602,"account":"\(account)","points":-1}
    not an object
    {"at":1798761603,"account":"0x00000000000000000000000000000000000000a2","points":1}

    """
}

@Suite("Rows that cannot be read are set aside where the plan says so")
struct QuarantineTests {
  @Test("They are told, the others count, and a stranger leaves out the same")
  func setAside() throws {
    let folder = try TemporaryFolder()
    let plan = try folder.write(Quarantined.plan, to: "plan.yaml")
    try folder.write(Quarantined.staked, to: "staked.csv")
    try folder.write(Quarantined.done, to: "done.jsonl")
    let bundle = folder.path + "/bundle"
    let made = try Sluice.succeed(["allocate", plan, "--out", bundle])
    #expect(made.errors.components(separatedBy: "note: left out: ").count == 9, "\(made.errors)")
    for place in ["staked.csv:3", "staked.csv:4", "staked.csv:5", "staked.csv:6", "staked.csv:7"] {
      #expect(made.errors.contains(place), "\(place) in \(made.errors)")
    }
    let events = String(decoding: try folder.read("bundle/events/staked.csv"), as: UTF8.self)
    #expect(events.split(separator: "\n").count == 3)
    let rows = String(decoding: try folder.read("bundle/inputs/done.csv"), as: UTF8.self)
    #expect(rows.hasSuffix("a1,3\n0x00000000000000000000000000000000000000a2,1\n"), "\(rows)")
    let verified = try Sluice.succeed([
      "verify", bundle, "--plan", plan, "--inputs", folder.path,
    ])
    #expect(verified.output.contains("MATCH"))
  }

  @Test("A plan that does not say so is refused at the first of them")
  func refused() throws {
    let folder = try TemporaryFolder()
    let text = Quarantined.plan.replacing("        bad_rows: quarantine\n", with: "")
      .replacing("    bad_rows: quarantine\n", with: "")
    let plan = try folder.write(text, to: "plan.yaml")
    try folder.write(Quarantined.staked, to: "staked.csv")
    try folder.write(Quarantined.done, to: "done.jsonl")
    let result = try Sluice.run(["allocate", plan, "--out", folder.path + "/bundle"])
    #expect(result.status == 3 && result.errors.contains("staked.csv:3"))
  }
}
