import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("What a file is, packed or not")
struct FileFingerprintTests {
  private func fingerprint(
    _ bytes: [UInt8], startsOf sizes: Set<UInt64> = [], chunkSize: Int = 1 << 18
  ) throws -> FileFingerprint {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "a")
    return try FileFingerprint(of: path, name: "a", startsOf: sizes, chunkSize: chunkSize)
  }

  @Test("Of a plain file the bytes on the disk and the unpacked ones are the same")
  func plain() throws {
    let bytes = Array("a,b\n1,2\n".utf8)
    let print = try fingerprint(bytes)
    #expect(print.size == 8 && print.unpackedSize == 8)
    #expect(print.rawHash == Keccak256.hash(bytes) && print.unpackedHash == print.rawHash)
    #expect(print.ending == .line && print.starts == [:] && print.lines == 2)
    #expect(try fingerprint(Array("a,b\n1,2".utf8)).lines == 2)
    #expect(try fingerprint([]).lines == 0)
  }

  @Test("Packed again, or as several members, a file has other bytes and the same unpacked ones")
  func packed() throws {
    let text = "a,b\n1,2\n"
    let (packed, halves) = (
      try Gzip.pack(Array(text.utf8)),
      try Gzip.pack(Array("a,b\n".utf8)) + Gzip.pack(Array("1,2\n".utf8))
    )
    for bytes in [packed, halves] {
      let print = try fingerprint(bytes, startsOf: [4])
      #expect(print.size == UInt64(bytes.count) && print.rawHash == Keccak256.hash(bytes))
      #expect(print.unpackedSize == 8)
      #expect(print.unpackedHash == Keccak256.hash(Array(text.utf8)))
      #expect(print.starts == [4: Keccak256.hash(Array("a,b\n".utf8))])
    }
  }

  @Test("Starts are those that were asked for and that the file has, in pieces of any size")
  func starts() throws {
    let bytes = Array("0123456789".utf8)
    for chunkSize in [1, 2, 3, 10, 64] {
      let print = try fingerprint(bytes, startsOf: [0, 1, 5, 10, 11], chunkSize: chunkSize)
      #expect(Set(print.starts.keys) == [0, 1, 5, 10])
      for (size, hash) in print.starts {
        #expect(hash == Keccak256.hash(Array(bytes.prefix(Int(size)))), "\(size) of \(chunkSize)")
      }
    }
  }

  @Test("How a file ends", arguments: [1, 2, 64])
  func endings(chunkSize: Int) throws {
    let expected: [(String, FileFingerprint.Ending)] = [
      ("", .line), ("a\n", .line), ("a\r\n", .line), ("a\nb\r\n", .line), ("a", .cutOff),
      ("a\r", .cutOff), ("a\nb", .cutOff), ("a\n\n", .blankLine), ("a\r\n\r\n", .blankLine),
      ("a\n\r\n", .blankLine), ("\n\n", .blankLine),
    ]
    for (text, ending) in expected {
      #expect(try fingerprint(Array(text.utf8), chunkSize: chunkSize).ending == ending, "\(text)")
      if !text.isEmpty {
        #expect(
          try fingerprint(Gzip.pack(Array(text.utf8)), chunkSize: chunkSize).ending == ending,
          "\(text)")
      }
    }
  }

  @Test("A file that is gone or damaged is told as by its reader")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: InputError.self) {
      _ = try FileFingerprint(of: folder.path + "/none", name: "none")
    }
    #expect(error?.kind == .cannotOpen && error?.file == "none")
    let cut = Array(try Gzip.pack(Array("a,b\n1,2\n".utf8)).dropLast(3))
    #expect(#expect(throws: InputError.self) { _ = try fingerprint(cut) }?.kind == .gzipTruncated)
  }
}
