import DistributionCore
import DistributionModel
import EthereumPrimitives

/// Why an epoch cannot be built on its parent, or not be computed.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The law stops it.
  case law(LawError)
  /// Epoch n of a plan with emission builds on epoch n − 1, and no parent was given.
  case parentMissing(epoch: UInt32)
  /// The parent's plan has the program, and paid its epoch n already: it would be paid twice.
  case epochAlreadyPaid(program: String, epoch: UInt32, parent: UInt32)
  /// Epochs between the parent's and this one were left out: nobody would ever get them.
  case epochLeftOut(epoch: UInt32, parent: UInt32)
  /// A draft's entitlements were never live, so that nothing deployed can build on them.
  case parentIsDraft
  /// A campaign of the same name is another one in the parent: other token, terms or contract.
  case campaignChanged(name: String, what: String, parent: String, plan: String)
  /// A campaign with a vesting schedule pays one cohort; its first root was live already.
  case cohortClosed(name: String)
  /// A campaign of the parent that owes something is not in the plan: what it owes would be lost.
  case campaignMissing(name: String, accounts: Int)
  /// A program that emits over epochs is not in the plan as it was in the parent's.
  case programChanged(name: String, what: String, parent: String, plan: String)
  /// A program is new, and what it emits in epochs that are over would never be paid.
  case emissionLost(program: String, epoch: UInt32, amount: String)
  /// Guards of the plan do not hold: the tokens would be spread less evenly than it allows.
  case guardsFail([GuardFinding])

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
    case .campaignMissing: "campaignMissing"
    case .programChanged: "programChanged"
    case .emissionLost: "emissionLost"
    case .guardsFail: "guardsFail"
    }
  }

  public var description: String {
    switch self {
    case .law(let error): error.description
    case .parentMissing(let epoch):
      "epoch \(epoch) builds on epoch \(epoch - 1), and no parent was given. "
        + "Name the bundle of the live root with --parent."
    case .epochAlreadyPaid(let program, let epoch, let parent):
      "program \(program): found its epoch \(epoch) paid by the parent, whose epoch is \(parent), "
        + "expected an epoch after that. This would pay twice: name the next epoch with --epoch, "
        + "or give a program that is another one another name."
    case .epochLeftOut(let epoch, let parent):
      "found epoch \(parent) in the parent, expected epoch \(epoch - 1). "
        + "Epochs follow one another: what is left out would be lost, what is repeated paid twice."
    case .parentIsDraft:
      "found a draft as the parent of a bundle that is none, expected the bundle of a live root. "
        + "A draft's proofs were good nowhere; leave --parent out for a first root."
    case .campaignChanged(let name, let what, let parent, let plan):
      "campaign \(name): found the \(what) \(parent) in the parent, expected \(plan). "
        + "Terms, schedule and contract of a campaign are fixed; give the new one another name."
    case .cohortClosed(let name):
      "campaign \(name): found a vesting schedule and a live root, expected a first root. "
        + "A schedule pays one cohort; put new allocations into a campaign of their own."
    case .campaignMissing(let name, let accounts):
      "campaign \(name): found entitlements of \(accounts.counted("account")) in the parent and "
        + "no such campaign in the plan, expected it. Keep it in the plan; it may pay no program."
    case .programChanged(let name, let what, let parent, let plan):
      "program \(name): found the \(what) \(plan), expected \(parent), as in the parent's plan. "
        + "A program that emits over epochs is fixed while it runs; start another plan in epoch 0."
    case .emissionLost(let program, let epoch, let amount):
      "program \(program): found no such program in the parent's plan, expected nothing emitted "
        + "before epoch \(epoch). \(amount) would never be paid; use an "
        + "emission table that starts with zeros."
    case .guardsFail(let findings):
      findings.map(\.description).joined(separator: "\n")
    }
  }
}
