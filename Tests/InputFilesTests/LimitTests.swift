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

  @Test("Values: rows times the columns that the plan reads")
  func values() throws {
    #expect(try kind(text) { $0.values = 2 } == nil)
    #expect(try kind(text) { $0.values = 1 } == .tooManyValues)
    let wide = "account,points,paid\n\(a1),1,2\n\(a2),3,4\n"
    #expect(try kind(wide, as: source()) { $0.values = 4 } == nil)
    let refused = try reader.problem(wide, as: source(), limits: .with { $0.values = 3 })
    #expect(refused?.kind == .tooManyValues && refused?.line == 3 && refused?.field == nil)
    let line = "{\"account\":\"\(a1)\",\"points\":1,\"paid\":2}"
    #expect(try kind(line, as: source(.jsonl)) { $0.values = 2 } == nil)
    #expect(try kind(line, as: source(.jsonl)) { $0.values = 1 } == .tooManyValues)
  }

  @Test("Members of a gzip file, empty ones too")
  func members() throws {
    let packed = try Gzip.pack(Array(text.utf8)) + Gzip.pack([]) + Gzip.pack([])
    for size in [1, 7, 1 << 18] {
      let right = InputLimits.with { $0.gzipMembers = 3 }
      #expect(try reader.problem(packed, limits: right, chunkSize: size) == nil)
      let small = InputLimits.with { $0.gzipMembers = 2 }
      #expect(try reader.problem(packed, limits: small, chunkSize: size)?.kind == .tooManyMembers)
    }
  }

  @Test("Levels and values of a line of JSON")
  func json() throws {
    func line(_ extra: String) -> String {
      "{\"account\":\"\(a1)\",\"points\":1,\"extra\":\(extra)}"
    }
    func nested(_ levels: Int) -> String {
      String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    }
    let lines = pointsSource(.jsonl)
    // The object itself is a level.
    #expect(try kind(line(nested(7)), as: lines) { _ in } == nil)
    #expect(try kind(line(nested(8)), as: lines) { _ in } == .malformedJSON)
    // The object, two cells, the list and its elements; four values per column.
    func list(_ count: Int) -> String {
      line("[" + Array(repeating: "0", count: count).joined(separator: ",") + "]")
    }
    #expect(try kind(list(12), as: lines) { $0.columns = 4 } == nil)
    #expect(try kind(list(13), as: lines) { $0.columns = 4 } == .malformedJSON)
    #expect(try kind(list(1020), as: lines) { _ in } == nil)
    #expect(try kind(list(1021), as: lines) { _ in } == .malformedJSON)
  }

  @Test("A number of a line fits into 32 bits, and a value into 256")
  func numbers() throws {
    let right = "account,points\n\(a1),\(maximum)\n"
    #expect(try kind(right) { _ in } == nil)
    #expect(try kind("account,points\n\(a1),\(twoTo256)\n") { _ in } == .numberOverflow)
  }

  @Test("What a message says of a text is short, whatever a header or a member is called")
  func shortMessages() throws {
    let name = String(repeating: "y", count: 400_000)
    for text in ["account,\(name),\(name)\n", "account,points:\(name)\n", "\(name)\n"] {
      let problem = try #require(try reader.problem(text))
      #expect(problem.description.utf8.count < 1200, "\(problem.kind)")
    }
    let problem = try reader.problem("{\"\(name)\":1,\"\(name)\":2}", as: pointsSource(.jsonl))
    #expect(problem?.kind == .malformedJSON && problem?.description.utf8.count ?? 0 < 400)
  }

  @Test("The standard limits are those that the documents state")
  func standard() {
    let limits = InputLimits.standard
    #expect(limits.fileBytes == 4_294_967_296 && limits.unpackedBytes == 17_179_869_184)
    #expect(limits.gzipRatio == 200 && limits.freeBytes == 16_777_216)
    #expect(limits.gzipMembers == 1_000_000 && limits.values == 400_000_000)
    #expect(limits.lineBytes == 1_048_576 && limits.rows == 100_000_000 && limits.columns == 256)
  }
}
