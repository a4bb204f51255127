import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import MerkleTree
import PlanFile

/// A bundle that was read and agrees with itself.
public struct LoadedBundle: Sendable {
  public let directory: String
  public let commitment: Commitment
  /// Keccak-256 of the commitment's bytes.
  public let identity: Bytes32
  public let plan: ParsedPlan
  public let inputs: [CanonicalInput]
  public let outcomes: [ProgramOutcome]
  public let campaigns: [CampaignEntitlements]
  /// Who receives in another's place.
  public let redirects: RedirectTable
  /// nil where the file beside the identity is missing or unreadable.
  public let derived: Derived?
}

/// Reads bundles and checks everything that it reads.
///
/// It checks that the bundle agrees with itself. Whether the law gives these amounts is the
/// verifier's work.
public enum BundleReader {
  /// Reads a bundle from a folder.
  public static func load(
    _ directory: String, limits: BundleLimits = .standard
  ) throws(BundleError) -> LoadedBundle {
    let loader = BundleLoader(directory: directory, limits: limits)
    return try loader.load()
  }

  /// Reads what a later epoch builds on: what was allocated and is owed. Of the inputs only those
  /// that redirect are read and checked, and nothing beside the identity.
  public static func parent(
    _ directory: String, limits: BundleLimits = .standard
  ) throws(BundleError) -> LoadedBundle {
    let loader = BundleLoader(directory: directory, limits: limits, isParent: true)
    return try loader.load()
  }

  /// Reads the commitment alone.
  public static func commitment(
    _ directory: String, limits: BundleLimits = .standard
  ) throws(BundleError) -> Commitment {
    try Commitment(
      parsing: FileSystem.read(directory, Commitment.fileName, limit: limits.smallFileBytes))
  }

  /// Finds an account's proof in the shards, reading two files and checking them; in a bundle that
  /// was written without shards, from the data files.
  ///
  /// - Throws: `unknownAccount` where the campaign does not entitle it to anything.
  public static func proof(
    of account: Address, campaign: Commitment.Campaign, in directory: String,
    limits: BundleLimits = .standard
  ) throws(BundleError) -> ClaimProof {
    let unknown = BundleError(
      .unknownAccount, file: "campaign \(campaign.name)", found: account.checksummed,
      expected: "an account that it entitles to something",
      advice: "`sluice explain` tells why an account gets nothing.")
    guard campaign.count > 0 else { throw unknown }
    let folder = ProofShards.folder(name: campaign.name, root: campaign.root)
    guard FileSystem.exists("\(directory)/\(folder)") else {
      guard let proof = try computedProof(of: account, campaign, directory, limits) else {
        throw unknown
      }
      return proof
    }
    let length = ProofShards.prefixLength(entries: campaign.count)
    let index = try AccountIndex(
      directory, campaign, prefix: ProofShards.prefix(of: account, length: length), limits)
    guard let entitlement = index?.entries[account] else { throw unknown }
    let leaf = SluiceLeaf.hash(campaign.campaign, account, entitlement)
    let file = ProofShards.path(
      of: .shard(prefix: ProofShards.prefix(of: leaf, length: length)), name: campaign.name,
      root: campaign.root)
    let shard = try ProofShard(
      parsing: FileSystem.read(directory, file, limit: limits.fileBytes), file: file,
      campaign: campaign.campaign, root: campaign.root)
    guard let proof = shard.proof(of: account), proof.entitlement == entitlement else {
      throw BundleError(
        .wrongShard, file: file, found: "no entry of \(account)",
        expected: "its entitlement of \(entitlement.decimal)")
    }
    return proof
  }

  /// The proof out of the campaign's whole tree; nil where it entitles the account to nothing.
  private static func computedProof(
    of account: Address, _ campaign: Commitment.Campaign, _ directory: String,
    _ limits: BundleLimits
  ) throws(BundleError) -> ClaimProof? {
    let bundle = try load(directory, limits: limits)
    guard let entitled = bundle.campaigns.first(where: { $0.name == campaign.name }),
      let row = entitled.entitlements.index(of: account),
      let tree = try? entitled.tree(threads: 1)
    else { return nil }
    return ClaimProof(
      account: account, entitlement: entitled.entitlements.amounts[row],
      leaf: tree.leaf(ofRow: row), proof: tree.proof(ofRow: row))
  }
}

