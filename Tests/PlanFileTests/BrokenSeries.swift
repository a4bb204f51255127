import PlanFile

extension Part {
  /// Lines of sources before the base plan's own.
  static func sources(_ lines: String...) -> (String, String) {
    ("sources:\n", "sources:\n" + lines.map { "  - \($0)\n" }.joined())
  }

  /// The base plan's first program, of another source.
  static func paying(
    _ source: String, by rule: String, kind: String = "airdrop"
  ) -> (String, String) {
    (
      "kind: airdrop\n    campaign: main\n    budget: 500\n    from: users\n    weight: points\n",
      "kind: \(kind)\n    campaign: main\n    budget: 500\n    \(source)\n    \(rule)\n"
    )
  }

  static let held = "{name: held, file: held.csv, time: at, positions: {amount: n}}"
  static let blocks = "{name: blocks, file: blocks.csv, key: block, times: at}"
  static let a1 = "0x00000000000000000000000000000000000000a1"
}

/// `basePlan` with sources before its own.
private func sources(
  _ problem: PlanProblem, _ phrase: String, _ lines: String...
) -> BrokenPlan {
  BrokenPlan(
    problem, phrase, ("sources:\n", "sources:\n" + lines.map { "  - \($0)\n" }.joined()))
}

/// `basePlan` with a source of balances from a file before its own.
private func positions(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  sources(problem, phrase, "{name: held, file: held.csv, time: at, positions: \(text)}")
}

/// `basePlan` with more keys in such a source.
private func held(_ problem: PlanProblem, _ phrase: String, _ keys: String) -> BrokenPlan {
  sources(problem, phrase, "{name: held, file: held.csv, positions: {amount: n}, \(keys)}")
}

/// `basePlan` with a source of computed balances after one that it may use.
private func balance(
  _ problem: PlanProblem, _ phrase: String, _ expression: String, _ keys: String = ""
) -> BrokenPlan {
  sources(problem, phrase, Part.held, "{name: net, balance: \(expression)\(keys)}")
}

/// `basePlan` with a vault after two sources that it may use.
private func vault(
  _ problem: PlanProblem, _ phrase: String, _ text: String, _ keys: String = ""
) -> BrokenPlan {
  sources(
    problem, phrase, Part.held, Part.held.replacing("name: held", with: "name: vaulted"),
    "{name: through, look_through: \(text)\(keys)}")
}

