import EthereumPrimitives

/// What is wrong with the description of a leaf.
public struct LeafTextError: Error, Sendable, Equatable, CustomStringConvertible {
  public let found: String
  public let expected: String

  init(found: String, expected: String) {
    self.found = found.shortened
    self.expected = expected
  }

  public var description: String { "found \(found), expected \(expected)" }
}

extension LeafEncoding {
  /// Bytes of a description at the most.
  public static let maximumTextLength = 1000
  /// Bytes before a described leaf's fields at the most.
  public static let maximumPrefix = 32

  /// Reads the description of a leaf, such as `packed(address account, uint256 amount)`.
  ///
  /// `packing ( [0x prefix ,] type name, type name, … )` with `abi`, `packed` or `raw`. A name
  /// tells the column that holds the field; `campaign`, `index`, `account`, `recipient`, `token`
  /// and `amount` also tell its role.
  /// - Parameter hashRounds: 0 for `raw`, else 1 or 2; nil: 0 and 1.
  public init(
    describing text: String, hashRounds: Int? = nil, leafOrder: LeafOrder = .byHash,
    shape: TreeShape = .sortedPairs
  ) throws(LeafTextError) {
    let parsed = try Self.parsed(text)
    let isRaw = parsed.packing == .raw
    let rounds = hashRounds ?? (isRaw ? 0 : 1)
    guard isRaw == (rounds == 0), (0...2).contains(rounds) else {
      throw LeafTextError(
        found: "\(rounds) rounds of hashing with \(parsed.packing.rawValue)",
        expected: isRaw ? "0: the value is the leaf itself" : "1 or 2")
    }
    guard !isRaw || (parsed.prefix.isEmpty && parsed.fields.map(\.type) == [.bytes32]) else {
      throw LeafTextError(
        found: "\(parsed.fields.count.counted("field")) in raw", expected: "one of type bytes32")
    }
    let others = parsed.fields.contains { $0.role == .value }
    let repetition: Repetition =
      others ? .always : parsed.fields.contains { $0.role == .token } ? .perToken : .never
    self.init(
      name: "custom", summary: text, fields: parsed.fields, packing: parsed.packing,
      prefix: parsed.prefix, hashRounds: rounds, leafOrder: leafOrder, shape: shape,
      repetition: repetition)
  }

  private typealias Parsed = (packing: Packing, prefix: [UInt8], fields: [Field])

  private static func parsed(_ text: String) throws(LeafTextError) -> Parsed {
    guard text.utf8.count <= maximumTextLength else {
      throw LeafTextError(
        found: "\(text.utf8.count) bytes", expected: "at most \(maximumTextLength)")
    }
    guard let open = text.firstIndex(of: "("), text.last == ")",
      let packing = Packing(rawValue: trimmed(text[..<open]))
    else {
      throw LeafTextError(
        found: "'\(text)'",
        expected: "abi(…), packed(…) or raw(…), such as "
          + "packed(address account, uint256 amount)")
    }
    var parts = topLevelParts(text[text.index(after: open)...].dropLast())
    var prefix: [UInt8] = []
    if let first = parts.first, first.hasPrefix("0x") {
      guard let bytes = try? Hex.decode(first), (1...maximumPrefix).contains(bytes.count)
      else {
        throw LeafTextError(
          found: "'\(first)'", expected: "0x and 1 to \(maximumPrefix) bytes before the fields")
      }
      prefix = bytes
      parts.removeFirst()
    }
    var fields: [Field] = []
    for part in parts {
      let field = try field(part)
      guard !fields.contains(where: { $0.name == field.name }) else {
        throw LeafTextError(found: "the name '\(field.name)' twice", expected: "each name once")
      }
      fields.append(field)
    }
    return (packing, prefix, fields)
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  /// Cuts at commas outside of parentheses.
  private static func topLevelParts(_ text: Substring) -> [String] {
    var parts: [Substring] = []
    var (depth, start) = (0, text.startIndex)
    for index in text.indices {
      switch text[index] {
      case "(": depth += 1
      case ")": depth -= 1
      case "," where depth == 0:
        parts.append(text[start..<index])
        start = text.index(after: index)
      default: break
      }
    }
    return (parts + [text[start...]]).map(trimmed)
  }

  private static func field(_ text: String) throws(LeafTextError) -> Field {
    guard let blank = text.lastIndex(of: " ") else {
      throw LeafTextError(
        found: "'\(text)'", expected: "a type and a name, such as uint256 amount")
    }
    let name = text[text.index(after: blank)...]
    let isName = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || $0 == 0x5F || $0 == 0x2D
    }
    guard isName, name.first?.isLetter == true else {
      throw LeafTextError(
        found: "the name '\(name)'", expected: "a letter, then letters, digits, _ and -")
    }
    let type: ABIType
    do {
      type = try ABIType(parsing: trimmed(text[..<blank]))
    } catch {
      throw LeafTextError(found: "\(error)", expected: "an ABI type before '\(name)'")
    }
    return Field(try role(String(name), type), type, columns: [String(name)])
  }

  private static func role(_ name: String, _ type: ABIType) throws(LeafTextError) -> Role {
    guard let role = Role(rawValue: name), role != .value else { return .value }
    let fits: Bool
    switch (role, type) {
    case (.account, .address), (.recipient, .address), (.token, .address), (.amount, .uint),
      (.index, .uint), (.campaign, .bytes32), (.token, .array(.address)):
      fits = true
    case (.amount, .array(.uint)): fits = true
    default: fits = false
    }
    guard fits else {
      throw LeafTextError(
        found: "\(type.canonicalName) \(name)",
        expected: "the type that \(name) has: address for account, recipient and token, uintN for "
          + "index and amount, bytes32 for campaign; or another name")
    }
    return role
  }
}
