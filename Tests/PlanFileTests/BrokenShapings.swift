import PlanFile

/// `basePlan` with more lines in its program, one of which is wrong at «.
private func shaped(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, (Part.weight, Part.weight + text))
}

/// The same beside given amounts.
private func given(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, (Part.weight, "    amount: points * 0.5\n" + text))
}

/// `basePlan` with redirects.
private func redirects(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, (Part.epochs, Part.epochs + "redirects:\n" + text))
}

private let one = "0x0000000000000000000000000000000000000001"
private let two = "0x0000000000000000000000000000000000000002"
private let three = "0x0000000000000000000000000000000000000003"

private func line(_ account: String, _ target: String) -> String {
  "  - {account: \(account), to: \(target), reason: Moved.}\n"
}

let brokenRedirects: [BrokenPlan] = [
  redirects(.redirectToItself, "another account", line(one, "«" + one)),
  redirects(.conflictingRedirects, "one target for", line(one, "«" + three) + line(one, two)),
  redirects(
    .redirectCycle, "a cycle: \(one), \(three), \(two)",
    line(three, two) + line(one, "«" + three) + line(two, one)),
  redirects(.zeroAddress, "somebody holds", line(one, "«0x" + String(repeating: "0", count: 40))),
  redirects(.malformedAddress, "hexadecimal", line(one, "«points")),
  redirects(.missingKey, "no key 'reason'", "  - «{account: \(one), to: \(two)}\n"),
  redirects(.missingKey, "no key 'to'", "  - «{account: \(one), reason: Moved.}\n"),
  redirects(.missingKey, "column of addresses", "  - «{source: users}\n"),
  redirects(.missingAlternative, "neither `account` nor `source`", "  - «{to: \(two)}\n"),
  redirects(
    .conflictingKeys, "one of them", "  - {account: \(one), source: «users, to: \(two)}\n"),
  redirects(.unknownSource, "Did you mean 'users'?", "  - {source: «user, to: points}\n"),
  redirects(.unknownColumn, "points, paid", "  - {source: users, to: «moved}\n"),
  redirects(.wrongColumnType, "addresses", "  - {source: users, to: «points}\n"),
  BrokenPlan(
    .keyNotApplicable, "have no reasons",
    (Part.columns, Part.columns + "      - {name: owner, type: address}\n"),
    (Part.epochs, Part.epochs + "redirects: [{source: users, to: owner, reason: «Moved.}]\n")),
]

let brokenShapings: [BrokenPlan] = [
  shaped(.keyNotApplicable, "give more than they split", "    share_of: «5\n"),
  shaped(
    .keyNotApplicable, "give more than they split",
    "    rounding: unit-each-by-address\n    share_of: «5\n"),
  shaped(.zeroAmount, "to split the budget", "    rounding: half-up\n    share_of: «0.00\n"),
  shaped(.capBelowFloor, "at least the floor", "    cap: «1\n    floor: 1.01\n"),
  shaped(.capBelowFloor, "at least the floor", "    cap: «1%\n    floor: 1.0000001%\n"),
  shaped(.moreThanBudget, "Nobody could receive", "    unit: «1000000\n"),
  shaped(.moreThanBudget, "at most the budget", "    floor: «1000000\n"),
  shaped(.zeroAmount, "a cap above 0", "    cap: «0\n"),
  shaped(.zeroAmount, "a floor above 0", "    floor: «0.00%\n"),
  shaped(.zeroAmount, "a unit above 0", "    unit: «0\n"),
  shaped(.percentageOver100, "at most 100%", "    cap: «101%\n"),
  shaped(.malformedPercentage, "at most 7 decimals", "    floor: «1.00000001%\n"),
  shaped(.malformedAmount, "decimals", "    floor: «points\n"),
  shaped(.tooManyDecimals, "at most 2 decimals", "    cap: «0.001\n"),
  shaped(.unknownChoice, "leave, raise", "    floor: 1\n    below_floor: «lift\n"),
  shaped(.keyNotApplicable, "less than `floor`", "    below_floor: «leave\n"),
  shaped(.unknownValue, "score", "    cap: 2 * «score\n"),
  shaped(.numberExpected, "a number", "    cap: «points > 2\n"),
  shaped(.tooManyPlaces, "round(x, 2, down)", "    cap: «points * 0.125\n"),
  shaped(
    .keyNotApplicable, "shares of the whole budget",
    "    rounding: ieee754-javascript-share\n    cap: «5%\n"),
  shaped(.noClusters, "clusters: {source", "    cap: 5\n    cap_per: «cluster\n"),
  shaped(.keyNotApplicable, "whose `cap`", "    cap_per: «account\n"),
  shaped(.keyNotApplicable, "to each account", "    cap: points\n    cap_per: «cluster\n"),
  shaped(.unknownChoice, "account, cluster", "    cap: 5\n    cap_per: «person\n"),
  given(.keyNotApplicable, "Given amounts", "    cap: «5\n"),
  given(.keyNotApplicable, "Given amounts", "    unit: «0.1\n"),
  given(.keyNotApplicable, "or not at all", "    floor: 0.1\n    below_floor: «raise\n"),
  BrokenPlan(
    .keyNotApplicable, "carry their amounts",
    ("    budget: 20%\n", "    budget: 20%\n    floor: «1\n")),
]
