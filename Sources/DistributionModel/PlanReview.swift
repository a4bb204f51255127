import EthereumPrimitives

/// What a plan would do, computed before any money moves.
public struct PlanReview: Sendable, Hashable {
  /// How much of a token's supply the plan's programs use.
  public struct TokenUse: Sendable, Hashable {
    public let token: Token
    /// Σ budgets of the programs that pay this token, base units.
    public let budgeted: UInt256

    public init(token: Token, budgeted: UInt256) {
      self.token = token
      self.budgeted = budgeted
    }
  }

  /// A program, its budget over all epochs, and what its first epoch gives.
  public struct ProgramUse: Sendable, Hashable {
    public let program: Program
    public let token: Token
    public let outcome: ProgramOutcome
    /// The emission of every epoch, base units; one entry for a program without emission.
    public let epochs: [UInt256]

    public init(program: Program, token: Token, outcome: ProgramOutcome, epochs: [UInt256]) {
      self.program = program
      self.token = token
      self.outcome = outcome
      self.epochs = epochs
    }
  }

  /// When the budget of a campaign's programs comes free.
  public struct Unlocks: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
      public let time: Timestamp
      /// Base units free from this second on, in all.
      public let unlocked: UInt256

      public init(time: Timestamp, unlocked: UInt256) {
        self.time = time
        self.unlocked = unlocked
      }
    }

    public let campaign: Campaign
    public let token: Token
    /// Σ budgets of the programs that the campaign pays.
    public let total: UInt256
    /// Ascending in time; empty for a campaign that is free at once.
    public let points: [Point]

    public init(campaign: Campaign, token: Token, total: UInt256, points: [Point]) {
      self.campaign = campaign
      self.token = token
      self.total = total
      self.points = points
    }
  }

  public let plan: Plan
  public let tokens: [TokenUse]
  public let programs: [ProgramUse]
  public let unlocks: [Unlocks]

  public init(
    plan: Plan, tokens: [TokenUse], programs: [ProgramUse], unlocks: [Unlocks]
  ) {
    self.plan = plan
    self.tokens = tokens
    self.programs = programs
    self.unlocks = unlocks
  }
}
