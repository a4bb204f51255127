import ArgumentParser
import Bundle
import CanonicalJSON
import EthereumPrimitives
import EventStore
import Foundation
import PlanFile

struct CloseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close",
    abstract: "Compute an epoch from a store, write its bundle and record it for good.",
    discussion: """
      Epochs are closed one after the other, each on the bundle of the one before. A closed epoch
      stays as it is: closing it again gives the same bytes, or an error. So it has to be over by
      this computer's clock. Whatever stopped a close in the middle, the next one goes on.

      Examples:
        sluice close 3 plan.yaml --store rewards.store --out epoch-3
        sluice close 3 plan.yaml --store rewards.store --out epoch-3 --parent fetched/epoch-2
      """)

  @Argument(help: "The number of the epoch, counted from 0.")
  var epoch: UInt32

  @OptionGroup var source: StoreOptions

  @Option(help: "The folder to write the bundle to.", completion: .directory)
  var out: String

  @Option(
    help: "The folder of inputs that the store does not keep; the plan's own folder by default.",
    completion: .directory)
  var inputs: String?

  @Option(
    help: "Where the bundle of the epoch before lies; where it was written by default.",
    completion: .directory)
  var parent: String?

  @Flag(help: "Close it although it is not over; rows that come after that are late.")
  var beforeItsEnd = false

  @OptionGroup var options: BundleOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    let console = Console(output)
    let plan = try StorePlan(source.plan)
    for note in plan.parsed.notes { console.note(note.description) }
    let closing = EpochClosing(
      plan: plan,
      store: try mapped { try EventStore(continuing: source.store, for: plan.identity) },
      folder: Loading.inputFolder(inputs, plan: source.plan), options: options, console: console,
      mayBeOpen: beforeItsEnd)
    let closed = try closing.close(epoch, to: out, parent: parent)
    let identity = closed.commitment.hash
    let first =
      closed.isNew
      ? "Closed epoch \(epoch): \(out)" : "Epoch \(epoch) was closed already, with the same result"
    console.result(
      [first, "Identity \(identity)", "", "Next: sluice verify \(ShellText.word(out))"], "close",
      [
        JSON.Member(key: "epoch", value: .integer(Int(epoch))),
        JSON.Member(key: "bundle", value: .string(out)),
        JSON.Member(key: "identity", value: .string(identity.hex)),
        JSON.Member(key: "closedBefore", value: .bool(!closed.isNew)),
      ])
  }
}
