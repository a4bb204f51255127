import ArgumentParser
import CanonicalJSON
import DistributionModel
import EventStore
import InputFiles
import PlanFile
import Reporting

struct UnwindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unwind",
    abstract: "Remove the rows of a time and later from a store, after a chain reorganised.",
    discussion: """
      The files may then have other rows from that time on: the next `sluice ingest` takes them,
      and sees that those before are what they were. Rows of all sources are removed, and nothing
      of a closed epoch ever is. Unwinding twice does nothing the second time.

      With --to-block the last block that stays is named. Its time is looked up in the table of
      times by which a source of the plan says when its rows happened, as it is now. Whatever is
      later than that second goes; the second itself goes too where the next block shares it.

      Examples:
        sluice unwind plan.yaml --store rewards.store --to 2026-01-20T00:00:00Z
        sluice unwind plan.yaml --store rewards.store --to-block 24300000
      """)

  @OptionGroup var source: StoreOptions

  @Option(
    help: "The time from which on rows are removed: 2026-01-20T00:00:00Z, or seconds since 1970.")
  var to: String?

  @Option(help: "The last block whose rows stay.")
  var toBlock: UInt64?

  @Option(help: "The source that says when blocks were, where the plan has several.")
  var table: String?

  @Option(
    help: "The folder of the table of times; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let plan = try StorePlan(source.plan)
    for note in plan.parsed.notes { console.note(note.description) }
    let time = try time(plan, console)
    let removed = try mapped {
      try EventStore(continuing: source.store, for: plan.identity).unwind(to: time)
    }
    var table = TextTable([("source", .left), ("removed rows", .right)])
    for source in removed { table.add([source.source, "\(source.removed)"]) }
    console.result(
      ["Rows of \(time.iso8601) and later were removed", ""] + table.lines
        + ["", "Next: sluice ingest \(source.words)"], "unwind",
      [
        JSON.Member(key: "store", value: .string(source.store)),
        JSON.Member(key: "to", value: .integer(Int(clamping: time.seconds))),
        JSON.Member(
          key: "sources",
          value: .array(
            removed.map {
              .object([
                JSON.Member(key: "name", value: .string($0.source)),
                JSON.Member(key: "removed", value: .integer($0.removed)),
              ])
            })),
      ])
  }

  // MARK: The time

  private func time(
    _ plan: StorePlan, _ console: Console
  ) throws(CommandFailure) -> Timestamp {
    switch (to, toBlock) {
    case (let to?, nil): return try mapped { try Timestamp(stated: to, by: "--to") }
    case (nil, let block?): return try time(after: block, plan, console)
    default:
      throw CommandFailure(
        .malformedArgument,
        "--to: found \(to == nil ? "neither it nor" : "both it and") --to-block, expected one of "
          + "them: the time from which on rows are removed, or the last block that stays.")
    }
  }

  /// From when on rows are of later blocks.
  private func time(
    after block: UInt64, _ plan: StorePlan, _ console: Console
  ) throws(CommandFailure) -> Timestamp {
    let source = try tableOfTimes(plan)
    var reading = SourceReading(
      plan.plan, folder: Loading.inputFolder(inputs, plan: self.source.plan), console)
    try mapped { try reading.read(source) }
    console.endProgress()
    let times = reading.times[source.name]
    guard let seconds = times?.seconds(of: "\(block)") else {
      throw CommandFailure(
        .unknownBlock,
        "--to-block: found block \(block), which is not in \(source.file), expected a block of the "
          + "source '\(source.name)'. Name a block of the file that the chain still has.")
    }
    let isShared = block < .max && times?.seconds(of: "\(block + 1)") == seconds
    return Timestamp(isShared ? seconds : seconds + 1)
  }

  private func tableOfTimes(_ plan: StorePlan) throws(CommandFailure) -> SourceDeclaration {
    let names = plan.kept.compactMap { $0.time?.table }
    let tables = plan.plan.sources.filter { names.contains($0.name) }
    if let table {
      guard let stated = tables.first(where: { $0.name == table }) else {
        throw CommandFailure(
          .unknownName, "--table: found '\(table)', \(expectation(tables)).")
      }
      return stated
    }
    guard tables.count == 1 else {
      throw CommandFailure(
        .unclearTable,
        "--to-block: found \(tables.isEmpty ? "no source" : "several sources") by which rows say "
          + "when they happened, \(expectation(tables))."
          + (tables.isEmpty ? " Name a time with --to." : " Name one with --table."))
    }
    return tables[0]
  }

  private func expectation(_ tables: [SourceDeclaration]) -> String {
    tables.isEmpty
      ? "expected a source with `time: {key: …, in: …}`"
      : "expected one of \(tables.map(\.name).joined(separator: ", "))"
  }
}
