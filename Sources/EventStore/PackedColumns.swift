import EthereumPrimitives
import Foundation

/// Columns of numbers as the store keeps them: one after the other, the lowest byte first, in as
/// many bytes as the largest of them needs.
enum PackedColumns {
  // MARK: Packing

  static func data(_ numbers: [UInt32]) -> Data {
    numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }

  static func data(_ flags: [Bool]) -> Data {
    Data(flags.map { $0 ? 1 : 0 })
  }

  /// Numbers of 4 bytes each where all of them fit, and of 8 bytes otherwise.
  static func data(_ numbers: [UInt64]) -> Data {
    guard numbers.allSatisfy({ $0 <= UInt32.max }) else {
      return numbers.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }
    return data(numbers.map { UInt32(truncatingIfNeeded: $0) })
  }

  /// Numbers of 8, 16 or 32 bytes each.
  static func data(_ numbers: [UInt256]) -> Data {
    let bits = numbers.reduce(0) { max($0, $1.bitWidthUsed) }
    let words = bits <= 64 ? 1 : bits <= 128 ? 2 : 4
    var limbs: [UInt64] = []
    limbs.reserveCapacity(words * numbers.count)
    for number in numbers {
      let parts = number.limbs
      for index in 0..<words { limbs.append(parts[index].littleEndian) }
    }
    return limbs.withUnsafeBytes { Data($0) }
  }

  /// Addresses of 20 bytes each, as they are written.
  static func data(_ addresses: some Collection<Address>) -> Data {
    var words: [UInt32] = []
    words.reserveCapacity(5 * addresses.count)
    for address in addresses {
      for word in [address.word0, address.word1] {
        words.append(UInt32(truncatingIfNeeded: word >> 32).bigEndian)
        words.append(UInt32(truncatingIfNeeded: word).bigEndian)
      }
      words.append(address.word2.bigEndian)
    }
    return words.withUnsafeBytes { Data($0) }
  }

  // MARK: Unpacking

  /// nil where the bytes are not those of so many numbers.
  static func numbers(_ data: Data, count: Int) -> [UInt32]? {
    guard holds(data, count, of: 4) else { return nil }
    let numbers: [UInt32] = copied(data, count: count)
    return numbers.map { UInt32(littleEndian: $0) }
  }

  static func flags(_ data: Data, count: Int) -> [Bool]? {
    guard data.count == count else { return nil }
    let bytes = [UInt8](data)
    return bytes.allSatisfy { $0 <= 1 } ? bytes.map { $0 == 1 } : nil
  }

  /// Numbers of 4 or of 8 bytes.
  static func words(_ data: Data, count: Int) -> [UInt64]? {
    if let numbers = numbers(data, count: count) { return numbers.map { UInt64($0) } }
    guard holds(data, count, of: 8) else { return nil }
    let words: [UInt64] = copied(data, count: count)
    return words.map { UInt64(littleEndian: $0) }
  }

  /// Numbers of 8, 16 or 32 bytes.
  static func amounts(_ data: Data, count: Int) -> [UInt256]? {
    guard count > 0 else { return count == 0 && data.isEmpty ? [] : nil }
    guard let words = [1, 2, 4].first(where: { holds(data, count, of: 8 * $0) }) else { return nil }
    let limbs: [UInt64] = copied(data, count: words * count)
    return (0..<count).map { row in
      func limb(_ index: Int) -> UInt64 {
        index < words ? UInt64(littleEndian: limbs[words * row + index]) : 0
      }
      return UInt256(limb(0), limb(1), limb(2), limb(3))
    }
  }

  static func addresses(_ data: Data) -> [Address]? {
    guard data.count % 20 == 0 else { return nil }
    let words: [UInt32] = copied(data, count: data.count / 4)
    return stride(from: 0, to: words.count, by: 5).map { start in
      func word(_ index: Int) -> UInt64 {
        UInt64(UInt32(bigEndian: words[start + index])) << 32
          | UInt64(UInt32(bigEndian: words[start + index + 1]))
      }
      return Address(word(0), word(2), UInt32(bigEndian: words[start + 4]))
    }
  }

  /// True where bytes are those of so many numbers; `count` may be any number.
  private static func holds(_ data: Data, _ count: Int, of size: Int) -> Bool {
    data.count % size == 0 && data.count / size == count
  }

  /// The caller has compared the number of bytes with `count`.
  private static func copied<Number: FixedWidthInteger>(_ data: Data, count: Int) -> [Number] {
    [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = data.copyBytes(to: buffer) / MemoryLayout<Number>.size
    }
  }
}
