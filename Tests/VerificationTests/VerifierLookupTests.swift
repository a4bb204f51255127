import Bundle
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

private typealias Given = VerifierSample

@Suite("The verifier chooses rows and looks accounts up by itself")
struct VerifierLookupTests {
  private static let plan = """
    version: 1
    name: Lookups
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    sources:
      - {name: people, file: people.json, within: rows, key: handle,
         duplicates: sum}
      - {name: projects, file: projects.csv, key: id, account: {key: owner, in: people},
         where: {is_eligible: [True]}, duplicates: sum}
      - {name: usage, file: usage.jsonl, account: {key: project, in: projects},
         unknown_keys: skip, where: {chain: [BASE, MODE]},
         columns: [{name: users, type: decimal, places: 1}], duplicates: drop}
    programs:
      - {name: rewards, kind: airdrop, campaign: main, budget: 1000, from: usage, weight: users}
    """

  private static let people = """
    {"round": 7, "rows": {
      "\(Given.hex(1))": {"handle": "ann"}, "\(Given.hex(2))": {"handle": "bob"},
      "\(Given.hex(3))": {"handle": "cy"}}}
    """

  private static let projects = """
    id,owner,is_eligible
    p1,ann,True
    p2,bob,True
    p3,cy,False
    p4,cy,True

    """

  private static let usage = """
    {"project":"p1","chain":"BASE","users":10.5}
    {"project":"p2","chain":"MODE","users":"4.5"}
    {"project":"p3","chain":"MODE","users":9}
    {"project":"p9","chain":"MODE","users":9}
    {"project":"p4","chain":"BASE","users":1}
    {"project":"p4","chain":"MODE","users":2}
    {"project":"p1","chain":"base","users":"many"}

    """

  private func sample() throws -> VerifierSample {
    try VerifierSample(
      Self.plan,
      files: [
        "people.json": Array(Self.people.utf8), "projects.csv": Array(Self.projects.utf8),
        "usage.jsonl": Array(Self.usage.utf8),
      ])
  }

  @Test("INV-002: rows by conditions, and accounts by keys of keys, with the raw files at hand")
  func match() throws {
    let sample = try sample()
    try sample.write(try sample.contents())
    let report = try sample.verify()
    #expect(report.difference == nil && report.matches)
    #expect(
      String(decoding: try sample.bytes("bundle/inputs/usage.csv"), as: UTF8.self) == """
        account,users
        \(Given.hex(1)),105
        \(Given.hex(2)),45
        \(Given.hex(3)),10
        \(Given.hex(3)),20

        """)
    let allocations = String(decoding: try sample.bytes("bundle/allocations.csv"), as: UTF8.self)
    #expect(allocations.contains("\(Given.hex(1)),700\n"))
    #expect(allocations.contains("\(Given.hex(2)),300\n"))
    let exclusions = String(decoding: try sample.bytes("bundle/exclusions.csv"), as: UTF8.self)
    #expect(exclusions.contains("rewards,0,\(Given.hex(3)),duplicate,0\n"))
  }

  @Test(
    "INV-032: a row that counts or not, or another account behind a key, is found in the raw files",
    arguments: [
      ("projects.csv", "p2,bob,True", "p2,bob,False"),
      ("projects.csv", "p3,cy,False", "p3,cy,True"), ("projects.csv", "p2,bob", "p2,cy"),
      ("people.json", "\"bob\"", "\"p\""), ("usage.jsonl", "\"base\"", "\"BASES\""),
      ("usage.jsonl", "\"BASE\",\"users\":10.5", "\"BASE \",\"users\":10.5"),
      ("usage.jsonl", "\"p9\"", "\"p2\""),
    ])
  func changed(file: String, old: String, new: String) throws {
    let sample = try sample()
    try sample.write(try sample.contents())
    try sample.edit(file, old, new)
    let isHarmless = new.contains("BASES")
    do {
      #expect(try sample.verify().matches == isHarmless)
    } catch {
      // A key that nobody has, or a text with a blank after it: they cannot be compared.
      let isBlank = new.contains("BASE ")
      #expect(error.kind == .malformedLine && (file == "people.json" || isBlank))
    }
  }

  @Test("A key twice cannot be compared")
  func twice() throws {
    let sample = try sample()
    try sample.write(try sample.contents())
    try sample.append("p1,bob,True\n", to: "projects.csv")
    #expect(throws: VerificationFailure.self) { try sample.verify() }
  }
}
