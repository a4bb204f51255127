import CanonicalJSON
import EVM
import EthereumPrimitives

/// The parameters of a request, taken one after the other.
struct Parameters {
  private var values: ArraySlice<JSON>
  private var place = 0

  init(_ values: [JSON]) { self.values = values[...] }

  /// The next one; nil where it is not there, or null.
  mutating func next() -> JSON? {
    place += 1
    guard let value = values.popFirst(), value != .null else { return nil }
    return value
  }

  mutating func required(_ what: String) throws(RPCError) -> JSON {
    guard let value = next() else {
      throw .invalidParameters("parameter \(place) is missing: \(what)")
    }
    return value
  }

  mutating func address() throws(RPCError) -> Address { try required("an address").address() }

  mutating func number() throws(RPCError) -> UInt256 { try required("a number").quantity() }

  /// A number of at most 64 bits; what a tool leaves out is `otherwise`.
  mutating func small(or otherwise: UInt64? = nil) throws(RPCError) -> UInt64 {
    guard let value = next() else {
      guard let otherwise else {
        throw .invalidParameters("parameter \(place) is missing: a number")
      }
      return otherwise
    }
    return try value.small()
  }

  mutating func word() throws(RPCError) -> Bytes32 { try required("32 bytes").word() }

  mutating func slot() throws(RPCError) -> UInt256 { try required("a storage slot").slot() }

  mutating func bytes() throws(RPCError) -> [UInt8] { try required("bytes").bytes() }

  mutating func flag(or otherwise: Bool? = nil) throws(RPCError) -> Bool {
    switch next() {
    case .bool(let flag): return flag
    case nil:
      if let otherwise { return otherwise }
      throw .invalidParameters("parameter \(place) is missing: true or false")
    case let other?:
      throw .invalidParameters(
        "parameter \(place): found \(other.kindName), expected true or false")
    }
  }
}

/// The values of Ethereum's JSON: quantities without leading zeros, data with two digits a byte.
extension JSON {
  static func members(_ members: KeyValuePairs<String, JSON>) -> JSON {
    .object(members.map { Member(key: $0.key, value: $0.value) })
  }

  static func quantity(_ number: UInt256) -> JSON { .string(number.hex) }
  static func quantity(_ number: UInt64) -> JSON { .string("0x" + String(number, radix: 16)) }
  static func quantity(_ number: Int) -> JSON { .quantity(UInt64(number)) }
  static func data(_ bytes: [UInt8]) -> JSON { .string(Hex.encode(bytes)) }
  static func address(_ address: Address) -> JSON { .string(address.hex) }
  static func word(_ word: Bytes32) -> JSON { .string(word.hex) }

  private func expected(_ what: String) -> RPCError {
    .invalidParameters("found \(kindName), expected \(what)")
  }

  /// A quantity in hexadecimal; a plain whole number and decimal digits are taken too, and zeros in
  /// front.
  func quantity() throws(RPCError) -> UInt256 {
    let number: UInt256? =
      switch self {
      case .number(let literal): try? UInt256(decimal: literal)
      case .string(let text) where text.utf8.count <= Self.longestNumber:
        (try? UInt256(hex: text)) ?? (try? UInt256(decimal: text))
      default: nil
      }
    guard let number else { throw expected("a number such as 0x1f, below 2²⁵⁶") }
    return number
  }

  /// Characters of a number at most.
  private static let longestNumber = 100

  /// The key of a storage slot, with or without zeros in front.
  func slot() throws(RPCError) -> UInt256 {
    guard let text, text.hasPrefix("0x"), text.utf8.count <= 66 else {
      throw expected("a storage slot such as 0x0, of 32 bytes at most")
    }
    return try quantity()
  }

  /// A share of 0 to 100 percent, in hundredths of a percent; what is smaller is left out.
  func share() throws(RPCError) -> UInt64 {
    guard case .number(let literal) = self else { throw expected("a share from 0 to 100") }
    let parts = literal.split(separator: ".", omittingEmptySubsequences: false)
    let decimals = parts.count == 2 ? parts[1].prefix(2) : ""
    let digits = parts[0] + decimals + String(repeating: "0", count: 2 - decimals.count)
    guard parts.count <= 2, let share = UInt64(digits), share <= 10_000 else {
      throw expected("a share from 0 to 100")
    }
    return share
  }

  func small() throws(RPCError) -> UInt64 {
    guard let number = try quantity().asUInt64 else { throw expected("a number below 2⁶⁴") }
    return number
  }

  func address() throws(RPCError) -> Address {
    // Clients send checksums of every kind; what counts are the digits.
    guard let text, let address = try? Address(text.lowercased()) else {
      throw expected("an address")
    }
    return address
  }

  func bytes() throws(RPCError) -> [UInt8] {
    guard let text, let bytes = try? Hex.decode(text) else {
      throw expected("bytes such as 0x1f2e")
    }
    return bytes
  }

  func word() throws(RPCError) -> Bytes32 {
    guard let text, let word = try? Bytes32(hex: text) else {
      throw expected("32 bytes, 0x and 64 digits")
    }
    return word
  }
}
