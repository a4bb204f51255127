import CZlib
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
    func unreadable(_ found: String) -> VerificationFailure {
      VerificationFailure(.cannotRead, name, found: found, expected: "a file that can be read")
    }
    var status = stat()
    guard stat(path, &status) == 0 else { throw unreadable("no file") }
    guard status.st_mode & S_IFMT == S_IFREG, let handle = FileHandle(forReadingAtPath: path) else {
      throw unreadable("no readable file")
    }
    guard status.st_size <= limit else {
      throw VerificationFailure(
        .fileTooLarge, name, found: "\(status.st_size) bytes", expected: "at most \(limit)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Int(status.st_size))
    do {
      while bytes.count < status.st_size, let piece = try handle.read(upToCount: 1 << 20),
        !piece.isEmpty
      { bytes += piece }
    } catch {
      throw unreadable("a file that cannot be read to its end")
    }
    return bytes
  }

  /// Reads a raw input, which may be packed; the files of a bundle are what they are.
  static func readUnpacked(
    _ path: String, as name: String
  ) throws(VerificationFailure) -> [UInt8] {
    try unpackedWherePacked(read(path, as: name, limit: limit), name)
  }

  static func unpackedWherePacked(
    _ bytes: [UInt8], _ name: String, members: Int = memberLimit
  ) throws(VerificationFailure) -> [UInt8] {
    bytes.starts(with: [0x1F, 0x8B]) ? try unpacked(bytes, name, members) : bytes
  }

  /// The members of a gzip file, one after the other, in one piece.
  private static func unpacked(
    _ packed: [UInt8], _ name: String, _ memberLimit: Int
  ) throws(VerificationFailure) -> [UInt8] {
    var input = packed
    var output: [UInt8] = []
    var position = 0
    var members = 0
    while position < input.count {
      members += 1
      guard members <= memberLimit else {
        throw VerificationFailure(
          .damagedGzip, name, found: "more than \(memberLimit) members",
          expected: "at most that many")
      }
      var stream = z_stream()
      inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      defer { inflateEnd(&stream) }
      var status = Z_OK
      while status == Z_OK {
        let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { target, count in
          input.withUnsafeMutableBufferPointer { source in
            // Both lengths are what is left of the buffers; zlib takes at most 4 GiB at a time.
            let rest = min(source.count - position, Int(UInt32.max))
            stream.next_in = source.baseAddress.map { $0 + position }
            stream.avail_in = UInt32(rest)
            stream.next_out = target.baseAddress
            stream.avail_out = 1 << 20
            status = inflate(&stream, Z_NO_FLUSH)
            position += rest - Int(stream.avail_in)
            count = (1 << 20) - Int(stream.avail_out)
          }
        }
        output += piece
        guard output.count <= limit, output.count < (16 << 20) + 200 * packed.count else {
          throw VerificationFailure(
            .damagedGzip, name, found: "more than \(output.count) bytes unpacked",
            expected: "at most 200 times the packed size")
        }
      }
      guard status == Z_STREAM_END else {
        throw VerificationFailure(
          .damagedGzip, name, found: "damaged or cut gzip data", expected: "a whole gzip file")
      }
    }
    return output
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

  /// JSON whose numbers are put into quotes, so that no reader rounds them.
  static func quotingNumbers(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var (isText, isEscaped, isNumber) = (false, false, false)
    for byte in line {
      let isPart = (0x30...0x39).contains(byte) || Array("+-.eE".utf8).contains(byte)
      let startsNumber = (0x30...0x39).contains(byte) || byte == 0x2D
      if !isText, isNumber ? !isPart : startsNumber {
        result.append(0x22)
        isNumber.toggle()
      }
      result.append(byte)
      if isEscaped {
        isEscaped = false
      } else if isText, byte == 0x5C {
        isEscaped = true
      } else if byte == 0x22, !isNumber {
        isText.toggle()
      }
    }
    return result + (isNumber ? [0x22] : [])
  }

  /// The lines of a text, without line ends.
  static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
