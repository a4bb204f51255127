import DistributionModel
import EthereumPrimitives
import InputFiles
import Statements
import TestKit
import Testing

@Suite("Files of tasks")
struct TaskFileTests {
  private static let (game, second) = (TestKey("game"), TestKey("second"))

  private static let source = SourceDeclaration(
    name: "quests", file: "quests.jsonl", format: .jsonl,
    columns: [
      ColumnDeclaration(name: "points", kind: .integer),
      ColumnDeclaration(name: "time", kind: .time), ColumnDeclaration(name: "task", kind: .word),
    ], duplicates: .sum, statements: .tasks(signers: [game.account, second.account]),
    time: TimeColumn(column: "time"))

  private static func line(
    _ id: UInt64, at time: UInt64, points: UInt64 = 5, by key: TestKey = game
  ) throws -> String {
    let statement = Statement.task(
      TaskAttestation(
        plan: "P", account: TestKey("ann").account, task: try #require(Word("buy")),
        points: UInt256(points), time: Timestamp(time), id: UInt256(id).bytes32))
    let signed = SignedStatement(
      statement, signature: try Signature(bytes: key.sign(statement.digest)))
    return String(decoding: StatementLine.canonicalBytes(signed), as: UTF8.self)
  }

  private static func read(
    _ lines: [String], window: Range<UInt64>? = nil
  ) throws -> InputFileContents {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      Array((lines.joined(separator: "\n") + "\n").utf8), to: "quests.jsonl")
    return try InputFile.statements(
      path, name: "quests.jsonl", as: source,
      of: Plan(name: "P", tokens: [], campaigns: [], sources: [source], programs: []),
      window: window)
  }

  @Test("Points, time and the number of the task's word; a task again is no second row")
  func rows() throws {
    let lines = [try Self.line(1, at: 7), try Self.line(2, at: 8), try Self.line(1, at: 7)]
    let rows = try Self.read(lines).rows
    #expect(rows.values == [[5, 5], [7, 8], [0x62_7579, 0x62_7579]])
    #expect(rows.lines == [1, 2])
  }

  @Test("Of two signers of a task the line that comes first by its bytes, wherever it stands")
  func signers() throws {
    let lines = [try Self.line(1, at: 7), try Self.line(1, at: 7, by: Self.second)]
    let first = lines[0] < lines[1] ? 0 : 1
    #expect(try Self.read(lines).rows.lines == [UInt32(first + 1)])
    #expect(try Self.read(lines.reversed()).rows.lines == [UInt32(2 - first)])
  }

  @Test("Tasks outside of the window do not count, all of them at the worst; that is told")
  func window() throws {
    let lines = try [9, 10, 19, 20].map { try Self.line($0, at: $0) }
    let inside = try Self.read(lines, window: 10..<20)
    #expect(inside.rows.values[1] == [10, 19])
    #expect(inside.rows.lines == [2, 3])
    #expect(inside.notes == ["2 tasks are outside of the window"])
    #expect(try Self.read(lines, window: 30..<40).rows.count == 0)
    #expect(try Self.read(lines).notes == [])
  }

  @Test("INV-038: another task of the same id stops the reading")
  func contradicting() throws {
    let lines = [try Self.line(1, at: 7), try Self.line(1, at: 7, points: 6)]
    let error = #expect(throws: InputError.self) { try Self.read(lines) }
    #expect(error?.kind == .contradictingStatement)
    #expect(error?.line == 2)
  }
}
