import ArgumentParser
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import EventStore
import PlanFile
import Reporting

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what a store has: sources, closed epochs, programs, late rows, what is next.",
    discussion: """
      Nothing is written; it may run beside a command that writes to the store.

      Examples:
        sluice status plan.yaml --store rewards.store
        sluice status plan.yaml --store rewards.store --json
      """)

  @OptionGroup var source: StoreOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let plan = try StorePlan(source.plan)
    let status = try mapped {
      let store = try EventStore(reading: source.store, for: plan.identity)
      return StoreStatus(
        plan: plan, sources: try store.sources(), epochs: try store.closedEpochs(),
        lateRows: try store.lateRows())
    }
    console.result(status.lines, "status", status.members)
  }
}

/// What a store has, for people and for programs.
struct StoreStatus {
  let plan: StorePlan
  let sources: [SourceStatus]
  let epochs: [ClosedEpoch]
  let lateRows: [LateRow]
  /// What time it is.
  var now = Timestamp.now

  /// The first open epoch; nil where all of the plan's are closed.
  private var next: (number: Int, end: UInt64)? {
    guard epochs.count < Int(plan.epochs.count),
      let interval = plan.plan.interval(of: EpochIndex(UInt32(epochs.count)))
    else { return nil }
    return (epochs.count, interval.upperBound)
  }

  /// What a program gave in all closed epochs, and carries over; in the order of the plan.
  private var programs: [(program: Program, given: UInt256, carry: UInt256)] {
    plan.plan.programs.map { program in
      let records = epochs.compactMap { epoch in
        epoch.programs.first { $0.name == program.name }
      }
      return (
        program, records.reduce(.zero) { $0 &+ $1.allocated }, records.last?.carry ?? .zero
      )
    }
  }

  // MARK: For people

  var lines: [String] {
    var lines = ["Plan \(plan.plan.name): \(epochs.count) of \(plan.epochs.count) epochs closed"]
    if let next {
      let ends = next.end > now.seconds ? "ends" : "ended"
      lines.append("Next: epoch \(next.number), which \(ends) \(Self.text(next.end))")
    }
    var table = TextTable([
      ("source", .left), ("file", .left), ("rows", .right), ("last row", .left),
    ])
    for source in sources {
      for file in source.files {
        table.add([
          source.name, file.file.name, "\(file.taken)",
          source.lastTime.map(textOfRow) ?? "(none)",
        ])
      }
    }
    if !table.isEmpty { lines += ["", "Rows:"] + table.lines }
    lines += receivedLines + unwoundLines + leftOutLines + programLines + epochLines + lateLines
    return lines
  }

  /// Rows that came late as their file tells.
  private var receivedLines: [String] {
    var table = TextTable([
      ("source", .left), ("file", .left), ("epoch", .right), ("late rows", .right),
      ("first", .left),
    ])
    for source in sources {
      for file in source.files {
        for (epoch, late) in file.file.late.entries.sorted(by: { $0.key < $1.key }) {
          table.add([
            source.name, file.file.name, "\(epoch)", "\(late.count)", "line \(late.line)",
          ])
        }
      }
    }
    return table.isEmpty ? [] : ["", "Received late:"] + table.lines
  }

  private var leftOutLines: [String] {
    let rows = sources.flatMap(\.files).flatMap(\.file.leftOut)
    return rows.isEmpty ? [] : ["", "Left out, since they cannot be read:"] + rows.map(\.reason)
  }

  private var unwoundLines: [String] {
    let unwound = sources.flatMap(\.files).compactMap { known in
      known.unwoundTo.map { "\(known.file.name): removed from \(Self.text($0)) on" }
    }
    return unwound.isEmpty ? [] : ["", "To be taken again with `sluice ingest`:"] + unwound
  }

  private var programLines: [String] {
    var table = TextTable([("program", .left), ("given", .right), ("carried over", .right)])
    for (program, given, carry) in programs {
      guard let token = plan.plan.token(of: program) else { continue }
      table.add([
        program.name, TokenAmountText.text(given, of: token),
        TokenAmountText.text(carry, of: token),
      ])
    }
    return ["", "Programs:"] + table.lines
  }

  private var epochLines: [String] {
    guard !epochs.isEmpty else { return [] }
    var table = TextTable([
      ("epoch", .right), ("ended", .left), ("identity", .left), ("bundle", .left),
    ])
    for epoch in epochs {
      table.add([
        "\(epoch.number)", Self.text(epoch.interval.upperBound), epoch.identity.hex, epoch.bundle,
      ])
    }
    return ["", "Closed epochs:"] + table.lines
  }

