import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import Verification

/// Trades or tasks of some accounts, and the rules of their source.
private struct ActionSample: CustomStringConvertible {
  let source: SourceDeclaration
  let rows: [(account: Address, values: [UInt256])]
  /// The cluster of each account of the list.
  let clusters: [(account: Address, number: UInt256)]
  /// The first second that counts.
  var start: UInt64 = 0

  static let columns = [
    ColumnDeclaration(name: "maker", kind: .address),
    ColumnDeclaration(name: "volume", kind: .integer),
    ColumnDeclaration(name: "at", kind: .time),
    ColumnDeclaration(name: "side", kind: .word),
    ColumnDeclaration(name: "market", kind: .word),
  ]

  static let people = SourceDeclaration(
    name: "people", file: "people.csv", format: .csv,
    columns: [ColumnDeclaration(name: "owner", kind: .integer)])

  var description: String {
    "from \(start), \(source.limits) \(source.wash.map { "\($0)" } ?? "")\nclusters \(clusters)\n"
      + rows.map { "\($0.account.hex.suffix(2)) \($0.values.map(\.decimal))" }
      .joined(separator: "\n")
  }

  private func list(
    _ name: String, _ rows: [(account: Address, values: [UInt256])], _ columns: Int
  ) -> SourceRows {
    var list = SourceRows(source: name, columnCount: columns)
    for (index, row) in rows.enumerated() {
      list.append(account: row.account, row: row.values, line: UInt32(index + 2))
    }
    return list
  }

  var inputs: ProgramInputs {
    ProgramInputs(
      [
        (source, list("acts", rows, Self.columns.count)),
        (Self.people, list("people", clusters.map { ($0.account, [$0.number]) }, 1)),
      ], windows: ["acts": start..<1_000_000], clusters: Clusters(source: "people", column: "owner")
    )
  }

  /// The rows of the window.
  var inside: [(account: Address, values: [UInt256])] {
    rows.filter { $0.values[2] >= UInt256(start) }
  }

  /// Account and values of the rows that count, in one order.
  var counted: [String] {
    let rows = inputs.sources["acts"]?.rows ?? SourceRows(source: "", columnCount: 0)
    return rows.accounts.indices.map { row in
      "\(rows.accounts[row].hex) \(rows.values.map { $0[row].decimal })"
    }.sorted()
  }

  var referenceInputs: ReferenceLaw.Inputs {
    var inputs = ReferenceLaw.Inputs(
      sources: [
        "people": .init(
          declaration: Self.people,
          rows: clusters.map { ($0.account, [ReferenceLaw.big($0.number)]) }),
        "acts": .init(
          declaration: source, rows: rows.map { ($0.account, $0.values.map(ReferenceLaw.big)) },
          from: start),
      ], clusters: Clusters(source: "people", column: "owner"))
    inputs.applyClusters()
    return inputs
  }

  var referenceCounted: [String] {
    (referenceInputs.sources["acts"]?.rows ?? []).map { row in
      "\(row.account.hex) \(row.values.map(\.description))"
    }.sorted()
  }
}

/// The source with some rules.
private func acts(
  limits: [ActionLimit] = [], wash: WashRules? = nil
) -> SourceDeclaration {
  SourceDeclaration(
    name: "acts", file: "acts.csv", format: .csv, columns: ActionSample.columns, duplicates: .sum,
    time: TimeColumn(column: "at"), limits: limits, wash: wash)
}

private let program = Program(
  name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(1_000_003),
  recipients: .source("acts"), basis: .weights(column: "volume"))

private func word(_ text: String) -> UInt256 { Word(text)?.number ?? .zero }

extension Generator {
  fileprivate mutating func actionLimit() -> ActionLimit {
    ActionLimit(
      conditions: once(in: 2)
        ? [] : [.init(column: pick(["side", "market"]), texts: ["a"])],
      each: once(in: 2) ? nil : pick(["market", "maker", "side"]),
      period: pick([.window, .ever, .seconds(UInt64(1 + below(12)))]),
      bound: once(in: 2)
        ? .rows(UInt64(1 + below(4)))
        : .sum(once(in: 8) ? .max : UInt256(below(40)), column: "volume"))
  }

