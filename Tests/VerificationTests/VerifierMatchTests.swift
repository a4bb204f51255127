import Bundle
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import TestKit
import Testing
import Verification

@Suite("The verifier agrees with bundles that the engine made")
struct VerifierMatchTests {
  private func expectMatch(
    _ report: VerificationReport, _ identity: Bytes32,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(report.difference == nil, sourceLocation: sourceLocation)
    #expect(report.matches, sourceLocation: sourceLocation)
    #expect(report.identity == identity.hex, sourceLocation: sourceLocation)
  }

  private let derived =
    "derived.json, explain.json, provenance: for explanations; no amount rests on them"
  private let chain =
    "which root is live on chain: live.json is a statement of its publisher"

  @Test("INV-002: every kind of program, source, unit and campaign, with all that can be checked")
  func everything() throws {
    let sample = try VerifierSample()
    let commitment = try sample.write(try sample.contents(), dumps: true)
    #expect(commitment.campaigns.map(\.count) == [5, 2, 2, 0])
    #expect(commitment.campaigns[1].total == VerifierSample.units(5_000_001))
    let report = try sample.verify()
    expectMatch(report, commitment.hash)
    #expect(
      report.checked == [
        "commitment.json is in its one form; its hash is \(commitment.hash)",
        "the plan is the committed one", "3 canonical inputs as committed",
        "the raw files give the same inputs", "4 programs by the reference law",
        "entitlements: those of the parent and what was allocated",
        "4 trees: root, total and count", "9 published proofs lead to their roots",
        "3 tree dumps",
      ])
    #expect(report.unchecked == [derived, chain])
  }

  @Test("Without plan, files, proofs and parent it says what it could not see")
  func bare() throws {
    let sample = try VerifierSample()
    let first = try sample.write(try sample.contents(), proofs: false)
    try sample.remove("bundle/live.json")
    let report = try sample.verify("bundle", Verifier.Sources())
    expectMatch(report, first.hash)
    #expect(
      report.unchecked == [
        "whether plan.yaml is the plan that was announced: give it with --plan",
        "whether the inputs are what the raw files say: give their folder with --inputs",
        "proofs of community: the bundle brings none", "proofs of builders: the bundle brings none",
        "proofs of team: the bundle brings none", derived,
      ])
    #expect(report.checked.count == 6)
    let second = try sample.write(try sample.contents(epoch: 1, parent: "bundle"), to: "second")
    let orphan = try sample.verify("second")
    expectMatch(orphan, second.hash)
    let what = "what was carried in, and that the parent root was live"
    #expect(orphan.unchecked.contains("\(what): give the parent with --parent"))
  }

  @Test("Epochs 1 and 2 with and without their parents")
  func epochs() throws {
    let sample = try VerifierSample()
    try sample.write(try sample.contents(), to: "0")
    let first = try sample.write(try sample.contents(epoch: 1, parent: "0"), to: "1")
    let second = try sample.write(try sample.contents(epoch: 2, parent: "1"), to: "2")
    #expect(second.programs.map(\.carriedIn) == first.programs.map(\.carry))
    #expect(first.programs[0].carry != .zero)
    expectMatch(try sample.verify("1", sample.sources(parent: "0")), first.hash)
    let report = try sample.verify("2", sample.sources(parent: "1"))
    expectMatch(report, second.hash)
    #expect(report.checked.contains("the parent is the committed one"))
    #expect(report.unchecked == [derived, chain])
    expectMatch(try sample.verify("2"), second.hash)
  }

  @Test("A draft, and the example of the project")
  func draft() throws {
    let folder = "Examples/airdrop/"
    let files = ["recipients.csv", "contributors.jsonl"].map { ($0, folder + $0) }
    let sample = try VerifierSample(
      try Project.text(folder + "plan.yaml"),
      files: Dictionary(
        uniqueKeysWithValues: try files.map { ($0.0, try Project.data($0.1)) }))
    let commitment = try sample.write(try sample.contents(), dumps: true)
    #expect(commitment.isDraft)
    expectMatch(try sample.verify(), commitment.hash)
  }

  @Test("Shards with prefixes, in a campaign of more than 1024 accounts")
  func shards() throws {
    let rows = (1...1100).map { (UInt64($0) &* 0x9E37_79B9_7F4A_7C15, UInt64($0)) }
    let sample = try VerifierSample.list(rows, budget: 1_000_000)
    let commitment = try sample.write(try sample.contents())
    let files = try sample.folder.files(below: "bundle/proofs")
    #expect(files.count == 32)
    let report = try sample.verify()
    expectMatch(report, commitment.hash)
    #expect(report.checked.contains("1100 published proofs lead to their roots"))
  }

  @Test("A campaign whose parent owed nothing, a new one, and a plan of its own on a live parent")
  func parents() throws {
    let epochs = "epochs: {start: \"2027-01-01T00:00:00Z\", length: 7d, count: 2}"
    let emission = ", emission: {shape: constant}"
    let first = try VerifierSample.list([(1, 0)], more: emission, epochs: epochs)
    try first.write(try first.contents(), to: "0")
    try first.folder.write("account,points\n\(VerifierSample.hex(1)),3\n", to: "list.csv")
    let second = try first.write(try first.contents(epoch: 1, parent: "0"), to: "1")
    #expect(second.campaigns[0].parentRoot == .zero)
    #expect(second.campaigns[0].parentCommitment != .zero)
    expectMatch(try first.verify("1", first.sources(parent: "0")), second.hash)
    expectMatch(try first.verify("1"), second.hash)

    let campaigns = "{name: new, token: ACME}, {name: main, token: ACME}"
    let other = try VerifierSample.list([(2, 1)], program: "other", campaigns: campaigns)
    try FileManager.default.moveItem(atPath: first.path("1"), toPath: other.path("1"))
    let third = try other.write(try other.contents(parent: "1"), to: "2")
    #expect(third.campaigns.map(\.count) == [0, 2])
    expectMatch(try other.verify("2", other.sources(parent: "1")), third.hash)
    expectMatch(try other.verify("2"), third.hash)
  }

  @Test("A program that emits nothing before its first epoch may be new in it")
  func addedLater() throws {
    let epochs = "epochs: {start: \"2027-01-01T00:00:00Z\", length: 7d, count: 2}"
    let emission = ", emission: {shape: constant}"
    let sample = try VerifierSample.list([(1, 1)], more: emission, epochs: epochs)
    try sample.write(try sample.contents(), to: "0")
    let late = """

        - {name: late, kind: airdrop, campaign: main, budget: 8, from: list, weight: points,
           emission: {shape: table, amounts: [0, 8]}}
      """
    try sample.append(late, to: "plan.yaml")
    let second = try sample.write(try sample.contents(epoch: 1, parent: "0"), to: "1")
    expectMatch(try sample.verify("1", sample.sources(parent: "0")), second.hash)
  }

  @Test("Names of files and labels are for people: the announced plan may differ in them")
  func labels() throws {
    let sample = try VerifierSample()
    let commitment = try sample.write(try sample.contents())
    try sample.edit("plan.yaml", "label: Founder", "label: Somebody")
    try sample.append("\n# a comment\n", to: "plan.yaml")
    expectMatch(try sample.verify(), commitment.hash)
  }

  @Test("INV-002: random weights, amounts, exclusions and rounding rules")
  func random() {
    struct Sample: CustomStringConvertible {
      let rows: [(UInt64, UInt64)]
      let rule: RoundingRule
      let excluded: UInt64
      let budget: Int

      init(_ generator: inout Generator) {
        let count = UInt64.random(in: 1...12, using: &generator)
        rows = (1...count).map {
          ($0, generator.next() >> UInt64.random(in: 0...63, using: &generator))
        }
        rule = RoundingRule.allCases.randomElement(using: &generator) ?? .floor
        excluded = UInt64.random(in: 1...14, using: &generator)
        budget = Int.random(in: 1...10_000, using: &generator)
      }

      var description: String { "\(rule) of \(budget), \(rows), without \(excluded)" }
    }
    var matches = 0
    check("verifier", runs: 40, generate: { Sample(&$0) }) { sample in
      let exclude = "[{account: \"\(VerifierSample.hex(sample.excluded))\", reason: No.}]"
      let made = try VerifierSample.list(
        sample.rows, budget: sample.budget,
        more: ", rounding: \(sample.rule.rawValue), exclude: \(exclude)")
      let contents: BundleContents
      do {
        contents = try made.contents()
      } catch let EngineError.law(error) where error.kind == .roundingExceedsBudget {
        return true
      }
      try made.write(contents)
      matches += 1
      return try made.verify().matches
    }
    #expect(matches > 30)
  }
}
