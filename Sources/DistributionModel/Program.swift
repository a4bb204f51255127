import EthereumPrimitives

/// One rule with a budget.
public struct Program: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Tokens for named groups before launch: team, investors, treasury.
    case premine
    /// Tokens for a list of recipients.
    case airdrop
    /// Prizes for some of a list, drawn by lot.
    case raffle
    /// A matching fund, split by what many donors gave.
    case grants
    /// Rewards for what a pool was given, over time.
    case liquidity
    /// Rewards for what was lent or borrowed, over time.
    case lending
    /// Rewards for what was staked, over time.
    case staking
    /// Rewards for what was held, over time.
    case hold
    /// A stream of revenue, shared by those who hold or provide.
    case fees
    /// Rewards for tasks that were done.
    case tasks
    /// Rewards for what was traded.
    case trading

    /// True where its source has to be a series: it pays for time.
    public var isOverTime: Bool {
      switch self {
      case .liquidity, .lending, .staking, .hold: true
      case .premine, .airdrop, .raffle, .grants, .fees, .tasks, .trading: false
      }
    }
  }

  /// Who may receive.
  public enum Recipients: Sendable, Hashable {
    /// Written into the plan itself, with the amount of each.
    case inline([InlineRecipient])
    /// The rows of a source.
    case source(String)
  }

  /// What an account's part follows from.
  public enum Basis: Sendable, Hashable {
    /// The amount is given: by the plan's own lines, or by the named column of the source.
    case givenAmounts(column: String?)
    /// The named column is a weight: the budget is split in proportion.
    case weights(column: String)
    /// The amount is computed, in whole tokens.
    case computedAmounts(Expression)
    /// The weight is computed.
    case computedWeights(Expression)
    /// The weight is the match of contributions.
    case matched(Matching)

    /// True where what an account gets is stated, and not a part of the budget.
    public var isGiven: Bool {
      switch self {
      case .givenAmounts, .computedAmounts: true
      case .weights, .computedWeights, .matched: false
      }
    }

    /// The column that holds the amount or the weight; nil where it is computed or in the plan.
    public var column: String? {
      switch self {
      case .givenAmounts(let column): column
      case .weights(let column): column
      case .computedAmounts, .computedWeights, .matched: nil
      }
    }

    /// The expression that gives the amount or the weight.
    public var expression: Expression? {
      switch self {
      case .computedAmounts(let expression), .computedWeights(let expression): expression
      case .givenAmounts, .weights, .matched: nil
      }
    }

    /// How contributions are matched.
    public var matching: Matching? {
      if case .matched(let matching) = self { matching } else { nil }
    }

    /// Why an account with the value 0 receives nothing.
    public var reasonForZero: ExclusionReason {
      switch self {
      case .givenAmounts, .computedAmounts: .zeroAmount
      case .weights, .computedWeights: .zeroWeight
      case .matched: .zeroMatch
      }
    }
  }

  /// What happens when given amounts do not use up the budget.
  public enum Unallocated: String, Sendable, Hashable, CaseIterable {
    /// It is an error: amounts and budget must agree to the unit.
    case refuse
    /// The rest is carried.
    case carry
  }

  public let name: String
  public let kind: Kind
  /// Under which name its tokens stand in a supply table: the program's own, or a group's.
  public let group: String
  /// True where its tokens go to insiders: the team, investors, advisers.
  public let insiders: Bool
  /// The campaign that pays it.
  public let campaign: String
  /// Over all epochs, in base units of the campaign's token; 0 where it is a part of `revenue`.
  public let budget: Amount
  /// What each epoch's budget is a part of; only in a program of kind fees.
  public let revenue: Revenue?
  public let recipients: Recipients
  public let basis: Basis
  /// Values with names, each of which may use earlier ones.
  public let values: [NamedExpression]
  /// Who takes part; nil is everybody.
  public let filter: Expression?
  /// How a budget is split into whole units; of no effect on given amounts.
  public let rounding: RoundingRule
  /// What weights are shares of, where a rounding rule may give more than it splits: the budget is
  /// the most that they may come to. nil is the budget.
  public let shareOf: Amount?
  /// Cap, floor and unit of what each receives.
  public let shaping: Shaping
  public let unallocated: Unallocated
  /// How the budget is spread over epochs; nil pays all of it in epoch 0.
  public let emission: Emission?
  /// Accounts that the plan shuts out, each with its reason.
  public let exclude: [PlannedExclusion]
  /// How winners are drawn, by whose weights as tickets; present in a raffle, and only there.
  public let raffle: Raffle?

  public init(
    name: String, kind: Kind, group: String? = nil, insiders: Bool = false, campaign: String,
    budget: Amount, revenue: Revenue? = nil, recipients: Recipients, basis: Basis,
    values: [NamedExpression] = [],
    filter: Expression? = nil, rounding: RoundingRule = .largestRemainder,
    shareOf: Amount? = nil, shaping: Shaping = .none, unallocated: Unallocated = .refuse,
    emission: Emission? = nil,
    exclude: [PlannedExclusion] = [], raffle: Raffle? = nil
  ) {
    self.name = name
    self.kind = kind
    self.group = group ?? name
    self.insiders = insiders
    self.campaign = campaign
    self.budget = budget
    self.revenue = revenue
    self.recipients = recipients
    self.basis = basis
    self.values = values
    self.filter = filter
    self.rounding = rounding
    self.shareOf = shareOf
    self.shaping = shaping
    self.unallocated = unallocated
    self.emission = emission
    self.exclude = exclude
    self.raffle = raffle
  }

  /// What a budget is split as, for weights: the rest of the budget is kept for rounding up.
  public func split(of budget: UInt256) -> UInt256 { shareOf?.baseUnits ?? budget }

  /// Its named values, its filter, its weight or amount, and its cap.
  private var expressions: [Expression] {
    values.map(\.expression)
      + [filter, basis.expression, shaping.capExpression].compactMap { $0 }
  }

  /// True where it runs in every epoch of the plan, and not in the first one alone.
  public var isRecurring: Bool { emission != nil || revenue != nil }

  /// True for a raffle whose seed and beacon are not in the plan yet.
  public var awaitsDraw: Bool { raffle.map { $0.reveal == nil } ?? false }

  /// True where something of it is computed from columns or contributions, and not read from one
  /// column.
  public var isComputed: Bool {
    expressions.count > values.count || basis.matching != nil
  }

  /// The columns of its own source that it reads.
  public var columns: Set<String> {
    let matched = basis.matching.map { [$0.contributor, $0.contribution] } ?? []
    return expressions.reduce(into: Set([basis.column].compactMap { $0 } + matched)) {
      $0.formUnion($1.columns)
    }
  }

  /// What it reads elsewhere about its accounts, and a part of its expressions that reads it.
  public var joins: [Expression.Join: Expression] {
    expressions.reduce(into: [:]) { $0.merge($1.joins) { first, _ in first } }
  }

  /// What it reads elsewhere about donors, and a part of the condition about them that reads it.
  public var contributorJoins: [Expression.Join: Expression] {
    basis.matching?.filter?.joins ?? [:]
  }

  /// The names of the prices that it reads.
  public var prices: Set<String> {
    Set(Set(joins.keys).union(contributorJoins.keys).compactMap(\.price))
  }

  /// The names of the sources that it reads: its own, that of its revenue, and those of its joins.
  public var sources: Set<String> {
    let joined = Set(
      Set(joins.keys).union(contributorJoins.keys).compactMap(\.source)
        + [revenue?.source].compactMap { $0 })
    guard case .source(let name) = recipients else { return joined }
    return joined.union([name])
  }
}

