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

  mutating func bytes() throws(RPCError) -> [UInt8] { try required("bytes").bytes() }

  mutating func flag() throws(RPCError) -> Bool {
    guard case .bool(let flag) = try required("true or false") else {
      throw .invalidParameters("parameter \(place) is no truth value")
    }
    return flag
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

  /// A quantity in hexadecimal; a plain whole number and decimal digits are taken too.
  func quantity() throws(RPCError) -> UInt256 {
    if let number = wholeNumber, number >= 0 { return UInt256(UInt64(number)) }
    guard let text, let number = (try? UInt256(hex: text)) ?? (try? UInt256(decimal: text)) else {
      throw expected("a number such as 0x1f")
    }
    return number
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

  /// 32 bytes; shorter ones are filled with zeros in front.
  func word() throws(RPCError) -> Bytes32 {
    let bytes = try bytes()
    let padding = [UInt8](repeating: 0, count: max(0, 32 - bytes.count))
    guard let word = Bytes32(bytes: (padding + bytes)[...]) else { throw expected("32 bytes") }
    return word
  }
}

/// Which block a request is about.
enum BlockTag {
  case pending
  case number(UInt64)
}

extension RPC {
  /// How far behind the latest block the safe and the finalized ones are: one and two of Ethereum's
  /// epochs.
  static let epochLength: UInt64 = 32

  /// The block that a parameter names; the latest where it is left out.
  func tag(_ value: JSON?) throws(RPCError) -> BlockTag {
    let latest = chain.latest.header.number
    guard let value else { return .number(latest) }
    switch value.text {
    case "latest": return .number(latest)
    case "pending": return .pending
    case "earliest": return .number(0)
    case "safe": return .number(latest - min(latest, Self.epochLength))
    case "finalized": return .number(latest - min(latest, 2 * Self.epochLength))
    default: break
    }
    if value.members != nil {
      if let number = value["blockNumber"] { return .number(try number.small()) }
      guard let hash = value["blockHash"], let block = chain.block(try hash.word()) else {
        throw .missing("no block has this hash")
      }
      return .number(block.header.number)
    }
    if let text = value.text, text.count == 66 {
      guard let block = chain.block(try value.word()) else {
        throw .missing("no block has this hash")
      }
      return .number(block.header.number)
    }
    return .number(try value.small())
  }

  /// The state and the context that a tag names.
  func state(at value: JSON?) throws(RPCError) -> (world: World, block: BlockContext) {
    switch try tag(value) {
    case .pending: return (chain.world, chain.nextContext())
    case .number(let number):
      guard let block = chain.block(number: number) else {
        throw .missing(
          "block \(number) is not there yet; the latest is \(chain.latest.header.number)")
      }
      guard let world = chain.state(after: number) else {
        throw .missing("the state of block \(number) is no longer kept")
      }
      return (world, chain.context(of: block))
    }
  }

  func block(at value: JSON?) throws(RPCError) -> Block? {
    switch try tag(value) {
    case .pending: chain.latest
    case .number(let number): chain.block(number: number)
    }
  }
}