struct BundleLoader {
  let directory: String
  let limits: BundleLimits
  /// True where inputs are left alone that only explain what was allocated.
  var isParent = false

  func load() throws(BundleError) -> LoadedBundle {
    let commitmentBytes = try read(Commitment.fileName, small: true)
    let commitment = try Commitment(parsing: commitmentBytes)
    let plan = try loadPlan(commitment)
    let inputs = try loadInputs(commitment, plan.plan)
    let outcomes = try loadOutcomes(commitment, plan.plan)
    let campaigns = try loadCampaigns(commitment, plan.plan)
    let redirects = try loadRedirects(plan.plan, inputs)
    try check(campaigns, against: outcomes, plan.plan, redirects)
    return LoadedBundle(
      directory: directory, commitment: commitment, identity: Keccak256.hash(commitmentBytes),
      plan: plan, inputs: inputs, outcomes: outcomes, campaigns: campaigns,
      redirects: redirects, derived: isParent ? nil : derived(inputs))
  }

  /// What the files beside the identity say of the inputs; nil or less where they cannot be read.
  private func derived(_ inputs: [CanonicalInput]) -> Derived? {
    let derived = try? Derived(parsing: read(Derived.fileName))
    return (derived ?? nil)?.with { source in
      let input = inputs.first { $0.declaration.name == source }
      let bytes = try? read(Provenance.fileName(source))
      return bytes.flatMap {
        try? Provenance.lines(parsing: $0, of: source, accounts: input?.rows.accounts ?? [])
      }
    }
  }

  func read(_ name: String, small: Bool = false) throws(BundleError) -> [UInt8] {
    try FileSystem.read(
      directory, name, limit: small ? limits.smallFileBytes : limits.fileBytes)
  }

  func loadPlan(_ commitment: Commitment) throws(BundleError) -> ParsedPlan {
    let plan: ParsedPlan
    do {
      plan = try PlanFile.parse(read("plan.yaml", small: true), file: "plan.yaml")
    } catch let error as PlanErrors {
      throw BundleError(
        .malformedPlan, file: "plan.yaml", found: error.problems.first?.description ?? "",
        expected: "the plan that was committed")
    } catch let error as BundleError {
      throw error
    } catch {
      preconditionFailure("no other error is thrown")
    }
    guard plan.plan.canonicalHash == commitment.planHash else {
      throw BundleError(
        .wrongPlan, file: "plan.yaml", found: plan.plan.canonicalHash.hex,
        expected: commitment.planHash.hex, advice: "The plan was changed after it was committed.")
    }
    guard plan.plan.isDraft == commitment.isDraft, plan.plan.law == commitment.law else {
      throw BundleError(
        .wrongPlan, file: Commitment.fileName, place: "draft or law",
        found: "draft \(commitment.isDraft), law \(commitment.law)",
        expected: "draft \(plan.plan.isDraft), law \(plan.plan.law), as the plan says")
    }
    guard Self.runs(plan.plan, epoch: commitment.epoch) else {
      throw BundleError(
        .malformedMember, file: Commitment.fileName, place: "epoch", found: "\(commitment.epoch)",
        expected: "an epoch in which a program of the plan runs")
    }
    return plan
  }

  /// True where a program runs in the epoch: what is not recurring, in the first one only.
  private static func runs(_ plan: Plan, epoch: UInt32) -> Bool {
    !runningPrograms(plan, epoch: epoch).isEmpty
      && (epoch == 0 || epoch < plan.epochs?.count ?? 1)
  }

  /// The sources that a running program reads, which must be those that were committed.
  func sources(
    _ commitment: Commitment, _ plan: Plan
  ) throws(BundleError) -> [SourceDeclaration] {
    let used = plan.sources(readBy: Self.runningPrograms(plan, epoch: commitment.epoch))
    guard commitment.inputs.map(\.source) == used.map(\.name) else {
      throw BundleError(
        .wrongName, file: Commitment.fileName, place: "inputs",
        found: commitment.inputs.map(\.source).joined(separator: ", "),
        expected: used.map(\.name).joined(separator: ", "))
    }
    return used
  }

