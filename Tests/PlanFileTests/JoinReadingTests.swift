import DistributionModel
import PlanFile
import TestKit
import Testing

/// `basePlan` whose program `drop` asks the source `votes`, and whose last program asks `drop`.
private func joined(weight: String, last: String) throws -> ParsedPlan {
  try parse(
    basePlan.applying([
      Edit(
        Part.columns,
        Part.columns
          + "  - {name: votes, file: votes.csv, columns: [{name: cast, type: integer}]}\n"
          + "  - {name: banned, file: banned.csv, columns: [{name: since, type: integer}]}\n"),
      Edit(Part.weight, "    weight: \(weight)\n"),
      Edit(
        Part.second,
        Part.second + "\n  - {name: more, kind: airdrop, campaign: main, budget: 1, from: votes, "
          + "weight: cast, filter: \(last)}"),
    ]))
}

@Suite("Plans whose programs read other sources and earlier programs")
struct JoinReadingTests {
  @Test("A program reads its own source and those that its expressions name")
  func sources() throws {
    let parsed = try joined(
      weight: "points * votes.cast", last: "not listed(banned) and allocated(drop) > 2.5")
    let plan = parsed.plan
    let (drop, more) = (plan.programs[0], plan.programs[2])
    #expect(drop.sources == ["users", "votes"] && more.sources == ["votes", "banned"])
    #expect(drop.columns == ["points"] && more.columns == ["cast"])
    #expect(Set(drop.joins.keys) == [.column("cast", source: "votes")])
    #expect(
      Set(more.joins.keys) == [.listed(source: "banned"), .allocated(program: "drop")])
    #expect(plan.sources(readBy: [drop]).map(\.name) == ["users", "votes"])
    #expect(plan.sources(readBy: [more]).map(\.name) == ["votes", "banned"])
    #expect(plan.sources(readBy: [plan.programs[1]]) == [])
    #expect(parsed.notes.filter { $0.text.contains("not used") } == [])
  }

  @Test("A source that only a join reads is used; one that nothing reads is noted")
  func notes() throws {
    let parsed = try joined(weight: "points", last: "allocated(drop) > 2.5")
    #expect(
      parsed.notes.map(\.text).filter { $0.contains("not used") } == [
        "source banned is not used"
      ])
  }

  @Test("INV-013: what a program asks elsewhere decides the hash of the plan")
  func hash() throws {
    let hashes = [
      ("points * votes.cast", "allocated(drop) > 2"),
      ("points * votes . cast", "allocated(drop) > 2"),
      ("points * cast", "allocated(drop) > 2"), ("points * votes.cast", "not listed(banned)"),
    ].map { weight, last in
      try? joined(weight: weight, last: last).plan.canonicalHash
    }
    #expect(hashes[0] != nil && hashes[0] == hashes[1])
    #expect(hashes[2] == nil && hashes[3] != nil && hashes[3] != hashes[0])
  }

  @Test("The inputs of named values count, also where nothing uses the value")
  func namedValues() throws {
    let text = try basePlan.applying([
      Edit(
        Part.columns,
        Part.columns
          + "  - {name: votes, file: votes.csv, columns: [{name: cast, type: integer}]}\n"),
      Edit(Part.weight, Part.weight + "    values: [{name: turnout, value: votes.cast}]\n"),
    ])
    #expect(try parse(text).plan.programs[0].sources == ["users", "votes"])
  }
}
