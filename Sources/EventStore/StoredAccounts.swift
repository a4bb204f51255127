import EthereumPrimitives
import Foundation
import GRDB

/// The table `accounts`.
enum StoredAccounts {
  /// All addresses by their numbers.
  static func addresses(_ database: Database, store: String) throws -> [Address] {
    var all: [Address] = []
    let rows = try Row.fetchCursor(
      database, sql: "SELECT first, addresses FROM accounts ORDER BY first")
    while let row = try rows.next() {
      guard try row.decode(Int.self, atIndex: 0) == all.count,
        let addresses = PackedColumns.addresses(try row.decode(atIndex: 1))
      else {
        throw StoreError.damaged(store, place: "accounts", found: "accounts without numbers")
      }
      all += addresses
    }
    return all
  }

  /// The same, to number more.
  static func table(_ database: Database, store: String) throws -> AddressTable {
    let addresses = try addresses(database, store: store)
    var table = AddressTable()
    var numbers: [UInt32] = []
    table.appendNumbers(of: addresses, to: &numbers)
    guard table.count == addresses.count else {
      throw StoreError.damaged(store, place: "accounts", found: "an account with two numbers")
    }
    return table
  }

  /// Adds the addresses that have numbers from `first` on.
  static func insert(_ table: AddressTable, from first: Int, into database: Database) throws {
    guard first < table.count else { return }
    try database.execute(
      sql: "INSERT INTO accounts (first, addresses) VALUES (?, ?)",
      arguments: [first, PackedColumns.data(table.addresses[first...])])
  }
}
