import DistributionModel
import EthereumPrimitives

/// Who earned what of a source in which a vault's balance belongs to those who hold its shares:
/// `docs/reference/law.md`, section 15.
struct VaultMeasuring {
  private let vault: Address
  private let deposits: PositionHistory
  private let shares: PositionHistory
  private let window: Range<UInt64>
  /// Of deposits and shares, ascending.
  private let accounts: [Address]

  /// What accounts earned by one rule.
  private struct Earned {
    var weights: [UInt256]
    let runningSeconds: UInt64
  }

  /// - Parameters: histories that were checked.
  init(
    _ vault: Address, deposits: PositionHistory, shares: PositionHistory, window: Range<UInt64>
  ) {
    self.vault = vault
    self.deposits = deposits
    self.shares = shares
    self.window = window
    accounts = PositionHistory.accounts(of: [deposits, shares])
  }

  /// One row per account that earned something, ascending by account.
  func rows(_ measures: [Series.Measure], named name: String) throws(LawError) -> SourceRows {
    do throws(AccrualError) {
      let held = measures.contains(.held) ? try earned(by: .average) : nil
      let shared = measures.contains(.share) ? try earned(by: .share) : nil
      let earned = [held, shared].compactMap { $0 }
      let holders = accounts.indices.filter { account in
        earned.contains { !$0.weights[account].isZero }
      }
      let columns = measures.map { measure in
        switch measure {
        case .held: holders.map { held?.weights[$0] ?? .zero }
        case .share: holders.map { shared?.weights[$0] ?? .zero }
        case .running: holders.map { _ in UInt256(earned.first?.runningSeconds ?? 0) }
        case .opening, .closing, .lowest, .highest, .average, .seconds:
          preconditionFailure("a checked plan asks for time, where there are no balances")
        }
      }
      return SourceRows(
        source: name, accounts: holders.map { accounts[$0] },
        columns: columns.map { ColumnValues($0) },
        lines: [UInt32](repeating: 0, count: holders.count))
    } catch {
      throw LawError(error, source: name, accounts: accounts)
    }
  }

  private func earned(by rule: AccrualRule) throws(AccrualError) -> Earned {
    var accrual = Accrual(rule: rule)
    accrual.open(Timestamp(window.lowerBound)..<Timestamp(window.upperBound))
    let place = deposits.accounts.firstIndex(of: vault)
    var clock = InnerClock(rule, accountCount: shares.accounts.count)
    var (deposit, share) = (0, 0)
    var last = [5 of UInt64](repeating: 0)
    var now = window.lowerBound
    clock.take(shares.changes, from: &share, through: now)
    while now < window.upperBound {
      let next = min(shares.changes.times[from: share] ?? window.upperBound, window.upperBound)
      deposit = try accrual.take(deposits.changes, from: deposit, before: Timestamp(next))
      let total = try place.map { place throws(AccrualError) in
        try accrual.earned(by: place, at: next)
      }
      var earned = total ?? last
      _ = earned.subtract(last)
      last = total ?? last
      try clock.advance(by: earned, at: now)
      now = next
      if now < window.upperBound { clock.take(shares.changes, from: &share, through: now) }
    }
    return try together(try accrual.close(), clock)
  }

  /// Own balances, and parts of the vault's.
  private func together(
    _ own: AccruedEpoch, _ clock: InnerClock
  ) throws(AccrualError) -> Earned {
    let dropped = own.rule == .share ? AccruedEpoch.droppedLimbs : 0
    var weights = [UInt256](repeating: .zero, count: accounts.count)
    for (place, account) in deposits.places(in: accounts).enumerated() {
      weights[account] =
        deposits.accounts[place] == vault ? clock.unclaimed(dropping: dropped) : own.weights[place]
    }
    for (place, account) in shares.places(in: accounts).enumerated() {
      guard let sum = weights[account].adding(clock.part(of: place, dropping: dropped)) else {
        throw AccrualError(tooMuchEarnedBy: UInt32(account), by: window.upperBound)
      }
      weights[account] = sum
    }
    return Earned(weights: weights, runningSeconds: own.runningSeconds)
  }
}

