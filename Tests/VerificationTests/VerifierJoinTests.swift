import TestKit
import Testing
import Verification

@Suite("The verifier reads what programs read: other sources and earlier programs")
struct VerifierJoinTests {
  private static let plan = """
    version: 1
    name: Joins
    tokens:
      - {name: ACME, decimals: 2}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      - {name: idle, file: idle.csv, columns: [{name: points, type: integer}]}
      - {name: votes, file: votes.csv, duplicates: sum, columns: [{name: cast, type: integer}]}
      - {name: banned, file: banned.csv, columns: [{name: since, type: integer}]}
    programs:
      - {name: early, kind: airdrop, campaign: main, budget: 0.30, from: votes, weight: cast}
      - name: season
        kind: airdrop
        campaign: main
        budget: 1
        from: list
        filter: not listed(banned)
        weight: points + votes.cast * 2 + number(allocated(early)) * 10

    """

  private static let account = "0x000000000000000000000000000000000000000"

  private func sample() throws -> VerifierSample {
    let account = Self.account
    let files = [
      "list.csv": [
        "account,points", "\(account)4,40", "\(account)2,20", "\(account)1,10", "\(account)3,30",
      ],
      "votes.csv": [
        "account,cast", "\(account)3,1", "\(account)9,5", "\(account)1,3", "\(account)3,1",
      ],
      "banned.csv": ["account,since", "\(account)4,2026", "\(account)8,2027"],
    ].mapValues { $0.joined(separator: "\n") + "\n" }
    let sample = try VerifierSample(Self.plan, files: files.mapValues { Array($0.utf8) })
    try sample.write(try sample.contents())
    return sample
  }

  /// `early` splits 30 units by 3, 2 and 5 votes: 9, 6 and 15. The season's weights are
  /// 10 + 6 + 0.9 = 16.9, 20, and 30 + 4 + 0.6 = 34.6 of 71.5. Of 100 units 23, 27 and 48 are
  /// whole, and the remainders of accounts 2 and 1 are the larger ones.
  @Test("INV-002: sums of another source, membership, and what an earlier program gave")
  func match() throws {
    let sample = try sample()
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    let account = Self.account
    #expect(
      String(decoding: try sample.bytes("bundle/allocations.csv"), as: UTF8.self) == """
        program,epoch,account,amount
        early,0,\(account)1,9
        early,0,\(account)3,6
        early,0,\(account)9,15
        season,0,\(account)1,24
        season,0,\(account)2,28
        season,0,\(account)3,48

        """)
    #expect(
      String(decoding: try sample.bytes("bundle/exclusions.csv"), as: UTF8.self) == """
        program,epoch,account,reason,value
        season,0,\(account)4,filtered-out,0

        """)
  }

  @Test("Sources that joins read are inputs of the bundle, in plan order; others are not")
  func inputs() throws {
    let commitment = String(decoding: try sample().bytes("bundle/commitment.json"), as: UTF8.self)
    let names = commitment.matches(of: /"source":"([a-z]+)"/).map { String($0.output.1) }
    #expect(names == ["list", "votes", "banned"])
  }

  @Test(
    "INV-014: a changed row of a joined source is found, in the bundle and in the raw file",
    arguments: [
      ("bundle/inputs/votes.csv", "1,3", "1,4"), ("bundle/inputs/banned.csv", "4,2026", "5,2026"),
      ("votes.csv", "1,3", "1,4"), ("banned.csv", "4,2026", "5,2026"),
    ])
  func change(file: String, old: String, new: String) throws {
    let sample = try sample()
    try sample.edit(file, old, new)
    let difference = try #require(try sample.verify().difference)
    let name = file.contains("votes") ? "votes" : "banned"
    #expect("\(difference.place) \(difference.what)".contains("inputs/\(name).csv"))
  }
}
