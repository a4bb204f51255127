import BigInt
import DistributionModel
import EthereumPrimitives

/// What an epoch builds on, as far as the verifier knows it.
struct StrangerParent {
  /// By campaign and account.
  let entitlements: [String: [Address: BigUInt]]
  /// By program.
  let carries: [String: BigUInt]
}

/// What a campaign owes, ascending by account.
typealias StrangerEntitlements = [(account: Address, amount: BigUInt)]

extension VerificationRun {
  // MARK: Parent

  /// The parent's entitlements and carries, from a bundle whose hash the commitment names.
  mutating func loadParent(
    _ commitment: StrangerCommitment, _ plan: Plan
  ) throws -> StrangerParent? {
    let children = commitment.campaigns.filter { $0.parentCommitment != Bytes32.zero.hex }
    guard let folder = sources.parent else {
      if !children.isEmpty || commitment.epoch > 0 {
        leaveOpen(
          "what was carried in, and that the parent root was live: give the parent with --parent")
      }
      return nil
    }
    let parent = try StrangerCommitment(
      bytes: StrangerFiles.read(folder + "/commitment.json", as: "parent: commitment.json"))
    for child in children {
      let before = parent.campaigns.first { $0.name == child.name }
      let place = "commitment.json, campaign \(child.name)"
      try compare(
        "parent commitment", in: place, published: child.parentCommitment,
        recomputed: parent.identity.hex, "Keccak-256 of the parent's commitment.json.")
      try compare(
        "parent root", in: place, published: child.parentRoot,
        recomputed: before?.root ?? "(no such campaign)", "The root in the parent's commitment.")
    }
    let name = "entitlements.csv"
    let bytes = try StrangerFiles.read(folder + "/" + name, as: "parent: \(name)")
    try compare(
      "hash of the parent's \(name)", in: "parent: commitment.json, files",
      published: parent.files[name] ?? "(none)", recomputed: Keccak256.hash(bytes).hex,
      "Keccak-256 of the file's bytes.")
    var entitlements: [String: [Address: BigUInt]] = [:]
    for line in try StrangerLine.lines(of: bytes, "campaign,account,entitlement", "parent: \(name)")
    {
      entitlements[line.text(0), default: [:]][try line.account(1)] = try line.number(2)
    }
    var carries: [String: BigUInt] = [:]
    for program in parent.programs { carries[program.name] = BigUInt(program.carry) ?? 0 }
    hold("the parent is the committed one")
    return StrangerParent(entitlements: entitlements, carries: carries)
  }

  // MARK: Programs

