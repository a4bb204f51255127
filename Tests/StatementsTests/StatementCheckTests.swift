import DistributionModel
import EthereumPrimitives
import Statements
import TestKit
import Testing

@Suite("Which statements count")
struct StatementCheckTests {
  private static let jury = TestKey("jury")

  private static func check(_ rules: StatementRules, plan: String = "P") -> StatementCheck {
    let source = SourceDeclaration(
      name: "appeals", file: "a.jsonl", format: .jsonl, columns: [], duplicates: .sum,
      statements: rules)
    let program = Program(
      name: "jury", kind: .airdrop, campaign: "c", budget: .zero, recipients: .source("appeals"),
      basis: .givenAmounts(column: "amount"))
    let other = Program(
      name: "users", kind: .airdrop, campaign: "c", budget: .zero, recipients: .source("list"),
      basis: .givenAmounts(column: "amount"))
    return StatementCheck(
      of: source,
      in: Plan(
        name: plan, tokens: [], campaigns: [], sources: [source], programs: [program, other]))
  }

  private static func signed(
    _ text: String, _ rules: StatementRules, by key: TestKey = jury
  ) throws -> StatementLine {
    let statement = try line(text, rules).statement
    return try line(
      text.replacing("}", with: ",\"signature\":\"\(Hex.encode(key.sign(statement.digest)))\"}"),
      rules)
  }

  private static let rules = StatementRules.corrections(
    signers: [TestKey("other").account, jury.account])

  @Test("A signer of the plan, and the signer's account")
  func counts() throws {
    var check = Self.check(Self.rules)
    let taken = try check.take(Self.signed(correction, Self.rules), number: 3)
    #expect(taken.signer == Self.jury.account)
    #expect(taken.signed.statement == (try line(correction, corrections).statement))
  }

  private func refusal(
    _ kind: StatementError.Kind, _ phrase: String, of rules: StatementRules = rules,
    _ lines: [StatementLine], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var check = Self.check(rules)
    for (number, line) in lines.dropLast().enumerated() {
      _ = try check.take(line, number: number + 1)
    }
    let last = try #require(lines.last)
    let error = #expect(throws: StatementError.self, sourceLocation: sourceLocation) {
      try check.take(last, number: lines.count)
    }
    #expect(error?.kind == kind, sourceLocation: sourceLocation)
    #expect(
      error?.description.contains(phrase) == true, "\(error?.description ?? "")",
      sourceLocation: sourceLocation)
  }

  @Test("Another plan, and a program that does not read it")
  func foreign() throws {
    let plan = correction.replacing("\"P\"", with: "\"Q\"")
    try refusal(.foreignStatement, "found 'Q'", [try Self.signed(plan, Self.rules)])
    let program = correction.replacing("\"jury\"", with: "\"users\"")
    try refusal(.foreignStatement, "found 'users'", [try Self.signed(program, Self.rules)])
  }

  @Test("The plan's name counts letter by letter: é is not e with an accent")
  func spelling() throws {
    let signed = try Self.signed(
      correction.replacing("\"P\"", with: "\"\u{E9}\""), Self.rules)
    var same = Self.check(Self.rules, plan: "\u{E9}")
    _ = try same.take(signed, number: 1)
    var other = Self.check(Self.rules, plan: "e\u{301}")
    let error = #expect(throws: StatementError.self) { try other.take(signed, number: 1) }
    #expect(error?.kind == .foreignStatement)
  }

  @Test("No signature, one that is none, and the higher s")
  func unsigned() throws {
    try refusal(.malformedSignature, "found nothing", [try line(correction, Self.rules)])
    let short = correction.replacing("}", with: ",\"signature\":\"0x1234\"}")
    try refusal(.malformedSignature, "2 bytes", [try line(short, Self.rules)])
    let text = correction.replacing("}", with: ",\"signature\":\"signed, Ann\"}")
    try refusal(.malformedSignature, "'signed, Ann'", [try line(text, Self.rules)])
  }

  @Test("A stranger's signature, and one of a statement that was changed afterwards")
  func wrongSigner() throws {
    try refusal(
      .wrongSigner, "EIP-1271",
      [try Self.signed(correction, Self.rules, by: TestKey("stranger"))])
    let right = try Self.signed(correction, Self.rules)
    let changed = correction.replacing("\"5\"", with: "\"6\"")
      .replacing("}", with: ",\"signature\":\"\(right.signature ?? "")\"}")
    try refusal(.wrongSigner, "changed statement", [try line(changed, Self.rules)])
  }

  @Test("A redirect is signed by its own account, and not by whom it leads to")
  func redirectSigner() throws {
    let own = redirect.replacing(account, with: Self.jury.account.hex)
    var check = Self.check(.redirects)
    #expect(
      try check.take(Self.signed(own, .redirects), number: 1).signer == Self.jury.account)
    try refusal(
      .wrongSigner, "who redirects signs", of: .redirects, [try Self.signed(redirect, .redirects)])
  }

  @Test("The same statement twice, also by another signer")
  func repeated() throws {
    let first = try Self.signed(correction, Self.rules)
    let second = try Self.signed(correction, Self.rules, by: TestKey("other"))
    try refusal(.repeatedStatement, "line 1", [first, second])
  }

  @Test("A second decision about the same account, program and epoch; of another epoch it is none")
  func contradicting() throws {
    let first = try Self.signed(correction, Self.rules)
    let more = correction.replacing("\"5\"", with: "\"6\"")
    try refusal(.contradictingStatement, "line 1", [first, try Self.signed(more, Self.rules)])
    var check = Self.check(Self.rules)
    _ = try check.take(first, number: 1)
    let later = correction.replacing("\"epoch\":\"1\"", with: "\"epoch\":\"2\"")
    _ = try check.take(Self.signed(later, Self.rules), number: 2)
  }

  @Test("Two redirects at one time contradict each other; a later one does not")
  func redirectTimes() throws {
    let own = redirect.replacing(account, with: Self.jury.account.hex)
    let first = try Self.signed(own, .redirects)
    let other = try Self.signed(own.replacing("b2\"", with: "c3\""), .redirects)
    try refusal(.contradictingStatement, "at a time", of: .redirects, [first, other])
    var check = Self.check(.redirects)
    _ = try check.take(first, number: 1)
    _ = try check.take(
      Self.signed(own.replacing("\"7\"", with: "\"8\""), .redirects), number: 2)
  }

  @Test("A task counts once, also by another signer; another one of its id contradicts it")
  func tasks() throws {
    let rules = StatementRules.tasks(signers: [TestKey("other").account, Self.jury.account])
    var check = Self.check(rules)
    let first = try Self.signed(task, rules)
    _ = try check.take(first, number: 1)
    _ = try check.take(first, number: 2)
    _ = try check.take(Self.signed(task, rules, by: TestKey("other")), number: 3)
    let more = try Self.signed(task.replacing("\"10\"", with: "\"11\""), rules)
    try refusal(.contradictingStatement, "one task of an id", of: rules, [first, more])
    try refusal(
      .wrongSigner, "one of", of: rules, [try Self.signed(task, rules, by: TestKey("stranger"))])
    let foreign = task.replacing("\"P\"", with: "\"Q\"")
    try refusal(.foreignStatement, "found 'Q'", of: rules, [try Self.signed(foreign, rules)])
  }
}
