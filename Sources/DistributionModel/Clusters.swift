/// Who counts as one holder: the accounts with equal values in a column.
///
/// An account with the value 0, and one without a row, stands alone.
public struct Clusters: Sendable, Hashable {
  /// The source whose rows say it, one per account.
  public let source: String
  /// The column of integers or addresses that tells holders apart.
  public let column: String

  public init(source: String, column: String) {
    self.source = source
    self.column = column
  }
}
