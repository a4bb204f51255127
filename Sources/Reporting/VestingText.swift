import DistributionModel
import EthereumPrimitives

/// Says in words when something comes free.
public enum VestingText {
  /// - Parameter end: when the last of it comes free.
  public static func words(_ schedule: VestingSchedule, end: Timestamp?) -> String {
    let start = schedule.start.shortest
    let until = end?.shortest ?? "the end"
    let hasInitial = schedule.initialUnlock > .none
    let initial = hasInitial ? "\(schedule.initialUnlock) on \(start), then " : ""
    let span = hasInitial ? "to \(until)" : "\(start) to \(until)"
    switch schedule.shape {
    case .immediate:
      return "at launch"
    case .linear(let cliff, _):
      return initial + "linear\(hasInitial ? " " : ", ")\(span)" + first(after: cliff, schedule)
    case .steps(let period, let count):
      return initial + steps(count, period) + (hasInitial ? " " : ", ") + span
    case .tranches(let tranches) where tranches.count <= 3:
      return tranches.map { "\($0.share) on \($0.time.shortest)" }.joined(separator: ", ")
    case .tranches(let tranches):
      return "\(tranches.count) tranches, \(span)"
    case .exponential(let halfLife, let cliff, _):
      return initial
        + "halving every \(DurationText.words(halfLife))\(hasInitial ? " " : ", ")\(span)"
        + first(after: cliff, schedule)
    }
  }

  private static func first(after cliff: UInt64, _ schedule: VestingSchedule) -> String {
    let (seconds, overflow) = schedule.start.seconds.addingReportingOverflow(cliff)
    return cliff == 0 || overflow ? "" : ", first on \(Timestamp(seconds).shortest)"
  }

  private static func steps(_ count: UInt32, _ period: VestingSchedule.StepPeriod) -> String {
    let steps = count.counted("step")
    return switch period {
    case .seconds(let seconds): "\(steps) of \(DurationText.words(seconds))"
    case .months(1): count.counted("monthly step")
    case .months(let months): "\(steps) of \(months) months"
    }
  }
}
