import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

/// The raw file of a source, row by row, in whatever format it is.
struct StrangerTable {
  /// What sources in which others look something up say, by the source and the bytes of a key.
  struct Lookups {
    var accounts: [String: [[UInt8]: Address]] = [:]
    var times: [String: [[UInt8]: UInt64]] = [:]
  }

  /// A row: where it stands, and its cells by the names of their columns.
  struct Row {
    let place: StrangerCell.Place
    /// The text, and the unit that the header states.
    let cell: (String) throws -> (text: String, unit: String?)

    func text(_ column: String) throws -> String { try cell(column).text }

    func value(_ column: ColumnDeclaration) throws -> BigUInt {
      let (text, unit) = try cell(column.name)
      return try StrangerCell.value(text, column, unit: unit, place)
    }
  }

  let source: SourceDeclaration
  var lookups = Lookups()

  /// Calls `body` for every row that `where` lets count.
  ///
  /// - Parameter isForgiving: whether a row that cannot be read is left out where the plan says so.
  func eachRow(
    of stream: StrangerStream, isForgiving: Bool = false, _ body: (Row) throws -> Void
  ) throws {
    func choose(_ row: Row) throws {
      for condition in source.conditions {
        let text = try row.text(condition.column)
        guard condition.texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else { return }
      }
      try body(row)
    }
    func take(_ row: () throws -> Row) throws {
      do {
        try choose(row())
      } catch let failure as VerificationFailure {
        let isAboutOneRow = [.malformedLine, .malformedJSON].contains(failure.kind)
        guard isForgiving, source.badRows == .quarantine, isAboutOneRow else { throw failure }
      }
    }
    try stream.skipMark()
    switch source.format {
    case .csv: try eachRecord(of: stream, take)
    case .jsonl: try eachLine(of: stream, take)
    case .json: try eachEntry(of: stream, take)
    }
  }

  // MARK: What every kind of source has

  /// Whose row it is; nil where its key is not known, and it does not count.
  ///
  /// - Parameter column: where it stands; nil is the source's own column.
  func account(
    of row: Row, in column: String? = nil, allowsNobody: Bool = false
  ) throws -> Address? {
    let text = try row.text(column ?? source.accountColumn)
    guard let lookup = source.lookup else {
      return try StrangerCell.account(text, row.place, allowsNobody: allowsNobody)
    }
    if let account = lookups.accounts[lookup.source]?[Array(text.utf8)] { return account }
    guard lookup.unknownKeys == .skip else {
      throw row.place.malformed("'\(text.prefix(60))'", "a key of \(lookup.source)")
    }
    return nil
  }

  /// When it happened; nil in a source without times.
  func time(of row: Row) throws -> UInt64? {
    guard let time = source.time else { return nil }
    let text = try row.text(time.column)
    guard let table = time.table else { return try StrangerCell.time(text, row.place) }
    guard let seconds = lookups.times[table]?[Array(text.utf8)] else {
      throw row.place.malformed("'\(text.prefix(60))'", "a key of \(table)")
    }
    return seconds
  }

  /// When a row happened and the second at which it counts.
  typealias Seconds = (stated: UInt64, counted: UInt64)

  /// True where a row came late into the epoch with which a span ends.
  func isLate(_ seconds: Seconds, into span: Range<UInt64>) -> Bool {
    guard let length = source.received?.epochs.length else { return false }
    return seconds.counted != seconds.stated && seconds.counted < span.upperBound
      && span.upperBound - seconds.counted <= length
  }

  /// When a row happened and counts; nil in a source without times.
  func seconds(of row: Row) throws -> Seconds? {
    guard let time = try time(of: row) else { return nil }
    guard let rule = source.received else { return (time, time) }
    let received = try StrangerCell.time(try row.text(rule.column), row.place)
    guard received >= time else {
      throw row.place.malformed(
        "received at \(received), before it happened at \(time)", "a time from then on")
    }
    return (time, ReferenceLaw.countedSecond(of: time, received: received, rule))
  }

  // MARK: CSV

  /// The columns that are read.
  private var names: [String] {
    var names = source.conditions.map(\.column)
    names += [source.key, source.timeTable, source.time?.column, source.received?.column]
      .compactMap { $0 }
    if source.isAboutAccounts { names.append(source.accountColumn) }
    if let price = source.price {
      return names + [price.tick, price.sqrtPrice] + [price.volume].compactMap { $0 } + price.order
    }
    if let ranges = source.series?.ranges?.columns {
      return names + [ranges.lower, ranges.upper, ranges.liquidity]
    }
    guard let events = source.series?.events else { return names + values.map(\.name) }
    names += [events.amount?.name].compactMap { $0 } + events.order
    switch events.effect {
    case .change, .balance: break
    case .transfer(let target): names.append(target)
    case .kinds(let column, let kinds, let target):
      names.append(column)
      if kinds.contains(where: { $0.effect == .move }) { names.append(target) }
    }
    return names
  }

