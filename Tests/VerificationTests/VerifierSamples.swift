import Bundle
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import InputFiles
import PlanFile
import TestKit
import Testing
import Verification

/// Plans, raw files and bundles made of them by the engine, for the verifier to judge.
struct VerifierSample {
  let folder: TemporaryFolder
  private(set) var planText: String

  init(_ plan: String = Self.plan, files: [String: [UInt8]]? = nil) throws {
    folder = try TemporaryFolder()
    planText = plan
    try folder.write(plan, to: "plan.yaml")
    for (name, bytes) in try files ?? Self.files() { try folder.write(bytes, to: name) }
  }

  var sources: Verifier.Sources {
    Verifier.Sources(plan: folder.path + "/plan.yaml", inputs: folder.path)
  }

  func sources(parent: String) -> Verifier.Sources {
    Verifier.Sources(
      plan: folder.path + "/plan.yaml", inputs: folder.path, parent: path(parent))
  }

  func path(_ bundle: String) -> String { folder.path + "/" + bundle }

  /// Computes an epoch from the files, as `sluice allocate` does.
  func contents(
    epoch: UInt32 = 0, parent: String? = nil, secret: [UInt8]? = nil
  ) throws -> BundleContents {
    let bytes = try folder.read("plan.yaml")
    let plan = try PlanFile.parse(bytes, file: "plan.yaml").plan
    let index = EpochIndex(epoch)
    var inputs: [String: SourceInput] = [:]
    var keys: [String: KeyTable] = [:]
    var times: [String: TimeTable] = [:]
    let used = plan.sources(readBy: Allocating.running(in: index, of: plan))
    let spans = plan.reading(of: used, in: index)
    for source in plan.withLookups(used) where source.hasFile {
      let path = folder.path + "/" + source.file
      let known = source.lookup.flatMap { keys[$0.source] } ?? KeyTable()
      let table = source.time?.table.flatMap { times[$0] } ?? TimeTable()
      if source.timeTable != nil {
        times[source.name] = try InputFile.times(path, name: source.file, as: source).times
        continue
      }
      if source.series != nil, let span = spans[source.name] {
        let read = try PositionFile.read(
          path, name: source.file, as: source, span: span, keys: known, times: table)
        inputs[source.name] = SourceInput(
          history: .positions(read.history), of: source.name, rawHash: read.rawHash,
          unusedColumns: read.unusedColumns)
        continue
      }
      let read =
        source.statements == nil
        ? try InputFile.read(
          path, name: source.file, as: source, keys: known, times: table,
          window: source.time.flatMap { _ in plan.window(of: source, in: index) })
        : try InputFile.statements(
          path, name: source.file, as: source, of: plan,
          window: source.time.flatMap { _ in plan.window(of: source, in: index) })
      keys[source.name] = read.keys
      inputs[source.name] = SourceInput(
        rows: read.rows, rawHash: read.rawHash, unusedColumns: read.unusedColumns)
    }
    return try BundleMaking.contents(
      of: BundleMaking.Request(
        plan: plan, planBytes: bytes, inputs: inputs, epoch: index,
        parent: try parent.map { try BundleReader.load(path($0)) }, engine: "test",
        secret: secret))
  }

  @discardableResult
  func write(
    _ contents: BundleContents, to name: String = "bundle", dumps: Bool = false,
    proofs: Bool = true
  ) throws -> Commitment {
    var options = BundleWriter.Options()
    options.writesTreeDumps = dumps
    options.writesProofs = proofs
    return try BundleWriter.write(contents, to: path(name), options: options)
  }

  func verify(
    _ name: String = "bundle", _ sources: Verifier.Sources? = nil
  ) throws(VerificationFailure) -> VerificationReport {
    try Verifier.verify(path(name), with: sources ?? self.sources)
  }

  /// The bundle of a plan over these files.
  static func bundle(of plan: String, _ files: [String: String]) throws -> VerifierSample {
    let sample = try VerifierSample(plan, files: files.mapValues { Array($0.utf8) })
    try sample.write(try sample.contents())
    return sample
  }

  /// The bundle of an example of the project, whose source is in one file.
  static func example(_ name: String, _ file: String) throws -> VerifierSample {
    try bundle(
      of: Project.text("Examples/\(name)/plan.yaml"),
      [file: Project.text("Examples/\(name)/\(file)")])
  }

  /// The text of a file of the bundle.
  func text(_ name: String) throws -> String {
    String(decoding: try bytes("bundle/\(name)"), as: UTF8.self)
  }

  // MARK: Damage

  func bytes(_ name: String) throws -> [UInt8] { try folder.read(name) }

  /// Replaces a text that stands in a file, once.
  func edit(_ name: String, _ old: String, _ new: String) throws {
    let text = String(decoding: try bytes(name), as: UTF8.self)
    guard let range = text.range(of: old) else { throw Missing(what: old) }
    try folder.write(text.replacingCharacters(in: range, with: new), to: name)
  }

