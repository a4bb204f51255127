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
    var rows: [StrangerRow] = []
    var late = 0
    for stream in streams {
      try table.eachRow(of: stream, isForgiving: true) { row in
        let seconds = try table.seconds(of: row)
        if let seconds, let window, !window.contains(seconds.counted) { return }
        if let observed = table.source.observed, let seconds {
          let values = [BigUInt(seconds.stated), try row.value(observed)]
          rows.append(StrangerRow(account: .zero, values: values))
          return
        }
        guard let account = try table.account(of: row) else { return }
        var values = try table.source.columns.map(row.value)
        // A bundle holds when a row counts in the place of when it happened.
        if let place = table.source.countedColumn, let seconds {
          values[place] = BigUInt(seconds.counted)
        }
        rows.append(StrangerRow(account: account, values: values))
        if let seconds, let window, table.isLate(seconds, into: window) { late += 1 }
      }
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
    for stream in streams {
      try table.eachRow(of: stream) { row in
        let key = try row.text(column)
        let before: Any?
        if let time = source.timeTable {
          let seconds = try StrangerCell.time(try row.text(time), row.place)
          before = times.updateValue(seconds, forKey: Array(key.utf8))
        } else {
          guard let account = try table.account(of: row) else { return }
          before = accounts.updateValue(account, forKey: Array(key.utf8))
        }
        guard before == nil else {
          throw row.place.malformed("the key '\(key.prefix(60))' again", "each key once")
        }
      }
    }
    self.accounts[source.name] = accounts
    self.times[source.name] = times
  }
}
