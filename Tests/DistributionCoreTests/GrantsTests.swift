import DistributionModel
import EthereumPrimitives
import Testing

@testable import DistributionCore

/// An account, a donor, and what it gave.
private typealias Gift = (account: UInt64, donor: UInt64, amount: UInt256)

private func inputs(_ gifts: [Gift]) -> ProgramInputs {
  let declaration = SourceDeclaration(
    name: "gifts", file: "gifts.csv", format: .csv,
    columns: [
      ColumnDeclaration(name: "rank", kind: .integer),
      ColumnDeclaration(name: "donor", kind: .address),
      ColumnDeclaration(name: "given", kind: .integer),
    ], duplicates: .sum)
  let rows = SourceRows(
    source: "gifts", accounts: gifts.map { account($0.account) },
    values: [gifts.map { _ in 5 }, gifts.map { UInt256($0.donor) }, gifts.map(\.amount)],
    lines: gifts.indices.map { UInt32($0 + 2) })
  return inputs(declaration, rows)
}

private func matching(
  _ method: Matching.Method, _ surplus: Matching.Surplus = .carry, minimum: UInt256 = 0
) -> Matching {
  Matching(
    contributor: "donor", contribution: "given", method: method, surplus: surplus,
    minimum: minimum)
}

private func round(
  _ matching: Matching, budget: UInt256 = 1_000_000, exclude: [UInt64] = [], _ gifts: [Gift]
) throws(LawError) -> ProgramOutcome {
  let program = Program(
    name: "rewards", kind: .grants, campaign: "main", budget: Amount(budget),
    recipients: .source("gifts"), basis: .matched(matching),
    exclude: exclude.map { PlannedExclusion(account: account($0), reason: "withdrawn") })
  return try ProgramLaw.outcome(
    of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero, inputs: inputs(gifts))
}

/// The matches of a program whose whole budget is large enough to tell them apart.
private func matches(_ matching: Matching, _ gifts: [Gift]) throws -> [UInt256] {
  let program = Program(
    name: "rewards", kind: .grants, campaign: "main", budget: Amount(1),
    recipients: .source("gifts"), basis: .matched(matching))
  let columns = try AccountColumns(program: program, inputs: inputs(gifts))
  let contributions = try #require(columns.contributions)
  return try contributions.matches(of: Array(columns.accounts.indices))
}

private let two64 = UInt256(1) << 64

