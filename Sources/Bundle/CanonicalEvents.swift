import DistributionModel
import EthereumPrimitives

/// The changes of a series in the order that everybody agrees on: by time, then by account.
public struct CanonicalEvents: Sendable {
  static let header = "time,account,change"

  public let declaration: SourceDeclaration
  public let history: PositionHistory
  /// The bytes of `events/<source>.csv`.
  public let bytes: [UInt8]

  public var fileName: String { declaration.eventsFile }

  public init(_ declaration: SourceDeclaration, _ history: PositionHistory) {
    let changes = history.changes
    var text = ASCIIText(capacity: 80 * changes.count + 32)
    text.append(Array((Self.header + "\n").utf8))
    for row in 0..<changes.count {
      text.append(decimal: UInt256(changes.times[row]))
      text.append(UInt8(ascii: ","))
      text.append(hex: history.accounts[Int(changes.accounts[row])])
      text.append(UInt8(ascii: ","))
      if changes.isTaken[row] { text.append(UInt8(ascii: "-")) }
      text.append(decimal: changes.amounts[row])
      text.append(0x0A)
    }
    self.declaration = declaration
    self.history = history
    bytes = text.bytes()
  }

  /// Reads the bytes of an `events/<source>.csv`, which must be in order and in the one form.
  ///
  /// - Parameter span: the seconds that it tells of.
  public init(
    parsing bytes: [UInt8], of declaration: SourceDeclaration, span: Range<UInt64>
  ) throws(BundleError) {
    let file = declaration.eventsFile
    var reader = try DataFileReader(bytes, file: file, header: Self.header)
    var table = AddressTable()
    var changes = PositionChanges()
    var last: (time: UInt64, account: Address)?
    while let line = try reader.next() {
      guard let time = try reader.amount(0).asUInt64, time == 0 || span.contains(time) else {
        throw reader.error(
          .malformedRow, found: "the time \(reader.text(0).prefix(40))",
          expected: "0, or seconds from \(span.lowerBound) to \(span.upperBound - 1)")
      }
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
    self.init(
      declaration, PositionHistory(span: span, numbered: table.addresses, changes: changes))
  }
}
