extension ABI {
  /// Decodes `abi.encode(…)` bytes.
  ///
  /// Strict where strictness loses nothing: every offset and length lies inside the bytes, padding
  /// is zero, booleans are 0 or 1, strings are UTF-8. Bytes after the last value are left alone,
  /// and the padding of the last one may be missing.
  public static func decode(
    _ bytes: [UInt8], as types: [ABIType], maximumValues: Int = maximumValues
  ) throws(ABIError) -> [ABIValue] {
    var decoder = ABIDecoder(bytes: bytes, maximumValues: maximumValues)
    return try decoder.decode(types, at: 0, depth: 0)
  }
}

private struct ABIDecoder {
  let bytes: [UInt8]
  let maximumValues: Int
  var values = 0

  /// Decodes a tuple's members whose heads start at `base`, from which offsets count.
  mutating func decode(
    _ types: [ABIType], at base: Int, depth: Int
  ) throws(ABIError) -> [ABIValue] {
    guard depth <= ABIType.maximumDepth else { throw .tooDeep }
    var result: [ABIValue] = []
    var head = base
    for type in types {
      guard let size = type.headSize else { throw .tooManyValues }
      let place = type.isDynamic ? try offset(at: head, from: base) : head
      result.append(try decode(type, at: place, depth: depth))
      head += size
    }
    return result
  }

  private mutating func decode(
    _ type: ABIType, at place: Int, depth: Int
  ) throws(ABIError) -> ABIValue {
    try spend(1)
    switch type {
    case .array(let element):
      let count = try length(at: place)
      // Each element takes its head, so that a short input cannot claim many; but for elements
      // that have none, such as (), of which there may be as many as the limit.
      let left = bytes.count - place - 32
      guard let size = element.headSize, size == 0 || count <= left / size else {
        throw .badOffset(at: place)
      }
      guard count <= maximumValues - values else { throw .tooManyValues }
      let types = Array(repeating: element, count: count)
      return .array(try decode(types, at: place + 32, depth: depth + 1))
    case .fixedArray(let element, let count):
      guard count <= maximumValues - values else { throw .tooManyValues }
      let types = Array(repeating: element, count: count)
      return .array(try decode(types, at: place, depth: depth + 1))
    case .tuple(let types):
      return .tuple(try decode(types, at: place, depth: depth + 1))
    case .bytes:
      return .bytes(Array(try content(at: place)))
    case .string:
      guard let text = String(validating: try content(at: place), as: UTF8.self) else {
        throw .invalidUTF8(at: place)
      }
      return .string(text)
    default:
      return try elementary(type, at: place)
    }
  }

  private mutating func spend(_ more: Int) throws(ABIError) {
    values += more
    guard values <= maximumValues else { throw .tooManyValues }
  }

  private func elementary(_ type: ABIType, at place: Int) throws(ABIError) -> ABIValue {
    let number = try word(at: place)
    switch type {
    case .uint(let bits):
      guard number.bitWidthUsed <= bits else { throw .dirtyPadding(at: place) }
      return .uint(number)
    case .int(let bits):
      guard ABI.isSigned(number, within: bits) else { throw .dirtyPadding(at: place) }
      return .int(number)
    case .address:
      guard number.bitWidthUsed <= 160, let address = Address(bytes: number.bytes32.bytes[12...])
      else { throw .dirtyPadding(at: place) }
      return .address(address)
    case .bool:
      guard number <= UInt256.one else { throw .dirtyPadding(at: place) }
      return .bool(!number.isZero)
    case .fixedBytes(let count):
      return .fixedBytes(try leading(count, of: number, at: place))
    case .function:
      return .fixedBytes(try leading(24, of: number, at: place))
    default:
      throw .wrongKind(expected: type.canonicalName)
    }
  }

  private func leading(
    _ count: Int, of word: UInt256, at place: Int
  ) throws(ABIError) -> [UInt8] {
    guard (word << (8 * count)).isZero else { throw .dirtyPadding(at: place) }
    return Array(word.bytes32.bytes.prefix(count))
  }

  /// The content of `bytes` or `string` whose length stands at `place`.
  private mutating func content(at place: Int) throws(ABIError) -> ArraySlice<UInt8> {
    let count = try length(at: place)
    let start = place + 32
    guard count <= bytes.count - start else { throw .badOffset(at: place) }
    try spend(count / 32)
    let end = start + count
    let padded = min(end + (32 - count % 32) % 32, bytes.count)
    guard bytes[end..<padded].allSatisfy({ $0 == 0 }) else { throw .dirtyPadding(at: end) }
    return bytes[start..<end]
  }

  private func length(at place: Int) throws(ABIError) -> Int {
    guard let length = try word(at: place).asInt else { throw .badOffset(at: place) }
    return length
  }

  private func offset(at place: Int, from base: Int) throws(ABIError) -> Int {
    guard let offset = try word(at: place).asInt, offset <= bytes.count - base else {
      throw .badOffset(at: place)
    }
    return base + offset
  }

  private func word(at place: Int) throws(ABIError) -> UInt256 {
    guard place <= bytes.count - 32, let word = Bytes32(bytes: bytes[place..<(place + 32)]) else {
      throw .truncated(at: place)
    }
    return UInt256(word)
  }
}
