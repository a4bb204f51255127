import BigInt
import Bundle
import CanonicalJSON
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Statements
import TestKit
import Testing

@testable import Verification

@Suite("Signed redirects move what is allocated, in the engine and in the verifier")
struct SignedRedirectTests {
  private static let (ann, bob) = (TestKey("Ann"), TestKey("Bob"))
  /// Where the vectors let Ann's allocations go: first to 0xa1…a1, a second later to 0xb2.
  private static let new = VerifierSample.account(0xB2)

  /// Of 100, Ann earns 40, account 1 earns 30 and is redirected to her by the plan, Bob 20, and
  /// account 3 earns 10.
  private static let plan = """
    version: 1
    name: Acme launch
    tokens:
      - {name: ACME, decimals: 0}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      - {name: moved, file: moved.jsonl, statements: redirects}
    redirects:
      - {source: moved}
      - {account: "\(VerifierSample.hex(1))", to: "\(ann.account)", reason: Lost its key.}
    programs:
      - name: users
        kind: airdrop
        campaign: main
        budget: 100
        from: list
        weight: points

    """

  /// The redirects of Ann that eth_account signed, the later one first, in the bundle's spelling.
  private static func vectors() throws -> [String] {
    let json = try JSON.parse(Project.data("Tests/StatementsTests/Vectors/statements.json"))
    return try #require(json["statements"]?.elements).filter {
      $0["kind"]?.text == "redirects" && $0["message"]?["plan"]?.text == "Acme launch"
    }.map {
      let members = try #require($0["message"]?.members)
      let signature = JSON.Member(key: "signature", value: try #require($0["signature"]))
      return String(decoding: JSON.object(members + [signature]).canonicalBytes(), as: UTF8.self)
        .replacing(ann.account.checksummed, with: ann.account.hex)
    }
  }

  private static func line(
    _ account: Address, to target: Address, at time: UInt64, by key: TestKey
  ) throws -> String {
    let statement = Statement.redirect(
      SignedRedirect(plan: "Acme launch", account: account, to: target, time: Timestamp(time)))
    let signed = SignedStatement(
      statement, signature: try Signature(bytes: key.sign(statement.digest)))
    return String(decoding: StatementLine.canonicalBytes(signed), as: UTF8.self)
  }

  /// Ann's of the vectors, and two of Bob, who takes his back.
  private static func lines() throws -> [String] {
    try vectors() + [
      line(bob.account, to: bob.account, at: 2, by: bob),
      line(bob.account, to: VerifierSample.account(3), at: 1, by: bob),
    ]
  }

