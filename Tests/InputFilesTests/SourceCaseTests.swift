import DistributionModel
import EthereumPrimitives
import TestKit
import Testing

@testable import InputFiles

/// A published file as it lies there, and what Python's own readers say of it.
private struct PublishedSource: Sendable, CustomTestStringConvertible {
  let file: String
  let declaration: SourceDeclaration
  let rows: Int
  /// The sum of the first column, in units of its last place.
  let sum: String?

  init(
    _ file: String, _ format: SourceDeclaration.Format = .csv, account: String = "account",
    within: [String] = [], where conditions: [(String, [String])] = [],
    columns: [(String, ColumnDeclaration.Kind)],
    duplicates: SourceDeclaration.Duplicates = .refuse, rows: Int, sum: String?
  ) {
    self.file = file
    declaration = SourceDeclaration(
      name: "list", file: file, format: format, within: within, accountColumn: account,
      conditions: conditions.map { .init(column: $0.0, texts: $0.1) },
      columns: columns.map { ColumnDeclaration(name: $0.0, kind: $0.1) }, duplicates: duplicates)
    self.rows = rows
    self.sum = sum
  }

  var testDescription: String { ([file] + declaration.within).joined(separator: ", ") }
}

private func decimal(_ places: Int) -> ColumnDeclaration.Kind {
  .decimal(DecimalFormat(places: places, notation: .scientific))
}

private let whole = ColumnDeclaration.Kind.amount(token: "T", decimals: 18, unit: .token)
private let pool = "stakedao/vlcvx-curve-1746057600/delegation_pool.json"

private let publishedSources: [PublishedSource] = [
  PublishedSource(
    pool, .json, within: ["nonForwarderShares"], columns: [("share", decimal(20))], rows: 17,
    sum: "99999999999999998321"),
  PublishedSource(
    pool, .json, within: ["forwarderShares"], columns: [("share", decimal(21))], rows: 54,
    sum: "999999999999999895805"),
  PublishedSource(
    "stakedao/vlcvx-curve-1746057600/previous_cumulative.csv.gz",
    columns: [("amount", .integer), ("token", .address)], duplicates: .sum, rows: 276, sum: nil),
  PublishedSource(
    "stakedao/vlcvx-curve-1746057600/previous_cumulative.csv.gz",
    where: [("token", ["0xD533a949740bb3306d119CC777fa900bA034cd52"])],
    columns: [("amount", .integer)], rows: 10, sum: "112848425582345766591918"),
  PublishedSource(
    "audius/2020-10/merkle-input.json.gz", .json, account: "address",
    columns: [("earnings", .integer)],
    rows: 10_045, sum: "49994405000000000000000000"),
  PublishedSource(
    "audius/2020-10/claim-dataset.csv.gz", account: "wallet",
    columns: [
      ("tokens", .integer), ("score", decimal(4)), ("num_streams_of_users_tracks", .integer),
    ],
    rows: 10_045, sum: "49994405"),
  PublishedSource(
    "audius/2020-10/claim-dataset.csv.gz", account: "wallet", where: [("is_creator", ["f"])],
    columns: [("score", decimal(4))], rows: 963, sum: nil),
  PublishedSource(
    "threshold/2025-04-01/details/EarnedRewards.json.gz", .json,
    columns: [("amount", .integer), ("beneficiary", .address)], rows: 132,
    sum: "1252725979513949817250465"),
  PublishedSource(
    "morpho/vaults-age2-epoch3/vaults.json", .json,
    within: ["0x36f8d0d0573ae92326827c4a82fe4ce4c244cab6-maDAI", "amounts"],
    columns: [("amount", .integer)], rows: 11, sum: "2148241788411746723701"),
  PublishedSource(
    "morpho/vaults-age2-epoch3/merged.json", .json, columns: [("amount", .integer)], rows: 32,
    sum: "2328265428707074166573"),
  PublishedSource(
    "balancer_lm/redirect-week13/redirect.json", .json, columns: [("to", .address)], rows: 52,
    sum: nil),
  PublishedSource(
    "balancer_lm/homestead-week21/input.csv.gz", columns: [("amount_decimal", whole)], rows: 6603,
    sum: "144999999999999546821493"),
  PublishedSource(
    "rocketpool/testnet-62-attestations/minipools.csv.gz", account: "minipool",
    columns: [("attestationScore", .integer)], rows: 803, sum: "59776845718361163103085"),
  PublishedSource(
    "rocketpool/interval-0/claims.csv.gz", columns: [("collateralRpl", .integer)], rows: 1352,
    sum: "49623795566613844471758"),
  PublishedSource(
    "clrfund_qf/round-0x18604d04/expected.projects.json", .json, account: "recipientAddress",
    columns: [("tallyResult", .integer), ("spentVoiceCredits", .integer)], rows: 30, sum: "32663"),
]

@Suite(
  "Files of other systems are read as they lie",
  .enabled(if: Cases.available("stakedao"), "set SLUICE_CASES to the folder of published cases"))
struct SourceCaseTests {
  @Test("Rows and sums are those of Python's readers", arguments: publishedSources)
  fileprivate func published(source: PublishedSource) throws {
    let contents = try InputFile.read(
      Cases.path(source.file), name: source.file, as: source.declaration)
    #expect(contents.rows.count == source.rows)
    let sum = try contents.rows.values[0].reduce(UInt256.zero) { try #require($0.adding($1)) }
    if let expected = source.sum { #expect(sum.decimal == expected) }
  }

  @Test(
    "Shapes in which nothing says what belongs together are refused, not guessed at",
    arguments: [
      ("clrfund_qf/ethstaker-vector/input.json", ["tally"], InputProblem.notAnObject),
      ("stakedao/vlcvx-curve-1746057600/voters.json", [], .missingMember),
      ("threshold/2025-04-01/details/HeartbeatRituals.json.gz", [], .accountMissingPrefix),
      ("threshold/2025-04-01/details/NodesFailures.json.gz", [], .nestedValue),
      ("threshold/2022-11-01/details/1664582400-1667260800.json.gz", [], .missingMember),
    ] as [(String, [String], InputProblem)])
  func refused(file: String, within: [String], problem: InputProblem) {
    let declaration = selecting(.json, within: within)
    do {
      _ = try InputFile.read(Cases.path(file), name: file, as: declaration)
      Issue.record("\(file) was read")
    } catch {
      #expect(error.kind == problem, "\(error)")
    }
  }
}
