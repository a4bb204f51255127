import DistributionModel

/// Sources of concentrated liquidity, and of the prices of pools.
extension PlanDecoder {
  // MARK: Prices

  /// A file that says a pool's price over time: it is about no account.
  mutating func decodePool(
    _ fields: Fields, name: String?, file: String?
  ) -> Named<SourceDeclaration>? {
    refuse(
      [
        "account", "columns", "duplicates", "duplicates_by", "unknown_keys", "key", "window",
        "token", "signers", "places", "minimum_holding",
      ], in: fields, "A pool's price has a time, and no accounts.")
    require(["time"], in: fields, "The column that says when each row happened.")
    let price = decodePriceColumns(fields)
    let time = decodeTime(fields)
    let rows = decodeEventFile(fields, file: file)
    guard let name, let file, let price, let time, let rows else { return nil }
    refuseRepeatedColumns(
      [
        ("time", time.column), ("price.tick", price.tick), ("price.sqrt_price", price.sqrtPrice),
        ("price.volume", price.volume),
      ], of: fields)
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: rows.format, within: rows.within,
        conditions: rows.conditions, columns: [], noRows: rows.noRows, time: time,
        badRows: rows.badRows,
        price: price))
  }

  private mutating func decodePriceColumns(_ fields: Fields) -> PriceColumns? {
    guard let node = fields["price"],
      let part = self.fields(node, PlanSchema.pool, path: fields.path(of: "price"))
    else { return nil }
    let tick = columnName(part, "tick")
    let sqrtPrice = columnName(part, "sqrt_price")
    let volume = columnName(part, "volume")
    let order = decodeOrder(part)
    guard let tick, let sqrtPrice, let order, (volume == nil) != part.has("volume") else {
      return nil
    }
    return PriceColumns(tick: tick, sqrtPrice: sqrtPrice, volume: volume, order: order)
  }

  // MARK: Positions

  /// Positions of concentrated liquidity, from changes in a file.
  mutating func decodeRanges(
    _ fields: Fields, name: String?, file: String?, _ sources: SourceNames
  ) -> Named<SourceDeclaration>? {
    refuse(
      [
        "duplicates", "duplicates_by", "key", "unknown_keys", "signers", "token", "places",
        "minimum_holding",
      ], in: fields, "Positions have one row per account, which is computed.")
    require(["time"], in: fields, "The column that says when each row happened.")
    let ranges = decodeRangeEvents(fields, sources)
    let window = decodeWindow(fields)
    let time = decodeTime(fields)
    let exclude = decodeExclusions(fields)
    let rows = decodeEventFile(fields, file: file)
    guard let name, let file, let ranges, let window, let time, let rows else { return nil }
    refuseRepeatedColumns(
      [
        ("account", rows.account), ("time", time.column), ("ranges.lower", ranges.columns.lower),
        ("ranges.upper", ranges.columns.upper), ("ranges.liquidity", ranges.columns.liquidity),
      ], of: fields)
    let series = Series(ranges, exclude: exclude)
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: rows.format, within: rows.within,
        accountColumn: rows.account, conditions: rows.conditions, columns: series.columns,
        noRows: rows.noRows, time: time, window: window, series: series, badRows: rows.badRows))
  }

  private mutating func decodeRangeEvents(
    _ fields: Fields, _ sources: SourceNames
  ) -> RangeEvents? {
    let measures = decodeMeasures(
      fields, among: RangeEvents.Measure.allCases, default: .inRange)
    guard let node = fields["ranges"],
      let part = self.fields(node, PlanSchema.ranges, path: fields.path(of: "ranges"))
    else { return nil }
    let lower = columnName(part, "lower")
    let upper = columnName(part, "upper")
    let liquidity = columnName(part, "liquidity")
    let price = decodePoolName(part, sources)
    let countsOutOfRange = flag(part, "out_of_range")
    guard let measures, let lower, let upper, let liquidity, let price,
      (countsOutOfRange == nil) != part.has("out_of_range")
    else { return nil }
    return RangeEvents(
      columns: .init(lower: lower, upper: upper, liquidity: liquidity), price: price,
      countsOutOfRange: countsOutOfRange ?? false, measures: measures)
  }

  /// The earlier source of the pool's price.
  private mutating func decodePoolName(_ fields: Fields, _ sources: SourceNames) -> String? {
    guard let name = text(fields, "price") else { return nil }
    let prices = sources.earlier.filter { $0.price != nil }.map(\.name)
    if prices.contains(name) { return name }
    let isEarlier = sources.earlier.contains { $0.name == name }
    let isKnown = sources.all.contains(name)
    report(
      isEarlier ? .sourceWithoutPrice : isKnown ? .laterSource : .unknownSource,
      at: fields.place(of: "price"), path: fields.path(of: "price"), found: "'\(name.prefix(60))'",
      expected: prices.isEmpty
        ? "a source with `price` that stands before this one; none does"
        : "a source with `price` that stands before this one: \(prices.joined(separator: ", "))",
      advice: Suggestion.sentence(for: name, among: prices))
    return nil
  }
}
