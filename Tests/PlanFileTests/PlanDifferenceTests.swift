import DistributionModel
import PlanFile
import Testing

@Suite("What two plans say otherwise")
struct PlanDifferenceTests {
  static let plan = """
    version: 1
    name: Launch
    tokens: [{name: ACME, decimals: 2, supply: 1000}]
    campaigns:
      - name: main
        token: ACME
        vesting:
          shape: exponential
          start: 2027-01-01
          half_life: 30d
          duration: 90d
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
    programs:
      - name: season
        kind: airdrop
        campaign: main
        budget: 100
        from: list
        weight: points
      - name: team
        kind: premine
        campaign: main
        budget: 3
        recipients:
          - {account: "0x0000000000000000000000000000000000000002", amount: 2}
          - {account: "0x0000000000000000000000000000000000000001", amount: 1}
    """

  /// `part name, key: before (line) → after (line)` of every change.
  private func changes(_ edits: (String, String)...) throws -> [String] {
    var edited = Self.plan
    for (old, new) in edits {
      #expect(edited.contains(old))
      edited = edited.replacing(old, with: new)
    }
    func statement(_ statement: PlanChange.Statement?) -> String {
      statement.map { "\($0.value) (\($0.line.map(String.init) ?? "–"))" } ?? "nothing"
    }
    return PlanChange.changes(
      from: try PlanFile.parse(Array(Self.plan.utf8), file: "old.yaml"),
      to: try PlanFile.parse(Array(edited.utf8), file: "new.yaml")
    ).map {
      "\($0.part.kind) \($0.part.name), \($0.key): \(statement($0.before)) → \(statement($0.after))"
    }
  }

  @Test("Comments, files and other ways of writing the same are no change")
  func same() throws {
    #expect(
      try changes(
        ("budget: 100\n", "budget: 10%   # of supply\n"), ("list.csv", "other.csv"),
        ("half_life: 30d", "half_life: 720h")) == [])
  }

  @Test("A value: both texts and both lines, one later than the other")
  func values() throws {
    #expect(
      try changes(("    budget: 100\n", "\n    budget: 250\n"), ("30d", "45d")) == [
        "campaign main, vesting.halfLife: 2592000 (10) → 3888000 (10)",
        "program season, budget: 10000 (18) → 25000 (19)",
      ])
  }

  @Test("A column that becomes an expression is a change of the same key")
  func basis() throws {
    #expect(
      try changes(("weight: points", "weight: sqrt(points)")) == [
        "program season, weight: points (20) → sqrt(points) (20)"
      ])
    #expect(
      try changes(("weight: points", "amount: points * 2")) == [
        "program season, amount: nothing → round(points * 2, 2, down) (20)",
        "program season, weight: points (20) → nothing",
      ])
  }

  @Test("What only one plan states, and a default, have no line of their own")
  func absent() throws {
    #expect(
      try changes(("weight: points\n", "weight: points\n    filter: points > 2\n")) == [
        "program season, filter: nothing → points > 2 (21)"
      ])
    #expect(
      try changes(("weight: points\n", "weight: points\n    rounding: floor\n")) == [
        "program season, rounding: largest-remainder (15) → floor (21)"
      ])
  }

  @Test("Recipients are compared by account, whatever their order")
  func recipients() throws {
    let account = "0x0000000000000000000000000000000000000002"
    #expect(
      try changes(("0002\", amount: 2", "0002\", amount: 2.5"), ("budget: 3", "budget: 3.5")) == [
        "program team, budget: 300 (24) → 350 (24)",
        "program team, recipients \(account).amount: 200 (26) → 250 (26)",
      ])
  }

  @Test("What balances are made of, each part with the line of its key")
  func series() throws {
    let old =
      Self.plan.replacing(
        "  - {name: list, file: list.csv, columns: [{name: points, type: integer}]}",
        with: """
            - name: list
              file: list.csv
              time: at
              minimum_holding: 1h
              window: 30d
              positions:
                effect: change
                amount: n
                every: 1h
          """
      ).replacing("points", with: "held")
      + "\nepochs: {start: 2027-01-01, length: 7d, count: 1}"
    let new = old.replacing("1h", with: "2h").replacing("30d", with: "31d")
      .replacing("amount: n", with: "amount: m").replacing("time: at", with: "time: on")
    let changes = PlanChange.changes(
      from: try PlanFile.parse(Array(old.utf8), file: "old.yaml"),
      to: try PlanFile.parse(Array(new.utf8), file: "new.yaml"))
    #expect(
      changes.filter { $0.part.kind == .source }
        .map { "\($0.key): \($0.after?.line ?? 0) \($0.after?.written ?? "")" } == [
          "time.column: 15 time: on", "window.trailing: 17 window: 31d",
          "minimumHolding: 16 minimum_holding: 2h", "positions.amount.name: 20 amount: m",
          "positions.every: 21 every: 2h",
        ])
  }

  @Test("Parts that are new or gone are one change each")
  func parts() throws {
    let found = try changes(("name: team", "name: crew"))
    #expect(found.count == 2)
    #expect(found[0].hasPrefix("program crew, : nothing → {") && found[0].hasSuffix("(21)"))
    #expect(found[1].hasPrefix("program team, : {") && found[1].hasSuffix("→ nothing"))
  }

  @Test("The line as it is written, without blanks at its ends")
  func written() throws {
    let edited = Self.plan.replacing("    budget: 100", with: "    budget:   7%  # less")
    let change = try #require(
      PlanChange.changes(
        from: try PlanFile.parse(Array(Self.plan.utf8), file: "old.yaml"),
        to: try PlanFile.parse(Array(edited.replacing("\n", with: "\r\n").utf8), file: "new.yaml")
      ).first)
    #expect(change.before?.written == "budget: 100")
    #expect(change.after?.written == "budget:   7%  # less")
  }
}
