/// A file of events that change balances: one row per event.
public struct EventDeclaration: Sendable, Hashable {
  /// What an event does with the balances of its accounts.
  public enum Effect: String, Sendable, Hashable, CaseIterable {
    /// The amount is added to the account's balance.
    case add
    /// It is taken off the account's balance.
    case take
    /// It is taken off the account's balance and added to that of another one, the target.
    case move
    /// The event changes nothing.
    case none
  }

  /// What a kind of event is called in the file, byte by byte.
  public struct Kind: Sendable, Hashable {
    public let name: String
    public let effect: Effect

    public init(name: String, effect: Effect) {
      self.name = name
      self.effect = effect
    }
  }

  public let timeColumn: String
  public let kindColumn: String
  public let accountColumn: String
  /// The account to which an amount moves; only rows that move one are asked for it.
  public let targetColumn: String
  public let amount: ColumnDeclaration
  /// Each name once.
  public let kinds: [Kind]

  public init(
    timeColumn: String = "time", kindColumn: String = "kind", accountColumn: String = "account",
    targetColumn: String = "to",
    amount: ColumnDeclaration = ColumnDeclaration(name: "amount", kind: .integer), kinds: [Kind]
  ) {
    self.timeColumn = timeColumn
    self.kindColumn = kindColumn
    self.accountColumn = accountColumn
    self.targetColumn = targetColumn
    self.amount = amount
    self.kinds = kinds
  }

  /// True where some kind moves amounts, so that the file has a column of targets.
  public var hasTargets: Bool { kinds.contains { $0.effect == .move } }
}
