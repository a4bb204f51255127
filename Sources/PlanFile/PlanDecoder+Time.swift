import DistributionModel

/// When the rows of a source happened, and which of them count.
extension PlanDecoder {
  /// The column of times, or of the key by which they are looked up.
  mutating func decodeTime(_ fields: Fields) -> TimeColumn? {
    guard let node = fields["time"], case .mapping = node else {
      return columnName(fields, "time").map { TimeColumn(column: $0) }
    }
    guard let part = self.fields(node, PlanSchema.timeLookup, path: fields.path(of: "time")) else {
      return nil
    }
    let key = columnName(part, "key")
    let table = name(part, "in")
    guard let key, let table else { return nil }
    return TimeColumn(column: key, table: table)
  }

  /// When rows were received; it has a meaning in a plan with epochs only.
  mutating func decodeReceived(_ fields: Fields) -> ReceivedColumn? {
    guard let node = fields["received"] else { return nil }
    let path = fields.path(of: "received")
    var column: String?
    var within: UInt64? = 0
    if case .mapping = node {
      guard let part = self.fields(node, PlanSchema.received, path: path) else { return nil }
      column = columnName(part, "column")
      if part.has("within") { within = value(part, "within", ScalarParsing.duration) }
    } else {
      column = columnName(fields, "received")
    }
    if !declaresEpochs {
      report(
        .receivedWithoutEpochs, at: node.place, path: path,
        found: "`received`, and no `epochs` in the plan", expected: "a schedule of epochs",
        advice: "What comes late counts in the next epoch: add `epochs`, or leave `received` out.")
    }
    guard let epochs, let column, let within else { return nil }
    return ReceivedColumn(column: column, within: within, epochs: epochs)
  }

  /// What counts in a later epoch cannot be in a window that is the same in every epoch.
  mutating func checkReceived(_ plan: Plan) {
    for (index, source) in plan.sources.enumerated() {
      guard case .fixed = source.window,
        let late = plan.withComponents([source]).first(where: { $0.received != nil })
      else { continue }
      let path = "sources[\(index)].window"
      report(
        .receivedInFixedWindow, at: positions[path] ?? .start, path: path,
        found: "a window with a start and an end, and `received` of the source '\(late.name)'",
        expected: "a window that ends with the epoch",
        advice: "Write `window: epoch` or a duration: a fixed window is the same in every epoch, "
          + "and what comes late would change it.")
    }
  }

  /// The epoch where the plan says nothing else; nil where it is wrong.
  mutating func decodeWindow(_ fields: Fields) -> TimeWindow? {
    guard let node = fields["window"] else { return .epoch }
    let path = fields.path(of: "window")
    guard case .mapping = node else { return value(node, path: path, ScalarParsing.window) }
    guard let part = self.fields(node, PlanSchema.timeWindow, path: path) else { return nil }
    let start = value(part, "start", ScalarParsing.time)
    let end = value(part, "end", ScalarParsing.time)
    guard let start, let end else { return nil }
    guard start.seconds < end.seconds else {
      report(
        .emptyWindow, at: part.place(of: "end"), path: part.path(of: "end"),
        found: "an end that is not after the start", expected: "a later time",
        advice: "A window is half-open: the second of its end is not in it.")
      return nil
    }
    return .fixed(start: start, end: end)
  }

  /// A window that is the same in every epoch is over when the first one is, so that what it tells
  /// does not depend on when somebody closes an epoch.
  mutating func checkFixedWindows(_ plan: Plan) {
    guard let first = plan.interval(of: EpochIndex(0)) else { return }
    let read = Set(plan.sources(readBy: plan.programs).map(\.name))
    for (index, source) in plan.sources.enumerated() where read.contains(source.name) {
      guard case .fixed(_, let end) = source.window, end.seconds > first.upperBound else {
        continue
      }
      let path = "sources[\(index)].window"
      report(
        .windowAfterEpoch, at: positions["\(path).end"] ?? positions[path] ?? .start,
        path: "\(path).end", found: "a window until \(end.iso8601)",
        expected: "one that ends with the first epoch at the latest, "
          + Timestamp(first.upperBound).iso8601,
        advice: "What an epoch pays is known when it is over: start `epochs` later, or write "
          + "`window: epoch`, or so many days before its end.")
    }
  }

  /// Windows of epochs need epochs.
  mutating func checkWindows(_ plan: Plan) {
    for (index, source) in plan.sources.enumerated()
    where ((source.time != nil && source.observed == nil) || source.series != nil)
      && source.price == nil
      && plan.window(of: source, in: EpochIndex(0)) == nil
    {
      let path = "sources[\(index)].window"
      report(
        .windowWithoutEpochs, at: positions[path] ?? positions["sources[\(index)].name"] ?? .start,
        path: path, found: "a window of epochs, and no `epochs` in the plan",
        expected: "a schedule of epochs, or a window with a start and an end",
        advice: "Write `window: {start: 2027-01-01, end: 2027-04-01}`, or add `epochs`.")
    }
  }

  /// A file that says when each key happened: it is about no account.
  mutating func decodeTimeTable(
    _ fields: Fields, name: String?, file: String?
  ) -> Named<SourceDeclaration>? {
    refuse(
      [
        "account", "columns", "duplicates", "duplicates_by", "unknown_keys", "time", "window",
        "token", "signers", "places", "minimum_holding",
      ], in: fields, "A table of times has a key and its time, and no accounts.")
    require(["key"], in: fields, "The column that names each row, for others to look its time up.")
    let key = columnName(fields, "key")
    let times = columnName(fields, "times")
    let conditions = decodeConditions(fields)
    let noRows = choice(fields, "no_rows", SourceDeclaration.NoRows.self)
    let badRows = choice(fields, "bad_rows", SourceDeclaration.BadRows.self)
    let format = decodeFormat(fields, file: file)
    let within = decodeWithin(fields, format: format)
    refuseRepeatedColumns([("key", key), ("times", times)], of: fields)
    guard let name, let file, let format, let key, let times else { return nil }
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: format, within: within, key: key, conditions: conditions,
        columns: [], noRows: noRows ?? .refuse, timeTable: times, badRows: badRows ?? .refuse))
  }

  /// How a file is written: as the plan says, or by its ending.
  mutating func decodeFormat(_ fields: Fields, file: String?) -> SourceDeclaration.Format? {
    let stated = choice(fields, "format", SourceDeclaration.Format.self)
    guard let file else { return nil }
    guard let format = stated ?? ScalarParsing.format(ofPath: file) else {
      report(
        .malformedPath, at: fields.place(of: "file"), path: fields.path(of: "file"),
        found: "'\(file)'",
        expected: "a file that ends in .csv, .jsonl or .json, each with .gz after it or not",
        advice: "For another ending, write `format: csv`, `format: jsonl` or `format: json`.")
      return nil
    }
    return format
  }
}

extension SourceDeclaration {
  /// What a source is whose rows are about no account.
  var titleWithoutAccounts: String {
    if price != nil { return "prices of a pool" }
    return observed == nil ? "table of times" : "observations"
  }

  /// True where it looks something up in another source, or is computed from it.
  func reads(_ source: String) -> Bool {
    lookup?.source == source || time?.table == source
      || series?.components.contains(source) ?? false
  }
}
