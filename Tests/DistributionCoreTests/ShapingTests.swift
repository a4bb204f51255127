import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

private func amount(_ units: UInt256) -> Shaping.Bound { .amount(Amount(units)) }

private func share(_ percent: UInt64) -> Shaping.Bound {
  .share(Share(billionths: percent * 10_000_000))
}

/// What accounts 1, 2, … get, 0 where they get nothing.
private func split(
  _ budget: UInt256, _ weights: [UInt256], _ shaping: Shaping,
  _ rule: RoundingRule = .largestRemainder
) throws(LawError) -> [UInt256] {
  let result = try outcome(
    program(budget: budget, rounding: rule, shaping: shaping),
    rows(weights.enumerated().map { (UInt64($0.offset + 1), $0.element) }))
  let given = Dictionary(uniqueKeysWithValues: zip(result.accounts, result.amounts))
  return accounts(1...UInt64(weights.count)).map { given[$0] ?? 0 }
}

@Suite("Caps and floors, worked out by hand")
struct ShapingTests {
  @Test("What a cap leaves is shared by the others, whose caps may hold then")
  func caps() throws {
    // 60, 30, 10 of 100. Capped at 40, the first leaves 20: 30 and 10 become 45 and 15, and the
    // second is capped too. The third gets the rest.
    #expect(try split(100, [6, 3, 1], Shaping(cap: .bound(amount(40)))) == [40, 40, 20])
    #expect(try split(100, [6, 3, 1], Shaping(cap: .bound(share(40)))) == [40, 40, 20])
    #expect(try split(100, [6, 3, 1], Shaping(cap: .bound(amount(60)))) == [60, 30, 10])
    #expect(try split(100, [6, 3, 1], Shaping(cap: .bound(amount(59)))) == [59, 31, 10])
  }

  @Test("What nobody may receive is carried")
  func carried() throws {
    let result = try outcome(
      program(budget: 100, shaping: Shaping(cap: .bound(share(25)))),
      rows([(1, 6), (2, 3), (3, 1)]))
    #expect(result.amounts == [25, 25, 25])
    #expect(result.carry == Amount(25))
    #expect(result.allocated == Amount(75))
  }

  @Test("A percentage is of the epoch's budget, what was carried in among it")
  func carriedIn() throws {
    let result = try outcome(
      program(budget: 90, shaping: Shaping(cap: .bound(share(50)))), rows([(1, 9), (2, 1)]),
      carriedIn: 10)
    #expect(result.amounts == [50, 50])
  }

  @Test("A cap that is no whole number is rounded down, a floor up")
  func wholes() throws {
    // 33 % of 10 are 3.3.
    #expect(try split(10, [8, 1, 1], Shaping(cap: .bound(share(33)))) == [3, 3, 3])
    let floor = Shaping(floor: share(33), belowFloor: .raise)
    #expect(throws: LawError.self) { try split(10, [8, 1, 1], floor) }
    #expect(try split(12, [8, 1, 1], floor) == [4, 4, 4])
  }

