import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

/// Law, section 2. Weights belong to the accounts 1, 2, 3 … unless a test says otherwise.
private func apportion(
  _ budget: UInt256, _ weights: [UInt256], _ rule: RoundingRule, places: Int = 0
) throws(Apportionment.Failure) -> Apportionment.Result {
  try Apportionment.apportion(
    budget, accounts: weights.indices.map { account(UInt64($0) + 1) }, weights: weights,
    places: places, rule: rule)
}

private func amounts(
  _ budget: UInt256, _ weights: [UInt256], _ rule: RoundingRule
) throws -> [UInt256] {
  try apportion(budget, weights, rule).amounts
}

/// The rules that give out exactly the budget.
private let wholeRules: [RoundingRule] = [
  .largestRemainder, .remainderToLargest, .unitEachByAddress,
]
private let exactRules = wholeRules + [.floor, .halfUp]
/// The rules that divide by the total.
private let quotaRules = RoundingRule.allCases.filter { $0 != .javascriptShare }

@Suite("Apportionment: numbers worked out by hand")
struct ApportionmentTests {
  @Test("Largest remainder gives left-over units to the largest remainders")
  func largestRemainder() throws {
    // Quotas 1.0, 2.5, 6.5 of 10 by 2, 5, 13: one unit left, and a tie of two halves.
    #expect(try amounts(10, [2, 5, 13], .largestRemainder) == [1, 3, 6])
    // Quotas 4.7, 3.5, 1.8: the two largest remainders are the third's and the first's.
    #expect(try amounts(10, [47, 35, 18], .largestRemainder) == [5, 3, 2])
  }

  @Test("Ties of remainders go to the lower addresses")
  func ties() throws {
    #expect(try amounts(10, [1, 1, 1], .largestRemainder) == [4, 3, 3])
    #expect(try amounts(11, [1, 1, 1], .largestRemainder) == [4, 4, 3])
    // Quotas 0.75, 1.5, 0.75: the half is the smallest of the three remainders.
    #expect(try amounts(3, [1, 2, 1], .largestRemainder) == [1, 1, 1])
    // Quotas 0.2, 0.6, 0.6, 0.6: two of three equal remainders are served.
    #expect(try amounts(2, [1, 3, 3, 3], .largestRemainder) == [0, 1, 1, 0])
  }

  @Test("Floor leaves the rest as carry")
  func floorRule() throws {
    let parts = try apportion(10, [1, 1, 1], .floor)
    #expect(parts.amounts == [3, 3, 3])
    #expect(parts.carry == 1)
    #expect(parts.totalWeight == 3)
  }

  @Test("The remainder goes to the largest weight, of equal ones to the lower address")
  func remainderToLargest() throws {
    // Quotas 1.25, 2.5, 6.25 of 10 by 2, 4, 10: floors 1, 2, 6.
    #expect(try amounts(10, [2, 4, 10], .remainderToLargest) == [1, 2, 7])
    // Quotas 1.83, 4.58, 4.58: both units go to the first of the two fives.
    #expect(try amounts(11, [2, 5, 5], .remainderToLargest) == [1, 6, 4])
  }

  @Test("One unit each in ascending order of address")
  func unitEachByAddress() throws {
    // Quotas 4.7, 3.5, 1.8: two units left, whoever has the larger remainder.
    #expect(try amounts(10, [47, 35, 18], .unitEachByAddress) == [5, 4, 1])
  }

  @Test("Half-up rounds halves up and everything below them down")
  func halfUp() throws {
    #expect(try amounts(100, [1, 2], .halfUp) == [33, 67])
    // Quotas 0.5, 1.4, 1.4, 6.7.
    #expect(try amounts(10, [10, 28, 28, 134], .halfUp) == [1, 1, 1, 7])
    // Quotas 0.49 and 0.51.
    #expect(try amounts(1, [49, 51], .halfUp) == [0, 1])
    let short = try apportion(10, [33, 33, 34], .halfUp)
    #expect(short.amounts == [3, 3, 3])
    #expect(short.carry == 1)
  }

