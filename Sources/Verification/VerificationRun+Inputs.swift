import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

extension VerificationRun {
  /// The rows of every source that a running program reads, from the bundle's canonical inputs.
  mutating func verifyInputs(
    _ commitment: StrangerCommitment, _ plan: Plan, _ progress: (String) -> Void
  ) throws -> ReferenceLaw.Inputs {
    let used = plan.sources(readBy: Self.running(plan, commitment.epoch))
    try compare(
      "names of the inputs", in: "commitment.json, inputs",
      published: commitment.inputs.map(\.source).joined(separator: ", "),
      recomputed: used.map(\.name).joined(separator: ", "),
      "Every source that a running program reads, in the order of the plan.")
    let openings = try loadOpenings(used)
    let raw = try rawFiles(of: used, commitment, plan, progress)
    let series = try verifySeries(used, commitment, plan, raw)
    var inputs = ReferenceLaw.Inputs(clusters: plan.clusters)
    for (source, committed) in zip(used, commitment.inputs) {
      inputs.sources[source.name] = try verifyRows(
        of: source, committed, plan, commitment.epoch, openings, series[source.name], raw)
      try verifySpan(of: source, inputs.observations[source.name], plan, commitment.epoch)
    }
    inputs.applyClusters()
    guard !used.isEmpty else { return inputs }
    hold("\(used.count.counted("canonical input")) as committed")
    if !series.isEmpty {
      let count = used.count { $0.series != nil }
      hold("the rows of \(count.counted("series", "series")), from their changes")
    }
    guard used.contains(where: \.hasFile) else { return inputs }
    if sources.inputs == nil {
      leaveOpen("whether the inputs are what the raw files say: give their folder with --inputs")
    } else {
      let isHidden = openings == nil && used.contains(where: \.hasPrivateColumns)
      hold(
        "the raw files give the same inputs" + (isHidden ? ", but for private columns" : ""))
      for source in used {
        guard let late = raw?.late.counts[source.name], late > 0 else { continue }
        hold("\(late.counted("row")) of \(source.file) came late and counted in this epoch")
      }
    }
    return inputs
  }

  private func rawFiles(
    of used: [SourceDeclaration], _ commitment: StrangerCommitment, _ plan: Plan,
    _ progress: (String) -> Void
  ) throws -> StrangerFolder? {
    try sources.inputs.map { folder in
      var files = StrangerFolder(path: folder, plan: plan, epoch: EpochIndex(commitment.epoch))
      try files.readLookups(of: plan.withLookups(used), progress)
      return files
    }
  }

  /// A source's rows: as committed, in form, as the law computes them, as the raw files say.
  private mutating func verifyRows(
    of source: SourceDeclaration, _ committed: StrangerCommitment.Input, _ plan: Plan,
    _ epoch: UInt32, _ openings: StrangerOpenings?, _ series: ReferenceLaw.SeriesRows?,
    _ raw: StrangerFolder?
  ) throws -> ReferenceLaw.Inputs.Source {
    let name = source.canonicalFile
    let bytes = try read(name)
    let hash = Keccak256.hash(bytes).hex
    if let series {
      let rows = series.map { StrangerRow(account: $0.account, values: $0.values) }
      try compareLines(bytes, StrangerRow.canonicalText(rows, source), name, .rows) { _ in
        "The measures of its balances (docs/reference/law.md, section 15)."
      }
    } else if hash != committed.hash, !source.hasPrivateColumns {
      // Which row was changed says more than that one was.
      try compareWithRaw(bytes, source, raw)
    }
    try compare(
      "hash of \(name)", in: "commitment.json, inputs", published: committed.hash,
      recomputed: hash, "Keccak-256 of the file's bytes.")
    let window = source.hasActionRules ? plan.window(of: source, in: EpochIndex(epoch)) : nil
    let input = try Self.canonical(bytes, source, of: plan, from: window?.lowerBound ?? 0, openings)
    try compare(
      "rows of \(name)", in: "commitment.json, inputs", published: "\(committed.rows)",
      recomputed: "\(input.published.count)",
      source.statements == nil ? "Lines after the header." : "Lines of the file.")
    if series == nil { try compareWithRaw(shown(bytes, input, openings), source, raw) }
    return input
  }

  /// Observations that cannot count stand in no bundle.
  private func verifySpan(
    of source: SourceDeclaration, _ observations: [ReferenceLaw.Observation]?, _ plan: Plan,
    _ epoch: UInt32
  ) throws(VerificationReport.Difference) {
    guard let observations, let span = plan.window(of: source, in: EpochIndex(epoch)),
      let other = observations.first(where: {
        $0.time < span.lowerBound || $0.time >= span.upperBound
      })
    else { return }
    throw VerificationReport.Difference(
      what: "time of an observation", place: source.canonicalFile, published: "\(other.time)",
      recomputed: "\(span.lowerBound) … \(span.upperBound - 1)",
      reason: "Only what may count for a price of the plan in the epoch is in a bundle.")
  }

