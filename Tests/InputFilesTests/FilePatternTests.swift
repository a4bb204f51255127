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
}
