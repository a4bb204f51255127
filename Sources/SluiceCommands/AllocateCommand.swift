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

  @Option(help: "Threads that hash leaves; of no effect on the result.")
  var threads = 1

  @Flag(help: "Leave the proof shards out; `sluice proof` computes from the rest.")
  var withoutProofs = false

  @Flag(help: "Write each campaign's whole tree as an OpenZeppelin dump too.")
  var treeDumps = false

  @Option(
    help: "A file of at least 32 secret bytes that hides private columns; keep it.",
    completion: .file())
  var secretFile: String?

  @Option(
    help: "The folder to write openings of private columns to; never publish it.",
    completion: .directory)
  var openings: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...256).contains(threads) else {
      throw ValidationError("--threads: found \(threads), expected 1 … 256.")
    }
  }

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
      engine: sluiceVersion, secret: try secret(for: parsed.plan, index, console))
    if let openings { try mapped { try OpeningsFile.checkFree(openings) } }
    console.progress("computing allocations")
    let contents = try mapped {
      do {
        return try BundleMaking.contents(of: request)
      } catch EngineError.guardsFail(let findings) {
        throw CommandFailure(findings, in: parsed)
      }
    }
    Loading.noteIdle(contents.outcomes, of: parsed, console: console)
    var options = BundleWriter.Options()
    options.threads = threads
    options.writesProofs = !withoutProofs
    options.writesTreeDumps = treeDumps
    let commitment = try mapped {
      defer { console.endProgress() }
      return try BundleWriter.write(
        contents, to: out, options: options, progress: { console.progress($0) },
        beside: { commitment in
          let summary = Summarizing.summary(of: contents, commitment)
          return [(ReportPage.fileName, ReportPage.html(summary))]
        })
    }
    if let openings, !contents.openings.isEmpty {
      try mapped { try OpeningsFile.write(contents.openings, to: openings) }
    }
    console.result(lines(commitment, parsed.plan, console), "allocate", members(commitment))
  }

  /// The bytes that hide private columns; nil where no source that is read has some.
  private func secret(
    for plan: Plan, _ epoch: EpochIndex, _ console: Console
  ) throws(CommandFailure) -> [UInt8]? {
    let sources = plan.sources(readBy: Allocating.running(in: epoch, of: plan))
      .filter(\.hasPrivateColumns).map(\.name)
    guard !sources.isEmpty else {
      guard let option = secretFile.map({ _ in "secret-file" }) ?? openings.map({ _ in "openings" })
      else { return nil }
      guard plan.sources.contains(where: \.hasPrivateColumns) else {
        throw CommandFailure(
          .malformedArgument,
          "--\(option): found no private column in the plan, expected one. Leave the option out.")
      }
      console.note(
        "--\(option) is of no use here: nothing that epoch \(epoch.number) reads has private "
          + "columns")
      return nil
    }
    let expected = Loading.expectedSecret
    guard let secretFile else {
      throw CommandFailure(
        .malformedArgument,
        "--secret-file: found none, \(expected). It hides the private columns of "
          + "\(sources.joined(separator: ", ")); make one with `head -c 32 /dev/urandom`.")
    }
    return try Loading.secret(secretFile)
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
      + ["", "Next: sluice verify \(out)"]
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
