import CanonicalJSON
import EthereumPrimitives

/// Reads single values of published files: JSON, or the text of a CSV's cell.
struct PublishedScalars {
  typealias Failure = PublishedTreeError

  /// Amounts are whole tokens with so many decimals; nil: base units.
  var decimals: Int?

  func elements(_ json: JSON?, _ place: String) throws(Failure) -> [JSON] {
    guard let elements = json?.elements else {
      throw Failure(
        .malformedMember, place, found: json?.kindName ?? "nothing", expected: "an array")
    }
    return elements
  }

  func members(_ json: JSON?, _ place: String, _ expected: String) throws(Failure) -> [JSON.Member]
  {
    guard let members = json?.members else {
      throw Failure(
        .malformedMember, place, found: json?.kindName ?? "nothing", expected: expected)
    }
    return members
  }

  func hash(_ json: JSON?, _ place: String) throws(Failure) -> Bytes32 {
    guard let text = json?.text, let hash = try? Bytes32(hex: text) else {
      throw Failure(
        .malformedHash, place, found: json?.kindName ?? "nothing",
        expected: "0x and 64 hexadecimal digits")
    }
    return hash
  }

  /// A list of hashes.
  func hashes(_ json: JSON?, _ place: String) throws(Failure) -> [Bytes32] {
    try elements(json, place).enumerated().map { entry throws(Failure) in
      try hash(entry.element, "\(place)[\(entry.offset)]")
    }
  }

  /// Hashes that one text joins.
  func joinedHashes(_ json: JSON?, _ place: String) throws(Failure) -> [Bytes32] {
    guard let text = json?.text, let bytes = try? Hex.decode(text), bytes.count % 32 == 0 else {
      throw Failure(
        .malformedHash, place, found: json?.kindName ?? "nothing",
        expected: "0x and 64 hexadecimal digits for each hash")
    }
    return stride(from: 0, to: bytes.count, by: 32).compactMap {
      Bytes32(bytes: bytes[$0..<$0 + 32])
    }
  }

  func account(_ json: JSON?, _ place: String) throws(Failure) -> Address {
    guard let text = json?.text else {
      throw Failure(
        .malformedAccount, place, found: json?.kindName ?? "nothing", expected: "an address")
    }
    do {
      return try Address(text)
    } catch {
      throw Failure(
        .malformedAccount, place, found: "\"\(text.prefix(60))\" (\(error))",
        expected: "an address")
    }
  }

