import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

private func declaration(
  _ format: DecimalFormat, _ file: SourceDeclaration.Format = .csv
) -> SourceDeclaration {
  SourceDeclaration(
    name: "list", file: "list", format: file,
    columns: [ColumnDeclaration(name: "score", kind: .decimal(format))])
}

/// A cell, how it is read, and the digits that it comes to.
struct DecimalExample: Sendable, CustomTestStringConvertible {
  let cell: String
  let format: DecimalFormat
  let digits: String

  init(
    _ cell: String, _ places: Int, _ digits: String, _ notation: DecimalFormat.Notation = .plain,
    _ excess: DecimalFormat.Excess = .refuse
  ) {
    self.cell = cell
    format = DecimalFormat(places: places, notation: notation, excess: excess)
    self.digits = digits
  }

  var testDescription: String { "\(cell) to \(format.places) places" }
}

/// Worked out by hand.
private let examples: [DecimalExample] = [
  DecimalExample("3", 0, "3"), DecimalExample("3", 6, "3000000"),
  DecimalExample("1.50", 2, "150"), DecimalExample("1.50", 1, "15"),
  DecimalExample("254.0", 0, "254"), DecimalExample("0.0", 0, "0"),
  DecimalExample("0.000", 1, "0"), DecimalExample("0.004645597290053364", 18, "4645597290053364"),
  DecimalExample("1", 36, "1" + String(repeating: "0", count: 36)),
  DecimalExample(maximum, 0, maximum),
  // Powers of ten.
  DecimalExample("1.5e-7", 8, "15", .scientific), DecimalExample("1E3", 0, "1000", .scientific),
  DecimalExample("1.25e+1", 1, "125", .scientific), DecimalExample("12e-5", 5, "12", .scientific),
  DecimalExample("0.00120e2", 2, "12", .scientific), DecimalExample("0e9999", 3, "0", .scientific),
  DecimalExample("100e-2", 0, "1", .scientific), DecimalExample("7", 1, "70", .scientific),
  // A zero of a floating-point number has a sign.
  DecimalExample("-0.0", 6, "0", .scientific), DecimalExample("-0", 0, "0", .scientific),
  DecimalExample("-0e-5", 3, "0", .scientific),
  DecimalExample("1e77", 0, "1" + String(repeating: "0", count: 77), .scientific),
  // Digits after the last place.
  DecimalExample("1.2399", 2, "123", .plain, .down),
  DecimalExample("0.999", 0, "0", .plain, .down),
  DecimalExample("9e-9999", 2, "0", .scientific, .down),
  DecimalExample("1.245", 2, "124", .plain, .halfEven),
  DecimalExample("1.235", 2, "124", .plain, .halfEven),
  DecimalExample("1.24500001", 2, "125", .plain, .halfEven),
  DecimalExample("1.2449", 2, "124", .plain, .halfEven),
  DecimalExample("1.246", 2, "125", .plain, .halfEven),
  DecimalExample("0.5", 0, "0", .plain, .halfEven),
  DecimalExample("1.5", 0, "2", .plain, .halfEven),
  DecimalExample("0.9", 0, "1", .plain, .halfEven),
  DecimalExample("9.99", 1, "100", .plain, .halfEven),
  DecimalExample("9e-2", 0, "0", .scientific, .halfEven),
  DecimalExample("6e-2", 1, "1", .scientific, .halfEven),
]

@Suite("Decimal and address columns")
struct DecimalTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  @Test("A cell comes to its digits in units of the last place", arguments: examples)
  func value(example: DecimalExample) throws {
    let csv = try reader.rows(
      "account,score\n\(a1),\(example.cell)\n", as: declaration(example.format))
    let lines = try reader.rows(
      "{\"account\":\"\(a1)\",\"score\":\"\(example.cell)\"}\n",
      as: declaration(example.format, .jsonl))
    #expect(csv.values[0].map(\.decimal) == [example.digits])
    #expect(lines.values[0] == csv.values[0])
  }

  @Test("Cells of 1000 characters are numbers, and longer ones are not")
  func length() throws {
    let format = DecimalFormat(places: 2, excess: .down)
    let longest = "0." + String(repeating: "9", count: 998)
    let rows = try reader.rows("account,score\n\(a1),\(longest)\n", as: declaration(format))
    #expect(rows.values[0] == [UInt256(99)])
    let error = try #require(
      try reader.problem("account,score\n\(a1),\(longest)9\n", as: declaration(format)))
    #expect(error.kind == .notANumber && error.found == "a text of 1001 bytes")
  }

  @Test("An address is kept as its number, and the zero address is one")
  func addresses() throws {
    let declaration = SourceDeclaration(
      name: "list", file: "list", format: .csv,
      columns: [ColumnDeclaration(name: "to", kind: .address)])
    let rows = try reader.rows("account,to\n\(a1),\(zero)\n\(a2),\(mixedCase)\n", as: declaration)
    #expect(rows.values[0][0] == .zero)
    // 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed as Python's int() reads it.
    #expect(rows.values[0][1].decimal == "517705355260207604495801938720638392742277016301")
    let quoted = "account,to\n\"\(a2)\",\"\(mixedCase)\"\n"
    #expect(try reader.rows(quoted, as: declaration).values[0] == [rows.values[0][1]])
  }
}
