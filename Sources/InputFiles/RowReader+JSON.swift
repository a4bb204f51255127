import CanonicalJSON
import DistributionModel
import EthereumPrimitives

extension RowReader {
  private var jsonLimits: JSONLimits {
    JSONLimits(bytes: limits.lineBytes, depth: 8, values: 4 * limits.columns)
  }

  // MARK: JSON Lines

  mutating func readJSONLines(
    _ source: ByteSource, _ taker: inout some RowTaker
  ) throws(Fault) {
    var lines = LineReader(source, limits: limits, honoursQuotes: false)
    var seen: Set<String> = []
    var isEmpty = true
    let cells = try columns.cells()
    var quarantine = quarantine
    let before = quarantine.faults.count
    while try quarantine.read({ () throws(Fault) in
      guard let record = try lines.next() else { return false }
      guard !record.bytes.isEmpty else {
        guard try lines.isAtEndAfterBlanks() else { throw Self.blank(record) }
        return false
      }
      isEmpty = false
      try take(try json(record), cells, line: record.line, &seen, &taker)
      return true
    }) {}
    // A line that is no text is one that was left out, and not nothing.
    guard !isEmpty || quarantine.faults.count > before || declaration.noRows == .allow else {
      throw Self.emptyFile
    }
    unused = seen.subtracting(columns.names).sorted()
    self.quarantine = quarantine
  }

  private func json(_ record: LineReader.Record) throws(Fault) -> JSON {
    do {
      return try JSON.parse(Array(record.bytes), limits: jsonLimits)
    } catch {
      let place = record.place(of: record.bytes.startIndex + error.column - 1)
      throw Fault(
        kind: .malformedJSON, line: record.line, column: place.column, found: error.found,
        expected: error.expected,
        advice: "Each line is an object of its own; a file that is one list is `format: json`.")
    }
  }

  // MARK: JSON

  mutating func readJSON(_ source: ByteSource, _ taker: inout some RowTaker) throws(Fault) {
    let text = try JSONText(source, limits: limits)
    var seen: Set<String> = []
    let cells = try columns.cells()
    var quarantine = quarantine
    switch try text.shape(within: declaration.within) {
    case .list(let elements):
      for element in elements {
        // Where one row is no JSON, the whole text is none.
        let json = try text.value(element, limits: jsonLimits)
        _ = try quarantine.read { () throws(Fault) in
          try take(json, cells, line: text.line(of: element.lowerBound), &seen, &taker)
          return true
        }
      }
    case .members(let members):
      for member in members {
        let json = try row(try text.value(member.value, limits: jsonLimits), of: member, text)
        _ = try quarantine.read { () throws(Fault) in
          try take(json, cells, line: text.line(of: member.value.lowerBound), &seen, &taker)
          return true
        }
      }
    }
    unused = seen.subtracting(columns.names).sorted()
    self.quarantine = quarantine
  }

  /// The row of a member of an object from accounts to their values: one value, or an object of
  /// them.
  private func row(
    _ json: JSON, of member: JSONText.Member, _ text: JSONText
  ) throws(Fault) -> JSON {
    var members = json.members ?? []
    if json.members == nil {
      guard columns.values.count <= 1 else {
        throw Fault(
          kind: .unknownShape, line: text.line(of: member.value.lowerBound), field: member.name,
          found: "\(json.kindName) for \(columns.values.count.counted("column"))",
          expected: "an object with a member for each column")
      }
      members = columns.values.map { JSON.Member(key: $0.name, value: json) }
    }
    members.removeAll { $0.key == columns.names[0] }
    members.append(JSON.Member(key: columns.names[0], value: .string(member.name)))
    return .object(members)
  }

  // MARK: Objects

  private func take(
    _ json: JSON, _ cells: [CellKind], line: Int, _ seen: inout Set<String>,
    _ taker: inout some RowTaker
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
    let row = JSONRow(json: json, columns: columns, line: line)
    try take(Row(line: line, kinds: cells, cells: row), &taker)
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
}

/// An object whose members are cells.
private struct JSONRow: RowCells {
  let json: JSON
  let columns: RowColumns
  let line: Int

  func cell(_ place: Int) throws(Fault) -> ArraySlice<UInt8> {
    let isValue = place >= 1 && place <= columns.values.count
    let name = columns.names[place]
    switch json[name] {
    case .string(let text)?: return Array(text.utf8)[...]
    case .number(let literal)?: return Array(literal.utf8)[...]
    // True and false are texts too.
    case .bool(let value)? where place > 0 && !isValue: return Array("\(value)".utf8)[...]
    case .null? where isValue && columns.values[place - 1].empty == .zero: return []
    case let value?:
      throw Fault(
        kind: .nestedValue, found: value.kindName, expected: "a string or a number",
        advice: "Amounts are safest as strings: \"\(name)\": \"12\".")
    case nil:
      throw Fault(
        kind: .missingMember, found: "no member '\(name)'", expected: "one in every row")
    }
  }

  func position(of place: Int) -> (line: Int, column: Int) { (line, 0) }
}
