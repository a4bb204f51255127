import EthereumPrimitives
import GRDB

/// Why a store cannot be opened, or cannot take or give something, with the values compared.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
  /// In the order in which they are looked for.
  public enum Kind: String, Sendable, CaseIterable {
    /// A store's file cannot be opened, read or written.
    case cannotOpen
    /// Somebody else writes to the store.
    case inUse
    /// A file that is no store.
    case notAStore
    /// A store of a format that this program does not read.
    case unknownFormat
    /// What a store holds does not agree with itself.
    case damaged
    /// A store that was made for another plan, or for other epochs.
    case otherPlan
    /// A source that is not declared as it was when its rows were taken.
    case otherSource
    /// A file of which rows that were taken are not what they were.
    case rowsChanged
    /// A file of which rows were taken, and which is not there any more.
    case fileGone
    /// A file that starts with all rows of another one of its source: they would count twice.
    case sameRows
    /// A file that cannot grow: its last line has no line end, or is a blank one.
    case wrongEnd
    /// A file that changed while it was read.
    case fileMoving
    /// A row of a time that belongs to a closed epoch.
    case lateRow
    /// Files that were not all taken in when that was tried last.
    case ingestUnfinished
    /// An epoch that is not the next one to close.
    case wrongEpoch
    /// A closed epoch comes to another result than it did.
    case epochDiffers
    /// A bundle that is not the one of its closed epoch.
    case bundleDiffers
    /// Something that would change a closed epoch.
    case epochClosed
    /// Rows that were removed by an unwinding, and their file not taken again since.
    case notTakenAgain
    /// A balance of 2²⁵⁶ or more.
    case balanceOverflow
  }

  public let kind: Kind
  /// The store, or the file that is taken in.
  public let file: String
  /// A line, a source, an account or an epoch; empty for the whole file.
  public let place: String
  public let found: String
  public let expected: String
  public let advice: String

  public init(
    _ kind: Kind, file: String, place: String = "", found: String, expected: String,
    advice: String = ""
  ) {
    self.kind = kind
    self.file = file
    self.place = place.shortened
    self.found = found.shortened
    self.expected = expected
    self.advice = advice
  }

  public var description: String {
    let position = place.isEmpty ? file : "\(file), \(place)"
    return "\(position): found \(found), expected \(expected)."
      + (advice.isEmpty ? "" : " \(advice)")
  }
}

extension StoreError {
  /// What the database says.
  init(_ error: DatabaseError, store: String) {
    let words = error.message ?? "an error without words"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self = .notAStore(store, found: "a file of another kind")
    // Our statements are right: one that fails met tables, or sums of them, that are not.
    case .SQLITE_CORRUPT, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_ERROR, .SQLITE_TOOBIG:
      self = .damaged(store, found: words)
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self = .inUse(store)
    case .SQLITE_CANTOPEN, .SQLITE_READONLY:
      self.init(
        .cannotOpen, file: store,
        found: StoreFile.isBeingWritten(store)
          ? "\(words); somebody writes to it, or was stopped" : words,
        expected: "a store that can be read and written",
        advice: "Check the permissions of the file, of its folder and of the files beside it: who "
          + "writes, and who reads while somebody writes, needs the right to write there.")
    default:
      self.init(
        .cannotOpen, file: store, found: words, expected: "a store that can be read and written",
        advice: "Check the file, its folder, their permissions and the free space.")
    }
  }

  static func damaged(_ store: String, place: String = "", found: String) -> StoreError {
    StoreError(
      .damaged, file: store, place: place, found: found,
      expected: "a store that agrees with itself",
      advice: "Take back a copy of it, or take the files into a new one with `sluice ingest` and "
        + "close its epochs again with `sluice backfill`, which compares them with their bundles.")
  }

  static func inUse(_ store: String) -> StoreError {
    StoreError(
      .inUse, file: store, found: "somebody else who writes to it", expected: "one at a time",
      advice: "Wait until the other command has ended.")
  }
}
