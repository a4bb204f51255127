import EthereumPrimitives

/// How a plan divides the supply of one token among its programs.
public struct SupplyTable: Sendable, Hashable {
  /// What one program takes of it.
  public struct Row: Sendable, Hashable {
    public let program: Program
    public let campaign: Campaign
    /// When the last of it comes free; nil where the campaign and the program know no dates.
    public let end: Timestamp?

    public init(program: Program, campaign: Campaign, end: Timestamp?) {
      self.program = program
      self.campaign = campaign
      self.end = end
    }
  }

  public let token: Token
  /// The programs that pay the token, in plan order.
  public let rows: [Row]
  /// Σ budgets, base units.
  public let budgeted: UInt256
  /// Σ budgets of the programs that the plan marks as insiders'.
  public let insiders: UInt256

  public init(token: Token, rows: [Row], budgeted: UInt256, insiders: UInt256) {
    self.token = token
    self.rows = rows
    self.budgeted = budgeted
    self.insiders = insiders
  }

  /// What of the supply no program gives; nil where the plan states no supply.
  public var unplanned: UInt256? { token.supply.map { $0.baseUnits &- budgeted } }

  /// What shares are shown of: the supply, or all budgets where no supply is stated.
  public var whole: UInt256 { token.supply?.baseUnits ?? budgeted }
}
