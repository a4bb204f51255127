import CanonicalJSON
import DistributionModel
import EthereumPrimitives

extension RowReader {
  private var jsonLimits: JSONLimits {
    JSONLimits(bytes: limits.lineBytes, depth: 8, values: 4 * limits.columns)
  }

  // MARK: JSON Lines

  mutating func readJSONLines(_ source: ByteSource) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: false)
    var seen: Set<String> = []
    var cells: [CellKind]?
    while let record = try lines.next() {
      guard !record.bytes.isEmpty else {
        guard try lines.isAtEndAfterBlanks() else { throw Self.blank(record) }
        break
      }
      let json: JSON
      do {
        json = try JSON.parse(Array(record.bytes), limits: jsonLimits)
      } catch {
        let place = record.place(of: record.bytes.startIndex + error.column - 1)
        throw Fault(
          kind: .malformedJSON, line: record.line, column: place.column, found: error.found,
          expected: error.expected,
          advice: declaration.format == .jsonl
            ? "Each line is an object of its own; a file that is one list is `format: json`." : "")
      }
      if cells == nil { cells = try objectCells(line: record.line) }
      try take(json, cells ?? [], line: record.line, &seen)
    }
    guard cells != nil || declaration.noRows == .allow else { throw Self.emptyFile }
    unused = seen.subtracting(columns.names).sorted()
  }

  // MARK: JSON

  mutating func readJSON(_ source: ByteSource) throws(Fault) {
    let text = try JSONText(source, limits: limits)
    var seen: Set<String> = []
    let cells = try objectCells(line: 1)
    switch try text.shape(within: declaration.within) {
    case .list(let elements):
      for element in elements {
        let json = try text.value(element, limits: jsonLimits)
        try take(json, cells, line: text.line(of: element.lowerBound), &seen)
      }
    case .members(let members):
      for member in members {
        let json = try text.value(member.value, limits: jsonLimits)
        let line = text.line(of: member.value.lowerBound)
        try take(json, named: member.name, cells, line: line, &seen)
      }
    }
    unused = seen.subtracting(columns.names).sorted()
  }

  /// Takes a member of an object from accounts to their values: one value, or an object of them.
  private mutating func take(
    _ json: JSON, named name: String, _ cells: [CellKind], line: Int, _ seen: inout Set<String>
  ) throws(Fault) {
    var members = json.members ?? []
    if json.members == nil {
      guard declaration.columns.count <= 1 else {
        throw Fault(
          kind: .unknownShape, line: line, field: name,
          found: "\(json.kindName) for \(declaration.columns.count.counted("column"))",
          expected: "an object with a member for each column")
      }
      members = declaration.columns.map { JSON.Member(key: $0.name, value: json) }
    }
    members.removeAll { $0.key == declaration.accountColumn }
    members.append(JSON.Member(key: declaration.accountColumn, value: .string(name)))
    try take(.object(members), cells, line: line, &seen)
  }

  // MARK: Objects

  /// The plan's own columns, since JSON has no header.
  private func objectCells(line: Int) throws(Fault) -> [CellKind] {
    var names = columns.names
    names.removeSubrange(columns.conditions.lowerBound...)
    return try Header(names, names, declaration, line: line).cells
  }

  private mutating func take(
    _ json: JSON, _ cells: [CellKind], line: Int, _ seen: inout Set<String>
  ) throws(Fault) {
    guard let members = json.members else {
      throw Fault(
        kind: .notAnObject, line: line, found: json.kindName,
        expected: declaration.format == .json
          ? "one JSON object per row" : "one JSON object per line",
        advice: declaration.format == .json
          ? "" : "A file that is one list or one object is `format: json`.")
    }
    guard members.count <= limits.columns else {
      throw Fault(
        kind: .tooManyColumns, line: line, found: "\(members.count) members",
        expected: "at most \(limits.columns)")
    }
    try refuseLookalikes(members, line: line)
    for member in members where !seen.contains(member.key) { seen.insert(member.key) }
    guard seen.count <= limits.columns else {
      throw Fault(
        kind: .tooManyColumns, line: line, found: "\(seen.count) different members so far",
        expected: "at most \(limits.columns)")
    }
    let (names, declared) = (columns.names, declaration.columns)
    let values = 1..<columns.conditions.lowerBound
    try take(line: line, cells: cells) { number throws(Fault) in
      let isValue = values.contains(number)
      if isValue, json[names[number]] == .null, declared[number - 1].empty == .zero {
        return []
      }
      return try Self.cell(json, names[number], isText: number > 0 && !isValue)[...]
    } place: { _ in
      (line, 0)
    }
  }

  /// Names that differ in bytes and are equal as text: other readers take them for one.
  private func refuseLookalikes(_ members: [JSON.Member], line: Int) throws(Fault) {
    guard members.contains(where: { $0.key.utf8.contains { $0 >= 0x80 } }) else { return }
    var seen: Set<String> = []
    for member in members where !seen.insert(member.key).inserted {
      throw Fault(
        kind: .malformedJSON, line: line,
        found: "the member '\(member.key)' in two spellings of the same letters",
        expected: "each name once", advice: "Remove one of them.")
    }
  }

  /// - Parameter isText: whether true and false are texts too.
  private static func cell(
    _ json: JSON, _ name: String, isText: Bool
  ) throws(Fault) -> [UInt8] {
    switch json[name] {
    case .string(let text)?: return Array(text.utf8)
    case .number(let literal)?: return Array(literal.utf8)
    case .bool(let value)? where isText: return Array("\(value)".utf8)
    case let value?:
      throw Fault(
        kind: .nestedValue, found: value.kindName, expected: "a string or a number",
        advice: "Amounts are safest as strings: \"\(name)\": \"12\".")
    case nil:
      throw Fault(
        kind: .missingMember, found: "no member '\(name)'", expected: "one in every row")
    }
  }
}
