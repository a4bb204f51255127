import DistributionModel
import EthereumPrimitives

/// A source's rows in the order that everybody agrees on: by account, then by values; observations
/// by time, then by value.
public struct CanonicalInput: Sendable {
  public let declaration: SourceDeclaration
  /// Sorted; `lines` stay with their rows.
  public let rows: SourceRows
  /// The bytes of `inputs/<source>.csv`, or of `inputs/<source>.jsonl` where it has statements.
  public let bytes: [UInt8]
  /// From what the rows are computed, where they are those of a series with a file.
  public var events: CanonicalEvents?

  public var fileName: String { declaration.canonicalFile }

  /// Sorts rows that were read in any order. Equal rows keep the order of their lines, which shows
  /// in the lines only.
  public init(_ declaration: SourceDeclaration, sorting rows: SourceRows) {
    guard declaration.statements == nil else {
      self.init(declaration, sortingStatements: rows)
      return
    }
    self.init(declaration, sorted: rows.inCanonicalOrder)
  }

  init(_ declaration: SourceDeclaration, rows: SourceRows, bytes: [UInt8]) {
    self.declaration = declaration
    self.rows = rows
    self.bytes = bytes
  }

  init(_ declaration: SourceDeclaration, sorted rows: SourceRows) {
    let columns = rows.values
    let digits = columns.reduce(0) { $0 + 1 + ($1.max() ?? .zero).decimal.utf8.count }
    var text = ASCIIText(capacity: rows.count * (44 + digits))
    text.append(Array(Self.header(declaration).utf8))
    text.append(0x0A)
    for (row, account) in rows.accounts.enumerated() {
      if declaration.hasAccounts { text.append(hex: account) }
      for column in columns.indices {
        if column > 0 || declaration.hasAccounts { text.append(UInt8(ascii: ",")) }
        text.append(decimal: columns[column][row])
      }
      text.append(0x0A)
    }
    self.init(declaration, rows: rows, bytes: text.bytes())
  }

  static func header(_ declaration: SourceDeclaration) -> String {
    let columns = declaration.columns.map(\.name)
    return ((declaration.hasAccounts ? ["account"] : []) + columns).joined(separator: ",")
  }

  /// Reads the bytes of an `inputs/<source>.csv`, which must be in order and in the one form.
  public init(
    parsing bytes: [UInt8], of declaration: SourceDeclaration
  ) throws(BundleError) {
    guard declaration.statements == nil else {
      try self.init(parsingStatements: bytes, of: declaration)
      return
    }
    let file = declaration.canonicalFile
    var reader = try DataFileReader(bytes, file: file, header: Self.header(declaration))
    var rows = SourceRows(source: declaration.name, columnCount: declaration.columns.count)
    var row = [UInt256](repeating: .zero, count: declaration.columns.count)
    var last: (Address, [UInt256])?
    let first = declaration.hasAccounts ? 1 : 0
    while let line = try reader.next() {
      let account = first == 0 ? .zero : try reader.account(0)
      for (column, declared) in declaration.columns.enumerated() {
        row[column] = try reader.amount(column + first)
        guard let expected = Self.expected(row[column], declared.kind) else { continue }
        throw reader.error(.malformedRow, found: row[column].decimal, expected: expected)
      }
      if let last {
        let isOrdered =
          last.0 < account || (last.0 == account && !row.lexicographicallyPrecedes(last.1))
        guard isOrdered else {
          throw reader.error(
            .wrongOrder, found: "a row that belongs before the one above",
            expected: "rows by account, then by values")
        }
        guard last.0 != account || declaration.duplicates != .refuse else {
          throw reader.error(
            .wrongOrder, found: "\(account.hex) again",
            expected: "each account once, as the plan says")
        }
      }
      last = (account, row)
      rows.append(account: account, row: row, line: UInt32(clamping: line))
    }
    self.init(declaration, sorted: rows)
  }

  /// What a value of a column should be; nil where it is one.
  private static func expected(_ value: UInt256, _ kind: ColumnDeclaration.Kind) -> String? {
    switch kind {
    case .address: Address(number: value) == nil ? "an address, below 2^160" : nil
    case .time: value.asUInt64 == nil ? "seconds since 1970, below 2^64" : nil
    case .word: Word(number: value) == nil ? "the number of a word of ASCII" : nil
    case .integer, .amount, .decimal, .share: nil
    }
  }
}
