/// How much of a JSON text is taken in.
public struct JSONLimits: Sendable, Hashable {
  /// Bytes of the whole text.
  public var bytes: Int
  /// How deep arrays and objects may be nested.
  public var depth: Int
  /// Values in the whole text.
  public var values: Int

  /// 1 GiB, 64 levels, 50 million values.
  public static let standard = JSONLimits(bytes: 1 << 30, depth: 64, values: 50_000_000)

  public init(bytes: Int, depth: Int, values: Int) {
    self.bytes = bytes
    self.depth = depth
    self.values = values
  }
}

/// What is wrong with a JSON text, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order in which they are looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// The text has more bytes than the limit.
    case tooLong
    /// The text starts with a byte order mark.
    case byteOrderMark
    /// There is no value.
    case empty
    /// Arrays and objects are nested deeper than the limit.
    case tooDeep
    /// There are more values than the limit.
    case tooManyValues
    /// The text ends inside a value.
    case truncated
    /// A character that cannot stand at its place.
    case unexpectedCharacter
    /// A number that RFC 8259 does not allow, such as `01` or `1.`.
    case malformedNumber
    /// A `\` that starts no escape, or half a surrogate pair.
    case malformedEscape
    /// A control character inside a string, NUL among them.
    case controlCharacter
    /// Bytes that are no UTF-8.
    case invalidUTF8
    /// A key that stands twice in one object.
    case duplicateKey
    /// Something follows the value.
    case trailingText
  }

  public let kind: Kind
  /// Counted from 1.
  public let line: Int
  /// Bytes from the start of the line, counted from 1.
  public let column: Int
  public let found: String
  public let expected: String

  public var description: String {
    "line \(line), column \(column): found \(found), expected \(expected)"
  }
}

extension JSON {
  /// Reads one JSON value and nothing else.
  ///
  /// Strict RFC 8259: UTF-8, no byte order mark, no duplicate keys, no control characters in
  /// strings.
  /// - Throws: `JSONError` with line and column.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = .standard
  ) throws(JSONError) -> JSON {
    var parser = JSONParser(bytes: bytes, limits: limits)
    return try parser.parseDocument()
  }
}

/// A key by its very bytes: Swift holds texts equal that differ only in their Unicode normal form.
private struct ExactKey: Hashable {
  let text: String

  static func == (left: ExactKey, right: ExactKey) -> Bool {
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}

/// A recursive descent whose depth is bounded by the limits.
private struct JSONParser {
  let bytes: [UInt8]
  let limits: JSONLimits
  var index = 0
  var values = 0

  mutating func parseDocument() throws(JSONError) -> JSON {
    guard bytes.count <= limits.bytes else {
      throw error(.tooLong, "\(bytes.count) bytes", "at most \(limits.bytes)")
    }
    guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else {
      throw error(.byteOrderMark, "a byte order mark", "JSON, which starts without one")
    }
    skipBlanks()
    guard index < bytes.count else { throw error(.empty, "nothing", "a JSON value") }
    let value = try parseValue(depth: 0)
    skipBlanks()
    guard index == bytes.count else {
      throw error(.trailingText, shown(at: index), "the end of the text")
    }
    return value
  }

  private mutating func parseValue(depth: Int) throws(JSONError) -> JSON {
    values += 1
    guard values <= limits.values else {
      throw error(.tooManyValues, "more than \(limits.values) values", "at most that many")
    }
    guard index < bytes.count else { throw truncated("a value") }
    switch bytes[index] {
    case UInt8(ascii: "{"): return try parseObject(depth: depth + 1)
    case UInt8(ascii: "["): return try parseArray(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseWord("true", .bool(true))
    case UInt8(ascii: "f"): return try parseWord("false", .bool(false))
    case UInt8(ascii: "n"): return try parseWord("null", .null)
    case UInt8(ascii: "-"), 0x30...0x39: return try parseNumber()
    default: throw error(.unexpectedCharacter, shown(at: index), "a JSON value")
    }
  }

  private mutating func parseObject(depth: Int) throws(JSONError) -> JSON {
    try enter(depth)
    var members: [JSON.Member] = []
    var keys: Set<ExactKey> = []
    if try closes(with: "}") { return .object([]) }
    while true {
      skipBlanks()
      guard index < bytes.count else { throw truncated("a key") }
      guard bytes[index] == UInt8(ascii: "\"") else {
        throw error(.unexpectedCharacter, shown(at: index), "a key in double quotes")
      }
      let start = index
      let key = try parseString()
      guard keys.insert(ExactKey(text: key)).inserted else {
        throw error(
          .duplicateKey, "the key \"\(JSON.shown(key))\" again", "each key once", at: start)
      }
      skipBlanks()
      guard index < bytes.count else { throw truncated("a colon") }
      guard bytes[index] == UInt8(ascii: ":") else {
        throw error(.unexpectedCharacter, shown(at: index), "a colon")
      }
      index += 1
      skipBlanks()
      members.append(JSON.Member(key: key, value: try parseValue(depth: depth)))
      if try ends(with: "}") { return .object(members) }
    }
  }

  private mutating func parseArray(depth: Int) throws(JSONError) -> JSON {
    try enter(depth)
    var elements: [JSON] = []
    if try closes(with: "]") { return .array([]) }
    while true {
      skipBlanks()
      elements.append(try parseValue(depth: depth))
      if try ends(with: "]") { return .array(elements) }
    }
  }

  private mutating func enter(_ depth: Int) throws(JSONError) {
    guard depth <= limits.depth else {
      throw error(.tooDeep, "\(depth) levels", "at most \(limits.depth)")
    }
    index += 1
  }

  /// True, and past it, where the bracket closes at once.
  private mutating func closes(with bracket: Unicode.Scalar) throws(JSONError) -> Bool {
    skipBlanks()
    guard index < bytes.count else { throw truncated("\(bracket)") }
    guard bytes[index] == UInt8(ascii: bracket) else { return false }
    index += 1
    return true
  }

  /// True after the closing bracket, false after a comma.
  private mutating func ends(with bracket: Unicode.Scalar) throws(JSONError) -> Bool {
    skipBlanks()
    guard index < bytes.count else { throw truncated("a comma or \(bracket)") }
    let byte = bytes[index]
    guard byte == UInt8(ascii: ",") || byte == UInt8(ascii: bracket) else {
      throw error(.unexpectedCharacter, shown(at: index), "a comma or \(bracket)")
    }
    index += 1
    return byte != UInt8(ascii: ",")
  }

  private mutating func parseWord(_ word: String, _ value: JSON) throws(JSONError) -> JSON {
    guard bytes[index...].starts(with: word.utf8) else {
      throw error(.unexpectedCharacter, shown(at: index), "a JSON value")
    }
    index += word.utf8.count
    return value
  }

  private mutating func parseNumber() throws(JSONError) -> JSON {
    let start = index
    if bytes[index] == UInt8(ascii: "-") { index += 1 }
    let whole = skipDigits()
    let leadsWithZero = whole > 1 && bytes[index - whole] == 0x30
    var isRight = whole > 0 && !leadsWithZero
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      isRight = skipDigits() > 0 && isRight
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
      {
        index += 1
      }
      isRight = skipDigits() > 0 && isRight
    }
    let literal = String(decoding: bytes[start..<index], as: UTF8.self)
    guard isRight else {
      throw error(
        .malformedNumber, "'\(literal.prefix(40))'", "a JSON number, such as 0 or 12", at: start)
    }
    return .number(literal)
  }

