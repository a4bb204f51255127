import CanonicalJSON
import EthereumPrimitives
import Foundation
import TestKit
import Testing

/// A plan with corrections and their file, as an operator has them.
struct Appeals {
  static let jury = TestKey("jury")
  static let account = "0x00000000000000000000000000000000000000a1"

  var plan = """
    version: 1
    name: Test
    tokens:
      - {name: ACME, decimals: 2}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: appeals
        file: appeals.jsonl
        statements: corrections
        token: ACME
        signers: ["\(Appeals.jury.account)"]
    programs:
      - {name: jury, kind: airdrop, campaign: main, budget: 6, from: appeals, amount: amount,
         unallocated: carry}

    """
  static let draft = """
    {"plan":"Test","program":"jury","epoch":0,"account":"\(account)","decision":"grant",\
    "amount":250,"reason":"Its rows were late."}
    """

  /// The line with a signature under it.
  static func signed(_ line: String, _ digest: Bytes32, by key: TestKey = jury) -> String {
    line.replacing("}", with: ",\"signature\":\"\(Hex.encode(key.sign(digest)))\"}")
  }

  /// Writes plan and file and gives the arguments that allocate into `bundle`.
  func allocate(_ lines: String, in folder: TemporaryFolder) throws -> [String] {
    try folder.write(lines, to: "appeals.jsonl")
    let path = try folder.write(plan, to: "plan.yaml")
    return ["allocate", path, "--out", folder.path + "/bundle"]
  }

  /// What `sluice statement digest` says about the draft.
  static func digest(in folder: TemporaryFolder) throws -> (JSON, Bytes32) {
    let plan = try folder.write(Appeals().plan, to: "plan.yaml")
    let path = try folder.write(draft + "\n", to: "drafts.jsonl")
    let json = try Sluice.succeed(["statement", "digest", plan, "appeals", path, "--json"]).json()
    let entry = try #require(json["statements"]?.elements?.first)
    return (entry, try Bytes32(hex: #require(entry["digest"]?.text)))
  }
}

@Suite("Statements, as a user signs and checks them")
struct StatementCommandTests {
  @Test("A draft is hashed, signed, checked, paid, explained and verified")
  func wholeWay() throws {
    let folder = try TemporaryFolder()
    let (entry, digest) = try Appeals.digest(in: folder)
    #expect(entry["request"]?["primaryType"]?.text == "Correction")
    #expect(entry["request"]?["message"]?["amount"]?.text == "250")
    let allocate = try Appeals().allocate(
      Appeals.signed(Appeals.draft, digest) + "\n", in: folder)
    let check = try Sluice.succeed(["statement", "check", allocate[1], "appeals"])
    #expect(
      check.output.contains(
        "receives 2.5 ACME: Its rows were late., signed by \(Appeals.jury.account)"))
    #expect(check.output.contains("1 statement may count."))
    try Sluice.succeed(allocate)
    let explained = try Sluice.succeed(["explain", folder.path + "/bundle", Appeals.account])
    #expect(explained.output.contains("appeals.jsonl, line 1: amount = 2.5 ACME"))
    #expect(explained.output.contains("signed by \(Appeals.jury.account): Its rows were late."))
    let verified = try Sluice.succeed(
      ["verify", folder.path + "/bundle", "--plan", allocate[1], "--inputs", folder.path])
    #expect(verified.output.contains("MATCH"))
  }

  @Test("Who is denied reads the signer's words")
  func denied() throws {
    let folder = try TemporaryFolder()
    let draft = Appeals.draft.replacing("grant", with: "deny").replacing("250", with: "0")
      .replacing("Its rows were late.", with: "No trades in the epoch.")
    let plan = try folder.write(Appeals().plan, to: "plan.yaml")
    let path = try folder.write(draft, to: "drafts.jsonl")
    let json = try Sluice.succeed(["statement", "digest", plan, "appeals", path, "--json"]).json()
    let digest = try Bytes32(
      hex: try #require(json["statements"]?.elements?.first?["digest"]?.text))
    try Sluice.succeed(
      try Appeals().allocate(Appeals.signed(draft, digest), in: folder))
    let explained = try Sluice.succeed(["explain", folder.path + "/bundle", Appeals.account])
    #expect(
      explained.output.contains(
        "receives nothing (denied): a signed decision denies it: No trades in the epoch."))
    let object = try Sluice.succeed(
      ["explain", folder.path + "/bundle", Appeals.account, "--json"]
    ).json()
    let program = object["campaigns"]?.elements?.first?["programs"]?.elements?.first
    #expect(program?["reason"]?.text == "denied")
    #expect(program?["statement"]?["signer"]?.text == Appeals.jury.account.checksummed)
  }

  @Test("A source that is none of statements is named")
  func unknownSource() throws {
    let folder = try TemporaryFolder()
    let arguments = try Launch().allocate(in: folder)
    let result = try Sluice.run(["statement", "check", arguments[1], "list"])
    #expect(result.status == 2)
    #expect(result.errors.contains("the plan has none"))
  }
}
