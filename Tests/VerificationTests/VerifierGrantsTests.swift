import Testing
import Verification

@Suite("The verifier matches grants again")
struct VerifierGrantsTests {
  private func sample() throws -> VerifierSample {
    try VerifierSample.example("grants", "contributions.csv")
  }

  private func project(_ number: Int) -> String {
    "0x\(number)" + String(repeating: "0", count: 38) + "\(number)"
  }

  /// Matches by `quadratic` and `pairwise` of scripts/vectors/kinds.py, apportioned there by
  /// largest remainder: of 1942.7, 439.5, 200 and 200 all 1000; and 887.97 of 1000.
  @Test("The project's example comes to what a peer computes")
  func example() throws {
    let sample = try sample()
    #expect(try sample.verify().matches)
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        square,0,\(project(1)),698267231193661190006
        square,0,\(project(2)),157960352507690437669
        square,0,\(project(3)),71886208149324186163
        square,0,\(project(4)),71886208149324186162
        pairs,0,\(project(1)),844925506883121541805
        pairs,0,\(project(2)),35203975255721009327
        pairs,0,\(project(3)),3921568627450980392
        pairs,0,\(project(4)),3921568627450980392

        """)
    #expect(
      try sample.text("exclusions.csv") == """
        program,epoch,account,reason,value
        square,0,\(project(5)),zero-match,0
        square,0,\(project(6)),excluded-by-plan,0
        pairs,0,\(project(5)),zero-match,0
        pairs,0,\(project(6)),excluded-by-plan,0

        """)
    let commitment = try sample.text("commitment.json")
    #expect(commitment.contains("\"carry\":\"112027380606255488084\""))
  }

  @Test(
    "INV-014: another amount or reason is found",
    arguments: [
      ("bundle/allocations.csv", "3,71886208149324186163", "3,71886208149324186162"),
      ("bundle/allocations.csv", "2,35203975255721009327", "2,35203975255721009328"),
      ("bundle/exclusions.csv", "5,zero-match,0", "5,zero-weight,0"),
    ])
  func change(file: String, old: String, new: String) throws {
    let sample = try sample()
    try sample.edit(file, old, new)
    let difference = try sample.verify().difference
    let told = try #require(difference)
    #expect(new.hasSuffix("," + told.published) && old.hasSuffix("," + told.recomputed), "\(told)")
  }

  @Test("INV-014: another donor of a canonical row is found, with the raw files and without")
  func otherDonor() throws {
    let sample = try sample()
    try sample.edit("contributions.csv", "01,5\n", "02,5\n")
    let difference = try sample.verify().difference
    #expect(difference?.place.contains("contributions") == true)
  }

  /// Of three donors of 4 to project 1, its match is 3·2·4 = 24; project 2 is not on the list, and
  /// with it donors 1 and 2 would have shared 8 and not 4.
  @Test("A filter may ask another source who is eligible; gifts to others count nowhere")
  func eligible() throws {
    let plan = """
      version: 1
      name: Eligible
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - name: gifts
          file: gifts.csv
          columns: [{name: donor, type: address}, {name: given, type: amount, token: ACME}]
          duplicates: sum
        - {name: eligible, file: eligible.csv, columns: [{name: since, type: integer}]}
      programs:
        - name: round
          kind: grants
          campaign: main
          budget: 100
          from: gifts
          filter: listed(eligible)
          contributor: donor
          contribution: given
          match: pairwise
          pairwise_bound: 4

      """
    let gifts = (1...3).map { "\(project(1)),\(project($0 + 4)),4\n" }
    let others = (1...2).map { "\(project(2)),\(project($0 + 4)),4\n" }
    let sample = try VerifierSample.bundle(
      of: plan,
      [
        "gifts.csv": "account,donor,given\n" + (gifts + others).joined(),
        "eligible.csv": "account,since\n\(project(1)),1\n",
      ])
    #expect(try sample.verify().matches)
    // Every pair counts half: 24 / 2.
    #expect(
      try sample.text("allocations.csv")
        == "program,epoch,account,amount\nround,0,\(project(1)),12\n")
    #expect(
      try sample.text("exclusions.csv")
        == "program,epoch,account,reason,value\nround,0,\(project(2)),filtered-out,0\n")
  }
}
