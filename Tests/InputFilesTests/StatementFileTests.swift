import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import InputFiles
import Statements
import TestKit
import Testing

@Suite("Files of statements")
struct StatementFileTests {
  private static let jury = TestKey("jury")

  private static let source = SourceDeclaration(
    name: "appeals", file: "appeals.jsonl", format: .jsonl,
    columns: [
      ColumnDeclaration(name: "amount", kind: .amount(token: "A", decimals: 0, unit: .base))
    ], duplicates: .sum, statements: .corrections(signers: [jury.account]))

  private static let plan = Plan(
    name: "P", tokens: [], campaigns: [], sources: [source],
    programs: [
      Program(
        name: "jury", kind: .airdrop, campaign: "c", budget: .zero,
        recipients: .source("appeals"), basis: .givenAmounts(column: "amount"))
    ])

  private static func line(_ account: TestKey, _ amount: UInt64, plan: String = "P") -> String {
    let statement = Statement.correction(
      Correction(
        plan: plan, program: "jury", epoch: 0, account: account.account,
        decision: amount == 0 ? .deny : .grant, amount: Amount(UInt256(amount)), reason: "r"))
    guard let signature = try? Signature(bytes: jury.sign(statement.digest)) else { return "" }
    return String(
      decoding: StatementLine.canonicalBytes(SignedStatement(statement, signature: signature)),
      as: UTF8.self)
  }

  private static let ann = line(TestKey("ann"), 5)
  private static let bob = line(TestKey("bob"), 0)

  private static func read(
    _ bytes: [UInt8], limits: InputLimits = .standard
  ) throws -> InputFileContents {
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: "appeals.jsonl")
    return try InputFile.statements(
      path, name: "appeals.jsonl", as: source, of: plan, limits: limits)
  }

  @Test("Rows, lines and statements, plain and packed, blank lines at the end")
  func read() throws {
    let bytes = Array("\(Self.ann)\r\n\(Self.bob)\n\n".utf8)
    for file in [bytes, try Gzip.pack(bytes)] {
      let contents = try Self.read(file)
      #expect(contents.rows.accounts == [TestKey("ann").account, TestKey("bob").account])
      #expect(contents.rows.values == [[5, 0]])
      #expect(contents.rows.lines == [1, 2])
      #expect(contents.rows.statements.count == 2)
      #expect(contents.rawHash == Keccak256.hash(file))
    }
  }

  @Test("What is granted and denied to a program in an epoch")
  func corrections() throws {
    let rows = try Self.read(Array("\(Self.ann)\n\(Self.bob)\n".utf8)).rows
    let now = rows.corrections(of: "jury", in: EpochIndex(0))
    #expect(now.granted.accounts == [TestKey("ann").account])
    #expect(now.granted.lines == [1])
    #expect(now.denied == [TestKey("bob").account])
    for (program, epoch) in [("jury", 1), ("other", 0)] as [(String, UInt32)] {
      let other = rows.corrections(of: program, in: EpochIndex(epoch))
      #expect(other.granted.count == 0 && other.denied == [])
    }
  }

  private static let broken: [(InputProblem, String, Int, String?)] = [
    (.malformedStatement, ann.replacing("\"5\"", with: "\"five\""), 1, "amount"),
    (.foreignStatement, line(TestKey("ann"), 5, plan: "Q"), 1, "plan"),
    (
      .malformedSignature, ann.replacing("\"signature\":\"0x", with: "\"signature\":\"0x00"), 1,
      "signature"
    ),
    (.wrongSigner, bob + "\n" + ann.replacing("\"5\"", with: "\"6\""), 2, "signature"),
    (.repeatedStatement, [ann, bob, ann].joined(separator: "\n"), 3, nil),
    (.contradictingStatement, [ann, line(TestKey("ann"), 6)].joined(separator: "\n"), 2, nil),
    (.malformedJSON, bob + "\n" + ann.dropLast(), 2, nil),
    (.notAnObject, "[]", 1, nil),
    (.blankLine, "\(ann)\n\n\(bob)", 2, nil),
    (.emptyFile, "", 0, nil),
  ]

  @Test("INV-038: what does not count stops the reading, with its line and member")
  func broken() {
    for (kind, text, line, member) in Self.broken {
      let error = #expect(throws: InputError.self) { try Self.read(Array(text.utf8)) }
      #expect(error?.kind == kind, "\(String(describing: error))")
      #expect(error?.line == line, "\(kind)")
      #expect(error?.field == member, "\(kind)")
    }
  }

  @Test("Statements of a file: as many as the limit, and one more")
  func limit() throws {
    var limits = InputLimits.standard
    #expect(limits.statements == 100_000)
    limits.statements = 2
    let two = "\(Self.ann)\n\(Self.bob)\n"
    #expect(try Self.read(Array(two.utf8), limits: limits).rows.count == 2)
    let three = two + Self.line(TestKey("carol"), 1)
    let error = #expect(throws: InputError.self) {
      try Self.read(Array(three.utf8), limits: limits)
    }
    #expect(error?.kind == .tooManyRows)
    #expect(error?.line == 3)
  }

  @Test("A line of 64 KiB, and of one value more, are refused")
  func lineLimits() throws {
    #expect(StatementLine.jsonLimits.bytes == 1 << 16)
    #expect(StatementLine.jsonLimits.values == 64)
    func kind(_ text: String) -> InputProblem? {
      #expect(throws: InputError.self) { try Self.read(Array(text.utf8)) }?.kind
    }
    func padded(_ count: Int) -> String {
      let more = ",\"x\":\"\""
      let length = count - Self.ann.utf8.count - more.utf8.count
      return Self.ann.replacing("}", with: ",\"x\":\"\(String(repeating: "y", count: length))\"}")
    }
    // Up to the limit it is the member that is one too many.
    #expect(kind(padded(1 << 16)) == .malformedStatement)
    #expect(kind(padded(1 << 16 + 1)) == .malformedJSON)
    func valued(_ count: Int) -> String {
      "{" + (1..<count).map { "\"m\($0)\":1" }.joined(separator: ",") + "}"
    }
    #expect(kind(valued(64)) == .malformedStatement)
    #expect(kind(valued(65)) == .malformedJSON)
    #expect(kind("{\"plan\":[]}") == .malformedStatement)
    #expect(kind("{\"plan\":[[]]}") == .malformedJSON)
  }
}
