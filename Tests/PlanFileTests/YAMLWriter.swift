import TestKit

/// Makes random trees and writes them as YAML in random styles.
struct YAMLWriter {
  /// Words with the signs that are easily misread.
  private static let words = [
    "a", "it's", "*bold*", "&ref", "!tag", "- x", "?", "x: y", "#no", "5", "&", "*", "!", "\"q\"",
    "[", "]", "{", "}", ",", "|", ">", "%", "@", "é", "-'", "k:v", "...", "---", "0x1F", "<<",
  ]

  private var generator: Generator

  init(_ generator: inout Generator) {
    self.generator = Generator(seed: generator.next())
  }

  private mutating func number(_ limit: Int) -> Int {
    Int(generator.next() % UInt64(limit))
  }

  mutating func makeTree(depth: Int) -> Tree {
    let kind = depth == 0 ? 2 : number(depth > 3 ? 1 : 4)
    switch kind {
    case 2:
      return .mapping(
        (0..<(1 + number(4))).map {
          Tree.Member(
            key: "k\($0)\(number(2) == 0 ? "" : " \(makeText())")",
            value: makeTree(depth: depth + 1))
        })
    case 3: return .list((0..<(1 + number(3))).map { _ in makeTree(depth: depth + 1) })
    default: return .text(makeText())
    }
  }

  private mutating func makeText() -> String {
    (0..<(1 + number(4))).map { _ in Self.words[number(Self.words.count)] }.joined(separator: " ")
  }

  // MARK: Writing

  mutating func write(_ tree: Tree) -> String { block(tree, indent: 0) }

  /// Lines of a value that starts on a line of its own.
  private mutating func block(_ tree: Tree, indent: Int) -> String {
    let margin = String(repeating: " ", count: indent)
    switch tree {
    case .text(let text): return margin + scalar(text, indent: indent) + "\n"
    case .list(let trees):
      return trees.map { margin + "-" + after($0, indent: indent) }.joined()
    case .mapping(let members):
      return members.map {
        margin + quoted($0.key) + ":" + after($0.value, indent: indent)
      }.joined()
    }
  }

  /// What follows a dash or a colon.
  private mutating func after(_ tree: Tree, indent: Int) -> String {
    let comment = number(4) == 0 ? " # it's &x *y [" : ""
    if case .text(let text) = tree { return " " + scalar(text, indent: indent) + "\n" }
    if number(3) == 0 { return " " + flow(tree) + comment + "\n" }
    return comment + "\n" + block(tree, indent: indent + 1 + number(3))
  }

  private mutating func flow(_ tree: Tree) -> String {
    switch tree {
    case .text(let text): return quoted(text)
    case .list(let trees):
      return "[" + trees.map { flow($0) }.joined(separator: separator()) + "]"
    case .mapping(let members):
      return "{"
        + members.map { quoted($0.key) + ": " + flow($0.value) }.joined(separator: separator())
        + "}"
    }
  }

  private mutating func separator() -> String { number(3) == 0 ? ",\n              " : ", " }

  private mutating func scalar(_ text: String, indent: Int) -> String {
    let margin = "\n" + String(repeating: " ", count: indent + 1 + number(3))
    switch number(5) {
    case 0: return "|-" + margin + text
    case 1: return ">-" + margin + text.split(separator: " ").joined(separator: margin)
    case 2 where Self.isPlain(text):
      return text.split(separator: " ").joined(separator: number(2) == 0 ? margin : " ")
    default: return quoted(text)
    }
  }

  /// True for text that needs no quotes in a block.
  private static func isPlain(_ text: String) -> Bool {
    let words = text.split(separator: " ")
    guard let first = words.first?.first else { return false }
    return !"-?:,[]{}#&*!|>'\"%@`.".contains(first)
      && words.allSatisfy { !$0.hasPrefix("#") && !$0.hasSuffix(":") }
  }

  private mutating func quoted(_ text: String) -> String {
    let blank = number(4) == 0 ? "  " : ""
    guard number(2) == 0 else { return "'" + text.replacing("'", with: "''") + "'" + blank }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"" + blank
  }
}
