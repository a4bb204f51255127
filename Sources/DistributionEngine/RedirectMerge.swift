import DistributionModel
import EthereumPrimitives
import PlanFile

/// Who receives in a campaign what others earn, on both sides.
struct RedirectMerge {
  private let tables: DistributionDiff.Pair<RedirectTable>
  private let plans: DistributionDiff.Pair<Plan>
  /// What the accounts of either side's redirects earn here, by the account to which that goes.
  private let received: [Address: AccountDiff.Received]
  private let earned: DistributionDiff.Pair<[Entitlements]>

  /// - Parameter follows: whether nothing that the older side earns is compared.
  init(_ campaign: String, _ old: Diffing.Side, _ new: Diffing.Side, follows: Bool) {
    let tables = DistributionDiff.Pair(old.redirects, new.redirects)
    let earned = DistributionDiff.Pair(
      follows ? [] : old.allocations(of: campaign), new.allocations(of: campaign))
    self.tables = tables
    self.earned = earned
    plans = .init(old.plan.plan, new.plan.plan)
    var received: [Address: AccountDiff.Received] = [:]
    for account in Set(tables.before.accounts + tables.after.accounts).sorted() {
      let ends = DistributionDiff.Pair(
        tables.before.end(of: account), tables.after.end(of: account))
      let amounts = DistributionDiff.Pair(
        Self.amount(account, earned.before), Self.amount(account, earned.after))
      for end in Set([ends.before, ends.after]) where end != account {
        let leads = DistributionDiff.Pair(
          ends.before == end && !amounts.before.isZero, ends.after == end && !amounts.after.isZero)
        guard leads.before || leads.after else { continue }
        let known = received[end]
        received[end] = AccountDiff.Received(
          amount: .init(
            (known?.amount.before ?? .zero) &+ (leads.before ? amounts.before : .zero),
            (known?.amount.after ?? .zero) &+ (leads.after ? amounts.after : .zero)),
          accounts: .init(
            (known?.accounts.before ?? 0) + (leads.before ? 1 : 0),
            (known?.accounts.after ?? 0) + (leads.after ? 1 : 0)),
          entered: (known?.entered ?? 0) + (leads.after && ends.before != end ? 1 : 0),
          left: (known?.left ?? 0) + (leads.before && ends.after != end ? 1 : 0),
          lowest: known?.lowest ?? account)
      }
    }
    self.received = received
  }

  /// Those that redirect what they earn, on either side; ascending.
  var accounts: [Address] { Set(tables.before.accounts + tables.after.accounts).sorted() }

  private static func amount(_ account: Address, _ lists: [Entitlements]) -> UInt256 {
    lists.reduce(UInt256.zero) { sum, list in
      list.index(of: account).map { sum &+ list.amounts[$0] } ?? sum
    }
  }

  /// An account whose amount in the campaign is known on both sides.
  func account(
    _ account: Address, _ amount: DistributionDiff.Pair<UInt256>, _ parts: [AccountDiff.Part]
  ) -> AccountDiff {
    guard !(tables.before.isEmpty && tables.after.isEmpty) else {
      return AccountDiff(
        account: account, amount: amount, parts: parts,
        earlier: .init(
          earlier(account, amount.before, earned.before, nil, .zero),
          earlier(account, amount.after, earned.after, nil, .zero)))
    }
    let target = DistributionDiff.Pair(
      Self.target(of: account, tables.before, plans.before),
      Self.target(of: account, tables.after, plans.after))
    let received = self.received[account]
    return AccountDiff(
      account: account, amount: amount, parts: parts, target: target, received: received,
      earlier: .init(
        earlier(
          account, amount.before, earned.before, target.before,
          received?.amount.before ?? .zero),
        earlier(
          account, amount.after, earned.after, target.after, received?.amount.after ?? .zero)))
  }

  /// What is left of an amount without what is earned now.
  private func earlier(
    _ account: Address, _ amount: UInt256, _ earned: [Entitlements],
    _ target: AccountDiff.Target?, _ received: UInt256
  ) -> UInt256 {
    let kept = target == nil ? Self.amount(account, earned) : .zero
    return amount.subtracting(kept &+ received) ?? .zero
  }

  private static func target(
    of account: Address, _ table: RedirectTable, _ plan: Plan
  ) -> AccountDiff.Target? {
    let (end, steps) = table.target(of: account)
    guard let first = steps.first else { return nil }
    let source = first.redirect.source.flatMap(plan.source)
    return AccountDiff.Target(
      account: end, redirect: first.redirect, isSigned: source?.statements == .redirects)
  }
}
