/// A JSON value (RFC 8259) whose numbers are kept as they are written.
///
/// No number passes through floating point: 2⁵³ + 1 stays what it is.
public indirect enum JSON: Sendable, Hashable {
  case null
  case bool(Bool)
  /// The literal, such as `12` or `1e21`; whoever reads it decides what is acceptable.
  case number(String)
  case string(String)
  case array([JSON])
  /// Members in the order of the text; keys are unique where the value was parsed.
  case object([Member])

  public struct Member: Sendable, Hashable {
    public let key: String
    public let value: JSON

    public init(key: String, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// A whole number that every reader takes exactly: |value| ≤ 2⁵³. Larger ones go as strings.
  public static func integer(_ value: Int) -> JSON {
    precondition(value.magnitude <= 1 << 53, "larger integers are written as strings")
    return .number(String(value))
  }

  /// The member of an object; nil for other values and for keys that are not there, byte by byte.
  public subscript(key: String) -> JSON? {
    members?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  public var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  public var elements: [JSON]? {
    if case .array(let elements) = self { elements } else { nil }
  }

  public var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// The value of a number literal that is a plain whole number within `Int`.
  public var wholeNumber: Int? {
    guard case .number(let literal) = self, let value = Int(literal), String(value) == literal
    else { return nil }
    return value
  }

  /// What kind of value it is, for a message.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "a boolean"
    case .number(let literal): "the number \(Self.shown(literal))"
    case .string(let text): "the string \"\(Self.shown(text))\""
    case .array: "an array"
    case .object: "an object"
    }
  }

  /// The start of a text, for a message: one character can have marks without end.
  static func shown(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(40)))
  }
}
