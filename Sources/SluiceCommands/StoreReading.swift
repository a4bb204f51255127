import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import InputFiles

/// Reads sources whose rows a store keeps, as their files would be read.
struct StoreReading {
  let store: EventStore
  let plan: StorePlan

  /// - Parameter span: of a series the seconds of which it has to tell.
  func input(
    of source: SourceDeclaration, in epoch: EpochIndex, span: Range<UInt64>?
  ) throws -> SourceInput {
    let known = try store.knownFiles(of: plan.storeSource(source))
    let files = known.map(\.file)
    guard !files.isEmpty else {
      throw CommandFailure(
        .nothingIngested,
        "\(store.path), source \(source.name): found nothing, expected rows of \(source.file). "
          + "Take them in with `sluice ingest`.")
    }
    let unused = files.reduce(into: [String]()) { unused, file in
      unused += file.unusedColumns.filter { !unused.contains($0) }
    }
    guard let window = plan.plan.window(of: source, in: epoch) else {
      preconditionFailure("a store's plan has epochs")
    }
    try check(known, until: (span ?? window).upperBound)
    let notes = files.flatMap { file in
      file.notes.map { files.count > 1 ? "\(file.name): \($0)" : $0 }
    }
    if source.series != nil, let span {
      return SourceInput(
        history: .positions(try store.history(of: source.name, over: span)), of: source.name,
        rawHash: Self.hash(files), unusedColumns: unused, notes: notes)
    }
    let rows = try store.rows(of: source.name, columns: source.columns.count, in: window)
    try TimedFile.check(rows, name: source.file, as: source)
    return SourceInput(
      rows: rows, rawHash: Self.hash(files), unusedColumns: unused, notes: notes)
  }

  /// Sees that no rows before a time are missing since an unwinding.
  private func check(_ files: [KnownFile], until end: UInt64) throws(StoreError) {
    for known in files {
      guard let unwoundTo = known.unwoundTo, unwoundTo < end else { continue }
      throw StoreError(
        .notTakenAgain, file: store.path, place: known.file.name,
        found: "no rows of \(Timestamp(unwoundTo).iso8601) and later since they were removed",
        expected: "the file as it is now",
        advice: "Take it in with `sluice ingest`; put it back first if it is gone.")
    }
  }

  /// As of files that are read at once: of several the hash of their hashes.
  private static func hash(_ files: [IngestedFile]) -> Bytes32 {
    if files.count == 1 { return files[0].rawHash }
    var hash = Keccak256()
    for file in files { hash.update(file.rawHash) }
    return hash.finalize()
  }
}
