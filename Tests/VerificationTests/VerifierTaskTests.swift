import DistributionModel
import EthereumPrimitives
import Foundation
import PlanFile
import Statements
import TestKit
import Testing
import Verification

@Suite("The verifier reads attested tasks again")
struct VerifierTaskTests {
  private static let (game, second) = (TestKey("game"), TestKey("second"))

  private static let plan = """
    version: 1
    name: Season
    tokens:
      - {name: ACME, decimals: 0}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: quests
        file: quests.jsonl
        statements: tasks
        signers: ["\(game.account)", "\(second.account)"]
        window: {start: 1970-01-01, end: 1970-01-02}
    programs:
      - name: players
        kind: tasks
        campaign: main
        budget: 100
        from: quests
        weight: points

    """

  private static func task(
    _ number: UInt64, _ points: UInt64, id: UInt8, _ name: String = "daily-login",
    plan: String = "Season", by key: TestKey = game
  ) -> String {
    guard let word = Word(name) else { return "" }
    let statement = Statement.task(
      TaskAttestation(
        plan: plan, account: VerifierSample.account(number), task: word, points: UInt256(points),
        time: Timestamp(UInt64(id)), id: UInt256(UInt64(id)).bytes32))
    guard let signature = try? Signature(bytes: key.sign(statement.digest)) else { return "" }
    let signed = SignedStatement(statement, signature: signature)
    return String(decoding: StatementLine.canonicalBytes(signed), as: UTF8.self)
  }

  private static let lines = [
    task(2, 3, id: 1), task(1, 5, id: 2, #"kill 10 of "them" \"#), task(1, 2, id: 3, by: second),
  ]

  private static func sample(_ lines: [String] = lines) throws -> VerifierSample {
    let text = lines.joined(separator: "\n") + "\n"
    let sample = try VerifierSample(plan, files: ["quests.jsonl": Array(text.utf8)])
    try sample.write(try sample.contents())
    return sample
  }

  @Test("INV-038: points of registered signers are added up, each id once")
  func match() throws {
    let sample = try Self.sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    #expect(
      String(decoding: try sample.bytes("bundle/allocations.csv"), as: UTF8.self) == """
        program,epoch,account,amount
        players,0,\(VerifierSample.hex(1)),70
        players,0,\(VerifierSample.hex(2)),30

        """)
  }

  @Test("INV-004: a task that is handed in again, by another signer too, changes no byte")
  func repeated() throws {
    let first = try Self.sample()
    let again = [Self.lines[0], Self.task(1, 2, id: 3), Self.lines[1], Self.lines[0]]
    let smaller = min(Self.lines[2], Self.task(1, 2, id: 3))
    let expected = [Self.lines[0], Self.lines[1], smaller].sorted().joined(separator: "\n") + "\n"
    let second = try Self.sample(again + [Self.lines[2]])
    #expect(try second.verify().matches)
    #expect(
      String(decoding: try second.bytes("bundle/inputs/quests.jsonl"), as: UTF8.self) == expected)
    #expect(
      try first.bytes("bundle/allocations.csv") == second.bytes("bundle/allocations.csv"))
  }

  /// Replaces the bundle's statements by others and commits to them.
  private func difference(_ lines: [String]) throws -> VerificationReport.Difference? {
    let sample = try Self.sample()
    let before = try sample.bytes("bundle/inputs/quests.jsonl")
    try sample.folder.write(
      Array((lines.sorted().joined(separator: "\n") + "\n").utf8), to: "bundle/inputs/quests.jsonl")
    try sample.rehash("inputs/quests.jsonl", was: before)
    return try sample.verify(
      "bundle", Verifier.Sources(plan: sample.folder.path + "/plan.yaml")
    ).difference
  }

  @Test("INV-038: a stranger's, another plan's, a changed one, and two of one id")
  func forged() throws {
    let rest = Array(Self.lines.dropLast())
    for (line, what) in [
      (Self.task(1, 2, id: 3, by: TestKey("stranger")), "signer of a statement"),
      (Self.task(1, 2, id: 3, plan: "Other"), "plan of a statement"),
      (
        Self.lines[2].replacing("\"points\":\"2\"", with: "\"points\":\"9\""),
        "signer of a statement"
      ),
      (Self.task(2, 3, id: 1, by: Self.second), "statements of \(VerifierSample.account(2))"),
    ] {
      #expect(try difference(rest + [line])?.what == what)
    }
  }

  @Test("Two tasks of one id in the raw file stop the verification")
  func contradicting() throws {
    let sample = try Self.sample()
    let lines = Self.lines + [Self.task(1, 8, id: 3)]
    try sample.folder.write(Array(lines.joined(separator: "\n").utf8), to: "quests.jsonl")
    let failure = #expect(throws: VerificationFailure.self) { try sample.verify() }
    #expect(failure?.kind == .malformedLine)
  }

  @Test(
    "A line that is no task stops the verification",
    arguments: [
      ("\"daily-login\"", "\"\""), ("\"daily-login\"", "\"login \""),
      ("\"daily-login\"", "\"\(String(repeating: "x", count: 33))\""), ("\"3\"", "\"03\""),
      ("\"id\":\"0x00", "\"id\":\"0x0"), ("\"task\"", "\"quest\""),
    ])
  func malformed(old: String, new: String) throws {
    let line = Self.lines[0].replacing(old, with: new)
    #expect(line != Self.lines[0])
    let failure = #expect(throws: VerificationFailure.self) { try difference([line]) }
    #expect(failure?.kind == .malformedLine)
  }
}
