import BigInt
import DistributionModel
import EthereumPrimitives
import Foundation

/// A row of a source: an account and the values of the declared columns.
struct StrangerRow {
  let account: Address
  let values: [BigUInt]

  // MARK: The bundle's canonical inputs

  static func header(_ source: SourceDeclaration) -> String {
    let columns = source.columns.map(\.name)
    return ((source.hasAccounts ? ["account"] : []) + columns).joined(separator: ",")
  }

  /// Reads `inputs/<source>.csv`; its rows must be in order.
  static func canonical(
    _ bytes: [UInt8], _ source: SourceDeclaration, _ file: String
  ) throws -> [StrangerRow] {
    var rows: [StrangerRow] = []
    for line in try StrangerLine.lines(of: bytes, header(source), file) {
      rows.append(
        StrangerRow(
          account: source.hasAccounts ? try line.account(0) : .zero,
          values: try source.columns.indices.map {
            try line.number(source.hasAccounts ? $0 + 1 : $0)
          }))
    }
    let sorted = canonicalText(rows, source)
    guard sorted == bytes else {
      throw VerificationReport.Difference(
        what: "order of rows", place: file, published: "another order or form",
        recomputed: "rows by account, then by values; lower case; no leading zeros",
        reason: "The order never depends on where a row stood in a file.")
    }
    let twice = zip(rows, rows.dropFirst()).first { $0.account == $1.account }
    if let account = twice?.0.account, source.duplicates == .refuse {
      throw VerificationReport.Difference(
        what: "rows of \(account)", place: file, published: "several", recomputed: "one",
        reason: "The source \(source.name) refuses several rows of one account.")
    }
    return rows
  }

  /// Rows as the canonical file has them: sorted by account, then by values.
  static func canonicalText(_ rows: [StrangerRow], _ source: SourceDeclaration) -> [UInt8] {
    let sorted = rows.sorted { left, right in
      left.account == right.account
        ? left.values.lexicographicallyPrecedes(right.values) : left.account < right.account
    }
    var text = Array((header(source) + "\n").utf8)
    for row in sorted {
      let account = source.hasAccounts ? [row.account.hex] : []
      text += Array((account + row.values.map(\.description)).joined(separator: ",").utf8)
      text.append(0x0A)
    }
    return text
  }
}

/// Single cells of raw files.
enum StrangerCell {
  struct Place {
    let file: String
    let line: String

    func malformed(_ found: String, _ expected: String) -> VerificationFailure {
      VerificationFailure(.malformedLine, file, line, found: found, expected: expected)
    }
  }

  /// - Parameter allowsNobody: the zero address is one too.
  static func account(
    _ text: String, _ place: Place, allowsNobody: Bool = false
  ) throws -> Address {
    guard let account = try? Address(text), !account.isZero || allowsNobody else {
      throw place.malformed("'\(text.prefix(60))'", "an account")
    }
    return account
  }

  /// A text without blanks around it.
  static func text(_ text: String, _ place: Place) throws -> String {
    let isBlank: (UInt8?) -> Bool = { $0 == 0x20 || $0 == 0x09 }
    guard !isBlank(text.utf8.first), !isBlank(text.utf8.last) else {
      throw place.malformed("'\(text.prefix(60))'", "a text without blanks around it")
    }
    return text
  }

  static func time(_ text: String, _ place: Place) throws -> UInt64 {
    guard let seconds = StrangerTime.seconds(text) else {
      throw place.malformed("'\(text.prefix(60))'", StrangerTime.expected)
    }
    return seconds
  }

  /// A value that may have a minus sign.
  static func signed(
    _ text: String, _ column: ColumnDeclaration, unit: String?, _ place: Place
  ) throws -> BigInt {
    let isNegative = text.utf8.first == 0x2D
    let digits = isNegative ? String(text.dropFirst()) : text
    guard !isNegative || !digits.isEmpty else { throw place.malformed("'-'", "a number") }
    let value = BigInt(try value(digits, column, unit: unit, place))
    return isNegative ? -value : value
  }

