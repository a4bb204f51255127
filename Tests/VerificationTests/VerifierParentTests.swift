import Bundle
import DistributionModel
import EthereumPrimitives
import TestKit
import Testing
import Verification

private typealias Given = VerifierSample

private let zero = Bytes32.zero.hex
private let forgedHash = Keccak256.hash(utf8: "forged")
private let weekly = "epochs: {start: \"2027-01-01T00:00:00Z\", length: 7d, count: 4}"

/// 250 units in each of four epochs to account 1; the folder has the bundle of epoch 0.
private func emitting() throws -> VerifierSample {
  let sample = try VerifierSample.list(
    [(1, 1)], campaigns: "{name: main, token: ACME}, {name: side, token: ACME}",
    more: ", emission: {shape: constant}", epochs: weekly)
  try sample.write(try sample.contents(), to: "0")
  return sample
}

extension VerifierTampering {
  /// The bundle of epoch 1, changed and written by the producer's writer, beside its parent.
  fileprivate static func child(
    _ name: String, _ what: String, _ place: String, _ published: String, _ recomputed: String,
    _ because: String, givesParent: Bool = true,
    _ change: @escaping @Sendable (BundleContents, VerifierSample) throws -> BundleContents
  ) -> VerifierTampering {
    made(name, what, place, published, recomputed, because) {
      let sample = try emitting()
      try sample.write(try change(try sample.contents(epoch: 1, parent: "0"), sample), to: "1")
      let parent = givesParent ? sample.path("0") : nil
      return try sample.verify("1", Verifier.Sources(parent: parent))
    }
  }

  /// Epoch 0 of another plan on top of epoch 0 of a plan with one program and one campaign.
  fileprivate static func season(
    _ name: String, _ what: String, _ place: String, _ published: String, _ recomputed: String,
    _ because: String, program: String = "other", parentCampaigns: String,
    campaigns: String, pays: String = "main",
    _ change: @escaping @Sendable (BundleContents, LoadedBundle) throws -> BundleContents
  ) -> VerifierTampering {
    made(name, what, place, published, recomputed, because) {
      let before = try VerifierSample.list([(1, 1)], campaigns: parentCampaigns)
      try before.write(try before.contents(), to: "0")
      let live = try BundleReader.load(before.path("0"))
      let sample = try VerifierSample.list(
        [(2, 1)], program: program, campaigns: campaigns, pays: pays)
      let contents = try sample.contents().forged(outcome: 0, parent: live) { $0 }
      try sample.write(try change(contents, live))
      return try sample.verify("bundle", Verifier.Sources(parent: before.path("0")))
    }
  }
}

private func building(
  on live: LoadedBundle
) -> (CampaignEntitlements) -> CampaignEntitlements {
  {
    $0.forged(
      parentRoot: live.commitment.campaigns[0].root, parentCommitment: live.identity)
  }
}

private func contract(_ salt: Int) -> String {
  ", deployment: \(Given.deployment(salt: salt))"
}

private func main(_ deployment: String = "") -> String {
  "{name: main, token: ACME\(deployment)}"
}

