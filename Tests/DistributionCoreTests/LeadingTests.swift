import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import DistributionCore

/// A split at random, as `ShapedApportionment` takes it.
private struct Sample: CustomStringConvertible {
  let weights: [UInt256]
  let caps: [UInt256]
  let floor: UInt256
  let units: UInt256
  let leave: UInt256

  init(_ generator: inout Generator) {
    let count = Int.random(in: 1...9, using: &generator)
    weights = (0..<count).map { _ in UInt256(generator.next() % 12 + 1) }
    let isCapped = generator.next() % 4 != 0
    caps = isCapped ? weights.map { _ in UInt256(generator.next() % 9) } : []
    floor = UInt256(generator.next() % 4)
    units = UInt256(generator.next() % 60)
    leave = UInt256(generator.next() % 7)
  }

  var description: String { "\(units) by \(weights), caps \(caps), floor \(floor), leave \(leave)" }
}

@Suite("What the level of a split tells about one weight")
struct SplitLevelTests {
  @Test("It holds whom the filling holds, and refuses whom it lets leave")
  func holding() {
    var counts: [WaterFilling.Holding?: Int] = [:]
    check("levels", runs: 2000, generate: { Sample(&$0) }) { sample in
      guard
        let filling = try? WaterFilling(
          sample.units, weights: sample.weights, caps: sample.caps, floor: sample.floor)
      else { return true }
      for (place, weight) in sample.weights.enumerated() {
        let cap = sample.caps.isEmpty ? nil : sample.caps[place]
        let holding = filling.level.holding(of: weight, cap: cap, floor: sample.floor)
        counts[holding, default: 0] += 1
        // nil only where nobody is free.
        guard
          holding == filling.holdings[place] || holding == nil && !filling.holdings.contains(.free)
        else { return false }
      }
      var level = try WaterFilling(sample.units, weights: sample.weights, caps: sample.caps)
      let first = level.level
      try level.leave(below: sample.leave)
      return sample.weights.enumerated().allSatisfy { place, weight in
        first.isBelow(
          sample.leave, weight: weight, cap: sample.caps.isEmpty ? nil : sample.caps[place])
          == (level.holdings[place] == .out)
      }
    }
    #expect(counts[.free, default: 0] > 500 && counts[.cap, default: 0] > 500)
    #expect(counts[.floor, default: 0] > 200 && counts[nil, default: 0] > 50)
  }

  @Test("A rule's part is within what it can give for its weight, by one unit at the most")
  func range() {
    check("ranges", runs: 500, generate: { Sample(&$0) }) { sample in
      let total = try Apportionment.total(of: sample.weights)
      return try RoundingRule.allCases.allSatisfy { rule in
        let parts = try Apportionment.parts(
          of: sample.units, weights: sample.weights, total: total, places: 1, rule: rule)
        return zip(sample.weights, parts).allSatisfy { weight, part in
          guard
            let range = Apportionment.range(
              of: sample.units, weight: weight, total: total, places: 1, rule: rule)
          else { return false }
          let isNarrow =
            range.upperBound &- range.lowerBound <= .one || rule == .remainderToLargest
          return range.contains(part) && isNarrow
        }
      }
    }
    #expect(
      Apportionment.range(of: 9, weight: 3, total: 2, places: 0, rule: .floor) == nil)
    #expect(Apportionment.range(of: 9, weight: 0, total: 0, places: 0, rule: .floor) == nil)
    // 9 · 1 / 3 is whole, so that largest remainders give no unit more.
    #expect(
      Apportionment.range(of: 9, weight: 1, total: 3, places: 0, rule: .largestRemainder) == 3...3)
    #expect(
      Apportionment.range(of: 9, weight: 1, total: 3, places: 0, rule: .unitEachByAddress) == 3...4)
    #expect(
      Apportionment.range(of: 9, weight: 3, total: 3, places: 0, rule: .unitEachByAddress) == 9...9)
    #expect(
      Apportionment.range(of: 9, weight: 1, total: 2, places: 0, rule: .remainderToLargest) == 4...9
    )
  }
}

@Suite("Whether an account's terms lead to what it gets")
struct LeadingTests {
  private func trace(
    _ value: UInt256?, _ shape: ProgramExplanation.Shape? = nil, refusal: FilterExplanation? = nil
  ) -> ProgramTrace {
    ProgramTrace(
      joins: [], calculation: nil, refusal: refusal, match: nil, value: value, shape: shape)
  }

  private func shape(
    _ holding: ProgramExplanation.Shape.Holding, cap: UInt256? = nil, floor: UInt256? = nil,
    unit: UInt256 = 1, shared: UInt256 = 40, weight: UInt256 = 19,
    cluster: ProgramExplanation.Shape.Cluster? = nil
  ) -> ProgramExplanation.Shape {
    .init(
      holding: holding, cap: cap, floor: floor, unit: unit, shared: shared, sharedWeight: weight,
      cluster: cluster)
  }

