extension ABI {
  /// `abi.encodePacked(values…)`: no padding, no lengths; elements of arrays are padded to words.
  ///
  /// Different values can have the same packed bytes where two of them are dynamic.
  public static func encodePacked(
    _ values: [ABIValue], as types: [ABIType]
  ) throws(ABIError) -> [UInt8] {
    guard values.count == types.count else {
      throw .wrongCount(found: values.count, expected: types.count)
    }
    var bytes: [UInt8] = []
    for (value, type) in zip(values, types) { try appendPacked(value, as: type, to: &bytes) }
    return bytes
  }

  private static func appendPacked(
    _ value: ABIValue, as type: ABIType, to bytes: inout [UInt8]
  ) throws(ABIError) {
    switch (type, value) {
    case (.bytes, .bytes(let content)):
      bytes += content
    case (.string, .string(let text)):
      bytes += Array(text.utf8)
    case (.array(let element), .array(let values)):
      try appendPackedElements(values, as: element, to: &bytes)
    case (.fixedArray(let element, let count), .array(let values)):
      guard values.count == count else {
        throw .wrongCount(found: values.count, expected: count)
      }
      try appendPackedElements(values, as: element, to: &bytes)
    case (.uint(let bits), _), (.int(let bits), _):
      bytes += try word(value, as: type).bytes.suffix(bits / 8)
    case (.address, _):
      bytes += try word(value, as: type).bytes.suffix(20)
    case (.bool, _):
      bytes += try word(value, as: type).bytes.suffix(1)
    case (.fixedBytes(let count), _):
      bytes += try word(value, as: type).bytes.prefix(count)
    case (.function, _):
      bytes += try word(value, as: type).bytes.prefix(24)
    case (.tuple, _):
      throw .notPackable(type: type.canonicalName)
    default:
      throw .wrongKind(expected: type.canonicalName)
    }
  }

  private static func appendPackedElements(
    _ values: [ABIValue], as element: ABIType, to bytes: inout [UInt8]
  ) throws(ABIError) {
    switch element {
    case .array, .fixedArray, .tuple, .bytes, .string:
      throw .notPackable(type: element.canonicalName + "[]")
    default:
      for value in values { try word(value, as: element).append(to: &bytes) }
    }
  }
}
