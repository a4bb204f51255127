import EthereumPrimitives

/// How much of a token's budgets is free on which date, campaign by campaign.
public struct UnlockSchedule: Sendable, Hashable {
  /// One campaign's part.
  public struct Line: Sendable, Hashable {
    public let campaign: Campaign
    /// Σ budgets of the programs that the campaign pays.
    public let budget: UInt256
    /// Of each date: base units that are free then, in all.
    public let unlocked: [UInt256]

    public init(campaign: Campaign, budget: UInt256, unlocked: [UInt256]) {
      self.campaign = campaign
      self.budget = budget
      self.unlocked = unlocked
    }
  }

  public let token: Token
  /// Strictly ascending, at least one: launch, and later dates until all is free.
  public let dates: [Timestamp]
  /// False where the plan names no date at all: all is free at launch, whenever that is.
  public let isDated: Bool
  /// The campaigns that pay the token and that a program uses, in plan order.
  public let lines: [Line]
  /// Of each date: what is free of the programs that the plan marks as insiders'.
  public let insiders: [UInt256]

  public init(
    token: Token, dates: [Timestamp], isDated: Bool, lines: [Line], insiders: [UInt256]
  ) {
    self.token = token
    self.dates = dates
    self.isDated = isDated
    self.lines = lines
    self.insiders = insiders
  }

  /// Σ budgets; a checked plan's are below 2²⁵⁶ together.
  public var budget: UInt256 { lines.reduce(UInt256.zero) { $0 &+ $1.budget } }

  /// Of each date: base units that are free then, of all campaigns together.
  public var unlocked: [UInt256] {
    dates.indices.map { date in lines.reduce(UInt256.zero) { $0 &+ $1.unlocked[date] } }
  }
}
