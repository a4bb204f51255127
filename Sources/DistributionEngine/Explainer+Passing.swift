import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// What would have let a refused account take part, all others staying as they are.
extension Explainer {
  func passing(
    _ decision: ProgramExplanation.Decision, _ program: Program, _ outcome: ProgramOutcome,
    _ trace: ProgramTrace?, _ arithmetic: ProgramExplanation.Arithmetic?
  ) -> Passing? {
    guard case .excluded(let reason, _) = decision else { return nil }
    guard !isHidden(program) else { return nil }
    switch reason {
    case .excludedByPlan, .denied, .duplicate, .noneCounts, .zeroMatch, .notDrawn: return nil
    case .filteredOut: return trace?.refusal?.passing
    case .belowFloor where program.basis.isGiven, .zeroAmount:
      let floor = program.shaping.floor?.least(of: outcome.budget.baseUnits) ?? .zero
      return .amount(max(floor, .one))
    case .zeroWeight where program.raffle != nil: return .weight(.one)
    case .zeroWeight, .belowOneUnit, .belowFloor:
      // JavaScript's rules round several times over, so that no weight earns a unit for certain;
      // and a match is nothing that an account has.
      guard program.rounding != .javascript, program.rounding != .javascriptShare,
        program.basis.matching == nil
      else { return nil }
      return weight(reason, program, outcome, trace, arithmetic).map(Passing.weight)
    }
  }

  private func weight(
    _ reason: ExclusionReason, _ program: Program, _ outcome: ProgramOutcome,
    _ trace: ProgramTrace?, _ arithmetic: ProgramExplanation.Arithmetic?
  ) -> UInt256? {
    guard program.shaping != .none else {
      return outcome.totalWeight.flatMap {
        Self.smallestWeight(
          earning: .one, of: due(program, outcome), others: $0 &- (arithmetic?.weight ?? .zero))
      }
    }
    guard let shape = trace?.shape, let own = trace?.value else { return nil }
    return Self.weight(passing: shape, own: own, isBelowFloor: reason == .belowFloor)
  }

  /// A weight that reaches the floor, or else a unit, at the level that the account's own part of
  /// what is shared leaves for the others.
  ///
  /// With more weight of the account the level falls, and caps can let others go: they then take
  /// less than this counts with. So the weight is always enough, and the smallest that is where
  /// caps hold the same accounts.
  static func weight(
    passing shape: ProgramExplanation.Shape, own: UInt256, isBelowFloor: Bool
  ) -> UInt256? {
    guard shape.holding == (isBelowFloor ? .leaves : .free) else { return nil }
    var least = UInt256.one
    if isBelowFloor {
      guard let floor = shape.floor, shape.cap.map({ $0 >= floor }) ?? true,
        let units = floor.quotientAndRemainder(dividingBy: shape.unit)?.quotient
      else { return nil }
      least = units
    }
    // What a cluster receives is split once more, so that its unit need not be the account's.
    guard isBelowFloor || shape.cluster == nil else { return nil }
    let together = shape.cluster?.weight ?? own
    return smallestWeight(
      earning: least, of: shape.shared, others: shape.sharedWeight &- together
    )?.subtracting(together &- own)
  }

  /// The smallest weight w with shared · w / (others + w) ≥ least, which is from
  /// w = ⌈least · others / (shared − least)⌉ on. nil where no weight is.
  static func smallestWeight(
    earning least: UInt256, of shared: UInt256, others: UInt256
  ) -> UInt256? {
    guard !others.isZero else { return shared < least ? nil : .one }
    guard shared > least,
      let division = least.multipliedFullWidth(by: others)
        .quotientAndRemainder(dividingBy: shared &- least),
      let quotient = division.quotient.asUInt256
    else { return nil }
    return division.remainder.isZero ? quotient : quotient.adding(.one)
  }
}

/// What the plan says about a program's numbers.
extension Explainer {
  /// Cap, floor and unit as the plan states them.
  func bounds(of program: Program) -> [ProgramExplanation.PlanBound] {
    let plan = excerpt.plan
    guard program.shaping != .none,
      let number = plan.plan.programs.firstIndex(where: { $0.name == program.name })
    else { return [] }
    let decimals = PlanReviewing.token(of: program, in: plan.plan).decimals
    func bound(
      _ key: ProgramExplanation.PlanBound.Key, _ text: String
    ) -> ProgramExplanation.PlanBound {
      .init(
        key: key, text: text,
        line: plan.positions["programs[\(number)].\(key.rawValue)"]?.line)
    }
    var bounds: [ProgramExplanation.PlanBound] = []
    switch program.shaping.cap {
    case .bound(let cap)?: bounds.append(bound(.cap, cap.text(decimals: decimals)))
    case .computed(let cap)?:
      // It is rounded to its token's decimals around what the plan says.
      var written = cap
      if case .rounded(let inner, _) = cap.operation { written = inner }
      bounds.append(bound(.cap, written.text))
    case nil: break
    }
    if let floor = program.shaping.floor {
      bounds.append(bound(.floor, floor.text(decimals: decimals)))
    }
    if program.shaping.unit != Amount(.one) {
      let unit = Shaping.Bound.amount(program.shaping.unit)
      bounds.append(bound(.unit, unit.text(decimals: decimals)))
    }
    return bounds
  }

  /// How many of the digits of a program's weights, tickets or contributions are decimal places.
  func weightPlaces(of program: Program) -> Int {
    if case .computedWeights(let expression) = program.basis { return expression.scale }
    guard !program.basis.isGiven, case .source(let source) = program.recipients,
      let name = program.basis.column ?? program.basis.matching?.contribution,
      let input = excerpt.inputs.first(where: { $0.declaration.name == source })
    else { return 0 }
    return input.declaration.columns.first { $0.name == name }?.places ?? 0
  }
}

extension Shaping.Bound {
  /// As a plan writes it.
  fileprivate func text(decimals: Int) -> String {
    switch self {
    case .amount(let amount): DecimalNumber(amount.baseUnits, scale: decimals).shortest
    case .share(let share): "\(share)"
    }
  }
}
