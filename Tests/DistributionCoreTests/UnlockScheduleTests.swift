import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@Suite("Supply tables and unlock schedules: a plan's budgets by program and by date")
struct UnlockScheduleTests {
  private static let acme = Token(
    name: "ACME", symbol: "ACME", decimals: 0, supply: Amount(UInt256(1000)))
  private static let other = Token(name: "OTHER", symbol: "OTHER", decimals: 0)

  /// 00:00 UTC of a day.
  private func day(_ year: UInt64, _ month: UInt64, _ day: UInt64) -> Timestamp {
    Timestamp(CalendarDate(year: year, month: month, day: day).daysSinceUnixEpoch * 86_400)
  }

  private func program(
    _ name: String, _ campaign: String, _ budget: UInt64, insiders: Bool = false,
    emission: Emission? = nil
  ) -> Program {
    Program(
      name: name, kind: .airdrop, insiders: insiders, campaign: campaign,
      budget: Amount(UInt256(budget)), recipients: .source("list"),
      basis: .weights(column: "value"), emission: emission)
  }

  private func plan(
    _ campaigns: [(String, VestingSchedule)], _ programs: [Program],
    epochs: EpochSchedule? = nil, launch: Timestamp? = nil
  ) -> Plan {
    Plan(
      name: "Plan", launch: launch, tokens: [Self.acme, Self.other],
      campaigns: campaigns.map { Campaign(name: $0.0, token: "ACME", vesting: $0.1) }
        + [Campaign(name: "others", token: "OTHER")],
      sources: [listDeclaration], epochs: epochs, programs: programs)
  }

  private func linear(
    from start: Timestamp, cliff: UInt64 = 0, days: UInt64, initial: UInt64 = 0
  ) -> VestingSchedule {
    VestingSchedule(
      start: start, initialUnlock: Share(billionths: initial),
      shape: .linear(cliff: cliff * 86_400, duration: days * 86_400))
  }

  // MARK: Supply

  @Test("A token's programs, what they take together, insiders, and what no program gives")
  func supply() {
    let start = day(2027, 1, 1)
    let tables = plan(
      [("open", .immediate), ("team", linear(from: start, days: 10))],
      [
        program("a", "open", 300), program("b", "team", 200, insiders: true),
        program("c", "others", 7, insiders: true), program("d", "team", 50),
      ]
    ).supplyTables
    #expect(tables.map(\.token.name) == ["ACME", "OTHER"])
    #expect(tables[0].rows.map(\.program.name) == ["a", "b", "d"])
    #expect(tables[0].rows.map(\.campaign.name) == ["open", "team", "team"])
    #expect(tables[0].rows.map(\.end) == [nil, day(2027, 1, 11), day(2027, 1, 11)])
    #expect(tables[0].budgeted == UInt256(550) && tables[0].insiders == UInt256(200))
    #expect(tables[0].unplanned == UInt256(450) && tables[0].whole == UInt256(1000))
    // Without a supply nobody can say what is left; shares are of what is budgeted.
    #expect(tables[1].budgeted == UInt256(7) && tables[1].insiders == UInt256(7))
    #expect(tables[1].unplanned == nil && tables[1].whole == UInt256(7))
  }

  @Test("A program with emission ends with its last epoch")
  func emissionEnds() {
    let epochs = EpochSchedule(start: day(2027, 1, 4), length: 7 * 86_400, count: 3)
    let table = plan(
      [("open", .immediate)],
      [program("a", "open", 300, emission: .constant), program("b", "open", 300)], epochs: epochs
    ).supplyTables[0]
    #expect(table.rows.map(\.end) == [day(2027, 1, 25), nil])
  }

  // MARK: Dates

  @Test("A plan without dates has one, which is no date: launch, with everything free")
  func undated() {
    let schedule = plan([("open", .immediate)], [program("a", "open", 300)]).unlockSchedules[0]
    #expect(!schedule.isDated && schedule.dates.count == 1)
    #expect(schedule.lines.map(\.unlocked) == [[UInt256(300)]])
    #expect(schedule.unlocked == [UInt256(300)] && schedule.budget == UInt256(300))
    let dated = plan(
      [("open", .immediate)], [program("a", "open", 300)], launch: day(2027, 2, 3))
    #expect(dated.unlockSchedules[0].isDated)
    #expect(dated.unlockSchedules[0].dates == [day(2027, 2, 3)])
  }

