import PlanFile
import Testing

/// A plan with one mistake: `basePlan` with some of its text replaced, and « where the mistake must
/// be found.
struct BrokenPlan: Sendable, CustomTestStringConvertible {
  let problem: PlanProblem
  /// Words that the message must have.
  let phrase: String
  let edits: [Edit]
  let limits: PlanLimits

  init(
    _ problem: PlanProblem, _ phrase: String, _ edits: (String, String)...,
    limits: PlanLimits = .standard
  ) {
    self.init(problem, phrase, edits: edits, limits: limits)
  }

  init(
    _ problem: PlanProblem, _ phrase: String, edits: [(String, String)],
    limits: PlanLimits = .standard
  ) {
    self.problem = problem
    self.phrase = phrase
    self.edits = edits.map { Edit($0.0, $0.1) }
    self.limits = limits
  }

  var testDescription: String { "\(problem): \(phrase)" }

  /// The same with the mark somewhere else.
  func marking(_ old: String, _ new: String) -> BrokenPlan {
    BrokenPlan(
      problem, phrase, edits: edits + [Edit(old, new)], limits: limits)
  }

  private init(_ problem: PlanProblem, _ phrase: String, edits: [Edit], limits: PlanLimits) {
    self.problem = problem
    self.phrase = phrase
    self.edits = edits
    self.limits = limits
  }
}

/// What is replaced more than once in the tables below.
enum Part {
  static let name = "name: Base\n"
  static let campaign = "    token: ACME\n"
  static let otherCampaign = "    token: USD\n"
  static let epochs = "epochs: {start: 2027-01-01, length: 7d, count: 3}\n"
  static let weight = "    weight: points\n"
  static let columns = """
        columns:
          - {name: points, type: integer}
          - {name: paid, type: amount, token: USD}

    """
  static let first = "{account: 0x00000000000000000000000000000000000000a1, amount: 150}"
  static let second = "{account: 0x00000000000000000000000000000000000000a2, amount: 50}"
  static let recipients = """
        recipients:
          - {account: 0x00000000000000000000000000000000000000a1, amount: 150}
          - {account: 0x00000000000000000000000000000000000000a2, amount: 50}

    """

  /// A campaign's vesting, and more lines after it.
  static func vesting(_ text: String) -> (String, String) {
    (campaign, campaign + "    vesting: \(text)\n")
  }

  static func terms(_ text: String, vesting: String = "{shape: immediate}") -> (String, String) {
    (campaign, campaign + "    vesting: \(vesting)\n    terms: \(text)\n")
  }

  static func clusters(_ text: String) -> (String, String) {
    (epochs, epochs + "clusters: \(text)\n")
  }

  static func guarding(_ text: String) -> (String, String) {
    ("programs:\n", "guards:\n  - \(text)\nprograms:\n")
  }

  static func weighed(_ text: String) -> (String, String) {
    (weight, "    weight: \(text)\n")
  }

  static func emission(_ text: String) -> (String, String) {
    (weight, weight + "    emission: \(text)\n")
  }

  static let roles = """
    {owner: 0x0000000000000000000000000000000000000001, \
    publisher: 0x0000000000000000000000000000000000000002, \
    guardian: 0x0000000000000000000000000000000000000003}
    """

  static func deployment(
    chain: String = "1", salt: String = "0x" + String(repeating: "11", count: 32),
    roles: String = Part.roles, rest: String = "", in campaign: String = Part.campaign
  ) -> (String, String) {
    let distributor = "distributor: 0x0000000000000000000000000000000000000004"
    let token = "token: 0x0000000000000000000000000000000000000005"
    let creator = "creator: 0x0000000000000000000000000000000000000006"
    return (
      campaign,
      campaign + "    deployment: {chain: \(chain), \(distributor), \(token), \(creator), "
        + "salt: \(salt), roles: \(roles)\(rest)}\n"
    )
  }
}

extension PlanLimits {
  static func with(_ change: (inout PlanLimits) -> Void) -> PlanLimits {
    var limits = PlanLimits.standard
    change(&limits)
    return limits
  }
}

