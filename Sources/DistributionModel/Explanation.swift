import EthereumPrimitives

/// Why an account gets what it gets, term by term.
public struct Explanation: Sendable, Hashable {
  public let account: Address
  /// Campaigns in plan order.
  public let campaigns: [CampaignExplanation]
  /// The sources that count what the account holds as its share holders'.
  public let vaults: [Vault]

  /// A source that looks through the account.
  public struct Vault: Sendable, Hashable {
    public let source: String
    public let through: LookThrough

    public init(source: String, through: LookThrough) {
      self.source = source
      self.through = through
    }
  }

  public init(account: Address, campaigns: [CampaignExplanation], vaults: [Vault] = []) {
    self.account = account
    self.campaigns = campaigns
    self.vaults = vaults
  }

  /// True when the account stands in no input, is no vault of the plan, and is owed nothing.
  public var isUnknown: Bool { vaults.isEmpty && campaigns.allSatisfy { !$0.isConcerned } }
}

/// What a campaign owes an account, and from where.
public struct CampaignExplanation: Sendable, Hashable {
  public let campaign: String
  public let token: Token
  /// What it may claim in all, base units.
  public let entitlement: UInt256
  /// Of `entitlement`, what it already had under the parent root.
  public let before: UInt256
  /// True where `entitlement` was seen to be under the committed root.
  public let isProven: Bool
  /// The programs that ran and that this campaign pays.
  public let programs: [ProgramExplanation]
  /// Where what it earns goes to another account: every step of the way.
  public let passedOn: [RedirectTable.Step]
  /// What it receives in the place of others.
  public let received: [Received]

  /// What another account earned, base units.
  public struct Received: Sendable, Hashable {
    public let account: Address
    public let amount: UInt256

    public init(account: Address, amount: UInt256) {
      self.account = account
      self.amount = amount
    }
  }

  public init(
    campaign: String, token: Token, entitlement: UInt256, before: UInt256, isProven: Bool = false,
    programs: [ProgramExplanation], passedOn: [RedirectTable.Step] = [], received: [Received] = []
  ) {
    self.campaign = campaign
    self.token = token
    self.entitlement = entitlement
    self.before = before
    self.isProven = isProven
    self.programs = programs
    self.passedOn = passedOn
    self.received = received
  }

  /// True when the account is owed something, or stands in the inputs of a program.
  public var isConcerned: Bool {
    !entitlement.isZero || programs.contains { $0.decision != .notInInputs }
  }
}

/// What one program decided about an account.
public struct ProgramExplanation: Sendable, Hashable {
  public enum Decision: Sendable, Hashable {
    /// It receives the amount, in base units.
    case allocated(UInt256)
    /// It was refused; `words` is the plan's own reason where the plan names the account.
    case excluded(ExclusionReason, words: String?)
    /// No row of the program's inputs is about this account.
    case notInInputs
  }

  /// A row of an input that counted.
  public struct Row: Sendable, Hashable {
    /// The file as the plan names it, or the plan itself for inline recipients.
    public let file: String
    /// Counted from 1; nil where the bundle does not say.
    public let line: UInt32?
    public let column: String
    public let value: UInt256
    /// The token that the value is an amount of; nil for numbers.
    public let token: Token?
    /// Decimal places of a number; nil for an address.
    public let places: Int?
    /// True where `value` is the commitment of a private value.
    public let isHidden: Bool
    /// Of the column; nil for the plan's own lines.
    public let kind: ColumnDeclaration.Kind?
    /// What it says of a balance over time, where it does.
    public let measure: Series.Measure?

    public init(
      file: String, line: UInt32?, column: String, value: UInt256, token: Token?, places: Int? = 0,
      isHidden: Bool = false, kind: ColumnDeclaration.Kind? = nil, measure: Series.Measure? = nil
    ) {
      self.file = file
      self.line = line
      self.column = column
      self.value = value
      self.token = token
      self.places = places
      self.isHidden = isHidden
      self.kind = kind
      self.measure = measure
    }

    /// A number as people write it, an amount in base units, a time, a word, an address with its
    /// checksum.
    public var text: String {
      switch kind {
      case .time?, .word?, .share?, .address?: return kind?.text(value) ?? value.hex
      case .integer?, .amount?, .decimal?, nil: break
      }
      guard let places else {
        return Address(bytes: value.bytes32.bytes.suffix(20)[...])?.checksummed ?? value.hex
      }
      return DecimalNumber(value, scale: token == nil ? places : 0).shortest
    }
  }

