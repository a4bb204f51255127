import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting
import Testing

@Suite("Amounts, tables and reviews as text")
struct ReviewTextTests {
  @Test("Amounts are exact, with a point where the token has decimals, without zeros at the end")
  func amounts() throws {
    let cases: [(String, Int, String)] = [
      ("0", 0, "0"), ("0", 18, "0"), ("1", 0, "1"), ("1", 2, "0.01"), ("10", 2, "0.1"),
      ("100", 2, "1"), ("1500000", 6, "1.5"), ("1500000", 0, "1500000"),
      ("123456789", 4, "12345.6789"),
      (
        "115792089237316195423570985008687907853269984665640564039457584007913129639935", 27,
        "115792089237316195423570985008687907853269984665640.564039457584007913129639935"
      ),
    ]
    for (units, decimals, text) in cases {
      #expect(TokenAmountText.whole(try UInt256(decimal: units), decimals: decimals) == text)
    }
    let token = Token(name: "ACME", symbol: "A", decimals: 1)
    #expect(TokenAmountText.text(units(15), of: token) == "1.5 A")
  }

  @Test("Percentages have two decimals, rounded down; of nothing there is none")
  func percentages() {
    #expect(TokenAmountText.percentage(units(1), of: units(3)) == "33.33 %")
    #expect(TokenAmountText.percentage(units(2), of: units(3)) == "66.66 %")
    #expect(TokenAmountText.percentage(units(1), of: units(2000)) == "0.05 %")
    #expect(TokenAmountText.percentage(.max, of: .max) == "100.00 %")
    #expect(TokenAmountText.percentage(.zero, of: units(5)) == "0.00 %")
    #expect(TokenAmountText.percentage(units(1), of: .zero) == "–")
  }

  @Test("Columns are as wide as their widest cell, and lines end without blanks")
  func table() {
    var table = TextTable([("name", .left), ("n", .right), ("note", .left)])
    #expect(table.isEmpty)
    table.add(["a", "12", ""])
    table.add(["longer", "3", "x"])
    #expect(table.lines == ["  name     n  note", "  a       12", "  longer   3  x"])
    #expect(!table.isEmpty)
  }

  @Test("A review tells budgets, recipients, emission and unlocks")
  func review() throws {
    let plan = """
      version: 1
      name: Reviewed
      tokens: [{name: ACME, symbol: ACM, decimals: 1, supply: 100}]
      campaigns:
        - {name: main, token: ACME}
        - name: team
          token: ACME
          vesting: {shape: steps, start: "2027-01-31T00:00:00Z", initial: 10%, every: 1 month,
            count: 3}
      epochs: {start: "2027-01-01T00:00:00Z", length: 7d, count: 14}
      sources:
        - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      programs:
        - {name: rewards, kind: airdrop, campaign: main, budget: 14, from: list, weight: points,
           emission: {shape: constant}}
        - {name: founders, kind: premine, campaign: team, budget: 30,
           recipients: [{account: "0x0000000000000000000000000000000000000009", amount: 30}]}
      """
    let parsed = try PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan
    let review = try PlanReviewing.review(
      parsed, rows: ["list": rows("list", [(1, 1), (2, 0), (3, 2)]).rows])
    let text = PlanReviewText.lines(review).joined(separator: "\n")
    #expect(
      text == """
        Plan Reviewed

        Tokens
          token  decimals  supply  in programs  of supply  left
          ACM           1     100           44    44.00 %    56

        Programs
          program   kind     campaign  budget  recipients  refused  allocated  carry
          rewards   airdrop  main      14 ACM           2        1          1      0
          founders  premine  team      30 ACM           1        0         30      0

        Emission of rewards
          epoch   emitted  so far  of budget
              0         1       1     7.14 %
              1         1       2    14.28 %
              2         1       3    21.42 %
              3         1       4    28.57 %
              4         1       5    35.71 %
              5         1       6    42.85 %
              …  (2 more)
              8         1       9    64.28 %
              9         1      10    71.42 %
             10         1      11    78.57 %
             11         1      12    85.71 %
             12         1      13    92.85 %
             13         1      14   100.00 %

        Campaign main: free at once
          14 ACM

        Campaign team: unlock schedule
          time                    free  of campaign
          2027-01-31T00:00:00Z   3 ACM      10.00 %
          2027-02-28T00:00:00Z  12 ACM      40.00 %
          2027-03-31T00:00:00Z  21 ACM      70.00 %
          2027-04-30T00:00:00Z  30 ACM     100.00 %

        Draft: no `deployment` is named for main, team, so the proofs of a bundle would be good \
        nowhere yet.
        """)
  }

  @Test("A token without supply and a plan with contracts leave out what they cannot tell")
  func withoutSupply() throws {
    let parsed = try PlanFile.parse(Array(Plans.deployed.utf8), file: "plan.yaml").plan
    let review = try PlanReviewing.review(
      parsed, rows: ["list": rows("list", [(1, 1)]).rows])
    let lines = PlanReviewText.lines(review)
    #expect(lines.contains("  ACME          0  not stated          107          –     –"))
    #expect(!lines.contains { $0.hasPrefix("Draft") })
    let one = try PlanFile.parse(
      Array(Plans.once().utf8), file: "plan.yaml").plan
    let draft = try PlanReviewing.review(one, rows: ["list": rows("list", [(1, 1)]).rows])
    let last = PlanReviewText.lines(draft).last ?? ""
    #expect(last.hasPrefix("Draft: no `deployment` is named for main, so"))
  }
}
