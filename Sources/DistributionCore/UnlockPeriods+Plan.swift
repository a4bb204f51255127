import DistributionModel
import EthereumPrimitives

extension Plan {
  /// What of a token's budgets is free at the end of each month, or of the shortest of quarters,
  /// half-years, years and several years of which there are at most `limit`.
  public func unlockPeriods(of schedule: UnlockSchedule, limit: UInt64) -> UnlockPeriods {
    guard let launch = schedule.dates.first, let last = schedule.dates.last else {
      return UnlockPeriods(months: 1, rows: [])
    }
    let (first, final) = (launch.monthIndex, last.monthIndex)
    func count(_ months: UInt64) -> UInt64 { final / months - first / months + 1 }
    // Fewer years than a `limit`-th of all are too few in any case.
    let years = max(1, (final - first) / (12 * limit))
    var months = [UInt64(1), 3, 6].first { count($0) <= limit } ?? 12 * years
    while count(months) > limit { months += 12 }
    let names = Set(schedule.lines.map(\.campaign.name))
    let paying = programs.filter { names.contains($0.campaign) }
    func unlocked(_ programs: [Program], at time: Timestamp) -> UInt256 {
      programs.reduce(UInt256.zero) { $0 &+ self.unlocked($1, at: time) }
    }
    var rows: [UnlockPeriods.Row] = []
    for period in (first / months)...(final / months) {
      let next = Timestamp(monthIndex: (period + 1) * months)
      let end = min(next.map { Timestamp($0.seconds - 1) } ?? last, last)
      let start = Timestamp(monthIndex: period * months).map { max($0, launch) } ?? launch
      rows.append(
        UnlockPeriods.Row(
          start: start, end: end, unlocked: unlocked(paying, at: end),
          insiders: unlocked(paying.filter(\.insiders), at: end)))
    }
    return UnlockPeriods(months: months, rows: rows)
  }
}
