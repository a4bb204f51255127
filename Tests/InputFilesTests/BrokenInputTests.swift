import DistributionModel
import EthereumPrimitives
import InputFiles
import TestKit
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Broken inputs: the first mistake is told with its place")
struct BrokenInputTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  @Test("INV-012: a mistake gives an error of its kind, at its place", arguments: brokenInputs)
  func broken(row: BrokenInput) throws {
    let error = try #require(
      try reader.problem(row.bytes, as: row.declaration, limits: row.limits))
    #expect(error.kind == row.problem, "\(error)")
    #expect(error.line == row.line && error.column == row.column, "\(error)")
    #expect(error.field == row.field, "\(error)")
    #expect(error.description.contains(row.phrase), "\(error)")
    #expect(error.description.hasPrefix(place(row)))
    #expect(error.description.utf8.count < 1000)
  }

  /// How the message starts.
  private func place(_ row: BrokenInput) -> String {
    var place = "list"
    if row.line > 0 { place += ":\(row.line)" }
    if row.column > 0 { place += ":\(row.column)" }
    return place + ": " + (row.field.map { "column \($0): " } ?? "") + "found "
  }

  @Test("INV-012: every kind of problem has a row or a test of its own")
  func complete() {
    // Those of gzip are in GzipTests, those of limits in LimitTests, those of statements in
    // StatementFileTests, those of events in BrokenEventTests and BrokenPositionTests, those of
    // pools in PoolFileTests, of late rows in ReceivedTests, those of the file below.
    let elsewhere: [InputProblem] = [
      .cannotOpen, .cannotRead, .gzipTruncated, .gzipCorrupt, .gzipBomb, .tooManyMembers,
      .tooManyValues, .malformedStatement, .foreignStatement, .malformedSignature, .wrongSigner,
      .repeatedStatement, .contradictingStatement, .timeOutOfRange, .unsortedTime, .unknownKind,
      .malformedTime, .timeWithoutZone, .foreignTimeZone, .fractionOfSecond, .noSuchTime,
      .unknownTime, .repeatedTime, .contradictingBalances, .changesOverflow, .noSuchFile,
      .tooManyFiles, .cannotSort, .tooManyBadRows, .tickOutOfRange, .emptyRange,
      .contradictingPrices, .volumeTooLarge, .receivedBeforeTime,
    ]
    let shown = Set(brokenInputs.map(\.problem) + elsewhere)
    #expect(InputProblem.allCases.filter { !shown.contains($0) } == [])
  }

  private func openProblem(_ path: String) -> InputError? {
    do {
      _ = try InputFile.read(path, name: "input", as: pointsSource())
      return nil
    } catch {
      return error
    }
  }

  @Test("What is not there cannot be opened")
  func missing() throws {
    let error = try #require(openProblem(reader.folder.path + "/nothing.csv"))
    #expect(error.kind == .cannotOpen && error.line == 0)
    #expect(
      error.description
        == "input: found no file, expected a readable file. "
        + "Check the name and the folder of inputs.")
  }

  @Test("Folders and devices are no files")
  func folders() throws {
    for path in [reader.folder.path, "/dev/null"] {
      let error = try #require(openProblem(path))
      #expect(error.kind == .cannotOpen && error.description.contains("something that is no file"))
    }
  }

  @Test(
    "A pipe is no file, and nobody waits for what never comes through it", .timeLimit(.minutes(1)))
  func pipes() throws {
    let path = reader.folder.path + "/pipe"
    #expect(mkfifo(path, 0o600) == 0)
    #expect(openProblem(path)?.kind == .cannotOpen)
  }

  @Test(
    "An error of the system while reading is told",
    .enabled(if: access("/proc/self/mem", R_OK) == 0, "this system has no file that fails so"))
  func unreadable() throws {
    let error = try #require(openProblem("/proc/self/mem"))
    #expect(error.kind == .cannotRead && error.expected == "the file's bytes")
  }

  @Test("Files that were refused are closed")
  func closed() throws {
    var limits = InputLimits.standard
    limits.fileBytes = 1
    let path = try reader.folder.write("account,points\n", to: "large.csv")
    for _ in 0..<3000 {
      #expect(openProblem(reader.folder.path)?.kind == .cannotOpen)
      #expect(throws: InputError.self) {
        try InputFile.read(path, name: "large.csv", as: pointsSource(), limits: limits)
      }
    }
    // With 6000 files open there would be none left.
    #expect(try reader.rows("account,points\n\(a1),1\n").count == 1)
  }

  @Test("Of several accounts that stand twice, the first second row is told")
  func secondRows() throws {
    let accounts = [5, 9, 3, 9, 5, 3, 9].map { account($0).hex }
    let text = "account,points\n" + accounts.map { "\($0),1\n" }.joined()
    let error = try #require(try reader.problem(text))
    #expect(error.kind == .duplicateAccount && error.line == 5)
    #expect(error.description.contains("after line 3"))
  }

  @Test("Long and odd texts of a file are shown short and clean")
  func shown() throws {
    let text = "account,points\n\(a1),\"" + String(repeating: "é\u{1B}[31m", count: 1000) + "\"\n"
    let error = try #require(try reader.problem(text))
    #expect(error.kind == .notANumber && error.found.count < 80)
    #expect(!error.description.contains("\u{1B}") && error.description.contains("…"))
  }
}