  private func loadInputs(
    _ commitment: Commitment, _ plan: Plan
  ) throws(BundleError) -> [CanonicalInput] {
    var inputs: [CanonicalInput] = []
    let used = try sources(commitment, plan)
    let spans = plan.reading(of: used, in: EpochIndex(commitment.epoch))
    let redirecting = Set(plan.redirects.map(\.source))
    for (declaration, committed) in zip(used, commitment.inputs)
    where !isParent || redirecting.contains(declaration.name) {
      let name = declaration.canonicalFile
      let bytes = try read(name)
      try check(bytes, name, hash: committed.hash)
      var input = try CanonicalInput(parsing: bytes, of: declaration)
      guard input.rows.count == committed.rows else {
        throw sum(
          Commitment.fileName, "inputs \(declaration.name).rows", "\(committed.rows)",
          "\(input.rows.count)")
      }
      try checkSpan(of: input, plan.window(of: declaration, in: EpochIndex(commitment.epoch)))
      input.events = try loadEvents(of: declaration, committed, span: spans[declaration.name])
      inputs.append(input)
    }
    return inputs
  }

  /// Observations that cannot count stand in no bundle.
  private func checkSpan(of input: CanonicalInput, _ span: Range<UInt64>?) throws(BundleError) {
    guard input.declaration.observed != nil, let span, let times = input.rows.values.first else {
      return
    }
    for time in times where time < UInt256(span.lowerBound) || time >= UInt256(span.upperBound) {
      throw BundleError(
        .malformedRow, file: input.fileName, found: "the time \(time.decimal)",
        expected: "seconds from \(span.lowerBound) to \(span.upperBound - 1)")
    }
  }

  /// The changes of a series; nil where the source is none, or has no file of its own.
  private func loadEvents(
    of declaration: SourceDeclaration, _ committed: Commitment.Input, span: Range<UInt64>?
  ) throws(BundleError) -> CanonicalEvents? {
    let hasEvents = declaration.hasEvents
    guard hasEvents == (committed.events != nil) else {
      throw BundleError(
        .malformedMember, file: Commitment.fileName, place: "inputs \(declaration.name)",
        found: hasEvents ? "no `events`" : "`events`",
        expected: hasEvents ? "the hash of its changes" : "a source without changes")
    }
    guard let events = committed.events, let span else { return nil }
    let name = declaration.eventsFile
    let bytes = try read(name)
    try check(bytes, name, hash: events.hash)
    let canonical = try CanonicalEvents(parsing: bytes, of: declaration, span: span)
    guard canonical.history.count == events.changes else {
      throw sum(
        Commitment.fileName, "inputs \(declaration.name).changes", "\(events.changes)",
        "\(canonical.history.count)")
    }
    return canonical
  }

  private func loadRedirects(
    _ plan: Plan, _ inputs: [CanonicalInput]
  ) throws(BundleError) -> RedirectTable {
    do {
      return try plan.redirectTable(
        rows: Dictionary(uniqueKeysWithValues: inputs.map { ($0.declaration.name, $0.rows) }))
    } catch {
      throw BundleError(
        .malformedPlan, file: "plan.yaml", place: "redirects", found: "redirects that do not end",
        expected: "one target for each account, and no cycle")
    }
  }

  private func check(_ bytes: [UInt8], _ name: String, hash: Bytes32) throws(BundleError) {
    let found = Keccak256.hash(bytes)
    guard found == hash else {
      throw BundleError(
        .wrongHash, file: name, found: found.hex, expected: hash.hex,
        advice: "The file was changed after it was committed.")
    }
  }

  /// A data file's bytes, checked against its committed hash.
  private func dataFile(_ name: String, _ commitment: Commitment) throws(BundleError) -> [UInt8] {
    let bytes = try read(name)
    guard let hash = commitment.files[name] else {
      preconditionFailure("a commitment that was read names every data file")
    }
    try check(bytes, name, hash: hash)
    return bytes
  }