  @Test("Who would get less than the floor leaves at once, and the others share what it leaves")
  func leave() throws {
    // 50, 30, 11, 9 of 100: the last two are below 12 and leave; 100 · 5/8 and 100 · 3/8.
    let result = try outcome(
      program(budget: 100, shaping: Shaping(floor: amount(12))),
      rows([(1, 50), (2, 30), (3, 11), (4, 9)]))
    #expect(result.accounts == [account(1), account(2)])
    // 62.5 and 37.5: the unit left goes to the lower address.
    #expect(result.amounts == [63, 37])
    #expect(
      result.exclusions == [
        Exclusion(account: account(3), reason: .belowFloor, value: 11),
        Exclusion(account: account(4), reason: .belowFloor, value: 9),
      ])
    #expect(result.totalWeight == 100)
    #expect(result.carry == .zero)
  }

  @Test("A quota at the floor stays, however its fraction is rounded")
  func atFloor() throws {
    #expect(try split(10, [1, 9], Shaping(floor: amount(1))) == [1, 9])
    // 10/11 is below 1, though rounding would give it a whole unit.
    #expect(try split(10, [1, 10], Shaping(floor: amount(1))) == [0, 10])
  }

  @Test("Caps are found before the floor: what they leave may lift others above it")
  func capsFirst() throws {
    // Without the cap the quotas are 80, 11, 9. With it 50, 27.5, 22.5.
    let both = Shaping(cap: .bound(amount(50)), floor: amount(20))
    #expect(try split(100, [80, 11, 9], both) == [50, 28, 22])
    // A cap below the floor of some other kind: nobody can reach it.
    let none = Shaping(cap: .bound(amount(5)), floor: share(6))
    let result = try outcome(program(budget: 100, shaping: none), rows([(1, 80), (2, 20)]))
    #expect(result.amounts.isEmpty && result.carry == Amount(100))
    #expect(result.exclusions.map(\.reason) == [.belowFloor, .belowFloor])
  }

  @Test("Raised to the floor: the others pay for it in proportion to their weights")
  func raise() throws {
    let floor = Shaping(floor: amount(10), belowFloor: .raise)
    // 80, 15, 4, 1: the last two get 10 each; 80 are shared 80 : 15.
    #expect(try split(100, [80, 15, 4, 1], floor) == [67, 13, 10, 10])
    // 60, 14, 13, 13: with two at 14 the second would get 72 · 14/74, and is raised too.
    let more = Shaping(floor: amount(14), belowFloor: .raise)
    #expect(try split(100, [60, 14, 13, 13], more) == [58, 14, 14, 14])
    let capped = Shaping(cap: .bound(amount(60)), floor: amount(10), belowFloor: .raise)
    #expect(try split(100, [80, 15, 4, 1], capped) == [60, 20, 10, 10])
    // A cap below the floor wins.
    let low = Shaping(cap: .bound(amount(8)), floor: share(10), belowFloor: .raise)
    #expect(try split(100, [80, 15, 4, 1], low) == [8, 8, 8, 8])
  }

  @Test("Floors that add up to more than the budget are refused with both numbers")
  func floorsExceedBudget() {
    let floor = Shaping(floor: amount(34), belowFloor: .raise)
    let error = lawError { () throws(LawError) in try split(100, [1, 1, 1], floor) }
    #expect(error?.kind == .floorsExceedBudget && error?.found == "102 base units")
    #expect(error?.expected == "at most the budget, 100 base units")
    #expect(error?.advice.contains("below_floor: leave") == true)
    #expect(error?.subject == "rewards" && error?.place == "sum of floors")
    let wide = Shaping(floor: amount(twoTo255), belowFloor: .raise)
    let wider = lawError { () throws(LawError) in try split(.max, [1, 1, 1], wide) }
    #expect(wider?.found == "2^256 base units or more")
  }

  @Test("Amounts are whole units, and budget that is none is carried")
  func units() throws {
    let result = try outcome(
      program(budget: 1099, shaping: Shaping(unit: Amount(100))), rows([(1, 2), (2, 1)]))
    // Ten units: 6.67 and 3.33.
    #expect(result.amounts == [700, 300])
    #expect(result.carry == Amount(99))
    // Caps are rounded down to units and floors up: 399 to 300, 201 to 300.
    let cap = Shaping(cap: .bound(amount(399)), unit: Amount(100))
    #expect(try split(1099, [8, 1, 1], cap) == [300, 300, 300])
    let floor = Shaping(floor: amount(201), unit: Amount(100))
    #expect(try split(1000, [71, 29], floor) == [1000, 0])
    #expect(try split(1000, [70, 30], floor) == [700, 300])
    let small = try outcome(
      program(budget: 99, shaping: Shaping(unit: Amount(100))), rows([(1, 2)]))
    #expect(small.carry == Amount(99))
    #expect(small.exclusions.map(\.reason) == [.belowOneUnit])
  }

  @Test(
    "Other rules share what those who are held leave, and no rule passes a cap",
    arguments: [
      (.floor, [40, 24, 24, 12]), (.remainderToLargest, [40, 25, 24, 12]),
      (.unitEachByAddress, [40, 25, 24, 12]), (.halfUp, [40, 24, 24, 12]),
      (.python, [40, 24, 24, 12]), (.javascript, [40, 24, 24, 12]),
    ] as [(RoundingRule, [UInt256])])
  func rules(rule: RoundingRule, expected: [UInt256]) throws {
    // 61 for weights of 2, 2 and 1: 24.4, 24.4, 12.2.
    let shaping = Shaping(cap: .bound(amount(40)))
    #expect(try split(101, [9, 2, 2, 1], shaping, rule) == expected)
  }

  @Test("A rule that would pass a cap is held by it, and what it cannot give is carried")
  func held() throws {
    // Quotas 3.67: the two units left would make 5 of the first.
    let shaping = Shaping(cap: .bound(amount(4)))
    let result = try outcome(
      program(budget: 11, rounding: .remainderToLargest, shaping: shaping),
      rows([(1, 1), (2, 1), (3, 1)]))
    #expect(result.amounts == [4, 3, 3])
    #expect(result.carry == Amount(1))
  }

  @Test("Given amounts below the floor are left out, and do not count in the sum")
  func given() throws {
    let given = program(budget: 30, basis: byAmount, shaping: Shaping(floor: amount(10)))
    let result = try outcome(given, rows([(1, 20), (2, 9), (3, 10)]))
    #expect(result.accounts == [account(1), account(3)])
    #expect(
      result.exclusions == [Exclusion(account: account(2), reason: .belowFloor, value: 9)])
    #expect(result.carry == .zero)
  }

  @Test("INV-015: the widest numbers are shaped, not wrapped")
  func widest() throws {
    let half = Shaping(cap: .bound(share(50)))
    #expect(try split(.max, [.max &- 1, 1], half) == [twoTo255 &- 1, twoTo255 &- 1])
    let floor = Shaping(floor: amount(twoTo255), belowFloor: .raise)
    #expect(try split(.max, [1, .max &- 1], Shaping(floor: amount(9))) == [0, .max])
    #expect(lawError { () throws(LawError) in try split(.max, [1, .max &- 1], floor) } != nil)
    let unit = Shaping(unit: Amount(.max))
    #expect(try split(.max, [1, 2], unit) == [0, .max])
    #expect(try split(.max &- 1, [1, 2], unit) == [0, 0])
  }
}