private let names: [VerifierTampering] = [
  .child(
    "Another parent bundle", "parent commitment", "commitment.json, campaign main", forgedHash.hex,
    "0x", "Keccak-256 of the parent's commitment.json"
  ) { contents, _ in
    try contents.forged(
      campaigns: contents.campaigns.map { $0.forged(parentCommitment: forgedHash) })
  },
  .child(
    "No parent at all", "parent commitment", "commitment.json, campaign main", zero, "0x",
    "Keccak-256 of the parent's"
  ) { contents, _ in
    try contents.forged(
      campaigns: contents.campaigns.map {
        $0.forged(parentRoot: Bytes32.zero, parentCommitment: Bytes32.zero)
      })
  },
  .child(
    "Another parent root", "parent root", "commitment.json, campaign main", forgedHash.hex, "0x",
    "The root in the parent's commitment"
  ) { contents, _ in
    try contents.forged(campaign: 0) { $0.forged(parentRoot: forgedHash) }
  },
  .child(
    "A forged parent root, without the parent", "parent root",
    "commitment.json, campaign main", forgedHash.hex, "0x", "Either this root is wrong",
    givesParent: false
  ) { contents, _ in
    try contents.forged(campaign: 0) { $0.forged(parentRoot: forgedHash) }
  },
  .child(
    "An entitlement under the parent that was raised, without the parent", "parent root",
    "commitment.json, campaign main", "0x", "0x", "give the parent with --parent",
    givesParent: false
  ) { contents, _ in
    try contents.forged(campaign: 0) {
      $0.forged(
        entitlements: Entitlements(accounts: [Given.account(1)], amounts: [Given.units(501)]))
    }
  },
  .child(
    "No parent root, without the parent", "entitlement of \(Given.hex(1)) in campaign main",
    "entitlements.csv, line 2", "500", "250", "nothing was owed to it under a parent root",
    givesParent: false
  ) { contents, _ in
    try contents.forged(campaign: 0) {
      $0.forged(parentRoot: Bytes32.zero, parentCommitment: Bytes32.zero)
    }
  },
  .child(
    "Less than what is allocated now, without the parent",
    "entitlement of \(Given.hex(1)) in campaign main", "entitlements.csv", "249", "at least 250",
    "Its program season allocates", givesParent: false
  ) { contents, _ in
    try contents.forged(campaign: 0) {
      $0.forged(
        entitlements: Entitlements(accounts: [Given.account(1)], amounts: [Given.units(249)]))
    }
  },
  .made(
    "Another epoch, without the parent", "epoch", "commitment.json, epoch", "2",
    "1, in line 2 of allocations.csv", "names the epoch"
  ) {
    let sample = try emitting()
    try sample.write(try sample.contents(epoch: 1, parent: "0"), to: "1")
    try sample.commit("\"epoch\":1", "\"epoch\":2", in: "1")
    return try sample.verify("1", Verifier.Sources())
  },
  .child(
    "An entitlement that fell", "entitlement of \(Given.hex(1)) in campaign main",
    "entitlements.csv, line 2", "499", "500",
    "It is owed 250 under the parent and 250 by program season."
  ) { contents, _ in
    try contents.forged(campaign: 0) {
      $0.forged(
        entitlements: Entitlements(accounts: [Given.account(1)], amounts: [Given.units(499)]))
    }
  },
  .child(
    "An account of the parent that is gone", "entitlement of \(Given.hex(2)) in campaign main",
    "entitlements.csv, line 3", "(nothing)", "250", "It is owed 250 by program season; nothing"
  ) { contents, sample in
    // Epoch 1 gives all to account 2; account 1 had epoch 0.
    try sample.folder.write("account,points\n\(Given.hex(2)),1\n", to: "list.csv")
    let right = try sample.contents(epoch: 1, parent: "0")
    return try right.forged(campaign: 0) {
      $0.forged(
        entitlements: Entitlements(accounts: [Given.account(1)], amounts: [Given.units(250)]))
    }
  },
  .season(
    "The same name for another campaign", "identifier", "commitment.json, campaign main", "0x",
    "0x", "the same one in the parent", parentCampaigns: main(contract(1)),
    campaigns: main(contract(2))
  ) { contents, live in try contents.forged(campaign: 0, building(on: live)) },
  .season(
    "A campaign that is gone", "campaign main", "commitment.json, campaigns", "(none)", "main",
    "entitlements never fall", parentCampaigns: main(),
    campaigns: "{name: second, token: ACME}", pays: "second"
  ) { contents, _ in contents },
]

