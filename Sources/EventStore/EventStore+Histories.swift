import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

extension EventStore {
  /// The balances of a source over a span, as its file would give them: those at the start, and
  /// the changes until its end.
  public func history(
    of source: String, over span: Range<UInt64>
  ) throws(StoreError) -> PositionHistory {
    try read { database in
      let accounts = try StoredAccounts.addresses(database, store: path)
      guard let id = try StoredSources.id(of: source, database) else {
        return PositionHistory(span: span, accounts: [], changes: PositionChanges())
      }
      let balances = try StoredBalances(
        of: id, at: span.lowerBound, accounts: accounts.count, database, store: path)
      var changes = PositionChanges()
      try StoredChanges.forEach(of: id, in: span, database, store: path) { read in
        for row in 0..<read.count where span.contains(read.times[row]) {
          changes.append(
            time: Timestamp(read.times[row]), account: read.accounts[row],
            amount: read.amounts[row], isTaken: read.isTaken[row], line: read.lines[row])
        }
      }
      return try HistoryMaking(
        span: span, addresses: accounts, store: path
      ).history(balances, changes)
    }
  }

  /// The rows of a source of actions whose time is in a span, in the order in which they were
  /// taken.
  public func rows(
    of source: String, columns: Int, in span: Range<UInt64>
  ) throws(StoreError) -> SourceRows {
    try read { database in
      let accounts = try StoredAccounts.addresses(database, store: path)
      var rows = SourceRows(source: source, columnCount: columns)
      guard let id = try StoredSources.id(of: source, database) else { return rows }
      let actions = try StoredActions.all(of: id, in: span, database, store: path)
      guard actions.count > 0 else { return rows }
      guard actions.columns.count == columns,
        actions.accounts.allSatisfy({ $0 < accounts.count })
      else { throw StoreError.damaged(path, place: "actions", found: "rows of another source") }
      rows = SourceRows(
        source: source, accounts: actions.accounts.map { accounts[Int($0)] },
        columns: actions.columns, lines: actions.lines)
      return rows
    }
  }
}

/// Balances of a source at one instant, by the accounts' numbers: after the changes before it.
struct StoredBalances {
  private(set) var sums: [SignedSum]

  /// From the checkpoint and the changes between it and the time; without a checkpoint from all
  /// changes before the time.
  init(
    of source: Int64, at time: UInt64, accounts: Int, _ database: Database, store: String
  ) throws {
    sums = Array(repeating: SignedSum(), count: accounts)
    let start = try takeCheckpoint(of: source, database, store: store)
    // Before the checkpoint: what came in between is taken back.
    let isBack = time < start
    let between = isBack ? time..<start : start..<time
    try StoredChanges.forEach(of: source, in: between, database, store: store) { read in
      for row in 0..<read.count where between.contains(read.times[row]) {
        try change(
          read.accounts[row], by: read.amounts[row], isTaken: read.isTaken[row] != isBack,
          store: store)
      }
    }
  }

  /// The balances of the checkpoint; returns its time, 0 where there is none.
  private mutating func takeCheckpoint(
    of source: Int64, _ database: Database, store: String
  ) throws -> UInt64 {
    guard
      let row = try Row.fetchOne(
        database, sql: "SELECT accounts, amounts, isTaken, time FROM checkpoints WHERE source = ?",
        arguments: [source])
    else { return 0 }
    let packed = try row.decode(Data.self, atIndex: 0)
    let count = packed.count / 4
    guard let numbers = PackedColumns.numbers(packed, count: count),
      let amounts = PackedColumns.amounts(try row.decode(atIndex: 1), count: count),
      let isTaken = PackedColumns.flags(try row.decode(atIndex: 2), count: count)
    else { throw StoreError.damaged(store, place: "checkpoints", found: "unlike columns") }
    for place in 0..<count {
      try change(
        numbers[place], by: amounts[place], isTaken: isTaken[place], store: store)
    }
    return try row.decode(atIndex: 3)
  }

  private mutating func change(
    _ account: UInt32, by amount: UInt256, isTaken: Bool, store: String
  ) throws {
    guard account < sums.count else {
      throw StoreError.damaged(store, place: "changes", found: "an account without an address")
    }
    sums[Int(account)].add(amount, isTaken: isTaken)
  }

  /// Removes the checkpoint of a source that is of a later time: the next close writes another.
  static func dropCheckpoint(
    of source: Int64, after time: UInt64, in database: Database
  ) throws {
    try database.execute(
      sql: "DELETE FROM checkpoints WHERE source = ? AND time > ?",
      arguments: [source, Int64(clamping: time)])
  }