  fileprivate mutating func actionSample() -> ActionSample {
    let accounts = (1...4).map { VerifierSample.account(UInt64($0)) }
    let huge = once(in: 10)
    let wash = WashRules(
      counterparty: "maker", volume: "volume", dropsClusters: once(in: 2),
      pairCap: once(in: 2) ? nil : Share(billionths: below(1_000_000_001)),
      roundTrip: once(in: 3) ? nil : .init(seconds: below(8), side: "side"),
      market: once(in: 2) ? nil : "market")
    let limits = (0..<below(4)).map { _ in actionLimit() }
    let rows = (0..<below(24)).map { _ in
      (
        account: pick(Array(accounts.prefix(2))),
        values: [
          pick(accounts).number,
          huge && once(in: 2) ? UInt256.max : UInt256(below(20)), UInt256(below(30)),
          word(pick(["a", "b", "cc"])), word(pick(["a", "dd"])),
        ]
      )
    }
    let source = acts(limits: limits, wash: once(in: 3) ? nil : wash)
    // Without rules nothing before the window is read.
    let start = source.hasActionRules && once(in: 2) ? below(30) : 0
    return ActionSample(
      source: source, rows: rows,
      clusters: accounts.filter { _ in !once(in: 4) }.map { ($0, UInt256(below(3))) },
      start: start)
  }
}

@Suite("Limits of actions, and wash trades")
struct ActionLawTests {
  @Test("INV-062: engine and reference agree on which actions count, and how much of them")
  func agreement() {
    check("actions", runs: 3000, generate: { $0.actionSample() }) { sample in
      sample.counted == sample.referenceCounted
    }
  }

  @Test("INV-062: what a program gives follows from the rows that count, and nobody is lost")
  func outcomes() throws {
    check("outcomes of actions", runs: 600, generate: { $0.actionSample() }) { sample in
      let found = try? ProgramLaw.outcome(
        of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero, inputs: sample.inputs)
      let expected = try? ReferenceLaw.outcome(
        of: program, epoch: 0, epochs: nil, carriedIn: 0, inputs: sample.referenceInputs)
      guard let found, let expected else { return found == nil && expected == nil }
      return found.accounts == expected.amounts.map(\.account)
        && found.amounts.map(ReferenceLaw.big) == expected.amounts.map(\.amount)
        && found.exclusions.map(\.account) == expected.refused.map(\.account)
        && found.exclusions.map(\.reason) == expected.refused.map(\.reason)
        && Set(found.accounts + found.exclusions.map(\.account))
          == Set(sample.inside.map(\.account))
    }
  }

  @Test("INV-062: the order of rows changes nothing")
  func order() {
    check("shuffled actions", runs: 600) { generator in
      let sample = generator.actionSample()
      return (sample, sample.rows.shuffled(using: &generator))
    } property: { sample, rows in
      ActionSample(
        source: sample.source, rows: rows, clusters: sample.clusters, start: sample.start
      ).counted == sample.counted
    }
  }

