import ArgumentParser
import CanonicalJSON
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import PlanFile

/// What every command over a store takes.
struct StoreOptions: ParsableArguments {
  @Argument(help: "The plan.", completion: .file(extensions: ["yaml", "yml"]))
  var plan: String

  @Option(help: "The store's file.", completion: .file())
  var store: String

  /// The same as words of a command to copy.
  var words: String { "\(ShellText.word(plan)) --store \(ShellText.word(store))" }
}

/// A plan with epochs, as a store knows it.
struct StorePlan {
  let parsed: ParsedPlan
  let bytes: [UInt8]
  let epochs: EpochSchedule
  private let canonical: JSON

  var plan: Plan { parsed.plan }

  init(_ path: String) throws(CommandFailure) {
    (parsed, bytes) = try Loading.plan(path)
    canonical = parsed.plan.canonicalJSON
    guard let epochs = parsed.plan.epochs else {
      throw CommandFailure(
        .noEpochs,
        "\(path): found no `epochs`, expected them: a store keeps what happens epoch by epoch. "
          + "A plan that is allocated once needs only `sluice allocate`.")
    }
    self.epochs = epochs
  }

  var identity: EventStore.PlanIdentity {
    EventStore.PlanIdentity(
      name: plan.name, hash: plan.canonicalHash, epochStart: epochs.start.seconds,
      epochLength: epochs.length)
  }

  /// The sources whose rows a store keeps.
  var kept: [SourceDeclaration] { plan.sources.filter(\.isKept) }

  /// A source with a fingerprint of what decides how its rows are read.
  ///
  /// What is made of the rows afterwards, such as windows and measures, may change.
  func storeSource(_ source: SourceDeclaration) -> StoreSource {
    let later: Set = [
      "window", "duplicates", "duplicatesBy", "minimumHolding", "limits", "wash",
    ]
    let members =
      canonical["sources"]?.elements?
      .first { $0["name"] == .string(source.name) }?.members ?? []
    let kept = members.filter { member in
      !later.contains(member.key) && (source.series == nil || member.key != "columns")
    }.map { member in
      guard let inner = member.value.members, member.key == "series" else { return member }
      return JSON.Member(
        key: member.key, value: .object(inner.filter { !later.contains($0.key) }))
    }
    let text = JSON.object(
      kept + [JSON.Member(key: "account", value: .string(source.accountColumn))])
    return StoreSource(
      name: source.name, declaration: Keccak256.hash(text.canonicalBytes()))
  }
}

extension SourceDeclaration {
  /// True where a store keeps its rows: they have a time, and say what accounts did or held. Others
  /// are read anew for every epoch.
  var isKept: Bool {
    time != nil && statements == nil && observed == nil && price == nil && series?.ranges == nil
  }
}
