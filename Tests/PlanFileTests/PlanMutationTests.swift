import PlanFile
import TestKit
import Testing

@Suite("Plans that were damaged: an error with a place in the file, or another plan")
struct PlanMutationTests {
  /// What a mutation may put into a text: bytes that mean something in YAML, and some that do not.
  private static let insertions: [[UInt8]] =
    [
      "\n", " ", "  ", ":", ": ", "- ", "#", "&a ", "*a", "!", "'", "\"", "[", "]", "{", "}", ",",
      "|", ">", "?", "%", "\t", "\r\n", "\r", "0", "1e9", "-", "é", "\u{2028}", "${X}", "<<: ",
      "---\n", "...\n", "name", "null", "~", "\u{1F600}", "\u{FEFF}",
    ].map { Array($0.utf8) } + [[0], [0xFF], [0xC3], [0xE2, 0x80], [0x7F], [0x1B]]

  private static func mutate(_ bytes: inout [UInt8], _ generator: inout Generator) {
    let place = Int(generator.next() % UInt64(bytes.count + 1))
    let length = Int(generator.next() % 12)
    let end = min(bytes.count, place + length)
    switch generator.next() % 5 {
    case 0: bytes.removeSubrange(place..<end)
    case 1:
      bytes.insert(
        contentsOf: bytes[place..<end], at: Int(generator.next() % UInt64(bytes.count + 1)))
    case 2 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
    case 3:
      bytes.replaceSubrange(
        place..<end, with: insertions[Int(generator.next() % UInt64(insertions.count))])
    default:
      bytes.insert(
        contentsOf: insertions[Int(generator.next() % UInt64(insertions.count))], at: place)
    }
  }

  /// True where every problem has a place in the text, or right behind a line of it.
  private static func areInside(_ problems: [PlanError], _ bytes: [UInt8]) -> Bool {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return problems.allSatisfy { problem in
      lines.indices.contains(problem.line - 1) && problem.column >= 1
        && problem.column <= lines[problem.line - 1].unicodeScalars.count + 1
    }
  }

  @Test("INV-012: random damage never crashes, and every error has a place inside the file")
  func damage() {
    check("damaged plans", runs: 1200) { generator in
      var bytes = Array((generator.next() % 2 == 0 ? basePlan : fullPlanText).utf8)
      for _ in 0..<(1 + generator.next() % 4) { Self.mutate(&bytes, &generator) }
      return bytes
    } property: { bytes in
      let found = problems(bytes)
      return found.count <= 50 && Self.areInside(found, bytes)
        && found.allSatisfy { problem in
          !problem.found.isEmpty && !problem.expected.isEmpty
            && problem.description.utf8.count < 10_000
        }
        && zip(found, found.dropFirst()).allSatisfy {
          ($0.line, $0.column) <= ($1.line, $1.column)
        }
    }
  }

  @Test("INV-012: a plan that ends anywhere gives an error, or a plan, and nothing else")
  func cut() {
    for (text, step) in [(basePlan, 1), (fullPlanText, 7)] {
      let bytes = Array(text.utf8)
      for count in stride(from: 0, to: bytes.count, by: step) {
        let part = Array(bytes[..<count])
        let found = problems(part)
        if !Self.areInside(found, part) { Issue.record("\(count): \(found)") }
      }
    }
  }

  @Test("INV-012: bytes without any order never crash")
  func noise() {
    check("noise", runs: 1000) { generator in
      (0..<(generator.next() % 200)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    } property: { bytes in
      let found = problems(bytes)
      return !found.isEmpty && Self.areInside(found, bytes)
    }
  }
}