  func append(_ text: String, to name: String) throws {
    try folder.write(try bytes(name) + Array(text.utf8), to: name)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path(name))
  }

  /// Changes a text of the commitment, whose other bytes stay.
  func commit(_ old: String, _ new: String, in bundle: String = "bundle") throws {
    try edit("\(bundle)/commitment.json", old, new)
  }

  /// Commits to a file as it is now: only its content is wrong then.
  func rehash(_ file: String, was: [UInt8], in bundle: String = "bundle") throws {
    let now = Keccak256.hash(try bytes("\(bundle)/\(file)"))
    try commit(Keccak256.hash(was).hex, now.hex, in: bundle)
  }

  /// Edits a file of the bundle and commits to the result.
  func editAndCommit(_ file: String, _ old: String, _ new: String) throws {
    let before = try bytes("bundle/" + file)
    try edit("bundle/" + file, old, new)
    try rehash(file, was: before)
  }

  /// The only file of a campaign's shards.
  func shard(_ campaign: String, in bundle: String = "bundle") throws -> String {
    let base = "\(bundle)/proofs/\(campaign)"
    guard let name = try folder.files(below: base).first(where: { !$0.contains("/accounts/") })
    else { throw Missing(what: base) }
    return "\(base)/\(name)"
  }

  func index(_ campaign: String) throws -> String {
    let shard = try shard(campaign)
    return shard.replacing("/all.json", with: "/accounts/all.json")
  }

  struct Missing: Error {
    let what: String
  }
}

// MARK: The plan

extension VerifierSample {
  /// The account of a number; a large one stands at both ends, so that first digits differ too.
  static func account(_ number: UInt64) -> Address {
    let digits = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    let zeros = [UInt8](repeating: 0, count: 12)
    let head = number > UInt64(UInt32.max) ? digits + zeros.prefix(4) : zeros
    return Address(bytes: (head + digits)[...]) ?? .zero
  }

  static func hex(_ number: UInt64) -> String { account(number).hex }

  static func units(_ value: UInt64) -> UInt256 { UInt256(value) }

  static func deployment(salt: Int) -> String {
    """
    {chain: 8453, distributor: "\(hex(11))", token: "\(hex(12))", creator: "\(hex(13))",
              salt: "\(Bytes32(0, 0, 0, UInt64(salt)).hex)",
              roles: {owner: "\(hex(14))", publisher: "\(hex(15))", guardian: "\(hex(16))"}}
    """
  }

  /// Several tokens and campaigns; weights, given amounts, inline recipients, emission; CSV and
  /// JSON Lines, plain and packed, base units and human ones by header or plan.
  static let plan = """
    version: 1
    name: Everything
    tokens:
      - {name: ACME, decimals: 18, supply: 1000000}
      - {name: BETA, decimals: 6}
    campaigns:
      - {name: community, token: ACME, deployment: \(deployment(salt: 1))}
      - name: builders
        token: BETA
        vesting: {shape: steps, start: "2027-01-01T00:00:00Z", initial: 25%, every: 1 month,
          count: 12}
        deployment: \(deployment(salt: 2))
      - name: team
        token: ACME
        vesting: {shape: linear, start: "2027-01-01T00:00:00Z", cliff: 365d, duration: 1460d}
        deployment: \(deployment(salt: 3))
      - {name: reserve, token: ACME, deployment: \(deployment(salt: 4))}
    sources:
      - {name: points, file: points.csv, columns: [{name: points, type: integer},
          {name: level, type: integer}]}
      - {name: grants, file: grants.csv.gz, account: wallet, duplicates: sum,
          columns: [{name: amount, type: amount, token: BETA}]}
      - {name: deposits, file: lists/deposits.jsonl.gz,
          columns: [{name: paid, type: amount, token: BETA, unit: token}]}
    epochs: {start: "2027-01-01T00:00:00Z", length: 7d, count: 3}
    programs:
      - {name: users, kind: airdrop, campaign: community, budget: 5%, from: points, weight: points,
          exclude: [{account: "\(hex(5))", reason: An exchange.}]}
      - {name: grants, kind: airdrop, campaign: builders, budget: 10, from: grants, amount: amount,
          unallocated: carry}
      - {name: liquidity, kind: airdrop, campaign: community, budget: 1000, from: deposits,
          weight: paid, rounding: floor, emission: {shape: linear-decay}}
      - name: founders
        kind: premine
        campaign: team
        budget: 200.5
        recipients:
          - {account: "\(hex(3))", amount: 200}
          - {account: "\(hex(21))", amount: 0.5, label: Founder}
    """

  static let points = """
    account,points,level,note
    \(hex(3)),300,1,"with, a comma"
    \(account(0xABCDEF).checksummed),1,9,
    \(hex(1)),100,2,"a ""quoted"" word"
    \(hex(5)),1000000,3,
    \(hex(2)),0,4,

    """

  static let grants = """
    wallet,amount:token
    \(hex(1)),1.5
    \(hex(7)),0
    \(hex(1)),0.000001
    \(hex(1)),1.5
    \(hex(2)),2

    """

