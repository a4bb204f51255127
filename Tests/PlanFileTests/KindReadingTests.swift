import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Testing

@testable import PlanFile

@Suite("Plans with raffles and grants")
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

  private func grants(_ keys: String, given: String = "type: amount, token: ACME") throws -> Plan {
    try parse(
      basePlan.applying(Part.grants(keys, given: given).map { Edit($0.0, $0.1) })
    ).plan
  }

  @Test("A round of grants, with what is left out filled in")
  func round() throws {
    let plan = try grants(Part.round)
    #expect(plan.programs[0].kind == .grants)
    #expect(
      plan.programs[0].basis
        == .matched(Matching(contributor: "donor", contribution: "points", method: .quadratic)))
    #expect(plan.sources[0].columns[0].kind == .address)
    #expect(plan.programs[0].columns == ["donor", "points"])
    let stated = try grants(Part.round + "\n    surplus: carry\n    min_contribution: 0")
    #expect(plan.canonicalHash == stated.canonicalHash)
  }

  @Test("A bound and a minimum are written as contributions are")
  func units() throws {
    let keys =
      "contributor: donor\n    contribution: points\n    match: pairwise\n    surplus: share"
    func matching(_ given: String) throws -> Matching? {
      try grants(keys + "\n    pairwise_bound: 25\n    min_contribution: 1", given: given)
        .programs[0].basis.matching
    }
    let whole = try matching("type: integer")
    #expect(whole?.method == .pairwise(bound: 25) && whole?.minimum == 1)
    #expect(whole?.surplus == .share)
    let cents = try matching("type: amount, token: ACME")
    #expect(cents?.method == .pairwise(bound: 2500) && cents?.minimum == 100)
    let places = try matching("type: decimal, places: 3")
    #expect(places?.method == .pairwise(bound: 25_000) && places?.minimum == 1000)
  }

  @Test(
    "Whose gifts count follows from other sources, which are read; the condition is in the hash")
  func donors() throws {
    func plan(_ more: String) throws -> Plan {
      let edits = Part.grants(Part.round + more).map { Edit($0.0, $0.1) }
      let passports =
        "  - {name: passports, file: p.csv, columns: [{name: score, type: integer}]}\n"
      let text = try basePlan.applying(edits)
      return try parse(text.applying([Edit("  - name: users\n", passports + "  - name: users\n")]))
        .plan
    }
    let filtered = try plan(
      "\n    contributor_filter: passports.score >= 15\n    max_contribution: 2.5")
    let program = filtered.programs[0]
    #expect(program.basis.matching?.filter?.text == "passports.score >= 15")
    #expect(program.basis.matching?.maximum == 250)
    #expect(Set(program.contributorJoins.keys) == [.column("score", source: "passports")])
    #expect(program.joins.isEmpty && program.sources == ["users", "passports"])
    #expect(filtered.sources(readBy: [program]).count == 2)
    let form = String(decoding: filtered.canonicalJSON.canonicalBytes(), as: UTF8.self)
    #expect(form.contains("\"contributors\":\"passports.score >= 15\""))
    #expect(form.contains("\"maximum\":\"250\""))
    let bare = String(decoding: try plan("").canonicalJSON.canonicalBytes(), as: UTF8.self)
    #expect(!bare.contains("contributors") && !bare.contains("maximum\""))
  }

  @Test("A filter of a round sees what accounts were given")
  func filter() throws {
    let plan = try grants(Part.round + "\n    filter: points >= 10\n    rounding: floor")
    #expect(plan.programs[0].filter?.columns == ["points"])
    #expect(plan.programs[0].rounding == .floor)
  }
}
