import Bundle
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

private typealias Given = VerifierSample

private let zero = Bytes32.zero.hex
private let forgedHash = Keccak256.hash(utf8: "forged")

// 50 000 ACME by 100, 300 and 1 of 401: remainders 178, 133 and 90, one unit is left.
private let first = (try? UInt256(decimal: "12468827930174563591023")) ?? .zero
private let second = (try? UInt256(decimal: "37406483790523690773067")) ?? .zero
private let third = (try? UInt256(decimal: "124688279301745635910")) ?? .zero

private func users(_ one: UInt256, _ two: UInt256, _ three: UInt256) -> [(UInt64, UInt256)] {
  [(1, one), (3, two), (0xABCDEF, three)]
}

/// What was computed is not what was committed, though all of the bundle fits together.
private let amounts: [VerifierTampering] = [
  .forged(
    "A unit moved from one account to another", "allocation of \(Given.hex(1)) by program users",
    "allocations.csv, line 2", "12468827930174563591022", "12468827930174563591023",
    "The law gives these amounts"
  ) {
    try $0.forged(outcome: 0) {
      $0.forged(amounts: users(first &- UInt256.one, second &+ UInt256.one, third))
    }
  },
  .forged(
    "A unit kept back", "allocation of \(Given.hex(0xABCDEF)) by program users",
    "allocations.csv, line 4",
    "124688279301745635909", "124688279301745635910", "The law gives these amounts"
  ) {
    try $0.forged(outcome: 0) { $0.forged(amounts: users(first, second, third &- UInt256.one)) }
  },
  .forged(
    "An account that the plan shuts out gets a part",
    "allocation of \(Given.hex(5)) by program users",
    "allocations.csv, line 4", "124688279301745635910", "(nothing)", "The law gives"
  ) {
    try $0.forged(outcome: 0) {
      $0.forged(amounts: [(1, first), (3, second), (5, third)])
    }
  },
  .forged(
    "A refusal that was left out", "refusal of \(Given.hex(5)) by program users",
    "exclusions.csv, line 3", "(nothing)", "excluded-by-plan,1000000", "refuses these accounts"
  ) {
    try $0.forged(outcome: 0) { $0.forged(exclusions: [$0.exclusions[0]]) }
  },
  .forged(
    "The last refusal left out", "refusal of \(Given.hex(7)) by program grants",
    "exclusions.csv, line 4", "(nothing)", "zero-amount,0", "refuses these accounts"
  ) { try $0.forged(outcome: 1) { $0.forged(exclusions: []) } },
  .forged(
    "A refusal of somebody who is not there", "refusal of \(Given.hex(9)) by program founders",
    "exclusions.csv, line 5", "zero-amount,0", "(nothing)", "for these reasons"
  ) {
    try $0.forged(outcome: 3) {
      let nine = Exclusion(account: Given.account(9), reason: .zeroAmount, value: .zero)
      return $0.forged(exclusions: [nine])
    }
  },
  .forged(
    "A refusal for another reason", "refusal of \(Given.hex(2)) by program users",
    "exclusions.csv, line 2", "below-one-unit,0", "zero-weight,0", "reasons"
  ) {
    try $0.forged(outcome: 0) {
      let two = Exclusion(account: Given.account(2), reason: .belowOneUnit, value: .zero)
      return $0.forged(exclusions: [two, $0.exclusions[1]])
    }
  },
  .forged(
    "A larger budget of the epoch", "budget of the epoch", "commitment.json, program liquidity",
    "500000000000000000001", "500000000000000000000", "Emission of the epoch"
  ) {
    try $0.forged(outcome: 2) { $0.forged(budget: $0.budget.baseUnits &+ UInt256.one) }
  },
  .forged(
    "A carry that was forgotten", "carry", "commitment.json, program liquidity", "0", "1",
    "Budget less allocated"
  ) { try $0.forged(outcome: 2) { $0.forged(carry: .zero) } },
  .forged(
    "Something carried into the first epoch", "carried in", "commitment.json, program liquidity",
    "5", "0", "the epoch before"
  ) { try $0.forged(outcome: 2) { $0.forged(carriedIn: Given.units(5)) } },
  .forged(
    "Given amounts above the budget", "outcome of grants", "commitment.json, program grants",
    "allocations", "no result: amountsExceedBudget", "docs/reference/law.md", raw: false
  ) { contents in
    let rows = SourceRows(
      source: "grants", accounts: [Given.account(1)], values: [[Given.units(10_000_001)]],
      lines: [2])
    var inputs = contents.inputs
    inputs[1] = CanonicalInput(inputs[1].declaration, sorting: rows)
    return try contents.forged(inputs: inputs).forged(outcome: 1) {
      $0.forged(amounts: [(1, Given.units(10_000_001))], exclusions: [], carry: .zero)
    }
  },
]

