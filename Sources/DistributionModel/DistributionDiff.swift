import EthereumPrimitives

/// What two distributions give, side by side: who gains, who loses, and why.
public struct DistributionDiff: Sendable, Hashable {
  /// Two values of the same thing.
  public struct Pair<Value: Sendable & Hashable>: Sendable, Hashable {
    public let before: Value
    public let after: Value

    public init(_ before: Value, _ after: Value) {
      self.before = before
      self.after = after
    }
  }

  /// The bundle or plan on one side.
  public struct Side: Sendable, Hashable {
    /// As the reader named it.
    public let name: String
    public let plan: String
    public let epoch: EpochIndex
    /// nil for a plan that has no bundle yet.
    public let identity: Bytes32?

    public init(name: String, plan: String, epoch: EpochIndex, identity: Bytes32?) {
      self.name = name
      self.plan = plan
      self.epoch = epoch
      self.identity = identity
    }
  }

  public let sides: Pair<Side>
  /// True where the newer side is built on the older one: what it gives is added to that.
  public let follows: Bool
  public let planChanges: [PlanChange]
  public let inputs: [InputDiff]
  public let programs: [ProgramDiff]
  public let campaigns: [CampaignDiff]
  public let tokens: [TokenDiff]

  public init(
    sides: Pair<Side>, follows: Bool, planChanges: [PlanChange], inputs: [InputDiff],
    programs: [ProgramDiff], campaigns: [CampaignDiff], tokens: [TokenDiff]
  ) {
    self.sides = sides
    self.follows = follows
    self.planChanges = planChanges
    self.inputs = inputs
    self.programs = programs
    self.campaigns = campaigns
    self.tokens = tokens
  }
}

/// The rows of a source on both sides.
public struct InputDiff: Sendable, Hashable {
  public let source: String
  public let rows: DistributionDiff.Pair<Int>
  /// Accounts with rows on the newer side only.
  public let entered: Int
  /// Accounts with rows on the older side only.
  public let left: Int
  /// Accounts with rows on both sides that are not the same, in the columns that can be compared.
  public let changed: Int
  /// Private columns that cannot be compared: the sides hide them under two secrets, or not even
  /// one commitment is the same on both.
  public let hidden: [String]

  public init(
    source: String, rows: DistributionDiff.Pair<Int>, entered: Int, left: Int, changed: Int,
    hidden: [String] = []
  ) {
    self.source = source
    self.rows = rows
    self.entered = entered
    self.left = left
    self.changed = changed
    self.hidden = hidden
  }
}

/// A program on both sides.
public struct ProgramDiff: Sendable, Hashable {
  public struct Figures: Sendable, Hashable {
    public let budget: UInt256
    public let allocated: UInt256
    public let carry: UInt256
    public let recipients: Int
    public let refused: Int

    public init(
      budget: UInt256, allocated: UInt256, carry: UInt256, recipients: Int, refused: Int
    ) {
      self.budget = budget
      self.allocated = allocated
      self.carry = carry
      self.recipients = recipients
      self.refused = refused
    }
  }

  public let name: String
  /// The campaign that pays it.
  public let campaign: String
  public let token: Token
  /// nil where it does not run on that side.
  public let figures: DistributionDiff.Pair<Figures?>
  /// Places in `planChanges` of what its rule and its sources state otherwise.
  public let planChanges: [Int]

  public init(
    name: String, campaign: String, token: Token, figures: DistributionDiff.Pair<Figures?>,
    planChanges: [Int]
  ) {
    self.name = name
    self.campaign = campaign
    self.token = token
    self.figures = figures
    self.planChanges = planChanges
  }
}

/// A campaign on both sides, and every account whose amount is another one.
public struct CampaignDiff: Sendable, Hashable {
  public let name: String
  public let token: Token
  /// Σ entitlements.
  public let total: DistributionDiff.Pair<UInt256>
  public let holders: DistributionDiff.Pair<Int>
  /// Ascending by account.
  public let accounts: [AccountDiff]

