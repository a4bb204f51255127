/// What a part of an expression that looks at all accounts came to.
public struct ExpressionTotal: Sendable, Hashable {
  /// Which accounts it looked at.
  public enum Accounts: String, Sendable, Hashable, CaseIterable {
    /// Those that the plan does not name under `exclude`: what the filter sees.
    case candidates
    /// Of these, those that meet the filter: what the weight or the amount sees.
    case participants
  }

  public let accounts: Accounts
  /// The part in the one form of expressions.
  public let text: String
  public let value: DecimalNumber

  public init(accounts: Accounts, text: String, value: DecimalNumber) {
    self.accounts = accounts
    self.text = text
    self.value = value
  }
}
