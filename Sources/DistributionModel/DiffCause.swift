import EthereumPrimitives

/// Something that is not the same on two sides, and of which a program's amount for an account
/// depends.
public struct DiffCause: Sendable, Hashable {
  public enum Fact: Sendable, Hashable {
    /// The newer side builds on the older one: what its epoch allocates is added.
    case epoch
    case newProgram
    case programGone
    /// The account stands in a source on the newer side only.
    case entered(source: String)
    /// The account stands in a source on the older side only.
    case left(source: String)
    /// What the account's own rows say in a column, added up; nil where that cannot be shown.
    case value(source: String, column: ColumnDeclaration, DistributionDiff.Pair<UInt256>?)
    /// A private column that cannot be compared.
    case hidden(source: String, column: String)
    /// What an earlier program gives the account, where this one reads it.
    case earlier(program: String, DistributionDiff.Pair<UInt256>)
    /// What something is worth in the epoch, in units of the last place.
    case price(String, DistributionDiff.Pair<UInt256>, places: Int)
    /// The account's computed weight.
    case weight(DistributionDiff.Pair<UInt256>, places: Int)
    /// It was refused on the older side.
    case wasRefused(ExclusionReason)
    /// It is refused on the newer side.
    case refused(ExclusionReason)
    /// Keys of the plan that say how the program computes.
    case rule([String])
    /// The weights of all others that take part, added up; nil where they do not tell the effect.
    case others(DistributionDiff.Pair<UInt256>?, places: Int)
    /// What the program has to give in the epoch.
    case budget(DistributionDiff.Pair<UInt256>)
  }

  public let fact: Fact
  /// What the account would get now if this alone were as before, rounded down; nil where that
  /// does not follow from weights and budget alone.
  public let without: UInt256?
  /// True where this alone would have changed the amount the other way.
  public let isAgainst: Bool

  public init(_ fact: Fact, without: UInt256? = nil, isAgainst: Bool = false) {
    self.fact = fact
    self.without = without
    self.isAgainst = isAgainst
  }
}
