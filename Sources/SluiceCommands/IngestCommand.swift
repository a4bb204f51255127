import ArgumentParser
import CanonicalJSON
import EthereumPrimitives
import EventStore
import PlanFile
import Reporting

struct IngestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Take new rows of a plan's sources into a store, which is made where there is none.",
    discussion: """
      Sources whose rows have a time are taken. A file may grow between two times: only its new
      rows are taken, and rows that were taken may not change. Its last row has a line end. Each
      file is taken whole or not at all, and taking it twice does nothing. Until all files were
      taken, no epoch can be closed.

      A row whose time is in a closed epoch is late. It is an error, or with --late next-epoch it
      counts from the start of the first open epoch on and is shown by `sluice status`. Where the
      source has `received`, its file says in which epoch a row counts, and nothing of it is late
      here while epochs are closed after that time.

      Examples:
        sluice ingest plan.yaml --store rewards.store
        sluice ingest plan.yaml --store rewards.store --inputs exports --late next-epoch
      """)

  @OptionGroup var source: StoreOptions

  @Option(
    help: "The folder of the plan's inputs; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @Option(help: "What becomes of late rows.")
  var late = LateRows.refuse

  @OptionGroup var output: OutputOptions

  enum LateRows: String, ExpressibleByArgument, CaseIterable {
    case refuse
    case nextEpoch = "next-epoch"
  }

  func run() throws {
    let console = Console(output)
    let plan = try StorePlan(source.plan)
    for note in plan.parsed.notes { console.note(note.description) }
    let taken = try SourceIngesting(
      plan: plan, store: try mapped { try EventStore(writing: source.store, for: plan.identity) },
      folder: Loading.inputFolder(inputs, plan: source.plan),
      late: late == .refuse ? .refuse : .nextEpoch, console: console
    ).run()
    var table = TextTable([
      ("source", .left), ("file", .left), ("new rows", .right), ("late", .right),
      ("left out", .right),
    ])
    for file in taken {
      table.add([
        file.source, file.file, "\(file.added)", "\(file.late)", "\(file.leftOut.count)",
      ])
    }
    console.result(
      table.lines + ["", "Next: sluice status \(source.words)"], "ingest",
      [
        JSON.Member(key: "store", value: .string(source.store)),
        JSON.Member(
          key: "files",
          value: .array(
            taken.map {
              .object([
                JSON.Member(key: "source", value: .string($0.source)),
                JSON.Member(key: "file", value: .string($0.file)),
                JSON.Member(key: "added", value: .integer($0.added)),
                JSON.Member(key: "late", value: .integer($0.late)),
                StoreStatus.leftOut($0.leftOut),
              ])
            })),
      ])
  }
}
