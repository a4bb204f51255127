import Testing
import Verification

@Suite("The verifier computes expressions again")
struct VerifierExpressionTests {
  private static let plan = """
    version: 1
    name: Expressions
    tokens:
      - {name: ACME, decimals: 2}
      - {name: USD, decimals: 2}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: list
        file: list.csv
        columns:
          - {name: points, type: integer}
          - {name: paid, type: amount, token: USD, unit: token}
    programs:
      - name: split
        kind: airdrop
        campaign: main
        budget: 0.28
        from: list
        values:
          - {name: root, value: "sqrt(points, 0)"}
        filter: >-
          points >= 10
          and paid > 0
        weight: root * 2
        exclude: [{account: "0x0000000000000000000000000000000000000005", reason: An exchange.}]
      - name: fixed
        kind: airdrop
        campaign: main
        budget: 1.5
        from: list
        amount: tiers(points, from 20 -> 0.5, else 0)

    """

  private static let list = """
    account,points,paid
    0x0000000000000000000000000000000000000003,25,0
    0x0000000000000000000000000000000000000001,16,1.5
    0x0000000000000000000000000000000000000002,9,3
    0x0000000000000000000000000000000000000004,100,2.25
    0x0000000000000000000000000000000000000005,36,0.5

    """

  private func sample() throws -> VerifierSample {
    try VerifierSample.bundle(of: Self.plan, ["list.csv": Self.list])
  }

  @Test("INV-002: a filter, a named value, a computed weight and a computed amount match")
  func match() throws {
    let sample = try sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    let account = "0x000000000000000000000000000000000000000"
    #expect(
      try sample.text("exclusions.csv") == """
        program,epoch,account,reason,value
        split,0,\(account)2,filtered-out,9
        split,0,\(account)3,filtered-out,0
        split,0,\(account)5,excluded-by-plan,0
        fixed,0,\(account)1,zero-amount,0
        fixed,0,\(account)2,zero-amount,0

        """)
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        split,0,\(account)1,8
        split,0,\(account)4,20
        fixed,0,\(account)3,50
        fixed,0,\(account)4,50
        fixed,0,\(account)5,50

        """)
  }

  /// Scores 6, 15 · 1.25 and 30 · 2 of accounts 2, 3 and 4; a third of 84.75 caps the last one at
  /// 28.25. 50 000 tokens are split by 6, 18.75 and 28.25 of 53: two units are left over, for the
  /// remainders of accounts 2 and 3.
  @Test("The project's example of weights comes to what was worked out by hand")
  func example() throws {
    let sample = try VerifierSample.example("weights", "activity.csv")
    #expect(try sample.verify().matches)
    let account = "0x100000000000000000000000000000000000000"
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        season,0,\(account)2,5660377358490566037736
        season,0,\(account)3,17688679245283018867924
        season,0,\(account)4,26650943396226415094340
        prizes,0,\(account)1,300000000000000000000
        prizes,0,\(account)4,100000000000000000000
        prizes,0,\(account)6,600000000000000000000

        """)
    #expect(
      try sample.text("exclusions.csv") == """
        program,epoch,account,reason,value
        season,0,\(account)1,filtered-out,4
        season,0,\(account)5,filtered-out,0
        season,0,\(account)6,excluded-by-plan,0
        prizes,0,\(account)2,filtered-out,5
        prizes,0,\(account)3,filtered-out,4
        prizes,0,\(account)5,filtered-out,6

        """)
  }

  @Test(
    "INV-014: a changed value, reason or amount is found",
    arguments: [
      ("bundle/exclusions.csv", "filtered-out,9", "filtered-out,9.5"),
      ("bundle/exclusions.csv", "filtered-out,0", "zero-weight,0"),
      ("bundle/allocations.csv", "4,20", "4,21"),
    ])
  func change(file: String, old: String, new: String) throws {
    let sample = try sample()
    try sample.edit(file, old, new)
    let difference = try sample.verify().difference
    let told = try #require(difference)
    let lines = [(told.published, new), (told.recomputed, old)]
    #expect(lines.allSatisfy { $0.hasSuffix($1) || $1.hasSuffix("," + $0) }, "\(told)")
  }
}