/// Times of rows that cannot be.
let brokenTimes: [BrokenPlan] = [
  sources(
    .unknownSource, "blocks, acts, users", Part.blocks,
    "{name: acts, file: a.csv, time: {key: block, in: «block}}"),
  sources(
    .laterSource, "move it up", "{name: acts, file: a.csv, time: {key: block, in: «blocks}}",
    Part.blocks),
  sources(
    .sourceWithoutTimes, "Write `key: block` and `times: …` there", Part.held,
    "{name: acts, file: a.csv, time: {key: block, in: «held}}"),
  sources(
    .missingKey, "no key 'in'", Part.blocks, "{name: acts, file: a.csv, time: «{key: block}}"),
  sources(
    .sourceWithoutAccounts, "the table of times 'blocks'", Part.blocks,
    "{name: acts, file: a.csv, account: {key: block, in: «blocks}}"),
  sources(.missingKey, "look its time up", "«{name: blocks, file: b.csv, times: at}"),
  sources(.missingKey, "no key 'file'", "«{name: blocks, key: block, times: at}"),
  sources(
    .keyNotApplicable, "no accounts",
    "{name: blocks, file: b.csv, key: block, times: at, account: «a}"),
  sources(
    .keyNotApplicable, "no accounts",
    "{name: blocks, file: b.csv, key: block, times: at, columns: «[{name: n, type: integer}]}"),
  sources(
    .duplicateName, "after `key`", "{name: blocks, file: b.csv, key: block, times: «block}"),
  sources(
    .conflictingKeys, "both `times` and `positions`",
    "{name: blocks, file: b.csv, key: block, times: at, positions: «{amount: n}}"),
  BrokenPlan(
    .sourceWithoutAccounts, "time: {key: …, in: blocks}", Part.sources(Part.blocks),
    Part.paying("from: «blocks", by: "weight: points")),
  BrokenPlan(
    .sourceWithoutAccounts, "the table of times 'blocks'", Part.sources(Part.blocks),
    Part.clusters("{source: «blocks, column: at}")),
  BrokenPlan(
    .sourceWithoutAccounts, "the table of times 'blocks'", Part.sources(Part.blocks),
    ("programs:\n", "redirects:\n  - {source: «blocks, to: at}\nprograms:\n")),
  BrokenPlan(
    .sourceWithoutAccounts, "a row per account", Part.sources(Part.blocks),
    Part.weighed("if(listed(«blocks), 1, 2)")),
  BrokenPlan(
    .duplicateName, "after `account`",
    ("file: users.csv\n", "file: users.csv\n    account: at\n    time: «at\n")),
  BrokenPlan(
    .keyNotApplicable, "rows with a `time`",
    ("file: users.csv\n", "file: users.csv\n    window: «epoch\n")),
  BrokenPlan(
    .keyNotApplicable, "balances over time",
    ("file: users.csv\n", "file: users.csv\n    minimum_holding: «7d\n")),
  BrokenPlan(
    .keyNotApplicable, "balances over time",
    ("file: users.csv\n", "file: users.csv\n    places: «2\n")),
  BrokenPlan(
    .wrongPrivateColumn, "another set in every epoch",
    ("file: users.csv\n", "file: users.csv\n    time: at\n"),
    ("type: integer}", "type: integer, private: «true}")),
  BrokenPlan(
    .keyNotApplicable, "docs/reference/statements.md",
    Part.sources("{name: moved, file: m.jsonl, statements: redirects, time: «at}")),
  BrokenPlan(
    .windowWithoutEpochs, "no `epochs` in the plan", (Part.epochs, ""),
    ("file: users.csv\n", "file: users.csv\n    time: at\n    window: «90d\n")),
  BrokenPlan(
    .windowWithoutEpochs, "add `epochs`", (Part.epochs, ""),
    (
      "  - name: users\n",
      "  - {name: «held, file: h.csv, time: at, positions: {}}\n  - name: users\n"
    )),
]

/// Windows that cannot be.
let brokenWindows: [BrokenPlan] = [
  held(.malformedDuration, "epoch, or a duration above zero", "time: at, window: «0d"),
  held(.malformedDuration, "start: 2027-01-01", "time: at, window: «epochs"),
  held(
    .emptyWindow, "half-open", "time: at, window: {start: 2027-01-02, end: «2027-01-02}"),
  held(.missingKey, "no key 'end'", "time: at, window: «{start: 2027-01-02}"),
  held(.malformedTime, "a time in UTC", "time: at, window: {start: «today, end: 2027-01-02}"),
  // The base plan's first epoch ends on 2027-01-08.
  BrokenPlan(
    .windowAfterEpoch, "first epoch at the latest, 2027-01-08T00:00:00Z",
    Part.sources(Part.ending("«2027-01-08T00:00:01Z")),
    Part.paying("from: held", by: "weight: held")),
]

