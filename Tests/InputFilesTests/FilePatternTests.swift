import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

@Suite("Several files of one source")
struct FilePatternTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func names(_ pattern: String, limits: InputLimits = .standard) throws(InputError)
    -> [String]
  {
    try FilePattern(folder.path + "/" + pattern).paths(name: pattern, limits: limits)
      .map { String($0.dropFirst(folder.path.utf8.count + 1)) }
  }

  private func write(_ files: [String]) throws {
    for file in files { try folder.write("x", to: file) }
  }

  @Test("A star stands for any text without a slash; files come by their names")
  func matches() throws {
    try write(["b.csv", "a-10.csv", "a-9.csv", "a-.csv.gz", ".a-1.csv", "sub/a-1.csv", "aa-a.csv"])
    #expect(try names("*.csv") == ["a-10.csv", "a-9.csv", "aa-a.csv", "b.csv"])
    #expect(try names("a-*.csv") == ["a-10.csv", "a-9.csv"])
    #expect(try names("a-*.csv*") == ["a-.csv.gz", "a-10.csv", "a-9.csv"])
    #expect(try names("*a*-*a*") == ["aa-a.csv"])
    #expect(try names("**9**") == ["a-9.csv"])
    #expect(try names("sub/*") == ["sub/a-1.csv"])
    #expect(try names(".a*") == [".a-1.csv"])
    #expect(try names("b.csv") == ["b.csv"] && names("none.csv") == ["none.csv"])
    #expect(!FilePattern("a*b/c").hasWildcard && FilePattern("a/*").hasWildcard)
  }

  @Test("A pattern that no file has, and one that too many have, are errors")
  func counts() throws {
    try write(["a1", "a2", "a3"])
    for pattern in ["b*", "a*a", "nowhere/*", "a1*1"] {
      let error = #expect(throws: InputError.self) { try names(pattern) }
      #expect(error?.kind == .noSuchFile && error?.file == pattern)
    }
    #expect(try names("a*", limits: .with { $0.files = 3 }).count == 3)
    let error = #expect(throws: InputError.self) { try names("a*", limits: .with { $0.files = 2 }) }
    #expect(error?.kind == .tooManyFiles)
  }

  @Test("Files of one source are one history; their hashes make one, and errors name the file")
  func read() throws {
    try folder.write("time,account,amount\n5,\(a1),1\n30,\(a1),2\n", to: "s-1.csv")
    try folder.write("account,time,amount,x\n\(a2),7,4,\n\(a1),20,1,", to: "s-2.csv")
    func read() throws(InputError) -> PositionFileContents {
      try PositionFile.read(
        folder.path + "/s-*.csv", name: "in/s-*.csv", as: positions(), span: always)
    }
    let contents = try read()
    #expect(
      contents.history.written == [
        Change(5, 0xA1, "1", line: 2), Change(7, 0xA2, "4", line: 2),
        Change(20, 0xA1, "1", line: 3), Change(30, 0xA1, "2", line: 3),
      ])
    #expect(contents.unusedColumns == ["x"] && contents.rowCount == 4)
    #expect(contents.notes == ["in/s-2.csv: " + Reading.cutOffNote])
    let one = try PositionFile.read(
      folder.path + "/s-1.csv", name: "s-1.csv", as: positions(), span: always)
    let other = try PositionFile.read(
      folder.path + "/s-2.csv", name: "s-2.csv", as: positions(), span: always)
    #expect(one.rawHash == Keccak256.hash(try folder.read("s-1.csv")))
    var hash = Keccak256()
    hash.update(one.rawHash)
    hash.update(other.rawHash)
    #expect(contents.rawHash == hash.finalize())
    try folder.write("time,account,amount\n5,\(a1),x\n", to: "s-3.csv")
    let error = #expect(throws: InputError.self) { try read() }
    #expect(error?.file == "in/s-3.csv" && error?.line == 2)
    try folder.write("time,account,amount\n5,\(a1),\(maximum)\n", to: "s-3.csv")
    let sum = #expect(throws: InputError.self) { try read() }
    #expect(sum?.kind == .changesOverflow && sum?.file == "in/s-3.csv")
  }

  @Test("A file of a pattern may have no row where others have some")
  func emptyFile() throws {
    try folder.write("time,account,amount\n", to: "s-1.csv")
    try folder.write("time,account,amount\n5,\(a1),1\n", to: "s-2.csv")
    let contents = try PositionFile.read(
      folder.path + "/s-*", name: "s-*", as: positions(), span: always)
    #expect(contents.rowCount == 1 && contents.notes == [])
  }

  private func list(
    _ duplicates: SourceDeclaration.Duplicates = .sum,
    badRows: SourceDeclaration.BadRows = .refuse, key: String? = nil
  ) -> SourceDeclaration {
    SourceDeclaration(
      name: "list", file: "l-*.csv", format: .csv, key: key,
      columns: [ColumnDeclaration(name: "points", kind: .integer)], duplicates: duplicates,
      badRows: badRows)
  }

  private func read(
    _ declaration: SourceDeclaration, limits: InputLimits = .standard
  ) throws(InputError) -> InputFileContents {
    try InputFile.read(
      folder.path + "/l-*.csv", name: "l-*.csv", as: declaration, limits: limits)
  }

  @Test("Files of a list are one list, each row with its line in its own file")
  func lists() throws {
    try folder.write("account,points\n\(a1),1\n", to: "l-1.csv")
    try folder.write("points,account,id\n2,\(a2),\n3,\(a1),", to: "l-2.csv")
    let contents = try read(list())
    #expect(contents.rows.accounts.map(\.number) == [0xA1, 0xA2, 0xA1])
    #expect(contents.rows.values == [[1, 2, 3]] && contents.rows.lines == [2, 2, 3])
    #expect(contents.unusedColumns == ["id"])
    #expect(contents.notes == ["l-2.csv: " + Reading.cutOffNote])
    var hash = Keccak256()
    for file in ["l-1.csv", "l-2.csv"] { hash.update(Keccak256.hash(try folder.read(file))) }
    #expect(contents.rawHash == hash.finalize())
    let error = #expect(throws: InputError.self) { try read(list(.refuse)) }
    #expect(error?.kind == .duplicateAccount && error?.file == "l-2.csv" && error?.line == 3)
    #expect(error?.found.hasSuffix("again, after line 2 of l-1.csv") == true)
  }

  @Test("A key, and a time of a table, stand once in all files together")
  func keys() throws {
    try folder.write("account,points,id\n\(a1),1,x\n", to: "l-1.csv")
    try folder.write("account,points,id\n\(a2),2,y\n", to: "l-2.csv")
    #expect(try read(list(key: "id")).keys.count == 2)
    try folder.write("account,points,id\n\(a2),2,x\n", to: "l-2.csv")
    let error = #expect(throws: InputError.self) { try read(list(key: "id")) }
    #expect(error?.kind == .duplicateKey && error?.file == "l-2.csv")
    let blocks = SourceDeclaration(
      name: "blocks", file: "b*", format: .csv, key: "block", columns: [], timeTable: "at")
    try folder.write("block,at\n1,5\n", to: "b1")
    try folder.write("block,at\n2,6\n", to: "b2")
    func times() throws(InputError) -> Int {
      try InputFile.times(folder.path + "/b*", name: "b*", as: blocks).times.count
    }
    #expect(try times() == 2)
    try folder.write("block,at\n1,6\n", to: "b2")
    let twice = #expect(throws: InputError.self) { try times() }
    #expect(twice?.kind == .repeatedTime && twice?.file == "b2")
  }

  @Test("No row in one of the files is none of the source's business; none in all of them is")
  func noRows() throws {
    try folder.write("account,points\n\(a1),1\n", to: "l-1.csv")
    try folder.write("account,points\n", to: "l-2.csv")
    #expect(try read(list()).rows.count == 1)
    try folder.write("account,points\n", to: "l-1.csv")
    let error = #expect(throws: InputError.self) { try read(list()) }
    #expect(error?.kind == .noRows && error?.file == "l-*.csv")
  }

  @Test("Limits: rows and rows that are left out are counted over all files of a source")
  func limits() throws {
    try folder.write("account,points\n\(a1),1\n\(a1),x\n", to: "l-1.csv")
    try folder.write("account,points\n\(a2),2\n\(a2),x\n", to: "l-2.csv")
    func kind(_ body: () throws(InputError) -> Void) -> InputProblem? {
      do throws(InputError) { try body() } catch { return error.kind }
      return nil
    }
    func ofList(_ limits: InputLimits) -> InputProblem? {
      kind { () throws(InputError) in _ = try read(list(badRows: .quarantine), limits: limits) }
    }
    #expect(ofList(.with { ($0.rows, $0.quarantined) = (2, 2) }) == nil)
    #expect(ofList(.with { $0.rows = 1 }) == .tooManyRows)
    #expect(ofList(.with { $0.quarantined = 1 }) == .tooManyBadRows)
    let good = Array("time,account,amount\n5,\(a1),1\n".utf8)
    let bad = Array("time,account,amount\n5,\(a1),1\nx,\(a1),1\n".utf8)
    func ofChanges(_ files: [[UInt8]], _ limits: InputLimits, isPlain: Bool) -> InputProblem? {
      kind { () throws(InputError) in
        _ = try PositionFile.read(
          bytes: files, as: positions(badRows: files[0] == bad ? .quarantine : .refuse),
          span: always, limits: limits, isPlain: isPlain)
      }
    }
    for isPlain in [true, false] {
      #expect(ofChanges([good, good], .with { $0.rows = 2 }, isPlain: isPlain) == nil)
      #expect(ofChanges([good, good], .with { $0.rows = 1 }, isPlain: isPlain) == .tooManyRows)
    }
    #expect(ofChanges([bad, bad], .with { $0.quarantined = 2 }, isPlain: true) == nil)
    #expect(ofChanges([bad, bad], .with { $0.quarantined = 1 }, isPlain: true) == .tooManyBadRows)
  }
}
