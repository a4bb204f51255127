/// The rows that come next, of which one place after the other in memory will be needed.
///
/// Memory answers many questions in the time that it takes for one. So before some rows are taken,
/// what they need is read once, without waiting for any of it.
struct LookingAhead {
  private static let rowsAtOnce = 1024

  private var end: Int

  /// - Parameter row: the first one that will be taken.
  init(from row: Int) { end = row }

  /// The rows to read ahead before a row is taken: none until all those read before are through.
  @inline(__always)
  mutating func rows(from row: Int, to count: Int) -> Range<Int> {
    guard row == end else { return row..<row }
    end = min(row + Self.rowsAtOnce, count)
    return row..<end
  }
}
