import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

/// A source's file as its author published it.
extension StrangerRow {
  /// Accounts by the bytes of their keys.
  typealias Keys = [[UInt8]: Address]

  /// A cell by the name of its column, with the unit that the header states.
  private typealias Cell = (String) throws -> (text: String, unit: String?)

  /// The rows that count, in any order.
  static func raw(
    _ bytes: [UInt8], _ source: SourceDeclaration, keys: Keys = [:]
  ) throws -> [StrangerRow] {
    var rows: [StrangerRow] = []
    try eachRow(of: bytes, source) { place, cell in
      guard let account = try account(source, keys, place, cell) else { return }
      var values: [BigUInt] = []
      for column in source.columns {
        let (text, unit) = try cell(column.name)
        values.append(try StrangerCell.value(text, column, unit: unit, place))
      }
      rows.append(StrangerRow(account: account, values: values))
    }
    return rows
  }

  /// The accounts of a source by its key.
  static func keys(
    _ bytes: [UInt8], _ source: SourceDeclaration, keys: Keys
  ) throws -> Keys {
    var result: Keys = [:]
    try eachRow(of: bytes, source) { place, cell in
      guard let key = source.key, let account = try account(source, keys, place, cell) else {
        return
      }
      let text = try cell(key).text
      guard result.updateValue(account, forKey: Array(text.utf8)) == nil else {
        throw place.malformed("the key '\(text.prefix(60))' again", "each key once")
      }
    }
    return result
  }

  /// Whose row it is; nil where it does not count.
  private static func account(
    _ source: SourceDeclaration, _ keys: Keys, _ place: StrangerCell.Place, _ cell: Cell
  ) throws -> Address? {
    for condition in source.conditions {
      let text = try cell(condition.column).text
      guard condition.texts.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else {
        return nil
      }
    }
    let text = try cell(source.accountColumn).text
    guard let lookup = source.lookup else { return try StrangerCell.account(text, place) }
    if let account = keys[Array(text.utf8)] { return account }
    guard lookup.unknownKeys == .skip else {
      throw place.malformed("'\(text.prefix(60))'", "a key of \(lookup.source)")
    }
    return nil
  }

  private static func eachRow(
    of bytes: [UInt8], _ source: SourceDeclaration,
    _ body: (StrangerCell.Place, Cell) throws -> Void
  ) throws {
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    switch source.format {
    case .csv: try eachRecord(of: bytes, source, body)
    case .jsonl: try eachLine(of: bytes, source, body)
    case .json: try eachEntry(of: bytes, source, body)
    }
  }

  private static func eachRecord(
    of bytes: [UInt8], _ source: SourceDeclaration,
    _ body: (StrangerCell.Place, Cell) throws -> Void
  ) throws {
    var records = StrangerCSV.records(bytes)
    guard !records.isEmpty else { return }
    let header = records.removeFirst()
    func place(of name: String) throws -> (field: Int, unit: String?) {
      for (field, title) in header.enumerated() {
        if title == name { return (field, nil) }
        for unit in ["token", "base"] where title == "\(name):\(unit)" { return (field, unit) }
      }
      throw VerificationFailure(
        .malformedLine, source.file, "line 1", found: header.joined(separator: ","),
        expected: "a column \(name)")
    }
    let names =
      [source.accountColumn] + source.columns.map(\.name) + source.conditions.map(\.column)
      + [source.key].compactMap { $0 }
    let places = try Dictionary(names.map { ($0, try place(of: $0)) }) { first, _ in first }
    for (number, record) in records.enumerated() {
      let file = StrangerCell.Place(file: source.file, line: "record \(number + 2)")
      guard record.count == header.count else {
        throw file.malformed(record.count.counted("field"), "\(header.count)")
      }
      try body(file) { name in
        guard let place = places[name] else { throw file.malformed("no '\(name)'", "one") }
        return (record[place.field], place.unit)
      }
    }
  }

  private static func eachLine(
    of bytes: [UInt8], _ source: SourceDeclaration,
    _ body: (StrangerCell.Place, Cell) throws -> Void
  ) throws {
    let lines = StrangerFiles.lines(bytes).map { $0.last == 0x0D ? $0.dropLast() : $0 }
    for (number, line) in lines.enumerated() where !line.isEmpty {
      let file = StrangerCell.Place(file: source.file, line: "line \(number + 1)")
      let object = try StrangerFiles.json(StrangerFiles.quotingNumbers(line), source.file)
      try body(file) { try (text(object[$0], $0, source, file), nil) }
    }
  }

  /// The rows of one JSON text.
  private static func eachEntry(
    of bytes: [UInt8], _ source: SourceDeclaration,
    _ body: (StrangerCell.Place, Cell) throws -> Void
  ) throws {
    var value = try StrangerFiles.jsonValue(
      StrangerFiles.quotingNumbers(bytes[...]), source.file)
    let whole = StrangerCell.Place(file: source.file, line: "the whole")
    for name in source.within {
      guard let inner = (value as? [String: Any])?[name] else {
        throw whole.malformed("no member '\(name)'", "one")
      }
      value = inner
    }
    if let list = value as? [Any] {
      for (number, entry) in list.enumerated() {
        let file = StrangerCell.Place(file: source.file, line: "entry \(number + 1)")
        guard let object = entry as? [String: Any] else {
          throw file.malformed("no object", "one")
        }
        try body(file) { try (text(object[$0], $0, source, file), nil) }
      }
    } else if let members = value as? [String: Any] {
      for (account, entry) in members {
        let file = StrangerCell.Place(file: source.file, line: "member '\(account.prefix(60))'")
        let object = entry as? [String: Any] ?? source.columns.first.map { [$0.name: entry] } ?? [:]
        try body(file) { name in
          if name == source.accountColumn { return (account, nil) }
          return try (text(object[name], name, source, file), nil)
        }
      }
    } else {
      throw whole.malformed("neither a list nor an object", "one of them")
    }
  }

  /// A member's text; true and false are texts where a row is chosen by them.
  private static func text(
    _ member: Any?, _ name: String, _ source: SourceDeclaration, _ place: StrangerCell.Place
  ) throws -> String {
    if let text = member as? String { return text }
    let column = source.columns.first { $0.name == name }
    if member is NSNull, column?.empty == .zero { return "" }
    let isValue = column != nil || name == source.accountColumn
    if let truth = member as? Bool, !isValue { return truth ? "true" : "false" }
    throw place.malformed("no text or number '\(name)'", "one")
  }
}
