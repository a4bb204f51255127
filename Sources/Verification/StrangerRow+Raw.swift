import BigInt
import DistributionModel
import EthereumPrimitives

/// A source's files as their author published them.
extension StrangerRow {
  /// The rows that count, in any order.
  ///
  /// - Parameter window: rows with a time count inside of it.
  static func raw(
    _ streams: [StrangerStream], _ table: StrangerTable, window: Range<UInt64>? = nil
  ) throws -> (rows: [StrangerRow], late: Int) {
    let source = table.source
    var rows: [StrangerRow] = []
    var late = 0
    try table.eachRow(of: streams) { row in
      let seconds = try table.seconds(of: row)
      if let seconds, let window, !window.contains(seconds.counted) { return false }
      if let observed = source.observed, let seconds {
        let values = [BigUInt(seconds.stated), try row.value(observed)]
        rows.append(StrangerRow(account: .zero, values: values))
        return true
      }
      guard let account = try table.account(of: row) else { return false }
      var values = try source.columns.map(row.value)
      // A bundle holds when a row counts in the place of when it happened.
      if let place = source.countedColumn, let seconds {
        values[place] = BigUInt(seconds.counted)
      }
      if let key = source.key { _ = try row.key(key) }
      rows.append(StrangerRow(account: account, values: values))
      if let seconds, let window, table.isLate(seconds, into: window) { late += 1 }
      return true
    }
    guard source.duplicates != .refuse || Set(rows.map(\.account)).count == rows.count else {
      throw VerificationFailure(
        .malformedLine, source.file, found: "several rows of an account", expected: "one of each")
    }
    return (rows, late)
  }
}

extension StrangerTable.Lookups {
  /// Reads the accounts, or the times, of a source with keys.
  mutating func read(_ streams: [StrangerStream], of source: SourceDeclaration) throws {
    guard let column = source.key else { return }
    let table = StrangerTable(source: source, lookups: self)
    var accounts: [[UInt8]: Address] = [:]
    var times: [[UInt8]: UInt64] = [:]
    var repeated: String?
    try table.eachRow(of: streams) { row in
      let before: Any?
      let key: String
      if let time = source.timeTable {
        let seconds = try row.value(ColumnDeclaration(name: time, kind: .time))
        key = try row.key(column, .subject)
        before = times.updateValue(UInt64(seconds), forKey: Array(key.utf8))
      } else {
        guard let account = try table.account(of: row) else { return false }
        for column in source.columns { _ = try row.value(column) }
        key = try row.key(column)
        before = accounts.updateValue(account, forKey: Array(key.utf8))
      }
      if before != nil { repeated = repeated ?? key }
      return true
    }
    if let repeated {
      throw VerificationFailure(
        .malformedLine, source.file, found: "the key '\(repeated.prefix(60))' again",
        expected: "each key once")
    }
    self.accounts[source.name] = accounts
    self.times[source.name] = times
  }
}
