import DistributionModel
import EthereumPrimitives

extension SeriesLaw {
  /// What an account held in a window, itself and of a vault, from one change of its balance or its
  /// shares to the next, and what each interval adds to its weight.
  ///
  /// - Parameters:
  ///   - source: the name of the one that looks through the vault.
  ///   - amount: as for a source of balances.
  public static func intervals(
    of account: Address, through vault: Address, deposits: PositionHistory,
    shares: PositionHistory, named source: String, window: Range<UInt64>, rule: AccrualRule,
    amount: UInt256?
  ) throws(LawError) -> [HeldInterval] {
    guard deposits.accounts.contains(account) || shares.accounts.contains(account) else {
      return []
    }
    let intervals = VaultIntervals(
      account: account, vault: vault, deposits: deposits, shares: shares, window: window)
    do throws(AccrualError) {
      return try intervals.intervals(rule, sharing: amount)
    } catch {
      throw LawError(error, source: source, accounts: deposits.accounts)
    }
  }
}

private struct VaultIntervals {
  let account: Address
  let vault: Address
  let deposits: PositionHistory
  let shares: PositionHistory
  let window: Range<UInt64>

  /// What the account had earned by a time.
  private struct Earned {
    /// As the law rounds it at the end of a window.
    let weight: UInt256
    /// Of it what came through the vault, in units of the inner clock's scale.
    let inVault: UInt512
  }

  func intervals(_ rule: AccrualRule, sharing amount: UInt256?) throws(AccrualError)
    -> [HeldInterval]
  {
    let times = self.times
    let held = deposits.marks(at: times, of: account)
    let supply = shares.marks(at: times, of: account)
    let seconds = try earned(at: times, by: .average)
    let weights = (rule == .average ? seconds : try earned(at: times, by: rule)).map(\.weight)
    let whole = weights.last ?? .zero
    return times.indices.dropLast().map { from in
      let to = from + 1
      let earned = weights[to] &- weights[from]
      let isSplit = account == vault && !supply[from].total.isZero
      return HeldInterval(
        start: Timestamp(times[from]), end: Timestamp(times[to]),
        balance: isSplit ? .zero : held[from].balance,
        inVault: average(
          from: seconds[from].inVault, to: seconds[to].inVault, times[to] - times[from]),
        total: held[from].averageTotal(until: held[to]) ?? .zero,
        earned: earned,
        part: rule.part(
          earned, seconds: times[to] - times[from],
          supplySeconds: held[from].totalSeconds(until: held[to])),
        amount: amount.map { $0.part(weights[to], of: whole) &- $0.part(weights[from], of: whole) })
    }
  }

  /// The ends of the window, and between them when something of the account's changes.
  private var times: [UInt64] {
    var times: Set = [window.lowerBound, window.upperBound]
    for history in [deposits, shares] {
      let number = history.accounts.firstIndex(of: account)
      for row in 0..<history.changes.count
      where number == Int(history.changes.accounts[row])
        && window.contains(history.changes.times[row])
      {
        times.insert(history.changes.times[row])
      }
    }
    if account == vault { times.formUnion(splits) }
    return times.sorted()
  }

  /// When somebody has shares of the vault after nobody had, and the other way round.
  private var splits: [UInt64] {
    let times = Set(shares.changes.times.filter { window.contains($0) }).sorted()
    let marks = shares.marks(at: [window.lowerBound] + times, of: nil)
    return zip(marks, marks.dropFirst()).filter { $0.total.isZero != $1.total.isZero }
      .map(\.1.time)
  }

  /// - Parameter times: ascending, from the start of the window to its end.
  private func earned(
    at times: [UInt64], by rule: AccrualRule
  ) throws(AccrualError) -> [Earned] {
    let (deposit, share) = (
      deposits.accounts.firstIndex(of: account), shares.accounts.firstIndex(of: account)
    )
    let dropped = rule == .share ? AccruedEpoch.droppedLimbs : 0
    var walk = VaultWalk(vault, deposits: deposits, shares: shares, window: window, rule: rule)
    return try times.map { time throws(AccrualError) in
      while walk.next < time { try walk.step() }
      let clock = try walk.clock(at: time)
      var own = [5 of UInt64](repeating: 0)
      if account != vault { own = try walk.earned(by: deposit, at: time) }
      var weight =
        account == vault
        ? clock.unclaimed(dropping: dropped)
        : UInt256(own[dropped], own[dropped + 1], own[dropped + 2], own[dropped + 3])
      if let share { weight = weight &+ clock.part(of: share, dropping: dropped) }
      return Earned(
        weight: weight, inVault: share.map { UInt512(limbs: clock.earned(by: $0)) } ?? .zero)
    }
  }

  /// What is held per second, to the nearest unit. Under `average` the scale is 2²⁵⁶.
  private func average(from: UInt512, to: UInt512, _ seconds: UInt64) -> UInt256 {
    guard
      let scaled = to.subtracting(from)?.quotientAndRemainder(dividingBy: UInt256(seconds))?
        .quotient
    else { return .zero }
    return (scaled.adding(UInt512(UInt256.one << 255)) ?? scaled).high
  }
}
