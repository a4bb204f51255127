import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import Verification

/// A program over rows of several columns, of which each account may have some.
private struct DuplicateSample: CustomStringConvertible {
  let source: SourceDeclaration
  let program: Program
  let rows: [(account: Address, values: [UInt256])]

  var description: String {
    "\(source.duplicates) by \(source.duplicatesBy ?? "none"): "
      + rows.map { "\($0.account.hex.suffix(4)) \($0.values)" }.joined(separator: ", ")
  }

  func engine() throws(LawError) -> ProgramOutcome {
    var list = SourceRows(source: "list", columnCount: 3)
    for (index, row) in rows.enumerated() {
      list.append(account: row.account, row: row.values, line: UInt32(index + 2))
    }
    return try ProgramLaw.outcome(
      of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
      inputs: ProgramInputs(sources: ["list": .init(declaration: source, rows: list)]))
  }

  func reference() throws(ReferenceLaw.Refusal) -> ReferenceLaw.Outcome {
    try ReferenceLaw.outcome(
      of: program, epoch: 0, epochs: nil, carriedIn: 0,
      inputs: ReferenceLaw.Inputs(sources: [
        "list": .init(
          declaration: source, rows: rows.map { ($0.account, $0.values.map(ReferenceLaw.big)) })
      ]))
  }
}

private func list(
  _ duplicates: SourceDeclaration.Duplicates, by column: String? = nil
) -> SourceDeclaration {
  SourceDeclaration(
    name: "list", file: "list.csv", format: .csv,
    columns: ["value", "rank", "other"].map { ColumnDeclaration(name: $0, kind: .integer) },
    duplicates: duplicates, duplicatesBy: column)
}

extension Generator {
  fileprivate mutating func duplicateSample() -> DuplicateSample {
    let duplicates = pick(SourceDeclaration.Duplicates.allCases.filter { $0 != .refuse })
    let isRanked = duplicates == .largest || duplicates == .smallest
    let column = isRanked ? pick(["value", "rank", "other"]) : nil
    let accounts = (0..<(1 + below(5))).map { _ in account() }
    let rows = (0..<below(12)).map { _ in
      (account: pick(accounts), values: (0..<3).map { _ in UInt256(below(3)) })
    }
    let exclude = once(in: 2) ? [PlannedExclusion(account: pick(accounts), reason: "x")] : []
    return DuplicateSample(
      source: list(duplicates, by: column),
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(1_000_003),
        recipients: .source("list"), basis: .weights(column: pick(["value", "other"])),
        exclude: exclude),
      rows: rows)
  }
}

@Suite("Accounts with several rows")
struct DuplicateLawTests {
  @Test("INV-002: engine and reference agree on which rows count")
  func agreement() {
    check("duplicates", runs: 2000, generate: { $0.duplicateSample() }) { sample in
      let (found, expected) = (try sample.engine(), try sample.reference())
      return found.accounts == expected.amounts.map(\.account)
        && found.amounts.map(ReferenceLaw.big) == expected.amounts.map(\.amount)
        && found.exclusions.map(\.account) == expected.refused.map(\.account)
        && found.exclusions.map(\.reason) == expected.refused.map(\.reason)
        && found.exclusions.map { ReferenceLaw.big($0.value) } == expected.refused.map(\.value)
    }
  }

  @Test("INV-031: which row counts follows from values, never from the order of rows")
  func order() {
    check("shuffled duplicates", runs: 400) { generator in
      let sample = generator.duplicateSample()
      return (sample, sample.rows.shuffled(using: &generator))
    } property: { sample, rows in
      let other = DuplicateSample(source: sample.source, program: sample.program, rows: rows)
      return try sample.engine() == other.engine()
    }
  }

  /// value, rank, other: by hand.
  @Test(
    "One row counts, or none, as the source says",
    arguments: [
      (SourceDeclaration.Duplicates.largest, "rank", [7, 4], []),
      (.smallest, "rank", [1, 4], []), (.largest, "value", [9, 4], []),
      (.smallest, "value", [1, 4], []), (.drop, nil, [4], [ExclusionReason.duplicate]),
      (.sum, nil, [19, 4], []),
    ] as [(SourceDeclaration.Duplicates, String?, [UInt64], [ExclusionReason])])
  func byHand(
    duplicates: SourceDeclaration.Duplicates, column: String?, weights: [UInt64],
    reasons: [ExclusionReason]
  ) throws {
    let (twice, once) = (VerifierSample.account(1), VerifierSample.account(2))
    // Two rows share the largest rank: the one of the larger value counts.
    let rows: [(Address, [UInt64])] = [
      (twice, [1, 1, 5]), (once, [4, 9, 9]), (twice, [7, 3, 0]), (twice, [9, 2, 0]),
      (twice, [2, 3, 8]),
    ]
    let sum = weights.reduce(0, +)
    let sample = DuplicateSample(
      source: list(duplicates, by: column),
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(UInt256(sum)),
        recipients: .source("list"), basis: .weights(column: "value")),
      rows: rows.map { ($0.0, $0.1.map { UInt256($0) }) })
    let outcome = try sample.engine()
    #expect(outcome.amounts == weights.map { UInt256($0) })
    #expect(outcome.exclusions.map(\.reason) == reasons)
  }

  @Test("An account that the plan names is excluded by the plan, however many rows it has")
  func excluded() throws {
    let account = VerifierSample.account(1)
    let sample = DuplicateSample(
      source: list(.drop),
      program: Program(
        name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(5),
        recipients: .source("list"), basis: .weights(column: "value"),
        exclude: [PlannedExclusion(account: account, reason: "x")]),
      rows: [(account, [1, 1, 1]), (account, [2, 1, 1])])
    #expect(try sample.engine().exclusions.map(\.reason) == [.excludedByPlan])
    #expect(try sample.engine().exclusions.map(\.value) == [.zero])
  }
}
