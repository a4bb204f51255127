import DistributionModel
import EthereumPrimitives

/// Positions of concentrated liquidity, and the prices of their pool.
extension CanonicalEvents {
  // MARK: Ranges

  static let rangeHeader = "time,account,lower,upper,change"

  static func append(_ change: RangeHistory.Change, to text: inout ASCIIText) {
    let position = change.position
    text.append(decimal: UInt256(change.time))
    text.append(UInt8(ascii: ","))
    text.append(hex: position.account)
    text.append(
      Array((",\(position.lower),\(position.upper)," + (change.isTaken ? "-" : "")).utf8))
    text.append(decimal: change.amount)
    text.append(0x0A)
  }

  static func ranges(
    _ bytes: [UInt8], file: String, span: Range<UInt64>
  ) throws(BundleError) -> RangeHistory {
    var reader = try DataFileReader(bytes, file: file, header: rangeHeader)
    var changes: [RangeHistory.Change] = []
    while let line = try reader.next() {
      let time = try time(reader, span: span)
      let account = try reader.account(1)
      let (lower, upper) = (try tick(reader, 2), try tick(reader, 3))
      let change = try reader.number(4)
      guard change.scale == 0, !change.magnitude.isZero, lower < upper else {
        throw reader.error(
          .malformedRow, found: "\(lower), \(upper) and \(reader.text(4).prefix(90))",
          expected: "a lower tick, an upper one, and a change that is not by 0")
      }
      let position = RangePosition(account: account, lower: lower, upper: upper)
      if let last = changes.last, (time, position) <= (last.time, last.position) {
        throw reader.error(
          .wrongOrder, found: "a row that belongs before the one above",
          expected: "rows by time, then by account and ticks, each once")
      }
      changes.append(
        .init(
          time: time, position: position, amount: change.magnitude, isTaken: change.isNegative,
          line: UInt32(clamping: line)))
    }
    return RangeHistory(span: span, changes: changes)
  }

  private static func tick(
    _ reader: DataFileReader, _ field: Int
  ) throws(BundleError) -> Int32 {
    let number = try reader.number(field)
    guard number.scale == 0, let tick = Int32(reader.text(field)),
      (Tick.least...Tick.most).contains(tick)
    else {
      throw reader.error(
        .malformedRow, found: "the tick \(reader.text(field).prefix(40))",
        expected: "a whole number from \(Tick.least) to \(Tick.most)")
    }
    return tick
  }

  // MARK: Prices

  private static func priceHeader(hasVolumes: Bool) -> String {
    "time,tick,sqrtPrice" + (hasVolumes ? ",volume" : "")
  }

  static func header(of history: PriceHistory) -> String {
    priceHeader(hasVolumes: history.hasVolumes)
  }

  static func append(
    _ row: PriceHistory.Row, of history: PriceHistory, to text: inout ASCIIText
  ) {
    text.append(decimal: UInt256(row.time))
    text.append(Array(",\(row.tick),".utf8))
    text.append(decimal: row.sqrtPrice)
    if history.hasVolumes {
      text.append(UInt8(ascii: ","))
      text.append(decimal: row.volume)
    }
    text.append(0x0A)
  }

  static func prices(
    _ bytes: [UInt8], file: String, span: Range<UInt64>, hasVolumes: Bool
  ) throws(BundleError) -> PriceHistory {
    var reader = try DataFileReader(
      bytes, file: file, header: priceHeader(hasVolumes: hasVolumes))
    var rows: [PriceHistory.Row] = []
    while let line = try reader.next() {
      let time = try time(reader, span: span)
      let tick = try tick(reader, 1)
      let root = try reader.amount(2)
      let volume = hasVolumes ? try reader.amount(3) : .zero
      guard volume >> 128 == .zero, time > 0 || volume.isZero else {
        throw reader.error(
          .malformedRow, found: "the volume \(volume.decimal)",
          expected: time > 0 ? "one below 2^128" : "0 before the first second")
      }
      // Rows of one second stand in their order where each has a volume; else the last one counts.
      if let last = rows.last, hasVolumes && time > 0 ? time < last.time : time <= last.time {
        throw reader.error(
          .wrongOrder, found: "a row that belongs before the one above",
          expected: hasVolumes ? "rows by time" : "rows by time, each once")
      }
      rows.append(
        .init(
          time: time, tick: tick, sqrtPrice: root, volume: volume, line: UInt32(clamping: line)))
    }
    return PriceHistory(span: span, hasVolumes: hasVolumes, rows: rows)
  }
}
