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
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw YAMLFault(
        kind: .notUTF8Text, place: .start, found: "bytes that are no UTF-8 text",
        expected: "a text file in UTF-8")
    }
    try YAMLPreflight.check(text)
    guard let root = try compose(text) else {
      throw YAMLFault(
        kind: .emptyPlan, place: .start, found: "nothing", expected: "a plan",
        advice: "`sluice init` writes one to start from.")
    }
    return try convert(root, depth: 0)
  }

  private func compose(_ text: String) throws(YAMLFault) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw fault(error)
    } catch {
      throw YAMLFault(
        kind: .malformedYAML, place: .start, found: "\(error)", expected: "YAML")
    }
  }

  private func fault(_ error: YamlError) -> YAMLFault {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      return YAMLFault(
        kind: .malformedYAML, place: Place(line: mark.line, column: mark.column), found: problem,
        expected: "YAML", advice: "Look at the indentation and the quotes around this place.")
    case .composer(_, let problem, let mark, _):
      let place = Place(line: mark.line, column: mark.column)
      guard problem.contains("another document") else {
        return YAMLFault(
          kind: .anchorOrAlias, place: place, found: problem, expected: "no aliases")
      }
      return YAMLFault(
        kind: .severalDocuments, place: place, found: "a second document",
        expected: "one plan per file")
    case .duplicatedKeysInMapping(let keys, let context):
      return YAMLFault(
        kind: .duplicateKey, place: Place(line: context.mark.line, column: context.mark.column),
        found: "the key \(keys.map { "'\($0)'" }.joined(separator: ", ")) twice",
        expected: "each key once", advice: "Remove one of them.")
    case .reader(let problem, _, _, _):
      return YAMLFault(kind: .malformedYAML, place: .start, found: problem, expected: "YAML")
    default:
      return YAMLFault(kind: .malformedYAML, place: .start, found: "\(error)", expected: "YAML")
    }
  }

  private mutating func convert(_ node: Node, depth: Int) throws(YAMLFault) -> PlanNode {
    let place = node.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
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
      let place = key.mark.map { Place(line: $0.line, column: $0.column) } ?? .start
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
      guard !entries.contains(where: { $0.key == scalar.string }) else {
        throw YAMLFault(
          kind: .duplicateKey, place: place, found: "the key '\(scalar.string)' twice",
          expected: "each key once", advice: "Remove one of them.")
      }
      entries.append(
        PlanNode.Entry(
          key: scalar.string, place: place, value: try convert(value, depth: depth + 1)))
    }
    return entries
  }
}

/// Refuses anchors, aliases and tags before a tree is made: a few lines of them can stand for more
/// values than any machine holds.
enum YAMLPreflight {
  static func check(_ text: String) throws(YAMLFault) {
    var quote: Unicode.Scalar?
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      try check(line.unicodeScalars, line: number + 1, &quote)
    }
  }

  /// Looks at the characters at which a value can start, outside quotes and comments.
  private static func check(
    _ line: Substring.UnicodeScalarView, line number: Int, _ quote: inout Unicode.Scalar?
  ) throws(YAMLFault) {
    var startsValue = true
    var isAfterBlank = true
    var depth = 0
    var isEscaped = false
    let scalars = Array(line)
    for (column, scalar) in scalars.enumerated() {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if scalar == "\\", open == "\"" {
          isEscaped = true
        } else if scalar == open {
          quote = nil
        }
        startsValue = false
        isAfterBlank = false
        continue
      }
      switch scalar {
      case "#" where isAfterBlank: return
      case "\"", "'":
        if startsValue { quote = scalar }
        startsValue = false
      case "&", "*", "!":
        let next = column + 1 < scalars.count ? scalars[column + 1] : " "
        if startsValue, next != " ", next != "\r" {
          throw fault(scalar, Place(line: number, column: column + 1))
        }
        startsValue = false
      case " ", "\t", "\r": break
      case "[", "{":
        depth += startsValue ? 1 : 0
        guard depth <= 64 else {
          throw YAMLFault(
            kind: .tooDeep, place: Place(line: number, column: column + 1),
            found: "more than 64 open brackets", expected: "a plan")
        }
        startsValue = true
      case "-", "?", ":", ",": startsValue = true
      default: startsValue = false
      }
      isAfterBlank = scalar == " " || scalar == "\t"
    }
  }

  private static func fault(_ scalar: Unicode.Scalar, _ place: Place) -> YAMLFault {
    guard scalar == "!" else {
      return YAMLFault(
        kind: .anchorOrAlias, place: place,
        found: scalar == "&" ? "an anchor (&)" : "an alias (*)", expected: "a plain value",
        advice: "A plan says each thing where it stands; put quotes around text that starts so.")
    }
    return YAMLFault(
      kind: .explicitTag, place: place, found: "a tag (!)", expected: "a plain value",
      advice: "The format gives every value its type; put quotes around text that starts so.")
  }
}