/// Times at which rows were received that cannot be.
let brokenReceived: [BrokenPlan] = [
  BrokenPlan(
    .receivedWithoutEpochs, "and no `epochs` in the plan", (Part.epochs, ""),
    ("file: users.csv\n", "file: users.csv\n    time: at\n    received: «seen\n")),
  held(
    .receivedInFixedWindow, "`received` of the source 'held'",
    "time: at, received: seen, window: «{start: 2027-01-01, end: 2027-01-02}"),
  sources(
    .receivedInFixedWindow, "a window that ends with the epoch",
    "{name: held, file: h.csv, time: at, received: seen, positions: {amount: n}}",
    "{name: net, balance: held, window: «{start: 2027-01-01, end: 2027-01-02}}"),
  held(.duplicateName, "after `time`", "time: at, received: «at"),
  sources(
    .duplicateName, "after `received`",
    "{name: held, file: h.csv, time: at, received: n, positions: {amount: «n}}"),
  held(.missingKey, "no key 'column'", "time: at, received: «{within: 2d}"),
  held(.unknownKey, "the key 'until'", "time: at, received: {column: seen, «until: 2d}"),
  held(.malformedDuration, "a duration in s", "time: at, received: {column: seen, within: «2}"),
  BrokenPlan(
    .keyNotApplicable, "rows with a `time`",
    ("file: users.csv\n", "file: users.csv\n    received: «seen\n")),
  BrokenPlan(
    .duplicateName, "after `account`",
    (
      "file: users.csv\n",
      "file: users.csv\n    account: by\n    time: at\n    received: «by\n"
    )),
  sources(
    .keyNotApplicable, "changes of balances",
    "{name: blocks, file: blocks.csv, key: block, times: at, received: «seen}"),
  sources(
    .keyNotApplicable, "count in a later epoch", Part.held,
    "{name: net, balance: held, received: «seen}"),
]

/// Changes of balances that cannot be.
let brokenPositions: [BrokenPlan] = [
  sources(.missingKey, "when each row happened", "«{name: held, file: h.csv, positions: {}}"),
  sources(.missingKey, "no key 'file'", "«{name: held, time: at, positions: {}}"),
  positions(.unknownChoice, "change, balance, transfer, kinds", "{effect: «add}"),
  positions(.missingKey, "The column of balances", "«{effect: balance}"),
  positions(.missingKey, "words that say", "«{effect: kinds, adds: a}"),
  positions(.missingAlternative, "neither `adds`, `takes` nor `moves`", "«{kind: k, ignores: a}"),
  positions(
    .ambiguousWord, "'b' again, after `adds`", "{kind: k, adds: [a, b], takes: «[c, b]}"),
  positions(.ambiguousWord, "'a' again", "{kind: k, adds: «[a, a]}"),
  positions(.emptyValue, "a text", "{kind: k, adds: [a, «\"\"]}"),
  positions(.keyNotApplicable, "It belongs to `kind`", "{amount: n, adds: «a}"),
  positions(.keyNotApplicable, "It belongs to `kind`", "{effect: transfer, kind: «k}"),
  positions(.keyNotApplicable, "words under `moves`", "{kind: k, adds: a, to: «b}"),
  positions(.keyNotApplicable, "amounts that move", "{effect: change, to: «b}"),
  positions(.keyNotApplicable, "It belongs to `amount`", "{token: «ACME}"),
  positions(.keyNotApplicable, "It belongs to `amount`", "{places: «2}"),
  positions(.keyNotApplicable, "Only amounts of a token", "{amount: n, unit: «base}"),
  positions(.conflictingKeys, "both `token` and `places`", "{amount: n, token: ACME, places: «2}"),
  positions(.unknownToken, "ACME, USD", "{amount: n, token: «ACNE}"),
  positions(.integerOutOfRange, "36", "{amount: n, places: «37}"),
  positions(.keyNotApplicable, "the last one counts", "{amount: n, order: «block}"),
  positions(
    .duplicateName, "'block' again",
    "{effect: balance, amount: n, order: «[block, block]}"),
  positions(
    .malformedName, "a column name without commas", "{effect: balance, amount: n, order: «[a;b]}"),
  positions(.malformedDuration, "a duration above zero", "{amount: n, every: «0s}"),
  positions(.duplicateName, "the column 'at' again, after `time`", "{amount: «at}"),
  positions(.duplicateName, "the column 'n' again", "{amount: n, to: «n}"),
  positions(.duplicateName, "the column 'n' again", "{amount: n, kind: «n, adds: a}"),
  positions(.unknownKey, "effect, amount", "{«amounts: n}"),
  held(.keyNotApplicable, "one row per account", "time: at, duplicates: «sum"),
  held(.keyNotApplicable, "one row per account", "time: at, key: «id"),
  held(.notASingleValue, "a single value", "time: at, account: «{key: id, in: users}"),
  held(.keyNotApplicable, "to the amounts", "time: at, token: «ACME"),
]

