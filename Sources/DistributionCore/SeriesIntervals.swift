import DistributionModel
import EthereumPrimitives

extension SeriesLaw {
  /// What an account held in a window, from one change of its balance to the next, and what each
  /// interval adds to its weight.
  ///
  /// - Parameters:
  ///   - history: of the source, of the given name.
  ///   - amount: what the account received for its weight, base units: its intervals' parts add up
  ///     to it. The part up to a time is rounded down. nil where intervals have no parts of it.
  public static func intervals(
    of account: Address, in history: PositionHistory, named source: String, window: Range<UInt64>,
    rule: AccrualRule, amount: UInt256?
  ) throws(LawError) -> [HeldInterval] {
    guard let number = history.accounts.firstIndex(of: account).map({ UInt32($0) }) else {
      return []
    }
    do throws(AccrualError) {
      return try IntervalWalk(history, number, window: window, rule: rule)
        .intervals(sharing: amount)
    } catch {
      throw LawError(error, source: source, accounts: history.accounts)
    }
  }
}

extension SeriesLaw {
  /// The balances of all accounts together, on average over a window, rounded down.
  public static func averageTotal(
    of history: PositionHistory, window: Range<UInt64>
  ) -> UInt256? {
    let marks = history.marks(at: [window.lowerBound, window.upperBound], of: nil)
    return marks[0].averageTotal(until: marks[1])
  }
}

/// What stands in a history at a time, after the changes of that time.
struct HistoryMark {
  fileprivate(set) var time: UInt64
  /// Of one account.
  fileprivate(set) var balance = UInt256.zero
  /// Of all accounts.
  fileprivate(set) var total = UInt256.zero
  /// Σ `total` times seconds since the first mark.
  fileprivate var totalSeconds = UInt512.zero

  fileprivate mutating func pass(to later: UInt64) {
    guard later > time else { return }
    let added = total.multipliedFullWidth(by: UInt256(later - time))
    totalSeconds = totalSeconds.adding(added) ?? totalSeconds
    time = later
  }

  /// The balances of all accounts times seconds, up to a later mark.
  func totalSeconds(until later: HistoryMark) -> UInt512 {
    later.totalSeconds.subtracting(totalSeconds) ?? .zero
  }

  /// The balances of all accounts on average up to a later mark, rounded down.
  func averageTotal(until later: HistoryMark) -> UInt256? {
    totalSeconds(until: later)
      .quotientAndRemainder(dividingBy: UInt256(later.time - time))?.quotient.asUInt256
  }
}

extension PositionHistory {
  /// - Parameters:
  ///   - times: ascending, at least one.
  ///   - account: whose balance is looked at; nil of nobody.
  func marks(at times: [UInt64], of account: Address?) -> [HistoryMark] {
    let number = account.flatMap { accounts.firstIndex(of: $0) }
    var mark = HistoryMark(time: times[0])
    var row = 0
    return times.map { time in
      while row < changes.count, changes.times[row] <= time {
        mark.pass(to: changes.times[row])
        mark.total = balance(after: row, of: mark.total)
        if number == Int(changes.accounts[row]) {
          mark.balance = balance(after: row, of: mark.balance)
        }
        row += 1
      }
      mark.pass(to: time)
      return mark
    }
  }
}

/// One pass over the changes of all accounts, with an eye on one.
private struct IntervalWalk {
  private struct Mark {
    var time: UInt64
    /// The account's, from then on.
    var balance: UInt256
    /// What it had earned by then, without the lowest limb with `share`.
    var earned: UInt256
    /// Σ balances of all accounts times seconds, by then.
    var supplySeconds: UInt512
  }

  private var marks: [Mark] = []
  private var clock: AccrualClock
  private var balance = UInt256.zero
  private var earned = [5 of UInt64](repeating: 0)
  /// The clock when `earned` was brought up to date.
  private var since = [5 of UInt64](repeating: 0)
  private var supplySeconds = UInt512(.zero)

