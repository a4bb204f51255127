import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell an account why it gets what it gets, or why it gets nothing.",
    discussion: """
      Reads what the bundle says about the account, and proves nothing: `sluice verify` does.

      Examples:
        sluice explain bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f
        sluice explain bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f --json
        sluice explain epoch-7 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f --intervals
      """)

  @Argument(help: "The bundle.", completion: .directory)
  var bundle: String

  @Argument(help: "The account.")
  var address: String

  @Option(
    help: "Openings of private columns: the folder that allocate wrote, or a file of it.",
    completion: .file(extensions: ["csv"]))
  var openings: String?

  @Flag(help: "Show what was held from when to when, and what it earned, of programs over time.")
  var intervals = false

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let account = try Loading.address(address)
    let file = openings.map { Loading.openings($0, of: account, console: console) }
    var opened: [Opening] = []
    if let file {
      let bytes = try Loading.bytes(file)
      opened = try mapped { try OpeningsFile.read(bytes, file: file) }
    }
    let result = try mapped { () throws(BundleError) in
      defer { console.endProgress() }
      return try Explaining.explanation(of: account, in: bundle, openings: opened) { detour in
        console.note("reading the whole bundle, which takes longer: \(detour)")
        console.progress("reading \(bundle)")
      }
    }
    let explanation = result.explanation
    let held = try heldOverTime(of: account, console)
    if let file { try checkOpened(explanation, by: file) }
    console.result(
      ExplanationText.lines(explanation) + held.lines + ["", Self.advice], "explain",
      [
        JSON.Member(key: "bundle", value: .string(result.identity.hex)),
        JSON.Member(key: "account", value: .string(account.checksummed)),
        JSON.Member(key: "known", value: .bool(!explanation.isUnknown)),
        JSON.Member(
          key: "campaigns", value: .array(explanation.campaigns.map(ExplanationJSON.campaign))),
        JSON.Member(key: "detour", value: result.detour.map { .string($0) } ?? .null),
      ] + held.members)
  }

  /// Interval by interval, where that was asked for.
  private func heldOverTime(
    of account: Address, _ console: Console
  ) throws -> (lines: [String], members: [JSON.Member]) {
    guard intervals else { return ([], []) }
    let bundle = try Loading.bundle(bundle, console: console)
    let held = try mapped { try Explaining.heldOverTime(of: account, in: bundle) }
    let tokens = bundle.plan.plan.tokens
    let lines =
      held.isEmpty
      ? ["", "It held nothing in a source of balances over time."]
      : held.flatMap { [""] + HeldOverTimeText.lines($0, tokens: tokens) }
    return (
      lines, [JSON.Member(key: "intervals", value: .array(held.map(ExplanationJSON.held)))]
    )
  }

  /// Openings are given to see every private value of the account.
  private func checkOpened(
    _ explanation: Explanation, by file: String
  ) throws(CommandFailure) {
    let rows = explanation.campaigns.flatMap(\.programs).flatMap(\.rows)
    guard let row = rows.first(where: \.isHidden) else { return }
    let line = row.line.map { ", line \($0)" } ?? ""
    throw CommandFailure(
      .wrongOpenings,
      "\(file): found no opening of \(row.column) in \(row.file)\(line), expected one that comes "
        + "to \(row.value.bytes32.hex), as the bundle has it. Ask for the openings of "
        + "\(explanation.account) that were written with this bundle.")
  }

  static let advice =
    "This is what the bundle says. That the law gives it is for `sluice verify` to prove."
}
