import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import PlanFile
import Reporting

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Tell an account why it gets what it gets, or why it gets nothing.",
    discussion: """
      Reads what the bundle says about the account, and proves nothing: `sluice verify` does. With
      a store, name the plan in the bundle's place: the bundle of the closed epoch is read.

      Examples:
        sluice explain bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f
        sluice explain bundle 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f --json
        sluice explain epoch-7 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f --intervals
        sluice explain plan.yaml 0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f \\
          --store rewards.store --epoch 7
      """)

  @Argument(help: "The bundle; with --store the plan.", completion: .directory)
  var bundle: String

  @Argument(help: "The account.")
  var address: String

  @Option(help: "The store's file, which knows where bundles lie.", completion: .file())
  var store: String?

  @Option(help: "With --store the number of the epoch; the last closed one by default.")
  var epoch: UInt32?

  @Option(
    help: "Openings of private columns: the folder that allocate wrote, or a file of it.",
    completion: .file(extensions: ["csv"]))
  var openings: String?

  @Flag(help: "Show what was held from when to when, and what it earned, of programs over time.")
  var intervals = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard epoch == nil || store != nil else {
      throw ValidationError(
        "--epoch: found no --store beside it, expected the store that knows the epoch's bundle. "
          + "Without a store, name the bundle.")
    }
  }

  func run() throws {
    let console = Console(output)
    let account = try Loading.address(address)
    let closed = try closedEpoch()
    let bundle = closed?.bundle ?? bundle
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
    if let closed, result.identity != closed.identity {
      throw Self.wrongBundle(of: closed, found: "a bundle \(result.identity)")
    }
    let explanation = result.explanation
    let overTime = try overTime(explanation, bundle, console)
    if let file { try checkOpened(explanation, by: file) }
    console.result(
      ExplanationText.lines(explanation) + overTime.lines + ["", Self.advice], "explain",
      [
        JSON.Member(key: "bundle", value: .string(result.identity.hex)),
        JSON.Member(key: "account", value: .string(account.checksummed)),
        JSON.Member(key: "known", value: .bool(!explanation.isUnknown)),
        JSON.Member(
          key: "campaigns", value: .array(explanation.campaigns.map(ExplanationJSON.campaign))),
        JSON.Member(key: "detour", value: result.detour.map { .string($0) } ?? .null),
      ] + vaults(explanation) + overTime.members)
  }

  private func vaults(_ explanation: Explanation) -> [JSON.Member] {
    guard !explanation.vaults.isEmpty else { return [] }
    let vaults = explanation.vaults.map(ExplanationJSON.vault)
    return [JSON.Member(key: "vaults", value: .array(vaults))]
  }

  // MARK: By epoch

  /// The closed epoch that is meant; nil without a store.
  private func closedEpoch() throws(CommandFailure) -> ClosedEpoch? {
    guard let store else { return nil }
    let plan = try StorePlan(bundle)
    let epochs = try mapped {
      try EventStore(reading: store, for: plan.identity).closedEpochs()
    }
    guard let last = epochs.last,
      let closed = epochs.first(where: { $0.number == epoch ?? last.number })
    else {
      let range = epochs.last.map { "0 … \($0.number)" } ?? "one that `sluice close` closed first"
      throw CommandFailure(
        .epochNotClosed,
        "\(store): found \(epoch.map { "no closed epoch \($0)" } ?? "no closed epoch"), expected "
          + "\(range). `sluice status` lists what is closed.")
    }
    guard FileManager.default.fileExists(atPath: closed.bundle) else {
      throw Self.wrongBundle(of: closed, found: "nothing")
    }
    return closed
  }

  private static func wrongBundle(of closed: ClosedEpoch, found: String) -> CommandFailure {
    CommandFailure(
      StoreError(
        .bundleDiffers, file: closed.bundle, found: found,
        expected: "\(closed.identity), the bundle of epoch \(closed.number)",
        advice: "Where the bundle lies somewhere else by now, explain it there without --store."))
  }

  // MARK: Over time

  /// Interval by interval, where that was asked for.
  private func overTime(
    _ explanation: Explanation, _ path: String, _ console: Console
  ) throws -> (lines: [String], members: [JSON.Member]) {
    guard intervals else { return ([], []) }
    let bundle = try Loading.bundle(path, console: console)
    let account = explanation.account
    let (held, ranges) = try mapped {
      (
        try Explaining.heldOverTime(of: account, in: bundle),
        try Explaining.rangesOverTime(of: account, in: bundle, explained: explanation)
      )
    }
    let tokens = bundle.plan.plan.tokens
    let lines =
      held.isEmpty && ranges.isEmpty
      ? ["", "It held nothing in a source of balances or positions over time."]
      : held.flatMap { [""] + HeldOverTimeText.lines($0, tokens: tokens) }
        + ranges.flatMap { [""] + RangesOverTimeText.lines($0) }
    let values = held.map(ExplanationJSON.held) + ranges.map(ExplanationJSON.ranges)
    return (lines, [JSON.Member(key: "intervals", value: .array(values))])
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
