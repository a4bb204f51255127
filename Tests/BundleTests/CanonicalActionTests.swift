import Bundle
import DistributionModel
import EthereumPrimitives
import Testing

@Suite("Canonical rows of actions")
struct CanonicalActionTests {
  private static let source = SourceDeclaration(
    name: "acts", file: "acts.csv", format: .csv,
    columns: [
      ColumnDeclaration(name: "at", kind: .time), ColumnDeclaration(name: "task", kind: .word),
    ], duplicates: .sum, time: TimeColumn(column: "at"))

  private static let account = "0x00000000000000000000000000000000000000a1"

  private static func read(_ row: String) throws -> CanonicalInput {
    try CanonicalInput(parsing: Array("account,at,task\n\(account),\(row)\n".utf8), of: source)
  }

  @Test("A time is below 2^64, and a word the number of one")
  func values() throws {
    // 0x627579 is `buy`.
    #expect(try Self.read("18446744073709551615,6452601").rows.values[1] == [0x62_7579])
    for row in ["18446744073709551616,6452601", "1,0", "1,6356994"] {
      let error = #expect(throws: BundleError.self) { try Self.read(row) }
      #expect(error?.kind == .malformedRow, "\(row)")
    }
  }

  @Test("Of a window without a task there is an empty file")
  func empty() throws {
    let quests = SourceDeclaration(
      name: "quests", file: "q.jsonl", format: .jsonl, columns: Self.source.columns,
      duplicates: .sum, statements: .tasks(signers: []))
    let input = try CanonicalInput(parsing: [], of: quests)
    #expect(input.rows.count == 0)
    #expect(CanonicalInput(quests, sorting: input.rows).bytes == [])
    let error = #expect(throws: BundleError.self) {
      try CanonicalInput(parsing: Array("{}".utf8), of: quests)
    }
    #expect(error?.kind == .malformedRow)
  }
}
