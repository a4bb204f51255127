import EthereumPrimitives

/// How a token is spread over its holders, date by date.
public struct ConcentrationCourse: Sendable, Hashable {
  /// One date. Parts are in billionths, rounded up.
  public struct Point: Sendable, Hashable {
    public let date: Timestamp
    /// How many hold something that is free.
    public let holders: Int
    /// What is free, base units.
    public let total: UInt256
    public let gini: Share
    public let herfindahl: Share
    /// How many of the largest have more than 33 %, 50 % and 67 %.
    public let majorities: [Int]
    public let largest: Share
    public let topTen: Share

    public init(
      date: Timestamp, holders: Int, total: UInt256, gini: Share, herfindahl: Share,
      majorities: [Int], largest: Share, topTen: Share
    ) {
      self.date = date
      self.holders = holders
      self.total = total
      self.gini = gini
      self.herfindahl = herfindahl
      self.majorities = majorities
      self.largest = largest
      self.topTen = topTen
    }
  }

  /// At which parts of all majorities are counted.
  public static let majorities = [
    Share(billionths: 330_000_000), Share(billionths: 500_000_000), Share(billionths: 670_000_000),
  ]

  public let token: Token
  public let holder: ConcentrationGuard.Holder
  /// Ascending; dates at which nobody holds anything are left out.
  public let points: [Point]

  public init(token: Token, holder: ConcentrationGuard.Holder, points: [Point]) {
    self.token = token
    self.holder = holder
    self.points = points
  }
}