private let succession: [VerifierTampering] = [
  .season(
    "A program that is paid twice", "epoch of season", "commitment.json, epoch", "0",
    "an epoch after 0", "that epoch is paid", program: "season", parentCampaigns: main(),
    campaigns: main()
  ) { contents, live in try contents.forged(campaign: 0, building(on: live)) },
  .child(
    "An epoch that was left out", "epoch", "commitment.json, epoch", "2", "1", "after the parent's"
  ) { contents, _ in
    try contents.forged(
      epoch: 2, outcomes: contents.outcomes.map { $0.forged(epoch: 2) })
  },
  .child(
    "A budget that grew", "emission of season", "plan.yaml", "campaign main, budget 2000, constant",
    "campaign main, budget 1000, constant", "all of them follow one rule"
  ) { contents, sample in
    try contents.forged(planText: sample.planText.replacing("budget: 1000", with: "budget: 2000"))
  },
  .child(
    "Another campaign for a program", "emission of season", "plan.yaml", "campaign side",
    "campaign main", "one rule"
  ) { contents, sample in
    try contents.forged(
      planText: sample.planText.replacing("campaign: main", with: "campaign: side"))
  },
  .child(
    "Another emission", "emission of season", "plan.yaml",
    "campaign main, budget 1000, exponential-decay, half-life 2, 4 epochs",
    "campaign main, budget 1000, constant, 4 epochs of 604800 seconds from 1798761600", "one rule"
  ) { contents, sample in
    try contents.forged(
      planText: sample.planText.replacing("constant", with: "exponential-decay, half_life: 2"))
  },
  .child(
    "A linear emission", "emission of season", "plan.yaml", "campaign main, budget 1000, linear-",
    "campaign main, budget 1000, constant", "one rule"
  ) { contents, sample in
    try contents.forged(planText: sample.planText.replacing("constant", with: "linear-decay"))
  },
  .child(
    "More epochs", "emission of season", "plan.yaml", "campaign main, budget 1000, constant, 5",
    "campaign main, budget 1000, constant, 4", "one rule"
  ) { contents, sample in
    try contents.forged(planText: sample.planText.replacing("count: 4", with: "count: 5"))
  },
  .child(
    "An emission that is gone", "emission of season", "plan.yaml", "(none)", "campaign main",
    "one rule"
  ) { contents, sample in
    try contents.forged(
      planText: sample.planText.replacing("name: season", with: "name: late")
        .replacing("shape: constant", with: "shape: table, amounts: [0, 1000, 0, 0]"))
  },
  .child(
    "A new program whose first epoch would never be paid", "emission of more", "plan.yaml",
    "campaign main, budget 8, table 1 7 0 0", "(none)", "one rule"
  ) { contents, sample in
    try contents.forged(
      planText: sample.planText + """

          - {name: more, kind: airdrop, campaign: main, budget: 8, from: list, weight: points,
             emission: {shape: table, amounts: [1, 7, 0, 0]}}
        """)
  },
  .child(
    "More carried in than the parent carried out", "carried in",
    "commitment.json, program season", "7", "0", "What the program carried out"
  ) { contents, _ in
    try contents.forged(outcome: 0) {
      $0.forged(budget: Given.units(257), carriedIn: Given.units(7), carry: Given.units(7))
    }
  },
]

/// The parent itself was changed after its child was made.
private func damagedParent(
  _ damage: (VerifierSample) throws -> Void
) throws -> VerificationReport {
  let sample = try emitting()
  try sample.write(try sample.contents(epoch: 1, parent: "0"), to: "1")
  try damage(sample)
  return try sample.verify("1", sample.sources(parent: "0"))
}

private let parents: [VerifierTampering] = [
  .made(
    "A parent with another plan", "hash of the parent's plan", "parent: commitment.json, plan",
    "0x", "0x", "canonical form"
  ) { try damagedParent { try $0.edit("0/plan.yaml", "budget: 1000", "budget: 2000") } },
  .made(
    "A parent with other entitlements", "hash of the parent's entitlements.csv",
    "parent: commitment.json, files", "0x", "0x", "Keccak-256 of the file's bytes"
  ) { try damagedParent { try $0.edit("0/entitlements.csv", ",250", ",251") } },
  .made(
    "A parent whose commitment is another", "parent commitment", "commitment.json, campaign main",
    "0x", "0x", "Keccak-256 of the parent's"
  ) { try damagedParent { try $0.commit("\"carry\":\"0\"", "\"carry\":\"1\"", in: "0") } },
  .made(
    "A parent whose root is not that of its entitlements", "parent root",
    "commitment.json, campaign main", "0x", "0x", "The tree of the parent's entitlements"
  ) {
    let sample = try emitting()
    let right = try sample.contents(epoch: 1, parent: "0")
    let before = try sample.bytes("0/entitlements.csv")
    try sample.edit("0/entitlements.csv", ",250", ",251")
    try sample.rehash("entitlements.csv", was: before, in: "0")
    let identity = Keccak256.hash(try sample.bytes("0/commitment.json"))
    let lifted = try right.forged(campaign: 0) {
      $0.forged(
        entitlements: Entitlements(accounts: [Given.account(1)], amounts: [Given.units(501)]))
    }
    try sample.write(
      try lifted.forged(campaigns: lifted.campaigns.map { $0.forged(parentCommitment: identity) }),
      to: "1")
    return try sample.verify("1", Verifier.Sources(parent: sample.path("0")))
  },
]

@Suite("INV-008, INV-009: a child is held against its parent")
struct VerifierParentTests {
  @Test("What it names and what it owes", arguments: names)
  func name(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("Which epoch it is, and by which rule it emits", arguments: succession)
  func epoch(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("The parent itself", arguments: parents)
  func parent(_ tampering: VerifierTampering) throws { try tampering.expectDifference() }

  @Test("The parent that was not changed matches")
  func right() throws {
    let sample = try emitting()
    try sample.write(try sample.contents(epoch: 1, parent: "0"), to: "1")
    #expect(try sample.verify("1", sample.sources(parent: "0")).matches)
  }
}
