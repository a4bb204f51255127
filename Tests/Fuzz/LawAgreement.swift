import BigInt
import DistributionCore
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Verification

/// The engine and the verifier's law give the same of a plan's first epoch, or refuse it for the
/// same reason.
func requireLawAgrees(_ plan: Plan, _ rows: [String: SourceRows]) throws {
  let engine = outcome { () throws(LawError) in
    try Allocating.epoch(EpochIndex(0), of: plan, rows: rows, parent: .none)
  }
  let reference = outcome { () throws(ReferenceLaw.Refusal) in try referenceEpoch(plan, rows) }
  switch (engine, reference) {
  case (.failure(let error), .failure(let refusal)):
    try require("\(error.kind)" == "\(refusal)", "the engine says \(error), the law \(refusal)")
  case (.success(let found), .success(let expected)):
    for (found, expected) in zip(found.outcomes, expected.outcomes) {
      try requireEqual(found, expected)
    }
    for (found, expected) in zip(found.entitlements, expected.entitlements) {
      try require(
        pairs(found.accounts, found.amounts).elementsEqual(expected, by: ==),
        "entitlements of the engine are \(found), of the law \(expected)")
    }
  case (let found, let expected):
    throw BrokenProperty(description: "the engine gives \(found), the law \(expected)")
  }
}

private func pairs(
  _ accounts: [Address], _ amounts: [UInt256]
) -> [(account: Address, amount: BigUInt)] {
  zip(accounts, amounts).map { ($0, ReferenceLaw.big($1)) }
}

private func requireEqual(
  _ found: ProgramOutcome, _ expected: ReferenceLaw.Outcome
) throws(BrokenProperty) {
  try require(
    pairs(found.accounts, found.amounts).elementsEqual(expected.amounts, by: ==),
    "\(found.program): \(found.accounts) \(found.amounts), by the law \(expected.amounts)")
  let refused = expected.refused.map { "\($0.account) \($0.reason) \($0.text)" }
  try require(
    found.exclusions.map { "\($0.account) \($0.reason) \($0.number.shortest)" } == refused,
    "\(found.program) refuses \(found.exclusions), by the law \(refused)")
  try require(
    ReferenceLaw.big(found.carry.baseUnits) == expected.carry, "\(found.program): another carry")
}

private typealias ReferenceEpoch = (
  outcomes: [ReferenceLaw.Outcome], entitlements: [[(account: Address, amount: BigUInt)]]
)

private func referenceEpoch(
  _ plan: Plan, _ rows: [String: SourceRows]
) throws(ReferenceLaw.Refusal) -> ReferenceEpoch {
  var inputs = ReferenceLaw.Inputs(clusters: plan.clusters)
  for source in plan.sources {
    guard let rows = rows[source.name] else { continue }
    inputs.sources[source.name] = ReferenceLaw.Inputs.Source(
      declaration: source,
      rows: rows.accounts.indices.map { row in
        (rows.accounts[row], rows.values.map { ReferenceLaw.big($0[row]) })
      }, decisions: rows.statements.compactMap(decision))
  }
  var outcomes: [ReferenceLaw.Outcome] = []
  for program in plan.programs {
    let outcome = try ReferenceLaw.outcome(
      of: program, epoch: 0, epochs: plan.epochs, carriedIn: 0, inputs: inputs)
    outcomes.append(outcome)
    inputs.outcomes[program.name] = outcome
  }
  let targets = try ReferenceLaw.targets(of: plan, inputs)
  var entitlements: [[(account: Address, amount: BigUInt)]] = []
  for campaign in plan.campaigns {
    let paid = zip(plan.programs, outcomes).filter { $0.0.campaign == campaign.name }
    entitlements.append(
      try ReferenceLaw.entitlements(
        parent: [:], allocated: paid.map(\.1.amounts), targets: targets,
        hasContract: campaign.deployment != nil))
  }
  return (outcomes, entitlements)
}

private func decision(_ signed: SignedStatement) -> ReferenceLaw.Inputs.Decision? {
  guard case .correction(let correction) = signed.statement else { return nil }
  return ReferenceLaw.Inputs.Decision(
    program: correction.program, epoch: BigUInt(correction.epoch), account: correction.account,
    granted: correction.decision == .grant
      ? ReferenceLaw.big(correction.amount.baseUnits) : nil)
}
