import DistributionModel
import EthereumPrimitives

/// Adds an epoch to what a campaign already owes: section 6 of `docs/reference/law.md`.
public enum Cumulation {
  /// The widest amount that a contract takes: below 2¹²⁸.
  public static let contractBound = UInt256(1) << 128

  /// Entitlements under a new root: those of the last live root and the new allocations.
  ///
  /// - Parameters:
  ///   - parent: entitlements under the campaign's last live root.
  ///   - outcomes: of the programs that this campaign pays, in one epoch.
  ///   - redirects: who receives what others earn.
  /// - Throws: `entitlementOverflow` where an account or the total reaches 2²⁵⁶, or 2¹²⁸ in a
  ///   campaign that names its contract.
  public static func entitlements(
    of campaign: Campaign, parent: Entitlements, outcomes: [ProgramOutcome],
    redirects: RedirectTable = .none
  ) throws(LawError) -> Entitlements {
    for outcome in outcomes {
      try Redirecting.check(outcome, redirects, campaign: campaign.name)
    }
    var result = parent
    for outcome in outcomes {
      result = try merged(
        result, Redirecting.received(outcome, redirects, campaign: campaign.name),
        campaign: campaign.name)
    }
    let total = try total(of: result, campaign: campaign.name)
    if campaign.deployment != nil, total >= contractBound {
      throw LawError(
        .entitlementOverflow, subject: campaign.name, place: "committed total",
        found: total.decimal, expected: "less than 2^128, the widest that a distributor takes",
        advice: "Check the token's decimals: no real supply has this many base units.")
    }
    return result
  }

  /// The sum of all entitlements of a campaign.
  public static func total(
    of entitlements: Entitlements, campaign: String
  ) throws(LawError) -> UInt256 {
    var total = UInt256.zero
    for amount in entitlements.amounts {
      guard let sum = total.adding(amount) else {
        throw overflow(campaign, place: "committed total")
      }
      total = sum
    }
    return total
  }

  /// Merges two ascending lists, adding the amounts of an account that stands in both.
  private static func merged(
    _ left: Entitlements, _ right: Entitlements, campaign: String
  ) throws(LawError) -> Entitlements {
    if left.accounts.isEmpty { return right }
    var accounts: [Address] = []
    var amounts: [UInt256] = []
    accounts.reserveCapacity(max(left.accounts.count, right.accounts.count))
    amounts.reserveCapacity(max(left.accounts.count, right.accounts.count))
    var (i, j) = (0, 0)
    while i < left.accounts.count || j < right.accounts.count {
      let takesLeft =
        j == right.accounts.count
        || (i < left.accounts.count && left.accounts[i] <= right.accounts[j])
      let account = takesLeft ? left.accounts[i] : right.accounts[j]
      var amount = UInt256.zero
      if i < left.accounts.count, left.accounts[i] == account {
        amount = left.amounts[i]
        i += 1
      }
      if j < right.accounts.count, right.accounts[j] == account {
        guard let sum = amount.adding(right.amounts[j]) else {
          throw overflow(campaign, place: "entitlement of account \(account)")
        }
        amount = sum
        j += 1
      }
      accounts.append(account)
      amounts.append(amount)
    }
    return Entitlements(accounts: accounts, amounts: amounts)
  }

  static func overflow(_ campaign: String, place: String) -> LawError {
    LawError(
      .entitlementOverflow, subject: campaign, place: place, found: "2^256 or more",
      expected: "a sum below 2^256", advice: "Look for an amount in the wrong unit.")
  }
}
