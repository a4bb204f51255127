import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@Suite("How a plan's tokens are spread, and whether its guards hold")
struct ConcentrationLawTests {
  private let start = Timestamp(86_400 * 365)
  private let acme = Token(name: "ACME", symbol: "ACME", decimals: 0)

  private func program(_ name: String, _ campaign: String, insiders: Bool = false) -> Program {
    Program(
      name: name, kind: .airdrop, insiders: insiders, campaign: campaign,
      budget: Amount(UInt256(1000)), recipients: .source("list"),
      basis: .weights(column: "value"))
  }

  /// `open` is free at once, `team` over 100 days.
  private func plan(
    _ guards: [ConcentrationGuard], clusters: Clusters? = nil, isDated: Bool = true
  ) -> Plan {
    let vesting = VestingSchedule(
      start: start, initialUnlock: .none, shape: .linear(cliff: 0, duration: 100 * 86_400))
    return Plan(
      name: "Plan", tokens: [acme],
      campaigns: [
        Campaign(name: "open", token: "ACME"),
        Campaign(name: "team", token: "ACME", vesting: isDated ? vesting : .immediate),
      ], sources: [listDeclaration],
      programs: [program("users", "open"), program("founders", "team", insiders: true)],
      clusters: clusters, guards: guards)
  }

  private func bound(
    _ measure: ConcentrationGuard.Measure, _ bound: ConcentrationGuard.Bound,
    _ moment: ConcentrationGuard.Moment = .launch, per holder: ConcentrationGuard.Holder = .account
  ) -> ConcentrationGuard {
    ConcentrationGuard(
      measure: measure, bound: bound, holder: holder, moment: moment, token: "ACME")
  }

  private func atMost(_ billionths: UInt64) -> ConcentrationGuard.Bound {
    .atMost(Share(billionths: billionths))
  }

  private func list(_ pairs: [(UInt64, UInt64)]) -> Entitlements {
    Entitlements(accounts: pairs.map { account($0.0) }, amounts: pairs.map { UInt256($0.1) })
  }

  private func outcome(_ program: String, _ list: Entitlements) -> ProgramOutcome {
    ProgramOutcome(
      program: program, epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
      accounts: list.accounts, amounts: list.amounts, exclusions: [], allocated: .zero,
      carry: .zero, totalWeight: nil)
  }

