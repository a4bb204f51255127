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
      name: plan.name, epochStart: epochs.start.seconds, epochLength: epochs.length)
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
    let kept = canonicalMembers(of: source).filter { member in
      !later.contains(member.key) && (source.series == nil || member.key != "columns")
    }
    let lookedUp = plan.withLookups([source]).filter { $0.name != source.name }.map {
      JSON.object(canonicalMembers(of: $0) + $0.readingMembers)
    }
    let text = JSON.object(
      kept + source.readingMembers + [JSON.Member(key: "lookedUp", value: .array(lookedUp))])
    return StoreSource(
      name: source.name, declaration: Keccak256.hash(text.canonicalBytes()))
  }

  private func canonicalMembers(of source: SourceDeclaration) -> [JSON.Member] {
    canonical["sources"]?.elements?
      .first { $0["name"] == .string(source.name) }?.members ?? []
  }
}

extension SourceDeclaration {
  /// True where a store keeps its rows: they have a time, and say what accounts did or held. Others
  /// are read anew for every epoch.
  var isKept: Bool {
    time != nil && statements == nil && observed == nil && price == nil && series?.ranges == nil
  }

  /// What decides how a file is read and is no part of the canonical plan.
  fileprivate var readingMembers: [JSON.Member] {
    [
      JSON.Member(key: "account", value: .string(accountColumn)),
      JSON.Member(key: "format", value: .string(format.rawValue)),
      JSON.Member(key: "within", value: .array(within.map { .string($0) })),
      JSON.Member(key: "units", value: .array(cells.map(\.reading))),
    ]
  }

  /// The columns of numbers in its file.
  private var cells: [ColumnDeclaration] {
    series == nil ? columns : [series?.events?.amount].compactMap { $0 }
  }
}

extension ColumnDeclaration {
  /// In which unit its cells are, and how they are written.
  fileprivate var reading: JSON {
    let words: [String] =
      switch kind {
      case .amount(let token, let decimals, let unit):
        [token, "\(decimals)", unit?.rawValue ?? "as the header says"]
      case .decimal(let format): [format.notation.rawValue]
      default: []
      }
    return .array(([name] + words).map { .string($0) })
  }
}
