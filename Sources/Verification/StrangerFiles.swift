import EthereumPrimitives
import Foundation

/// Reads files whole: simple, and bounded by a limit on their size.
enum StrangerFiles {
  static let limit = 8 << 30
  /// Bytes of a JSON file.
  static let jsonLimit = 1 << 30
  /// Bytes of a commitment and of a plan.
  static let smallLimit = 4 << 20
  static let memberLimit = 1_000_000

  /// Reads a file of the bundle, of as many bytes as its name allows.
  static func read(_ path: String, as name: String) throws(VerificationFailure) -> [UInt8] {
    let isSmall = name.hasSuffix("commitment.json") || name.hasSuffix(".yaml")
    return try read(
      path, as: name, limit: isSmall ? smallLimit : name.hasSuffix(".json") ? jsonLimit : limit)
  }

  /// Reads a file itself, or what a link leads to; pipes and devices would never end.
  static func read(
    _ path: String, as name: String, limit: Int
  ) throws(VerificationFailure) -> [UInt8] {
    let file = try StrangerStream.open(path, as: name, limit: limit)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(file.size)
    while bytes.count < file.size, let piece = try StrangerStream.read(file.handle, name) {
      bytes += piece
    }
    return bytes
  }

  /// Reads a raw input, which may be packed; the files of a bundle are what they are.
  static func readUnpacked(
    _ path: String, as name: String
  ) throws(VerificationFailure) -> [UInt8] {
    try StrangerStream(path, as: name).all()
  }

  static func unpackedWherePacked(
    _ bytes: [UInt8], _ name: String, members: Int = memberLimit
  ) throws(VerificationFailure) -> [UInt8] {
    try StrangerStream(bytes: bytes, as: name, members: members).all()
  }

  /// A JSON object, by Foundation's reader. Numbers that matter are strings in these files.
  static func json(_ bytes: [UInt8], _ name: String) throws(VerificationFailure) -> [String: Any] {
    guard let object = try jsonValue(bytes, name) as? [String: Any] else {
      throw VerificationFailure(
        .malformedJSON, name, found: "something else", expected: "a JSON object")
    }
    return object
  }

  /// A JSON list or object.
  static func jsonValue(_ bytes: [UInt8], _ name: String) throws(VerificationFailure) -> Any {
    guard let value = try? JSONSerialization.jsonObject(with: Data(escapingMarks(bytes))) else {
      throw VerificationFailure(
        .malformedJSON, name, found: "something else", expected: "a JSON object or a list")
    }
    return value
  }

  /// U+FEFF as an escape: Foundation drops the bytes where a part of a string starts with them, so
  /// that two members of different names would be one.
  private static func escapingMarks(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0xEF) else { return bytes }
    return bytes.replacing([0xEF, 0xBB, 0xBF], with: Array("\\ufeff".utf8))
  }

  /// The lines of a text, without line ends.
  static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
