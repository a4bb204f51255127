import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

/// Numbers of some accounts, in lists of every length.
private struct Sample: CustomStringConvertible {
  let lists: [[(account: Address, number: UInt256)]]

  init(_ generator: inout Generator) {
    lists = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      var numbers: [Address: UInt256] = [:]
      for _ in 0..<Int.random(in: 0...40, using: &generator) {
        let width = Int.random(in: 0..<250, using: &generator)
        numbers[account(generator.next() % 60 + 1)] = UInt256(generator.next()) << width
      }
      return numbers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
  }

  var standings: [Standings] {
    lists.enumerated().map { place, list in
      Standings(
        among: place == 1 ? .candidates : .participants, text: "rank_ascending(c\(place))",
        accounts: list.map(\.account), numbers: list.map(\.number))
    }
  }

  func expected(_ account: Address) -> [ExpressionTotal] {
    lists.enumerated().compactMap { place, list in
      list.first { $0.account == account }.map {
        ExpressionTotal(
          accounts: place == 1 ? .candidates : .participants, text: "rank_ascending(c\(place))",
          value: DecimalNumber($0.number))
      }
    }
  }

  var description: String { "\(lists.map { $0.map { "\($0.account.hex) \($0.number)" } })" }
}

private let levels = SplitLevels(
  first: SplitLevel(shared: 40, weight: 20), final: SplitLevel(shared: 39, weight: 19))

/// The bundle of a list with levels and standings.
private func contents(_ standings: [Standings]) throws -> BundleContents {
  let list = try listBundle([(account(1), 4), (account(2), 5)])
  let outcome = list.outcomes[0]
  return BundleContents(
    plan: list.plan, planBytes: list.planBytes, epoch: list.epoch, inputs: list.inputs,
    outcomes: [
      ProgramOutcome(
        program: outcome.program, epoch: outcome.epoch, budget: outcome.budget,
        carriedIn: outcome.carriedIn, accounts: outcome.accounts, amounts: outcome.amounts,
        exclusions: [], allocated: outcome.allocated, carry: outcome.carry, totalWeight: 9,
        levels: levels, standings: standings)
    ], campaigns: list.campaigns, derived: list.derived)
}

private func failure(_ bundle: BundleFolder, _ account: Address) -> BundleError? {
  do throws(BundleError) {
    _ = try BundleReader.excerpt(of: account, in: bundle.path)
    return nil
  } catch {
    return error
  }
}

@Suite("What single accounts come to among all others")
struct StandingsTests {
  private let name = "explain/programs/all.csv"

  private let standings = [
    Standings(
      among: .candidates, text: "rank_ascending(amount)", accounts: [account(1), account(2)],
      numbers: [1, 2]),
    Standings(among: .participants, text: "match", accounts: [account(2)], numbers: [77]),
  ]

  @Test("INV-013: every account's own numbers and the levels are read as they were written")
  func everyAccount() {
    check("standings", runs: 40, generate: { Sample(&$0) }) { sample in
      let bundle = try BundleFolder(try contents(sample.standings))
      return try (UInt64(0)...61).allSatisfy { number in
        let excerpt = try BundleReader.excerpt(of: account(number), in: bundle.path)
        return excerpt.outcomes[0].totals == sample.expected(account(number))
          && excerpt.outcomes[0].levels == levels && excerpt.outcomes[0].standings.isEmpty
      }
    }
  }

  @Test("INV-012: the file of standings missing, torn, or in another form")
  func damage() throws {
    let bundle = try BundleFolder(try contents(standings))
    let right = try bundle.bytes(name)
    #expect(failure(bundle, account(2)) == nil)
    try bundle.write(Array(right.dropLast(7)), to: name)
    #expect(failure(bundle, account(2))?.kind == .wrongSum)
    try bundle.write(right.map { $0 == 0x37 ? 0x78 : $0 }, to: name)
    #expect(failure(bundle, account(2))?.kind == .malformedRow)
    // Nothing rests on what is not the account's own.
    #expect(failure(bundle, account(1)) == nil)
    try bundle.remove(name)
    #expect(failure(bundle, account(2))?.kind == .cannotRead)
  }

  @Test("Every member of a program's levels and standings is looked at")
  func members() throws {
    let bundle = try BundleFolder(try contents(standings))
    let right = try JSON.parse(try bundle.bytes("explain.json"))
    let changes: [(path: String, value: JSON?, kind: BundleError.Kind?)] = [
      ("programs.0.levels.first", nil, .malformedMember),
      ("programs.0.levels.final", .string("1"), .malformedMember),
      ("programs.0.levels.first.shared", .integer(1), .malformedMember),
      ("programs.0.levels.final.weight", .string("-1"), .malformedMember),
      ("programs.0.standings.0.accounts", .string("all"), .malformedMember),
      ("programs.0.standings.0.text", nil, .malformedMember),
      // Fewer than the file has rows of.
      ("programs.0.standings.1", nil, .wrongOrder),
      // As they were written before there were any.
      ("programs.0.standings", nil, nil), ("programs.0.levels", nil, nil),
    ]
    for change in changes {
      try bundle.write(
        right.setting(change.path, to: change.value).canonicalBytes(), to: "explain.json")
      #expect(failure(bundle, account(2))?.kind == change.kind, "\(change.path)")
    }
  }
}

