import DistributionModel
import EthereumPrimitives
import Testing

@testable import PlanFile

@Suite("Plans with raffles")
struct KindReadingTests {
  private func raffle(_ text: String, without old: String = "") throws -> ParsedPlan {
    let (before, after) = Part.raffle("{\(Part.committed), \(text)}")
    let edits = [Edit(before, after)] + (old.isEmpty ? [] : [Edit(old, "")])
    return try parse(basePlan.applying(edits))
  }

  @Test("Before the draw a raffle is right, and a note says that it cannot be drawn yet")
  func undrawn() throws {
    let parsed = try raffle("winners: 3")
    let program = parsed.plan.programs[0]
    #expect(program.kind == .raffle && program.awaitsDraw)
    #expect(program.raffle?.prizes == .equal(winners: 3))
    #expect(program.raffle?.reveal == nil)
    #expect(parsed.notes.map(\.text).contains { $0.contains("cannot be drawn yet") })
  }

  @Test("The seed that was committed to draws")
  func drawn() throws {
    let parsed = try raffle(
      "prizes: [300, 200], seed: \(Part.seed), beacon_value: \(Part.seedHash)")
    let raffle = try #require(parsed.plan.programs[0].raffle)
    #expect(raffle.prizes == .stated([Amount(30_000), Amount(20_000)]))
    #expect(raffle.seedHash.hex == Part.seedHash)
    #expect(raffle.reveal?.seed == bytes32(1))
    #expect(raffle.reveal?.beaconValue.hex == Part.seedHash)
    #expect(parsed.plan.programs[0].awaitsDraw == false)
    #expect(!parsed.notes.contains { $0.text.contains("raffle") })
  }

  @Test("Without a weight everybody has one ticket")
  func oneTicket() throws {
    let bare = try raffle("winners: 3", without: Part.weight).plan
    #expect(bare.programs[0].basis.expression?.text == "1")
    let (old, new) = Part.raffle("{\(Part.committed), winners: 3}")
    let written = try parse(
      basePlan.applying([Edit(old, new), Edit(Part.weight, "    weight: \"1\"\n")])
    ).plan
    #expect(bare.canonicalHash == written.canonicalHash)
  }

  @Test("As many winners as base units, and as the limit")
  func winners() throws {
    #expect(try raffle("winners: 50000").plan.programs[0].raffle?.prizes.count == 50_000)
    #expect(Raffle.maximumWinners == 100_000)
  }
}
