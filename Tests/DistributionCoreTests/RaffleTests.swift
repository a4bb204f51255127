import DistributionModel
import EthereumPrimitives
import Testing

@testable import DistributionCore

private func raffle(_ prizes: Raffle.Prizes, isRevealed: Bool = true) -> Raffle {
  // The hash and the beacon's name are the plan's to check; the draw needs seed and value.
  Raffle(
    seedHash: .zero, beacon: "a block", prizes: prizes,
    reveal: isRevealed ? Raffle.Reveal(seed: word(7), beaconValue: word(9)) : nil)
}

private func word(_ number: UInt64) -> Bytes32 { Bytes32(0, 0, 0, number) }

private func drawn(
  _ raffle: Raffle, budget: UInt256 = 100, basis: Program.Basis = .weights(column: "value"),
  exclude: [PlannedExclusion] = [], _ pairs: [(UInt64, UInt256)]
) throws(LawError) -> ProgramOutcome {
  let program = Program(
    name: "rewards", kind: .raffle, campaign: "main", budget: Amount(budget),
    recipients: .source("list"), basis: basis, exclude: exclude, raffle: raffle)
  return try outcome(program, rows(pairs))
}

@Suite("Raffles: who is drawn, and what they get")
struct RaffleTests {
  @Test("The draws of a peer, entrant by entrant", arguments: Vectors.raffles.samples)
  func vectors(sample: RaffleVector) throws {
    let reveal = Raffle.Reveal(
      seed: try Bytes32(hex: sample.seed), beaconValue: try Bytes32(hex: sample.beaconValue))
    let draw = try #require(
      RaffleDraw(
        reveal, program: sample.program, tickets: sample.tickets.map { units($0) },
        winners: sample.winners))
    let wins = draw.wins.map { ["\($0.entrant)", "\($0.counter)", $0.ticket.decimal] }
    #expect(wins == sample.wins)
  }

  @Test("Some of the peer's numbers are skipped, so that no ticket is likelier than another")
  func skipped() {
    let skipped = Vectors.raffles.samples.filter { sample in
      sample.wins.enumerated().contains { $0.element[1] != "\($0.offset)" }
    }
    #expect(skipped.count >= 2)
  }

  @Test("Equal prizes: the budget by the number of winners, the rest is carried")
  func equal() throws {
    let result = try drawn(raffle(.equal(winners: 3)), (1...5).map { ($0, 1) })
    #expect(result.amounts == [33, 33, 33])
    #expect(result.carry == Amount(1))
    #expect(result.totalWeight == 5)
    #expect(result.exclusions.map(\.reason) == [.notDrawn, .notDrawn])
    #expect(result.exclusions.map(\.value) == [1, 1])
    let everybody = Set(result.accounts + result.exclusions.map(\.account))
    #expect(everybody == Set(accounts(1...5)))
  }

  @Test("Stated prizes go to the winners in the order in which they are drawn")
  func stated() throws {
    let prizes = [Amount(50), Amount(30), Amount(20)]
    let pairs: [(UInt64, UInt256)] = [(1, 5), (2, 6), (3, 7), (4, 8)]
    let result = try drawn(raffle(.stated(prizes)), pairs)
    let draw = try #require(
      RaffleDraw(
        Raffle.Reveal(seed: word(7), beaconValue: word(9)), program: "rewards",
        tickets: [5, 6, 7, 8], winners: 3))
    let expected = zip(draw.wins, prizes).map { (accounts(1...4)[$0.entrant], $1.baseUnits) }
      .sorted { $0.0 < $1.0 }
    #expect(result.accounts == expected.map(\.0))
    #expect(result.amounts == expected.map(\.1))
    #expect(result.carry == .zero)
  }

  @Test("Fewer entrants than prizes: all win, and what nobody won is carried")
  func fewEntrants() throws {
    let result = try drawn(raffle(.equal(winners: 10)), [(1, 3), (2, 1)])
    #expect(result.amounts == [10, 10])
    #expect(result.carry == Amount(80))
    let nobody = try drawn(raffle(.stated([Amount(100)])), [])
    #expect(nobody.accounts == [] && nobody.carry == Amount(100))
  }

  @Test("Who is shut out, and who has no ticket, is not in the draw")
  func shutOut() throws {
    let result = try drawn(
      raffle(.equal(winners: 4)),
      exclude: [PlannedExclusion(account: account(2), reason: "an exchange")],
      [(1, 1), (2, 1_000_000), (3, 0), (4, 1)])
    #expect(result.accounts == [account(1), account(4)])
    #expect(
      result.exclusions == [
        Exclusion(account: account(2), reason: .excludedByPlan, value: 1_000_000),
        Exclusion(account: account(3), reason: .zeroWeight, value: 0),
      ])
  }

  @Test("INV-003: every order of the rows gives the same winners")
  func orders() throws {
    let pairs: [(UInt64, UInt256)] = (1...20).map { ($0, UInt256($0 * $0)) }
    let first = try drawn(raffle(.equal(winners: 5)), pairs)
    #expect(try drawn(raffle(.equal(winners: 5)), pairs.reversed()) == first)
    #expect(try drawn(raffle(.equal(winners: 5)), Array(pairs[7...] + pairs[..<7])) == first)
  }

  /// 10 000 draws of one ticket in ten: 1000, 2000, 3000 and 4000 are expected, within five
  /// standard deviations, √(n·p·(1 − p)) each.
  @Test("INV-033: an entrant with more tickets wins in proportion")
  func proportion() throws {
    var wins = [Double](repeating: 0, count: 4)
    for value in 0..<10_000 {
      let reveal = Raffle.Reveal(seed: word(1), beaconValue: word(UInt64(value)))
      let draw = try #require(
        RaffleDraw(reveal, program: "rewards", tickets: [1, 2, 3, 4], winners: 1))
      wins[draw.wins[0].entrant] += 1
    }
    for (entrant, count) in wins.enumerated() {
      let share = Double(entrant + 1) / 10
      let deviation = (10_000 * share * (1 - share)).squareRoot()
      #expect(abs(count - 10_000 * share) < 5 * deviation, "\(entrant): \(count)")
    }
  }

  @Test("Seed, beacon value and the program's name each give another stream")
  func streams() {
    func first(_ seed: UInt64, _ value: UInt64, _ program: String) -> UInt256 {
      var stream = ChanceStream(
        Raffle.Reveal(seed: word(seed), beaconValue: word(value)), program: program)
      return stream.next(below: .max).number
    }
    let numbers = [
      first(1, 2, "a"), first(2, 1, "a"), first(1, 2, "b"), first(1, 3, "a"), first(3, 2, "a"),
    ]
    #expect(Set(numbers).count == 5)
  }

  @Test("A raffle without seed and beacon value is not drawn, and says what it waits for")
  func notDrawn() {
    let error = lawError { () throws(LawError) in
      try drawn(raffle(.equal(winners: 1), isRevealed: false), [(1, twoTo255), (1, twoTo255)])
    }
    #expect(error?.kind == .notDrawn)
    #expect(error?.advice.contains("Wait for the beacon (a block)") == true)
  }

  @Test("INV-015: tickets that add up to 2^256 are refused, one less is drawn")
  func overflow() throws {
    let wide: [(UInt64, UInt256)] = [(1, twoTo255), (2, twoTo255)]
    let error = lawError { () throws(LawError) in
      try drawn(raffle(.equal(winners: 1)), wide)
    }
    #expect(error?.kind == .valuesOverflow && error?.place == "sum of tickets")
    let widest: [(UInt64, UInt256)] = [(1, twoTo255), (2, twoTo255 &- 1)]
    #expect(try drawn(raffle(.equal(winners: 1)), widest).amounts == [100])
  }
}
