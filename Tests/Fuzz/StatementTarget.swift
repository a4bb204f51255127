import Bundle
import DistributionModel
import EthereumPrimitives
import InputFiles
import PlanFile
import Statements
import Verification

/// A file of signed statements; the first byte says of corrections, redirects or tasks. What is
/// taken, the verifier takes too: with the same hashes, the same signers and the same one form.
@Sendable func statementFile(_ bytes: [UInt8]) throws {
  guard let first = bytes.first else { return }
  let plan = first < 0xC0 ? statementPlan : taskPlan
  let source = plan.sources[first < 0xC0 ? Int(first & 1) : 0]
  guard let rules = source.statements else { return }
  let file = Array(bytes.dropFirst())
  let result = outcome { () throws(InputError) in
    try InputFile.statements(bytes: file, name: "list", as: source, of: plan)
  }
  switch result {
  case .failure(let error):
    try requireReadable(error)
    if error.line > 0, !file.starts(with: [0x1F, 0x8B]) {
      try requireInside(file, line: error.line, column: error.column)
    }
  case .success(let contents):
    let input = CanonicalInput(source, sorting: contents.rows)
    let signed = contents.rows.statements
    let other = try Verifier.statements(raw: file, of: source, rules)
    let theirs = other.statements.map { "\($0.digest) by \($0.signer?.hex ?? "nobody")" }
    let ours = signed.map { "\($0.statement.digest) by \($0.signer?.hex ?? "nobody")" }
    try require(
      theirs.sorted() == ours.sorted(), "the verifier hashes others, or finds other signers")
    try require(other.canonical == input.bytes, "the verifier has another one form")
    try Verifier.checkStatements(canonical: input.bytes, of: source, rules, in: plan)
    let again = try CanonicalInput(parsing: input.bytes, of: source)
    try require(again.rows.statements == input.rows.statements, "the one form reads back as others")
  }
}

/// The plan that the vectors of statements are about.
private let statementPlan = parsed(
  """
  version: 1
  name: Acme launch
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  sources:
  - {name: decided, file: decided.jsonl, statements: corrections, token: ACME,
     signers: ["0x5258Ae04eA4E80b7146b5596a4b838164F278bcF"]}
  - {name: moved, file: moved.jsonl, statements: redirects}
  redirects: [{source: moved}]
  programs:
  - {name: appeals, kind: airdrop, campaign: main, budget: 9, from: decided, amount: amount,
     unallocated: carry}
  """)

/// The plan of `Examples` whose tasks a game signs.
private let taskPlan = parsed(
  """
  version: 1
  name: Reef season 1
  tokens: [{name: ACME, decimals: 0}]
  campaigns: [{name: main, token: ACME}]
  sources:
  - {name: quests, file: quests.jsonl, statements: tasks,
     window: {start: 1970-01-01, end: 2100-01-01},
     signers: ["0x5258Ae04eA4E80b7146b5596a4b838164F278bcF"]}
  programs:
  - {name: players, kind: tasks, campaign: main, budget: 9, from: quests, weight: points}
  """)

private func parsed(_ text: String) -> Plan {
  guard let plan = try? PlanFile.parse(Array(text.utf8), file: "p").plan else {
    preconditionFailure("the plan of the target is right")
  }
  return plan
}