private func adding(
  _ amount: UInt64, to index: Int
) -> (CampaignEntitlements) -> CampaignEntitlements {
  { campaign in
    var amounts = campaign.entitlements.amounts
    amounts[index] = amounts[index] &+ Given.units(amount)
    return campaign.forged(
      entitlements: Entitlements(accounts: campaign.entitlements.accounts, amounts: amounts))
  }
}

private let campaigns: [VerifierTampering] = [
  .forged(
    "A raised entitlement", "entitlement of \(Given.hex(8)) in campaign community",
    "entitlements.csv, line 4", "320512804076266457628", "320512804076266457627",
    "It is owed 320512804076266457627 by program liquidity; nothing was owed to it under a parent"
  ) { try $0.forged(campaign: 0, adding(1, to: 2)) },
  .forged(
    "A lowered entitlement",
    "entitlement of \(Given.hex(1)) in campaign builders", "entitlements.csv, line 7",
    "3000000", "3000001", "It is owed 3000001 by program grants"
  ) {
    try $0.forged(campaign: 1) { campaign in
      campaign.forged(
        entitlements: Entitlements(
          accounts: campaign.entitlements.accounts,
          amounts: [Given.units(3_000_000), Given.units(2_000_001)]))
    }
  },
  .forged(
    "An entitlement of a stranger", "entitlement of \(Given.hex(66)) in campaign reserve",
    "entitlements.csv, line 11", "1", "(nothing)", "Nothing was owed to it under a parent root"
  ) {
    try $0.forged(campaign: 3) {
      $0.forged(
        entitlements: Entitlements(accounts: [Given.account(66)], amounts: [UInt256.one]))
    }
  },
  .forged(
    "Leaves of another campaign", "identifier of community", "commitment.json, campaigns",
    forgedHash.hex, "0x", "Chain, distributor, token"
  ) { try $0.forged(campaign: 0) { $0.forged(identifier: forgedHash) } },
  .forged(
    "A parent root of a first root", "parent root", "commitment.json, campaign team",
    forgedHash.hex, zero, "Either this root is wrong or an entitlement is"
  ) {
    try $0.forged(campaign: 2) {
      $0.forged(parentRoot: forgedHash, parentCommitment: forgedHash)
    }
  },
  .forged(
    "A parent root of no bundle", "parent root", "commitment.json, campaign team", forgedHash.hex,
    zero, "committed together with its bundle"
  ) { try $0.forged(campaign: 2) { $0.forged(parentRoot: forgedHash) } },
  .forged(
    "Two parents", "parent commitments", "commitment.json, campaigns",
    "\(forgedHash.hex) of team, 0x", "one for both", "A bundle has one parent"
  ) {
    try $0.forged(campaign: 2) { $0.forged(parentCommitment: forgedHash) }
      .forged(campaign: 3) { $0.forged(parentCommitment: Keccak256.hash(utf8: "other")) }
  },
  .made(
    "More than a contract takes", "entitlements of main", "entitlements.csv", "a list",
    "no result: entitlementOverflow", "section 6"
  ) {
    // The engine refuses this, so that the campaign is made without a contract and gets one then.
    let bound = (UInt256.one << 128).decimal
    func plan(_ deployment: String) -> String {
      """
      version: 1
      name: Wide
      tokens: [{name: ACME, decimals: 0}]
      campaigns: [{name: main, token: ACME\(deployment)}]
      programs:
        - {name: all, kind: premine, campaign: main, budget: \(bound),
           recipients: [{account: "\(Given.hex(1))", amount: \(bound)}]}
      """
    }
    let sample = try VerifierSample(plan(""), files: [:])
    let contract = plan(", deployment: \(Given.deployment(salt: 1))")
    let contents = try sample.contents().forged(planText: contract)
    let identifier = CampaignIdentity.identifier(of: contents.plan.campaigns[0])
    try sample.write(try contents.forged(campaign: 0) { $0.forged(identifier: identifier) })
    return try sample.verify("bundle", Verifier.Sources())
  },
  .made(
    "A second cohort of a vesting campaign", "allocated in campaign main", "allocations.csv",
    "1000", "0", "after the first one nobody's vesting starts"
  ) {
    let vesting = """
      {name: main, token: ACME,
         vesting: {shape: linear, start: "2027-01-01T00:00:00Z", duration: 365d}}
      """
    let before = try VerifierSample.list([(1, 1)], program: "before", campaigns: vesting)
    try before.write(try before.contents())
    let live = try BundleReader.load(before.path("bundle"))
    let sample = try VerifierSample.list([(2, 1)], campaigns: vesting)
    let now = try sample.contents().forged(outcome: 0, parent: live) { $0 }
    try sample.write(
      try now.forged(campaign: 0) {
        $0.forged(parentRoot: live.commitment.campaigns[0].root, parentCommitment: live.identity)
      })
    return try sample.verify()
  },
]

