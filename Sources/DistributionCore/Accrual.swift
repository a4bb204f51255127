import DistributionModel
import EthereumPrimitives

/// Weights of accounts out of the changes of their balances, one epoch after the other.
///
/// `docs/reference/law.md`, section 14. A change costs the same however many there are, closing an
/// epoch as much as there are accounts:
///
/// ```swift
/// var accrual = Accrual(rule: .share)
/// accrual.open(epoch)
/// let next = try accrual.take(changes)     // the rest of them belongs to later epochs
/// let weights = try accrual.close().weights
/// ```
///
/// All that goes from one epoch into the next is the balances: who keeps those goes on from there.
public struct Accrual: Sendable {
  /// Where balances stay below 2¹²⁸, one of these is enough. Weights of `average` are then below
  /// 2¹⁹²; those of `share` are below 2³²⁰ in any case.
  private var average = AccrualLedger<2, 3>()
  private var share = AccrualLedger<2, 5>()
  /// The one that takes everything: what balances below 2²⁵⁶ earn is below 2³²⁰.
  private var wide = AccrualLedger<5, 5>()
  private var isWide = false
  private var clock: AccrualClock
  private var suspects = AccrualSuspects()
  private var isOpen = false

  public var rule: AccrualRule { clock.rule }

  /// - Parameter balances: before the first change, by the accounts' numbers.
  public init(rule: AccrualRule, balances: [UInt256] = []) {
    clock = AccrualClock(rule: rule)
    wide = AccrualLedger(balances: balances)
    for balance in balances { _ = clock.supply.add(balance.limbs) }
    isWide = true
    narrow()
  }

  /// The balances by the accounts' numbers, between two epochs.
  public var balances: [UInt256] {
    precondition(!isOpen, "balances may be passing ones inside an epoch")
    return isWide ? wide.balances : rule == .average ? average.balances : share.balances
  }

  /// Starts an epoch, which is half-open and not earlier than the end of the one before.
  public mutating func open(_ epoch: Range<Timestamp>) {
    precondition(!isOpen && !epoch.isEmpty, "one epoch of at least a second at a time")
    clock.open(epoch)
    isOpen = true
  }

  /// Takes changes before the end of the epoch. Those before its start make opening balances.
  ///
  /// - Parameters:
  ///   - first: the row with which to begin.
  ///   - time: where to stop in the middle of the epoch; nil is its end.
  /// - Returns: the first row that was not taken; as many as there are, if all of them were.
  /// - Throws: `AccrualError`; what was taken is of no use then.
  public mutating func take(
    _ changes: PositionChanges, from first: Int = 0, before time: Timestamp? = nil
  ) throws(AccrualError) -> Int {
    precondition(isOpen, "an epoch to which the changes belong")
    let end = min(time?.seconds ?? clock.end, clock.end)
    var row = first
    while true {
      switch (isWide, rule) {
      case (true, _): try wide.take(changes, from: &row, before: end, &clock, &suspects)
      case (false, .average): try average.take(changes, from: &row, before: end, &clock, &suspects)
      case (false, .share): try share.take(changes, from: &row, before: end, &clock, &suspects)
      }
      guard row < changes.count, changes.times[row] < end else { return row }
      widen()
    }
  }

  /// What an account has earned since the start of the epoch, in its middle: base units times
  /// seconds, or with `share` units of 2⁻²⁵⁶ seconds. Reading it changes nothing.
  ///
  /// - Parameter time: up to which all changes were taken.
  func earned(by account: Int, at time: UInt64) throws(AccrualError) -> [5 of UInt64] {
    precondition(isOpen, "between two epochs nothing is earned")
    let reading = try clock.reading(at: time)
    return switch (isWide, rule) {
    case (true, _): wide.earned(by: account, at: reading)
    case (false, .average): average.earned(by: account, at: reading)
    case (false, .share): share.earned(by: account, at: reading)
    }
  }

  /// Ends the epoch and gives its weights.
  public mutating func close() throws(AccrualError) -> AccruedEpoch {
    precondition(isOpen, "an epoch to close")
    try wide.check(suspects, at: clock.now)
    suspects.removeAll()
    try clock.advance(to: clock.end)
    isOpen = false
    let dropped = rule == .share ? AccruedEpoch.droppedLimbs : 0
    let (weights, dust, overflow) =
      isWide
      ? wide.settle(at: clock.reading, dropping: dropped)
      : rule == .average
        ? average.settle(at: clock.reading, dropping: dropped)
        : share.settle(at: clock.reading, dropping: dropped)
    if let overflow { throw AccrualError(tooMuchEarnedBy: overflow, by: clock.end) }
    if isWide { narrow() }
    return AccruedEpoch(
      rule: rule, weights: weights, dust: dust, seconds: clock.end - clock.start,
      runningSeconds: clock.runningSeconds)
  }

  /// Goes over to the wide ledger, in the middle of an epoch.
  private mutating func widen() {
    precondition(!isWide, "the wide ledger takes every change")
    switch rule {
    case .average:
      wide = AccrualLedger(average, at: clock.reading)
      average = AccrualLedger()
    case .share:
      wide = AccrualLedger(share, at: clock.reading)
      share = AccrualLedger()
    }
    isWide = true
  }

  /// Goes back to a narrow ledger between two epochs, where all balances fit.
  private mutating func narrow() {
    guard wide.fits(limbs: 2) else { return }
    let nothing = [5 of UInt64](repeating: 0)
    switch rule {
    case .average: average = AccrualLedger(wide, at: nothing)
    case .share: share = AccrualLedger(wide, at: nothing)
    }
    wide = AccrualLedger()
    isWide = false
  }
}

/// What the accounts of a program earned in an epoch.
public struct AccruedEpoch: Sendable, Equatable {
  public let rule: AccrualRule
  /// By the accounts' numbers: base units times seconds, or with `share` units of 2⁻¹⁹² seconds.
  public let weights: [UInt256]
  /// Accounts that earned something, but less than a unit of weight; ascending.
  let dust: [UInt32]
  /// T.
  public let seconds: UInt64
  /// T₊, the seconds in which somebody held something.
  public let runningSeconds: UInt64

  /// What is earned in units of 2⁻²⁵⁶ seconds loses so many limbs, rounded down.
  static let droppedLimbs = 1

  /// What is due of a budget: with `share`, ⌊B · T₊ / T⌋. The rest is carried.
  public func due(of budget: UInt256) -> UInt256 {
    guard rule == .share else { return budget }
    let product = budget.multipliedFullWidth(by: UInt256(runningSeconds))
    guard let division = product.quotientAndRemainder(dividingBy: UInt256(seconds)) else {
      preconditionFailure("an epoch has at least a second")
    }
    return division.quotient.low
  }
}
