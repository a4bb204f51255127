import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

extension EventStore {
  /// Removes the rows of a time and later, after a reorganisation: their files may then bring
  /// others in their place.
  ///
  /// A late row has its own time, which is in a closed epoch, and stays.
  ///
  /// - Returns: how many rows or changes of each source were removed, in the order of their names.
  /// - Throws: `epochClosed` where a closed epoch was computed from rows of that time.
  @discardableResult
  public func unwind(
    to time: Timestamp
  ) throws(StoreError) -> [(source: String, removed: Int)] {
    try write { database in
      if let open = try StoredEpochs.openStart(database), time.seconds < open {
        throw StoreError(
          .epochClosed, file: path,
          found: "rows of \(time.iso8601) and later to remove",
          expected: "\(Timestamp(open).iso8601) or later, since when no epoch is closed",
          advice: "A closed epoch stays as it is: what differs in it is paid by a signed "
            + "correction. Unwind to the start of the first open epoch.")
      }
      let sources = try Row.fetchAll(database, sql: "SELECT id, name FROM sources ORDER BY name")
      return try sources.map { row in
        let source = try row.decode(Int64.self, atIndex: 0)
        let files = try StoredFiles.known(of: source, database, store: path)
        let removed = try files.reduce(0) { removed, file in
          Interruption.point()
          let left = try Self.unwind((source, file.id), to: time, database, store: path)
          return removed + file.file.taken - left
        }
        return (try row.decode(atIndex: 1), removed)
      }
    }
  }

  /// - Returns: how many rows of the file are left.
  static func unwind(
    _ file: (source: Int64, id: Int64), to time: Timestamp, _ database: Database, store path: String
  ) throws -> Int {
    let cut = Int64(clamping: time.seconds)
    let kept = try StoredChanges.taken(of: file.id, before: time.seconds, database, store: path)
    let keptActions = try StoredActions.taken(
      of: file.id, before: time.seconds, database, store: path)
    for table in ["changes", "actions"] {
      try database.execute(
        sql: "DELETE FROM \(table) WHERE file = ? AND lastTime >= ?", arguments: [file.id, cut])
    }
    try StoredChanges.insert(kept, of: file, into: database)
    try keptActions.insert(of: file, into: database)
    return try StoredFiles.noteUnwinding(of: file.id, to: cut, database)
  }

  /// Forgets files of a source that are not there any more, where an unwinding left none of their
  /// rows.
  ///
  /// - Parameter present: the names of the files that are there.
  public func forgetUnwound(
    of source: StoreSource, besides present: Set<String>
  ) throws(StoreError) {
    try write { database in
      guard let id = try StoredSources.id(of: source.name, database) else { return }
      for known in try StoredFiles.known(of: id, database, store: path)
      where known.file.isForgettable && !present.contains(known.file.file.name) {
        try database.execute(sql: "DELETE FROM files WHERE id = ?", arguments: [known.id])
      }
    }
  }
}

extension KnownFile {
  /// True where nothing is left of it.
  public var isForgettable: Bool { unwoundTo != nil && taken == 0 }
}
