import DistributionModel
import EthereumPrimitives

/// What donors gave to the accounts of a round, and how it is matched: section 11 of
/// `docs/reference/law.md`.
struct Contributions {
  /// What one donor gave to one account in all.
  struct Contribution {
    /// The donor's address as a number.
    let donor: UInt256
    let amount: UInt256
    /// ⌊√(amount · 2⁶⁴)⌋
    let root: UInt256
  }

  private let program: Program
  private let matching: Matching
  private let accounts: [Address]
  /// The rows of each account.
  private let rows: [ArraySlice<Int>]
  private let donors: ColumnValues
  private let amounts: ColumnValues
  private let counting: Donors

  /// - Parameters:
  ///   - accounts: of the source's rows, ascending.
  ///   - donors: whose contributions count.
  init(
    program: Program, matching: Matching, source: ProgramInputs.Source, accounts: [Address],
    donors counting: Donors
  ) {
    let names = source.declaration.columns.map(\.name)
    guard let contributor = names.firstIndex(of: matching.contributor),
      let contribution = names.firstIndex(of: matching.contribution)
    else { preconditionFailure("a checked plan names its columns") }
    self.program = program
    self.matching = matching
    self.accounts = accounts
    self.counting = counting
    rows = AccountValues.groups(of: source.rows.accounts)
    donors = source.rows.values[contributor]
    amounts = source.rows.values[contribution]
  }

  /// What counts of what each donor gave to the account at a place in all, ascending by donor;
  /// what is below the minimum is left out.
  ///
  /// - Throws: `valuesOverflow` where that is 2¹⁹² or more.
  func given(to place: Int) throws(LawError) -> [Contribution] {
    let sorted = rows[place].sorted { donors[$0] < donors[$1] }
    var contributions: [Contribution] = []
    var next = 0
    while next < sorted.count {
      let donor = donors[sorted[next]]
      var sum: UInt256? = .zero
      while next < sorted.count, donors[sorted[next]] == donor {
        sum = sum?.adding(amounts[sorted[next]])
        next += 1
      }
      guard counting.contains(donor) else { continue }
      guard let given = sum, given >> (256 - Matching.fractionBits) == .zero else {
        throw overflow("contributions of one donor to account \(accounts[place])")
      }
      guard !given.isZero, given >= matching.minimum else { continue }
      let amount = min(given, matching.maximum ?? given)
      let root = (amount << Matching.fractionBits).squareRoot()
      contributions.append(Contribution(donor: donor, amount: amount, root: root))
    }
    return contributions
  }

  /// The match of some of the accounts, by their place among all; 0 for the others.
  func matches(of places: [Int]) throws(LawError) -> [UInt256] {
    var given: [[Contribution]] = []
    given.reserveCapacity(places.count)
    for place in places { given.append(try self.given(to: place)) }
    var matches = [UInt256](repeating: .zero, count: accounts.count)
    switch matching.method {
    case .quadratic:
      for (place, contributions) in zip(places, given) {
        guard let match = Self.quadratic(contributions) else {
          throw overflow("match of account \(accounts[place])")
        }
        matches[place] = match
      }
    case .pairwise(let bound):
      try checkPairs(Self.pairCount(given.map(\.count)))
      guard bound >> (256 - Matching.fractionBits) == .zero,
        let found = PairwiseMatching(given, bound: bound << Matching.fractionBits).matches()
      else { throw overflow("matches of pairs") }
      for (place, match) in zip(places, found) { matches[place] = match }
    }
    return matches
  }

  /// (Σ roots)² − Σ amounts · 2⁶⁴, or 0 where that is below 0; nil from 2²⁵⁶ on.
  static func quadratic(_ contributions: [Contribution]) -> UInt256? {
    var roots: UInt256? = .zero
    var amounts: UInt256? = .zero
    for contribution in contributions {
      roots = roots?.adding(contribution.root)
      amounts = amounts?.adding(contribution.amount << Matching.fractionBits)
    }
    guard let roots, let amounts, let square = roots.multiplied(by: roots) else { return nil }
    return square.subtracting(amounts) ?? .zero
  }

