import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import PlanFile
import Reporting

struct AllocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate",
    abstract: "Compute a plan's allocations and write the bundle: roots, proofs, all the data.",
    discussion: """
      The same plan, inputs and parent give the same bytes, in any order of rows, with any number
      of threads, on any machine. A bundle is written whole or not at all, and never over another.

      Examples:
        sluice allocate launch/plan.yaml --out bundle
        sluice allocate plan.yaml --out epoch-1 --epoch 1 --parent epoch-0
      """)

  @Argument(help: "The plan.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String

  @Option(help: "The folder to write; nothing may have that name.", completion: .directory)
  var out: String

  @Option(
    help: "The folder of the plan's inputs; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @Option(help: "The bundle of the live root on which this one builds.", completion: .directory)
  var parent: String?

  @Option(help: "Which epoch to allocate.")
  var epoch: UInt32 = 0

  @OptionGroup var options: BundleOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let (parsed, bytes) = try Loading.plan(plan)
    let index = EpochIndex(epoch)
    let read = try Loading.inputs(
      of: parsed.plan, in: index, programs: Allocating.running(in: index, of: parsed.plan),
      folder: Loading.inputFolder(inputs, plan: plan), console: console)
    for note in parsed.notes { console.note(note.description) }
    Loading.noteUnused(read, in: parsed.plan, console: console)
    var loadedParent: LoadedBundle?
    if let parent { loadedParent = try Loading.bundle(parent, console: console) }
    let request = BundleMaking.Request(
      plan: parsed.plan, planBytes: bytes, inputs: read, epoch: index, parent: loadedParent,
      engine: sluiceVersion, secret: try options.secret(for: parsed.plan, index, console))
    if let openings = options.openings { try mapped { try OpeningsFile.checkFree(openings) } }
    console.progress("computing allocations")
    let contents = try mapped {
      do {
        return try BundleMaking.contents(of: request)
      } catch EngineError.guardsFail(let findings) {
        throw CommandFailure(findings, in: parsed)
      }
    }
    Loading.noteIdle(contents.outcomes, of: parsed, console: console)
    let commitment = try options.write(contents, to: out, console)
    if let openings = options.openings, !contents.openings.isEmpty {
      try mapped { try OpeningsFile.write(contents.openings, to: openings) }
    }
    console.result(lines(commitment, parsed.plan, console), "allocate", members(commitment))
  }

  private func lines(_ commitment: Commitment, _ plan: Plan, _ console: Console) -> [String] {
    var table = TextTable([
      ("campaign", .left), ("recipients", .right), ("total", .right), ("root", .left),
    ])
    for (campaign, committed) in zip(plan.campaigns, commitment.campaigns) {
      guard let token = plan.token(named: campaign.token) else { continue }
      table.add([
        campaign.name, "\(committed.count)", TokenAmountText.text(committed.total, of: token),
        committed.count == 0 ? "(nobody)" : committed.root.hex,
      ])
    }
    let kind = commitment.isDraft ? "draft bundle" : "bundle"
    return ["Wrote \(kind) \(out)", "Identity \(commitment.hash)", ""] + table.lines
      + ["", "Next: sluice verify \(ShellText.word(out))"]
  }

  private func members(_ commitment: Commitment) -> [JSON.Member] {
    [
      JSON.Member(key: "bundle", value: .string(out)),
      JSON.Member(key: "identity", value: .string(commitment.hash.hex)),
      JSON.Member(key: "draft", value: .bool(commitment.isDraft)),
      JSON.Member(
        key: "campaigns",
        value: .array(
          commitment.campaigns.map {
            .object([
              JSON.Member(key: "name", value: .string($0.name)),
              JSON.Member(key: "campaign", value: .string($0.campaign.hex)),
              JSON.Member(key: "root", value: .string($0.root.hex)),
              JSON.Member(key: "total", value: .string($0.total.decimal)),
              JSON.Member(key: "count", value: .integer($0.count)),
            ])
          })),
    ]
  }
}
