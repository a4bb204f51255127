import DistributionModel
import EthereumPrimitives

extension ProgramLaw {
  /// True where an account's trace comes to what a bundle says that it gets, as far as one account
  /// can tell: a left-over unit may go either way.
  ///
  /// - Parameter outcome: of accounts and exclusions only the account's own.
  public static func leads(
    _ trace: ProgramTrace?, to outcome: ProgramOutcome, of program: Program, inputs: ProgramInputs
  ) -> Bool {
    guard let amount = outcome.amounts.first else {
      return refuses(trace, outcome, program, inputs)
    }
    guard outcome.exclusions.isEmpty, let trace, let value = trace.value, !value.isZero else {
      return false
    }
    if let raffle = program.raffle { return isWon(amount, trace, outcome, raffle) }
    guard !program.basis.isGiven else { return value == amount && trace.shape?.holding != .leaves }
    return isPart(amount, trace, outcome, program, inputs)
  }

  private static func refuses(
    _ trace: ProgramTrace?, _ outcome: ProgramOutcome, _ program: Program, _ inputs: ProgramInputs
  ) -> Bool {
    guard let exclusion = outcome.exclusions.first else { return trace == nil }
    switch exclusion.reason {
    case .excludedByPlan, .denied, .duplicate, .noneCounts: return trace == nil
    case .filteredOut: return trace?.refusal?.left == exclusion.number.shortest
    case .zeroWeight, .zeroAmount, .zeroMatch: return trace?.value == .zero
    case .belowFloor: return trace.map { isBelowFloor($0, program) } ?? false
    case .belowOneUnit: return trace.map { isPart(.zero, $0, outcome, program, inputs) } ?? false
    case .notDrawn:
      return trace?.value.map { !$0.isZero && isAtMost($0, outcome.totalWeight) } ?? false
    }
  }

  /// True where the ticket that was drawn is the account's, and the amount its prize.
  private static func isWon(
    _ amount: UInt256, _ trace: ProgramTrace, _ outcome: ProgramOutcome, _ raffle: Raffle
  ) -> Bool {
    guard let win = trace.win, let tickets = trace.value, isAtMost(win.left, outcome.totalWeight),
      let place = win.ticket.subtracting(win.first), place < tickets, win.ticket < win.left,
      1...raffle.prizes.count ~= win.prize
    else { return false }
    return raffle.prizes.amount(at: win.prize - 1, of: outcome.budget.baseUnits) == amount
  }

  private static func isAtMost(_ weight: UInt256, _ total: UInt256?) -> Bool {
    total.map { weight <= $0 } ?? false
  }

  private static func isBelowFloor(_ trace: ProgramTrace, _ program: Program) -> Bool {
    guard let shape = trace.shape, let weight = trace.value, shape.holding == .leaves else {
      return false
    }
    guard !program.basis.isGiven else { return true }
    return SplitLevel(shared: shape.shared, weight: shape.sharedWeight).isBelow(
      shape.units(shape.floor ?? .zero), weight: shape.cluster?.weight ?? weight,
      cap: shape.cap.map(shape.units))
  }

  /// True where an amount can be the account's part of the budget.
  private static func isPart(
    _ amount: UInt256, _ trace: ProgramTrace, _ outcome: ProgramOutcome, _ program: Program,
    _ inputs: ProgramInputs
  ) -> Bool {
    guard let weight = trace.value, let total = outcome.totalWeight, weight <= total else {
      return false
    }
    let budget = due(
      of: program.split(of: outcome.budget.baseUnits), in: program, total: total, inputs: inputs)
    func range(_ budget: UInt256, _ weight: UInt256, _ total: UInt256) -> ClosedRange<UInt256>? {
      Apportionment.range(
        of: budget, weight: weight, total: total, places: program.places(inputs),
        rule: program.rounding)
    }
    guard program.shaping != .none else {
      return range(budget, weight, total)?.contains(amount) ?? false
    }
    guard let shape = trace.shape, shape.shared <= shape.units(budget), shape.sharedWeight <= total,
      amount == shape.units(amount) &* shape.unit
    else { return false }
    let units = shape.units(amount)
    guard let cluster = shape.cluster else {
      return isHeld(units, shape)
        ?? isFree(units, shape, range(shape.shared, weight, shape.sharedWeight))
    }
    let split = Apportionment.range(
      of: cluster.units, weight: weight, total: cluster.weight, places: 0, rule: .largestRemainder)
    return split?.contains(units) ?? false
      && isHeld(cluster.units, shape)
        ?? isFree(
          cluster.units, shape, range(shape.shared, cluster.weight, shape.sharedWeight))
  }

  /// Whether a bound that holds gives so many units; nil where none holds.
  private static func isHeld(_ units: UInt256, _ shape: ProgramExplanation.Shape) -> Bool? {
    switch shape.holding {
    case .cap: shape.cap.map(shape.units) == units
    case .floor: shape.floor.map(shape.units) == units
    case .leaves: false
    case .free: nil
    }
  }

  /// True where a rule can give so many units, or a cap or a floor cuts what it gives to them.
  private static func isFree(
    _ units: UInt256, _ shape: ProgramExplanation.Shape, _ range: ClosedRange<UInt256>?
  ) -> Bool {
    guard let range else { return false }
    let cap = shape.cap.map(shape.units) ?? .max
    return min(range.lowerBound, cap) <= units
      && units <= max(min(range.upperBound, cap), shape.floor.map(shape.units) ?? .zero)
  }
}

extension ProgramExplanation.Shape {
  /// Whole units of an amount.
  fileprivate func units(_ amount: UInt256) -> UInt256 {
    ShapedApportionment.units(amount, of: unit, .down)
  }
}
