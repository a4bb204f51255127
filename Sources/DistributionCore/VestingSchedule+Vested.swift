import DistributionModel
import EthereumPrimitives

extension VestingSchedule {
  private static let secondsPerDay: UInt64 = 86_400

  /// What of `amount` is free at `time`, in base units, rounded down.
  ///
  /// Never falls with time, is 0 before the start and all of it at the end: section 5 of
  /// `docs/reference/law.md`.
  public func vested(_ amount: UInt256, at time: Timestamp) -> UInt256 {
    if case .immediate = shape { return amount }
    guard time >= start else { return .zero }
    let passed = time.seconds - start.seconds
    let initial = initialUnlock.of(amount)
    let locked = amount &- initial
    switch shape {
    case .immediate:
      return amount
    case .linear(let cliff, let duration):
      guard passed < duration else { return amount }
      guard passed >= cliff else { return initial }
      return initial &+ locked.scaled(by: UInt256(passed), over: UInt256(duration))
    case .steps(_, let count):
      let reached = UInt256(UInt64(stepsReached(at: time)))
      return initial &+ locked.scaled(by: reached, over: UInt256(UInt64(count)))
    case .tranches(let tranches):
      let open = tranches.prefix { $0.time <= time }
      guard open.count < tranches.count else { return amount }
      return Share(billionths: open.reduce(0) { $0 + $1.share.billionths }).of(amount)
    case .exponential(let halfLife, let cliff, let duration):
      guard passed < duration else { return amount }
      guard passed >= cliff else { return initial }
      return initial
        &+ DecayFunction.decayed(locked, at: passed, of: duration, halfLife: halfLife)
    }
  }

  /// When all of it is free; nil for `immediate`, and where the end lies beyond 2⁶⁴ − 1.
  public var end: Timestamp? {
    switch shape {
    case .immediate: nil
    case .linear(_, let duration), .exponential(_, _, let duration): start.advanced(by: duration)
    case .steps(_, let count): timeOfStep(count)
    case .tranches(let tranches): tranches.last?.time
    }
  }

  /// When step `number` (counted from 1) falls; nil beyond 2⁶⁴ − 1 and for other shapes.
  public func timeOfStep(_ number: UInt32) -> Timestamp? {
    guard case .steps(let period, _) = shape else { return nil }
    switch period {
    case .seconds(let length):
      let (offset, overflow) = length.multipliedReportingOverflow(by: UInt64(number))
      return overflow ? nil : start.advanced(by: offset)
    case .months(let months):
      // 2⁴⁴ months are more than 2⁶⁴ seconds.
      let distance = UInt64(months) * UInt64(number)
      guard distance < 1 << 44 else { return nil }
      let date = CalendarDate(daysSinceUnixEpoch: start.seconds / Self.secondsPerDay)
      let later = date.adding(months: distance).daysSinceUnixEpoch
      let (seconds, overflow) = later.multipliedReportingOverflow(by: Self.secondsPerDay)
      return overflow
        ? nil : Timestamp(seconds).advanced(by: start.seconds % Self.secondsPerDay)
    }
  }

  /// How many steps have fallen by `time`, by bisection: their times only rise.
  private func stepsReached(at time: Timestamp) -> UInt32 {
    guard case .steps(_, let count) = shape else { return 0 }
    var low: UInt32 = 0
    var high = count
    while low < high {
      let middle = high - (high - low) / 2
      if let moment = timeOfStep(middle), moment <= time { low = middle } else { high = middle - 1 }
    }
    return low
  }
}

extension Share {
  /// ⌊amount · billionths / 10⁹⌋.
  public func of(_ amount: UInt256) -> UInt256 {
    amount.scaled(by: UInt256(billionths), over: UInt256(Share.whole.billionths))
  }
}

extension Timestamp {
  /// nil beyond 2⁶⁴ − 1.
  func advanced(by seconds: UInt64) -> Timestamp? {
    let (sum, overflow) = self.seconds.addingReportingOverflow(seconds)
    return overflow ? nil : Timestamp(sum)
  }
}
