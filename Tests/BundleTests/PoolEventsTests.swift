import Bundle
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

private let span: Range<UInt64> = 100..<200

private func pool(volume: String?) -> SourceDeclaration {
  SourceDeclaration(
    name: "pool", file: "swaps.csv", format: .csv, columns: [],
    time: TimeColumn(column: "time"),
    price: PriceColumns(tick: "tick", sqrtPrice: "root", volume: volume))
}

private let positions = SourceDeclaration(
  name: "lp", file: "positions.csv", format: .csv, columns: [],
  series: Series(
    RangeEvents(
      columns: .init(lower: "lower", upper: "upper", liquidity: "change"), price: "pool",
      measures: [.inRange])))

private let first = "0x00000000000000000000000000000000000000a1"
private let second = "0x00000000000000000000000000000000000000a2"

private func parsed(_ lines: [String], _ source: SourceDeclaration) throws(BundleError)
  -> CanonicalEvents
{
  try CanonicalEvents(
    parsing: Array((lines.joined(separator: "\n") + "\n").utf8), of: source, span: span)
}

private func text(_ events: CanonicalEvents) -> [String] {
  String(decoding: events.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

private func kind(_ lines: [String], _ source: SourceDeclaration) -> BundleError.Kind? {
  do throws(BundleError) {
    _ = try parsed(lines, source)
    return nil
  } catch {
    return error.kind
  }
}

@Suite("The files of positions and prices")
struct PoolEventsTests {
  private let header = "time,account,lower,upper,change"

  @Test("Positions are read as what they say, and written as they were")
  func ranges() throws {
    let lines = [
      header, "0,\(first),-887272,887272,7", "100,\(first),-10,10,5", "100,\(first),-10,20,6",
      "100,\(second),-20,10,8", "199,\(first),-10,10,-5",
    ]
    let events = try parsed(lines, positions)
    let changes = try #require(events.history.ranges).changes
    #expect(changes.map(\.time) == [0, 100, 100, 100, 199])
    #expect(changes.map(\.position.lower) == [-887_272, -10, -10, -20, -10])
    #expect(changes.map(\.position.upper) == [887_272, 10, 20, 10, 10])
    #expect(changes.map(\.amount) == [7, 5, 6, 8, 5])
    #expect(changes.map(\.isTaken) == [false, false, false, false, true])
    #expect(text(events) == lines)
  }

  @Test(
    "Positions are refused where they are not in their one form",
    arguments: [
      ("99,FIRST,0,10,1", BundleError.Kind.malformedRow), ("200,FIRST,0,10,1", .malformedRow),
      ("100,FIRST,10,10,1", .malformedRow), ("100,FIRST,-887273,10,1", .malformedRow),
      ("100,FIRST,0,887273,1", .malformedRow), ("100,FIRST,+0,10,1", .malformedRow),
      ("100,FIRST,0,10,0", .malformedRow), ("100,FIRST,0,10,1.5", .malformedRow),
      ("150,FIRST,0,10,1", .wrongOrder), ("150,FIRST,0,9,1", .wrongOrder),
      ("149,FIRST,0,11,1", .wrongOrder),
    ])
  func brokenRanges(row: String, expected: BundleError.Kind) {
    let rows = [header, "150,\(first),0,10,1"]
    let last = row.replacing("FIRST", with: first)
    #expect(kind(rows + [last], positions) == expected)
    #expect(kind(rows + ["150,\(first),0,11,-1"], positions) == nil)
  }

  @Test("Prices are read as what they say, with volumes and without")
  func prices() throws {
    let plain = ["time,tick,sqrtPrice", "0,-5,79", "100,0,80", "101,887272,81"]
    let events = try parsed(plain, pool(volume: nil))
    let rows = try #require(events.history.prices).rows
    #expect(rows.map(\.tick) == [-5, 0, 887_272])
    #expect(rows.map(\.sqrtPrice) == [79, 80, 81] && rows.allSatisfy { $0.volume == 0 })
    #expect(text(events) == plain)
    // Rows of one second stay in their order.
    let volumes = ["time,tick,sqrtPrice,volume", "0,-5,79,0", "100,9,80,7", "100,0,80,7"]
    let swaps = try parsed(volumes, pool(volume: "volume"))
    #expect(try #require(swaps.history.prices).rows.map(\.volume) == [0, 7, 7])
    #expect(text(swaps) == volumes)
  }

  @Test(
    "Prices are refused where they are not in their one form",
    arguments: [
      ("100,0,80", BundleError.Kind.wrongOrder), ("99,0,80", .malformedRow),
      ("101,887273,80", .malformedRow), ("101,0,-80", .malformedRow), ("101,0,080", .malformedRow),
      ("101,0,80,1", .malformedRow), ("0,0,80", .wrongOrder),
    ])
  func brokenPrices(row: String, expected: BundleError.Kind) {
    #expect(kind(["time,tick,sqrtPrice", "100,0,80", row], pool(volume: nil)) == expected)
  }

  @Test("Volumes are below 2^128, and 0 before the first second")
  func volumes() {
    let header = "time,tick,sqrtPrice,volume"
    let source = pool(volume: "volume")
    let most = "340282366920938463463374607431768211455"
    #expect(kind([header, "100,0,80,\(most)"], source) == nil)
    let wide = "340282366920938463463374607431768211456"
    #expect(kind([header, "100,0,80,\(wide)"], source) == .malformedRow)
    #expect(kind([header, "0,0,80,1"], source) == .malformedRow)
    #expect(kind([header, "0,0,80,0", "0,0,80,0"], source) == .wrongOrder)
    #expect(kind([header, "101,0,80,1", "100,0,80,1"], source) == .wrongOrder)
  }
}
