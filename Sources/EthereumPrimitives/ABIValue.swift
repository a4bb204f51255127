/// A value of the contract ABI.
public indirect enum ABIValue: Sendable, Hashable {
  case uint(UInt256)
  /// Two's complement in 256 bits.
  case int(UInt256)
  case address(Address)
  case bool(Bool)
  /// `bytes1` … `bytes32`, as many bytes as the type says; also `function`, with 24.
  case fixedBytes([UInt8])
  case bytes([UInt8])
  case string(String)
  /// Both kinds of array.
  case array([ABIValue])
  case tuple([ABIValue])

  public static func bytes32(_ bytes: Bytes32) -> ABIValue { .fixedBytes(bytes.bytes) }
}

/// Why values cannot be encoded, or bytes not decoded.
public enum ABIError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are more or fewer values than types.
  case wrongCount(found: Int, expected: Int)
  /// A value is of another kind than its type.
  case wrongKind(expected: String)
  /// A number does not fit into its type.
  case outOfRange(type: String)
  /// `bytesN` has another number of bytes.
  case wrongLength(found: Int, expected: Int)
  /// Packed encoding knows no tuples, and no arrays of dynamic or array types.
  case notPackable(type: String)
  /// The bytes end before the value at the byte `at` does.
  case truncated(at: Int)
  /// An offset or a length points outside the bytes.
  case badOffset(at: Int)
  /// Padding that is not zero, or a boolean that is neither 0 nor 1.
  case dirtyPadding(at: Int)
  /// A string whose bytes are no UTF-8.
  case invalidUTF8(at: Int)
  /// Types are nested deeper than 32 levels.
  case tooDeep
  /// More values than the limit; small inputs can claim many.
  case tooManyValues

  public var description: String {
    switch self {
    case .wrongCount(let found, let expected):
      "\(found.counted("value")) for \(expected.counted("type"))"
    case .wrongKind(let expected): "a value of another kind where \(expected) is expected"
    case .outOfRange(let type): "a number that does not fit into \(type)"
    case .wrongLength(let found, let expected): "\(found.counted("byte")), expected \(expected)"
    case .notPackable(let type): "\(type) has no packed encoding"
    case .truncated(let place): "the bytes end inside the value at byte \(place)"
    case .badOffset(let place): "the offset or length at byte \(place) points outside the bytes"
    case .dirtyPadding(let place): "the padding at byte \(place) is not zero"
    case .invalidUTF8(let place): "the string at byte \(place) is no UTF-8"
    case .tooDeep: "types nested deeper than \(ABIType.maximumDepth) levels"
    case .tooManyValues: "more values than the limit allows"
    }
  }
}
