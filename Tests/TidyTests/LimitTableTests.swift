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

  private static let keywords: Set<Substring> = [
    "let", "var", "func", "struct", "enum", "case", "class", "extension",
  ]

  /// Names that the sources declare or extend, and the names of their files.
  private static func names() throws -> Set<Substring> {
    var names: Set<Substring> = []
    for file in try SourceFile.all([".swift"], below: ["Sources"]) {
      names.insert(file.path.split(separator: "/").last ?? "")
      for line in file.lines {
        let words = line.utf8.split { byte in
          !(0x30...0x39).contains(byte) && !(0x41...0x5A).contains(byte)
            && !(0x61...0x7A).contains(byte) && byte != 0x5F
        }
        for (word, next) in zip(words, words.dropFirst()) where keywords.contains(Substring(word)) {
          names.insert(Substring(next))
        }
      }
    }
    return names
  }

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
    let names = try Self.names()
    for row in try rows() {
      let cell = row.cells[row.cells.count - 2]
      let place = try #require(cell.firstMatch(of: #/^`([\w.]+)`$/#)?.1, "line \(row.line)")
      let parts = place.hasSuffix(".swift") ? [place] : place.split(separator: ".")
      for part in parts { #expect(names.contains(part), "line \(row.line): \(part)") }
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