  /// How a weight became an amount: ⌊budget · weight / totalWeight⌋, its remainder, and the units
  /// that rounding gave or took: amount = quotient + roundedUp − roundedDown. Beside a shape, all
  /// of it is in units, and budget and total are what those that no bound holds share.
  public struct Arithmetic: Sendable, Hashable {
    public let budget: UInt256
    public let weight: UInt256
    public let totalWeight: UInt256
    public let quotient: UInt256
    public let remainder: UInt256
    public let rule: RoundingRule
    public let roundedUp: UInt256
    /// Only a rule of another language's floating point takes units.
    public let roundedDown: UInt256

    public init(
      budget: UInt256, weight: UInt256, totalWeight: UInt256, quotient: UInt256,
      remainder: UInt256, rule: RoundingRule, amount: UInt256
    ) {
      self.budget = budget
      self.weight = weight
      self.totalWeight = totalWeight
      self.quotient = quotient
      self.remainder = remainder
      self.rule = rule
      roundedUp = amount.subtracting(quotient) ?? .zero
      roundedDown = quotient.subtracting(amount) ?? .zero
    }
  }

  /// What a rule of a source took from the account's rows.
  public struct Taken: Sendable, Hashable {
    /// The file as the plan names it.
    public let file: String
    /// The key of the rule in the plan's source.
    public let key: String
    /// Where the plan states it; nil where that is not known.
    public let planLine: Int?
    /// What the rule says.
    public let words: String
    public let rows: Int
    /// Where these rows stand in the file, as far as the bundle says; ascending.
    public let lines: [UInt32]
    /// With whom it traded in them; ascending, none beside a limit.
    public let counterparties: [Address]
    /// The column of which less counts; nil where rows are counted.
    public let column: ColumnDeclaration?
    /// How much less; nil where it reaches 2²⁵⁶, or rows are counted.
    public let amount: UInt256?

    public init(
      file: String, key: String, planLine: Int? = nil, words: String, rows: Int,
      lines: [UInt32] = [],
      counterparties: [Address] = [], column: ColumnDeclaration?, amount: UInt256?
    ) {
      self.file = file
      self.key = key
      self.planLine = planLine
      self.words = words
      self.rows = rows
      self.lines = lines
      self.counterparties = counterparties
      self.column = column
      self.amount = amount
    }
  }

  /// A signed decision that counted, and who signed it.
  public struct SignedDecision: Sendable, Hashable {
    public let signer: Address
    /// The signer's own words.
    public let reason: String

    public init(signer: Address, reason: String) {
      self.signer = signer
      self.reason = reason
    }
  }

  /// How caps, a floor and a unit shaped a part, in base units.
  public struct Shape: Sendable, Hashable {
    /// What an account's part follows from.
    public enum Holding: String, Sendable, Hashable {
      /// Its weight, beside others that no bound holds.
      case free
      case cap
      case floor
      /// It would get less than the floor, and leaves.
      case leaves
    }

    public let holding: Holding
    public let cap: UInt256?
    public let floor: UInt256?
    public let unit: UInt256
    /// What those that no bound holds share, in units.
    public let shared: UInt256
    /// Their weights together.
    public let sharedWeight: UInt256
    /// Present where the account is bounded together with others.
    public let cluster: Cluster?

    /// What the account's cluster has, which its accounts share by largest remainder.
    public struct Cluster: Sendable, Hashable {
      public let weight: UInt256
      public let units: UInt256

      public init(weight: UInt256, units: UInt256) {
        self.weight = weight
        self.units = units
      }
    }

    public init(
      holding: Holding, cap: UInt256?, floor: UInt256?, unit: UInt256, shared: UInt256,
      sharedWeight: UInt256, cluster: Cluster? = nil
    ) {
      self.holding = holding
      self.cap = cap
      self.floor = floor
      self.unit = unit
      self.shared = shared
      self.sharedWeight = sharedWeight
      self.cluster = cluster
    }
  }

  /// A bound as the plan states it.
  public struct PlanBound: Sendable, Hashable {
    public enum Key: String, Sendable, Hashable {
      case cap
      case floor
      case unit
    }

    public let key: Key
    /// A percentage of what is split, whole tokens, or an expression.
    public let text: String
    /// The plan's line; nil where it is not known.
    public let line: Int?

    public init(key: Key, text: String, line: Int?) {
      self.key = key
      self.text = text
      self.line = line
    }
  }

