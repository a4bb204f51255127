import BigInt
import DistributionModel
import EthereumPrimitives
import PlanFile

/// What an epoch builds on, as far as the verifier knows it.
struct StrangerParent {
  /// By campaign and account.
  let entitlements: [String: [Address: BigUInt]]
  /// By program.
  let carries: [String: BigUInt]
}

extension VerificationRun {
  /// The parent's entitlements and carries, where its bundle was given: it must be the one that the
  /// commitment names, of the epoch before, and nothing that it promises may be gone.
  mutating func loadParent(
    _ commitment: StrangerCommitment, _ plan: Plan
  ) throws -> StrangerParent? {
    try verifyParentNames(commitment)
    guard let folder = sources.parent else {
      if commitment.epoch > 0
        || commitment.campaigns.contains(where: { $0.parentCommitment != Bytes32.zero.hex })
      {
        leaveOpen(
          "what was carried in, and that the parent root was live: give the parent with --parent")
      }
      return nil
    }
    let parent = try StrangerCommitment(
      bytes: StrangerFiles.read(folder + "/commitment.json", as: "parent: commitment.json"))
    try verifyParentCampaigns(commitment, parent)
    let planBytes = try StrangerFiles.read(folder + "/plan.yaml", as: "parent: plan.yaml")
    let parentPlan = try Self.parsePlan(planBytes, "parent: plan.yaml")
    try compare(
      "hash of the parent's plan", in: "parent: commitment.json, plan", published: parent.planHash,
      recomputed: parentPlan.canonicalHash.hex, Self.planReason)
    try verifySuccession(commitment, plan, parent, parentPlan)
    let entitlements = try parentEntitlements(folder, parent)
    var carries: [String: BigUInt] = [:]
    for program in parent.programs { carries[program.name] = BigUInt(program.carry) ?? 0 }
    hold("the parent is the committed one")
    return StrangerParent(entitlements: entitlements, carries: carries)
  }

  /// A parent root comes with its bundle's identity, and all campaigns build on one bundle.
  private func verifyParentNames(
    _ commitment: StrangerCommitment
  ) throws(VerificationReport.Difference) {
    let zero = Bytes32.zero.hex
    for campaign in commitment.campaigns where campaign.parentCommitment == zero {
      try compare(
        "parent root", in: "commitment.json, campaign \(campaign.name)",
        published: campaign.parentRoot, recomputed: zero,
        "It names no parent commitment, and a parent root is committed together with its bundle.")
    }
    let children = commitment.campaigns.filter { $0.parentCommitment != zero }
    let first = children.first?.parentCommitment
    for campaign in children where campaign.parentCommitment != first {
      throw VerificationReport.Difference(
        what: "parent commitments", place: "commitment.json, campaigns",
        published: "\(first ?? zero) of \(children[0].name), "
          + "\(campaign.parentCommitment) of \(campaign.name)",
        recomputed: "one for both", reason: "A bundle has one parent.")
    }
  }

  private func verifyParentCampaigns(
    _ commitment: StrangerCommitment, _ parent: StrangerCommitment
  ) throws(VerificationReport.Difference) {
    for child in commitment.campaigns {
      let before = parent.campaigns.first { $0.name == child.name }
      let place = "commitment.json, campaign \(child.name)"
      try compare(
        "parent commitment", in: place, published: child.parentCommitment,
        recomputed: before == nil ? Bytes32.zero.hex : parent.identity.hex,
        "Keccak-256 of the parent's commitment.json; zero for a campaign that it does not have.")
      try compare(
        "parent root", in: place, published: child.parentRoot,
        recomputed: before?.root ?? Bytes32.zero.hex, "The root in the parent's commitment.")
      try compare(
        "identifier", in: place, published: child.campaign,
        recomputed: before?.campaign ?? child.campaign,
        "A campaign is the same one in the parent: its leaves and its contract share it.")
    }
    for before in parent.campaigns where before.count > 0 {
      try compare(
        "campaign \(before.name)", in: "commitment.json, campaigns",
        published: commitment.campaigns.first { $0.name == before.name }?.name ?? "(none)",
        recomputed: before.name, "The parent owes something in it, and entitlements never fall.")
    }
  }

  /// A later epoch goes on where its parent ended; what was paid in an epoch is not paid again.
  private func verifySuccession(
    _ commitment: StrangerCommitment, _ plan: Plan, _ parent: StrangerCommitment,
    _ parentPlan: Plan
  ) throws(VerificationReport.Difference) {
    let epoch = commitment.epoch
    for program in Self.running(plan, epoch) where epoch <= parent.epoch {
      let twin = parentPlan.programs.first { $0.name == program.name }
      guard twin?.campaign == program.campaign else { continue }
      throw VerificationReport.Difference(
        what: "epoch of \(program.name)", place: "commitment.json, epoch", published: "\(epoch)",
        recomputed: "an epoch after \(parent.epoch)",
        reason: "The parent's plan has this program, and that epoch is paid.")
    }
    guard epoch > 0 else { return }
    try compare(
      "epoch", in: "commitment.json, epoch", published: "\(epoch)",
      recomputed: "\(UInt64(parent.epoch) + 1)", "The epoch after the parent's.")
    let running = Self.running(plan, epoch) + Self.running(parentPlan, epoch)
    for name in running.map(\.name) {
      let rule = Self.rule(name, plan)
      let before = Self.rule(name, parentPlan)
      guard before != nil || !Self.startsLater(name, plan, epoch) else { continue }
      try compare(
        "emission of \(name)", in: "plan.yaml", published: rule ?? "(none)",
        recomputed: before ?? "(none)",
        "A program's epochs add up to its budget only where all of them follow one rule.")
    }
  }

