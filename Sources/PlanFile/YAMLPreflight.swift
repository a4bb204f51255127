/// Refuses what plans do without, before a tree is made of it: a few lines of aliases can stand for
/// more values than any machine holds, and so can keys inside of keys.
///
/// Anchors, aliases, tags and explicit keys are characters that mean something only where a token
/// starts, and nothing inside a text. Where tokens start follows LibYAML's scanner rule by rule
/// (`scanner.c`): simple keys, indentation, quotes, plain and block scalars over several lines.
/// Where the text is no YAML the walk ends, and the parser says what is wrong.
struct YAMLPreflight {
  /// A place at which a key without `?` may start.
  private struct SimpleKey {
    let index: Int
    let line: Int
    let column: Int
    /// True where nothing but a key can stand.
    let isRequired: Bool
  }

  private enum Step {
    case next
    case end
  }

  private static let end: Unicode.Scalar = "\0"
  /// Characters that a simple key may have before its colon.
  private static let longestKey = 1024

  private let scalars: [Unicode.Scalar]
  private let depth: Int
  private var index = 0
  private var line = 0
  private var column = 0
  /// The column of the innermost block collection, −1 outside of all.
  private var indent = -1
  private var indents: [Int] = []
  /// Per level of brackets, the block context first.
  private var simpleKeys: [SimpleKey?] = [nil]
  private var allowsSimpleKey = true
  /// Per level of brackets: true inside of braces.
  private var isMapping: [Bool] = [false]
  /// True where the next value of a mapping in braces is a key, with a colon after it or without.
  private var expectsKey = false

  private init(_ text: String, depth: Int) {
    scalars = Array(text.unicodeScalars)
    self.depth = depth
  }

  /// - Parameters:
  ///   - text: a text without NUL.
  ///   - depth: how deep collections may be nested.
  static func check(_ text: String, depth: Int) throws(YAMLFault) {
    var walk = YAMLPreflight(text, depth: depth)
    while try walk.step() == .next {}
  }

  // MARK: Characters

  private func character(_ offset: Int = 0) -> Unicode.Scalar {
    index + offset < scalars.count ? scalars[index + offset] : Self.end
  }

  private func isBlank(_ offset: Int = 0) -> Bool {
    character(offset) == " " || character(offset) == "\t"
  }

