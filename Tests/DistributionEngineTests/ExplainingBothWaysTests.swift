import Bundle
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

/// A plan with every kind of program and shape, and with redirects, drawn at random.
private struct Sample: CustomStringConvertible {
  static let accounts: ClosedRange<UInt64> = 1...17

  let plan: String
  let inputs: [SourceInput]

  var description: String {
    let rows = inputs.map {
      "\($0.rows.source): \($0.rows.accounts.map(\.number)) \($0.rows.values)"
    }
    return ([plan] + rows).joined(separator: "\n")
  }

  init(_ generator: inout Generator) throws {
    plan = Self.plan(&generator)
    let once = [
      Self.rows("portions", 4, [(300, 0)], &generator),
      Self.rows("people", 14, [(4, 0)], &generator),
      Self.rows("moves", 4, [(8, 10)], from: 5, &generator),
    ]
    inputs =
      try once + [
        Self.rows("list", 15, [(20, 0), (9, 1)], isOnce: false, &generator),
        Self.rows("gifts", 15, [(9, 6), (500, 0)], isOnce: false, &generator),
        Self.signed(&generator),
      ]
  }

  /// Each column has numbers below its first bound, from its second one on.
  private static func rows(
    _ source: String, _ most: UInt64, _ columns: [(below: UInt64, from: UInt64)],
    isOnce: Bool = true, from first: UInt64 = 1, _ generator: inout Generator
  ) -> SourceInput {
    var accounts: [Address] = []
    for _ in 0..<(generator.next() % most) {
      let next = account(generator.next() % (13 - first) + first)
      if !isOnce || !accounts.contains(next) { accounts.append(next) }
    }
    let values = columns.map { column in
      accounts.map { _ in units(generator.next() % column.below + column.from) }
    }
    return SourceInput(
      rows: SourceRows(
        source: source, accounts: accounts, values: values,
        lines: accounts.indices.map { UInt32($0 + 2) }), rawHash: .zero, unusedColumns: [])
  }

  /// Redirects that somebody signed, some of them taken back.
  private static func signed(_ generator: inout Generator) throws -> SourceInput {
    var statements: [SignedStatement] = []
    for time in 0..<(generator.next() % 3 + 1) {
      let redirect = SignedRedirect(
        plan: "Ways", account: account(generator.next() % 4 + 9),
        to: account(generator.next() % 17 + 1), time: Timestamp(time))
      let number = Bytes32(0, 0, 0, time + 1)
      statements.append(
        SignedStatement(
          .redirect(redirect), signature: try Signature(r: number, s: number, isOdd: false)))
    }
    let amounts = [StatementRules.to, StatementRules.time].map {
      ColumnDeclaration(name: $0, kind: .integer)
    }
    let source = SourceDeclaration(
      name: "signed", file: "signed.jsonl", format: .jsonl, columns: amounts, duplicates: .sum,
      statements: .redirects)
    return SourceInput(
      rows: SourceRows(
        source, statements: statements, lines: statements.indices.map { UInt32($0) }),
      rawHash: .zero, unusedColumns: [])
  }

  private static let caps = [", cap: 30%", ", cap: 2.5", ", cap: 7.31"]
  private static let shared = caps.map { $0 + ", cap_per: cluster" }
  private static let computed = [
    ", cap: points * 0.4", ", cap: \"0.1 * min(sum(points), 5) * rank_descending(points)\"",
  ]
  private static let filters = ["place <= 6", "rank_ascending(size) != 2", "points >= 0"]
  private static let ranks = [
    "rank_ascending(points)", "count() + 1 - rank_descending(size + points)",
    "points / rank_ascending(rank_descending(points) * size)",
    "sum(rank_ascending(points)) / rank_ascending(size)",
    "normalise(rank_descending(size), 100) + 0.5", "if(rank_ascending(size) > 2, points, place)",
  ]

