import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// Compares two distributions by merging their sorted lists.
public enum Diffing {
  /// A bundle that was read, or what a plan would give.
  public struct Side: Sendable {
    let name: String
    public let plan: ParsedPlan
    let epoch: EpochIndex
    let identity: Bytes32?
    let inputs: [CanonicalInput]
    let outcomes: [ProgramOutcome]
    let campaigns: [CampaignEntitlements]
    let redirects: RedirectTable

    public init(_ bundle: LoadedBundle, name: String) {
      self.name = name
      plan = bundle.plan
      epoch = EpochIndex(bundle.commitment.epoch)
      identity = bundle.identity
      inputs = bundle.inputs
      outcomes = bundle.outcomes
      campaigns = bundle.campaigns
      redirects = bundle.redirects
    }

    public init(_ contents: BundleContents, plan: ParsedPlan, name: String) {
      self.name = name
      self.plan = plan
      epoch = contents.epoch
      identity = nil
      inputs = contents.inputs
      outcomes = contents.outcomes
      campaigns = contents.campaigns
      let rows = Dictionary(
        uniqueKeysWithValues: contents.inputs.map { ($0.declaration.name, $0.rows) })
      // Redirects of which the law made no result end somewhere.
      redirects = (try? plan.plan.redirectTable(rows: rows)) ?? .none
    }

    var summary: DistributionDiff.Side {
      DistributionDiff.Side(name: name, plan: plan.plan.name, epoch: epoch, identity: identity)
    }

    func entitlements(of campaign: String) -> Entitlements {
      campaigns.first { $0.name == campaign }?.entitlements ?? .none
    }

    /// What each program of a campaign allocates to those who earn it.
    func allocations(of campaign: String) -> [Entitlements] {
      outcomes.filter { plan.plan.program(named: $0.program)?.campaign == campaign }.map {
        Entitlements(accounts: $0.accounts, amounts: $0.amounts)
      }
    }

    func source(_ name: String) -> SourceMerge.Side? {
      inputs.first { $0.declaration.name == name }.map {
        SourceMerge.Side(declaration: $0.declaration, rows: $0.rows)
      }
    }
  }

  public static func diff(from old: Side, to new: Side) -> DistributionDiff {
    let follows = new.campaigns.contains {
      old.identity != nil && $0.parentCommitment == old.identity
    }
    let changes = PlanChange.changes(from: old.plan, to: new.plan)
    let sharesSecret = sharesSecret(old, new)
    let programs = ProgramMerge.all(old, new, changes, follows, sharesSecret: sharesSecret)
    return DistributionDiff(
      sides: .init(old.summary, new.summary), follows: follows, planChanges: changes,
      inputs: inputs(old, new, sharesSecret), programs: programs.map(\.diff),
      campaigns: names(old.plan.plan.campaigns.map(\.name), new.plan.plan.campaigns.map(\.name))
        .map { campaign($0, old, new, programs, follows: follows) },
      tokens: names(old.plan.plan.tokens.map(\.name), new.plan.plan.tokens.map(\.name))
        .map { token($0, old, new) })
  }

  /// The names of both sides, those of the newer one first.
  static func names(_ old: [String], _ new: [String]) -> [String] {
    new + old.filter { !new.contains($0) }
  }

  /// Whether both sides hide private columns under one secret.
  private static func sharesSecret(_ old: Side, _ new: Side) -> Bool {
    new.inputs.contains { input in
      guard let before = old.source(input.declaration.name),
        let after = new.source(input.declaration.name)
      else { return false }
      return SourceMerge.sharesCommitment(before, after)
    }
  }

  // MARK: Campaigns

  private static func campaign(
    _ name: String, _ old: Side, _ new: Side, _ all: [ProgramMerge], follows: Bool
  ) -> CampaignDiff {
    let (before, after) = (old.entitlements(of: name), new.entitlements(of: name))
    let redirects = RedirectMerge(name, old, new, follows: follows)
    var programs = all.filter { $0.campaign == name }
    var accounts: [AccountDiff] = []
    var (left, right) = (ListCursor(before.accounts), ListCursor(after.accounts))
    // Who earns and redirects all of it is entitled to nothing.
    var earning = ListCursor(redirects.accounts)
    while let account = ListCursor.next(left, right, earning) {
      _ = earning.take(account)
      let amount = DistributionDiff.Pair(
        left.take(account).map { before.amounts[$0] }.first ?? .zero,
        right.take(account).map { after.amounts[$0] }.first ?? .zero)
      let parts = programs.indices.compactMap { programs[$0].part(of: account) }
      if amount.before != amount.after || !parts.isEmpty {
        accounts.append(redirects.account(account, amount, parts))
      }
    }
    return CampaignDiff(
      name: name, token: token(ofCampaign: name, old, new),
      total: .init(total(before), total(after)),
      holders: .init(before.accounts.count, after.accounts.count), accounts: accounts)
  }

  private static func token(ofCampaign name: String, _ old: Side, _ new: Side) -> Token {
    let tokens = [new, old].lazy.compactMap { side in
      side.plan.plan.campaign(named: name).flatMap { side.plan.plan.token(named: $0.token) }
    }
    guard let token = tokens.first else {
      preconditionFailure("a side has the campaign, and its plan resolves its names")
    }
    return token
  }

  /// A checked list adds up below 2²⁵⁶.
  private static func total(_ list: Entitlements) -> UInt256 {
    list.amounts.reduce(UInt256.zero, &+)
  }

  // MARK: Tokens

  private static func token(_ name: String, _ old: Side, _ new: Side) -> TokenDiff {
    func spread(_ side: Side) -> Spread? {
      let plan = side.plan.plan
      guard let token = plan.token(named: name) else { return nil }
      let paying = plan.campaigns.filter { $0.token == name }.map(\.name)
      return Spreading.spread(
        of: Spreading.merged(paying.map { side.entitlements(of: $0) }), decimals: token.decimals,
        labels: [:])
    }
    guard
      let token = new.plan.plan.token(named: name) ?? old.plan.plan.token(named: name)
    else { preconditionFailure("a side has the token") }
    return TokenDiff(token: token, spread: .init(spread(old), spread(new)))
  }

  // MARK: Inputs

  private static func inputs(_ old: Side, _ new: Side, _ sharesSecret: Bool) -> [InputDiff] {
    names(old.inputs.map(\.declaration.name), new.inputs.map(\.declaration.name)).map { name in
      let merge = SourceMerge(
        name, old.source(name), new.source(name), sharesSecret: sharesSecret)
      let found = merge.changedAccounts
      return InputDiff(
        source: name, rows: merge.counts, entered: found.entered, left: found.left,
        changed: found.changed, hidden: merge.hidden)
    }
  }
}
