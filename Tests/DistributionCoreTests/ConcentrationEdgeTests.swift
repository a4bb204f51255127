import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// Two tokens, and dates on which nothing, the same or too much is held.
@Suite("Which token, program and date a guard's finding names")
struct ConcentrationEdgeTests {
  private static let start = Timestamp(86_400 * 365)
  private static let end = Timestamp(start.seconds + 100 * 86_400)

  private static func program(
    _ name: String, _ campaign: String, _ budget: UInt64, insiders: Bool = false
  ) -> Program {
    Program(
      name: name, kind: .airdrop, insiders: insiders, campaign: campaign,
      budget: Amount(UInt256(budget)), recipients: .source("list"),
      basis: .weights(column: "value"))
  }

  /// ACME of `open` is free at once, that of `team` at the end; BETA of `side` at once.
  private static func plan(_ guards: [ConcentrationGuard], isDated: Bool = true) -> Plan {
    let vesting = VestingSchedule(
      start: start, initialUnlock: .none, shape: .linear(cliff: 0, duration: 100 * 86_400))
    return Plan(
      name: "Plan",
      tokens: ["ACME", "BETA"].map { Token(name: $0, symbol: $0, decimals: 0) },
      campaigns: [
        Campaign(name: "open", token: "ACME"),
        Campaign(name: "team", token: "ACME", vesting: isDated ? vesting : .immediate),
        Campaign(name: "side", token: "BETA"),
      ], sources: [listDeclaration],
      programs: [
        program("users", "open", 600), program("seed", "open", 100, insiders: true),
        program("founders", "open", 200, insiders: true), program("later", "team", 100),
        program("beta", "side", 100, insiders: true), program("again", "open", 1),
      ], guards: guards)
  }

  /// What each program gives accounts 1, 2, …; entitlements are their sums by campaign.
  private static func findings(
    _ guards: [ConcentrationGuard], _ given: [String: [UInt256]], isDated: Bool = true
  ) -> [GuardFinding] {
    law(guards, given, isDated: isDated).findings
  }

  private static func law(
    _ guards: [ConcentrationGuard], _ given: [String: [UInt256]], isDated: Bool = true,
    tracksCourses: Bool = false
  ) -> ConcentrationLaw {
    let plan = plan(guards, isDated: isDated)
    let outcomes = plan.programs.map { program in
      let amounts = given[program.name] ?? []
      return ProgramOutcome(
        program: program.name, epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
        accounts: amounts.indices.map { account(UInt64($0 + 1)) }, amounts: amounts,
        exclusions: [], allocated: .zero, carry: .zero, totalWeight: nil)
    }
    let entitlements = plan.campaigns.map { campaign in
      let lists = plan.programs.filter { $0.campaign == campaign.name }
        .map { given[$0.name] ?? [] }
      let count = lists.map(\.count).max() ?? 0
      let sums = (0..<count).map { place in
        lists.reduce(UInt256.zero) { $0 &+ (place < $1.count ? $1[place] : .zero) }
      }
      return Entitlements(
        accounts: sums.indices.map { account(UInt64($0 + 1)) }, amounts: sums)
    }
    return ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules,
      allocated: .init(outcomes: outcomes, entitlements: entitlements, clusters: nil),
      tracksCourses: tracksCourses)
  }

  private static func bound(
    _ measure: ConcentrationGuard.Measure, _ billionths: UInt64, _ token: String = "ACME",
    _ moment: ConcentrationGuard.Moment = .launch
  ) -> ConcentrationGuard {
    ConcentrationGuard(
      measure: measure, bound: .atMost(Share(billionths: billionths)), moment: moment,
      token: token)
  }

  @Test("INV-035: a guard is of one token's holders, budgets and programs")
  func tokens() {
    let findings = Self.findings(
      [
        Self.bound(.largest, 600_000_000), Self.bound(.largest, 999_999_999, "BETA"),
        Self.bound(.insiders, 332_963_375), Self.bound(.insiders, 332_963_374),
        Self.bound(.insiders, 999_999_999, "BETA"),
      ], ["users": [6, 1, 3], "beta": [5000]])
    // Of 901 free ACME 300 are insiders': 0.33296337402…; all BETA are.
    #expect(findings.map(\.holds) == [true, false, true, false, false])
    #expect(findings.map(\.program) == ["users", "beta", "founders", "founders", "beta"])
  }

  @Test("The program is the one of which the largest has most at the date, the first of equal ones")
  func programs() {
    let later = Self.findings(
      [Self.bound(.largest, 0), Self.bound(.largest, 0, "ACME", .fullyVested)],
      ["users": [4], "later": [100]])
    #expect(later.map(\.program) == ["users", "later"])
    let equal = Self.findings([Self.bound(.largest, 0)], ["users": [4], "again": [4]])
    #expect(equal.map(\.program) == ["users"])
  }

  @Test("The first of several equal dates is told, and nobody where nobody holds anything")
  func dates() {
    let every = Self.findings(
      [Self.bound(.largest, 0, "ACME", .every)], ["users": [4], "later": [4]])
    #expect(every.map(\.date) == [Self.start])
    let nobody = Self.findings([Self.bound(.largest, 0)], ["later": [4, 5]])
    #expect(nobody.map(\.value) == [.nobody] && nobody.map(\.largest) == [nil])
    let none = Self.findings([Self.bound(.largest, 0, "ACME", .every)], [:])
    #expect(none.map(\.value) == [.nobody] && none.map(\.date) == [Self.start])
    let undated = Self.findings([Self.bound(.insiders, 0, "BETA")], [:], isDated: false)
    #expect(undated.map(\.date) == [nil])
  }

  @Test("INV-035: a total that is too large at a later date is worse than any share before")
  func tooLarge() {
    let guards = [Self.bound(.largest, 1_000_000_000, "ACME", .every)]
    let later = Self.findings(guards, ["users": [4], "later": [UInt256(1) << 254]])
    #expect(later.map(\.value) == [.tooLarge] && later.map(\.holds) == [false])
    #expect(later[0].date != Self.start)
    let always = Self.findings(guards, ["users": [UInt256(1) << 254]])
    #expect(always.map(\.value) == [.tooLarge] && always.map(\.date) == [Self.start])
  }

  @Test("INV-035: where nothing is free yet, insiders have no part in it, and a bound of 0 holds")
  func insidersOfNothing() {
    let vesting = VestingSchedule(
      start: Self.start, initialUnlock: .none, shape: .linear(cliff: 0, duration: 100 * 86_400))
    let plan = Plan(
      name: "Plan", tokens: [Token(name: "ACME", symbol: "ACME", decimals: 0)],
      campaigns: [Campaign(name: "team", token: "ACME", vesting: vesting)],
      sources: [listDeclaration], programs: [Self.program("seed", "team", 100, insiders: true)],
      guards: [Self.start, Timestamp(Self.start.seconds + 86_400)].map {
        Self.bound(.insiders, 0, "ACME", .time($0))
      })
    let findings = ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules, allocated: nil, tracksCourses: false
    ).findings
    // Of nothing, and a day later of the one unit that is free.
    #expect(findings.map(\.value) == [.nobody, .share(.whole)])
    #expect(findings.map(\.holds) == [true, false])
  }

  @Test("The course shows what ten have together")
  func topTen() throws {
    let law = Self.law([], ["users": Array(repeating: 1, count: 20)], tracksCourses: true)
    let point = try #require(law.courses.first?.points.first)
    #expect(point.topTen == Share(billionths: 500_000_000))
    #expect(point.largest == Share(billionths: 50_000_000))
  }
}
