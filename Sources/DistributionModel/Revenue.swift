/// A budget that is a part of what comes in, epoch by epoch.
public struct Revenue: Sendable, Hashable {
  /// A source of rows with a time, each about something that came in.
  public let source: String
  /// Its column of amounts of the campaign's token.
  public let column: String
  public let part: Share

  public init(source: String, column: String, part: Share) {
    self.source = source
    self.column = column
    self.part = part
  }

  /// As messages tell it: `50% of revenue.amount`.
  public var text: String {
    "\(part) of \(source).\(column)"
  }
}