  @Test("Months, the cliff and the end in between: amounts by hand")
  func months() {
    // 100 over 50 days from January 16th, nothing before the 20th day, February 5th; the end is
    // March 7th. 30 at once, which is at launch.
    let start = day(2027, 1, 16)
    let plan = plan(
      [
        ("open", .immediate), ("team", linear(from: start, cliff: 20, days: 50)),
        ("idle", .immediate),
      ],
      [program("a", "open", 30), program("b", "team", 100, insiders: true)])
    let schedule = plan.unlockSchedules[0]
    #expect(
      schedule.dates == [
        start, day(2027, 2, 1), day(2027, 2, 5), day(2027, 3, 1), day(2027, 3, 7),
      ])
    #expect(schedule.lines.map(\.campaign.name) == ["open", "team"])
    #expect(schedule.lines[0].unlocked == units([30, 30, 30, 30, 30]))
    // 20 of 50 days, 44 of 50 days.
    #expect(schedule.lines[1].unlocked == units([0, 0, 40, 88, 100]))
    #expect(schedule.insiders == schedule.lines[1].unlocked)
    #expect(schedule.unlocked == units([30, 30, 70, 118, 130]))
    #expect(plan.unlockSchedules[1].lines.isEmpty && plan.unlockSchedules[1].budget.isZero)
  }

  @Test("An epoch's emission is free when the epoch is over")
  func emission() {
    // Three weeks from January 4th: 10 each on the 11th, 18th and 25th.
    let epochs = EpochSchedule(start: day(2027, 1, 4), length: 7 * 86_400, count: 3)
    let program = program("a", "open", 30, emission: .constant)
    let plan = plan([("open", .immediate)], [program], epochs: epochs)
    let schedule = plan.unlockSchedules[0]
    #expect(schedule.dates == [day(2027, 1, 4), day(2027, 1, 11), day(2027, 1, 25)])
    #expect(schedule.unlocked == units([0, 10, 30]))
    for (time, free) in [
      (day(2027, 1, 1), 0), (Timestamp(day(2027, 1, 18).seconds - 1), 10), (day(2027, 1, 18), 20),
      (day(2030, 1, 1), 30),
    ] as [(Timestamp, UInt64)] {
      #expect(plan.unlocked(program, at: time) == UInt256(free))
    }
  }

  @Test("A stated launch counts, and what is free before it is free at launch")
  func statedLaunch() {
    // 100 over 100 days from December 12th: 20 by January 1st; March 22nd is the end.
    let team = linear(from: day(2026, 12, 12), days: 100)
    let programs = [program("a", "open", 5), program("b", "team", 100)]
    let stated = plan(
      [("open", .immediate), ("team", team)], programs, launch: day(2027, 1, 1)
    ).unlockSchedules[0]
    #expect(
      stated.dates == [
        day(2027, 1, 1), day(2027, 2, 1), day(2027, 3, 1), day(2027, 3, 22),
      ])
    #expect(stated.unlocked == units([25, 56, 84, 105]))
    let earliest = plan([("open", .immediate), ("team", team)], programs).unlockSchedules[0]
    #expect(earliest.dates.first == day(2026, 12, 12))
    // Launch after everything: one date.
    let late = plan([("team", team)], [programs[1]], launch: day(2028, 1, 1)).unlockSchedules[0]
    #expect(late.dates == [day(2028, 1, 1)] && late.unlocked == units([100]))
  }

  @Test("Tranches, a first step and an initial part have dates of their own")
  func milestones() {
    let tranches = VestingSchedule(
      start: day(2027, 1, 10), initialUnlock: .none,
      shape: .tranches([
        .init(time: day(2027, 1, 10), share: Share(billionths: 400_000_000)),
        .init(time: day(2027, 1, 20), share: Share(billionths: 600_000_000)),
      ]))
    let steps = VestingSchedule(
      start: day(2027, 1, 15), initialUnlock: Share(billionths: 100_000_000),
      shape: .steps(period: .seconds(8 * 86_400), count: 2))
    let schedule = plan(
      [("dated", tranches), ("weekly", steps)],
      [program("a", "dated", 10), program("b", "weekly", 20)]
    ).unlockSchedules[0]
    #expect(schedule.dates == [10, 15, 20, 23, 31].map { day(2027, 1, $0) })
    #expect(schedule.lines[0].unlocked == units([4, 4, 10, 10, 10]))
    // 2 of 20 at the start, half of the other 18 on the 23rd.
    #expect(schedule.lines[1].unlocked == units([0, 2, 2, 11, 20]))
  }

  @Test(
    "The period is the shortest of which there are at most 24",
    arguments: [
      // Two years to the day have 23 beginnings of months inside, a second more has 24; a month
      // later they are quarters, of which there are 8 until 2030-01-01.
      (0, 24, 25), (1, 24, 26), (31 * 86_400 + 1, 24, 10), (0, 72, 25), (0, 144, 25),
      (0, 288, 25), (0, 312, 14),
    ] as [(UInt64, Int, Int)])
  func periods(extra: UInt64, months: Int, dates: Int) {
    let start = day(2028, 1, 1)
    let end = Timestamp(day(2028 + UInt64(months) / 12, 1, 1).seconds + extra)
    let vesting = VestingSchedule(
      start: start, initialUnlock: .none,
      shape: .linear(cliff: 0, duration: end.seconds - start.seconds))
    let found = plan([("team", vesting)], [program("a", "team", 100)]).unlockSchedules[0].dates
    // Launch, the beginnings, the end. 26 years are two years at a time: 2030, 2032 … 2052.
    #expect(found.count == dates, "\(found.map(\.iso8601))")
    #expect(found.last == end)
  }

  @Test(
    "Periods of a schedule of any length are few, whole years, and go from launch to its end",
    arguments: [3_650_000 * 86_400, 251_603_539_199, UInt64.max - (1 << 31)] as [UInt64])
  func anyLength(duration: UInt64) throws {
    let start = day(2027, 1, 1)
    let vesting = VestingSchedule(
      start: start, initialUnlock: .none, shape: .linear(cliff: 0, duration: duration))
    let plan = plan([("team", vesting)], [program("a", "team", 9)])
    let schedule = plan.unlockSchedules[0]
    let periods = plan.unlockPeriods(of: schedule, limit: 24)
    #expect(periods.months.isMultiple(of: 12) && (12...24).contains(periods.rows.count))
    #expect(periods.rows.first?.start == start)
    #expect(periods.rows.last?.end == Timestamp(start.seconds + duration))
    #expect(periods.rows.last?.unlocked == UInt256(9))
    #expect(
      zip(periods.rows, periods.rows.dropFirst()).allSatisfy {
        $0.end.seconds + 1 == $1.start.seconds
      })
  }

  @Test("Many dates of campaigns are left to the calendar, and time may end")
  func limits() {
    let tranches = (1...101).map {
      VestingSchedule.Tranche(
        time: Timestamp(day(2027, 1, 1).seconds + UInt64($0)),
        share: Share(billionths: $0 == 101 ? 0 : 10_000_000))
    }
    func dates(_ count: Int) -> Int {
      let schedule = VestingSchedule(
        start: tranches[0].time, initialUnlock: .none, shape: .tranches(Array(tranches[..<count])))
      return plan(
        [("dated", schedule)], [program("a", "dated", 10)], launch: day(2027, 1, 1)
      ).unlockSchedules[0].dates.count
    }
    #expect(dates(100) == 101 && dates(101) == 2)
    let endless = VestingSchedule(
      start: Timestamp(0), initialUnlock: .none, shape: .linear(cliff: 0, duration: .max))
    let schedule = plan([("team", endless)], [program("a", "team", 9)]).unlockSchedules[0]
    #expect(schedule.dates.count <= 26 && schedule.unlocked.last == UInt256(9))
  }

  @Test("INV-036: what is free never falls, and all of it is free at the last date")
  func rises() {
    check("schedules rise to the budgets") { generator in
      var programs: [Program] = []
      var campaigns: [(String, VestingSchedule)] = []
      for number in 0..<(1 + generator.next() % 4) {
        let start = Timestamp(generator.next() % (1 << 32))
        let initial = Share(billionths: generator.next() % 1_000_000_000)
        let shape: VestingSchedule.Shape =
          switch generator.next() % 3 {
          case 0: .immediate
          case 1: .linear(cliff: 0, duration: 1 + generator.next() % (1 << 30))
          default:
            .steps(period: .months(1 + UInt32(generator.next() % 30)), count: 5)
          }
        campaigns.append(
          ("c\(number)", VestingSchedule(start: start, initialUnlock: initial, shape: shape)))
        programs.append(program("p\(number)", "c\(number)", generator.next() % 1_000_000))
      }
      return plan(campaigns, programs)
    } property: { plan in
      let schedule = plan.unlockSchedules[0]
      let ascend = zip(schedule.dates, schedule.dates.dropFirst()).allSatisfy { $0 < $1 }
      let rise = schedule.lines.allSatisfy { line in
        zip(line.unlocked, line.unlocked.dropFirst()).allSatisfy { $0 <= $1 }
          && line.unlocked.last == line.budget
      }
      return ascend && rise && schedule.dates.count <= 2 + 24 + 4 * plan.campaigns.count
    }
  }
}
