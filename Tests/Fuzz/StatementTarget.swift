import Bundle
import DistributionModel
import EthereumPrimitives
import InputFiles
import PlanFile
import Statements
import Verification

/// A file of signed statements; the first byte says whether of corrections or of redirects. What is
/// taken, the verifier takes too: with the same hashes, the same signers and the same one form.
@Sendable func statementFile(_ bytes: [UInt8]) throws {
  guard let first = bytes.first else { return }
  let source = statementPlan.sources[Int(first & 1)]
  guard let rules = source.statements else { return }
  let file = Array(bytes.dropFirst())
  let result = outcome { () throws(InputError) in
    try InputFile.statements(bytes: file, name: "list", as: source, of: statementPlan)
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
    try require(
      other.statements.map(\.digest) == signed.map(\.statement.digest), "the verifier hashes others"
    )
    try require(other.statements.map(\.signer) == signed.map(\.signer), "other signers")
    try require(other.canonical == input.bytes, "the verifier has another one form")
    try Verifier.checkStatements(canonical: input.bytes, of: source, rules, in: statementPlan)
    let again = try CanonicalInput(parsing: input.bytes, of: source)
    try require(again.rows.statements == input.rows.statements, "the one form reads back as others")
  }
}

/// The plan that the vectors of statements are about.
private let statementPlan: Plan = {
  let text = """
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
    """
  guard let plan = try? PlanFile.parse(Array(text.utf8), file: "p").plan else {
    preconditionFailure("the plan of the target is right")
  }
  return plan
}()