/// Plans that are wrong before there is a plan: the text and its YAML.
let brokenTexts: [BrokenPlan] = [
  BrokenPlan(
    .fileTooLarge, "found 722 bytes, expected at most 721", ("version: 1", "«version: 1"),
    limits: .with { $0.bytes = 721 }),
  BrokenPlan(.notUTF8Text, "a text file in UTF-8", ("version: 1", "«version: 1 #\0")),
  BrokenPlan(.anchorOrAlias, "an anchor (&)", ("name: Base", "name: «&b Base")),
  BrokenPlan(.anchorOrAlias, "an alias (*)", ("name: Base", "name: «*b")),
  BrokenPlan(.explicitTag, "a tag (!)", ("version: 1", "version: «!!int 1")),
  BrokenPlan(.malformedYAML, "not allowed", ("name: Base", "name: Base«: x")),
  BrokenPlan(
    .malformedYAML, "no YAML: did not find expected '-' indicator",
    ("    token: ACME\n", "    token: ACME\n  «x: 1\n")),
  BrokenPlan(.malformedYAML, "end of stream", ("amount: 50}\n", "amount: \"50}«")),
  BrokenPlan(.malformedYAML, "control characters", ("name: Base", "name: Ba«\u{7}se")),
  BrokenPlan(.duplicateKey, "the key 'name' twice", (Part.name, "«name: Base\nname: Again\n")),
  BrokenPlan(.duplicateKey, "the key '1' twice", (Part.name, Part.name + "«1: a\n\"1\": b\n")),
  BrokenPlan(
    .severalDocuments, "one plan per file", (Part.second + "\n", Part.second + "\n«---\na: b\n")),
  BrokenPlan(.tooDeep, "more than 16 levels", (Part.name, "name: [[[[[[[[[[[[[[[[«[[[[\n")),
  BrokenPlan(
    .tooDeep, "more than 16 levels", (Part.name, "name: [[[[[[[[[[[[[[[[«x]]]]]]]]]]]]]]]]\n")),
  BrokenPlan(
    .tooManyValues, "more than 10 values", ("decimals: 6", "decimals: «6"),
    limits: .with { $0.values = 10 }),
  BrokenPlan(
    .tooManyValues, "2 entries, expected at most 1", ("  - name: main", "  «- name: main"),
    ("  - name: USD\n    decimals: 6\n", ""), ("    token: USD\n", "    token: ACME\n"),
    ("      - {name: paid, type: amount, token: USD}\n", ""),
    ("  - name: grants\n    kind: premine\n    campaign: main\n    budget: 20%\n", ""),
    (Part.recipients, ""), limits: .with { $0.entries = 1 }),
  BrokenPlan(.complexKey, "a list or a mapping as a key", (Part.name, "«[name]: Base\n")),
  BrokenPlan(.complexKey, "a key marked with ?", (Part.name, "«? name\n: Base\n")),
  BrokenPlan(.mergeKey, "Write the values out", (Part.name, Part.name + "«<<: {law: 1}\n")),
]

/// Plans that are YAML and have the wrong structure.
let brokenStructures: [BrokenPlan] = [
  BrokenPlan(.environmentReference, "the value itself", ("name: Base", "name: «Base of ${CHAIN}")),
  BrokenPlan(
    .notAMapping, "a mapping with the keys start, length, count",
    (Part.epochs, "epochs: «weekly\n")),
  BrokenPlan(.notAList, "entries that start with -", (Part.columns, "    columns: «points\n")),
  BrokenPlan(.notASingleValue, "found a list", ("name: Base", "name: «[Base]")),
  BrokenPlan(
    .unknownKey, "expected one of name, symbol, decimals, supply",
    ("decimals: 2", "decimals: 2\n    «precision: 3")),
  BrokenPlan(
    .missingKey, "no key 'decimals', expected it in every token",
    ("  - name: USD\n    decimals: 6", "  - «name: USD")),
  BrokenPlan(
    .missingKey, "no key 'programs'", ("version: 1", "«version: 1"), ("programs:", "law:"),
    ("  - name: drop", "   1\n# - name: drop"), ("    kind: airdrop", "#"),
    ("    campaign: main\n    budget: 500", "#"), ("    from: users\n    weight: points", "#"),
    ("  - name: grants\n    kind: premine\n    campaign: main\n    budget: 20%", "#"),
    (Part.recipients, "")),
  BrokenPlan(.emptyValue, "remove the line", ("supply: 1000", "«supply:")),
  BrokenPlan(.emptyValue, "Fill it in", ("budget: 500", "«budget: \"\"")),
  BrokenPlan(.emptyList, "at least one", (Part.columns, "    columns: «[]\n")),
]