  init(
    _ history: PositionHistory, _ account: UInt32, window: Range<UInt64>, rule: AccrualRule
  ) throws(AccrualError) {
    clock = AccrualClock(rule: rule)
    clock.open(Timestamp(window.lowerBound)..<Timestamp(window.upperBound))
    let changes = history.changes
    var row = 0
    while row < changes.count, changes.times[row] < window.upperBound {
      let time = changes.times[row]
      if marks.isEmpty, time > window.lowerBound { mark(window.lowerBound) }
      try advance(to: time)
      var isOwn = false
      while row < changes.count, changes.times[row] == time {
        let amount = changes.amounts[row].limbs
        _ = changes.isTaken[row] ? clock.supply.subtract(amount) : clock.supply.add(amount)
        if changes.accounts[row] == account {
          if time > window.lowerBound { settle() }
          balance =
            changes.isTaken[row]
            ? balance &- changes.amounts[row] : balance &+ changes.amounts[row]
          isOwn = true
        }
        row += 1
      }
      if isOwn, time > window.lowerBound { mark(time) }
    }
    if marks.isEmpty { mark(window.lowerBound) }
    try advance(to: window.upperBound)
    settle()
    mark(window.upperBound)
  }

  private mutating func advance(to time: UInt64) throws(AccrualError) {
    let before = max(clock.now, clock.start)
    if time > before {
      let supply = UInt256(limbs: [4 of UInt64](truncatingOrExtending: clock.supply))
      let added = supply.multipliedFullWidth(by: UInt256(time - before))
      supplySeconds = supplySeconds.adding(added) ?? supplySeconds
    }
    try clock.advance(to: time)
  }

  /// Brings up to date what the account has earned.
  private mutating func settle() {
    var passed = clock.reading
    _ = passed.subtract(since)
    let more = [5 of UInt64](product: balance.limbs, passed)
    _ = earned.add(more)
    since = clock.reading
  }

  private mutating func mark(_ time: UInt64) {
    let dropped = clock.rule == .share ? AccruedEpoch.droppedLimbs : 0
    var limbs = [4 of UInt64](repeating: 0)
    for index in 0..<(5 - dropped) where index < 4 { limbs[index] = earned[index + dropped] }
    marks.append(
      Mark(
        time: time, balance: balance, earned: UInt256(limbs: limbs), supplySeconds: supplySeconds))
  }

  func intervals(sharing amount: UInt256?) -> [HeldInterval] {
    let whole = marks.last?.earned ?? .zero
    return zip(marks, marks.dropFirst()).map { from, to in
      let seconds = to.time - from.time
      let supplySeconds = to.supplySeconds.subtracting(from.supplySeconds) ?? .zero
      let supply = supplySeconds.quotientAndRemainder(dividingBy: UInt256(seconds))?.quotient.low
      let earned = to.earned &- from.earned
      return HeldInterval(
        start: Timestamp(from.time), end: Timestamp(to.time), balance: from.balance,
        total: supply ?? .zero, earned: earned,
        part: clock.rule.part(earned, seconds: seconds, supplySeconds: supplySeconds),
        amount: amount.map { $0.part(to.earned, of: whole) &- $0.part(from.earned, of: whole) })
    }
  }
}

extension AccrualRule {
  /// What an account earned, of what all could earn in so many seconds: in billionths, to the
  /// nearest.
  func part(_ earned: UInt256, seconds: UInt64, supplySeconds: UInt512) -> UInt64 {
    switch self {
    case .share: earned.billionths(of: UInt512(UInt256(seconds) << 192))
    case .average: earned.billionths(of: supplySeconds)
    }
  }
}

extension UInt256 {
  /// ⌊self · part / whole⌋, the part being no more than the whole; 0 where the whole is 0.
  func part(_ part: UInt256, of whole: UInt256) -> UInt256 {
    multipliedFullWidth(by: part).quotientAndRemainder(dividingBy: whole)?.quotient.low ?? .zero
  }

  /// Its part of a whole below 2³²⁰, in billionths to the nearest; 0 where the whole is 0.
  fileprivate func billionths(of whole: UInt512) -> UInt64 {
    let shift = whole.high.isZero ? 0 : 64
    let divisor = (whole >> shift).low
    let scaled = multipliedFullWidth(by: UInt256(Share.whole.billionths)) >> shift
    return scaled.adding(divisor >> 1)?.quotientAndRemainder(dividingBy: divisor)?
      .quotient.asUInt256?.asUInt64 ?? 0
  }
}
