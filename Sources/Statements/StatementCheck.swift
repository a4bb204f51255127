import DistributionModel
import EthereumPrimitives
import Secp256k1

extension SignedStatement {
  /// Who signed; nil where nobody can have signed it.
  public var signer: Address? { try? Secp256k1.signer(of: statement.digest, signature) }
}

/// Takes the statements of a source one by one, and refuses what the plan does not let count.
public struct StatementCheck: Sendable {
  private let rules: StatementRules
  private let plan: String
  /// The programs that read the source.
  private let programs: [String]
  /// What was taken, by what it decides: its line, and the statement.
  private var taken: [Subject: (line: Int, statement: Statement)] = [:]

  /// What a statement decides: of two about the same it could not be told which counts.
  private enum Subject: Hashable {
    case correction(account: Address, program: String, epoch: UInt64)
    case redirect(account: Address, time: Timestamp)
    case task(id: Bytes32)
  }

  /// - Parameter source: a source of statements of the plan.
  public init(of source: SourceDeclaration, in plan: Plan) {
    guard let rules = source.statements else {
      preconditionFailure("only sources of statements have statements to check")
    }
    self.rules = rules
    self.plan = plan.name
    programs = plan.programs.filter { $0.recipients == .source(source.name) }.map(\.name)
  }

  /// Checks that a statement belongs here; whoever signed it.
  public func checkBinding(_ statement: Statement) throws(StatementError) {
    guard statement.plan.utf8.elementsEqual(plan.utf8) else {
      throw StatementError(
        .foreignStatement, "plan", found: "'\(statement.plan)'",
        expected: "'\(plan)', the name of the plan",
        advice: "A statement about another plan says nothing here: remove it.")
    }
    guard case .correction(let correction) = statement,
      !programs.contains(where: { $0.utf8.elementsEqual(correction.program.utf8) })
    else { return }
    throw StatementError(
      .foreignStatement, "program", found: "'\(correction.program)'",
      expected: programs.isEmpty
        ? "a program that reads the source; none does"
        : "a program that reads the source: \(programs.joined(separator: ", "))",
      advice: "The name is signed too: have it written and signed again.")
  }

  /// Takes a line's statement.
  ///
  /// - Returns: the statement with its signature, and who signed it.
  public mutating func take(
    _ line: StatementLine, number: Int
  ) throws(StatementError) -> (signed: SignedStatement, signer: Address) {
    try checkBinding(line.statement)
    let (signature, signer) = try Self.signer(of: line)
    try checkSigner(signer, of: line.statement)
    try checkOnce(line.statement, number: number)
    return (SignedStatement(line.statement, signature: signature), signer)
  }

  private static func signer(
    of line: StatementLine
  ) throws(StatementError) -> (Signature, Address) {
    func malformed(_ found: String) -> StatementError {
      StatementError(
        .malformedSignature, "signature", found: found,
        expected: "0x and 130 digits: r, s and v of who signed",
        advice: "`sluice statement digest` prints what a wallet has to sign.")
    }
    guard let text = line.signature else { throw malformed("nothing") }
    guard let bytes = try? Hex.decode(text) else { throw malformed("'\(text.prefix(80))'") }
    do {
      let signature = try Signature(bytes: bytes)
      return (signature, try Secp256k1.signer(of: line.statement.digest, signature))
    } catch {
      throw malformed("\(error)")
    }
  }

  private func checkSigner(
    _ signer: Address, of statement: Statement
  ) throws(StatementError) {
    let advice = "Signatures of contract wallets (EIP-1271) are not read."
    let allowed = rules.signers ?? [statement.account]
    guard !allowed.contains(signer) else { return }
    throw StatementError(
      .wrongSigner, "signature", found: "a signature of \(signer), or of a changed statement",
      expected: "one of \(allowed.map(\.checksummed).joined(separator: ", "))"
        + (rules == .redirects ? ": who redirects signs" : ""), advice: advice)
  }

  private mutating func checkOnce(
    _ statement: Statement, number: Int
  ) throws(StatementError) {
    let subject: Subject
    let about: String
    switch statement {
    case .correction(let correction):
      subject = .correction(
        account: correction.account, program: correction.program, epoch: correction.epoch)
      about = "one decision about an account in a program and epoch"
    case .redirect(let redirect):
      subject = .redirect(account: redirect.account, time: redirect.time)
      about = "one redirect of an account at a time"
    case .task(let task):
      subject = .task(id: task.id)
      about = "one task of an id"
    }
    guard let first = taken.updateValue((number, statement), forKey: subject) else { return }
    // What was done once may be handed in twice.
    if case .task = statement, first.statement == statement { return }
    guard first.statement != statement else {
      throw StatementError(
        .repeatedStatement, found: "the statement of line \(first.line) again",
        expected: "each statement once", advice: "Remove one of them.")
    }
    throw StatementError(
      .contradictingStatement, found: "another one than in line \(first.line)", expected: about,
      advice: "Find out which one holds, and remove the other.")
  }
}
