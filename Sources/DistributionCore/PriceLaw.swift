import DistributionModel
import EthereumPrimitives

/// What things are worth in an epoch: section 17 of `docs/reference/law.md`.
public enum PriceLaw {
  /// What the prices come to that some programs read, in the order of the plan.
  ///
  /// - Parameter rows: of every source of observations that these prices name.
  /// - Throws: `priceRefused` for the first price with too few sources that count.
  public static func findings(
    readBy programs: [Program], of plan: Plan, in epoch: EpochIndex, rows: [String: SourceRows]
  ) throws(LawError) -> [PriceFinding] {
    var findings: [PriceFinding] = []
    for price in plan.prices(readBy: programs) {
      guard let interval = plan.interval(of: epoch) else {
        preconditionFailure("a checked plan with prices has epochs")
      }
      let finding = finding(of: price, in: interval, rows: rows)
      guard finding.value != nil else { throw LawError(finding, in: epoch) }
      findings.append(finding)
    }
    return findings
  }

  /// What the sources of a price say in an epoch, and what it comes to.
  public static func finding(
    of price: PriceDeclaration, in epoch: Range<UInt64>, rows: [String: SourceRows]
  ) -> PriceFinding {
    let observed = price.sources.map { name -> Result<UInt256, PriceFinding.Staleness> in
      guard let rows = rows[name] else {
        preconditionFailure("the observations of every source of a price were read")
      }
      return ObservedValues(rows).value(for: price, in: epoch)
    }
    let middle = median(of: observed.compactMap { try? $0.get() })
    let sources = zip(price.sources, observed).map { name, observed in
      switch observed {
      case .success(let value):
        PriceFinding.Source(
          name: name, value: value, standing: standing(of: value, beside: middle, price))
      case .failure(let staleness):
        PriceFinding.Source(name: name, value: nil, standing: .stale, staleness: staleness)
      }
    }
    let counting = sources.filter { $0.standing == .counts }.compactMap(\.value)
    return PriceFinding(
      price: price, sources: sources, median: middle,
      value: counting.count < price.atLeast ? nil : median(of: counting))
  }

  /// What the rows of a source of observations say: one value at each time, ascending.
  public static func observations(_ rows: SourceRows) -> [(time: UInt64, value: UInt256)] {
    ObservedValues(rows).all
  }

  private static func standing(
    of value: UInt256, beside median: UInt256?, _ price: PriceDeclaration
  ) -> PriceFinding.Standing {
    guard let median, let deviation = price.deviation else { return .counts }
    let distance = value < median ? median &- value : value &- median
    let whole = UInt256(Share.whole.billionths)
    let bound = median.multipliedFullWidth(by: UInt256(deviation.billionths))
    return distance.multipliedFullWidth(by: whole) > bound ? .deviates : .counts
  }

  /// The value in the middle, or the mean of both, rounded down; nil of none.
  static func median(of values: [UInt256]) -> UInt256? {
    guard !values.isEmpty else { return nil }
    let ascending = values.sorted()
    let (low, high) = (ascending[(values.count - 1) / 2], ascending[values.count / 2])
    return low &+ ((high &- low) >> 1)
  }
}

/// What a source observed: one value at each time, ascending.
struct ObservedValues {
  private var times: [UInt64] = []
  private var values: [UInt256] = []

  var all: [(time: UInt64, value: UInt256)] { zip(times, values).map { ($0, $1) } }

  /// - Parameter rows: of a source of observations, in any order.
  init(_ rows: SourceRows) {
    let rows = rows.inCanonicalOrder
    var group: [UInt256] = []
    for row in 0..<rows.count {
      guard let time = rows.values[0][row].asUInt64 else {
        preconditionFailure("times have 64 bits")
      }
      if times.last != time {
        close(group)
        times.append(time)
        group = []
      }
      group.append(rows.values[1][row])
    }
    close(group)
  }

  /// Several values of one second are their median.
  private mutating func close(_ group: [UInt256]) {
    if let value = PriceLaw.median(of: group) { values.append(value) }
  }

  /// What the source says of a price, or why it is stale.
  func value(
    for price: PriceDeclaration, in epoch: Range<UInt64>
  ) -> Result<UInt256, PriceFinding.Staleness> {
    Result { () throws(PriceFinding.Staleness) in
      switch price.moment {
      case .start: try last(before: epoch.lowerBound, within: price.staleAfter)
      case .end: try last(before: epoch.upperBound, within: price.staleAfter)
      case .average: try average(over: epoch, within: price.staleAfter)
      }
    }
  }

  private func last(
    before time: UInt64, within seconds: UInt64
  ) throws(PriceFinding.Staleness) -> UInt256 {
    let count = count(before: time)
    guard count > 0, time - times[count - 1] <= seconds else {
      throw .nothing(upTo: Timestamp(time))
    }
    return values[count - 1]
  }

  private func average(
    over epoch: Range<UInt64>, within seconds: UInt64
  ) throws(PriceFinding.Staleness) -> UInt256 {
    let first = count(before: epoch.lowerBound + 1) - 1
    guard first >= 0, epoch.lowerBound - times[first] <= seconds else {
      throw .nothing(upTo: Timestamp(epoch.lowerBound))
    }
    var sum = UInt512.zero
    for place in first..<count(before: epoch.upperBound) {
      let end = place + 1 < times.count ? min(times[place + 1], epoch.upperBound) : epoch.upperBound
      guard end - times[place] <= seconds else {
        throw .gap(after: Timestamp(times[place]), seconds: end - times[place])
      }
      let lasting = UInt256(end - max(times[place], epoch.lowerBound))
      guard let next = sum.adding(values[place].multipliedFullWidth(by: lasting)) else {
        preconditionFailure("values below 2^256 over less than 2^64 seconds are below 2^320")
      }
      sum = next
    }
    guard
      let average = sum.quotientAndRemainder(dividingBy: UInt256(UInt64(epoch.count)))?.quotient
    else { preconditionFailure("an epoch has at least a second") }
    return average.low
  }

  /// How many of the times are before one.
  private func count(before time: UInt64) -> Int {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension PriceFinding {
  /// What each source says, for messages: `feed 1800.5, dex 9 (deviates from the median, 904.75)`.
  var told: String { sources.map(told).joined(separator: ", ") }

  private func told(_ source: Source) -> String {
    let seconds = price.staleAfter.counted("second")
    let words =
      switch source.staleness {
      case .nothing(let time): "nothing in the \(seconds) up to \(time.iso8601)"
      case .gap(let time, let gap):
        "nothing for \(gap.counted("second")) after \(time.iso8601), \(seconds) being allowed"
      case nil: text(source.value) ?? ""
      }
    let middle = source.standing == .deviates ? text(median) : nil
    return "\(source.name) \(words)" + (middle.map { " (deviates from the median, \($0))" } ?? "")
  }
}

extension LawError {
  /// Too few sources of a price count.
  init(_ finding: PriceFinding, in epoch: EpochIndex) {
    let price = finding.price
    let counting = finding.sources.count { $0.standing == .counts }
    self.init(
      .priceRefused, subject: "price \(price.name)",
      place: "epoch \(epoch.number), at \(price.moment.rawValue)",
      found: "\(counting.counted("source")) of \(price.sources.count) that "
        + "\(counting == 1 ? "counts" : "count"): \(finding.told)",
      expected: "at least \(price.atLeast)",
      advice: "Bring the files of these sources up to date, or look for a wrong value; "
        + "`stale_after`, `deviation` and `at_least` of the price say what counts.")
  }
}
