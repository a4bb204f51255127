import Testing
import Verification

@Suite("The verifier draws raffles again")
struct VerifierRaffleTests {
  private func sample() throws -> VerifierSample {
    try VerifierSample.example("raffle", "entrants.csv")
  }

  /// Replayed by `draw` of scripts/vectors/kinds.py: of 42 tickets the numbers 0, 1 and 2 of the
  /// stream draw ticket 6 (account 3), ticket 11 of the 22 that are left (account 6), and ticket 3
  /// of 10 (account 1).
  @Test("The project's example comes to what a peer draws")
  func example() throws {
    let sample = try sample()
    #expect(try sample.verify().matches)
    func account(_ number: Int) -> String { "0x\(number)" + String(repeating: "0", count: 38) }
    #expect(
      try sample.text("allocations.csv") == """
        program,epoch,account,amount
        launch-raffle,0,\(account(1))1,200000000000000000000
        launch-raffle,0,\(account(3))3,500000000000000000000
        launch-raffle,0,\(account(6))6,300000000000000000000

        """)
    #expect(
      try sample.text("exclusions.csv") == """
        program,epoch,account,reason,value
        launch-raffle,0,\(account(2))2,not-drawn,1
        launch-raffle,0,\(account(4))4,zero-weight,0
        launch-raffle,0,\(account(5))5,not-drawn,3
        launch-raffle,0,\(account(7))7,not-drawn,1
        launch-raffle,0,\(account(8))8,excluded-by-plan,8

        """)
  }

  @Test(
    "INV-014, INV-033: another winner, prize or reason is found",
    arguments: [
      ("bundle/allocations.csv", "3,500000000000000000000", "3,500000000000000000001"),
      ("bundle/allocations.csv", "1,200000000000000000000", "2,200000000000000000000"),
      ("bundle/exclusions.csv", "2,not-drawn,1", "2,zero-weight,1"),
      ("bundle/exclusions.csv", "5,not-drawn,3", "5,not-drawn,2"),
    ])
  func change(file: String, old: String, new: String) throws {
    let sample = try sample()
    try sample.edit(file, old, new)
    let difference = try sample.verify().difference
    let told = try #require(difference)
    let value = { (line: String) in line.split(separator: ",").dropFirst().joined(separator: ",") }
    #expect(told.published == value(new), "\(told)")
    // Another winner is one too many.
    let isWinner = new.hasPrefix("2,2")
    #expect(told.recomputed == (isWinner ? "(nothing)" : value(old)), "\(told)")
  }

  @Test("INV-014: another seed than the committed one is no plan, another beacon another draw")
  func otherSeed() throws {
    let sample = try sample()
    try sample.edit("bundle/plan.yaml", "beacon_value: 0x6e", "beacon_value: 0x6f")
    #expect(try sample.verify().difference?.what.hasPrefix("raffle.beacon") == true)
    try sample.edit("bundle/plan.yaml", " seed: 0x41", " seed: 0x42")
    #expect(throws: VerificationFailure.self) { try sample.verify() }
  }
}
