import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import Statements
import TestKit
import Testing

@Suite("A statement's line and its hash")
struct StatementLineTests {
  @Test("eth_account's hashes, signatures and signers of corrections and redirects")
  func vectors() throws {
    let json = try JSON.parse(Project.data("Tests/StatementsTests/Vectors/statements.json"))
    let vectors = try #require(json["statements"]?.elements)
    #expect(vectors.count == 9)
    for vector in vectors {
      let rules = try #require(
        [corrections, .redirects, tasks].first { $0.name == vector["kind"]?.text })
      let read = try StatementLine(try #require(vector["message"]), as: rules)
      #expect(read.statement.digest.hex == vector["digest"]?.text)
      let signature = try Signature(bytes: Hex.decode(#require(vector["signature"]?.text)))
      let signed = SignedStatement(read.statement, signature: signature)
      #expect(signed.signer?.checksummed == vector["signer"]?.text)
      // What a wallet is asked to sign has the members of the vector's message.
      let request = read.statement.walletRequest
      #expect(request["domain"]?["name"]?.text == "Sluice")
      for member in try #require(vector["message"]?.members) {
        let text = try #require(request["message"]?[member.key]?.text)
        #expect(text.lowercased() == member.value.text?.lowercased())
      }
    }
  }

  @Test("INV-013: the canonical line, read again, is the same statement and the same line")
  func roundTrip() throws {
    let text = #"Grüße "\" 日本"#
    let statement = Statement.correction(
      Correction(
        plan: "P", program: "jury", epoch: 1, account: TestKey("a").account, decision: .grant,
        amount: Amount(.max), reason: text))
    let signature = try Signature(bytes: TestKey("jury").sign(statement.digest))
    let signed = SignedStatement(statement, signature: signature)
    let bytes = StatementLine.canonicalBytes(signed)
    let read = try StatementLine(JSON.parse(bytes), as: corrections)
    #expect(read.statement == statement)
    #expect(read.signature == signature.hex)
    #expect(
      String(decoding: bytes, as: UTF8.self).hasPrefix(
        #"{"account":"\#(TestKey("a").account.hex)","amount":"11579208923731619542357098500868"#))
  }

  @Test("Numbers may be numbers, addresses may have a checksum, members any order")
  func spellings() throws {
    let other = """
      {"reason":"Late rows.","plan":"P","program":"jury","epoch":1,"decision":"grant","amount":5,\
      "account":"0x00000000000000000000000000000000000000A1"}
      """
    #expect(try line(other, corrections).statement == line(correction, corrections).statement)
    #expect(try line(redirect, .redirects).signature == nil)
  }

  @Test(
    "What is no statement is refused with its member",
    arguments: [
      (#""5""#, #""0""#, "amount", "above 0"), (#""5""#, #""05""#, "amount", "decimal digits"),
      (#""5""#, #""-5""#, "amount", "decimal digits"), (#""5""#, "5.5", "amount", "decimal digits"),
      (#""grant""#, #""deny""#, "amount", "receives nothing"),
      (#""grant""#, #""allow""#, "decision", "grant or deny"),
      (#""1""#, #""18446744073709551616""#, "epoch", "below 2^64"),
      ("a1\"", "A1b\"", "account", "address"), (#""P""#, "null", "plan", "a text"),
      (account, "0x0000000000000000000000000000000000000000", "account", "somebody holds"),
      (#""Late rows.""#, #""""#, "reason", "1 to 2000 bytes"),
      (#""Late rows.""#, #""a\nb""#, "reason", "one line"),
      (#""Late rows.""#, "\"a\u{7F}b\"", "reason", "one line"),
      (#""plan":"P""#, #""plan":"P","signature":5"#, "signature", "a text"),
      (#""reason""#, #""because""#, nil, "What is no member is not signed"),
      (#""plan":"P","#, "", "plan", "a text"),
    ] as [(String, String, String?, String)])
  func malformed(old: String, new: String, member: String?, phrase: String) throws {
    let text = correction.replacing(old, with: new, maxReplacements: 1)
    #expect(text != correction)
    let error = #expect(throws: StatementError.self) { try line(text, corrections) }
    #expect(error?.kind == .malformedStatement)
    #expect(error?.member == member)
    #expect(error?.description.contains(phrase) == true, "\(error?.description ?? "")")
  }

  @Test("A reason of 2000 bytes is read, and one more is not")
  func reasonLength() throws {
    func read(_ count: Int) throws -> StatementLine {
      try line(
        correction.replacing("Late rows.", with: String(repeating: "x", count: count)), corrections)
    }
    _ = try read(2000)
    #expect(throws: StatementError.self) { try read(2001) }
  }

  @Test(
    "What is no task is refused with its member",
    arguments: [
      (#""login""#, #""""#, "task"), (#""login""#, #""login ""#, "task"),
      (#""login""#, "\"\(String(repeating: "x", count: 33))\"", "task"),
      (#""login""#, #""é""#, "task"),
      (#""10""#, #""-1""#, "points"), (#""7""#, #""18446744073709551616""#, "time"),
      ("01\"", "1\"", "id"), ("01\"", "0g\"", "id"),
      ("\"id\":\"0x00", "\"id\":\"0x", "id"),
      (#""time""#, #""when""#, nil),
    ] as [(String, String, String?)])
  func malformedTasks(old: String, new: String, member: String?) throws {
    let text = task.replacing(old, with: new, maxReplacements: 1)
    #expect(text != task)
    let error = #expect(throws: StatementError.self) { try line(text, tasks) }
    #expect(error?.kind == .malformedStatement)
    #expect(error?.member == member)
  }

  @Test("Of one task with several signatures the line that comes first by its bytes stands")
  func repetitions() throws {
    func signed(_ text: String, _ key: String) throws -> SignedStatement {
      let statement = try line(text, tasks).statement
      return SignedStatement(
        statement, signature: try Signature(bytes: TestKey(key).sign(statement.digest)))
    }
    let (first, second) = (try signed(task, "jury"), try signed(task, "other"))
    let other = try signed(task.replacing("01\"", with: "02\""), "jury")
    let smaller = first.signature.hex < second.signature.hex ? 0 : 1
    #expect(StatementLine.withoutRepetitions([first, second, other]) == [smaller, 2])
    #expect(StatementLine.withoutRepetitions([second, first, other]) == [1 - smaller, 2])
  }

  @Test("A redirect has its own members")
  func redirects() throws {
    #expect(throws: StatementError.self) { try line(correction, .redirects) }
    #expect(throws: StatementError.self) { try line(redirect, corrections) }
    let zero = redirect.replacing("b2\"", with: "00\"")
    let error = #expect(throws: StatementError.self) { try line(zero, .redirects) }
    #expect(error?.member == "to")
  }
}
