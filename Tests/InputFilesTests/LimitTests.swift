import DistributionModel
import InputFiles
import TestKit
import Testing

@Suite("Limits of inputs: as much as the limit, and one more")
struct LimitTests {
  private let reader: InputReader
  private let text = "account,points\n\(a1),1\n\(a2),2\n"

  init() throws { reader = try InputReader() }

  private func kind(
    _ text: String, as declaration: SourceDeclaration = pointsSource(),
    _ change: (inout InputLimits) -> Void
  ) throws -> InputProblem? {
    try reader.problem(text, as: declaration, limits: .with(change))?.kind
  }

  @Test("Bytes on disk")
  func fileBytes() throws {
    let count = text.utf8.count
    #expect(try kind(text) { $0.fileBytes = count } == nil)
    #expect(try kind(text) { $0.fileBytes = count - 1 } == .fileTooLarge)
  }

  @Test("Bytes after unpacking, packed or not")
  func unpackedBytes() throws {
    let bytes = Array(text.utf8)
    for file in [bytes, try Gzip.pack(bytes)] {
      for size in [1, 10, 1000] {
        let right = InputLimits.with { $0.unpackedBytes = bytes.count }
        #expect(try reader.problem(file, limits: right, chunkSize: size) == nil)
        let small = InputLimits.with { $0.unpackedBytes = bytes.count - 1 }
        #expect(try reader.problem(file, limits: small, chunkSize: size)?.kind == .fileTooLarge)
      }
    }
  }

  @Test("Bytes of a line: with either line end, without one, in quotes, and in JSON")
  func lineBytes() throws {
    // 42 of the account, a comma, and the number.
    for end in ["", "\n"] {
      #expect(try kind("account,points\n\(a1),1234\(end)") { $0.lineBytes = 47 } == nil)
      #expect(try kind("account,points\n\(a1),1234\(end)") { $0.lineBytes = 46 } == .lineTooLong)
    }
    // A carriage return counts.
    #expect(try kind("account,points\r\n\(a1),1234\r\n") { $0.lineBytes = 48 } == nil)
    #expect(try kind("account,points\r\n\(a1),1234\r\n") { $0.lineBytes = 47 } == .lineTooLong)
    let quoted = "n,account,points\n\"\n\n\",\(a1),1\n"
    #expect(try kind(quoted) { $0.lineBytes = 49 } == nil)
    #expect(try kind(quoted) { $0.lineBytes = 48 } == .lineTooLong)
    let json = "{\"account\":\"\(a1)\",\"points\":1}"
    let count = json.utf8.count
    #expect(try kind(json, as: pointsSource(.jsonl)) { $0.lineBytes = count } == nil)
    #expect(try kind(json, as: pointsSource(.jsonl)) { $0.lineBytes = count - 1 } == .lineTooLong)
  }

  @Test("Rows")
  func rows() throws {
    #expect(try kind(text) { $0.rows = 2 } == nil)
    #expect(try kind(text) { $0.rows = 1 } == .tooManyRows)
    let line = "{\"account\":\"\(a1)\",\"points\":1}\n"
    let declaration = pointsSource(.jsonl, duplicates: .sum)
    #expect(try kind(line + line, as: declaration) { $0.rows = 2 } == nil)
    #expect(try kind(line + line, as: declaration) { $0.rows = 1 } == .tooManyRows)
  }

  @Test("Columns")
  func columns() throws {
    #expect(try kind("account,points,a\n\(a1),1,x\n") { $0.columns = 3 } == nil)
    #expect(try kind("account,points,a\n\(a1),1,x\n") { $0.columns = 2 } == .tooManyColumns)
    let line = "{\"account\":\"\(a1)\",\"points\":1,\"a\":2}"
    #expect(try kind(line, as: pointsSource(.jsonl)) { $0.columns = 3 } == nil)
    #expect(try kind(line, as: pointsSource(.jsonl)) { $0.columns = 2 } == .tooManyColumns)
    let other = "{\"account\":\"\(a2)\",\"points\":1,\"b\":2}"
    #expect(try kind(line + "\n" + other, as: pointsSource(.jsonl)) { $0.columns = 4 } == nil)
    #expect(
      try kind(line + "\n" + other, as: pointsSource(.jsonl)) { $0.columns = 3 }
        == .tooManyColumns)
  }

  @Test("The standard limits are those that the documents state")
  func standard() {
    let limits = InputLimits.standard
    #expect(limits.fileBytes == 4_294_967_296 && limits.unpackedBytes == 17_179_869_184)
    #expect(limits.gzipRatio == 200 && limits.freeBytes == 16_777_216)
    #expect(limits.lineBytes == 1_048_576 && limits.rows == 100_000_000 && limits.columns == 256)
  }
}