  private func gave(
    _ amount: UInt256?, _ reason: ExclusionReason? = nil, number: DecimalNumber = .zero,
    total: UInt256? = 100
  ) -> ProgramOutcome {
    ProgramOutcome(
      program: "rewards", epoch: EpochIndex(0), budget: Amount(100), carriedIn: .zero,
      accounts: amount == nil ? [] : [account(1)], amounts: amount.map { [$0] } ?? [],
      exclusions: reason.map { [Exclusion(account: account(1), reason: $0, number: number)] } ?? [],
      allocated: .zero, carry: .zero, totalWeight: total)
  }

  private func leads(
    _ trace: ProgramTrace?, _ outcome: ProgramOutcome, _ program: Program? = nil
  ) -> Bool {
    ProgramLaw.leads(
      trace, to: outcome, of: program ?? DistributionCoreTests.program(budget: 100),
      inputs: inputs(listDeclaration, rows([])))
  }

  private let shaped = program(budget: 100, shaping: Shaping(cap: .bound(.amount(Amount(30)))))

  @Test("A part of the budget is the quotient of its weight, or a unit more")
  func part() {
    // 100 · 7 / 100 and 100 · 7 / 30 = 23.3.
    #expect(leads(trace(7), gave(7)) && !leads(trace(7), gave(8)) && !leads(trace(7), gave(6)))
    #expect(leads(trace(7), gave(23, total: 30)) && leads(trace(7), gave(24, total: 30)))
    #expect(!leads(trace(7), gave(22, total: 30)) && !leads(trace(7), gave(25, total: 30)))
    #expect(!leads(nil, gave(7)) && !leads(trace(nil), gave(7)) && !leads(trace(0), gave(1)))
    #expect(!leads(trace(7), gave(7, total: nil)) && !leads(trace(101), gave(101)))
    #expect(!leads(trace(7), gave(7, .zeroWeight)))
  }

  @Test("A given amount is the amount, and not below the floor")
  func given() {
    let program = program(budget: 100, basis: .givenAmounts(column: "value"))
    #expect(leads(trace(7), gave(7, total: nil), program))
    #expect(!leads(trace(7), gave(8, total: nil), program))
    #expect(!leads(trace(7, shape(.leaves, floor: 9)), gave(7, total: nil), program))
  }

  @Test(
    "Who is free has a part of what is shared, cut to its bounds; a bound that holds is the part")
  func bounds() {
    // 40 · 12 / 19 = 25.3
    #expect(leads(trace(12, shape(.free, cap: 30)), gave(25), shaped))
    #expect(leads(trace(12, shape(.free, cap: 30)), gave(26), shaped))
    #expect(!leads(trace(12, shape(.free, cap: 30)), gave(27), shaped))
    #expect(!leads(trace(12, shape(.free, cap: 30)), gave(24), shaped))
    #expect(leads(trace(12, shape(.free, cap: 20)), gave(20), shaped))
    #expect(leads(trace(12, shape(.free, floor: 28)), gave(28), shaped))
    #expect(!leads(trace(12, shape(.free, floor: 28)), gave(29), shaped))
    #expect(leads(trace(60, shape(.cap, cap: 30)), gave(30), shaped))
    #expect(!leads(trace(60, shape(.cap, cap: 30)), gave(29), shaped))
    #expect(leads(trace(1, shape(.floor, floor: 5)), gave(5), shaped))
    #expect(!leads(trace(1, shape(.floor, floor: 5)), gave(4), shaped))
    #expect(!leads(trace(1, shape(.leaves, floor: 5)), gave(5), shaped))
    #expect(!leads(trace(12), gave(25), shaped))
  }

  @Test("What is shared is no more than the budget, and its weights no more than all")
  func sums() {
    #expect(leads(trace(1, shape(.free, shared: 100, weight: 100)), gave(1), shaped))
    #expect(!leads(trace(1, shape(.free, shared: 101, weight: 100)), gave(1), shaped))
    #expect(!leads(trace(1, shape(.free, shared: 100, weight: 101)), gave(1), shaped))
    #expect(!leads(trace(1, shape(.free, unit: 10, shared: 11, weight: 100)), gave(0), shaped))
  }

  @Test("Amounts are whole units")
  func wholeUnits() {
    // 4 · 12 / 19 = 2.5 units of 10.
    #expect(leads(trace(12, shape(.free, unit: 10, shared: 4)), gave(20), shaped))
    #expect(!leads(trace(12, shape(.free, unit: 10, shared: 4)), gave(25), shaped))
  }

