import DistributionModel
import TestKit
import Testing

@testable import InputFiles

@Suite("Rows that cannot be read are left out and told, where the plan says so")
struct QuarantineTests {
  private let text = """
    time,account,amount
    5,\(a1),1
    noon,\(a1),2
    6,\(a1)
    7,\(a2),x
    8,0xé,3
    9,\(a2),4

    """

  @Test("Each bad row is told with its place and reason, and all others count")
  func positionRows() throws {
    let contents = try readPositions(text, as: positions(badRows: .quarantine))
    #expect(
      contents.history.written == [Change(5, 0xA1, "1", line: 2), Change(9, 0xA2, "4", line: 7)])
    #expect(contents.rowCount == 2)
    #expect(contents.quarantined.map(\.line) == [3, 4, 5, 6])
    #expect(
      contents.quarantined.map(\.kind) == [
        .malformedTime, .raggedRow, .notANumber, .accountNotHexadecimal,
      ])
    #expect(contents.quarantined.allSatisfy { $0.file == "events" })
    #expect(contents.notes == ["4 rows are left out: they cannot be read"])
    #expect(throws: InputError.self) { try readPositions(text) }
  }

  @Test("Bytes that are no text end no reading: the row after them is read")
  func bytes() throws {
    let bytes =
      Array("time,account,amount\n5,\(a1),1\n".utf8) + [0xFF, 0x0A, 0x00, 0x0A]
      + Array("6\r7,\(a1),1\n\"5\"x,\(a1),1\n8,\(a1),2\n".utf8)
    let contents = try PositionFile.read(
      bytes: [bytes], as: positions(badRows: .quarantine), span: always)
    #expect(contents.history.changes.times == [5, 8])
    #expect(
      contents.quarantined.map(\.kind) == [
        .invalidUTF8, .nulByte, .loneCarriageReturn, .strayQuote,
      ])
    #expect(contents.quarantined.map(\.line) == [3, 4, 5, 6])
  }

  @Test("Lines and elements of JSON are left out one by one")
  func json() throws {
    func object(_ time: String) -> String {
      "{\"time\":\(time),\"account\":\"\(a1)\",\"amount\":1}"
    }
    let lines = try readPositions(
      object("5") + "\n{\n" + object("null") + "\n[]\n" + object("6") + "\n",
      as: positions(format: .jsonl, badRows: .quarantine))
    #expect(lines.history.changes.times == [5, 6])
    #expect(lines.quarantined.map(\.kind) == [.malformedJSON, .nestedValue, .notAnObject])
    let list = try readPositions(
      "[" + [object("5"), "7", object("\"x\""), object("6")].joined(separator: ",\n") + "]",
      as: positions(format: .json, badRows: .quarantine))
    #expect(list.history.changes.times == [5, 6])
    #expect(list.quarantined.map(\.line) == [2, 3])
  }

  @Test("Plain sources and tables of times have it too")
  func otherSources() throws {
    let source = SourceDeclaration(
      name: "list", file: "list", format: .csv,
      columns: [ColumnDeclaration(name: "points", kind: .integer)], badRows: .quarantine)
    let contents = try InputFile.read(
      bytes: Array("account,points\n\(a1),1\n\(a2),-1\n".utf8), name: "list", as: source)
    #expect(contents.rows.lines == [2] && contents.quarantined.map(\.kind) == [.signedNumber])
    #expect(contents.notes == ["1 row is left out: they cannot be read"])
    let folder = try TemporaryFolder()
    let blocks = SourceDeclaration(
      name: "blocks", file: "blocks.csv", format: .csv, key: "block", columns: [],
      timeTable: "at", badRows: .quarantine)
    let times = try InputFile.times(
      try folder.write("block,at\n1,5\n2,noon\n", to: "blocks.csv"), name: "blocks.csv", as: blocks)
    #expect(times.times.count == 1 && times.quarantined.map(\.line) == [3])
  }

  @Test("What is not about one row stays an error")
  func errors() throws {
    let quarantining = positions(badRows: .quarantine)
    for (text, problem) in [
      ("account,amount\n\(a1),1\n", InputProblem.missingColumn),
      ("time,account,amount\n5,\(a1),1\n\n6,\(a1),1\n", .blankLine),
      ("time,account,amount\n5,\(a1),1\n\"6,\(a1),1\n", .unterminatedQuote),
      ("time,account,amount\nx,\(a1),1\n", .nothingSelected), ("", .emptyFile),
    ] {
      let error = #expect(throws: InputError.self) { try readPositions(text, as: quarantining) }
      #expect(error?.kind == problem)
    }
    let balances = positions(.balance, badRows: .quarantine)
    let error = #expect(throws: InputError.self) {
      try readPositions("time,account,amount\n5,\(a1),1\n5,\(a1),2\n", as: balances)
    }
    #expect(error?.kind == .contradictingBalances)
    let packed = try Gzip.pack(Array(text.utf8))
    let cut = #expect(throws: InputError.self) {
      try PositionFile.read(
        bytes: [Array(packed.dropLast(12))], as: quarantining, span: always)
    }
    #expect(cut?.kind == .gzipTruncated)
    #expect(
      try readPositions(
        "time,account,amount\nx,\(a1),1\n",
        as: positions(noRows: .allow, badRows: .quarantine)
      ).quarantined.count == 1)
  }

  @Test("As many bad rows as the limit, and one more")
  func limit() throws {
    func read(_ limit: Int) throws(InputError) -> Int {
      try readPositions(
        text, as: positions(badRows: .quarantine), limits: .with { $0.quarantined = limit }
      ).quarantined.count
    }
    #expect(try read(4) == 4)
    let error = #expect(throws: InputError.self) { try read(3) }
    #expect(error?.kind == .tooManyBadRows && error?.line == 6)
  }

  @Test("A word that is none is left out; a JSON text with a row that is no JSON is none")
  func wordsAndTexts() throws {
    let source = SourceDeclaration(
      name: "list", file: "list", format: .csv,
      columns: [ColumnDeclaration(name: "task", kind: .word)], badRows: .quarantine)
    let contents = try InputFile.read(
      bytes: Array("account,task\n\(a1),buy\n\(a2),caf\u{E9}\n".utf8), name: "list", as: source)
    #expect(contents.rows.lines == [2] && contents.quarantined.map(\.kind) == [.malformedWord])
    let error = #expect(throws: InputError.self) {
      try readPositions(
        "[{\"time\":5,\"account\":\"\(a1)\",\"amount\":1},{]",
        as: positions(format: .json, badRows: .quarantine))
    }
    #expect(error?.kind == .malformedJSON)
  }

  @Test("A blank line stays an error, whatever is wrong with the row after it")
  func blankLine() throws {
    let bytes = Array("time,account,amount\n5,\(a1),1\n\n".utf8) + [0xFF, 0x0A]
    let error = #expect(throws: InputError.self) {
      try PositionFile.read(bytes: [bytes], as: positions(badRows: .quarantine), span: always)
    }
    #expect(error?.kind == .blankLine && error?.line == 3)
  }
}
