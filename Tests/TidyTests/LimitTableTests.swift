import Foundation
import TestKit
import Testing

@Suite("The table of limits is true")
struct LimitTableTests {
  private struct Row {
    let line: Int
    let cells: [String]
  }

  /// Rows of the tables that have a column of tests, without their heads.
  private func rows() throws -> [Row] {
    var rows: [Row] = []
    let lines = try Project.text("docs/reference/limits.md").split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where line.hasPrefix("| ") && !line.hasPrefix("| what")
    {
      let cells = line.dropFirst(2).dropLast(2).split(separator: " | ").map(String.init)
      rows.append(Row(line: index + 1, cells: cells))
    }
    return rows
  }

  private static let sources: String = {
    let files = (try? SourceFile.all([".swift"], below: ["Sources"])) ?? []
    return files.map { "\($0.path)\n\($0.lines.joined(separator: "\n"))" }.joined(separator: "\n")
  }()

  @Test("Every row has a limit, an error, a place and a test")
  func shape() throws {
    let rows = try rows()
    #expect(rows.count >= 65)
    for row in rows {
      #expect(row.cells.count == 5 || row.cells.count == 4, "line \(row.line): \(row.cells)")
    }
  }

  @Test("INV-016: every code of the table is registered by the name that the table gives it")
  func codes() throws {
    let registry = Set(
      try Project.text("scripts/error-codes.csv").split(separator: "\n").map(String.init))
    var count = 0
    for row in try rows() where row.cells.count == 5 {
      for match in row.cells[2].matches(of: #/`(SLC-[A-Z]+-\d{3})` (\w+)/#) {
        count += 1
        #expect(registry.contains("\(match.1),\(match.2)"), "line \(row.line): \(match.0)")
      }
    }
    #expect(count >= 55)
  }

  @Test("Every place of the table is in the sources")
  func places() throws {
    for row in try rows() {
      let cell = row.cells[row.cells.count - 2]
      let place = try #require(cell.firstMatch(of: #/^`([\w.]+)`$/#)?.1, "line \(row.line)")
      if place.hasSuffix(".swift") {
        #expect(Self.sources.contains("/\(place)\n"), "line \(row.line): \(place)")
        continue
      }
      for word in place.split(separator: ".") {
        let declaration = try Regex("(?:let|var|func|struct|enum|case|class|extension) \(word)\\b")
        #expect(Self.sources.firstMatch(of: declaration) != nil, "line \(row.line): \(word)")
      }
    }
  }

  @Test("Every test of the table is there")
  func tests() throws {
    let files = try SourceFile.all([".swift"], below: ["Tests"])
    for row in try rows() {
      let cell = try #require(row.cells.last)
      let match = try #require(cell.wholeMatch(of: #/`(\w+)`: (.+)/#), "line \(row.line): \(cell)")
      let sentence = "\"\(match.2)\""
      let isThere = files.contains { file in
        file.path.hasSuffix("/\(match.1).swift") && file.lines.contains { $0.contains(sentence) }
      }
      #expect(isThere, "line \(row.line): no \(sentence) in \(match.1)")
    }
  }
}
