import DistributionModel
import EthereumPrimitives

/// How far an epoch has come: the time, and what a base unit has earned by then.
///
/// `average` counts the seconds in which somebody holds something; `share` adds ⌊2²⁵⁶ · d / S⌋ for
/// every d seconds in which the balances are S. An account's weight is its balance times the
/// difference of two readings, whatever the rule.
struct AccrualClock: Sendable {
  let rule: AccrualRule
  /// No change is earlier.
  private(set) var now: UInt64 = 0
  private(set) var start: UInt64 = 0
  /// Changes from here on belong to the next epoch.
  private(set) var end: UInt64 = 0
  /// What a base unit that was held since the start has earned: below 2³²⁰.
  private(set) var reading = [5 of UInt64](repeating: 0)
  /// S, modulo 2³²⁰: between the changes of an instant it may be less than 0 or 2²⁵⁶ and more.
  var supply = [5 of UInt64](repeating: 0)
  /// T₊, the seconds of the epoch in which S was above 0.
  private(set) var runningSeconds: UInt64 = 0

  init(rule: AccrualRule) { self.rule = rule }

  /// Starts an epoch, at 0.
  mutating func open(_ epoch: Range<Timestamp>) {
    precondition(epoch.lowerBound.seconds >= end, "epochs follow one another")
    start = epoch.lowerBound.seconds
    end = epoch.upperBound.seconds
    reading = [5 of UInt64](repeating: 0)
    runningSeconds = 0
  }

  /// Goes on to a time that is not earlier, with the balances as they are.
  ///
  /// - Throws: `supplyOverflow` where a share is asked of 2²⁵⁶ base units or more.
  mutating func advance(to time: UInt64) throws(AccrualError) {
    let since = max(now, start)
    now = time
    guard time > since, !supply.isZero(from: 0) else { return }
    _ = reading.add(try growth(from: since, to: time))
    runningSeconds += time - since
  }

  /// What the reading will be at a time that is not earlier, where nothing changes until then.
  func reading(at time: UInt64) throws(AccrualError) -> [5 of UInt64] {
    let since = max(now, start)
    guard time > since, !supply.isZero(from: 0) else { return reading }
    var later = reading
    _ = later.add(try growth(from: since, to: time))
    return later
  }

  /// What a base unit earns in a time in which there are some.
  @inline(__always)
  private func growth(
    from since: UInt64, to time: UInt64
  ) throws(AccrualError) -> [5 of UInt64] {
    let seconds = time - since
    switch rule {
    case .average:
      return [seconds, 0, 0, 0, 0]
    case .share:
      guard supply[4] == 0 else { throw AccrualError(tooMuchHeldAt: since) }
      let supply = UInt256(limbs: [4 of UInt64](truncatingOrExtending: supply))
      let dividend = UInt512(high: UInt256(seconds), low: .zero)
      guard let quotient = dividend.quotientAndRemainder(dividingBy: supply)?.quotient else {
        preconditionFailure("the supply is above 0")
      }
      let (low, high) = (quotient.low.limbs, quotient.high.limbs[0])
      return [low[0], low[1], low[2], low[3], high]
    }
  }
}
