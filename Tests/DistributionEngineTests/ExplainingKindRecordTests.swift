import Bundle
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Reporting
import TestKit
import Testing

/// A round of grants that matches 1 and 4 given to account 1, and 9 by one donor to account 2; and
/// a raffle of two prizes among three.
private func plan(match: String = "match: quadratic") -> String {
  let seed = Bytes32(0, 0, 0, 7)
  return """
    version: 1
    name: Kinds
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: open, token: ACME}]
    sources:
      - name: gifts
        file: gifts.csv
        account: project
        duplicates: sum
        columns: [{name: donor, type: address}, {name: given, type: amount, token: ACME}]
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    programs:
      - {name: round, kind: grants, campaign: open, budget: 100, from: gifts, contributor: donor,
         contribution: given, \(match)}
      - name: lots
        kind: raffle
        campaign: open
        budget: 9
        from: list
        weight: points
        raffle:
          seed_hash: "\(Keccak256.hash(seed.bytes).hex)"
          beacon: a number
          winners: 2
          seed: "\(seed.hex)"
          beacon_value: "\(Bytes32(0, 0, 0, 9).hex)"
    """
}

private let gifts = SourceInput(
  rows: SourceRows(
    source: "gifts", accounts: [1, 1, 2, 1].map { account($0) },
    values: [[0xA, 0xB, 0xA, 0xB].map(units), [1, 3, 9, 1].map(units)], lines: [2, 3, 4, 5]),
  rawHash: .zero, unusedColumns: [])

@Suite("The record of matches and draws")
struct ExplainingKindRecordTests {
  private func explained(_ number: UInt64) throws -> [ProgramExplanation] {
    let chain = try Chain()
    let bundle = try chain.bundle(plan(), [gifts, rows("list", [(1, 5), (2, 3), (3, 0), (4, 2)])])
    return try chain.explained(number, bundle).campaigns[0].programs
  }

  @Test("A match: donors, what they gave, and what is due of the budget")
  func match() throws {
    let round = try explained(1)[0]
    // (√1 + √4)² − 5 = 4, of which the budget pays all.
    #expect(round.decision == .allocated(units(4)))
    #expect(round.match == MatchExplanation(donors: 2, contributed: units(5), matched: units(4)))
    #expect(round.arithmetic?.weight == units(4) << 64)
    #expect(round.arithmetic?.budget == units(4) && round.arithmetic?.quotient == units(4))
    #expect(
      round.rows.map(\.text).prefix(4) == [
        account(0xA).checksummed, "1", account(0xB).checksummed, "1",
      ])
    let alone = try explained(2)[0]
    #expect(alone.decision == .excluded(.zeroMatch, words: nil))
    #expect(alone.passing == nil && alone.match?.donors == 1)
  }

  @Test("A draw: tickets of all tickets, and what was drawn with")
  func draw() throws {
    let lots = try [1, 2, 4].map { try explained($0)[1] }
    #expect(lots.map { $0.draw?.tickets } == [5, 3, 2].map(units))
    #expect(lots.allSatisfy { $0.draw?.allTickets == units(10) && $0.draw?.prizes == 2 })
    #expect(lots.allSatisfy { $0.draw?.reveal.seed == Bytes32(0, 0, 0, 7) && $0.arithmetic == nil })
    // ⌊9 / 2⌋ for two of the three.
    #expect(lots.count { $0.decision == .allocated(units(4)) } == 2)
    #expect(lots.count { $0.decision == .excluded(.notDrawn, words: nil) } == 1)
    let none = try explained(3)[1]
    #expect(none.decision == .excluded(.zeroWeight, words: nil) && none.draw == nil)
    #expect(none.passing == .weight(.one))
  }

  /// The draw as the guide tells it, ticket by ticket.
  @Test("A winner is told the number, the ticket and the tickets that it had, to be drawn again")
  func win() throws {
    var left: [(account: UInt64, tickets: UInt64)] = [(1, 5), (2, 3), (4, 2)]
    var counter: UInt64 = 0
    for prize in 1...2 {
      let all = left.reduce(0) { $0 + $1.tickets }
      let number = UInt256(
        Keccak256.hash(
          Bytes32(0, 0, 0, 7).bytes + Bytes32(0, 0, 0, 9).bytes + Keccak256.hash(utf8: "lots").bytes
            + Bytes32(0, 0, 0, counter).bytes))
      // 2²⁵⁶ mod 10 is 6: of so few numbers none is among the last 6.
      let remainder = number.quotientAndRemainder(dividingBy: units(all))?.remainder
      let ticket = try #require(remainder?.asUInt64)
      var first: UInt64 = 0
      let place = try #require(
        left.indices.first { place in
          defer { first += left[place].tickets }
          return ticket < first + left[place].tickets
        })
      first -= left[place].tickets
      let win = try #require(try explained(left[place].account)[1].draw?.win)
      #expect(win.prize == prize && win.counter == counter && win.number == number)
      #expect(win.left == units(all) && win.ticket == units(ticket) && win.first == units(first))
      left.remove(at: place)
      counter += 1
    }
    #expect(try explained(left[0].account)[1].draw?.win == nil)
  }

  @Test("Pairs of donors: an account's own match is the weight")
  func pairwise() throws {
    let chain = try Chain()
    let bundle = try chain.bundle(
      plan(match: "match: pairwise, pairwise_bound: 25"),
      [gifts, rows("list", [(3, 0), (4, 2)])])
    let round = try chain.explained(1, bundle).campaigns[0].programs[0]
    // 2 · √1 · √4 · 25 / (25 + √1 · √4) = 3.7, of which whole units are due.
    #expect(round.arithmetic?.budget == 3 && round.decision == .allocated(3))
    #expect(round.arithmetic.map { $0.weight >> 64 } == 3 && round.match?.donors == 2)
    #expect(
      try chain.explained(2, bundle).campaigns[0].programs[0].decision
        == .excluded(.zeroMatch, words: nil))
  }
}
