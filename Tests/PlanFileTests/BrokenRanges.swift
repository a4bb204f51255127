import PlanFile

/// `basePlan` with a source of prices before its own.
private func price(_ problem: PlanProblem, _ phrase: String, _ keys: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, Part.sources("{name: pool, file: swaps.csv, \(keys)}"))
}

/// `basePlan` with positions in ranges after a price that they may use.
private func ranges(
  _ problem: PlanProblem, _ phrase: String, _ text: String, _ keys: String = ""
) -> BrokenPlan {
  BrokenPlan(
    problem, phrase,
    Part.sources(Part.pool, "{name: lp, file: lp.csv, time: at, ranges: \(text)\(keys)}"))
}

extension Part {
  static let pool =
    "{name: pool, file: swaps.csv, time: at, price: {tick: tick, sqrt_price: root}}"
  static let positions =
    "{name: lp, file: lp.csv, time: at, "
    + "ranges: {lower: from, upper: to, liquidity: change, price: pool}}"
  fileprivate static let range = "{lower: from, upper: to, liquidity: change, price: pool}"
}

/// Prices of pools that cannot be.
let brokenPools: [BrokenPlan] = [
  BrokenPlan(
    .missingKey, "when each row happened",
    Part.sources("«{name: pool, file: s.csv, price: {tick: tick, sqrt_price: root}}")),
  price(.missingKey, "no key 'tick'", "time: at, price: «{sqrt_price: root}"),
  price(.missingKey, "no key 'sqrt_price'", "time: at, price: «{tick: tick}"),
  price(
    .unknownKey, "tick, sqrt_price, volume, order",
    "time: at, price: {tick: tick, «price: root, sqrt_price: r}"),
  price(
    .duplicateName, "after `price.tick`",
    "time: at, price: {tick: tick, sqrt_price: «tick}"),
  price(
    .duplicateName, "after `time`", "time: at, price: {tick: tick, sqrt_price: root, volume: «at}"),
  price(
    .duplicateName, "'log' again",
    "time: at, price: {tick: tick, sqrt_price: root, order: «[log, log]}"),
  price(
    .keyNotApplicable, "no accounts",
    "time: at, price: {tick: tick, sqrt_price: root}, account: «user"),
  price(
    .keyNotApplicable, "no accounts",
    "time: at, price: {tick: tick, sqrt_price: root}, window: «90d"),
  price(
    .keyNotApplicable, "no accounts",
    "time: at, price: {tick: tick, sqrt_price: root}, columns: «[{name: n, type: integer}]"),
  price(
    .conflictingKeys, "both `positions` and `price`",
    "time: at, positions: {}, price: «{tick: tick, sqrt_price: root}"),
  BrokenPlan(
    .sourceWithoutAccounts, "price: pool}`", Part.sources(Part.pool),
    Part.paying("from: «pool", by: "weight: points")),
  BrokenPlan(
    .sourceWithoutAccounts, "the prices of a pool 'pool'", Part.sources(Part.pool),
    Part.weighed("if(listed(«pool), 1, 2)")),
  BrokenPlan(
    .sourceWithoutAccounts, "the prices of a pool 'pool'", Part.sources(Part.pool),
    Part.clusters("{source: «pool, column: at}")),
]

/// Positions in ranges that cannot be.
let brokenRanges: [BrokenPlan] = [
  ranges(.missingKey, "no key 'lower'", "«{upper: to, liquidity: change, price: pool}"),
  ranges(.missingKey, "no key 'price'", "«{lower: from, upper: to, liquidity: change}"),
  ranges(
    .unknownSource, "Did you mean 'pool'?",
    "{lower: from, upper: to, liquidity: change, price: «pol}"),
  ranges(
    .laterSource, "stands before this one: pool",
    "{lower: from, upper: to, liquidity: change, price: «users}"),
  BrokenPlan(
    .sourceWithoutPrice, "none does",
    Part.sources(
      Part.held,
      "{name: lp, file: lp.csv, time: at, "
        + "ranges: {lower: from, upper: to, liquidity: change, price: «held}}")),
  BrokenPlan(
    .laterSource, "none does",
    Part.sources(
      Part.positions.replacing("price: pool", with: "price: «pool"), Part.pool)),
  ranges(
    .duplicateName, "after `ranges.lower`",
    "{lower: from, upper: «from, liquidity: change, price: pool}"),
  ranges(
    .duplicateName, "after `account`",
    "{lower: from, upper: to, liquidity: «account, price: pool}"),
  ranges(
    .unknownChoice, "true, false",
    "{lower: from, upper: to, liquidity: change, price: pool, out_of_range: «yes}"),
  ranges(.wrongMeasure, "in_range, amount0, amount1, fees", Part.range, ", columns: [«held]"),
  ranges(.unknownChoice, "Did you mean 'fees'?", Part.range, ", columns: [«fee]"),
  ranges(.duplicateName, "'fees' again", Part.range, ", columns: [fees, «fees]"),
  ranges(.keyNotApplicable, "one row per account", Part.range, ", minimum_holding: «7d"),
  ranges(.keyNotApplicable, "one row per account", Part.range, ", duplicates: «sum"),
  ranges(.keyNotApplicable, "one row per account", Part.range, ", token: «ACME"),
  BrokenPlan(
    .missingKey, "when each row happened",
    Part.sources(Part.pool, "«{name: lp, file: lp.csv, ranges: \(Part.range)}")),
  BrokenPlan(
    .wrongMeasure, "opening, closing",
    Part.sources(
      "{name: held, file: h.csv, time: at, positions: {}, columns: [«fees]}")),
  BrokenPlan(
    .sourceWithoutBalances, "of ranges",
    Part.sources(Part.pool, Part.positions, "{name: net, balance: «lp}")),
  BrokenPlan(
    .sourceWithoutBalances, "of prices", Part.sources(Part.pool, "{name: net, balance: «pool}")),
  BrokenPlan(
    .windowWithoutEpochs, "no `epochs`", (Part.epochs, ""),
    Part.sources(Part.pool, Part.positions.replacing("name: lp", with: "name: «lp"))),
]