  @Test("INV-063: what counts and what is left out are what the rows say, to the unit")
  func conservation() {
    check("volumes left out", runs: 1000, generate: { $0.actionSample() }) { sample in
      guard sample.source.limits.isEmpty, let rows = sample.inputs.sources["acts"]?.rows else {
        return true
      }
      let all = SourceRows(
        source: "acts", accounts: sample.rows.map(\.account),
        values: ActionSample.columns.indices.map { column in
          sample.rows.map { $0.values[column] }
        }, lines: sample.rows.map { _ in 1 })
      let people = SourceRows(
        source: "people", accounts: sample.clusters.map(\.account),
        values: [sample.clusters.map(\.number)], lines: sample.clusters.map { _ in 1 })
      let table = ClusterTable(
        Clusters(source: "people", column: "owner"),
        source: .init(declaration: ActionSample.people, rows: people))
      let left = ActionLaw.counted(
        all, of: sample.source, from: sample.start, clusters: table
      ).left
      let taken = left.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1.amount ?? .zero) }
      let counting = rows.values[1].numbers.reduce(BigUInt(0)) { $0 + ReferenceLaw.big($1) }
      return taken + counting
        == sample.inside.reduce(BigUInt(0)) {
          $0 + ReferenceLaw.big($1.values[1])
        }
    }
  }

  @Test("INV-084: windows one after the other count what one window of them all counts")
  func windows() {
    check("limits over windows", runs: 1000) { generator in
      var limit = generator.actionLimit()
      while limit.period == .window { limit = generator.actionLimit() }
      let sample = generator.actionSample()
      let source = acts(limits: [limit])
      let cut = generator.below(30)
      return (source, sample.rows, cut)
    } property: { source, rows, cut in
      let first = ActionSample(
        source: source, rows: rows.filter { $0.values[2] < UInt256(cut) }, clusters: [])
      let read = rows.filter { $0.values[2] >= UInt256(source.lookBack(from: cut)) }
      let second = ActionSample(source: source, rows: read, clusters: [], start: cut)
      let whole = ActionSample(source: source, rows: rows, clusters: [])
      return (first.counted + second.counted).sorted() == whole.counted
    }
  }

  // MARK: By hand

  @Test("A round trip is one on both sides of midnight, and what was paid stays paid")
  func midnight() {
    var sample = ActionSample(
      source: acts(
        wash: WashRules(
          counterparty: "maker", volume: "volume", roundTrip: .init(seconds: 60, side: "side"))),
      rows: [(86_390, "buy", 1000), (86_410, "sell", 1000), (86_420, "sell", 7)].map {
        (
          VerifierSample.account(1),
          [VerifierSample.account(2).number, UInt256($0.2), UInt256($0.0), word($0.1), word("x")]
        )
      }, clusters: [])
    sample.start = 86_400
    #expect(sample.counted.map { $0.split(separator: " ")[2] } == ["\"7\","])
    #expect(sample.counted == sample.referenceCounted)
    #expect(sample.source.lookBack(from: 86_400) == 86_340)
    #expect(sample.source.lookBack(from: 30) == 0)
  }

  /// Rows of account 1: partner, volume, time, side, market.
  private static func volumes(
    _ source: SourceDeclaration, _ rows: [(UInt64, UInt64, UInt64, String, String)],
    clusters: [(UInt64, UInt64)] = []
  ) -> [String] {
    let sample = ActionSample(
      source: source,
      rows: rows.map { row in
        (
          VerifierSample.account(1),
          [
            VerifierSample.account(row.0).number, UInt256(row.1), UInt256(row.2), word(row.3),
            word(row.4),
          ]
        )
      }, clusters: clusters.map { (VerifierSample.account($0.0), UInt256($0.1)) })
    let counted = sample.inputs.sources["acts"]?.rows ?? SourceRows(source: "", columnCount: 5)
    return counted.accounts.indices.map {
      "\(counted.values[2][$0].decimal): \(counted.values[1][$0].decimal)"
    }.sorted()
  }

  @Test("Once a day: the earlier of a day counts, at midnight UTC the next day begins")
  func daily() {
    let daily = ActionLimit(
      conditions: [.init(column: "side", texts: ["login"])], period: .seconds(86_400),
      bound: .rows(1))
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (2, 7, 86_399, "login", "x"), (2, 5, 10, "login", "x"), (2, 6, 86_400, "login", "x"),
      (2, 9, 20, "other", "x"), (2, 9, 21, "other", "x"),
    ]
    #expect(Self.volumes(acts(limits: [daily]), rows) == ["10: 5", "20: 9", "21: 9", "86400: 6"])
  }

  @Test("Of rows of one second the one with the smaller values counts; each value for itself")
  func ties() {
    let once = ActionLimit(each: "market", bound: .rows(1))
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (3, 1, 5, "a", "x"), (2, 8, 5, "a", "x"), (2, 9, 5, "a", "y"),
    ]
    #expect(Self.volumes(acts(limits: [once]), rows) == ["5: 8", "5: 9"])
  }

  @Test("100 a day: what would pass it does not count, a smaller one after it may")
  func sums() {
    let limit = ActionLimit(period: .seconds(100), bound: .sum(100, column: "volume"))
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (2, 60, 1, "a", "x"), (2, 41, 2, "a", "x"), (2, 40, 3, "a", "x"), (2, 1, 4, "a", "x"),
      (2, 101, 100, "a", "x"),
    ]
    #expect(Self.volumes(acts(limits: [limit]), rows) == ["1: 60", "3: 40"])
  }

  @Test("A row that one limit refuses uses up no other")
  func severalLimits() {
    let limits = [
      ActionLimit(conditions: [.init(column: "side", texts: ["a"])], bound: .rows(1)),
      ActionLimit(bound: .rows(2)),
    ]
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (2, 1, 1, "a", "x"), (2, 1, 2, "a", "x"), (2, 1, 3, "b", "x"), (2, 1, 4, "b", "x"),
    ]
    #expect(Self.volumes(acts(limits: limits), rows) == ["1: 1", "3: 1"])
  }

  @Test("Trades with itself do not count, trades inside of a cluster only where the plan says so")
  func ownTrades() {
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (1, 5, 1, "a", "x"), (2, 6, 2, "a", "x"), (3, 7, 3, "a", "x"), (4, 8, 4, "a", "x"),
    ]
    let rules = WashRules(counterparty: "maker", volume: "volume")
    let clusters: [(UInt64, UInt64)] = [(1, 9), (2, 9), (3, 8), (4, 0)]
    #expect(
      Self.volumes(acts(wash: rules), rows, clusters: clusters) == ["2: 6", "3: 7", "4: 8"])
    let dropping = WashRules(counterparty: "maker", volume: "volume", dropsClusters: true)
    #expect(Self.volumes(acts(wash: dropping), rows, clusters: clusters) == ["3: 7", "4: 8"])
    // Who has the number 0 is in no cluster, also beside another 0.
    #expect(
      Self.volumes(acts(wash: dropping), rows, clusters: [(1, 0), (4, 0)])
        == ["2: 6", "3: 7", "4: 8"])
  }

  @Test("Opposite trades inside of the time cancel the smaller amount, the earliest first")
  func roundTrips() {
    let rules = WashRules(
      counterparty: "maker", volume: "volume", roundTrip: .init(seconds: 10, side: "side"),
      market: "market")
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (2, 5, 1, "buy", "x"),  // over before the sale at 12
      (2, 30, 2, "buy", "x"), (2, 40, 5, "buy", "x"),
      (2, 50, 12, "sell", "x"),  // takes 30 of the second and 20 of the third
      (2, 20, 15, "sell", "x"),  // the 20 that the third has left
      (2, 9, 15, "sell", "y"),  // another market
      (2, 3, 16, "sell", "x"),  // over after 15
    ]
    #expect(Self.volumes(acts(wash: rules), rows) == ["15: 9", "16: 3", "1: 5"])
    let oneMarket = WashRules(
      counterparty: "maker", volume: "volume", roundTrip: .init(seconds: 10, side: "side"))
    // At 15 the smaller trade comes first: it takes 9 of the third, the other one the 11 left.
    #expect(Self.volumes(acts(wash: oneMarket), rows) == ["15: 9", "16: 3", "1: 5"])
  }

  @Test("With one counterparty a part of the whole volume counts, the earlier trades first")
  func pairs() {
    let rules = WashRules(
      counterparty: "maker", volume: "volume", pairCap: Share(billionths: 250_000_000))
    // 101 in all, of which a quarter is 25, rounded down.
    let rows: [(UInt64, UInt64, UInt64, String, String)] = [
      (2, 20, 1, "a", "x"), (2, 20, 2, "a", "x"), (2, 20, 3, "a", "x"), (3, 25, 4, "a", "x"),
      (4, 16, 5, "a", "x"),
    ]
    #expect(Self.volumes(acts(wash: rules), rows) == ["1: 20", "2: 5", "4: 25", "5: 16"])
  }

  @Test("An account none of whose rows counts is told so, but for one that the plan names")
  func noneCounts() throws {
    let (one, two) = (VerifierSample.account(1), VerifierSample.account(2))
    let sample = ActionSample(
      source: acts(wash: WashRules(counterparty: "maker", volume: "volume")),
      rows: [
        (one, [one.number, 5, 1, word("a"), word("x")]),
        (two, [one.number, 5, 1, word("a"), word("x")]),
      ], clusters: [])
    let outcome = try ProgramLaw.outcome(
      of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero, inputs: sample.inputs)
    #expect(outcome.accounts == [two])
    #expect(outcome.exclusions == [Exclusion(account: one, reason: .noneCounts, value: .zero)])
  }
}

@Suite("Words")
struct WordTests {
  @Test("A word is the number of its bytes, and reads back", arguments: ["a", "buy", "a b", "~!"])
  func reads(text: String) throws {
    let word = try #require(Word(text))
    #expect(word.text == text)
    #expect(Word(number: word.number) == word)
  }

  @Test("'buy' is 0x627579, 32 signs fill the number")
  func numbers() {
    #expect(Word("buy")?.number == UInt256(0x62_7579))
    #expect(Word(String(repeating: "z", count: 32))?.number.hex.hasPrefix("0x7a7a7a7a") == true)
  }

  @Test(
    "No word: nothing, 33 signs, blanks at an end, other letters, what does not print",
    arguments: ["", String(repeating: "z", count: 33), " a", "a ", "é", "a\tb", "\u{7F}"])
  func refused(text: String) {
    #expect(Word(text) == nil)
  }

  @Test("A number with a zero byte inside, or 0, is no word")
  func wrongNumbers() {
    #expect(Word(number: UInt256(0x61_0062)) == nil)
    #expect(Word(number: .zero) == nil)
  }
}
