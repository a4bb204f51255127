/// JSON as RFC 8259 describes it. Numbers stay what is written, so that nothing rounds them.
indirect enum StrangerJSON {
  struct Member {
    let name: String
    let value: StrangerJSON
  }

  case text(String)
  case number(String)
  case truth(Bool)
  case nothing
  case list([StrangerJSON])
  case object([Member])

  /// Levels of lists and objects in any text.
  static let mostLevels = 80

  /// nil for what is no JSON: a name that stands twice in an object is none.
  static func parse(_ bytes: ArraySlice<UInt8>) -> StrangerJSON? {
    var reader = Reader(rest: bytes)
    guard let value = reader.value(level: 0) else { return nil }
    reader.skipBlanks()
    return reader.rest.isEmpty ? value : nil
  }

  /// The member of an object whose name has these very bytes.
  subscript(name: String) -> StrangerJSON? {
    members?.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }

  var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The text of a cell: a text, or a number as it is written.
  var cell: String? {
    switch self {
    case .text(let text), .number(let text): text
    default: nil
    }
  }

  /// How many values it is, with those inside of it.
  var count: Int { 1 + parts.reduce(0) { $0 + $1.count } }

  /// How many lists and objects are in one another.
  var levels: Int {
    switch self {
    case .list, .object: 1 + (parts.map(\.levels).max() ?? 0)
    default: 0
    }
  }

  var parts: [StrangerJSON] {
    switch self {
    case .list(let parts): parts
    case .object(let members): members.map(\.value)
    default: []
    }
  }
}

/// Reads from the front of `rest`; every function gives nil where what it reads is not there.
private struct Reader {
  var rest: ArraySlice<UInt8>

  mutating func skipBlanks() {
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  /// Whether the next byte is this one, which is then read.
  private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: wanted) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func take(_ word: String) -> Bool {
    guard rest.starts(with: word.utf8) else { return false }
    rest = rest.dropFirst(word.utf8.count)
    return true
  }

  mutating func value(level: Int) -> StrangerJSON? {
    skipBlanks()
    switch rest.first {
    case UInt8(ascii: "\""): return text().map(StrangerJSON.text)
    case UInt8(ascii: "{"): return object(level: level + 1)
    case UInt8(ascii: "["): return list(level: level + 1)
    case UInt8(ascii: "t"): return take("true") ? .truth(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .truth(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .nothing : nil
    default: return number().map(StrangerJSON.number)
    }
  }

  private mutating func list(level: Int) -> StrangerJSON? {
    guard level <= StrangerJSON.mostLevels, take("[") else { return nil }
    var parts: [StrangerJSON] = []
    skipBlanks()
    if take("]") { return .list([]) }
    repeat {
      guard let part = value(level: level) else { return nil }
      parts.append(part)
      skipBlanks()
    } while take(",")
    return take("]") ? .list(parts) : nil
  }

  private mutating func object(level: Int) -> StrangerJSON? {
    guard level <= StrangerJSON.mostLevels, take("{") else { return nil }
    var members: [StrangerJSON.Member] = []
    var names: Set<[UInt8]> = []
    skipBlanks()
    if take("}") { return .object([]) }
    repeat {
      skipBlanks()
      guard let name = text(), names.insert(Array(name.utf8)).inserted else { return nil }
      skipBlanks()
      guard take(":"), let value = value(level: level) else { return nil }
      members.append(.init(name: name, value: value))
      skipBlanks()
    } while take(",")
    return take("}") ? .object(members) : nil
  }

  private mutating func number() -> String? {
    let start = rest
    _ = take("-")
    guard let whole = digits(), whole.count == 1 || whole.first != 0x30 else { return nil }
    if take("."), digits() == nil { return nil }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      guard digits() != nil else { return nil }
    }
    return String(decoding: start[..<rest.startIndex], as: UTF8.self)
  }

  private mutating func digits() -> ArraySlice<UInt8>? {
    let digits = rest.prefix { (0x30...0x39).contains($0) }
    rest = rest[digits.endIndex...]
    return digits.isEmpty ? nil : digits
  }

  private mutating func text() -> String? {
    guard take("\"") else { return nil }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        bytes += Array(String(scalar).utf8)
      case 0..<0x20: return nil
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    let short: [UInt8: Unicode.Scalar] = [
      0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r",
      0x74: "\t",
    ]
    guard let byte = rest.popFirst() else { return nil }
    if byte != UInt8(ascii: "u") { return short[byte] }
    guard let unit = fourDigits() else { return nil }
    guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
    // The second half of a pair, RFC 8259, section 7.
    guard take("\\u"), let low = fourDigits(), (0xDC00..<0xE000).contains(low) else { return nil }
    return Unicode.Scalar(0x10000 + (unit - 0xD800) * 0x400 + low - 0xDC00)
  }

  private mutating func fourDigits() -> UInt32? {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit })
    else { return nil }
    rest = rest.dropFirst(4)
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
