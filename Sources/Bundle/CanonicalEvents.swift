import DistributionModel
import EthereumPrimitives

/// The changes of a series in the order that everybody agrees on, or the prices of a pool.
public struct CanonicalEvents: Sendable {
  public let declaration: SourceDeclaration
  public let history: SourceHistory

  public var fileName: String { declaration.eventsFile }

  public init(_ declaration: SourceDeclaration, _ history: SourceHistory) {
    self.declaration = declaration
    self.history = history
  }

  /// Gives the bytes of `events/<source>.csv` to `body`, a piece after the other one: all of them
  /// take more memory than the history.
  ///
  /// - Returns: their hash.
  public func write<Failure>(
    _ body: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) -> Bytes32 {
    switch history {
    case .positions(let history):
      try Self.write(history.changes.count, under: Self.header, body) { row, text in
        Self.append(row, of: history, to: &text)
      }
    case .ranges(let history):
      try Self.write(history.changes.count, under: Self.rangeHeader, body) { row, text in
        Self.append(history.changes[row], to: &text)
      }
    case .prices(let history):
      try Self.write(history.rows.count, under: Self.header(of: history), body) { row, text in
        Self.append(history.rows[row], of: history, to: &text)
      }
    }
  }

  private static func write<Failure>(
    _ rows: Int, under header: String, _ body: ([UInt8]) throws(Failure) -> Void,
    append: (Int, inout ASCIIText) -> Void
  ) throws(Failure) -> Bytes32 {
    var hash = Keccak256()
    var text = ASCIIText()
    text.append(Array((header + "\n").utf8))
    for first in stride(from: 0, through: rows, by: rowsPerPiece) {
      for row in first..<min(first + rowsPerPiece, rows) { append(row, &text) }
      let piece = text.take()
      hash.update(piece)
      try body(piece)
    }
    return hash.finalize()
  }

  private static let rowsPerPiece = 4096

  /// Reads the bytes of an `events/<source>.csv`, which must be in order and in the one form.
  ///
  /// - Parameter span: the seconds that it tells of.
  public init(
    parsing bytes: [UInt8], of declaration: SourceDeclaration, span: Range<UInt64>
  ) throws(BundleError) {
    let file = declaration.eventsFile
    let history: SourceHistory =
      if let price = declaration.price {
        .prices(
          try Self.prices(bytes, file: file, span: span, hasVolumes: price.volume != nil))
      } else if declaration.series?.ranges != nil {
        .ranges(try Self.ranges(bytes, file: file, span: span))
      } else {
        .positions(try Self.positions(bytes, file: file, span: span))
      }
    self.init(declaration, history)
  }

  /// A row's time, which is 0 at the start of the span.
  static func time(
    _ reader: DataFileReader, span: Range<UInt64>
  ) throws(BundleError) -> UInt64 {
    guard let time = try reader.amount(0).asUInt64, time == 0 || span.contains(time) else {
      throw reader.error(
        .malformedRow, found: "the time \(reader.text(0).prefix(40))",
        expected: "0, or seconds from \(span.lowerBound) to \(span.upperBound - 1)")
    }
    return time
  }

  // MARK: Changes of balances

  private static let header = "time,account,change"

  private static func append(_ row: Int, of history: PositionHistory, to text: inout ASCIIText) {
    let changes = history.changes
    text.append(decimal: UInt256(changes.times[row]))
    text.append(UInt8(ascii: ","))
    text.append(hex: history.accounts[Int(changes.accounts[row])])
    text.append(UInt8(ascii: ","))
    if changes.isTaken[row] { text.append(UInt8(ascii: "-")) }
    text.append(decimal: changes.amounts[row])
    text.append(0x0A)
  }

  private static func positions(
    _ bytes: [UInt8], file: String, span: Range<UInt64>
  ) throws(BundleError) -> PositionHistory {
    var reader = try DataFileReader(bytes, file: file, header: header)
    var table = AddressTable()
    var changes = PositionChanges()
    var last: (time: UInt64, account: Address)?
    while let line = try reader.next() {
      let time = try time(reader, span: span)
      let account = try reader.account(1)
      let change = try reader.number(2)
      let isAllowed = !change.magnitude.isZero && (time > 0 || !change.isNegative)
      guard change.scale == 0, isAllowed, !account.isZero else {
        throw reader.error(
          .malformedRow, found: reader.text(2), expected: "a change of an account, not by 0")
      }
      if let last, (time, account) <= last {
        throw reader.error(
          .wrongOrder, found: "a row that belongs before the one above",
          expected: "rows by time, then by account, each once")
      }
      last = (time, account)
      var number: [UInt32] = []
      table.appendNumbers(of: [account], to: &number)
      changes.append(
        time: Timestamp(time), account: number[0], amount: change.magnitude,
        isTaken: change.isNegative, line: UInt32(clamping: line))
    }
    return PositionHistory(span: span, numbered: table.addresses, changes: changes)
  }
}
