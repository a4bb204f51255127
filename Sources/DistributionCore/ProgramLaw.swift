import DistributionModel
import EthereumPrimitives

/// What a program gives in an epoch: section 1 of `docs/reference/law.md`.
public enum ProgramLaw {
  /// Computes one program for one epoch.
  ///
  /// - Parameters:
  ///   - epochs: the plan's schedule, needed by a program with emission.
  ///   - carriedIn: what the program carried out of the epoch before; zero in epoch 0.
  /// - Throws: `LawError`; nothing is rounded away or wrapped.
  public static func outcome(
    of program: Program, epoch: EpochIndex, epochs: EpochSchedule?, carriedIn: Amount,
    inputs: ProgramInputs
  ) throws(LawError) -> ProgramOutcome {
    let budget = try budget(of: program, epoch: epoch, epochs: epochs, carriedIn: carriedIn)
    let (inputs, denied) = inputs.counting(for: program, in: epoch)
    if let raffle = program.raffle, program.awaitsDraw { throw undrawn(program, raffle) }
    let (taking, excluded, totals) = try values(of: program, inputs: inputs)
    let division = try divide(budget, taking, by: program)
    return ProgramOutcome(
      program: program.name, epoch: epoch, budget: Amount(budget), carriedIn: carriedIn,
      accounts: division.accounts, amounts: division.amounts,
      exclusions: merged(excluded + denied, division.refused),
      allocated: Amount(budget &- division.carry), carry: Amount(division.carry),
      totalWeight: division.totalWeight, totals: totals)
  }

  private static func divide(
    _ budget: UInt256, _ taking: AccountValues, by program: Program
  ) throws(LawError) -> Division {
    if let raffle = program.raffle {
      return try drawn(raffle, taking, budget: budget, program: program)
    }
    if program.basis.isGiven { return try given(taking, budget: budget, program: program) }
    let part = program.basis.matching.map { due(of: budget, taking, $0) } ?? budget
    var division = try apportioned(taking, budget: part, program: program)
    division.carry = division.carry &+ (budget &- part)
    return division
  }

  /// What of a budget matches can use; all of it where they are too wide to add, which is refused
  /// when they are apportioned.
  private static func due(
    of budget: UInt256, _ matches: AccountValues, _ matching: Matching
  ) -> UInt256 {
    var total: UInt256? = .zero
    for match in matches.values { total = total?.adding(match) }
    return total.map { matching.due(of: budget, total: $0) } ?? budget
  }

  /// Weights or amounts of who takes part, and who does not.
  static func values(
    of program: Program, inputs: ProgramInputs
  ) throws(LawError) -> (
    taking: AccountValues, excluded: [Exclusion], totals: [ExpressionTotal]
  ) {
    let dropped = inputs.dropped(by: program)
    guard program.isComputed else {
      let values = try AccountValues(program: program, inputs: inputs)
      let (taking, excluded) = values.split(by: program)
      return (taking, dropped + excluded, [])
    }
    let columns = try AccountColumns(program: program, inputs: inputs)
    let computed = try ComputedValues(program: program, columns: columns)
    return (computed.taking, dropped + computed.excluded, computed.totals(of: program))
  }

  /// The epoch's emission and what was carried in.
  public static func budget(
    of program: Program, epoch: EpochIndex, epochs: EpochSchedule?, carriedIn: Amount
  ) throws(LawError) -> UInt256 {
    guard let emitted = emitted(by: program, in: epoch, epochs: epochs) else {
      let count = program.emission == nil ? 1 : epochs?.count
      throw LawError(
        .epochOutOfRange, subject: program.name, place: "epoch", found: "\(epoch.number)",
        expected: count.map { "0 ... \($0 - 1)" } ?? "a plan with `epochs`",
        advice: "Ask for an epoch of the plan's schedule, or lengthen `epochs.count` in the plan.")
    }
    guard let budget = emitted.adding(carriedIn.baseUnits) else {
      throw LawError(
        .budgetOverflow, subject: program.name, place: "emission and carry",
        found: "\(emitted.decimal) + \(carriedIn)", expected: "a sum below 2^256",
        advice: "Check the parent bundle: no real token has this many base units.")
    }
    return budget
  }

