import DistributionModel

extension PlanDecoder {
  mutating func decodeClusters(
    _ node: PlanNode, sources: Listed<SourceDeclaration>
  ) -> Clusters? {
    guard let fields = fields(node, PlanSchema.clusters, path: "clusters") else { return nil }
    let name = reference(fields, "source", to: sources.names, .unknownSource, "source")
    guard let source = sources.values.first(where: { $0.name == name }),
      hasRows(source, fields),
      let column = column(fields, "column", of: source)
    else { return nil }
    guard column.kind == .integer || column.kind == .address else {
      reportColumnType(
        fields, "column", column, "integers or addresses: equal ones are one holder")
      return nil
    }
    guard source.duplicates == .refuse else {
      report(
        .ambiguousClusters, at: fields.place(of: "source"), path: fields.path(of: "source"),
        found: "the source '\(source.name)' with `duplicates: \(source.duplicates.rawValue)`",
        expected: "a source with one row per account",
        advice: "An account belongs to one holder: write `duplicates: refuse`.")
      return nil
    }
    return Clusters(source: source.name, column: column.name)
  }

  /// False where a source under `source` has no rows of its own, which is reported.
  mutating func hasRows(_ source: SourceDeclaration, _ fields: Fields) -> Bool {
    let (place, path) = (fields.place(of: "source"), fields.path(of: "source"))
    if !source.isAboutAccounts {
      reportWithoutAccounts(source, at: place, path: path)
      return false
    }
    guard source.series != nil else { return true }
    report(
      .sourceWithoutRows, at: place, path: path, found: "the balances of \(source.name)",
      expected: "a source with rows of its own",
      advice: "Balances are amounts: no account and no holder stands in them.")
    return false
  }
}
