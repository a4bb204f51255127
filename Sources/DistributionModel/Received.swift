/// Where a row says when it was received, and what that is for: `docs/reference/law.md`,
/// section 15.
public struct ReceivedColumn: Sendable, Hashable {
  /// Seconds since 1970, or a time as ISO 8601 writes it.
  public let column: String
  /// For so many seconds after its end an epoch still takes rows.
  public let within: UInt64
  /// The epochs of the plan. They are counted on after the last one.
  public let epochs: EpochSchedule

  public init(column: String, within: UInt64 = 0, epochs: EpochSchedule) {
    self.column = column
    self.within = within
    self.epochs = epochs
  }

  /// The second at which a row counts: its own time, or the start of the first epoch that was not
  /// closed when it was received.
  public func countedSecond(of time: UInt64, received: UInt64) -> UInt64 {
    guard received >= within, received - within >= epochs.start.seconds else { return time }
    let closed = (received - within - epochs.start.seconds) / epochs.length
    guard closed > 0 else { return time }
    return max(time, epochs.start.seconds + closed * epochs.length)
  }

  /// The number of the epoch of a second, which is not before the first one's start.
  public func epoch(of second: UInt64) -> UInt32 {
    UInt32(clamping: (second - epochs.start.seconds) / epochs.length)
  }
}

/// Rows of a source that came too late for the epoch of their time, by the epoch in which they
/// count.
public struct LateRows: Sendable, Equatable {
  /// Those of one epoch.
  public struct Entry: Sendable, Equatable {
    public var count: Int
    /// Where the first one stands.
    public let file: String
    public let line: Int

    public init(count: Int, file: String, line: Int) {
      self.count = count
      self.file = file
      self.line = line
    }
  }

  public private(set) var entries: [UInt32: Entry] = [:]

  public init() {}

  /// Adds rows that stand after those that are there.
  public mutating func add(_ entry: Entry, in epoch: UInt32) {
    guard entries[epoch] != nil else {
      entries[epoch] = entry
      return
    }
    entries[epoch]?.count += entry.count
  }

  public mutating func add(_ other: LateRows) {
    for (epoch, entry) in other.entries { add(entry, in: epoch) }
  }
}
