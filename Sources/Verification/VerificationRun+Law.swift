import BigInt
import DistributionModel
import EthereumPrimitives

/// What a campaign owes, ascending by account.
typealias StrangerEntitlements = [(account: Address, amount: BigUInt)]

extension VerificationRun {
  // MARK: Programs

  /// Computes every running program by the reference law and compares its lines.
  mutating func verifyPrograms(
    _ commitment: StrangerCommitment, _ plan: Plan, _ inputs: ReferenceLaw.Inputs,
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
    var inputs = inputs
    inputs.prices = try prices(readBy: running, plan, commitment.epoch, inputs)
    for (program, committed) in zip(running, commitment.programs) {
      let isHidden = sources.openings == nil && plan.readsPrivately(program)
      var outcome =
        isHidden
        ? try publishedOutcome(of: program, committed, commitment, plan, inputs, parent)
        : try outcome(of: program, committed, commitment.epoch, plan, inputs, parent)
      if plan.readsPrivately(program) { outcome = outcome.withoutValues }
      try compare(
        "budget of the epoch", in: "commitment.json, program \(committed.name)",
        published: committed.budget, recomputed: "\(outcome.budget)",
        "\(program.revenue == nil ? "Emission" : "Part of the revenue") of the epoch, and "
          + "\(committed.carriedIn) carried in.")
      outcomes.append((program, outcome))
      inputs.outcomes[program.name] = outcome
    }
    try compareData(
      commitment, "allocations.csv", DataText.allocations(outcomes, commitment.epoch),
      .allocations
    ) { _ in "The law gives these amounts." }
    try compareData(
      commitment, "exclusions.csv", DataText.exclusions(outcomes, commitment.epoch), .exclusions
    ) { _ in "The law refuses these accounts, for these reasons." }
    for (pair, committed) in zip(outcomes, commitment.programs) {
      try compareSums(pair.outcome, with: committed)
    }
    holdPrograms(outcomes.map(\.program), of: plan)
    return outcomes
  }

  private func prices(
    readBy programs: [Program], _ plan: Plan, _ epoch: UInt32, _ inputs: ReferenceLaw.Inputs
  ) throws(VerificationReport.Difference) -> [String: BigUInt] {
    do {
      return try ReferenceLaw.prices(
        readBy: programs, of: plan, epoch: epoch, observations: inputs.observations)
    } catch {
      throw VerificationReport.Difference(
        what: "prices", place: "plan.yaml, prices", published: "allocations",
        recomputed: "no result: \(error)",
        reason: "The law refuses a price of the epoch (docs/reference/law.md, section 17).")
    }
  }

  private func outcome(
    of program: Program, _ committed: StrangerCommitment.Program, _ epoch: UInt32, _ plan: Plan,
    _ inputs: ReferenceLaw.Inputs, _ parent: StrangerParent?
  ) throws -> ReferenceLaw.Outcome {
    let place = "commitment.json, program \(program.name)"
    let carriedIn = try carriedIn(program, committed, epoch, parent)
    do {
      return try ReferenceLaw.outcome(
        of: program, epoch: epoch, epochs: plan.epochs, carriedIn: carriedIn,
        inputs: inputs)
    } catch {
      throw VerificationReport.Difference(
        what: "outcome of \(program.name)", place: place, published: "allocations",
        recomputed: "no result: \(error)",
        reason: "The law refuses this program (docs/reference/law.md).")
    }
  }

  func carriedIn(
    _ program: Program, _ committed: StrangerCommitment.Program, _ epoch: UInt32,
    _ parent: StrangerParent?
  ) throws -> BigUInt {
    let place = "commitment.json, program \(program.name)"
    guard let carriedIn = BigUInt(committed.carriedIn) else {
      throw VerificationFailure(
        .malformedJSON, "commitment.json", place, found: committed.carriedIn, expected: "a number")
    }
    guard epoch == 0 || parent != nil else { return carriedIn }
    let expected = epoch == 0 ? 0 : parent?.carries[program.name] ?? 0
    try compare(
      "carried in", in: place, published: "\(carriedIn)", recomputed: "\(expected)",
      "What the program carried out of the epoch before.")
    return expected
  }

  private func compareSums(
    _ outcome: ReferenceLaw.Outcome, with committed: StrangerCommitment.Program
  ) throws(VerificationReport.Difference) {
    let place = "commitment.json, program \(committed.name)"
    try compare(
      "allocated", in: place, published: committed.allocated,
      recomputed: "\(outcome.allocated)", "The sum of the program's allocations.")
    try compare(
      "carry", in: place, published: committed.carry, recomputed: "\(outcome.carry)",
      "Budget less allocated.")
  }

