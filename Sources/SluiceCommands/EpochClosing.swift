import Bundle
import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import PlanFile

/// Closes epochs out of a store: computes them, writes their bundles, records them for good.
struct EpochClosing {
  let plan: StorePlan
  let store: EventStore
  /// Where the files lie whose rows the store does not keep.
  let folder: String
  let options: BundleOptions
  let console: Console
  /// True where an epoch may be closed that is not over.
  var mayBeOpen = false
  /// What time it is.
  var now = Timestamp.now

  /// An epoch that is closed now.
  struct Closed {
    let number: UInt32
    let bundle: String
    let commitment: Commitment
    /// False where it was closed before.
    let isNew: Bool
  }

  /// Closes the next epoch, or computes a closed one again and compares.
  ///
  /// A bundle that was written before whoever wrote it could record it is taken as it is, if it is
  /// the one that comes out.
  ///
  /// - Parameter parent: where the bundle of the epoch before lies, where not as recorded.
  func close(
    _ number: UInt32, to out: String, parent: String?
  ) throws(CommandFailure) -> Closed {
    try plan.check(number, "epoch")
    let closed = try mapped { try store.closedEpochs() }
    guard Int(number) <= closed.count else {
      throw CommandFailure(
        StoreError(
          .wrongEpoch, file: store.path, found: "epoch \(number) to close",
          expected: "epoch \(closed.count)", advice: "Epochs are closed one after the other."))
    }
    let record = Int(number) < closed.count ? closed[Int(number)] : nil
    if record == nil {
      try mapped { try store.checkIngested() }
      if !mayBeOpen { try plan.checkIsOver(EpochIndex(number), at: now) }
      try noteMissing(EpochIndex(number))
    }
    try checkPlace(out)
    let before = number > 0 ? closed[Int(number) - 1] : nil
    let contents = try contents(
      EpochIndex(number), parent: try self.parent(before, statedAt: parent))
    let commitment: Commitment
    if FileManager.default.fileExists(atPath: out) {
      commitment = try present(out, contents)
    } else {
      if let record { try check(try identity(of: contents), record) }
      commitment = try options.write(contents, to: out, console)
    }
    if let openings = options.openings, !contents.openings.isEmpty,
      !FileManager.default.fileExists(atPath: openings)
    {
      try mapped { try OpeningsFile.write(contents.openings, to: openings) }
    }
    if let record {
      try check(commitment.hash, record)
    } else {
      Interruption.point()
      try self.record(contents, commitment, to: out)
    }
    return Closed(
      number: number, bundle: out, commitment: commitment, isNew: record == nil)
  }

  /// Says of which sources rows of an epoch may not be there yet.
  private func noteMissing(_ epoch: EpochIndex) throws(CommandFailure) {
    let sources = plan.plan.sources(readBy: Allocating.running(in: epoch, of: plan.plan))
    let windows = plan.plan.reading(of: sources, in: epoch)
    let known = try mapped { try store.sources() }
    guard let end = plan.plan.interval(of: epoch)?.upperBound else { return }
    for source in sources where source.isKept && source.hasFile {
      let needed = min(windows[source.name]?.upperBound ?? end, end)
      let last = known.first { $0.name == source.name }?.lastTime
      guard last.map({ $0 < needed }) ?? true else { continue }
      console.note(
        "source \(source.name): the store has no row of the time after epoch \(epoch.number), "
          + "which ends \(Timestamp(end).iso8601): are all of its rows there?")
    }
  }

