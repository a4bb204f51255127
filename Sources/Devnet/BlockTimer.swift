/// Says when blocks that are made by the clock are due.
public struct BlockTimer: Sendable {
  private var interval: UInt64 = 0
  /// Seconds since the last block that was due, or since there are so many between blocks.
  private var waited: UInt64 = 0

  public init() {}

  /// Counts a second.
  ///
  /// - Parameter interval: seconds between blocks as of now; 0 where none are made by the clock.
  /// - Returns: true where a block is due.
  public mutating func tick(interval: UInt64) -> Bool {
    if interval != self.interval { (self.interval, waited) = (interval, 0) }
    guard interval > 0 else { return false }
    waited += 1
    guard waited >= interval else { return false }
    waited = 0
    return true
  }
}
