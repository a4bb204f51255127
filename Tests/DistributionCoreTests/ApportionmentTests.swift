import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Apportionment: numbers worked out by hand")
struct ApportionmentTests {
  private func amounts(
    _ budget: UInt64, _ weights: [UInt64], _ rule: RoundingRule
  ) throws -> [UInt256] {
    try result(budget, weights, rule).amounts
  }

  private func result(
    _ budget: UInt64, _ weights: [UInt64], _ rule: RoundingRule
  ) throws -> Apportionment.Result {
    try Apportionment.apportion(
      UInt256(budget), accounts: weights.indices.map { account(UInt64($0) + 1) },
      weights: units(weights), rule: rule)
  }

  @Test("Largest remainder gives left-over units to the largest remainders")
  func largestRemainder() throws {
    // Quotas 1.0, 2.5, 6.5 of 10 by 2, 5, 13: one unit left, and a tie of two halves.
    #expect(try amounts(10, [2, 5, 13], .largestRemainder) == units([1, 3, 6]))
    // Quotas 4.7, 3.5, 1.8: the two largest remainders are the third's and the first's.
    #expect(try amounts(10, [47, 35, 18], .largestRemainder) == units([5, 3, 2]))
  }

  @Test("Ties go to the lower address")
  func ties() throws {
    #expect(try amounts(10, [1, 1, 1], .largestRemainder) == units([4, 3, 3]))
    #expect(try amounts(11, [1, 1, 1], .largestRemainder) == units([4, 4, 3]))
    #expect(try amounts(5, [2, 2], .remainderToLargest) == units([3, 2]))
  }

  @Test("Floor leaves the rest as carry")
  func floorRule() throws {
    let parts = try result(10, [1, 1, 1], .floor)
    #expect(parts.amounts == units([3, 3, 3]))
    #expect(parts.carry == UInt256(1))
  }

  @Test("The remainder goes to the largest weight")
  func remainderToLargest() throws {
    // Quotas 1.25, 2.5, 6.25 of 10 by 2, 4, 10: floors 1, 2, 6.
    #expect(try amounts(10, [2, 4, 10], .remainderToLargest) == units([1, 2, 7]))
  }

  @Test("One unit each in ascending order of address")
  func unitEachByAddress() throws {
    // Quotas 4.7, 3.5, 1.8: two units left, whoever has the larger remainder.
    #expect(try amounts(10, [47, 35, 18], .unitEachByAddress) == units([5, 4, 1]))
  }

  @Test("Half-up rounds to the nearest unit, and exceeding the budget is refused")
  func halfUp() throws {
    #expect(try amounts(100, [1, 2], .halfUp) == units([33, 67]))
    let short = try result(10, [33, 33, 34], .halfUp)
    #expect(short.amounts == units([3, 3, 3]))
    #expect(short.carry == UInt256(1))
    #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: UInt256(2))) {
      try amounts(1, [1, 1], .halfUp)
    }
  }

  @Test("Half-up is exact where doubling the remainder would overflow")
  func halfUpWide() throws {
    // Quota max·(max − 1)/max = max − 1 exactly for the first, 1 for the second.
    let weights = [UInt256.max &- UInt256(1), UInt256(1)]
    let parts = try Apportionment.apportion(
      .max, accounts: [account(1), account(2)], weights: weights, rule: .halfUp)
    #expect(parts.amounts == weights)
  }

  @Test("IEEE-754 rules equal what CPython computes", arguments: ieeeSamples)
  func ieee754(sample: IEEESample) throws {
    let accounts = sample.weights.indices.map { account(UInt64($0) + 1) }
    let parts = try Apportionment.apportion(
      sample.budget, accounts: accounts, weights: sample.weights, rule: sample.rule)
    #expect(parts.amounts == sample.amounts)
  }

  @Test("IEEE-754 rules that give out more than the budget are refused")
  func ieee754Exceeds() {
    // Python: sum(math.floor(b * w / W)) is 1 399 957 696 above this budget.
    let weights = [
      units("12345678901234567891"), units("98765432109876543211"), UInt256(1),
    ]
    let budget = units("123456789012345678901234567")
    #expect(
      throws: Apportionment.Failure.roundingExceedsBudget(sum: budget &+ UInt256(1_399_957_696))
    ) {
      try Apportionment.apportion(
        budget, accounts: [account(1), account(2), account(3)], weights: weights, rule: .python)
    }
  }

  @Test("No account: all is carried, under every rule", arguments: RoundingRule.allCases)
  func nobody(rule: RoundingRule) throws {
    let parts = try result(10, [], rule)
    #expect(parts.amounts.isEmpty)
    #expect(parts.carry == UInt256(10))
  }

  @Test("A budget of zero gives zeros, under every rule", arguments: RoundingRule.allCases)
  func nothing(rule: RoundingRule) throws {
    let parts = try result(0, [1, 2], rule)
    #expect(parts.amounts == units([0, 0]))
    #expect(parts.carry == .zero)
  }

  @Test("INV-015: weights that add up to 2^256 are refused, not wrapped")
  func overflow() {
    #expect(throws: Apportionment.Failure.weightsOverflow) {
      try Apportionment.apportion(
        UInt256(1), accounts: [account(1), account(2)], weights: [twoTo255, twoTo255],
        rule: .largestRemainder)
    }
  }

  @Test("The widest budget and weights are split exactly")
  func widest() throws {
    // 2^256 − 1 by equal weights of 2^255 − 1: halves of an odd number, the lower address first.
    let weight = twoTo255 &- UInt256(1)
    let parts = try Apportionment.apportion(
      .max, accounts: [account(1), account(2)], weights: [weight, weight],
      rule: .largestRemainder)
    #expect(parts.amounts == [twoTo255, twoTo255 &- UInt256(1)])
    #expect(parts.carry == .zero)
  }
}

struct IEEESample: Sendable, CustomTestStringConvertible {
  let budget: UInt256
  let weights: [UInt256]
  let rule: RoundingRule
  let amounts: [UInt256]
  var testDescription: String { "\(rule.rawValue) of \(budget)" }
}

/// `[math.floor(b * w / W) for w in weights]` for Python, the same with `float(...)` around every
/// operand for JavaScript; CPython 3.11.
let ieeeSamples: [IEEESample] = [
  IEEESample(
    budget: units("1000000000000000000000007"), weights: units([3, 5, 7]), rule: .javascript,
    amounts: [
      units("199999999999999983222784"), units("333333333333333260632064"),
      units("466666666666666672259072"),
    ]),
  IEEESample(
    budget: units("123456789012345678901234567"),
    weights: [units("12345678901234567891"), units("98765432109876543211"), UInt256(1)],
    rule: .javascript,
    amounts: [
      units("13717420890260630740664320"), units("109739368122085047411933184"),
      UInt256(1_111_111),
    ]),
  IEEESample(
    budget: UInt256(1000), weights: units([1, 1, 1]), rule: .python,
    amounts: units([333, 333, 333])),
  // The exact quota is just below 2^53; Python's single rounding lifts it to 2^53.
  IEEESample(
    budget: UInt256(9_007_199_254_740_993), weights: units([(1 << 53) - 1, 1]), rule: .python,
    amounts: units([9_007_199_254_740_992, 1])),
  IEEESample(
    budget: UInt256(9_007_199_254_740_993), weights: units([(1 << 53) - 1, 1]), rule: .javascript,
    amounts: units([9_007_199_254_740_991, 1])),
]
