import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

private let span: Range<UInt64> = 100..<200
private let one = "0x00000000000000000000000000000000000000a1"
private let two = "0x00000000000000000000000000000000000000A2"

private func positions(
  _ format: SourceDeclaration.Format = .csv, noRows: SourceDeclaration.NoRows = .refuse,
  badRows: SourceDeclaration.BadRows = .refuse
) -> SourceDeclaration {
  SourceDeclaration(
    name: "lp", file: "lp.csv", format: format, accountColumn: "owner",
    conditions: [.init(column: "pool", texts: ["A"])], columns: [], noRows: noRows,
    time: TimeColumn(column: "at"),
    series: Series(
      RangeEvents(
        columns: .init(lower: "from", upper: "to", liquidity: "change"), price: "pool",
        measures: [.inRange])), badRows: badRows)
}

private func pool(volume: String? = nil, order: [String] = ["log"]) -> SourceDeclaration {
  SourceDeclaration(
    name: "pool", file: "swaps.csv", format: .csv, columns: [], time: TimeColumn(column: "at"),
    price: PriceColumns(tick: "tick", sqrtPrice: "root", volume: volume, order: order))
}

private func read(_ source: SourceDeclaration, _ files: [String]...) throws(InputError)
  -> PoolFileContents
{
  try PoolFile.read(
    bytes: files.map { Array(($0.joined(separator: "\n") + "\n").utf8) }, as: source, span: span)
}

/// Changes as a bundle has them.
private func changes(_ contents: PoolFileContents) throws -> [String] {
  try #require(contents.history.ranges).changes.map { change in
    let position = change.position
    return "\(change.time),\(position.account.word2),\(position.lower),\(position.upper),"
      + (change.isTaken ? "-" : "") + change.amount.decimal
  }
}

private func prices(_ contents: PoolFileContents) throws -> [String] {
  try #require(contents.history.prices).rows.map {
    "\($0.time),\($0.tick),\($0.sqrtPrice.decimal),\($0.volume.decimal)"
  }
}

private func problem(_ source: SourceDeclaration, _ lines: [String]) -> InputError? {
  do throws(InputError) {
    _ = try read(source, lines)
    return nil
  } catch {
    return error
  }
}

@Suite("Files of positions and of prices")
struct PoolFileTests {
  private let header = "at,owner,from,to,change,pool"

  @Test("Changes of a position at one second are added, those before the span are its start")
  func ranges() throws {
    let lines = [
      header, "150,\(two),-20,10,5,A", "99,\(one),-10,10,8,A", "1,\(one),-10,10,3,A",
      "150,\(one),0,10,7,A", "150,\(one),0,10,-9,A", "150,\(one),-10,10,-11,A",
      // Nothing, another pool's, and the next epoch's.
      "160,\(one),0,10,4,A", "160,\(one),0,10,-4,A", "160,\(one),0,10,4,B", "200,\(one),0,10,4,A",
      "100,\(one),-887272,887272,1,A",
    ]
    let expected = [
      "0,161,-10,10,11", "100,161,-887272,887272,1", "150,161,-10,10,-11", "150,161,0,10,-2",
      "150,162,-20,10,5",
    ]
    #expect(try changes(try read(positions(), lines)) == expected)
    let contents = try read(
      positions(), [header] + lines.dropFirst().prefix(4), [header] + lines.dropFirst(5).reversed())
    #expect(try changes(contents) == expected)
    #expect(contents.notes.contains("1 row is left out by `where`"))
  }

  @Test("INV-003: the order of rows changes nothing")
  func shuffled() {
    check("rows of positions and prices in any order", runs: 100) { generator in
      let rows = (0..<20).map { _ in
        let tick = Int(generator.next() % 5) * 10 - 30
        return "\(90 + generator.next() % 30),\(generator.next() % 2 == 0 ? one : two),\(tick),"
          + "\(tick + 10),\(Int(generator.next() % 9) - 4),A"
      }
      let swaps = (0..<20).map {
        "\(90 + generator.next() % 30),\($0),5,80,\(generator.next() % 9)"
      }
      return (
        rows, rows.shuffled(using: &generator), swaps, swaps.shuffled(using: &generator)
      )
    } property: { rows, others, swaps, otherSwaps in
      let source = pool(volume: "paid")
      let top = "at,log,tick,root,paid"
      return try changes(try read(positions(), [header] + rows))
        == changes(try read(positions(), [header] + others))
        && prices(try read(source, [top] + swaps)) == prices(try read(source, [top] + otherSwaps))
    }
  }

