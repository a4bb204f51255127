import BigInt
import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile
import TestKit
import Testing

@testable import Verification

@Suite("Guards: engine and reference agree, and the verifier holds a bundle to its plan")
struct GuardTests {
  /// A plan of up to three campaigns, its guards, and what the campaigns owe.
  private struct Sample {
    let plan: Plan
    let entitlements: [Entitlements]
    let numbers: [(account: Address, number: UInt64)]
  }

  private static let declaration = SourceDeclaration(
    name: "people", file: "people.csv", format: .csv,
    columns: [ColumnDeclaration(name: "person", kind: .integer)])

  private static func account(_ number: UInt64) -> Address {
    Address(bytes: ([UInt8](repeating: 0, count: 19) + [UInt8(truncatingIfNeeded: number)])[...])
      ?? .zero
  }

  private static func schedule(_ generator: inout Generator) -> VestingSchedule {
    let start = Timestamp(generator.next() % (1 << 31))
    let length = 1 + generator.next() % (1 << (1 + generator.next() % 34))
    let initial = Share(billionths: generator.next() % 3 * 250_000_000)
    let count = 1 + UInt32(generator.next() % 60)
    let shape: VestingSchedule.Shape
    switch generator.next() % 6 {
    case 0: return .immediate
    case 1: shape = .linear(cliff: generator.next() % (length + 1), duration: length)
    case 2: shape = .steps(period: .months(1 + UInt32(generator.next() % 40)), count: count)
    case 3: shape = .steps(period: .seconds(length), count: count)
    case 4:
      let count = 1 + generator.next() % 120
      let rest = 1_000_000_000 - (count - 1) * 1_000_000
      return VestingSchedule(
        start: start, initialUnlock: .none,
        shape: .tranches(
          (0..<count).map {
            VestingSchedule.Tranche(
              time: Timestamp(start.seconds + $0 * 86_400),
              share: Share(billionths: $0 == 0 ? rest : 1_000_000))
          }))
    default: shape = .exponential(halfLife: 1 + length / 3, cliff: length / 4, duration: length)
    }
    return VestingSchedule(start: start, initialUnlock: initial, shape: shape)
  }

  private static func guarding(_ generator: inout Generator) -> ConcentrationGuard {
    let share = Share(billionths: generator.next() % 1_000_000_000)
    let count = 1 + Int(generator.next() % 5)
    let measures: [ConcentrationGuard.Measure] = [
      .largest, .top(count), .gini, .herfindahl, .insiders,
    ]
    let moments: [ConcentrationGuard.Moment] = [
      .launch, .every, .fullyVested, .time(Timestamp(generator.next() % (1 << 33))),
    ]
    let holder: ConcentrationGuard.Holder = generator.next() % 2 == 0 ? .account : .cluster
    let moment = moments[Int(generator.next() % 4)]
    guard generator.next() % 4 > 0 else {
      return ConcentrationGuard(
        measure: .nakamoto(above: share), bound: .atLeast(count), holder: holder, moment: moment,
        token: "ACME")
    }
    return ConcentrationGuard(
      measure: measures[Int(generator.next() % 5)], bound: .atMost(share), holder: holder,
      moment: moment, token: "ACME")
  }

  private static func sample(_ generator: inout Generator) -> Sample {
    let count = 1 + Int(generator.next() % 3)
    let epochs = EpochSchedule(
      start: Timestamp(generator.next() % (1 << 31)), length: 1 + generator.next() % 10_000_000,
      count: 1 + UInt32(generator.next() % 30))
    let campaigns = (0..<count).map {
      Campaign(name: "c\($0)", token: "ACME", vesting: schedule(&generator))
    }
    let programs = campaigns.enumerated().map { index, campaign in
      Program(
        name: "p\(index)", kind: .airdrop, insiders: generator.next() % 2 == 0,
        campaign: campaign.name, budget: Amount(UInt256(1 + generator.next() % 1000)),
        recipients: .source("people"), basis: .weights(column: "person"),
        emission: campaign.vesting.shape == .immediate && generator.next() % 2 == 0
          ? .constant : nil)
    }
    let entitlements = campaigns.map { _ in
      let accounts = (1...12).filter { _ in generator.next() % 3 > 0 }.map { account($0) }
      return Entitlements(
        accounts: accounts, amounts: accounts.map { _ in UInt256(1 + generator.next() % 1000) })
    }
    let plan = Plan(
      name: "Plan",
      launch: generator.next() % 3 == 0 ? Timestamp(generator.next() % (1 << 32)) : nil,
      tokens: [Token(name: "ACME", symbol: "ACME", decimals: 0)], campaigns: campaigns,
      sources: [declaration], epochs: epochs, programs: programs,
      clusters: Clusters(source: "people", column: "person"),
      guards: (0..<6).map { _ in guarding(&generator) })
    let numbers = (1...12).filter { _ in generator.next() % 4 > 0 }.map {
      (account($0), generator.next() % 4)
    }
    return Sample(plan: plan, entitlements: entitlements, numbers: numbers)
  }