  private var lateLines: [String] {
    guard !lateRows.isEmpty else { return [] }
    var table = TextTable([
      ("late row", .left), ("account", .left), ("of", .left), ("counts from", .left),
    ])
    for late in lateRows {
      table.add([
        "\(late.file):\(late.line)", late.account.checksummed, Self.text(late.time),
        Self.text(late.countsFrom),
      ])
    }
    return ["", "Late rows:"] + table.lines
  }

  private static func text(_ seconds: UInt64) -> String { Timestamp(seconds).iso8601 }

  /// A row of the future has a wrong time, or stands for something that is announced.
  private func textOfRow(_ seconds: UInt64) -> String {
    Self.text(seconds) + (seconds > now.seconds ? " (in the future)" : "")
  }

  // MARK: For programs

  var members: [JSON.Member] {
    [
      JSON.Member(key: "plan", value: .string(plan.plan.name)),
      JSON.Member(key: "planHash", value: .string(plan.plan.canonicalHash.hex)),
      JSON.Member(key: "epochs", value: .integer(Int(plan.epochs.count))),
      JSON.Member(
        key: "next",
        value: next.map {
          .object([
            JSON.Member(key: "epoch", value: .integer($0.number)),
            JSON.Member(key: "end", value: Self.number($0.end)),
          ])
        } ?? .null),
      JSON.Member(key: "sources", value: .array(sources.map(Self.json))),
      JSON.Member(
        key: "programs",
        value: .array(
          programs.map {
            .object([
              JSON.Member(key: "name", value: .string($0.program.name)),
              JSON.Member(key: "given", value: .string($0.given.decimal)),
              JSON.Member(key: "carry", value: .string($0.carry.decimal)),
            ])
          })),
      JSON.Member(key: "closed", value: .array(epochs.map(Self.json))),
      JSON.Member(key: "late", value: .array(lateRows.map(Self.json))),
    ]
  }

  private static func number(_ value: UInt64) -> JSON {
    Int(exactly: value).flatMap { $0 <= 1 << 53 ? .integer($0) : nil } ?? .string(String(value))
  }

  /// Rows that cannot be read.
  static func leftOut(_ rows: [IngestedFile.LeftOut]) -> JSON.Member {
    JSON.Member(
      key: "leftOut",
      value: .array(
        rows.map {
          .object([
            JSON.Member(key: "line", value: number($0.line)),
            JSON.Member(key: "reason", value: .string($0.reason)),
          ])
        }))
  }

  private static func json(_ source: SourceStatus) -> JSON {
    .object([
      JSON.Member(key: "name", value: .string(source.name)),
      JSON.Member(key: "rows", value: .integer(source.count)),
      JSON.Member(key: "lastTime", value: source.lastTime.map(number) ?? .null),
      JSON.Member(
        key: "files",
        value: .array(
          source.files.map {
            .object([
              JSON.Member(key: "name", value: .string($0.file.name)),
              JSON.Member(key: "bytes", value: number($0.file.size)),
              JSON.Member(key: "rawHash", value: .string($0.file.rawHash.hex)),
              JSON.Member(key: "rows", value: .integer($0.taken)),
              JSON.Member(key: "receivedLate", value: .array(json($0.file.late))),
              JSON.Member(key: "unwoundTo", value: $0.unwoundTo.map(number) ?? .null),
              leftOut($0.file.leftOut),
            ])
          })),
    ])
  }

  private static func json(_ late: LateRows) -> [JSON] {
    late.entries.sorted { $0.key < $1.key }.map { epoch, late in
      .object([
        JSON.Member(key: "epoch", value: .integer(Int(epoch))),
        JSON.Member(key: "rows", value: .integer(late.count)),
        JSON.Member(key: "firstLine", value: .integer(late.line)),
      ])
    }
  }

  private static func json(_ epoch: ClosedEpoch) -> JSON {
    .object([
      JSON.Member(key: "epoch", value: .integer(Int(epoch.number))),
      JSON.Member(key: "start", value: number(epoch.interval.lowerBound)),
      JSON.Member(key: "end", value: number(epoch.interval.upperBound)),
      JSON.Member(key: "planHash", value: .string(epoch.planHash.hex)),
      JSON.Member(key: "identity", value: .string(epoch.identity.hex)),
      JSON.Member(key: "bundle", value: .string(epoch.bundle)),
    ])
  }

  private static func json(_ late: LateRow) -> JSON {
    .object([
      JSON.Member(key: "source", value: .string(late.source)),
      JSON.Member(key: "file", value: .string(late.file)),
      JSON.Member(key: "line", value: .integer(Int(late.line))),
      JSON.Member(key: "account", value: .string(late.account.checksummed)),
      JSON.Member(key: "time", value: number(late.time)),
      JSON.Member(key: "countsFrom", value: number(late.countsFrom)),
    ])
  }
}