  @Test("JSON Lines are read as CSV is")
  func lines() throws {
    let contents = try read(
      positions(.jsonl),
      [
        #"{"at":120,"owner":"\#(one)","from":-10,"to":"10","change":"-7","pool":"A"}"#,
        #"{"at":"99","owner":"\#(one)","from":-10,"to":10,"change":9,"pool":"A"}"#,
      ])
    #expect(try changes(contents) == ["0,161,-10,10,9", "120,161,-10,10,-7"])
  }

  @Test("Of the prices of one second the last one counts, by the order")
  func lastPrice() throws {
    let lines = [
      "tick,root,at,log", "5,80,150,9", "6,81,150,10", "4,79,99,3", "3,78,99,2", "7,82,160,1",
      "7,82,160,1", "8,83,200,1",
    ]
    #expect(
      try prices(read(pool(), lines)) == ["0,4,79,0", "150,6,81,0", "160,7,82,0"])
  }

  @Test("With volumes every row of the span counts, in order")
  func volumes() throws {
    let lines = [
      "tick,root,at,log,paid", "5,80,150,9,70", "6,81,150,10,80", "4,79,99,3,90", "7,82,100,1,0",
    ]
    #expect(
      try prices(read(pool(volume: "paid"), lines)) == [
        "0,4,79,0", "100,7,82,0", "150,5,80,70", "150,6,81,80",
      ])
  }

  @Test("Two prices that nothing orders are refused, and so are two volumes")
  func contradicting() throws {
    let header = "tick,root,at,log"
    let error = try #require(problem(pool(), [header, "5,80,150,9", "6,81,150,9"]))
    #expect(error.kind == .contradictingPrices && error.line == 3)
    #expect(error.found == "another price at 150, after line 2")
    #expect(problem(pool(), [header, "5,80,150,9", "5,81,150,9"])?.kind == .contradictingPrices)
    #expect(problem(pool(), [header, "5,80,150,9", "5,80,150,9"]) == nil)
    #expect(problem(pool(), [header, "5,80,150,9", "6,80,151,9"]) == nil)
    #expect(problem(pool(), [header, "5,80,150,8", "6,81,150,9"]) == nil)
    #expect(
      problem(pool(order: []), [header, "5,80,150,8", "6,81,150,9"])?.kind == .contradictingPrices)
    #expect(
      problem(pool(volume: "paid"), [header + ",paid", "5,80,150,9,1", "5,80,150,9,1"])?.kind
        == .contradictingPrices)
  }

  @Test(
    "A row that says no position is refused, with its cell",
    arguments: [
      ("150,OWNER,-887273,10,5,A", InputProblem.tickOutOfRange, "from"),
      ("150,OWNER,0,887273,5,A", .tickOutOfRange, "to"),
      ("150,OWNER,10,10,5,A", .emptyRange, "to"), ("150,OWNER,20,10,5,A", .emptyRange, "to"),
      ("150,OWNER,1.5,10,5,A", .fractionNotAllowed, "from"),
      ("150,OWNER,0,10,--5,A", .signedNumber, "change"),
      ("150,OWNER,0,10,,A", .emptyField, "change"),
      ("today,OWNER,0,10,5,A", .malformedTime, "at"),
    ])
  func brokenRange(row: String, kind: InputProblem, field: String) throws {
    let row = row.replacing("OWNER", with: one)
    let error = try #require(problem(positions(), [header, "150,\(one),0,10,5,A", row]))
    #expect(error.kind == kind && error.field == field && error.line == 3)
    // Where the plan says so it is left out, and told.
    let contents = try read(
      positions(badRows: .quarantine), [header, "150,\(one),0,10,5,A", row])
    #expect(try changes(contents) == ["150,161,0,10,5"])
    #expect(contents.quarantined.map(\.kind) == [kind])
  }

  @Test("Changes that add up to 2^256 are refused, and volumes of 2^128")
  func overflow() throws {
    let most = UInt256.max.decimal
    let error = problem(positions(), [header, "150,\(one),0,10,\(most),A", "150,\(one),0,10,1,A"])
    #expect(error?.kind == .changesOverflow && error?.line == 3)
    let wide = (UInt256.one << 128).decimal
    let swaps = ["tick,root,at,log,paid", "5,80,150,9,\(wide)"]
    #expect(problem(pool(volume: "paid"), swaps)?.kind == .volumeTooLarge)
    #expect(problem(pool(volume: "paid"), swaps)?.field == "paid")
  }

  @Test("A file without a row that counts is refused, but where it may be empty")
  func empty() throws {
    #expect(problem(positions(), [header])?.kind == .noRows)
    #expect(problem(positions(), [header, "150,\(one),0,10,5,B"])?.kind == .nothingSelected)
    #expect(try changes(try read(positions(noRows: .allow), [header])) == [])
  }
}
