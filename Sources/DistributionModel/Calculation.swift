import EthereumPrimitives

/// How expressions came to an account's weight or amount.
public struct Calculation: Sendable, Hashable {
  /// A part in the one form of expressions, and what it came to for the account.
  public struct Term: Sendable, Hashable {
    public let text: String
    /// nil where the part has no value, and was not needed.
    public let value: String?
    /// Of a condition: what decided that it holds, or does not.
    public let comparisons: [DecidingComparison]

    public init(text: String, value: String?, comparisons: [DecidingComparison] = []) {
      self.text = text
      self.value = value
      self.comparisons = comparisons
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
  /// The account's match in whole smallest units, rounded down.
  public let matched: UInt256

  public init(donors: Int, contributed: UInt256, matched: UInt256) {
    self.donors = donors
    self.contributed = contributed
    self.matched = matched
  }
}

/// A comparison of a condition that decided what the condition came to.
public struct DecidingComparison: Sendable, Hashable {
  /// As the condition has it, in the one form of expressions.
  public let text: String
  /// What would have to hold for the condition to come to something else.
  public let needed: String
  /// True where `text` holds, and `needed` does not.
  public let holds: Bool
  /// What its left side came to; nil where it has no value, or there is no comparison.
  public let left: String?
  /// nil beside a list as well.
  public let right: String?

  public init(text: String, needed: String, holds: Bool, left: String?, right: String?) {
    self.text = text
    self.needed = needed
    self.holds = holds
    self.left = left
    self.right = right
  }
}

/// What shut an account out.
public struct FilterExplanation: Sendable, Hashable {
  /// The whole condition.
  public let filter: String
  /// The comparison whose left side stands in `exclusions.csv`: section 9 of the law, step 2.
  public let condition: String
  public let left: String
  /// nil beside a list.
  public let right: String?
  /// What of the condition shut the account out, part by part.
  public let comparisons: [DecidingComparison]
  /// What would have had to hold instead.
  public let passing: Passing

  public init(
    filter: String, condition: String, left: String, right: String?,
    comparisons: [DecidingComparison] = [], passing: Passing
  ) {
    self.filter = filter
    self.condition = condition
    self.left = left
    self.right = right
    self.comparisons = comparisons
    self.passing = passing
  }
}
