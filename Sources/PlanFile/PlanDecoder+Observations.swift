import DistributionModel

/// Files that say what something was worth at a time.
extension PlanDecoder {
  /// A file whose rows say what something was worth at a time: it is about no account.
  mutating func decodeObservations(
    _ fields: Fields, name: String?, file: String?
  ) -> Named<SourceDeclaration>? {
    refuse(
      [
        "account", "columns", "duplicates", "duplicates_by", "key", "unknown_keys", "window",
        "token", "signers", "places", "minimum_holding",
      ], in: fields, "Observations have a time and a value, and no accounts.")
    require(["time"], in: fields, "The column that says when each value was observed.")
    let time = decodeTime(fields)
    let conditions = decodeConditions(fields)
    // Whether a source without an observation may be left out is for the price to say.
    let noRows = choice(fields, "no_rows", SourceDeclaration.NoRows.self)
    let format = decodeFormat(fields, file: file)
    let within = decodeWithin(fields, format: format)
    let observed = fields["observations"].flatMap {
      decodeObserved($0, path: fields.path(of: "observations"))
    }
    refuseRepeatedColumns(
      [("time", time?.column), ("observations.value", observed?.name)], of: fields)
    guard let name, let file, let time, let format, let observed else { return nil }
    let titles = SourceDeclaration.observedColumns
    return Named(
      name: name, path: fields.path,
      value: SourceDeclaration(
        name: name, file: file, format: format, within: within, conditions: conditions,
        columns: [
          ColumnDeclaration(name: titles.time, kind: .time),
          ColumnDeclaration(name: titles.value, kind: observed.kind),
        ], duplicates: .sum, noRows: noRows ?? .allow, time: time, observed: observed))
  }

  /// The column of values.
  private mutating func decodeObserved(_ node: PlanNode, path: String) -> ColumnDeclaration? {
    guard let fields = fields(node, PlanSchema.observations, path: path) else { return nil }
    let value = columnName(fields, "value")
    let format = decodeFormat(fields, isDecimal: true)
    guard let value, let format else { return nil }
    return ColumnDeclaration(name: value, kind: .decimal(format))
  }
}