  @Test("INV-002, INV-035: every guard holds for both or for neither, and dates are the same")
  func agreement() {
    var failing = 0
    check("guards", runs: 400, generate: { Self.sample(&$0) }) { sample in
      let plan = sample.plan
      let schedules = plan.unlockSchedules
      guard schedules[0].dates == ReferenceLaw.unlockDates(of: "ACME", plan) else { return false }
      let rows = SourceRows(
        source: "people", accounts: sample.numbers.map(\.account),
        values: [sample.numbers.map { UInt256($0.number) }],
        lines: sample.numbers.indices.map { UInt32($0 + 2) })
      let table = ClusterTable(
        Clusters(source: "people", column: "person"),
        source: ProgramInputs.Source(declaration: Self.declaration, rows: rows))
      let law = ConcentrationLaw(
        plan: plan, schedules: schedules,
        allocated: ConcentrationLaw.Allocated(
          outcomes: [], entitlements: sample.entitlements, clusters: table),
        tracksCourses: false)
      let holdings = ReferenceLaw.Holdings(
        plan: plan,
        entitlements: sample.entitlements.map { list in
          zip(list.accounts, list.amounts).map { ($0, ReferenceLaw.big($1)) }
        },
        clusters: Dictionary(
          uniqueKeysWithValues: sample.numbers.map { ($0.account, BigUInt($0.number)) }))
      let expected = plan.guards.map { ReferenceLaw.failure(of: $0, holdings) == nil }
      failing += expected.count { !$0 }
      return law.findings.map(\.holds) == expected
    }
    #expect(failing > 300)
  }

  private static let text = """
    version: 1
    name: Guarded
    tokens: [{name: ACME, decimals: 0}]
    campaigns: [{name: main, token: ACME}]
    clusters: {source: people, column: person}
    sources:
      - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      - {name: people, file: people.csv, columns: [{name: person, type: integer}]}
    programs:
      - {name: all, kind: airdrop, campaign: main, budget: 100, from: list, weight: points}
    guards:
      - {measure: largest, at_most: 50%}
      - {measure: largest, at_most: 75%, per: cluster}

    """

  private static let files = [
    "list.csv": Array(
      """
      account,points
      0x0000000000000000000000000000000000000001,50
      0x0000000000000000000000000000000000000002,25
      0x0000000000000000000000000000000000000003,25

      """.utf8),
    "people.csv": Array(
      """
      account,person
      0x0000000000000000000000000000000000000003,7
      0x0000000000000000000000000000000000000001,7

      """.utf8),
  ]

  @Test("A bundle whose guards hold matches, and its clusters are in it")
  func matching() throws {
    let sample = try VerifierSample(Self.text, files: Self.files)
    try sample.write(try sample.contents())
    let report = try sample.verify()
    #expect(report.matches, "\(report)")
    #expect(report.checked.contains("2 guards of the plan"))
  }

  @Test("INV-035: a bundle that breaks a guard of its plan is told by the verifier")
  func forged() throws {
    let sample = try VerifierSample(Self.text, files: Self.files)
    let contents = try sample.contents()
    let strict = Self.text.replacing("at_most: 75%", with: "at_most: 74.9999999%")
    let forged = BundleContents(
      plan: try PlanFile.parse(Array(strict.utf8), file: "plan.yaml").plan,
      planBytes: Array(strict.utf8), epoch: contents.epoch, inputs: contents.inputs,
      outcomes: contents.outcomes, campaigns: contents.campaigns, derived: contents.derived)
    try sample.edit("plan.yaml", "at_most: 75%", "at_most: 74.9999999%")
    try sample.write(forged)
    let difference = try #require(try sample.verify().difference)
    #expect(difference.what == "guards[1]" && difference.place == "plan.yaml")
    #expect(difference.reason == "A plan of which a guard does not hold allocates nothing.")
  }
}
