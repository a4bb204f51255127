import EthereumPrimitives

/// How the budget of a round of grants follows from contributions: law, section 11.
public struct Matching: Sendable, Hashable {
  public enum Method: Sendable, Hashable {
    /// The square of the sum of square roots, less the contributions themselves.
    case quadratic
    /// The same sum over pairs of donors, each pair counting less the more often its donors agree.
    /// The bound is what a pair receives at the most over all accounts, in smallest units.
    case pairwise(bound: UInt256)
  }

  /// What happens to budget that the matches leave.
  public enum Surplus: String, Sendable, Hashable, CaseIterable {
    /// Matches are paid as they are, and the rest is carried.
    case carry
    /// The whole budget is split in proportion to matches.
    case share
  }

  /// Binary places of a match after the smallest unit of contributions.
  public static let fractionBits = 64
  /// Pairs of donors of one account, over all accounts, that pairwise matching goes through.
  public static let maximumPairs = 100_000_000

  /// The column of addresses that says who contributed.
  public let contributor: String
  /// The column of what was contributed.
  public let contribution: String
  public let method: Method
  public let surplus: Surplus
  /// What one donor has to give to one account to count, in smallest units of the column.
  public let minimum: UInt256
  /// What of it counts at the most; nil is all.
  public let maximum: UInt256?
  /// Whose contributions count: a condition about each donor; nil is everybody's.
  public let filter: Expression?

  public init(
    contributor: String, contribution: String, method: Method, surplus: Surplus = .carry,
    minimum: UInt256 = .zero, maximum: UInt256? = nil, filter: Expression? = nil
  ) {
    self.contributor = contributor
    self.contribution = contribution
    self.method = method
    self.surplus = surplus
    self.minimum = minimum
    self.maximum = maximum
    self.filter = filter
  }

  /// True where an account's match takes more than its own contributions: what others are given by
  /// the same donors, or what other sources say about donors.
  public var isOfAll: Bool {
    if case .pairwise = method { true } else { filter != nil }
  }

  /// What of a budget is due where all matches together are `total`.
  public func due(of budget: UInt256, total: UInt256) -> UInt256 {
    surplus == .share ? budget : min(budget, total >> Self.fractionBits)
  }
}
