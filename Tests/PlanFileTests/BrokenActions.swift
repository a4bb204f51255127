import PlanFile

extension Part {
  /// A source of trades, with more keys.
  static func trades(_ keys: String) -> String {
    """
    {name: trades, file: trades.csv, time: at, duplicates: sum, columns: [{name: at, type: time}, \
    {name: maker, type: address}, {name: volume, type: amount, token: USD}, \
    {name: side, type: word}, {name: n, type: integer}], \(keys)}
    """
  }
}

private func trades(_ problem: PlanProblem, _ phrase: String, _ keys: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, Part.sources(Part.trades(keys)))
}

private func wash(_ problem: PlanProblem, _ phrase: String, _ keys: String) -> BrokenPlan {
  trades(problem, phrase, "wash: {counterparty: maker, volume: volume, \(keys)}")
}

private let signer = "0x00000000000000000000000000000000000000b1"

/// Limits of actions, wash trades and tasks that cannot be.
let brokenActions: [BrokenPlan] = [
  trades(.missingKey, "no key 'at_most'", "limits: [«{per: 1d}]"),
  trades(.integerOutOfRange, "1 … 1000000000", "limits: [{at_most: «0}]"),
  trades(.malformedInteger, "a whole number", "limits: [{at_most: «1.5}]"),
  trades(.zeroLimit, "a limit above 0", "limits: [{at_most: «0, of: volume}]"),
  trades(.zeroLimit, "a duration above 0", "limits: [{at_most: 1, per: «0d}]"),
  trades(.tooManyDecimals, "6", "limits: [{at_most: «0.0000001, of: volume}]"),
  trades(.unknownColumn, "Did you mean 'volume'?", "limits: [{at_most: 1, of: «volum}]"),
  trades(.wrongColumnType, "of times, expected numbers", "limits: [{at_most: 1, of: «at}]"),
  trades(.wrongColumnType, "of addresses", "limits: [{at_most: 1, of: «maker}]"),
  trades(.unknownColumn, "column of the source", "limits: [{at_most: 1, each: «market}]"),
  trades(.unknownColumn, "`type: word`: side", "limits: [{at_most: 1, where: «{n: buy}}]"),
  trades(
    .malformedWord, "no blank at either end", "limits: [{at_most: 1, where: «{side: \"buy \"}}]"),
  trades(.malformedDuration, "such as 1d", "limits: [{at_most: 1, per: «day}]"),
  trades(.emptyList, "at least one", "limits: «[]"),
  BrokenPlan(
    .actionsWithoutTime, "Write `time: at`",
    ("file: users.csv\n", "file: users.csv\n    limits: «[{at_most: 1}]\n")),
  BrokenPlan(
    .actionsWithoutTime, "Write `{name: at, type: time}`",
    ("file: users.csv\n", "file: users.csv\n    time: at\n    limits: «[{at_most: 1}]\n")),
  BrokenPlan(
    .actionsWithoutTime, "when they happened",
    Part.sources(
      Part.blocks,
      """
      {name: acts, file: a.csv, time: {key: at, in: blocks}, columns: [{name: at, type: time}],
           limits: «[{at_most: 1}]}
      """)),
  BrokenPlan(
    .keyNotApplicable, "Only rows of actions",
    Part.sources(
      "{name: held, file: h.csv, time: at, positions: {amount: n}, limits: «[{at_most: 1}]}")),
  BrokenPlan(
    .keyNotApplicable, "Only rows of actions",
    Part.sources(
      """
      {name: held, file: h.csv, time: at, positions: {amount: n},
           wash: «{counterparty: a, volume: n}}
      """)),
  trades(.missingKey, "no key 'volume'", "wash: «{counterparty: maker}"),
  trades(
    .wrongColumnType, "of words, expected addresses",
    "wash: {counterparty: «side, volume: volume}"),
  trades(
    .wrongColumnType, "of words, expected numbers", "wash: {counterparty: maker, volume: «side}"),
  wash(.unknownChoice, "drop, count", "same_cluster: «yes"),
  wash(.washWithoutClusters, "no `clusters` in the plan", "same_cluster: «drop"),
  wash(.zeroLimit, "a percentage above 0", "pair_cap: «0%"),
  wash(.malformedPercentage, "%", "pair_cap: «10"),
  wash(.keyNotApplicable, "belongs to `round_trip`", "side: «side"),
  wash(.keyNotApplicable, "belongs to `round_trip`", "market: «n"),
  trades(
    .missingKey, "buying from selling",
    "wash: «{counterparty: maker, volume: volume, round_trip: 1h}"),
  wash(.unknownColumn, "Did you mean 'side'?", "round_trip: 1h, side: «sides"),
  BrokenPlan(
    .washWithoutClusters, "the clusters of the source itself",
    ("programs:\n", "clusters: {source: trades, column: n}\nprograms:\n"),
    Part.sources(
      """
      {name: trades, file: t.csv, time: at, columns: [{name: at, type: time},
           {name: maker, type: address}, {name: n, type: integer}],
           wash: {counterparty: maker, volume: n, same_cluster: «drop}}
      """)),
  BrokenPlan(
    .programWithoutActions, "a program of kind tasks",
    Part.paying("from: «users", by: "weight: points", kind: "tasks")),
  BrokenPlan(
    .programWithoutActions, "a program of kind trading", Part.sources(Part.held),
    Part.paying("from: «held", by: "weight: held", kind: "trading")),
  BrokenPlan(
    .missingKey, "whom the plan names",
    Part.sources("«{name: quests, file: q.jsonl, statements: tasks}")),
  BrokenPlan(
    .keyNotApplicable, "amounts of no token",
    Part.sources(
      "{name: quests, file: q.jsonl, statements: tasks, signers: [\(signer)], token: «ACME}")),
  BrokenPlan(
    .keyNotApplicable, "Only tasks are done at a time",
    Part.sources("{name: moved, file: m.jsonl, statements: redirects, window: «7d}")),
  BrokenPlan(
    .keyNotApplicable, "Words are shown",
    (
      "{name: points, type: integer}",
      "{name: points, type: integer}\n      - {name: w, type: word, empty: «zero}"
    )),
  BrokenPlan(
    .wrongColumnType, "of words, expected a column of numbers",
    Part.sources(Part.trades("no_rows: allow")), Part.weighed("points * trades.«side")),
]
