import DistributionModel
import EthereumPrimitives

/// Which rows of a source of actions count.
extension PlanDecoder {
  static let sameCluster = ["drop", "count"]

  /// The rules of a source; what is wrong is reported.
  ///
  /// - Parameters:
  ///   - columns: those of its rows.
  ///   - time: when they happened.
  mutating func decodeActionRules(
    _ fields: Fields, columns: [ColumnDeclaration], time: TimeColumn?
  ) -> (limits: [ActionLimit], wash: WashRules?) {
    let limits = decodeLimits(fields, columns)
    let wash = decodeWash(fields, columns)
    for key in ["limits", "wash"] where fields.has(key) {
      let isTimed = columns.contains { $0.name == time?.column && $0.kind == .time }
      guard !isTimed || time?.table != nil else { continue }
      report(
        .actionsWithoutTime, at: fields.place(of: key), path: fields.path(of: key),
        found: "`\(key)` of rows that do not say when they happened",
        expected: "`time`, and its column under `columns`",
        advice: time.map { "Write `{name: \($0.column), type: time}` there." }
          ?? "Write `time: at` for the source, and `{name: at, type: time}` under `columns`.")
    }
    return (limits, wash)
  }

  // MARK: Limits

  private mutating func decodeLimits(
    _ fields: Fields, _ columns: [ColumnDeclaration]
  ) -> [ActionLimit] {
    short(list(fields, "limits") ?? [], fields, "limits").compactMap { entry in
      guard let part = self.fields(entry.node, PlanSchema.limit, path: entry.path) else {
        return nil
      }
      let conditions = decodeConditions(part)
      for condition in conditions { checkWords(condition, columns, at: part) }
      let each = column(part, "each", of: columns)?.name
      let period = value(part, "per", ScalarParsing.limitPeriod) ?? .window
      refuseZero(part, "per", period == .seconds(0), "a duration")
      let bound = decodeLimitBound(part, columns)
      guard let bound else { return nil }
      return ActionLimit(conditions: conditions, each: each, period: period, bound: bound)
    }
  }

  private mutating func decodeLimitBound(
    _ fields: Fields, _ columns: [ColumnDeclaration]
  ) -> ActionLimit.Bound? {
    guard fields.has("of") else {
      let rows = integer(fields, "at_most", in: PlanSchema.limitOfRows)
      return rows.map { .rows($0) }
    }
    guard let column = number(fields, "of", of: columns) else { return nil }
    let bound = amount(fields, "at_most", decimals: column.places ?? 0)
    refuseZero(fields, "at_most", bound == .zero, "a limit")
    return bound.map { .sum($0.baseUnits, column: column.name) }
  }

  /// Words are compared as a column of words holds them.
  private mutating func checkWords(
    _ condition: SourceDeclaration.Condition, _ columns: [ColumnDeclaration], at fields: Fields
  ) {
    let path = "\(fields.path(of: "where")).\(condition.column)"
    let place = positions[path] ?? fields.place(of: "where")
    guard columns.contains(where: { $0.name == condition.column && $0.kind == .word }) else {
      let words = columns.filter { $0.kind == .word }.map(\.name)
      report(
        .unknownColumn, at: place, path: path, found: "'\(condition.column)'",
        expected: "a column of `type: word`"
          + (words.isEmpty ? "" : ": \(words.joined(separator: ", "))"),
        advice: Suggestion.sentence(for: condition.column, among: words))
      return
    }
    for text in condition.texts where Word(text) == nil {
      report(
        .malformedWord, at: place, path: path, found: "'\(text.prefix(60))'",
        expected: "1 to 32 signs of ASCII, no blank at either end",
        advice: "Columns of words hold nothing else.")
    }
  }

  private mutating func refuseZero(
    _ fields: Fields, _ key: String, _ isZero: Bool, _ noun: String
  ) {
    guard isZero else { return }
    report(
      .zeroLimit, at: fields.place(of: key), path: fields.path(of: key), found: "0",
      expected: "\(noun) above 0", advice: "Leave rows out by `where` of the source.")
  }

  // MARK: Wash trades

  private mutating func decodeWash(
    _ fields: Fields, _ columns: [ColumnDeclaration]
  ) -> WashRules? {
    guard let node = fields["wash"],
      let part = self.fields(node, PlanSchema.wash, path: fields.path(of: "wash"))
    else { return nil }
    let counterparty = column(part, "counterparty", of: columns)
    if let counterparty, counterparty.kind != .address {
      reportColumnType(part, "counterparty", counterparty, "addresses")
    }
    let volume = number(part, "volume", of: columns)
    let cluster = word(part, "same_cluster", among: Self.sameCluster)
    let pairCap = value(part, "pair_cap", ScalarParsing.percentage)
    refuseZero(part, "pair_cap", pairCap == Share.none, "a percentage")
    let seconds = value(part, "round_trip", ScalarParsing.duration)
    let side = column(part, "side", of: columns)
    let market = column(part, "market", of: columns)
    if part.has("round_trip") {
      require(["side"], in: part, "The column that tells buying from selling.")
    } else {
      refuse(["side", "market"], in: part, "It belongs to `round_trip`.")
    }
    guard let counterparty, let volume else { return nil }
    return WashRules(
      counterparty: counterparty.name, volume: volume.name, dropsClusters: cluster == "drop",
      pairCap: pairCap,
      roundTrip: seconds.flatMap { seconds in
        side.map { .init(seconds: seconds, side: $0.name) }
      }, market: market?.name)
  }

  private mutating func column(
    _ fields: Fields, _ key: String, of columns: [ColumnDeclaration]
  ) -> ColumnDeclaration? {
    let name = reference(
      fields, key, to: columns.map(\.name), .unknownColumn, "column of the source")
    return columns.first { $0.name == name }
  }

  private mutating func number(
    _ fields: Fields, _ key: String, of columns: [ColumnDeclaration]
  ) -> ColumnDeclaration? {
    guard let column = column(fields, key, of: columns) else { return nil }
    guard column.places != nil, column.kind != .time else {
      reportColumnType(fields, key, column, "numbers")
      return nil
    }
    return column
  }

  // MARK: The whole plan

  /// Trades inside of clusters need clusters, which are those of another source; and programs of
  /// actions need actions.
  mutating func checkActions(_ plan: Plan) {
    for (index, source) in plan.sources.enumerated() where source.wash?.dropsClusters ?? false {
      guard plan.clusters == nil || plan.clusters?.source == source.name else { continue }
      let path = "sources[\(index)].wash.same_cluster"
      report(
        .washWithoutClusters, at: positions[path] ?? .start, path: path,
        found: plan.clusters == nil
          ? "no `clusters` in the plan" : "the clusters of the source itself",
        expected: "`clusters` that another source states",
        advice: "They say which accounts are one holder's; leave the key out without them.")
    }
    for (index, program) in plan.programs.enumerated() {
      guard program.kind == .tasks || program.kind == .trading else { continue }
      let path = "programs[\(index)].from"
      let place = positions[path] ?? positions["programs[\(index)].name"] ?? .start
      guard case .source(let name) = program.recipients, let source = plan.source(named: name),
        source.time != nil, source.series == nil
      else {
        report(
          .programWithoutActions, at: place, path: path,
          found: "no rows of actions for a program of kind \(program.kind.rawValue)",
          expected: "`from` a source whose rows have a `time`",
          advice: "Write `time` for the source, or another kind of program.")
        continue
      }
      guard program.kind == .trading, source.wash == nil else { continue }
      note(
        at: place,
        "program \(program.name): trades of an account with itself count, since the source "
          + "\(name) has no `wash`")
    }
  }
}