  /// Computes every running program by the reference law and compares its lines.
  mutating func verifyPrograms(
    _ commitment: StrangerCommitment, _ plan: Plan, _ rows: [String: [StrangerRow]],
    _ parent: StrangerParent?
  ) throws -> [(program: Program, outcome: ReferenceLaw.Outcome)] {
    let running = Self.running(plan, commitment.epoch)
    try compare(
      "programs", in: "commitment.json, programs",
      published: commitment.programs.map(\.name).joined(separator: ", "),
      recomputed: running.map(\.name).joined(separator: ", "),
      "Every program that runs in epoch \(commitment.epoch), in the order of the plan.")
    try compare(
      "data files", in: "commitment.json, files",
      published: commitment.files.keys.sorted().joined(separator: ", "),
      recomputed: "allocations.csv, entitlements.csv, exclusions.csv", "No more and no less.")
    var outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)] = []
    for (program, committed) in zip(running, commitment.programs) {
      let outcome = try outcome(of: program, committed, commitment.epoch, plan, rows, parent)
      try compare(outcome, with: committed)
      outcomes.append((program, outcome))
    }
    try compareData(
      commitment, "allocations.csv", DataText.allocations(outcomes, commitment.epoch),
      "The law gives these amounts.")
    try compareData(
      commitment, "exclusions.csv", DataText.exclusions(outcomes, commitment.epoch),
      "The law refuses these accounts, for these reasons.")
    hold("\(outcomes.count) program\(outcomes.count == 1 ? "" : "s") by the reference law")
    return outcomes
  }

  private func outcome(
    of program: Program, _ committed: StrangerCommitment.Program, _ epoch: UInt32, _ plan: Plan,
    _ rows: [String: [StrangerRow]], _ parent: StrangerParent?
  ) throws -> ReferenceLaw.Outcome {
    let place = "commitment.json, program \(program.name)"
    guard var carriedIn = BigUInt(committed.carriedIn) else {
      throw VerificationFailure(
        .malformedJSON, "commitment.json", place, found: committed.carriedIn, expected: "a number")
    }
    if epoch == 0 || parent != nil {
      let expected = epoch == 0 ? 0 : parent?.carries[program.name] ?? 0
      try compare(
        "carried in", in: place, published: "\(carriedIn)", recomputed: "\(expected)",
        "What the program carried out of the epoch before.")
      carriedIn = expected
    }
    do {
      return try ReferenceLaw.outcome(
        of: program, epoch: epoch, epochs: plan.epochs, carriedIn: carriedIn,
        rows: values(of: program, plan, rows))
    } catch {
      throw VerificationReport.Difference(
        what: "outcome of \(program.name)", place: place, published: "allocations",
        recomputed: "no result: \(error)",
        reason: "The law refuses this program (docs/reference/law.md).")
    }
  }

  /// Account and value of every row that a program reads.
  private func values(
    of program: Program, _ plan: Plan, _ rows: [String: [StrangerRow]]
  ) -> [(account: Address, value: BigUInt)] {
    let column: String?
    switch program.basis {
    case .givenAmounts(let name): column = name
    case .weights(let name): column = name
    }
    switch program.recipients {
    case .inline(let list):
      return list.map { ($0.account, ReferenceLaw.big($0.amount.baseUnits)) }
    case .source(let name):
      let index = plan.source(named: name)?.columns.firstIndex { $0.name == column } ?? 0
      return (rows[name] ?? []).map { ($0.account, $0.values[index]) }
    }
  }

  private func compare(
    _ outcome: ReferenceLaw.Outcome, with committed: StrangerCommitment.Program
  ) throws(VerificationReport.Difference) {
    let place = "commitment.json, program \(committed.name)"
    try compare(
      "budget of the epoch", in: place, published: committed.budget,
      recomputed: "\(outcome.budget)", "Emission of the epoch and what was carried in.")
    try compare(
      "allocated", in: place, published: committed.allocated,
      recomputed: "\(outcome.allocated)", "The sum of the program's allocations.")
    try compare(
      "carry", in: place, published: committed.carry, recomputed: "\(outcome.carry)",
      "Budget less allocated.")
  }

  /// Compares a data file with what was computed, then its hash with the committed one.
  private func compareData(
    _ commitment: StrangerCommitment, _ name: String, _ recomputed: [UInt8], _ reason: String
  ) throws {
    let bytes = try read(name)
    try compareLines(bytes, recomputed, name, reason)
    try compare(
      "hash of \(name)", in: "commitment.json, files",
      published: commitment.files[name] ?? "(none)", recomputed: Keccak256.hash(bytes).hex,
      "Keccak-256 of the file's bytes.")
  }

  // MARK: Entitlements

  /// Entitlements of every campaign, in the order of the plan.
  mutating func verifyEntitlements(
    _ commitment: StrangerCommitment, _ plan: Plan,
    _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)], _ parent: StrangerParent?
  ) throws -> [StrangerEntitlements] {
    try compare(
      "campaigns", in: "commitment.json, campaigns",
      published: commitment.campaigns.map(\.name).joined(separator: ", "),
      recomputed: plan.campaigns.map(\.name).joined(separator: ", "),
      "Every campaign, in the order of the plan.")
    let published = try read("entitlements.csv")
    var before = parent?.entitlements ?? [:]
    if parent == nil {
      before = try impliedParents(commitment, outcomes, published)
    }
    var result: [StrangerEntitlements] = []
    for (campaign, committed) in zip(plan.campaigns, commitment.campaigns) {
      let identifier = ReferenceTree.identifier(of: campaign).hex
      try compare(
        "identifier of \(campaign.name)", in: "commitment.json, campaigns",
        published: committed.campaign, recomputed: identifier,
        "Chain, distributor, token, creator, salt and terms of the plan.")
      let allocated = outcomes.filter { $0.program.campaign == campaign.name }
      result.append(
        try entitlements(of: campaign, allocated.map(\.outcome.amounts), before[campaign.name]))
    }
    try compareData(
      commitment, "entitlements.csv", DataText.entitlements(plan.campaigns.map(\.name), result),
      "Entitlements under the parent and what was allocated now.")
    hold("entitlements: those of the parent and what was allocated")
    return result
  }

  private func entitlements(
    of campaign: Campaign, _ allocated: [[(account: Address, amount: BigUInt)]],
    _ before: [Address: BigUInt]?
  ) throws -> StrangerEntitlements {
    do {
      return try ReferenceLaw.entitlements(
        parent: before ?? [:], allocated: allocated, hasContract: campaign.deployment != nil)
    } catch {
      throw VerificationReport.Difference(
        what: "entitlements of \(campaign.name)", place: "entitlements.csv",
        published: "a list", recomputed: "no result: \(error)",
        reason: "The law refuses the sum (docs/reference/law.md, section 6).")
    }
  }

  /// Without the parent's bundle: what the published entitlements imply of it, and that its tree
  /// has the parent root that the commitment names. What falls below an allocation shows here.
  private mutating func impliedParents(
    _ commitment: StrangerCommitment,
    _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)], _ published: [UInt8]
  ) throws -> [String: [Address: BigUInt]] {
    var before: [String: [Address: BigUInt]] = [:]
    let name = "entitlements.csv"
    for line in try StrangerLine.lines(of: published, "campaign,account,entitlement", name) {
      before[line.text(0), default: [:]][try line.account(1)] = try line.number(2)
    }
    for (program, outcome) in outcomes {
      for entry in outcome.amounts {
        let entitled = before[program.campaign]?[entry.account] ?? 0
        guard entitled >= entry.amount else {
          throw VerificationReport.Difference(
            what: "entitlement of \(entry.account) in campaign \(program.campaign)", place: name,
            published: "\(entitled)", recomputed: "at least \(entry.amount)",
            reason: "Its program \(program.name) allocates that much to it.")
        }
        before[program.campaign]?[entry.account] = entitled - entry.amount
      }
    }
    for committed in commitment.campaigns {
      let list = (before[committed.name] ?? [:]).filter { !$0.value.isZero }
      before[committed.name] = list
      let campaign = (try? Bytes32(hex: committed.campaign)) ?? .zero
      let leaves = list.map {
        ReferenceTree.leaf(
          campaign: campaign, account: $0.key, entitlement: ReferenceLaw.word($0.value))
      }
      try compare(
        "parent root of \(committed.name)", in: "commitment.json, campaigns",
        published: committed.parentRoot, recomputed: ReferenceTree.root(leaves).hex,
        "The tree of the entitlements less what is allocated now.")
    }
    return before
  }
}

/// The bytes of the data files, as `docs/reference/bundle.md` states them.
enum DataText {
  static func allocations(
    _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)], _ epoch: UInt32
  ) -> [UInt8] {
    var text = Array("program,epoch,account,amount\n".utf8)
    for (program, outcome) in outcomes {
      for entry in outcome.amounts {
        text += Array("\(program.name),\(epoch),\(entry.account.hex),\(entry.amount)\n".utf8)
      }
    }
    return text
  }

  static func exclusions(
    _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)], _ epoch: UInt32
  ) -> [UInt8] {
    var text = Array("program,epoch,account,reason,value\n".utf8)
    for (program, outcome) in outcomes {
      for entry in outcome.refused {
        let reason = entry.reason.rawValue
        text += Array(
          "\(program.name),\(epoch),\(entry.account.hex),\(reason),\(entry.value)\n".utf8)
      }
    }
    return text
  }

  static func entitlements(_ names: [String], _ lists: [StrangerEntitlements]) -> [UInt8] {
    var text = Array("campaign,account,entitlement\n".utf8)
    for (name, list) in zip(names, lists) {
      for entry in list { text += Array("\(name),\(entry.account.hex),\(entry.amount)\n".utf8) }
    }
    return text
  }
}