@Suite("Whom an account passes on what it earns, by its own rows")
struct ExcerptRedirectTests {
  /// A chain of so many steps from account 1 on, and account 5000, whom the plan redirects too.
  private func contents(
    _ steps: UInt64, other target: UInt64? = nil
  ) throws -> BundleContents {
    let text = """
      version: 1
      name: Chain
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources:
        - {name: list, file: list.csv, columns: [{name: amount, type: amount, token: ACME}]}
        - {name: moves, file: moves.csv, columns: [{name: heir, type: address}]}
      redirects:
        - {account: "\(account(5000))", to: "\(account(5001))", reason: Lost.}
        - {source: moves, to: heir}
      programs:
        - {name: all, kind: airdrop, campaign: main, budget: 9, from: list, amount: amount}
      """
    let list = try listBundle([(account(1), 9)])
    let plan = try PlanFile.parse(Array(text.utf8), file: "plan.yaml").plan
    let extra: [(UInt64, UInt64)] = target.map { [(UInt64(5000), $0)] } ?? []
    let moves = (1...steps).map { ($0, $0 + 1) } + extra
    let rows = SourceRows(
      source: "moves", accounts: moves.map { account($0.0) }, values: [moves.map { units($0.1) }],
      lines: moves.indices.map { UInt32($0 + 2) })
    let end = [account(steps + 1)]
    return BundleContents(
      plan: plan, planBytes: Array(text.utf8), epoch: list.epoch,
      inputs: [list.inputs[0], CanonicalInput(plan.sources[1], sorting: rows)],
      outcomes: list.outcomes,
      campaigns: [
        CampaignEntitlements(
          name: "main", identifier: .zero,
          entitlements: Entitlements(accounts: end, amounts: [9]))
      ], derived: list.derived, redirects: try plan.redirectTable(rows: ["moves": rows]))
  }

  @Test("Each step with what says so, and what is received at the end")
  func chain() throws {
    let bundle = try BundleFolder(try contents(3, other: 5001))
    let first = try BundleReader.excerpt(of: account(1), in: bundle.path)
    #expect(first.passedOn.map(\.target) == [account(2), account(3), account(4)])
    #expect(first.received.isEmpty)
    #expect(
      first.passedOn.allSatisfy { $0.redirect == .rows(source: "moves", column: "heir") })
    let last = try BundleReader.excerpt(of: account(4), in: bundle.path)
    #expect(last.received == ["main": [.init(account: account(1), amount: 9)]])
    #expect(last.passedOn.isEmpty)
    // Both the plan and a row say so: the plan's line comes first.
    let both = try BundleReader.excerpt(of: account(5000), in: bundle.path)
    #expect(
      both.passedOn.map(\.redirect) == [
        .account(account(5000), to: account(5001), reason: "Lost.")
      ])
  }

  @Test("A thousand steps are followed, and not one more")
  func limit() throws {
    let long = try BundleFolder(try contents(1000))
    #expect(try BundleReader.excerpt(of: account(1), in: long.path).passedOn.count == 1000)
    let longer = try BundleFolder(try contents(1001))
    #expect(failure(longer, account(1))?.file == "redirects")
    #expect(failure(longer, account(2)) == nil)
  }

  @Test("INV-012: a row that was changed to a second target is told")
  func twoTargets() throws {
    let bundle = try BundleFolder(try contents(3, other: 5001))
    try bundle.edit("inputs/moves.csv", "\(account(5000).hex),5001", "\(account(5000).hex),5002")
    #expect(failure(bundle, account(5000))?.file == "redirects")
    #expect(failure(bundle, account(1)) == nil)
  }

  @Test("INV-012: the file of what is received missing, torn, or in another form")
  func damage() throws {
    let bundle = try BundleFolder(try contents(3))
    let name = "explain/received.csv"
    let right = try bundle.bytes(name)
    try bundle.write(Array(right.dropLast(3)), to: name)
    #expect(failure(bundle, account(4))?.kind == .wrongSum)
    try bundle.write(Array(right.dropLast(2)) + Array("x\n".utf8), to: name)
    #expect(failure(bundle, account(4))?.kind == .malformedRow)
    #expect(failure(bundle, account(4))?.file == name)
    try bundle.remove(name)
    #expect(failure(bundle, account(1))?.kind == .cannotRead)
  }
}
