import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Reporting
import Testing

private let plan = """
  version: 1
  name: Kinds
  tokens: [{name: ACME, decimals: 2}]
  campaigns: [{name: open, token: ACME}]
  sources:
    - name: gifts
      file: gifts.csv
      columns: [{name: donor, type: address}, {name: given, type: amount, token: ACME}]
      duplicates: sum
    - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
  programs:
    - name: round
      kind: grants
      campaign: open
      budget: 1
      from: gifts
      contributor: donor
      contribution: given
      match: quadratic
    - name: lots
      kind: raffle
      campaign: open
      budget: 1
      from: list
      weight: points
      raffle:
        seed_hash: 0xb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf6
        beacon: a block
        winners: 1
        seed: 0x0000000000000000000000000000000000000000000000000000000000000001
        beacon_value: 0x0000000000000000000000000000000000000000000000000000000000000002
  """

private func programs(_ number: UInt64) throws -> [ProgramExplanation] {
  // Donors 7 and 8 give 4 and 9 to account 1, donor 7 gives 16 to account 2.
  let gifts = SourceInput(
    rows: SourceRows(
      source: "gifts", accounts: [account(1), account(1), account(2)],
      values: [[7, 8, 7], [4, 9, 16]], lines: [2, 3, 4]),
    rawHash: .zero, unusedColumns: [])
  let bundle = try Chain().bundle(
    plan, [gifts, rows("list", [(1, 1_000_000_000_000_000), (2, 1)])])
  let explanation = Explaining.explanation(of: account(number), in: bundle)
  return try #require(explanation.campaigns.first).programs
}

@Suite("Explaining grants and raffles")
struct ExplainingKindTests {
  /// (2 + 3)² − 13 = 12: the match is all that is due of 100, and all of it is account 1's.
  @Test("A match is the weight, and what is due the budget, of an account's part")
  func match() throws {
    let round = try programs(1)[0]
    #expect(round.decision == .allocated(12))
    #expect(round.rows.map(\.column) == ["donor", "given", "donor", "given"])
    #expect(round.rows[0].text == "0x0000000000000000000000000000000000000007")
    let arithmetic = try #require(round.arithmetic)
    #expect(arithmetic.budget == 12)
    #expect(arithmetic.weight == UInt256(12) << 64 && arithmetic.totalWeight == arithmetic.weight)
    #expect(arithmetic.quotient == 12 && arithmetic.remainder == 0)
  }

  @Test("A single donor is told why there is no match")
  func noMatch() throws {
    let round = try programs(2)[0]
    #expect(round.decision == .excluded(.zeroMatch, words: nil))
    let explanation = Explanation(
      account: account(2),
      campaigns: [
        CampaignExplanation(
          campaign: "open", token: Token(name: "ACME", symbol: "ACME", decimals: 2),
          entitlement: .zero, before: .zero, isProven: true, programs: [round])
      ])
    #expect(
      ExplanationText.lines(explanation).joined().contains(
        "(zero-match): contributions to it are matched with nothing; it takes gifts of two "
          + "donors or more who count"))
  }

  @Test("A prize is no part of a budget by weight, and who was not drawn is told so")
  func raffle() throws {
    let winner = try programs(1)[1]
    #expect(winner.decision == .allocated(100) && winner.arithmetic == nil)
    let loser = try programs(2)[1]
    #expect(loser.decision == .excluded(.notDrawn, words: nil) && loser.arithmetic == nil)
    #expect(loser.rows.map(\.value) == [1])
  }
}