  private static func bytes(_ lines: [String]) -> [UInt8] {
    Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  private static func sample() throws -> VerifierSample {
    let list = [
      "account,points", "\(ann.account),4", "\(VerifierSample.hex(1)),3", "\(bob.account),2",
      "\(VerifierSample.hex(3)),1",
    ]
    let sample = try VerifierSample(
      plan, files: ["list.csv": bytes(list), "moved.jsonl": bytes(lines())])
    try sample.write(try sample.contents())
    return sample
  }

  private static func rows(_ entries: [(Address, Int)], _ prefix: String) -> String {
    entries.sorted { $0.0 < $1.0 }.map { "\(prefix),\($0.0.hex),\($0.1)\n" }.joined()
  }

  @Test("INV-002, INV-029: the later of two counts, a chain goes on through it, one is taken back")
  func match() throws {
    let sample = try Self.sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    func text(_ name: String) throws -> String {
      String(decoding: try sample.bytes("bundle/\(name)"), as: UTF8.self)
    }
    let (one, three) = (VerifierSample.account(1), VerifierSample.account(3))
    #expect(
      try text("allocations.csv") == "program,epoch,account,amount\n"
        + Self.rows(
          [(Self.ann.account, 40), (one, 30), (Self.bob.account, 20), (three, 10)], "users,0"))
    #expect(
      try text("entitlements.csv") == "campaign,account,entitlement\n"
        + Self.rows([(Self.new, 70), (Self.bob.account, 20), (three, 10)], "main"))
    #expect(try sample.bytes("bundle/inputs/moved.jsonl") == Self.bytes(Self.lines().sorted()))
    #expect(try text("commitment.json").contains("\"source\":\"moved\""))
  }

  @Test("Explained to who earns, to who stands between, and to who receives")
  func explained() throws {
    let sample = try Self.sample()
    let bundle = try BundleReader.load(sample.path("bundle"))
    func campaign(_ account: Address) -> CampaignExplanation {
      Explaining.explanation(of: account, in: bundle).campaigns[0]
    }
    let one = VerifierSample.account(1)
    let signed = RedirectTable.Step(
      account: Self.ann.account, target: Self.new, redirect: .rows(source: "moved", column: "to"))
    let written = RedirectTable.Step(
      account: one, target: Self.ann.account,
      redirect: .account(one, to: Self.ann.account, reason: "Lost its key."))
    #expect(campaign(one).passedOn == [written, signed])
    #expect(campaign(Self.ann.account).passedOn == [signed])
    #expect(campaign(Self.ann.account).received == [])
    #expect(
      Set(campaign(Self.new).received) == [
        .init(account: Self.ann.account, amount: 40), .init(account: one, amount: 30),
      ])
    #expect(campaign(Self.bob.account).passedOn == [])
  }

  /// Puts other statements into the bundle and commits to them.
  private func forged(_ lines: [String]) throws -> VerifierSample {
    let sample = try Self.sample()
    let before = try sample.bytes("bundle/inputs/moved.jsonl")
    try sample.folder.write(Self.bytes(lines.sorted()), to: "bundle/inputs/moved.jsonl")
    try sample.rehash("inputs/moved.jsonl", was: before)
    return sample
  }

  @Test("INV-014, INV-038: another redirect than the bundle followed, and one by somebody else")
  func forgeries() throws {
    let rest = Array(try Self.lines().dropFirst())
    let later: UInt64 = 1_798_761_600
    let plan = { (sample: VerifierSample) in
      Verifier.Sources(plan: sample.folder.path + "/plan.yaml")
    }
    // Ann did sign this one, but the entitlements are those of the other.
    let other = try forged(
      rest + [
        Self.line(Self.ann.account, to: VerifierSample.account(9), at: later, by: Self.ann)
      ])
    let moved = try #require(try other.verify("bundle", plan(other)).difference)
    #expect(moved.place.hasPrefix("entitlements.csv, line"), "\(moved)")
    #expect(throws: BundleError.self) { try BundleReader.load(other.path("bundle")) }
    let stranger = try forged(
      rest + [Self.line(Self.ann.account, to: Self.new, at: later, by: Self.bob)])
    let signer = try stranger.verify("bundle", plan(stranger)).difference
    #expect(signer?.what == "signer of a statement", "\(String(describing: signer))")
    #expect(signer?.published == "\(Self.bob.account)")
  }

  @Test("INV-029: the reference lets nothing arrive at the zero address but what it earns itself")
  func zeroTarget() throws {
    let one = VerifierSample.account(1)
    #expect(throws: ReferenceLaw.Refusal.wrongRedirect) {
      try ReferenceLaw.received([(one, 5)], [one: .zero])
    }
    let own = try ReferenceLaw.received([(.zero, 5), (one, 3)], [one: Self.new])
    #expect(own.map(\.account) == [.zero, Self.new] && own.map(\.amount) == [5, 3])
  }

  @Test("INV-014: two redirects of one account and second cannot be told apart")
  func sameSecond() throws {
    let two = try [3, 9].map {
      try Self.line(Self.bob.account, to: VerifierSample.account($0), at: 1, by: Self.bob)
    }
    let sample = try forged(try Self.vectors() + two)
    let sources = Verifier.Sources(plan: sample.folder.path + "/plan.yaml")
    let difference = try sample.verify("bundle", sources).difference
    #expect(
      difference?.what == "statements of \(Self.bob.account)", "\(String(describing: difference))")
  }

  @Test("INV-014: a redirect that is not in the published file is found")
  func leftOut() throws {
    let sample = try Self.sample()
    try sample.folder.write(Self.bytes(try Self.vectors()), to: "moved.jsonl")
    #expect(try sample.verify().difference?.place.hasPrefix("inputs/moved.jsonl, line") == true)
  }

  private struct Moves {
    let written: [(account: Address, to: Address)]
    let signed: [SignedRedirect]

    var plan: Plan {
      Plan(
        name: "P", tokens: [], campaigns: [],
        sources: [
          SourceDeclaration(
            name: "moved", file: "m.jsonl", format: .jsonl,
            columns: [
              ColumnDeclaration(name: "to", kind: .address),
              ColumnDeclaration(name: "time", kind: .integer),
            ], duplicates: .sum, statements: .redirects)
        ], programs: [],
        redirects: written.map { .account($0.account, to: $0.to, reason: "r") } + [
          .rows(source: "moved", column: "to")
        ])
    }

    func engine() -> Result<RedirectTable, LawError> {
      Result { () throws(LawError) in
        let one = try? Signature(r: Bytes32(0, 0, 0, 1), s: Bytes32(0, 0, 0, 1), isOdd: false)
        guard let one else { return .none }
        return try Redirecting.table(
          of: plan,
          rows: [
            "moved": SourceRows(
              plan.sources[0],
              statements: signed.map { SignedStatement(.redirect($0), signature: one) },
              lines: signed.map { _ in 1 })
          ])
      }
    }

    func reference() -> Result<[Address: Address], ReferenceLaw.Refusal> {
      Result { () throws(ReferenceLaw.Refusal) in
        try ReferenceLaw.targets(
          of: plan,
          .init(sources: [
            "moved": .init(
              declaration: plan.sources[0],
              rows: signed.map {
                ($0.account, [ReferenceLaw.big($0.to.number), BigUInt($0.time.seconds)])
              })
          ]))
      }
    }
  }

  @Test("INV-002, INV-029: written and signed redirects lead to the same ends, or to none")
  func ends() {
    check("signed redirects", runs: 1000) { generator in
      let written = (0..<generator.upTo(2)).map { _ in
        (account: generator.account(), to: generator.account())
      }
      var seen: Set<String> = []
      return Moves(
        written: written,
        signed: (0..<generator.upTo(5)).map { _ in
          SignedRedirect(
            plan: "P", account: generator.account(), to: generator.account(),
            time: Timestamp(generator.below(6)))
        }.filter { seen.insert("\($0.account) \($0.time.seconds)").inserted })
    } property: { moves in
      switch (moves.engine(), moves.reference()) {
      case (.success(let table), .success(let targets)):
        return (moves.written.map(\.account) + moves.signed.map(\.account)).allSatisfy {
          table.end(of: $0) == targets[$0] ?? $0
        }
      case (.failure(let error), .failure(let refusal)): return "\(error.kind)" == "\(refusal)"
      default: return false
      }
    }
  }
}
