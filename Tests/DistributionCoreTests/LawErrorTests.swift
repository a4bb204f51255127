import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// Kind, place, found and expected of what stops a program; subject and advice are there too.
private struct Stop: Equatable {
  let kind: LawError.Kind
  let place: String
  let found: String
  let expected: String

  init(_ kind: LawError.Kind, _ place: String, found: String, expected: String) {
    self.kind = kind
    self.place = place
    self.found = found
    self.expected = expected
  }

  init?(_ error: LawError?) {
    guard let error, error.subject == "rewards", !error.advice.isEmpty else { return nil }
    self.init(error.kind, error.place, found: error.found, expected: error.expected)
  }
}

private func stop(
  _ program: Program, _ pairs: [(UInt64, UInt256)], epoch: UInt32 = 0,
  epochs: EpochSchedule? = nil, carriedIn: UInt256 = 0
) -> Stop? {
  Stop(
    lawError { () throws(LawError) in
      try outcome(program, rows(pairs), epoch: epoch, epochs: epochs, carriedIn: carriedIn)
    })
}

@Suite("What stops a program, with the values that were compared")
struct LawErrorTests {
  private let emitting = program(budget: 100, emission: .constant)

  @Test("An epoch outside the schedule")
  func epochOutOfRange() {
    let expected = Stop(.epochOutOfRange, "epoch", found: "7", expected: "0 ... 6")
    #expect(stop(emitting, [(1, 1)], epoch: 7, epochs: sevenEpochs) == expected)
    #expect(stop(emitting, [(1, 1)], epoch: 6, epochs: sevenEpochs) == nil)
    let last = Stop(.epochOutOfRange, "epoch", found: "4294967295", expected: "0 ... 6")
    #expect(stop(emitting, [(1, 1)], epoch: .max, epochs: sevenEpochs) == last)
  }

  @Test("A later epoch than the first of a program without emission")
  func epochWithoutEmission() {
    let expected = Stop(.epochOutOfRange, "epoch", found: "1", expected: "0 ... 0")
    #expect(stop(program(budget: 1), [(1, 1)], epoch: 1) == expected)
    #expect(stop(program(budget: 1), [(1, 1)], epoch: 1, epochs: sevenEpochs) == expected)
  }

