import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting
import TestKit
import Testing

/// Redirects, clusters, a private column, a raffle and a round of grants in one plan.
private let plan = """
  version: 1
  name: Kinds
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  clusters: {source: people, column: person}
  redirects:
    - {account: "0x0000000000000000000000000000000000000001",
       to: "0x0000000000000000000000000000000000000009", reason: Lost its key.}
    - {source: moves, to: to}
  sources:
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
    - {name: moves, file: moves.csv, columns: [{name: to, type: address}]}
    - {name: kyc, file: kyc.csv, columns: [{name: score, type: integer, private: true}]}
    - name: gifts
      file: gifts.csv
      columns: [{name: donor, type: address}, {name: given, type: amount, token: ACME}]
      duplicates: sum
  programs:
    - {name: users, kind: airdrop, campaign: main, budget: 100, from: list, weight: points}
    - {name: checked, kind: airdrop, campaign: main, budget: 10, from: kyc, weight: score}
    - {name: round, kind: grants, campaign: main, budget: 100, from: gifts, contributor: donor,
       contribution: given, match: quadratic}
    - name: raffle
      kind: raffle
      campaign: main
      budget: 60
      from: list
      raffle:
        seed_hash: 0xeac96006cc9c033ca9c51ce6e6cf69c07a2515acd567882aed75279a632efb06
        beacon: the prevRandao of block 21000000 of chain 1
        prizes: [30, 20, 10]
        seed: 0x41e5aba9bc29d5deba1446b2927a89852491585958820de4adfff8387485e9e8
        beacon_value: 0x6e788c29185fc77a876a2c542dac72719eef65a0088bd26fa9b0a12b11f4bff1
  """

@Suite("What only some plans have, in figures")
struct SummaryKindTests {
  private func contents(_ list: [(UInt64, UInt64)]) throws -> BundleContents {
    let gifts: [(UInt64, UInt64, UInt64)] = [
      (4, 21, 4), (4, 22, 9), (4, 23, 1), (5, 21, 100), (5, 22, 1), (6, 24, 50),
    ]
    let inputs = [
      rows("list", list), rows("people", [(2, 7), (3, 7)]), rows("moves", [(2, 9), (8, 9)]),
      rows("kyc", [(4, 1), (5, 1)]),
      SourceInput(
        rows: SourceRows(
          source: "gifts", accounts: gifts.map { account($0.0) },
          values: [gifts.map { units($0.1) }, gifts.map { units($0.2) }],
          lines: gifts.indices.map { UInt32($0 + 2) }),
        rawHash: .zero, unusedColumns: []),
    ]
    return try BundleMaking.contents(
      of: BundleMaking.Request(
        plan: try PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan,
        planBytes: Array(plan.utf8),
        inputs: Dictionary(uniqueKeysWithValues: inputs.map { ($0.rows.source, $0) }),
        epoch: EpochIndex(0), parent: nil, engine: "test", secret: Array("secret".utf8)))
  }

  private func summary(_ list: [(UInt64, UInt64)] = Self.list) throws -> BundleSummary {
    let contents = try contents(list)
    return Summarizing.summary(of: contents, try contents.commit().commitment)
  }

  private static let list: [(UInt64, UInt64)] = [(1, 10), (2, 20), (3, 30), (4, 40)]

  @Test("INV-004: the page is the same before a bundle is written and after it is read")
  func sameBytes() throws {
    let contents = try contents(Self.list)
    let folder = try TemporaryFolder()
    _ = try BundleWriter.write(contents, to: folder.path + "/bundle")
    let after = Summarizing.summary(of: try BundleReader.load(folder.path + "/bundle"))
    #expect(try summary() == after)
  }

