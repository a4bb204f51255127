import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import MerkleTree
import PlanFile

/// Everything that goes into a bundle, as values; nothing is written yet.
public struct BundleContents: Sendable {
  public let plan: Plan
  /// The plan as it was written, comments and all.
  public let planBytes: [UInt8]
  public let epoch: EpochIndex
  /// The sources that a running program reads, in plan order.
  public let inputs: [CanonicalInput]
  /// The programs that ran, in plan order.
  public let outcomes: [ProgramOutcome]
  /// In plan order.
  public let campaigns: [CampaignEntitlements]
  public let derived: Derived
  /// Who receives in another's place.
  public let redirects: RedirectTable
  /// What opens the private values of the inputs; never written into the bundle.
  public let openings: [Opening]

  public init(
    plan: Plan, planBytes: [UInt8], epoch: EpochIndex, inputs: [CanonicalInput],
    outcomes: [ProgramOutcome], campaigns: [CampaignEntitlements], derived: Derived,
    redirects: RedirectTable = .none, openings: [Opening] = []
  ) {
    self.plan = plan
    self.planBytes = planBytes
    self.epoch = epoch
    self.inputs = inputs
    self.outcomes = outcomes
    self.campaigns = campaigns
    self.derived = derived
    self.redirects = redirects
    self.openings = openings
  }
}

/// A bundle's commitment, the trees under it and the data files it covers.
public struct CommittedBundle: Sendable {
  public let commitment: Commitment
  /// One per campaign in plan order; nil where nobody is entitled to anything.
  public let trees: [EncodedTree?]
  /// Name and bytes, in order of name.
  public let dataFiles: [(name: String, bytes: [UInt8])]
}

extension BundleContents {
  /// Computes roots, file hashes and the commitment. Pure: the same for any number of threads.
  ///
  /// - Throws: `MerkleTreeError` where accounts stand twice, which a computed epoch never has.
  public func commit(threads: Int = 1) throws(MerkleTreeError) -> CommittedBundle {
    try commit(threads: threads, events: events.map { $0.write { _ in } })
  }

  /// What rows of series are computed from.
  var events: [CanonicalEvents] { inputs.compactMap(\.events) }

  /// The same with the hashes of `events`.
  func commit(
    threads: Int, events eventHashes: [Bytes32]
  ) throws(MerkleTreeError) -> CommittedBundle {
    var trees: [EncodedTree?] = []
    for campaign in campaigns { trees.append(try campaign.tree(threads: threads)) }
    let dataFiles = [
      (DataFiles.allocations, DataFiles.allocationsCSV(outcomes)),
      (DataFiles.entitlements, DataFiles.entitlementsCSV(campaigns)),
      (DataFiles.exclusions, DataFiles.exclusionsCSV(outcomes)),
    ]
    let hashes = KeccakBackend.best.hashMessages(inputs.map(\.bytes) + dataFiles.map(\.1))
    let changes = Dictionary(
      uniqueKeysWithValues: zip(events, eventHashes).map { events, hash in
        (
          events.declaration.name,
          Commitment.Events(changes: events.history.count, hash: hash)
        )
      })
    let commitment = Commitment(
      law: plan.law, epoch: epoch.number, isDraft: plan.isDraft, planHash: plan.canonicalHash,
      inputs: zip(inputs, hashes).map { input, hash in
        Commitment.Input(
          source: input.declaration.name, rows: input.rows.count, hash: hash,
          events: changes[input.declaration.name])
      },
      campaigns: zip(campaigns, trees).map { campaign, tree in
        Commitment.Campaign(
          name: campaign.name, campaign: campaign.identifier, parentRoot: campaign.parentRoot,
          parentCommitment: campaign.parentCommitment, root: tree?.root ?? .zero,
          total: campaign.entitlements.total, count: campaign.entitlements.accounts.count)
      },
      programs: outcomes.map {
        Commitment.Program(
          name: $0.program, budget: $0.budget.baseUnits, carriedIn: $0.carriedIn.baseUnits,
          allocated: $0.allocated.baseUnits, carry: $0.carry.baseUnits)
      },
      files: Dictionary(
        uniqueKeysWithValues: zip(dataFiles.map(\.0), hashes.dropFirst(inputs.count))))
    return CommittedBundle(commitment: commitment, trees: trees, dataFiles: dataFiles)
  }
}

extension CampaignEntitlements {
  /// The campaign's tree of the design's leaf; nil where nobody is entitled to anything.
  func tree(threads: Int) throws(MerkleTreeError) -> EncodedTree? {
    guard !entitlements.accounts.isEmpty else { return nil }
    let rows = AccountRows(
      accounts: entitlements.accounts, amounts: entitlements.amounts, campaign: identifier)
    return try EncodedTree.build(rows, encoding: .sluice, threads: threads)
  }
}

extension Entitlements {
  /// Σ amounts; a checked list adds up below 2²⁵⁶.
  var total: UInt256 { amounts.reduce(UInt256.zero, &+) }
}
