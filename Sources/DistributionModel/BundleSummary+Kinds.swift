import EthereumPrimitives

/// Who receives what others earn, in the figures of a page.
public struct RedirectSummary: Sendable, Hashable {
  /// What one account earns here and another one receives.
  public struct Move: Sendable, Hashable {
    public let account: Address
    public let target: Address
    /// What says so: of a chain its first step.
    public let redirect: Redirect
    public let token: Token
    public let amount: UInt256

    public init(
      account: Address, target: Address, redirect: Redirect, token: Token, amount: UInt256
    ) {
      self.account = account
      self.target = target
      self.redirect = redirect
      self.token = token
      self.amount = amount
    }
  }

  /// Where redirects come from.
  public struct Origin: Sendable, Hashable {
    /// nil for lines of the plan.
    public let source: String?
    /// Whether each is signed by its account.
    public let isSigned: Bool
    public let accounts: Int

    public init(source: String?, isSigned: Bool, accounts: Int) {
      self.source = source
      self.isSigned = isSigned
      self.accounts = accounts
    }
  }

  /// What of one token moves.
  public struct Moved: Sendable, Hashable {
    public let token: Token
    public let accounts: Int
    public let amount: UInt256

    public init(token: Token, accounts: Int, amount: UInt256) {
      self.token = token
      self.accounts = accounts
      self.amount = amount
    }
  }

  public let origins: [Origin]
  /// One per token of which something moves.
  public let moved: [Moved]
  /// The largest of each token, descending, equal ones by account.
  public let largest: [Move]

  public init(origins: [Origin], moved: [Moved], largest: [Move]) {
    self.origins = origins
    self.moved = moved
    self.largest = largest
  }
}

/// What a program grants and denies by signed decisions.
public struct DecisionSummary: Sendable, Hashable {
  public struct Decision: Sendable, Hashable {
    public let correction: Correction
    /// nil where nobody can have signed it.
    public let signer: Address?

    public init(correction: Correction, signer: Address?) {
      self.correction = correction
      self.signer = signer
    }
  }

  public let program: String
  public let token: Token
  public let granted: Int
  /// Σ of what is granted.
  public let amount: UInt256
  public let denied: Int
  /// The largest grants, descending, then denials, ascending by account.
  public let shown: [Decision]

  public init(
    program: String, token: Token, granted: Int, amount: UInt256, denied: Int, shown: [Decision]
  ) {
    self.program = program
    self.token = token
    self.granted = granted
    self.amount = amount
    self.denied = denied
    self.shown = shown
  }
}

/// A private column, and the programs of which it hides something.
public struct HiddenColumn: Sendable, Hashable {
  public let source: String
  public let column: String
  public let programs: [String]

  public init(source: String, column: String, programs: [String]) {
    self.source = source
    self.column = column
    self.programs = programs
  }
}

/// The spread of a token over clusters.
public struct ClusterSummary: Sendable, Hashable {
  /// Every cluster counted as one holder.
  public let spread: Spread
  /// How many of the holders are several accounts.
  public let clusters: Int
  /// The accounts of these.
  public let accounts: Int

  public init(spread: Spread, clusters: Int, accounts: Int) {
    self.spread = spread
    self.clusters = clusters
    self.accounts = accounts
  }
}

/// How a raffle was drawn.
public struct DrawSummary: Sendable, Hashable {
  public struct Win: Sendable, Hashable {
    public let account: Address
    public let prize: UInt256
    /// The ticket that was drawn, counted from 0 over those that were left.
    public let ticket: UInt256
    /// Which number of the stream drew it.
    public let counter: UInt64

    public init(account: Address, prize: UInt256, ticket: UInt256, counter: UInt64) {
      self.account = account
      self.prize = prize
      self.ticket = ticket
      self.counter = counter
    }
  }

  public let entrants: Int
  public let tickets: UInt256
  public let winners: Int
  /// The first ones, in the order in which they were drawn.
  public let first: [Win]

  public init(entrants: Int, tickets: UInt256, winners: Int, first: [Win]) {
    self.entrants = entrants
    self.tickets = tickets
    self.winners = winners
    self.first = first
  }
}

/// How contributions were matched.
public struct MatchSummary: Sendable, Hashable {
  public struct Project: Sendable, Hashable {
    public let account: Address
    public let donors: Int
    /// Smallest units of the contribution column.
    public let contributed: UInt256
    /// In the same unit, rounded down.
    public let match: UInt256
    /// What the program gives it.
    public let amount: UInt256

    public init(
      account: Address, donors: Int, contributed: UInt256, match: UInt256, amount: UInt256
    ) {
      self.account = account
      self.donors = donors
      self.contributed = contributed
      self.match = match
      self.amount = amount
    }
  }

  /// The column of contributions.
  public let column: ColumnDeclaration
  public let projects: Int
  /// Donors who count, each once for every project that it gave to.
  public let donations: Int
  public let contributed: UInt256
  /// Σ matches, rounded down.
  public let matched: UInt256
  /// The largest, descending by match.
  public let largest: [Project]

  public init(
    column: ColumnDeclaration, projects: Int, donations: Int, contributed: UInt256,
    matched: UInt256, largest: [Project]
  ) {
    self.column = column
    self.projects = projects
    self.donations = donations
    self.contributed = contributed
    self.matched = matched
    self.largest = largest
  }
}

/// What is free at the end of each month, quarter or year.
public struct UnlockPeriods: Sendable, Hashable {
  public struct Row: Sendable, Hashable {
    /// When it begins; the first one begins at launch.
    public let start: Timestamp
    /// Its last second; of the last one, the end of all schedules.
    public let end: Timestamp
    public let unlocked: UInt256
    /// Of programs that the plan marks as insiders'.
    public let insiders: UInt256

    public init(start: Timestamp, end: Timestamp, unlocked: UInt256, insiders: UInt256) {
      self.start = start
      self.end = end
      self.unlocked = unlocked
      self.insiders = insiders
    }
  }

  /// How many months a period has.
  public let months: UInt64
  public let rows: [Row]

  public init(months: UInt64, rows: [Row]) {
    self.months = months
    self.rows = rows
  }
}
