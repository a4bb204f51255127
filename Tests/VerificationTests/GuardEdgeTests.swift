import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing
import Verification

/// Where a bound is met exactly, and where one more or less decides: by hand, for both programs.
@Suite("Guards at their bounds")
struct GuardEdgeTests {
  private func plan(
    _ guards: [ConcentrationGuard], vesting: VestingSchedule = .immediate
  ) -> Plan {
    func program(_ name: String, _ budget: UInt64, insiders: Bool) -> Program {
      Program(
        name: name, kind: .airdrop, insiders: insiders, campaign: "main",
        budget: Amount(UInt256(budget)), recipients: .source("list"),
        basis: .weights(column: "points"))
    }
    return Plan(
      name: "Plan", tokens: [Token(name: "ACME", symbol: "ACME", decimals: 0)],
      campaigns: [Campaign(name: "main", token: "ACME", vesting: vesting)],
      sources: [
        SourceDeclaration(
          name: "list", file: "list.csv", format: .csv,
          columns: [ColumnDeclaration(name: "points", kind: .integer)])
      ],
      programs: [program("users", 700, insiders: false), program("team", 300, insiders: true)],
      guards: guards)
  }

  /// Whether each guard holds where accounts 1, 2, … have these amounts.
  private func holds(_ guards: [ConcentrationGuard], _ amounts: [UInt256]) -> [Bool] {
    let plan = plan(guards)
    let accounts = amounts.indices.map { VerifierSample.account(UInt64($0 + 1)) }
    let engine = ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules,
      allocated: .init(
        outcomes: [], entitlements: [Entitlements(accounts: accounts, amounts: amounts)],
        clusters: nil), tracksCourses: false
    ).findings.map(\.holds)
    let holdings = ReferenceLaw.Holdings(
      plan: plan, entitlements: [zip(accounts, amounts).map { ($0, ReferenceLaw.big($1)) }],
      clusters: [:])
    #expect(guards.map { ReferenceLaw.failure(of: $0, holdings) == nil } == engine)
    return engine
  }

  private func atMost(
    _ measure: ConcentrationGuard.Measure, _ billionths: UInt64
  ) -> ConcentrationGuard {
    ConcentrationGuard(
      measure: measure, bound: .atMost(Share(billionths: billionths)), token: "ACME")
  }

  /// Of 6, 3 and 1 the largest has 0.6, two have 0.9, HHI is 0.46; of the budgets 0.3 go to
  /// insiders. Of 3 and 1 Gini is (2 · (1 + 2 · 3) − 3 · 4) / (2 · 4) = 0.25.
  @Test("INV-035: a part at the bound holds, one that is a billionth above it does not")
  func parts() {
    for (measure, billionths) in [
      (ConcentrationGuard.Measure.largest, 600_000_000), (.top(2), 900_000_000),
      (.herfindahl, 460_000_000), (.insiders, 300_000_000),
    ] as [(ConcentrationGuard.Measure, UInt64)] {
      let guards = [atMost(measure, billionths), atMost(measure, billionths - 1)]
      #expect(holds(guards, [6, 1, 3]) == [true, false], "\(measure)")
    }
    #expect(
      holds([atMost(.gini, 250_000_000), atMost(.gini, 249_999_999)], [3, 1]) == [true, false])
  }

  @Test("INV-035: exactly the threshold is not more than it")
  func nakamoto() {
    let guards = [(600_000_000, 2), (599_999_999, 2), (599_999_999, 1), (900_000_000, 3)].map {
      ConcentrationGuard(
        measure: .nakamoto(above: Share(billionths: $0)), bound: .atLeast($1), token: "ACME")
    }
    #expect(holds(guards, [6, 3, 1]) == [true, false, true, true])
  }

  @Test("INV-035: nobody holds nothing, and a total of 2^254 is too much to measure")
  func extremes() {
    let all = [atMost(.largest, 0), atMost(.gini, 0), atMost(.herfindahl, 0)]
    #expect(holds(all, []) == [true, true, true])
    let whole = [atMost(.largest, 1_000_000_000)]
    let half = UInt256(1) << 253
    #expect(holds(whole, [half, half &- 1]) == [true])
    #expect(holds(whole, [half, half]) == [false])
  }

  @Test("INV-035: what is held of another token has no part in it, in the reference either")
  func otherToken() {
    let plan = Plan(
      name: "Plan",
      tokens: ["ACME", "BETA"].map { Token(name: $0, symbol: $0, decimals: 0) },
      campaigns: [Campaign(name: "main", token: "ACME"), Campaign(name: "side", token: "BETA")],
      sources: [], programs: [])
    let (one, two) = (VerifierSample.account(1), VerifierSample.account(2))
    let holdings = ReferenceLaw.Holdings(
      plan: plan, entitlements: [[(one, 6), (two, 4)], [(one, 100)]], clusters: [:])
    #expect(ReferenceLaw.failure(of: atMost(.largest, 600_000_000), holdings) == nil)
    #expect(ReferenceLaw.failure(of: atMost(.largest, 599_999_999), holdings) != nil)
  }

  @Test("Dates: a hundred are shown, and one more leaves them all out")
  func hundred() {
    func dates(_ count: UInt64) -> [Timestamp] {
      // 2027-01-10, and a day between two; all lie within five months.
      let start: UInt64 = 1_799_539_200
      let plan = plan(
        [],
        vesting: VestingSchedule(
          start: Timestamp(start), initialUnlock: .none,
          shape: .tranches(
            (0..<count).map {
              .init(
                time: Timestamp(start + $0 * 86_400),
                share: Share(billionths: $0 == 0 ? 1_000_000_000 - (count - 1) : 1))
            })))
      let reference = ReferenceLaw.unlockDates(of: "ACME", plan)
      #expect(plan.unlockSchedules[0].dates == reference)
      return reference
    }
    // Launch, a hundred after it, and the first days of February, March and April among them.
    #expect(dates(101).count == 101)
    // Launch, the end, and the beginnings of three months.
    #expect(dates(102).count == 5)
  }

  @Test(
    "Dates: months, quarters, halves and years, as few as make it 24",
    arguments: [23, 24, 25, 72, 73, 144, 145, 288, 289] as [UInt32])
  func periods(months: UInt32) {
    let plan = plan(
      [],
      vesting: VestingSchedule(
        start: Timestamp(1_799_971_200), initialUnlock: .none,
        shape: .steps(period: .months(1), count: months)))
    let dates = ReferenceLaw.unlockDates(of: "ACME", plan)
    #expect(plan.unlockSchedules[0].dates == dates)
    // Beside launch, the first step and the end there are at most 24.
    #expect((10...27).contains(dates.count))
  }
}
