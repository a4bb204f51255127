import DistributionModel
import EthereumPrimitives

/// Finds whom a cap or a floor holds, on exact quotients: section 10 of `docs/reference/law.md`.
///
/// The level λ rises from 0. It passes the turns of the accounts, in order: f/w, where an account
/// comes free of the floor, and c/w, where its cap holds it. In between, all free accounts share
/// `rest` in proportion to their weights, so that λ = rest / freeWeight; it stops where that lies
/// below the next turn. All amounts are in units.
struct WaterFilling {
  enum Holding: UInt8 {
    case free
    case cap
    case floor
    /// It does not take part.
    case out
  }

  private let units: UInt256
  /// What everybody gets at least; 0 where nobody is raised.
  let floor: UInt256
  private let weights: [UInt256]
  /// One per account; empty where nobody has a cap.
  private let caps: [UInt256]
  /// Places by ascending c/w, which is by descending weight where caps are equal.
  private let byCap: [Int]
  private(set) var holdings: [Holding]
  /// What the free accounts share.
  private(set) var rest: UInt256 = .zero
  /// The sum of their weights.
  private(set) var freeWeight: UInt256 = .zero

  /// - Parameters:
  ///   - units: E′.
  ///   - weights: all above 0; they add up to less than 2²⁵⁶.
  ///   - floor: what everybody gets at least, whatever the weight.
  init(
    _ units: UInt256, weights: [UInt256], caps: [UInt256], floor: UInt256 = .zero
  ) throws(Apportionment.Failure) {
    self.units = units
    self.floor = floor
    self.weights = weights
    self.caps = caps
    byCap = Self.order(weights, caps: caps)
    holdings = Array(repeating: .free, count: weights.count)
    try fill()
  }

  private static func order(_ weights: [UInt256], caps: [UInt256]) -> [Int] {
    if caps.allSatisfy({ $0 == caps[0] }) {
      return AscendingOrder.descending(caps.isEmpty ? [] : weights)
    }
    return caps.indices.sorted { left, right in
      guard caps[left] != caps[right] else { return weights[left] > weights[right] }
      return caps[left].multipliedFullWidth(by: weights[right])
        < caps[right].multipliedFullWidth(by: weights[left])
    }
  }

  /// Lets those whose quota is below `least` leave, and fills again for the others.
  mutating func leave(below least: UInt256) throws(Apportionment.Failure) {
    let leaving = weights.indices.filter { isBelow(least, $0) }
    guard !leaving.isEmpty else { return }
    for place in leaving { holdings[place] = .out }
    try fill()
  }

  private func isBelow(_ least: UInt256, _ place: Int) -> Bool {
    switch holdings[place] {
    case .cap: caps[place] < least
    case .free:
      rest.multipliedFullWidth(by: weights[place]) < least.multipliedFullWidth(by: freeWeight)
    case .floor, .out: false
    }
  }

  /// Finds the level for those who take part.
  private mutating func fill() throws(Apportionment.Failure) {
    try start()
    let rising = floor.isZero ? [] : weights.indices.filter { holdings[$0] == .floor }
    var floors = rising.sorted { weights[$0] > weights[$1] }[...]
    let capped = byCap.filter { holdings[$0] == .free || holdings[$0] == .floor }
    for place in capped {
      // Where turns are equal, caps come first.
      while let next = floors.first,
        floor.multipliedFullWidth(by: weights[place])
          < caps[place].multipliedFullWidth(by: weights[next])
      {
        guard isAbove(turnOf: next, at: floor) else { return }
        release(next)
        floors.removeFirst()
      }
      guard isAtLeast(turnOf: place, at: caps[place]) else { return }
      hold(place, at: caps[place])
    }
    while let next = floors.popFirst(), isAbove(turnOf: next, at: floor) {
      release(next)
    }
  }

  /// The level is 0: everybody is at the floor, or at a cap that is not above it.
  private mutating func start() throws(Apportionment.Failure) {
    var held: UInt256? = .zero
    freeWeight = .zero
    for place in weights.indices where holdings[place] != .out {
      if !caps.isEmpty, caps[place] <= floor {
        holdings[place] = .cap
        held = held?.adding(caps[place])
      } else if floor.isZero {
        holdings[place] = .free
        freeWeight = freeWeight &+ weights[place]
      } else {
        holdings[place] = .floor
        held = held?.adding(floor)
      }
    }
    guard let left = held.flatMap({ units.subtracting($0) }) else {
      throw .floorsExceedBudget(sum: held)
    }
    rest = left
  }

  /// Where the level stands.
  var level: SplitLevel { SplitLevel(shared: rest, weight: freeWeight) }

  /// λ > bound / weight, where λ = rest / freeWeight.
  private func isAbove(turnOf place: Int, at bound: UInt256) -> Bool {
    rest.multipliedFullWidth(by: weights[place]) > bound.multipliedFullWidth(by: freeWeight)
  }

  /// λ ≥ bound / weight.
  private func isAtLeast(turnOf place: Int, at bound: UInt256) -> Bool {
    rest.multipliedFullWidth(by: weights[place]) >= bound.multipliedFullWidth(by: freeWeight)
  }

  private mutating func release(_ place: Int) {
    holdings[place] = .free
    freeWeight = freeWeight &+ weights[place]
    rest = rest &+ floor
  }

  /// The cap is at most `rest`: at this level the free accounts have no more than that together.
  private mutating func hold(_ place: Int, at cap: UInt256) {
    holdings[place] = .cap
    freeWeight = freeWeight &- weights[place]
    rest = rest &- cap
  }
}

extension SplitLevel {
  /// What holds a weight at this level, or that nothing does; nil where a bound holds everybody, so
  /// that the level is anything above the last turn.
  ///
  /// - Parameters:
  ///   - cap: in units, as `floor` is; nil for none.
  ///   - floor: 0 where nobody is raised.
  func holding(of weight: UInt256, cap: UInt256?, floor: UInt256) -> WaterFilling.Holding? {
    if let cap, cap <= floor { return .cap }
    guard !self.weight.isZero else { return nil }
    let part = shared.multipliedFullWidth(by: weight)
    if let cap, part >= cap.multipliedFullWidth(by: self.weight) { return .cap }
    let isRaised = !floor.isZero && part <= floor.multipliedFullWidth(by: self.weight)
    return isRaised ? .floor : .free
  }

  /// True where a weight's quota is less than `least` at this level, at which nobody is raised.
  func isBelow(_ least: UInt256, weight: UInt256, cap: UInt256?) -> Bool {
    guard holding(of: weight, cap: cap, floor: .zero) == .free else {
      return cap.map { $0 < least } ?? false
    }
    return shared.multipliedFullWidth(by: weight) < least.multipliedFullWidth(by: self.weight)
  }
}
