import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// What accounts come with to a program on both sides, and what that does to their amounts.
///
/// A program that splits its budget by weights alone gives ⌊budget · weight / (weight + the
/// others')⌋, up to a unit of rounding: each of the three numbers can be put back alone.
struct WeightMerge {
  /// What a change of weights and budget does to an account that took part on both sides.
  struct Effects {
    var weight: DiffCause?
    var others: DiffCause?
    var budget: DiffCause?
    /// Whether amounts follow from these three alone.
    var isPlain: Bool
    /// Whether no rule can have moved weights.
    var isAllTold: Bool
  }

  private struct Side {
    let values: [UInt256]
    let total: UInt256
    /// What is split: the budget, or `share_of`, or what is due of it.
    let budget: UInt256
    var cursor: ListCursor

    init?(_ ran: (program: Program, outcome: ProgramOutcome), _ side: Diffing.Side) {
      guard !side.plan.plan.readsPrivately(ran.program), !ran.program.basis.isGiven else {
        return nil
      }
      let inputs = ProgramInputs(
        side.inputs.map { ($0.declaration, $0.rows) }, of: side.plan.plan, in: side.epoch,
        outcomes: side.outcomes)
      guard
        let found = try? ProgramLaw.participation(
          in: ran.program, epoch: side.epoch, inputs: inputs)
      else { return nil }
      var total: UInt256? = .zero
      for value in found.values { total = total?.adding(value) }
      guard let total else { return nil }
      values = found.values
      self.total = total
      let split = ran.program.split(of: ran.outcome.budget.baseUnits)
      // What matches cannot use follows from all of them, and is no cause of its own.
      budget =
        ran.program.basis.matching == nil
        ? ProgramLaw.due(of: split, in: ran.program, total: total, inputs: inputs) : split
      cursor = ListCursor(found.accounts)
    }
  }

  /// Whether weights are matches of contributions.
  private let isMatched: Bool
  /// Whether the weight is a column of the program's source.
  let isColumn: Bool
  private let places: Int
  /// Whether amounts follow from the budget and the weights alone.
  private let isPlain: Bool
  /// Whether `share_of` is split in the place of the budget, on a side.
  private let isShare: Bool
  /// Whether a larger budget gives nobody less.
  private let isMonotone: Bool
  private var old: Side
  private var new: Side

  /// - Returns: nil where a side hides what accounts come with, or states their amounts.
  init?(
    _ before: (program: Program, outcome: ProgramOutcome), _ older: Diffing.Side,
    _ after: (program: Program, outcome: ProgramOutcome), _ newer: Diffing.Side
  ) {
    guard let old = Side(before, older), let new = Side(after, newer) else { return nil }
    let scale = Self.places(before.program, older)
    guard scale == Self.places(after.program, newer) else { return nil }
    self.old = old
    self.new = new
    places = scale
    isMatched = after.program.basis.matching != nil
    isColumn = [before, after].allSatisfy { $0.program.basis.column != nil }
    isPlain = [before.program, after.program].allSatisfy(\.splitsByWeightsAlone)
    isShare = [before, after].contains { $0.program.shareOf != nil }
    isMonotone = [before.program, after.program].allSatisfy {
      $0.shaping.floor == nil || $0.shaping.belowFloor == .raise
    }
  }

  private static func places(_ program: Program, _ side: Diffing.Side) -> Int {
    guard case .weights(let name) = program.basis, case .source(let source) = program.recipients
    else { return program.basis.expression?.scale ?? 0 }
    let columns = side.plan.plan.source(named: source)?.columns ?? []
    return columns.first { $0.name == name }?.places ?? 0
  }

  /// - Returns: nil where the account did not take part on both sides; accounts ascend.
  mutating func effects(on account: Address, isMore: Bool) -> Effects? {
    let places = DistributionDiff.Pair(old.cursor.take(account), new.cursor.take(account))
    guard let before = places.before.first, let after = places.after.first else {
      return nil
    }
    let weight = DistributionDiff.Pair(old.values[before], new.values[after])
    let others = DistributionDiff.Pair(old.total &- weight.before, new.total &- weight.after)
    let budget = DistributionDiff.Pair(old.budget, new.budget)
    let now = Self.quota(budget.after, weight.after, others.after)
    /// nil where putting it back makes no unit of difference.
    func cause(_ fact: DiffCause.Fact, without: UInt256?) -> DiffCause? {
      guard let without, let now, without != now else { return nil }
      return DiffCause(fact, without: without, isAgainst: isMore != (now > without))
    }
    let fact = DiffCause.Fact.weight(weight, places: self.places)
    let split = isShare ? DiffCause.Fact.rule(["shareOf"]) : .budget(budget)
    guard isPlain else {
      let opposes = isMonotone && (budget.after > budget.before) != isMore
      return Effects(
        weight: weight.before == weight.after || isMatched ? nil : DiffCause(fact), others: nil,
        budget: budget.before == budget.after
          ? nil : DiffCause(split, isAgainst: opposes),
        isPlain: false, isAllTold: false)
    }
    return Effects(
      weight: cause(fact, without: Self.quota(budget.after, weight.before, others.after)),
      others: cause(
        .others(others, places: self.places),
        without: Self.quota(budget.after, weight.after, others.before)),
      budget: cause(
        split, without: Self.quota(budget.before, weight.after, others.after)),
      isPlain: true,
      isAllTold: weight.before == weight.after && others.before == others.after)
  }

  /// ⌊budget · weight / (weight + others)⌋
  private static func quota(_ budget: UInt256, _ weight: UInt256, _ others: UInt256) -> UInt256? {
    guard let total = weight.adding(others) else { return nil }
    return budget.multipliedFullWidth(by: weight)
      .quotientAndRemainder(dividingBy: total)?.quotient.asUInt256
  }
}

extension Program {
  /// Whether amounts follow from the budget and the weights alone.
  fileprivate var splitsByWeightsAlone: Bool {
    basis.matching == nil && raffle == nil && shaping == .none
      && rounding != .javascriptShare
  }
}
