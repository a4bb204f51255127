import DistributionModel
import EthereumPrimitives

/// Splits a budget within caps and floors, in whole units: section 10 of `docs/reference/law.md`.
struct ShapedApportionment {
  /// What is due at the most.
  let budget: UInt256
  /// One amount per account, in base units; 0 for who leaves.
  let amounts: [UInt256]
  let carry: UInt256
  let totalWeight: UInt256
  private let bounds: Bounds
  /// Where accounts are capped together: who they are, and what each of them has.
  private let holders: Holders?
  private let weights: [UInt256]
  private let units: [UInt256]
  /// Everybody's level, before those below the floor leave.
  private let first: WaterFilling
  private let final: WaterFilling

  /// The unit, and caps and floor in units of it.
  struct Bounds {
    let unit: UInt256
    /// One per holder; empty where nobody has a cap.
    let caps: [UInt256]
    let floor: UInt256

    /// - Parameters:
    ///   - whole: of which percentages are taken.
    ///   - computedCaps: one per holder, in base units, where the plan computes them.
    ///   - count: how many holders there are.
    init(_ shaping: Shaping, of whole: UInt256, computedCaps: [UInt256]?, count: Int) {
      let unit = shaping.unit.baseUnits
      self.unit = unit
      floor =
        shaping.floor.map { ShapedApportionment.units($0.least(of: whole), of: unit, .up) } ?? .zero
      guard case .bound(let bound)? = shaping.cap else {
        caps = (computedCaps ?? []).map { ShapedApportionment.units($0, of: unit, .down) }
        return
      }
      let cap = ShapedApportionment.units(bound.most(of: whole), of: unit, .down)
      caps = Array(repeating: cap, count: count)
    }
  }

  /// - Parameters:
  ///   - budget: what is due at the most.
  ///   - split: what weights share: what is due, or in its place of `share_of`.
  ///   - whole: of which percentages are taken.
  ///   - weights: one per account, ascending by account, all above 0.
  ///   - places: how many of a weight's digits are decimal places.
  ///   - holders: which accounts are capped together; nil where each is on its own.
  ///   - computedCaps: one per account, in base units, where the plan computes them.
  init(
    _ budget: UInt256, split: UInt256, whole: UInt256, weights: [UInt256], places: Int,
    holders: Holders?, computedCaps: [UInt256]?, shaping: Shaping, rule: RoundingRule
  ) throws(Apportionment.Failure) {
    self.budget = budget
    totalWeight = try Apportionment.total(of: weights)
    let accountWeights = weights
    let weights = holders?.sums(of: weights) ?? weights
    bounds = Bounds(shaping, of: whole, computedCaps: computedCaps, count: weights.count)
    let unit = bounds.unit
    var filling = try WaterFilling(
      Self.units(split, of: unit, .down), weights: weights, caps: bounds.caps,
      floor: shaping.belowFloor == .raise ? bounds.floor : .zero)
    first = filling
    if shaping.belowFloor == .leave { try filling.leave(below: bounds.floor) }
    final = filling
    let units = try Self.units(final, bounds, weights: weights, places: places, rule: rule)
    (self.holders, self.weights, self.units) = (holders, weights, units)
    var accountUnits = units
    if let holders {
      accountUnits = try Self.split(units, of: holders, weights, accountWeights)
    }
    amounts = try Self.baseUnits(accountUnits, of: unit)
    carry = try Apportionment.carry(of: budget, after: amounts)
  }

  enum Direction {
    case up
    case down
  }

  static func units(
    _ amount: UInt256, of unit: UInt256, _ direction: Direction
  ) -> UInt256 {
    guard unit != .one else { return amount }
    guard let division = amount.quotientAndRemainder(dividingBy: unit) else {
      preconditionFailure("a unit is at least one base unit")
    }
    let isUp = direction == .up && !division.remainder.isZero
    return isUp ? division.quotient &+ .one : division.quotient
  }

  private static func baseUnits(
    _ units: [UInt256], of unit: UInt256
  ) throws(Apportionment.Failure) -> [UInt256] {
    guard unit != .one else { return units }
    var amounts: [UInt256] = []
    amounts.reserveCapacity(units.count)
    for count in units {
      guard let amount = count.multiplied(by: unit) else {
        throw .roundingExceedsBudget(sum: nil)
      }
      amounts.append(amount)
    }
    return amounts
  }

  /// The bounds of those who are held, and what a rule gives to the free ones.
  private static func units(
    _ filling: WaterFilling, _ bounds: Bounds, weights: [UInt256], places: Int,
    rule: RoundingRule
  ) throws(Apportionment.Failure) -> [UInt256] {
    let free = weights.indices.filter { filling.holdings[$0] == .free }
    let areAll = free.count == weights.count
    let parts = try Apportionment.parts(
      of: filling.rest, weights: areAll ? weights : free.map { weights[$0] },
      total: filling.freeWeight, places: places, rule: rule)
    guard !areAll || !bounds.caps.isEmpty || !filling.floor.isZero else { return parts }
    let floor = filling.floor
    var units = weights.indices.map { place in
      switch filling.holdings[place] {
      case .cap: bounds.caps[place]
      case .floor: floor
      case .free, .out: UInt256.zero
      }
    }
    for (place, part) in zip(free, parts) {
      let raised = max(part, floor)
      units[place] = bounds.caps.isEmpty ? raised : min(raised, bounds.caps[place])
    }
    return units
  }

