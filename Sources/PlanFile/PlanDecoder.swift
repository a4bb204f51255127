import DistributionModel
import EthereumPrimitives

/// A mapping of the plan whose keys are all known.
struct Fields {
  let path: String
  let place: Place
  private let entries: [String: PlanNode]
  /// False where a required key is missing or a key is unknown; the values may still be read.
  let isComplete: Bool

  init(path: String, place: Place, entries: [String: PlanNode], isComplete: Bool) {
    self.path = path
    self.place = place
    self.entries = entries
    self.isComplete = isComplete
  }

  subscript(key: String) -> PlanNode? { entries[key] }

  func has(_ key: String) -> Bool { entries[key] != nil }

  /// Where a key's value stands; the mapping's own place where it has none.
  func place(of key: String) -> Place { entries[key]?.place ?? place }

  func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

/// Turns YAML values into a plan and collects everything that is wrong.
///
/// The first half are the tools; what a plan is made of follows in extensions.
struct PlanDecoder {
  /// How many times as many problems are kept as are reported: they are found by kind, and those
  /// that stand first in the file are told.
  private static let problemsKept = 20

  let file: String
  /// The whole file.
  let text: PlanText
  let limits: PlanLimits
  private(set) var problems: [PlanError] = []
  private(set) var positions: [String: Place] = [:]
  private(set) var notes: [PlanNote] = []
  /// The epochs of the plan, which stand before its sources; nil where it has none or they are
  /// wrong.
  var epochs: EpochSchedule?
  var declaresEpochs = false

  init(file: String, text: PlanText, limits: PlanLimits) {
    self.file = file
    self.text = text
    self.limits = limits
  }

  mutating func report(
    _ kind: PlanProblem, at place: Place, path: String, found: String, expected: String,
    advice: @autoclosure () -> String = ""
  ) {
    guard problems.count < limits.problems * Self.problemsKept else { return }
    problems.append(
      PlanError(
        kind: kind, file: file, line: place.line, column: place.column, path: path.shortened,
        found: found.shortened,
        expected: expected, advice: advice()))
  }

  mutating func note(at place: Place, _ text: String) {
    notes.append(PlanNote(file: file, line: place.line, text: text))
  }

  // MARK: Structure

  /// The keys of a mapping, checked against the table.
  mutating func fields(_ node: PlanNode, _ type: ObjectType, path: String) -> Fields? {
    guard case .mapping(let entries, let place) = node else {
      report(
        .notAMapping, at: node.place, path: path, found: node.kindName,
        expected: "a mapping with the keys \(type.fields.map(\.name).joined(separator: ", "))")
      return nil
    }
    var known: [String: PlanNode] = [:]
    var isComplete = true
    for entry in entries {
      let entryPath = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      guard let field = type.field(entry.key) else {
        reportUnknownKey(entry, in: type, path: entryPath)
        isComplete = false
        continue
      }
      positions[entryPath] = entry.value.place
      if case .scalar("", _) = entry.value {
        report(
          .emptyValue, at: entry.place, path: entryPath, found: "no value",
          expected: field.doc.prefix(1).lowercased() + field.doc.dropFirst().dropLast(),
          advice: field.isRequired ? "Fill it in." : "Fill it in, or remove the line.")
        isComplete = false
        continue
      }
      known[entry.key] = entry.value
    }
    for field in type.fields where field.isRequired {
      guard !entries.contains(where: { $0.key == field.name }) else { continue }
      report(
        .missingKey, at: place, path: path, found: "no key '\(field.name)'",
        expected: "it in every \(type.title)", advice: field.doc)
      isComplete = false
    }
    return Fields(path: path, place: place, entries: known, isComplete: isComplete)
  }

  private mutating func reportUnknownKey(
    _ entry: PlanNode.Entry, in type: ObjectType, path: String
  ) {
    let names = type.fields.map(\.name)
    let isCut = entry.key.first.map { ("0"..."9").contains($0) } ?? false
    report(
      .unknownKey, at: entry.place, path: path, found: "the key '\(entry.key.prefix(60))'",
      expected: "one of \(names.joined(separator: ", "))",
      advice: isCut
        ? "Between { and } a comma ends a value: write numbers without separators, with a point "
          + "for the fraction." : Suggestion.sentence(for: entry.key, among: names))
  }

  /// The entries of a list, each with its path; nil where there is no list.
  mutating func list(_ fields: Fields, _ key: String) -> [(node: PlanNode, path: String)]? {
    guard let node = fields[key] else { return nil }
    let path = fields.path(of: key)
    guard case .list(let nodes, let place) = node else {
      report(
        .notAList, at: node.place, path: path, found: node.kindName,
        expected: "a list: entries that start with -")
      return nil
    }
    guard !nodes.isEmpty else {
      report(
        .emptyList, at: place, path: path, found: "a list without entries",
        expected: "at least one")
      return nil
    }
    return nodes.enumerated().map { ($0.element, "\(path)[\($0.offset)]") }
  }

  // MARK: Single values

  /// A single value, parsed; nil where the key is absent or its value is wrong (and reported).
  mutating func value<Value>(
    _ fields: Fields, _ key: String, _ parse: (String) throws(ScalarFault) -> Value
  ) -> Value? {
    guard let node = fields[key] else { return nil }
    return value(node, path: fields.path(of: key), parse)
  }

