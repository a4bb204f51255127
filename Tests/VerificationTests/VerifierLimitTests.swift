import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing

@testable import Verification

@Suite("Limits of the verifier: as much as the limit, and one more")
struct VerifierLimitTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func kind(_ body: () throws -> Void) -> VerificationFailure.Kind? {
    do {
      try body()
      return nil
    } catch {
      return (error as? VerificationFailure)?.kind
    }
  }

  /// A file with a hole of this size, which takes no space.
  private func hole(_ name: String, _ size: Int) throws -> String {
    let path = try folder.write("", to: name)
    try #require(truncate(path, off_t(size)) == 0)
    return path
  }

  @Test("Bytes of a file, by what it is")
  func bytes() throws {
    let path = try folder.write("12345", to: "x")
    #expect(try StrangerFiles.read(path, as: "x", limit: 5).count == 5)
    #expect(kind { _ = try StrangerFiles.read(path, as: "x", limit: 4) } == .fileTooLarge)
    let small = try hole("small", 4 << 20)
    #expect(try StrangerFiles.read(small, as: "parent: commitment.json").count == 4_194_304)
    for (name, size) in [
      ("commitment.json", 4 << 20), ("plan.yaml", 4 << 20), ("live.json", 1 << 30),
      ("allocations.csv", 8 << 30),
    ] {
      let path = try hole(name, size + 1)
      #expect(kind { _ = try StrangerFiles.read(path, as: name) } == .fileTooLarge, "\(name)")
    }
    let raw = try hole("list.csv", (8 << 30) + 1)
    #expect(kind { _ = try StrangerFiles.readUnpacked(raw, as: "list.json") } == .fileTooLarge)
  }

  @Test("INV-012: links to devices, pipes and folders are no files", .timeLimit(.minutes(1)))
  func links() throws {
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let file = try folder.write("right", to: "file")
    for (number, target) in ["/dev/zero", pipe, folder.path, "nowhere"].enumerated() {
      let path = "\(folder.path)/link\(number)"
      try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
      #expect(kind { _ = try StrangerFiles.read(path, as: "link") } == .cannotRead, "\(target)")
    }
    #expect(kind { _ = try StrangerFiles.read(pipe, as: "pipe") } == .cannotRead)
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
    #expect(try StrangerFiles.read(link, as: "link") == Array("right".utf8))
  }

  @Test("Members of a gzip file", .timeLimit(.minutes(1)))
  func members() throws {
    let empty = try Gzip.pack([])
    func unpack(_ count: Int) throws -> VerificationFailure.Kind? {
      let packed = Array(repeating: empty, count: count).flatMap(\.self)
      return kind { _ = try StrangerFiles.unpackedWherePacked(packed, "x", members: 3) }
    }
    #expect(try unpack(3) == nil)
    #expect(try unpack(4) == .damagedGzip)
    #expect(StrangerFiles.memberLimit == 1_000_000)
  }

  @Test("Unpacked bytes: less than 16 MiB and 200 per packed byte")
  func ratio() throws {
    let packed = try Gzip.pack([UInt8](repeating: 0x30, count: 17 << 20), level: 9)
    // 17 MiB out of 17 KiB: above 16 MiB and 200 · 17 KiB together only where less is packed.
    let most = (16 << 20) + 200 * packed.count
    #expect(most > 17 << 20)
    #expect(kind { _ = try StrangerFiles.unpackedWherePacked(packed, "x") } == nil)
    let more = try Gzip.pack([UInt8](repeating: 0x30, count: 40 << 20), level: 9)
    #expect(40 << 20 > (16 << 20) + 200 * more.count)
    #expect(kind { _ = try StrangerFiles.unpackedWherePacked(more, "x") } == .damagedGzip)
  }

  @Test("INV-012: a number of a million digits is refused at once", .timeLimit(.minutes(1)))
  func digits() throws {
    let account = "0x00000000000000000000000000000000000000a1"
    func read(_ number: String, _ kind: ColumnDeclaration.Kind) -> VerificationFailure.Kind? {
      let source = SourceDeclaration(
        name: "s", file: "s.csv", format: .csv,
        columns: [ColumnDeclaration(name: "x", kind: kind)])
      return self.kind {
        _ = try Verifier.rows(raw: Array("account,x\n\(account),\(number)\n".utf8), of: source)
      }
    }
    let most = "115792089237316195423570985008687907853269984665640564039457584007913129639935"
    #expect(read(most, .integer) == nil)
    #expect(read(String(most.dropLast()) + "6", .integer) == .malformedLine)
    #expect(read(String(repeating: "9", count: 8_000_000), .integer) == .malformedLine)
    // The most digits that a token amount can have: a zero, and 36 decimals.
    let token = ColumnDeclaration.Kind.amount(token: "T", decimals: 36, unit: .token)
    #expect(read("0." + String(repeating: "9", count: 36), token) == nil)
    #expect(read(String(repeating: "9", count: 41), token) == nil)
    #expect(read(String(repeating: "9", count: 42), token) == .malformedLine)
    #expect(read(String(repeating: "9", count: 8_000_000), token) == .malformedLine)
  }

  @Test("A mark that Foundation would drop keeps two members apart")
  func marks() throws {
    let source = SourceDeclaration(
      name: "s", file: "s.jsonl", format: .jsonl,
      columns: [ColumnDeclaration(name: "x", kind: .integer)], duplicates: .sum)
    let account = "0x00000000000000000000000000000000000000a1"
    let cells = "\"account\":\"\(account)\",\"x\":5"
    let other = "\"\\u0078\u{FEFF}\":9"
    let lines = "{\(other),\(cells)}\n{\(cells),\(other)}\n"
    let rows = try Verifier.rows(raw: Array(lines.utf8), of: source)
    #expect(rows.map(\.values) == [[5], [5]])
    let text = try Verifier.text(of: "a", inJSON: Array("{\"a\":\"\\n\u{FEFF}b\"}".utf8))
    #expect(text?.unicodeScalars.map(\.value) == [0x0A, 0xFEFF, 0x62])
  }

  @Test("What a message says of a text is short")
  func shortMessages() {
    let long = String(repeating: "y", count: 100_000)
    let failure = VerificationFailure(.malformedLine, "a.csv", long, found: long, expected: "less")
    #expect(failure.place.utf8.count == 303 && failure.found.utf8.count == 303)
  }
}
