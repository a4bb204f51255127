import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives

/// A source's rows as they were read, and what is known of their file.
public struct SourceInput: Sendable {
  public let rows: SourceRows
  public let rawHash: Bytes32
  public let unusedColumns: [String]

  public init(rows: SourceRows, rawHash: Bytes32, unusedColumns: [String]) {
    self.rows = rows
    self.rawHash = rawHash
    self.unusedColumns = unusedColumns
  }
}

/// Why an epoch cannot be built on its parent, or not be computed.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The law stops it.
  case law(LawError)
  /// Epoch n of a plan with emission builds on epoch n − 1, and no parent was given.
  case parentMissing(epoch: UInt32)
  /// The parent is this plan's epoch n or a later one: it would be paid twice.
  case epochAlreadyPaid(epoch: UInt32, parent: UInt32)
  /// Epochs between the parent's and this one were left out: nobody would ever get them.
  case epochLeftOut(epoch: UInt32, parent: UInt32)
  /// A draft's entitlements were never live, so that nothing deployed can build on them.
  case parentIsDraft
  /// A campaign of the same name has another identity in the parent: other terms, other contract.
  case campaignChanged(name: String, parent: Bytes32, plan: Bytes32)
  /// A campaign with a vesting schedule pays one cohort; its first root was live already.
  case cohortClosed(name: String)

  /// The name of the case, by which its code is found.
  public var name: String {
    switch self {
    case .law: "law"
    case .parentMissing: "parentMissing"
    case .epochAlreadyPaid: "epochAlreadyPaid"
    case .epochLeftOut: "epochLeftOut"
    case .parentIsDraft: "parentIsDraft"
    case .campaignChanged: "campaignChanged"
    case .cohortClosed: "cohortClosed"
    }
  }

  public var description: String {
    switch self {
    case .law(let error): error.description
    case .parentMissing(let epoch):
      "epoch \(epoch) builds on epoch \(epoch - 1), and no parent was given. "
        + "Name the bundle of the live root with --parent."
    case .epochAlreadyPaid(let epoch, let parent):
      "found epoch \(parent) of the same plan in the parent, expected an epoch before \(epoch). "
        + "Paying epoch \(epoch) on top of it would pay twice; name the next epoch with --epoch."
    case .epochLeftOut(let epoch, let parent):
      "found epoch \(parent) in the parent, expected epoch \(epoch - 1). "
        + "Allocate the epochs in between first: what they emit would be lost."
    case .parentIsDraft:
      "found a draft as the parent, expected the bundle of a live root. "
        + "A draft's proofs are good nowhere; leave --parent out for a first root."
    case .campaignChanged(let name, let parent, let plan):
      "campaign \(name): found the identity \(parent) in the parent, expected \(plan). "
        + "Terms, schedule and contract of a campaign are fixed; give the new one another name."
    case .cohortClosed(let name):
      "campaign \(name): found a vesting schedule and a live root, expected a first root. "
        + "A schedule pays one cohort; put new allocations into a campaign of their own."
    }
  }
}

/// From a plan, its inputs and a parent to everything that goes into a bundle.
public enum BundleMaking {
  public struct Request: Sendable {
    public var plan: Plan
    /// The plan as it was written.
    public var planBytes: [UInt8]
    /// The hash of the plan's canonical form.
    public var planHash: Bytes32
    /// By source name.
    public var inputs: [String: SourceInput]
    public var epoch: EpochIndex
    /// The bundle of the live root.
    public var parent: LoadedBundle?
    /// The program's version, for `derived.json`.
    public var engine: String

    public init(
      plan: Plan, planBytes: [UInt8], planHash: Bytes32, inputs: [String: SourceInput],
      epoch: EpochIndex, parent: LoadedBundle?, engine: String
    ) {
      self.plan = plan
      self.planBytes = planBytes
      self.planHash = planHash
      self.inputs = inputs
      self.epoch = epoch
      self.parent = parent
      self.engine = engine
    }
  }

