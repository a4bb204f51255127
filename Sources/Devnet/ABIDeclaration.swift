import EthereumPrimitives

/// A function or an error of a contract with the names of its parameters, written as
/// `transfer(address to, uint256 amount)`.
public struct ABIDeclaration: Sendable, Hashable {
  public struct Parameter: Sendable, Hashable {
    public let name: String
    public let type: ABIType
  }

  public let name: String
  public let parameters: [Parameter]

  /// Reads a declaration; nil for a text that is none.
  init?(_ text: String) {
    guard let open = text.firstIndex(of: "("), text.last == ")" else { return nil }
    name = String(text[..<open])
    var parameters: [Parameter] = []
    for part in Self.parts(text[text.index(after: open)...].dropLast()) {
      let words = part.split(separator: " ")
      guard let type = try? ABIType(parsing: String(words[0])), words.count == 2 else {
        return nil
      }
      parameters.append(Parameter(name: String(words[1]), type: type))
    }
    self.parameters = parameters
  }

  /// What stands between commas that are not inside of brackets.
  private static func parts(_ text: Substring) -> [Substring] {
    guard !text.isEmpty else { return [] }
    var parts: [Substring] = []
    var depth = 0
    var start = text.startIndex
    for place in text.indices {
      switch text[place] {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<place])
        start = text.index(after: place)
      default: break
      }
    }
    return parts + [text[start...]]
  }

  /// The first four bytes of a call of it.
  var selector: [UInt8] {
    let types = parameters.map(\.type.canonicalName).joined(separator: ",")
    return ABI.selector("\(name)(\(types))")
  }

  /// The most values that the arguments of a call may have.
  private static let maximumValues = 10_000

  /// The arguments in the bytes after the selector; nil where they are not those of this function.
  func arguments(_ bytes: [UInt8]) -> [DecodedCall.Argument]? {
    let types = parameters.map(\.type)
    guard let values = try? ABI.decode(bytes, as: types, maximumValues: Self.maximumValues) else {
      return nil
    }
    return zip(parameters, values).map {
      DecodedCall.Argument(name: $0.name, type: $0.type.canonicalName, value: $1.text(of: $0.type))
    }
  }
}

/// The name of a function or an error, and what was given to it.
public struct DecodedCall: Sendable, Hashable, CustomStringConvertible {
  public struct Argument: Sendable, Hashable {
    public let name: String
    public let type: String
    /// As it is shown: long ones are cut.
    public let value: String
  }

  public let name: String
  public let arguments: [Argument]

  public var description: String {
    name + "(" + arguments.map { "\($0.name) \($0.value)" }.joined(separator: ", ") + ")"
  }
}

extension ABIValue {
  /// Elements of a list, and bytes of data, that are shown.
  private static let maximumElements = 4
  private static let maximumBytes = 32

  /// The value for people, of bounded length.
  func text(of type: ABIType) -> String {
    switch (self, type) {
    case (.uint(let number), _): number.description
    case (.int(let number), _):
      number.leadingZeroBitCount == 0
        ? "-" + (UInt256.zero &- number).description
        : number.description
    case (.address(let address), _): address.description
    case (.bool(let flag), _): "\(flag)"
    case (.fixedBytes(let bytes), _): Hex.encode(bytes)
    case (.bytes(let bytes), _): Self.text(bytes)
    case (.string(let text), _): "\"\(Self.text(text))\""
    case (.array(let values), .array(let element)),
      (.array(let values), .fixedArray(let element, _)):
      Self.text(values.map { ($0, element) }, "[", "]")
    case (.tuple(let values), .tuple(let types)): Self.text(Array(zip(values, types)), "(", ")")
    case (.array, _), (.tuple, _): "?"
    }
  }

  private static func text(
    _ values: [(ABIValue, ABIType)], _ open: String, _ close: String
  ) -> String {
    let shown = values.prefix(maximumElements).map { $0.0.text(of: $0.1) }
    let rest = values.count - shown.count
    return open + shown.joined(separator: ", ") + (rest > 0 ? ", and \(rest) more" : "") + close
  }

  /// Bytes in hexadecimal; of many, the first and how many there are.
  static func text(_ bytes: [UInt8]) -> String {
    guard bytes.count > maximumBytes else { return Hex.encode(bytes) }
    return Hex.encode(Array(bytes.prefix(maximumBytes))) + "… (\(bytes.count) bytes)"
  }

  /// The characters of a text that are shown.
  private static let maximumCharacters = 200

  /// The start of a text, on one line: one character can have marks without end, and a second line
  /// would pass for one of ours.
  static func text(_ text: String) -> String {
    let scalars = text.unicodeScalars
    let shown = scalars.prefix(maximumCharacters).map { $0 == "\n" ? "\u{FFFD}" : $0 }
    return String(String.UnicodeScalarView(shown)) + (scalars.count > maximumCharacters ? "…" : "")
  }
}
