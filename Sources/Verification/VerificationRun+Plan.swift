import DistributionModel
import EthereumPrimitives
import PlanFile

/// What is committed before any amount is computed: the plan, the epoch, the campaigns.
extension VerificationRun {
  static let planReason = "The hash of the plan's canonical form, defaults written out."

  mutating func verifyPlan(_ commitment: StrangerCommitment) throws -> Plan {
    let published = try Self.parsed(read("plan.yaml"), "plan.yaml")
    let own = try sources.plan.map { try Self.parsed(StrangerFiles.read($0, as: $0), $0) }
    try compare(published, own, with: commitment.planHash)
    if own == nil {
      leaveOpen("whether plan.yaml is the plan that was announced: give it with --plan")
    }
    let plan = published.plan
    try compare(
      "draft", in: "commitment.json", published: "\(commitment.isDraft)",
      recomputed: "\(plan.isDraft)", "A plan with a campaign without deployment is a draft.")
    try compare(
      "law", in: "commitment.json", published: "\(commitment.law)", recomputed: "\(plan.law)",
      "The plan names the law that computes it.")
    hold("the plan is the committed one")
    return plan
  }

  /// Which of the three is another one: the plan in the bundle, the announced one, or the hash.
  private func compare(
    _ published: ParsedPlan, _ own: ParsedPlan?, with hash: String
  ) throws(VerificationReport.Difference) {
    let isCommitted = published.plan.canonicalHash.hex == hash
    if let own, isCommitted || own.plan.canonicalHash.hex == hash {
      try compare(
        published, with: own,
        isCommitted
          ? "The plan that you gave is not the one that the bundle commits to."
          : "The plan that you gave has the committed hash: plan.yaml was changed.")
    }
    var reason = Self.planReason
    if let own, own.plan.canonicalHash == published.plan.canonicalHash {
      reason += " plan.yaml is the plan that you gave: the commitment is about another one."
    } else if own == nil {
      reason += " Give the announced plan with --plan to see which of the two was changed."
    }
    try compare(
      "hash of the plan", in: "commitment.json, plan", published: hash,
      recomputed: published.plan.canonicalHash.hex, reason)
  }

  /// Tells the first thing that two plans say differently.
  private func compare(
    _ published: ParsedPlan, with own: ParsedPlan, _ reason: String
  ) throws(VerificationReport.Difference) {
    if let change = PlanChange.changes(from: published, to: own).first {
      let part =
        change.part.kind == .plan
        ? "the plan" : "\(change.part.kind.rawValue) \(change.part.name)"
      let line = change.before?.line.map { ", line \($0)" } ?? ""
      throw VerificationReport.Difference(
        what: change.key.isEmpty ? part : "\(change.key) of \(part)", place: "plan.yaml" + line,
        published: change.before?.value ?? "(not stated)",
        recomputed: change.after?.value ?? "(not stated)", reason: reason)
    }
    try compare(
      "hash of the plan", in: "plan.yaml", published: published.plan.canonicalHash.hex,
      recomputed: own.plan.canonicalHash.hex, reason)
  }

  static func parsePlan(_ bytes: [UInt8], _ name: String) throws(VerificationFailure) -> Plan {
    try parsed(bytes, name).plan
  }

  private static func parsed(
    _ bytes: [UInt8], _ name: String
  ) throws(VerificationFailure) -> ParsedPlan {
    do {
      return try PlanFile.parse(bytes, file: name)
    } catch {
      throw VerificationFailure(
        .malformedPlan, name, found: error.problems.first?.description ?? "no plan",
        expected: "a plan")
    }
  }

  static func running(_ plan: Plan, _ epoch: UInt32) -> [Program] {
    plan.programs.filter { $0.isRecurring || epoch == 0 }
  }

  // MARK: Epoch

  /// The epoch is one of the plan's, and the one that every committed line names.
  func verifyEpoch(_ commitment: StrangerCommitment, _ plan: Plan) throws {
    let epoch = commitment.epoch
    let place = "commitment.json, epoch"
    let last = plan.programs.contains(where: \.isRecurring) ? (plan.epochs?.count ?? 1) - 1 : 0
    guard epoch <= last else {
      throw VerificationReport.Difference(
        what: "epoch", place: place, published: "\(epoch)",
        recomputed: last == 0 ? "0" : "0 … \(last)",
        reason: last == 0
          ? "A plan without emission has one epoch." : "The plan's `epochs` end there.")
    }
    for name in ["allocations.csv", "exclusions.csv"] {
      let bytes = try read(name)
      let digits = Array("\(epoch)".utf8)
      let lines = StrangerFiles.lines(bytes)
      // A file that is not the committed one says nothing about the commitment.
      guard
        let other = lines.dropFirst().firstIndex(where: { Self.epoch(of: $0) != digits[...] }),
        let named = Self.epoch(of: lines[other]),
        Keccak256.hash(bytes).hex == commitment.files[name]
      else { continue }
      try compare(
        "epoch", in: place, published: "\(epoch)",
        recomputed: "\(String(decoding: named, as: UTF8.self)), in line \(other + 1) of \(name)",
        "Every line of the committed \(name) names the epoch.")
    }
  }

  /// The second field of a line.
  private static func epoch(of line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let first = line.firstIndex(of: 0x2C),
      let second = line[(first + 1)...].firstIndex(of: 0x2C)
    else { return nil }
    return line[(first + 1)..<second]
  }

  // MARK: Campaigns

  /// Every campaign of the plan, under the identifier that its terms give.
  func verifyCampaigns(
    _ commitment: StrangerCommitment, _ plan: Plan
  ) throws(VerificationReport.Difference) {
    try compare(
      "campaigns", in: "commitment.json, campaigns",
      published: commitment.campaigns.map(\.name).joined(separator: ", "),
      recomputed: plan.campaigns.map(\.name).joined(separator: ", "),
      "Every campaign, in the order of the plan.")
    for (campaign, committed) in zip(plan.campaigns, commitment.campaigns) {
      try compare(
        "identifier of \(campaign.name)", in: "commitment.json, campaigns",
        published: committed.campaign, recomputed: ReferenceTree.identifier(of: campaign).hex,
        "Chain, distributor, token, creator, salt and terms of the plan.")
    }
  }
}
