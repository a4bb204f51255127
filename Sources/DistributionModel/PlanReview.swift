import EthereumPrimitives

/// What a plan would do, computed before any money moves.
public struct PlanReview: Sendable, Hashable {
  /// A program, its budget over all epochs, and what its first epoch gives.
  public struct ProgramUse: Sendable, Hashable {
    public let program: Program
    public let token: Token
    /// nil where the inputs were not read.
    public let outcome: ProgramOutcome?
    /// The emission of every epoch, base units; one entry for a program without emission.
    public let epochs: [UInt256]

    public init(program: Program, token: Token, outcome: ProgramOutcome?, epochs: [UInt256]) {
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
  /// One per token.
  public let supply: [SupplyTable]
  public let schedules: [UnlockSchedule]
  public let programs: [ProgramUse]
  /// One per campaign.
  public let unlocks: [Unlocks]
  /// Of what epoch 0 allocates; empty where the inputs were not read.
  public let concentration: [ConcentrationCourse]
  /// One per guard of the plan.
  public let guards: [GuardFinding]

  public init(
    plan: Plan, supply: [SupplyTable], schedules: [UnlockSchedule], programs: [ProgramUse],
    unlocks: [Unlocks], concentration: [ConcentrationCourse], guards: [GuardFinding]
  ) {
    self.plan = plan
    self.supply = supply
    self.schedules = schedules
    self.programs = programs
    self.unlocks = unlocks
    self.concentration = concentration
    self.guards = guards
  }
}