  /// Pairs of donors of one account, over accounts with so many donors.
  static func pairCount(_ donors: [Int]) -> Int {
    donors.reduce(0) { $0 + $1 * ($1 - 1) / 2 }
  }

  func checkPairs(_ count: Int) throws(LawError) {
    guard count > Matching.maximumPairs else { return }
    throw LawError(
      .tooManyPairs, subject: program.name, place: "pairs of donors", found: "\(count)",
      expected: "at most \(Matching.maximumPairs)",
      advice: "Raise `min_contribution`, split the round, or match it with `quadratic`.")
  }

  private func overflow(_ place: String) -> LawError {
    LawError(
      .valuesOverflow, subject: program.name, place: place,
      found: "2^256 or more, in 2^-64 of the smallest unit", expected: "less",
      advice: "Look for a contribution in the wrong unit.")
  }
}

/// Pairwise matching: each pair of donors counts less, the more it gives to the same accounts.
///
/// V. Buterin, "Pairwise coordination subsidies: a new quadratic funding design", 2019.
struct PairwiseMatching {
  private let given: [[Contributions.Contribution]]
  /// M · 2⁶⁴.
  private let bound: UInt256

  init(_ given: [[Contributions.Contribution]], bound: UInt256) {
    self.given = given
    self.bound = bound
  }

  /// Where a donor stands in the lists of those to whom it gave.
  private struct Standing {
    let account: Int
    let place: Int
  }

  /// One match per account; nil where a number reaches 2²⁵⁶.
  ///
  /// Donor by donor: first what it shares with each later one, then what each pair adds.
  func matches() -> [UInt256]? {
    let (numbers, standings) = donors()
    var matches = [UInt256](repeating: .zero, count: given.count)
    var overlaps = [UInt256](repeating: .zero, count: standings.count)
    for standings in standings {
      for standing in standings {
        let own = given[standing.account][standing.place].root
        for other in (standing.place + 1)..<given[standing.account].count {
          let number = numbers[standing.account][other]
          let shared = own &* given[standing.account][other].root
          guard let sum = overlaps[number].adding(shared) else { return nil }
          overlaps[number] = sum
        }
      }
      for standing in standings {
        guard let added = added(by: standing, numbers[standing.account], overlaps),
          let sum = matches[standing.account].adding(added)
        else { return nil }
        matches[standing.account] = sum
      }
      for standing in standings {
        for number in numbers[standing.account][(standing.place + 1)...] {
          overlaps[number] = .zero
        }
      }
    }
    // Both orders of a pair count.
    for index in matches.indices {
      guard let twice = matches[index].adding(matches[index]) else { return nil }
      matches[index] = twice
    }
    return matches
  }

  /// Σ ⌊r · r′ · M·2⁶⁴ / (M·2⁶⁴ + overlap)⌋ over the pairs with later donors of one account.
  private func added(
    by standing: Standing, _ numbers: [Int], _ overlaps: [UInt256]
  ) -> UInt256? {
    let contributions = given[standing.account]
    let own = contributions[standing.place].root
    var sum = UInt256.zero
    for other in (standing.place + 1)..<contributions.count {
      let product = (own &* contributions[other].root).multipliedFullWidth(by: bound)
      guard let divisor = bound.adding(overlaps[numbers[other]]),
        let part = product.quotientAndRemainder(dividingBy: divisor)?.quotient.low,
        let next = sum.adding(part)
      else { return nil }
      sum = next
    }
    return sum
  }

  /// Donors by ascending number: their numbers in the lists of accounts, and where they stand.
  private func donors() -> (numbers: [[Int]], standings: [[Standing]]) {
    let all = Set(given.joined().map(\.donor)).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(all, all.indices))
    var standings = [[Standing]](repeating: [], count: all.count)
    let byAccount = given.enumerated().map { account, contributions in
      contributions.enumerated().map { place, contribution in
        guard let number = numbers[contribution.donor] else {
          preconditionFailure("every donor has a number")
        }
        standings[number].append(Standing(account: account, place: place))
        return number
      }
    }
    return (byAccount, standings)
  }
}
