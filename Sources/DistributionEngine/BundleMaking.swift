import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives

/// A source's rows as they were read, and what is known of their file.
public struct SourceInput: Sendable {
  /// In canonical order, so that nobody after this has to sort them.
  public let rows: SourceRows
  public let rawHash: Bytes32
  public let unusedColumns: [String]
  /// What is right, and may still not be meant.
  public let notes: [String]
  /// The changes of a series, whose rows are computed from them, or a pool's prices.
  public let history: SourceHistory?
  /// The rows that came late and count in the epoch.
  public let late: LateRows.Entry?

  public init(
    rows: SourceRows, rawHash: Bytes32, unusedColumns: [String], notes: [String] = [],
    late: LateRows.Entry? = nil
  ) {
    self.rows = rows.inCanonicalOrder
    self.rawHash = rawHash
    self.unusedColumns = unusedColumns
    self.notes = notes
    self.late = late
    history = nil
  }

  public init(
    history: SourceHistory, of source: String, rawHash: Bytes32, unusedColumns: [String],
    notes: [String] = [], late: LateRows.Entry? = nil
  ) {
    rows = SourceRows(source: source, columnCount: 0)
    self.rawHash = rawHash
    self.unusedColumns = unusedColumns
    self.notes = notes
    self.history = history
    self.late = late
  }
}

extension [String: SourceInput] {
  /// The rows of every source that was read, those of series computed.
  public func rows(
    in epoch: EpochIndex, of plan: Plan
  ) throws(LawError) -> [String: SourceRows] {
    let sources = plan.sources(readBy: Allocating.running(in: epoch, of: plan))
    let histories = compactMapValues(\.history)
    let series = try SeriesLaw.rows(
      of: sources, in: plan, epoch: epoch, histories: histories.compactMapValues(\.positions))
    let ranges = try RangeLaw.rows(
      of: sources, in: plan, epoch: epoch, ranges: histories.compactMapValues(\.ranges),
      prices: histories.compactMapValues(\.prices))
    return mapValues(\.rows).merging(series) { $1 }.merging(ranges) { $1 }
  }
}

/// From a plan, its inputs and a parent to everything that goes into a bundle.
public enum BundleMaking {
  public struct Request: Sendable {
    public var plan: Plan
    /// The plan as it was written.
    public var planBytes: [UInt8]
    /// By source name.
    public var inputs: [String: SourceInput]
    public var epoch: EpochIndex
    /// The bundle of the live root.
    public var parent: LoadedBundle?
    /// The program's version, for `derived.json`.
    public var engine: String
    /// What hides private columns; needed where a source has some.
    public var secret: [UInt8]?

    public init(
      plan: Plan, planBytes: [UInt8], inputs: [String: SourceInput], epoch: EpochIndex,
      parent: LoadedBundle?, engine: String, secret: [UInt8]? = nil
    ) {
      self.plan = plan
      self.planBytes = planBytes
      self.inputs = inputs
      self.epoch = epoch
      self.parent = parent
      self.engine = engine
      self.secret = secret
    }
  }

  /// Computes an epoch and puts its bundle together.
  public static func contents(of request: Request) throws(EngineError) -> BundleContents {
    try ParentCheck.check(request)
    let plan = request.plan
    let epoch: Allocating.Epoch
    let read: [String: SourceRows]
    do {
      read = try request.inputs.rows(in: request.epoch, of: plan)
      epoch = try Allocating.epoch(
        request.epoch, of: plan, rows: read, parent: parent(of: request))
    } catch {
      throw .law(error)
    }
    try checkCohorts(request, epoch)
    try checkGuards(plan, epoch, read)
    let sources = plan.sources(readBy: Allocating.running(in: request.epoch, of: plan))
    var canonical: [CanonicalInput] = []
    var openings: [Opening] = []
    var derived: [Derived.Source] = []
    for source in sources {
      guard let sourceRows = read[source.name] else {
        preconditionFailure("every source of a running program was read")
      }
      let hidden = PrivateRows(of: source, sourceRows, secret: request.secret)
      openings += hidden.openings
      var rows = CanonicalInput(source, sorting: hidden.rows)
      rows.events = request.inputs[source.name]?.history.map { CanonicalEvents(source, $0) }
      canonical.append(rows)
      guard let input = request.inputs[source.name] else { continue }
      derived.append(
        Derived.Source(
          source: source.name, file: source.file,
          // The hash of a short file would tell its values to whoever tries them all.
          rawHash: source.hasPrivateColumns ? .zero : input.rawHash,
          lines: source.series == nil ? rows.rows.lines : [], unusedColumns: input.unusedColumns,
          lateRows: source.received.map { _ in input.late?.count ?? 0 }))
    }
    return BundleContents(
      plan: plan, planBytes: request.planBytes, epoch: request.epoch, inputs: canonical,
      outcomes: shown(epoch.outcomes, of: plan), campaigns: campaigns(request, epoch),
      derived: Derived(engine: request.engine, sources: derived), redirects: epoch.redirects,
      openings: openings)
  }

  /// What programs that read private columns refused is shown without its values.
  private static func shown(_ outcomes: [ProgramOutcome], of plan: Plan) -> [ProgramOutcome] {
    outcomes.map { outcome in
      let reads = plan.program(named: outcome.program).map(plan.readsPrivately) ?? false
      return reads ? outcome.withoutValues : outcome
    }
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

  /// Section 8 of the law: a plan whose guards do not hold allocates nothing.
  private static func checkGuards(
    _ plan: Plan, _ epoch: Allocating.Epoch, _ rows: [String: SourceRows]
  ) throws(EngineError) {
    guard !plan.guards.isEmpty else { return }
    let failing = ConcentrationLaw(
      plan: plan, schedules: plan.unlockSchedules,
      allocated: Allocating.allocated(epoch, of: plan, rows: rows), tracksCourses: false
    ).findings.filter { !$0.holds }
    if !failing.isEmpty { throw .guardsFail(failing) }
  }

  /// Section 6 of the law: after its first live root no root starts new vesting in a campaign.
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
