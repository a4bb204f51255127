import EthereumPrimitives

/// What a bundle gives, in the figures that a page for everybody shows.
public struct BundleSummary: Sendable, Hashable {
  public let plan: Plan
  public let planHash: Bytes32
  public let epoch: EpochIndex
  public let identity: Bytes32
  /// One per token of the plan.
  public let tokens: [TokenSummary]
  /// The programs that ran.
  public let programs: [ProgramSummary]
  /// Of them those that pay epoch after epoch, or by balances over time.
  public let time: [TimeSummary]
  /// That these programs read.
  public let prices: [PriceSummary]
  /// One per source with rules of actions.
  public let leftOut: [LeftOutSummary]
  public let campaigns: [CampaignSummary]
  public let inputs: [InputSummary]
  /// nil where the plan has no redirects.
  public let redirects: RedirectSummary?
  /// One per program that pays by signed decisions.
  public let decisions: [DecisionSummary]
  public let hidden: [HiddenColumn]

  public init(
    plan: Plan, planHash: Bytes32, epoch: EpochIndex, identity: Bytes32, tokens: [TokenSummary],
    programs: [ProgramSummary], time: [TimeSummary], prices: [PriceSummary],
    leftOut: [LeftOutSummary], campaigns: [CampaignSummary], inputs: [InputSummary],
    redirects: RedirectSummary?, decisions: [DecisionSummary], hidden: [HiddenColumn]
  ) {
    self.plan = plan
    self.planHash = planHash
    self.epoch = epoch
    self.identity = identity
    self.tokens = tokens
    self.programs = programs
    self.time = time
    self.prices = prices
    self.leftOut = leftOut
    self.campaigns = campaigns
    self.inputs = inputs
    self.redirects = redirects
    self.decisions = decisions
    self.hidden = hidden
  }
}

/// How a plan divides a token, when that comes free, and who may claim it.
public struct TokenSummary: Sendable, Hashable {
  public let supply: SupplyTable
  public let unlocks: UnlockSchedule
  /// The same between dates too: each date, and the second before it.
  public let course: UnlockSchedule
  public let periods: UnlockPeriods
  /// nil where nobody is entitled to anything.
  public let spread: Spread?
  /// nil where the plan declares no clusters.
  public let clusters: ClusterSummary?

  public var token: Token { supply.token }

  public init(
    supply: SupplyTable, unlocks: UnlockSchedule, course: UnlockSchedule, periods: UnlockPeriods,
    spread: Spread?, clusters: ClusterSummary?
  ) {
    self.supply = supply
    self.unlocks = unlocks
    self.course = course
    self.periods = periods
    self.spread = spread
    self.clusters = clusters
  }
}

/// How a token is spread over those who are entitled to it.
public struct Spread: Sendable, Hashable {
  /// What the accounts that are entitled to the least have together.
  public struct LorenzPoint: Sendable, Hashable {
    /// How many accounts, from those with the least.
    public let holders: Int
    /// Their part of all, in billionths, rounded down.
    public let share: UInt64

    public init(holders: Int, share: UInt64) {
      self.holders = holders
      self.share = share
    }
  }

  /// The accounts whose amounts lie in an interval.
  public struct Band: Sendable, Hashable {
    /// Base units; the interval has `from` and has not `to`. nil is without end.
    public let from: UInt256
    public let to: UInt256?
    public let accounts: Int
    public let amount: UInt256

    public init(from: UInt256, to: UInt256?, accounts: Int, amount: UInt256) {
      self.from = from
      self.to = to
      self.accounts = accounts
      self.amount = amount
    }
  }

  public struct Holder: Sendable, Hashable {
    public let account: Address
    public let amount: UInt256
    /// What the plan calls it.
    public let label: String?

    public init(account: Address, amount: UInt256, label: String?) {
      self.account = account
      self.amount = amount
      self.label = label
    }
  }

  /// How many of the largest have more than a part of all.
  public struct Majority: Sendable, Hashable {
    /// In billionths.
    public let share: UInt64
    public let holders: Int

    public init(share: UInt64, holders: Int) {
      self.share = share
      self.holders = holders
    }
  }

  public let holders: Int
  public let total: UInt256
  /// In billionths, rounded up.
  public let gini: UInt64
  /// In billionths, rounded up.
  public let herfindahl: UInt64
  /// At 33 %, 50 % and 67 %.
  public let majorities: [Majority]
  /// The part of the ten largest, in billionths, rounded up.
  public let topTen: UInt64
  /// From nobody to everybody.
  public let lorenz: [LorenzPoint]
  /// Ascending, without gaps.
  public let bands: [Band]
  /// The largest, descending.
  public let largest: [Holder]

  public init(
    holders: Int, total: UInt256, gini: UInt64, herfindahl: UInt64, majorities: [Majority],
    topTen: UInt64, lorenz: [LorenzPoint], bands: [Band], largest: [Holder]
  ) {
    self.holders = holders
    self.total = total
    self.gini = gini
    self.herfindahl = herfindahl
    self.majorities = majorities
    self.topTen = topTen
    self.lorenz = lorenz
    self.bands = bands
    self.largest = largest
  }
}

/// What one program gave, and whom it refused.
public struct ProgramSummary: Sendable, Hashable {
  public struct Refusals: Sendable, Hashable {
    public let reason: ExclusionReason
    public let accounts: Int

    public init(reason: ExclusionReason, accounts: Int) {
      self.reason = reason
      self.accounts = accounts
    }
  }

  public let program: Program
  public let token: Token
  public let budget: UInt256
  public let carriedIn: UInt256
  public let allocated: UInt256
  public let carry: UInt256
  public let recipients: Int
  /// The reasons that occur, in the order of the format.
  public let refusals: [Refusals]
  /// Of a raffle whose tickets the bundle shows.
  public let draw: DrawSummary?
  /// Of a round of grants whose contributions the bundle shows.
  public let match: MatchSummary?

  public init(
    program: Program, token: Token, budget: UInt256, carriedIn: UInt256, allocated: UInt256,
    carry: UInt256, recipients: Int, refusals: [Refusals], draw: DrawSummary?, match: MatchSummary?
  ) {
    self.program = program
    self.token = token
    self.budget = budget
    self.carriedIn = carriedIn
    self.allocated = allocated
    self.carry = carry
    self.recipients = recipients
    self.refusals = refusals
    self.draw = draw
    self.match = match
  }
}

/// What a campaign owes, from where, and under which root.
public struct CampaignSummary: Sendable, Hashable {
  public let campaign: Campaign
  public let token: Token
  /// Σ entitlements under the parent root.
  public let before: UInt256
  /// Σ allocations of this bundle.
  public let allocated: UInt256
  /// `before + allocated`.
  public let total: UInt256
  public let accounts: Int
  /// Zero where nobody is entitled to anything.
  public let root: Bytes32

  public init(
    campaign: Campaign, token: Token, before: UInt256, allocated: UInt256, total: UInt256,
    accounts: Int, root: Bytes32
  ) {
    self.campaign = campaign
    self.token = token
    self.before = before
    self.allocated = allocated
    self.total = total
    self.accounts = accounts
    self.root = root
  }
}

/// A source of which the bundle has the rows.
public struct InputSummary: Sendable, Hashable {
  public let source: SourceDeclaration
  public let rows: Int
  /// Keccak-256 of `inputs/<source>.csv`.
  public let hash: Bytes32

  public init(source: SourceDeclaration, rows: Int, hash: Bytes32) {
    self.source = source
    self.rows = rows
    self.hash = hash
  }
}
