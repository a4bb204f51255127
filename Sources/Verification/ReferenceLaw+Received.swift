import DistributionModel

extension ReferenceLaw {
  /// The second at which a row of a time counts that was received at another one
  /// (`docs/reference/law.md`, section 15).
  ///
  /// Epoch n is [s(n), s(n + 1)), and closed at r when s(n + 1) + within <= r. So the first one
  /// that is not closed starts at the last s(n) that is not above r - within.
  static func countedSecond(
    of time: UInt64, received: UInt64, _ rule: ReceivedColumn
  ) -> UInt64 {
    let (first, length) = (Int128(rule.epochs.start.seconds), Int128(rule.epochs.length))
    let last = Int128(received) - Int128(rule.within)
    let start = last - (last - first) % length
    // Where it is the first epoch of the plan nothing was closed before.
    guard start > first, start > Int128(time) else { return time }
    return UInt64(start)
  }
}
