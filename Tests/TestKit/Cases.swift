import CZlib
import Foundation

/// Distributions that others published, with inputs and results: `../shared/cases` beside the
/// project, or the folder that `SLUICE_CASES` names. Nothing of them is copied into the project.
public enum Cases {
  public static let folder: URL = {
    if let named = ProcessInfo.processInfo.environment["SLUICE_CASES"], !named.isEmpty {
      return URL(fileURLWithPath: named)
    }
    return Project.root.deletingLastPathComponent().appendingPathComponent("shared/cases")
  }()

  /// True where the file or folder is there; tests are skipped, and say so, where it is not.
  public static func available(_ subpath: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(subpath).path)
  }

  public static func path(_ subpath: String) -> String {
    folder.appendingPathComponent(subpath).path
  }

  /// The bytes of a case's file, unpacked where its name ends in `.gz`.
  public static func data(_ subpath: String) throws -> [UInt8] {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(subpath)))
    return subpath.hasSuffix(".gz") ? try Gzip.unpack(bytes) : bytes
  }
}

/// Where the project lies, from the place of this file.
public enum Project {
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  public static func path(_ subpath: String) -> String {
    root.appendingPathComponent(subpath).path
  }

  public static func data(_ subpath: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: root.appendingPathComponent(subpath)))
  }

  public static func text(_ subpath: String) throws -> String {
    String(decoding: try data(subpath), as: UTF8.self)
  }
}

/// Gzip for tests: whole files in memory.
public enum Gzip {
  public struct Failure: Error {
    public let code: Int32
  }

  /// Unpacks one member.
  public static func unpack(_ packed: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    var status = inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    defer { inflateEnd(&stream) }
    var input = packed
    var output: [UInt8] = []
    input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      while status == Z_OK {
        let piece = [UInt8](unsafeUninitializedCapacity: 1 << 20) { target, count in
          stream.next_out = target.baseAddress
          stream.avail_out = 1 << 20
          status = inflate(&stream, Z_NO_FLUSH)
          count = (1 << 20) - Int(stream.avail_out)
        }
        output += piece
      }
    }
    guard status == Z_STREAM_END else { throw Failure(code: status) }
    return output
  }

  /// Packs into one member.
  public static func pack(_ bytes: [UInt8], level: Int32 = 6) throws -> [UInt8] {
    var stream = z_stream()
    var status = deflateInit2_(
      &stream, level, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw Failure(code: status) }
    defer { deflateEnd(&stream) }
    var input = bytes
    let bound = Int(deflateBound(&stream, UInt(bytes.count)))
    let output = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
      input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.baseAddress
        stream.avail_out = UInt32(bound)
        status = deflate(&stream, Z_FINISH)
        count = bound - Int(stream.avail_out)
      }
    }
    guard status == Z_STREAM_END else { throw Failure(code: status) }
    return output
  }
}
