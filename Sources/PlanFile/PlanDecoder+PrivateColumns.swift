import DistributionModel

extension PlanDecoder {
  /// What decides for everybody at once cannot be hidden from everybody.
  mutating func checkPrivateColumns(_ plan: Plan) {
    guard let clusters = plan.clusters,
      let source = plan.source(named: clusters.source),
      source.columns.contains(where: { $0.name == clusters.column && $0.isPrivate })
    else { return }
    report(
      .wrongPrivateColumn, at: positions["clusters.column"] ?? .start, path: "clusters.column",
      found: "the private column '\(clusters.column)' of \(source.name)",
      expected: "a column that the bundle shows",
      advice: "Who counts as one holder decides about others too: declare it without `private`.")
  }
}
