import BigInt
import DistributionCore
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import PlanFile
@testable import Verification

/// Programs whose weight follows from the times of an account's rows.
@Suite("Periods and streaks")
struct StreakTests {
  private static let columns = [
    ColumnDeclaration(name: "at", kind: .time), ColumnDeclaration(name: "points", kind: .integer),
  ]
  private static let own = SourceDeclaration(
    name: "list", file: "list.csv", format: .csv, columns: columns, duplicates: .sum)
  private static let other = SourceDeclaration(
    name: "logins", file: "logins.csv", format: .csv, columns: columns, duplicates: .sum)

  private static func expression(_ text: String) throws -> Expression {
    var nextID = 0
    return try ExpressionParser.parse(
      text,
      names: ExpressionNames(
        columns: columns, source: "list",
        sources: Listed(values: [own, other], names: ["list", "logins"]),
        programs: ProgramNames(all: ["rewards"], own: "rewards", tokens: [:])),
      limits: .standard, nextID: &nextID, place: { Expression.Place(line: 1, column: $0 + 1) })
  }

  private static func program(_ text: String) throws -> Program {
    Program(
      name: "rewards", kind: .airdrop, campaign: "main", budget: Amount(1_000_003),
      recipients: .source("list"), basis: .computedWeights(try expression(text)))
  }

  private static func rows(_ name: String, _ times: [(Address, UInt64)]) -> SourceRows {
    SourceRows(
      source: name, accounts: times.map(\.0),
      values: [times.map { UInt256($0.1) }, times.map { _ in 1 }], lines: times.map { _ in 1 })
  }

  private static func weight(_ text: String, _ times: [UInt64], _ logins: [UInt64] = []) throws
    -> UInt256
  {
    let account = VerifierSample.account(1)
    let inputs = ProgramInputs([
      (own, rows("list", times.map { (account, $0) })),
      (other, rows("logins", logins.map { (account, $0) })),
    ])
    let outcome = try ProgramLaw.outcome(
      of: program(text), epoch: EpochIndex(0), epochs: nil, carriedIn: .zero, inputs: inputs)
    return outcome.totalWeight ?? .zero
  }

  private static let day: UInt64 = 86_400

  @Test(
    "By hand: days with a row, and the longest run of them",
    arguments: [
      ([0], 1, 1), ([0, 1, 86_399], 1, 1), ([86_399, 86_400], 2, 2),
      ([0, 2 * day], 2, 1), ([0, day, 3 * day, 4 * day, 5 * day], 5, 3),
      ([5 * day, day, 0, 4 * day, 2 * day, 2 * day + 9], 5, 3),
    ] as [([UInt64], UInt64, UInt64)])
  func byHand(times: [UInt64], periods: UInt64, streak: UInt64) throws {
    #expect(try Self.weight("row_periods(at, 1d)", times) == UInt256(periods))
    #expect(try Self.weight("row_streak(at, 24h)", times) == UInt256(streak))
    #expect(try Self.weight("row_streak(logins.at, 1d)", [9], times) == UInt256(streak))
  }

  @Test("Who has no row in the other source has no period there")
  func none() throws {
    #expect(try Self.weight("1 + row_streak(logins.at, 1d) + row_periods(logins.at, 1d)", [9]) == 1)
  }

  @Test("INV-064: engine and reference agree on periods and streaks")
  func agreement() throws {
    let programs = try [
      "row_streak(at, 7s)", "row_periods(at, 7s) + 2 * row_streak(logins.at, 3s)",
    ]
    .map(Self.program)
    check("streaks", runs: 500) { generator in
      let accounts = (1...3).map { VerifierSample.account(UInt64($0)) }
      let times = { (generator: inout Generator) in
        (0..<(1 + generator.below(12))).map { _ in
          (generator.pick(accounts), generator.below(60))
        }
      }
      return (generator.pick(programs), times(&generator), times(&generator))
    } property: { program, times, logins in
      let found = try ProgramLaw.outcome(
        of: program, epoch: EpochIndex(0), epochs: nil, carriedIn: .zero,
        inputs: ProgramInputs([
          (Self.own, Self.rows("list", times)), (Self.other, Self.rows("logins", logins)),
        ]))
      func source(
        _ declaration: SourceDeclaration, _ times: [(Address, UInt64)]
      ) -> ReferenceLaw.Inputs.Source {
        .init(declaration: declaration, rows: times.map { ($0.0, [BigUInt($0.1), 1]) })
      }
      let expected = try ReferenceLaw.outcome(
        of: program, epoch: 0, epochs: nil, carriedIn: 0,
        inputs: ReferenceLaw.Inputs(sources: [
          "list": source(Self.own, times), "logins": source(Self.other, logins),
        ]))
      return found.accounts == expected.amounts.map(\.account)
        && found.amounts.map(ReferenceLaw.big) == expected.amounts.map(\.amount)
    }
  }

  @Test(
    "The one form of a call, which reads back as the same",
    arguments: [
      ("row_streak( at ,1d )", "row_streak(at, 86400s)"),
      ("row_periods(logins . at, 1d12h)", "row_periods(logins.at, 129600s)"),
    ])
  func text(written: String, text: String) throws {
    let read = try Self.expression(written)
    #expect(read.text == text)
    #expect(try Self.expression(read.text).operation == read.operation)
  }

  @Test(
    "What is no such call is told with its place",
    arguments: [
      ("row_streak(points, 1d)", PlanProblem.wrongArgument, 11, "a column of times"),
      ("row_streak(at)", .unexpectedPart, 13, "a comma and a period"),
      ("row_streak(at, 1)", .wrongArgument, 15, "a period such as 1d"),
      ("row_streak(at, 0d)", .wrongArgument, 15, "above zero"),
      ("row_periods(at, 1d, 1)", .unexpectedPart, 18, "after the period"),
      ("row_periods(logins.points, 1d)", .wrongArgument, 12, "a column of times"),
      ("points + 1d", .unexpectedPart, 9, "a number"),
    ] as [(String, PlanProblem, Int, String)])
  func mistakes(text: String, kind: PlanProblem, offset: Int, phrase: String) {
    let mistake = #expect(throws: ExpressionMistake.self) { try Self.expression(text) }
    #expect(mistake?.kind == kind)
    #expect(mistake?.offset == offset)
    let told = "\(mistake?.expected ?? "") \(mistake?.advice ?? "")"
    #expect(told.contains(phrase), "\(text): \(told)")
  }
}