  static func value(
    _ text: String, _ column: ColumnDeclaration, unit: String?, _ place: Place
  ) throws -> BigUInt {
    if text.isEmpty, column.empty == .zero { return 0 }
    if column.kind == .address {
      guard let address = try? Address(text) else {
        throw place.malformed("'\(text.prefix(60))'", "an address")
      }
      return BigUInt(Data(address.bytes))
    }
    if column.kind == .time { return BigUInt(try time(text, place)) }
    if column.kind == .word {
      guard let word = Word(text) else {
        throw place.malformed("'\(text.prefix(60))'", "1 to 32 signs of ASCII")
      }
      return ReferenceLaw.big(word.number)
    }
    if case .decimal(let format) = column.kind {
      guard let value = StrangerDecimal.value(text, format), value < ReferenceLaw.bound else {
        throw place.malformed(
          "'\(text.prefix(90))'", "a decimal number of \(format.places.counted("place"))")
      }
      return value
    }
    guard text.first != "0" || ["", "."].contains(text.dropFirst().prefix(1)) else {
      throw place.malformed("'\(text.prefix(90))'", "a number without zeros before it")
    }
    var digits = text
    if case .amount(_, let decimals, let planned) = column.kind,
      (unit ?? planned?.rawValue) == "token"
    {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let fraction = parts.count == 2 ? String(parts[1]) : ""
      guard parts.count <= 2, fraction.count <= decimals, !parts[0].isEmpty,
        parts.count == 1 || !fraction.isEmpty
      else {
        throw place.malformed("'\(text.prefix(90))'", "at most \(decimals.counted("decimal"))")
      }
      digits = parts[0] + fraction + String(repeating: "0", count: decimals - fraction.count)
    }
    // 2^256 has 78 digits; a whole token below 1 leads with one zero, and longer ones take longer
    // than linear time to read.
    let whole = text.prefix { $0 != "." }
    guard (1...79).contains(digits.utf8.count), whole == "0" || whole.first != "0",
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = BigUInt(digits),
      value < ReferenceLaw.bound
    else { throw place.malformed("'\(text.prefix(90))'", "a number below 2^256") }
    return value
  }
}

/// A line of one of the bundle's CSV files.
struct StrangerLine {
  let fields: [ArraySlice<UInt8>]
  let file: String
  let number: Int

  /// The lines after the header, which must be `header`.
  static func lines(
    of bytes: [UInt8], _ header: String, _ file: String
  ) throws(VerificationFailure) -> [StrangerLine] {
    let all = StrangerFiles.lines(bytes)
    guard let first = all.first, first.elementsEqual(header.utf8) else {
      throw VerificationFailure(
        .malformedLine, file, "line 1", found: "another header", expected: header)
    }
    let columns = header.split(separator: ",").count
    var lines: [StrangerLine] = []
    lines.reserveCapacity(all.count)
    for (index, line) in all.dropFirst().enumerated() {
      let fields = line.split(separator: 0x2C, omittingEmptySubsequences: false)
      guard fields.count == columns else {
        throw VerificationFailure(
          .malformedLine, file, "line \(index + 2)", found: fields.count.counted("field"),
          expected: "\(columns)")
      }
      lines.append(StrangerLine(fields: fields, file: file, number: index + 2))
    }
    return lines
  }

  func text(_ field: Int) -> String { String(decoding: fields[field], as: UTF8.self) }

  func account(_ field: Int) throws(VerificationFailure) -> Address {
    guard let account = try? Address(text(field)) else { throw malformed(field, "an account") }
    return account
  }

  func number(_ field: Int) throws(VerificationFailure) -> BigUInt {
    let digits = fields[field]
    guard digits.count <= 78, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = BigUInt(text(field)), value < ReferenceLaw.bound
    else { throw malformed(field, "a number below 2^256") }
    return value
  }

  private func malformed(_ field: Int, _ expected: String) -> VerificationFailure {
    VerificationFailure(
      .malformedLine, file, "line \(number)", found: "'\(text(field).prefix(60))'",
      expected: expected)
  }
}