/// Computed balances that cannot be.
let brokenBalances: [BrokenPlan] = [
  balance(.unknownSource, "Did you mean 'held'?", "«heldd * 2"),
  balance(.laterSource, "the source itself", "held + «net"),
  balance(.laterSource, "the later source users", "held + «users"),
  sources(.sourceWithoutBalances, "of rows", Part.blocks, "{name: net, balance: «blocks}"),
  sources(
    .sourceWithoutBalances, "no whole number", Part.held,
    Part.held.replacing("name: held", with: "name: vaulted"),
    "{name: through, look_through: {deposits: held, vault: \(Part.a1), shares: vaulted}}",
    "{name: net, balance: 1 + «through}"),
  balance(.balanceOfOthers, "found sum()", "held / «sum(held)"),
  balance(.balanceOfOthers, "found row_count()", "«row_count()"),
  balance(.balanceOfOthers, "found listed()", "\"if(«listed(users), held, 0)\""),
  balance(.balanceOfOthers, "found allocated()", "held * «allocated(drop)"),
  balance(.balanceOfOthers, "a column of 'users'", "held + «users.points"),
  balance(.sourceWithoutBalances, "an expression without a source", "«5"),
  balance(.numberExpected, "a condition", "«held > 5"),
  balance(.mixedUnits, "same unit", "held «+ held * usd")
    .withSource(
      "{name: usd, file: u.csv, time: at, positions: {amount: n, token: USD}}"),
  balance(.mixedUnits, "expected an amount of ACME", "«usd", ", token: ACME")
    .withSource(
      "{name: usd, file: u.csv, time: at, positions: {amount: n, token: USD}}"),
  balance(.mixedUnits, "`token: USD` beside it", "«usd")
    .withSource(
      "{name: usd, file: u.csv, time: at, positions: {amount: n, token: USD}}"),
  balance(.conflictingKeys, "both `token` and `places`", "held", ", token: ACME, places: «2"),
  balance(.keyNotApplicable, "of other sources", "held", ", file: «h.csv"),
  balance(.keyNotApplicable, "of other sources", "held", ", time: «at"),
  balance(.keyNotApplicable, "of other sources", "held", ", where: «{a: b}"),
  balance(.malformedDuration, "such as 24h", "held", ", minimum_holding: «week"),
]

/// Vaults that cannot be.
let brokenVaults: [BrokenPlan] = [
  vault(
    .unknownSource, "held, vaulted", "{deposits: «hold, vault: \(Part.a1), shares: vaulted}"),
  vault(.laterSource, "the later", "{deposits: held, vault: \(Part.a1), shares: «users}"),
  vault(.vaultOfItself, "two sources", "{deposits: held, vault: \(Part.a1), shares: «held}"),
  vault(.zeroAddress, "somebody holds", "{deposits: held, vault: «0x\(zeros), shares: vaulted}"),
  vault(.missingKey, "no key 'vault'", "«{deposits: held, shares: vaulted}"),
  vault(.wrongMeasure, "held, share, running", Part.vault, ", columns: [held, «lowest]"),
  vault(.unknownChoice, "Did you mean 'share'?", Part.vault, ", columns: [«shares]"),
  vault(.keyNotApplicable, "seen through to", Part.vault, ", minimum_holding: «7d"),
  vault(.keyNotApplicable, "as its deposits are", Part.vault, ", token: «ACME"),
]

private let zeros = String(repeating: "0", count: 40)

extension Part {
  fileprivate static let vault = "{deposits: held, vault: \(a1), shares: vaulted}"
}

extension BrokenPlan {
  /// The same with another source before all.
  fileprivate func withSource(_ line: String) -> BrokenPlan {
    marking("sources:\n", "sources:\n  - \(line)\n")
  }
}

