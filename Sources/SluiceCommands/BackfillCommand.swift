import ArgumentParser
import Bundle
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import PlanFile

struct BackfillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backfill",
    abstract: "Close all open epochs of a store up to one, a bundle each.",
    discussion: """
      Bundles are written as DIR/epoch-0, DIR/epoch-1, …; those of closed epochs are left alone.
      Without --to it goes on while an epoch is over by this computer's clock, and the store has
      rows of the time after its end.

      Examples:
        sluice backfill plan.yaml --store rewards.store --out bundles --to 11
        sluice backfill plan.yaml --store rewards.store --out bundles
      """)

  @OptionGroup var source: StoreOptions

  @Option(
    help: "The folder of the bundles; it is made where it is not there.",
    completion: .directory)
  var out: String

  @Option(help: "The last epoch to close.")
  var to: UInt32?

  @Option(
    help: "The folder of inputs that the store does not keep; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @OptionGroup var options: BundleOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let plan = try StorePlan(source.plan)
    for note in plan.parsed.notes { console.note(note.description) }
    let store = try mapped { try EventStore(continuing: source.store, for: plan.identity) }
    let last = try lastEpoch(plan, store)
    let first = try mapped { try store.closedEpochs().count }
    var closed: [EpochClosing.Closed] = []
    for number in first..<max(first, last) {
      var options = options
      if let openings = options.openings { options.openings = "\(openings)-epoch-\(number)" }
      let closing = EpochClosing(
        plan: plan, store: store, folder: Loading.inputFolder(inputs, plan: source.plan),
        options: options, console: console)
      closed.append(
        try closing.close(UInt32(number), to: "\(out)/epoch-\(number)", parent: nil))
    }
    let lines = closed.map { "Closed epoch \($0.number): \($0.bundle), \($0.commitment.hash)" }
    console.result(
      lines.isEmpty
        ? ["Nothing to close: \(first.counted("epoch is", "epochs are")) closed"] : lines,
      "backfill",
      [
        JSON.Member(
          key: "epochs",
          value: .array(
            closed.map {
              .object([
                JSON.Member(key: "epoch", value: .integer(Int($0.number))),
                JSON.Member(key: "bundle", value: .string($0.bundle)),
                JSON.Member(key: "identity", value: .string($0.commitment.hash.hex)),
              ])
            }))
      ])
  }

  /// The number after that of the last epoch to close.
  private func lastEpoch(_ plan: StorePlan, _ store: EventStore) throws(CommandFailure) -> Int {
    if let to {
      try plan.check(to, "--to")
      try plan.checkIsOver(EpochIndex(to), at: .now)
      return Int(to) + 1
    }
    let last = try mapped { try store.sources().compactMap(\.lastTime).max() ?? 0 }
    // A row may have any time, and no epoch is over because of it.
    let seen = min(last, Timestamp.now.seconds)
    guard seen >= plan.epochs.start.seconds else { return 0 }
    let over = (seen - plan.epochs.start.seconds) / plan.epochs.length
    return Int(min(over, UInt64(plan.epochs.count)))
  }
}
