import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

/// A source of points with conditions, a key or a lookup.
func selecting(
  _ format: SourceDeclaration.Format = .csv, account: String = "account",
  lookup: SourceDeclaration.Lookup? = nil, key: String? = nil,
  where conditions: [(String, [String])] = [], columns: [String] = ["points"],
  duplicates: SourceDeclaration.Duplicates = .refuse, within: [String] = []
) -> SourceDeclaration {
  SourceDeclaration(
    name: "list", file: "list", format: format, within: within, accountColumn: account,
    lookup: lookup, key: key,
    conditions: conditions.map { SourceDeclaration.Condition(column: $0.0, texts: $0.1) },
    columns: columns.map { ColumnDeclaration(name: $0, kind: .integer) }, duplicates: duplicates)
}

@Suite("Rows that count: conditions, keys and lookups")
struct SelectionTests {
  private let reader: InputReader

  init() throws { reader = try InputReader() }

  private let chains = """
    chain,account,points,metric
    BASE,\(a1),1,tvl
    BASE,\(a2),2,gas
    base,\(a2),3,tvl
    "BASE",\(a2),4,tvl
    ,x,y,
    MODE,\(a2),5,tvl

    """

  @Test("A row counts where every column says one of its texts, letter by letter")
  func conditions() throws {
    let all = selecting(
      where: [("chain", ["BASE", "MODE"]), ("metric", ["tvl"])], duplicates: .sum)
    let contents = try reader.contents(Array(chains.utf8), as: all)
    #expect(contents.rows == pointsRows([(0xA1, 1, 2), (0xA2, 4, 5), (0xA2, 5, 7)]))
    #expect(contents.notes == ["3 rows are left out by `where`"])
    #expect(contents.unusedColumns == [])
    let one = selecting(where: [("chain", ["base"])])
    #expect(try reader.rows(chains, as: one) == pointsRows([(0xA2, 3, 4)]))
  }

  @Test("Rows that do not count may hold anything in their other cells, and count to no limit")
  func leftOut() throws {
    let text = "kind,account,points\nx,nobody,-1\ny,\(a1),7\nx,,\n"
    let declaration = selecting(where: [("kind", ["y"])])
    let limits = InputLimits.with { $0.rows = 1 }
    #expect(try reader.rows(text, as: declaration, limits: limits) == pointsRows([(0xA1, 7, 3)]))
  }

  @Test("A declared column may choose rows too, by its text")
  func declaredColumn() throws {
    let text = "account,points\n\(a1),1\n\(a2),2\n"
    let rows = try reader.rows(text, as: selecting(where: [("points", ["2"])]))
    #expect(rows == pointsRows([(0xA2, 2, 3)]))
  }

  @Test("Two spellings of one letter are two texts")
  func spellings() throws {
    let text = "kind,account,points\ncaf\u{E9},\(a1),1\ncafe\u{301},\(a2),2\n"
    let rows = try reader.rows(text, as: selecting(where: [("kind", ["cafe\u{301}"])]))
    #expect(rows == pointsRows([(0xA2, 2, 3)]))
  }

  @Test("JSON members choose rows by text, number and truth")
  func json() throws {
    let text = """
      {"account":"\(a1)","points":1,"isIn":true,"round":7}
      {"account":"\(a2)","points":2,"isIn":false,"round":"7"}
      {"account":"\(a2)","points":3,"isIn":"true","round":"7"}

      """
    let declaration = selecting(
      .jsonl, where: [("isIn", ["true"]), ("round", ["7"])])
    #expect(try reader.rows(text, as: declaration) == pointsRows([(0xA1, 1, 1), (0xA2, 3, 3)]))
  }

  private let projects = "id,account,points\nk/1=,\(a1),0\n k,\(a2),0\n"

  @Test("Accounts are looked up by the keys of another source")
  func lookup() throws {
    let keyed = selecting(key: "id", columns: [], duplicates: .sum)
    let text = "id,account\nk/1=,\(a1)\n\"k,2\",\(a2)\nk3,\(a2)\n"
    let table = try reader.contents(Array(text.utf8), as: keyed).keys
    #expect(table.count == 3)
    let path = try reader.folder.write(
      "project,points\n\"k,2\",5\nk/1=,6\nk9,7\nk3,8\n", to: "list")
    func read(_ unknown: SourceDeclaration.Lookup.UnknownKeys) throws -> InputFileContents {
      try InputFile.read(
        path, name: "list",
        as: selecting(
          account: "project", lookup: .init(source: "payouts", unknownKeys: unknown),
          duplicates: .sum),
        keys: table)
    }
    let skipped = try read(.skip)
    #expect(skipped.rows == pointsRows([(0xA2, 5, 2), (0xA1, 6, 3), (0xA2, 8, 5)]))
    #expect(skipped.notes == ["1 row is skipped: its key is not in payouts"])
    do {
      _ = try read(.refuse)
      Issue.record("an unknown key was taken")
    } catch let error as InputError {
      #expect(error.kind == .unknownKey && error.line == 4 && error.column == 1)
      #expect(error.field == "project" && error.found == "'k9'")
      #expect(error.advice.contains("unknown_keys: skip"))
    }
  }

  @Test("Keys of rows that do not count are no keys")
  func selectedKeys() throws {
    let text = "id,isIn,account\nk,no,\(a1)\nk,yes,\(a2)\n"
    let declaration = selecting(key: "id", where: [("isIn", ["yes"])], columns: [])
    let table = try reader.contents(Array(text.utf8), as: declaration).keys
    #expect(table.count == 1 && table[Array("k".utf8)[...]] == account(0xA2))
  }

  @Test("A CSV file without a line end at its end may have been cut off, which is noted")
  func cut() throws {
    let text = "account,points\n\(a1),12"
    let note = "the last line has no line end: if the file was cut off, its last cell may be too"
    for size in [1, 1 << 18] {
      func notes(_ bytes: [UInt8], _ declaration: SourceDeclaration) throws -> [String] {
        try reader.contents(bytes, as: declaration, chunkSize: size).notes
      }
      let whole = Array((text + "\n").utf8)
      #expect(try notes(Array(text.utf8), pointsSource()) == [note])
      #expect(try notes(Gzip.pack(Array(text.utf8)), pointsSource()) == [note])
      #expect(
        try notes(whole, pointsSource()) == [] && notes(Gzip.pack(whole), pointsSource()) == [])
      // The clear way too.
      #expect(try notes(Array(text.utf8), selecting(where: [("points", ["12"])])) == [note])
    }
    let lines = "{\"account\":\"\(a1)\",\"points\":1}"
    #expect(try reader.contents(Array(lines.utf8), as: pointsSource(.jsonl)).notes == [])
  }
}
