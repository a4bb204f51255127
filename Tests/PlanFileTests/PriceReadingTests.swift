import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Testing

@testable import PlanFile

/// A plan with observations, prices, revenue and a rate.
private let text = """
  version: 1
  name: Prices
  tokens: [{name: ACME, decimals: 18}, {name: USD, decimals: 6}]
  campaigns: [{name: rewards, token: USD}]
  epochs: {start: 2027-01-04, length: 7d, count: 4}
  sources:
    - {name: blocks, file: blocks.csv, key: number, times: seconds}
    - {name: staked, file: staked.csv, time: at, positions: {amount: change, token: ACME}}
    - name: came
      file: came.csv
      time: at
      columns: [{name: fee, type: amount, token: USD}, {name: tip, type: amount, token: USD}]
      duplicates: sum
    - name: feed
      file: feed.csv
      time: at
      where: {pair: ACME-USD}
      observations: {value: price, places: 8}
    - name: dex
      file: dex.jsonl.gz
      time: {key: block, in: blocks}
      observations: {value: close, places: 8, notation: scientific, excess: half_even}
      no_rows: refuse
  prices:
    - {name: acme, sources: [feed, dex],
       at: average, stale_after: 1h30m, deviation: 2.5%, at_least: 1}
    - {name: last, sources: [dex], stale_after: 1d}
  programs:
    - name: stakers
      kind: fees
      campaign: rewards
      budget: {source: came, column: fee, part: 50%}
      from: staked
      weight: number(held) * price(acme)
    - name: yield
      kind: staking
      campaign: rewards
      budget: 1000
      emission: {shape: constant}
      from: staked
      weight: held
      apr: {part: 12.5%, price: last}

  """

@Suite("Reading observations, prices, revenue and rates")
struct PriceReadingTests {
  private func plan(_ edits: Edit...) throws -> Plan {
    try parse(try text.applying(edits)).plan
  }

