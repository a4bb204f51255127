import DistributionModel
import EthereumPrimitives
import EventStore
import Foundation
import InputFiles
import PlanFile

/// Takes the files of the sources whose rows a store keeps into a store.
struct SourceIngesting {
  /// What became of a file.
  struct Taken {
    let source: String
    let file: String
    /// Changes or rows that were new.
    let added: Int
    let late: Int
  }

  let plan: StorePlan
  let store: EventStore
  let folder: String
  let late: LatePolicy
  let console: Console

  /// Takes what is new in every file, in the order of the plan.
  func run() throws(CommandFailure) -> [Taken] {
    let kept = plan.kept
    guard !kept.isEmpty else {
      throw CommandFailure(
        .noTimes,
        "\(plan.parsed.file): found no source with `time`, expected one: a store keeps rows that "
          + "say when they happened. Other files are read anew for every epoch.")
    }
    var reading = SourceReading(plan.plan, folder: folder, console)
    let names = Set(kept.map(\.name))
    var taken: [Taken] = []
    for source in plan.plan.withLookups(kept) where source.hasFile {
      if names.contains(source.name) { taken += try take(source, reading) }
      if isLookedUp(source) { try mapped { try reading.read(source) } }
    }
    console.endProgress()
    return taken
  }

  private func isLookedUp(_ source: SourceDeclaration) -> Bool {
    plan.kept.contains { $0.lookup?.source == source.name || $0.time?.table == source.name }
  }

  private func take(
    _ source: SourceDeclaration, _ reading: SourceReading
  ) throws(CommandFailure) -> [Taken] {
    let declared = plan.storeSource(source)
    let known = try mapped { try store.knownFiles(of: declared) }
    let pattern = FilePattern(Loading.path(source.file, in: folder))
    if source.series?.events?.isOrdered == true {
      return [try takeBalances(source, declared, reading)]
    }
    let paths = try mapped { try pattern.paths(name: Loading.path(source.file, in: folder)) }
    let files = paths.map { path in
      FileOnDisk(
        path: path,
        name: pattern.hasWildcard ? pattern.name(of: path, like: source.file) : source.file)
    }
    if known.contains(where: \.isForgettable) {
      try mapped { try store.forgetUnwound(of: declared, besides: Set(files.map(\.name))) }
    }
    var taken: [Taken] = []
    for file in files {
      let name = file.name
      if let known = known.first(where: { $0.file.name == name }), known.unwoundTo == nil,
        try file.isUnchanged(since: known.file)
      {
        taken.append(Taken(source: source.name, file: name, added: 0, late: 0))
        continue
      }
      console.progress("taking \(name)")
      let counts = try mapped {
        try store.ingest(name, of: declared, late: late) { ingestion in
          source.series == nil
            ? try takeActions(of: source, file, reading, ingestion)
            : try takeChanges(of: source, file, reading, ingestion)
        }
      }
      taken.append(
        Taken(source: source.name, file: name, added: counts.added, late: counts.late))
    }
    return taken
  }

  // MARK: One file

  private func takeChanges(
    of source: SourceDeclaration, _ file: FileOnDisk, _ reading: SourceReading,
    _ ingestion: Ingestion
  ) throws -> IngestedFile {
    // What the store refuses is told when the file has been read.
    var refusal: StoreError?
    var accounts = AddressTable()
    swap(&accounts, &ingestion.accounts)
    let read = try TimedFile.changes(
      file.path, name: file.path, as: source, keys: reading.keys(of: source),
      times: reading.table(of: source), numbering: &accounts, progress: reading.progress(source)
    ) { changes in
      guard refusal == nil else { return }
      do throws(StoreError) { try ingestion.append(changes) } catch { refusal = error }
    }
    swap(&accounts, &ingestion.accounts)
    if let refusal { throw refusal }
    return ingested(read, file, reading)
  }

  private func takeActions(
    of source: SourceDeclaration, _ file: FileOnDisk, _ reading: SourceReading,
    _ ingestion: Ingestion
  ) throws -> IngestedFile {
    let read = try TimedFile.actions(
      file.path, name: file.path, as: source, keys: reading.keys(of: source),
      times: reading.table(of: source), progress: reading.progress(source))
    try ingestion.append(read.rows, times: read.times)
    return ingested(read.file, file, reading)
  }

  private func ingested(
    _ read: TimedFileContents, _ file: FileOnDisk, _ reading: SourceReading
  ) -> IngestedFile {
    reading.tell(read.quarantined)
    return IngestedFile(
      name: file.name, size: UInt64(read.size), rawHash: read.rawHash, isCutOff: read.isCutOff,
      unusedColumns: read.unusedColumns, notes: read.notes, late: read.late)
  }

  /// Takes a source whose rows say balances: what they come to depends on the rows before them, so
  /// that all of them are compared with what the store has.
  private func takeBalances(
    _ source: SourceDeclaration, _ declared: StoreSource, _ reading: SourceReading
  ) throws(CommandFailure) -> Taken {
    console.progress("taking \(source.file)")
    let path = Loading.path(source.file, in: folder)
    let counts = try mapped {
      try store.ingest(source.file, of: declared, late: late) { ingestion in
        let read = try PositionFile.read(
          path, name: path, as: source, span: 0..<EventStore.endOfTime,
          keys: reading.keys(of: source), times: reading.table(of: source),
          progress: reading.progress(source))
        reading.tell(read.quarantined)
        try ingestion.append(differenceTo: read.history)
        return IngestedFile(
          name: source.file, size: 0, rawHash: read.rawHash, isCutOff: false,
          unusedColumns: read.unusedColumns, notes: read.notes, late: read.late)
      }
    }
    return Taken(source: source.name, file: source.file, added: counts.added, late: counts.late)
  }
}

/// A file of which the store may have a part.
struct FileOnDisk {
  let path: String
  /// Its name in the folder of inputs.
  let name: String

  /// True where it is what it was; false where it grew.
  ///
  /// - Throws: `rowsChanged` where what was there is not there any more.
  func isUnchanged(since known: IngestedFile) throws(CommandFailure) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    var hash = Keccak256()
    var left = Int(clamping: known.size)
    var next: UInt8?
    do {
      while left > 0, let piece = try handle.read(upToCount: min(left, 1 << 20)), !piece.isEmpty {
        hash.update([UInt8](piece)[...])
        left -= piece.count
      }
      next = try handle.read(upToCount: 1)?.first
    } catch {
      throw CommandFailure(
        .cannotReadFile, "\(path): found something that cannot be read, expected a file.")
    }
    guard left == 0 else { throw changed("a file that is \(left.counted("byte")) shorter") }
    guard hash.finalize() == known.rawHash else { throw changed("other bytes") }
    guard let next else { return true }
    guard !known.isCutOff || next == 0x0A || next == 0x0D else {
      throw changed("more of the last line")
    }
    return false
  }

  private func changed(_ found: String) -> CommandFailure {
    CommandFailure(
      StoreError(
        .rowsChanged, file: path, found: "\(found) where rows were taken before",
        expected: "the same bytes, and maybe more after them",
        advice: "Put the old rows back and add new ones at the end. Where a chain reorganised, "
          + "remove what it no longer has with `sluice unwind` first."))
  }
}