/// What a share of a vault has earned, instant by instant of the shares.
private struct InnerClock {
  /// 2²⁵⁶ under `average`, 2¹²⁸ under `share`, of which what the vault earns has many a bit.
  private let scaleLimbs: Int
  /// A_V, in units of the scale.
  private var reading = [8 of UInt64](repeating: 0)
  /// Σσ, modulo 2³²⁰.
  private var supply = [5 of UInt64](repeating: 0)
  private var balances: [UInt256]
  /// Σ (change · reading at the change), modulo 2⁵¹², in which what was earned always fits.
  private var debts: [[8 of UInt64]]
  /// What the vault earned while nobody held a share.
  private var unclaimed = [5 of UInt64](repeating: 0)

  init(_ rule: AccrualRule, accountCount: Int) {
    scaleLimbs = rule == .share ? 2 : 4
    balances = [UInt256](repeating: .zero, count: accountCount)
    debts = [[8 of UInt64]](repeating: [8 of UInt64](repeating: 0), count: accountCount)
  }

  /// Takes changes up to a time, and those at it.
  mutating func take(_ changes: PositionChanges, from row: inout Int, through time: UInt64) {
    while row < changes.count, changes.times[row] <= time {
      let account = Int(changes.accounts[row])
      let amount = changes.amounts[row]
      let debt = [8 of UInt64](product: amount.limbs, reading)
      if changes.isTaken[row] {
        balances[account] = balances[account] &- amount
        _ = debts[account].subtract(debt)
        _ = supply.subtract(amount.limbs)
      } else {
        balances[account] = balances[account] &+ amount
        _ = debts[account].add(debt)
        _ = supply.add(amount.limbs)
      }
      row += 1
    }
  }

  /// Splits what the vault earned since the last change.
  ///
  /// - Parameter time: of that change.
  mutating func advance(by earned: [5 of UInt64], at time: UInt64) throws(AccrualError) {
    guard supply[4] == 0 else { throw AccrualError(tooMuchHeldAt: time) }
    // A vault with 2²⁵⁶ or more under `average` is refused at the end: no limb is lost.
    var dividend = [8 of UInt64](repeating: 0)
    for limb in 0..<min(5, 8 - scaleLimbs) { dividend[limb + scaleLimbs] = earned[limb] }
    let supply = UInt256(limbs: [4 of UInt64](truncatingOrExtending: supply))
    guard let division = UInt512(limbs: dividend).quotientAndRemainder(dividingBy: supply) else {
      _ = unclaimed.add(earned)
      return
    }
    _ = reading.add(division.quotient.limbs)
  }

  /// What a holder of shares has earned of the vault's, without the lowest limbs.
  func part(of account: Int, dropping limbs: Int) -> UInt256 {
    var earned = [8 of UInt64](product: balances[account].limbs, reading)
    _ = earned.subtract(debts[account])
    let start = limbs + scaleLimbs
    return UInt256(earned[start], earned[start + 1], earned[start + 2], earned[start + 3])
  }

  /// What is the vault's own, without the lowest limbs.
  func unclaimed(dropping limbs: Int) -> UInt256 {
    UInt256(
      unclaimed[limbs], unclaimed[limbs + 1], unclaimed[limbs + 2], unclaimed[limbs + 3])
  }
}

extension UInt512 {
  fileprivate init(limbs: [8 of UInt64]) {
    self.init(
      high: UInt256(limbs[4], limbs[5], limbs[6], limbs[7]),
      low: UInt256(limbs[0], limbs[1], limbs[2], limbs[3]))
  }

  fileprivate var limbs: [8 of UInt64] {
    let (low, high) = (low.limbs, high.limbs)
    return [low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]]
  }
}

extension Array {
  fileprivate subscript(from index: Int) -> Element? { index < count ? self[index] : nil }
}
