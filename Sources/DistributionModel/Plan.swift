import EthereumPrimitives

/// What a team writes: its tokens, who earns what by which rule, and how it is paid.
///
/// A plan that could be built from a file has been checked: names are unique and resolve, amounts
/// are in base units, shares are within the whole.
public struct Plan: Sendable, Hashable {
  /// The number of the plan format, 1.
  public static let version = 1

  public let name: String
  /// The number of the law that computes it; a change of any result is a new number.
  public let law: Int
  public let tokens: [Token]
  public let campaigns: [Campaign]
  public let sources: [SourceDeclaration]
  /// What things are worth, for expressions.
  public let prices: [PriceDeclaration]
  /// When what is free at once comes free; nil leaves it to the plan's earliest date.
  public let launch: Timestamp?
  /// Present when a program emits over epochs.
  public let epochs: EpochSchedule?
  public let programs: [Program]
  /// Who counts as one holder; nil where every account does.
  public let clusters: Clusters?
  /// Who receives in another's place.
  public let redirects: [Redirect]
  /// Bounds on how the tokens are spread, without which nothing is allocated.
  public let guards: [ConcentrationGuard]

  public init(
    name: String, law: Int = 1, launch: Timestamp? = nil, tokens: [Token], campaigns: [Campaign],
    sources: [SourceDeclaration], prices: [PriceDeclaration] = [], epochs: EpochSchedule? = nil,
    programs: [Program],
    clusters: Clusters? = nil, redirects: [Redirect] = [], guards: [ConcentrationGuard] = []
  ) {
    self.name = name
    self.law = law
    self.launch = launch
    self.tokens = tokens
    self.campaigns = campaigns
    self.sources = sources
    self.prices = prices
    self.epochs = epochs
    self.programs = programs
    self.clusters = clusters
    self.redirects = redirects
    self.guards = guards
  }

  public func token(named name: String) -> Token? { tokens.first { $0.name == name } }
  public func campaign(named name: String) -> Campaign? { campaigns.first { $0.name == name } }
  public func source(named name: String) -> SourceDeclaration? {
    sources.first { $0.name == name }
  }
  public func program(named name: String) -> Program? { programs.first { $0.name == name } }

  /// What a program pays.
  public func token(of program: Program) -> Token? {
    campaign(named: program.campaign).flatMap { token(named: $0.token) }
  }

  /// The sources that some of its programs read, and those of their prices and of the plan's
  /// redirects and clusters, in the order of the plan.
  public func sources(readBy programs: [Program]) -> [SourceDeclaration] {
    var names = programs.reduce(into: Set<String>()) { $0.formUnion($1.sources) }
    names.formUnion(prices(readBy: programs).flatMap(\.sources))
    names.formUnion(redirects.compactMap(\.source))
    if let clusters { names.insert(clusters.source) }
    return withComponents(sources.filter { names.contains($0.name) })
  }

  /// Sources, and those in which they look accounts up, in the order of the plan.
  public func withLookups(_ sources: [SourceDeclaration]) -> [SourceDeclaration] {
    var names = Set(sources.map(\.name))
    // A source looks up in an earlier one.
    for source in self.sources.reversed() where names.contains(source.name) {
      if let lookup = source.lookup { names.insert(lookup.source) }
      if let table = source.time?.table { names.insert(table) }
    }
    return self.sources.filter { names.contains($0.name) }
  }

  /// True when a campaign does not yet say where it will be paid: its proofs are good nowhere.
  public var isDraft: Bool { campaigns.contains { $0.deployment == nil } }
}

/// A token that the plan distributes.
public struct Token: Sendable, Hashable {
  /// The widest scale that the engine is tested at; ERC-20 tokens in use have 0 ... 27.
  public static let maximumDecimals = 36

  /// The name by which the plan speaks of it.
  public let name: String
  public let symbol: String
  /// How many decimal digits a whole token has, 0 ... 36.
  public let decimals: Int
  /// The whole supply in base units, where the plan states it.
  public let supply: Amount?

  public init(name: String, symbol: String, decimals: Int, supply: Amount? = nil) {
    self.name = name
    self.symbol = symbol
    self.decimals = decimals
    self.supply = supply
  }

  /// An amount for people, exact: `1.5 ACME`.
  public func text(_ baseUnits: UInt256) -> String {
    DecimalNumber(baseUnits, scale: decimals).shortest + " " + symbol
  }
}

/// One token on one chain in one distributor, paid from its own funds, under one vesting schedule.
public struct Campaign: Sendable, Hashable {
  public let name: String
  /// The name of the token it pays.
  public let token: String
  public let vesting: VestingSchedule
  public let terms: CampaignTerms
  /// Where it will be paid; nil makes every bundle of the plan a draft.
  public let deployment: Deployment?

  public init(
    name: String, token: String, vesting: VestingSchedule = .immediate,
    terms: CampaignTerms = .standard, deployment: Deployment? = nil
  ) {
    self.name = name
    self.token = token
    self.vesting = vesting
    self.terms = terms
    self.deployment = deployment
  }
}

/// What a campaign promises to those who claim, fixed when it is created.
public struct CampaignTerms: Sendable, Hashable {
  public enum ClaimPolicy: String, Sendable, Hashable, CaseIterable {
    /// Only the account itself, or whom it named, may start its payment.
    case account = "account"
    /// Anybody may start a payment to the account.
    case anyone = "anyone"
  }

  public static let shortestWindow: UInt64 = 86_400
  /// The longest that Sluice's Distributor takes; another contract may take more.
  public static let longestWindowOnChain: UInt64 = 30 * 86_400

  /// How long a new root is public before it is live, in seconds; at least 24 hours.
  public let window: UInt64
  /// When unclaimed entitlements lapse; nil is never.
  public let expiry: Timestamp?
  public let claims: ClaimPolicy
  /// By how much one new root may raise the total, in base units; nil is no limit but the funds.
  public let maximumIncrease: Amount?

  public static let standard = CampaignTerms(
    window: shortestWindow, expiry: nil, claims: .anyone, maximumIncrease: nil)

  public init(
    window: UInt64, expiry: Timestamp?, claims: ClaimPolicy, maximumIncrease: Amount?
  ) {
    self.window = window
    self.expiry = expiry
    self.claims = claims
    self.maximumIncrease = maximumIncrease
  }
}

/// Where a campaign is paid, and who holds its first roles.
public struct Deployment: Sendable, Hashable {
  /// EIP-155 chain id, at least 1.
  public let chain: UInt64
  public let distributor: Address
  /// The token's contract on that chain.
  public let token: Address
  public let creator: Address
  public let salt: Bytes32
  public let roles: Roles

  public init(
    chain: UInt64, distributor: Address, token: Address, creator: Address, salt: Bytes32,
    roles: Roles
  ) {
    self.chain = chain
    self.distributor = distributor
    self.token = token
    self.creator = creator
    self.salt = salt
    self.roles = roles
  }
}

/// The accounts that may act on a campaign when it is created.
public struct Roles: Sendable, Hashable {
  /// Funds, takes back what exceeds the committed total, names the other roles.
  public let owner: Address
  /// Proposes roots.
  public let publisher: Address
  /// May veto a root inside its challenge window.
  public let guardian: Address

  public init(owner: Address, publisher: Address, guardian: Address) {
    self.owner = owner
    self.publisher = publisher
    self.guardian = guardian
  }
}
