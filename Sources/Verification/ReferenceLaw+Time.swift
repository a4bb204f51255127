import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 3, emission over epochs

  /// C(n) of N epochs.
  public static func cumulative(
    _ emission: Emission, _ epochs: UInt32, of budget: BigUInt, over count: UInt32
  ) -> BigUInt {
    let n = BigUInt(epochs)
    let all = BigUInt(count)
    switch emission {
    case .constant:
      return budget * n / all
    case .linearDecay:
      return budget * n * (2 * all - n + 1) / (all * (all + 1))
    case .exponentialDecay(let halfLife):
      let gone = one - decay(BigUInt(epochs), BigUInt(halfLife))
      return budget * gone / (one - decay(BigUInt(count), BigUInt(halfLife)))
    case .table(let amounts):
      return amounts.prefix(Int(epochs)).reduce(BigUInt(0)) { $0 + big($1.baseUnits) }
    }
  }

  // MARK: Section 4, the decay function

  static let one = BigUInt(1) << 128

  /// Kᵢ, from square roots at scale 2¹⁰²⁴.
  private static let factors: [BigUInt] = {
    let scale = 1024
    var root = BigUInt(1) << scale
    var factors: [BigUInt] = []
    for index in 1...64 {
      // The first root is that of one half, the others of the one before.
      root = (index == 1 ? BigUInt(1) << (2 * scale - 1) : root << scale).squareRoot()
      factors.append(root >> (scale - 128))
    }
    return factors
  }()

  /// D(t, h).
  public static func decay(_ time: BigUInt, _ halfLife: BigUInt) -> BigUInt {
    let x = (time << 64) / halfLife
    let n = x >> 64
    let f = x - (n << 64)
    var r = one
    for i in 1...64 where !((f >> (64 - i)) & 1).isZero {
      r = (r * factors[i - 1]) >> 128
    }
    return n > 128 ? 0 : r >> Int(n)
  }

  // MARK: Section 5, vesting

  /// vested(A, t).
  public static func vested(
    _ amount: BigUInt, _ schedule: VestingSchedule, at time: UInt64
  ) -> BigUInt {
    if schedule.shape == .immediate { return amount }
    let start = schedule.start.seconds
    if time < start { return 0 }
    let initial = amount * BigUInt(schedule.initialUnlock.billionths) / 1_000_000_000
    let rest = amount - initial
    let passed = BigUInt(time - start)
    switch schedule.shape {
    case .immediate:
      return amount
    case .linear(let cliff, let duration):
      if passed >= BigUInt(duration) { return amount }
      if passed < BigUInt(cliff) { return initial }
      return initial + rest * passed / BigUInt(duration)
    case .steps(let period, let count):
      let reached = steps(period, count, from: start, by: time)
      return initial + rest * BigUInt(reached) / BigUInt(count)
    case .tranches(let tranches):
      if let last = tranches.last, last.time.seconds <= time { return amount }
      let open = tranches.filter { $0.time.seconds <= time }
      let share = open.reduce(BigUInt(0)) { $0 + BigUInt($1.share.billionths) }
      return amount * share / 1_000_000_000
    case .exponential(let halfLife, let cliff, let duration):
      if passed >= BigUInt(duration) { return amount }
      if passed < BigUInt(cliff) { return initial }
      let h = BigUInt(halfLife)
      return initial + rest * (one - decay(passed, h)) / (one - decay(BigUInt(duration), h))
    }
  }

  /// How many steps have fallen by a time: one after the other.
  private static func steps(
    _ period: VestingSchedule.StepPeriod, _ count: UInt32, from start: UInt64, by time: UInt64
  ) -> UInt32 {
    switch period {
    case .seconds(let length):
      return UInt32(min(BigUInt(count), BigUInt(time - start) / BigUInt(length)))
    case .months(let months):
      var walk = MonthWalk(from: start)
      for step in 0..<count {
        walk.advance(months)
        if walk.seconds > BigUInt(time) { return step }
      }
      return count
    }
  }
}

/// Walks a calendar month by month, counting days.
private struct MonthWalk {
  private var year: Int
  /// 0 is January.
  private var month: Int
  /// Days from 1970-01-01 to the first of the month.
  private var firstDay: Int
  private let day: Int
  private let secondOfDay: UInt64

  init(from seconds: UInt64) {
    var days = Int(seconds / 86_400)
    secondOfDay = seconds % 86_400
    (year, month, firstDay) = (1970, 0, 0)
    // Whole cycles of 400 years have 146 097 days; the rest is walked.
    year += days / 146_097 * 400
    firstDay = days / 146_097 * 146_097
    days %= 146_097
    while days >= Self.length(year, month) {
      days -= Self.length(year, month)
      firstDay += Self.length(year, month)
      (year, month) = month == 11 ? (year + 1, 0) : (year, month + 1)
    }
    day = days
  }

  private static func length(_ year: Int, _ month: Int) -> Int {
    let isLeap = year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
    return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month]
  }

  mutating func advance(_ months: UInt32) {
    for _ in 0..<months {
      firstDay += Self.length(year, month)
      (year, month) = month == 11 ? (year + 1, 0) : (year, month + 1)
    }
  }

  /// The start's day of this month, or its last day, at the start's time of day.
  var seconds: BigUInt {
    let dayOfMonth = min(day, Self.length(year, month) - 1)
    return BigUInt(firstDay + dayOfMonth) * 86_400 + BigUInt(secondOfDay)
  }
}
