import ArgumentParser
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import InputFiles
import PlanFile
import Reporting
import Statements

struct StatementCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement",
    abstract: "Signed corrections, redirects and tasks: what a wallet has to sign, and who signed.",
    discussion: """
      A statement is an object of JSON on a line of its own; docs/reference/statements.md has its
      members. The hash to sign is that of EIP-712; the wallet's method is eth_signTypedData_v4.
      """,
    subcommands: [StatementDigestCommand.self, StatementCheckCommand.self])
}

/// What both take: a plan, one of its sources of statements, and a file.
struct StatementOptions: ParsableArguments {
  @Argument(help: "The plan.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String

  @Argument(help: "The name of a source of statements.")
  var source: String

  @Argument(help: "The file; the source's own, beside the plan, by default.")
  var file: String?

  func load() throws -> (plan: Plan, source: SourceDeclaration, path: String) {
    let (parsed, _) = try Loading.plan(plan)
    let known = parsed.plan.sources.filter { $0.statements != nil }
    guard let declaration = known.first(where: { $0.name == source }) else {
      let names = known.map(\.name).joined(separator: ", ")
      throw CommandFailure(
        .unknownName,
        "source: found '\(source.prefix(80))', expected "
          + (known.isEmpty ? "a source of `statements`; the plan has none." : "one of \(names)."))
    }
    let path = file ?? Loading.path(declaration.file, in: Loading.inputFolder(nil, plan: plan))
    return (parsed.plan, declaration, path)
  }
}

struct StatementDigestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "digest",
    abstract: "Print what has to be signed: the hash, and the request for a wallet.",
    discussion: """
      The lines of the file need no `signature` yet. Give the request to the wallet, and write its
      answer into the line as the member `signature`.

      Examples:
        sluice statement digest plan.yaml appeals drafts.jsonl
        sluice statement digest plan.yaml appeals drafts.jsonl --json
      """)

  @OptionGroup var options: StatementOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let (plan, source, path) = try options.load()
    let check = StatementCheck(of: source, in: plan)
    var found: [(line: UInt32, statement: Statement)] = []
    try mapped {
      try InputFile.eachStatement(path, name: path, as: source) {
        line, number throws(StatementError) in
        try check.checkBinding(line.statement)
        found.append((number, line.statement))
      }
    }
    console.result(
      found.flatMap { entry in
        let request = entry.statement.walletRequest.canonicalBytes()
        return [
          "line \(entry.line): \(StatementText.line(entry.statement, source, plan))",
          "  digest   \(entry.statement.digest)",
          "  request  \(String(decoding: request, as: UTF8.self))",
        ]
      }, "statement-digest",
      [
        JSON.Member(
          key: "statements",
          value: .array(
            found.map { entry in
              .object([
                JSON.Member(key: "line", value: .integer(Int(entry.line))),
                JSON.Member(key: "digest", value: .string(entry.statement.digest.hex)),
                JSON.Member(key: "request", value: entry.statement.walletRequest),
              ])
            }))
      ])
  }
}

struct StatementCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a file of signed statements as `allocate` does, and tell who signed.",
    discussion: """
      Examples:
        sluice statement check plan.yaml appeals
        sluice statement check plan.yaml appeals new-appeals.jsonl --json
      """)

  @OptionGroup var options: StatementOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let (plan, source, path) = try options.load()
    var check = StatementCheck(of: source, in: plan)
    var found: [(line: UInt32, statement: Statement, signer: Address)] = []
    try mapped {
      try InputFile.eachStatement(path, name: path, as: source) {
        line, number throws(StatementError) in
        let signer = try check.take(line, number: Int(number)).signer
        found.append((number, line.statement, signer))
      }
    }
    console.result(
      found.map {
        "line \($0.line): \(StatementText.line($0.statement, source, plan)), signed by \($0.signer)"
      } + [console.good("\(found.count.counted("statement")) may count.")],
      "statement-check",
      [
        JSON.Member(
          key: "statements",
          value: .array(
            found.map { entry in
              .object([
                JSON.Member(key: "line", value: .integer(Int(entry.line))),
                JSON.Member(key: "digest", value: .string(entry.statement.digest.hex)),
                JSON.Member(key: "signer", value: .string(entry.signer.checksummed)),
              ])
            }))
      ])
  }
}

/// A statement in a line for people.
private enum StatementText {
  static func line(
    _ statement: Statement, _ source: SourceDeclaration, _ plan: Plan
  ) -> String {
    switch statement {
    case .redirect(let redirect):
      return "\(redirect.account) to \(redirect.to), at \(redirect.time.iso8601)"
    case .task(let task):
      return "\(task.account) did \(task.task.text) for \(task.points.counted("point")), at "
        + task.time.iso8601
    case .correction(let correction):
      let place = "\(correction.program), epoch \(correction.epoch): \(correction.account)"
      guard correction.decision == .grant, let token = token(source, plan) else {
        return "\(place) is denied: \(correction.reason)"
      }
      let amount = TokenAmountText.text(correction.amount.baseUnits, of: token)
      return "\(place) receives \(amount): \(correction.reason)"
    }
  }

  private static func token(_ source: SourceDeclaration, _ plan: Plan) -> Token? {
    guard case .amount(let name, _, _)? = source.columns.first?.kind else { return nil }
    return plan.token(named: name)
  }
}
