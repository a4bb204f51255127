import DistributionModel
import EthereumPrimitives
import GRDB

/// A source of a plan, and how it is declared.
public struct StoreSource: Sendable, Equatable {
  public let name: String
  /// Says whether a declaration is still the same.
  public let declaration: Bytes32

  public init(name: String, declaration: Bytes32) {
    self.name = name
    self.declaration = declaration
  }
}

/// The tables in which a source's rows look their accounts and times up.
public struct Lookups: Sendable, Equatable {
  /// Of a source whose rows say everything themselves.
  public static let none = Lookups(hash: .zero, sources: [])

  /// Of all that they hold.
  public let hash: Bytes32
  /// The names of the sources that they are.
  public let sources: [String]

  public init(hash: Bytes32, sources: [String]) {
    self.hash = hash
    self.sources = sources
  }
}

/// A file as it was when its rows were taken.
public struct IngestedFile: Sendable, Equatable {
  /// A row that cannot be read and was left out, as the plan says.
  public struct LeftOut: Sendable, Equatable {
    public let line: UInt64
    public let reason: String

    public init(line: UInt64, reason: String) {
      self.line = line
      self.reason = reason
    }
  }

  /// Its name in the folder of inputs.
  public let name: String
  /// Bytes on the disk, and Keccak-256 of them.
  public let size: UInt64
  public let rawHash: Bytes32
  /// The same of its bytes as they are unpacked.
  public let unpackedSize: UInt64
  public let unpackedHash: Bytes32
  /// `Lookups.hash` of what its rows looked up.
  public let lookups: Bytes32
  /// How many lines it has: rows on them were taken, or left out.
  public let lines: UInt64
  public let unusedColumns: [String]
  public let notes: [String]
  public let leftOut: [LeftOut]
  /// Rows that say themselves that they came too late for the epoch of their time.
  public let late: LateRows

  public init(
    name: String, size: UInt64, rawHash: Bytes32, unpackedSize: UInt64, unpackedHash: Bytes32,
    lines: UInt64, lookups: Bytes32 = Lookups.none.hash, unusedColumns: [String] = [],
    notes: [String] = [], leftOut: [LeftOut] = [], late: LateRows = LateRows()
  ) {
    self.name = name
    self.size = size
    self.rawHash = rawHash
    self.unpackedSize = unpackedSize
    self.unpackedHash = unpackedHash
    self.lines = lines
    self.lookups = lookups
    self.unusedColumns = unusedColumns
    self.notes = notes
    self.leftOut = leftOut
    self.late = late
  }
}

/// What a file had when its rows were taken last.
public struct KnownFile: Sendable, Equatable {
  public let file: IngestedFile
  /// Changes or rows that were taken of it.
  public let taken: Int
  /// Rows of this time and later were removed again.
  public let unwoundTo: UInt64?
}

/// The table `leftOut`.
enum StoredLeftOut {
  /// Those of a file by their lines.
  static func all(of file: Int64, _ database: Database) throws -> [IngestedFile.LeftOut] {
    try Row.fetchAll(
      database, sql: "SELECT line, reason FROM leftOut WHERE file = ? ORDER BY line, rowid",
      arguments: [file]
    ).map { row in
      IngestedFile.LeftOut(
        line: try row.decode(atIndex: 0), reason: try row.decode(atIndex: 1))
    }
  }

  /// Writes those of a file that was read as a whole in the place of the ones before.
  static func replace(
    _ rows: [IngestedFile.LeftOut], of file: Int64, in database: Database
  ) throws {
    try database.execute(sql: "DELETE FROM leftOut WHERE file = ?", arguments: [file])
    for row in rows {
      try database.execute(
        sql: "INSERT INTO leftOut (file, line, reason) VALUES (?, ?, ?)",
        arguments: [file, Int64(clamping: row.line), row.reason])
    }
  }
}
