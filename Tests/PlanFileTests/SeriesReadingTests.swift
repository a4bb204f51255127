import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Testing

@testable import PlanFile

/// The base plan with sources before its own, and its first program changed.
private func plan(_ lines: String..., paying: (String, String)? = nil) throws -> Plan {
  let text = "sources:\n" + lines.map { "  - \($0)\n" }.joined()
  let edits = [Edit("sources:\n", text)] + (paying.map { [Edit($0.0, $0.1)] } ?? [])
  return try parse(basePlan.applying(edits)).plan
}

@Suite("Plans with balances over time")
struct SeriesReadingTests {
  private let acme = ColumnDeclaration.Kind.amount(token: "ACME", decimals: 2, unit: .base)
  private let usd = ColumnDeclaration.Kind.amount(token: "USD", decimals: 6, unit: .base)

  /// The first source of a plan in which it has balances from a file.
  private func positions(_ text: String, _ keys: String = "") throws -> SourceDeclaration {
    try plan("{name: held, file: held.csv.gz, time: at, positions: \(text)\(keys)}").sources[0]
  }

  private func events(_ text: String) throws -> PositionEvents {
    try #require(try positions(text).series?.events)
  }

  @Test("Without further keys each row is about 1, at once, held over the epoch")
  func least() throws {
    let source = try positions("{}")
    #expect(
      source
        == SourceDeclaration(
          name: "held", file: "held.csv.gz", format: .csv,
          columns: [ColumnDeclaration(name: "held", kind: .integer)],
          time: TimeColumn(column: "at"), window: .epoch,
          series: Series(
            origin: .events(PositionEvents(effect: .change, amount: nil)), value: .integer,
            measures: [.held])))
    #expect(source.hasFile && source.accountColumn == "account")
  }

  @Test("What a file of changes has, key by key")
  func file() throws {
    let source = try plan(
      Part.blocks,
      """
      {name: held, file: held.dat, format: json, within: data, account: user, no_rows: allow,
           bad_rows: quarantine, time: {key: block, in: blocks}, where: {pool: [B, A]},
           minimum_holding: 1w1s, positions: {amount: n, token: ACME, unit: base, every: 1d},
           columns: [seconds, average, share, opening], window: 90d}
      """
    ).sources[1]
    let declared = ColumnDeclaration(
      name: "n", kind: .amount(token: "ACME", decimals: 2, unit: .base))
    #expect(
      source
        == SourceDeclaration(
          name: "held", file: "held.dat", format: .json, within: ["data"], accountColumn: "user",
          conditions: [.init(column: "pool", texts: ["A", "B"])],
          columns: [
            ColumnDeclaration(name: "seconds", kind: .integer),
            ColumnDeclaration(name: "average", kind: acme),
            ColumnDeclaration(name: "share", kind: .share),
            ColumnDeclaration(name: "running", kind: .integer),
            ColumnDeclaration(name: "opening", kind: acme),
          ],
          noRows: .allow, time: TimeColumn(column: "block", table: "blocks"),
          window: .trailing(90 * 86_400),
          series: Series(
            origin: .events(
              PositionEvents(effect: .change, amount: declared, period: 86_400)),
            value: acme, minimumHolding: 604_801,
            measures: [.seconds, .average, .share, .running, .opening]), badRows: .quarantine))
  }

  @Test("Amounts are whole numbers, of a token in either unit, or decimals")
  func amounts() throws {
    func kind(_ text: String) throws -> ColumnDeclaration.Kind? {
      try events("{amount: n\(text)}").amount?.kind
    }
    #expect(try kind("") == .integer)
    #expect(try kind(", token: USD") == .amount(token: "USD", decimals: 6, unit: nil))
    #expect(
      try kind(", token: USD, unit: token") == .amount(token: "USD", decimals: 6, unit: .token))
    #expect(try kind(", places: 4") == .decimal(DecimalFormat(places: 4)))
    #expect(try positions("{amount: n, token: USD, unit: token}").series?.value == usd)
    #expect(
      try positions("{amount: n, places: 4}").series?.value == .decimal(DecimalFormat(places: 4)))
  }

  @Test("What a row does follows from the keys, or is said")
  func effects() throws {
    #expect(try events("{amount: n}").effect == .change)
    #expect(try events("{effect: change, amount: n}").effect == .change)
    #expect(try events("{to: receiver}").effect == .transfer(target: "receiver"))
    #expect(try events("{effect: transfer}").effect == .transfer(target: "to"))
    #expect(try events("{effect: balance, amount: n}").effect == .balance)
    let kinds: [EventDeclaration.Kind] = [
      .init(name: "mint", effect: .add), .init(name: "in", effect: .add),
      .init(name: "out", effect: .take), .init(name: "move", effect: .move),
      .init(name: "approve", effect: .none),
    ]
    let words = "adds: [mint, in], takes: out, moves: [move], ignores: approve"
    #expect(
      try events("{kind: k, \(words)}").effect == .kinds(column: "k", kinds: kinds, target: "to"))
    #expect(
      try events("{effect: kinds, kind: k, to: b, \(words)}").effect
        == .kinds(column: "k", kinds: kinds, target: "b"))
  }

  @Test("Columns that order balances of one second, in their order")
  func order() throws {
    #expect(try events("{effect: balance, amount: n, order: log}").order == ["log"])
    #expect(
      try events("{effect: balance, amount: n, order: [z, log index]}").order == ["z", "log index"])
    #expect(try events("{effect: balance, amount: n}").order == [])
    // The key of a row's time may be what rows are ordered by.
    let source = try plan(
      Part.blocks,
      "{name: held, file: h.csv, time: {key: block, in: blocks}, "
        + "positions: {effect: balance, amount: n, order: [block]}}"
    ).sources[1]
    #expect(source.series?.events?.order == ["block"])
  }

  @Test("Every measure has its column; running stands after share, or where the plan has it")
  func measures() throws {
    func measures(_ text: String) throws -> [Series.Measure]? {
      try positions("{}", ", columns: [\(text)]").series?.measures
    }
    let words = "opening, closing, lowest, highest, held, average, seconds, share, running"
    #expect(
      try measures(words) == [
        .opening, .closing, .lowest, .highest, .held, .average, .seconds, .share, .running,
      ])
    #expect(try measures("share, held") == [.share, .running, .held])
    #expect(try measures("running, share") == [.running, .share])
  }

  @Test("Accounts that have no part in balances, from files, computed, and in ranges")
  func excluded() throws {
    let reason = "{account: \(Part.a1), reason: Bridge}"
    let found = PlannedExclusion(account: account(0xA1), reason: "Bridge")
    let plan = try plan(
      Part.held.dropLast() + ", exclude: [\(reason)]}",
      "{name: net, balance: held, exclude: [\(reason)]}",
      Part.pool, Part.positions.dropLast() + ", exclude: [\(reason)]}",
      "{name: twice, balance: net}")
    #expect(
      plan.sources.prefix(5).map { $0.series?.exclude } == [[found], [found], nil, [found], []])
  }

  @Test("Windows: the epoch, a time before its end, two times")
  func windows() throws {
    func window(_ text: String) throws -> TimeWindow {
      try positions("{}", ", window: \(text)").window
    }
    #expect(try window("epoch") == .epoch)
    #expect(try window("1h") == .trailing(3600))
    #expect(
      try window("{start: 1970-01-02, end: 1970-01-02T00:00:01Z}")
        == .fixed(start: Timestamp(86_400), end: Timestamp(86_401)))
  }

  @Test("A window that is the same in every epoch needs no epochs")
  func fixedWindow() throws {
    let text = try basePlan.applying([
      Edit(Part.epochs, ""),
      Edit(
        "file: users.csv\n",
        "file: users.csv\n    time: at\n    window: {start: 2026-01-01, end: 2026-07-01}\n"),
    ])
    let source = try parse(text).plan.sources[0]
    #expect(
      source.window == .fixed(start: Timestamp(1_767_225_600), end: Timestamp(1_782_864_000)))
    #expect(source.time == TimeColumn(column: "at") && source.series == nil)
  }

  @Test("Balances are computed from earlier ones, in the tokens that they are of")
  func balances() throws {
    let plan = try plan(
      "{name: lent, file: a.csv, time: at, positions: {amount: n, token: USD}}",
      "{name: owed-1, file: b.csv, time: at, positions: {amount: n, token: USD}}",
      "{name: net, balance: 'max(lent - `owed-1`, 0) * 0.5', token: USD, minimum_holding: 7d}",
      "{name: twice, balance: number(net) + lent / lent, places: 3, columns: [closing]}",
      "{name: whole, balance: number(twice)}")
    let net = try #require(plan.sources[2].series)
    guard case .balances(let expression) = net.origin else {
      Issue.record("\(net.origin)")
      return
    }
    #expect(expression.text == "max(lent - `owed-1`, 0) * 0.5")
    #expect(expression.kind == .number(scale: 7, unit: .amount(token: "USD")))
    #expect(expression.columns == ["lent", "owed-1"] && net.components == ["lent", "owed-1"])
    #expect(net.value == usd && net.minimumHolding == 604_800 && net.measures == [.held])
    #expect(
      plan.sources[2]
        == SourceDeclaration(
          name: "net", file: "", format: .csv,
          columns: [ColumnDeclaration(name: "held", kind: usd)], series: net))
    #expect(!plan.sources[2].hasFile)
    #expect(plan.sources[3].series?.value == .decimal(DecimalFormat(places: 3)))
    #expect(
      plan.sources[3].columns == [
        ColumnDeclaration(name: "closing", kind: .decimal(DecimalFormat(places: 3)))
      ])
    #expect(plan.sources[4].series?.value == .integer)
  }

  @Test("A vault is seen through, in what its deposits are counted in")
  func vaults() throws {
    let source = try plan(
      "{name: deposits, file: a.csv, time: at, positions: {amount: n, token: ACME}}",
      Part.held,
      "{name: seen, window: 30d, columns: [share, held], "
        + "look_through: {deposits: deposits, vault: \(Part.a1), shares: held}}"
    ).sources[2]
    #expect(
      source
        == SourceDeclaration(
          name: "seen", file: "", format: .csv,
          columns: [
            ColumnDeclaration(name: "share", kind: .share),
            ColumnDeclaration(name: "running", kind: .integer),
            ColumnDeclaration(name: "held", kind: acme),
          ],
          window: .trailing(30 * 86_400),
          series: Series(
            origin: .lookThrough(
              LookThrough(deposits: "deposits", vault: account(0xA1), shares: "held")),
            value: acme, measures: [.share, .running, .held])))
  }

  @Test("A table of times has a key, its time, and no columns")
  func tables() throws {
    let source = try plan(
      """
      {name: blocks, file: b.jsonl, key: block, times: time, where: {chain: 1}, no_rows: allow,
           bad_rows: quarantine}
      """
    ).sources[0]
    #expect(
      source
        == SourceDeclaration(
          name: "blocks", file: "b.jsonl", format: .jsonl, key: "block",
          conditions: [.init(column: "chain", texts: ["1"])], columns: [], noRows: .allow,
          timeTable: "time", badRows: .quarantine))
  }

  @Test("Actions are rows with a time, which may also be a column")
  func actions() throws {
    let source = try plan(
      "{name: acts, file: a.csv, time: at, duplicates: sum, columns: [{name: at, type: time}]}"
    ).sources[0]
    #expect(
      source
        == SourceDeclaration(
          name: "acts", file: "a.csv", format: .csv,
          columns: [ColumnDeclaration(name: "at", kind: .time)], duplicates: .sum,
          time: TimeColumn(column: "at")))
    let parsed = try plan(
      "{name: acts, file: a.csv, columns: [{name: at, type: time}]}",
      paying: Part.paying("from: acts", by: "weight: at + 1"))
    #expect(parsed.programs[0].basis.expression?.kind == .number(scale: 0, unit: .plain))
  }

  @Test("Programs over time pay by shares of time, by measures, and by expressions of them")
  func programs() throws {
    let source =
      "{name: held, file: h.csv, time: at, positions: {amount: n, token: ACME}, "
      + "columns: [held, share]}"
    for kind in [Program.Kind.liquidity, .lending, .staking, .hold, .fees] {
      let plan = try plan(
        source, paying: Part.paying("from: held", by: "weight: share", kind: kind.rawValue))
      #expect(plan.programs[0].kind == kind)
      #expect(plan.programs[0].basis == .weights(column: "share"))
    }
    let named = try plan(source, paying: Part.paying("from: held", by: "weight: held"))
    #expect(named.programs[0].basis == .weights(column: "held"))
    let computed = try plan(
      source,
      paying: Part.paying(
        "from: held", by: "weight: held * 1.5\n    cap: 'round(held / 10, 2, down)'"))
    #expect(computed.programs[0].basis.expression?.text == "held * 1.5")
    #expect(
      computed.programs[0].basis.expression?.kind
        == .number(scale: 3, unit: .amount(token: "ACME")))
    // Other programs read the same row by its account.
    let joined = try plan(source, paying: Part.paying("from: users", by: "weight: held.held"))
    #expect(joined.programs[0].sources == ["users", "held"])
  }

  @Test("Sources that others are computed from, or look times up in, are used")
  func used() throws {
    let text = try basePlan.applying([
      Edit(
        "sources:\n",
        """
        sources:
          - \(Part.blocks)
          - {name: held, file: h.csv, time: {key: block, in: blocks}, positions: {}}
          - {name: net, balance: held}

        """)
    ])
    #expect(
      try parse(text).notes.filter { $0.text.contains("not used") }.map(\.text)
        == ["source net is not used"])
  }
}

