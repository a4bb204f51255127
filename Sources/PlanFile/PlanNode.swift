import Yams

/// A place in the plan's text.
struct Place: Sendable, Equatable {
  let line: Int
  let column: Int

  static let start = Place(line: 1, column: 1)
}

/// A YAML value whose scalars are text and nothing else.
indirect enum PlanNode {
  struct Entry {
    let key: String
    let place: Place
    let value: PlanNode
  }

  case scalar(String, Place)
  case list([PlanNode], Place)
  case mapping([Entry], Place)

  var place: Place {
    switch self {
    case .scalar(_, let place), .list(_, let place), .mapping(_, let place): place
    }
  }

  /// What it is, for a message.
  var kindName: String {
    switch self {
    case .scalar(let text, _): text.isEmpty ? "nothing" : "'\(text.prefix(60))'"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// What went wrong before there was a tree to look at.
struct YAMLFault: Error {
  let kind: PlanProblem
  let place: Place
  let found: String
  let expected: String
  var advice = ""
}

/// Reads the subset of YAML that plans are written in.
struct YAMLReader {
  private let limits: PlanLimits
  private var values = 0
  /// The file's text, once it was read.
  private(set) var text = ""
  /// The end of the text: the parser counts a line more there, also where no line ends.
  private var end = Place.start

  init(limits: PlanLimits) {
    self.limits = limits
  }

  mutating func read(_ bytes: [UInt8]) throws(YAMLFault) -> PlanNode {
    guard bytes.count <= limits.bytes else {
      throw YAMLFault(
        kind: .fileTooLarge, place: .start, found: "\(bytes.count) bytes",
        expected: "at most \(limits.bytes)",
        advice: "Long lists of recipients belong into a file of their own, under `sources`.")
    }
    // Some editors put a byte order mark before the text.
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    guard let text = String(validating: content, as: UTF8.self), !content.contains(0) else {
      throw YAMLFault(
        kind: .notUTF8Text, place: .start, found: "bytes that are no UTF-8 text",
        expected: "a text file in UTF-8", advice: "Save it as UTF-8.")
    }
    self.text = text
    try YAMLPreflight.check(text, depth: limits.depth)
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    end = Place(line: lines.count, column: (lines.last?.unicodeScalars.count ?? 0) + 1)
    return try compose(text)
  }

  private mutating func compose(_ text: String) throws(YAMLFault) -> PlanNode {
    let parser: Parser
    let root: Node?
    do {
      // Without rules nothing is taken for a number or a date, and 1 and "1" are the same key.
      parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
      root = try parser.singleRoot()
    } catch let error as YamlError {
      throw fault(error, in: text)
    } catch {
      throw YAMLFault(
        kind: .malformedYAML, place: .start, found: "\(error)", expected: "YAML")
    }
    // The parser owns the anchors that its nodes point to.
    defer { withExtendedLifetime(parser) {} }
    guard let root else {
      throw YAMLFault(
        kind: .emptyPlan, place: .start, found: "nothing", expected: "a plan",
        advice: "`sluice init` writes one to start from.")
    }
    return try convert(root, depth: 0)
  }

  private func fault(_ error: YamlError, in text: String) -> YAMLFault {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      return YAMLFault(
        kind: .malformedYAML, place: place(mark), found: "no YAML: \(problem)",
        expected: "YAML", advice: advice(around: place(mark)))
    case .composer(_, _, let mark, _):
      // Undefined aliases were refused before; what is left is a second document.
      return YAMLFault(
        kind: .severalDocuments, place: place(mark), found: "a second document",
        expected: "one plan per file")
    case .duplicatedKeysInMapping(let keys, let context):
      return YAMLFault(
        kind: .duplicateKey, place: place(context.mark),
        found: "the key '\(keys[0].prefix(60))' twice", expected: "each key once",
        advice: "Remove one of them.")
    case .reader(let problem, let offset, _, _):
      let before = text.prefix(offset ?? 0)
      let lineStart = before.lastIndex(where: \.isNewline).map(before.index(after:))
      let column = before[(lineStart ?? before.startIndex)...].unicodeScalars.count + 1
      return YAMLFault(
        kind: .malformedYAML,
        place: Place(line: before.count { $0.isNewline } + 1, column: column),
        found: "no YAML: \(problem)", expected: "YAML",
        advice: "Remove the character; an editor may not show it.")
    default:
      return YAMLFault(kind: .malformedYAML, place: .start, found: "\(error)", expected: "YAML")
    }
  }

  /// What most often makes a line no YAML.
  private func advice(around place: Place) -> String {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let near = lines[max(0, place.line - 2)..<min(place.line, lines.count)]
    if near.contains(where: { $0.prefix { $0.isWhitespace }.contains("\t") }) {
      return "Indent with blanks: YAML takes no tabs."
    }
    if near.contains(where: { $0.contains("\u{A0}") || $0.contains("\u{202F}") }) {
      return "A blank here is no plain one, as a copied text may have it: write it again."
    }
    return "Look at the indentation and the quotes around this place."
  }

  /// A parser's place, which lies in the text.
  private func place(_ mark: Mark) -> Place {
    mark.line > end.line ? end : Place(line: mark.line, column: mark.column)
  }

  private mutating func convert(_ node: Node, depth: Int) throws(YAMLFault) -> PlanNode {
    let place = node.mark.map(place) ?? .start
    values += 1
    guard values <= limits.values else {
      throw YAMLFault(
        kind: .tooManyValues, place: place, found: "more than \(limits.values) values",
        expected: "at most that many")
    }
    guard depth <= limits.depth else {
      throw YAMLFault(
        kind: .tooDeep, place: place, found: "more than \(limits.depth) levels",
        expected: "at most that many")
    }
    guard node.anchor == nil else {
      throw YAMLFault(
        kind: .anchorOrAlias, place: place, found: "an anchor", expected: "no anchors")
    }
    switch node {
    case .scalar(let scalar):
      return .scalar(scalar.string, place)
    case .sequence(let sequence):
      var nodes: [PlanNode] = []
      for element in sequence { nodes.append(try convert(element, depth: depth + 1)) }
      return .list(nodes, place)
    case .mapping(let mapping):
      return .mapping(try entries(mapping, depth: depth), place)
    case .alias:
      throw YAMLFault(
        kind: .anchorOrAlias, place: place, found: "an alias", expected: "no aliases")
    }
  }

  private mutating func entries(
    _ mapping: Node.Mapping, depth: Int
  ) throws(YAMLFault) -> [PlanNode.Entry] {
    var entries: [PlanNode.Entry] = []
    for (key, value) in mapping {
      let place = key.mark.map(place) ?? .start
      guard case .scalar(let scalar) = key else {
        throw YAMLFault(
          kind: .complexKey, place: place, found: "a list or a mapping as a key",
          expected: "a word")
      }
      guard scalar.string != "<<" else {
        throw YAMLFault(
          kind: .mergeKey, place: place, found: "the merge key <<", expected: "no merges",
          advice: "Write the values out where they hold.")
      }
      entries.append(
        PlanNode.Entry(
          key: scalar.string, place: place, value: try convert(value, depth: depth + 1)))
    }
    return entries
  }
}
