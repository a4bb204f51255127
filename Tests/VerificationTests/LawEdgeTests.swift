import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

/// A program over accounts 1, 2, … with these weights.
private func sample(
  _ weights: [UInt256], budget: UInt256, rounding: RoundingRule = .largestRemainder,
  shareOf: UInt256? = nil, shaping: Shaping = .none, people: [UInt64: UInt256] = [:]
) -> ProgramSample {
  ProgramSample(
    program: Program(
      name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(budget),
      recipients: .source("list"), basis: .weights(column: "value"), rounding: rounding,
      shareOf: shareOf.map(Amount.init), shaping: shaping),
    epochs: nil, epoch: 0, carriedIn: 0,
    pairs: weights.enumerated().map {
      (account: VerifierSample.account(UInt64($0.offset + 1)), value: $0.element)
    },
    people: Dictionary(
      uniqueKeysWithValues: people.map { (VerifierSample.account($0.key), $0.value) }))
}

/// What both programs give, the accounts that get nothing among them.
private func given(_ sample: ProgramSample) throws -> [UInt256] {
  #expect(try agree(sample.engine(), sample.reference()))
  let outcome = try sample.engine().get()
  let amounts = Dictionary(uniqueKeysWithValues: zip(outcome.accounts, outcome.amounts))
  return sample.pairs.map { amounts[$0.account] ?? 0 }
}

private func amount(_ units: UInt256) -> Shaping.Bound { .amount(Amount(units)) }

