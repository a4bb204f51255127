import PlanFile

/// The base plan with a source of statements, in a file of JSON Lines.
private func statements(
  _ keys: String, file: String = "users.jsonl"
) -> [(String, String)] {
  [("file: users.csv", "file: \(file)"), (Part.columns, "    statements: \(keys)\n")]
}

private let corrections = "corrections\n    token: ACME\n    signers: [\(jury)]"
private let jury = "0x00000000000000000000000000000000000000a9"

private func broken(
  _ problem: PlanProblem, _ phrase: String, _ edits: [(String, String)]
) -> BrokenPlan {
  BrokenPlan(problem, phrase, edits: edits)
}

let brokenStatements: [BrokenPlan] = [
  broken(
    .statementsNotJSONLines, "'users.csv', expected JSON Lines",
    statements(corrections, file: "«users.csv")),
  broken(
    .statementsNotJSONLines, "`csv`, expected JSON Lines",
    statements(corrections, file: "users.jsonl\n    format: «csv")),
  broken(
    .wrongStatements, "Redirects belong under `redirects`: {source: users}",
    statements("redirects") + [
      ("from: users", "from: «users"), (Part.weight, "    weight: time\n"),
    ]),
  broken(
    .wrongStatements, "found the corrections of users",
    statements(corrections) + [
      (Part.weight, "    amount: amount\n    unallocated: carry\n"),
      (Part.epochs, Part.epochs + "redirects: [{source: «users}]\n"),
    ]),
  broken(
    .keyNotApplicable, "say themselves who receives",
    [
      ("- name: users", "- {name: moved, file: m.jsonl, statements: redirects}\n  - name: users"),
      (Part.epochs, Part.epochs + "redirects: [{source: moved, to: «to}]\n"),
    ]),
  broken(
    .wrongStatements, "paid as they are signed",
    statements(corrections) + [
      ("from: users", "from: «users"), (Part.weight, "    weight: amount\n"),
    ]),
  broken(
    .wrongStatements, "beside a filter",
    statements(corrections) + [
      ("from: users", "from: «users"),
      (Part.weight, "    amount: amount\n    unallocated: carry\n    filter: amount > 1\n"),
    ]),
  broken(
    .wrongStatements, "reads the statements of moved",
    [
      ("- name: users", "- {name: moved, file: m.jsonl, statements: redirects}\n  - name: users"),
      ("- name: drop", "- name: «drop"), (Part.weight, "    weight: points + moved.time\n"),
    ]),
  broken(
    .missingKey, "no key 'signers'",
    statements("corrections\n    token: ACME") + [("- name: users", "- «name: users")]),
  broken(
    .missingKey, "no key 'token'",
    statements("corrections\n    signers: [\(jury)]") + [("- name: users", "- «name: users")]),
  broken(
    .keyNotApplicable, "Statements have their own members",
    statements("\(corrections)\n    key: «id") + [(Part.weight, "    weight: amount\n")]),
  broken(
    .keyNotApplicable, "signed by its own account",
    statements("redirects\n    signers: «[\(jury)]") + [(Part.weight, "    weight: time\n")]),
  broken(
    .keyNotApplicable, "Statements have their own members",
    statements("\(corrections)\n    duplicates: «sum") + [(Part.weight, "    weight: amount\n")]),
  broken(
    .keyNotApplicable, "Only a source of `statements`",
    [(Part.columns, Part.columns + "    signers: «[\(jury)]\n")]),
  broken(
    .duplicateAccount, "again, after sources[0].signers[0]",
    statements("corrections\n    token: ACME\n    signers: [\(jury), «\(jury)]") + [
      (Part.weight, "    weight: amount\n")
    ]),
  broken(
    .unknownToken, "'EUR'",
    statements("corrections\n    token: «EUR\n    signers: [\(jury)]")),
  broken(.unknownChoice, "corrections, redirects", statements("«votes")),
]

let brokenPrivateColumns: [BrokenPlan] = [
  broken(
    .wrongPrivateColumn, "declare it without `private`",
    [
      ("{name: points, type: integer}", "{name: points, type: integer, private: true}"),
      Part.clusters("{source: users, column: «points}"),
    ]),
  broken(
    .keyNotApplicable, "only numbers can be private",
    [
      (
        "{name: paid, type: amount, token: USD}",
        "{name: paid, type: address, private: «true}"
      )
    ]),
  broken(
    .unknownChoice, "true, false",
    [("{name: points, type: integer}", "{name: points, type: integer, private: «yes}")]),
]