  // MARK: Programs

  static func runningPrograms(_ plan: Plan, epoch: UInt32) -> [Program] {
    plan.programs.filter { $0.isRecurring || epoch == 0 }
  }

  func checkPrograms(_ commitment: Commitment, _ plan: Plan) throws(BundleError) {
    let names = Self.runningPrograms(plan, epoch: commitment.epoch).map(\.name)
    guard commitment.programs.map(\.name) == names else {
      throw BundleError(
        .wrongName, file: Commitment.fileName, place: "programs",
        found: commitment.programs.map(\.name).joined(separator: ", "),
        expected: names.joined(separator: ", "))
    }
  }

  private func loadOutcomes(
    _ commitment: Commitment, _ plan: Plan
  ) throws(BundleError) -> [ProgramOutcome] {
    try checkPrograms(commitment, plan)
    var allocations = try DataGroups(
      dataFile(DataFiles.allocations, commitment), DataFiles.allocations,
      DataFiles.allocationsHeader, epoch: commitment.epoch)
    var exclusions = try DataGroups(
      dataFile(DataFiles.exclusions, commitment), DataFiles.exclusions,
      DataFiles.exclusionsHeader, epoch: commitment.epoch)
    var outcomes: [ProgramOutcome] = []
    for program in commitment.programs {
      outcomes.append(
        try outcome(program, commitment.epoch, &allocations, &exclusions))
    }
    try allocations.expectEnd()
    try exclusions.expectEnd()
    return outcomes
  }

  private func outcome(
    _ program: Commitment.Program, _ epoch: UInt32, _ allocations: inout DataGroups,
    _ exclusions: inout DataGroups
  ) throws(BundleError) -> ProgramOutcome {
    let (accounts, amounts, allocated) = try allocations.amounts(of: program.name, field: 3)
    let refused = try exclusions.exclusions(of: program.name)
    guard allocated == program.allocated else {
      throw sum(
        DataFiles.allocations, "program \(program.name)", allocated.decimal,
        "\(program.allocated.decimal), as committed")
    }
    guard let sumOfParts = program.allocated.adding(program.carry), sumOfParts == program.budget
    else {
      throw sum(
        Commitment.fileName, "program \(program.name)",
        "allocated \(program.allocated.decimal) and carry \(program.carry.decimal)",
        "the budget, \(program.budget.decimal)")
    }
    let limit = epoch == 0 ? .zero : program.budget
    guard program.carriedIn <= limit else {
      throw sum(
        Commitment.fileName, "program \(program.name)", "carried in \(program.carriedIn.decimal)",
        epoch == 0 ? "0 in the first epoch" : "at most the budget, \(limit.decimal)")
    }
    return ProgramOutcome(
      program: program.name, epoch: EpochIndex(epoch), budget: Amount(program.budget),
      carriedIn: Amount(program.carriedIn), accounts: accounts, amounts: amounts,
      exclusions: refused, allocated: Amount(allocated), carry: Amount(program.carry),
      totalWeight: nil)
  }

  // MARK: Campaigns

  func checkCampaigns(_ commitment: Commitment, _ plan: Plan) throws(BundleError) {
    guard commitment.campaigns.map(\.name) == plan.campaigns.map(\.name) else {
      throw BundleError(
        .wrongName, file: Commitment.fileName, place: "campaigns",
        found: commitment.campaigns.map(\.name).joined(separator: ", "),
        expected: plan.campaigns.map(\.name).joined(separator: ", "))
    }
    for (planned, committed) in zip(plan.campaigns, commitment.campaigns) {
      let identifier = CampaignIdentity.identifier(of: planned)
      guard committed.campaign == identifier else {
        throw BundleError(
          .wrongCampaign, file: Commitment.fileName, place: "campaign \(planned.name)",
          found: committed.campaign.hex, expected: "\(identifier.hex), as the plan gives")
      }
    }
  }

