import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 11, grants

  private static let fraction = BigUInt(1) << 64

  /// The matches of the accounts that take part, from the rows of the program's source.
  static func matches(
    _ matching: Matching, of accounts: [Address], _ source: Inputs.Source
  ) throws(Refusal) -> [(account: Address, value: BigUInt)] {
    // 1, 2: what each donor gave to each account that takes part.
    let names = source.declaration.columns.map(\.name)
    let donorColumn = names.firstIndex(of: matching.contributor) ?? 0
    let amountColumn = names.firstIndex(of: matching.contribution) ?? 0
    var given = Dictionary(uniqueKeysWithValues: accounts.map { ($0, [BigUInt: BigUInt]()) })
    for row in source.rows where given[row.account] != nil {
      given[row.account, default: [:]][row.values[donorColumn], default: 0] +=
        row.values[amountColumn]
    }
    guard given.values.allSatisfy({ $0.values.allSatisfy { $0 * fraction < bound } }) else {
      throw .valuesOverflow
    }
    let counting = accounts.map { account in
      (given[account] ?? [:]).filter { $0.value > 0 && $0.value >= big(matching.minimum) }
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