  /// True for a program that loses nothing by being new in the epoch: one that emits nothing before
  /// it, or has no budget but what comes in.
  private static func startsLater(_ name: String, _ plan: Plan, _ epoch: UInt32) -> Bool {
    guard let program = plan.programs.first(where: { $0.name == name }) else { return false }
    if program.revenue != nil { return true }
    guard let emission = program.emission, let epochs = plan.epochs, epoch < epochs.count else {
      return false
    }
    let budget = ReferenceLaw.big(program.budget.baseUnits)
    return ReferenceLaw.cumulative(emission, epoch, of: budget, over: epochs.count).isZero
  }

  /// What a program's epochs follow from; nil for a program that is not there or pays once.
  private static func rule(_ name: String, _ plan: Plan) -> String? {
    guard let program = plan.programs.first(where: { $0.name == name }), program.isRecurring,
      let epochs = plan.epochs
    else { return nil }
    let budget = program.revenue?.text ?? program.budget.description
    let shape =
      switch program.emission {
      case nil: "as it comes in"
      case .constant: "constant"
      case .linearDecay: "linear-decay"
      case .exponentialDecay(let halfLife): "exponential-decay, half-life \(halfLife)"
      case .table(let amounts): "table \(amounts.map(\.description).joined(separator: " "))"
      }
    return "campaign \(program.campaign), budget \(budget), \(shape), "
      + "\(epochs.count.counted("epoch")) of \(epochs.length.counted("second")) from "
      + "\(epochs.start.seconds)"
  }

  private func parentEntitlements(
    _ folder: String, _ parent: StrangerCommitment
  ) throws -> [String: [Address: BigUInt]] {
    let name = "entitlements.csv"
    let bytes = try StrangerFiles.read(folder + "/" + name, as: "parent: \(name)")
    try compare(
      "hash of the parent's \(name)", in: "parent: commitment.json, files",
      published: parent.files[name] ?? "(none)", recomputed: Keccak256.hash(bytes).hex,
      "Keccak-256 of the file's bytes.")
    return try Self.entitlements(bytes, "parent: \(name)")
  }

  /// An `entitlements.csv` by campaign and account.
  private static func entitlements(
    _ bytes: [UInt8], _ file: String
  ) throws(VerificationFailure) -> [String: [Address: BigUInt]] {
    var entitlements: [String: [Address: BigUInt]] = [:]
    for line in try StrangerLine.lines(of: bytes, "campaign,account,entitlement", file) {
      entitlements[line.text(0), default: [:]][try line.account(1)] = try line.number(2)
    }
    return entitlements
  }

  /// Without the parent's bundle: what the published entitlements imply of it. Where no parent root
  /// is committed, nothing was owed before.
  func impliedParents(
    _ commitment: StrangerCommitment,
    _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)],
    _ targets: [Address: Address], _ published: [UInt8]
  ) throws -> [String: [Address: BigUInt]] {
    let name = "entitlements.csv"
    var before = try Self.entitlements(published, name)
    for campaign in commitment.campaigns where campaign.parentRoot == Bytes32.zero.hex {
      before[campaign.name] = nil
    }
    for (program, outcome) in outcomes where before[program.campaign] != nil {
      for entry in outcome.amounts {
        let account = targets[entry.account] ?? entry.account
        let entitled = before[program.campaign]?[account] ?? 0
        guard entitled >= entry.amount else {
          throw VerificationReport.Difference(
            what: "entitlement of \(account.hex) in campaign \(program.campaign)", place: name,
            published: "\(entitled)", recomputed: "at least \(entry.amount)",
            reason: "Its program \(program.name) allocates that much to it.")
        }
        before[program.campaign]?[account] = entitled - entry.amount
      }
    }
    return before.mapValues { list in list.filter { !$0.value.isZero } }
  }

  /// The tree of what was owed before has the parent root that the commitment names.
  func verifyParentRoots(
    _ commitment: StrangerCommitment, _ before: [String: [Address: BigUInt]]
  ) throws(VerificationReport.Difference) {
    let reason =
      sources.parent == nil
      ? "The tree of the published entitlements less what is allocated now. Either this root is "
        + "wrong or an entitlement is: give the parent with --parent to see which."
      : "The tree of the parent's entitlements."
    for committed in commitment.campaigns {
      let campaign = (try? Bytes32(hex: committed.campaign)) ?? .zero
      let leaves = (before[committed.name] ?? [:]).map {
        ReferenceTree.leaf(
          campaign: campaign, account: $0.key, entitlement: ReferenceLaw.word($0.value))
      }
      try compare(
        "parent root", in: "commitment.json, campaign \(committed.name)",
        published: committed.parentRoot, recomputed: ReferenceTree.root(leaves).hex, reason)
    }
  }
}
