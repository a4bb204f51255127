/// Encoding and decoding of contract calls. Source: Solidity, "Contract ABI Specification".
public enum ABI {
  /// How many values one decoding may produce where its caller sets no other limit.
  ///
  /// 32 bytes of content count as one value more, since many offsets may point to the same content.
  public static let maximumValues = 1 << 22

  /// `abi.encode(values…)`.
  public static func encode(
    _ values: [ABIValue], as types: [ABIType]
  ) throws(ABIError) -> [UInt8] {
    var bytes: [UInt8] = []
    try append(values, as: types, to: &bytes, depth: 0)
    return bytes
  }

  /// The first four bytes of the hash of a signature such as `transfer(address,uint256)`.
  public static func selector(_ signature: String) -> [UInt8] {
    Array(Keccak256.hash(utf8: signature).bytes.prefix(4))
  }

  /// The first topic of an event's logs, from a signature such as
  /// `Transfer(address,address,uint256)`.
  public static func eventTopic(_ signature: String) -> Bytes32 {
    Keccak256.hash(utf8: signature)
  }

  /// Heads one after the other, then the tails that their offsets point to.
  private static func append(
    _ values: [ABIValue], as types: [ABIType], to bytes: inout [UInt8], depth: Int
  ) throws(ABIError) {
    guard depth <= ABIType.maximumDepth else { throw .tooDeep }
    guard values.count == types.count else {
      throw .wrongCount(found: values.count, expected: types.count)
    }
    guard let headSize = ABIType.headSize(of: types) else { throw .tooManyValues }
    var tails: [UInt8] = []
    for (value, type) in zip(values, types) {
      if type.isDynamic {
        UInt256(UInt64(headSize + tails.count)).bytes32.append(to: &bytes)
        try append(value, as: type, to: &tails, depth: depth)
      } else {
        try append(value, as: type, to: &bytes, depth: depth)
      }
    }
    bytes += tails
  }

  private static func append(
    _ value: ABIValue, as type: ABIType, to bytes: inout [UInt8], depth: Int
  ) throws(ABIError) {
    switch (type, value) {
    case (.array(let element), .array(let values)):
      UInt256(UInt64(values.count)).bytes32.append(to: &bytes)
      let types = Array(repeating: element, count: values.count)
      try append(values, as: types, to: &bytes, depth: depth + 1)
    case (.fixedArray(let element, let count), .array(let values)):
      let types = Array(repeating: element, count: count)
      try append(values, as: types, to: &bytes, depth: depth + 1)
    case (.tuple(let types), .tuple(let values)):
      try append(values, as: types, to: &bytes, depth: depth + 1)
    case (.bytes, .bytes(let content)):
      appendCounted(content, to: &bytes)
    case (.string, .string(let text)):
      appendCounted(Array(text.utf8), to: &bytes)
    default:
      try word(value, as: type).append(to: &bytes)
    }
  }

  private static func appendCounted(_ content: [UInt8], to bytes: inout [UInt8]) {
    UInt256(UInt64(content.count)).bytes32.append(to: &bytes)
    bytes += content
    bytes += [UInt8](repeating: 0, count: (32 - content.count % 32) % 32)
  }

  /// The one word of an elementary value of a static type.
  static func word(_ value: ABIValue, as type: ABIType) throws(ABIError) -> Bytes32 {
    switch (type, value) {
    case (.uint(let bits), .uint(let number)):
      guard number.bitWidthUsed <= bits else { throw .outOfRange(type: type.canonicalName) }
      return number.bytes32
    case (.int(let bits), .int(let number)):
      guard isSigned(number, within: bits) else { throw .outOfRange(type: type.canonicalName) }
      return number.bytes32
    case (.address, .address(let address)):
      return address.bytes32
    case (.bool, .bool(let flag)):
      return UInt256(flag ? 1 : 0).bytes32
    case (.fixedBytes(let count), .fixedBytes(let content)):
      return try leftAligned(content, count: count)
    case (.function, .fixedBytes(let content)):
      return try leftAligned(content, count: 24)
    default:
      throw .wrongKind(expected: type.canonicalName)
    }
  }

  private static func leftAligned(_ content: [UInt8], count: Int) throws(ABIError) -> Bytes32 {
    guard content.count == count,
      let word = Bytes32(bytes: (content + [UInt8](repeating: 0, count: 32 - count))[...])
    else { throw .wrongLength(found: content.count, expected: count) }
    return word
  }

  /// True where a two's complement number has only copies of its sign above `bits − 1`.
  static func isSigned(_ number: UInt256, within bits: Int) -> Bool {
    let isNegative = number.leadingZeroBitCount == 0
    return (isNegative ? ~number : number).bitWidthUsed < bits
  }
}
