import DistributionModel
import EthereumPrimitives

/// Which rows of a source count: step 2 of section 1 of the law.
public enum CountingRows {
  static func of(
    _ rows: SourceRows, _ source: SourceDeclaration
  ) -> (rows: SourceRows, dropped: [Address]) {
    switch source.duplicates {
    case .refuse, .sum: return (rows, [])
    case .drop: return single(rows)
    case .largest, .smallest: return (first(rows, ranking(of: source)), [])
    }
  }

  /// The columns that rank rows, and for each whether the larger value comes first.
  private static func ranking(of source: SourceDeclaration) -> [(column: Int, isLarger: Bool)] {
    let deciding = source.columns.firstIndex { $0.name == source.duplicatesBy }
    let others = source.columns.indices.filter { $0 != deciding }.map { ($0, true) }
    return (deciding.map { [($0, source.duplicates == .largest)] } ?? []) + others
  }

  /// The places of an account's rows one of which counts, or all of which do.
  ///
  /// Where a bundle shows commitments, nobody can tell by them which row ranks first: all are given
  /// that are equal in the columns before.
  ///
  /// - Parameter isHidden: whether the values of the column at a place are commitments.
  public static func places(
    of rows: SourceRows, _ source: SourceDeclaration, isHidden: (Int) -> Bool
  ) -> [Int] {
    var places = Array(rows.accounts.indices)
    guard [.largest, .smallest].contains(source.duplicates) else { return places }
    for (column, isLarger) in ranking(of: source) {
      guard !isHidden(column) else { return places }
      let values = places.map { rows.values[column][$0] }
      let first = isLarger ? values.max() : values.min()
      places.removeAll { rows.values[column][$0] != first }
    }
    return Array(places.prefix(1))
  }

  /// Of each account the row that ranks first. Rows of equal values are one and the same.
  private static func first(
    _ rows: SourceRows, _ ranking: [(column: Int, isLarger: Bool)]
  ) -> SourceRows {
    func precedes(_ left: Int, _ right: Int) -> Bool {
      for (column, isLarger) in ranking
      where rows.values[column][left] != rows.values[column][right] {
        return (rows.values[column][left] > rows.values[column][right]) == isLarger
      }
      return rows.lines[left] < rows.lines[right]
    }
    var best: [Int] = []
    for row in AccountValues.ascendingOrder(of: rows.accounts) {
      guard let last = best.last, rows.accounts[last] == rows.accounts[row] else {
        best.append(row)
        continue
      }
      if precedes(row, last) { best[best.count - 1] = row }
    }
    return rows.picking(best)
  }

  private static func single(_ rows: SourceRows) -> (rows: SourceRows, dropped: [Address]) {
    let order = AccountValues.ascendingOrder(of: rows.accounts)
    var (kept, dropped): ([Int], [Address]) = ([], [])
    for row in order {
      let account = rows.accounts[row]
      if dropped.last == account { continue }
      if let last = kept.last, rows.accounts[last] == account {
        kept.removeLast()
        dropped.append(account)
      } else {
        kept.append(row)
      }
    }
    return (rows.picking(kept), dropped)
  }
}
