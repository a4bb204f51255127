import EthereumPrimitives

/// How expressions came to an account's weight or amount.
public struct Calculation: Sendable, Hashable {
  /// A part in the one form of expressions, and what it came to for the account.
  public struct Term: Sendable, Hashable {
    public let text: String
    /// nil where the part has no value, and was not needed.
    public let value: String?

    public init(text: String, value: String?) {
      self.text = text
      self.value = value
    }
  }

  /// Named values, in the plan's order; each text is `name = expression`.
  public let values: [Term]
  /// What the last operation adds up or multiplies; empty where it does neither.
  public let terms: [Term]
  /// The weight or the amount.
  public let result: Term?

  public init(values: [Term], terms: [Term], result: Term?) {
    self.values = values
    self.terms = terms
    self.result = result
  }
}

/// What donors gave to an account of a round of grants.
public struct MatchExplanation: Sendable, Hashable {
  /// How many count.
  public let donors: Int
  /// What they gave together, in smallest units of the column.
  public let contributed: UInt256

  public init(donors: Int, contributed: UInt256) {
    self.donors = donors
    self.contributed = contributed
  }
}

/// What shut an account out: the comparison that did not hold, and what its sides came to.
public struct FilterExplanation: Sendable, Hashable {
  /// The whole condition.
  public let filter: String
  /// The part that did not hold.
  public let condition: String
  public let left: String
  /// nil beside a list.
  public let right: String?
  /// What would have had to hold instead.
  public let passing: Passing

  public init(filter: String, condition: String, left: String, right: String?, passing: Passing) {
    self.filter = filter
    self.condition = condition
    self.left = left
    self.right = right
    self.passing = passing
  }
}
