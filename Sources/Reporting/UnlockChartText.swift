import DistributionModel
import EthereumPrimitives

/// Bars of signs that show, date by date, how much of each campaign is free.
struct UnlockChartText {
  private static let fills: [Character] = ["█", "▓", "▒", "░", "=", "+", "-", "."]

  /// The campaigns that have a sign of their own, by the place of their line; the others share one.
  private let own: [Int: Character]
  private let schedule: UnlockSchedule

  /// The larger campaigns get a sign of their own.
  init(_ schedule: UnlockSchedule) {
    self.schedule = schedule
    let lines = schedule.lines
    let room = lines.count <= Self.fills.count ? lines.count : Self.fills.count - 1
    let largest = lines.indices.sorted { lines[$0].budget > lines[$1].budget }.prefix(room).sorted()
    own = Dictionary(uniqueKeysWithValues: zip(largest, Self.fills))
  }

  /// The sign of a line.
  func fill(_ line: Int) -> Character { own[line] ?? Self.fills[Self.fills.count - 1] }

  /// What is free on a date, as a bar; `width` signs are all budgets.
  func bar(at date: Int, width: Int) -> String {
    let budget = schedule.budget
    guard width > 0, !budget.isZero else { return "" }
    var bar = ""
    var free = UInt256.zero
    // Ends of parts are rounded, not their lengths, so that the whole bar is as long as it should.
    for (line, part) in schedule.lines.enumerated() {
      free = free &+ part.unlocked[date]
      let end = free.multipliedFullWidth(by: UInt256(UInt64(width)))
        .quotientAndRemainder(dividingBy: budget)?.quotient.asUInt256?.asUInt64
      let length = max(0, Int(end ?? 0) - bar.count)
      bar += String(repeating: fill(line), count: length)
    }
    return bar
  }
}
