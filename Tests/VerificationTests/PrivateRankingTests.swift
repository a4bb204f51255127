import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

/// One row of each account counts, and which one follows from values that the bundle hides.
@Suite("The largest and the smallest of private values")
struct PrivateRankingTests {
  private static let plan = """
    version: 1
    name: Reviews
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    sources:
      - name: list
        file: list.csv
        columns:
          - {name: score, type: integer, private: true}
          - {name: points, type: integer}
          - {name: other, type: integer, private: true}
        duplicates: largest
        duplicates_by: score
    programs:
      - {name: open, kind: airdrop, campaign: main, budget: 70, from: list, weight: points}
      - {name: scored, kind: airdrop, campaign: main, budget: 70, from: list, weight: score + other}

    """

  /// Of account 1 the rows of 9 tie: 3 points are more than 2. Of account 2 score and points tie,
  /// and the larger other value counts. Of account 3 nothing ties.
  private static let rows = [
    "\(VerifierSample.hex(1)),9,2,8", "\(VerifierSample.hex(1)),9,3,0",
    "\(VerifierSample.hex(1)),5,7,9", "\(VerifierSample.hex(2)),4,2,1",
    "\(VerifierSample.hex(2)),4,2,6", "\(VerifierSample.hex(3)),1,1,7",
    "\(VerifierSample.hex(3)),2,2,0",
  ]

  private func sample(
    _ plan: String = plan, _ rows: [String] = rows
  ) throws -> VerifierSample {
    let list = "account,score,points,other\n\(rows.joined(separator: "\n"))\n"
    let sample = try VerifierSample(plan, files: ["list.csv": Array(list.utf8)])
    let contents = try sample.contents(secret: [UInt8](repeating: 5, count: 32))
    try sample.write(contents)
    try OpeningsFile.write(contents.openings, to: sample.path("openings"))
    return sample
  }

  private func verified(_ sample: VerifierSample, openings: Bool) throws -> VerificationReport {
    var sources = sample.sources
    if openings { sources.openings = sample.path("openings/openings.csv") }
    return try sample.verify("bundle", sources)
  }

  private func allocations(_ sample: VerifierSample) throws -> String {
    String(decoding: try sample.bytes("bundle/allocations.csv"), as: UTF8.self)
  }

  private func amounts(_ program: String, _ amounts: [Int]) -> String {
    amounts.enumerated().map { place, amount in
      "\(program),0,\(VerifierSample.hex(UInt64(place + 1))),\(amount)\n"
    }.joined()
  }

  @Test("INV-002, INV-040: ties are decided by the values themselves, for the verifier too")
  func largest() throws {
    let sample = try sample()
    // Points 3, 2 and 2 of 7; scores and others 9 + 0, 4 + 6 and 2 + 0 of 21.
    #expect(
      try allocations(sample) == "program,epoch,account,amount\n"
        + amounts("open", [30, 20, 20]) + amounts("scored", [30, 33, 7]))
    let report = try verified(sample, openings: true)
    #expect(report.matches, "\(report)")
    #expect(report.checked.contains("2 programs by the reference law"))
    // Which row counts is private, and so is all that follows from it.
    let open = try verified(sample, openings: false)
    #expect(open.difference == nil && open.checked.contains("0 programs by the reference law"))
  }

  @Test("INV-031, INV-040: the smallest likewise, in any order of the rows")
  func smallest() throws {
    let plan = Self.plan.replacing("duplicates: largest", with: "duplicates: smallest")
    let sample = try sample(plan)
    // Points 7, 2 and 1 of 10; 5 + 9, 4 + 6 and 1 + 7 of 32: 30.6, 21.9 and 17.5.
    #expect(
      try allocations(sample) == "program,epoch,account,amount\n"
        + amounts("open", [49, 14, 7]) + amounts("scored", [31, 22, 17]))
    #expect(try verified(sample, openings: true).matches)
    let other = try self.sample(plan, Self.rows.reversed())
    #expect(
      try other.bytes("bundle/commitment.json") == sample.bytes("bundle/commitment.json"))
  }

  @Test("An explanation shows every row that may be the one that counts, and no false one alone")
  func explained() throws {
    let sample = try sample()
    func points(_ number: UInt64) throws -> [UInt256] {
      let explanation = try Explaining.explanation(
        of: VerifierSample.account(number), in: sample.path("bundle")
      ).explanation
      return explanation.campaigns[0].programs[0].rows.map(\.value).sorted()
    }
    #expect(try points(1) == [2, 3, 7])
    #expect(try points(2) == [2, 2])
  }

  @Test("Where a public column decides, the explanation shows the rows that it leaves")
  func publicRank() throws {
    let sample = try sample(
      Self.plan.replacing("duplicates_by: score", with: "duplicates_by: points"))
    func points(_ number: UInt64) throws -> [UInt256] {
      let explanation = try Explaining.explanation(
        of: VerifierSample.account(number), in: sample.path("bundle")
      ).explanation
      return explanation.campaigns[0].programs[0].rows.map(\.value)
    }
    #expect(try points(1) == [7])
    #expect(try points(2) == [2, 2])
    #expect(try points(3) == [2])
    #expect(try verified(sample, openings: true).matches)
  }
}
