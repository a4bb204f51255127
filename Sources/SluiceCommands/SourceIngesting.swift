import DistributionModel
import EthereumPrimitives
import EventStore
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
    /// All rows of the file that cannot be read, now or before.
    let leftOut: [IngestedFile.LeftOut]
  }

  let plan: StorePlan
  let store: EventStore
  let folder: String
  let late: LatePolicy
  let console: Console

  /// Takes what is new in every file, in the order of the plan.
  ///
  /// Until all of them were taken, nothing is computed out of the store: some files would be as
  /// they are now, and others as they were.
  func run() throws(CommandFailure) -> [Taken] {
    let kept = plan.kept
    if kept.isEmpty {
      console.note(
        "\(plan.parsed.file): no source has rows that a store keeps: those that have a `time` and "
          + "say what accounts did or held. All files are read anew for every epoch.")
    }
    for source in kept { try checkKeys(of: source) }
    try mapped { try store.beginIngesting() }
    var reading = SourceReading(plan.plan, folder: folder, console)
    let sources = plan.plan.withLookups(kept)
    let tables = Set(sources.flatMap(\.lookedUp))
    var taken: [Taken] = []
    do throws(CommandFailure) {
      for source in sources where source.hasFile {
        if source.isKept { taken += try take(source, reading) }
        if tables.contains(source.name) { try mapped { try reading.read(source) } }
      }
    } catch {
      noteWhatWasTaken(taken)
      throw error
    }
    try mapped { try store.endIngesting() }
    console.endProgress()
    return taken
  }

  /// Of keys that have a time an epoch knows those of its window, and a store keeps one account.
  private func checkKeys(of source: SourceDeclaration) throws(CommandFailure) {
    guard let lookup = source.lookup, let keys = plan.plan.source(named: lookup.source),
      keys.time != nil
    else { return }
    throw CommandFailure(
      .timedKeys,
      "\(plan.parsed.file), source \(source.name): found keys of \(keys.name), whose rows have a "
        + "`time`, expected keys that are the same in every epoch. Declare \(keys.name) without "
        + "`time`, or use `sluice allocate`.")
  }

  private func noteWhatWasTaken(_ taken: [Taken]) {
    console.endProgress()
    let rows = taken.filter { $0.added > 0 }.map {
      "\($0.file) (\($0.added.counted("new row")))"
    }
    if !rows.isEmpty { console.note("taken before that: \(rows.joined(separator: ", "))") }
    console.note("no epoch can be closed until `sluice ingest` has taken every file")
  }

  private func take(
    _ source: SourceDeclaration, _ reading: SourceReading
  ) throws(CommandFailure) -> [Taken] {
    let declared = plan.storeSource(source)
    let paths = try paths(of: source)
    var known = try mapped { try store.knownFiles(of: declared) }
    if known.contains(where: \.isForgettable) {
      try mapped { try store.forgetUnwound(of: declared, besides: Set(paths.map(\.name))) }
      known = try mapped { try store.knownFiles(of: declared) }
    }
    let files = try SourceFiles(paths, known: known).files
    let taking = FileTaking(
      source: source, declared: declared, lookups: reading.lookups(of: source), reading: reading,
      store: store, late: late, console: console)
    if source.series?.events?.isOrdered == true { return try taking.takeTogether(files) }
    return try files.map { file throws(CommandFailure) in try taking.take(file) }
  }

  /// All files that its name with `*` stands for.
  private func paths(
    of source: SourceDeclaration
  ) throws(CommandFailure) -> [(path: String, name: String)] {
    let path = Loading.path(source.file, in: folder)
    let pattern = FilePattern(path)
    guard pattern.hasWildcard else { return [(path, source.file)] }
    return try mapped { try pattern.paths(name: path) }
      .map { ($0, pattern.name(of: $0, like: source.file)) }
  }
}

/// Takes files of one source into a store.
private struct FileTaking {
  let source: SourceDeclaration
  let declared: StoreSource
  let lookups: Lookups
  let reading: SourceReading
  let store: EventStore
  let late: LatePolicy
  let console: Console

  private func isUnchanged(_ file: SourceFiles.File) -> Bool {
    file.isUnchanged && file.known?.file.lookups == lookups.hash
  }

  private func unchanged(_ file: SourceFiles.File) -> SourceIngesting.Taken {
    SourceIngesting.Taken(
      source: source.name, file: file.name, added: 0, late: 0,
      leftOut: file.known?.file.leftOut ?? [])
  }