  @Test("Half-up that exceeds the budget is refused with its sum")
  func halfUpExceeds() {
    #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: 2)) {
      try amounts(1, [1, 1], .halfUp)
    }
    // Quotas 0.75, 0.75, 1.5.
    #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: 4)) {
      try amounts(3, [1, 1, 2], .halfUp)
    }
  }

  @Test("A single account receives all of it, under every rule", arguments: quotaRules)
  func single(rule: RoundingRule) throws {
    let parts = try apportion(10, [7], rule)
    #expect(parts.amounts == [10])
    #expect(parts.carry == 0)
    #expect(parts.totalWeight == 7)
  }

  @Test("No account: all is carried, under every rule", arguments: RoundingRule.allCases)
  func nobody(rule: RoundingRule) throws {
    let parts = try apportion(10, [], rule)
    #expect(parts.amounts.isEmpty)
    #expect(parts.carry == 10)
    #expect(parts.totalWeight == 0)
  }

  @Test("A budget of zero gives zeros, under every rule", arguments: RoundingRule.allCases)
  func nothing(rule: RoundingRule) throws {
    let parts = try apportion(0, [1, 2], rule)
    #expect(parts.amounts == [0, 0])
    #expect(parts.carry == 0)
  }

  @Test(
    "A budget smaller than the number of accounts",
    arguments: [
      // Quotas 0.2, 0.4, 0.6, 0.8.
      (.largestRemainder, [0, 0, 1, 1], 0), (.floor, [0, 0, 0, 0], 2),
      (.remainderToLargest, [0, 0, 0, 2], 0), (.unitEachByAddress, [1, 1, 0, 0], 0),
      (.halfUp, [0, 0, 1, 1], 0), (.python, [0, 0, 0, 0], 2), (.javascript, [0, 0, 0, 0], 2),
    ] as [(RoundingRule, [UInt256], UInt256)])
  func fewUnits(rule: RoundingRule, expected: [UInt256], carry: UInt256) throws {
    let parts = try apportion(2, [1, 2, 3, 4], rule)
    #expect(parts.amounts == expected)
    #expect(parts.carry == carry)
  }

  @Test("INV-001: amounts and carry make the budget; exact rules equal fractions in Python")
  func exactVectors() throws {
    let samples = Vectors.apportionment.samples
    #expect(samples.count == 120)
    for sample in samples { try check(sample) }
  }
}

@Suite("Apportionment at the edge of 256 bits")
struct WideApportionmentTests {
  @Test("INV-015: weights that add up to 2^256 are refused", arguments: RoundingRule.allCases)
  func overflow(rule: RoundingRule) {
    #expect(throws: Apportionment.Failure.weightsOverflow) {
      try apportion(1, [twoTo255, twoTo255], rule)
    }
    #expect(throws: Apportionment.Failure.weightsOverflow) {
      try apportion(1, [.max, 1], rule)
    }
  }

  @Test("A budget that equals the total of the widest weights gives everybody its weight")
  func identity() throws {
    for weights in [[twoTo255, twoTo255 &- 1], [UInt256.max &- 1, 1], [1, UInt256.max &- 1]] {
      for rule in exactRules {
        let parts = try apportion(.max, weights, rule)
        #expect(parts.amounts == weights, "\(rule)")
        #expect(parts.totalWeight == .max)
      }
    }
  }

  @Test("The widest budget is split exactly")
  func widest() throws {
    // 2^256 − 1 by equal weights of 2^255 − 1: halves of an odd number, the lower address first.
    let weight = twoTo255 &- 1
    for rule in wholeRules {
      let parts = try apportion(.max, [weight, weight], rule)
      #expect(parts.amounts == [twoTo255, twoTo255 &- 1], "\(rule)")
      #expect(parts.carry == 0)
    }
    let floors = try apportion(.max, [weight, weight], .floor)
    #expect(floors.amounts == [twoTo255 &- 1, twoTo255 &- 1])
    #expect(floors.carry == 1)
  }

  @Test("Half-up is exact where doubling the remainder would overflow")
  func halfUpWide() throws {
    // Quotas of max − 1 by max − 2, 1, 1: max − 3 + 2/max, and 1 − 1/max twice.
    let weights: [UInt256] = [.max &- 2, 1, 1]
    #expect(try amounts(.max &- 1, weights, .halfUp) == [.max &- 3, 1, 1])
    // 3 by the same: 3 − 6/max rounds up to 3, and 3/max rounds down to 0.
    #expect(try amounts(3, weights, .halfUp) == [3, 0, 0])
  }

  @Test("INV-015: a sum of rounded amounts that reaches 2^256 is refused")
  func roundedSum() {
    // Two halves of an odd number, each rounded up to 2^255.
    #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: nil)) {
      try amounts(.max, [1, 1], .halfUp)
    }
  }

  @Test(
    "INV-015: a double of 2^256 exceeds the widest budget and does not saturate at it",
    arguments: [RoundingRule.python, .javascript])
  func widestDouble(rule: RoundingRule) throws {
    // The double nearest to 2^256 − 1 is 2^256.
    #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: nil)) {
      try amounts(.max, [1], rule)
    }
    // 2^256 − 2^203 is a double: the widest below 2^256.
    let widest = UInt256.max &- ((UInt256(1) << 203) &- 1)
    #expect(try amounts(widest, [1], rule) == [widest])
  }
}