  @Test("A source of observations has a time, a value and no accounts")
  func observations() throws {
    let plan = try plan()
    let dex = try #require(plan.source(named: "dex"))
    #expect(!dex.hasAccounts)
    #expect(dex.time == TimeColumn(column: "block", table: "blocks"))
    let format = DecimalFormat(places: 8, notation: .scientific, excess: .halfEven)
    #expect(dex.observed == ColumnDeclaration(name: "close", kind: .decimal(format)))
    #expect(
      dex.columns == [
        ColumnDeclaration(name: "time", kind: .time),
        ColumnDeclaration(name: "value", kind: .decimal(format)),
      ])
    #expect(dex.duplicates == .sum && dex.noRows == .refuse && dex.format == .jsonl)
    #expect(plan.source(named: "feed")?.noRows == .allow)
    #expect(plan.source(named: "feed")?.conditions == [.init(column: "pair", texts: ["ACME-USD"])])
  }

  @Test("A price has its rules, and all sources must count where the plan says nothing else")
  func prices() throws {
    let plan = try plan()
    #expect(
      plan.prices == [
        PriceDeclaration(
          name: "acme", sources: ["feed", "dex"], moment: .average, staleAfter: 5400,
          deviation: Share(billionths: 25_000_000), atLeast: 1, places: 8),
        PriceDeclaration(
          name: "last", sources: ["dex"], moment: .end, staleAfter: 86_400, atLeast: 1, places: 8),
      ])
    let strict = try self.plan(Edit(", deviation: 2.5%, at_least: 1", ""))
    #expect(strict.prices[0].atLeast == 2 && strict.prices[0].deviation == nil)
  }

  @Test("A price is a number without a unit, and what it is made of is read with its program")
  func expression() throws {
    let plan = try plan()
    let weight = try #require(plan.programs[0].basis.expression)
    #expect(weight.text == "number(held) * price(acme)")
    #expect(weight.kind == .number(scale: 26, unit: .plain))
    #expect(plan.programs[0].prices == ["acme"] && plan.programs[1].prices == ["last"])
    #expect(
      plan.sources(readBy: [plan.programs[0]]).map(\.name) == ["staked", "came", "feed", "dex"])
    #expect(plan.sources(readBy: [plan.programs[1]]).map(\.name) == ["staked", "dex"])
    #expect(
      plan.withLookups(plan.sources(readBy: [plan.programs[1]])).map(\.name)
        == ["blocks", "staked", "dex"])
  }

  @Test("A value may still be called price, and is no price")
  func value() throws {
    let plan = try plan(
      Edit(
        "    weight: number(held) * price(acme)\n",
        "    values: [{name: price, value: number(held)}]\n    weight: price * price(acme)\n"))
    #expect(plan.programs[0].basis.expression?.text == "price * price(acme)")
  }

  @Test("A budget that is a part of revenue, which is all of it by default")
  func revenue() throws {
    let fees = try plan().programs[0]
    #expect(fees.kind == .fees && fees.budget == .zero && fees.isRecurring)
    #expect(
      fees.revenue
        == Revenue(source: "came", column: "fee", part: Share(billionths: 500_000_000)))
    #expect(try plan(Edit(", part: 50%", "")).programs[0].revenue?.part == .whole)
  }

  @Test(
    "A rate is the cap that it says",
    arguments: [
      ("apr: {part: 12.5%, price: last}", "number(held) * 125 * price(last), 1000 * 31536000"),
      (
        "apr: {part: 250.50%, price: acme, reward_price: last}",
        "number(held) * 2505 * price(acme), 1000 * 31536000 * price(last)"
      ),
      ("apr: {part: 7%, reward_price: last}", "number(held) * 7, 100 * 31536000 * price(last)"),
      ("rate: {amount: 0.05, per: 1d, for: 100}", "number(held) * 0.05, 100 * 86400"),
      ("rate: {amount: 3, per: 90s}", "number(held) * 3, 1 * 90"),
      ("rate: {amount: 1.50, per: 1h, for: 0.5}", "number(held) * 1.50, 0.5 * 3600"),
    ])
  func rates(written: String, quotient: String) throws {
    let edit = Edit("apr: {part: 12.5%, price: last}", written)
    let rated = try plan(edit)
    let text = "round(div(\(quotient), 6, down), 6, down)"
    #expect(rated.programs[1].shaping.capExpression?.text == text)
    let capped = try plan(
      Edit("apr: {part: 12.5%, price: last}", "cap: div(\(quotient), 6, down)"))
    #expect(rated.canonicalHash == capped.canonicalHash)
  }

  @Test("A yield in the token that is held")
  func yield() throws {
    let plan = try plan(
      Edit("token: ACME}}\n  - name: came", "token: USD}}\n  - name: came"),
      Edit("apr: {part: 12.5%, price: last}", "apr: 12.5%"))
    #expect(
      plan.programs[1].shaping.capExpression?.text
        == "round(div(number(held) * 125, 1000 * 31536000, 6, down), 6, down)")
  }

  // MARK: The canonical form

  @Test("The canonical form has prices, observations and revenue, and without them nothing of it")
  func canonical() throws {
    let form = String(decoding: try plan().canonicalJSON.canonicalBytes(), as: UTF8.self)
    for part in [
      #""prices":[{"at":"average","atLeast":1,"deviation":25000000,"name":"acme","#
        + #""sources":["feed","dex"],"staleAfter":5400},"#
        + #"{"at":"end","atLeast":1,"name":"last","sources":["dex"],"staleAfter":86400}]"#,
      #""budget":{"column":"fee","part":500000000,"source":"came"}"#, #""observations":true"#,
    ] { #expect(form.contains(part), "\(part) in \(form)") }
    let base = String(
      decoding: try parse(basePlan).plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
    #expect(!base.contains("prices") && !base.contains("observations"))
  }

  @Test(
    "What decides about a price or a budget is in the hash of the plan",
    arguments: [
      Edit("at: average", "at: start"), Edit("at: average, ", ""), Edit("1h30m", "1h31m"),
      Edit("2.5%, at", "2.6%, at"), Edit(", deviation: 2.5%", ""),
      Edit("at_least: 1}", "at_least: 2}"),
      Edit("[feed, dex]", "[dex, feed]"), Edit("sources: [dex]", "sources: [feed]"),
      Edit("excess: half_even", "excess: down"), Edit("{pair: ACME-USD}", "{pair: ACME-EUR}"),
      Edit("column: fee", "column: tip"), Edit("part: 50%", "part: 51%"),
      Edit("{part: 12.5%", "{part: 12.4%"), Edit("price: last}", "price: acme}"),
    ])
  func decides(edit: Edit) throws {
    #expect(try plan(edit).canonicalHash != plan().canonicalHash)
  }

  @Test(
    "How it is written, and what its files are called, is not",
    arguments: [
      Edit("feed.csv", "prices/feed.csv"), Edit("value: price", "value: answer"),
      Edit("1h30m", "90m"), Edit("stale_after: 1d}", "at: end, at_least: 1, stale_after: 24h}"),
      Edit("2.5%, at", "2.50%, at"), Edit("part: 50%", "part: 50.0%"),
      Edit("notation: scientific, ", ""), Edit("{part: 12.5%", "{part: 12.50%"),
    ])
  func same(edit: Edit) throws {
    #expect(try plan(edit).canonicalHash == plan().canonicalHash)
  }

  @Test("A price that nothing reads is noted, and a source that only a price reads is used")
  func notes() throws {
    let parsed = try parse(try text.applying([Edit("price: last}", "price: acme}")]))
    #expect(parsed.notes.map(\.text) == ["price last is not used"])
    #expect(try parse(text).notes.isEmpty)
  }
}
