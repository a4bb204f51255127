import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

@Suite("Statements in the engine and in the reference")
struct StatementLawTests {
  private static let unsigned: Signature = {
    guard let one = Bytes32(bytes: ([UInt8](repeating: 0, count: 31) + [1])[...]),
      let signature = try? Signature(r: one, s: one, isOdd: false)
    else { preconditionFailure("1 lies between 0 and the order") }
    return signature
  }()

  private static let source = SourceDeclaration(
    name: "appeals", file: "a.jsonl", format: .jsonl,
    columns: [ColumnDeclaration(name: "amount", kind: .integer)], duplicates: .sum,
    statements: .corrections(signers: []))

  private static let moved = SourceDeclaration(
    name: "moved", file: "m.jsonl", format: .jsonl,
    columns: [
      ColumnDeclaration(name: "to", kind: .address),
      ColumnDeclaration(name: "time", kind: .integer),
    ], duplicates: .sum, statements: .redirects)

  private struct Sample {
    let corrections: [Correction]
    let program: Program
  }

  private static func sample(_ generator: inout Generator) -> Sample {
    let corrections = (0..<generator.upTo(12)).map { _ in
      let isDenied = generator.once(in: 3)
      return Correction(
        plan: "P", program: generator.pick(["jury", "other"]), epoch: generator.below(2),
        account: generator.account(), decision: isDenied ? .deny : .grant,
        amount: Amount(isDenied ? .zero : generator.value() | UInt256.one), reason: "r")
    }
    var seen: Set<String> = []
    let distinct = corrections.filter {
      seen.insert("\($0.account) \($0.program) \($0.epoch)").inserted
    }
    let budget = distinct.reduce(UInt256.zero) { $0.adding($1.amount.baseUnits) ?? $0 }
    let exclude = (0..<generator.upTo(2)).map { _ in generator.account() }
    let program = Program(
      name: "jury", kind: .airdrop, campaign: "main",
      budget: Amount(generator.once(in: 4) ? generator.value() : budget),
      recipients: .source("appeals"), basis: .givenAmounts(column: "amount"),
      unallocated: generator.once(in: 4) ? .refuse : .carry,
      exclude: Set(exclude).sorted().map { PlannedExclusion(account: $0, reason: "r") })
    return Sample(corrections: distinct, program: program)
  }

  @Test("INV-038, INV-002: what corrections grant and deny comes out the same")
  func corrections() {
    check("corrections", runs: 1000, generate: Self.sample) { sample in
      let rows = SourceRows(
        Self.source,
        statements: sample.corrections.map {
          SignedStatement(.correction($0), signature: Self.unsigned)
        }, lines: sample.corrections.indices.map { UInt32($0 + 1) })
      let found = Result { () throws(LawError) in
        try ProgramLaw.outcome(
          of: sample.program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
          inputs: ProgramInputs(
            sources: ["appeals": .init(declaration: Self.source, rows: rows)]))
      }
      let decisions = sample.corrections.map {
        ReferenceLaw.Inputs.Decision(
          program: $0.program, epoch: BigUInt($0.epoch), account: $0.account,
          granted: $0.decision == .grant ? ReferenceLaw.big($0.amount.baseUnits) : nil)
      }
      let expected = Result { () throws(ReferenceLaw.Refusal) in
        try ReferenceLaw.outcome(
          of: sample.program, epoch: 0, epochs: nil, carriedIn: 0,
          inputs: .init(
            sources: [
              "appeals": .init(declaration: Self.source, rows: [], decisions: decisions)
            ]))
      }
      switch (found, expected) {
      case (.success(let found), .success(let expected)):
        // A denied account receives nothing, and everybody else what was granted.
        let denied = sample.corrections.filter {
          $0.program == "jury" && $0.epoch == 0 && $0.decision == .deny
        }
        return found.accounts == expected.amounts.map(\.account)
          && found.amounts.map { ReferenceLaw.big($0) } == expected.amounts.map(\.amount)
          && found.exclusions.map(\.account) == expected.refused.map(\.account)
          && found.exclusions.map(\.reason) == expected.refused.map(\.reason)
          && found.exclusions.map(\.value.decimal) == expected.refused.map(\.text)
          && denied.allSatisfy { correction in
            found.exclusions.contains { $0.account == correction.account && $0.reason == .denied }
          }
      case (.failure(let error), .failure(let refusal)): return "\(error.kind)" == "\(refusal)"
      default: return false
      }
    }
  }

  @Test("INV-038: of an account's redirects the latest counts, and one to itself takes them back")
  func redirects() {
    check("redirects", runs: 500) { generator in
      var seen: Set<String> = []
      return (0..<generator.upTo(10)).map { _ in
        SignedRedirect(
          plan: "P", account: generator.account(), to: generator.account(),
          time: Timestamp(generator.below(6)))
      }.filter { seen.insert("\($0.account) \($0.time.seconds)").inserted }
    } property: { redirects in
      let rows = SourceRows(
        Self.moved,
        statements: redirects.map { SignedStatement(.redirect($0), signature: Self.unsigned) },
        lines: redirects.indices.map { UInt32($0 + 1) })
      let found = rows.latestRedirects.map { ($0.account, ReferenceLaw.big($0.to.number)) }
      let expected = ReferenceLaw.redirects(
        redirects.map {
          ($0.account, ReferenceLaw.big($0.to.number), BigUInt($0.time.seconds))
        })
      return found.elementsEqual(expected.map { ($0.account, $0.to) }, by: ==)
    }
  }

  @Test("A redirect by hand: 7 leads on, 8 leads elsewhere, 9 takes it back")
  func byHand() {
    let (old, new, other) = (TestKey("a").account, TestKey("b").account, TestKey("c").account)
    func latest(_ targets: [(Address, UInt64)]) -> [Address] {
      let statements = targets.map { target, time in
        SignedStatement(
          .redirect(SignedRedirect(plan: "P", account: old, to: target, time: Timestamp(time))),
          signature: Self.unsigned)
      }
      return SourceRows(
        Self.moved, statements: statements, lines: statements.indices.map { UInt32($0) }
      ).latestRedirects.map(\.to)
    }
    #expect(latest([(new, 7)]) == [new])
    #expect(latest([(other, 8), (new, 7)]) == [other])
    #expect(latest([(new, 7), (old, 9), (other, 8)]) == [])
  }
}
