import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

/// Accounts with entitlements and inputs of several rows each, in lists of every length.
private struct Sample: CustomStringConvertible {
  let rows: [(account: Address, amount: UInt256)]
  let asked: [Address]

  init(_ generator: inout Generator) {
    var amounts: [Address: UInt256] = [:]
    for _ in 0..<Int.random(in: 1...80, using: &generator) {
      let width = Int.random(in: 0..<200, using: &generator)
      amounts[account(generator.next() % 120 + 1)] = UInt256(generator.next() | 1) << width
    }
    rows = amounts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    asked = [account(0), account(1), account(200)] + rows.map(\.account)
  }

  var description: String { "\(rows.map { "\($0.account.hex) \($0.amount)" })" }
}

@Suite("What a bundle says about one account")
struct AccountExcerptTests {
  @Test("It is what the whole bundle says about it, for every account and for those it has not")
  func everyAccount() {
    check("excerpts", runs: 40, generate: { Sample(&$0) }) { sample in
      let bundle = try BundleFolder(try listBundle(sample.rows))
      return try sample.asked.allSatisfy { account in
        let excerpt = try BundleReader.excerpt(of: account, in: bundle.path)
        let row = sample.rows.firstIndex { $0.account == account }
        let amounts = row.map { [sample.rows[$0].amount] } ?? []
        return excerpt.entitlements.map(\.amount) == [amounts.first ?? .zero]
          && excerpt.entitlements.map(\.isProven) == [row != nil]
          && excerpt.outcomes.map(\.amounts) == [amounts]
          && excerpt.inputs.map(\.rows.values) == [[ColumnValues(amounts)]]
          && excerpt.inputs.map(\.lines) == [row.map { [UInt32($0 + 2)] } ?? []]
      }
    }
  }

  @Test("Groups and several rows: each program's and campaign's own")
  func groups() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let b = try BundleReader.excerpt(of: SmallBundle.b, in: bundle.path)
    #expect(b.entitlements.map(\.amount) == [436, 0, 0].map(units))
    #expect(b.entitlements.map(\.isProven) == [true, false, false])
    #expect(b.outcomes.map(\.amounts) == [[units(286)], [units(150)], []])
    #expect(b.outcomes.map(\.budget.baseUnits) == [1000, 500, 10_000].map(units))
    #expect(b.outcomes.map(\.carry.baseUnits) == [0, 50, 0].map(units))
    #expect(b.inputs.map(\.rows.values) == [[[units(2)]], [[units(50), units(100)]]])
    #expect(b.inputs.map(\.lines) == [[3], [3, 1]])
    let exchange = try BundleReader.excerpt(of: SmallBundle.exchange, in: bundle.path)
    #expect(exchange.outcomes.map(\.exclusions.count) == [1, 0, 0])
    #expect(exchange.outcomes[0].exclusions[0].reason == .excludedByPlan)
    #expect(exchange.outcomes[0].exclusions[0].value == units(9))
    let founder = try BundleReader.excerpt(of: SmallBundle.g, in: bundle.path)
    #expect(founder.outcomes.map(\.amounts) == [[], [], [units(2500)]])
  }

  @Test("Files of thousands of rows, and rows longer than a piece that is read")
  func large() throws {
    let rows = (0..<3000).map { (account: hashedAccount($0), amount: units(UInt64($0) + 1)) }
    let bundle = try BundleFolder(try listBundle(rows))
    for number in stride(from: 0, to: 3000, by: 113) {
      let excerpt = try BundleReader.excerpt(of: hashedAccount(number), in: bundle.path)
      #expect(excerpt.entitlements[0].amount == units(UInt64(number) + 1))
      #expect(excerpt.entitlements[0].isProven && excerpt.inputs[0].lines == [UInt32(number + 2)])
    }
    let wide = try BundleFolder(try WideBundle.contents())
    for number in WideBundle.accounts {
      let excerpt = try BundleReader.excerpt(of: account(number), in: wide.path)
      #expect(excerpt.inputs[0].rows.values.map { $0[0] } == WideBundle.values(number))
    }
  }

  private func failure(_ bundle: BundleFolder, _ account: Address = SmallBundle.b) -> BundleError? {
    do throws(BundleError) {
      _ = try BundleReader.excerpt(of: account, in: bundle.path)
      return nil
    } catch {
      return error
    }
  }

  @Test("INV-012: a derived file that is missing, torn, changed or another bundle's is told")
  func damage() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let names = [
      "explain.json", "inputs/points.csv", "provenance/grants.csv", "allocations.csv",
      "exclusions.csv", "entitlements.csv",
    ]
    for name in names {
      let right = try bundle.bytes(name)
      try bundle.remove(name)
      #expect(failure(bundle)?.kind == .cannotRead, "\(name)")
      try bundle.write(Array(right.dropLast(10)), to: name)
      #expect(failure(bundle)?.kind == (name == "explain.json" ? .notJSON : .wrongSum), "\(name)")
      #expect(failure(bundle)?.file == name)
      if name != "explain.json" {
        try bundle.write([UInt8](repeating: 0x30, count: right.count), to: name)
        #expect(failure(bundle)?.kind == .malformedRow, "\(name)")
      }
      try bundle.write(right, to: name)
      #expect(failure(bundle) == nil)
    }
  }

  private typealias Change = (path: String, value: JSON?, kind: BundleError.Kind)

  @Test("Every member of explain.json is looked at")
  func members() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    let right = try JSON.parse(try bundle.bytes("explain.json"))
    let changes: [Change] = [
      ("format", .string("sluice-explain-v9"), .unknownFormat),
      ("identity", .string(Bytes32.zero.hex), .wrongHash), ("identity", nil, .wrongHash),
      ("sizes", nil, .malformedMember), ("sizes", .object([]), .malformedMember),
      ("sizes", .object([.init(key: "x", value: .string("1"))]), .malformedMember),
      ("programs", nil, .malformedMember), ("programs.0.name", .integer(1), .malformedMember),
      ("programs.0.name", .string("other"), .wrongName), ("programs.0", nil, .wrongName),
      ("programs.0.totals", nil, .malformedMember),
      ("programs.0.totals", .array([.null]), .malformedMember),
      ("programs.0.totalWeight", .string("-1"), .malformedMember),
    ]
    for change in changes {
      try bundle.write(
        right.setting(change.path, to: change.value).canonicalBytes(), to: "explain.json")
      #expect(failure(bundle)?.kind == change.kind, "\(change.path)")
      #expect(failure(bundle)?.file == "explain.json")
    }
  }

  @Test("An entitlement that its proof does not have, and rows of no program of the plan")
  func contradictions() throws {
    let bundle = try BundleFolder(try SmallBundle.contents())
    try bundle.edit("entitlements.csv", ",436\n", ",437\n")
    #expect(failure(bundle)?.kind == .wrongSum)
    #expect(failure(bundle)?.expected == "436, as its proof says")
    try bundle.edit("entitlements.csv", ",437\n", ",436\n")
    try bundle.edit(
      "allocations.csv", "users,0,\(SmallBundle.c.hex)", "usurs,0,\(SmallBundle.c.hex)")
    #expect(failure(bundle)?.kind == .wrongName)
  }

  @Test("Without proofs an entitlement is not proven, and told all the same")
  func withoutProofs() throws {
    var options = BundleWriter.Options()
    options.writesProofs = false
    let bundle = try BundleFolder(try SmallBundle.contents(), options: options)
    let excerpt = try BundleReader.excerpt(of: SmallBundle.b, in: bundle.path)
    #expect(excerpt.entitlements[0].amount == units(436) && !excerpt.entitlements[0].isProven)
  }
}