  private func loadCampaigns(
    _ commitment: Commitment, _ plan: Plan
  ) throws(BundleError) -> [CampaignEntitlements] {
    try checkCampaigns(commitment, plan)
    var rows = try DataGroups(
      dataFile(DataFiles.entitlements, commitment), DataFiles.entitlements,
      DataFiles.entitlementsHeader, epoch: nil)
    var campaigns: [CampaignEntitlements] = []
    for committed in commitment.campaigns {
      campaigns.append(try entitlements(committed, &rows))
    }
    try rows.expectEnd()
    return campaigns
  }

  private func entitlements(
    _ committed: Commitment.Campaign, _ rows: inout DataGroups
  ) throws(BundleError) -> CampaignEntitlements {
    let (accounts, amounts, total) = try rows.amounts(of: committed.name, field: 2)
    let place = "campaign \(committed.name)"
    guard total == committed.total, accounts.count == committed.count else {
      throw sum(
        DataFiles.entitlements, place, "\(total.decimal) for \(accounts.count.counted("account"))",
        "\(committed.total.decimal) for \(committed.count), as committed")
    }
    let campaign = CampaignEntitlements(
      name: committed.name, identifier: committed.campaign,
      entitlements: Entitlements(accounts: accounts, amounts: amounts),
      parentRoot: committed.parentRoot, parentCommitment: committed.parentCommitment)
    let tree = try? campaign.tree(threads: 1)
    guard (tree?.root ?? .zero) == committed.root else {
      throw BundleError(
        .wrongRoot, file: Commitment.fileName, place: place, found: committed.root.hex,
        expected: "\((tree?.root ?? .zero).hex), from entitlements.csv")
    }
    return campaign
  }

  /// Entitlements less what the bundle's own programs allocate are those under the parent root.
  private func check(
    _ campaigns: [CampaignEntitlements], against outcomes: [ProgramOutcome], _ plan: Plan,
    _ redirects: RedirectTable
  ) throws(BundleError) {
    for campaign in campaigns {
      // By the accounts that receive it.
      var allocated: [Address: UInt256] = [:]
      for outcome in outcomes
      where plan.program(named: outcome.program)?.campaign == campaign.name {
        for (account, amount) in zip(outcome.accounts, outcome.amounts) {
          let target = redirects.end(of: account)
          allocated[target] = (allocated[target] ?? .zero).adding(amount) ?? .max
        }
      }
      try checkParent(of: campaign, allocated)
    }
  }

  private func checkParent(
    of campaign: CampaignEntitlements, _ allocated: [Address: UInt256]
  ) throws(BundleError) {
    let list = campaign.entitlements
    func entitled(_ account: Address) -> UInt256 {
      list.index(of: account).map { list.amounts[$0] } ?? .zero
    }
    let short = allocated.filter { entitled($0.key) < $0.value }.min { $0.key < $1.key }
    if let (account, amount) = short {
      throw sum(
        DataFiles.entitlements, "campaign \(campaign.name), account \(account)",
        entitled(account).decimal, "at least \(amount.decimal), which its programs allocate")
    }
    let before = zip(list.accounts, list.amounts)
      .map { ($0, $1 &- (allocated[$0] ?? .zero)) }.filter { !$0.1.isZero }
    let parent = CampaignEntitlements(
      name: campaign.name, identifier: campaign.identifier,
      entitlements: Entitlements(accounts: before.map(\.0), amounts: before.map(\.1)))
    let root = (try? parent.tree(threads: 1))?.root ?? .zero
    let place = "campaign \(campaign.name)"
    guard campaign.parentRoot == root else {
      throw BundleError(
        .wrongRoot, file: Commitment.fileName, place: "\(place), parentRoot",
        found: campaign.parentRoot.hex,
        expected: "\(root.hex), from entitlements less allocations")
    }
    guard root == .zero || campaign.parentCommitment != .zero else {
      throw BundleError(
        .wrongRoot, file: Commitment.fileName, place: "\(place), parentCommitment",
        found: campaign.parentCommitment.hex, expected: "the identity of the parent root's bundle")
    }
  }

  private func sum(
    _ file: String, _ place: String, _ found: String, _ expected: String
  ) -> BundleError {
    BundleError(.wrongSum, file: file, place: place, found: found, expected: expected)
  }
}