  private func eachRecord(
    of stream: StrangerStream, _ body: (() throws -> Row) throws -> Void
  ) throws {
    var columns: [String: (field: Int, unit: String?)]?
    var (width, number) = (0, 0)
    try StrangerCSV.eachRecord(of: stream) { record in
      number += 1
      let place = StrangerCell.Place(file: stream.name, line: "record \(number)")
      guard let columns else {
        columns = try self.columns(record, place)
        width = record.count
        return
      }
      try body {
        guard record.count == width else {
          throw place.malformed(record.count.counted("field"), "\(width)")
        }
        return Row(place: place) { name in
          guard let column = columns[name] else { throw place.malformed("no '\(name)'", "one") }
          return (record.text(column.field), column.unit)
        }
      }
    }
  }

  /// Where the columns stand that are read, and the units that the header states.
  private func columns(
    _ header: StrangerCSV.Record, _ place: StrangerCell.Place
  ) throws -> [String: (field: Int, unit: String?)] {
    let titles = (0..<header.count).map(header.text)
    var columns: [String: (field: Int, unit: String?)] = [:]
    for name in names {
      let units = [nil, "token", "base"]
      let found = titles.indices.lazy.compactMap { field in
        units.first { titles[field] == name + ($0.map { ":" + $0 } ?? "") }
          .map { (field: field, unit: $0) }
      }.first
      guard let found else {
        throw VerificationFailure(
          .malformedLine, place.file, "line 1", found: titles.joined(separator: ","),
          expected: "a column \(name)")
      }
      columns[name] = found
    }
    return columns
  }

  // MARK: JSON

  private func eachLine(
    of stream: StrangerStream, _ body: (() throws -> Row) throws -> Void
  ) throws {
    var number = 0
    try stream.eachLine { line in
      number += 1
      let line = line.last == 0x0D ? line.dropLast() : line
      guard !line.isEmpty else { return }
      let place = StrangerCell.Place(file: stream.name, line: "line \(number)")
      try body {
        let object = try StrangerFiles.json(StrangerFiles.quotingNumbers(line), stream.name)
        return Row(place: place) { try (text(object[$0], $0, place), nil) }
      }
    }
  }

  /// The rows of one JSON text.
  private func eachEntry(
    of stream: StrangerStream, _ body: (() throws -> Row) throws -> Void
  ) throws {
    let file = stream.name
    var value = try StrangerFiles.jsonValue(StrangerFiles.quotingNumbers(stream.all()[...]), file)
    let whole = StrangerCell.Place(file: file, line: "the whole")
    for name in source.within {
      guard let inner = (value as? [String: Any])?[name] else {
        throw whole.malformed("no member '\(name)'", "one")
      }
      value = inner
    }
    if let list = value as? [Any] {
      for (number, entry) in list.enumerated() {
        let place = StrangerCell.Place(file: file, line: "entry \(number + 1)")
        try body {
          guard let object = entry as? [String: Any] else {
            throw place.malformed("no object", "one")
          }
          return Row(place: place) { try (text(object[$0], $0, place), nil) }
        }
      }
    } else if let members = value as? [String: Any] {
      for (account, entry) in members {
        let place = StrangerCell.Place(file: file, line: "member '\(account.prefix(60))'")
        let object = entry as? [String: Any] ?? values.first.map { [$0.name: entry] } ?? [:]
        try body {
          Row(place: place) { name in
            if name == source.accountColumn { return (account, nil) }
            return try (text(object[name], name, place), nil)
          }
        }
      }
    } else {
      throw whole.malformed("neither a list nor an object", "one of them")
    }
  }

  /// The columns whose cells are values.
  private var values: [ColumnDeclaration] {
    if let observed = source.observed { return [observed] }
    return source.series == nil
      ? source.columns : [source.series?.events?.amount].compactMap { $0 }
  }

  /// A member's text; true and false are texts where a row is chosen by them.
  private func text(
    _ member: Any?, _ name: String, _ place: StrangerCell.Place
  ) throws -> String {
    if let text = member as? String { return text }
    let column = values.first { $0.name == name }
    if member is NSNull, column?.empty == .zero { return "" }
    let isValue = column != nil || name == source.accountColumn
    if let truth = member as? Bool, !isValue { return truth ? "true" : "false" }
    throw place.malformed("no text or number '\(name)'", "one")
  }
}
