import Testing
import Verification

@Suite("The verifier computes caps and floors again")
struct VerifierShapingTests {
  /// 100 ACME by 60, 20, 12, 7 and 1 points; the cap of account 1 is 30, of the others 40. The last
  /// one's quota, 70 · 1/40, is below 2: 70 are shared 20 : 12 : 7, in tenths.
  private static let plan = """
    version: 1
    name: Shaped
    tokens:
      - {name: ACME, decimals: 2}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: list
        file: list.csv
        columns: [{name: points, type: integer}]
    programs:
      - name: split
        kind: airdrop
        campaign: main
        budget: 100.05
        from: list
        weight: points
        cap: if(points > 50, 30, 40)
        floor: 2
        unit: 0.1
      - name: even
        kind: airdrop
        campaign: main
        budget: 10
        from: list
        weight: points
        cap: 30%
        floor: 1
        below_floor: raise
        rounding: floor
      - name: fixed
        kind: airdrop
        campaign: main
        budget: 92
        from: list
        amount: points * 1
        floor: 10
        unallocated: refuse

    """

  private static let list = """
    account,points
    0x0000000000000000000000000000000000000003,12
    0x0000000000000000000000000000000000000001,60
    0x0000000000000000000000000000000000000002,20
    0x0000000000000000000000000000000000000004,7
    0x0000000000000000000000000000000000000005,1

    """

  private func sample() throws -> VerifierSample {
    try VerifierSample.bundle(of: Self.plan, ["list.csv": Self.list])
  }

  @Test("INV-002: computed caps, floors of both kinds and a unit match what is worked out by hand")
  func match() throws {
    let sample = try sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    let account = "0x000000000000000000000000000000000000000"
    // split: 1000 units of 0.1, 300 to the first. 700 · 1/40 are 17.5 for the last, below 20.
    // 700 · 20/39 = 358.97, 12: 215.38, 7: 125.64; two units are left, for the .97 and the .64.
    // even: 1000 base units, 300 at most and 100 at least. The first two are capped and the last
    // one is raised; 300 are shared 12 : 7, 189.47 and 110.53.
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        split,0,\(account)1,3000
        split,0,\(account)2,3590
        split,0,\(account)3,2150
        split,0,\(account)4,1260
        even,0,\(account)1,300
        even,0,\(account)2,300
        even,0,\(account)3,189
        even,0,\(account)4,110
        even,0,\(account)5,100
        fixed,0,\(account)1,6000
        fixed,0,\(account)2,2000
        fixed,0,\(account)3,1200

        """)
    #expect(
      try sample.text("exclusions.csv") == """
        program,epoch,account,reason,value
        split,0,\(account)5,below-floor,1
        fixed,0,\(account)4,below-floor,700
        fixed,0,\(account)5,below-floor,100

        """)
  }

  @Test(
    "INV-014: a changed cap, floor or unit, amount or reason is found",
    arguments: [
      ("bundle/plan.yaml", "30, 40)", "31, 40)"), ("bundle/plan.yaml", "floor: 2", "floor: 1"),
      ("bundle/plan.yaml", "unit: 0.1", "unit: 0.2"), ("bundle/plan.yaml", "raise", "leave"),
      ("bundle/allocations.csv", "1,3000", "1,3001"),
      ("bundle/exclusions.csv", "below-floor,1\n", "below-one-unit,1\n"),
    ])
  func change(file: String, old: String, new: String) throws {
    let sample = try sample()
    try sample.edit(file, old, new)
    #expect(try sample.verify().difference != nil)
  }
}
