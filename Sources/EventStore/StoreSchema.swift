import GRDB

/// The tables of a store. A migration that was released is never changed: a new one follows it.
enum StoreSchema {
  /// Of the last migration; written into the store.
  static let format = 1

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1: sources, changes, rows, epochs") { database in
      Interruption.point()
      for table in tables + rules { try database.execute(sql: table) }
      Interruption.point()
    }
    return migrator
  }

  private static let tables = [
    """
    CREATE TABLE store (
      id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, plan TEXT NOT NULL,
      epochStart INTEGER NOT NULL, epochLength INTEGER NOT NULL,
      isIngesting INTEGER NOT NULL DEFAULT 0) STRICT
    """,
    """
    CREATE TABLE sources (
      id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, declaration BLOB NOT NULL) STRICT
    """,
    // What was taken of a file: so many bytes with this hash, as they lie on the disk and unpacked,
    // in so many lines; and the hash of what its rows looked up. Rows from `unwoundTo` on
    // were removed again.
    """
    CREATE TABLE files (
      id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources, name TEXT NOT NULL,
      size INTEGER NOT NULL, rawHash BLOB NOT NULL, unpackedSize INTEGER NOT NULL,
      unpackedHash BLOB NOT NULL, lookups BLOB NOT NULL, lines INTEGER NOT NULL,
      taken INTEGER NOT NULL, unwoundTo INTEGER, unusedColumns TEXT NOT NULL, notes TEXT NOT NULL,
      UNIQUE (source, name)) STRICT
    """,
    // Rows that cannot be read, where the plan says that they are left out.
    """
    CREATE TABLE leftOut (
      file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE, line INTEGER NOT NULL,
      reason TEXT NOT NULL) STRICT
    """,
    // Addresses by their numbers, from `first` on.
    "CREATE TABLE accounts (first INTEGER PRIMARY KEY, addresses BLOB NOT NULL) STRICT",
    // Changes of balances, many in a row, as the file has them. Times are from `firstTime` on.
    """
    CREATE TABLE changes (
      id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources,
      file INTEGER NOT NULL REFERENCES files, firstTime INTEGER NOT NULL,
      lastTime INTEGER NOT NULL, count INTEGER NOT NULL, times BLOB NOT NULL,
      accounts BLOB NOT NULL, amounts BLOB NOT NULL, isTaken BLOB NOT NULL,
      lines BLOB NOT NULL) STRICT
    """,
    "CREATE INDEX changesByTime ON changes (source, lastTime)",
    // Rows of actions, many in a row, as the file has them.
    """
    CREATE TABLE actions (
      id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources,
      file INTEGER NOT NULL REFERENCES files, firstTime INTEGER NOT NULL,
      lastTime INTEGER NOT NULL, count INTEGER NOT NULL, times BLOB NOT NULL,
      accounts BLOB NOT NULL, lines BLOB NOT NULL) STRICT
    """,
    "CREATE INDEX actionsByTime ON actions (source, lastTime)",
    """
    CREATE TABLE actionColumns (
      segment INTEGER NOT NULL REFERENCES actions ON DELETE CASCADE, place INTEGER NOT NULL,
      amounts BLOB NOT NULL, PRIMARY KEY (segment, place)) STRICT
    """,
    // What came too late for its epoch, row by row, and from when it counts.
    """
    CREATE TABLE lateRows (
      id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources,
      file INTEGER NOT NULL REFERENCES files, line INTEGER NOT NULL,
      account INTEGER NOT NULL, time INTEGER NOT NULL, countsFrom INTEGER NOT NULL,
      isTaken INTEGER NOT NULL, columns INTEGER NOT NULL, amounts BLOB NOT NULL) STRICT
    """,
    // Balances at the start of the first open epoch.
    """
    CREATE TABLE checkpoints (
      source INTEGER PRIMARY KEY REFERENCES sources, time INTEGER NOT NULL,
      accounts BLOB NOT NULL, amounts BLOB NOT NULL, isTaken BLOB NOT NULL) STRICT
    """,
    """
    CREATE TABLE epochs (
      number INTEGER PRIMARY KEY, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
      planHash BLOB NOT NULL, identity BLOB NOT NULL, bundle TEXT NOT NULL,
      closed INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER))) STRICT
    """,
    // The seconds of a source's rows that an epoch was computed from.
    """
    CREATE TABLE spans (
      epoch INTEGER NOT NULL REFERENCES epochs, source TEXT NOT NULL, start INTEGER NOT NULL,
      "end" INTEGER NOT NULL, PRIMARY KEY (epoch, source)) STRICT
    """,
    """
    CREATE TABLE programs (
      epoch INTEGER NOT NULL REFERENCES epochs, name TEXT NOT NULL, allocated BLOB NOT NULL,
      carry BLOB NOT NULL, PRIMARY KEY (epoch, name)) STRICT
    """,
    """
    CREATE TABLE campaigns (
      epoch INTEGER NOT NULL REFERENCES epochs, name TEXT NOT NULL, root BLOB NOT NULL,
      total BLOB NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (epoch, name)) STRICT
    """,
    // Of the last closed epoch: what each account may claim in all.
    """
    CREATE TABLE entitlements (
      campaign TEXT PRIMARY KEY, accounts BLOB NOT NULL, amounts BLOB NOT NULL) STRICT
    """,
  ]

  /// A closed epoch and a row stay as they are, whoever writes to the file.
  private static let rules = ["epochs", "spans", "programs", "campaigns", "lateRows"]
    .flatMap { table in
      ["UPDATE", "DELETE"].map { action in
        """
        CREATE TRIGGER \(table)Stay\(action) BEFORE \(action) ON \(table)
        BEGIN SELECT RAISE(ABORT, 'a closed epoch stays as it is'); END
        """
      }
    }
}
