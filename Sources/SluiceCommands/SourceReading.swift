import DistributionEngine
import DistributionModel
import EthereumPrimitives
import InputFiles

/// Reads sources one after the other, each after those in which it looks things up.
struct SourceReading {
  private(set) var inputs: [String: SourceInput] = [:]
  private let plan: Plan
  /// nil where rows of all times are read.
  private let epoch: EpochIndex?
  private let folder: String
  private let console: Console
  /// The seconds of which each source has to tell.
  private let spans: [String: Range<UInt64>]
  private var keys: [String: KeyTable] = [:]
  private var times: [String: TimeTable] = [:]

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

  mutating func read(_ source: SourceDeclaration) throws(InputError) {
    let path = Loading.path(source.file, in: folder)
    if source.timeTable != nil {
      let contents = try InputFile.times(path, name: path, as: source)
      times[source.name] = contents.times
      tell(contents.quarantined)
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
    tell(contents.quarantined)
    return SourceInput(
      rows: contents.rows, rawHash: contents.rawHash, unusedColumns: contents.unusedColumns,
      notes: contents.notes)
  }

  /// How many rows that were left out are shown.
  private static let shownRows = 10

  func tell(_ quarantined: [InputError]) {
    for error in quarantined.prefix(Self.shownRows) { console.note("left out: \(error)") }
    let rest = quarantined.count - Self.shownRows
    if rest > 0 { console.note("left out: \(rest.counted("more row"))") }
  }
}
