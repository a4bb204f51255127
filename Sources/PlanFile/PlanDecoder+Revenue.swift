import DistributionModel

/// A budget that is a part of what comes in.
extension PlanDecoder {
  /// True where a budget is no amount, but says what it is a part of.
  func statesRevenue(_ fields: Fields) -> Bool {
    if case .mapping? = fields["budget"] { true } else { false }
  }

  /// A budget of a program of kind fees that is a part of revenue.
  mutating func decodeRevenue(
    _ fields: Fields, token: Token, sources: Listed<SourceDeclaration>
  ) -> Revenue? {
    refuse(
      ["amount", "recipients", "emission", "share_of", "unallocated"], in: fields,
      "The budget of every epoch is a part of what came in, and is split by weights.")
    refuse(["insiders"], in: fields, "What it gives in all is not known beforehand.")
    guard let node = fields["budget"],
      let part = self.fields(node, PlanSchema.revenue, path: fields.path(of: "budget"))
    else { return nil }
    let name = reference(part, "source", to: sources.names, .unknownSource, "source")
    let share = decodePart(part)
    guard let source = sources.values.first(where: { $0.name == name }),
      isRevenue(source, part), let column = column(part, "column", of: source)
    else { return nil }
    guard case .amount(token.name, _, _) = column.kind else {
      reportColumnType(part, "column", column, "amounts of \(token.name)")
      return nil
    }
    guard !column.isPrivate else {
      report(
        .wrongPrivateColumn, at: part.place(of: "column"), path: part.path(of: "column"),
        found: "the private column '\(column.name)' of \(source.name)",
        expected: "a column that the bundle shows",
        advice: "The budget tells its sum: declare it without `private`.")
      return nil
    }
    return share.map { Revenue(source: source.name, column: column.name, part: $0) }
  }

  private mutating func decodePart(_ fields: Fields) -> Share? {
    guard fields.has("part") else { return .whole }
    let share = value(fields, "part", ScalarParsing.percentage)
    guard share != Share.none else {
      report(
        .zeroAmount, at: fields.place(of: "part"), path: fields.path(of: "part"), found: "0%",
        expected: "a part above 0")
      return nil
    }
    return share
  }

  /// True for rows that happened in the epoch, of which an account may have several.
  private mutating func isRevenue(_ source: SourceDeclaration, _ fields: Fields) -> Bool {
    func refuse(_ found: String, _ expected: String, _ advice: String) -> Bool {
      report(
        .wrongRevenue, at: fields.place(of: "source"), path: fields.path(of: "source"),
        found: "the source '\(source.name)' \(found)", expected: expected, advice: advice)
      return false
    }
    guard source.isAboutAccounts, source.series == nil, source.statements == nil else {
      return refuse(
        "of other things than rows", "a source of rows with a time",
        "Each row is something that came in, and from whom.")
    }
    guard source.time != nil, source.window == .epoch else {
      return refuse(
        source.time == nil ? "without `time`" : "with another window than the epoch",
        "rows of the epoch alone",
        source.time == nil
          ? "Write `time: column` there: what came in counts in one epoch."
          : "Leave `window` out there: what came in counts in one epoch.")
    }
    guard source.duplicates == .sum else {
      return refuse(
        "with `duplicates: \(source.duplicates.rawValue)`", "one with `duplicates: sum`",
        "An account has a row for everything that came in from it.")
    }
    return true
  }
}
