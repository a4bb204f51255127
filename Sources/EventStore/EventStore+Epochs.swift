import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

extension EventStore {
  /// All closed epochs in their order.
  public func closedEpochs() throws(StoreError) -> [ClosedEpoch] {
    try read { try StoredEpochs.all($0, store: path) }
  }

  /// The entitlements of a campaign in the last closed epoch.
  public func entitlements(of campaign: String) throws(StoreError) -> Entitlements {
    try read { database in
      guard
        let row = try Row.fetchOne(
          database, sql: "SELECT accounts, amounts FROM entitlements WHERE campaign = ?",
          arguments: [campaign])
      else { return .none }
      guard let accounts = PackedColumns.addresses(try row.decode(atIndex: 0)),
        let amounts = PackedColumns.amounts(try row.decode(atIndex: 1), count: accounts.count)
      else { throw StoreError.damaged(path, place: "entitlements", found: "unlike columns") }
      return Entitlements(accounts: accounts, amounts: amounts)
    }
  }

  /// Records a closed epoch for good, with the balances at its end, in one transaction.
  ///
  /// - Parameter entitlements: of each campaign.
  /// - Throws: `wrongEpoch` where another one is the next to close.
  public func close(
    _ epoch: ClosedEpoch, entitlements: [String: Entitlements]
  ) throws(StoreError) {
    try write { database in
      try checkAlone(database)
      let next = try StoredEpochs.all(database, store: path).count
      guard Int(epoch.number) == next else {
        throw StoreError.wrongEpoch(epoch.number, next, path)
      }
      let addresses = try StoredAccounts.addresses(database, store: path)
      let balances = try balances(
        at: epoch.interval.upperBound, accounts: addresses.count, database)
      try StoredEpochs.insert(epoch, into: database)
      for (source, balance) in balances {
        Interruption.point()
        try balance.insert(
          of: source, at: epoch.interval.upperBound, addresses: addresses,
          into: database, store: path)
      }
      try database.execute(sql: "DELETE FROM entitlements")
      for (campaign, owed) in entitlements {
        Interruption.point()
        try database.execute(
          sql: "INSERT INTO entitlements (campaign, accounts, amounts) VALUES (?, ?, ?)",
          arguments: [
            campaign, PackedColumns.data(owed.accounts), PackedColumns.data(owed.amounts),
          ])
      }
    }
  }

  private func balances(
    at time: UInt64, accounts: Int, _ database: Database
  ) throws -> [(source: Int64, balances: StoredBalances)] {
    let sources = try Int64.fetchAll(
      database,
      sql: """
        SELECT id FROM sources WHERE id IN (SELECT source FROM changes)
          OR id IN (SELECT source FROM checkpoints) ORDER BY id
        """)
    return try sources.map { source in
      (
        source,
        try StoredBalances(of: source, at: time, accounts: accounts, database, store: path)
      )
    }
  }
}

extension StoreError {
  static func wrongEpoch(_ found: UInt32, _ next: Int, _ store: String) -> StoreError {
    StoreError(
      .wrongEpoch, file: store, found: "epoch \(found)", expected: "epoch \(next)",
      advice: "Epochs are closed one after the other.")
  }
}
