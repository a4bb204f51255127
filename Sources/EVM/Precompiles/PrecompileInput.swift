import EthereumPrimitives

/// The input of a precompiled contract: after its end there are zeros, as many as are asked for.
struct PrecompileInput {
  private let source: UnsafeRawBufferPointer

  /// The bytes stay where they are until the last use.
  init(bytes: UnsafeRawBufferPointer) { source = bytes }

  var count: Int { source.count }

  /// The number of words that hold the bytes.
  var wordCount: UInt64 { (UInt64(count) + 31) / 32 }

  subscript(index: Int) -> UInt8 { index < count ? source[index] : 0 }

  /// `count` bytes from a place on; neither is negative.
  func bytes(at start: Int, count: Int) -> [UInt8] {
    let available = Swift.max(0, Swift.min(count, self.count - start))
    guard available > 0 else { return [UInt8](repeating: 0, count: count) }
    return [UInt8](source[start..<(start + available)])
      + [UInt8](repeating: 0, count: count - available)
  }

  /// The 32 bytes from a place on, as a big-endian number.
  func word(at start: Int) -> UInt256 {
    func limb(_ place: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 << 8 | UInt64(self[start + place + $1]) }
    }
    return UInt256(limb(24), limb(16), limb(8), limb(0))
  }
}