@Suite("Caps, floors and units where they meet")
struct LawEdgeTests {
  @Test("A cap below the floor wins, with both kinds of floor and for computed caps")
  func capBelowFloor() throws {
    let low = Shaping(
      cap: .bound(.share(Share(billionths: 50_000_000))), floor: amount(10), belowFloor: .raise)
    #expect(try given(sample([8, 1, 1], budget: 100, shaping: low)) == [5, 5, 5])
    // Caps of 3, 40 and 90 with a floor of 10: 3 for the first, and the others share 97 by 1 : 3.
    let capped = try computed("votes.cast", cap: "votes.cast", budget: 100).shaping
    let bounds = Shaping(cap: capped.cap, floor: amount(10), belowFloor: .raise)
    var expression = ExpressionSample(
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(100),
        recipients: .source("list"), basis: .weights(column: "points"), shaping: bounds),
      rows: [(1, 5), (2, 1), (3, 3)].map {
        (account: VerifierSample.account($0.0), values: [UInt256($0.1), 0, 0, 0])
      })
    expression.votes = [(1, 3), (2, 40), (3, 90)].map {
      (VerifierSample.account($0.0), [UInt256($0.1), 0])
    }
    #expect(try agree(expression.engine(), expression.reference()))
    // 97 · 1/4 = 24.25 and 72.75.
    #expect(try expression.engine().get().amounts == [3, 24, 73])
  }

  /// λ = 3/2: account 1 has exactly the floor of 3, and the others 7.5 and 4.5 of 12. The unit that
  /// is left is shared among those who are free, of whom account 2 comes first.
  @Test("Who is exactly at the floor is held by it, and gets no unit that rounding leaves")
  func atFloor() throws {
    for cap in [nil, Shaping.Cap.bound(amount(100))] {
      let shaping = Shaping(cap: cap, floor: amount(3), belowFloor: .raise)
      let sample = sample(
        [2, 5, 3], budget: 15, rounding: .unitEachByAddress, shaping: shaping)
      #expect(try given(sample) == [3, 8, 4])
    }
  }

  /// λ = 3/2: account 1 has exactly its cap of 3.
  @Test("Who is exactly at the cap is held by it likewise")
  func atCap() throws {
    let shaping = Shaping(cap: .bound(amount(3)))
    let two = sample([2, 1, 1], budget: 6, rounding: .unitEachByAddress, shaping: shaping)
    #expect(try given(two) == [3, 2, 1])
  }

  /// Caps of 3, 5 and 90 in units of 2: 2, 4 and what is left of 20.
  @Test("A computed cap that is no whole unit is rounded down")
  func computedCapInUnits() throws {
    let cap = try computed("points", cap: "votes.cast", budget: 20).shaping.cap
    var expression = ExpressionSample(
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(20),
        recipients: .source("list"), basis: .weights(column: "points"),
        shaping: Shaping(cap: cap, unit: Amount(2))),
      rows: (1...3).map { (account: VerifierSample.account($0), values: [9, 0, 0, 0]) })
    expression.votes = [(1, 3), (2, 5), (3, 90)].map {
      (VerifierSample.account($0.0), [UInt256($0.1), 0])
    }
    #expect(try agree(expression.engine(), expression.reference()))
    #expect(try expression.engine().get().amounts == [2, 4, 14])
  }

  /// ⌊(2²⁵⁶ − 1) / 5⌋ units are rounded up to a binary64 value: five times that is 2²⁵⁶ or more.
  @Test("INV-015: units that a rule rounds up beyond 2^256 are refused, not wrapped")
  func roundedUnits() throws {
    let wide = sample(
      [1], budget: .max, rounding: .javascript, shaping: Shaping(unit: Amount(5)))
    #expect(try agree(wide.engine(), wide.reference()))
    guard case .failure(let error) = wide.engine() else {
      Issue.record("it is more than the budget")
      return
    }
    #expect(error.kind == .roundingExceedsBudget)
  }

  @Test("INV-015: rows of one donor that come to 2^256 are refused, not wrapped to nothing")
  func donorOverflow() throws {
    let round = GrantsSample(
      program: Program(
        name: "round", kind: .grants, campaign: "main", budget: Amount(1000),
        recipients: .source("gifts"),
        basis: .matched(
          Matching(contributor: "donor", contribution: "given", method: .quadratic))),
      rows: [.max, 1].map { (VerifierSample.account(1), 5, $0) })
    #expect(try agree(round.engine(), round.reference()))
    guard case .failure(let error) = round.engine() else {
      Issue.record("the sum is too large")
      return
    }
    #expect(error.kind == .valuesOverflow)
  }

  /// Matches of 12 and 12 use 24 of 1000; percentages are of the 1000.
  @Test("A cap and a floor of grants are percentages of the whole budget, not of what is matched")
  func grants() throws {
    let donors: [(account: UInt64, donor: UInt64, amount: UInt64)] =
      (1...4).map { (1, $0, 1) } + [(2, 5, 4), (2, 6, 9)]
    func given(_ shaping: Shaping) throws -> [UInt256] {
      let round = GrantsSample(
        program: Program(
          name: "round", kind: .grants, campaign: "main", budget: Amount(1000),
          recipients: .source("gifts"),
          basis: .matched(
            Matching(contributor: "donor", contribution: "given", method: .quadratic)),
          shaping: shaping),
        rows: donors.map {
          (VerifierSample.account($0.account), UInt256($0.donor), UInt256($0.amount))
        })
      #expect(try agree(round.engine(), round.reference()))
      return try round.engine().get().amounts
    }
    #expect(try given(.none) == [12, 12])
    #expect(
      try given(Shaping(cap: .bound(.share(Share(billionths: 10_000_000))))) == [10, 10])
    #expect(try given(Shaping(floor: .share(Share(billionths: 13_000_000)))) == [])
    #expect(try given(Shaping(floor: .share(Share(billionths: 12_000_000)))) == [12, 12])
  }

  @Test("A cluster of one account is that account")
  func clusterOfOne() throws {
    let weights: [UInt256] = [50, 30, 15, 5]
    for shaping in [
      Shaping(cap: .bound(amount(40))), Shaping(cap: .bound(amount(40)), floor: amount(8)),
      Shaping(cap: .bound(amount(40)), floor: amount(8), belowFloor: .raise),
    ] {
      let alone = sample(weights, budget: 100, shaping: shaping)
      let clustered = Shaping(
        cap: shaping.cap, holder: .cluster, floor: shaping.floor, belowFloor: shaping.belowFloor)
      let people: [UInt64: UInt256] = [1: 7, 2: 0, 3: 9]
      let others = sample(weights, budget: 100, shaping: clustered, people: people)
      #expect(try given(others) == given(alone))
    }
  }

  @Test("A unit above the cap leaves nobody a unit; all is carried, and nobody is below a floor")
  func unitAboveCap() throws {
    let shaping = Shaping(cap: .bound(amount(3)), unit: Amount(5))
    let sample = sample([2, 1], budget: 100, shaping: shaping)
    #expect(try given(sample) == [0, 0])
    let outcome = try sample.engine().get()
    #expect(outcome.carry == Amount(100))
    #expect(outcome.exclusions.map(\.reason) == [.belowOneUnit, .belowOneUnit])
  }

  @Test("Where no weight is above 0 nobody is raised to a floor: all is carried")
  func nobody() throws {
    for below in Shaping.BelowFloor.allCases {
      let shaping = Shaping(floor: amount(90), belowFloor: below)
      let sample = sample([0, 0], budget: 100, shaping: shaping)
      #expect(try given(sample) == [0, 0])
      let outcome = try sample.engine().get()
      #expect(outcome.carry == Amount(100))
      #expect(outcome.exclusions.map(\.reason) == [.zeroWeight, .zeroWeight])
    }
    // One who takes part is enough for it, and only that one is raised.
    let raise = Shaping(floor: amount(90), belowFloor: .raise)
    #expect(try given(sample([0, 1], budget: 100, shaping: raise)) == [0, 100])
  }
}

