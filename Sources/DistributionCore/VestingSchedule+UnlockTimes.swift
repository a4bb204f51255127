import DistributionModel

extension VestingSchedule {
  /// Times that show the schedule's course, ascending, at most `limit` (4 or more), the end with
  /// them unless it lies beyond 2⁶⁴ − 1.
  ///
  /// Every step and tranche where they fit; for continuous shapes the start, the cliff, and
  /// equal parts of the duration. Empty for `immediate`.
  public func unlockTimes(limit: Int) -> [Timestamp] {
    precondition(limit >= 4, "a start, a cliff, an end and something between")
    let times: [Timestamp]
    switch shape {
    case .immediate:
      return []
    case .linear(let cliff, let duration), .exponential(_, let cliff, let duration):
      let parts = UInt64(min(limit - 3, 8))
      let offsets = (0...parts).map { duration / parts * $0 + duration % parts * $0 / parts }
      times = ([0, cliff] + offsets.filter { $0 > cliff } + [duration])
        .compactMap { start.advanced(by: $0) }
    case .steps(_, let count):
      // An even selection of the steps, the last one included.
      let shown = UInt64(min(limit - 1, Int(count)))
      let steps = (1...shown).map { UInt32(UInt64(count) * $0 / shown) }
      times = [start] + steps.compactMap { timeOfStep($0) }
    case .tranches(let tranches):
      let shown = min(limit, tranches.count)
      times = (1...shown).map { tranches[tranches.count * $0 / shown - 1].time }
    }
    return Array(Set(times)).sorted()
  }
}
