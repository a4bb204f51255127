import DistributionModel

/// Which rows of a source count, and whose they are.
extension PlanDecoder {
  /// The column of the account, or of the key by which it is looked up.
  mutating func decodeAccount(
    _ fields: Fields
  ) -> (column: String?, lookup: SourceDeclaration.Lookup?) {
    let unknown = choice(fields, "unknown_keys", SourceDeclaration.Lookup.UnknownKeys.self)
    guard let node = fields["account"], case .mapping = node else {
      refuse(
        ["unknown_keys"], in: fields, "It belongs to `account: {key: …, in: …}`.")
      return (columnName(fields, "account"), nil)
    }
    guard
      let part = self.fields(node, PlanSchema.lookup, path: fields.path(of: "account"))
    else { return (nil, nil) }
    let key = columnName(part, "key")
    let source = name(part, "in")
    guard let key, let source else { return (nil, nil) }
    return (
      key, SourceDeclaration.Lookup(source: source, unknownKeys: unknown ?? .refuse)
    )
  }

  /// What rows must say, column by column.
  mutating func decodeConditions(_ fields: Fields) -> [SourceDeclaration.Condition] {
    guard let node = fields["where"] else { return [] }
    let path = fields.path(of: "where")
    guard case .mapping(let entries, _) = node else {
      report(
        .notAMapping, at: node.place, path: path, found: node.kindName,
        expected: "a mapping from columns to the texts that count")
      return []
    }
    guard entries.count <= limits.entries else {
      report(
        .tooManyValues, at: node.place, path: path, found: "\(entries.count) columns",
        expected: "at most \(limits.entries)")
      return []
    }
    return entries.compactMap { entry in
      let path = "\(path).\(entry.key)"
      let name = value(.scalar(entry.key, entry.place), path: path, Self.columnText)
      guard let texts = texts(entry.value, path: path), let name else { return nil }
      return SourceDeclaration.Condition(column: name, texts: texts)
    }
  }

  /// One text or a list of them, ascending by their bytes, each once.
  private mutating func texts(_ node: PlanNode, path: String) -> [String]? {
    guard let texts = textList(node, path: path) else { return nil }
    let ascending = texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return ascending.enumerated().filter { index, text in
      index == 0 || !ascending[index - 1].utf8.elementsEqual(text.utf8)
    }.map(\.element)
  }

  /// The names of `within`, in their order.
  mutating func decodeWithin(_ fields: Fields, format: SourceDeclaration.Format?) -> [String] {
    guard let node = fields["within"] else { return [] }
    if let format, format != .json {
      refuse(["within"], in: fields, "Only a file of format `json` has members around its rows.")
    }
    return textList(node, path: fields.path(of: "within")) ?? []
  }

  /// One text, or a list of some.
  mutating func textList(_ node: PlanNode, path: String) -> [String]? {
    let limit = limits.textBytes
    var nodes = [node]
    if case .list(let elements, _) = node { nodes = elements }
    guard (1...limits.entries).contains(nodes.count) else {
      report(
        nodes.isEmpty ? .emptyList : .tooManyValues, at: node.place, path: path,
        found: "a list of \(nodes.count) texts", expected: "1 to \(limits.entries)")
      return nil
    }
    let texts = nodes.compactMap { node in
      value(node, path: path) { text throws(ScalarFault) in
        guard !text.isEmpty else {
          throw ScalarFault(kind: .emptyValue, expected: "a text")
        }
        return try ScalarParsing.text(text, limit: limit)
      }
    }
    return texts.count == nodes.count ? texts : nil
  }

  /// The column that ranks rows of an account; nil where none does.
  mutating func decodeRanking(
    _ fields: Fields, _ duplicates: SourceDeclaration.Duplicates?, _ columns: [ColumnDeclaration]
  ) -> String? {
    guard duplicates == .largest || duplicates == .smallest else {
      refuse(
        ["duplicates_by"], in: fields, "It belongs to `duplicates: largest` and `smallest`.")
      return nil
    }
    require(["duplicates_by"], in: fields, "The column that says which row counts.")
    let name = reference(
      fields, "duplicates_by", to: columns.map(\.name), .unknownColumn, "column of the source")
    guard let column = columns.first(where: { $0.name == name }) else { return nil }
    guard column.places != nil else {
      reportColumnType(fields, "duplicates_by", column, "numbers")
      return nil
    }
    return column.name
  }

  /// Accounts and times are looked up in earlier sources, which name their keys.
  mutating func checkLookups(_ plan: Plan) {
    for (index, source) in plan.sources.enumerated() {
      if let lookup = source.lookup {
        let path = "sources[\(index)].account.in"
        if let other = earlier(lookup.source, than: index, in: plan, path: path) {
          checkAccounts(of: other, by: source.accountColumn, path: path)
        }
      }
      if let time = source.time, let table = time.table {
        let path = "sources[\(index)].time.in"
        if let other = earlier(table, than: index, in: plan, path: path), other.timeTable == nil {
          report(
            .sourceWithoutTimes, at: positions[path] ?? .start, path: path,
            found: "the source '\(table)' without `times`", expected: "a table of times",
            advice: "Write `key: \(time.column)` and `times: …` there: the column of times.")
        }
      }
    }
  }

  private mutating func checkAccounts(
    of source: SourceDeclaration, by column: String, path: String
  ) {
    if !source.isAboutAccounts {
      reportWithoutAccounts(source, at: positions[path] ?? .start, path: path)
    } else if source.key == nil {
      report(
        .sourceWithoutKey, at: positions[path] ?? .start, path: path,
        found: "the source '\(source.name)' without `key`", expected: "a source with a key",
        advice: "Write `key: \(column)` there: the column that names each row.")
    }
  }

  /// The source in which another one looks something up; nil where it does not stand before it.
  private mutating func earlier(
    _ name: String, than index: Int, in plan: Plan, path: String
  ) -> SourceDeclaration? {
    guard let other = plan.sources.firstIndex(where: { $0.name == name }) else {
      let names = plan.sources.map(\.name)
      report(
        .unknownSource, at: positions[path] ?? .start, path: path, found: "'\(name)'",
        expected: "a source that the plan lists: \(names.joined(separator: ", "))",
        advice: Suggestion.sentence(for: name, among: names))
      return nil
    }
    guard other < index else {
      report(
        .laterSource, at: positions[path] ?? .start, path: path,
        found: "the source '\(name)', which does not stand before",
        expected: "an earlier source",
        advice: "Keys are read before they are looked up: move it up.")
      return nil
    }
    return plan.sources[other]
  }

  /// A table of times is about no accounts.
  mutating func reportWithoutAccounts(_ source: SourceDeclaration, at place: Place, path: String) {
    report(
      .sourceWithoutAccounts, at: place, path: path,
      found: "the \(source.titleWithoutAccounts) '\(source.name)'",
      expected: "a source with a row per account",
      advice: source.price != nil
        ? "Prices of pools belong to positions: `ranges: {…, price: \(source.name)}`."
        : source.observed == nil
          ? "Times belong to the rows of another source: `time: {key: …, in: \(source.name)}`."
          : "Observations belong to prices: `prices: [{name: …, sources: [\(source.name)]}]`.")
  }
}
