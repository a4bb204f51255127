import Bundle
import DistributionCore
import DistributionModel
import EthereumPrimitives
import PlanFile

/// Whether an epoch may be built on a parent: what was paid is not paid again, what is owed is not
/// lost, and what was promised is not changed.
struct ParentCheck {
  let plan: Plan
  let epoch: UInt32
  let parent: LoadedBundle

  private var before: Plan { parent.plan.plan }

  static func check(_ request: BundleMaking.Request) throws(EngineError) {
    let epoch = request.epoch.number
    guard let parent = request.parent else {
      guard epoch == 0 else { throw .parentMissing(epoch: epoch) }
      return
    }
    let check = ParentCheck(plan: request.plan, epoch: epoch, parent: parent)
    try check.checkEpoch()
    try check.checkCampaigns()
    if epoch > 0 { try check.checkPrograms() }
  }

  /// Epoch 0 of a plan may build on any bundle; a later one goes on where its parent ended.
  private func checkEpoch() throws(EngineError) {
    let last = parent.commitment.epoch
    for program in Allocating.running(in: EpochIndex(epoch), of: plan) where epoch <= last {
      guard before.program(named: program.name)?.campaign == program.campaign else { continue }
      throw .epochAlreadyPaid(program: program.name, epoch: epoch, parent: last)
    }
    guard epoch == 0 || epoch - 1 == last else {
      throw .epochLeftOut(epoch: epoch, parent: last)
    }
    guard plan.isDraft || !parent.commitment.isDraft else { throw .parentIsDraft }
  }

  // MARK: Campaigns

  private func checkCampaigns() throws(EngineError) {
    for campaign in plan.campaigns {
      guard let twin = before.campaign(named: campaign.name) else { continue }
      let facts = zip(facts(of: twin, in: before), facts(of: campaign, in: plan))
      if let (old, new) = facts.first(where: { $0 != $1 }) {
        throw .campaignChanged(
          name: campaign.name, what: old.what, parent: old.text, plan: new.text)
      }
    }
    for campaign in parent.campaigns where plan.campaign(named: campaign.name) == nil {
      let accounts = campaign.entitlements.accounts.count
      guard accounts == 0 else {
        throw .campaignMissing(name: campaign.name, accounts: accounts)
      }
    }
  }

  private struct Fact: Equatable {
    let what: String
    let text: String
  }

  /// What makes a campaign the one it is. A draft's identity is always zero, so that its terms are
  /// compared too.
  private func facts(of campaign: Campaign, in plan: Plan) -> [Fact] {
    let nobody = Roles(owner: .zero, publisher: .zero, guardian: .zero)
    let terms = CampaignIdentity.termsHash(of: campaign, roles: nobody)
    return [
      Fact(what: "token", text: campaign.token),
      Fact(what: "decimals", text: "\(plan.token(named: campaign.token)?.decimals ?? 0)"),
      Fact(what: "identity", text: CampaignIdentity.identifier(of: campaign).hex),
      Fact(what: "terms", text: terms.hex),
    ]
  }

  // MARK: Programs

  private func checkPrograms() throws(EngineError) {
    let index = EpochIndex(epoch)
    for program in Allocating.running(in: index, of: plan) {
      guard let twin = before.program(named: program.name) else {
        try checkNothingIsLost(program)
        continue
      }
      let facts = zip(facts(of: twin, in: before), facts(of: program, in: plan))
      if let (old, new) = facts.first(where: { $0 != $1 }) {
        throw .programChanged(
          name: program.name, what: old.what, parent: old.text, plan: new.text)
      }
    }
    for twin in Allocating.running(in: index, of: before) {
      guard plan.program(named: twin.name)?.isRecurring != true else { continue }
      throw .programChanged(
        name: twin.name, what: twin.revenue == nil ? "emission" : "budget",
        parent: twin.revenue?.text ?? twin.emissionText, plan: "none")
    }
  }

  /// A program that comes later emits nothing in the epochs that are over.
  private func checkNothingIsLost(_ program: Program) throws(EngineError) {
    guard let emission = program.emission, let epochs = plan.epochs, epoch < epochs.count else {
      return
    }
    let lost = emission.cumulative(epoch, of: program.budget.baseUnits, over: epochs.count)
    guard lost.isZero else {
      let token = PlanReviewing.token(of: program, in: plan)
      throw .emissionLost(program: program.name, epoch: epoch, amount: token.text(lost))
    }
  }

  /// What a program's budget over all epochs follows from.
  private func facts(of program: Program, in plan: Plan) -> [Fact] {
    let epochs = plan.epochs.map {
      "\($0.count.counted("epoch")) of \($0.length.counted("second")) from \($0.start.iso8601)"
    }
    return [
      Fact(what: "campaign", text: program.campaign),
      Fact(
        what: "budget",
        text: program.revenue?.text
          ?? PlanReviewing.token(of: program, in: plan).text(program.budget.baseUnits)),
      Fact(what: "emission", text: program.emissionText),
      Fact(what: "schedule", text: epochs ?? "none"),
    ]
  }
}

extension Program {
  fileprivate var emissionText: String {
    switch emission {
    case nil: "none"
    case .constant: "constant"
    case .linearDecay: "linear-decay"
    case .exponentialDecay(let halfLife):
      "exponential-decay with a half-life of \(halfLife.counted("epoch"))"
    case .table(let amounts): "table \(amounts.map(\.description).joined(separator: ", "))"
    }
  }
}
