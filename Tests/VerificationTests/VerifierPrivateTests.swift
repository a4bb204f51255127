import Bundle
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing
import Verification

@Suite("Private columns: committed, opened, and never shown")
struct VerifierPrivateTests {
  private static let secret = (0..<32).map { UInt8($0) }

  private static let plan = """
    version: 1
    name: Reviews
    tokens:
      - {name: ACME, decimals: 2}
    campaigns:
      - {name: main, token: ACME}
    sources:
      - name: list
        file: list.csv
        columns:
          - {name: score, type: integer, private: true}
          - {name: points, type: integer}
        duplicates: sum
    programs:
      - {name: scored, kind: airdrop, campaign: main, budget: 10, from: list, weight: score,
         filter: score > 4}
      - {name: open, kind: airdrop, campaign: main, budget: 1, from: list, weight: points}

    """

  private static let lines = [
    "\(VerifierSample.hex(1)),1234567890123,1", "\(VerifierSample.hex(2)),5,1",
    "\(VerifierSample.hex(2)),5,2", "\(VerifierSample.hex(3)),3,4",
  ]

  private static func sample(
    _ rows: [String] = lines, plan: String = plan
  ) throws -> VerifierSample {
    let list = "account,score,points\n\(rows.joined(separator: "\n"))\n"
    let sample = try VerifierSample(plan, files: ["list.csv": Array(list.utf8)])
    let contents = try sample.contents(secret: secret)
    try sample.write(contents)
    try OpeningsFile.write(contents.openings, to: sample.path("openings"))
    return sample
  }

  private static func sources(
    _ sample: VerifierSample, openings: String = "openings/openings.csv"
  ) -> Verifier.Sources {
    var sources = sample.sources
    sources.openings = sample.path(openings)
    return sources
  }

