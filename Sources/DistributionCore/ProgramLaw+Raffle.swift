import DistributionModel
import EthereumPrimitives

extension ProgramLaw {
  /// The draw of a raffle among those who take part: their values are tickets.
  static func draw(
    _ raffle: Raffle, _ taking: AccountValues, program: Program
  ) throws(LawError) -> RaffleDraw {
    guard let reveal = raffle.reveal else { throw undrawn(program, raffle) }
    guard
      let draw = RaffleDraw(
        reveal, program: program.name, tickets: taking.values, winners: raffle.prizes.count)
    else {
      throw LawError(
        .valuesOverflow, subject: program.name, place: "sum of tickets", found: "2^256 or more",
        expected: "a sum below 2^256", advice: "Scale the weights down; only their ratios count.")
    }
    return draw
  }

  /// A raffle's prizes to those who are drawn, and `not-drawn` for all others.
  static func drawn(
    _ raffle: Raffle, _ taking: AccountValues, budget: UInt256, program: Program
  ) throws(LawError) -> Division {
    let draw = try draw(raffle, taking, program: program)
    var prizes = [UInt256](repeating: .zero, count: taking.accounts.count)
    var carry = budget
    for (place, win) in draw.wins.enumerated() {
      let prize = raffle.prizes.amount(at: place, of: budget)
      prizes[win.entrant] = prize
      carry = carry &- prize
    }
    var division = Division(
      accounts: [], amounts: [], carry: carry, totalWeight: draw.totalTickets,
      standings: standings(of: draw, taking.accounts))
    for (index, prize) in prizes.enumerated() {
      if prize.isZero {
        division.refused.append(
          Exclusion(
            account: taking.accounts[index], reason: .notDrawn, value: taking.values[index]))
      } else {
        division.accounts.append(taking.accounts[index])
        division.amounts.append(prize)
      }
    }
    return division
  }

  /// How each winner was drawn.
  private static func standings(of draw: RaffleDraw, _ accounts: [Address]) -> [Standings] {
    let wins = draw.wins.enumerated().sorted { $0.element.entrant < $1.element.entrant }
    func standings(_ text: String, _ number: (Int, RaffleDraw.Win) -> UInt256) -> Standings {
      Standings(
        among: .participants, text: text, accounts: wins.map { accounts[$0.element.entrant] },
        numbers: wins.map { number($0.offset, $0.element) })
    }
    return [
      standings(Standings.prize) { place, _ in UInt256(UInt64(place + 1)) },
      standings(Standings.counter) { UInt256($1.counter) },
      standings(Standings.left) { $1.left }, standings(Standings.first) { $1.first },
    ]
  }

  static func undrawn(_ program: Program, _ raffle: Raffle) -> LawError {
    LawError(
      .notDrawn, subject: program.name, place: "raffle", found: "no `seed` and `beacon_value`",
      expected: "both, to draw the winners",
      advice: "Wait for the beacon (\(raffle.beacon)), then write its value and the seed into the "
        + "plan.")
  }
}

extension Raffle.Prizes {
  /// True for an amount that a winner may receive.
  public func contains(_ amount: UInt256, of budget: UInt256) -> Bool {
    switch self {
    case .stated(let amounts): amounts.contains(Amount(amount))
    case .equal: self.amount(at: 0, of: budget) == amount
    }
  }

  /// What the winner that is drawn at a place receives: ⌊budget / winners⌋, or the stated amount.
  public func amount(at place: Int, of budget: UInt256) -> UInt256 {
    switch self {
    case .stated(let amounts): return amounts[place].baseUnits
    case .equal(let winners):
      guard let division = budget.quotientAndRemainder(dividingBy: UInt256(UInt64(winners))) else {
        preconditionFailure("a checked plan has a winner")
      }
      return division.quotient
    }
  }
}