@Suite("Grants: what contributions are matched with")
struct GrantsTests {
  @Test("The matches of a peer, with both formulas", arguments: Vectors.grants.samples)
  func vectors(sample: GrantsVector) throws {
    let gifts = sample.contributions.map { row in
      (account: seconds(row[0]) + 1, donor: seconds(row[1]) + 1, amount: units(row[2]))
    }
    let minimum = units(sample.minimum)
    #expect(
      try matches(matching(.quadratic, minimum: minimum), gifts).map(\.decimal)
        == sample.quadratic)
    #expect(
      try matches(matching(.pairwise(bound: units(sample.bound)), minimum: minimum), gifts)
        .map(\.decimal) == sample.pairwise)
  }

  /// (1 + 1 + 1 + 1)² − 4 = 12 for four donors of 1, (2 + 3)² − 13 = 12 for two of 4 and 9, and
  /// nothing for one donor of 100.
  @Test("Whole roots: twelve, twelve and nothing, paid as they are, and the rest is carried")
  func quadratic() throws {
    let gifts: [Gift] =
      (1...4).map { (1, $0, 1) } + [(2, 5, 4), (2, 6, 9), (3, 7, 100)]
    let result = try round(matching(.quadratic), budget: 1000, gifts)
    #expect(result.accounts == [account(1), account(2)])
    #expect(result.amounts == [12, 12])
    #expect(result.carry == Amount(976))
    #expect(result.totalWeight == 24 &* two64)
    #expect(
      result.exclusions == [Exclusion(account: account(3), reason: .zeroMatch, value: 0)])
  }

  @Test("More matches than budget are scaled down, fewer are scaled up where the plan says so")
  func constrained() throws {
    let gifts: [Gift] = (1...4).map { (1, $0, 1) } + [(2, 5, 4), (2, 6, 9), (2, 7, 25)]
    // 12, and (2 + 3 + 5)² − 38 = 62: of 37 units 6 and 31.
    let down = try round(matching(.quadratic), budget: 37, gifts)
    #expect(down.amounts == [6, 31] && down.carry == .zero)
    let same = try round(matching(.quadratic), budget: 74, gifts)
    #expect(same.amounts == [12, 62] && same.carry == .zero)
    let up = try round(matching(.quadratic, .share), budget: 740, gifts)
    #expect(up.amounts == [120, 620] && up.carry == .zero)
    #expect(try round(matching(.quadratic), budget: 740, gifts).carry == Amount(666))
  }

  /// Two donors give 4 each to accounts 1 and 2, donor 3 and 4 give 4 each to account 3 alone.
  /// Both pairs have √4·√4 = 4 per account; the first shares 8, the second 4. With M = 8 the
  /// accounts have 2·4·8/16 = 4, 4, and 2·4·8/12 = 5⅓.
  @Test("Pairwise: donors who agree twice count less than donors who agree once")
  func pairwise() throws {
    let gifts: [Gift] = [
      (1, 1, 4), (1, 2, 4), (2, 1, 4), (2, 2, 4), (3, 3, 4), (3, 4, 4),
    ]
    let found = try matches(matching(.pairwise(bound: 8)), gifts)
    #expect(found[0] == 4 &* two64 && found[1] == 4 &* two64)
    // The floor of 2⅔·2⁶⁴, twice.
    #expect(found[2] == units("49191317529892137642") &* 2)
    let result = try round(matching(.pairwise(bound: 8)), budget: 1000, gifts)
    #expect(result.amounts == [4, 4, 5] && result.carry == Amount(987))
  }

  @Test("A pair earns less than twice the bound, whatever it gives")
  func pairBound() throws {
    let gifts: [Gift] = (1...5).flatMap { account in
      [(account, 1, UInt256(10_000_000)), (account, 2, UInt256(10_000_000))]
    }
    let found = try matches(matching(.pairwise(bound: 25)), gifts)
    #expect(found.reduce(0) { $0 &+ $1 } < 50 &* two64)
    #expect(found.reduce(0) { $0 &+ $1 } > 49 &* two64)
  }

  @Test("INV-034: a contribution in several rows is the same as in one")
  func split() throws {
    let whole: [Gift] = [(1, 1, 9), (1, 2, 16), (2, 1, 4), (2, 2, 1)]
    let split: [Gift] = [
      (1, 2, 7), (2, 1, 4), (1, 1, 4), (1, 2, 9), (1, 1, 5), (2, 2, 1), (2, 2, 0),
    ]
    for method in [Matching.Method.quadratic, .pairwise(bound: 3)] {
      #expect(try round(matching(method), whole) == round(matching(method), split))
    }
  }

  @Test("A donor counts from the minimum on, all its rows to the account together")
  func minimum() throws {
    let gifts: [Gift] = [(1, 1, 9), (1, 2, 2), (1, 2, 2), (2, 3, 9), (2, 4, 3)]
    let result = try round(matching(.quadratic, minimum: 4), gifts)
    #expect(result.accounts == [account(1)] && result.amounts == [12])
    #expect(result.exclusions.map(\.reason) == [.zeroMatch])
  }

  @Test("Who is shut out takes no part in the overlap of pairs either")
  func shutOut() throws {
    let gifts: [Gift] = [(1, 1, 4), (1, 2, 4), (2, 1, 4), (2, 2, 4)]
    let result = try round(matching(.pairwise(bound: 4)), exclude: [2], gifts)
    // 2·4·4/(4 + 4) = 4 where account 2 does not count; 2·4·4/(4 + 8) where it did.
    #expect(result.amounts == [4])
    #expect(
      result.exclusions == [Exclusion(account: account(2), reason: .excludedByPlan, value: 0)])
  }

  @Test("INV-015: contributions, squares and matches of 2^256 are refused")
  func overflow() throws {
    func stop(_ method: Matching.Method, _ gifts: [Gift]) -> String? {
      let error = lawError { () throws(LawError) in try round(matching(method), gifts) }
      return error.map { "\($0.kind), \($0.place)" }
    }
    let two192 = UInt256(1) << 192
    #expect(try round(matching(.quadratic), [(1, 1, two192 &- 1)]).accounts == [])
    #expect(
      stop(.quadratic, [(1, 1, two192 &- 1), (1, 1, 1)])
        == "valuesOverflow, contributions of one donor to account \(account(1))")
    // Two roots below 2¹²⁷ together stay below 2¹²⁸, two of 2¹²⁷ do not.
    let two190 = UInt256(1) << 190
    #expect(stop(.quadratic, [(1, 1, two190 &- 1), (1, 2, two190 &- 1)]) == nil)
    #expect(
      stop(.quadratic, [(1, 1, two190), (1, 2, two190)])
        == "valuesOverflow, match of account \(account(1))")
    let pair: [Gift] = [(1, 1, two192 &- 1), (1, 2, two192 &- 1)]
    #expect(stop(.pairwise(bound: 1), pair) == nil)
    #expect(stop(.pairwise(bound: two64 &* 4), pair) == "valuesOverflow, matches of pairs")
    #expect(stop(.pairwise(bound: two192), [(1, 1, 1)]) == "valuesOverflow, matches of pairs")
    let shared: [Gift] = pair + [(2, 1, two192 &- 1), (2, 2, two192 &- 1)]
    #expect(stop(.pairwise(bound: 1), shared) == "valuesOverflow, matches of pairs")
  }

  @Test("Pairs of donors: as many as the limit, and one more")
  func pairs() throws {
    #expect(Matching.maximumPairs == 100_000_000)
    // 14 142·14 141/2 = 99 991 011, 134·133/2 = 8911, 13·12/2 = 78, 2·1/2 = 1.
    #expect(Contributions.pairCount([14_142, 134, 13, 1, 0]) == 100_000_000)
    #expect(Contributions.pairCount([14_142, 134, 13, 2]) == 100_000_001)
    let crowd: [Gift] = (1...14_143).map { (1, $0, 1) }
    let error = lawError { () throws(LawError) in
      try round(matching(.pairwise(bound: 1)), crowd)
    }
    #expect(error?.kind == .tooManyPairs && error?.found == "100005153")
    #expect(error?.advice.contains("min_contribution") == true)
    #expect(try round(matching(.quadratic), crowd).accounts.count == 1)
  }

  @Test("As many pairs as the limit are gone through")
  func pairLimit() throws {
    let columns = try AccountColumns(
      program: Program(
        name: "rewards", kind: .grants, campaign: "main", budget: Amount(1),
        recipients: .source("gifts"), basis: .matched(matching(.pairwise(bound: 1)))),
      inputs: inputs([(1, 1, 1)]))
    let contributions = try #require(columns.contributions)
    #expect(lawError { () throws(LawError) in try contributions.checkPairs(100_000_000) } == nil)
    #expect(
      lawError { () throws(LawError) in try contributions.checkPairs(100_000_001) }?.kind
        == .tooManyPairs)
  }
}
