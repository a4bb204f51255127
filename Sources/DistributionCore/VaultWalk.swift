import DistributionModel
import EthereumPrimitives

/// Goes through a window from one instant of a vault's shares to the next, and reads there what the
/// vault's deposits have earned.
struct VaultWalk {
  private let deposits: PositionHistory
  private let shares: PositionHistory
  private let window: Range<UInt64>
  /// The vault's place among the deposits; nil where it has none.
  private let vault: Int?
  private var accrual: Accrual
  /// As of the last instant of the shares.
  private(set) var clock: InnerClock
  private var now: UInt64
  /// The first changes that were not taken.
  private var deposit = 0
  private var share = 0
  /// What the vault had earned by `now`.
  private var earned = [5 of UInt64](repeating: 0)

  init(
    _ vault: Address, deposits: PositionHistory, shares: PositionHistory, window: Range<UInt64>,
    rule: AccrualRule
  ) {
    self.deposits = deposits
    self.shares = shares
    self.window = window
    self.vault = deposits.accounts.firstIndex(of: vault)
    accrual = Accrual(rule: rule)
    accrual.open(Timestamp(window.lowerBound)..<Timestamp(window.upperBound))
    clock = InnerClock(rule, accountCount: shares.accounts.count)
    now = window.lowerBound
    clock.take(shares.changes, from: &share, through: now)
  }

  var isOver: Bool { now >= window.upperBound }

  /// The next instant of the shares, or the end of the window.
  var next: UInt64 {
    min(shares.changes.times[from: share] ?? window.upperBound, window.upperBound)
  }

  /// Goes on to the next instant.
  mutating func step() throws(AccrualError) {
    let next = next
    let total = try earned(by: vault, at: next)
    var more = total
    _ = more.subtract(earned)
    earned = total
    try clock.advance(by: more, at: now)
    now = next
    if !isOver { clock.take(shares.changes, from: &share, through: now) }
  }

  /// What a place of the deposits has earned by a time up to the next instant; the times of all
  /// calls ascend.
  mutating func earned(by place: Int?, at time: UInt64) throws(AccrualError) -> [5 of UInt64] {
    deposit = try accrual.take(deposits.changes, from: deposit, before: Timestamp(time))
    guard let place else { return [5 of UInt64](repeating: 0) }
    return try accrual.earned(by: place, at: time)
  }

  /// The clock as it is at a time up to the next instant. Reading it changes nothing.
  mutating func clock(at time: UInt64) throws(AccrualError) -> InnerClock {
    var more = try earned(by: vault, at: time)
    _ = more.subtract(earned)
    var ahead = clock
    try ahead.advance(by: more, at: now)
    return ahead
  }

  /// Ends the window and gives what deposits earned.
  mutating func close() throws(AccrualError) -> AccruedEpoch { try accrual.close() }
}

/// What a share of a vault has earned, instant by instant of the shares.
struct InnerClock {
  /// Of the scale, 2²⁵⁶ under `average`, and 2¹²⁸ under `share`, whose units are small already.
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

  /// What a holder of shares has earned of the vault's, in units of the scale.
  func earned(by account: Int) -> [8 of UInt64] {
    var earned = [8 of UInt64](product: balances[account].limbs, reading)
    _ = earned.subtract(debts[account])
    return earned
  }

  /// The same without the lowest limbs.
  func part(of account: Int, dropping limbs: Int) -> UInt256 {
    let earned = earned(by: account)
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
  init(limbs: [8 of UInt64]) {
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
