import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Testing

@testable import PlanFile

private func sources(_ lines: String...) throws -> [SourceDeclaration] {
  let text = "sources:\n" + lines.map { "  - \($0)\n" }.joined()
  return try parse(basePlan.applying([Edit("sources:\n", text)])).plan.sources
}

@Suite("Plans with concentrated liquidity")
struct RangeReadingTests {
  @Test("Positions and their price, with what is needed alone")
  func least() throws {
    let found = try sources(Part.pool, Part.positions)
    #expect(
      found[0]
        == SourceDeclaration(
          name: "pool", file: "swaps.csv", format: .csv, columns: [],
          time: TimeColumn(column: "at"),
          price: PriceColumns(tick: "tick", sqrtPrice: "root")))
    let events = RangeEvents(
      columns: .init(lower: "from", upper: "to", liquidity: "change"), price: "pool",
      measures: [.inRange])
    #expect(
      found[1]
        == SourceDeclaration(
          name: "lp", file: "lp.csv", format: .csv,
          columns: [ColumnDeclaration(name: "in_range", kind: .integer)],
          time: TimeColumn(column: "at"), series: Series(events)))
    #expect(found[1].hasFile && found[1].hasEvents && found[1].series?.components == ["pool"])
    #expect(found[0].hasFile && found[0].hasEvents && !found[0].isAboutAccounts)
  }

  @Test("Positions and their price, key by key")
  func most() throws {
    let found = try sources(
      Part.blocks,
      """
      {name: pool, file: swaps.dat, format: jsonl, no_rows: allow, where: {pool: A},
           time: {key: block, in: blocks},
           price: {tick: tick, sqrt_price: root, volume: paid, order: [block, log]}}
      """,
      """
      {name: lp, file: lp.json, within: data, account: owner, where: {pool: A}, window: 90d,
           time: at, columns: [fees, amount1, amount0, in_range],
           ranges: {lower: a, upper: b, liquidity: l, price: pool, out_of_range: true}}
      """)
    let pool = found[1]
    #expect(pool.format == .jsonl && pool.noRows == .allow)
    #expect(pool.time == TimeColumn(column: "block", table: "blocks"))
    #expect(pool.conditions == [.init(column: "pool", texts: ["A"])])
    #expect(
      pool.price
        == PriceColumns(tick: "tick", sqrtPrice: "root", volume: "paid", order: ["block", "log"]))
    let positions = found[2]
    #expect(positions.accountColumn == "owner" && positions.window == .trailing(90 * 86_400))
    let events = try #require(positions.series?.ranges)
    #expect(events.columns == .init(lower: "a", upper: "b", liquidity: "l"))
    #expect(events.countsOutOfRange)
    #expect(events.measures == [.fees, .amount1, .amount0, .inRange])
    #expect(positions.columns.map(\.name) == ["fees", "amount1", "amount0", "in_range"])
    #expect(positions.columns[0].kind == .decimal(DecimalFormat(places: 18)))
  }

  @Test("A price needs no epochs where its positions have a window of their own")
  func fixed() throws {
    let window = ", window: {start: 2027-01-01, end: 2027-02-01}}"
    let text = "sources:\n  - \(Part.pool)\n  - \(Part.positions.dropLast())\(window)\n"
    let plan = try parse(
      basePlan.applying([Edit("sources:\n", text), Edit(Part.epochs, "")])
    ).plan
    let span: Range<UInt64> = 1_798_761_600..<1_801_440_000
    #expect(
      plan.reading(of: Array(plan.sources[0...1]), in: EpochIndex(0)) == ["pool": span, "lp": span])
  }

  @Test("The seconds of which prices are read are those of the positions that need them")
  func spans() throws {
    let text = "sources:\n  - \(Part.pool)\n  - \(Part.positions.dropLast()), window: 90d}\n"
    let plan = try parse(basePlan.applying([Edit("sources:\n", text)])).plan
    let end = try #require(plan.interval(of: EpochIndex(0))).upperBound
    let span = (end - 90 * 86_400)..<end
    let used = plan.withComponents([plan.sources[1]])
    #expect(used.map(\.name) == ["pool", "lp"])
    #expect(plan.reading(of: used, in: EpochIndex(0)) == ["pool": span, "lp": span])
  }

  @Test("What decides money stands in the canonical plan")
  func canonical() throws {
    func canonical(_ lines: String...) throws -> String {
      let text = "sources:\n" + lines.map { "  - \($0)\n" }.joined()
      let plan = try parse(basePlan.applying([Edit("sources:\n", text)])).plan
      return String(decoding: plan.canonicalJSON.canonicalBytes(), as: UTF8.self)
    }
    let plain = try canonical(Part.pool, Part.positions)
    #expect(
      plain.contains(
        #""price":{"order":[],"sqrtPrice":"root","tick":"tick","volume":null}"#))
    #expect(
      plain.contains(
        #""ranges":{"liquidity":"change","lower":"from","outOfRange":false,"#
          + #""price":"pool","upper":"to"}"#))
    let edits = [
      ("tick: tick", "tick: i"), ("sqrt_price: root", "sqrt_price: r"),
      ("sqrt_price: root", "sqrt_price: root, volume: v"),
      ("sqrt_price: root", "sqrt_price: root, order: log"), ("lower: from", "lower: a"),
      ("upper: to", "upper: b"), ("liquidity: change", "liquidity: l"),
      ("price: pool}", "price: pool, out_of_range: true}"),
    ]
    let others = try edits.map { old, new in
      try canonical(
        Part.pool.replacing(old, with: new), Part.positions.replacing(old, with: new))
    }
    #expect(Set(others + [plain]).count == edits.count + 1)
  }
}
