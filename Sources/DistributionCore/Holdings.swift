import DistributionModel
import EthereumPrimitives

/// Who may claim what of a token: its entitlements, by holder, as far as they have vested.
public struct Holdings: Sendable {
  /// What one campaign owes: `amounts[i]` to the account at place `places[i]`.
  private struct Part: Sendable {
    let vesting: VestingSchedule
    let places: [Int]
    let amounts: [UInt256]
  }

  /// Strictly ascending.
  private let accounts: [Address]
  /// `holders[i]` is the holder, from 0, to whom `accounts[i]` belongs.
  private let holders: [Int]
  private let holderCount: Int
  private let parts: [Part]

  /// - Parameters:
  ///   - entitlements: of every campaign of the plan, in plan order.
  ///   - clusters: nil where every account is a holder.
  public init(
    of token: Token, in plan: Plan, entitlements: [Entitlements], clusters: ClusterTable? = nil
  ) {
    precondition(entitlements.count == plan.campaigns.count, "one list per campaign")
    let paying = zip(plan.campaigns, entitlements).filter {
      $0.0.token == token.name && !$0.1.accounts.isEmpty
    }
    let accounts = Self.union(paying.map(\.1.accounts))
    holders = clusters?.holders(of: accounts) ?? Array(accounts.indices)
    holderCount = (holders.max() ?? -1) + 1
    parts = paying.map { campaign, list in
      Part(
        vesting: campaign.vesting, places: Self.places(of: list.accounts, in: accounts),
        amounts: list.amounts)
    }
    self.accounts = accounts
  }

  /// Lists that ascend, as one.
  private static func union(_ lists: [[Address]]) -> [Address] {
    guard lists.count > 1 else { return lists.first ?? [] }
    var all: [Address] = []
    for account in lists.flatMap(\.self).sorted() where all.last != account { all.append(account) }
    return all
  }

  /// Where the accounts of an ascending list stand in a longer one.
  private static func places(of list: [Address], in all: [Address]) -> [Int] {
    guard list.count < all.count else { return Array(all.indices) }
    var place = 0
    return list.map { account in
      while all[place] < account { place += 1 }
      return place
    }
  }

  /// What each holder may claim at a time, every campaign's part rounded down, as it pays it.
  public func amounts(at time: Timestamp) throws(Concentration.Failure) -> [UInt256] {
    var sums = Array(repeating: UInt256.zero, count: holderCount)
    for part in parts {
      for (place, amount) in zip(part.places, part.amounts) {
        let holder = holders[place]
        guard let sum = sums[holder].adding(part.vesting.vested(amount, at: time)) else {
          throw .totalOverflow
        }
        sums[holder] = sum
      }
    }
    return sums
  }

  /// The accounts of a holder, ascending.
  func accounts(of holder: Int) -> [Address] {
    accounts.indices.filter { holders[$0] == holder }.map { accounts[$0] }
  }
}