  /// Computes an epoch and puts its bundle together.
  public static func contents(of request: Request) throws(EngineError) -> BundleContents {
    try checkParent(request)
    let plan = request.plan
    let epoch: Allocating.Epoch
    do {
      epoch = try Allocating.epoch(
        request.epoch, of: plan, rows: request.inputs.mapValues(\.rows),
        parent: parent(of: request))
    } catch {
      throw .law(error)
    }
    try checkCohorts(request, epoch)
    let running = Allocating.running(in: request.epoch, of: plan)
    var canonical: [CanonicalInput] = []
    var derived: [Derived.Source] = []
    for source in plan.sources where running.contains(where: { $0.reads(source) }) {
      guard let input = request.inputs[source.name] else {
        preconditionFailure("every source of a running program was read")
      }
      let rows = CanonicalInput(source, sorting: input.rows)
      canonical.append(rows)
      derived.append(
        Derived.Source(
          source: source.name, file: source.file, rawHash: input.rawHash,
          lines: rows.rows.lines, unusedColumns: input.unusedColumns))
    }
    return BundleContents(
      plan: plan, planBytes: request.planBytes, epoch: request.epoch, inputs: canonical,
      outcomes: epoch.outcomes, campaigns: campaigns(request, epoch),
      derived: Derived(engine: request.engine, sources: derived))
  }

  private static func parent(of request: Request) -> Allocating.Parent {
    guard let parent = request.parent else { return .none }
    return Allocating.Parent(
      entitlements: Dictionary(
        uniqueKeysWithValues: parent.campaigns.map { ($0.name, $0.entitlements) }),
      carries: Dictionary(
        uniqueKeysWithValues: parent.outcomes.map { ($0.program, $0.carry) }))
  }

  private static func campaigns(
    _ request: Request, _ epoch: Allocating.Epoch
  ) -> [CampaignEntitlements] {
    zip(request.plan.campaigns, epoch.entitlements).map { campaign, entitlements in
      let before = request.parent?.commitment.campaigns.first { $0.name == campaign.name }
      return CampaignEntitlements(
        name: campaign.name, identifier: CampaignIdentity.identifier(of: campaign),
        entitlements: entitlements, parentRoot: before?.root ?? .zero,
        parentCommitment: before == nil ? .zero : request.parent?.identity ?? .zero)
    }
  }

  private static func checkParent(_ request: Request) throws(EngineError) {
    let epoch = request.epoch.number
    guard let parent = request.parent else {
      guard epoch == 0 else { throw .parentMissing(epoch: epoch) }
      return
    }
    let before = parent.commitment.epoch
    if parent.commitment.planHash == request.planHash, epoch <= before {
      throw .epochAlreadyPaid(epoch: epoch, parent: before)
    }
    if epoch > 0, before + 1 != epoch {
      throw epoch <= before
        ? .epochAlreadyPaid(epoch: epoch, parent: before)
        : .epochLeftOut(epoch: epoch, parent: before)
    }
    guard request.plan.isDraft || !parent.commitment.isDraft else { throw .parentIsDraft }
    for campaign in request.plan.campaigns {
      let identifier = CampaignIdentity.identifier(of: campaign)
      guard let twin = parent.campaigns.first(where: { $0.name == campaign.name }),
        twin.identifier != identifier
      else { continue }
      throw .campaignChanged(name: campaign.name, parent: twin.identifier, plan: identifier)
    }
  }

  /// Point 6 of the law: after its first live root no root starts new vesting in a campaign.
  private static func checkCohorts(
    _ request: Request, _ epoch: Allocating.Epoch
  ) throws(EngineError) {
    for campaign in request.plan.campaigns where campaign.vesting.shape != .immediate {
      let before = request.parent?.commitment.campaigns.first { $0.name == campaign.name }
      let pays = epoch.outcomes.contains {
        request.plan.program(named: $0.program)?.campaign == campaign.name
          && $0.allocated != .zero
      }
      guard let before, before.root != .zero, pays else { continue }
      throw .cohortClosed(name: campaign.name)
    }
  }
}

extension Program {
  func reads(_ source: SourceDeclaration) -> Bool { recipients == .source(source.name) }
}