  /// Writes them as the checkpoint of a source, in the place of the one before.
  func insert(
    of source: Int64, at time: UInt64, addresses: [Address], into database: Database,
    store: String
  ) throws {
    let numbers = sums.indices.filter { !sums[$0].isZero }
    let values = try numbers.map { number in
      guard let value = sums[number].value else {
        throw StoreError.overflow(store, addresses[number], at: time)
      }
      return value
    }
    try database.execute(
      sql: """
        INSERT OR REPLACE INTO checkpoints (source, time, accounts, amounts, isTaken)
        VALUES (?, ?, ?, ?, ?)
        """,
      arguments: [
        source, Int64(clamping: time),
        PackedColumns.data(numbers.map { UInt32(truncatingIfNeeded: $0) }),
        PackedColumns.data(values.map(\.amount)), PackedColumns.data(values.map(\.isTaken)),
      ])
  }
}

extension StoreError {
  static func overflow(_ store: String, _ account: Address, at time: UInt64) -> StoreError {
    StoreError(
      .balanceOverflow, file: store, place: account.checksummed,
      found: "a balance or a change of 2^256 or more at \(Timestamp(time).iso8601)",
      expected: "less than 2^256", advice: "Look for an amount in the wrong unit.")
  }
}

/// From balances and changes to a history in its one form.
private struct HistoryMaking {
  let span: Range<UInt64>
  /// By the accounts' numbers.
  let addresses: [Address]
  let store: String

  func history(
    _ balances: StoredBalances, _ changes: PositionChanges
  ) throws -> PositionHistory {
    guard changes.accounts.allSatisfy({ $0 < addresses.count }) else {
      throw StoreError.damaged(store, place: "changes", found: "an account without an address")
    }
    let places = ranks(balances, changes)
    var ordered = PositionChanges()
    for number in places.numbers {
      guard let (amount, isTaken) = balances.sums[Int(number)].value else {
        throw StoreError.overflow(store, addresses[Int(number)], at: span.lowerBound)
      }
      if amount.isZero { continue }
      ordered.append(
        time: Timestamp(0), account: places.ranks[Int(number)], amount: amount, isTaken: isTaken,
        line: 0)
    }
    let sums = try changes.summed(rank: { places.ranks[Int($0)] }) { account, time in
      .overflow(store, addresses[Int(account)], at: time)
    }
    for row in 0..<sums.count {
      ordered.append(
        time: Timestamp(sums.times[row]), account: places.ranks[Int(sums.accounts[row])],
        amount: sums.amounts[row], isTaken: sums.isTaken[row], line: sums.lines[row])
    }
    return withoutIdleAccounts(places.numbers, ordered)
  }

  /// The accounts that stand in either, ascending by address, and the place of each among them.
  private func ranks(
    _ balances: StoredBalances, _ changes: PositionChanges
  ) -> (numbers: [UInt32], ranks: [UInt32]) {
    var stands = balances.sums.map { !$0.isZero }
    for account in changes.accounts { stands[Int(account)] = true }
    let standing = stands.indices.filter { stands[$0] }
    let order = AscendingOrder.places(by: standing.map { addresses[$0].word0 }) { left, right in
      addresses[standing[left]] < addresses[standing[right]]
    }
    var ranks = [UInt32](repeating: 0, count: addresses.count)
    for (rank, place) in order.enumerated() {
      ranks[standing[place]] = UInt32(truncatingIfNeeded: rank)
    }
    return (order.map { UInt32(truncatingIfNeeded: standing[$0]) }, ranks)
  }

  /// Leaves accounts out whose changes come to nothing at every instant.
  private func withoutIdleAccounts(
    _ numbers: [UInt32], _ changes: PositionChanges
  ) -> PositionHistory {
    var stands = [Bool](repeating: false, count: numbers.count)
    for account in changes.accounts { stands[Int(account)] = true }
    let accounts = numbers.indices.filter { stands[$0] }
    var places = [UInt32](repeating: 0, count: numbers.count)
    for (place, account) in accounts.enumerated() {
      places[account] = UInt32(truncatingIfNeeded: place)
    }
    var renumbered = changes
    renumbered.accounts = changes.accounts.map { places[Int($0)] }
    renumbered.accountCount = accounts.count
    return PositionHistory(
      span: span, accounts: accounts.map { addresses[Int(numbers[$0])] }, changes: renumbered)
  }
}