  private mutating func skipDigits() -> Int {
    let start = index
    while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
    return index - start
  }

  private mutating func parseString() throws(JSONError) -> String {
    index += 1
    let start = index
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        let text = try decode(bytes[start..<index], from: start)
        index += 1
        return text
      }
      if byte == UInt8(ascii: "\\") { return try parseEscapedString(from: start) }
      guard byte >= 0x20 else {
        throw error(.controlCharacter, shown(at: index), "an escape such as \\n or \\u0000")
      }
      index += 1
    }
    throw truncated("a closing quote")
  }

  /// The slower way, from the first backslash on.
  private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<index])
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\""):
        index += 1
        return try decode(text[...], from: start)
      case UInt8(ascii: "\\"):
        text += Array(String(try parseEscape()).utf8)
      case 0..<0x20:
        throw error(.controlCharacter, shown(at: index), "an escape such as \\n or \\u0000")
      default:
        text.append(byte)
        index += 1
      }
    }
    throw truncated("a closing quote")
  }

  private mutating func parseEscape() throws(JSONError) -> Unicode.Scalar {
    let start = index
    index += 1
    guard index < bytes.count else { throw truncated("an escape") }
    let byte = bytes[index]
    index += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    default: break
    }
    guard byte == UInt8(ascii: "u"), let unit = parseFourDigits() else {
      throw error(.malformedEscape, shown(at: start), "an escape of RFC 8259", at: start)
    }
    guard (0xD800..<0xDC00).contains(unit) else {
      guard let scalar = Unicode.Scalar(unit) else {
        throw error(.malformedEscape, "half a surrogate pair", "both halves", at: start)
      }
      return scalar
    }
    guard bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      throw error(.malformedEscape, "half a surrogate pair", "both halves", at: start)
    }
    index += 2
    guard let low = parseFourDigits(), (0xDC00..<0xE000).contains(low),
      let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw error(.malformedEscape, "half a surrogate pair", "both halves", at: start) }
    return scalar
  }

  private mutating func parseFourDigits() -> UInt32? {
    guard index + 4 <= bytes.count else { return nil }
    let digits = bytes[index..<(index + 4)]
    guard digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
    index += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private func decode(_ slice: ArraySlice<UInt8>, from start: Int) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw error(.invalidUTF8, "bytes that are no UTF-8", "UTF-8 text", at: start)
    }
    return text
  }

  private mutating func skipBlanks() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0A, 0x0D: index += 1
      default: return
      }
    }
  }

  private func truncated(_ expected: String) -> JSONError {
    error(.truncated, "the end of the text", expected)
  }

  private func shown(at index: Int) -> String {
    let byte = bytes[index]
    return (0x21..<0x7F).contains(byte)
      ? "'\(Unicode.Scalar(byte))'" : "the byte 0x\(String(byte, radix: 16))"
  }

  private func error(
    _ kind: JSONError.Kind, _ found: String, _ expected: String, at place: Int? = nil
  ) -> JSONError {
    let before = bytes[..<(place ?? min(index, bytes.count))]
    let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return JSONError(
      kind: kind, line: before.count { $0 == 0x0A } + 1, column: before.count - lineStart + 1,
      found: found, expected: expected)
  }
}