  /// Compares a data file with what was computed, then its hash with the committed one.
  private func compareData(
    _ commitment: StrangerCommitment, _ name: String, _ recomputed: [UInt8],
    _ subject: LineSubject, _ reason: ([String]?) -> String
  ) throws {
    let bytes = try read(name)
    try compareLines(bytes, recomputed, name, subject, reason)
    try compare(
      "hash of \(name)", in: "commitment.json, files",
      published: commitment.files[name] ?? "(none)", recomputed: Keccak256.hash(bytes).hex,
      "Keccak-256 of the file's bytes.")
  }

  // MARK: Entitlements

  /// Entitlements of every campaign, in the order of the plan.
  mutating func verifyEntitlements(
    _ commitment: StrangerCommitment, _ plan: Plan,
    _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)],
    _ inputs: ReferenceLaw.Inputs, _ parent: StrangerParent?
  ) throws -> [StrangerEntitlements] {
    let published = try read("entitlements.csv")
    let targets = try self.targets(of: plan, inputs)
    let before =
      try parent?.entitlements
      ?? impliedParents(commitment, outcomes, targets, published)
    if parent != nil { try verifyParentRoots(commitment, before) }
    var result: [StrangerEntitlements] = []
    for campaign in plan.campaigns {
      let allocated = outcomes.filter { $0.program.campaign == campaign.name }
      result.append(
        try entitlements(
          of: campaign, allocated.map(\.outcome.amounts), targets, before[campaign.name]))
    }
    try compareData(
      commitment, "entitlements.csv", DataText.entitlements(plan.campaigns.map(\.name), result),
      .entitlements
    ) { Self.origin(of: $0, outcomes, targets, before) }
    if parent == nil { try verifyParentRoots(commitment, before) }
    for (campaign, committed) in zip(plan.campaigns, commitment.campaigns) {
      let allocated = outcomes.filter { $0.program.campaign == campaign.name }
      try verifyCohort(campaign, committed, allocated.map(\.outcome.allocated).reduce(0, +))
    }
    hold("entitlements: those of the parent and what was allocated")
    return result
  }

  /// What an entitlement is made of, by its campaign and account.
  private static func origin(
    of fields: [String]?, _ outcomes: [(program: Program, outcome: ReferenceLaw.Outcome)],
    _ targets: [Address: Address], _ before: [String: [Address: BigUInt]]
  ) -> String {
    guard let fields, let account = try? Address(fields[1]) else {
      return "Entitlements under the parent and what was allocated now."
    }
    let owed = before[fields[0]]?[account] ?? 0
    var parts = owed > 0 ? ["\(owed) under the parent"] : []
    for (program, outcome) in outcomes where program.campaign == fields[0] {
      let amounts = outcome.amounts.filter { (targets[$0.account] ?? $0.account) == account }
      let sum = amounts.reduce(BigUInt(0)) { $0 + $1.amount }
      if sum > 0 { parts.append("\(sum) by program \(program.name)") }
    }
    guard !parts.isEmpty else {
      return "Nothing was owed to it under a parent root, and no program allocates to it now."
    }
    return "It is owed \(parts.joined(separator: " and "))"
      + (owed > 0 ? "." : "; nothing was owed to it under a parent root.")
  }

  /// A schedule pays one cohort: what has a root allocates nothing more.
  private func verifyCohort(
    _ campaign: Campaign, _ committed: StrangerCommitment.Campaign, _ allocated: BigUInt
  ) throws(VerificationReport.Difference) {
    guard campaign.vesting.shape != .immediate, committed.parentRoot != Bytes32.zero.hex else {
      return
    }
    try compare(
      "allocated in campaign \(campaign.name)", in: "allocations.csv", published: "\(allocated)",
      recomputed: "0", "It vests, and has a root: after the first one nobody's vesting starts.")
  }

  private func targets(
    of plan: Plan, _ inputs: ReferenceLaw.Inputs
  ) throws(VerificationReport.Difference) -> [Address: Address] {
    do {
      return try ReferenceLaw.targets(of: plan, inputs)
    } catch {
      throw VerificationReport.Difference(
        what: "redirects", place: "plan.yaml, redirects", published: "a list",
        recomputed: "no result: \(error)",
        reason: "The law refuses these redirects (docs/reference/law.md, section 6).")
    }
  }

  private func entitlements(
    of campaign: Campaign, _ allocated: [[(account: Address, amount: BigUInt)]],
    _ targets: [Address: Address], _ before: [Address: BigUInt]?
  ) throws -> StrangerEntitlements {
    do {
      return try ReferenceLaw.entitlements(
        parent: before ?? [:], allocated: allocated, targets: targets,
        hasContract: campaign.deployment != nil)
    } catch {
      throw VerificationReport.Difference(
        what: "entitlements of \(campaign.name)", place: "entitlements.csv",
        published: "a list", recomputed: "no result: \(error)",
        reason: "The law refuses the sum (docs/reference/law.md, section 6).")
    }
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
          "\(program.name),\(epoch),\(entry.account.hex),\(reason),\(entry.text)\n".utf8)
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
