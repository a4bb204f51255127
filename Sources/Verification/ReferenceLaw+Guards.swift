import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 8, guards

  /// What guards measure.
  public struct Holdings {
    let plan: Plan
    /// Of every campaign, in the order of the plan.
    let entitlements: [[(account: Address, amount: BigUInt)]]
    /// The numbers of accounts in the clusters' column.
    let clusters: [Address: BigUInt]

    public init(
      plan: Plan, entitlements: [[(account: Address, amount: BigUInt)]],
      clusters: [Address: BigUInt]
    ) {
      self.plan = plan
      self.entitlements = entitlements
      self.clusters = clusters
    }
  }

  private static let whole = BigUInt(1_000_000_000)

  /// The first date on which a guard does not hold; nil where it holds on each of its dates.
  public static func failure(of bound: ConcentrationGuard, _ holdings: Holdings) -> Timestamp? {
    let dates = unlockDates(of: bound.token, holdings.plan)
    let times: [Timestamp]
    switch bound.moment {
    case .launch: times = [dates[0]]
    case .time(let time): times = [time]
    case .every: times = dates
    case .fullyVested: times = [dates[dates.count - 1]]
    }
    return times.first {
      bound.measure == .insiders
        ? !insidersHold(bound, holdings.plan, at: $0) : !holdersHold(bound, holdings, at: $0)
    }
  }

  private static func most(_ bound: ConcentrationGuard.Bound) -> BigUInt {
    if case .atMost(let share) = bound { BigUInt(share.billionths) } else { 0 }
  }

  private static func insidersHold(
    _ bound: ConcentrationGuard, _ plan: Plan, at time: Timestamp
  ) -> Bool {
    let paying = programs(of: bound.token, plan)
    let all = paying.reduce(BigUInt(0)) { $0 + free(of: $1, plan, at: time) }
    let part = paying.filter(\.insiders).reduce(BigUInt(0)) { $0 + free(of: $1, plan, at: time) }
    return part * whole <= most(bound.bound) * all
  }

  private static func holdersHold(
    _ bound: ConcentrationGuard, _ holdings: Holdings, at time: Timestamp
  ) -> Bool {
    let amounts = amounts(bound, holdings, at: time)
    let total = amounts.reduce(0, +)
    if total == 0 { return true }
    if total >= BigUInt(1) << 254 { return false }
    let most = most(bound.bound)
    switch bound.measure {
    case .largest: return amounts[0] * whole <= most * total
    case .top(let count): return amounts.prefix(count).reduce(0, +) * whole <= most * total
    case .gini:
      let n = BigUInt(amounts.count)
      var ranked = BigUInt(0)
      for (place, amount) in amounts.enumerated() { ranked += (n - BigUInt(place)) * amount }
      return (2 * ranked - (n + 1) * total) * whole <= most * n * total
    case .herfindahl:
      return amounts.reduce(BigUInt(0)) { $0 + $1 * $1 } * whole <= most * total * total
    case .nakamoto(let share):
      guard case .atLeast(let least) = bound.bound else { return false }
      // Fewer than `least` of the largest have no more than the threshold.
      return amounts.prefix(least - 1).reduce(0, +) * whole <= BigUInt(share.billionths) * total
    case .insiders: return true
    }
  }

  /// What every holder has that is free, the largest first.
  private static func amounts(
    _ bound: ConcentrationGuard, _ holdings: Holdings, at time: Timestamp
  ) -> [BigUInt] {
    var accounts: [Address: BigUInt] = [:]
    var clusters: [BigUInt: BigUInt] = [:]
    for (campaign, list) in zip(holdings.plan.campaigns, holdings.entitlements)
    where campaign.token == bound.token {
      for (account, amount) in list {
        let free = vested(amount, campaign.vesting, at: time.seconds)
        let number = bound.holder == .cluster ? holdings.clusters[account] ?? 0 : 0
        if number == 0 {
          accounts[account, default: 0] += free
        } else {
          clusters[number, default: 0] += free
        }
      }
    }
    return (Array(accounts.values) + Array(clusters.values)).filter { $0 > 0 }.sorted(by: >)
  }

  // MARK: Section 8, what is free when

  private static func programs(of token: String, _ plan: Plan) -> [Program] {
    plan.programs.filter { plan.campaign(named: $0.campaign)?.token == token }
  }

  private static func free(of program: Program, _ plan: Plan, at time: Timestamp) -> BigUInt {
    let budget = big(program.budget.baseUnits)
    if let emission = program.emission, let epochs = plan.epochs {
      let over = time < epochs.start ? 0 : (time.seconds - epochs.start.seconds) / epochs.length
      return cumulative(
        emission, UInt32(min(over, UInt64(epochs.count))), of: budget, over: epochs.count)
    }
    let vesting = plan.campaign(named: program.campaign)?.vesting ?? .immediate
    return vested(budget, vesting, at: time.seconds)
  }

  /// Launch and the later dates of a token's schedule, ascending.
  public static func unlockDates(of token: String, _ plan: Plan) -> [Timestamp] {
    let launch = plan.launch ?? plan.programs.compactMap { start(of: $0, plan) }.min()
    guard let launch else { return [Timestamp(0)] }
    let marked = programs(of: token, plan).flatMap { marks(of: $0, plan) }
    let end = max(launch, marked.max() ?? launch)
    let between = Set(marked.filter { $0 > launch })
    var dates: Set = [launch, end]
    if between.count <= 100 { dates.formUnion(between) }
    return dates.union(beginnings(from: launch, to: end)).sorted()
  }

  private static func start(of program: Program, _ plan: Plan) -> Timestamp? {
    if program.emission != nil { return plan.epochs?.start }
    let vesting = plan.campaign(named: program.campaign)?.vesting ?? .immediate
    return vesting.shape == .immediate ? nil : vesting.start
  }

  /// When parts of a program's budget begin or end to come free.
  private static func marks(of program: Program, _ plan: Plan) -> [Timestamp] {
    if program.emission != nil, let epochs = plan.epochs {
      let start = epochs.start.seconds
      return [start + epochs.length, start + UInt64(epochs.count) * epochs.length]
        .map(Timestamp.init)
    }
    let vesting = plan.campaign(named: program.campaign)?.vesting ?? .immediate
    let start = vesting.start.seconds
    var marks = vesting.initialUnlock == .none ? [] : [start]
    switch vesting.shape {
    case .immediate: return []
    case .linear(let cliff, let duration), .exponential(_, let cliff, let duration):
      marks += (cliff == 0 ? [] : [start + cliff]) + [start + duration]
    case .tranches(let tranches): marks += tranches.map(\.time.seconds)
    case .steps(.seconds(let length), let count):
      marks += [start + length, start + length * UInt64(count)]
    case .steps(.months(let months), let count):
      let day = CalendarDate(daysSinceUnixEpoch: start / 86_400)
      for step in [1, UInt64(count)] {
        let days = day.adding(months: UInt64(months) * step).daysSinceUnixEpoch
        marks.append(days * 86_400 + start % 86_400)
      }
    }
    return marks.map(Timestamp.init)
  }

  /// The beginnings between two times of the shortest period that makes them 24 or fewer.
  private static func beginnings(from launch: Timestamp, to end: Timestamp) -> [Timestamp] {
    func month(_ time: Timestamp) -> UInt64 {
      let date = CalendarDate(daysSinceUnixEpoch: time.seconds / 86_400)
      return date.year * 12 + date.month - 1
    }
    guard end > launch else { return [] }
    let months = month(Timestamp(end.seconds - 1)) - month(launch)
    var period: UInt64 = 1
    if months > 24 { period = months > 72 ? 6 : 3 }
    if months > 144 { period = 12 * ((months + 287) / 288) }
    let first = (month(launch) / period + 1) * period
    return stride(from: first, through: month(launch) + months, by: Int(period)).map { index in
      let date = CalendarDate(year: index / 12, month: index % 12 + 1, day: 1)
      return Timestamp(date.daysSinceUnixEpoch * 86_400)
    }
  }
}
