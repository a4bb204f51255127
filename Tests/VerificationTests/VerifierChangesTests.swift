import BigInt
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import Verification

/// Rows of changes, and what they come to, by hand. Times are counted from 1000.
@Suite("The verifier's reader of changes")
struct VerifierChangesTests {
  private static let a = account(1), b = account(2)
  private static let span: Range<UInt64> = 1010..<1020

  private static func source(
    _ events: PositionEvents, _ format: SourceDeclaration.Format = .csv,
    time: TimeColumn = TimeColumn(column: "time"), lookup: SourceDeclaration.Lookup? = nil,
    conditions: [SourceDeclaration.Condition] = []
  ) -> SourceDeclaration {
    let series = Series(
      origin: .events(events), value: events.amount?.kind ?? .integer, measures: [.held])
    return SourceDeclaration(
      name: "s", file: "s", format: format, lookup: lookup, conditions: conditions,
      columns: series.columns, time: time, series: series)
  }

  private static let amount = ColumnDeclaration(name: "amount", kind: .integer)
  private static let change = PositionEvents(effect: .change, amount: amount)

  /// Accounts 1 and 2 are written a and b.
  private static func bytes(_ text: String) -> [UInt8] {
    Array(text.replacing(/\b[ab]\b/) { $0.output == "a" ? a.hex : b.hex }.utf8)
  }

  /// `a: 5 at 1011` for every change, by account.
  private static func changes(
    _ text: String, _ source: SourceDeclaration, keys: Verifier.Keys = .init(),
    span: Range<UInt64> = span
  ) throws -> [String] {
    try told(Verifier.changes(raw: [bytes(text)], of: source, keys: keys, span: span))
  }

  private static func told(_ changes: ReferenceLaw.Changes) -> [String] {
    changes.sorted { $0.key < $1.key }.flatMap { account, changes in
      changes.map { "\(account == a ? "a" : "b"): \($0.amount) at \($0.time)" }
    }
  }

