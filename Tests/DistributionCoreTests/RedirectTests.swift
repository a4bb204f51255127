import DistributionCore
import DistributionModel
import EthereumPrimitives
import Testing

private func plan(_ redirects: [Redirect]) -> Plan {
  Plan(
    name: "moves", tokens: [], campaigns: [],
    sources: [
      SourceDeclaration(
        name: "moved", file: "moved.csv", format: .csv,
        columns: [
          ColumnDeclaration(name: "since", kind: .integer),
          ColumnDeclaration(name: "to", kind: .address),
        ])
    ], programs: [], redirects: redirects)
}

private func line(_ account: UInt64, _ target: UInt64) -> Redirect {
  .account(
    DistributionCoreTests.account(account), to: DistributionCoreTests.account(target),
    reason: "Moved.")
}

private func moved(_ pairs: [(UInt64, UInt64)]) -> [String: SourceRows] {
  [
    "moved": SourceRows(
      source: "moved", accounts: pairs.map { account($0.0) },
      values: [pairs.map { _ in 7 }, pairs.map { account($0.1).number }],
      lines: pairs.indices.map { UInt32($0) })
  ]
}

private func table(
  _ redirects: [Redirect], _ rows: [(UInt64, UInt64)] = []
) throws(LawError) -> RedirectTable {
  try Redirecting.table(of: plan(redirects), rows: moved(rows))
}

private let source = Redirect.rows(source: "moved", column: "to")

@Suite("Redirects: who receives what others earn")
struct RedirectTests {
  private let campaign = Campaign(name: "main", token: "T")

  private func outcome(_ pairs: [(UInt64, UInt256)]) -> ProgramOutcome {
    ProgramOutcome(
      program: "p", epoch: EpochIndex(0), budget: .zero, carriedIn: .zero,
      accounts: pairs.map { account($0.0) }, amounts: pairs.map(\.1), exclusions: [],
      allocated: .zero, carry: .zero, totalWeight: nil)
  }

  private func entitlements(_ pairs: [(UInt64, UInt256)]) -> Entitlements {
    Entitlements(accounts: pairs.map { account($0.0) }, amounts: pairs.map(\.1))
  }

  @Test("Chains are followed to their end, through the plan and the rows of a source alike")
  func chains() throws {
    let table = try table([line(1, 2), source, line(9, 3)], [(2, 3), (3, 8), (5, 4)])
    for number: UInt64 in [1, 2, 3, 9] { #expect(table.end(of: account(number)) == account(8)) }
    #expect(table.end(of: account(8)) == account(8) && table.end(of: account(5)) == account(4))
    #expect(table.target(of: account(1)).account == account(8))
    #expect(
      table.target(of: account(1)).steps == [
        .init(account: account(1), target: account(2), redirect: line(1, 2)),
        .init(account: account(2), target: account(3), redirect: source),
        .init(account: account(3), target: account(8), redirect: source),
      ])
    #expect(table.target(of: account(8)).steps.isEmpty)
    #expect(table.origins(of: account(8)) == [1, 2, 3, 9].map(account))
    #expect(table.origins(of: account(3)).isEmpty)
    #expect(!table.isEmpty && RedirectTable.none.isEmpty)
  }

  @Test("INV-029: only what is allocated now moves, and sums stay")
  func moves() throws {
    let table = try table([line(1, 9), line(4, 2)])
    let result = try Cumulation.entitlements(
      of: campaign, parent: entitlements([(1, 100), (2, 5)]),
      outcomes: [outcome([(1, 10), (2, 20), (4, 3)]), outcome([(1, 1), (9, 7)])],
      redirects: table)
    #expect(result == entitlements([(1, 100), (2, 28), (9, 18)]))
  }

  @Test("INV-015: what arrives at one account and reaches 2^256 is refused")
  func overflow() throws {
    let table = try table([line(1, 9), line(4, 9)])
    let error = lawError { () throws(LawError) in
      try Cumulation.entitlements(
        of: campaign, parent: .none, outcomes: [outcome([(1, twoTo255), (4, twoTo255)])],
        redirects: table)
    }
    #expect(error?.kind == .entitlementOverflow)
    #expect(error?.place == "entitlement of account \(account(9))")
  }

  @Test("The same redirect twice is one; an account with two targets, or itself, is refused")
  func targets() throws {
    #expect(try table([line(1, 2), source], [(1, 2)]).end(of: account(1)) == account(2))
    let two = lawError { () throws(LawError) in try table([line(1, 3), source], [(1, 2)]) }
    #expect(two?.kind == .wrongRedirect && two?.expected == "one target")
    #expect(two?.found == "the targets \(account(2)) and \(account(3))")
    #expect(two?.place == "redirect of account \(account(1))" && two?.subject == "moves")
    let own = lawError { () throws(LawError) in try table([source], [(5, 6), (4, 4)]) }
    #expect(own?.kind == .wrongRedirect && own?.place == "redirect of account \(account(4))")
  }

