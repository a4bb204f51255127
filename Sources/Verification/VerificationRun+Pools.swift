import DistributionModel
import EthereumPrimitives

extension VerificationRun {
  // MARK: Positions of concentrated liquidity, and prices

  /// What pools say over time, as it is committed.
  struct Pools {
    var ranges: [String: RangeHistory] = [:]
    var prices: [String: PriceHistory] = [:]
  }

  /// A source's changes of positions, or its prices: as committed, in form, as the raw files say.
  func verifyPool(
    of source: SourceDeclaration, _ committed: StrangerCommitment.Events, _ span: Range<UInt64>,
    _ raw: StrangerFolder?, into pools: inout Pools
  ) throws {
    let name = source.eventsFile
    let bytes = try read(name)
    let text: [UInt8]
    let count: Int
    if let raw { try comparePool(bytes, try raw.poolText(of: source, span), source) }
    try compare(
      "hash of \(name)", in: "commitment.json, inputs", published: committed.hash,
      recomputed: Keccak256.hash(bytes).hex, "Keccak-256 of the file's bytes.")
    if let price = source.price {
      let history = try StrangerPool.prices(bytes, name, price, span: span)
      pools.prices[source.name] = history
      (text, count) = (StrangerPool.text(history), history.rows.count)
    } else {
      let history = try StrangerPool.ranges(bytes, name, span: span)
      pools.ranges[source.name] = history
      (text, count) = (StrangerPool.text(history), history.changes.count)
    }
    try compareLines(bytes, text, name, .whole) { _ in "The one form of the file." }
    try compare(
      "changes of \(name)", in: "commitment.json, inputs", published: "\(committed.count)",
      recomputed: "\(count)", "Lines after the header.")
  }

  private func comparePool(
    _ bytes: [UInt8], _ text: [UInt8], _ source: SourceDeclaration
  ) throws(VerificationReport.Difference) {
    try compareLines(bytes, text, source.eventsFile, .whole) { _ in
      source.price == nil
        ? "The sum of a position's changes at each second in \(source.file)."
        : "The prices in \(source.file), in their order."
    }
  }

  /// The rows of positions; none of prices.
  func poolRows(
    of used: [SourceDeclaration], _ plan: Plan, epoch: UInt32, _ pools: Pools
  ) throws -> [String: ReferenceLaw.SeriesRows] {
    var rows: [String: ReferenceLaw.SeriesRows] = [:]
    for source in used where source.price != nil { rows[source.name] = [] }
    for source in used {
      guard let series = source.series, let events = series.ranges,
        let changes = pools.ranges[source.name], let prices = pools.prices[events.price],
        let window = plan.window(of: source, in: EpochIndex(epoch))
      else { continue }
      do throws(ReferenceLaw.RangeRefusal) {
        rows[source.name] = try ReferenceLaw.ranges(
          events, in: window, changes, prices, excluded: series.excluded
        )
        .sorted { $0.key < $1.key }.map { (account: $0.key, values: $0.value) }
      } catch {
        throw VerificationReport.Difference(
          what: "rows of \(source.name)", place: "commitment.json, inputs", published: "rows",
          recomputed: "no result: \(error)",
          reason: "The law refuses these positions (docs/reference/law.md, section 16).")
      }
    }
    return rows
  }
}

extension StrangerFolder {
  /// The file that the raw files of a pool's source give.
  fileprivate func poolText(of source: SourceDeclaration, _ span: Range<UInt64>) throws -> [UInt8] {
    let table = StrangerTable(source: source, lookups: lookups)
    return try StrangerPool.text(of: source, streams(of: source), table, span: span)
  }
}
