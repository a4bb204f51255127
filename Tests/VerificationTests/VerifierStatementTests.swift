import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Foundation
import PlanFile
import Statements
import TestKit
import Testing
import Verification

@Suite("The verifier reads statements again, and asks by itself who signed")
struct VerifierStatementTests {
  private static let jury = TestKey("jury")

  private static let plan = """
    version: 1
    name: Appeals
    tokens:
      - {name: ACME, decimals: 2}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: appeals
        file: appeals.jsonl
        statements: corrections
        token: ACME
        signers: ["\(TestKey("second").account)", "\(jury.account)"]
    programs:
      - name: jury
        kind: airdrop
        campaign: main
        budget: 10
        from: appeals
        amount: amount
        unallocated: carry

    """

  private static func correction(
    _ number: UInt64, _ amount: UInt64, _ reason: String, epoch: UInt64 = 0,
    by key: TestKey = jury
  ) -> String {
    line(
      .correction(
        Correction(
          plan: "Appeals", program: "jury", epoch: epoch, account: VerifierSample.account(number),
          decision: amount == 0 ? .deny : .grant, amount: Amount(UInt256(amount)), reason: reason)),
      by: key)
  }

  private static func line(_ statement: Statement, by key: TestKey) -> String {
    guard let signature = try? Signature(bytes: key.sign(statement.digest)) else { return "" }
    let signed = SignedStatement(statement, signature: signature)
    return String(decoding: StatementLine.canonicalBytes(signed), as: UTF8.self)
  }

  private static let lines = [
    correction(3, 250, "Late rows: \"found\" \\ again, Grüße."),
    correction(1, 300, "A bridge of its own.", by: TestKey("second")),
    correction(2, 0, "No trades."), correction(1, 1, "Of another epoch.", epoch: 4),
  ]

  private static func sample(_ lines: [String] = lines) throws -> VerifierSample {
    let text = lines.joined(separator: "\n") + "\n"
    let sample = try VerifierSample(plan, files: ["appeals.jsonl": Array(text.utf8)])
    try sample.write(try sample.contents())
    return sample
  }