/// A recipient written into the plan.
public struct InlineRecipient: Sendable, Hashable {
  public let account: Address
  public let amount: Amount
  /// For people; of no effect on any result.
  public let label: String?

  public init(account: Address, amount: Amount, label: String? = nil) {
    self.account = account
    self.amount = amount
    self.label = label
  }
}

/// An account that a program shuts out by name.
public struct PlannedExclusion: Sendable, Hashable {
  public let account: Address
  /// One line for the account to read.
  public let reason: String

  public init(account: Address, reason: String) {
    self.account = account
    self.reason = reason
  }
}

/// How the exact quotas of a budget become whole units. Law 1 is `largestRemainder`; the others
/// reproduce distributions that were computed elsewhere.
public enum RoundingRule: String, Sendable, Hashable, CaseIterable {
  /// Floor, then one unit each by largest remainder, ties by ascending address (Hamilton).
  case largestRemainder = "largest-remainder"
  /// Floor; what is left over is carried.
  case floor = "floor"
  /// Floor, then all left-over units to the largest weight, ties by ascending address.
  case remainderToLargest = "remainder-to-largest"
  /// Floor, then one unit each in ascending order of address until nothing is left.
  case unitEachByAddress = "unit-each-by-address"
  /// To the nearest unit, halves up. The sum may exceed the budget, which is then an error.
  case halfUp = "half-up"
  /// `math.floor(budget * weight / total)` as Python computes it: exact integers, one division
  /// rounded to IEEE-754 binary64, then floor.
  case python = "ieee754-python"
  /// `Math.floor(budget * weight / total)` as JavaScript computes it: every operand and every
  /// operation rounded to IEEE-754 binary64, then floor.
  case javascript = "ieee754-javascript"
  /// `Math.floor(share * budget)` as JavaScript computes it: the weight is the account's share of
  /// the budget as a decimal number, and is not divided by a total.
  case javascriptShare = "ieee754-javascript-share"

  /// True where amounts may add up to more than what is split.
  public var mayExceed: Bool {
    switch self {
    case .halfUp, .python, .javascript, .javascriptShare: true
    case .largestRemainder, .floor, .remainderToLargest, .unitEachByAddress: false
    }
  }
}