  /// Splits what holders have among their accounts, by largest remainder.
  private static func split(
    _ units: [UInt256], of holders: Holders, _ weights: [UInt256], _ accountWeights: [UInt256]
  ) throws(Apportionment.Failure) -> [UInt256] {
    var result = [UInt256](repeating: .zero, count: accountWeights.count)
    for (holder, members) in holders.members.enumerated() {
      let parts = try Apportionment.parts(
        of: units[holder], weights: members.map { accountWeights[$0] }, total: weights[holder],
        places: 0, rule: .largestRemainder)
      for (place, part) in zip(members, parts) { result[place] = part }
    }
    return result
  }

  /// True where the account would get less than the floor.
  func leaves(_ place: Int) -> Bool { final.holdings[holders?[place] ?? place] == .out }

  var levels: SplitLevels { SplitLevels(first: first.level, final: final.level) }

  /// Weight and units of each account's cluster, where others share it.
  func standings(of accounts: [Address]) -> [Standings] {
    guard let holders else { return [] }
    let shared = accounts.indices.filter { !holders.isAlone($0) }
    guard !shared.isEmpty else { return [] }
    func standings(_ text: String, _ numbers: [UInt256]) -> Standings {
      Standings(
        among: .participants, text: text, accounts: shared.map { accounts[$0] },
        numbers: shared.map { numbers[holders[$0]] })
    }
    return [
      standings(Standings.clusterWeight, weights), standings(Standings.clusterUnits, units),
    ]
  }

  /// How the part of the account at a place came about.
  func shape(of place: Int) -> ProgramExplanation.Shape {
    let holder = holders?[place] ?? place
    let filling = leaves(place) ? first : final
    let holding: ProgramExplanation.Shape.Holding =
      switch final.holdings[holder] {
      case .free: .free
      case .cap: .cap
      case .floor: .floor
      case .out: .leaves
      }
    return ProgramExplanation.Shape(
      holding: holding,
      cap: bounds.caps.isEmpty ? nil : bounds.caps[holder] &* bounds.unit,
      floor: bounds.floor.isZero ? nil : bounds.floor &* bounds.unit, unit: bounds.unit,
      shared: filling.rest, sharedWeight: filling.freeWeight,
      cluster: holders?.isAlone(place) ?? true
        ? nil : .init(weight: weights[holder], units: units[holder]))
  }
}

extension Shaping {
  /// How the part of one account came about, by the levels at which a split stopped.
  ///
  /// - Parameters:
  ///   - budget: of which percentages are taken.
  ///   - cap: the account's own, in base units, where the plan computes it.
  ///   - isOut: whether it left.
  func shape(
    ofWeight weight: UInt256, units: UInt256, cluster: ProgramExplanation.Shape.Cluster?,
    cap: UInt256?, budget: UInt256, levels: SplitLevels, isOut: Bool
  ) -> ProgramExplanation.Shape {
    let bounds = ShapedApportionment.Bounds(
      self, of: budget, computedCaps: cap.map { [$0] }, count: 1)
    let level = isOut ? levels.first : levels.final
    let raised = belowFloor == .raise ? bounds.floor : .zero
    let holding: ProgramExplanation.Shape.Holding =
      switch level.holding(of: cluster?.weight ?? weight, cap: bounds.caps.first, floor: raised) {
      case _ where isOut: .leaves
      case .free?: .free
      case .cap?: .cap
      case .floor?: .floor
      default: (cluster?.units ?? units) == bounds.caps.first ? .cap : .floor
      }
    return ProgramExplanation.Shape(
      holding: holding, cap: bounds.caps.first.map { $0 &* bounds.unit },
      floor: bounds.floor.isZero ? nil : bounds.floor &* bounds.unit, unit: bounds.unit,
      shared: level.shared, sharedWeight: level.weight, cluster: cluster)
  }

  /// How the floor decides about an amount that is given.
  func shape(ofGiven amount: UInt256, budget: UInt256) -> ProgramExplanation.Shape {
    let floor = floor?.least(of: budget) ?? .zero
    return ProgramExplanation.Shape(
      holding: amount < floor ? .leaves : .free, cap: nil, floor: floor, unit: .one, shared: .zero,
      sharedWeight: .zero)
  }
}

extension Shaping.Bound {
  /// A percentage of the budget, rounded down.
  package func most(of budget: UInt256) -> UInt256 { part(of: budget).quotient }

  /// A percentage of the budget, rounded up.
  public func least(of budget: UInt256) -> UInt256 {
    let part = part(of: budget)
    return part.isExact ? part.quotient : part.quotient &+ .one
  }

  private func part(of budget: UInt256) -> (quotient: UInt256, isExact: Bool) {
    switch self {
    case .amount(let amount): return (amount.baseUnits, true)
    case .share(let share):
      let product = budget.multipliedFullWidth(by: UInt256(share.billionths))
      guard
        let division = product.quotientAndRemainder(
          dividingBy: UInt256(Share.whole.billionths))
      else { preconditionFailure("the whole is not zero") }
      // A share is at most the whole, so that the quotient is at most the budget.
      return (division.quotient.low, division.remainder.isZero)
    }
  }
}
