import EthereumPrimitives

extension ActionRule {
  /// The plan's key, under its source.
  public var key: String {
    switch self {
    case .ownTrade: "wash"
    case .sameCluster: "wash.same_cluster"
    case .roundTrip: "wash.round_trip"
    case .pairCap: "wash.pair_cap"
    case .limit(let number): "limits[\(number)]"
    }
  }
}

extension SourceDeclaration {
  /// The column of which a rule lets less count; nil where it counts rows.
  public func column(of rule: ActionRule) -> ColumnDeclaration? {
    switch rule {
    case .ownTrade, .sameCluster, .roundTrip, .pairCap:
      columns.first { $0.name == wash?.volume }
    case .limit(let number):
      if case .sum(_, let name) = limits[number].bound {
        columns.first { $0.name == name }
      } else {
        nil
      }
    }
  }

  /// Why a row does not count, or counts less.
  public func words(of rule: ActionRule) -> String {
    switch rule {
    case .ownTrade: return "the account traded with itself"
    case .sameCluster: return "it traded inside of its cluster"
    case .roundTrip:
      let within = wash?.roundTrip.map { " within \(DurationText.words($0.seconds))" } ?? ""
      return "opposite trades followed each other\(within)"
    case .pairCap:
      let cap = wash?.pairCap.map { ": more than \($0) of its volume" } ?? ""
      return "too much with one counterparty\(cap)"
    case .limit(let number): return "its limit was reached: \(words(of: limits[number]))"
    }
  }

  /// `at most 1 row per 1d where task is daily-login`.
  private func words(of limit: ActionLimit) -> String {
    let bound: String
    switch limit.bound {
    case .rows(let count): bound = Int(exactly: count)?.counted("row") ?? "\(count) rows"
    case .sum(let sum, let name):
      let places = columns.first { $0.name == name }?.places ?? 0
      bound = "\(DecimalNumber(sum, scale: places).shortest) of \(name)"
    }
    let conditions = limit.conditions.map {
      "\($0.column) is \($0.texts.joined(separator: " or "))"
    }
    return "at most \(bound)" + (limit.each.map { " for each \($0)" } ?? "")
      + (limit.period.map { " per \(DurationText.words($0))" } ?? "")
      + (conditions.isEmpty ? "" : " where \(conditions.joined(separator: " and "))")
  }
}