  static let deposits = """
    {"account": "\(hex(8))", "paid": "12.5", "memo": [1, null]}
    {"paid": 7, "account": "\(hex(1))"}
    {"account": "\(hex(9))", "paid": 0.000001}

    """

  static func files() throws -> [String: [UInt8]] {
    [
      "points.csv": Array(points.utf8), "grants.csv.gz": try Gzip.pack(Array(grants.utf8)),
      "lists/deposits.jsonl.gz": try Gzip.pack(Array(deposits.utf8)),
    ]
  }

  /// A plan of one program over a list, and its file.
  static func list(
    _ rows: [(UInt64, UInt64)], program: String = "season", budget: Int = 1000,
    campaigns: String = "{name: main, token: ACME}", pays: String = "main",
    more: String = "", epochs: String = ""
  ) throws -> VerifierSample {
    let plan = """
      version: 1
      name: List
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [\(campaigns)]
      \(epochs)
      sources:
        - {name: list, file: list.csv, columns: [{name: points, type: integer}]}
      programs:
        - {name: \(program), kind: airdrop, campaign: \(pays), budget: \(budget), from: list,
           weight: points\(more)}
      """
    let text = rows.map { "\(hex($0.0)),\($0.1)\n" }.joined()
    return try VerifierSample(plan, files: ["list.csv": Array(("account,points\n" + text).utf8)])
  }
}

// MARK: Forging

extension ProgramOutcome {
  /// The outcome with other members, its sums as they follow unless they are given.
  func forged(
    amounts: [(UInt64, UInt256)]? = nil, exclusions: [Exclusion]? = nil, budget: UInt256? = nil,
    carriedIn: UInt256? = nil, carry: UInt256? = nil, epoch: UInt32? = nil
  ) -> ProgramOutcome {
    let accounts = amounts?.map { VerifierSample.account($0.0) } ?? self.accounts
    let values = amounts?.map(\.1) ?? self.amounts
    let allocated = values.reduce(UInt256.zero, &+)
    let budget = budget ?? self.budget.baseUnits
    return ProgramOutcome(
      program: program, epoch: epoch.map { EpochIndex($0) } ?? self.epoch,
      budget: Amount(budget),
      carriedIn: carriedIn.map { Amount($0) } ?? self.carriedIn, accounts: accounts,
      amounts: values, exclusions: exclusions ?? self.exclusions, allocated: Amount(allocated),
      carry: Amount(carry ?? (budget &- allocated)), totalWeight: totalWeight)
  }
}

extension CampaignEntitlements {
  func forged(
    identifier: Bytes32? = nil, entitlements: Entitlements? = nil, parentRoot: Bytes32? = nil,
    parentCommitment: Bytes32? = nil
  ) -> CampaignEntitlements {
    CampaignEntitlements(
      name: name, identifier: identifier ?? self.identifier,
      entitlements: entitlements ?? self.entitlements, parentRoot: parentRoot ?? self.parentRoot,
      parentCommitment: parentCommitment ?? self.parentCommitment)
  }
}

extension BundleContents {
  /// The content with other parts: written by the producer's own writer, so that every hash, root
  /// and proof fits.
  func forged(
    planText: String? = nil, epoch: UInt32? = nil, inputs: [CanonicalInput]? = nil,
    outcomes: [ProgramOutcome]? = nil, campaigns: [CampaignEntitlements]? = nil
  ) throws -> BundleContents {
    let bytes = planText.map { Array($0.utf8) } ?? planBytes
    return BundleContents(
      plan: try planText.map { try PlanFile.parse(Array($0.utf8), file: "plan.yaml").plan } ?? plan,
      planBytes: bytes, epoch: epoch.map { EpochIndex($0) } ?? self.epoch,
      inputs: inputs ?? self.inputs, outcomes: outcomes ?? self.outcomes,
      campaigns: campaigns ?? self.campaigns, derived: derived)
  }

  /// Other outcomes, and entitlements that follow from them and the parent's.
  func forged(
    outcome index: Int, parent: LoadedBundle? = nil,
    _ change: (ProgramOutcome) -> ProgramOutcome
  ) throws -> BundleContents {
    var outcomes = self.outcomes
    outcomes[index] = change(outcomes[index])
    let campaigns = try plan.campaigns.enumerated().map { place, campaign in
      let paid = outcomes.filter { plan.program(named: $0.program)?.campaign == campaign.name }
      let before = parent?.campaigns.first { $0.name == campaign.name }?.entitlements
      return self.campaigns[place].forged(
        entitlements: try Cumulation.entitlements(
          of: campaign, parent: before ?? .none, outcomes: paid))
    }
    return try forged(outcomes: outcomes, campaigns: campaigns)
  }

  func forged(
    campaign index: Int, _ change: (CampaignEntitlements) -> CampaignEntitlements
  ) throws -> BundleContents {
    var campaigns = self.campaigns
    campaigns[index] = change(campaigns[index])
    return try forged(campaigns: campaigns)
  }
}
