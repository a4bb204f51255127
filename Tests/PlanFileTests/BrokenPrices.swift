import PlanFile

/// Two sources of observations, one of balances, and one of what came in.
private let sources =
  Part.columns + """
      - {name: feed, file: feed.csv, time: at, observations: {value: price, places: 8}}
      - {name: dex, file: dex.csv, time: at, observations: {value: price, places: 8}}
      - name: staked
        file: staked.csv
        time: at
        positions: {amount: change, token: ACME}
      - name: came
        file: came.csv
        time: at
        columns: [{name: fee, type: amount, token: ACME}, {name: hits, type: integer}]
        duplicates: sum

    """

/// Windows that need no epochs.
private let fixedWindows = ["staked", "came"].map { name in
  (
    "file: \(name).csv\n    time: at\n",
    "file: \(name).csv\n    time: at\n    window: {start: 2027-01-01, end: 2027-02-01}\n"
  )
}

private let price =
  "{name: eth, sources: [feed, dex], stale_after: 1h, deviation: 5%, at_least: 1}"

/// `basePlan` with these sources and a price, of which a part is replaced.
private func priced(
  _ problem: PlanProblem, _ phrase: String, _ old: String, _ new: String,
  _ others: (String, String)...
) -> BrokenPlan {
  BrokenPlan(
    problem, phrase,
    edits: [
      (Part.columns, sources), (Part.epochs, Part.epochs + "prices:\n  - \(price)\n"), (old, new),
    ] + others)
}

/// The same with other lines in the place of the first program's.
private func paying(
  _ problem: PlanProblem, _ phrase: String, _ program: String,
  _ others: [(String, String)] = []
) -> BrokenPlan {
  BrokenPlan(
    problem, phrase,
    edits: [
      (Part.columns, sources), (Part.epochs, Part.epochs + "prices:\n  - \(price)\n"),
      (
        "    kind: airdrop\n    campaign: main\n    budget: 500\n    from: users\n" + Part.weight,
        program
      ),
    ] + others)
}

private func fees(
  _ problem: PlanProblem, _ phrase: String, _ budget: String, rest: String = "",
  _ others: (String, String)...
) -> BrokenPlan {
  BrokenPlan(
    problem, phrase,
    edits: [
      (Part.columns, sources),
      (
        "    kind: airdrop\n    campaign: main\n    budget: 500\n",
        "    kind: fees\n    campaign: main\n    budget: \(budget)\n" + rest
      ),
    ] + others)
}

private func rated(
  _ problem: PlanProblem, _ phrase: String, _ rate: String, _ others: (String, String)...
) -> BrokenPlan {
  paying(
    problem, phrase,
    "    kind: airdrop\n    campaign: main\n    budget: 500\n    from: staked\n    weight: held\n"
      + rate, others)
}

private let constant = "    emission: {shape: constant}\n"

let brokenPrices: [BrokenPlan] = [
  priced(.unknownSource, "Did you mean 'feed'?", "[feed, dex]", "[«fed, dex]"),
  priced(.sourceWithoutObservations, "observations: {value", "[feed, dex]", "[«users, dex]"),
  priced(.duplicateName, "each source once", "[feed, dex]", "[feed, «feed]"),
  priced(.emptyList, "at least one", "[feed, dex]", "«[]"),
  priced(.malformedDuration, "above zero", "stale_after: 1h", "stale_after: «0s"),
  priced(
    .missingKey, "no key 'stale_after'", "{name: eth, sources: [feed, dex], stale_after: 1h,",
    "«{name: eth, sources: [feed, dex],"),
  priced(.percentageOver100, "at most 100%", "deviation: 5%", "deviation: «101%"),
  priced(.integerOutOfRange, "1 … 2", "at_least: 1}", "at_least: «3}"),
  priced(.integerOutOfRange, "1 … 2", "at_least: 1}", "at_least: «0}"),
  priced(.unknownChoice, "start, end, average", "stale_after: 1h", "at: «close, stale_after: 1h"),
  priced(
    .differentPlaces, "feed with 8, dex with 6", "[feed, dex]", "«[feed, dex]",
    (
      "dex.csv, time: at, observations: {value: price, places: 8}",
      "dex.csv, time: at, observations: {value: price, places: 6}"
    )),
  BrokenPlan(
    .epochsMissing, "epochs: {start",
    edits: [(Part.columns, sources), (Part.epochs, "prices:\n  «- \(price)\n")] + fixedWindows),
  priced(
    .missingKey, "when each value was observed", "{name: feed, file: feed.csv, time: at,",
    "«{name: feed, file: feed.csv,"),
  priced(
    .keyNotApplicable, "no accounts", "file: feed.csv, time: at",
    "file: feed.csv, time: at, account: «user"),
  priced(
    .duplicateName, "a column of its own", "feed.csv, time: at, observations: {value: price",
    "feed.csv, time: at, observations: {value: «at"),
  priced(
    .missingKey, "no key 'places'", "feed.csv, time: at, observations: {value: price, places: 8}",
    "feed.csv, time: at, observations: «{value: price}"),
  priced(.sourceWithoutAccounts, "the observations 'feed'", "from: users", "from: «feed"),
  priced(.unknownPrice, "Did you mean 'eth'?", Part.weight, "    weight: points * price(«eht)\n"),
  priced(.wrongArgument, "Write price(name)", Part.weight, "    weight: points * price(«1)\n"),
  priced(
    .unexpectedPart, "a closing parenthesis", Part.weight,
    "    weight: points * price(eth «+ 1)\n"),
  priced(
    .sourceWithoutAccounts, "the observations 'dex'", Part.weight,
    "    weight: points + «dex.value\n"),
  priced(
    .sourceWithoutAccounts, "the observations 'dex'", Part.epochs,
    Part.epochs + "clusters: {source: «dex, column: time}\n"),
]