  /// Sees that a bundle can be written, or may be there already, before it is computed.
  private func checkPlace(_ out: String) throws(CommandFailure) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: out, isDirectory: &isFolder) else {
      return try Writing.checkFolder(around: out)
    }
    let commitment = Loading.path(Commitment.fileName, in: out)
    guard !FileManager.default.fileExists(atPath: commitment) else { return }
    throw CommandFailure(
      BundleError(
        .targetExists, file: out,
        found: isFolder.boolValue ? "a folder that is no bundle" : "a file",
        expected: "nothing, or the bundle of this epoch",
        advice: "It is never overwritten: choose another name, or remove it."))
  }

  // MARK: Computing

  private func contents(
    _ epoch: EpochIndex, parent: LoadedBundle?
  ) throws(CommandFailure) -> BundleContents {
    let parsed = plan.parsed
    let read = try Loading.inputs(
      of: parsed.plan, in: epoch, programs: Allocating.running(in: epoch, of: parsed.plan),
      folder: folder, console: console,
      store: StoreReading(store: store, plan: plan))
    Loading.noteUnused(read, in: parsed.plan, console: console)
    let request = BundleMaking.Request(
      plan: parsed.plan, planBytes: plan.bytes, inputs: read, epoch: epoch, parent: parent,
      engine: sluiceVersion, secret: try options.secret(for: parsed.plan, epoch, console))
    console.progress("computing epoch \(epoch.number)")
    let contents = try mapped {
      do {
        return try BundleMaking.contents(of: request)
      } catch EngineError.guardsFail(let findings) {
        throw CommandFailure(findings, in: parsed)
      }
    }
    Loading.noteIdle(contents.outcomes, of: parsed, console: console)
    return contents
  }

  /// The bundle on which an epoch builds, which is the one that was recorded.
  private func parent(
    _ before: ClosedEpoch?, statedAt path: String?
  ) throws(CommandFailure) -> LoadedBundle? {
    guard let before else {
      guard let path else { return nil }
      return try Loading.bundle(path, console: console)
    }
    let place = path ?? before.bundle
    let isThere = FileManager.default.fileExists(atPath: place)
    let found = isThere ? try Loading.parent(place, console: console) : nil
    guard let loaded = found, loaded.identity == before.identity else {
      throw CommandFailure(
        StoreError(
          .bundleDiffers, file: place,
          found: found.map { "a bundle \($0.identity)" } ?? "nothing",
          expected: "\(before.identity), the bundle of epoch \(before.number)",
          advice: "Fetch the published bundle again, and say with --parent where it lies."))
    }
    return loaded
  }

  // MARK: What is there already

  private func identity(of contents: BundleContents) throws(CommandFailure) -> Bytes32 {
    try mapped { try contents.commit(threads: options.threads).commitment.hash }
  }

  /// The bundle that has the name already, where it is the one that comes out.
  private func present(
    _ out: String, _ contents: BundleContents
  ) throws(CommandFailure) -> Commitment {
    let found = try Loading.bundle(out, console: console).commitment
    let identity = try identity(of: contents)
    guard found.hash == identity else {
      throw CommandFailure(
        StoreError(
          .bundleDiffers, file: out, found: "a bundle \(found.hash)",
          expected: "\(identity), which comes out", advice: "Choose another name with --out."))
    }
    return found
  }

  private func check(_ identity: Bytes32, _ record: ClosedEpoch) throws(CommandFailure) {
    guard identity != record.identity else { return }
    let isOtherPlan = record.planHash != plan.plan.canonicalHash
    throw CommandFailure(
      StoreError(
        .epochDiffers, file: store.path, place: "epoch \(record.number)",
        found: "a bundle \(identity)", expected: "\(record.identity), as it was closed",
        advice: isOtherPlan
          ? "The plan has changed since: use the one of the closed bundle."
          : "A file whose rows the store does not keep has changed since, or another parent was "
            + "given."))
  }

  private func record(
    _ contents: BundleContents, _ commitment: Commitment, to out: String
  ) throws(CommandFailure) {
    let plan = plan.plan
    guard let interval = plan.interval(of: contents.epoch) else {
      preconditionFailure("a store's plan has epochs")
    }
    let sources = contents.inputs.map(\.declaration)
    let spans = plan.reading(of: sources, in: contents.epoch).filter { name, _ in
      plan.source(named: name)?.isKept == true
    }
    let closed = ClosedEpoch(
      number: contents.epoch.number, interval: interval, planHash: plan.canonicalHash,
      identity: commitment.hash, bundle: URL(filePath: out).standardizedFileURL.path,
      spans: spans,
      programs: contents.outcomes.map {
        .init(
          name: $0.program, allocated: $0.allocated.baseUnits, carry: $0.carry.baseUnits)
      },
      campaigns: commitment.campaigns.map {
        .init(name: $0.name, root: $0.root, total: $0.total, count: $0.count)
      })
    try mapped {
      try store.close(
        closed,
        entitlements: Dictionary(
          uniqueKeysWithValues: contents.campaigns.map { ($0.name, $0.entitlements) }))
    }
  }
}

extension StorePlan {
  /// Sees that the plan has an epoch.
  func check(_ epoch: UInt32, _ argument: String) throws(CommandFailure) {
    guard epoch >= epochs.count else { return }
    throw CommandFailure(
      .malformedArgument,
      "\(argument): found \(epoch), expected 0 … \(epochs.count - 1), the epochs of the plan.")
  }

  /// Sees that an epoch is over, so that all of its rows may be there.
  func checkIsOver(_ epoch: EpochIndex, at now: Timestamp) throws(CommandFailure) {
    guard let end = plan.interval(of: epoch)?.upperBound, now.seconds < end else { return }
    throw CommandFailure(
      .epochNotOver,
      "epoch \(epoch.number): found that it is \(now.iso8601), expected "
        + "\(Timestamp(end).iso8601) or later, when the epoch is over. A closed epoch stays as it "
        + "is: wait until all of its rows are there. For a rehearsal, `sluice close "
        + "--before-its-end` closes it all the same.")
  }
}

extension Timestamp {
  /// What this computer's clock says.
  static var now: Timestamp { Timestamp(UInt64(max(0, time(nil)))) }
}
