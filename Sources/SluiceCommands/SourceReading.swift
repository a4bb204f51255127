import DistributionEngine
import DistributionModel
import EthereumPrimitives
import EventStore
import InputFiles

/// Reads sources one after the other, each after those in which it looks things up.
struct SourceReading {
  private(set) var inputs: [String: SourceInput] = [:]
  /// Of the tables that were read.
  private(set) var times: [String: TimeTable] = [:]
  private let plan: Plan
  /// nil where rows of all times are read.
  private let epoch: EpochIndex?
  private let folder: String
  private let console: Console
  /// The seconds of which each source has to tell.
  private let spans: [String: Range<UInt64>]
  private var keys: [String: KeyTable] = [:]
  /// Of what each source says to others that look something up in it.
  private var hashes: [String: Bytes32] = [:]

  init(
    _ plan: Plan, _ epoch: EpochIndex, _ programs: [Program], folder: String, _ console: Console
  ) {
    self.plan = plan
    self.epoch = epoch
    self.folder = folder
    self.console = console
    spans = plan.reading(of: plan.sources(readBy: programs), in: epoch)
  }

  /// Reads what other sources look up, whatever its time.
  init(_ plan: Plan, folder: String, _ console: Console) {
    self.plan = plan
    epoch = nil
    self.folder = folder
    self.console = console
    spans = [:]
  }

  /// Where a source's file lies.
  func path(of source: SourceDeclaration) -> String { Loading.path(source.file, in: folder) }

  mutating func read(_ source: SourceDeclaration) throws(InputError) {
    let path = path(of: source)
    if source.timeTable != nil {
      times[source.name] = try timeTable(of: source, path)
    } else if source.price != nil || source.series?.ranges != nil {
      inputs[source.name] = try pool(of: source, path)
    } else if source.series != nil {
      inputs[source.name] = try positions(of: source, path)
    } else {
      inputs[source.name] = try rows(of: source, path)
    }
  }

  func progress(_ source: SourceDeclaration) -> (Int) -> Void {
    { [console] rows in console.progress("reading \(source.file): \(rows) rows") }
  }

  func table(of source: SourceDeclaration) -> TimeTable {
    source.time?.table.flatMap { times[$0] } ?? TimeTable()
  }

  func keys(of source: SourceDeclaration) -> KeyTable {
    source.lookup.flatMap { keys[$0.source] } ?? KeyTable()
  }

  /// What a source's rows look up, once that has been read.
  func lookups(of source: SourceDeclaration) -> Lookups {
    let sources = source.lookedUp
    guard !sources.isEmpty else { return .none }
    var hash = Keccak256()
    for source in sources { hash.update(hashes[source] ?? .zero) }
    return Lookups(hash: hash.finalize(), sources: sources)
  }

  /// A file's bytes, and what its own rows look up, say what others find in it.
  private mutating func note(_ rawHash: Bytes32, of source: SourceDeclaration) {
    var hash = Keccak256()
    hash.update(rawHash)
    hash.update(lookups(of: source).hash)
    hashes[source.name] = hash.finalize()
  }

  private mutating func timeTable(
    of source: SourceDeclaration, _ path: String
  ) throws(InputError) -> TimeTable {
    let contents = try InputFile.times(path, name: path, as: source)
    note(contents.rawHash, of: source)
    return contents.times
  }

  private func positions(
    of source: SourceDeclaration, _ path: String
  ) throws(InputError) -> SourceInput {
    guard let span = spans[source.name] else {
      preconditionFailure("a series that is read has a window")
    }
    let contents = try PositionFile.read(
      path, name: path, as: source, span: span, keys: keys(of: source), times: table(of: source),
      progress: progress(source))
    tell(contents.quarantined)
    return SourceInput(
      history: .positions(contents.history), of: source.name, rawHash: contents.rawHash,
      unusedColumns: contents.unusedColumns, notes: contents.notes)
  }

  private func pool(
    of source: SourceDeclaration, _ path: String
  ) throws(InputError) -> SourceInput {
    guard let span = spans[source.name] else {
      preconditionFailure("positions that are read have a window, and their prices with them")
    }
    let contents = try PoolFile.read(
      path, name: path, as: source, span: span, times: table(of: source),
      progress: progress(source))
    tell(contents.quarantined)
    return SourceInput(
      history: contents.history, of: source.name, rawHash: contents.rawHash,
      unusedColumns: contents.unusedColumns, notes: contents.notes)
  }

  private mutating func rows(
    of source: SourceDeclaration, _ path: String
  ) throws(InputError) -> SourceInput {
    let window = source.time == nil ? nil : epoch.flatMap { plan.window(of: source, in: $0) }
    let contents =
      source.statements == nil
      ? try InputFile.read(
        path, name: path, as: source, keys: keys(of: source), times: table(of: source),
        window: window, progress: progress(source))
      : try InputFile.statements(
        path, name: path, as: source, of: plan, window: window, progress: progress(source))
    keys[source.name] = contents.keys
    note(contents.rawHash, of: source)
    tell(contents.quarantined)
    return SourceInput(
      rows: contents.rows, rawHash: contents.rawHash, unusedColumns: contents.unusedColumns,
      notes: contents.notes)
  }

  /// How many rows that were left out are shown.
  private static let shownRows = 10

  /// - Parameter seeing: where the others are named.
  func tell(_ quarantined: [InputError], seeing others: String = "") {
    for error in quarantined.prefix(Self.shownRows) { console.note("left out: \(error)") }
    let rest = quarantined.count - Self.shownRows
    guard rest > 0 else { return }
    console.note("left out: \(rest.counted("more row"))" + (others.isEmpty ? "" : ": \(others)"))
  }
}

extension SourceDeclaration {
  /// The names of the sources in which its rows look something up.
  var lookedUp: [String] { [lookup?.source, time?.table].compactMap { $0 } }
}