  mutating func value<Value>(
    _ node: PlanNode, path: String, _ parse: (String) throws(ScalarFault) -> Value
  ) -> Value? {
    guard case .scalar(let text, let place) = node else {
      report(
        .notASingleValue, at: node.place, path: path, found: node.kindName,
        expected: "a single value")
      return nil
    }
    guard !text.contains("${") else {
      report(
        .environmentReference, at: place, path: path, found: "'\(text.prefix(60))'",
        expected: "the value itself",
        advice: "What affects a result is written out, so that everybody computes the same.")
      return nil
    }
    do {
      return try parse(text)
    } catch {
      report(
        error.kind, at: place, path: path, found: "'\(text.prefix(80))'",
        expected: error.expected, advice: error.advice)
      return nil
    }
  }

  mutating func text(_ fields: Fields, _ key: String) -> String? {
    let limit = limits.textBytes
    return value(fields, key) { text throws(ScalarFault) in
      try ScalarParsing.text(text, limit: limit)
    }
  }

  mutating func name(_ fields: Fields, _ key: String) -> String? {
    value(fields, key, ScalarParsing.name)
  }

  mutating func address(_ fields: Fields, _ key: String) -> Address? {
    value(fields, key, ScalarParsing.address)
  }

  mutating func integer(
    _ fields: Fields, _ key: String, in type: ObjectType
  ) -> UInt64? {
    guard case .integer(let range)? = type.field(key)?.type else {
      preconditionFailure("the table says that \(key) is a whole number")
    }
    return value(fields, key) { text throws(ScalarFault) in
      try ScalarParsing.integer(text, in: range)
    }
  }

  /// One of the words of an enumeration.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ fields: Fields, _ key: String, _ type: Choice.Type
  ) -> Choice? where Choice.RawValue == String {
    word(fields, key, among: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
  }

  mutating func word(_ fields: Fields, _ key: String, among words: [String]) -> String? {
    value(fields, key) { text throws(ScalarFault) in
      guard words.contains(text) else {
        throw ScalarFault(
          kind: .unknownChoice, expected: "one of \(words.joined(separator: ", "))",
          advice: Suggestion.sentence(for: text, among: words))
      }
      return text
    }
  }

  /// `true` or `false`.
  mutating func flag(_ fields: Fields, _ key: String) -> Bool? {
    word(fields, key, among: ["true", "false"]).map { $0 == "true" }
  }

  /// A name that must be in a list of the plan.
  mutating func reference(
    _ fields: Fields, _ key: String, to names: [String], _ kind: PlanProblem, _ noun: String
  ) -> String? {
    guard let name = text(fields, key) else { return nil }
    guard names.contains(name) else {
      report(
        kind, at: fields.place(of: key), path: fields.path(of: key), found: "'\(name)'",
        expected: names.isEmpty
          ? "a \(noun) that the plan lists; it lists none"
          : "a \(noun) that the plan lists: \(names.joined(separator: ", "))",
        advice: Suggestion.sentence(for: name, among: names))
      return nil
    }
    return name
  }

  /// Refuses keys that have no meaning beside the others.
  mutating func refuse(_ keys: [String], in fields: Fields, _ reason: String) {
    for key in keys where fields.has(key) {
      report(
        .keyNotApplicable, at: fields.place(of: key), path: fields.path(of: key),
        found: "the key '\(key)'", expected: "it to be left out", advice: reason)
    }
  }

  /// Reports keys that are missing in this combination.
  mutating func require(_ keys: [String], in fields: Fields, _ reason: String) {
    for key in keys where !fields.has(key) && fields.isComplete {
      report(
        .missingKey, at: fields.place, path: fields.path, found: "no key '\(key)'",
        expected: "it here", advice: reason)
    }
  }

  /// Names must differ even where case does not count, since they become file names.
  mutating func refuseDuplicateNames(_ entries: [(name: String, path: String)]) {
    var seen: [String: String] = [:]
    for entry in entries {
      guard let first = seen.updateValue(entry.path, forKey: entry.name.lowercased()) else {
        continue
      }
      report(
        .duplicateName, at: positions["\(entry.path).name"] ?? .start,
        path: "\(entry.path).name", found: "'\(entry.name)' again, after \(first)",
        expected: "each name once", advice: "Capital letters do not set names apart.")
    }
  }

  mutating func refuseDuplicateAccounts(_ accounts: [(account: Address, path: String)]) {
    var seen: [Address: String] = [:]
    for entry in accounts {
      guard let first = seen.updateValue(entry.path, forKey: entry.account) else { continue }
      report(
        .duplicateAccount, at: positions["\(entry.path).account"] ?? .start,
        path: "\(entry.path).account", found: "\(entry.account) again, after \(first)",
        expected: "each account once", advice: "Remove one of the entries, or put them together.")
    }
  }
}

/// "Did you mean …?"
enum Suggestion {
  static func sentence(for word: String, among words: [String]) -> String {
    guard word.count <= 64 else { return "" }
    let near = words.prefix(100).map { ($0, distance(word.lowercased(), $0.lowercased())) }
      .filter { $0.1 <= max(1, min(2, word.count / 2)) }
      .min { $0.1 < $1.1 }
    return near.map { "Did you mean '\($0.0)'?" } ?? ""
  }

  /// Edits between two words: insertions, deletions, substitutions and swaps of neighbours
  /// (optimal string alignment).
  private static func distance(_ left: String, _ right: String) -> Int {
    let (a, b) = (Array(left), Array(right))
    var rows = [Array(0...b.count)]
    for i in 1...max(a.count, 1) where i <= a.count {
      var row = [i]
      for j in 1...max(b.count, 1) where j <= b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        var best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          best = min(best, rows[i - 2][j - 2] + 1)
        }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
