import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 11, grants

  private static let fraction = BigUInt(1) << 64

  /// 1: the donors whose contributions count, as numbers; nil where all do.
  static func countingDonors(
    of program: Program, _ inputs: Inputs
  ) throws(Refusal) -> Set<BigUInt>? {
    guard let matching = program.basis.matching, let filter = matching.filter else { return nil }
    let source = inputs.source(of: program)
    let column = source.declaration.columns.firstIndex { $0.name == matching.contributor } ?? 0
    var numbers: [Address: BigUInt] = [:]
    for row in source.rows {
      if let donor = Address(number: word(row.values[column])) {
        numbers[donor] = row.values[column]
      }
    }
    let donors = ReferenceExpressions(
      values: [], columns: [], rows: numbers.keys.sorted().map { ($0, []) },
      joins: try ReferenceJoins(Array(program.contributorJoins.keys), of: program, inputs))
    var counting: Set<BigUInt> = []
    do throws(ReferenceExpressions.Fault) {
      for donor in donors.rows where try donors.truth(filter, of: donor) {
        if let number = numbers[donor.account] { counting.insert(number) }
      }
    } catch {
      throw error.refusal
    }
    return counting
  }

  /// The matches of the accounts that take part, from the rows of the program's source.
  ///
  /// - Parameter donors: whose contributions count; nil where all do.
  static func matches(
    _ matching: Matching, of accounts: [Address], _ source: Inputs.Source, _ donors: Set<BigUInt>?
  ) throws(Refusal) -> [(account: Address, value: BigUInt)] {
    // 1, 2: what each donor gave to each account that takes part.
    let names = source.declaration.columns.map(\.name)
    let donorColumn = names.firstIndex(of: matching.contributor) ?? 0
    let amountColumn = names.firstIndex(of: matching.contribution) ?? 0
    var given = Dictionary(uniqueKeysWithValues: accounts.map { ($0, [BigUInt: BigUInt]()) })
    for row in source.rows
    where given[row.account] != nil && donors?.contains(row.values[donorColumn]) ?? true {
      given[row.account, default: [:]][row.values[donorColumn], default: 0] +=
        row.values[amountColumn]
    }
    guard given.values.allSatisfy({ $0.values.allSatisfy { $0 * fraction < bound } }) else {
      throw .valuesOverflow
    }
    let counting = accounts.map { account in
      (given[account] ?? [:]).filter { $0.value > 0 && $0.value >= big(matching.minimum) }
        .mapValues { amount in matching.maximum.map { min(amount, big($0)) } ?? amount }
    }
    // 3
    let roots = counting.map { $0.mapValues { ($0 * fraction).squareRoot() } }
    // 4
    var matches: [BigUInt] = []
    switch matching.method {
    case .quadratic:
      for (amounts, roots) in zip(counting, roots) {
        matches.append(try quadratic(Array(amounts.values), Array(roots.values)))
      }
    case .pairwise(let bound): matches = try pairwise(roots, bound: big(bound) * fraction)
    }
    return zip(accounts, matches).map { ($0, $1) }
  }

  /// (Σ r)² − Σ c · 2⁶⁴, at least 0.
  private static func quadratic(
    _ amounts: [BigUInt], _ roots: [BigUInt]
  ) throws(Refusal) -> BigUInt {
    let square = roots.reduce(0, +).power(2)
    guard square < bound else { throw .valuesOverflow }
    let contributed = amounts.reduce(0, +) * fraction
    return square > contributed ? square - contributed : 0
  }

  /// Σ over i ≠ j of ⌊rᵢ · rⱼ · M / (M + overlap of i and j)⌋, for every account.
  private static func pairwise(
    _ roots: [[BigUInt: BigUInt]], bound most: BigUInt
  ) throws(Refusal) -> [BigUInt] {
    let pairs = roots.reduce(0) { $0 + $1.count * ($1.count - 1) / 2 }
    guard pairs <= Matching.maximumPairs else { throw .tooManyPairs }
    guard most < bound else { throw .valuesOverflow }
    var accountsOf: [BigUInt: [Int]] = [:]
    for (account, donors) in roots.enumerated() {
      for donor in donors.keys { accountsOf[donor, default: []].append(account) }
    }
    var matches = [BigUInt](repeating: 0, count: roots.count)
    for (donor, accounts) in accountsOf {
      var overlaps: [BigUInt: BigUInt] = [:]
      for account in accounts {
        for (other, root) in roots[account] where other != donor {
          overlaps[other, default: 0] += roots[account][donor, default: 0] * root
        }
      }
      guard overlaps.values.allSatisfy({ most + $0 < bound }) else { throw .valuesOverflow }
      for account in accounts {
        for (other, root) in roots[account] where other != donor {
          let own = roots[account][donor, default: 0] * root
          matches[account] += own * most / (most + overlaps[other, default: 0])
        }
      }
    }
    guard matches.allSatisfy({ $0 < bound }) else { throw .valuesOverflow }
    return matches
  }

  /// 6: without `surplus: share` no more than all matches together, in whole smallest units.
  static func due(
    of budget: BigUInt, _ taking: [(account: Address, value: BigUInt)], _ matching: Matching?
  ) -> BigUInt {
    guard let matching, matching.surplus == .carry else { return budget }
    return min(budget, taking.reduce(0) { $0 + $1.value } / fraction)
  }
}
