import DistributionModel
import EthereumPrimitives

extension Plan {
  /// How the plan divides the supply of each token, in plan order.
  public var supplyTables: [SupplyTable] {
    tokens.map { token in
      let rows = programs.compactMap { program -> SupplyTable.Row? in
        let campaign = campaign(of: program)
        guard campaign.token == token.name else { return nil }
        return SupplyTable.Row(program: program, campaign: campaign, end: end(of: program))
      }
      return SupplyTable(
        token: token, rows: rows, budgeted: Self.sum(rows.map(\.program)),
        insiders: Self.sum(rows.map(\.program).filter(\.insiders)))
    }
  }

  /// A checked plan's budgets of one token are below 2²⁵⁶ together.
  private static func sum(_ programs: [Program]) -> UInt256 {
    programs.reduce(UInt256.zero) { $0 &+ $1.budget.baseUnits }
  }

  func campaign(of program: Program) -> Campaign {
    guard let campaign = campaign(named: program.campaign) else {
      preconditionFailure("a checked plan resolves its names")
    }
    return campaign
  }

  /// When the last of a program's budget comes free; nil where nothing of it has a date.
  func end(of program: Program) -> Timestamp? {
    guard program.emission != nil, let epochs else { return campaign(of: program).vesting.end }
    return epochs.end(ofEpoch: epochs.count - 1)
  }
}

extension EpochSchedule {
  /// The second at which an epoch is over; a checked plan's are below 2⁶⁴.
  func end(ofEpoch number: UInt32) -> Timestamp {
    Timestamp(start.seconds + (UInt64(number) + 1) * length)
  }

  /// How many epochs are over at a time.
  func passed(at time: Timestamp) -> UInt32 {
    guard time >= start else { return 0 }
    return UInt32(min(UInt64(count), (time.seconds - start.seconds) / length))
  }
}
