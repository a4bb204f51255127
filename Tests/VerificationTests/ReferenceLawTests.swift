import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@Suite("The engine and the reference")
struct ReferenceLawTests {
  @Test("INV-002: whole programs come out the same, or are refused for the same reason")
  func programs() {
    check("programs", runs: 3000, generate: { $0.programSample() }, property: agrees)
  }

  @Test("INV-002, INV-015: the widest values come out the same and never wrap")
  func widestPrograms() {
    check("widest programs", runs: 1000, generate: { $0.programSample(.extreme) }, property: agrees)
  }

  private func agrees(_ sample: ProgramSample) throws -> Bool {
    let found = sample.engine()
    guard try agree(found, sample.reference()) else { return false }
    guard case .success(let outcome) = found else { return true }
    return outcome.epoch.number == sample.epoch && outcome.carriedIn == Amount(sample.carriedIn)
  }

  @Test(
    "INV-002: apportionment comes out the same under every rule",
    arguments: RoundingRule.allCases)
  func apportionment(rule: RoundingRule) {
    check("apportionment", runs: 400, generate: { $0.weightsSample([rule]) }) { sample in
      switch (sample.engine(), sample.reference()) {
      case (.success(let found), .success(let expected)):
        let carry = ReferenceLaw.big(sample.budget) - expected.reduce(0, +)
        return found.amounts.map { ReferenceLaw.big($0) } == expected
          && ReferenceLaw.big(found.carry) == carry
          && ReferenceLaw.big(found.totalWeight) == sum(sample.weights)
      case (.failure(.weightsOverflow), .failure(let refusal)): return refusal == .valuesOverflow
      case (.failure(.roundingExceedsBudget), .failure(let refusal)):
        return refusal == .roundingExceedsBudget
      case (let found, let expected): throw Mismatch("an apportionment", found, expected)
      }
    }
  }

  @Test("INV-002: entitlements come out the same, or are refused for the same reason")
  func entitlements() {
    check("entitlements", runs: 2000, generate: { $0.cumulationSample() }) { sample in
      switch (sample.engine(), sample.reference()) {
      case (.success(let found), .success(let expected)):
        return found.accounts == expected.map(\.account)
          && found.amounts.map { ReferenceLaw.big($0) } == expected.map(\.amount)
      case (.failure(let error), .failure(let refusal)): return "\(error.kind)" == "\(refusal)"
      case (let found, let expected): throw Mismatch("a campaign", found, expected)
      }
    }
  }

  @Test("Every kind of error has its refusal by the same name")
  func kinds() {
    let refusals: [ReferenceLaw.Refusal] = [
      .epochOutOfRange, .priceRefused, .budgetOverflow, .notDrawn, .valuesOverflow,
      .expressionOverflow, .divisionByZero, .outOfDomain, .negativeResult, .tooManyPairs,
      .amountsExceedBudget,
      .amountsBelowBudget, .floorsExceedBudget, .roundingExceedsBudget, .wrongRedirect,
      .redirectCycle, .entitlementOverflow,
    ]
    // Those of series have names of their own.
    let ofSeries: [LawError.Kind] = [
      .negativeBalance, .balanceOverflow, .supplyOverflow, .priceOffTick, .volumeOverflow,
      .noPrice, .heldOverflow,
    ]
    let kinds = LawError.Kind.allCases.filter { !ofSeries.contains($0) }
    #expect(refusals.map { "\($0)" } == kinds.map(\.rawValue))
  }
}
