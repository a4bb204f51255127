import DistributionModel
import EthereumPrimitives
import Testing

@testable import InputFiles

/// A source of observations with two decimal places.
private func feed(
  _ format: SourceDeclaration.Format = .csv, time: TimeColumn = TimeColumn(column: "at"),
  notation: DecimalFormat.Notation = .plain, excess: DecimalFormat.Excess = .refuse,
  where conditions: [SourceDeclaration.Condition] = [], noRows: SourceDeclaration.NoRows = .refuse
) -> SourceDeclaration {
  let kind = ColumnDeclaration.Kind.decimal(
    DecimalFormat(places: 2, notation: notation, excess: excess))
  return SourceDeclaration(
    name: "feed", file: "feed.csv", format: format, conditions: conditions,
    columns: [
      ColumnDeclaration(name: "time", kind: .time), ColumnDeclaration(name: "value", kind: kind),
    ], duplicates: .sum, noRows: noRows, time: time,
    observed: ColumnDeclaration(name: "price", kind: kind))
}

private func read(
  _ text: String, _ source: SourceDeclaration = feed(), times: TimeTable = TimeTable(),
  window: Range<UInt64>? = nil
) throws(InputError) -> InputFileContents {
  try InputFile.read(
    bytes: Array(text.utf8), name: "feed.csv", as: source, times: times, window: window)
}

private func problem(_ text: String, _ source: SourceDeclaration = feed()) -> InputError? {
  do {
    _ = try read(text, source)
    return nil
  } catch {
    return error
  }
}

@Suite("Files of observations")
struct ObservationTests {
  @Test("A row is a time and a value, about no account, in the order of the file")
  func rows() throws {
    let contents = try read(
      "at,source,price\n1970-01-01T00:01:00Z,x,12.5\n30,y,7\n60,z,0.01\n")
    #expect(contents.rows.accounts == [.zero, .zero, .zero])
    #expect(contents.rows.values.map(\.numbers) == [[60, 30, 60], [1250, 700, 1]])
    #expect(contents.rows.lines == [2, 3, 4])
    #expect(contents.unusedColumns == ["source"])
  }

  @Test("JSON Lines, powers of ten, and digits after the last place")
  func lines() throws {
    let source = feed(.jsonl, notation: .scientific, excess: .halfEven)
    let text = "{\"at\": 5, \"price\": 1.5e1}\n{\"price\": \"0.125\", \"at\": \"6\"}\n"
    let contents = try read(text, source)
    #expect(contents.rows.values.map(\.numbers) == [[5, 6], [1500, 12]])
  }

  @Test("Rows count inside of the window, by `where`, and at times that are looked up")
  func selection() throws {
    let contents = try read("at,price\n9,1\n10,2\n19,3\n20,4\n", window: 10..<20)
    #expect(contents.rows.values.map(\.numbers) == [[10, 19], [200, 300]])
    #expect(contents.notes == ["2 rows are outside of the window"])
    var blocks = TimeTable()
    _ = blocks.add(Array("b1".utf8)[...], 15)
    let looked = try read(
      "block,pair,price\nb1,A,1\nb1,B,2\n",
      feed(
        time: TimeColumn(column: "block", table: "blocks"),
        where: [.init(column: "pair", texts: ["B"])]), times: blocks)
    #expect(looked.rows.values.map(\.numbers) == [[15], [200]])
  }

  @Test(
    "INV-012: what is no observation is refused with its place",
    arguments: [
      ("at,price\n9,-1\n", InputProblem.signedNumber, 2),
      ("at,price\n9,1.234\n", .tooManyDecimals, 2),
      ("at,price\n9,1\nnow,1\n", .malformedTime, 3),
      ("at,price\n9,\n", .emptyField, 2),
      ("at,value\n9,1\n", .missingColumn, 1),
      ("time,price\n9,1\n", .missingColumn, 1),
    ])
  func broken(text: String, kind: InputProblem, line: Int) {
    let found = problem(text)
    #expect(found?.kind == kind && found?.line == line, "\(found?.description ?? "nothing")")
  }

  @Test("A file without a row that counts is refused where the plan does not allow it")
  func nothing() throws {
    #expect(problem("at,price\n")?.kind == .noRows)
    #expect(try read("at,price\n", feed(noRows: .allow)).rows.count == 0)
  }
}