  @Test("INV-038: grants are paid, a denial is told, another epoch counts nowhere")
  func match() throws {
    let sample = try Self.sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    func text(_ name: String) throws -> String {
      String(decoding: try sample.bytes("bundle/\(name)"), as: UTF8.self)
    }
    #expect(
      try text("allocations.csv") == """
        program,epoch,account,amount
        jury,0,\(VerifierSample.hex(1)),300
        jury,0,\(VerifierSample.hex(3)),250

        """)
    #expect(
      try text("exclusions.csv") == """
        program,epoch,account,reason,value
        jury,0,\(VerifierSample.hex(2)),denied,0

        """)
    #expect(try text("inputs/appeals.jsonl") == Self.lines.sorted().joined(separator: "\n") + "\n")
  }

  @Test("INV-004: the order of the file's lines and their spelling change no byte of the bundle")
  func order() throws {
    let first = try Self.sample()
    let spelled = Self.lines.reversed().map {
      $0.replacing("\"epoch\":\"0\"", with: "\"epoch\": 0").replacing("1b\"}", with: "00\"}")
        .replacing("1c\"}", with: "01\"}")
    }
    let second = try Self.sample(Array(spelled))
    #expect(try second.verify().matches)
    #expect(
      try first.bytes("bundle/commitment.json") == second.bytes("bundle/commitment.json"))
  }

  /// Replaces the bundle's statements by others and commits to them.
  private func difference(_ lines: [String]) throws -> VerificationReport.Difference? {
    let sample = try Self.sample()
    let before = try sample.bytes("bundle/inputs/appeals.jsonl")
    try sample.folder.write(
      Array((lines.joined(separator: "\n") + "\n").utf8), to: "bundle/inputs/appeals.jsonl")
    try sample.rehash("inputs/appeals.jsonl", was: before)
    return try sample.verify(
      "bundle", Verifier.Sources(plan: sample.folder.path + "/plan.yaml")
    ).difference
  }

  @Test(
    "INV-038: a statement of a stranger, of another plan, or of a program that does not read it")
  func forged() throws {
    let rest = Self.lines.dropFirst()
    let stranger = Self.correction(3, 250, "Mine.", by: TestKey("stranger"))
    let forged = try difference((rest + [stranger]).sorted())
    #expect(forged?.what == "signer of a statement", "\(String(describing: forged))")
    #expect(forged?.published == "\(TestKey("stranger").account)")
    // Whoever a correction is about has no say in it.
    let own = Statement.correction(
      Correction(
        plan: "Appeals", program: "jury", epoch: 0, account: TestKey("stranger").account,
        decision: .grant, amount: Amount(250), reason: "Mine."))
    let about = Self.line(own, by: TestKey("stranger"))
    #expect(try difference((rest + [about]).sorted())?.what == "signer of a statement")
    for (plan, program, what) in [
      ("Other", "jury", "plan of a statement"), ("Appeals", "users", "program of a statement"),
    ] {
      let statement = Statement.correction(
        Correction(
          plan: plan, program: program, epoch: 0, account: VerifierSample.account(3),
          decision: .grant, amount: Amount(250), reason: "r"))
      let lines = (rest + [Self.line(statement, by: Self.jury)]).sorted()
      #expect(try difference(lines)?.what == what)
    }
  }

  @Test("INV-014: a changed amount is no longer signed by a signer")
  func changed() throws {
    let changed = Self.lines.map { $0.replacing("\"250\"", with: "\"950\"") }.sorted()
    #expect(try difference(changed)?.what == "signer of a statement")
  }

  @Test("Two decisions about the same, another order, and another form")
  func formsAndOrder() throws {
    let second = Self.correction(3, 100, "Once more.")
    let twice = try difference((Self.lines + [second]).sorted())
    #expect(twice?.what == "statements of \(VerifierSample.account(3))")
    let order = try difference(Self.lines.sorted().reversed())
    #expect(order?.what == "order of statements")
    let spelled = Self.lines.sorted().map { $0.replacing("\"epoch\":\"0\"", with: "\"epoch\":0") }
    #expect(try difference(spelled)?.what == "order of statements")
  }

  @Test("INV-014: statements that were left out, or are not in the published file, are found")
  func leftOut() throws {
    let fewer = try Self.sample(Array(Self.lines.dropLast()))
    try fewer.folder.write(
      Array((Self.lines.joined(separator: "\n") + "\n").utf8), to: "appeals.jsonl")
    let difference = try fewer.verify().difference
    #expect(
      difference?.place.hasPrefix("inputs/appeals.jsonl, line") == true,
      "\(String(describing: difference))")
  }

  @Test(
    "A line that is no statement stops the verification",
    arguments: [
      ("\"250\"", "\"0250\""), ("\"grant\"", "\"allow\""), ("\"grant\"", "\"deny\""),
      ("\"250\"", "\"0\""), ("\"250\"", "\"\(String(repeating: "9", count: 78))\""),
      ("\"epoch\":\"0\"", "\"epoch\":\"18446744073709551616\""),
      (VerifierSample.hex(3), VerifierSample.hex(0)),
      ("\"reason\"", "\"because\""), ("\"program\"", "\"also\":\"x\",\"program\""),
      ("Late", "La\\tte"), ("Late", "La\u{7F}te"),
      ("Late", String(repeating: "x", count: 2000)),
      ("\"signature\":\"0x", "\"signature\":\"0x00"),
    ])
  func malformed(old: String, new: String) throws {
    try expectMalformed(Self.lines[0], old, new)
  }

  @Test(
    "A denial has an amount of 0, its own word and a reason",
    arguments: [
      ("\"deny\"", "\"allow\""), ("\"amount\":\"0\"", "\"amount\":\"1\""), ("No trades.", ""),
      ("No trades.", String(repeating: "x", count: 2001)),
    ])
  func malformedDenial(old: String, new: String) throws {
    try expectMalformed(Self.lines[2], old, new)
  }

  @Test("A reason has at most 2000 bytes")
  func longReason() throws {
    let lines = [Self.correction(1, 300, String(repeating: "x", count: 2000))]
    #expect(try Self.sample(lines).verify().matches)
  }

  @Test("The last byte of a signature is 27 or 28, or 0 or 1")
  func lastByte() throws {
    let line = Self.lines[0]
    try expectMalformed(line, String(line.suffix(4)), "1d\"}")
  }

  private func expectMalformed(_ line: String, _ old: String, _ new: String) throws {
    let lines = [line.replacing(old, with: new)]
    #expect(lines[0] != line)
    let failure = #expect(throws: VerificationFailure.self) { try difference(lines) }
    #expect(failure?.kind == .malformedLine)
  }
}
