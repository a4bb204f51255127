import BigInt
import DistributionModel
import EthereumPrimitives

/// Positions of concentrated liquidity and prices of their pool: a bundle's `events/<source>.csv`.
enum StrangerPool {
  /// The file that raw files give.
  static func text(
    of source: SourceDeclaration, _ streams: [StrangerStream], _ table: StrangerTable,
    span: Range<UInt64>
  ) throws -> [UInt8] {
    if let price = source.price { return text(try prices(streams, table, price, span: span)) }
    guard let events = source.series?.ranges else { return [] }
    return text(try ranges(streams, table, events, span: span))
  }

  // MARK: Positions

  private static let rangeHeader = "time,account,lower,upper,change"

  /// The file in its one form.
  static func text(_ history: RangeHistory) -> [UInt8] {
    let lines = history.changes.map { change in
      let position = change.position
      return "\(change.time),\(position.account.hex),\(position.lower),\(position.upper),"
        + (change.isTaken ? "-" : "") + "\(ReferenceLaw.big(change.amount))"
    }
    return whole([rangeHeader] + lines)
  }

  /// Reads the file; whether it is in its one form shows when it is written again.
  ///
  /// - Parameter span: the seconds that it tells of; 0 is the start.
  static func ranges(
    _ bytes: [UInt8], _ file: String, span: Range<UInt64>
  ) throws -> RangeHistory {
    var changes: [RangeHistory.Change] = []
    for line in try lines(bytes, file, rangeHeader) {
      let position = RangePosition(
        account: try line.account(1), lower: try line.tick(2), upper: try line.tick(3))
      let (amount, isTaken) = try line.signed(4)
      guard position.lower < position.upper, !amount.isZero else {
        throw line.malformed("a range and a change that is not by 0")
      }
      let change = RangeHistory.Change(
        time: try line.time(span), position: position, amount: amount, isTaken: isTaken, line: 0)
      if let last = changes.last, (change.time, position) <= (last.time, last.position) {
        throw line.malformed("rows by time, then by account and ticks, each once")
      }
      changes.append(change)
    }
    return RangeHistory(span: span, changes: changes)
  }

  /// What the raw files give: the sum of a position's changes at each second.
  static func ranges(
    _ streams: [StrangerStream], _ table: StrangerTable, _ events: RangeEvents,
    span: Range<UInt64>
  ) throws -> RangeHistory {
    struct Instant: Hashable {
      let time: UInt64
      let position: RangePosition
    }
    var sums: [Instant: BigInt] = [:]
    try table.eachRow(of: streams) { row in
      guard let time = try table.time(of: row), let account = try table.account(of: row) else {
        return false
      }
      let (lower, upper) = (
        try tick(row, events.columns.lower), try tick(row, events.columns.upper)
      )
      guard lower < upper else {
        throw row.place.malformed("ticks \(lower) and \(upper)", "the lower one first")
      }
      let change = try signed(row, events.columns.liquidity)
      guard time < span.upperBound else { return true }
      let instant = Instant(
        time: time < span.lowerBound ? 0 : time,
        position: RangePosition(account: account, lower: lower, upper: upper))
      sums[instant, default: 0] += change
      return true
    }
    let changes = try sums.filter { $0.value != 0 }
      .sorted { ($0.key.time, $0.key.position) < ($1.key.time, $1.key.position) }
      .map { instant, sum in
        guard let amount = word(sum.magnitude) else {
          throw VerificationFailure(
            .malformedLine, table.source.file, found: "changes of 2^256 or more",
            expected: "less than 2^256")
        }
        return RangeHistory.Change(
          time: instant.time, position: instant.position, amount: amount, isTaken: sum < 0,
          line: 0)
      }
    return RangeHistory(span: span, changes: changes)
  }

  // MARK: Prices

  private static func priceHeader(_ hasVolumes: Bool) -> String {
    hasVolumes ? "time,tick,sqrtPrice,volume" : "time,tick,sqrtPrice"
  }

  /// The file in its one form.
  static func text(_ history: PriceHistory) -> [UInt8] {
    let lines = history.rows.map { row in
      "\(row.time),\(row.tick),\(ReferenceLaw.big(row.sqrtPrice))"
        + (history.hasVolumes ? ",\(ReferenceLaw.big(row.volume))" : "")
    }
    return whole([priceHeader(history.hasVolumes)] + lines)
  }

  static func prices(
    _ bytes: [UInt8], _ file: String, _ price: PriceColumns, span: Range<UInt64>
  ) throws -> PriceHistory {
    let hasVolumes = price.volume != nil
    var rows: [PriceHistory.Row] = []
    for line in try lines(bytes, file, priceHeader(hasVolumes)) {
      let row = PriceHistory.Row(
        time: try line.time(span), tick: try line.tick(1), sqrtPrice: try line.number(2),
        volume: hasVolumes ? try line.number(3) : .zero, line: 0)
      guard ReferenceLaw.big(row.volume) < BigUInt(1) << 128, row.time > 0 || row.volume.isZero
      else { throw line.malformed("a volume below 2^128, and none before the first second") }
      if let last = rows.last, row.time < last.time || (row.time == last.time && isOne(row)) {
        throw line.malformed("rows by time")
      }
      rows.append(row)
    }
    func isOne(_ row: PriceHistory.Row) -> Bool { !hasVolumes || row.time == 0 }
    return PriceHistory(span: span, hasVolumes: hasVolumes, rows: rows)
  }

