import BigInt
import DistributionModel

// MARK: Section 17, prices

extension ReferenceLaw {
  /// A second, and what something was worth then.
  public typealias Observation = (time: BigUInt, value: BigUInt)

  /// What the prices are, by name, that some programs read.
  public static func prices(
    readBy programs: [Program], of plan: Plan, epoch: UInt32,
    observations: [String: [Observation]]
  ) throws(Refusal) -> [String: BigUInt] {
    var prices: [String: BigUInt] = [:]
    for price in plan.prices where programs.contains(where: { $0.prices.contains(price.name) }) {
      guard let epochs = plan.epochs else {
        preconditionFailure("a checked plan with prices has epochs")
      }
      let start = BigUInt(epochs.start.seconds) + BigUInt(epoch) * BigUInt(epochs.length)
      prices[price.name] = try Self.price(
        price, from: start, to: start + BigUInt(epochs.length), observations: observations)
    }
    return prices
  }

  public static func price(
    _ price: PriceDeclaration, from start: BigUInt, to end: BigUInt,
    observations: [String: [Observation]]
  ) throws(Refusal) -> BigUInt {
    let said = price.sources.compactMap { name in
      saying(price, from: start, to: end, perSecond(observations[name] ?? []))
    }
    let middle = median(said)
    let counting = said.filter { value in
      guard let deviation = price.deviation else { return true }
      let distance = value > middle ? value - middle : middle - value
      return distance * 1_000_000_000 <= BigUInt(deviation.billionths) * middle
    }
    guard counting.count >= price.atLeast else { throw .priceRefused }
    return median(counting)
  }

  /// One value per second, ascending in time.
  private static func perSecond(_ rows: [Observation]) -> [Observation] {
    Dictionary(grouping: rows, by: \.time)
      .map { (time: $0.key, value: median($0.value.map(\.value))) }
      .sorted { $0.time < $1.time }
  }

  /// What a source says; nil where it is stale.
  private static func saying(
    _ price: PriceDeclaration, from start: BigUInt, to end: BigUInt, _ observed: [Observation]
  ) -> BigUInt? {
    let d = BigUInt(price.staleAfter)
    func last(before time: BigUInt) -> BigUInt? {
      guard let last = observed.last(where: { $0.time < time }), time - last.time <= d else {
        return nil
      }
      return last.value
    }
    switch price.moment {
    case .start: return last(before: start)
    case .end: return last(before: end)
    case .average:
      guard let first = observed.last(where: { $0.time <= start }) else { return nil }
      let counting = [first] + observed.filter { $0.time > start && $0.time < end }
      let ends = counting.dropFirst().map(\.time) + [end]
      guard zip(counting, ends).allSatisfy({ $1 - $0.time <= d }) else { return nil }
      let sum = zip(counting, ends).reduce(BigUInt(0)) { sum, step in
        sum + step.0.value * (step.1 - max(step.0.time, start))
      }
      return sum / (end - start)
    }
  }

  /// 0 of no values.
  private static func median(_ values: [BigUInt]) -> BigUInt {
    let ascending = values.sorted()
    guard !ascending.isEmpty else { return 0 }
    return (ascending[(ascending.count - 1) / 2] + ascending[ascending.count / 2]) / 2
  }
}
