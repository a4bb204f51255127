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
    .zeroAmount, "50001 winners of 500 ACME",
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

extension Part {
  /// The base plan's source as one of contributions, and its first program as a round of them.
  static func grants(
    _ keys: String, given: String = "type: amount, token: ACME", duplicates: String = "sum"
  ) -> [(String, String)] {
    [
      (
        columns,
        """
            columns:
              - {name: donor, type: address}
              - {name: points, \(given)}
            duplicates: \(duplicates)

        """
      ),
      (
        "kind: airdrop\n    campaign: main\n    budget: 500\n    from: users\n    weight: points\n",
        "kind: grants\n    campaign: main\n    budget: 500\n    from: users\n    \(keys)\n"
      ),
    ]
  }

  static let round = "contributor: donor\n    contribution: points\n    match: quadratic"
}

extension BrokenPlan {
  fileprivate init(
    _ problem: PlanProblem, _ phrase: String, grants keys: String,
    given: String = "type: amount, token: ACME", from: String = "from: users",
    duplicates: String = "sum"
  ) {
    let edits = Part.grants(keys, given: given, duplicates: duplicates)
    self.init(
      problem, phrase, edits[0], (edits[1].0, edits[1].1.replacing("from: users", with: from)))
  }
}

/// Rounds of grants that cannot be.
let brokenGrants: [BrokenPlan] = [
  BrokenPlan(
    .keyNotApplicable, "Only a program of kind grants",
    (Part.weight, Part.weight + "    contributor: «points\n")),
  BrokenPlan(
    .keyNotApplicable, "Only a program of kind grants",
    (Part.weight, Part.weight + "    surplus: «share\n")),
  BrokenPlan(
    .keyNotApplicable, "Only a program of kind grants",
    Part.raffle("{\(Part.committed), winners: 1}", "    match: «quadratic\n")),
  BrokenPlan(
    .unknownColumn, "Did you mean 'donor'?",
    grants: "contributor: «doner\n    contribution: points\n    match: quadratic"),
  BrokenPlan(
    .wrongColumnType, "expected addresses",
    grants: "contributor: «points\n    contribution: points\n    match: quadratic"),
  BrokenPlan(
    .wrongColumnType, "expected numbers",
    grants: "contributor: donor\n    contribution: «donor\n    match: quadratic"),
  BrokenPlan(
    .wrongColumnType, "of integers, expected amounts of ACME, or `surplus: share`",
    grants: "contributor: donor\n    contribution: «points\n    match: quadratic",
    given: "type: integer"),
  BrokenPlan(
    .wrongColumnType, "of amounts of USD, expected amounts of ACME",
    grants: "contributor: donor\n    contribution: «points\n    match: quadratic",
    given: "type: amount, token: USD"),
  BrokenPlan(
    .unknownChoice, "quadratic, pairwise",
    grants: "contributor: donor\n    contribution: points\n    match: «square"),
  BrokenPlan(
    .keyNotApplicable, "Only pairwise matching has a bound",
    grants: Part.round + "\n    pairwise_bound: «25"),
  BrokenPlan(
    .zeroAmount, "a bound above 0",
    grants:
      "contributor: donor\n    contribution: points\n    match: pairwise\n    pairwise_bound: «0"),
  BrokenPlan(
    .tooManyDecimals, "2", grants: Part.round + "\n    min_contribution: «0.001"),
  BrokenPlan(
    .maximumBelowMinimum, "found 1, expected at least 1.01",
    grants: Part.round + "\n    min_contribution: 1.01\n    max_contribution: «1"),
  BrokenPlan(
    .maximumBelowMinimum, "found 0, expected at least 0.01",
    grants: Part.round + "\n    max_contribution: «0"),
  BrokenPlan(
    .conditionExpected, "found a number", grants: Part.round + "\n    contributor_filter: «1"),
  BrokenPlan(
    .unknownValue, "about who receives",
    grants: Part.round + "\n    contributor_filter: «points > 5"),
  BrokenPlan(
    .unknownValue, "what another source says of the donor",
    grants: Part.round + "\n    contributor_filter: «row_count() > 5"),
  BrokenPlan(
    .unknownValue, "what another source says of the donor",
    grants: Part.round + "\n    contributor_filter: row_median(«points) > 5"),
  BrokenPlan(
    .unknownSource, "another source",
    grants: Part.round
      + "\n    contributor_filter: listed(«nobody)"),
  BrokenPlan(
    .keyNotApplicable, "Only a program of kind grants",
    (Part.weight, Part.weight + "    contributor_filter: «1 = 1\n")),
  BrokenPlan(
    .keyNotApplicable, "split by matches",
    grants: Part.round + "\n    rounding: half-up\n    share_of: «5"),
  BrokenPlan(
    .contributionsNotSummed, "a row for every contribution", grants: Part.round,
    from: "from: «users", duplicates: "refuse"),
  BrokenPlan(
    .keyNotApplicable, "split by matches", grants: Part.round + "\n    weight: «points"),
  BrokenPlan(
    .keyNotApplicable, "split by matches", grants: Part.round + "\n    unallocated: «carry"),
  BrokenPlan(
    .wrongColumnType, "of addresses", grants: Part.round + "\n    filter: «donor > 5"),
  BrokenPlan(
    .missingKey, "one pair of donors",
    ("- name: drop", "- «name: drop"),
    Part.grants("contributor: donor\n    contribution: points\n    match: pairwise")[0],
    (
      "kind: airdrop\n    campaign: main\n    budget: 500\n    from: users\n    weight: points\n",
      Part.grants("contributor: donor\n    contribution: points\n    match: pairwise")[1].1
    )),
]
