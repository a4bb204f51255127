import Bundle
import DistributionModel
import Foundation
import TestKit
import Testing
import Verification

@Suite("The verifier follows redirects and caps clusters again")
struct VerifierRedirectTests {
  /// Accounts 1 and 2 are one person, who is capped at 40 of 100; account 3 has 40 and account 4
  /// the rest. What account 1 earns goes to 7, by the plan to 6 and by the list from there to 7.
  private static let plan = """
    version: 1
    name: Moved
    tokens:
      - {name: ACME, decimals: 0}
    campaigns:
      - {name: main, token: ACME}
    epochs: {start: 2027-01-01, length: 7d, count: 2}
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
      - {name: moved, file: moved.csv, columns: [{name: to, type: address}]}
    clusters: {source: people, column: person}
    redirects:
      - {source: moved, to: to}
      - {account: "\(hex(1))", to: "\(hex(6))", reason: Lost its key.}
    programs:
      - name: weekly
        kind: airdrop
        campaign: main
        budget: 200
        from: list
        weight: points
        cap: 40%
        cap_per: cluster
        emission: {shape: constant}

    """

  private static func hex(_ number: Int) -> String { VerifierSample.hex(UInt64(number)) }

  private static func table(_ header: String, _ rows: [(Int, String)]) -> [UInt8] {
    Array((header + "\n" + rows.map { "\(hex($0.0)),\($0.1)\n" }.joined()).utf8)
  }

  private func sample() throws -> VerifierSample {
    let sample = try VerifierSample(
      Self.plan,
      files: [
        "list.csv": Self.table("account,points", [(3, "2"), (1, "4"), (2, "3"), (4, "1")]),
        "people.csv": Self.table("account,person", [(2, "5"), (1, "5"), (9, "5")]),
        "moved.csv": Self.table(
          "account,to", [(6, Self.hex(7)), (8, "0x" + String(repeating: "0", count: 40))]),
      ])
    try sample.write(try sample.contents(), to: "0")
    try sample.write(try sample.contents(epoch: 1, parent: "0"), to: "bundle")
    return sample
  }

  @Test("INV-002, INV-029: allocations name who earned, entitlements who receives, in both epochs")
  func match() throws {
    let sample = try sample()
    for (bundle, sources) in [("0", sample.sources), ("bundle", sample.sources(parent: "0"))] {
      let report = try sample.verify(bundle, sources)
      #expect(report.matches, "\(report)")
    }
    #expect(try sample.verify().matches)
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        weekly,1,\(Self.hex(1)),23
        weekly,1,\(Self.hex(2)),17
        weekly,1,\(Self.hex(3)),40
        weekly,1,\(Self.hex(4)),20

        """)
    #expect(
      try sample.text("entitlements.csv") == """
        campaign,account,entitlement
        main,\(Self.hex(2)),34
        main,\(Self.hex(3)),80
        main,\(Self.hex(4)),40
        main,\(Self.hex(7)),46

        """)
    #expect(
      try sample.text("inputs/moved.csv").hasPrefix("account,to\n\(Self.hex(6)),7\n"))
    let loaded = try BundleReader.load(sample.path("bundle"))
    #expect(loaded.redirects.origins(of: VerifierSample.account(7)).count == 2)
  }

  /// Accounts 1, 2 and 4 earn 10 each. Account 1 stands in two rows that lead to 5, and 4 leads
  /// over 2 to 3, which the program shuts out.
  @Test(
    "INV-002: every row of a source redirects, and to whom a program excludes too",
    arguments: ["drop", "largest, duplicates_by: since", "sum"])
  func everyRow(duplicates: String) throws {
    let plan = """
      version: 1
      name: Moved
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
        - {name: moved, file: moved.csv, duplicates: \(duplicates),
           columns: [{name: to, type: address}, {name: since, type: integer}]}
      redirects: [{source: moved, to: to}]
      programs:
        - {name: season, kind: airdrop, campaign: main, budget: 30, from: list, weight: points,
           exclude: [{account: "\(Self.hex(3))", reason: Ours.}]}
      """
    let sample = try VerifierSample(
      plan,
      files: [
        "list.csv": Self.table("account,points", (1...4).map { ($0, "7") }),
        "moved.csv": Self.table(
          "account,to,since",
          [
            (1, "\(Self.hex(5)),1"), (4, "\(Self.hex(2)),1"), (2, "\(Self.hex(3)),1"),
            (1, "\(Self.hex(5)),2"),
          ]),
      ])
    try sample.write(try sample.contents())
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    #expect(
      try sample.text("entitlements.csv")
        == "campaign,account,entitlement\nmain,\(Self.hex(3)),20\nmain,\(Self.hex(5)),10\n")
  }

  @Test("INV-014: another target, reason, cluster or receiver is found")
  func changes() throws {
    for (file, old, new) in [
      ("bundle/plan.yaml", "Lost its key.", "Lost the key."),
      ("bundle/plan.yaml", "cap_per: cluster", "cap_per: account"),
      ("bundle/inputs/moved.csv", ",7\n", ",9\n"),
      ("bundle/inputs/people.csv", ",5\n", ",6\n"),
      ("bundle/entitlements.csv", Self.hex(7), Self.hex(8)),
    ] {
      let sample = try sample()
      try sample.edit(file, old, new)
      #expect(try sample.verify().difference != nil, "\(file) \(new)")
    }
  }

  @Test("A forged target is found though its hash is committed, and no address is refused in it")
  func forged() throws {
    let sample = try sample()
    try sample.editAndCommit("inputs/moved.csv", ",7\n", ",9\n")
    let difference = try #require(try sample.verify("bundle", .init()).difference)
    #expect(difference.place == "entitlements.csv" || difference.what.hasPrefix("parent root"))
    #expect(throws: BundleError.self) { try BundleReader.load(sample.path("bundle")) }
    let wide = try self.sample()
    let large = "1" + String(repeating: "0", count: 60)
    try wide.editAndCommit("inputs/moved.csv", ",7\n", ",\(large)\n")
    let error = #expect(throws: BundleError.self) { try BundleReader.load(wide.path("bundle")) }
    #expect(error?.kind == .malformedRow)
    let report = try? wide.verify("bundle", .init())
    #expect(report?.matches != true)
  }
}