  @Test("A cluster has its part, and the account its share of that")
  func clusters() {
    func holds(_ amount: UInt256, _ weight: UInt256, _ units: UInt256, cap: UInt256? = 40) -> Bool {
      let cluster = ProgramExplanation.Shape.Cluster(weight: weight, units: units)
      let holding: ProgramExplanation.Shape.Holding = cap == nil ? .free : .cap
      return leads(trace(4, shape(holding, cap: cap, cluster: cluster)), gave(amount), shaped)
    }
    // 40 · 4 / 7 = 22.9
    #expect(holds(22, 7, 40) && holds(23, 7, 40) && !holds(24, 7, 40) && !holds(21, 7, 40))
    #expect(!holds(23, 7, 41) && !holds(40, 3, 40))
    // 40 · 7 / 19 = 14.7, of which 4 / 7 is 8.4 or 8.
    #expect(holds(8, 7, 14, cap: nil) && holds(9, 7, 15, cap: nil) && !holds(9, 7, 16, cap: nil))
  }

  @Test("Each refusal has its reason in the terms")
  func refusals() {
    let refusal = FilterExplanation(
      filter: "x > 2", condition: "x > 2", left: "1.5", right: "2",
      passing: .condition("x > 2", number: "2"))
    let number = DecimalNumber(15, scale: 1)
    #expect(leads(trace(nil, refusal: refusal), gave(nil, .filteredOut, number: number)))
    #expect(!leads(trace(nil, refusal: refusal), gave(nil, .filteredOut)))
    #expect(!leads(trace(1), gave(nil, .filteredOut, number: number)))
    for reason in [ExclusionReason.zeroWeight, .zeroAmount, .zeroMatch] {
      #expect(leads(trace(0), gave(nil, reason)) && !leads(trace(1), gave(nil, reason)))
      #expect(!leads(nil, gave(nil, reason)))
    }
    for reason in [ExclusionReason.excludedByPlan, .denied, .duplicate] {
      #expect(leads(nil, gave(nil, reason)) && !leads(trace(1), gave(nil, reason)))
    }
    #expect(leads(nil, gave(nil)) && !leads(trace(1), gave(nil)))
    #expect(leads(trace(7), gave(nil, .belowOneUnit, total: 1000)))
    #expect(!leads(trace(7), gave(nil, .belowOneUnit)) && !leads(nil, gave(nil, .belowOneUnit)))
  }

  @Test("Who is below the floor is so at the level at which it left")
  func belowFloor() {
    func leaves(_ weight: UInt256, floor: UInt256, cap: UInt256? = nil) -> Bool {
      leads(trace(weight, shape(.leaves, cap: cap, floor: floor)), gave(nil, .belowFloor), shaped)
    }
    // 40 · 1 / 19 = 2.1
    #expect(leaves(1, floor: 3) && !leaves(1, floor: 2) && leaves(9, floor: 3, cap: 2))
    #expect(!leads(trace(1, shape(.free, floor: 3)), gave(nil, .belowFloor), shaped))
    #expect(!leads(nil, gave(nil, .belowFloor), shaped))
    let given = program(budget: 100, basis: .givenAmounts(column: "value"))
    #expect(leads(trace(1, shape(.leaves, floor: 2)), gave(nil, .belowFloor), given))
  }

  @Test("Of a raffle, the ticket that was drawn is the account's, and what it won the prize")
  func raffle() {
    let raffle = Raffle(
      seedHash: .zero, beacon: "a number", prizes: .stated([Amount(9), Amount(4)]), reveal: nil)
    let program = Program(
      name: "rewards", kind: .raffle, campaign: "main", budget: Amount(100),
      recipients: .source("list"), basis: .weights(column: "value"), raffle: raffle)
    func wins(
      _ amount: UInt256, prize: Int = 2, left: UInt256 = 90, ticket: UInt256 = 7,
      total: UInt256? = 100
    ) -> Bool {
      var trace = trace(3)
      trace.win = .init(
        prize: prize, counter: 1, number: ticket, left: left, ticket: ticket, first: 5)
      return leads(trace, gave(amount, total: total), program)
    }
    #expect(wins(4) && !wins(9) && wins(9, prize: 1) && !wins(4, prize: 3) && !wins(4, prize: 0))
    #expect(wins(4, ticket: 5) && !wins(4, ticket: 4) && !wins(4, ticket: 8))
    #expect(wins(4, left: 8) && !wins(4, left: 7))
    #expect(wins(4, left: 100) && !wins(4, left: 101) && !wins(4, total: nil))
    #expect(!leads(trace(3), gave(4), program))
    #expect(leads(trace(1), gave(nil, .notDrawn), program))
    #expect(!leads(trace(101), gave(nil, .notDrawn), program))
    #expect(!leads(trace(0), gave(nil, .notDrawn), program))
  }
}