@Suite("Shares of a stated whole, as JavaScript computes them")
struct ShareOfTests {
  /// `Math.floor(weight / 100 * whole)` in binary64: a peer that is built into the language.
  private func peer(_ weight: UInt256, _ whole: UInt256) -> BigUInt? {
    let digits = weight.decimal
    let padded = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
    guard let share = Double("\(padded.dropLast(2)).\(padded.suffix(2))"),
      let amount = Double(whole.decimal)
    else { return nil }
    return BigUInt((share * amount).rounded(.down))
  }

  @Test("INV-002: every amount is the binary64 product; more than the budget is refused")
  func property() {
    check("share of", runs: 2000) { generator in
      let width = generator.pick([Magnitude.small, .mixed])
      let weights = (0..<(1 + generator.below(5))).map { _ in
        generator.once(in: 3) ? generator.value(width) >> 100 : UInt256(generator.below(120))
      }
      let budget = generator.value(width) >> Int(generator.below(120))
      let whole = generator.pick([budget, budget >> 1, generator.value(width) >> 90])
      return sample(weights, budget: budget, rounding: .javascriptShare, shareOf: max(whole, 1))
    } property: { sample in
      guard try agree(sample.engine(), sample.reference()) else { return false }
      let whole = try #require(sample.program.shareOf).baseUnits
      let taking = sample.pairs.filter { !$0.value.isZero }
      let amounts = taking.compactMap { peer($0.value, whole) }
      let budget = ReferenceLaw.big(sample.program.budget.baseUnits)
      guard amounts.reduce(0, +) <= budget else {
        guard case .failure(let error) = sample.engine() else { return false }
        return error.kind == .roundingExceedsBudget
      }
      let outcome = try sample.engine().get()
      return outcome.amounts.map { ReferenceLaw.big($0) } == amounts.filter { $0 > 0 }
        && ReferenceLaw.big(outcome.carry.baseUnits) == budget - amounts.reduce(0, +)
    }
  }

  @Test("A share of more than the budget's part: 29 % of 100 are 28 of a budget of 50")
  func byHand() throws {
    // 0.29 · 100 is 28.999999999999996 in binary64.
    let one = sample([29], budget: 50, rounding: .javascriptShare, shareOf: 100)
    #expect(try given(one) == [28])
    #expect(try one.engine().get().carry == Amount(22))
    let two = sample([29, 23], budget: 50, rounding: .javascriptShare, shareOf: 100)
    #expect(try agree(two.engine(), two.reference()))
    guard case .failure(let error) = two.engine() else {
      Issue.record("28 and 23 are more than 50")
      return
    }
    #expect(error.kind == .roundingExceedsBudget && error.found == "51 base units")
  }
}
