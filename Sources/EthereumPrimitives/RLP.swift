/// An item of the Recursive Length Prefix encoding.
public indirect enum RLPItem: Sendable, Hashable {
  case bytes([UInt8])
  case list([RLPItem])

  /// A number as its big-endian bytes without leading zeros; 0 is no byte at all.
  public static func number(_ number: UInt256) -> RLPItem {
    .bytes(Array(number.bytes32.bytes.drop { $0 == 0 }))
  }
}

/// Why bytes are no canonical RLP.
public enum RLPError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The bytes end before the item that starts at `at` does.
  case truncated(at: Int)
  /// The item could be written shorter: RLP has one encoding per item.
  case notCanonical(at: Int)
  /// Bytes follow the item.
  case trailingBytes(at: Int)
  /// Lists are nested deeper than `RLP.maximumDepth`.
  case tooDeep

  public var description: String {
    switch self {
    case .truncated(let place): "the bytes end inside the item at byte \(place)"
    case .notCanonical(let place): "the item at byte \(place) could be written shorter"
    case .trailingBytes(let place): "bytes follow the item, from byte \(place) on"
    case .tooDeep: "lists nested deeper than \(RLP.maximumDepth) levels"
    }
  }
}

/// Recursive Length Prefix. Source: Ethereum Yellow Paper, appendix B.
public enum RLP {
  /// How many lists may lie one inside the other.
  public static let maximumDepth = 256

  /// Encodes an item.
  public static func encode(_ item: RLPItem) -> [UInt8] {
    switch item {
    case .bytes(let bytes):
      var encoded: [UInt8] = []
      append(bytes, to: &encoded)
      return encoded
    case .list(let items):
      return list(ofEncoded: items.flatMap(encode))
    }
  }

  /// Appends the encoding of bytes.
  public static func append(_ bytes: [UInt8], to encoded: inout [UInt8]) {
    if bytes.count != 1 || bytes[0] >= 0x80 { encoded += prefix(0x80, count: bytes.count) }
    encoded += bytes
  }

  /// A list of items that are encoded already, one after the other.
  public static func list(ofEncoded items: [UInt8]) -> [UInt8] {
    prefix(0xC0, count: items.count) + items
  }

  private static func prefix(_ base: UInt8, count: Int) -> [UInt8] {
    if count <= 55 { return [base + UInt8(count)] }
    let length = Array(UInt256(UInt64(count)).bytes32.bytes.drop { $0 == 0 })
    return [base + 55 + UInt8(length.count)] + length
  }

  /// Decodes exactly one item in canonical form.
  public static func decode(_ bytes: [UInt8]) throws(RLPError) -> RLPItem {
    var index = 0
    let item = try decode(bytes, at: &index, end: bytes.count, depth: 0)
    guard index == bytes.count else { throw .trailingBytes(at: index) }
    return item
  }

  private static func decode(
    _ bytes: [UInt8], at index: inout Int, end: Int, depth: Int
  ) throws(RLPError) -> RLPItem {
    let start = index
    guard index < end else { throw .truncated(at: start) }
    let first = bytes[index]
    index += 1
    guard first >= 0x80 else { return .bytes([first]) }
    let isList = first >= 0xC0
    let count = try length(first - (isList ? 0xC0 : 0x80), bytes, at: &index, end: end)
    guard count <= end - index else { throw .truncated(at: start) }
    let stop = index + count
    guard isList else {
      let content = Array(bytes[index..<stop])
      guard count != 1 || content[0] >= 0x80 else { throw .notCanonical(at: start) }
      index = stop
      return .bytes(content)
    }
    guard depth < maximumDepth else { throw .tooDeep }
    var items: [RLPItem] = []
    while index < stop {
      items.append(try decode(bytes, at: &index, end: stop, depth: depth + 1))
    }
    return .list(items)
  }

  private static func length(
    _ code: UInt8, _ bytes: [UInt8], at index: inout Int, end: Int
  ) throws(RLPError) -> Int {
    let start = index - 1
    guard code > 55 else { return Int(code) }
    let width = Int(code) - 55
    guard width <= end - index else { throw .truncated(at: start) }
    let digits = bytes[index..<(index + width)]
    guard digits.first != 0 else { throw .notCanonical(at: start) }
    index += width
    guard let count = UInt256(bigEndian: digits)?.asInt else { throw .truncated(at: start) }
    guard count > 55 else { throw .notCanonical(at: start) }
    return count
  }
}

extension Address {
  /// The address of a contract that `sender` creates with a transaction of this nonce.
  public static func create(sender: Address, nonce: UInt64) -> Address {
    let item = RLPItem.list([.bytes(sender.bytes), .number(UInt256(nonce))])
    return Address(lastBytesOf: Keccak256.hash(RLP.encode(item)))
  }

  /// The address of a contract that `sender` creates with CREATE2 (EIP-1014).
  public static func create2(sender: Address, salt: Bytes32, initCodeHash: Bytes32) -> Address {
    var preimage: [UInt8] = [0xFF]
    sender.append(to: &preimage)
    salt.append(to: &preimage)
    initCodeHash.append(to: &preimage)
    return Address(lastBytesOf: Keccak256.hash(preimage))
  }

  private init(lastBytesOf hash: Bytes32) {
    self.init(
      hash.word1 << 32 | hash.word2 >> 32, hash.word2 << 32 | hash.word3 >> 32,
      UInt32(truncatingIfNeeded: hash.word3))
  }
}