  public let program: String
  public let kind: Program.Kind
  public let epoch: EpochIndex
  /// The epoch's, base units.
  public let budget: UInt256
  /// What is split in its place, base units; nil where it is the budget.
  public let shareOf: UInt256?
  public let decision: Decision
  /// Of the program's own source, then of those that its expressions read.
  public let rows: [Row]
  /// What the rules of sources of actions took from them.
  public let taken: [Taken]
  /// Present where a correction decided.
  public let statement: SignedDecision?
  /// What expressions read in other sources and of earlier programs.
  public let joins: [Calculation.Term]
  /// How the prices were found that expressions read.
  public let prices: [PriceFinding]
  /// What the budget is a part of; nil where the plan states it.
  public let revenue: Revenue?
  /// Present where expressions gave the weight or the amount, or named values stand beside it.
  public let calculation: Calculation?
  /// Present where the filter shut the account out.
  public let refusal: FilterExplanation?
  /// What the plan says of cap, floor and unit; empty where it has none of them.
  public let bounds: [PlanBound]
  /// Present where the program has a cap, a floor or a unit, and the account takes part.
  public let shape: Shape?
  /// Present where contributions were matched: the match is the weight.
  public let match: MatchExplanation?
  /// Present where the account took part in a draw.
  public let draw: DrawExplanation?
  /// How many of the digits of weights, tickets or contributions are decimal places.
  public let weightPlaces: Int
  /// Present where a weight was apportioned.
  public let arithmetic: Arithmetic?
  /// Beside a refusal: what would have passed; nil where nothing of the account's would have.
  public let passing: Passing?

  public init(
    program: String, kind: Program.Kind, epoch: EpochIndex, budget: UInt256,
    shareOf: UInt256? = nil,
    decision: Decision, rows: [Row], taken: [Taken] = [], statement: SignedDecision? = nil,
    joins: [Calculation.Term] = [], prices: [PriceFinding] = [], revenue: Revenue? = nil,
    calculation: Calculation? = nil, refusal: FilterExplanation? = nil,
    match: MatchExplanation? = nil, draw: DrawExplanation? = nil, bounds: [PlanBound] = [],
    shape: Shape? = nil, weightPlaces: Int = 0, arithmetic: Arithmetic?, passing: Passing?
  ) {
    self.program = program
    self.kind = kind
    self.epoch = epoch
    self.budget = budget
    self.shareOf = shareOf
    self.decision = decision
    self.rows = rows
    self.taken = taken
    self.statement = statement
    self.joins = joins
    self.prices = prices
    self.revenue = revenue
    self.calculation = calculation
    self.refusal = refusal
    self.bounds = bounds
    self.shape = shape
    self.match = match
    self.draw = draw
    self.weightPlaces = weightPlaces
    self.arithmetic = arithmetic
    self.passing = passing
  }
}

/// How an account took part in a raffle.
public struct DrawExplanation: Sendable, Hashable {
  public let tickets: UInt256
  /// Of everybody who took part, before the first prize was drawn.
  public let allTickets: UInt256
  /// How many were to be drawn.
  public let prizes: Int
  /// Which public value it is, as the plan said before the draw.
  public let beacon: String
  public let reveal: Raffle.Reveal
  /// How the account was drawn; nil where it was not.
  public let win: Win?

  /// The ticket that won: section 12 of the law, steps 2 to 4.
  public struct Win: Sendable, Hashable {
    /// Which prize it is, counted from 1 in the order of the draw.
    public let prize: Int
    /// Which number of the stream was taken, counted from 0.
    public let counter: UInt64
    /// That number.
    public let number: UInt256
    /// The tickets of those who were left: `number` modulo them is the ticket.
    public let left: UInt256
    public let ticket: UInt256
    /// The first of the account's tickets, which follow one another.
    public let first: UInt256

    public init(
      prize: Int, counter: UInt64, number: UInt256, left: UInt256, ticket: UInt256, first: UInt256
    ) {
      self.prize = prize
      self.counter = counter
      self.number = number
      self.left = left
      self.ticket = ticket
      self.first = first
    }
  }

  public init(
    tickets: UInt256, allTickets: UInt256, prizes: Int, beacon: String, reveal: Raffle.Reveal,
    win: Win? = nil
  ) {
    self.tickets = tickets
    self.allTickets = allTickets
    self.prizes = prizes
    self.beacon = beacon
    self.reveal = reveal
    self.win = win
  }
}

/// What would have let a refused account take part, all other accounts staying as they are.
public enum Passing: Sendable, Hashable {
  /// A condition of the weight language about the account's values; `number` where it is one
  /// comparison with a written number.
  case condition(String, number: String?)
  /// A weight of at least so much, in the unit in which weights are apportioned: it earns a unit,
  /// or what the floor asks for.
  case weight(UInt256)
  /// An amount of at least so much, in base units.
  case amount(UInt256)
}
