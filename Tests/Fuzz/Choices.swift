import EthereumPrimitives

/// Fuzzed bytes as a sequence of choices; at their end every choice is the first one.
struct Choices {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func byte() -> UInt8 {
    guard position < bytes.count else { return 0 }
    defer { position += 1 }
    return bytes[position]
  }

  /// A number in `0 ..< limit`.
  mutating func number(_ limit: Int) -> Int {
    limit <= 256 ? Int(byte()) % limit : (Int(byte()) << 8 | Int(byte())) % limit
  }

  mutating func flag() -> Bool { byte() & 1 == 1 }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[number(values.count)] }

  mutating func take(_ count: Int) -> [UInt8] {
    let taken = Array(bytes[min(position, bytes.count)...].prefix(count))
    position += taken.count
    return taken
  }

  mutating func rest() -> [UInt8] { take(bytes.count) }

  /// A number of few or of many bits.
  mutating func uint256() -> UInt256 {
    UInt256(bigEndian: take(number(33))[...]) ?? .zero
  }

  mutating func account() -> Address {
    let tail = take(1 + number(20))
    return Address(bytes: ([UInt8](repeating: 0, count: 20 - tail.count) + tail)[...]) ?? .zero
  }
}