  @Test("Emission without a schedule of epochs never gives out the whole budget at once")
  func emissionWithoutEpochs() {
    #expect(
      stop(emitting, [(1, 1)])
        == Stop(.epochOutOfRange, "epoch", found: "0", expected: "a plan with `epochs`"))
  }

  @Test("INV-015: a carry that lifts a budget to 2^256")
  func budgetOverflow() {
    #expect(
      stop(program(budget: .max), [(1, 1)], carriedIn: 1)
        == Stop(
          .budgetOverflow, "emission and carry", found: "\(UInt256.max) + 1",
          expected: "a sum below 2^256"))
    #expect(stop(program(budget: .max &- 1), [(1, 1)], carriedIn: 1) == nil)
  }

  @Test("INV-015: rows of one account that add up to 2^256, an excluded account's too")
  func rowsOverflow() {
    let expected = Stop(
      .valuesOverflow, "rows of account \(account(7))", found: "2^256 or more",
      expected: "a sum below 2^256")
    let wide: [(UInt64, UInt256)] = [(7, twoTo255), (1, 1), (7, twoTo255)]
    #expect(stop(program(budget: 1), wide) == expected)
    #expect(stop(program(budget: 1, basis: byAmount), wide) == expected)
    let shutOut = [PlannedExclusion(account: account(7), reason: "an exchange")]
    #expect(stop(program(budget: 1, exclude: shutOut), wide) == expected)
    #expect(stop(program(budget: 1), [(7, twoTo255), (7, twoTo255 &- 1)]) == nil)
  }

  @Test("INV-015: weights that add up to 2^256, those excluded not counted")
  func weightsOverflow() {
    let wide: [(UInt64, UInt256)] = [(1, twoTo255), (2, twoTo255)]
    #expect(
      stop(program(budget: 1), wide)
        == Stop(
          .valuesOverflow, "sum of weights", found: "2^256 or more",
          expected: "a sum below 2^256"))
    let shutOut = [PlannedExclusion(account: account(2), reason: "an exchange")]
    #expect(stop(program(budget: 1, exclude: shutOut), wide) == nil)
  }

  @Test("INV-015: given amounts that add up to 2^256, at the account that reached it")
  func amountsOverflow() {
    #expect(
      stop(program(budget: .max, basis: byAmount), [(3, 5), (2, twoTo255), (1, twoTo255)])
        == Stop(
          .valuesOverflow, "sum of given amounts up to account \(account(2))",
          found: "2^256 or more", expected: "a sum below 2^256"))
  }

  @Test("Given amounts above the budget")
  func amountsExceedBudget() {
    let error = lawError { () throws(LawError) in
      try outcome(program(budget: 99, basis: byAmount), rows([(1, 60), (2, 42)]))
    }
    #expect(
      Stop(error)
        == Stop(
          .amountsExceedBudget, "sum of given amounts", found: "102 base units",
          expected: "at most the budget, 99 base units"))
    #expect(error?.advice.contains("Raise the budget by 3 base units") == true)
    #expect(
      stop(program(budget: 101, basis: byAmount, unallocated: .carry), [(1, 60), (2, 42)])?.kind
        == .amountsExceedBudget)
  }

  @Test("Given amounts below the budget")
  func amountsBelowBudget() {
    let error = lawError { () throws(LawError) in
      try outcome(program(budget: 105, basis: byAmount), rows([(1, 60), (2, 42)]))
    }
    #expect(
      Stop(error)
        == Stop(
          .amountsBelowBudget, "sum of given amounts", found: "102 base units",
          expected: "the budget, 105 base units"))
    #expect(error?.advice.hasPrefix("Lower the budget by 3 base units") == true)
    #expect(stop(program(budget: 1, basis: byAmount), [])?.kind == .amountsBelowBudget)
  }

  @Test("A rounding rule that gives out more than the budget")
  func roundingExceedsBudget() {
    #expect(
      stop(program(budget: 1, rounding: .halfUp), [(1, 1), (2, 1)])
        == Stop(
          .roundingExceedsBudget, "sum of amounts under `rounding: half-up`", found: "2 base units",
          expected: "at most the budget, 1 base unit"))
    #expect(
      stop(program(budget: .max, rounding: .python), [(1, 1)])
        == Stop(
          .roundingExceedsBudget, "sum of amounts under `rounding: ieee754-python`",
          found: "2^256 base units or more",
          expected: "at most the budget, \(UInt256.max) base units"))
  }

  @Test("The first kind in order of precedence is the one that is told")
  func precedence() {
    let wide: [(UInt64, UInt256)] = [(1, twoTo255), (1, twoTo255)]
    let widest = program(budget: .max, emission: .constant)
    let one = EpochSchedule(start: Timestamp(0), length: 60, count: 1)
    #expect(stop(widest, wide, epoch: 1, epochs: one, carriedIn: 1)?.kind == .epochOutOfRange)
    #expect(stop(widest, wide, epochs: one, carriedIn: 1)?.kind == .budgetOverflow)
    #expect(stop(widest, wide, epochs: one)?.kind == .valuesOverflow)
    let kinds = LawError.Kind.allCases
    #expect(
      kinds == [
        .epochOutOfRange, .priceRefused, .budgetOverflow, .negativeBalance, .balanceOverflow,
        .supplyOverflow, .priceOffTick, .volumeOverflow, .noPrice, .heldOverflow, .notDrawn,
        .valuesOverflow, .expressionOverflow,
        .divisionByZero, .outOfDomain, .negativeResult, .tooManyPairs, .amountsExceedBudget,
        .amountsBelowBudget, .floorsExceedBudget, .roundingExceedsBudget, .wrongRedirect,
        .redirectCycle, .entitlementOverflow,
      ])
  }

  @Test("A description has subject, place, both values and the advice")
  func description() {
    let error = LawError(
      .valuesOverflow, subject: "rewards", place: "sum", found: "5", expected: "4", advice: "Stop.")
    #expect(error.description == "rewards: sum: found 5, expected 4. Stop.")
  }
}
