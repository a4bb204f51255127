import InputFiles
import TestKit
import Testing

@Suite("CSV cells as text")
struct TextRowsTests {
  private func read(_ text: String, limits: InputLimits = .standard) throws -> TextRows {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "list.csv")
    return try InputFile.text(path, name: "list.csv", limits: limits)
  }

  private func kind(_ text: String, limits: InputLimits = .standard) -> InputProblem? {
    do {
      _ = try read(text, limits: limits)
      return nil
    } catch { return (error as? InputError)?.kind }
  }

  @Test("Columns, cells and the lines on which rows start, quotes taken off")
  func cells() throws {
    let rows = try read("a,b\n1,\"x,\ny\"\n,\"say \"\"yes\"\"\"\n\n")
    #expect(rows.columns == ["a", "b"])
    #expect(rows.rows == [["1", "x,\ny"], ["", "say \"yes\""]])
    #expect(rows.lines == [2, 4])
  }

  @Test("A packed file reads as a plain one")
  func gzip() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(try Gzip.pack(Array("a\n1\n".utf8)), to: "list.csv.gz")
    #expect(try InputFile.text(path, name: "list.csv.gz").rows == [["1"]])
  }

  @Test("INV-012: what is wrong with a file has its own error")
  func broken() {
    #expect(kind("") == .emptyFile)
    #expect(kind("a,b\n") == .noRows)
    #expect(kind("a,a\n1,2\n") == .duplicateColumn)
    #expect(kind("a,b\n1\n") == .raggedRow)
    #expect(kind("a,b\n1,2\n\n3,4\n") == .blankLine)
    #expect(kind("a,b\n1,\"2\n") == .unterminatedQuote)
    #expect(kind("\na\n") == .blankLine)
    var limits = InputLimits.standard
    limits.rows = 1
    #expect(kind("a\n1\n2\n", limits: limits) == .tooManyRows)
    #expect(kind("a\n1\n", limits: limits) == nil)
    limits = .standard
    limits.values = 4
    #expect(kind("a,b\n1,2\n3,4\n", limits: limits) == nil)
    #expect(kind("a,b\n1,2\n3,4\n5,6\n", limits: limits) == .tooManyValues)
  }

  @Test("A broken gzip file is told as such, and not by what it seems to hold")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let packed = try Gzip.pack(Array("a\n1\n".utf8))
    let path = try folder.write(Array(packed.dropLast(6)), to: "list.csv.gz")
    let error = #expect(throws: InputError.self) { try InputFile.text(path, name: "list.csv.gz") }
    #expect(error?.kind == .gzipTruncated)
  }
}