  @Test("Changes are added by the second; earlier ones make the balance at the start")
  func change() throws {
    let text = """
      time,amount,account
      1012,-3,a
      1009,7,a
      1012,1,a
      1010,2,b
      1000,-1,a
      1013,5,b
      1013,-5,b
      1019,4,a
      1020,9,a

      """
    #expect(
      try Self.changes(text, Self.source(Self.change)) == [
        "a: 6 at 0", "a: -2 at 1012", "a: 4 at 1019", "b: 2 at 1010",
      ])
  }

  @Test("Of the balances of a second the last one in their order counts")
  func balance() throws {
    let events = PositionEvents(
      effect: .balance, amount: Self.amount, order: ["block", "log"])
    let text = """
      time,amount,account,block,log
      1012,8,a,10,2
      1012,6,a,9,30
      1012,7,a,10,10
      1011,3,a,8,1
      1005,4,b,1,1
      1015,4,b,1,1
      1016,0,b,2,1
      1016,0,b,2,1

      """
    #expect(
      try Self.changes(text, Self.source(events)) == [
        "a: 3 at 1011", "a: 4 at 1012", "b: 4 at 0", "b: -4 at 1016",
      ])
    let same = text + "1016,1,b,2,1\n"
    #expect(throws: VerificationFailure.self) { try Self.changes(same, Self.source(events)) }
  }

  @Test("A transfer takes off and adds; the zero address is nobody")
  func transfer() throws {
    let events = PositionEvents(effect: .transfer(target: "to"), amount: Self.amount)
    let zero = Address.zero.hex
    let text = """
      time,account,to,amount
      1010,\(zero),a,9
      1011,a,b,4
      1012,b,\(zero),1
      1013,a,a,2

      """
    #expect(
      try Self.changes(text, Self.source(events)) == [
        "a: 9 at 1010", "a: -4 at 1011", "b: 4 at 1011", "b: -1 at 1012",
      ])
    #expect(throws: VerificationFailure.self) {
      try Self.changes("time,account,amount\n1010,\(zero),9\n", Self.source(Self.change))
    }
  }

  @Test("Words say what an amount does, and an unknown word is refused")
  func kinds() throws {
    let events = PositionEvents(
      effect: .kinds(
        column: "kind",
        kinds: [
          .init(name: "in", effect: .add), .init(name: "out", effect: .take),
          .init(name: "send", effect: .move), .init(name: "note", effect: .none),
        ], target: "to"), amount: Self.amount)
    let text = """
      time,kind,account,to,amount
      1010,in,a,,9
      1011,out,a,?,2
      1012,send,a,b,3
      1013,note,?,?,?

      """
    let source = Self.source(events)
    #expect(
      try Self.changes(text, source) == [
        "a: 9 at 1010", "a: -2 at 1011", "a: -3 at 1012", "b: 3 at 1012",
      ])
    #expect(throws: VerificationFailure.self) {
      try Self.changes(text + "1014,In,a,,9\n", source)
    }
  }

  @Test("Without an amount each row is about one")
  func ones() throws {
    let events = PositionEvents(effect: .change, amount: nil)
    let text = "time,account\n1010,a\n1010,a\n1011,a\n"
    #expect(try Self.changes(text, Self.source(events)) == ["a: 2 at 1010", "a: 1 at 1011"])
  }

  @Test("With a period changes wait for its next multiple, and the last balance before counts")
  func periods() throws {
    let text = """
      time,account,amount
      1005,a,1
      1009,a,2
      1010,a,4
      1014,a,8
      1015,a,16

      """
    let change = PositionEvents(effect: .change, amount: Self.amount, period: 5)
    #expect(
      try Self.changes(text, Self.source(change), span: 1010..<1025) == [
        "a: 3 at 1010", "a: 12 at 1015", "a: 16 at 1020",
      ])
    let balance = PositionEvents(effect: .balance, amount: Self.amount, period: 5)
    #expect(
      try Self.changes(text, Self.source(balance), span: 1010..<1025) == [
        "a: 2 at 1010", "a: 6 at 1015", "a: 8 at 1020",
      ])
  }

  @Test("Tokens, decimals, and empty cells that are 0")
  func amounts() throws {
    func column(_ kind: ColumnDeclaration.Kind) -> PositionEvents {
      let column = ColumnDeclaration(name: "amount", kind: kind, empty: .zero)
      return PositionEvents(effect: .change, amount: column)
    }
    let text = "time,account,amount\n1010,a,1.5\n1011,a,-0.25\n1012,a,\n"
    #expect(
      try Self.changes(text, Self.source(column(.decimal(.init(places: 3))))) == [
        "a: 1500 at 1010", "a: -250 at 1011",
      ])
    let token = ColumnDeclaration.Kind.amount(token: "T", decimals: 2, unit: .token)
    #expect(
      try Self.changes(text, Self.source(column(token))) == ["a: 150 at 1010", "a: -25 at 1011"])
    for wrong in ["-", "--1", "1e3", "+1"] {
      #expect(throws: VerificationFailure.self) {
        try Self.changes("time,account,amount\n1010,a,\(wrong)\n", Self.source(Self.change))
      }
    }
  }

  @Test("JSON Lines, JSON and gzip hold the same rows")
  func formats() throws {
    let lines = """
      {"time": 1010, "account": "a", "amount": -3, "who": null}
      {"time": "1970-01-01T00:16:51Z", "account": "a", "amount": "5"}

      """
    let expected = ["a: -3 at 1010", "a: 5 at 1011"]
    #expect(try Self.changes(lines, Self.source(Self.change, .jsonl)) == expected)
    let list = "[" + lines.split(separator: "\n").joined(separator: ",") + "]"
    #expect(try Self.changes(list, Self.source(Self.change, .json)) == expected)
    let packed = try Gzip.pack(Self.bytes(lines))
    #expect(
      try Self.told(
        Verifier.changes(raw: [packed], of: Self.source(Self.change, .jsonl), span: Self.span))
        == expected)
  }

  @Test("Accounts and times are looked up, and `where` chooses rows")
  func lookups() throws {
    let text = """
      block,account,amount,pool
      7,key1,5,A
      8,key2,6,A
      ?,?,?,B
      8,key1,1,A

      """
    let keys = Verifier.Keys(
      accounts: [Array("key1".utf8): Self.a], times: [Array("7".utf8): 1011, [0x38]: 1012])
    func source(_ unknown: SourceDeclaration.Lookup.UnknownKeys) -> SourceDeclaration {
      Self.source(
        Self.change, time: TimeColumn(column: "block", table: "blocks"),
        lookup: .init(source: "users", unknownKeys: unknown),
        conditions: [.init(column: "pool", texts: ["A"])])
    }
    #expect(
      try Self.changes(text, source(.skip), keys: keys) == ["a: 5 at 1011", "a: 1 at 1012"])
    #expect(throws: VerificationFailure.self) {
      try Self.changes(text, source(.refuse), keys: keys)
    }
    #expect(throws: VerificationFailure.self) {
      try Self.changes(text + "9,key1,1,A\n", source(.skip), keys: keys)
    }
  }

  @Test(
    "Times are seconds, or UTC as ISO 8601 writes it",
    arguments: [
      ("0", 0), ("1735689600", 1_735_689_600), ("1099511627775", 1_099_511_627_775),
      ("1970-01-01T00:00:00Z", 0), ("2025-01-01T00:00:00Z", 1_735_689_600),
      ("2024-02-29 23:59:59.000 +00:00", 1_709_251_199),
      ("2100-03-01T00:00:00+00:00", 4_107_542_400),
      ("1099511627776", nil), ("01", nil), ("", nil), ("-1", nil), ("1.0", nil),
      ("2025-01-01", nil),
      ("2025-01-01T00:00:00", nil), ("2025-01-01T00:00:00.5Z", nil), ("2025-02-29T00:00:00Z", nil),
      ("2100-02-29T00:00:00Z", nil), ("2025-13-01T00:00:00Z", nil), ("2025-00-01T00:00:00Z", nil),
      ("2025-01-00T00:00:00Z", nil), ("2025-01-01T24:00:00Z", nil), ("2025-01-01T00:60:00Z", nil),
      ("2025-01-01T00:00:60Z", nil), ("1969-12-31T23:59:59Z", nil),
      ("2025-01-01T00:00:00+01:00", nil),
      ("2025-01-01t00:00:00Z", nil), ("2025-01-01T00:00:00.Z", nil), ("2025-01-01T00:00:00Zx", nil),
    ] as [(String, UInt64?)])
  func times(text: String, seconds: UInt64?) {
    #expect(StrangerTime.seconds(text) == seconds)
  }

  @Test("A name with stars stands for files in the order of their names")
  func names() {
    func fits(_ name: String, _ pattern: String) -> Bool {
      StrangerFolder.fits(Array(name.utf8)[...], pattern.utf8)
    }
    #expect(fits("e-1.csv", "e-*.csv") && fits("e-.csv", "e-*.csv") && fits("x", "*"))
    #expect(!fits("e-1.csv.gz", "e-*.csv") && !fits("f-1.csv", "e-*.csv") && !fits("ab", "ab*ab"))
    #expect(fits("a1b2c", "a*b*c") && fits("abbc", "a*b*c") && !fits("acb", "a*b*c"))
    #expect(!fits(".hidden", "*") && fits(".hidden", ".*"))
  }

  @Test("Rows of a plain source count inside of its window")
  func window() throws {
    let source = SourceDeclaration(
      name: "s", file: "s.csv", format: .csv,
      columns: [.init(name: "points", kind: .integer), .init(name: "until", kind: .time)],
      time: TimeColumn(column: "time"))
    let text = """
      time,account,points,until
      1009,?,?,?
      1010,a,5,0
      1019,b,6,1970-01-01T00:00:07Z
      1020,?,?,?

      """
    let rows = try Verifier.rows(raw: Self.bytes(text), of: source, window: Self.span)
    #expect(rows.map(\.account) == [Self.a, Self.b])
    #expect(rows.map(\.values) == [[5, 0], [6, 7]])
  }

  // MARK: The bundle's file

  private static let canonical = """
    time,account,change
    0,a,6
    1010,b,2
    1012,a,-2
    1012,b,115792089237316195423570985008687907853269984665640564039457584007913129639933

    """

  @Test("The bundle's changes are read as they stand")
  func ownForm() throws {
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639933"
    let changes = try Verifier.changes(
      canonical: Self.bytes(Self.canonical), of: Self.source(Self.change), span: Self.span)
    #expect(
      Self.told(changes) == [
        "a: 6 at 0", "a: -2 at 1012", "b: 2 at 1010", "b: \(most) at 1012",
      ])
  }

  @Test(
    "Another form of the bundle's changes is refused",
    arguments: [
      ("time,account,change", "time,account,amount"), ("0,a,6", "00,a,6"), ("0,a,6", "0,a,06"),
      ("0,a,6", "0,a,+6"), ("0,a,6", "0,a,0"), ("0,a,6", "0,a,-0"), ("0,a,6", "0,a,6.0"),
      ("0,a,6", "0,a,6,"), ("0,a,6", "0,a"), ("0,a,6", "0,a,"), ("0,a,6", "-0,a,6"), ("0,a,6", ""),
      ("0,a,6", "0,0x0000000000000000000000000000000000000000,6"),
      ("0,a,6", "0,0x00000000000000000000000000000000000000AB,6"), ("1010,b,2", "1009,b,2"),
      ("1010,b,2", "1020,b,2"), ("1010,b,2", "1,b,2"), ("1012,a,-2", "1011,a,-2\n1010,b,1"),
      ("1012,a,-2", "1012,b,-2"), ("639933\n", "639933"), ("639933\n", "639933\n\n"),
      ("1010,b,2", "1010,b,2\r"), ("1010,b,2", "\"1010\",b,2"),
    ])
  func otherForms(old: String, new: String) throws {
    let text = Self.canonical.replacing(old, with: new, maxReplacements: 1)
    #expect(text != Self.canonical)
    #expect(throws: (any Error).self) {
      try Verifier.changes(
        canonical: Self.bytes(text), of: Self.source(Self.change), span: Self.span)
    }
  }

  @Test("The first change that differs is told, by time and then by account")
  func differences() throws {
    func changes(_ text: String) throws -> ReferenceLaw.Changes {
      try Verifier.changes(
        raw: [Self.bytes("time,account,amount\n" + text)], of: Self.source(Self.change),
        span: Self.span)
    }
    let left = try changes("1011,b,1\n1012,a,2\n1012,b,3\n1013,a,4\n")
    func difference(_ text: String) throws -> String? {
      try StrangerEvents.difference(left, changes(text)).map { found in
        let values = [found.published, found.recomputed].map { $0.map { "\($0)" } ?? "none" }
        return "\(found.account == Self.a ? "a" : "b") at \(found.time): "
          + values.joined(separator: ", ")
      }
    }
    #expect(try difference("1011,b,1\n1012,a,2\n1012,b,3\n1013,a,4\n") == nil)
    #expect(try difference("1011,b,1\n1012,a,2\n1012,b,5\n1013,a,5\n") == "b at 1012: 3, 5")
    #expect(try difference("1011,b,1\n1012,a,7\n1012,b,5\n1013,a,4\n") == "a at 1012: 2, 7")
    #expect(try difference("1011,b,1\n1012,b,3\n1013,a,4\n") == "a at 1012: 2, none")
    #expect(
      try difference("1010,a,1\n1011,b,1\n1012,a,2\n1012,b,3\n1013,a,4\n") == "a at 1010: none, 1")
    #expect(
      try difference("1011,b,1\n1012,a,2\n1012,b,3\n1013,a,4\n1019,b,1\n") == "b at 1019: none, 1")
  }
}