  /// What the raw files give: rows in their order, and the last one before the span at 0.
  static func prices(
    _ streams: [StrangerStream], _ table: StrangerTable, _ price: PriceColumns,
    span: Range<UInt64>
  ) throws -> PriceHistory {
    struct Quote {
      let row: PriceHistory.Row
      let order: [BigUInt]
      let place: StrangerCell.Place
    }
    var quotes: [Quote] = []
    try table.eachRow(of: streams) { row in
      func whole(_ column: String) throws -> BigUInt {
        try row.value(ColumnDeclaration(name: column, kind: .integer))
      }
      let tick = try tick(row, price.tick)
      let (root, volume) = (try whole(price.sqrtPrice), try price.volume.map(whole) ?? 0)
      guard let root = word(root), let volume = word(volume), volume >> 128 == .zero else {
        throw row.place.malformed("a volume of 2^128 or more", "less than 2^128")
      }
      let order = try price.order.map(whole)
      guard let time = try table.time(of: row) else { return false }
      guard time < span.upperBound else { return true }
      quotes.append(
        Quote(
          row: .init(time: time, tick: tick, sqrtPrice: root, volume: volume, line: 0),
          order: order, place: row.place))
      return true
    }
    quotes.sort { left, right in
      left.row.time != right.row.time
        ? left.row.time < right.row.time : left.order.lexicographicallyPrecedes(right.order)
    }
    for (first, second) in zip(quotes, quotes.dropFirst())
    where first.row.time == second.row.time && first.order == second.order {
      guard price.volume == nil, first.row == second.row else {
        throw second.place.malformed("a second price of \(second.row.time)", "an order of both")
      }
    }
    let start = quotes.last { $0.row.time < max(span.lowerBound, 1) }.map { quote in
      PriceHistory.Row(
        time: 0, tick: quote.row.tick, sqrtPrice: quote.row.sqrtPrice, volume: .zero, line: 0)
    }
    let inside = quotes.map(\.row).filter { $0.time >= max(span.lowerBound, 1) }
    let rows =
      price.volume != nil
      ? inside
      : inside.enumerated().filter { index, row in
        index + 1 == inside.count || inside[index + 1].time != row.time
      }.map(\.element)
    return PriceHistory(
      span: span, hasVolumes: price.volume != nil, rows: [start].compactMap { $0 } + rows)
  }

  // MARK: Cells

  /// A whole number with a minus sign or none.
  private static func signed(_ row: StrangerTable.Row, _ column: String) throws -> BigInt {
    let whole = ColumnDeclaration(name: column, kind: .integer)
    let (text, unit) = try row.cell(column, .value(whole))
    let isNegative = text.count > 1 && text.hasPrefix("-")
    let number = try StrangerCell.value(
      isNegative ? String(text.dropFirst()) : text, whole, unit: unit, row.place)
    return isNegative ? -BigInt(number) : BigInt(number)
  }

  private static func tick(_ row: StrangerTable.Row, _ column: String) throws -> Int32 {
    let number = try signed(row, column)
    guard number.magnitude <= BigUInt(Tick.most.magnitude) else {
      throw row.place.malformed("the tick \(number)", "at most \(Tick.most), or least the negative")
    }
    return Int32(number)
  }

  private static func word(_ number: BigUInt) -> UInt256? {
    try? UInt256(decimal: "\(number)")
  }

  private static func whole(_ lines: [String]) -> [UInt8] {
    Array(lines.map { $0 + "\n" }.joined().utf8)
  }

  // MARK: Lines

  private struct Line {
    let fields: [String]
    let file: String
    let number: Int

    func malformed(_ expected: String) -> VerificationFailure {
      VerificationFailure(
        .malformedLine, file, "line \(number)",
        found: "'\(fields.joined(separator: ",").prefix(120))'", expected: expected)
    }

    func time(_ span: Range<UInt64>) throws(VerificationFailure) -> UInt64 {
      guard let time = UInt64(fields[0]), time == 0 || span.contains(time) else {
        throw malformed("0, or seconds from \(span.lowerBound) to before \(span.upperBound)")
      }
      return time
    }

    func account(_ field: Int) throws(VerificationFailure) -> Address {
      guard let account = try? Address(fields[field]), account != .zero else {
        throw malformed("an account")
      }
      return account
    }

    func tick(_ field: Int) throws(VerificationFailure) -> Int32 {
      guard let tick = Int32(fields[field]), (Tick.least...Tick.most).contains(tick) else {
        throw malformed("a tick")
      }
      return tick
    }

    func number(_ field: Int) throws(VerificationFailure) -> UInt256 {
      guard let number = try? UInt256(decimal: fields[field]) else {
        throw malformed("a whole number")
      }
      return number
    }

    func signed(_ field: Int) throws(VerificationFailure) -> (UInt256, isNegative: Bool) {
      let isNegative = fields[field].hasPrefix("-")
      guard let number = try? UInt256(decimal: String(fields[field].dropFirst(isNegative ? 1 : 0)))
      else { throw malformed("a whole number with its sign") }
      return (number, isNegative)
    }
  }

  private static func lines(
    _ bytes: [UInt8], _ file: String, _ header: String
  ) throws(VerificationFailure) -> [Line] {
    var texts = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard texts.first == header, texts.popLast() == "" else {
      throw VerificationFailure(
        .malformedLine, file, "line 1", found: "another header, or no end", expected: header)
    }
    let count = header.split(separator: ",").count
    return try texts.enumerated().dropFirst().map { index, text throws(VerificationFailure) in
      let line = Line(
        fields: text.split(separator: ",", omittingEmptySubsequences: false).map(String.init),
        file: file, number: index + 1)
      guard line.fields.count == count else { throw line.malformed("\(count) fields") }
      return line
    }
  }
}
