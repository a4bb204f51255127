import Foundation
import GRDB

/// The file of a store, before and while it is opened.
enum StoreFile {
  static func checkPresence(of path: String) throws(StoreError) {
    guard FileManager.default.fileExists(atPath: path) else {
      throw StoreError(
        .cannotOpen, file: path, found: "nothing", expected: "a store",
        advice: "Make it with `sluice ingest`.")
    }
  }

  /// Sees that a file may be a store, before a lock or anything else is put beside it.
  static func checkKind(of path: String) throws(StoreError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let isFolder = status.st_mode & S_IFMT == S_IFDIR
      throw .notAStore(path, found: isFolder ? "a folder" : "something that is no file")
    }
    // A file that may not be read is told by the database; an empty one becomes a store.
    guard let handle = FileHandle(forReadingAtPath: path),
      let start = try? handle.read(upToCount: databaseStart.count), !start.isEmpty
    else { return }
    guard Array(start) == databaseStart else {
      throw .notAStore(path, found: "a file of another kind")
    }
  }

  /// https://www.sqlite.org/fileformat.html, section 1.3.1.
  private static let databaseStart = Array("SQLite format 3\0".utf8)

  /// The name without links, so that a store has one, whatever leads to it.
  static func ownName(of path: String) throws(StoreError) -> String {
    if let own = realName(path) { return own }
    guard (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) == nil else {
      throw StoreError(
        .cannotOpen, file: path, found: "a link that leads to nothing", expected: "a store",
        advice: "Name the file that is to be made.")
    }
    guard let slash = path.lastIndex(of: "/") else { return path }
    let folder = path[...slash]
    return (realName(String(folder)) ?? String(folder.dropLast())) + "/"
      + path[slash...].dropFirst()
  }

  /// nil where nothing is there.
  private static func realName(_ path: String) -> String? {
    guard let name = realpath(path, nil) else { return nil }
    defer { free(name) }
    return String(cString: name)
  }

  // MARK: Reading

  /// Opens a store to read it, which takes no right but that.
  ///
  /// A database that nobody writes to has nothing beside it. Who may not put files there reads it
  /// as one that does not change, which holds until somebody writes to it: see `isBeingWritten`.
  static func reader(
    of path: String
  ) throws -> (queue: DatabaseQueue, isTakenAsUnchanging: Bool) {
    do {
      return (try DatabaseQueue(path: path, configuration: readOnly), false)
    } catch {
      guard !isBeingWritten(path), let queue = try? unchanging(path) else { throw error }
      return (queue, true)
    }
  }

  private static var readOnly: Configuration {
    var configuration = Configuration()
    configuration.readonly = true
    return configuration
  }

  /// https://www.sqlite.org/uri.html#uriimmutable
  private static func unchanging(_ path: String) throws -> DatabaseQueue {
    let name = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["/"]))
    return try DatabaseQueue(
      path: "file:\(name ?? path)?immutable=1", configuration: readOnly)
  }

  /// True where somebody writes to it, or was stopped while writing.
  static func isBeingWritten(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: (realName(path) ?? path) + "-wal")
  }
}

extension StoreError {
  static func notAStore(_ path: String, found: String) -> StoreError {
    StoreError(
      .notAStore, file: path, found: found, expected: "a store",
      advice: "Name a store, or a file that is not there yet.")
  }
}
