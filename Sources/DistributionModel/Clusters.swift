/// Who counts as one holder: the accounts with equal numbers in a column.
///
/// An account with the number 0, and one without a row, stands alone.
public struct Clusters: Sendable, Hashable {
  /// The source whose rows say it, one per account.
  public let source: String
  /// The column of integers that numbers the holders.
  public let column: String

  public init(source: String, column: String) {
    self.source = source
    self.column = column
  }
}
