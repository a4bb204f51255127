import PlanFile

extension Part {
  /// The hash of a seed that is 31 zero bytes and a 1.
  static let seedHash = "0xb10e2d527612073b26eecdfd717e6a320cf44b4afac2b0732d9fcbe2b7fa0cf6"
  static let seed = "0x0000000000000000000000000000000000000000000000000000000000000001"
  static let committed = "seed_hash: \(seedHash), beacon: a block"

  /// The base plan's first program as a raffle.
  static func raffle(_ text: String, _ more: String = "") -> (String, String) {
    (
      "kind: airdrop\n    campaign: main\n    budget: 500\n",
      "kind: raffle\n    campaign: main\n    budget: 500\n\(more)    raffle: \(text)\n"
    )
  }
}

/// Raffles that cannot be.
let brokenRaffles: [BrokenPlan] = [
  BrokenPlan(
    .missingKey, "how winners are drawn",
    ("- name: drop\n    kind: airdrop", "- «name: drop\n    kind: raffle")),
  BrokenPlan(
    .keyNotApplicable, "Only a program of kind raffle",
    (Part.weight, Part.weight + "    raffle: «{\(Part.committed), winners: 1}\n")),
  BrokenPlan(
    .missingKey, "no key 'seed_hash'", Part.raffle("«{beacon: a block, winners: 1}")),
  BrokenPlan(
    .missingKey, "no key 'beacon'", Part.raffle("«{seed_hash: \(Part.seedHash), winners: 1}")),
  BrokenPlan(
    .missingAlternative, "neither `winners` nor `prizes`", Part.raffle("«{\(Part.committed)}")),
  BrokenPlan(
    .conflictingKeys, "both `winners` and `prizes`",
    Part.raffle("{\(Part.committed), winners: 1, prizes: «[500]}")),
  BrokenPlan(
    .integerOutOfRange, "100000", Part.raffle("{\(Part.committed), winners: «100001}")),
  BrokenPlan(.integerOutOfRange, "1", Part.raffle("{\(Part.committed), winners: «0}")),
  BrokenPlan(
    .zeroAmount, "50001 winners of 50000 base units",
    Part.raffle("{\(Part.committed), winners: «50001}")),
  BrokenPlan(
    .zeroAmount, "a prize above 0", Part.raffle("{\(Part.committed), prizes: [500, «0]}")),
  BrokenPlan(
    .prizesNotBudget, "found 499.99 together, expected the budget, 500",
    Part.raffle("{\(Part.committed), prizes: «[300, 199.99]}")),
  BrokenPlan(
    .prizesNotBudget, "found 500.01 together",
    Part.raffle("{\(Part.committed), prizes: «[300, 200.01]}")),
  BrokenPlan(
    .missingKey, "A draw needs both",
    Part.raffle("«{\(Part.committed), winners: 1, seed: \(Part.seed)}")),
  BrokenPlan(
    .missingKey, "A draw needs both",
    Part.raffle("«{\(Part.committed), winners: 1, beacon_value: \(Part.seed)}")),
  BrokenPlan(
    .wrongSeed, "committed to before the beacon",
    Part.raffle(
      "{\(Part.committed), winners: 1, beacon_value: \(Part.seed), seed: «\(Part.seedHash)}")),
  BrokenPlan(
    .malformedBytes32, "64",
    Part.raffle(
      "{\(Part.committed), winners: 1, seed: «0x01, beacon_value: \(Part.seed)}")),
  BrokenPlan(
    .keyNotApplicable, "once, to accounts of a source",
    Part.raffle("{\(Part.committed), winners: 1}", "    rounding: «floor\n")),
  BrokenPlan(
    .keyNotApplicable, "once, to accounts of a source",
    Part.raffle("{\(Part.committed), winners: 1}", "    emission: «{shape: constant}\n")),
  BrokenPlan(
    .keyNotApplicable, "once, to accounts of a source",
    Part.raffle("{\(Part.committed), winners: 1}", "    unallocated: «carry\n")),
]