  @Test("A cycle is refused with all of its accounts, the lowest first, wherever it is entered")
  func cycles() {
    let expected = "a cycle: \(account(2)), \(account(7)), \(account(5))"
    for rows: [(UInt64, UInt64)] in [
      [(2, 7), (7, 5), (5, 2)], [(5, 2), (1, 7), (2, 7), (7, 5)],
      [(7, 5), (9, 1), (5, 2), (2, 7), (1, 5)],
    ] {
      let error = lawError { () throws(LawError) in try table([source], rows) }
      #expect(error?.kind == .redirectCycle && error?.found == expected, "\(rows)")
    }
  }

  @Test("The zero address is a target as long as it would receive nothing")
  func zero() throws {
    let table = try table([source], [(1, 0), (2, 1), (3, 4)])
    let unused = try Cumulation.entitlements(
      of: campaign, parent: .none, outcomes: [outcome([(3, 5)])], redirects: table)
    #expect(unused == entitlements([(4, 5)]))
    let error = lawError { () throws(LawError) in
      try Cumulation.entitlements(
        of: campaign, parent: .none, outcomes: [outcome([(2, 5), (3, 5)])], redirects: table)
    }
    #expect(error?.kind == .wrongRedirect && error?.subject == "main")
    #expect(error?.place == "redirect of account \(account(2))")
  }
}

@Suite("Caps per cluster, worked out by hand")
struct ClusterTests {
  /// Accounts 1, 2, … with weights, and clusters of some.
  private func split(
    _ budget: UInt256, _ weights: [UInt256], _ clusters: [(UInt64, UInt256)], _ shaping: Shaping
  ) throws -> ProgramOutcome {
    let people = SourceDeclaration(
      name: "people", file: "people.csv", format: .csv,
      columns: [
        ColumnDeclaration(name: "age", kind: .integer),
        ColumnDeclaration(name: "person", kind: .integer),
      ])
    let list = rows(weights.enumerated().map { (UInt64($0.offset + 1), $0.element) })
    let inputs = ProgramInputs(
      sources: [
        "list": .init(declaration: listDeclaration, rows: list),
        "people": .init(
          declaration: people,
          rows: SourceRows(
            source: "people", accounts: clusters.map { account($0.0) },
            values: [clusters.map { _ in 3 }, clusters.map(\.1)],
            lines: clusters.map { _ in 1 })),
      ], clusters: Clusters(source: "people", column: "person"))
    return try ProgramLaw.outcome(
      of: program(budget: budget, shaping: shaping), epoch: EpochIndex(0), epochs: nil,
      carriedIn: .zero, inputs: inputs)
  }

  private func cap(_ units: UInt256, floor: UInt256? = nil) -> Shaping {
    Shaping(
      cap: .bound(.amount(Amount(units))), holder: .cluster,
      floor: floor.map { .amount(Amount($0)) })
  }

  @Test("A cluster is capped as one, and shares by weight; others stand alone")
  func clusters() throws {
    // 4 + 3 of 10 are one person, who is capped at 40 of 100; the rest is 2 : 1.
    let people: [(UInt64, UInt256)] = [(9, 5), (3, 0), (4, 77), (2, 5), (1, 5)]
    let result = try split(100, [4, 3, 2, 1], people, cap(40))
    // 40 · 4/7 = 22.86, 40 · 3/7 = 17.14.
    #expect(result.amounts == [23, 17, 40, 20])
    #expect(result.totalWeight == 10)
    // Everybody alone: 4 and 3 are below the cap.
    #expect(try split(100, [4, 3, 2, 1], [], cap(40)).amounts == [40, 30, 20, 10])
    // 0 is no cluster, and so it is no one's.
    #expect(
      try split(100, [4, 3, 2, 1], [(1, 0), (2, 0)], cap(40)).amounts == [40, 30, 20, 10])
  }

  @Test("A cluster below the floor leaves with all of its accounts, and one above it stays")
  func floor() throws {
    // 50, 30 + 6, 8 + 6: with a floor of 15 the last two leave together.
    let people: [(UInt64, UInt256)] = [(2, 1), (4, 1), (3, 2), (5, 2)]
    let result = try split(100, [50, 30, 8, 6, 6], people, cap(100, floor: 15))
    // 86 are left: 50 gets 58.14, the cluster 41.86, of which 42 · 30/36 and 42 · 6/36.
    #expect(result.accounts == [1, 2, 4].map(account))
    #expect(result.amounts == [58, 35, 7])
    #expect(result.exclusions.map(\.account) == [3, 5].map(account))
    #expect(result.exclusions.map(\.reason) == [.belowFloor, .belowFloor])
  }

  @Test("Equal remainders go to the cluster with the lowest account")
  func ties() throws {
    // 3, 3 and 3 of 10: one unit is left. Accounts 1 and 4 are one holder, and come first.
    let people: [(UInt64, UInt256)] = [(4, 9), (1, 9)]
    #expect(try split(10, [1, 3, 3, 2], people, cap(10)).amounts == [1, 3, 3, 3])
  }
}