/// Who has no part in balances, and who cannot be kept out of them there.
let brokenExclusions: [BrokenPlan] = [
  held(.missingKey, "no key 'reason'", "time: at, exclude: [«{account: \(Part.a1)}]"),
  held(
    .duplicateAccount, "each account once",
    "time: at, exclude: [{account: \(Part.a1), reason: a}, {account: «\(Part.a1), reason: b}]"),
  held(.emptyList, "at least one", "time: at, exclude: «[]"),
  vault(
    .keyNotApplicable, "of the deposits, or of the shares", Part.vault,
    ", exclude: «[{account: \(Part.a1), reason: a}]"),
  sources(
    .keyNotApplicable, "programs have an `exclude` of their own",
    "{name: other, file: o.csv, exclude: «[{account: \(Part.a1), reason: a}]}"),
  sources(
    .keyNotApplicable, "programs have an `exclude` of their own",
    "{name: blocks, file: b.csv, key: b, times: at, exclude: «[{account: \(Part.a1), reason: a}]}"),
  BrokenPlan(
    .keyNotApplicable, "Write `exclude` in the source", Part.sources(Part.sharing),
    Part.paying(
      "from: held", by: "weight: share\n    exclude: «[{account: \(Part.a1), reason: a}]")),
  BrokenPlan(
    .keyNotApplicable, "Write `exclude` in the source", Part.sources(Part.sharing),
    Part.paying("from: held", by: "weight: share\n    filter: «running > 5")),
]

/// What programs make of balances and cannot.
let brokenMeasures: [BrokenPlan] = [
  held(.unknownChoice, "opening, closing, lowest", "time: at, columns: [«low]"),
  held(.duplicateName, "'held' again", "time: at, columns: [held, «held]"),
  held(.notASingleValue, "a mapping", "time: at, columns: [«{name: held, type: integer}]"),
  BrokenPlan(
    .notAMapping, "the keys name, type", (Part.columns, "    columns: [«held]\n"),
    Part.weighed("1")),
  BrokenPlan(
    .wrongColumnType, "of shares of time, expected a column of numbers",
    Part.sources(Part.sharing), Part.paying("from: held", by: "weight: «share * 2")),
  BrokenPlan(
    .wrongColumnType, "of shares of time, expected a column of numbers",
    Part.sources(Part.sharing), Part.weighed("points * held.«share")),
  BrokenPlan(
    .wrongColumnType, "Elsewhere use `held`, balance times seconds",
    Part.sources(Part.sharing), Part.paying("from: held", by: "amount: «share")),
  BrokenPlan(
    .wrongColumnType, "of shares of time, expected an amount of ACME",
    Part.sources(Part.sharing), Part.paying("from: held", by: "amount: «share")),
  BrokenPlan(
    .keyNotApplicable, "never exceed it", Part.sources(Part.sharing),
    Part.paying("from: held", by: "weight: share\n    rounding: «half-up")),
  BrokenPlan(
    .sourceWithoutBalances, "a program of kind staking",
    Part.paying("from: «users", by: "weight: points", kind: "staking")),
  BrokenPlan(
    .sourceWithoutBalances, "a program of kind hold",
    Part.paying("from: «users", by: "weight: points", kind: "hold")),
  BrokenPlan(
    .keyNotApplicable, "A program of kind lending pays for balances over time",
    ("kind: premine\n", "kind: lending\n"), ("recipients:\n      - {", "recipients:\n      «- {")),
  BrokenPlan(
    .sourceWithoutRows, "the balances of held", Part.sources(Part.held),
    Part.clusters("{source: «held, column: held}")),
  BrokenPlan(
    .sourceWithoutRows, "the balances of held", Part.sources(Part.held),
    ("programs:\n", "redirects:\n  - {source: «held, to: held}\nprograms:\n")),
]

extension Part {
  fileprivate static func ending(_ end: String) -> String {
    "{name: held, file: h.csv, time: at, positions: {amount: n}, "
      + "window: {start: 2027-01-01, end: \(end)}}"
  }

  fileprivate static let sharing =
    "{name: held, file: h.csv, time: at, positions: {amount: n}, columns: [share]}"
}

let brokenSeries =
  brokenActions + brokenTimes + brokenWindows + brokenReceived + brokenPositions + brokenBalances
  + brokenVaults + brokenExclusions + brokenMeasures
