import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Figures of how a token is spread over accounts.
enum Spreading {
  /// How many of the largest accounts are named.
  static let named = 20
  /// The most bands of a histogram.
  static let bands = 24
  /// Parts of all, in billionths, at which a majority is counted.
  static let majorities: [UInt64] = [330_000_000, 500_000_000, 670_000_000]
  /// Equal parts of the accounts, at whose ends the Lorenz curve is computed.
  static let lorenzParts = 100

  /// What each account has in all the lists together, ascending by account.
  ///
  /// A token's whole supply is below 2²⁵⁶ in a checked plan, but lists of earlier plans may add up
  /// to more: such a sum is capped, and no spread is told of it.
  static func merged(_ lists: [Entitlements]) -> Entitlements {
    let filled = lists.filter { !$0.accounts.isEmpty }
    guard filled.count > 1 else { return filled.first ?? .none }
    let entries = filled.flatMap { zip($0.accounts, $0.amounts) }.sorted { $0.0 < $1.0 }
    var accounts: [Address] = []
    var amounts: [UInt256] = []
    for (account, amount) in entries {
      if accounts.last == account, let last = amounts.popLast() {
        amounts.append(last.adding(amount) ?? .max)
      } else {
        accounts.append(account)
        amounts.append(amount)
      }
    }
    return Entitlements(accounts: accounts, amounts: amounts)
  }

  /// - Parameter decimals: of the token.
  /// - Returns: nil where nobody has anything, or all of it is too much to measure.
  static func spread(
    of list: Entitlements, decimals: Int, labels: [Address: String]
  ) -> Spread? {
    guard !list.accounts.isEmpty, let measured = try? Concentration(list.amounts) else {
      return nil
    }
    return Spread(
      holders: measured.holders, total: measured.total,
      gini: measured.gini.billionths(roundedUp: true) ?? 0,
      herfindahl: measured.herfindahl.billionths(roundedUp: true) ?? 0,
      majorities: majorities.map {
        Spread.Majority(share: $0, holders: measured.nakamoto(above: $0))
      },
      topTen: measured.share(ofLargest: 10).billionths(roundedUp: true) ?? 0,
      lorenz: lorenz(measured),
      bands: Bands(list.amounts, decimals: decimals).counted(list.amounts),
      largest: largest(of: list).map {
        Spread.Holder(
          account: list.accounts[$0], amount: list.amounts[$0],
          label: labels[list.accounts[$0]])
      })
  }

  /// Points of the curve: at equal parts of the accounts, and closer ones near its steep end.
  private static func lorenz(_ measured: Concentration) -> [Spread.LorenzPoint] {
    let count = measured.holders
    var places = Set((0...lorenzParts).map { count * $0 / lorenzParts })
    for part in [2, 5, 10, 100, 1000] where count / (lorenzParts * part) > 0 {
      places.insert(count - count / (lorenzParts * part))
    }
    places.insert(count - 1)
    return places.sorted().map { place in
      // What the smallest have is what the largest leave.
      let others = measured.share(ofLargest: count - place).billionths(roundedUp: true) ?? 0
      return Spread.LorenzPoint(holders: place, share: 1_000_000_000 - others)
    }
  }

  /// The places of the largest amounts, descending, equal ones in the order of the list.
  private static func largest(of list: Entitlements) -> [Int] {
    var places: [Int] = []
    for (place, amount) in list.amounts.enumerated() {
      if places.count == named, let last = places.last, list.amounts[last] >= amount { continue }
      let position = places.firstIndex { list.amounts[$0] < amount } ?? places.count
      places.insert(place, at: position)
      if places.count > named { places.removeLast() }
    }
    return places
  }
}

/// Bands of a histogram on a logarithmic scale: between round numbers of whole tokens.
private struct Bands {
  /// Ascending; the first is at most every amount. Above every amount is the last, where there is
  /// such a number below 2²⁵⁶.
  private let edges: [UInt256]
  private let isOpen: Bool

  /// Edges at 1, 2 and 5 times the powers of ten where few powers are spanned, at the powers where
  /// more are, and at every second, third … power where even those are too many.
  init(_ amounts: [UInt256], decimals: Int) {
    let lowest = amounts.min() ?? .one
    let highest = amounts.max() ?? .one
    let (low, high) = (Self.power(of: lowest), Self.power(of: highest))
    let powers = high - low + 1
    let step = (powers + Spreading.bands - 1) / Spreading.bands
    let factors: [UInt64] = powers * 3 <= Spreading.bands ? [1, 2, 5] : [1]
    // Powers are counted from the whole token, so that edges are round numbers of tokens.
    let start = low - ((low - decimals) % step + step) % step
    let edges = stride(from: start, through: high + step, by: step).flatMap { power in
      factors.compactMap { UInt256.powerOfTen(max(0, power))?.multiplied(by: UInt256($0)) }
    }
    let first = edges.lastIndex { $0 <= lowest } ?? 0
    let end = edges.firstIndex { $0 > highest }
    isOpen = end == nil
    self.edges = Array(edges[first...(end ?? edges.count - 1)])
  }

  /// ⌊log₁₀ amount⌋.
  private static func power(of amount: UInt256) -> Int { amount.decimal.utf8.count - 1 }

  func counted(_ amounts: [UInt256]) -> [Spread.Band] {
    var counts = Array(repeating: 0, count: edges.count)
    var sums = Array(repeating: UInt256.zero, count: edges.count)
    for amount in amounts {
      let index = edges.lastIndex { $0 <= amount } ?? 0
      counts[index] += 1
      sums[index] = sums[index] &+ amount
    }
    return edges.indices.dropLast(isOpen ? 0 : 1).map { index in
      Spread.Band(
        from: edges[index], to: index + 1 < edges.count ? edges[index + 1] : nil,
        accounts: counts[index], amount: sums[index])
    }
  }
}
