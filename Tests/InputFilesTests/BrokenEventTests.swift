import DistributionModel
import TestKit
import Testing

@testable import InputFiles

/// A file of events with one mistake, under the header `time,kind,account,to,amount`.
struct BrokenEvents: Sendable, CustomTestStringConvertible {
  let problem: InputProblem
  let phrase: String
  /// Counted from 1; 0 where the error names none.
  let line: Int
  let column: Int
  let field: String?
  let text: String

  init(
    _ problem: InputProblem, _ phrase: String, line: Int = 3, column: Int = 0, field: String? = nil,
    rows: String
  ) {
    self.problem = problem
    self.phrase = phrase
    self.line = line
    self.column = column
    self.field = field
    text = "time,kind,account,to,amount\n" + rows
  }

  var testDescription: String { "\(problem): \(text.suffix(60))" }
}

private let first = "5,D,\(a1),,1\n"

private let brokenEvents: [BrokenEvents] = [
  BrokenEvents(
    .unsortedTime, "4 after 5", column: 1, field: "time", rows: first + "4,D,\(a1),,1\n"),
  BrokenEvents(
    .timeOutOfRange, "Divide them by 1000", column: 1, field: "time",
    rows: first + "1735689600000,D,\(a1),,1\n"),
  BrokenEvents(
    .timeOutOfRange, "less than 1099511627776", column: 1, field: "time",
    rows: first + "1099511627776,D,\(a1),,1\n"),
  BrokenEvents(
    .malformedTime, "'noon'", column: 1, field: "time", rows: first + "noon,D,\(a1),,1\n"),
  BrokenEvents(.emptyField, "nothing", column: 1, field: "time", rows: first + ",D,\(a1),,1\n"),
  BrokenEvents(.signedNumber, "'-5'", column: 1, field: "time", rows: first + "-5,D,\(a1),,1\n"),
  BrokenEvents(
    .unknownKind, "one of 'D', 'W', 'T', 'A'", column: 3, field: "kind",
    rows: first + "6,d,\(a1),,1\n"),
  BrokenEvents(
    .emptyField, "a kind of event", column: 3, field: "kind", rows: first + "6,,\(a1),,1\n"),
  BrokenEvents(
    .surroundingBlanks, "'D '", column: 3, field: "kind", rows: first + "6,D ,\(a1),,1\n"),
  BrokenEvents(.emptyField, "an address", column: 5, field: "account", rows: first + "6,D,,,1\n"),
  BrokenEvents(
    .zeroAddress, "somebody holds", column: 5, field: "account", rows: first + "6,W,\(zero),,1\n"),
  BrokenEvents(
    .accountWrongLength, "39 digits", column: 5, field: "account",
    rows: first + "6,D,\(a1.dropLast()),,1\n"),
  BrokenEvents(
    .accountWrongChecksum, "mistyped", column: 5, field: "account",
    rows: first + "6,D,\(mixedCase.dropLast())D,,1\n"),
  BrokenEvents(
    .emptyField, "an address", column: 48, field: "to", rows: first + "6,T,\(a1),,1\n"),
  BrokenEvents(
    .zeroAddress, "somebody holds", column: 48, field: "to",
    rows: first + "6,T,\(a1),\(zero),1\n"),
  BrokenEvents(
    .emptyField, "whole number", column: 49, field: "amount", rows: first + "6,D,\(a1),,\n"),
  BrokenEvents(
    .fractionNotAllowed, "type: decimal", column: 49, field: "amount",
    rows: first + "6,D,\(a1),,1.5\n"),
  BrokenEvents(
    .numberOverflow, "2^256 or more", column: 49, field: "amount",
    rows: first + "6,D,\(a1),,\(twoTo256)\n"),
  BrokenEvents(.raggedRow, "4 fields", rows: first + "6,D,\(a1),1\n"),
  BrokenEvents(.raggedRow, "6 fields", rows: first + "6,D,\(a1),,1,\n"),
  BrokenEvents(.blankLine, "a blank line", rows: first + "\n" + first),
  BrokenEvents(.loneCarriageReturn, "alone", column: 3, rows: first + "6,\r,\(a1),,1\n"),
  BrokenEvents(.nulByte, "a NUL byte", column: 3, rows: first + "6,\0,\(a1),,1\n"),
  BrokenEvents(
    .unterminatedQuote, "the end of the file", rows: first + "6,\"D,\(a1),,1\n"),
  BrokenEvents(.noRows, "a header and no row", line: 0, rows: ""),
]

@Suite("Broken files of events: the first mistake is told with its place")
struct BrokenEventTests {
  @Test("INV-012: a mistake gives an error of its kind, at its place", arguments: brokenEvents)
  func broken(row: BrokenEvents) throws {
    for (isPlain, chunkSize) in [(true, 1 << 18), (true, 50), (false, 1 << 18)] {
      let error = try #require(throws: InputError.self) {
        try readEvents(Array(row.text.utf8), chunkSize: chunkSize, isPlain: isPlain)
      }
      #expect(error.kind == row.problem, "\(error)")
      #expect(error.line == row.line && error.column == row.column, "\(error)")
      #expect(error.field == row.field, "\(error)")
      #expect(error.description.contains(row.phrase), "\(error)")
    }
  }

  @Test("Headers: every column that is needed, once, and units only where they mean something")
  func headers() throws {
    func problem(_ header: String) -> InputProblem? {
      do {
        _ = try readEvents(Array("\(header)\n1,D,\(a1),,1\n".utf8))
        return nil
      } catch {
        return error.kind
      }
    }
    #expect(problem("time,kind,account,to,amount") == nil)
    for name in ["time", "kind", "account", "to", "amount"] {
      let header = ["time", "kind", "account", "to", "amount"].map { $0 == name ? "other" : $0 }
      #expect(problem(header.joined(separator: ",")) == .missingColumn)
    }
    #expect(problem("time,kind,account,to,time") == .duplicateColumn)
    #expect(problem("time,kind,account,to,amount:token") == .unknownUnit)
    #expect(problem("time:base,kind,account,to,amount") == .unknownUnit)
    #expect(problem("time;kind;account;to;amount") == .wrongSeparator)
    #expect(problem("") == .blankLine)
    #expect(throws: InputError.self) { try readEvents([]) }
  }

  @Test("Limits: times below 2^40 seconds")
  func times() throws {
    let text = "time,kind,account,to,amount\n1099511627775,D,\(a1),,1\n"
    #expect(try readEvents(Array(text.utf8)).changes.times == [1_099_511_627_775])
    #expect(TimeCell.limit == 1 << 40)
  }

  @Test("Limits: rows of a file of events, as many as the limit, and one more")
  func rows() throws {
    let text = Array(("time,kind,account,to,amount\n" + first + first + first).utf8)
    for (isPlain, chunkSize) in [(true, 1 << 18), (true, 50), (false, 1 << 18)] {
      func read(_ rows: Int) throws -> Int {
        try readEvents(
          text, limits: .with { $0.rows = rows }, chunkSize: chunkSize, isPlain: isPlain
        ).rowCount
      }
      #expect(try read(3) == 3)
      let error = #expect(throws: InputError.self) { try read(2) }
      #expect(error?.kind == .tooManyRows && error?.line == 4)
    }
  }
}