private let plans: [VerifierTampering] = [
  .damaged(
    "Another plan in the folder",
    "recipients \(Given.hex(3)).amount of program founders", "plan.yaml, line",
    "199000000000000000000", "200000000000000000000",
    "The plan that you gave has the committed hash: plan.yaml was changed."
  ) {
    try $0.edit("bundle/plan.yaml", "amount: 200}", "amount: 199}")
    try $0.edit("bundle/plan.yaml", "amount: 0.5,", "amount: 1.5,")
  },
  .damaged(
    "A plan of which a budget was changed, and not its hash", "budget of program users",
    "plan.yaml, line", "60000000000000000000000", "50000000000000000000000",
    "The plan that you gave has the committed hash"
  ) { try $0.edit("bundle/plan.yaml", "budget: 5%", "budget: 6%") },
  .made(
    "The same without the announced plan", "hash of the plan", "commitment.json, plan", "0x", "0x",
    "Give the announced plan with --plan"
  ) {
    let sample = try VerifierSample()
    try sample.write(try sample.contents())
    try sample.edit("bundle/plan.yaml", "budget: 5%", "budget: 6%")
    return try sample.verify("bundle", Verifier.Sources())
  },
  .damaged(
    "A bundle of another plan than was announced", "name of the plan", "plan.yaml, line 2",
    "Everything", "Everybody", "The plan that you gave is not the one"
  ) {
    try $0.edit("plan.yaml", "name: Everything", "name: Everybody")
  },
  .damaged(
    "A draft that is none", "draft", "commitment.json", "true", "false", "without deployment"
  ) { try $0.commit("\"draft\":false", "\"draft\":true") },
  .damaged("Another law", "law", "commitment.json", "2", "1", "the law that computes it") {
    try $0.commit("\"law\":1", "\"law\":2")
  },
  .made(
    "A later epoch of a plan that has one", "epoch", "commitment.json, epoch", "1", "0",
    "has one epoch"
  ) {
    let sample = try VerifierSample.list([(1, 1)])
    let empty = try sample.contents().forged(epoch: 1, inputs: [], outcomes: []).forged(
      campaign: 0
    ) { $0.forged(entitlements: Entitlements.none) }
    try sample.write(empty)
    return try sample.verify()
  },
  .forged(
    "An epoch after the last one", "epoch", "commitment.json, epoch", "3", "0 … 2",
    "The plan's `epochs` end there"
  ) { contents in
    let last = ProgramOutcome(
      program: "liquidity", epoch: EpochIndex(3), budget: .zero, carriedIn: .zero, accounts: [],
      amounts: [], exclusions: [], allocated: .zero, carry: .zero, totalWeight: nil)
    return try contents.forged(
      epoch: 3, inputs: [contents.inputs[2]], outcomes: [last],
      campaigns: contents.campaigns.map { $0.forged(entitlements: Entitlements.none) })
  },
]