  public init(
    name: String, token: Token, total: DistributionDiff.Pair<UInt256>,
    holders: DistributionDiff.Pair<Int>, accounts: [AccountDiff]
  ) {
    self.name = name
    self.token = token
    self.total = total
    self.holders = holders
    self.accounts = accounts
  }

  /// Σ of what accounts have more.
  public var gained: UInt256 {
    accounts.reduce(UInt256.zero) { $0 &+ ($1.amount.after.subtracting($1.amount.before) ?? .zero) }
  }

  /// Σ of what accounts have less.
  public var lost: UInt256 {
    accounts.reduce(UInt256.zero) { $0 &+ ($1.amount.before.subtracting($1.amount.after) ?? .zero) }
  }
}

/// What a campaign owes an account on both sides.
///
/// On each side it is what earlier roots owe, what programs allocate to the account unless that
/// goes to another one, and what it receives that others earn.
public struct AccountDiff: Sendable, Hashable {
  /// What one program allocates to it on both sides, and why that is not the same.
  public struct Part: Sendable, Hashable {
    /// The place of the program in the list of programs.
    public let program: Int
    public let amount: DistributionDiff.Pair<UInt256>
    /// At least one.
    public let causes: [DiffCause]

    public init(program: Int, amount: DistributionDiff.Pair<UInt256>, causes: [DiffCause]) {
      self.program = program
      self.amount = amount
      self.causes = causes
    }
  }

  /// Where what it earns goes.
  public struct Target: Sendable, Hashable {
    /// The end of the chain.
    public let account: Address
    /// What says so: of a chain its first step.
    public let redirect: Redirect
    /// Whether the account signed it.
    public let isSigned: Bool

    public init(account: Address, redirect: Redirect, isSigned: Bool) {
      self.account = account
      self.redirect = redirect
      self.isSigned = isSigned
    }
  }

  /// What it receives that others earn.
  public struct Received: Sendable, Hashable {
    public let amount: DistributionDiff.Pair<UInt256>
    /// How many accounts earn that.
    public let accounts: DistributionDiff.Pair<Int>
    /// Of these, accounts that led to another one, or nowhere, on the older side.
    public let entered: Int
    /// Accounts of the older side that do not lead here any more.
    public let left: Int
    /// The lowest of all of them.
    public let lowest: Address

    public init(
      amount: DistributionDiff.Pair<UInt256>, accounts: DistributionDiff.Pair<Int>, entered: Int,
      left: Int, lowest: Address
    ) {
      self.amount = amount
      self.accounts = accounts
      self.entered = entered
      self.left = left
      self.lowest = lowest
    }
  }

  public let account: Address
  public let amount: DistributionDiff.Pair<UInt256>
  /// The programs that do not allocate the same to it on both sides.
  public let parts: [Part]
  /// nil where it receives itself what it earns.
  public let target: DistributionDiff.Pair<Target?>
  /// nil where it receives nothing of others on either side.
  public let received: Received?
  /// What earlier roots owe it.
  public let earlier: DistributionDiff.Pair<UInt256>

  public init(
    account: Address, amount: DistributionDiff.Pair<UInt256>, parts: [Part],
    target: DistributionDiff.Pair<Target?> = .init(nil, nil), received: Received? = nil,
    earlier: DistributionDiff.Pair<UInt256> = .init(.zero, .zero)
  ) {
    self.account = account
    self.amount = amount
    self.parts = parts
    self.target = target
    self.received = received
    self.earlier = earlier
  }
}

/// How a token is spread on both sides.
public struct TokenDiff: Sendable, Hashable {
  public let token: Token
  public let spread: DistributionDiff.Pair<Spread?>

  public init(token: Token, spread: DistributionDiff.Pair<Spread?>) {
    self.token = token
    self.spread = spread
  }
}
