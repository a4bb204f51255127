import CanonicalJSON

/// A JSON text, cut into its rows; each of them is read when its turn comes.
struct JSONText {
  enum Shape {
    case list([Range<Int>])
    case members([Member])
  }

  struct Member {
    let name: String
    let value: Range<Int>
  }

  private let bytes: [UInt8]
  /// Where line ends are, ascending.
  private let lineEnds: [Int]
  private let limits: InputLimits

  /// Takes in a whole file.
  init(_ source: ByteSource, limits: InputLimits) throws(Fault) {
    var bytes: [UInt8] = []
    while let piece = try source.next() {
      bytes += piece
      guard bytes.count <= limits.jsonBytes else {
        throw Fault(
          kind: .fileTooLarge, found: "more than \(limits.jsonBytes) bytes of JSON",
          expected: "at most that many", advice: "Write it as JSON Lines, one object per line.")
      }
    }
    try LineReader.refuseOtherEncodings(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    self.bytes = bytes
    self.limits = limits
    lineEnds = bytes.indices.filter { bytes[$0] == 0x0A }
  }

  // MARK: Places

  /// The line of a byte, counted from 1.
  func line(of index: Int) -> Int {
    var (low, high) = (0, lineEnds.count)
    while low < high {
      let middle = (low + high) / 2
      if lineEnds[middle] < index { low = middle + 1 } else { high = middle }
    }
    return low + 1
  }

  private func malformed(at index: Int, found: String, expected: String) -> Fault {
    let line = line(of: index)
    let start = line == 1 ? 0 : lineEnds[line - 2] + 1
    // Continuation bytes of UTF-8 are no characters of their own.
    let characters = bytes[start..<index].count { $0 & 0xC0 != 0x80 }
    return Fault(
      kind: .malformedJSON, line: line, column: characters + 1, found: found, expected: expected)
  }

  private func unexpected(at index: Int, _ expected: String) -> Fault {
    let found =
      index < bytes.count ? Fault.shown(bytes[index...].prefix(16)) : "the end of the text"
    return malformed(at: index, found: found, expected: expected)
  }

  // MARK: Values

  /// Reads the value in a part of the text.
  func value(_ range: Range<Int>, limits: JSONLimits) throws(Fault) -> JSON {
    guard range.count <= limits.bytes else {
      throw Fault(
        kind: .lineTooLong, line: line(of: range.lowerBound),
        found: "a row of \(range.count) bytes", expected: "at most \(limits.bytes)")
    }
    do {
      return try JSON.parse(Array(bytes[range]), limits: limits)
    } catch {
      let first = line(of: range.lowerBound)
      let start =
        error.line == 1 ? range.lowerBound : lineEnds[first + error.line - 3] + 1
      throw malformed(
        at: min(start + error.column - 1, bytes.count), found: error.found,
        expected: error.expected)
    }
  }

  /// What the rows are, inside of the named members.
  func shape(within names: [String]) throws(Fault) -> Shape {
    var range = trimmed(bytes.indices)
    guard !range.isEmpty else { throw RowReader.emptyFile }
    for name in names {
      let members = try members(of: range)
      guard let member = members.first(where: { $0.name == name }) else {
        throw Fault(
          kind: .missingMember, line: line(of: range.lowerBound), field: name,
          found: "no member '\(name)'", expected: "one, as `within` in the plan says")
      }
      // What is not read is JSON all the same.
      for other in members where other.value != member.value {
        _ = try value(other.value, limits: .standard)
      }
      range = member.value
    }
    switch bytes[range.lowerBound] {
    case UInt8(ascii: "["): return .list(try elements(of: range))
    case UInt8(ascii: "{"): return .members(try members(of: range))
    default:
      _ = try value(range, limits: .standard)
      throw Fault(
        kind: .unknownShape, line: line(of: range.lowerBound),
        found: Fault.shown(bytes[range]),
        expected: "a list of objects, or an object from accounts to their values")
    }
  }

  private func elements(of range: Range<Int>) throws(Fault) -> [Range<Int>] {
    var elements: [Range<Int>] = []
    try forEachPart(of: range, closing: "]") { start, end throws(Fault) in
      elements.append(trimmed(start..<end))
    }
    return elements
  }

  private func members(of range: Range<Int>) throws(Fault) -> [Member] {
    guard bytes[range.lowerBound] == UInt8(ascii: "{") else {
      throw unexpected(at: range.lowerBound, "an object")
    }
    var members: [Member] = []
    var names: Set<String> = []
    try forEachPart(of: range, closing: "}") { start, end throws(Fault) in
      guard let colon = colon(start..<end) else {
        throw unexpected(at: start, "a name in double quotes, and a colon")
      }
      let name = try value(trimmed(start..<colon), limits: .standard)
      guard case .string(let text) = name else {
        throw unexpected(at: start, "a name in double quotes")
      }
      guard names.insert(text).inserted else {
        throw malformed(
          at: start, found: "the member '\(text.prefix(60))' again", expected: "each name once")
      }
      let value = trimmed(colon + 1..<end)
      guard !value.isEmpty else { throw unexpected(at: end, "a value") }
      members.append(Member(name: text, value: value))
    }
    return members
  }

  // MARK: Cutting

  /// Calls `body` with each part between the commas of a list or an object.
  private func forEachPart(
    of range: Range<Int>, closing: Unicode.Scalar,
    _ body: (_ start: Int, _ end: Int) throws(Fault) -> Void
  ) throws(Fault) {
    let close = UInt8(ascii: closing)
    var index = range.lowerBound + 1
    if let next = bytes[index..<range.upperBound].first(where: { !Self.isBlank($0) }),
      next == close
    {
      index = trimmed(index..<range.upperBound).lowerBound
    } else {
      repeat {
        let start = trimmed(index..<range.upperBound).lowerBound
        let end = partEnd(start..<range.upperBound)
        try body(start, end)
        index = end + 1
      } while index <= range.upperBound && bytes[index - 1] == UInt8(ascii: ",")
      index -= 1
    }
    guard index < range.upperBound, bytes[index] == close else {
      throw unexpected(at: min(index, range.upperBound), "a comma or \(closing)")
    }
    let rest = trimmed(index + 1..<range.upperBound)
    guard rest.isEmpty else { throw unexpected(at: rest.lowerBound, "the end of the text") }
  }

  /// The first comma or closing bracket outside of inner brackets and texts, or the end.
  private func partEnd(_ range: Range<Int>) -> Int {
    var depth = 0
    var index = range.lowerBound
    while index < range.upperBound {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        index = textEnd(from: index, to: range.upperBound)
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        guard depth > 0 else { return index }
        depth -= 1
      case UInt8(ascii: ",") where depth == 0: return index
      default: break
      }
      index += 1
    }
    return range.upperBound
  }

  /// The place after the text whose opening quote stands at `start`.
  private func textEnd(from start: Int, to end: Int) -> Int {
    var index = start + 1
    while index < end {
      if bytes[index] == UInt8(ascii: "\"") { return index + 1 }
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return end
  }

  /// Where the colon after a member's name stands.
  private func colon(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, bytes[range.lowerBound] == UInt8(ascii: "\"") else { return nil }
    let after = textEnd(from: range.lowerBound, to: range.upperBound)
    return bytes[after..<range.upperBound].firstIndex { !Self.isBlank($0) }
      .flatMap { bytes[$0] == UInt8(ascii: ":") ? $0 : nil }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }

  /// A part without blanks around it.
  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    let start = bytes[range].firstIndex { !Self.isBlank($0) } ?? range.upperBound
    let end = bytes[range].lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? range.upperBound
    return start..<end
  }
}