  /// An amount: base units, or whole tokens where decimals are stated.
  func amount(_ json: JSON?, _ place: String) throws(Failure) -> UInt256 {
    guard let decimals else { return try number(json, place) }
    let text = numberText(json)
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    let digits = Array(text.utf8)
    let isNumber =
      digits.first != 0x2E && digits.last != 0x2E && !digits.isEmpty
      && digits.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } && !fraction.contains(".")
      && (parts[0].utf8.count == 1 || parts[0].utf8.first != 0x30)
    guard isNumber, fraction.utf8.count <= decimals else {
      throw Failure(
        .malformedAmount, place, found: json?.kindName ?? "nothing",
        expected: "whole tokens with at most \(decimals.counted("digit")) after the point")
    }
    let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
    let scaled = (parts[0] + fraction + zeros).drop { $0 == "0" }
    do {
      return try UInt256(decimal: scaled.isEmpty ? "0" : String(scaled))
    } catch {
      throw Failure(
        .malformedAmount, place, found: "\(json?.kindName ?? "") (\(error))",
        expected: "less than 2^256 base units")
    }
  }

  /// A number literal, a decimal text, a `0x` text, or ethers' `{type: "BigNumber", hex}`.
  func number(_ json: JSON?, _ place: String) throws(Failure) -> UInt256 {
    var text = numberText(json)
    if let hex = json?["hex"]?.text { text = hex.hasPrefix("0x") ? hex : "0x" + hex }
    do {
      return try text.hasPrefix("0x") ? UInt256(hex: text) : UInt256(decimal: text)
    } catch {
      throw Failure(
        .malformedAmount, place, found: "\(json?.kindName ?? "nothing") (\(error))",
        expected: "a whole number of base units, decimal or 0x")
    }
  }

  private func numberText(_ json: JSON?) -> String {
    switch json {
    case .number(let literal)?: literal
    case .string(let string)?: string
    default: ""
    }
  }

  private func signedNumber(_ json: JSON, _ place: String) throws(Failure) -> UInt256 {
    let text = numberText(json)
    guard text.hasPrefix("-") else { return try number(json, place) }
    let magnitude = try number(.string(String(text.dropFirst())), place)
    return ~magnitude &+ UInt256.one
  }

  // MARK: Values of the ABI

  func abiValue(_ json: JSON, as type: ABIType, _ place: String) throws(Failure) -> ABIValue {
    switch type {
    case .address: return .address(try account(json, place))
    case .uint: return .uint(try number(json, place))
    case .int: return .int(try signedNumber(json, place))
    case .bool:
      if case .bool(let flag) = json { return .bool(flag) }
      if let text = json.text, ["true", "false"].contains(text) { return .bool(text == "true") }
    case .string:
      if let text = json.text { return .string(text) }
    case .bytes, .fixedBytes, .function:
      guard let text = json.text, let bytes = try? Hex.decode(text) else { break }
      return type == .bytes ? .bytes(bytes) : .fixedBytes(bytes)
    case .array(let element):
      return .array(
        try list(json, place).enumerated().map { entry throws(Failure) in
          try abiValue(entry.element, as: element, "\(place)[\(entry.offset)]")
        })
    case .fixedArray(let element, _):
      return try abiValue(json, as: .array(element), place)
    case .tuple(let types):
      let values = try list(json, place)
      guard values.count == types.count else { break }
      return .tuple(
        try zip(values, types).enumerated().map { entry throws(Failure) in
          try abiValue(entry.element.0, as: entry.element.1, "\(place)[\(entry.offset)]")
        })
    }
    throw Failure(.malformedValues, place, found: json.kindName, expected: type.canonicalName)
  }

  /// An array, or the text of one in a cell of a CSV.
  private func list(_ json: JSON, _ place: String) throws(Failure) -> [JSON] {
    guard let text = json.text, let parsed = try? JSON.parse(Array(text.utf8)) else {
      return try elements(json, place)
    }
    return try elements(parsed, place)
  }

  // MARK: Rows

  /// The values of a leaf's fields, from cells that are known by their columns' names.
  func values(
    of fields: [LeafEncoding.Field], campaign: Bytes32? = nil, _ place: String,
    cell: (String) -> JSON?
  ) throws(Failure) -> [ABIValue] {
    var values: [ABIValue] = []
    for field in fields {
      if field.role == .campaign, let campaign {
        values.append(.bytes32(campaign))
      } else {
        values.append(try value(of: field, place, cell: cell))
      }
    }
    return values
  }

  private func value(
    of field: LeafEncoding.Field, _ place: String, cell: (String) -> JSON?
  ) throws(Failure) -> ABIValue {
    let names = field.columns.isEmpty ? [field.role.rawValue] : field.columns
    for name in names {
      guard let json = cell(name) else { continue }
      if field.role == .amount, case .uint = field.type, decimals != nil {
        return .uint(try amount(json, "\(place).\(name)"))
      }
      return try abiValue(json, as: field.type, "\(place).\(name)")
    }
    guard let first = field.sumOf.first, cell(first) != nil else {
      throw Failure(
        .malformedMember, place, found: "no \(names.joined(separator: " or "))",
        expected: "one: the leaf has a field \(field.name)")
    }
    var sum = UInt256.zero
    for name in field.sumOf {
      let part = try amount(cell(name), "\(place).\(name)")
      guard let next = sum.adding(part) else {
        throw Failure(
          .malformedAmount, place,
          found: "\(field.sumOf.joined(separator: " + ")) of 2^256 or more",
          expected: "less than 2^256")
      }
      sum = next
    }
    return .uint(sum)
  }
}
