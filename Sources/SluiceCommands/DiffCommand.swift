import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import Foundation
import PlanFile
import Reporting

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two bundles or plans: who gains, who loses, how much, and why.",
    discussion: """
      Each side is a bundle's folder, or a plan that is computed from its inputs; nothing is
      written but what --csv names. Two bundles of the same epoch show what a correction changes;
      a bundle and the one that it is built on show what an epoch gives.

      Every change is told with its causes: the account's own rows, a refusal, the rule, what others
      have, the budget, redirects. "without that" is what the account would get now if this one
      cause were as before.

      Examples:
        sluice diff bundle corrected
        sluice diff bundle launch/plan.yaml --top 50
        sluice diff old.yaml new.yaml --old-inputs old --inputs new --csv changes.csv
      """)

  @Argument(help: "The older bundle or plan.", completion: .file())
  var old: String

  @Argument(help: "The newer bundle or plan.", completion: .file())
  var new: String

  @Option(
    help: "The folder of a plan's inputs; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @Option(
    help: "The folder of the older plan's inputs, where it is another one.",
    completion: .directory)
  var oldInputs: String?

  @Option(help: "The bundle that a plan is computed on.", completion: .directory)
  var parent: String?

  @Option(help: "Which epoch of a plan; that of the bundle on the other side by default.")
  var epoch: UInt32?

  @Option(help: "How many that gain, and how many that lose, are shown.")
  var top = 10

  @Option(
    help: "Write every change to this file; nothing may have that name.",
    completion: .file(extensions: ["csv"]))
  var csv: String?

  @Option(
    help: "The secret of the bundles' private columns, so that a plan is compared in them too.",
    completion: .file())
  var secretFile: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0...1_000_000).contains(top) else {
      throw ValidationError("--top: found \(top), expected 0 … 1000000.")
    }
  }

  func run() throws {
    let console = Console(output)
    let epochs = try [old, new].map { try committedEpoch($0) }
    let older = try side(old, oldInputs ?? inputs, otherEpoch: epochs[1], console)
    let newer = try side(new, inputs, otherEpoch: epochs[0], console)
    try checkTokens(older, newer)
    console.progress("comparing")
    let diff = Diffing.diff(from: older, to: newer)
    console.endProgress()
    if let csv { try Writing.file(DiffFiles.csv(diff), to: csv) }
    console.result(DiffText.lines(diff, top: top), "diff", DiffFiles.members(diff))
  }

  private func isBundle(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }

  /// nil for a plan.
  private func committedEpoch(_ path: String) throws(CommandFailure) -> UInt32? {
    guard isBundle(path) else { return nil }
    return try mapped { try BundleReader.commitment(path).epoch }
  }

  private func side(
    _ path: String, _ inputs: String?, otherEpoch: UInt32?, _ console: Console
  ) throws(CommandFailure) -> Diffing.Side {
    guard !isBundle(path) else {
      return Diffing.Side(try Loading.bundle(path, console: console), name: path)
    }
    let (parsed, bytes) = try Loading.plan(path)
    let index = EpochIndex(epoch ?? otherEpoch ?? 0)
    let read = try Loading.inputs(
      of: parsed.plan, in: index, programs: Allocating.running(in: index, of: parsed.plan),
      folder: Loading.inputFolder(inputs, plan: path), console: console)
    var live: LoadedBundle?
    if let parent { live = try Loading.bundle(parent, console: console) }
    var secret: [UInt8] = []
    if let secretFile { secret = try Loading.secret(secretFile) }
    console.progress("computing \(path)")
    let request = BundleMaking.Request(
      plan: parsed.plan, planBytes: bytes, inputs: read, epoch: index, parent: live,
      engine: sluiceVersion,
      // In memory only. Without the secret two plans can be compared, but not a plan and a bundle.
      secret: secret)
    let contents = try mapped { try BundleMaking.contents(of: request) }
    return Diffing.Side(contents, plan: parsed, name: path)
  }

  /// Amounts of two tokens are not compared.
  private func checkTokens(
    _ older: Diffing.Side, _ newer: Diffing.Side
  ) throws(CommandFailure) {
    for campaign in newer.plan.plan.campaigns {
      guard let before = older.plan.plan.campaign(named: campaign.name),
        let left = older.plan.plan.token(named: before.token),
        let right = newer.plan.plan.token(named: campaign.token),
        left.decimals != right.decimals || left.name != right.name
      else { continue }
      throw CommandFailure(
        .unlikeTokens,
        "campaign \(campaign.name): found token \(right.name) with "
          + "\(right.decimals.counted("decimal")) in \(new), expected \(left.name) with "
          + "\(left.decimals), as in \(old). Amounts of two tokens cannot be compared; give the "
          + "other campaign another name.")
    }
  }
}