  private func law(
    _ plan: Plan, users: [(UInt64, UInt64)], founders: [(UInt64, UInt64)],
    clusters: [(UInt64, UInt256)]? = nil, tracksCourses: Bool = false
  ) -> ConcentrationLaw {
    let lists = [list(users), list(founders)]
    let table = clusters.map {
      ClusterTable(
        Clusters(source: "list", column: "value"),
        source: ProgramInputs.Source(declaration: listDeclaration, rows: rows($0)))
    }
    return ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules,
      allocated: ConcentrationLaw.Allocated(
        outcomes: [outcome("users", lists[0]), outcome("founders", lists[1])],
        entitlements: lists, clusters: table),
      tracksCourses: tracksCourses)
  }

  private func values(_ findings: [GuardFinding]) -> [GuardFinding.Value] {
    findings.map(\.value)
  }

  private func share(_ billionths: UInt64) -> GuardFinding.Value {
    .share(Share(billionths: billionths))
  }

  // MARK: Measures

  @Test("INV-035: each measure, by hand, and its bound to the billionth")
  func measures() {
    // 6, 3 and 1 of 10: the parts are 0.6, 0.9 of two; HHI 46/100; Gini
    // (2 · (1 · 1 + 2 · 3 + 3 · 6) − 4 · 10) / (3 · 10) = 10/30.
    let guards = [
      bound(.largest, atMost(600_000_000)), bound(.largest, atMost(599_999_999)),
      bound(.top(2), atMost(900_000_000)), bound(.top(2), atMost(899_999_999)),
      bound(.herfindahl, atMost(460_000_000)), bound(.herfindahl, atMost(459_999_999)),
      bound(.gini, atMost(333_333_334)), bound(.gini, atMost(333_333_333)),
      bound(.nakamoto(above: Share(billionths: 500_000_000)), .atLeast(1)),
      bound(.nakamoto(above: Share(billionths: 600_000_000)), .atLeast(2)),
      bound(.nakamoto(above: Share(billionths: 600_000_000)), .atLeast(3)),
    ]
    let findings = law(plan(guards), users: [(1, 6), (2, 1), (3, 3)], founders: []).findings
    #expect(
      findings.map(\.holds) == guards.indices.map { $0 == 8 || $0 == 9 || $0 < 8 && $0 % 2 == 0 })
    #expect(
      values(findings) == [
        share(600_000_000), share(600_000_000), share(900_000_000), share(900_000_000),
        share(460_000_000), share(460_000_000), share(333_333_334), share(333_333_334),
        .holders(1), .holders(2), .holders(2),
      ])
    #expect(findings.allSatisfy { $0.largest == account(1) && $0.program == "users" })
    #expect(findings.allSatisfy { $0.isLaunch && $0.date == start })
  }

  @Test("Amounts count as far as they have vested, added up over campaigns")
  func vested() {
    // At launch 10 and 30 of 40; after 50 days 10 + 50 = 60 and 30; at the end 110 and 30.
    let half = Timestamp(start.seconds + 50 * 86_400)
    let guards = [
      bound(.largest, atMost(0)), bound(.largest, atMost(0), .time(half)),
      bound(.largest, atMost(0), .fullyVested), bound(.largest, atMost(0), .every),
    ]
    let findings = law(plan(guards), users: [(1, 10), (2, 30)], founders: [(1, 100)]).findings
    // 60/90 and 110/140, rounded up.
    #expect(
      values(findings) == [
        share(750_000_000), share(666_666_667), share(785_714_286), share(785_714_286),
      ])
    #expect(findings.map(\.largest) == [2, 1, 1, 1].map { account($0) })
    #expect(findings.map(\.program) == ["users", "founders", "founders", "founders"])
    let end = Timestamp(start.seconds + 100 * 86_400)
    #expect(findings.map(\.date) == [start, half, end, end])
    #expect(findings.map(\.isLaunch) == [true, false, false, false])
  }

  @Test("The worst date counts for `every`, also where it is not the last")
  func worstDate() {
    // At launch one holds all; later others come in.
    let guards = [
      bound(.largest, atMost(990_000_000), .every),
      bound(.nakamoto(above: Share(billionths: 500_000_000)), .atLeast(2), .every),
    ]
    let findings = law(
      plan(guards), users: [(1, 10)], founders: [(2, 50), (3, 50)]
    ).findings
    #expect(values(findings) == [share(1_000_000_000), .holders(1)])
    #expect(findings.map(\.isLaunch) == [true, true] && findings.map(\.holds) == [false, false])
  }

  @Test("Accounts of a cluster are one holder; 0 and no row stand alone")
  func clusters() {
    let clusters = Clusters(source: "list", column: "value")
    let guards = [
      bound(.largest, atMost(0)), bound(.largest, atMost(0), per: .cluster),
      bound(.nakamoto(above: Share(billionths: 500_000_000)), .atLeast(9), per: .cluster),
    ]
    let users: [(UInt64, UInt64)] = [(1, 10), (2, 10), (3, 10), (4, 10), (5, 10)]
    // 1 and 4 are one; 2 has 0, 3 a number of its own, 5 no row.
    let findings = law(
      plan(guards, clusters: clusters), users: users, founders: [],
      clusters: [(4, UInt256(7)), (1, UInt256(7)), (2, .zero), (3, UInt256(8)), (9, UInt256(7))]
    ).findings
    #expect(values(findings) == [share(200_000_000), share(400_000_000), .holders(2)])
    #expect(findings[1].largest == account(1))
  }

  @Test("Insiders are measured on budgets, with or without allocations")
  func insiders() {
    let half = Timestamp(start.seconds + 50 * 86_400)
    let guards = [
      bound(.insiders, atMost(0)), bound(.insiders, atMost(333_333_333), .time(half)),
      bound(.insiders, atMost(500_000_000), .every), bound(.largest, atMost(0)),
    ]
    // 1000 free at launch, and of 1000 the half after 50 days.
    let expected = [share(0), share(333_333_334), share(500_000_000)]
    let alone = ConcentrationLaw(
      plan: plan(guards), schedules: plan(guards).unlockSchedules, allocated: nil,
      tracksCourses: true)
    #expect(values(alone.findings) == expected + [.notMeasured])
    #expect(alone.findings.map(\.holds) == [true, false, true, true])
    #expect(alone.findings.map(\.program) == ["founders", "founders", "founders", nil])
    #expect(alone.courses.isEmpty)
    let allocated = law(plan(guards), users: [(1, 1)], founders: [])
    #expect(values(allocated.findings).prefix(3) == expected[...])
  }

  @Test("Where nobody holds anything yet a guard holds; amounts beyond measure do not pass")
  func extremes() {
    let guards = [
      bound(.largest, atMost(0)), bound(.nakamoto(above: .none), .atLeast(9)),
      bound(.largest, atMost(0), .every),
    ]
    let locked = law(plan(guards), users: [], founders: [(1, 5)]).findings
    #expect(values(locked) == [.nobody, .nobody, share(1_000_000_000)])
    #expect(locked.map(\.holds) == [true, true, false])
    let huge = Entitlements(accounts: [account(1)], amounts: [UInt256.one << 254])
    let plan = plan([bound(.largest, atMost(1_000_000_000))])
    let tooLarge = ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules,
      allocated: ConcentrationLaw.Allocated(
        outcomes: [], entitlements: [huge, .none], clusters: nil), tracksCourses: true)
    #expect(values(tooLarge.findings) == [.tooLarge] && tooLarge.findings[0].holds == false)
    #expect(tooLarge.courses.map(\.points.count) == [0])
    let twice = Entitlements(accounts: [account(1)], amounts: [.max])
    let overflowing = ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules,
      allocated: ConcentrationLaw.Allocated(
        outcomes: [], entitlements: [twice, twice], clusters: nil), tracksCourses: false)
    #expect(values(overflowing.findings) == [.tooLarge])
  }

  @Test("A plan without dates is measured at launch, which has none")
  func undated() {
    let plan = plan([bound(.largest, atMost(0), .every)], isDated: false)
    let law = law(plan, users: [(1, 1), (2, 1)], founders: [], tracksCourses: true)
    #expect(law.findings[0].date == nil && law.findings[0].moment == "at launch")
    #expect(law.findings[0].value == share(500_000_000))
    #expect(law.courses.map(\.points.count) == [1])
  }

  // MARK: Courses

  @Test("A course has every date at which somebody holds something, per account and per cluster")
  func courses() throws {
    let clusters = Clusters(source: "list", column: "value")
    let law = law(
      plan([], clusters: clusters), users: [], founders: [(1, 100), (2, 300)],
      clusters: [(1, UInt256(5)), (2, UInt256(5))], tracksCourses: true)
    #expect(law.courses.map(\.holder) == [.account, .cluster])
    let dates = plan([]).unlockSchedules[0].dates
    #expect(law.courses[0].points.map(\.date) == Array(dates.dropFirst()))
    let last = try #require(law.courses[0].points.last)
    #expect(last.holders == 2 && last.total == UInt256(400))
    // (2 · (1 · 100 + 2 · 300) − 3 · 400) / (2 · 400) = 1/4; (1 + 9) / 16.
    #expect(last.gini == Share(billionths: 250_000_000))
    #expect(last.herfindahl == Share(billionths: 625_000_000))
    #expect(last.largest == Share(billionths: 750_000_000) && last.topTen == .whole)
    #expect(last.majorities == [1, 1, 1])
    let one = try #require(law.courses[1].points.last)
    #expect(one.holders == 1 && one.herfindahl == .whole)
  }

  @Test("Holders of random clusters have what their accounts have together, by the dictionary")
  func holdings() {
    check("holders by cluster") { generator in
      let users = (1...(1 + generator.next() % 20)).map { (number: UInt64) in
        (number * 3, 1 + generator.next() % 1000)
      }
      let founders = (1...(1 + generator.next() % 20)).map { (number: UInt64) in
        (number * 2, 1 + generator.next() % 1000)
      }
      let numbers = users.map { ($0.0, UInt256(generator.next() % 5)) }.shuffled(using: &generator)
      return (users: users, founders: founders, numbers: numbers)
    } property: { sample in
      let time = Timestamp(start.seconds + 33 * 86_400)
      let numbers = Dictionary(uniqueKeysWithValues: sample.numbers)
      var expected: [String: BigUInt] = [:]
      func add(_ number: UInt64, _ amount: BigUInt) {
        let cluster = numbers[number].flatMap { $0.isZero ? nil : "cluster \($0.decimal)" }
        expected[cluster ?? "account \(number)", default: 0] += amount
      }
      for (number, amount) in sample.users { add(number, BigUInt(amount)) }
      for (number, amount) in sample.founders { add(number, BigUInt(amount) * 33 / 100) }
      let held = expected.values.filter { $0 > 0 }.sorted(by: >)
      let total = held.reduce(0, +)
      let twoThirds = Share(billionths: 670_000_000)
      let bounds = [
        bound(.largest, atMost(0), .time(time), per: .cluster),
        bound(.top(3), atMost(0), .time(time), per: .cluster),
        bound(.nakamoto(above: twoThirds), .atLeast(1), .time(time), per: .cluster),
      ]
      let findings = law(
        plan(bounds, clusters: Clusters(source: "list", column: "value")), users: sample.users,
        founders: sample.founders, clusters: sample.numbers
      ).findings
      func part(_ amount: BigUInt) -> GuardFinding.Value {
        let up = (amount * 1_000_000_000 + total - 1) / total
        return share(UInt64(up))
      }
      var (sum, count) = (BigUInt(0), 0)
      while sum * 100 <= total * 67 {
        sum += held[count]
        count += 1
      }
      return values(findings) == [
        part(held[0]), part(held.prefix(3).reduce(0, +)), .holders(count),
      ]
    }
  }
}