@Suite("The canonical plan: balances that are computed")
struct SeriesCanonicalTests {
  private func form(_ lines: String...) throws -> String {
    let text = "sources:\n" + lines.map { "  - \($0)\n" }.joined()
    let plan = try parse(basePlan.applying([Edit("sources:\n", text)])).plan
    return String(decoding: plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
  }

  @Test("Computed balances stand with their expression in its one form and what they are in")
  func form() throws {
    #expect(
      try form(Part.held, "{name: net, balance: 'max( held*2,0.50 )', places: 4}").contains(
        """
        {"balance":"max(held * 2, 0.50)","columns":[{"excess":"refuse","name":"held","places":4,\
        "type":"decimal"}],"duplicates":"refuse","minimumHolding":0,"name":"net",\
        "value":{"excess":"refuse","places":4,"type":"decimal"},"window":"epoch"}
        """))
  }

  @Test("INV-014: what decides computed balances changes the form, and its writing does not")
  func changes() throws {
    let other = Part.held.replacing("name: held", with: "name: other")
    let net = "{name: net, balance: held - other, places: 4}"
    let changed = [
      net, "{name: net, balance: other - held, places: 4}", "{name: net, balance: held - other}",
      "{name: net, balance: held - other, places: 5}",
      "{name: net, balance: held - other, token: USD}",
      "{name: net, balance: held - other, places: 4, window: 7d}",
      "{name: net, balance: held - other, places: 4, minimum_holding: 1s}",
      // The measure of every other row is a whole number here: what the balance is in still counts.
      "{name: net, balance: held - other, places: 4, columns: [seconds]}",
      "{name: net, balance: held - other, places: 5, columns: [seconds]}",
    ]
    let forms = try changed.map { try form(Part.held, other, $0) }
    #expect(Set(forms).count == changed.count)
    let same = "{columns: [held], places: '4', window: epoch, balance: 'held  -other', name: net}"
    #expect(try form(Part.held, other, same) == forms[0])
  }

  @Test("A plan without these keys has none of their members")
  func bare() throws {
    let bare = String(
      decoding: try parse(basePlan).plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
    for key in ["time", "window\":\"", "minimumHolding", "positions", "value", "balance"] {
      #expect(!bare.contains("\"\(key)"), "\(key)")
    }
  }
}