/// Single values.
let brokenValues: [BrokenPlan] = [
  BrokenPlan(.malformedName, "at most 64 characters", ("name: drop", "name: «1drop")),
  BrokenPlan(
    .malformedName, "a column name without commas",
    ("{name: paid,", "{name: «\"paid,\",")),
  BrokenPlan(
    .malformedName, "a column name without commas",
    ("file: users.csv", "file: users.csv\n    account: «\"wallet:base\"")),
  BrokenPlan(.malformedName, "a column name", ("{name: paid,", "{name: «\" paid\",")),
  BrokenPlan(.malformedName, "a column name", ("{name: paid,", "{name: «\"paid \",")),
  BrokenPlan(
    .malformedName, "a column name",
    ("{name: paid,", "{name: «\(String(repeating: "x", count: 201)),")),
  BrokenPlan(.duplicateName, "again, after programs[0]", ("name: grants", "name: «Drop")),
  BrokenPlan(.duplicateName, "the column 'points' again", ("{name: paid,", "{name: «points,")),
  BrokenPlan(.duplicateName, "not the account's", ("{name: paid,", "{name: «account,")),
  BrokenPlan(
    .duplicateName, "not the account's", ("file: users.csv", "file: users.csv\n    account: paid"),
    ("{name: paid,", "{name: «paid,")),
  BrokenPlan(
    .duplicateName, "not the account's",
    ("file: users.csv", "file: users.csv\n    account: wallet"),
    ("{name: paid,", "{name: «account,")),
  BrokenPlan(.malformedInteger, "a whole number, 0 … 36", ("decimals: 2", "decimals: «two")),
  BrokenPlan(.malformedInteger, "without zeros before it", ("decimals: 2", "decimals: «02")),
  BrokenPlan(.integerOutOfRange, "a whole number, 0 … 36", ("decimals: 2", "decimals: «37")),
  BrokenPlan(.integerOutOfRange, "1 … 100000", ("count: 3", "count: «0")),
  BrokenPlan(.malformedAmount, "at most 2 decimals", ("budget: 500", "budget: «lots")),
  BrokenPlan(.malformedAmount, "Only `budget`", ("supply: 1000", "supply: «50%")),
  BrokenPlan(.malformedAmount, "without zeros before it", ("budget: 500", "budget: «0500")),
  BrokenPlan(.exponentAmount, "Write every digit", ("budget: 500", "budget: «5e2")),
  BrokenPlan(.separatedAmount, "without separators", ("budget: 500", "budget: «1,000")),
  BrokenPlan(.tooManyDecimals, "Nothing is rounded", ("budget: 500", "budget: «500.125")),
  BrokenPlan(
    .amountOverflow, "less than 2^256 base units",
    ("supply: 1000", "supply: «1\(String(repeating: "0", count: 76))")),
  BrokenPlan(.zeroAmount, "a budget above 0", ("budget: 500", "budget: «0.00")),
  BrokenPlan(.zeroAmount, "Leave the recipient out", ("amount: 150", "amount: «0")),
  BrokenPlan(.zeroAmount, "no limit", Part.terms("{maximum_increase: «0}")),
  BrokenPlan(.malformedPercentage, "at most 7 decimals", ("budget: 20%", "budget: «20.12345678%")),
  BrokenPlan(
    .malformedPercentage, "Write the % sign: 25%.",
    Part.vesting("{shape: linear, start: 2027-01-01, duration: 1d, initial: «25}")),
  BrokenPlan(
    .malformedPercentage, "50% for the part 0.5 of all",
    Part.vesting("{shape: linear, start: 2027-01-01, duration: 1d, initial: «0.5}")),
  BrokenPlan(.percentageOver100, "at most 100%", ("budget: 20%", "budget: «100.0000001%")),
  BrokenPlan(
    .malformedTime, "No calendar has this time", ("start: 2027-01-01", "start: «2027-02-29")),
  BrokenPlan(.malformedTime, "a time in UTC", ("start: 2027-01-01", "start: «soon")),
  BrokenPlan(
    .timeNotUTC, "Convert it to UTC", ("start: 2027-01-01", "start: «2027-01-01T00:00:00+01:00")),
  BrokenPlan(.malformedDuration, "in s, m, h, d or w", ("length: 7d", "length: «1 week")),
  BrokenPlan(.malformedDuration, "above zero", ("length: 7d", "length: «0s")),
  BrokenPlan(
    .malformedDuration, "a duration above zero",
    Part.vesting("{shape: linear, start: 2027-01-01, duration: «0d}")),
  BrokenPlan(
    .malformedDuration, "a duration above zero",
    Part.vesting("{shape: exponential, start: 2027-01-01, duration: 1d, half_life: «0s}")),
  BrokenPlan(
    .malformedDuration, "a period above zero",
    Part.vesting("{shape: steps, start: 2027-01-01, every: «0s, count: 2}")),
  BrokenPlan(
    .malformedDuration, "1 … 1200 months",
    Part.vesting("{shape: steps, start: 2027-01-01, every: «0 months, count: 2}")),
  BrokenPlan(
    .malformedAddress, "An address has 40 digits after 0x, this one has 39",
    ("0x00000000000000000000000000000000000000a1", "«0x0000000000000000000000000000000000000a1")),
  BrokenPlan(
    .wrongChecksum, "expected 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    ("0x00000000000000000000000000000000000000a1", "«0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD")),
  BrokenPlan(
    .zeroAddress, "an account that somebody holds",
    ("0x00000000000000000000000000000000000000a1", "«0x0000000000000000000000000000000000000000")),
  BrokenPlan(.malformedBytes32, "64 hexadecimal digits", Part.deployment(salt: "«0x11")),
  BrokenPlan(.unknownChoice, "Did you mean 'airdrop'?", ("kind: airdrop", "kind: «airdop")),
  BrokenPlan(
    .unknownChoice, "one of true, false",
    ("kind: premine", "kind: premine\n    insiders: «yes")),
  BrokenPlan(.malformedPath, "a file below the folder", ("file: users.csv", "file: «../users.csv")),
  BrokenPlan(.malformedPath, "format: csv", ("file: users.csv", "file: «users.txt")),
  BrokenPlan(.malformedText, "one line of at most 2000 bytes", ("name: Base", "name: «\"a\\tb\"")),
  BrokenPlan(
    .malformedText, "one line of at most 7 bytes", ("name: Base", "name: «Base 12é"),
    limits: .with { $0.textBytes = 7 }),
]

/// What refers to something else in the plan.
let brokenReferences: [BrokenPlan] = [
  BrokenPlan(.unknownVersion, "found '2', expected 1", ("version: 1", "version: «2")),
  BrokenPlan(.unknownLaw, "law 1 only", ("version: 1", "version: 1\nlaw: «2")),
  BrokenPlan(
    .unknownToken, "Did you mean 'ACME'?", (Part.campaign, "    token: «ACM\n")),
  BrokenPlan(.unknownToken, "ACME, USD", ("token: USD}", "token: «EUR}")),
  BrokenPlan(
    .unknownCampaign, "main, other",
    ("campaign: main\n    budget: 500", "campaign: «x\n    budget: 500")),
  BrokenPlan(.unknownSource, "Did you mean 'users'?", ("from: users", "from: «user")),
  BrokenPlan(.unknownColumn, "points, paid", ("weight: points", "weight: «score")),
  BrokenPlan(
    .wrongColumnType, "of integers, expected an amount of ACME",
    ("weight: points", "amount: «points")),
  BrokenPlan(
    .wrongColumnType, "of amounts of USD, expected an amount of ACME",
    ("weight: points", "amount: «paid")),
  BrokenPlan(
    .unknownSource, "Did you mean 'users'?", Part.clusters("{source: «user, column: points}")),
  BrokenPlan(
    .unknownColumn, "points, paid", Part.clusters("{source: users, column: «person}")),
  BrokenPlan(
    .wrongColumnType, "expected integers or addresses: equal ones are one holder",
    Part.clusters("{source: users, column: «paid}")),
  BrokenPlan(
    .ambiguousClusters, "a source with one row per account",
    Part.clusters("{source: «users, column: points}"),
    ("file: users.csv", "file: users.csv\n    duplicates: sum")),
  BrokenPlan(
    .wrongColumnType, "of decimal numbers, expected an amount of ACME",
    ("type: integer}", "type: decimal, places: 2}"), ("weight: points", "amount: «points")),
  BrokenPlan(
    .wrongColumnType, "of addresses, expected numbers", ("type: integer}", "type: address}"),
    ("weight: points", "weight: «points")),
  BrokenPlan(
    .wrongColumnType, "the column 'points' of addresses, expected a column of numbers",
    ("type: integer}", "type: address}"), ("weight: points", "weight: 2 * «points")),
]

/// `basePlan` with more keys in its source.
private func source(_ problem: PlanProblem, _ phrase: String, _ text: String) -> BrokenPlan {
  BrokenPlan(problem, phrase, ("file: users.csv\n", "file: users.csv\n" + text))
}

/// `basePlan` with a source before its own, which looks accounts up.
private func lookup(
  _ problem: PlanProblem, _ phrase: String, _ account: String, _ other: String
) -> BrokenPlan {
  BrokenPlan(
    problem, phrase, ("    file: users.csv\n", "    file: users.csv\n    account: \(account)\n"),
    ("  - name: users\n", "  - {name: keys, file: keys.csv\(other)}\n  - name: users\n"))
}

/// Which rows of a source count.
let brokenSelections: [BrokenPlan] = [
  source(.notAMapping, "a mapping from columns", "    where: «points\n"),
  source(.emptyValue, "a text", "    where: {kind: «\"\"}\n"),
  source(.emptyList, "1 to 1000", "    where: {kind: «[]}\n"),
  source(.notASingleValue, "a single value", "    where: {kind: [«[a]]}\n"),
  source(.malformedName, "a column name without commas", "    where: {«\"a,b\": x}\n"),
  source(.malformedText, "one line of at most", "    where: {kind: «\"a\\nb\"}\n"),
  source(.keyNotApplicable, "It belongs to `account: {key", "    unknown_keys: «skip\n"),
  source(.keyNotApplicable, "format `json`", "    within: «data\n"),
  source(.keyNotApplicable, "`duplicates: largest`", "    duplicates_by: «points\n"),
  source(
    .missingKey, "no key 'duplicates_by'", "    duplicates: largest\n"
  )
  .marking("- name: users", "- «name: users"),
  source(
    .unknownColumn, "points, paid", "    duplicates: smallest\n    duplicates_by: «score\n"),
  lookup(.unknownSource, "keys, users", "{key: id, in: «nobody}", ", key: id"),
  lookup(.laterSource, "move it up", "{key: id, in: «users}", ", key: id"),
  lookup(.sourceWithoutKey, "Write `key: id` there", "{key: id, in: «keys}", ""),
  lookup(.missingKey, "no key 'in'", "«{key: id}", ", key: id"),
  lookup(.unknownKey, "one of key, in", "{key: id, in: keys, «and: x}", ", key: id"),
]

/// Guards.
let brokenGuards: [BrokenPlan] = [
  BrokenPlan(
    .unknownChoice, "one of largest, top, gini, hhi, nakamoto, insiders",
    Part.guarding("{measure: «herfindahl, at_most: 1%, token: ACME}")),
  BrokenPlan(
    .unknownToken, "Did you mean 'ACME'?",
    Part.guarding("{measure: gini, at_most: 1%, token: «ACM}")),
  BrokenPlan(
    .missingKey, "The plan has several tokens", Part.guarding("«{measure: gini, at_most: 1%}")),
  BrokenPlan(
    .missingKey, "The largest part that passes", Part.guarding("«{measure: hhi, token: ACME}")),
  BrokenPlan(
    .missingKey, "How many of the largest holders",
    Part.guarding("«{measure: top, at_most: 5%, token: ACME}")),
  BrokenPlan(
    .missingKey, "The smallest number of holders",
    Part.guarding("«{measure: nakamoto, threshold: 50%, token: ACME}")),
  BrokenPlan(
    .missingKey, "More than this part of all",
    Part.guarding("«{measure: nakamoto, at_least: 4, token: ACME}")),
  BrokenPlan(
    .keyNotApplicable, "Only `top` counts holders",
    Part.guarding("{measure: gini, count: «3, at_most: 1%, token: ACME}")),
  BrokenPlan(
    .keyNotApplicable, "Only `nakamoto` counts up to a threshold",
    Part.guarding("{measure: gini, threshold: «3%, at_most: 1%, token: ACME}")),
  BrokenPlan(
    .keyNotApplicable, "bounded from above",
    Part.guarding("{measure: gini, at_least: «3, at_most: 1%, token: ACME}")),
  BrokenPlan(
    .keyNotApplicable, "bounded from below",
    Part.guarding("{measure: nakamoto, threshold: 5%, at_least: 3, at_most: «1%, token: ACME}")),
  BrokenPlan(
    .keyNotApplicable, "not holders",
    Part.guarding("{measure: insiders, per: «account, at_most: 1%, token: ACME}")),
  BrokenPlan(
    .clustersMissing, "they say who is one holder",
    Part.guarding("{measure: gini, per: «cluster, at_most: 1%, token: ACME}")),
  BrokenPlan(
    .wholeThreshold, "found 100%, expected less than 100%",
    Part.guarding("{measure: nakamoto, threshold: «100%, at_least: 3, token: ACME}")),
  BrokenPlan(
    .integerOutOfRange, "1 … 1000000",
    Part.guarding("{measure: nakamoto, threshold: 50%, at_least: «0, token: ACME}")),
  BrokenPlan(
    .malformedTime, "a time in UTC",
    Part.guarding("{measure: gini, at_most: 5%, at: «always, token: ACME}")),
]

/// Keys that do not go together.
let brokenCombinations: [BrokenPlan] = [
  BrokenPlan(
    .conflictingKeys, "both `amount` and `weight`",
    (Part.weight, "    weight: «points\n    amount: paid\n")),
  BrokenPlan(
    .conflictingKeys, "both `from` and `recipients`",
    ("    recipients:", "    from: «users\n    recipients:")),
  BrokenPlan(
    .missingAlternative, "neither `amount` nor `weight`", ("- name: drop", "- «name: drop"),
    (Part.weight, "")),
  BrokenPlan(
    .missingAlternative, "neither `from` nor `recipients`", ("- name: grants", "- «name: grants"),
    (Part.recipients, "")),
  BrokenPlan(
    .keyNotApplicable, "is always carried",
    (Part.weight, Part.weight + "    unallocated: «carry\n")),
  BrokenPlan(
    .keyNotApplicable, "Given amounts are paid",
    ("budget: 20%", "budget: 20%\n    rounding: «floor")),
  BrokenPlan(
    .keyNotApplicable, "carry their amounts themselves",
    ("budget: 20%", "budget: 20%\n    weight: «points")),
  BrokenPlan(
    .keyNotApplicable, "Groups are of programs of kind premine",
    ("kind: airdrop", "kind: airdrop\n    group: «Users")),
  BrokenPlan(
    .keyNotApplicable, "the key 'emission'",
    ("budget: 20%", "budget: 20%\n    emission: «{shape: constant}")),
  BrokenPlan(
    .keyNotApplicable, "vests one cohort", Part.emission("«{shape: constant}"),
    Part.vesting("{shape: linear, start: 2027-01-01, duration: 1d}")),
  BrokenPlan(
    .keyNotApplicable, "Only exponential-decay has a half-life",
    Part.emission("{shape: constant, half_life: «2}")),
  BrokenPlan(
    .keyNotApplicable, "Only a table lists amounts",
    Part.emission("{shape: constant, amounts: «[500, 0, 0]}")),
  BrokenPlan(
    .keyNotApplicable, "Only amounts have a unit", ("type: integer}", "type: integer, unit: «base}")
  ),
  BrokenPlan(
    .keyNotApplicable, "Only amounts have a unit", ("type: integer}", "type: integer, token: «USD}")
  ),
  BrokenPlan(
    .keyNotApplicable, "Only amounts have a unit",
    ("type: integer}", "type: address, unit: «base}"),
    ("weight: points", "weight: paid")),
  BrokenPlan(
    .keyNotApplicable, "Only amounts have a unit",
    ("type: integer}", "type: decimal, places: 2, token: «USD}")),
  BrokenPlan(
    .keyNotApplicable, "It belongs to `type: decimal`",
    ("type: integer}", "type: integer, places: «2}")),
  BrokenPlan(
    .keyNotApplicable, "It belongs to `type: decimal`",
    ("type: amount, token: USD}", "type: amount, token: USD, notation: «plain}")),
  BrokenPlan(
    .keyNotApplicable, "It belongs to `type: decimal`",
    ("type: amount, token: USD}", "type: amount, token: USD, excess: «down}")),
  BrokenPlan(
    .missingKey, "How many decimal places",
    ("{name: points, type: integer}", "«{name: points, type: decimal}")),
  BrokenPlan(
    .integerOutOfRange, "36", ("type: integer}", "type: decimal, places: «37}")),
  BrokenPlan(
    .keyNotApplicable, "A schedule of shape immediate has no such part",
    Part.vesting("{shape: immediate, start: «2027-01-01}")),
  BrokenPlan(
    .keyNotApplicable, "A schedule of shape tranches has no such part",
    Part.vesting("{shape: tranches, tranches: [{at: 2027-01-01, share: 100%}], initial: «5%}")),
  BrokenPlan(
    .missingKey, "A schedule of shape linear needs it",
    Part.vesting("«{shape: linear, start: 2027-01-01}")),
  BrokenPlan(
    .missingKey, "no key 'half_life'",
    Part.vesting("«{shape: exponential, start: 2027-01-01, duration: 1d}")),
  BrokenPlan(.missingKey, "One amount per epoch", Part.emission("«{shape: table}")),
  BrokenPlan(
    .missingKey, "in which the rate halves", Part.emission("«{shape: exponential-decay}")),
  BrokenPlan(
    .missingKey, "An amount is of a token",
    (
      "{name: paid, type: amount, token: USD}",
      "«{name: paid, type: amount}"
    )),
  BrokenPlan(
    .duplicateAccount, "again, after programs[1].recipients[0]",
    ("0x00000000000000000000000000000000000000a2", "«0x00000000000000000000000000000000000000A1")),
  BrokenPlan(
    .duplicateAccount, "again, after programs[0].exclude[0]",
    (
      Part.weight,
      Part.weight
        + "    exclude: [{account: 0x00000000000000000000000000000000000000a1, reason: a}, "
        + "{account: «0x00000000000000000000000000000000000000a1, reason: b}]\n"
    )),
]

/// Numbers and times that do not agree.
let brokenSums: [BrokenPlan] = [
  BrokenPlan(
    .amountsNotBudget, "201 together, expected the budget, 200",
    ("- \(Part.first)", "«- \(Part.first)"),
    ("amount: 50}", "amount: 51}")),
  BrokenPlan(
    .amountsNotBudget, "199.99 together, expected the budget, 200",
    ("- \(Part.first)", "«- \(Part.first)"), ("amount: 50}", "amount: 49.99}")),
  BrokenPlan(
    .amountsNotBudget, "200.01 together, expected at most the budget, 200",
    ("budget: 20%", "budget: 20%\n    unallocated: carry"), ("- \(Part.first)", "«- \(Part.first)"),
    ("amount: 50}", "amount: 50.01}")),
  BrokenPlan(
    .amountsNotBudget, "2^256 base units or more together", ("- \(Part.first)", "«- \(Part.first)"),
    ("amount: 150", "amount: 1\(String(repeating: "0", count: 75))"),
    ("amount: 50}", "amount: 1\(String(repeating: "0", count: 75))}")),
  BrokenPlan(
    .noSupply, "A percentage needs `supply`", ("    supply: 1000\n", ""),
    ("budget: 20%", "budget: «20%")),
  BrokenPlan(
    .budgetNotWhole, "Write the budget as an amount", ("budget: 20%", "budget: «20.0001%")),
  BrokenPlan(
    .budgetsOverSupply, "budgets of 1000.01, expected at most 1000, the supply",
    ("supply: 1000", "supply: «1000"), ("budget: 500", "budget: 800.01")),
  BrokenPlan(
    .budgetsOverSupply, "budgets of 2^256 base units or more", ("name: ACME", "name: «ACME"),
    ("    supply: 1000\n", ""), ("budget: 500", "budget: 1\(String(repeating: "0", count: 75))"),
    (
      "budget: 20%", "budget: 1\(String(repeating: "0", count: 75))\n    unallocated: carry"
    )),
  BrokenPlan(
    .emissionWithoutEpochs, "a schedule of epochs", Part.emission("«{shape: constant}"),
    (Part.epochs, "")),
  BrokenPlan(
    .tableWrongLength, "2 amounts, expected 3",
    Part.emission("{shape: table, amounts: «[400, 100]}")),
  BrokenPlan(
    .tableNotBudget, "501 together, expected the budget, 500",
    Part.emission("{shape: table, amounts: «[400, 100, 1]}")),
  BrokenPlan(
    .cliffAfterEnd, "at most the duration, 86400 seconds",
    Part.vesting("{shape: linear, start: 2027-01-01, duration: 1d, cliff: «86401s}")),
  BrokenPlan(
    .tranchesNotAscending, "a time after 2027-01-02T00:00:00Z",
    Part.vesting(
      "{shape: tranches, tranches: [{at: 2027-01-02, share: 9%}, {at: «2027-01-02, share: 91%}]}")),
  BrokenPlan(
    .tranchesNotWhole, "99.9999999% together",
    Part.vesting(
      "{shape: tranches, tranches: «[{at: 2027-01-01, share: 50%}, "
        + "{at: 2027-01-02, share: 49.9999999%}]}")),
  BrokenPlan(.windowTooShort, "at least 24h", Part.terms("{window: «86399s}")),
  BrokenPlan(
    .expiryTooEarly, "expected 2027-04-02T00:00:00Z or later",
    Part.terms(
      "{expiry: «2027-04-01T23:59:59Z}",
      vesting: "{shape: linear, start: 2027-01-01, duration: 1d}")),
  BrokenPlan(
    .expiryTooEarly, "expected never",
    Part.terms(
      "{expiry: «9999-12-31}",
      vesting: "{shape: linear, start: 2027-01-01, duration: 2912000d}")),
  BrokenPlan(
    .scheduleTooLong, "after the year 9999",
    Part.vesting("«{shape: linear, start: 2027-01-01, duration: 213503982334600d}")),
  BrokenPlan(
    .scheduleTooLong, "after the year 9999",
    Part.vesting("«{shape: steps, start: 2027-01-01, every: 213503982334600d, count: 2}")),
  BrokenPlan(
    .scheduleTooLong, "after the year 9999",
    Part.vesting("«{shape: steps, start: 2027-01-01, every: 1 month, count: 95676}")),
  BrokenPlan(
    .scheduleTooLong, "that end before the year 10000",
    ("length: 7d", "length: «213503982334600d")),
  BrokenPlan(
    .scheduleTooLong, "found 3 epochs of 3153600000000 seconds",
    ("length: 7d", "length: «36500000d")),
  BrokenPlan(
    .duplicateDeployment, "the deployment of main, expected a deployment of its own",
    Part.deployment(),
    (
      Part.deployment(in: Part.otherCampaign).0,
      Part.deployment(in: Part.otherCampaign).1
        .replacing("deployment: {", with: "deployment: «{")
    )),
]

let brokenPlans =
  brokenTexts + brokenStructures + brokenValues + brokenReferences + brokenSelections
  + brokenGuards + brokenCombinations + brokenSums + brokenExpressions + brokenStatements
  + brokenPrivateColumns + brokenRaffles + brokenGrants + brokenShapings + brokenRedirects
  + brokenSeries + brokenPrices + brokenRevenue + brokenRates
  + brokenPools + brokenRanges
