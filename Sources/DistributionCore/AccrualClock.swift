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
    let seconds = time - since
    runningSeconds += seconds
    switch rule {
    case .average:
      _ = reading.add([seconds])
    case .share:
      guard supply[4] == 0 else { throw overflow(at: since) }
      let supply = UInt256(limbs: [4 of UInt64](truncatingOrExtending: supply))
      let dividend = UInt512(high: UInt256(seconds), low: .zero)
      guard let quotient = dividend.quotientAndRemainder(dividingBy: supply)?.quotient else {
        preconditionFailure("the supply is above 0")
      }
      let (low, high) = (quotient.low.limbs, quotient.high.limbs[0])
      _ = reading.add([low[0], low[1], low[2], low[3], high])
    }
  }

  private func overflow(at time: UInt64) -> AccrualError {
    AccrualError(
      kind: .supplyOverflow, account: nil, time: Timestamp(time), line: nil,
      found: "balances of 2^256 or more together", expected: "a sum below 2^256",
      advice: "Look for an amount in the wrong unit.")
  }
}
