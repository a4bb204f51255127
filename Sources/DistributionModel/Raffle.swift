import EthereumPrimitives

/// How prizes are drawn among those who take part: law, section 12.
public struct Raffle: Sendable, Hashable {
  public enum Prizes: Sendable, Hashable {
    /// So many winners, who receive the same.
    case equal(winners: UInt32)
    /// In the order in which they are drawn, in base units; the budget together.
    case stated([Amount])

    /// How many are drawn.
    public var count: Int {
      switch self {
      case .equal(let winners): Int(winners)
      case .stated(let amounts): amounts.count
      }
    }
  }

  /// What is written into the plan when the draw is made.
  public struct Reveal: Sendable, Hashable {
    public let seed: Bytes32
    /// What the beacon came to.
    public let beaconValue: Bytes32

    public init(seed: Bytes32, beaconValue: Bytes32) {
      self.seed = seed
      self.beaconValue = beaconValue
    }
  }

  /// The most winners that a raffle may have.
  public static let maximumWinners: UInt64 = 100_000

  /// Keccak-256 of the seed, published before the beacon is known.
  public let seedHash: Bytes32
  /// Which public value decides beside the seed, in words.
  public let beacon: String
  public let prizes: Prizes
  /// nil until the draw is made.
  public let reveal: Reveal?

  public init(seedHash: Bytes32, beacon: String, prizes: Prizes, reveal: Reveal? = nil) {
    self.seedHash = seedHash
    self.beacon = beacon
    self.prizes = prizes
    self.reveal = reveal
  }
}