/// A bundle whose input has rows of a thousand bytes and more.
private enum WideBundle {
  static let accounts: ClosedRange<UInt64> = 1...7

  static func values(_ number: UInt64) -> [UInt256] {
    (0..<20).map { UInt256.max >> Int($0) &- units(number) }
  }

  static func contents() throws -> BundleContents {
    let columns = (0..<20).map { "{name: c\($0), type: integer}" }.joined(separator: ", ")
    let text = """
      version: 1
      name: Wide
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME}]
      sources: [{name: list, file: list.csv, columns: [\(columns)]}]
      programs:
        - {name: all, kind: airdrop, campaign: main, budget: 7, from: list, weight: c19}
      """
    let plan = try PlanFile.parse(Array(text.utf8), file: "plan.yaml").plan
    let list = accounts.map { account($0) }
    let ones = list.map { _ in units(1) }
    let rows = SourceRows(
      source: "list", accounts: list,
      values: (0..<20).map { column in accounts.map { values($0)[column] } },
      lines: list.indices.map { UInt32($0 + 2) })
    return BundleContents(
      plan: plan, planBytes: Array(text.utf8), epoch: EpochIndex(0),
      inputs: [CanonicalInput(plan.sources[0], sorting: rows)],
      outcomes: [
        ProgramOutcome(
          program: "all", epoch: EpochIndex(0), budget: Amount(units(7)), carriedIn: .zero,
          accounts: list, amounts: ones, exclusions: [], allocated: Amount(units(7)), carry: .zero,
          totalWeight: nil)
      ],
      campaigns: [
        CampaignEntitlements(
          name: "main", identifier: .zero,
          entitlements: Entitlements(accounts: list, amounts: ones))
      ], derived: Derived(engine: "test", sources: []))
  }
}