  /// Computed with eth_utils: salt = keccak(keccak(secret) ‖ keccak("list") ‖ word(account) ‖
  /// word(place) ‖ keccak("score")), and keccak(salt ‖ word(value)) as a number.
  @Test("INV-039: the bundle has keccak256(salt ‖ value), the openings have salt and value")
  func commitments() throws {
    let sample = try Self.sample()
    let one = "80160932776438512387400965396732792412745427171907990130851488688948039944137"
    let two = "56218957527745182942954154733341507504704489285020553638384665156114507396611"
    let three = "38665716953330218864987452567985179087424801874130122033586652317718328683989"
    let text = String(decoding: try sample.bytes("bundle/inputs/list.csv"), as: UTF8.self)
    #expect(
      text.hasPrefix(
        """
        account,score,points
        \(VerifierSample.hex(1)),\(one),1
        \(VerifierSample.hex(2)),\(three),2
        \(VerifierSample.hex(2)),\(two),1
        \(VerifierSample.hex(3)),
        """))
    let salt = "0xbcb2ccc8d11bb618689fd10985d2a826ea16d5c7b1ddff6ee32a39441ca8b186"
    let account = VerifierSample.hex(1)
    #expect(
      String(decoding: try sample.bytes("openings/accounts/00/\(account).csv"), as: UTF8.self)
        == """
        source,account,column,value,salt
        list,\(account),score,1234567890123,\(salt)

        """)
    let whole = try sample.bytes("openings/openings.csv")
    #expect(try OpeningsFile.read(whole, file: "openings.csv").count == 4)
  }

  @Test("INV-039: no file of the bundle has a private value, or the hash of its file")
  func nothingLeaks() throws {
    let sample = try Self.sample()
    let raw = Keccak256.hash(try sample.bytes("list.csv")).hex
    for name in try sample.folder.files(below: "bundle") where name != "plan.yaml" {
      let text = String(decoding: try sample.bytes("bundle/\(name)"), as: UTF8.self)
      #expect(!text.contains("1234567890123"), "\(name)")
      #expect(!text.contains(raw), "\(name)")
    }
    let exclusions = String(decoding: try sample.bytes("bundle/exclusions.csv"), as: UTF8.self)
    #expect(exclusions.contains("scored,0,\(VerifierSample.hex(3)),filtered-out,0\n"))
  }

  @Test("INV-004: the order of rows changes no byte; another secret changes every commitment")
  func order() throws {
    let first = try Self.sample()
    let second = try Self.sample(Self.lines.reversed())
    #expect(
      try first.bytes("bundle/commitment.json") == second.bytes("bundle/commitment.json"))
    let third = try VerifierSample(Self.plan, files: ["list.csv": first.bytes("list.csv")])
    try third.write(try third.contents(secret: Self.secret.reversed()))
    // Not one cell is the same: nobody can tell which values stayed.
    func scores(_ sample: VerifierSample) throws -> Set<Substring> {
      let text = String(decoding: try sample.bytes("bundle/inputs/list.csv"), as: UTF8.self)
      return Set(text.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] })
    }
    #expect(try scores(first).count == 4)
    #expect(try scores(first).isDisjoint(with: scores(third)))
  }

  @Test("INV-040: without openings it is said which program was not recomputed")
  func withoutOpenings() throws {
    let report = try Self.sample().verify()
    #expect(report.matches, "\(report)")
    #expect(report.checked.contains("1 program by the reference law"))
    #expect(report.unchecked.contains { $0.contains("the amounts of scored") })
    #expect(report.unchecked.contains { $0.contains("the private columns of list") })
    #expect(!report.unchecked.contains { $0.contains("amounts of open") })
  }

  @Test("Accounts that a source drops are refused in the open, with openings and without")
  func dropped() throws {
    let plan = Self.plan.replacingOccurrences(of: "duplicates: sum", with: "duplicates: drop")
    let sample = try Self.sample(plan: plan)
    let refused = String(decoding: try sample.bytes("bundle/exclusions.csv"), as: UTF8.self)
    #expect(refused.contains("scored,0,\(VerifierSample.hex(2)),duplicate,0\n"))
    for sources in [sample.sources, Self.sources(sample)] {
      let report = try Verifier.verify(sample.path("bundle"), with: sources)
      #expect(report.difference == nil)
    }
  }

  @Test("INV-040: with openings everything is recomputed, from the raw file too")
  func withOpenings() throws {
    let sample = try Self.sample()
    let report = try sample.verify("bundle", Self.sources(sample))
    #expect(report.matches, "\(report)")
    #expect(report.checked.contains("2 programs by the reference law"))
    #expect(report.unchecked.filter { $0.contains("openings") } == [])
    try sample.edit("list.csv", "1234567890123", "1234567890124")
    let difference = try sample.verify("bundle", Self.sources(sample)).difference
    #expect(difference?.place == "inputs/list.csv, line 2", "\(String(describing: difference))")
  }

  @Test("INV-040: another amount of a private program is found with openings")
  func changedAmount() throws {
    let sample = try Self.sample()
    let text = String(decoding: try sample.bytes("bundle/allocations.csv"), as: UTF8.self)
    #expect(text.contains("scored,0,\(VerifierSample.hex(1)),1000\n"))
    // 10 of 1234567890133 of 1000 units are less than one: the other account gets none.
    #expect(!text.contains("scored,0,\(VerifierSample.hex(2))"))
    try sample.edit("bundle/allocations.csv", ",1000\n", ",900\n")
    #expect(try sample.verify("bundle", Self.sources(sample)).difference != nil)
    // Without openings the file shows that it is not the committed one.
    #expect(try sample.verify().difference?.what == "hash of allocations.csv")
  }

  @Test(
    "INV-040: without openings, more than the budget, nothing and an account of no row are found")
  func impossible() throws {
    for (old, new, what) in [
      (",1000\n", ",1001\n", "allocated by scored"), (",1000\n", ",0\n", "allocated by scored"),
      (VerifierSample.hex(1), VerifierSample.hex(9), "accounts of scored"),
    ] {
      let sample = try Self.sample()
      try sample.edit("bundle/allocations.csv", old, new)
      #expect(try sample.verify().difference?.what == what)
    }
  }

  @Test("An opening of another value, of another account, and none at all do not open")
  func wrongOpenings() throws {
    let (one, three) = (VerifierSample.hex(1), VerifierSample.hex(3))
    for (old, new, kind, words) in [
      (
        ",1234567890123,", ",1234567890124,", VerificationFailure.Kind.wrongOpening,
        "line 2, column score of \(one): found an opening that comes to another number"
      ),
      (
        "list,\(one)", "list,\(VerifierSample.hex(9))", .malformedOpenings,
        "source list, column score: found no opening of \(one)"
      ),
      ("list,\(three)", "other,\(three)", .malformedOpenings, "found no opening of \(three)"),
    ] {
      let sample = try Self.sample()
      try sample.edit("openings/openings.csv", old, new)
      let failure = #expect(throws: VerificationFailure.self) {
        try sample.verify("bundle", Self.sources(sample))
      }
      #expect(failure?.kind == kind)
      #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
      #expect(failure?.description.contains("written with this bundle.") == true)
    }
  }

  @Test("A file that has no openings stops the verification")
  func malformedOpenings() throws {
    for (old, new) in [("source,account", "account,source"), (",0x", ",0y"), (",score,", ",")] {
      let sample = try Self.sample()
      try sample.edit("openings/openings.csv", old, new)
      let failure = #expect(throws: VerificationFailure.self) {
        try sample.verify("bundle", Self.sources(sample))
      }
      #expect(failure?.kind == .malformedOpenings)
    }
  }
}
