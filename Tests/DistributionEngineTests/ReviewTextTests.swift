import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Testing

@testable import Reporting

@Suite("Amounts, tables and reviews as text")
struct ReviewTextTests {
  @Test("Amounts are exact, with a point where the token has decimals, without zeros at the end")
  func amounts() throws {
    let cases: [(String, Int, String)] = [
      ("0", 0, "0"), ("0", 18, "0"), ("1", 0, "1"), ("1", 2, "0.01"), ("10", 2, "0.1"),
      ("100", 2, "1"), ("1500000", 6, "1.5"), ("1500000", 0, "1500000"),
      ("123456789", 4, "12345.6789"),
      (
        "115792089237316195423570985008687907853269984665640564039457584007913129639935", 27,
        "115792089237316195423570985008687907853269984665640.564039457584007913129639935"
      ),
    ]
    for (units, decimals, text) in cases {
      #expect(TokenAmountText.whole(try UInt256(decimal: units), decimals: decimals) == text)
    }
    let token = Token(name: "ACME", symbol: "A", decimals: 1)
    #expect(TokenAmountText.text(units(15), of: token) == "1.5 A")
  }

  @Test("Percentages have two decimals, rounded down; of nothing there is none")
  func percentages() {
    #expect(TokenAmountText.percentage(units(1), of: units(3)) == "33.33 %")
    #expect(TokenAmountText.percentage(units(2), of: units(3)) == "66.66 %")
    #expect(TokenAmountText.percentage(units(1), of: units(2000)) == "0.05 %")
    #expect(TokenAmountText.percentage(.max, of: .max) == "100.00 %")
    #expect(TokenAmountText.percentage(.zero, of: units(5)) == "0.00 %")
    #expect(TokenAmountText.percentage(units(1), of: .zero) == "–")
  }

  @Test("Columns are as wide as their widest cell, and lines end without blanks")
  func table() {
    var table = TextTable([("name", .left), ("n", .right), ("note", .left)])
    #expect(table.isEmpty)
    table.add(["a", "12", ""])
    table.add(["longer", "3", "x"])
    #expect(table.lines == ["  name     n  note", "  a       12", "  longer   3  x"])
    #expect(!table.isEmpty)
  }

  @Test("Thousands are set apart, and numbers to read are short, rounded down")
  func reading() throws {
    let token = Token(name: "ACME", symbol: "A", decimals: 4)
    for (units, grouped, short) in [
      ("0", "0", "0"), ("1", "0.0001", "0.0001"), ("99999999", "9999.9999", "9999.99"),
      ("100000000", "10 000", "10 000"), ("12345678900001", "1 234 567 890.0001", "1 234 567 890"),
      ("12345678905000", "1 234 567 890.5", "1 234 567 890.50"), ("123", "0.0123", "0.0123"),
    ] {
      let value = try UInt256(decimal: units)
      #expect(TokenAmountText.grouped(value, of: token) == grouped)
      #expect(TokenAmountText.short(value, of: token) == short)
    }
  }
}