  @Test("Redirects are counted by where they come from, and shown with what they move")
  func redirects() throws {
    let redirects = try #require(try summary().redirects)
    #expect(
      redirects.origins == [
        .init(source: nil, isSigned: false, accounts: 1),
        .init(source: "moves", isSigned: false, accounts: 2),
      ])
    // Account 8 earns nothing. The raffle may add a prize to what points give.
    let points = redirects.largest.filter { $0.account == account(1) || $0.account == account(2) }
    #expect(points.count == 2 && redirects.moved.map(\.accounts) == [2])
    #expect(points.allSatisfy { $0.target == account(9) })
    #expect(redirects.moved[0].amount == points.reduce(UInt256.zero) { $0 &+ $1.amount })
    #expect(redirects.largest[0].amount >= redirects.largest[1].amount)
  }

  @Test("Clusters are counted as one holder: the spread over them beside that over accounts")
  func clusters() throws {
    let token = try #require(try summary().tokens.first)
    let clusters = try #require(token.clusters)
    let spread = try #require(token.spread)
    // Accounts 2 and 3 are one; 2 is owed nothing, since its part goes to 9.
    #expect(clusters.clusters == 0 && clusters.accounts == 0 && clusters.spread == spread)
    let kept = try summary([(3, 30), (4, 40)])
    #expect(kept.tokens[0].clusters?.spread.holders == kept.tokens[0].spread?.holders)
  }

  @Test("Two accounts of a cluster, worked out by hand")
  func twoOfOne() throws {
    let plan = Plans.once(budget: 100).replacing(
      "sources:",
      with: """
        clusters: {source: people, column: person}
        sources:
          - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
        """)
    let contents = try Chain.contents(
      plan, [rows("list", Self.list), rows("people", [(1, 5), (2, 5), (4, 0)])])
    let summary = Summarizing.summary(of: contents, try contents.commit().commitment)
    let clusters = try #require(summary.tokens[0].clusters)
    #expect(clusters.clusters == 1 && clusters.accounts == 2)
    // 10 + 20, 30 and 40 of 100: (900 + 900 + 1600) / 10 000.
    #expect(clusters.spread.holders == 3 && clusters.spread.herfindahl == 340_000_000)
    #expect(clusters.spread.majorities.map(\.holders) == [1, 2, 2])
    let page = String(decoding: ReportPage.html(summary), as: UTF8.self)
    #expect(page.contains("2 accounts are 1 such holder, all others stand alone."))
  }

  @Test("A round of grants: donors, what they gave, matches and what is paid, by hand")
  func matches() throws {
    let program = try #require(try summary().programs.first { $0.match != nil })
    let match = try #require(program.match)
    // (2 + 3 + 1)² − 14 = 22; (10 + 1)² − 101 = 20; one donor alone has no match.
    #expect(match.projects == 2 && match.donations == 5 && match.contributed == units(115))
    #expect(match.matched == units(42) && program.allocated == units(42))
    #expect(
      match.largest == [
        .init(
          account: account(4), donors: 3, contributed: units(14), match: units(22),
          amount: units(22)),
        .init(
          account: account(5), donors: 2, contributed: units(101), match: units(20),
          amount: units(20)),
      ])
  }

  @Test("A draw: who won which prize, in the order of the draw, is what the raffle gave")
  func draw() throws {
    let contents = try contents(Self.list)
    let outcome = try #require(contents.outcomes.first { $0.program == "raffle" })
    let program = try #require(try summary().programs.first { $0.draw != nil })
    let draw = try #require(program.draw)
    #expect(draw.entrants == 4 && draw.tickets == units(4) && draw.winners == 3)
    #expect(draw.first.map(\.prize) == [units(30), units(20), units(10)])
    for win in draw.first {
      let place = try #require(outcome.accounts.firstIndex(of: win.account))
      #expect(outcome.amounts[place] == win.prize)
    }
  }

  @Test("A private column is named with the programs that hang on it")
  func hidden() throws {
    #expect(
      try summary().hidden == [HiddenColumn(source: "kyc", column: "score", programs: ["checked"])])
    let page = String(decoding: ReportPage.html(try summary()), as: UTF8.self)
    #expect(page.contains("What this bundle hides"))
    #expect(page.contains("every amount that rests on no private column:"))
  }

  @Test("Of many redirects twenty are shown, and the page does not grow with them")
  func manyRedirects() throws {
    // 1 + 2 + … + 500.
    let plan = Plans.once(budget: 125_250).replacing(
      "sources:",
      with: """
        redirects: [{source: moves, to: to}]
        sources:
          - {name: moves, file: moves.csv, columns: [{name: to, type: address}]}
        """)
    let contents = try Chain.contents(
      plan,
      [
        rows("list", (1...500).map { ($0, $0) }), rows("moves", (1...500).map { ($0, $0 + 1000) }),
      ])
    let summary = Summarizing.summary(of: contents, try contents.commit().commitment)
    let redirects = try #require(summary.redirects)
    #expect(redirects.moved[0].accounts == 500 && redirects.moved[0].amount == units(125_250))
    #expect(redirects.largest.count == 20 && redirects.largest[0].account == account(500))
    let page = String(decoding: ReportPage.html(summary), as: UTF8.self)
    #expect(page.contains("And 480 more in allocations.csv") && page.utf8.count < 60_000)
  }

  // MARK: Decisions

  @Test("Signed decisions of the program and epoch: sums, the largest grants, and denials")
  func decisions() throws {
    let plan = """
      version: 1
      name: Signed
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - {name: appeals, file: appeals.jsonl, statements: corrections, token: ACME,
           signers: ["0x0000000000000000000000000000000000000001"]}
      programs:
        - {name: jury, kind: airdrop, campaign: main, budget: 1000, from: appeals, amount: amount,
           unallocated: carry}
      """
    let source = try #require(
      try PlanFile.parse(Array(plan.utf8), file: "plan.yaml").plan.source(named: "appeals"))
    let signature = try Signature(bytes: [UInt8](repeating: 1, count: 64) + [27])
    func statement(_ number: UInt64, _ amount: UInt64, epoch: UInt64 = 0) -> SignedStatement {
      SignedStatement(
        .correction(
          Correction(
            plan: "Signed", program: "jury", epoch: epoch, account: account(number),
            decision: amount == 0 ? .deny : .grant, amount: Amount(units(amount)),
            reason: "Reason \(number).")), signature: signature)
    }
    let signed =
      (1...15).map { statement($0, $0) } + (16...40).map { statement($0, 0) }
      + [statement(41, 7, epoch: 1)]
    let input = SourceInput(
      rows: SourceRows(source, statements: signed, lines: signed.indices.map { UInt32($0 + 1) }),
      rawHash: .zero, unusedColumns: [])
    let contents = try Chain.contents(plan, [input])
    let summary = Summarizing.summary(of: contents, try contents.commit().commitment)
    let found = try #require(summary.decisions.first)
    #expect(found.granted == 15 && found.denied == 25 && found.amount == units(120))
    let numbers = found.shown.map { UInt256($0.correction.account.bytes32).asUInt64 ?? 0 }
    #expect(numbers == (6...15).reversed() + Array(16...25))
    let page = String(decoding: ReportPage.html(summary), as: UTF8.self)
    #expect(page.contains("120 ACME granted to 15\u{202F}accounts") == false)
    #expect(page.contains("jury: 120 ACME granted to 15 accounts, 25 accounts denied."))
    #expect(page.contains("Reason 16.") && page.contains("And 20 more in the statements"))
  }

  // MARK: Unlocks

  @Test("A long schedule is grouped, with what is free at the end of each part, and says so")
  func periods() throws {
    let vesting = "{shape: steps, start: 2027-01-01, initial: 4%, every: 1 month, count: 48}"
    let plan = Plans.once(
      campaigns: "{name: main, token: ACME, vesting: \(vesting)}", budget: 5_000)
    let contents = try Chain.contents(plan, [rows("list", [(1, 1)])])
    let summary = Summarizing.summary(of: contents, try contents.commit().commitment)
    let periods = summary.tokens[0].periods
    // 2027-01 … 2031-01 are 49 months, 17 quarters, 9 half-years. 4 % are 200; a step is 100.
    #expect(periods.months == 6 && periods.rows.count == 9)
    #expect(
      periods.rows.map(\.unlocked)
        == [700, 1300, 1900, 2500, 3100, 3700, 4300, 4900, 5000].map { units($0) })
    #expect(periods.rows.first?.end.iso8601 == "2027-06-30T23:59:59Z")
    #expect(periods.rows.last?.end.iso8601 == "2031-01-01T00:00:00Z")
    let page = String(decoding: ReportPage.html(summary), as: UTF8.self)
    #expect(page.contains("Grouped by half-year: the schedule has ") && page.contains("2027 H2"))
    #expect(page.contains("Launch, 2027-01-01"))
  }

  @Test("A short schedule is shown date by date")
  func shortSchedule() throws {
    let vesting = "{shape: steps, start: 2027-01-01, every: 1 month, count: 6}"
    let plan = Plans.once(campaigns: "{name: main, token: ACME, vesting: \(vesting)}", budget: 600)
    let contents = try Chain.contents(plan, [rows("list", [(1, 1)])])
    let summary = Summarizing.summary(of: contents, try contents.commit().commitment)
    #expect(summary.tokens[0].periods.months == 1)
    let page = String(decoding: ReportPage.html(summary), as: UTF8.self)
    #expect(page.contains("Free by date (UTC)") && !page.contains("Grouped by"))
  }

  @Test("Periods are the shortest that fit, and each is free of what the last of them is")
  func anyPeriods() throws {
    check("rows ascend, fit, and end with all") { generator in
      UInt64.random(in: 1...4000, using: &generator)
    } property: { days in
      let vesting = "{shape: linear, start: 2027-03-17, duration: \(days)d}"
      let text = Plans.once(
        campaigns: "{name: main, token: ACME, vesting: \(vesting)}", budget: 100_000)
      guard let plan = try? PlanFile.parse(Array(text.utf8), file: "plan.yaml").plan,
        let contents = try? Chain.contents(text, [rows("list", [(1, 1)])]),
        let commitment = try? contents.commit().commitment
      else { return false }
      let periods = Summarizing.summary(of: contents, commitment).tokens[0].periods
      let vestingSchedule = plan.campaigns[0].vesting
      return (1...14).contains(periods.rows.count)
        && zip(periods.rows, periods.rows.dropFirst()).allSatisfy {
          $0.end.seconds + 1 == $1.start.seconds && $0.unlocked <= $1.unlocked
        }
        && periods.rows.last?.unlocked == units(100_000)
        && vestingSchedule.start == periods.rows.first?.start
    }
  }
}
