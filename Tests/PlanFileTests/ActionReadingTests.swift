import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Testing

@testable import PlanFile

/// The base plan with a source before its own.
private func source(_ line: String, _ more: String = "") throws -> (SourceDeclaration, ParsedPlan) {
  let parsed = try parse(
    basePlan.applying([
      Edit("sources:\n", "sources:\n  - \(line)\n"), Edit("programs:\n", more + "programs:\n"),
    ]))
  return (try #require(parsed.plan.sources.first), parsed)
}

private func canonical(_ parsed: ParsedPlan, _ key: String) -> String? {
  parsed.plan.canonicalJSON["sources"]?.elements?.first?[key].map {
    String(decoding: $0.canonicalBytes(), as: UTF8.self)
  }
}

@Suite("Plans with actions")
struct ActionReadingTests {
  @Test("Limits, in the units in which values are kept")
  func limits() throws {
    let (trades, parsed) = try source(
      Part.trades(
        """
        limits: [{at_most: 1, per: 1d, where: {side: [sell, buy]}}, {at_most: 3, each: maker},
             {at_most: 100.5, of: volume, per: 1w}]
        """))
    #expect(
      trades.limits == [
        ActionLimit(
          conditions: [.init(column: "side", texts: ["buy", "sell"])], period: .seconds(86_400),
          bound: .rows(1)),
        ActionLimit(each: "maker", bound: .rows(3)),
        ActionLimit(period: .seconds(604_800), bound: .sum(UInt256(100_500_000), column: "volume")),
      ])
    #expect(trades.timeIndex == 0)
    #expect(
      canonical(parsed, "limits") == """
        [{"per":86400,"rows":1,"where":{"side":["buy","sell"]}},{"each":"maker","rows":3},\
        {"of":"volume","per":604800,"sum":"100500000"}]
        """)
    #expect(canonical(parsed, "wash") == nil)
  }

  @Test("Wash rules, the least and all of them")
  func wash() throws {
    let (least, first) = try source(Part.trades("wash: {counterparty: maker, volume: volume}"))
    #expect(least.wash == WashRules(counterparty: "maker", volume: "volume"))
    #expect(
      canonical(first, "wash")
        == #"{"counterparty":"maker","dropsClusters":false,"volume":"volume"}"#)
    let (all, second) = try source(
      Part.trades(
        """
        wash: {counterparty: maker, volume: volume, same_cluster: drop, pair_cap: 10%,
             round_trip: 1h, side: side, market: n}
        """), "clusters: {source: users, column: points}\n")
    #expect(
      all.wash
        == WashRules(
          counterparty: "maker", volume: "volume", dropsClusters: true,
          pairCap: Share(billionths: 100_000_000), roundTrip: .init(seconds: 3600, side: "side"),
          market: "n"))
    #expect(
      canonical(second, "wash") == """
        {"counterparty":"maker","dropsClusters":true,"market":"n","pairCap":100000000,\
        "roundTrip":3600,"side":"side","volume":"volume"}
        """)
  }

  @Test("Tasks have points, a time and a word, and windows and limits like other actions")
  func tasks() throws {
    let (quests, parsed) = try source(
      """
      {name: quests, file: q.jsonl, statements: tasks, window: 7d,
           signers: [\(Part.a1)], limits: [{each: task, per: 1d, at_most: 1}]}
      """)
    #expect(
      quests
        == SourceDeclaration(
          name: "quests", file: "q.jsonl", format: .jsonl,
          columns: [
            ColumnDeclaration(name: "points", kind: .integer),
            ColumnDeclaration(name: "time", kind: .time),
            ColumnDeclaration(name: "task", kind: .word),
          ], duplicates: .sum,
          statements: .tasks(signers: [try Address(Part.a1)]), time: TimeColumn(column: "time"),
          window: .trailing(604_800),
          limits: [ActionLimit(each: "task", period: .seconds(86_400), bound: .rows(1))]))
    #expect(quests.timeIndex == 1)
    #expect(canonical(parsed, "statements") == "\"tasks\"")
    #expect(canonical(parsed, "signers") == "[\"\(Part.a1)\"]")
  }

  @Test("A program of kind trading is told where nothing keeps trades with oneself out")
  func note() throws {
    func notes(_ keys: String) throws -> [String] {
      let text = try basePlan.applying([
        Edit("sources:\n", "sources:\n  - \(Part.trades(keys))\n"),
        Edit(
          Part.paying("", by: "").0,
          Part.paying("from: trades", by: "weight: volume", kind: "trading").1),
      ])
      return try parse(text).notes.map(\.text).filter { $0.contains("trades of an account") }
    }
    #expect(try notes("no_rows: allow").count == 1)
    #expect(try notes("wash: {counterparty: maker, volume: volume}") == [])
  }
}
