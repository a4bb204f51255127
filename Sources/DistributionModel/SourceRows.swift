import EthereumPrimitives

/// What was read from a source, column by column.
///
/// Rows are inputs, not yet accounts: where the source allows duplicates an account may stand in
/// several rows, and adding them is the law's work, not the reader's.
public struct SourceRows: Sendable, Equatable {
  public let source: String
  public private(set) var accounts: [Address]
  /// `values[c][r]`: the value of declared column `c` in row `r`, amounts in base units.
  public private(set) var values: [ColumnValues]
  /// The line of the file on which each row starts, counted from 1.
  public private(set) var lines: [UInt32]
  /// Per row what it says and who signed it, where the source is one of statements.
  public internal(set) var statements: [SignedStatement] = []

  public init(source: String, accounts: [Address], columns: [ColumnValues], lines: [UInt32]) {
    precondition(columns.allSatisfy { $0.count == accounts.count } && lines.count == accounts.count)
    self.source = source
    self.accounts = accounts
    values = columns
    self.lines = lines
  }

  public init(source: String, accounts: [Address], values: [[UInt256]], lines: [UInt32]) {
    self.init(
      source: source, accounts: accounts, columns: values.map { ColumnValues($0) }, lines: lines)
  }

  public init(source: String, columnCount: Int) {
    self.init(
      source: source, accounts: [], columns: Array(repeating: [], count: columnCount), lines: [])
  }

  public var count: Int { accounts.count }

  /// Some of the rows.
  public subscript(range: Range<Int>) -> SourceRows {
    var rows = picking(Array(range))
    if !statements.isEmpty { rows.statements = Array(statements[range]) }
    return rows
  }

  /// Adds a row; `row` has one value per declared column.
  public mutating func append(account: Address, row: [UInt256], line: UInt32) {
    precondition(row.count == values.count)
    accounts.append(account)
    for column in row.indices { values[column].append(row[column]) }
    lines.append(line)
  }

  /// The rows at these places, in this order, without statements.
  public func picking(_ places: [Int]) -> SourceRows {
    SourceRows(
      source: source, accounts: places.map { accounts[$0] },
      columns: values.map { $0.picking(places) }, lines: places.map { lines[$0] })
  }
}

extension SourceRows {
  /// The places of the rows by account, then by values. Equal rows are by line, which shows in
  /// the lines only.
  public var canonicalOrder: [Int] {
    AscendingOrder.places(by: accounts.map(\.word0)) { left, right in
      if accounts[left] != accounts[right] { return accounts[left] < accounts[right] }
      for column in values where column[left] != column[right] {
        return column[left] < column[right]
      }
      return lines[left] < lines[right]
    }
  }

  /// The rows in canonical order; rows of statements as they are, which have an order of their own.
  public var inCanonicalOrder: SourceRows {
    guard statements.isEmpty else { return self }
    let order = canonicalOrder
    return order.elementsEqual(accounts.indices) ? self : picking(order)
  }
}