  /// nil outside the schedule; without emission the whole budget is epoch 0's.
  private static func emitted(
    by program: Program, in epoch: EpochIndex, epochs: EpochSchedule?
  ) -> UInt256? {
    let budget = program.budget.baseUnits
    guard let emission = program.emission else { return epoch.number == 0 ? budget : nil }
    return epochs.flatMap { emission.amount(inEpoch: epoch, of: budget, over: $0.count) }
  }

  struct Division {
    var accounts: [Address]
    var amounts: [UInt256]
    var refused: [Exclusion] = []
    var carry: UInt256
    var totalWeight: UInt256?
  }

  private static func given(
    _ taking: AccountValues, budget: UInt256, program: Program
  ) throws(LawError) -> Division {
    var sum = UInt256.zero
    for (index, amount) in taking.values.enumerated() {
      guard let next = sum.adding(amount) else {
        throw LawError(
          .valuesOverflow, subject: program.name,
          place: "sum of given amounts up to account \(taking.accounts[index])",
          found: "2^256 or more", expected: "a sum below 2^256",
          advice: "Look for an amount in the wrong unit.")
      }
      sum = next
    }
    guard let carry = budget.subtracting(sum) else {
      throw LawError(
        .amountsExceedBudget, subject: program.name, place: "sum of given amounts",
        found: sum.decimal, expected: "at most the budget, \(budget.decimal)",
        advice: "Raise the budget by \((sum &- budget).decimal) base units, or look for amounts in "
          + "the wrong unit.")
    }
    guard carry.isZero || program.unallocated == .carry else {
      throw LawError(
        .amountsBelowBudget, subject: program.name, place: "sum of given amounts",
        found: sum.decimal, expected: "the budget, \(budget.decimal)",
        advice: "\(carry.decimal) base units are left: lower the budget, or write "
          + "`unallocated: carry` to keep them.")
    }
    return Division(accounts: taking.accounts, amounts: taking.values, carry: carry)
  }

  private static func apportioned(
    _ taking: AccountValues, budget: UInt256, program: Program
  ) throws(LawError) -> Division {
    let result: Apportionment.Result
    do {
      result = try Apportionment.apportion(
        budget, accounts: taking.accounts, weights: taking.values, rule: program.rounding)
    } catch {
      throw LawError(error, program: program, budget: budget)
    }
    var division = Division(
      accounts: [], amounts: [], carry: result.carry, totalWeight: result.totalWeight)
    division.accounts.reserveCapacity(taking.accounts.count)
    division.amounts.reserveCapacity(taking.accounts.count)
    for (index, amount) in result.amounts.enumerated() {
      if amount.isZero {
        division.refused.append(
          Exclusion(
            account: taking.accounts[index], reason: .belowOneUnit, value: taking.values[index]))
      } else {
        division.accounts.append(taking.accounts[index])
        division.amounts.append(amount)
      }
    }
    return division
  }

  /// Two lists that are ascending by account and have no account in common.
  private static func merged(_ left: [Exclusion], _ right: [Exclusion]) -> [Exclusion] {
    (left + right).sorted { $0.account < $1.account }
  }
}

extension LawError {
  fileprivate init(_ failure: Apportionment.Failure, program: Program, budget: UInt256) {
    switch failure {
    case .weightsOverflow:
      self.init(
        .valuesOverflow, subject: program.name, place: "sum of weights", found: "2^256 or more",
        expected: "a sum below 2^256", advice: "Scale the weights down; only their ratios count.")
    case .roundingExceedsBudget(let sum):
      self.init(
        .roundingExceedsBudget, subject: program.name,
        place: "sum of amounts under `rounding: \(program.rounding.rawValue)`",
        found: sum?.decimal ?? "2^256 or more", expected: "at most the budget, \(budget.decimal)",
        advice: "This rule can round up; use `rounding: largest-remainder`, which gives out "
          + "exactly the budget.")
    }
  }
}