let brokenRevenue: [BrokenPlan] = [
  priced(.notASingleValue, "a mapping", "budget: 500", "budget: «{source: came, column: fee}"),
  fees(.unknownSource, "Did you mean 'came'?", "{source: «cane, column: fee}"),
  fees(.wrongRevenue, "time: column", "{source: «users, column: points}"),
  fees(.wrongRevenue, "Each row is something", "{source: «staked, column: held}"),
  fees(.wrongRevenue, "Each row is something", "{source: «feed, column: value}"),
  fees(
    .wrongRevenue, "Leave `window` out", "{source: «came, column: fee}",
    ("came.csv\n    time: at\n", "came.csv\n    time: at\n    window: 30d\n")),
  fees(
    .wrongRevenue, "one with `duplicates: sum`", "{source: «came, column: fee}",
    ("type: integer}]\n    duplicates: sum\n", "type: integer}]\n")),
  fees(.unknownColumn, "fee, hits", "{source: came, column: «fees}"),
  fees(.wrongColumnType, "amounts of ACME", "{source: came, column: «hits}"),
  fees(.zeroAmount, "a part above 0", "{source: came, column: fee, part: «0%}"),
  fees(.malformedPercentage, "a percentage", "{source: came, column: fee, part: «50}"),
  fees(
    .keyNotApplicable, "is split by weights", "{source: came, column: fee}",
    rest: "    emission: «{shape: constant}\n"),
  fees(
    .keyNotApplicable, "not known beforehand", "{source: came, column: fee}",
    rest: "    insiders: «true\n"),
  fees(
    .keyNotApplicable, "which vests", "{source: came, column: fee}",
    (
      Part.campaign,
      Part.campaign + "    vesting: {shape: linear, start: 2027-01-01, duration: 10d}\n"
    ), ("kind: fees\n    campaign: main", "kind: fees\n    campaign: «main")),
]

let brokenRates: [BrokenPlan] = [
  rated(.conflictingKeys, "A rate is a cap", "    cap: 5\n    rate: «{amount: 1, per: 1d}\n"),
  rated(.conflictingKeys, "A rate is a cap", "    rate: {amount: 1, per: 1d}\n    apr: «12%\n"),
  rated(.zeroAmount, "a rate above 0", "    rate: {amount: «0.0, per: 1d}\n"),
  rated(.zeroAmount, "a rate above 0", "    rate: {amount: 1, per: 1d, for: «0}\n"),
  rated(.malformedDuration, "above zero", "    rate: {amount: 1, per: «0d}\n"),
  rated(.tooManyDecimals, "18 decimals", "    rate: {amount: «0.1234567890123456789, per: 1d}\n"),
  rated(.missingKey, "no key 'per'", "    rate: «{amount: 1}\n"),
  rated(.malformedPercentage, "such as 12.5%", "    apr: «12\n"),
  rated(.malformedPercentage, "such as 12.5%", "    apr: «1.23456789%\n"),
  rated(.zeroAmount, "a rate above 0", "    apr: «0%\n"),
  rated(.unknownPrice, "eth", "    apr: «{part: 12%, price: btc}\n"),
  rated(.keyNotApplicable, "to each account", "    apr: 12%\n    cap_per: «cluster\n"),
  rated(
    .rateOverWindow, "would be paid several times", "    rate: «{amount: 1, per: 1d}\n" + constant,
    ("staked.csv\n    time: at\n", "staked.csv\n    time: at\n    window: 28d\n")),
  rated(
    .rateOverWindow, "Leave `window` out", "    apr: «12%\n" + constant,
    (
      "staked.csv\n    time: at\n",
      "staked.csv\n    time: at\n    window: {start: 2026-01-01, end: 2026-02-01}\n"
    )),
  paying(
    .rateWithoutBalances, "Add `held`",
    "    kind: airdrop\n    campaign: main\n    budget: 500\n    from: users\n" + Part.weight
      + "    apr: «12%\n"),
  paying(
    .mixedUnits, "in one token, or a price",
    "    kind: airdrop\n    campaign: other\n    budget: 500\n    from: staked\n    weight: held\n"
      + "    apr: «12%\n"),
  paying(
    .keyNotApplicable, "Given amounts",
    "    kind: airdrop\n    campaign: main\n    budget: 500\n    from: staked\n    amount: 5\n"
      + "    rate: «{amount: 1, per: 1d}\n"),
]
