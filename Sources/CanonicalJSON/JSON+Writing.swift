extension JSON {
  /// The one way in which the value is written: compact, keys ascending by their UTF-8 bytes.
  ///
  /// Strings are escaped as in RFC 8785: only `"`, `\` and control characters. Keys must be unique.
  public func canonicalBytes() -> [UInt8] {
    var bytes: [UInt8] = []
    appendCanonical(to: &bytes)
    return bytes
  }

  private func appendCanonical(to bytes: inout [UInt8]) {
    switch self {
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.appendCanonical(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in sorted.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.append(member.key, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.appendCanonical(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    default:
      appendScalar(to: &bytes)
    }
  }

  /// The value for people: two spaces per level, members in their own order.
  public func prettyText() -> String {
    var bytes: [UInt8] = []
    appendPretty(to: &bytes, level: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func appendPretty(to bytes: inout [UInt8], level: Int) {
    switch self {
    case .array(let elements) where !elements.isEmpty:
      Self.appendLines(to: &bytes, "[", "]", level, elements) { element, bytes in
        element.appendPretty(to: &bytes, level: level + 1)
      }
    case .object(let members) where !members.isEmpty:
      Self.appendLines(to: &bytes, "{", "}", level, members) { member, bytes in
        Self.append(member.key, to: &bytes)
        bytes += Array(": ".utf8)
        member.value.appendPretty(to: &bytes, level: level + 1)
      }
    case .array: bytes += Array("[]".utf8)
    case .object: bytes += Array("{}".utf8)
    default: appendScalar(to: &bytes)
    }
  }

  private static func appendLines<Element>(
    to bytes: inout [UInt8], _ open: String, _ close: String, _ level: Int, _ elements: [Element],
    _ append: (Element, inout [UInt8]) -> Void
  ) {
    bytes += Array(open.utf8)
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes += Array(("\n" + String(repeating: "  ", count: level + 1)).utf8)
      append(element, &bytes)
    }
    bytes += Array(("\n" + String(repeating: "  ", count: level) + close).utf8)
  }

  private func appendScalar(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .number(let literal): bytes += Array(literal.utf8)
    case .string(let text): Self.append(text, to: &bytes)
    case .array, .object: preconditionFailure("not a scalar")
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes += Array("\\b".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0C: bytes += Array("\\f".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