private let inputs: [VerifierTampering] = [
  .made(
    "A raised weight, computed through", "row of \(Given.hex(3))",
    "inputs/points.csv, line 4", "301,1", "300,1", "The rows of points.csv"
  ) {
    let sample = try VerifierSample()
    try sample.edit("points.csv", ",300,", ",301,")
    try sample.write(try sample.contents())
    try sample.edit("points.csv", ",301,", ",300,")
    return try sample.verify()
  },
  .made(
    "A grant left out, computed through", "row of \(Given.hex(1))",
    "inputs/grants.csv, line 2", "(nothing)", "1", "The rows of grants.csv.gz"
  ) {
    let sample = try VerifierSample()
    let shorter = Given.grants.replacing("\(Given.hex(1)),0.000001\n", with: "")
    try sample.folder.write(try Gzip.pack(Array(shorter.utf8)), to: "grants.csv.gz")
    try sample.write(try sample.contents())
    try sample.folder.write(try Gzip.pack(Array(Given.grants.utf8)), to: "grants.csv.gz")
    return try sample.verify()
  },
  .made(
    "An account invented, computed through", "row of \(Given.hex(77))",
    "inputs/deposits.csv, line 5", "1", "(nothing)", "The rows of lists/deposits.jsonl.gz"
  ) {
    let sample = try VerifierSample()
    let longer = Given.deposits + "{\"account\":\"\(Given.hex(77))\",\"paid\":\"0.000001\"}\n"
    try sample.folder.write(Array(longer.utf8), to: "lists/deposits.jsonl.gz")
    try sample.write(try sample.contents())
    try sample.folder.write(Array(Given.deposits.utf8), to: "lists/deposits.jsonl.gz")
    return try sample.verify()
  },
  .forged(
    "Two rows of an account where the plan refuses them",
    "rows of \(Given.account(3).checksummed)", "inputs/points.csv", "several", "one",
    "refuses several rows"
  ) { contents in
    let points = contents.inputs[0]
    var rows = SourceRows(source: "points", columnCount: 2)
    for row in points.rows.accounts.indices {
      let values = points.rows.values.map { $0[row] }
      guard points.rows.accounts[row] == Given.account(3) else {
        rows.append(account: points.rows.accounts[row], row: values, line: 1)
        continue
      }
      for part in [100, 200] as [UInt64] {
        rows.append(account: Given.account(3), row: [Given.units(part), values[1]], line: 1)
      }
    }
    let doubled = CanonicalInput(points.declaration, sorting: rows)
    return try contents.forged(inputs: [doubled] + contents.inputs.dropFirst())
  },
]

@Suite("INV-014: forged bundles that fit together are found by computing them again")
struct VerifierForgeryTests {
  @Test("An amount, a refusal, a budget or a carry", arguments: amounts)
  func amount(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("An entitlement, an identifier, a parent", arguments: campaigns)
  func campaign(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("A plan, a draft, an epoch", arguments: plans)
  func plan(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("An input", arguments: inputs)
  func input(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }
}