@Suite("IEEE-754 rules: what programs with floats computed")
struct IEEE754Tests {
  @Test("Every vector of the interpreter's own floats is reproduced")
  func vectors() throws {
    let samples = Vectors.ieee754.samples
    #expect(samples.count > 300)
    for sample in samples { try check(sample) }
    let shares = Vectors.ieee754Shares.samples
    #expect(shares.count > 80 && shares.contains { $0.amounts != nil && $0.places > 20 })
    for sample in shares { try check(sample) }
  }

  @Test("A share is of the budget, whatever the others are; what they leave is carried")
  func shares() throws {
    // JavaScript: Math.floor(0.3 * 10) is 3, and Math.floor(0.29 * 100) is 28.
    let parts = try apportion(10, [3, 2], .javascriptShare, places: 1)
    #expect(parts.amounts == [3, 2] && parts.carry == 5)
    #expect(try apportion(100, [29], .javascriptShare, places: 2).amounts == [28])
    #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: 11)) {
      try apportion(10, [6, 5], .javascriptShare, places: 1)
    }
  }

  @Test("One rounding and three roundings differ")
  func roundings() throws {
    // The exact quota is just below 2^53. Python's one rounding lifts it to 2^53; in JavaScript
    // the budget 2^53 + 1 has been rounded down to 2^53 before.
    let budget: UInt256 = 9_007_199_254_740_993
    let weights: [UInt256] = [9_007_199_254_740_991, 1]
    #expect(try amounts(budget, weights, .python) == [9_007_199_254_740_992, 1])
    #expect(try amounts(budget, weights, .javascript) == [9_007_199_254_740_991, 1])
  }

  @Test("A quota halfway between two doubles goes to the even one")
  func halfway() throws {
    // Doubles from 2^54 on are multiples of 4: 2^54 + 2 lies halfway between 2^54, whose
    // significand is even, and 2^54 + 4; 2^54 + 6 goes up to 2^54 + 8.
    let base: UInt256 = 18_014_398_509_481_984
    for rule in [RoundingRule.python, .javascript] {
      let down = try apportion(base &+ 2, [5], rule)
      #expect(down.amounts == [base])
      #expect(down.carry == 2)
      #expect(try amounts(base &+ 5, [5], rule) == [base &+ 4])
      #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: base &+ 8)) {
        try amounts(base &+ 6, [5], rule)
      }
      #expect(throws: Apportionment.Failure.roundingExceedsBudget(sum: base &+ 4)) {
        try amounts(base &+ 3, [5], rule)
      }
    }
  }

  @Test("Quotas far below one unit are zero, down to 1 / (2^256 − 1)")
  func tiny() throws {
    for rule in [RoundingRule.python, .javascript] {
      let parts = try apportion(1, [1, .max &- 1], rule)
      // The other's exact quota is 1 − 2^−256, and its double 1.
      #expect(parts.amounts == [0, 1])
    }
  }

  @Test("Amounts that exceed the budget are refused with their sum")
  func exceeds() {
    // Python: sum(math.floor(b * w / W)) is 1 399 957 696 above this budget.
    let weights: [UInt256] = [
      12_345_678_901_234_567_891, units("98765432109876543211"), 1,
    ]
    let budget = units("123456789012345678901234567")
    #expect(
      throws: Apportionment.Failure.roundingExceedsBudget(sum: budget &+ 1_399_957_696)
    ) {
      try amounts(budget, weights, .python)
    }
  }
}

private func check(
  _ sample: ApportionmentVector, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let budget = units(sample.budget)
  let sum = sample.sum.map { units($0) }
  let name: Comment = "\(sample.rule.rawValue) of \(budget) by \(sample.weights)"
  guard let amounts = sample.amounts?.map({ units($0) }) else {
    #expect(
      throws: Apportionment.Failure.roundingExceedsBudget(sum: sum), name,
      sourceLocation: sourceLocation
    ) {
      try apportion(budget, sample.weights.map { units($0) }, sample.rule, places: sample.places)
    }
    return
  }
  let parts = try apportion(
    budget, sample.weights.map { units($0) }, sample.rule, places: sample.places)
  #expect(parts.amounts == amounts, name, sourceLocation: sourceLocation)
  #expect(sum?.adding(parts.carry) == budget, name, sourceLocation: sourceLocation)
}
