import DistributionModel
import EthereumPrimitives

extension UnlockSchedule {
  /// Into how many months, quarters or years a schedule is cut at the most.
  public static let periods: UInt64 = 24
  /// How many dates of campaigns are taken in between at the most.
  public static let milestones = 100
}

extension Plan {
  /// When the budgets of each token come free, in plan order: section 8 of
  /// `docs/reference/law.md`.
  public var unlockSchedules: [UnlockSchedule] { tokens.map(unlockSchedule) }

  /// When the budgets of one token come free.
  public func unlockSchedule(of token: Token) -> UnlockSchedule {
    let paying = programs.filter { campaign(of: $0).token == token.name }
    let dates = unlockDates(of: paying)
    let lines = campaigns.compactMap { campaign -> UnlockSchedule.Line? in
      let paid = paying.filter { $0.campaign == campaign.name }
      guard !paid.isEmpty else { return nil }
      return UnlockSchedule.Line(
        campaign: campaign, budget: paid.reduce(UInt256.zero) { $0 &+ $1.budget.baseUnits },
        unlocked: dates.map { unlocked(of: paid, at: $0) })
    }
    return UnlockSchedule(
      token: token, dates: dates, isDated: launchDate != nil, lines: lines,
      insiders: dates.map { unlocked(of: paying.filter(\.insiders), at: $0) })
  }

  /// What of a program's budget is free at a time, from launch on.
  ///
  /// What an epoch emits is free when the epoch is over.
  public func unlocked(_ program: Program, at time: Timestamp) -> UInt256 {
    let budget = program.budget.baseUnits
    guard let emission = program.emission, let epochs else {
      return campaign(of: program).vesting.vested(budget, at: time)
    }
    return emission.cumulative(epochs.passed(at: time), of: budget, over: epochs.count)
  }

  private func unlocked(of programs: [Program], at time: Timestamp) -> UInt256 {
    programs.reduce(UInt256.zero) { $0 &+ unlocked($1, at: time) }
  }

  // MARK: Dates

  /// When what is free at once comes free: as the plan states it, or its earliest date; nil for
  /// a plan without dates.
  public var launchDate: Timestamp? {
    launch
      ?? programs.compactMap { program in
        guard program.emission != nil, let epochs else {
          let vesting = campaign(of: program).vesting
          return vesting.shape == .immediate ? nil : vesting.start
        }
        return epochs.start
      }.min()
  }

  /// Launch, the dates on which something begins or ends, and every month, quarter or year until
  /// all is free, which is the last date.
  private func unlockDates(of programs: [Program]) -> [Timestamp] {
    let launch = launchDate ?? Timestamp(0)
    let end = programs.compactMap(end(of:)).max() ?? launch
    let milestones = Set(programs.flatMap(milestones)).filter { $0 > launch }
    var dates: Set = [launch, max(launch, end)]
    if milestones.count <= UnlockSchedule.milestones { dates.formUnion(milestones) }
    if end > launch { dates.formUnion(calendarDates(from: launch, to: end)) }
    return dates.sorted()
  }

  private func milestones(of program: Program) -> [Timestamp] {
    guard program.emission != nil, let epochs else {
      return campaign(of: program).vesting.milestones
    }
    return [epochs.end(ofEpoch: 0), epochs.end(ofEpoch: epochs.count - 1)]
  }

  /// The beginnings of months, quarters, or years between two times: of the shortest period of
  /// which there are at most 24.
  private func calendarDates(from launch: Timestamp, to end: Timestamp) -> [Timestamp] {
    let first = launch.monthIndex + 1
    let months = Timestamp(end.seconds - 1).monthIndex + 1 - first
    let years = (months + 12 * UnlockSchedule.periods - 1) / (12 * UnlockSchedule.periods)
    let period = [1, 3, 6].first { months <= $0 * UnlockSchedule.periods } ?? 12 * years
    var dates: [Timestamp] = []
    var month = (first + period - 1) / period * period
    while let date = Timestamp(monthIndex: month), date < end {
      dates.append(date)
      month += period
    }
    return dates
  }
}

extension VestingSchedule {
  /// When the first parts come free, and the last one: the start where something is free then,
  /// the cliff, the first step, every tranche, the end.
  var milestones: [Timestamp] {
    let first = initialUnlock > .none ? [start] : []
    let rest: [Timestamp?]
    switch shape {
    case .immediate: rest = []
    case .linear(let cliff, _), .exponential(_, let cliff, _):
      rest = [cliff > 0 ? start.advanced(by: cliff) : nil, end]
    case .steps: rest = [timeOfStep(1), end]
    case .tranches(let tranches): rest = tranches.map(\.time)
    }
    return first + rest.compactMap { $0 }
  }
}

extension Timestamp {
  /// Months since January of the year 0.
  var monthIndex: UInt64 {
    let date = CalendarDate(daysSinceUnixEpoch: seconds / 86_400)
    return date.year * 12 + date.month - 1
  }

  /// The first second of a month; nil before 1970 and beyond 2⁶⁴ − 1.
  init?(monthIndex: UInt64) {
    // 2⁴⁴ months are more than 2⁶⁴ seconds.
    guard monthIndex >= 1970 * 12, monthIndex < 1 << 44 else { return nil }
    let date = CalendarDate(year: monthIndex / 12, month: monthIndex % 12 + 1, day: 1)
    let (seconds, overflow) = date.daysSinceUnixEpoch.multipliedReportingOverflow(by: 86_400)
    guard !overflow else { return nil }
    self.init(seconds)
  }
}