  private static func canonical(
    _ bytes: [UInt8], _ source: SourceDeclaration, of plan: Plan, from start: UInt64,
    _ openings: StrangerOpenings?
  ) throws -> ReferenceLaw.Inputs.Source {
    guard let rules = source.statements else {
      var rows = try StrangerRow.canonical(bytes, source, source.canonicalFile)
      if let openings { rows = try openings.opened(rows, source) }
      return .init(
        declaration: source, rows: rows.map { ($0.account, $0.values) }, from: start)
    }
    let statements = try StrangerStatement.canonical(bytes, source, rules, of: plan)
    return .init(
      declaration: source, rows: statements.map { ($0.account, $0.values) },
      decisions: statements.compactMap(\.decision), from: start)
  }

  /// Compares what the raw file gives; nil where its private columns cannot be seen.
  private func compareWithRaw(
    _ bytes: [UInt8]?, _ source: SourceDeclaration, _ raw: StrangerFolder?
  ) throws {
    guard let raw, let bytes else { return }
    try compareLines(
      bytes, try raw.canonicalText(of: source), source.canonicalFile,
      source.statements == nil ? .rows : .whole
    ) { _ in "The rows of \(source.file), sorted by account and values." }
  }

  // MARK: Series

  /// The changes of every series with a file, and the rows that the law makes of them.
  private func verifySeries(
    _ used: [SourceDeclaration], _ commitment: StrangerCommitment, _ plan: Plan,
    _ raw: StrangerFolder?
  ) throws -> [String: ReferenceLaw.SeriesRows] {
    let spans = plan.reading(of: used, in: EpochIndex(commitment.epoch))
    var changes: [String: ReferenceLaw.Changes] = [:]
    var pools = Pools()
    for (source, committed) in zip(used, commitment.inputs) {
      let hasEvents = source.hasEvents
      try compare(
        "changes of \(source.name)", in: "commitment.json, inputs",
        published: committed.events == nil ? "none" : "some",
        recomputed: hasEvents ? "some" : "none",
        "A series with a file has changes, prices are some, and no other source has any.")
      guard let events = committed.events, let span = spans[source.name] else { continue }
      if source.series?.events != nil {
        changes[source.name] = try verifyChanges(of: source, events, span, raw)
      } else {
        try verifyPool(of: source, events, span, raw, into: &pools)
      }
    }
    let rows = try seriesRows(used, plan, commitment.epoch, changes)
    return rows.merging(try poolRows(of: used, plan, epoch: commitment.epoch, pools)) { $1 }
  }

  private func seriesRows(
    _ used: [SourceDeclaration], _ plan: Plan, _ epoch: UInt32,
    _ changes: [String: ReferenceLaw.Changes]
  ) throws -> [String: ReferenceLaw.SeriesRows] {
    do throws(ReferenceLaw.SeriesRefusal) {
      return try ReferenceLaw.rows(of: used, in: plan, epoch: epoch, events: changes)
    } catch {
      throw VerificationReport.Difference(
        what: "rows of series", place: "commitment.json, inputs", published: "rows",
        recomputed: "no result: \(error)",
        reason: "The law refuses these balances (docs/reference/law.md, sections 14 and 15).")
    }
  }

  private func verifyChanges(
    of source: SourceDeclaration, _ committed: StrangerCommitment.Events, _ span: Range<UInt64>,
    _ raw: StrangerFolder?
  ) throws -> ReferenceLaw.Changes {
    let name = source.eventsFile
    let bytes = try read(name)
    let hash = Keccak256.hash(bytes).hex
    if hash != committed.hash, let raw {
      // Which change is another one says more than that one is.
      let published = try StrangerEvents.canonical(bytes, name, span: span)
      try compare(published.changes, of: source, with: raw.changes(of: source, span))
    }
    try compare(
      "hash of \(name)", in: "commitment.json, inputs", published: committed.hash,
      recomputed: hash, "Keccak-256 of the file's bytes.")
    let published = try StrangerEvents.canonical(bytes, name, span: span)
    try compare(
      "changes of \(name)", in: "commitment.json, inputs", published: "\(committed.count)",
      recomputed: "\(published.count)", "Lines after the header.")
    if let raw { try compare(published.changes, of: source, with: raw.changes(of: source, span)) }
    return published.changes
  }

  private func compare(
    _ published: ReferenceLaw.Changes, of source: SourceDeclaration,
    with raw: ReferenceLaw.Changes
  ) throws(VerificationReport.Difference) {
    guard let found = StrangerEvents.difference(published, raw) else { return }
    let time =
      found.time == 0
      ? "the start" : "\(found.time) (\(Timestamp(found.time).iso8601))"
    throw VerificationReport.Difference(
      what: "change of \(found.account) at \(time)", place: source.eventsFile,
      published: found.published.map { "\($0)" } ?? "(nothing)",
      recomputed: found.recomputed.map { "\($0)" } ?? "(nothing)",
      reason: "The sum of the account's changes at that second in \(source.file).")
  }
}
