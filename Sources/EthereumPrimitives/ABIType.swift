/// A type of the contract ABI. Source: Solidity, "Contract ABI Specification", version 0.8.
public indirect enum ABIType: Sendable, Hashable {
  /// `uint8` … `uint256`, in steps of eight bits.
  case uint(bits: Int)
  /// `int8` … `int256`, in steps of eight bits.
  case int(bits: Int)
  case address
  case bool
  /// `bytes1` … `bytes32`.
  case fixedBytes(Int)
  case bytes
  case string
  /// `function`: an address and a selector, 24 bytes, encoded as `bytes24`.
  case function
  case array(ABIType)
  case fixedArray(ABIType, count: Int)
  case tuple([ABIType])

  public static let uint256 = ABIType.uint(bits: 256)
  public static let bytes32 = ABIType.fixedBytes(32)

  /// How deep types may be nested.
  public static let maximumDepth = 32
  /// The longest fixed array.
  public static let maximumCount = 1 << 20
  /// Characters of a type's name: what is done for each value may take as long as its type is.
  public static let maximumLength = 1024

  /// The name that signatures are made of, such as `(address,uint256)[]`.
  public var canonicalName: String {
    switch self {
    case .uint(let bits): "uint\(bits)"
    case .int(let bits): "int\(bits)"
    case .address: "address"
    case .bool: "bool"
    case .fixedBytes(let count): "bytes\(count)"
    case .bytes: "bytes"
    case .string: "string"
    case .function: "function"
    case .array(let element): element.canonicalName + "[]"
    case .fixedArray(let element, let count): element.canonicalName + "[\(count)]"
    case .tuple(let members): "(" + members.map(\.canonicalName).joined(separator: ",") + ")"
    }
  }

  /// True where the encoding stands in the tail: of `bytes`, `string`, arrays of any length, and of
  /// what is made of them. `string[0]` is dynamic too, although its length is always 0.
  public var isDynamic: Bool {
    switch self {
    case .bytes, .string, .array: true
    case .fixedArray(let element, _): element.isDynamic
    case .tuple(let members): members.contains(where: \.isDynamic)
    default: false
    }
  }

  /// Bytes in the head: 32 for a dynamic type, which has an offset there. nil beyond `Int`.
  var headSize: Int? {
    guard !isDynamic else { return 32 }
    switch self {
    case .fixedArray(let element, let count):
      guard let size = element.headSize else { return nil }
      let (total, overflow) = size.multipliedReportingOverflow(by: count)
      return overflow ? nil : total
    case .tuple(let members):
      return Self.headSize(of: members)
    default:
      return 32
    }
  }

  static func headSize(of types: [ABIType]) -> Int? {
    var total = 0
    for type in types {
      guard let size = type.headSize else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(size)
      if overflow { return nil }
      total = sum
    }
    return total
  }
}

// MARK: Parsing

extension ABIType {
  /// Why a text is no ABI type.
  public struct ParseError: Error, Equatable, Sendable, CustomStringConvertible {
    public let text: String
    public let reason: String

    public var description: String {
      "'\(text.prefix(60))\(text.count > 60 ? "…" : "")' is no ABI type: \(reason)"
    }
  }

  /// Reads a type name; `uint` and `int` mean their 256-bit types.
  public init(parsing text: String) throws(ParseError) {
    var parser = ABITypeParser(text: text)
    self = try parser.parseAll()
  }
}

private struct ABITypeParser {
  let text: String
  let bytes: [UInt8]
  var index = 0

  init(text: String) {
    self.text = text
    bytes = Array(text.utf8)
  }

  mutating func parseAll() throws(ABIType.ParseError) -> ABIType {
    guard bytes.count <= ABIType.maximumLength else {
      throw error("a type has at most \(ABIType.maximumLength) characters")
    }
    let type = try parse(depth: 0)
    guard index == bytes.count else { throw error("text follows the type") }
    return type
  }

  private mutating func parse(depth: Int) throws(ABIType.ParseError) -> ABIType {
    guard depth < ABIType.maximumDepth else {
      throw error("nested deeper than \(ABIType.maximumDepth) levels")
    }
    var type = peek == UInt8(ascii: "(") ? try parseTuple(depth: depth) : try parseName()
    var suffixes = 0
    while peek == UInt8(ascii: "[") {
      suffixes += 1
      guard depth + suffixes < ABIType.maximumDepth else {
        throw error("nested deeper than \(ABIType.maximumDepth) levels")
      }
      type = try parseSuffix(of: type)
    }
    return type
  }

  private mutating func parseTuple(depth: Int) throws(ABIType.ParseError) -> ABIType {
    index += 1
    var members: [ABIType] = []
    if peek == UInt8(ascii: ")") {
      index += 1
      return .tuple([])
    }
    while true {
      members.append(try parse(depth: depth + 1))
      switch peek {
      case UInt8(ascii: ","): index += 1
      case UInt8(ascii: ")"):
        index += 1
        return .tuple(members)
      default: throw error("a tuple is closed with )")
      }
    }
  }

  private mutating func parseSuffix(of element: ABIType) throws(ABIType.ParseError) -> ABIType {
    index += 1
    let digits = takeWhile { (0x30...0x39).contains($0) }
    guard peek == UInt8(ascii: "]") else { throw error("an array is closed with ]") }
    index += 1
    guard !digits.isEmpty else { return .array(element) }
    guard let count = Int(digits), count <= ABIType.maximumCount, String(count) == digits else {
      throw error(
        "an array has at most \(ABIType.maximumCount) elements, written without leading zeros")
    }
    return .fixedArray(element, count: count)
  }

  private mutating func parseName() throws(ABIType.ParseError) -> ABIType {
    let name = takeWhile { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
    switch name {
    case "address": return .address
    case "bool": return .bool
    case "bytes": return .bytes
    case "string": return .string
    case "function": return .function
    case "uint": return .uint256
    case "int": return .int(bits: 256)
    default: break
    }
    if let bits = number(of: name, after: "uint"), isWidth(bits) { return .uint(bits: bits) }
    if let bits = number(of: name, after: "int"), isWidth(bits) { return .int(bits: bits) }
    if let count = number(of: name, after: "bytes"), (1...32).contains(count) {
      return .fixedBytes(count)
    }
    throw error("no such elementary type")
  }

  private func number(of name: String, after prefix: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    let digits = name.dropFirst(prefix.count)
    guard let number = Int(digits), String(number) == digits else { return nil }
    return number
  }

  private func isWidth(_ bits: Int) -> Bool { (8...256).contains(bits) && bits % 8 == 0 }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func takeWhile(_ matches: (UInt8) -> Bool) -> String {
    let start = index
    while index < bytes.count, matches(bytes[index]) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private func error(_ reason: String) -> ABIType.ParseError {
    ABIType.ParseError(text: text, reason: reason)
  }
}
