import DistributionModel
import TestKit
import Testing

@testable import PlanFile

/// The page is what people trust: what it shows is run, and what there is stands on it.
@Suite("The page of the weight language is true")
struct ExpressionPageTests {
  private func page() throws -> [Substring] {
    try Project.text("docs/reference/expressions.md").split(separator: "\n")
  }

  @Test("Its examples come to what it says, in both programs")
  func examples() throws {
    let lines = try page()
    let start = try #require(lines.firstIndex(of: "## Examples"))
    let end = try #require(lines.firstIndex(of: "## Limits"))
    let rows = lines[start..<end].filter { $0.hasPrefix("| `") }
    #expect(rows.count > 20)
    let accounts = [
      ["10", "2500000000000000000", "0"], ["40", "0", "0"], ["25", "1000000000000000000", "0"],
    ]
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingPrefix(while: { $0 == " " }) }
      let text = String(cells[0].dropFirst().prefix { $0 != "`" })
      let expected = cells[1...3].map { cell in
        let word = String(cell.prefix { $0 != " " })
        return DecimalNumber(word)?.shortest ?? word
      }
      let found = try values(text, of: accounts)
      #expect(found.engine == expected, "\(text)")
      #expect(found.reference == expected, "\(text)")
    }
  }

  @Test("Every function, rounding, word and error of the language is on it")
  func complete() throws {
    let text = try page().joined(separator: "\n")
    let words =
      ExpressionParser.functionNames.map { "`\($0)(" }
      + Expression.Rounding.allCases.map { "| `\($0.rawValue)` |" }
      + Expression.keywords.map { "\"\($0)\"" }.filter { $0 != "\"if\"" }
      + ["expressionOverflow", "divisionByZero", "outOfDomain", "negativeResult"]
    for word in words where word != "`tiers(" && word != "`brackets(" {
      #expect(text.contains(word), "\(word)")
    }
    #expect(text.contains("tiers(") && text.contains("brackets("))
  }
}
