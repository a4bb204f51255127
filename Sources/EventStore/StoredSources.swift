import DistributionModel
import EthereumPrimitives
import Foundation
import GRDB

/// The table `sources`.
enum StoredSources {
  static func id(of name: String, _ database: Database) throws -> Int64? {
    try Int64.fetchOne(
      database, sql: "SELECT id FROM sources WHERE name = ?", arguments: [name])
  }

  /// Sees that rows were taken under the same declaration, where any were.
  static func check(_ source: StoreSource, _ database: Database, store: String) throws {
    let declaration = try Data.fetchOne(
      database, sql: "SELECT declaration FROM sources WHERE name = ?", arguments: [source.name])
    guard let declaration, declaration != Data(source.declaration.bytes) else { return }
    throw StoreError(
      .otherSource, file: store, place: "source \(source.name)",
      found: "rows that were taken under another declaration",
      expected: "the source as it was declared then",
      advice: "Declare it as before, give the new one another name, or make a new store.")
  }

  /// The number of a source, which is added where it is not there yet.
  static func declare(
    _ source: StoreSource, _ database: Database, store: String
  ) throws -> Int64 {
    try check(source, database, store: store)
    if let id = try id(of: source.name, database) { return id }
    try database.execute(
      sql: "INSERT INTO sources (name, declaration) VALUES (?, ?)",
      arguments: [source.name, Data(source.declaration.bytes)])
    return database.lastInsertedRowID
  }
}

/// The table `files`.
enum StoredFiles {
  /// What was taken of a source's files, in the order of their names.
  static func known(
    of source: Int64, _ database: Database, store: String
  ) throws -> [(id: Int64, file: KnownFile)] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT id, name, size, rawHash, unpackedSize, unpackedHash, lookups, lines, unusedColumns,
          notes, taken, unwoundTo, late
        FROM files WHERE source = ? ORDER BY name
        """,
      arguments: [source]
    ).map { row in
      let file = IngestedFile(
        name: try row.decode(atIndex: 1), size: try row.decode(atIndex: 2),
        rawHash: try hash(row.decode(atIndex: 3), store: store),
        unpackedSize: try row.decode(atIndex: 4),
        unpackedHash: try hash(row.decode(atIndex: 5), store: store),
        lines: try row.decode(atIndex: 7), lookups: try hash(row.decode(atIndex: 6), store: store),
        unusedColumns: texts(try row.decode(atIndex: 8)), notes: texts(try row.decode(atIndex: 9)),
        leftOut: try StoredLeftOut.all(of: row.decode(atIndex: 0), database),
        late: try late(row.decode(atIndex: 12), of: row.decode(atIndex: 1), store: store))
      let taken = try row.decode(Int.self, atIndex: 10)
      guard (0...1 << 48).contains(taken) else {
        throw StoreError.damaged(store, place: "files", found: "\(taken) rows of a file")
      }
      return (
        try row.decode(atIndex: 0),
        KnownFile(file: file, taken: taken, unwoundTo: try row.decode(atIndex: 11))
      )
    }
  }

  /// The number of a file, which is added where it is not there yet.
  static func declare(_ name: String, of source: Int64, _ database: Database) throws -> Int64 {
    let id = try Int64.fetchOne(
      database, sql: "SELECT id FROM files WHERE source = ? AND name = ?",
      arguments: [source, name])
    if let id { return id }
    try database.execute(
      sql: """
        INSERT INTO files (
          source, name, size, rawHash, unpackedSize, unpackedHash, lookups, lines, taken,
          unusedColumns, notes, late)
        VALUES (?1, ?2, 0, ?3, 0, ?3, ?3, 0, 0, '', '', '')
        """,
      arguments: [source, name, Data(Bytes32.zero.bytes)])
    return database.lastInsertedRowID
  }

  static func update(_ id: Int64, _ file: IngestedFile, taken: Int, in database: Database) throws {
    try database.execute(
      sql: """
        UPDATE files SET name = ?, size = ?, rawHash = ?, unpackedSize = ?, unpackedHash = ?,
          lookups = ?, lines = ?, taken = ?, unwoundTo = NULL, unusedColumns = ?, notes = ?,
          late = ?
        WHERE id = ?
        """,
      arguments: [
        file.name, Int64(clamping: file.size), Data(file.rawHash.bytes),
        Int64(clamping: file.unpackedSize), Data(file.unpackedHash.bytes),
        Data(file.lookups.bytes), Int64(clamping: file.lines), taken,
        file.unusedColumns.joined(separator: "\n"), file.notes.joined(separator: "\n"),
        text(file.late), id,
      ])
    try StoredLeftOut.replace(file.leftOut, of: id, in: database)
  }

  private static func text(_ late: LateRows) -> String {
    late.entries.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value.count) \($0.value.line)" }.joined(separator: "\n")
  }

  private static func late(
    _ text: String, of file: String, store: String
  ) throws(StoreError) -> LateRows {
    var late = LateRows()
    for line in texts(text) {
      let numbers = line.split(separator: " ").compactMap { UInt32($0) }
      guard numbers.count == 3 else {
        throw StoreError.damaged(store, place: "files", found: "late rows that are no numbers")
      }
      late.add(
        LateRows.Entry(count: Int(numbers[1]), file: file, line: Int(numbers[2])), in: numbers[0])
    }
    return late
  }

  /// Notes that rows of a time and later were removed, and counts what is left.
  static func noteUnwinding(
    of id: Int64, to time: Int64, _ database: Database
  ) throws -> Int {
    try database.execute(
      sql: """
        UPDATE files SET
          unwoundTo = min(coalesce(unwoundTo, ?2), ?2),
          taken = coalesce((SELECT sum(count) FROM changes WHERE file = ?1), 0)
            + coalesce((SELECT sum(count) FROM actions WHERE file = ?1), 0)
            + (SELECT count(*) FROM lateRows WHERE file = ?1)
        WHERE id = ?1
        """,
      arguments: [id, time])
    return try Int.fetchOne(
      database, sql: "SELECT taken FROM files WHERE id = ?", arguments: [id]) ?? 0
  }

  static func hash(_ data: Data, store: String) throws -> Bytes32 {
    guard let hash = Bytes32(bytes: [UInt8](data)[...]) else {
      throw StoreError.damaged(store, found: "a hash of \(data.count) bytes")
    }
    return hash
  }

  private static func texts(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init)
  }
}