  private static func plan(_ generator: inout Generator) -> String {
    func pick(_ list: [String]) -> String { list[Int(generator.next() % UInt64(list.count))] }
    func shape(_ caps: [String]) -> String {
      let floor = pick(["", ", floor: 9%", ", floor: 1.\(generator.next() % 6 + 1)"])
      return ", budget: \(generator.next() % 30 + 8)" + pick([""] + caps) + floor
        + (floor.isEmpty ? "" : pick(["", ", below_floor: raise", ", below_floor: raise"]))
        + pick(["", "", ", unit: 0.05", ", unit: 0.3"])
    }
    let rules =
      RoundingRule.allCases.filter { $0 != .javascriptShare }.map(\.rawValue)
      + [RoundingRule.halfUp, .python, .javascript].map { $0.rawValue + ", share_of: 7" }
    let donors = [
      "", ", contributor_filter: list.points >= 5", ", contributor_filter: listed(people)",
    ]
    let each = caps + shared
    return """
      version: 1
      name: Ways
      tokens: [{name: ACME, decimals: 2}]
      campaigns: [{name: open, token: ACME}, {name: team, token: ACME}]
      sources:
        - {name: list, file: list.csv,
           duplicates: \(pick(["sum", "drop", "largest, duplicates_by: size"])),
           columns: [{name: points, type: integer}, {name: size, type: integer}]}
        - {name: portions, file: portions.csv, columns: [{name: part, type: decimal, places: 3}]}
        - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
        - {name: moves, file: moves.csv, columns: [{name: heir, type: address}]}
        - {name: signed, file: signed.jsonl, statements: redirects}
        - {name: gifts, file: gifts.csv, duplicates: sum,
           columns: [{name: donor, type: address}, {name: given, type: amount, token: ACME}]}
      clusters: {source: people, column: person}
      redirects:
        - {account: "\(account(generator.next() % 4 + 1))",
           to: "\(account(generator.next() % 4 + 13))", reason: Lost.}
        - {source: moves, to: heir}
        - {source: signed}
      programs:
        - {name: shaped, kind: airdrop, campaign: open, from: list, weight: points,
           rounding: \(pick(rules))\(shape(each))}
        - {name: ruled, kind: airdrop, campaign: team, from: list, filter: points != 7,
           weight: "points + size / max(sum(size), 1)", rounding: \(pick(rules))\
      \(shape(each + computed)), exclude: [{account: "\(account(3))", reason: No.}]}
        - {name: ranked, kind: airdrop, campaign: open, from: list,
           values: [{name: place, value: rank_descending(points)}], filter: "\(pick(filters))",
           weight: "\(pick(ranks))"\(shape(each))}
        - {name: stated, kind: airdrop, campaign: team, from: list, budget: 10000,
           amount: "points * 0.1 + 0.01 * rank_ascending(points)", unallocated: carry\
      \(pick(["", ", floor: 0.31", ", floor: 0.01%"]))}
        - {name: round, kind: grants, campaign: open, from: gifts, contributor: donor,
           contribution: given, match: \(pick(["quadratic", "pairwise, pairwise_bound: 3"])),
           surplus: \(pick(["carry", "share"]))\(pick(donors))\(shape(each))}
        - name: lots
          kind: raffle
          campaign: team
          budget: 9
          from: list
          weight: "rank_ascending(points)"
          raffle:
            seed_hash: "\(Keccak256.hash(Bytes32(0, 0, 0, 7).bytes).hex)"
            beacon: a number
            winners: 3
            seed: "\(Bytes32(0, 0, 0, 7).hex)"
            beacon_value: "\(Bytes32(0, 0, 0, 9).hex)"
        - {name: shares, kind: airdrop, campaign: open, from: portions, weight: part, budget: 8,
           rounding: ieee754-javascript-share, share_of: 3}
      """
  }
}

@Suite("Both ways to an explanation")
struct ExplainingBothWaysTests {
  @Test("INV-037: an account's own rows tell the same as the whole bundle, whatever the program")
  func everyKind() {
    var seen: [String: Int] = [:]
    func isSame(_ sample: Sample) throws -> Bool {
      let chain = try Chain()
      let bundle: LoadedBundle
      do {
        bundle = try chain.bundle(sample.plan, sample.inputs)
      } catch EngineError.law(let error)
        where [.roundingExceedsBudget, .floorsExceedBudget, .wrongRedirect, .redirectCycle]
        .contains(error.kind)
      {
        return true  // There is no bundle to explain.
      }
      for number in Sample.accounts {
        let result = try Explaining.explanation(of: account(number), in: bundle.directory)
        let whole = Explaining.explanation(of: account(number), in: bundle)
        guard result.detour == nil, result.explanation == whole else { return false }
        for campaign in whole.campaigns { count(campaign, in: &seen) }
      }
      return true
    }
    check("both ways", runs: 24, generate: { try Sample(&$0) }, property: isSame)
    for (what, least) in [
      ("free", 80), ("cap", 80), ("floor", 8), ("leaves", 8), ("cluster", 25),
      ("allocated", 200), ("excluded", 100), ("passed on", 70), ("received", 25), ("draw", 50),
      ("match", 60), ("ranked", 35),
    ] {
      #expect(seen[what, default: 0] >= least, "\(what): \(seen)")
    }
  }

  private func count(_ campaign: CampaignExplanation, in seen: inout [String: Int]) {
    func add(_ what: String, where isSo: Bool = true) { if isSo { seen[what, default: 0] += 1 } }
    add("passed on", where: !campaign.passedOn.isEmpty)
    add("received", where: !campaign.received.isEmpty)
    for program in campaign.programs {
      if let holding = program.shape?.holding.rawValue { add(holding) }
      add("cluster", where: program.shape?.cluster != nil)
      add("draw", where: program.draw != nil)
      add("match", where: program.match != nil)
      add("ranked", where: program.program == "ranked" && program.calculation != nil)
      switch program.decision {
      case .allocated: add("allocated")
      case .excluded: add("excluded")
      case .notInInputs: add("unknown")
      }
    }
  }
}