  /// Takes what is new in a file.
  func take(_ file: SourceFiles.File) throws(CommandFailure) -> SourceIngesting.Taken {
    if isUnchanged(file) { return unchanged(file) }
    // A JSON text that was cut off is no JSON.
    if source.format != .json { try file.checkEnd() }
    console.progress("taking \(file.name)")
    tellChanges(of: file)
    var leftOut: [IngestedFile.LeftOut] = []
    let counts = try mapped {
      try store.ingest(
        file.known?.file.name ?? file.name, of: declared, lookingUp: lookups, late: late
      ) { ingestion in
        let read =
          source.series == nil
          ? try takeActions(file, ingestion) : try takeChanges(file, ingestion)
        leftOut = read.leftOut
        return read
      }
    }
    return SourceIngesting.Taken(
      source: source.name, file: file.name, added: counts.added, late: counts.late,
      leftOut: leftOut)
  }

  private func tellChanges(of file: SourceFiles.File) {
    guard let known = file.known else { return }
    if known.file.name != file.name {
      console.note("\(file.name) is what \(known.file.name) was")
    }
    if known.file.lookups != lookups.hash, source.series?.events?.isOrdered != true {
      console.note(
        "\(lookups.sources.joined(separator: ", ")) has changed: rows of \(file.name) are looked "
          + "up anew")
    }
  }

  private func takeChanges(
    _ file: SourceFiles.File, _ ingestion: Ingestion
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
    return try ingested(read, file)
  }

  private func takeActions(
    _ file: SourceFiles.File, _ ingestion: Ingestion
  ) throws -> IngestedFile {
    let read = try TimedFile.actions(
      file.path, name: file.path, as: source, keys: reading.keys(of: source),
      times: reading.table(of: source), progress: reading.progress(source))
    try ingestion.append(read.rows, times: read.times)
    return try ingested(read.file, file)
  }

  private func ingested(
    _ read: TimedFileContents, _ file: SourceFiles.File
  ) throws -> IngestedFile {
    tell(file.name, unused: read.unusedColumns, notes: read.notes, read.quarantined)
    return try file.ingested(
      rawHash: read.rawHash, reading: lookups, unused: read.unusedColumns, notes: read.notes,
      quarantined: read.quarantined, late: read.late)
  }

  private func tell(
    _ file: String, unused: [String], notes: [String], _ quarantined: [InputError]
  ) {
    reading.tell(quarantined, seeing: "`sluice status` names all of them")
    let place = "source \(source.name), \(file)"
    if !unused.isEmpty {
      console.note("\(place): columns not read: \(unused.joined(separator: ", "))")
    }
    for note in notes { console.note("\(place): \(note)") }
  }

  /// Takes the files of a source whose rows say balances: what they come to depends on the rows
  /// before them, so that all of them are compared with what the store has.
  func takeTogether(
    _ files: [SourceFiles.File]
  ) throws(CommandFailure) -> [SourceIngesting.Taken] {
    guard !files.allSatisfy(isUnchanged) else { return files.map(unchanged) }
    for file in files where source.format != .json { try file.checkEnd() }
    console.progress("taking \(source.file)")
    for file in files { tellChanges(of: file) }
    var taken: [IngestedFile] = []
    let counts = try mapped {
      try store.ingestTogether(
        files.map { $0.known?.file.name ?? $0.name }, of: declared, lookingUp: lookups, late: late
      ) { ingestion in
        taken = try takeBalances(files, ingestion)
        return taken
      }
    }
    return taken.enumerated().map { place, file in
      SourceIngesting.Taken(
        source: source.name, file: file.name, added: place == 0 ? counts.added : 0,
        late: place == 0 ? counts.late : 0, leftOut: file.leftOut)
    }
  }

  private func takeBalances(
    _ files: [SourceFiles.File], _ ingestion: Ingestion
  ) throws -> [IngestedFile] {
    let read = try PositionFile.read(
      reading.path(of: source), name: reading.path(of: source), as: source,
      span: 0..<EventStore.endOfTime, keys: reading.keys(of: source),
      times: reading.table(of: source), progress: reading.progress(source))
    tell(source.file, unused: read.unusedColumns, notes: read.notes, read.quarantined)
    try ingestion.append(differenceTo: read.history)
    return try files.enumerated().map { place, file in
      try file.ingested(
        rawHash: files.count == 1 ? read.rawHash : nil, reading: lookups,
        unused: place == 0 ? read.unusedColumns : [], notes: place == 0 ? read.notes : [],
        quarantined: read.quarantined.filter { $0.file == file.path || files.count == 1 },
        late: place == 0 ? read.late : LateRows())
    }
  }
}