  private func isBreak(_ offset: Int = 0) -> Bool {
    switch character(offset) {
    case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}": true
    default: false
    }
  }

  private func isBreakOrEnd(_ offset: Int = 0) -> Bool {
    character(offset) == Self.end || isBreak(offset)
  }

  private func isBlankOrEnd(_ offset: Int = 0) -> Bool { isBlank(offset) || isBreakOrEnd(offset) }

  /// True at `---` or `...` alone at the start of a line.
  private var isAtDocumentIndicator: Bool {
    let first = character()
    guard column == 0, first == "-" || first == "." else { return false }
    return character(1) == first && character(2) == first && isBlankOrEnd(3)
  }

  private mutating func skip(_ count: Int = 1) {
    index += count
    column += count
  }

  private mutating func skipBreak() {
    index += character() == "\r" && character(1) == "\n" ? 2 : 1
    line += 1
    column = 0
  }

  private mutating func skipToBreak() {
    while !isBreakOrEnd() { skip() }
  }

  // MARK: Indentation and keys

  private var flowLevel: Int { simpleKeys.count - 1 }
  private var isInBlock: Bool { flowLevel == 0 }

  /// Opens a block collection where the column is deeper than the one that is open.
  private mutating func rollIndent(to column: Int) throws(YAMLFault) {
    guard isInBlock, indent < column else { return }
    indents.append(indent)
    indent = column
    try checkDepth()
  }

  private mutating func unrollIndent(to column: Int) {
    guard isInBlock else { return }
    while indent > column { indent = indents.removeLast() }
  }

  private func checkDepth() throws(YAMLFault) {
    guard indents.count + flowLevel > depth + 1 else { return }
    throw YAMLFault(
      kind: .tooDeep, place: place, found: "more than \(depth) levels",
      expected: "at most that many")
  }

  private mutating func saveSimpleKey() -> Step {
    guard allowsSimpleKey else { return .next }
    guard removeSimpleKey() == .next else { return .end }
    simpleKeys[flowLevel] = SimpleKey(
      index: index, line: line, column: column, isRequired: isInBlock && indent == column)
    return .next
  }

  private mutating func removeSimpleKey() -> Step {
    if simpleKeys[flowLevel]?.isRequired == true { return .end }
    simpleKeys[flowLevel] = nil
    return .next
  }

  /// A simple key ends on its line.
  private mutating func dropStaleKeys() -> Step {
    for level in simpleKeys.indices {
      guard let key = simpleKeys[level], key.line < line || key.index + Self.longestKey < index
      else { continue }
      if key.isRequired { return .end }
      simpleKeys[level] = nil
    }
    return .next
  }

  // MARK: Tokens

  private mutating func step() throws(YAMLFault) -> Step {
    skipToToken()
    guard dropStaleKeys() == .next else { return .end }
    unrollIndent(to: column)
    if character() == Self.end { return .end }
    if column == 0, character() == "%" { return directive() }
    if isAtDocumentIndicator { return documentIndicator() }
    switch character() {
    case "[", "{": return try openBracket()
    case "]", "}": return closeBracket()
    case ",": return comma()
    case "-" where isBlankOrEnd(1): return try blockEntry()
    case "?" where !isInBlock || isBlankOrEnd(1): throw explicitKey
    case ":" where !isInBlock || isBlankOrEnd(1): return try colon()
    case "&", "*", "!": throw reference
    case "|" where isInBlock, ">" where isInBlock: return blockScalar()
    case "'", "\"": return quotedScalar()
    case "|", ">", "#", "%", "@", "`", "\t": return .end
    default: return plainScalar()
    }
  }

  private mutating func skipToToken() {
    while true {
      if column == 0, character() == "\u{FEFF}" { skip() }
      // A tab may stand between tokens, but indents nothing.
      while character() == " " || (character() == "\t" && (!isInBlock || !allowsSimpleKey)) {
        skip()
      }
      if character() == "#" { skipToBreak() }
      guard isBreak() else { return }
      skipBreak()
      if isInBlock { allowsSimpleKey = true }
    }
  }

  private mutating func directive() -> Step {
    unrollIndent(to: -1)
    guard removeSimpleKey() == .next else { return .end }
    allowsSimpleKey = false
    skipToBreak()
    if isBreak() { skipBreak() }
    return .next
  }

  private mutating func documentIndicator() -> Step {
    unrollIndent(to: -1)
    guard removeSimpleKey() == .next else { return .end }
    allowsSimpleKey = false
    skip(3)
    return .next
  }

  private mutating func openBracket() throws(YAMLFault) -> Step {
    guard !expectsKey else { throw collectionAsKey(place) }
    guard saveSimpleKey() == .next else { return .end }
    simpleKeys.append(nil)
    isMapping.append(character() == "{")
    expectsKey = character() == "{"
    allowsSimpleKey = true
    try checkDepth()
    skip()
    return .next
  }

  private mutating func closeBracket() -> Step {
    guard removeSimpleKey() == .next else { return .end }
    if !isInBlock {
      simpleKeys.removeLast()
      isMapping.removeLast()
    }
    expectsKey = false
    allowsSimpleKey = false
    skip()
    return .next
  }

  private mutating func comma() -> Step {
    guard removeSimpleKey() == .next else { return .end }
    expectsKey = isMapping[flowLevel]
    allowsSimpleKey = true
    skip()
    return .next
  }

  private mutating func blockEntry() throws(YAMLFault) -> Step {
    if isInBlock {
      guard allowsSimpleKey else { return .end }
      try rollIndent(to: column)
    }
    guard removeSimpleKey() == .next else { return .end }
    allowsSimpleKey = true
    skip()
    return .next
  }

  private mutating func colon() throws(YAMLFault) -> Step {
    expectsKey = false
    if let key = simpleKeys[flowLevel] {
      guard scalars[key.index] != "[", scalars[key.index] != "{" else {
        throw collectionAsKey(Place(line: key.line + 1, column: key.column + 1))
      }
      try rollIndent(to: key.column)
      simpleKeys[flowLevel] = nil
      allowsSimpleKey = false
    } else {
      if isInBlock {
        guard allowsSimpleKey else { return .end }
        try rollIndent(to: column)
      }
      allowsSimpleKey = isInBlock
    }
    skip()
    return .next
  }

  // MARK: Scalars

  private mutating func quotedScalar() -> Step {
    guard saveSimpleKey() == .next else { return .end }
    expectsKey = false
    allowsSimpleKey = false
    let quote = character()
    skip()
    while character() != Self.end, !isAtDocumentIndicator {
      switch character() {
      case quote where quote == "'" && character(1) == "'":
        skip(2)
      case quote:
        skip()
        return .next
      case "\\" where quote == "\"" && !isBreakOrEnd(1):
        skip(2)
      default:
        if isBreak() { skipBreak() } else { skip() }
      }
    }
    return .end
  }

  private mutating func plainScalar() -> Step {
    guard saveSimpleKey() == .next else { return .end }
    expectsKey = false
    allowsSimpleKey = false
    var startedLine = false
    while !isAtDocumentIndicator, character() != "#" {
      while !isBlankOrEnd(), !endsPlainScalar {
        if character() == ":", !isInBlock, ",?[]{}".unicodeScalars.contains(character(1)) {
          return .end
        }
        skip()
        startedLine = false
      }
      guard isBlank() || isBreak() else { break }
      while isBlank() || isBreak() {
        if isBreak() {
          skipBreak()
          startedLine = true
        } else {
          if startedLine, column < indent + 1, character() == "\t" { return .end }
          skip()
        }
      }
      if isInBlock, column < indent + 1 { break }
    }
    if startedLine { allowsSimpleKey = true }
    return .next
  }

  private var endsPlainScalar: Bool {
    switch character() {
    case ":": isBlankOrEnd(1)
    case ",", "[", "]", "{", "}": !isInBlock
    default: false
    }
  }

  private mutating func blockScalar() -> Step {
    guard removeSimpleKey() == .next else { return .end }
    allowsSimpleKey = true
    skip()
    var width = 0
    // Chomping and indentation, in either order.
    for _ in 0..<2 {
      if character() == "+" || character() == "-" {
        skip()
      } else if ("1"..."9").contains(character()) {
        width = Int(character().value - 0x30)
        skip()
      }
    }
    while isBlank() { skip() }
    if character() == "#" { skipToBreak() }
    guard isBreakOrEnd() else { return .end }
    if isBreak() { skipBreak() }
    var margin = width > 0 ? max(indent, 0) + width : 0
    while true {
      skipMargin(&margin)
      guard column == margin, character() != Self.end else { return .next }
      skipToBreak()
      if isBreak() { skipBreak() }
    }
  }

  /// Skips blank lines and the margin of a block scalar; the first line that has text sets it.
  private mutating func skipMargin(_ margin: inout Int) {
    var widest = 0
    while true {
      while character() == " ", margin == 0 || column < margin { skip() }
      widest = max(widest, column)
      guard isBreak() else { break }
      skipBreak()
    }
    if margin == 0 { margin = max(widest, indent + 1, 1) }
  }

  // MARK: What is refused

  private var place: Place { Place(line: line + 1, column: column + 1) }

  private var explicitKey: YAMLFault {
    YAMLFault(
      kind: .complexKey, place: place, found: "a key marked with ?", expected: "a word as the key",
      advice: "Write `key: value`, and put quotes around text that starts so.")
  }

  private func collectionAsKey(_ place: Place) -> YAMLFault {
    YAMLFault(
      kind: .complexKey, place: place, found: "a list or a mapping as a key",
      expected: "a word as the key", advice: "Write `key: value`.")
  }

  private var reference: YAMLFault {
    switch character() {
    case "!":
      YAMLFault(
        kind: .explicitTag, place: place, found: "a tag (!)", expected: "a plain value",
        advice: "The format gives every value its type; put quotes around text that starts so.")
    case let sign:
      YAMLFault(
        kind: .anchorOrAlias, place: place,
        found: sign == "&" ? "an anchor (&)" : "an alias (*)", expected: "a plain value",
        advice: "A plan says each thing where it stands; put quotes around text that starts so.")
    }
  }
}
