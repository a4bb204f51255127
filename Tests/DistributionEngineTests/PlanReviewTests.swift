import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Testing

@testable import Reporting

@Suite("What check shows of a plan")
struct PlanReviewTests {
  private func review(_ plan: String, _ inputs: [SourceInput]?) throws -> PlanReview {
    let parsed = try PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan
    let rows = inputs.map { inputs in
      Dictionary(uniqueKeysWithValues: inputs.map { ($0.rows.source, $0.rows) })
    }
    return try PlanReviewing.review(parsed, rows: rows)
  }

  /// 14 to points over 14 weeks, 30 to a founder in a tenth and three months.
  private static let plan = """
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
      - {name: founders, kind: premine, campaign: team, budget: 30, insiders: true, group: people,
         recipients: [{account: "0x0000000000000000000000000000000000000009", amount: 30}]}
    guards:
      - {measure: largest, at_most: 60%}
      - {measure: nakamoto, threshold: 50%, at_least: 2, at: fully-vested}
      - {measure: insiders, at_most: 75%, at: every}
    """

  // Weeks that are over: 0 on January 1st, 1 on the 8th, 4 on the 31st and February 1st, 8 on
  // February 28th and March 1st, 12 on March 31st and April 1st, all 14 on April 9th; 1 a week.
  // The founder: 3 on January 31st, 12 on February 28th, 21 on March 31st, 30 on April 30th.
  // The chart has 30 signs for 44 tokens.
  @Test("A review tells supply, what is free when, recipients, concentration and guards")
  func whole() throws {
    let review = try review(Self.plan, [rows("list", [(1, 1), (2, 0), (3, 2)])])
    #expect(
      PlanReviewText.lines(review).joined(separator: "\n") == """
        Plan Reviewed

        Supply of ACM: 100
          program       kind     group    insiders  campaign  budget  of supply
          rewards       airdrop  rewards            main          14    14.00 %
          founders      premine  people   yes       team          30    30.00 %
          all programs                                            44    44.00 %
          insiders                                                30    30.00 %
          not planned                                             56    56.00 %

        Free by date, of the budgets of ACM: launch is 2027-01-01
          date        free  of supply      new  insiders
          2027-01-01     0     0.00 %   0.00 %         –
          2027-01-08     1     1.00 %   1.00 %    0.00 %
          2027-01-31     7     7.00 %   6.00 %   42.85 %  ██▓▓
          2027-02-01     7     7.00 %   0.00 %   42.85 %  ██▓▓
          2027-02-28    20    20.00 %  13.00 %   60.00 %  █████▓▓▓▓▓▓▓▓
          2027-03-01    20    20.00 %   0.00 %   60.00 %  █████▓▓▓▓▓▓▓▓
          2027-04-01    33    33.00 %  13.00 %   63.63 %  ████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓
          2027-04-09    35    35.00 %   2.00 %   60.00 %  █████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓
          2027-04-30    44    44.00 %   9.00 %   68.18 %  █████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓

          campaign  of supply  free
          █ main      14.00 %  by epoch, 2027-01-01 to 2027-04-09
          ▓ team      30.00 %  10% on 2027-01-31, then 3 monthly steps to 2027-04-30

        Emission
          program  shape     epochs  first  last  all
          rewards  constant      14      1     1   14

        Epoch 0
          program   recipients  refused  allocated  carry
          rewards            2        1          1      0
          founders           1        0         30      0

        Concentration of ACM per account, of what epoch 0 allocates
          date        holders    Gini     HHI  33%  50%  67%  largest    top 10
          2027-01-01        2  0.2000  0.5800    1    1    1  70.00 %  100.00 %
          2027-01-31        3  0.4500  0.5987    1    1    1  75.00 %  100.00 %
          2027-02-28        3  0.6000  0.8555    1    1    1  92.30 %  100.00 %
          2027-04-01        3  0.6272  0.9123    1    1    1  95.45 %  100.00 %
          2027-04-30        3  0.6387  0.9371    1    1    1  96.77 %  100.00 %
          33%, 50%, 67%: how many of the largest have more than that together (Nakamoto)

        Guards
          FAILS  the largest account's part of ACME: 70% at launch, at most 60%
          FAILS  the accounts that have more than 50% of ACME: 1 on 2027-04-30, at least 2
          holds  the insiders' part of ACME: 68.1818182% on 2027-04-30, at most 75%

        Draft: no `deployment` is named for main, team, so the proofs of a bundle would be \
        good nowhere yet.
        """)
  }

  @Test("Without inputs the plan alone is shown, and guards that need more are open")
  func alone() throws {
    let lines = PlanReviewText.lines(try review(Self.plan, nil))
    #expect(lines.contains("Supply of ACM: 100"))
    #expect(lines.contains("  2027-04-30    44    44.00 %   9.00 %   68.18 %  " + bar(9, 21)))
    #expect(!lines.contains("Epoch 0") && !lines.contains { $0.hasPrefix("Concentration") })
    #expect(
      lines.contains("  open   the largest account's part of ACME, at most 60%: needs inputs"))
    #expect(lines.contains { $0.hasPrefix("  holds  the insiders' part of ACME: 68.1818182%") })
  }

  private func bar(_ first: Int, _ second: Int) -> String {
    String(repeating: "█", count: first) + String(repeating: "▓", count: second)
  }

  @Test("A chart takes the width that is there, and none where it would be too narrow")
  func widths() throws {
    let review = try review(Self.plan, nil)
    for width in [80, 100, 120] {
      let lines = PlanReviewText.lines(review, width: width)
      let chart = lines.filter { $0.hasPrefix("  2027") }
      #expect(chart.map(\.count).max() == width)
      #expect(lines.filter { !$0.hasPrefix("Draft") }.allSatisfy { $0.count <= width })
    }
    let narrow = PlanReviewText.lines(review, width: 60)
    #expect(narrow.contains("  2027-04-30    44    44.00 %   9.00 %   68.18 %"))
  }

  @Test("A token without supply and a plan with contracts leave out what they cannot tell")
  func withoutSupply() throws {
    let lines = PlanReviewText.lines(try review(Plans.deployed, [rows("list", [(1, 1)])]))
    #expect(lines.contains("Supply of ACME: not stated"))
    #expect(lines.contains("  rewards       airdrop  main         100     93.45 %"))
    #expect(!lines.contains { $0.contains("not planned") || $0.contains("insiders") })
    #expect(!lines.contains { $0.hasPrefix("Draft") || $0 == "Guards" })
    let draft = PlanReviewText.lines(try review(Plans.once(), [rows("list", [(1, 1)])]))
    #expect(draft.last?.hasPrefix("Draft: no `deployment` is named for main, so") ?? false)
    #expect(draft.contains("Free by date, of the budgets of ACME: launch has no date"))
    #expect(draft.contains { $0.hasPrefix("  launch    10    100.00 %  100.00 %  ███") })
  }

  @Test("More campaigns than signs: the smaller ones share one")
  func manyCampaigns() throws {
    func fills(_ budgets: [Int]) throws -> [String] {
      let campaigns = budgets.indices.map { "{name: c\($0), token: ACME}" }.joined(separator: ", ")
      let programs = budgets.enumerated().map { index, budget in
        """
          - {name: p\(index), kind: premine, campaign: c\(index), budget: \(budget),
             recipients: [{account: "\(account(9).hex)", amount: \(budget)}]}
        """
      }
      let plan = """
        version: 1
        name: Many
        tokens: [{name: ACME, decimals: 0}]
        campaigns: [\(campaigns)]
        programs:

        """
      let schedule = try review(plan + programs.joined(separator: "\n"), []).schedules[0]
      let chart = UnlockChartText(schedule)
      return budgets.indices.map { "\(chart.fill($0))" } + [chart.bar(at: 0, width: 20)]
    }
    #expect(
      try fills([1, 1, 1, 1, 1, 1, 1, 1]) == [
        "█", "▓", "▒", "░", "=", "+", "-", ".", "██▓▓▓▒▒░░░==+++--...",
      ])
    // 2 + … + 10 are 54: the two smallest share the last sign.
    #expect(
      try fills([2, 10, 9, 8, 7, 6, 5, 4, 3]) == [
        ".", "█", "▓", "▒", "░", "=", "+", "-", ".", "████▓▓▓▒▒▒░░░==++-..",
      ])
  }

  @Test(
    "Schedules in words",
    arguments: [
      ("{shape: immediate}", "at launch"),
      (
        "{shape: linear, start: 2027-01-01, duration: 1460d, cliff: 365d}",
        "linear, 2027-01-01 to 2030-12-31, first on 2028-01-01"
      ),
      (
        "{shape: linear, start: 2027-01-01, duration: 36h, initial: 12.5%}",
        "12.5% on 2027-01-01, then linear to 2027-01-02T12:00:00Z"
      ),
      (
        "{shape: steps, start: 2027-01-31, every: 3 months, count: 8}",
        "8 steps of 3 months, 2027-01-31 to 2029-01-31"
      ),
      (
        "{shape: steps, start: 2027-01-01, every: 1d12h, count: 1, initial: 5%}",
        "5% on 2027-01-01, then 1 step of 1d12h to 2027-01-02T12:00:00Z"
      ),
      (
        "{shape: tranches, tranches: [{at: 2027-01-01, share: 40%}, {at: 2027-07-01, share: 60%}]}",
        "40% on 2027-01-01, 60% on 2027-07-01"
      ),
      (
        "{shape: tranches, tranches: [{at: 2027-01-01, share: 40%}, {at: 2027-07-01, share: 20%}, "
          + "{at: 2027-08-01, share: 20%}, {at: 2027-09-01, share: 20%}]}",
        "4 tranches, 2027-01-01 to 2027-09-01"
      ),
      (
        "{shape: exponential, start: 2027-01-01, half_life: 180d, cliff: 1d, duration: 360d}",
        "halving every 180d, 2027-01-01 to 2027-12-27, first on 2027-01-02"
      ),
    ])
  func words(schedule: String, words: String) throws {
    let plan = Plans.once(campaigns: "{name: main, token: ACME, vesting: \(schedule)}")
    let row = try review(plan, nil).supply[0].rows[0]
    #expect(VestingText.words(row.campaign.vesting, end: row.end) == words)
  }
}
