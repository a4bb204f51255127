import EthereumPrimitives

/// Why an account that stands in a program's inputs receives nothing from it.
public enum ExclusionReason: String, Sendable, Hashable, CaseIterable {
  /// The plan names the account under `exclude`.
  case excludedByPlan = "excluded-by-plan"
  /// A signed correction denies it.
  case denied
  /// It stands in several rows of a source that drops such accounts.
  case duplicate
  /// The rules of the source let none of its rows count.
  case noneCounts = "none-counts"
  /// It does not meet the program's filter.
  case filteredOut = "filtered-out"
  /// Its weight is 0.
  case zeroWeight = "zero-weight"
  /// The amount given for it is 0.
  case zeroAmount = "zero-amount"
  /// Contributions to it are matched with nothing: it takes two donors.
  case zeroMatch = "zero-match"
  /// Its part, or the amount given for it, is less than the program's floor.
  case belowFloor = "below-floor"
  /// Its part, or its cap, is less than one unit and it got no left-over unit.
  case belowOneUnit = "below-one-unit"
  /// It took part in a raffle, and none of its tickets was drawn.
  case notDrawn = "not-drawn"
}

/// An account that a program refused, with the value that refused it.
public struct Exclusion: Sendable, Hashable {
  public let account: Address
  public let reason: ExclusionReason
  /// What refused the account, with its sign and its decimal places.
  public let number: DecimalNumber

  public init(account: Address, reason: ExclusionReason, value: UInt256) {
    self.init(account: account, reason: reason, number: DecimalNumber(value))
  }

  public init(account: Address, reason: ExclusionReason, number: DecimalNumber) {
    self.account = account
    self.reason = reason
    self.number = number
  }

  /// The weight or the amount that the account came with; of a filter, the digits of `number`.
  public var value: UInt256 { number.magnitude }
}

/// What one program gives in one epoch.
public struct ProgramOutcome: Sendable, Hashable {
  public let program: String
  public let epoch: EpochIndex
  /// What there was to give: the epoch's emission and what was carried in.
  public let budget: Amount
  /// Of `budget`, what came over from the epoch before.
  public let carriedIn: Amount
  /// Receiving accounts, strictly ascending.
  public let accounts: [Address]
  /// `amounts[i] > 0` is what `accounts[i]` receives, in base units.
  public let amounts: [UInt256]
  /// Ascending by account.
  public let exclusions: [Exclusion]
  /// The sum of `amounts`.
  public let allocated: Amount
  /// `budget − allocated`.
  public let carry: Amount
  /// The sum of the weights that took part; nil for given amounts.
  public let totalWeight: UInt256?
  /// What the parts of its expressions that look at all accounts came to, for explanations.
  public let totals: [ExpressionTotal]
  /// Where the level stopped, of a split with a cap, a floor or a unit.
  public let levels: SplitLevels?
  /// What single accounts came to among the others.
  public let standings: [Standings]

  public init(
    program: String, epoch: EpochIndex, budget: Amount, carriedIn: Amount, accounts: [Address],
    amounts: [UInt256], exclusions: [Exclusion], allocated: Amount, carry: Amount,
    totalWeight: UInt256?, totals: [ExpressionTotal] = [], levels: SplitLevels? = nil,
    standings: [Standings] = []
  ) {
    precondition(accounts.count == amounts.count)
    self.program = program
    self.epoch = epoch
    self.budget = budget
    self.carriedIn = carriedIn
    self.accounts = accounts
    self.amounts = amounts
    self.exclusions = exclusions
    self.allocated = allocated
    self.carry = carry
    self.totalWeight = totalWeight
    self.totals = totals
    self.levels = levels
    self.standings = standings
  }
}

/// Cumulative amounts of one campaign: what each account may claim in all, ever.
public struct Entitlements: Sendable, Hashable {
  /// Strictly ascending.
  public let accounts: [Address]
  /// `amounts[i] > 0`, base units.
  public let amounts: [UInt256]

  public static let none = Entitlements(accounts: [], amounts: [])

  public init(accounts: [Address], amounts: [UInt256]) {
    precondition(accounts.count == amounts.count)
    self.accounts = accounts
    self.amounts = amounts
  }

  /// The place of an account, by binary search; nil where it has nothing.
  public func index(of account: Address) -> Int? {
    var low = 0
    var high = accounts.count
    while low < high {
      let middle = (low + high) / 2
      if accounts[middle] < account { low = middle + 1 } else { high = middle }
    }
    return low < accounts.count && accounts[low] == account ? low : nil
  }
}
