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

  /// How a cell is meant: JSON's `null` and truths are no numbers, and may be texts.
  enum Meaning {
    case subject, text
    case value(ColumnDeclaration)
  }

  /// A row: where it stands, and its cells by the names of their columns.
  struct Row {
    let place: StrangerCell.Place
    /// The text, and the unit that the header states.
    let cell: (String, Meaning) throws -> (text: String, unit: String?)

    /// A text that is compared with others; blanks around it would not show.
    func text(_ column: String) throws -> String {
      try StrangerCell.text(cell(column, .text).text, place)
    }

    /// A text that may not be empty.
    func key(_ column: String, _ meaning: Meaning = .text) throws -> String {
      let text = try StrangerCell.text(cell(column, meaning).text, place)
      guard !text.isEmpty else { throw place.malformed("nothing", "a key") }
      return text
    }

    func value(_ column: ColumnDeclaration) throws -> BigUInt {
      let (text, unit) = try cell(column.name, .value(column))
      return try StrangerCell.value(text, column, unit: unit, place)
    }
  }

  let source: SourceDeclaration
  var lookups = Lookups()

  /// Calls `body` for every row that `where` lets count. A row that cannot be read is left out
  /// where the plan says so.
  ///
  /// - Parameter body: says whether the row counts.
  /// - Returns: how many rows count.
  func eachRow(of stream: StrangerStream, _ body: (Row) throws -> Bool) throws -> Int {
    var count = 0
    func take(_ row: () throws -> Row) throws {
      do {
        let row = try row()
        if try isChosen(row), try body(row) { count += 1 }
      } catch let failure as VerificationFailure {
        let isAboutOneRow = [.malformedLine, .malformedJSON].contains(failure.kind)
        guard source.badRows == .quarantine, isAboutOneRow else { throw failure }
      }
    }
    try stream.skipMark()
    switch source.format {
    case .csv: try eachRecord(of: stream, take)
    case .jsonl: try eachLine(of: stream, take)
    case .json: try eachEntry(of: stream, take)
    }
    return count
  }

  /// The rows of all files of a source; where none counts, it is most often the wrong file.
  func eachRow(of streams: [StrangerStream], _ body: (Row) throws -> Bool) throws {
    let count = try streams.reduce(0) { try $0 + eachRow(of: $1, body) }
    guard count > 0 || source.noRows == .allow else {
      throw VerificationFailure(
        .malformedLine, source.file, found: "no row that counts", expected: "at least one")
    }
  }

  private func isChosen(_ row: Row) throws -> Bool {
    for condition in source.conditions {
      let text = try row.text(condition.column)
      guard condition.texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
        return false
      }
    }
    return true
  }

  // MARK: What every kind of source has

  /// Whose row it is; nil where its key is not known, and it does not count.
  ///
  /// - Parameter column: where it stands; nil is the source's own column.
  func account(
    of row: Row, in column: String? = nil, allowsNobody: Bool = false
  ) throws -> Address? {
    let (column, meaning): (String, Meaning) =
      column.map { ($0, .text) } ?? (source.accountColumn, .subject)
    guard let lookup = source.lookup else {
      let text = try row.cell(column, meaning).text
      return try StrangerCell.account(text, row.place, allowsNobody: allowsNobody)
    }
    let key = try row.key(column, meaning)
    if let account = lookups.accounts[lookup.source]?[Array(key.utf8)] { return account }
    guard lookup.unknownKeys == .skip else {
      throw row.place.malformed("'\(key.prefix(60))'", "a key of \(lookup.source)")
    }
    return nil
  }

  /// When it happened; nil in a source without times.
  func time(of row: Row) throws -> UInt64? {
    guard let time = source.time else { return nil }
    let meaning = time.column == subject ? Meaning.subject : .text
    guard let table = time.table else {
      return try StrangerCell.time(row.cell(time.column, meaning).text, row.place)
    }
    let key = try row.key(time.column, meaning)
    guard let seconds = lookups.times[table]?[Array(key.utf8)] else {
      throw row.place.malformed("'\(key.prefix(60))'", "a key of \(table)")
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
    let received = try StrangerCell.time(try row.cell(rule.column, .text).text, row.place)
    guard received >= time else {
      throw row.place.malformed(
        "received at \(received), before it happened at \(time)", "a time from then on")
    }
    return (time, ReferenceLaw.countedSecond(of: time, received: received, rule))
  }

  /// What a row is about: its account, or what stands in the place of one.
  var subject: String {
    if let price = source.price { return price.tick }
    if source.observed != nil, let time = source.time { return time.column }
    return source.timeTable != nil ? source.key ?? "" : source.accountColumn
  }

  /// The columns whose cells are values.
  private var values: [ColumnDeclaration] {
    func whole(_ names: [String?]) -> [ColumnDeclaration] {
      names.compactMap { $0 }.map { ColumnDeclaration(name: $0, kind: .integer) }
    }
    if let observed = source.observed { return [observed] }
    if let times = source.timeTable { return [ColumnDeclaration(name: times, kind: .time)] }
    if let price = source.price { return whole([price.sqrtPrice, price.volume] + price.order) }
    if let columns = source.series?.ranges?.columns {
      return whole([columns.lower, columns.upper, columns.liquidity])
    }
    guard let events = source.series?.events else { return source.columns }
    let order = events.effect == .balance ? events.order : []
    return [events.amount].compactMap { $0 } + whole(order)
  }

  /// The columns that are read.
  private var names: [String] {
    var names = [subject] + values.map(\.name) + source.conditions.map(\.column)
    names += [source.key, source.time?.column, source.received?.column].compactMap { $0 }
    switch source.series?.events?.effect {
    case nil, .change, .balance: break
    case .transfer(let target): names.append(target)
    case .kinds(let column, let kinds, let target):
      names.append(column)
      if kinds.contains(where: { $0.effect == .move }) { names.append(target) }
    }
    return names
  }

  // MARK: CSV

  private func eachRecord(
    of stream: StrangerStream, _ body: (() throws -> Row) throws -> Void
  ) throws {
    var columns: [String: (field: Int, unit: String?)]?
    var (width, number) = (0, 0)
    try StrangerCSV.eachRecord(of: stream) { record in
      number += 1
      let place = StrangerCell.Place(
        file: stream.name, line: number == 1 ? "line 1" : "record \(number)")
      guard let columns else {
        if let problem = record.problem { throw place.malformed(problem, "the names of columns") }
        columns = try self.columns((0..<record.count).map(record.text), place)
        width = record.count
        return
      }
      try body {
        if let problem = record.problem { throw place.malformed(problem, "a row") }
        guard record.count == width else {
          throw place.malformed(record.count.counted("field"), "\(width)")
        }
        return Row(place: place) { name, _ in
          guard let column = columns[name] else { throw place.malformed("no '\(name)'", "one") }
          return (record.text(column.field), column.unit)
        }
      }
    }
    guard columns != nil else {
      throw VerificationFailure(
        .malformedLine, stream.name, found: "nothing", expected: "the names of columns")
    }
  }

  /// Where the columns stand that are read, and the units that the header states.
  private func columns(
    _ titles: [String], _ place: StrangerCell.Place
  ) throws -> [String: (field: Int, unit: String?)] {
    let names = names
    var columns: [String: (field: Int, unit: String?)] = [:]
    var seen: Set<String> = []
    for (field, title) in titles.enumerated() {
      var (name, unit) = (title, String?.none)
      if let colon = title.lastIndex(of: ":"), names.contains(String(title[..<colon])) {
        (name, unit) = (String(title[..<colon]), String(title[title.index(after: colon)...]))
        try checkUnit(unit, of: name, place)
      }
      guard seen.insert(name).inserted else {
        throw place.malformed("the column '\(name.prefix(60))' again", "each column once")
      }
      columns[name] = (field, unit)
    }
    for name in names where columns[name] == nil {
      let found = titles.joined(separator: ",").prefix(200)
      throw place.malformed("\(found)", "a column \(name)")
    }
    return columns
  }

  /// Only amounts have units, of which the plan may say one.
  private func checkUnit(
    _ unit: String?, of name: String, _ place: StrangerCell.Place
  ) throws(VerificationFailure) {
    for column in values where column.name == name {
      guard case .amount(_, _, let planned) = column.kind else { continue }
      let allowed = planned.map { [$0.rawValue] } ?? ["token", "base"]
      if let unit, allowed.contains(unit) { return }
    }
    throw place.malformed("'\(name):\(unit ?? "")'", "another unit, or none")
  }

  // MARK: JSON

  private func eachLine(
    of stream: StrangerStream, _ body: (() throws -> Row) throws -> Void
  ) throws {
    var number = 0
    var blank: Int?
    var seen: Set<String> = []
    try stream.eachLine { line in
      number += 1
      let place = StrangerCell.Place(file: stream.name, line: "line \(number)")
      var text = line
      let isEnded = text.last == 0x0A
      if isEnded { text.removeLast() }
      guard text.count <= StrangerCSV.longest else {
        throw place.malformed("more than \(StrangerCSV.longest) bytes", "at most that many")
      }
      if isEnded, text.last == 0x0D { text.removeLast() }
      guard !text.isEmpty else {
        blank = blank ?? number
        return
      }
      guard blank == nil else { throw place.malformed("a blank line before it", "rows alone") }
      let object = text.contains(0x0D) ? nil : StrangerJSON.parse(text).flatMap(Self.small)
      try checkWidth(object, &seen, place)
      try body { try row(object, place) }
    }
    guard number > 0 && blank != 1 || source.noRows == .allow else {
      throw VerificationFailure(
        .malformedLine, stream.name, found: "nothing", expected: "at least one row")
    }
  }

  /// The rows of one JSON text.
  private func eachEntry(
    of stream: StrangerStream, _ body: (() throws -> Row) throws -> Void
  ) throws {
    let whole = StrangerCell.Place(file: stream.name, line: "the whole")
    guard var value = StrangerJSON.parse(try stream.all()[...]) else {
      throw VerificationFailure(
        .malformedJSON, stream.name, found: "something else", expected: "JSON")
    }
    for name in source.within {
      let members = try Self.members(of: value, whole)
      for member in members where member.name != name && member.value.levels > 64 {
        throw whole.malformed("more than 64 levels", "at most that many")
      }
      guard let inner = value[name] else { throw whole.malformed("no member '\(name)'", "one") }
      value = inner
    }
    var seen: Set<String> = []
    func take(
      _ entry: StrangerJSON, _ title: String, _ row: (StrangerCell.Place) throws -> StrangerJSON
    ) throws {
      let place = StrangerCell.Place(file: stream.name, line: title)
      guard Self.small(entry) != nil else {
        throw place.malformed("too large a row", "a smaller one")
      }
      let object = try row(place)
      try checkWidth(object, &seen, place)
      try body { try self.row(object, place) }
    }
    if case .list(let list) = value {
      for (number, entry) in list.enumerated() {
        try take(entry, "entry \(number + 1)") { _ in entry }
      }
    } else {
      for member in try Self.members(of: value, whole) {
        try take(member.value, "member '\(member.name.prefix(60))'") { try row(of: member, $0) }
      }
    }
  }

  /// nil for a row of too many levels or values.
  private static func small(_ row: StrangerJSON) -> StrangerJSON? {
    row.levels <= 8 && row.count <= 1024 ? row : nil
  }

  /// The members of an object, no two of whose names look alike.
  private static func members(
    of value: StrangerJSON, _ place: StrangerCell.Place
  ) throws(VerificationFailure) -> [StrangerJSON.Member] {
    guard let members = value.members else {
      throw place.malformed("neither a list nor an object", "one of them")
    }
    guard Set(members.map(\.name)).count == members.count else {
      throw place.malformed("a name in two spellings of the same letters", "each name once")
    }
    return members
  }

  /// What an object from accounts to their values says of one: a value, or an object of some.
  private func row(
    of member: StrangerJSON.Member, _ place: StrangerCell.Place
  ) throws(VerificationFailure) -> StrangerJSON {
    let values = values
    guard member.value.members != nil || values.count <= 1 else {
      throw place.malformed("one value", "\(values.count)")
    }
    var members = member.value.members ?? values.map { .init(name: $0.name, value: member.value) }
    members.removeAll { $0.name.utf8.elementsEqual(subject.utf8) }
    return .object(members + [.init(name: subject, value: .text(member.name))])
  }

  /// Members of one row, and different ones of all rows.
  private func checkWidth(
    _ row: StrangerJSON?, _ seen: inout Set<String>, _ place: StrangerCell.Place
  ) throws(VerificationFailure) {
    guard let members = row?.members else { return }
    var names: Set<String> = []
    for member in members { names.insert(member.name) }
    if members.count <= StrangerCSV.mostFields {
      guard names.count == members.count else { return }
      for name in names where !seen.contains(name) { seen.insert(name) }
    }
    guard max(seen.count, members.count) <= StrangerCSV.mostFields else {
      throw place.malformed("more than \(StrangerCSV.mostFields) names", "at most that many")
    }
  }

  private func row(_ value: StrangerJSON?, _ place: StrangerCell.Place) throws -> Row {
    guard let value, value.members != nil else {
      throw VerificationFailure(
        .malformedJSON, place.file, place.line, found: "something else", expected: "a JSON object")
    }
    _ = try Self.members(of: value, place)
    return Row(place: place) { name, meaning in
      let member = value[name]
      if let text = member?.cell { return (text, nil) }
      switch (member, meaning) {
      case (.truth(let truth)?, .text): return (truth ? "true" : "false", nil)
      case (.nothing?, .value(let column)) where column.empty == .zero: return ("", nil)
      default: throw place.malformed("no text or number '\(name)'", "one")
      }
    }
  }
}
