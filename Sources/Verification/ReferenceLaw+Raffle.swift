import BigInt
import DistributionModel
import EthereumPrimitives

extension ReferenceLaw {
  // MARK: Section 12, raffles

  /// Prizes of those who are drawn, ascending by account; `taking` ascends, and its values are
  /// tickets above 0.
  static func draw(
    _ raffle: Raffle, _ taking: [(account: Address, value: BigUInt)], budget: BigUInt,
    program: String
  ) throws(Refusal) -> [(account: Address, value: BigUInt)] {
    guard let reveal = raffle.reveal else { throw .notDrawn }
    var left = taking.reduce(BigUInt(0)) { $0 + $1.value }
    guard left < bound else { throw .valuesOverflow }
    // Blocks of accounts with the sum of their tickets, so that a draw need not pass every account.
    var blocks = stride(from: 0, to: taking.count, by: 1000).map { start in
      let entrants = Array(taking[start..<min(start + 1000, taking.count)])
      return (entrants: entrants, tickets: entrants.reduce(BigUInt(0)) { $0 + $1.value })
    }
    var winners: [(account: Address, value: BigUInt)] = []
    var counter = BigUInt(0)
    while winners.count < min(raffle.prizes.count, taking.count) {
      // 1, 2: numbers of the stream, until one does not favour the first tickets.
      var number = word(of: reveal, program, counter)
      counter += 1
      while number >= bound / left * left {
        number = word(of: reveal, program, counter)
        counter += 1
      }
      // 3: the ticket, counted over those that are left, accounts ascending.
      var ticket = number % left
      var block = 0
      while ticket >= blocks[block].tickets {
        ticket -= blocks[block].tickets
        block += 1
      }
      var place = 0
      while ticket >= blocks[block].entrants[place].value {
        ticket -= blocks[block].entrants[place].value
        place += 1
      }
      // 4: who has won has no tickets any more.
      let winner = blocks[block].entrants.remove(at: place)
      blocks[block].tickets -= winner.value
      left -= winner.value
      winners.append((winner.account, prize(raffle.prizes, winners.count, of: budget)))
    }
    return winners.sorted { $0.account < $1.account }
  }

  private static func prize(_ prizes: Raffle.Prizes, _ place: Int, of budget: BigUInt) -> BigUInt {
    switch prizes {
    case .equal(let winners): budget / BigUInt(winners)
    case .stated(let amounts): big(amounts[place].baseUnits)
    }
  }

  /// keccak(seed ‖ beacon value ‖ keccak(program's name) ‖ word(counter)), as a number.
  private static func word(
    of reveal: Raffle.Reveal, _ program: String, _ counter: BigUInt
  ) -> BigUInt {
    let digits = Array(counter.serialize())
    let hash = Keccak256.hash(
      reveal.seed.bytes + reveal.beaconValue.bytes + Keccak256.hash(utf8: program).bytes
        + [UInt8](repeating: 0, count: 32 - digits.count) + digits)
    return big(UInt256(hash))
  }
}
